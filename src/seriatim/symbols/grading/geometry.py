"""Where things are in a picture. Edge coordinates everywhere: the first pixel spans 0 to 1, its centre is at 0.5."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from seriatim.symbols.errors import SymbolError

__all__ = ["Points", "apply", "from_corners", "outline", "sample", "solve"]

Points = NDArray[np.float64]

_REMAP_ROWS: Final = 30_000
"""OpenCV's limit on one side of a picture is 32,767."""


def from_corners(corners: Points, rows: int, columns: int) -> Points:
    """3 x 3 homography from module coordinates (x, y; origin at the top left corner) to pixels.

    `corners`: 4 x 2 pixels, top left, top right, bottom right, bottom left of the symbol's own frame.
    """
    source = outline(rows, columns)
    equations = np.zeros((8, 8))
    equations[::2, :2] = equations[1::2, 3:5] = source
    equations[::2, 2] = equations[1::2, 5] = 1
    equations[::2, 6:] = -source * corners[:, :1]
    equations[1::2, 6:] = -source * corners[:, 1:]
    return np.append(solve(equations, corners.ravel()), 1.0).reshape(3, 3)


def solve(equations: Points, right: Points) -> Points:
    """The solution of a small square system; OpenCV's, since numpy's spends ten times longer on getting started.

    Raises `SymbolError` `corners` when there is none: the corners of a code then lie on one line.
    """
    import cv2  # noqa: PLC0415 -- heavy

    solved, solution = cv2.solve(equations, np.ascontiguousarray(right[:, None]), flags=cv2.DECOMP_LU)
    if not solved:
        raise SymbolError("the corners of the code lie on one line", code="corners")
    return np.asarray(solution, np.float64)[:, 0]


def outline(rows: int, columns: int, margin: float = 0.0) -> Points:
    """The corners of a symbol in module coordinates, pushed outwards by `margin` modules."""
    left, top, right, bottom = -margin, -margin, columns + margin, rows + margin
    return np.array([(left, top), (right, top), (right, bottom), (left, bottom)], np.float64)


def apply(homography: Points, x: Points, y: Points) -> tuple[Points, Points]:
    """Image of each point (arrays of one shape)."""
    h = homography
    depth = h[2, 0] * x + h[2, 1] * y + h[2, 2]
    return (h[0, 0] * x + h[0, 1] * y + h[0, 2]) / depth, (h[1, 0] * x + h[1, 1] * y + h[1, 2]) / depth


def sample(
    pixels: NDArray[np.float32], x: Points | NDArray[np.float32], y: Points | NDArray[np.float32]
) -> NDArray[np.float32]:
    """Bilinear values at points (2-D arrays); outside the picture its rim goes on."""
    import cv2  # noqa: PLC0415 -- heavy

    if len(x) > _REMAP_ROWS:
        half = len(x) // 2
        return np.concatenate([sample(pixels, x[:half], y[:half]), sample(pixels, x[half:], y[half:])])
    centre = np.float32(0.5)
    where_x, where_y = (
        (x - centre).astype(np.float32, copy=False),
        (y - centre).astype(np.float32, copy=False),
    )
    values = cv2.remap(pixels, where_x, where_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(values, np.float32).reshape(x.shape)
