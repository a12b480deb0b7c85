"""Grade a picture: drop a photograph of a code, get its report; and the calibrations of stations.

A graded picture has an address of its own for a day, from which its reports are fetched without sending it again.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final
from uuid import UUID

import msgspec
from starlette.responses import Response

from seriatim.areas.line import grading
from seriatim.base import limits
from seriatim.base.errors import NotFound, SeriatimError, Unprocessable
from seriatim.base.http import NO_STORE
from seriatim.symbols import Calibration, Grade, ImageError, SymbolError
from seriatim.symbols.grading import GRADED_FORMATS
from seriatim.symbols.grading.report import Parts, html_parts, html_report, parts_style, png_report
from seriatim.web.console.asking import sentence, tried
from seriatim.web.pages import Page, Visit

KINDS: Final[Mapping[str, str]] = {
    "datamatrix": "Data Matrix",
    "qrcode": "QR Code",
    "gs1-128": "GS1-128",
    "code128": "Code 128",
    "itf14": "ITF-14",
}
"""Formats that are graded, as people call them."""
LIMITS: Final = (("", "none"), ("1.5", "C 1.5"), ("2.5", "B 2.5"), ("3.5", "A 3.5"))
OPTIONS: Final = (
    "edition",
    "formats",
    "x_mm",
    "aperture",
    "aperture_mm",
    "calibration",
    "limit",
    "direct_mark",
)
REMEDIES: Final[Mapping[str, str]] = {
    "not_an_image": "PNG, TIFF, BMP, WebP and JPEG are understood. Save it again, and see that it is whole.",
    "image_too_large": "Cut the code out, with some margin around it, and bring that.",
    "image_too_small": "Bring the whole picture, not a thumbnail.",
    "image_empty": "The file holds nothing. Save it again.",
    "several_pictures": "Save one of its pictures as PNG.",
    "unsupported_pixels": "Save it as gray or colour of 8 or 16 bits.",
}
MEDIA: Final[Mapping[str, str]] = {"html": "text/html", "png": "image/png", "json": "application/json"}
REPORT: Final = re.compile(r"([1-9][0-9]?)\.(html|png|json)")


class BadPicture(Unprocessable):
    """This picture cannot be looked at."""

    code = "bad_picture"


@dataclass(frozen=True, slots=True)
class Shown:
    """One code on the page."""

    number: int
    code: grading.GradedCode
    parts: Parts | None

    @property
    def kind(self) -> str:
        return KINDS.get(self.code.read.format, self.code.read.format.upper())


async def empty(visit: Visit) -> Response:
    return await _form(visit)


async def grade(visit: Visit) -> Response:
    """Looks at the picture of the form; a graded one goes to its own address."""
    fields = {name: visit.form.get(name, "").strip() for name in OPTIONS}
    data = b"" if visit.upload is None else await visit.upload.read()
    name = (visit.upload.filename or "") if visit.upload is not None else ""

    async def deed() -> grading.KeptPicture | grading.Examined:
        asked = grading.asked_of(fields)
        calibration = await grading.calibration_of(visit.tx, asked)
        seen = await _examined(data, asked, calibration)
        if seen.answer != "found":
            return seen
        return await grading.keep(visit.tx, data, name, asked, seen, actor=visit.actor, now=visit.now)

    try:
        outcome = await tried(visit, deed)
    except grading.DeskBusy as busy:
        outcome = busy
    if isinstance(outcome, SeriatimError):
        return await _form(visit, fields, fault=outcome)
    if isinstance(outcome, grading.Examined):
        return await _form(visit, fields, seen=outcome, name=name)
    return visit.go(f"/console/grade/{outcome.id}")


async def _examined(data: bytes, asked: grading.Asked, calibration: Calibration | None) -> grading.Examined:
    """Raises BadPicture with what to do, DeskBusy."""
    if not data:
        raise BadPicture("No picture came with this. Choose one, or drop one.")
    try:
        return await grading.DESK.do(partial(grading.examine, data, asked, calibration))
    except ImageError as error:
        remedy = REMEDIES.get(error.code, "")
        raise BadPicture(f"{sentence(str(error))} {remedy}".strip(), reason=error.code) from error
    except SymbolError as error:
        raise BadPicture(sentence(str(error)), reason=error.code) from error


async def one(visit: Visit) -> Response:
    """The report of a kept picture: every code of it."""
    kept, calibration = await _kept(visit)
    seen, shown = await grading.DESK.do(partial(_drawn, kept, calibration))
    return visit.html(
        "console/grade_one.html",
        section="Grade",
        kept=kept,
        seen=seen,
        shown=shown,
        style=parts_style(),
        hours=grading.KEPT_HOURS,
    )


def _drawn(
    kept: grading.KeptPicture, calibration: Calibration | None
) -> tuple[grading.Examined, list[Shown]]:
    seen = _again(kept, calibration)
    level = 1 if len(seen.codes) == 1 else 2
    return seen, [
        Shown(
            number,
            code,
            None
            if code.grade is None
            else html_parts(code.grade, limit=kept.asked.limit, level=level, number=number),
        )
        for number, code in enumerate(seen.codes, 1)
    ]


def _again(kept: grading.KeptPicture, calibration: Calibration | None) -> grading.Examined:
    return grading.grade_again(kept.picture, [one.read() for one in kept.reads], kept.asked, calibration)


async def report(visit: Visit) -> Response:
    """One code's report as a file."""
    asked = REPORT.fullmatch(visit.path["file"])
    kept, calibration = await _kept(visit)
    if asked is None or int(asked[1]) > len(kept.reads):
        raise NotFound("This picture has no such report.")
    number, kind = int(asked[1]), asked[2]
    content = await grading.DESK.do(partial(_report, kept, calibration, number, kind))
    stem = re.sub(r"[^A-Za-z0-9_-]+", "-", kept.name.rsplit(".", 1)[0]).strip("-") or "picture"
    file = f"grade-{stem}-{number}.{kind}" if len(kept.reads) > 1 else f"grade-{stem}.{kind}"
    headers = {**NO_STORE, "content-disposition": f'attachment; filename="{file}"'}
    return Response(content, 200, headers, MEDIA[kind])


