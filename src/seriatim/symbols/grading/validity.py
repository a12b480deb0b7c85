"""Is this a picture that can be graded at all? A bad picture is no bad code: it gets no grade, and says why."""

from typing import Final

import numpy as np

from seriatim.symbols import limits
from seriatim.symbols.grading.conditions import Conditions
from seriatim.symbols.grading.grid import Grid
from seriatim.symbols.grading.record import Status
from seriatim.symbols.images import Gray

__all__ = ["blockiness", "refusal"]

_CLIPPED_MAX: Final = 0.001
_OVERSHOOT_MAX: Final = 0.12
"""Share of contrast; a lens does not swing beyond its plateaus, a sharpening filter does."""
_BLOCKINESS_MAX: Final = 1.25
_FLAT_RANGE: Final = 14
"""Gray levels within seven pixels that still count as flat paper."""
_FLAT_PIXELS_MIN: Final = 400
_BLOCK: Final = 8


def refusal(
    gray: Gray,
    grid: Grid,
    conditions: Conditions,
    clipped: float,
    offset: tuple[float, float],
) -> tuple[Status, str] | None:
    """Why this picture cannot be graded, and what to do; None when it can.

    `gray`: the crop with the code; `clipped`: share of clipped pixels in its inspection area; `offset`: where the crop begins in the picture.
    """
    if grid.pitch < limits.GRADE_PIXELS_PER_MODULE_MIN * (1 - limits.GRADE_PIXELS_TOLERANCE):
        return "insufficient_resolution", (
            f"A module covers {grid.pitch:.1f} pixels; at least {limits.GRADE_PIXELS_PER_MODULE_MIN:g} are needed to "
            "grade. Bring the camera nearer or use a longer lens."
        )
    if not conditions.linear_camera:
        return "invalid_image", (
            "The camera changes its pictures (gamma, sharpening, JPEG or automatic exposure): switch that off."
        )
    if clipped > _CLIPPED_MAX:
        return "invalid_image", (
            f"{clipped:.1%} of the pixels are at 0 or 255, at most {_CLIPPED_MAX:.1%} may be: lower exposure or gain. "
            "(Artwork that never saw a camera is all 0 and 255; grade a picture of the print.)"
        )
    if grid.overshoot > _OVERSHOOT_MAX:
        return (
            "invalid_image",
            f"Edges swing over by {grid.overshoot:.0%}: switch the camera's sharpening off.",
        )
    if blockiness(gray, offset) > _BLOCKINESS_MAX:
        return (
            "invalid_image",
            "The picture has been through JPEG: grade the camera's own pixels (PNG, TIFF or BMP).",
        )
    return None


def blockiness(gray: Gray, offset: tuple[float, float]) -> float:
    """How much more flat paper steps at the 8 x 8 grid of JPEG than elsewhere; about 1 for a camera's own pixels.

    A code's own lines may happen to lie on that grid along one axis, hardly along both: a suspect is asked twice.
    """
    across = _blockiness(gray, int(offset[0]))
    if across <= _BLOCKINESS_MAX:
        return across
    return min(across, _blockiness(np.ascontiguousarray(gray.T), int(offset[1])))


def _blockiness(gray: Gray, first: int) -> float:
    """Along the rows; `first` is the picture's column in which the crop begins."""
    import cv2  # noqa: PLC0415 -- heavy

    gray = gray[::2]  # every other row tells enough
    spread = cv2.subtract(
        cv2.dilate(gray, np.ones((1, 7), np.uint8)), cv2.erode(gray, np.ones((1, 7), np.uint8))
    )
    flat = cv2.threshold(spread[:, 1:], _FLAT_RANGE - 1, 1, cv2.THRESH_BINARY_INV)[1]
    steps = cv2.multiply(cv2.absdiff(gray[:, 1:], gray[:, :-1]), flat)
    columns = (np.arange(steps.shape[1]) + 1 + first) % _BLOCK
    counts, sums = (
        np.asarray(cv2.reduce(one, 0, cv2.REDUCE_SUM, dtype=cv2.CV_32S)[0]) for one in (flat, steps)
    )
    edge = columns == 0
    if counts[edge].sum() < _FLAT_PIXELS_MIN or counts[~edge].sum() < _FLAT_PIXELS_MIN:
        return 1.0
    at_edges = sums[edge].sum() / counts[edge].sum()
    elsewhere = sums[~edge].sum() / counts[~edge].sum()
    return float((at_edges + 0.1) / (elsewhere + 0.1))
