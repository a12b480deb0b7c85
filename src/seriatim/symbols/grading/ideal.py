"""What the symbol should look like: sampled roughly, repaired, laid out again module for module.

The decoder's corners are off by up to 1.6 pixels: good enough to tell dark from light, not to measure.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seriatim.symbols.grading import geometry
from seriatim.symbols.grading.geometry import Points
from seriatim.symbols.matrix import MatrixLayout, datamatrix, qr
from seriatim.symbols.matrix.layout import DARK, FREE

__all__ = ["Ideal", "find_ideal"]

Bits = NDArray[np.bool_]
Pixels = NDArray[np.float32]

_AGREEMENT: Final = 0.75
"""Share of fixed modules that must have the right colour for an orientation to be tried."""
_NUDGES: Final = (
    (0.0, 0.0),
    (0.3, 0.0),
    (-0.3, 0.0),
    (0.0, 0.3),
    (0.0, -0.3),
    (0.3, 0.3),
    (-0.3, -0.3),
    (0.3, -0.3),
    (-0.3, 0.3),
)
"""Shifts in modules, tried in turn until the symbol makes sense."""


@dataclass(frozen=True, slots=True)
class Ideal:
    """The symbol as it was meant, and roughly where it stands."""

    layout: MatrixLayout
    modules: Bits = field(repr=False, compare=False)
    """Rows x columns, dark is True, repaired."""
    codewords: NDArray[np.uint8] = field(repr=False, compare=False)
    homography: Points = field(repr=False, compare=False)
    """Module coordinates of the ideal symbol to pixels; off by up to 0.3 module."""
    mirrored: bool
    inverted: bool
    """Light on dark: the picture is to be inverted before it is measured."""


def find_ideal(pixels: Pixels, corners: Points, form: str, size: tuple[int, int]) -> Ideal | None:
    """The ideal symbol for a code read in this picture; None when no sampling of it can be repaired.

    `pixels`: rows x columns, gray. `corners`: as the decoder gave them, 4 x 2. `form`: "datamatrix" or "qrcode".
    `size`: rows and columns of modules.
    """
    rows, columns = size
    start = geometry.from_corners(corners, rows, columns)
    x, y = _centres(rows, columns)
    for picture in _thickened(pixels):
        for dx, dy in _NUDGES:
            values = geometry.sample(picture, *geometry.apply(start, x + dx, y + dy))
            for bits in _thresholded(values):
                found = _explain(bits, form, start)
                if found is not None:
                    return found
    return None


def _thickened(pixels: Pixels) -> Iterator[Pixels]:
    """The picture; then with all dark, then all light, a pixel thicker: thin modules are easily missed."""
    import cv2  # noqa: PLC0415 -- heavy

    yield pixels
    square = np.ones((3, 3), np.uint8)
    yield np.asarray(cv2.erode(pixels, square), np.float32)
    yield np.asarray(cv2.dilate(pixels, square), np.float32)


@lru_cache(maxsize=64)
def _centres(rows: int, columns: int) -> tuple[Points, Points]:
    """Module centres in module coordinates."""
    y, x = np.mgrid[:rows, :columns] + 0.5
    return x, y


def _thresholded(values: Pixels) -> Iterator[Bits]:
    """Dark modules by the middle of the whole symbol, then by the middle of each neighbourhood."""
    import cv2  # noqa: PLC0415 -- heavy

    ordered = np.sort(values, axis=None)
    count = len(ordered)
    yield values < (ordered[count * 15 // 100] + ordered[count * 85 // 100]) / 2
    yield values < cv2.boxFilter(values, -1, (9, 9), borderType=cv2.BORDER_REFLECT)


def _explain(bits: Bits, form: str, start: Points) -> Ideal | None:
    for mirrored in (False, True):
        seen = bits.T if mirrored else bits
        for inverted in (False, True):
            dark = ~seen if inverted else seen
            layout = _layout(dark, form)
            repair = None if layout is None else layout.repair(layout.codewords(dark))
            if layout is not None and repair is not None:
                homography = start[:, [1, 0, 2]] if mirrored else start
                return Ideal(
                    layout, layout.modules(repair.codewords), repair.codewords, homography, mirrored, inverted
                )
    return None


def _layout(dark: Bits, form: str) -> MatrixLayout | None:
    """The layout, if the fixed patterns stand where they should."""
    size = (dark.shape[0], dark.shape[1])
    if form == "qrcode":
        fixed = qr.fixed_patterns(qr.version_of(size))
        if not _agrees(dark, fixed):
            return None
        known = qr.read_format(dark)
        return None if known is None else qr.layout(qr.version_of(size), *known)
    layout = datamatrix.layout(size) if size in datamatrix.SIZES else None
    return layout if layout is not None and _agrees(dark, layout.fixed) else None


def _agrees(dark: Bits, fixed: NDArray[np.int8]) -> bool:
    known = fixed != FREE
    return bool((dark[known] == (fixed[known] == DARK)).mean() >= _AGREEMENT)