def _report(kept: grading.KeptPicture, calibration: Calibration | None, number: int, kind: str) -> bytes:
    """Raises NotFound for a code that was not graded."""
    found = _again(kept, calibration).codes[number - 1].grade
    if found is None:
        raise NotFound("This code was read and not graded, so it has no report.")
    return _written(found, kind, kept)


def _written(found: Grade, kind: str, kept: grading.KeptPicture) -> bytes:
    limit = kept.asked.limit
    match kind:
        case "html":
            return html_report(found, limit=limit).encode()
        case "png":
            return png_report(found, limit=limit)
        case _:
            return msgspec.json.format(msgspec.json.encode(found.as_json()), indent=2)


async def _kept(visit: Visit) -> tuple[grading.KeptPicture, Calibration | None]:
    try:
        picture_id = UUID(visit.path["id"])
    except ValueError:
        raise NotFound("There is no picture at this address.") from None
    picture = await grading.known_picture(visit.tx, picture_id, now=visit.now)
    return picture, await grading.calibration_of(visit.tx, picture.asked, retired_too=True)


async def _form(
    visit: Visit,
    fields: Mapping[str, str] | None = None,
    *,
    fault: SeriatimError | None = None,
    seen: grading.Examined | None = None,
    name: str = "",
) -> Response:
    wait = None if fault is None else fault.facts.get("retry_after_s")
    return visit.html(
        "console/grade.html",
        200 if fault is None else fault.status,
        {"retry-after": str(wait)} if wait else None,
        section="Grade",
        fields=dict.fromkeys(OPTIONS, "") | dict(fields or {}),
        fault=fault,
        seen=seen,
        name=name,
        kinds=[(kind, KINDS.get(kind, kind.upper())) for kind in GRADED_FORMATS],
        pass_limits=LIMITS,
        calibrations=[one for one in await grading.calibrations(visit.tx) if one.retired_at is None],
        recent=await grading.kept_names(visit.tx, visit.now),
        hours=grading.KEPT_HOURS,
        kept_max=grading.KEPT_MAX,
        bytes_max=limits.PICTURE_BYTES,
        may_grade=visit.may("symbols:grade"),
    )


async def calibrations(visit: Visit) -> Response:
    return await _calibrations(visit)


async def enter(visit: Visit) -> Response:
    values = {name: visit.form.get(name, "").strip() for name in grading.NewCalibration.__struct_fields__}

    async def deed() -> Any:
        given = {name: value for name, value in values.items() if value}
        try:
            new = msgspec.convert(given, grading.NewCalibration, strict=False)
        except msgspec.ValidationError as error:
            raise grading.RefusedCalibration(f"{error}.") from error
        return await grading.enter_calibration(visit.tx, new, actor=visit.actor, now=visit.now)

    outcome = await tried(visit, deed)
    if isinstance(outcome, SeriatimError):
        return await _calibrations(visit, values, fault=outcome)
    return visit.go("/console/grade/calibrations")


async def retire(visit: Visit) -> Response:
    await grading.retire_calibration(visit.tx, visit.path["id"], actor=visit.actor, now=visit.now)
    return visit.go("/console/grade/calibrations")


async def _calibrations(
    visit: Visit, values: Mapping[str, str] | None = None, *, fault: SeriatimError | None = None
) -> Response:
    return visit.html(
        "console/grade_calibrations.html",
        200 if fault is None else fault.status,
        section="Grade",
        kept=await grading.calibrations(visit.tx),
        values=dict.fromkeys(grading.NewCalibration.__struct_fields__, "") | dict(values or {}),
        fault=fault,
        may_write=visit.may("calibrations:write"),
    )


PAGES: Final = (
    Page("/console/grade", empty, "grades:read"),
    Page("/console/grade", grade, "symbols:grade", ("POST",), upload_bytes=limits.PICTURE_BYTES),
    Page("/console/grade/calibrations", calibrations, "grades:read"),
    Page("/console/grade/calibrations", enter, "calibrations:write", ("POST",)),
    Page("/console/grade/calibrations/{id}/retire", retire, "calibrations:write", ("POST",)),
    Page("/console/grade/{id}", one, "grades:read"),
    Page("/console/grade/{id}/{file}", report, "grades:read"),
)
