"""`seriatim symbols synth`: a folder of synthetic camera frames, each with its truth as JSON beside it."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import click
import msgspec
from rich.console import Console

from seriatim import gs1, symbols
from seriatim.cli.progress import Bars
from seriatim.cli.settings import json_option
from seriatim.symbols import synth as camera

FRAMES_AT_ONCE_MAX: Final = 100_000
"""Files in one folder."""


@click.command()
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="Folder; made when absent."
)
@click.option(
    "--count", default=20, show_default=True, type=click.IntRange(1, FRAMES_AT_ONCE_MAX), help="Frames."
)
@click.option(
    "--effects", default="", metavar="NAME=SEVERITY,...", help='Such as "defocus=0.4,voids=0.2"; 0 to 1 each.'
)
@click.option(
    "--seed", default=7, show_default=True, type=click.IntRange(0), help="The same seed gives the same files."
)
@click.option("--text", help="Content of the code; default: another serial in each frame.")
@click.option(
    "--format",
    "symbology",
    default="datamatrix",
    show_default=True,
    type=click.Choice(symbols.FORMATS),
    help="Which code to film.",
)
@click.option(
    "--backdrop",
    default="carton",
    show_default=True,
    type=click.Choice(camera.BACKDROPS),
    help="What lies around the label.",
)
@click.option(
    "--stream",
    type=click.Choice(tuple(camera.DRIFTS)),
    help="A machine that gets worse from the first frame to the last.",
)
@click.option("--sheet", is_flag=True, help="Also sheet.png: all effects at four severities.")
@json_option
def synth(
    out: Path,
    count: int,
    effects: str,
    seed: int,
    text: str | None,
    symbology: str,
    backdrop: Any,
    stream: str | None,
    sheet: bool,
    as_json: bool,
) -> None:
    """Film labels that nobody printed: PNG pictures, and the truth about each as JSON beside it.

    Example:  seriatim symbols synth --out frames --count 100 --effects "voids=0.3,motion=0.2"
    """
    given = _effects(effects)
    try:
        belt = _belt(given, seed, text, symbology, backdrop, stream, count)
        out.mkdir(parents=True, exist_ok=True)
        with Bars(Console(stderr=True)) as bars:
            for done, shot in enumerate(belt.frames(count), start=1):
                _write(out / f"frame-{shot.trigger:06}", shot)
                bars("frames", done, count)
            if sheet:
                bars("sheet", 0, 1)
                _picture(
                    out / "sheet.png",
                    camera.contact_sheet((*camera.HARD_EFFECTS, *camera.FURTHER_EFFECTS), columns=3),
                )
                bars("sheet", 1, 1)
    except (symbols.SymbolError, gs1.GS1Error) as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(
            f"Cannot write to {out}: {error.strerror}. Name another folder."
        ) from error
    answer = {"folder": str(out), "frames": count, "seed": seed, "effects": given, "stream": stream}
    click.echo(
        msgspec.json.encode(answer).decode()
        if as_json
        else f"{out}: {count} frames, each with its truth as JSON"
    )
    sys.stdout.flush()


def _effects(text: str) -> dict[str, float]:
    """`name=severity` pairs; raises UsageError naming the pair that is none, or an effect that there is not."""
    return dict(_pairs(text))


def _pairs(text: str) -> Iterator[tuple[str, float]]:
    for pair in filter(None, (part.strip() for part in text.split(","))):
        name, _, severity = pair.partition("=")
        if name not in camera.EFFECTS:
            raise click.UsageError(f"--effects: {name!r} is not one of {', '.join(camera.EFFECTS)}.")
        try:
            value = float(severity)
        except ValueError:
            value = float("nan")
        if not 0 <= value <= 1:
            raise click.UsageError(
                f"--effects: write {name}=0.4, a severity from 0 to 1, instead of {pair!r}."
            )
        yield name, value


def _belt(
    effects: dict[str, float],
    seed: int,
    text: str | None,
    symbology: str,
    backdrop: Any,
    stream: str | None,
    count: int,
) -> camera.Stream:
    """The station to film; a text stays the same on every label, else each label has a serial of its own."""
    scene = camera.Scene(backdrop=backdrop)
    fixed = symbols.encode(text, symbology) if text is not None else None
    drifts = camera.drifting(stream, count).drifts if stream else ()

    def subject(trigger: int) -> symbols.Symbol:
        return fixed if fixed is not None else camera.unit(trigger, symbology)

    return camera.Stream(seed=seed, subject=subject, scene=scene, effects=effects, drifts=drifts)


def _write(stem: Path, shot: camera.StreamFrame) -> None:
    picture = stem.with_suffix(".png")
    _picture(picture, shot.frame.image)
    truth = {"picture": picture.name} | shot.as_json()
    stem.with_suffix(".json").write_bytes(msgspec.json.format(msgspec.json.encode(truth), indent=1))


def _picture(path: Path, image: Any) -> None:
    """Fast compression: noise hardly shrinks, however long one tries."""
    import cv2  # noqa: PLC0415 -- heavy

    done, data = cv2.imencode(".png", image, [cv2.IMWRITE_PNG_COMPRESSION, 1])
    assert done, "OpenCV could not write a PNG"
    path.write_bytes(data.tobytes())
