"""A picture somebody sends, looked at: which codes it shows, their grades, or what is wrong with it and what to do.

>>> from seriatim import symbols
>>> shot = symbols.synth.frame(symbols.encode("(01)09506000134352(21)A1", "datamatrix"), seed=7)
>>> import cv2
>>> seen = examine(cv2.imencode(".png", shot.image)[1].tobytes(), Asked())
>>> seen.answer, [(code.read.text, code.grade.notation) for code in seen.codes]
('found', [('(01)09506000134352(21)A1', '4.0/0.80X/660')])
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from time import monotonic
from typing import Annotated, Any, Final, Literal

import msgspec

from seriatim import symbols
from seriatim.areas.line.grading.advice import looks_like_a_code, on_no_code
from seriatim.base.errors import Unprocessable
from seriatim.symbols import Grade, ImageError, Read, SymbolError
from seriatim.symbols.grading import GRADED_FORMATS
from seriatim.symbols.image_header import header_of
from seriatim.symbols.images import Gray, decode_image

CODES_MAX: Final = 20
"""Codes of one picture that are graded; the others are named as read."""
READ_DEADLINE_MS: Final = 2_000.0
"""A person waits, no line: the reader may try four times as long as there."""
GRADING_SECONDS: Final = 8.0
"""After so long no further code of a picture is graded."""
PIXEL_PASSES_MAX: Final = 250_000_000
"""Pixels times passes of a progressive JPEG: some seconds of unpacking."""
_JPEG: Final = b"\xff\xd8\xff"

Answer = Literal["found", "unreadable", "absent"]
Share = Annotated[float, msgspec.Meta(ge=0.2, le=1.5)]
Millimetres = Annotated[float, msgspec.Meta(gt=0, le=20)]


class WrongAsk(Unprocessable):
    """The conditions of the grade do not fit together."""

    code = "wrong_grading_conditions"


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a picture shall be graded; the defaults are right for a Data Matrix or QR code on a pack."""

    edition: Literal["2011", "2024"] = "2011"
    """Of ISO/IEC 15415; 2024 is provisional."""
    aperture: Share | None = None
    """Diameter of the measuring spot as a share of X; 0.8 when neither this nor `aperture_mm` is given."""
    aperture_mm: Millimetres | None = None
    """The same in mm; needs `x_mm`."""
    x_mm: Millimetres | None = None
    """X, the width of a printed module, in mm: the notation then names the aperture by its number."""
    calibration: Annotated[str, msgspec.Meta(max_length=60)] = ""
    """Id of a calibration record of the station; empty: uncalibrated."""
    formats: Annotated[str, msgspec.Meta(max_length=200)] = ""
    """Only codes of these kinds, parted by commas; empty: every kind that can be graded."""
    limit: Annotated[float, msgspec.Meta(ge=0, le=4)] | None = None
    """The lowest grade that passes."""
    direct_mark: bool = False
    """A mark in the material itself: ISO/IEC 29158, provisional."""

    @property
    def spot(self) -> float:
        """The aperture as a share of X. Raises WrongAsk."""
        if self.aperture_mm is None:
            return 0.8 if self.aperture is None else self.aperture
        if self.aperture is not None:
            raise WrongAsk("Give aperture or aperture_mm, not both.", field="aperture_mm")
        if self.x_mm is None:
            raise WrongAsk("aperture_mm needs x_mm: the spot is measured in modules.", field="x_mm")
        share = self.aperture_mm / self.x_mm
        if not 0.2 <= share <= 1.5:
            raise WrongAsk(
                f"An aperture of {self.aperture_mm:g} mm is {share:.2f} of X = {self.x_mm:g} mm; 0.2 to 1.5 is possible, "
                "0.8 usual.",
                field="aperture_mm",
            )
        return share

    @property
    def kinds(self) -> Sequence[str]:
        """The formats to read."""
        return [name.strip().lower() for name in self.formats.split(",") if name.strip()] or GRADED_FORMATS


