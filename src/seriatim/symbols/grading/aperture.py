"""The round spot through which a verifier looks: a disc, averaged over with soft rims.

Reflectance is measured through it everywhere, so that one hot pixel or a hairline does not decide a grade.
"""

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["REFERENCE_NUMBERS", "disc", "reference_number", "through"]

Pixels = NDArray[np.float32]

_FINE: Final = 16

REFERENCE_NUMBERS: Final = {
    "03": 0.075, "05": 0.125, "06": 0.15, "08": 0.20, "10": 0.25, "12": 0.30, "20": 0.50,
}  # fmt: skip
"""Aperture reference number (thousandths of an inch) to diameter in mm, ISO/IEC 15415 and 15416."""


def through(pixels: Pixels, diameter: float) -> Pixels:
    """Every pixel seen through an aperture of `diameter` pixels."""
    import cv2  # noqa: PLC0415 -- heavy

    return np.asarray(cv2.filter2D(pixels, -1, disc(round(diameter, 2)), borderType=cv2.BORDER_REPLICATE))


@lru_cache(maxsize=256)
def disc(diameter: float) -> Pixels:
    """A disc as weights that sum to one; pixels on its rim count by the share of them that lies inside."""
    reach = max(int(np.ceil(diameter / 2 - 0.5)), 0)
    side = 2 * reach + 1
    fine = (np.arange(side * _FINE) + 0.5) / _FINE - side / 2
    inside = fine[:, None] ** 2 + fine[None] ** 2 <= (diameter / 2) ** 2
    weights = inside.reshape(side, _FINE, side, _FINE).mean(axis=(1, 3))
    shares: Pixels = np.asarray(weights / weights.sum(), np.float32)
    shares.setflags(write=False)
    return shares


def reference_number(diameter_mm: float) -> str:
    """The standard's number for a diameter, in thousandths of an inch, two digits.

    >>> reference_number(0.2), reference_number(0.4)
    ('08', '16')
    """
    for number, size in REFERENCE_NUMBERS.items():
        if abs(size - diameter_mm) < 0.005:
            return number
    return f"{round(diameter_mm / 0.0254):02d}"
