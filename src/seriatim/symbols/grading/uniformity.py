"""How even the grid is: axial and grid non-uniformity (ISO/IEC 15415:2011, 7.8.5 and 7.8.6).

Measured on the pack's plane where a calibration gives it, else in the picture: a tilted camera then measures its tilt.
"""

import numpy as np

from seriatim.symbols.grading import geometry
from seriatim.symbols.grading.geometry import Points

__all__ = ["axial_nonuniformity", "grid_nonuniformity", "on_plane"]


def on_plane(points: Points, plane: Points | None, offset: tuple[float, float]) -> Points:
    """Points of a crop as points of the pack in mm; in pixels of the picture without a calibrated plane."""
    moved = points + offset
    if plane is None:
        return moved
    x, y = geometry.apply(plane, moved[..., 0], moved[..., 1])
    return np.stack([x, y], axis=-1)


def axial_nonuniformity(centres: Points) -> float:
    """Difference of the mean spacing of sampling points along both axes, as a share of their mean.

    `centres`: rows x columns x 2.
    """
    across = float(np.hypot(*np.diff(centres, axis=1).reshape(-1, 2).T).mean())
    down = float(np.hypot(*np.diff(centres, axis=0).reshape(-1, 2).T).mean())
    return abs(across - down) / ((across + down) / 2)


def grid_nonuniformity(points: Points, regions: tuple[int, int]) -> float:
    """Largest distance of a grid intersection from the even grid between the four corners, in X; worst region.

    `points`: (rows + 1) x (columns + 1) x 2. `regions`: how many down and across.
    """
    height, width = (points.shape[0] - 1) // regions[0], (points.shape[1] - 1) // regions[1]
    return max(
        _farthest(points[top * height : (top + 1) * height + 1, left * width : (left + 1) * width + 1])
        for top in range(regions[0])
        for left in range(regions[1])
    )


def _farthest(points: Points) -> float:
    rows, columns = points.shape[0] - 1, points.shape[1] - 1
    depth, share = np.linspace(0, 1, rows + 1)[:, None, None], np.linspace(0, 1, columns + 1)[None, :, None]
    top = points[0, 0] * (1 - share) + points[0, -1] * share
    bottom = points[-1, 0] * (1 - share) + points[-1, -1] * share
    even = top * (1 - depth) + bottom * depth
    sides = np.diff(points[[0, 0, -1, -1], [0, -1, -1, 0]], axis=0, append=points[None, 0, 0])
    across, down, back, up = np.hypot(sides[:, 0], sides[:, 1])
    pitch = float(np.sqrt((across + back) / 2 / columns * (down + up) / 2 / rows))
    off = points - even
    return float(np.sqrt(np.einsum("ijk,ijk->ij", off, off).max())) / pitch