class NewCalibration(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A station, measured with a reflectance card and a ruler or printed grid."""

    id: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._-]{0,59}\Z")]
    """As written on the station's record."""
    made_on: date
    card: Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
    """The reflectance card: type and serial number."""
    dark_level: Annotated[float, msgspec.Meta(ge=0, le=255)] = 0.0
    """Gray level of no light."""
    white_level: Annotated[float, msgspec.Meta(ge=0, le=1000)] = 255.0
    """Gray level of reflectance 1, reckoned from the card; may lie above 255."""
    mm_per_pixel: Annotated[float, msgspec.Meta(gt=0, le=5)] | None = None
    """Size of a pixel on the pack; without it only reflectance is calibrated."""
    note: Annotated[str, msgspec.Meta(max_length=200)] = ""

    def checked(self) -> symbols.Calibration:
        """The record as the grader takes it. Raises SymbolError `calibration`."""
        return symbols.Calibration(
            self.id, self.made_on, self.card, self.dark_level, self.white_level, self.mm_per_pixel
        )


@dataclass(frozen=True, slots=True)
class GradedCode:
    """One code of the picture."""

    read: Read
    grade: Grade | None
    """None: not graded, see `why`."""
    why: str = ""

    @property
    def overall(self) -> float | None:
        return None if self.grade is None else self.grade.overall


@dataclass(frozen=True, slots=True)
class Examined:
    """A picture, looked at."""

    width: int
    height: int
    answer: Answer
    why: str
    """Why no code is shown; empty when there is one."""
    advice: tuple[str, ...]
    """What to do, the likeliest first."""
    codes: tuple[GradedCode, ...] = ()


def examine(data: bytes, asked: Asked, calibration: symbols.Calibration | None = None) -> Examined:
    """Reads and grades the codes in a picture file (PNG, TIFF, BMP, WebP, JPEG).

    Raises ImageError for a file that is no picture or too large a one (before a pixel is unpacked), SymbolError
    `format` for an unknown kind, WrongAsk.
    """
    spot, kinds = asked.spot, asked.kinds
    _refuse_costly(data)
    pixels = decode_image(data)
    reads = symbols.read(pixels, formats=kinds, deadline_ms=READ_DEADLINE_MS)
    height, width = pixels.shape
    if not reads:
        there = looks_like_a_code(pixels)
        why, advice = on_no_code(pixels, is_there=there)
        return Examined(width, height, "unreadable" if there else "absent", why, advice)
    graded = _grades(pixels, reads, spot, asked, conditions_of(asked, calibration, is_jpeg=_is_jpeg(data)))
    return Examined(width, height, "found", "", (), graded)


def grade_again(
    data: bytes, reads: Sequence[Read], asked: Asked, calibration: symbols.Calibration | None
) -> Examined:
    """The same grades of a picture that was kept, without searching it again: same picture, same reads, same record."""
    pixels = decode_image(data)
    height, width = pixels.shape
    conditions = conditions_of(asked, calibration, is_jpeg=_is_jpeg(data))
    return Examined(
        width, height, "found", "", (), _grades(pixels, reads, asked.spot, asked, conditions, seconds=None)
    )


def conditions_of(
    asked: Asked, calibration: symbols.Calibration | None, *, is_jpeg: bool
) -> symbols.Conditions:
    """How the picture was taken, as far as anybody says."""
    conditions = symbols.Conditions(x_mm=asked.x_mm, calibration=calibration, direct_mark=asked.direct_mark)
    return replace(conditions, linear_camera=False) if is_jpeg else conditions


def _refuse_costly(data: bytes) -> None:
    """Raises ImageError for a file that would take minutes to unpack. By its header alone."""
    header = header_of(data)
    if header is not None and header.width * header.height * header.passes > PIXEL_PASSES_MAX:
        raise ImageError(
            f"{header.width} x {header.height} pixels in {header.passes} passes take too long to unpack; save the picture "
            "as PNG.",
            code="image_too_large",
        )


def _is_jpeg(data: bytes) -> bool:
    return data.startswith(_JPEG)


def _grades(
    pixels: Gray,
    reads: Sequence[Read],
    spot: float,
    asked: Asked,
    conditions: symbols.Conditions,
    seconds: float | None = GRADING_SECONDS,
) -> tuple[GradedCode, ...]:
    until = None if seconds is None else monotonic() + seconds
    graded: list[GradedCode] = []
    for number, read in enumerate(reads, 1):
        if number > CODES_MAX:
            graded.append(GradedCode(read, None, f"Only {CODES_MAX} codes of a picture are graded."))
        elif until is not None and monotonic() > until:
            graded.append(GradedCode(read, None, "The time for this picture was used up; send a part of it."))
        else:
            graded.append(_graded(pixels, read, spot, asked, conditions))
    return tuple(graded)


def _graded(
    pixels: Gray, read: Read, spot: float, asked: Asked, conditions: symbols.Conditions
) -> GradedCode:
    try:
        return GradedCode(
            read,
            symbols.grade(pixels, read, edition=asked.edition, aperture=spot, conditions=conditions),
        )
    except SymbolError as error:
        return GradedCode(read, None, f"{error}.")


class KeptRead(msgspec.Struct, frozen=True):
    """What was read, as a row keeps it."""

    text: str
    data: bytes
    format: str
    symbology_id: str
    corners: list[list[float]]
    method: Literal["fast", "ladder", "guided"]
    uec: float | None
    milliseconds: float
    size: tuple[int, int] | None

    @classmethod
    def of(cls, read: Read) -> "KeptRead":
        values: dict[str, Any] = {name: getattr(read, name) for name in cls.__struct_fields__}
        return cls(**{**values, "corners": read.corners.tolist()})

    def read(self) -> Read:
        """What the grader takes."""
        import numpy as np  # noqa: PLC0415 -- heavy

        values = msgspec.structs.asdict(self)
        return Read(**{**values, "corners": np.array(self.corners, np.float64)})
