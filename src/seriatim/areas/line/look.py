"""From a picture to what it shows: read, grade, and tell a missing code from an unreadable one.

Runs in worker processes: one picture in, one small value out.
"""

from collections.abc import Sequence
from time import perf_counter
from typing import Final

import msgspec

from seriatim import gs1, symbols
from seriatim.areas.line.model import Frame, FrameSource, Image, Label
from seriatim.areas.line.verdict import SeenCode, Sighting

BEST: Final = 4.0


class Shot(msgspec.Struct, frozen=True):
    """One picture, judged: what it shows, and the picture itself for the record."""

    trigger: int
    sighting: Sighting
    jpeg: bytes


def shoot(camera: FrameSource, first_trigger: int, labels: Sequence[Label]) -> list[Shot]:
    """Takes one picture for each label, and looks at it."""
    return [
        _shot(trigger, camera.take(trigger, label)) for trigger, label in enumerate(labels, first_trigger)
    ]


def _shot(trigger: int, frame: Frame) -> Shot:
    return Shot(trigger, look(frame), b"" if frame.fault else symbols.jpeg(frame.image))


def look(frame: Frame) -> Sighting:
    """What the picture shows; a fault is a value, since the line must answer in time."""
    start = perf_counter()
    if frame.fault:
        return Sighting(fault=frame.fault)
    try:
        reads = symbols.read(frame.image, formats=("datamatrix", "qrcode"), roi=frame.roi, pose=frame.pose)
    except symbols.SymbolError as error:
        return Sighting(fault=str(error))
    codes = tuple(_seen(frame.image, read) for read in reads)
    there = bool(codes) or _something_there(frame)
    return Sighting(codes, there, milliseconds=round((perf_counter() - start) * 1000, 2))


def _something_there(frame: Frame) -> bool:
    """Does a code stand in the region, readable or not? Without a region taught in, nobody can tell: no."""
    return frame.roi is not None and symbols.presence(frame.image, frame.roi, frame.pose).is_there


def _seen(image: Image, read: symbols.Read) -> SeenCode:
    grade = symbols.grade(image, read)
    known = grade.parameters
    elements: dict[str, str] = {}
    fault = ""
    try:
        elements = dict(gs1.parse(read.text).elements)
    except gs1.GS1Error as error:
        fault = str(error)
    return SeenCode(
        text=read.text,
        symbology_id=read.symbology_id,
        elements=elements,
        fault=fault,
        rescued=read.is_rescue,
        method=read.method,
        grade=grade.overall or 0.0,
        letter=grade.letter,
        contrast=known["SC"].value if "SC" in known else None,
        unused_error_correction=known["UEC"].value if "UEC" in known else None,
        corners=grade.outline or tuple((float(x), float(y)) for x, y in read.corners),
        ungraded=grade.why if grade.overall is None else "",
        weakness=_weakness(grade),
    )


def _weakness(grade: symbols.Grade) -> str:
    """The parameters that decided, and the likeliest cause with its evidence."""
    if grade.overall is None or grade.overall >= BEST:
        return ""
    decided = " and ".join(grade.parameters[name].title.lower() for name in grade.decided_by)
    cause = f" {grade.hints[0].title}: {grade.hints[0].evidence}" if grade.hints else ""
    return f"{decided.capitalize()} decided.{cause}"
