"""`seriatim symbols encode`, `seriatim labels`, `seriatim printer`: codes and labels on paper, without a database."""

import asyncio
import csv
import io
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import click
import msgspec
import uvloop
from rich.console import Console

from seriatim import gs1, symbols
from seriatim.base.errors import BadInput
from seriatim.cli.answers import json_line
from seriatim.cli.progress import Bars
from seriatim.cli.settings import json_option

SUFFIXES: Final = (".svg", ".png", ".pdf", ".zpl")
LABEL_SUFFIXES: Final = (".pdf", ".zpl", ".png", ".svg")
ROWS_MAX: Final = 100_000
"""Labels of one file; a longer run is an order's work."""


@click.command()
@click.argument("text")
@click.option(
    "--format",
    "symbology",
    default="datamatrix",
    show_default=True,
    metavar="FORMAT",
    help=f"One of {', '.join(symbols.FORMATS)}.",
)
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="FILE.svg, .png, .pdf or .zpl",
)
@click.option("--dpi", default=300, show_default=True, help="Dots per inch of the printer, for ZPL.")
@click.option(
    "--module", "module_mm", type=float, help="Width of a module in mm; refused between printer dots."
)
@click.option("--size", help='Pinned size, as "22x22"; refused when the content does not fit.')
@click.option("--level", default="M", show_default=True, help="Error correction of a QR code: L, M, Q or H.")
@click.option("--rectangle", is_flag=True, help="Data Matrix: a rectangle where that is smaller.")
@click.option("--upper", is_flag=True, help="QR: scheme and host of a link in capitals, for a smaller code.")
@json_option
def encode(
    text: str,
    symbology: str,
    out: Path,
    dpi: int,
    module_mm: float | None,
    size: str | None,
    level: str,
    rectangle: bool,
    upper: bool,
    as_json: bool,
) -> None:
    """Encode a text as a picture; its kind follows the file's ending. The code is read back before it is written.

    Example:  seriatim symbols encode "(01)09506000134352(21)A1" --out code.png
    """
    if out.suffix not in SUFFIXES:
        raise click.UsageError(f"--out ends in {out.suffix or 'nothing'}; use one of {', '.join(SUFFIXES)}.")
    options = symbols.EncodeOptions(version=size, square=not rectangle, ec_level=level, upper_link=upper)
    try:
        symbol = symbols.verify(symbols.encode(text, symbology, options=options))
        document = _drawn(symbol, out.suffix, dpi, module_mm)
    except (symbols.SymbolError, gs1.GS1Error) as error:
        raise click.ClickException(str(error)) from error
    out.write_bytes(document)
    if as_json:
        json_line(
            {
                "file": str(out),
                "format": symbol.format,
                "text": symbol.text,
                "symbology_id": symbol.symbology_id,
                "size": symbol.size,
            }
        )
    else:
        click.echo(f"{out}: {symbol.format}, {symbol.text}")


def _drawn(symbol: symbols.Symbol, suffix: str, dpi: int, module_mm: float | None) -> bytes:
    match suffix:
        case ".svg":
            return symbol.svg(x_mm=module_mm).encode()
        case ".png":
            if module_mm is None:
                return symbol.png()
            return symbol.png(symbols.module_dots(module_mm, dpi), dpi=dpi)
        case ".pdf":
            return symbol.pdf(x_mm=module_mm)
        case _:
            return symbol.zpl(dpi, x_mm=module_mm)


@click.group()
def labels() -> None:
    """Label templates: check them, print labels from a file of values.

    Example:  seriatim labels render label.toml --data rows.csv --out labels.pdf
    """


@labels.command()
@click.argument("template", type=click.Path(exists=True, path_type=Path, dir_okay=False))
@click.option(
    "--data",
    required=True,
    type=click.Path(exists=True, path_type=Path, dir_okay=False),
    help="A CSV whose header names the fields, or a JSON list of objects; one label for each row.",
)
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="FILE.pdf, .zpl, or .png and .svg for one label or NAME-0001.png for many",
)
@click.option("--dpi", default=300, show_default=True, help="Dots per inch of the printer, for ZPL and PNG.")
@click.option(
    "--undercut", default=(0, 0), type=(int, int), help="Dots taken off dark modules across and down."
)
@click.option("--skip", default=0, help="Places already used on the first sheet.")
@json_option
def render(
    template: Path, data: Path, out: Path, dpi: int, undercut: tuple[int, int], skip: int, as_json: bool
) -> None:
    """Print a label for each row of a file; nothing is written when one of them cannot be printed.

    Example:  seriatim labels render label.toml --data rows.csv --out labels.zpl --dpi 203
    """
    if out.suffix not in LABEL_SUFFIXES:
        raise click.UsageError(
            f"--out ends in {out.suffix or 'nothing'}; use one of {', '.join(LABEL_SUFFIXES)}."
        )
    design, rows = _template(template), _rows(data)
    with Bars(Console(stderr=True)) as bars:
        try:
            files = _rendered(design, rows, out, dpi, symbols.Undercut(*undercut), skip, bars)
        except _Unprintable as fault:
            raise click.ClickException(f"{data}, row {fault.row}: {fault}") from fault
    for path, document in files.items():
        path.write_bytes(document)
    if as_json:
        json_line(
            {"files": [str(path) for path in files], "labels": len(rows), "template_sha256": design.sha256}
        )
    else:
        written = str(next(iter(files))) if len(files) == 1 else f"{len(files)} files"
        click.echo(f"{written}: {len(rows)} labels of {design.name or template.stem}")


