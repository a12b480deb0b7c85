"""The least squares behind the grid: what moves all edges at once, and what each grid line moves by itself.

Edges from light to dark shift one way by growth, edges from dark to light the other way, so growth separates from
position. Growth and blur are taken from what differs between the edges of one grid line, so that no shifted line looks
like growth; then the homography; what remains of each line is its own shift.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seriatim.symbols.grading import geometry
from seriatim.symbols.grading.edges import Edges, Found
from seriatim.symbols.grading.geometry import Points
from seriatim.symbols.grading.levels import upper_median

__all__ = ["Adjustment", "Solution", "moved"]

_EDGES_MIN: Final = 24
_LINE_EDGES_MIN: Final = 3.0
"""Weight of edges that a grid line needs to have a shift of its own; else its neighbours' shifts count."""
_MOTION, _GROWTH, _BLUR = slice(8), slice(8, 10), slice(10, 18)
_BLUR_STIFFNESS: Final = 0.5
"""Edges that speak for no blur at all: they decide only where so few others do that blur cannot be told from growth."""


@dataclass(frozen=True, slots=True)
class Solution:
    """What the edges say of the grid."""

    motion: Points
    """The eight homography increments."""
    growth: Points
    shifts: Points
    """What is left of each grid line: vertical ones first."""
    scale: float
    """Median distance of good edges from their shifted lines."""
    trust: Points
    """In each edge: 1, and less the farther it is off its line."""


@dataclass(frozen=True, slots=True)
class _Lines:
    """Grid lines, vertical ones first, with their edges one line after another."""

    of_edge: NDArray[np.intp]
    """For each edge, which of the lines that have edges it lies on."""
    first: NDArray[np.intp]
    """First edge of each line that has edges."""
    number: NDArray[np.intp]
    """Number of each line that has edges: columns + 1 vertical lines, then rows + 1 horizontal ones."""
    vertical: int
    count: int

    @classmethod
    def of(cls, edges: tuple[Edges, Edges], rows: int, columns: int) -> "_Lines":
        vertical = columns + 1
        lines = np.concatenate([edges[0].line, edges[1].line + vertical])
        starts = np.concatenate([[True], lines[1:] != lines[:-1]])
        first = np.flatnonzero(starts)
        return cls(np.cumsum(starts) - 1, first, lines[first], vertical, vertical + rows + 1)

    def sums(self, values: Points) -> Points:
        """Sum over the edges of each line that has edges."""
        return np.asarray(np.add.reduceat(values, self.first, axis=0))

    def spread_out(self, means: Points, weight: Points) -> Points:
        """Values of all lines; one with too few edges takes what its neighbours say."""
        full = np.zeros(self.count)
        for low, high in ((0, self.vertical), (self.vertical, self.count)):
            known = (weight >= _LINE_EDGES_MIN) & (self.number >= low) & (self.number < high)
            if known.any():
                full[low:high] = np.interp(np.arange(low, high), self.number[known], means[known])
        return full


