"""`seriatim bench`: how fast this machine is, beside the goals. The benchmarks stand in the checkout's `bench` folder."""

import importlib
import sys
from pathlib import Path
from typing import Any, Final

import click
import msgspec
import uvloop
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from seriatim.cli.answers import json_line

GROUPS: Final = (
    "gs1",
    "serials",
    "symbols",
    "epcis",
    "log",
    "growth",
    "capture",
    "history",
    "resolve",
    "protection",
    "demo",
)
ROOM_FOR_RUNS: Final = 100
ROOM_FOR_WORDS: Final = 150
"""Columns of the terminal."""
NUMBERS: Final = frozenset({"value", "goal", "runs from", "to"})
REACHED: Final = {None: "", True: "[green]yes[/]", False: "[red]no[/]"}
CHECKOUT: Final = Path(__file__).resolve().parents[3]


@click.command()
@click.argument("groups", nargs=-1, type=click.Choice([*GROUPS, "all"]), metavar="[GROUP ...]")
@click.option("--items", type=click.IntRange(5_000, 100_000_000), help="Units in the history that is read.")
@click.option("--products", type=click.IntRange(1, 100), help="Products that these units are of.")
@click.option("--quick", is_flag=True, help="Small sizes and few runs, only to see that all of it works.")
@click.option(
    "--json", "as_json", is_flag=True, help="JSON lines on a terminal, too; a pipe gets them anyway."
)
def bench(
    groups: tuple[str, ...], items: int | None, products: int | None, quick: bool, as_json: bool
) -> None:
    """Measure, and print figures beside the goals: a table on a terminal, JSON lines in a pipe.

    GROUP is gs1, serials, symbols, epcis, log, growth, capture, history, resolve, protection, demo or all (the default).
    The database is one of its own in a temporary folder; settings are not used. Needs the source checkout.

    Example:  seriatim bench gs1 serials
    """
    suite, sizes, failed = _benchmarks(quick=quick)
    given = {"items": items, "products": products}
    sizes = msgspec.structs.replace(sizes, **{name: value for name, value in given.items() if value})
    wanted = GROUPS if not groups or "all" in groups else groups
    in_lines = as_json or not sys.stdout.isatty()
    try:
        found = uvloop.run(_measured(suite, wanted, sizes, in_lines=in_lines))
    except failed as error:
        raise click.ClickException(str(error)) from error
    if not in_lines:
        console = Console()
        console.print(_table(found, console.width))


def _benchmarks(*, quick: bool) -> tuple[Any, Any, Any]:
    """The suite, its sizes and its error. Raises ClickException where there is no checkout."""
    if not (CHECKOUT / "bench" / "suite.py").is_file():
        raise click.ClickException(
            "The benchmarks are not part of the installed package; run `make bench` in the source checkout."
        )
    if str(CHECKOUT) not in sys.path:
        sys.path.insert(0, str(CHECKOUT))
    figures = importlib.import_module("bench.figures")
    sizes = figures.QUICK if quick else figures.Sizes()
    return importlib.import_module("bench.suite"), sizes, figures.BenchmarkFailed


async def _measured(suite: Any, groups: tuple[str, ...], sizes: Any, *, in_lines: bool) -> list[Any]:
    """All figures; each is printed as soon as it is known, or named on the terminal meanwhile."""
    found = []
    with Console(stderr=True).status("Measuring") as status:
        async for figure in suite.figures(groups, sizes):
            found.append(figure)
            if in_lines:
                json_line(figure)
            status.update(f"Measuring: {len(found)} figures, last {figure.name}")
    return found


def _table(found: list[Any], width: int) -> Table:
    """Figures beside the goals; on wider terminals also the lowest and highest run, and what was done."""
    table = Table(title="Figures beside the goals", title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    headings = ["figure", "value", "unit", "goal", "reached"]
    headings += ["runs from", "to"] if width >= ROOM_FOR_RUNS else []
    headings += ["what was done"] if width >= ROOM_FOR_WORDS else []
    for heading in headings:
        side: Any = "right" if heading in NUMBERS else "left"
        table.add_column(heading, justify=side, no_wrap=heading != "what was done")
    for one in found:
        sign = "\u2265" if one.better == "more" else "\u2264"
        goal = "" if one.goal is None else f"{sign} {_number(one.goal)}"
        cells = [one.name, _number(one.value), one.unit, goal, REACHED[one.is_reached]]
        cells += [_number(one.low), _number(one.high), one.conditions.case]
        table.add_row(*cells[: len(headings)])
    if found:
        last = found[-1].conditions
        table.caption = f"{last.cores} cores, Python {last.python}, load {last.load}"
    return table


def _number(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
