"""A first, honest mark for a printed code: is it dark enough, and how much repair did reading it need?

This is provisional: contrast and unused error correction only, not an ISO/IEC 15415 grade.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from seriatim.symbols import images
from seriatim.symbols.errors import SymbolError
from seriatim.symbols.images import Gray
from seriatim.symbols.read import Read

__all__ = ["PROVISIONAL_NOTE", "ProvisionalGrade", "grade_provisional", "letter"]

PROVISIONAL_NOTE: Final = "provisional: contrast and unused error correction only, not an ISO/IEC 15415 grade"

_CONTRAST: Final = (0.70, 0.55, 0.40, 0.20)
_UNUSED_CORRECTION: Final = (0.62, 0.50, 0.37, 0.25)
_QUIET_ZONE_MODULES: Final = 1


@dataclass(frozen=True, slots=True)
class ProvisionalGrade:
    """Provisional: contrast and unused error correction only, not an ISO/IEC 15415 grade."""

    overall: float
    """0 to 4, the lowest of the part grades."""
    letter: str
    """A, B, C, D or F."""
    contrast: float
    """Reflectance of the lightest 1 % less that of the darkest 1 % within symbol and quiet zone, 0 to 1, with
    white (255) taken as reflectance 1: uncalibrated."""
    contrast_grade: int
    uec: float | None
    """Unused error correction 0 to 1; None for linear symbols."""
    uec_grade: int | None
    decode_grade: int
    """4 for a read of the fast stage; 0 for a read by the ladder."""
    note: str = PROVISIONAL_NOTE


def grade_provisional(image: NDArray[Any], read: Read) -> ProvisionalGrade:
    """Grade a code found by `read` in `image` (rows x columns, 8-bit linear gray, never JPEG).

    Provisional: contrast and unused error correction only, not an ISO/IEC 15415 grade. Thresholds 4/3/2/1 are those
    of ISO/IEC 15415:2011 for symbol contrast and unused error correction; the lowest part grade is the overall one.
    Raises `SymbolError` `corners` when the code does not lie in this picture.
    """
    contrast = _contrast(images.gray(image), read)
    contrast_grade = _level(contrast, _CONTRAST)
    uec_grade = None if read.uec is None else _level(read.uec, _UNUSED_CORRECTION)
    decode_grade = 4 if read.method == "fast" else 0
    overall = min(grade for grade in (contrast_grade, uec_grade, decode_grade) if grade is not None)
    return ProvisionalGrade(
        overall=float(overall),
        letter=letter(overall),
        contrast=contrast,
        contrast_grade=contrast_grade,
        uec=read.uec,
        uec_grade=uec_grade,
        decode_grade=decode_grade,
    )


def letter(overall: float) -> str:
    """A from 3.5, B from 2.5, C from 1.5, D from 0.5, else F."""
    return "FDCBA"[sum(overall >= limit for limit in (0.5, 1.5, 2.5, 3.5))]


def _level(value: float, thresholds: tuple[float, ...]) -> int:
    return sum(value >= threshold for threshold in thresholds)


def _contrast(pixels: Gray, read: Read) -> float:
    """Spread of reflectance between the 1 % and 99 % points, so that one hot pixel does not lift a grade."""
    import cv2  # noqa: PLC0415 -- heavy

    modules = np.array(read.size or (1, 60))[::-1]
    centre = read.corners.mean(axis=0)
    grown = centre + (read.corners - centre) * (1 + 2 * _QUIET_ZONE_MODULES / modules.min())
    left, top = np.maximum(np.floor(grown.min(axis=0)), 0).astype(int)
    right, bottom = np.minimum(np.ceil(grown.max(axis=0)) + 1, pixels.shape[::-1]).astype(int)
    if left >= right or top >= bottom:
        raise SymbolError("the code lies outside this picture: was it read in another one?", code="corners")
    window = pixels[top:bottom, left:right]
    mask = np.zeros(window.shape, np.uint8)
    cv2.fillConvexPoly(mask, np.round(grown - (left, top)).astype(np.int32), 1)
    dark, light = np.percentile(window[mask == 1], (1, 99))
    return float(light - dark) / 255
