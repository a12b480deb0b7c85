"""JSON routes of grading: a picture in, every code's grade out; and the calibrations of stations."""

from functools import partial
from typing import Any, BinaryIO

import msgspec

from seriatim.access import Call, Endpoint
from seriatim.areas.line.grading import actions, store
from seriatim.areas.line.grading.desk import DESK
from seriatim.areas.line.grading.model import CODES_MAX, Answer, Asked, Examined, NewCalibration, examine
from seriatim.areas.line.grading.store import KeptCalibration
from seriatim.base import limits

PICTURES = ("image/png", "image/tiff", "image/bmp", "image/webp", "image/jpeg")


class CodeReport(msgspec.Struct, frozen=True):
    """One code in a picture: what was read, and its grade."""

    text: str
    format: str
    symbology_id: str
    method: str
    """Stage of the reader: fast, ladder or guided; anything but fast is no pass."""
    is_rescue: bool
    unused_error_correction: float | None
    corners: list[list[float]]
    """Top left, top right, bottom right, bottom left; x, y in pixels, as the reader found them."""
    grade: dict[str, Any] | None
    """The record of docs/grading.md: status, overall, notation, wording, parameters, hints, ...; null: see `why`."""
    why: str


class PictureReport(msgspec.Struct, frozen=True):
    """What a picture shows."""

    answer: Answer
    """`found`; `unreadable`: something like a code that cannot be read; `absent`: nothing like a code."""
    why: str
    advice: list[str]
    """What to do, the likeliest first."""
    width: int
    height: int
    codes: list[CodeReport]


async def grade(call: Call[Asked, BinaryIO]) -> PictureReport:
    calibration = await actions.calibration_of(call.tx, call.query)
    return report_of(await DESK.do(partial(examine, call.body.read(), call.query, calibration)))


def report_of(seen: Examined) -> PictureReport:
    """The answer of the API."""
    return PictureReport(
        answer=seen.answer,
        why=seen.why,
        advice=list(seen.advice),
        width=seen.width,
        height=seen.height,
        codes=[
            CodeReport(
                text=code.read.text,
                format=code.read.format,
                symbology_id=code.read.symbology_id,
                method=code.read.method,
                is_rescue=code.read.is_rescue,
                unused_error_correction=code.read.uec,
                corners=code.read.corners.round(2).tolist(),
                grade=None if code.grade is None else code.grade.as_json(),
                why=code.why or ("" if code.grade is None else code.grade.why),
            )
            for code in seen.codes
        ],
    )


async def list_calibrations(call: Call[None, None]) -> list[KeptCalibration]:
    return await store.calibrations(call.tx)


async def enter(call: Call[None, NewCalibration]) -> KeptCalibration:
    return await actions.enter_calibration(call.tx, call.body, actor=call.actor, now=call.now)


async def retire(call: Call[None, None]) -> KeptCalibration:
    return await actions.retire_calibration(call.tx, call.path["id"], actor=call.actor, now=call.now)


ENDPOINTS = (
    Endpoint(
        "POST",
        "/api/v1/symbols/grade",
        "symbols:grade",
        "Grade the codes in a picture",
        grade,
        takes_file=True,
        file_bytes=limits.PICTURE_BYTES,
        file_types=PICTURES,
        query=Asked,
        returns=PictureReport,
        tag="Grading",
        description="The body is the picture: PNG, TIFF, BMP, WebP or JPEG (JPEG is read, never graded). Every code is told "
        f"with its read and, of the first {CODES_MAX}, its grade by the method of ISO/IEC 15415 (15416 for bars): by default "
        "uncalibrated, a process-control grade and no statement of conformity. A picture without a code is an answer that "
        "says what to do. Nothing is kept. Two pictures are graded at once; 503 with Retry-After when more are waiting than fit.",
    ),
    Endpoint(
        "GET",
        "/api/v1/calibrations",
        "grades:read",
        "Calibrations of stations, those in use first",
        list_calibrations,
        returns=list[KeptCalibration],
        tag="Grading",
    ),
    Endpoint(
        "POST",
        "/api/v1/calibrations",
        "calibrations:write",
        "Enter a calibration",
        enter,
        body=NewCalibration,
        returns=KeptCalibration,
        status=201,
        tag="Grading",
        description="Reflectance by a card, and the size of a pixel. It never changes; a new calibration is a new record.",
    ),
    Endpoint(
        "POST",
        "/api/v1/calibrations/{id}/retire",
        "calibrations:write",
        "Take a calibration out of use",
        retire,
        returns=KeptCalibration,
        tag="Grading",
    ),
)