class _Unprintable(Exception):
    """A row that makes no label."""

    def __init__(self, row: int, message: str) -> None:
        super().__init__(message)
        self.row = row


def _rendered(
    design: symbols.LabelTemplate,
    rows: list[Mapping[str, str]],
    out: Path,
    dpi: int,
    undercut: symbols.Undercut,
    skip: int,
    bars: Bars,
) -> dict[Path, bytes]:
    def done(number: int) -> None:
        bars("labels", number, len(rows))

    if out.suffix == ".pdf":
        try:
            return {out: design.render_pdf(rows, skip=skip, progress=done)}
        except (symbols.SymbolError, gs1.GS1Error):
            list(_each(rows, design.fill, done))  # raises, naming the row
            raise
    match out.suffix:
        case ".zpl":
            made = list(_each(rows, lambda row: design.render_zpl(row, dpi, undercut=undercut), done))
            return {out: b"".join(made)}
        case ".png":
            made = list(_each(rows, lambda row: design.render_png(row, dpi, undercut=undercut), done))
        case _:
            made = list(_each(rows, lambda row: design.render_svg(row).encode(), done))
    if len(made) == 1:
        return {out: made[0]}
    return {
        out.with_name(f"{out.stem}-{number:04}{out.suffix}"): one for number, one in enumerate(made, start=1)
    }


def _each(rows: list[Mapping[str, str]], draw: Any, done: Any) -> Iterator[Any]:
    for number, row in enumerate(rows, start=1):
        try:
            yield draw(row)
        except (symbols.SymbolError, gs1.GS1Error) as error:
            raise _Unprintable(number, str(error)) from error
        done(number)


@labels.command("check")
@click.argument("template", type=click.Path(exists=True, path_type=Path, dir_okay=False))
@json_option
def check_template(template: Path, as_json: bool) -> None:
    """Check a template; every fault with its element, key and line.

    Example:  seriatim labels check label.toml
    """
    try:
        design = symbols.LabelTemplate.load(template)
    except symbols.TemplateError as error:
        for fault in error.faults:
            if as_json:
                json_line(
                    {
                        "line": fault.line,
                        "element": fault.element,
                        "key": fault.key,
                        "message": fault.message,
                    }
                )
            else:
                click.echo(f"{template}: {fault}")
        sys.exit(1)
    if as_json:
        json_line({"name": design.name, "fields": sorted(design.names), "sha256": design.sha256})
    else:
        click.echo(
            f"{template}: good; {design.width_mm:g} x {design.height_mm:g} mm, needs {', '.join(sorted(design.names))}"
        )


def _template(path: Path) -> symbols.LabelTemplate:
    try:
        return symbols.LabelTemplate.load(path)
    except symbols.SymbolError as error:
        raise click.ClickException(f"{path}: {error}") from error
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{path} is not UTF-8 text.") from error


def _rows(path: Path) -> list[Mapping[str, str]]:
    """The values of each label; raises BadInput."""
    raw = path.read_bytes()
    try:
        if path.suffix.lower() == ".json":
            found: list[Mapping[str, str]] = msgspec.json.decode(raw, type=list[dict[str, str]])
        else:
            text = io.StringIO(raw.decode("utf-8-sig"), newline="")
            found = [
                {name: value for name, value in row.items() if name is not None and isinstance(value, str)}
                for row in csv.DictReader(text)
            ]
    except (msgspec.DecodeError, UnicodeDecodeError, csv.Error) as error:
        raise BadInput(f"{path}: {error}.") from error
    if not found:
        raise BadInput(f"{path} has no rows; give one for each label, below a header that names the fields.")
    if len(found) > ROWS_MAX:
        raise BadInput(f"{path} has {len(found)} rows; at most {ROWS_MAX} are printed at once.")
    return found


