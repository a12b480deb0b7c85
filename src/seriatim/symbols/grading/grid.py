"""Where the modules really are: all edges of the known symbol are found to a fraction of a pixel and fitted at once.

Each edge is located by the integral of its profile (`edges`) between the levels of wide areas (`levels`); one robust
least squares then gives a homography and the print growth of both axes (`adjustment`). What remains of each grid line
is its own shift, the raw material of grid non-uniformity.
"""

from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seriatim.symbols.grading import geometry
from seriatim.symbols.grading.adjustment import Adjustment, Solution, moved
from seriatim.symbols.grading.edges import (
    Edges,
    Found,
    edge_width,
    edges_of,
    locate,
    mean_profiles,
    overshoot,
)
from seriatim.symbols.grading.geometry import Points
from seriatim.symbols.grading.levels import Levels

__all__ = ["Grid", "fit", "fit_regions"]

Bits = NDArray[np.bool_]
Pixels = NDArray[np.float32]

_LEFT_MAX: Final = 0.003
"""Modules; the fit is repeated until no corner would move farther. Thin modules and soft pictures take more turns."""
_ROUNDS_MAX: Final = 5
_PASSES: Final = 2
"""Of least squares in each turn but the first, which has one. They begin with what the turn before thought of each edge."""
_GROWTH_MATTERS: Final = 0.1
"""X; less growth changes nothing in what blur does."""


@dataclass(frozen=True, slots=True)
class Grid:
    """The true grid of a symbol in a picture, and what its edges tell."""

    points: Points = field(repr=False, compare=False)
    """(rows + 1) x (columns + 1) x 2 pixels: the grid's intersections."""
    homography: Points = field(repr=False, compare=False)
    """Best homography from module coordinates to pixels, single lines' shifts left out."""
    growth: tuple[float, float]
    """Print growth in X, along x and y: how much wider dark modules are than their share."""
    line_shifts: tuple[Points, Points] = field(repr=False, compare=False)
    """Shift of each vertical and each horizontal grid line against the homography, in X."""
    edge_widths: tuple[float, float]
    """From 10 to 90 % of an edge's contrast along x and y, in pixels: how sharp the picture is."""
    overshoot: float
    """How far profiles swing beyond their plateaus, as a share of contrast: sharpening shows here."""
    residual: float
    """Median distance of edges from the fit, in X."""
    pitch: float
    """Pixels per module: the geometric mean over both axes."""

    def centres(self, margin: int = 0) -> Points:
        """(rows + 2 margin) x (columns + 2 margin) x 2 pixels: where modules and quiet zone are sampled."""
        p = self.points
        if margin:
            p = _extended(_extended(p, margin).swapaxes(0, 1), margin).swapaxes(0, 1)
        return (p[:-1, :-1] + p[1:, :-1] + p[:-1, 1:] + p[1:, 1:]) / 4


def _extended(points: Points, margin: int) -> Points:
    """Grid lines continued beyond the first and last row, at the mean distance between rows."""
    step = (points[-1] - points[0]) / (len(points) - 1)
    beyond = np.arange(1, margin + 1)[:, None, None] * step
    return np.concatenate([points[0] - beyond[::-1], points, points[-1] + beyond])


def fit(pixels: Pixels, surrounded: Bits, start: Points) -> Grid | None:
    """Fit the grid of a known symbol; None when too few of its edges can be found.

    `pixels`: gray, dark modules dark. `surrounded`: (rows + 2) x (columns + 2), dark is True: the modules and one ring
    of what lies around them (light, for a whole symbol). `start`: 3 x 3 from module coordinates to pixels, right to
    about a third of a module.
    """
    rows, columns = surrounded.shape[0] - 2, surrounded.shape[1] - 2
    edges = edges_of(surrounded)
    settled = _settle(pixels, edges, start, Levels.of(surrounded), (rows, columns))
    if settled is None:
        return None
    homography, found, solution = settled
    shifts = (solution.shifts[: columns + 1], solution.shifts[columns + 1 :])
    lines_x, lines_y = np.arange(columns + 1) + shifts[0], np.arange(rows + 1) + shifts[1]
    x, y = geometry.apply(homography, *np.meshgrid(lines_x, lines_y))
    profiles = mean_profiles(edges, found)
    pitch = _pitch(homography, rows, columns)
    return Grid(
        points=np.stack([x, y], axis=-1),
        homography=homography,
        growth=(float(solution.growth[0]), float(solution.growth[1])),
        line_shifts=shifts,
        edge_widths=(edge_width(profiles[0]) * pitch, edge_width(profiles[1]) * pitch),
        overshoot=overshoot(profiles),
        residual=solution.scale,
        pitch=pitch,
    )


def fit_regions(pixels: Pixels, surrounded: Bits, whole: Grid, regions: tuple[int, int]) -> Grid:
    """The grid with a homography of its own for each region: large symbols bend with what they stand on.

    `regions`: how many down and across. A region that cannot be fitted keeps the grid of the whole symbol.
    """
    rows, columns = surrounded.shape[0] - 2, surrounded.shape[1] - 2
    height, width = rows // regions[0], columns // regions[1]
    total = np.zeros_like(whole.points)
    counted = np.zeros((rows + 1, columns + 1, 1))
    for top in range(0, rows, height):
        for left in range(0, columns, width):
            area = (slice(top, top + height + 1), slice(left, left + width + 1))
            move = np.array([[1, 0, left], [0, 1, top], [0, 0, 1.0]])
            part = surrounded[top : top + height + 2, left : left + width + 2]
            mine = fit(pixels, part, whole.homography @ move)
            total[area] += whole.points[area] if mine is None else mine.points
            counted[area] += 1
    return replace(whole, points=total / counted)


def _settle(
    pixels: Pixels,
    edges: tuple[Edges, Edges],
    homography: Points,
    levels: Levels,
    size: tuple[int, int],
) -> tuple[Points, Found, Solution] | None:
    """Locate and solve by turns until nothing is left to move, judged by how fast the moves grow shorter."""
    adjustment, before = Adjustment.of(edges, *size), 0.0
    trust: Points | None = None
    for turn in range(1, _ROUNDS_MAX + 1):
        found = locate(pixels, edges, homography, levels, roughly=turn == 1)
        solution = adjustment.solve(found, trust, passes=1 if turn == 1 else _PASSES)
        if solution is None:
            return None
        homography, farthest = moved(homography, solution.motion, *size)
        left = farthest * farthest / max(before - farthest, 1e-9)
        if (turn > 1 and left < _LEFT_MAX) or turn == _ROUNDS_MAX:
            return homography, found, solution
        if np.abs(solution.growth).max() > _GROWTH_MATTERS:
            adjustment.grow(solution.growth)
        trust, before = solution.trust, farthest
    raise AssertionError


def _pitch(homography: Points, rows: int, columns: int) -> float:
    x, y = geometry.apply(homography, *geometry.outline(rows, columns).T)
    across = np.hypot(x[1] - x[0], y[1] - y[0]) + np.hypot(x[2] - x[3], y[2] - y[3])
    down = np.hypot(x[3] - x[0], y[3] - y[0]) + np.hypot(x[2] - x[1], y[2] - y[1])
    return float(np.sqrt(across / 2 / columns * down / 2 / rows))
