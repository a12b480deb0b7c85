"""From a picture to what it shows: read, grade, and tell a missing code from an unreadable one.

Runs in worker processes: one picture in, one small value out.
"""

from collections.abc import Sequence
from time import perf_counter

import msgspec

from seriatim import gs1, symbols
from seriatim.areas.line.model import Frame, FrameSource, Image, Label
from seriatim.areas.line.verdict import SeenCode, Sighting


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
    grade = symbols.grade_provisional(image, read)
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
        grade=grade.overall,
        letter=grade.letter,
        contrast=grade.contrast,
        unused_error_correction=grade.uec,
        corners=tuple((float(x), float(y)) for x, y in read.corners),
    )