@click.group()
def printer() -> None:
    """Label printers on the network: ask one how it is, or run one that is none.

    Example:  seriatim printer fake --port 9100 --out labels/
    """


@printer.command()
@click.argument("host")
@click.option("--port", default=9100, show_default=True, help="Port of the printer.")
@json_option
def status(host: str, port: int, as_json: bool) -> None:
    """Ask a ZPL printer how it is; exit 1 when it cannot print.

    Example:  seriatim printer status 192.0.2.10
    """
    from seriatim.areas.line import REMEDY  # noqa: PLC0415 -- heavy: not for encode
    from seriatim.connectors.printer_zpl import ZplPrinter  # noqa: PLC0415 -- heavy: not for encode

    async def ask() -> Any:
        device = ZplPrinter(host, port)
        try:
            return await device.status()
        finally:
            await device.close()

    found = uvloop.run(ask())
    if as_json:
        json_line({**msgspec.to_builtins(found), "faults": found.faults})
    elif found.faults:
        for fault in found.faults:
            click.echo(f"{fault.replace('_', ' ')}: {REMEDY[fault]}")
    else:
        click.echo(f"Ready; {found.unprinted} labels waiting.")
    sys.exit(1 if found.faults else 0)


@printer.command()
@click.argument("file", type=click.Path(exists=True, path_type=Path, dir_okay=False))
@click.option("--host", required=True, help="Address of the printer.")
@click.option("--port", default=9100, show_default=True, help="Port of the printer.")
@json_option
def send(file: Path, host: str, port: int, as_json: bool) -> None:
    """Send labels of a ZPL file one after another; each is printed once, and the last one that came out is named.

    Example:  seriatim printer send labels.zpl --host 192.0.2.10
    """
    from seriatim.areas.line import REMEDY, PrintRun, print_labels  # noqa: PLC0415 -- heavy: not for encode
    from seriatim.connectors.printer_zpl import ZplPrinter  # noqa: PLC0415 -- heavy: not for encode

    jobs = [part + b"^XZ\n" for part in file.read_bytes().split(b"^XZ") if part.strip()]

    async def act(bars: Bars) -> PrintRun:
        device = ZplPrinter(host, port)
        try:
            return await print_labels(
                device, jobs, watch=lambda run: bars("labels", run.confirmed, run.total)
            )
        finally:
            await device.close()

    with Bars(Console(stderr=True)) as bars:
        run = uvloop.run(act(bars))
    if as_json:
        json_line({"labels": run.total, "printed": run.confirmed, "sent": run.sent, "fault": run.fault})
    elif run.fault is None:
        click.echo(f"{run.confirmed} labels printed.")
    else:
        raise click.ClickException(
            f"Stopped: {run.confirmed} of {run.total} labels are out, {len(run.doubtful)} more are in doubt. "
            f"{REMEDY[run.fault]}"
        )
    sys.exit(0 if run.fault is None else 1)


@printer.command()
@click.option("--port", default=9100, show_default=True, help="Port of the printer.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the pictures of the labels.",
)
@click.option("--dpi", default=300, show_default=True, help="Dots per inch, for the size of the pictures.")
@click.option("--speed", default=10.0, show_default=True, help="Labels per second.")
@click.option("--paper", default=None, type=int, help="Labels on the roll; then the paper is out.")
def fake(port: int, host: str, out: Path, dpi: int, speed: float, paper: int | None) -> None:
    """Run a printer that is none: it takes ZPL on a port and keeps each label as a picture. Stop it with Ctrl+C.

    Example:  seriatim printer fake --port 9100 --out labels/
    """
    from seriatim.connectors.printer_zpl_fake import (  # noqa: PLC0415 -- heavy: not for encode
        FakeDevice,
        FakePrinter,
        to_folder,
    )

    if not 0.1 <= speed <= 1_000:
        raise click.UsageError("--speed is 0.1 to 1000 labels per second.")
    keep = to_folder(out, dpi)

    def on_label(number: int, printed: Any) -> None:
        keep(number, printed)
        click.echo(f"label {number}: {out}/label-{number:06}.png")

    async def serve() -> None:
        device = FakeDevice(on_label=on_label, labels_left_on_roll=paper)
        server = FakePrinter(device, labels_per_second=speed)
        taken = await server.start(host, port)
        click.echo(f"Listening on {host}:{taken}; labels go to {out}")
        try:
            await asyncio.Event().wait()
        finally:
            await server.stop()

    try:
        uvloop.run(serve())
    except KeyboardInterrupt:
        click.echo("Switched off.")
