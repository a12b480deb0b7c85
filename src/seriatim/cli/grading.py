"""`seriatim symbols grade`: how well a code is printed, from a picture of it."""

import sys
from pathlib import Path
from typing import Any, Final

import click
import msgspec
from rich.console import Console
from rich.table import Table

from seriatim import symbols
from seriatim.cli.answers import json_line
from seriatim.cli.settings import json_option
from seriatim.symbols.grading import GRADED_FORMATS, report
from seriatim.symbols.grading.report import words

REPORT_SUFFIXES: Final = (".html", ".png", ".json")


@click.command()
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path, dir_okay=False)
)
@click.option(
    "--report",
    "out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the report to FILE.html, .png or .json; of several codes each gets a number.",
)
@click.option(
    "--edition",
    default="2011",
    show_default=True,
    help="Edition of ISO/IEC 15415: 2011, or 2024 (provisional).",
)
@click.option("--aperture", default=0.8, show_default=True, help="Measuring spot as a share of X.")
@click.option("--x-mm", type=float, help="X of the print in mm, for the aperture's number in the notation.")
@click.option("--limit", type=float, help="Lowest grade that passes, 0 to 4; a lower one exits with 1.")
@click.option(
    "--direct-mark", is_flag=True, help="A mark in the material itself: ISO/IEC 29158 (provisional)."
)
@json_option
def grade(
    files: tuple[Path, ...],
    out: Path | None,
    edition: str,
    aperture: float,
    x_mm: float | None,
    limit: float | None,
    direct_mark: bool,
    as_json: bool,
) -> None:
    """Grade the codes in pictures by the method of ISO/IEC 15415; one JSON line per picture.

    On a terminal a table is shown instead, unless --json is given. The fields are described in docs/grading.md.

    Example:  seriatim symbols grade shot.png --report grade.html --limit 1.5
    """
    if out is not None and out.suffix.lower() not in REPORT_SUFFIXES:
        raise click.UsageError(f"--report {out.name}: give a name that ends in {', '.join(REPORT_SUFFIXES)}")
    conditions = symbols.Conditions(x_mm=x_mm, direct_mark=direct_mark)
    grades: list[symbols.Grade] = []
    failed = False
    for file in files:
        try:
            found = [
                symbols.grade(file, read, edition=edition, aperture=aperture, conditions=conditions)
                for read in symbols.read(file, formats=GRADED_FORMATS)
            ]
        except symbols.SymbolError as error:
            json_line({"file": str(file), "error": {"code": error.code, "message": str(error)}})
            failed = True
            continue
        _tell(file, found, limit, as_json=as_json or not sys.stdout.isatty())
        failed |= not found or any(not _passes(one, limit) for one in found)
        grades += found
    if out is not None:
        _write(grades, out, limit)
    sys.exit(1 if failed else 0)


def _passes(grade_: symbols.Grade, limit: float | None) -> bool:
    return grade_.overall is not None and (limit is None or grade_.overall >= limit)


def _tell(file: Path, found: list[symbols.Grade], limit: float | None, *, as_json: bool) -> None:
    if as_json:
        json_line({"file": str(file), "codes": [one.as_json() for one in found]})
        return
    console = Console()
    if not found:
        console.print(f"{file}: no code was found.")
    for one in found:
        console.print(_table(file, one, limit))


def _table(file: Path, grade_: symbols.Grade, limit: float | None) -> Table:
    first, second = words.lead(grade_, limit)
    table = Table(
        title=f"{file.name}: {words.headline(grade_)}", caption=f"{first} {second}\n{grade_.wording}"
    )
    for column, justify in (
        ("parameter", "left"),
        ("value", "right"),
        ("grade", "right"),
        ("detail", "left"),
    ):
        table.add_column(column, justify=justify)  # type: ignore[arg-type]  # the literal is one of rich's words
    for one in grade_.parameters.values():
        table.add_row(
            one.title, f"{one.value:.3f}", "" if one.grade is None else f"{one.grade:.1f}", one.detail
        )
    return table


def _write(grades: list[symbols.Grade], out: Path, limit: float | None) -> None:
    for number, one in enumerate(grades, 1):
        path = out if len(grades) == 1 else out.with_stem(f"{out.stem}-{number}")
        path.write_bytes(_report(one, out.suffix.lower(), limit))


def _report(grade_: symbols.Grade, kind: str, limit: float | None) -> bytes:
    if kind == ".html":
        return report.html_report(grade_, limit=limit).encode()
    if kind == ".png":
        return report.png_report(grade_, limit=limit)
    record: dict[str, Any] = grade_.as_json()
    return msgspec.json.format(msgspec.json.encode(record), indent=2)
