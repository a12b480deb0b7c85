"""Where things are in a picture. Edge coordinates everywhere: the first pixel spans 0 to 1, its centre is at 0.5."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["Points", "apply", "from_corners", "outline", "sample"]

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
    solution = np.linalg.solve(equations, corners.ravel())
    return np.append(solution, 1.0).reshape(3, 3)


def outline(rows: int, columns: int, margin: float = 0.0) -> Points:
    """The corners of a symbol in module coordinates, pushed outwards by `margin` modules."""
    left, top, right, bottom = -margin, -margin, columns + margin, rows + margin
    return np.array([(left, top), (right, top), (right, bottom), (left, bottom)], np.float64)


def apply(homography: Points, x: Points, y: Points) -> tuple[Points, Points]:
    """Image of each point (arrays of one shape)."""
    h = homography
    depth = h[2, 0] * x + h[2, 1] * y + h[2, 2]
    return (h[0, 0] * x + h[0, 1] * y + h[0, 2]) / depth, (h[1, 0] * x + h[1, 1] * y + h[1, 2]) / depth


def sample(pixels: NDArray[np.float32], x: Points, y: Points) -> NDArray[np.float32]:
    """Bilinear values at points (2-D arrays); outside the picture its rim goes on."""
    import cv2  # noqa: PLC0415 -- heavy

    if len(x) > _REMAP_ROWS:
        half = len(x) // 2
        return np.concatenate([sample(pixels, x[:half], y[:half]), sample(pixels, x[half:], y[half:])])
    where_x, where_y = (x - 0.5).astype(np.float32), (y - 0.5).astype(np.float32)
    values = cv2.remap(pixels, where_x, where_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(values, np.float32).reshape(x.shape)
