"""`seriatim symbols read`: the codes in pictures, or in the frames of a camera as they come."""

import sys
from collections.abc import Callable
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from seriatim import symbols
from seriatim.cli.answers import json_line
from seriatim.cli.settings import always_json_option
from seriatim.symbols.grading import GRADED_FORMATS

if TYPE_CHECKING:
    from seriatim.connectors.camera import CameraFrame

Reading = Callable[[Any], tuple[symbols.Read, ...]]

CAMERAS: Final = "folder:DIR, video:FILE, v4l2:NUMBER, rtsp://..., http://..., genicam:SERIAL"


@click.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, path_type=Path, dir_okay=False))
@click.option("--camera", metavar="SPEC", help=f"Frames instead of files: {CAMERAS}.")
@click.option("--max-frames", type=click.IntRange(min=1), help="End after so many frames of the camera.")
@click.option(
    "--format",
    "formats",
    multiple=True,
    type=click.Choice(symbols.READ_FORMATS),
    help="Look for this only; may be repeated.",
)
@click.option(
    "--deadline",
    type=click.FloatRange(min=0),
    default=symbols.READ_DEADLINE_MS,
    show_default=True,
    help="Milliseconds for one picture.",
)
@always_json_option
def read(
    files: tuple[Path, ...],
    camera: str | None,
    max_frames: int | None,
    formats: tuple[str, ...],
    deadline: float,
) -> None:
    """Read the codes in pictures, or in the frames of a camera; one JSON line each.

    Example:  seriatim symbols read photo.png

    Example:  seriatim symbols read --camera v4l2:0 --format datamatrix --max-frames 100
    """
    if (camera is None) == (not files):
        raise click.UsageError("Name the pictures, or one camera with --camera.")
    if camera is None and max_frames is not None:
        raise click.UsageError("--max-frames goes with --camera.")
    looking = partial(symbols.read, formats=formats or None, deadline_ms=deadline)
    if camera is not None:
        _read_frames(camera, max_frames, looking)
        return
    answers = [_read_file(file, looking) for file in files]
    for answer in answers:
        json_line(answer)
    sys.exit(0 if all(answer.get("codes") for answer in answers) else 1)


def _read_frames(specification: str, max_frames: int | None, looking: Reading) -> None:
    """Until the camera ends, the number is reached, or the user interrupts."""
    from seriatim.connectors.camera import open_source  # noqa: PLC0415 -- heavy: only who films needs it

    with open_source(specification) as source:
        for frame in islice(source.frames(), max_frames):
            json_line(_frame_facts(frame) | _answer(frame.image, frame.fault, looking))


def _frame_facts(frame: "CameraFrame") -> dict[str, Any]:
    return {
        "frame": frame.trigger,
        "taken_at": round(frame.taken_at, 6),
        "clock": frame.clock,
        "dropped": frame.dropped,
        "reconnects": frame.reconnects,
    }


def _read_file(file: Path, looking: Reading) -> dict[str, Any]:
    try:
        image = symbols.load_image(file)
    except symbols.SymbolError as error:
        return {"file": str(file)} | _error(error.code, str(error))
    return {"file": str(file)} | _answer(image, "", looking)


def _answer(image: Any, fault: str, looking: Reading) -> dict[str, Any]:
    """The codes, or why there is nothing to look at."""
    if fault:
        return _error("invalid_image", fault)
    try:
        return {"codes": [_code(image, code) for code in looking(image)]}
    except symbols.SymbolError as error:
        return _error(error.code, str(error))


def _error(code: str, message: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": message}}


def _code(image: Any, code: symbols.Read) -> dict[str, Any]:
    grade = symbols.grade(image, code) if code.format in GRADED_FORMATS else None
    return {
        "text": code.text,
        "format": code.format,
        "symbology_id": code.symbology_id,
        "corners": [[round(float(x), 2), round(float(y), 2)] for x, y in code.corners],
        "method": code.method,
        "rescued": code.is_rescue,
        "unused_error_correction": code.uec,
        "grade": grade
        and {"overall": grade.overall, "letter": grade.letter, "note": grade.why or grade.wording},
    }