@dataclass(frozen=True, slots=True)
class Adjustment:
    """The equations of one symbol, to be solved by turns: what blur does depends on the growth of the turn before."""

    design: Points
    """Edges x 18 unknowns: 8 homography increments, 2 growths, 8 shares of blur, both axes by turns."""
    edges: tuple[Edges, Edges]
    lines: _Lines

    @classmethod
    def of(cls, edges: tuple[Edges, Edges], rows: int, columns: int) -> "Adjustment":
        """What each unknown does to each edge; equations for edges along x first."""
        x_edges, y_edges = edges
        count, total = len(x_edges.line), len(x_edges.line) + len(y_edges.line)
        design = np.zeros((_BLUR.stop, total))
        a, b = x_edges.line / columns, (x_edges.along + 0.5) / rows
        design[[0, 1, 2, 6, 7, 8], :count] = (
            np.ones(count), a, b, columns * a * a, columns * a * b, -x_edges.sign / 2,
        )  # fmt: skip
        a, b = (y_edges.along + 0.5) / columns, y_edges.line / rows
        design[[3, 4, 5, 6, 7, 9], count:] = (
            np.ones(total - count), a, b, rows * a * b, rows * b * b, -y_edges.sign / 2,
        )  # fmt: skip
        adjustment = cls(design.T, edges, _Lines.of(edges, rows, columns))
        adjustment.grow(np.zeros(2))
        return adjustment

    def grow(self, growth: Points) -> None:
        """From now on blur does what it does at this growth of both axes."""
        count = len(self.edges[0].line)
        self.design[:count, 10:18:2] = self.edges[0].blur(float(growth[0])).T
        self.design[count:, 11:18:2] = self.edges[1].blur(float(growth[1])).T

    def solve(self, found: Found, trust: Points | None = None, *, passes: int = 1) -> Solution | None:
        """Robust least squares over both axes; None when too few edges are good.

        An edge is a stray when it is off its own grid line; a line that is shifted as a whole is no stray. `trust`: what
        the turn before thought of each edge; each of the `passes` thinks it over.
        """
        good, lines = found.good, self.lines
        if good.sum() < _EDGES_MIN:
            return None
        offset = np.where(good, found.offset, 0.0)
        weights = good.astype(np.float64) if trust is None else good * trust
        motion, inner = self.design[:, _MOTION], self.design[:, _GROWTH.start :]
        for again in reversed(range(passes)):
            total = np.maximum(lines.sums(weights), 1e-9)
            widths = self._within_lines(inner, offset, weights, total)
            placed = offset - inner @ widths
            pose = _normal_solution(motion, placed, weights)
            residuals = placed - motion @ pose
            means = lines.sums(weights * residuals) / total
            stray = residuals - means[lines.of_edge]
            scale = upper_median(np.abs(stray[good]))
            thought = 1 / np.sqrt(1 + (stray / max(2 * 1.4826 * scale, 1e-6)) ** 2)
            if not again:
                grip = upper_median(found.contrast[good])
                return Solution(pose / grip, widths[:2], lines.spread_out(means, total), scale, thought)
            weights = good * thought
        raise AssertionError

    def _within_lines(self, inner: Points, offset: Points, weights: Points, total: Points) -> Points:
        """Growth and blur, each line's mean taken off."""
        weighted = inner * weights[:, None]
        means = self.lines.sums(weighted) / total[:, None]
        mean_offset = self.lines.sums(weights * offset) / total
        normal = weighted.T @ inner - (means * total[:, None]).T @ means
        normal.flat[:: len(normal) + 1] += _STIFFNESS
        right = weighted.T @ offset - (means * total[:, None]).T @ mean_offset
        return geometry.solve(normal, right)


_STIFFNESS: Final = np.array([1e-6] * 2 + [_BLUR_STIFFNESS] * 8)


def _normal_solution(design: Points, values: Points, weights: Points) -> Points:
    """Weighted least squares by the normal equations."""
    weighted = design * weights[:, None]
    normal = weighted.T @ design
    normal.flat[:: len(normal) + 1] += 1e-9
    return geometry.solve(normal, weighted.T @ values)


def moved(homography: Points, p: Points, rows: int, columns: int) -> tuple[Points, float]:
    """The homography through the four moved corners, and how far the farthest has moved, in modules."""
    corners = geometry.outline(rows, columns)
    a, b = corners[:, 0] / columns, corners[:, 1] / rows
    du = p[0] + p[1] * a + p[2] * b + columns * (p[6] * a * a + p[7] * a * b)
    dv = p[3] + p[4] * a + p[5] * b + rows * (p[6] * a * b + p[7] * b * b)
    x, y = geometry.apply(homography, corners[:, 0] + du, corners[:, 1] + dv)
    farthest = float(np.hypot(du, dv).max())
    return geometry.from_corners(np.stack([x, y], axis=1), rows, columns), farthest
