"""Where the modules really are: all edges of the known symbol are found to a fraction of a pixel and fitted at once.

Each edge between a light and a dark module is located by the integral of its profile from module centre to module
centre, between the levels that wide dark and wide light areas have there. Pixels and blur move light, but lose none:
so the integral is exact whatever the edge's phase, and hardly moved by defocus. One robust least squares then gives a homography and the print growth of both axes: edges from light to dark shift one way by growth,
edges from dark to light the other way, so growth separates from position. What remains of each grid line is its own
shift, the raw material of grid non-uniformity.
"""

from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seriatim.symbols.grading import geometry
from seriatim.symbols.grading.geometry import Points

__all__ = ["Edges", "Grid", "edges_of", "fit", "fit_regions"]

Bits = NDArray[np.bool_]
Pixels = NDArray[np.float32]

_STEPS: Final = np.linspace(-0.5, 0.5, 17)
"""Profile across an edge, in modules from where it is expected: from module centre to module centre."""
_CONTRAST_MIN: Final = 0.35
"""An edge whose contrast is less than this share of the usual one is damaged and left out."""
_SAME_NEIGHBOURS_MIN: Final = 3
"""Of four: modules with fewer neighbours of their own colour tell nothing of wide areas."""
_THREE_NEIGHBOURS_WEIGHT: Final = 0.01
_OFFSET_MAX: Final = 0.45
"""Modules; an edge found farther away is some other edge."""
_SETTLED: Final = 0.03
"""Modules; the fit is repeated until no corner moves farther. What is then left to move is a tenth of it or less."""
_ROUNDS_MAX: Final = 5
_EDGES_MIN: Final = 24
_REWEIGHTINGS: Final = 3
_LINE_EDGES_MIN: Final = 3.0
"""Weight of edges that a grid line needs to have a shift of its own; else its neighbours' shifts count."""
_TRAPEZOID: Final = np.array([0.5, *[1.0] * (len(_STEPS) - 2), 0.5], np.float32) / (len(_STEPS) - 1)


@dataclass(frozen=True, slots=True)
class Edges:
    """The edges of an ideal symbol along one axis, its rim against the quiet zone included."""

    line: NDArray[np.intp]
    """Grid line on which each edge lies, 0 to the number of modules."""
    along: NDArray[np.intp]
    """Row (for edges of the x axis) or column (for the y axis) in which it lies."""
    sign: NDArray[np.float64]
    """+1 from light to dark, in the direction of the axis; -1 from dark to light."""
    bleed: NDArray[np.float64]
    """2 x edges: how far a blur that mixes neighbouring rows in moves each edge, if it lets dark rows bleed into light
    modules, or light rows into dark ones. Two, because growth brings dark rows nearer."""


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


def edges_of(surrounded: Bits) -> tuple[Edges, Edges]:
    """Edges along x and along y of a symbol given with one ring of modules around it."""
    return _edges(surrounded), _edges(surrounded.T)


def _edges(padded: Bits) -> Edges:
    steps = np.diff(padded[1:-1].astype(np.int8), axis=1)
    line, along = np.nonzero(steps.T)  # line by line
    sign = steps[along, line].astype(np.float64)
    inner, above, below = padded[1:-1], padded[:-2], padded[2:]
    darkened = (above & ~inner).astype(np.int8) + (below & ~inner)
    lightened = (inner & ~above).astype(np.int8) + (inner & ~below)
    both = np.stack([darkened[:, :-1] + darkened[:, 1:], lightened[:, :-1] + lightened[:, 1:]])[
        :, along, line
    ]
    return Edges(line, along, sign, both * np.stack([-sign, sign]) / 2)


def fit(pixels: Pixels, surrounded: Bits, start: Points) -> Grid | None:
    """Fit the grid of a known symbol; None when too few of its edges can be found.

    `pixels`: gray, dark modules dark. `surrounded`: (rows + 2) x (columns + 2), dark is True: the modules and one ring
    of what lies around them (light, for a whole symbol). `start`: 3 x 3 from module coordinates to pixels, right to
    about a third of a module.
    """
    rows, columns = surrounded.shape[0] - 2, surrounded.shape[1] - 2
    edges = edges_of(surrounded)
    settled = _settle(pixels, edges, start, _Levels.of(surrounded), (rows, columns))
    if settled is None:
        return None
    homography, found, solution = settled
    shifts = (solution.shifts[: columns + 1], solution.shifts[columns + 1 :])
    lines_x, lines_y = np.arange(columns + 1) + shifts[0], np.arange(rows + 1) + shifts[1]
    x, y = geometry.apply(homography, *np.meshgrid(lines_x, lines_y))
    profiles = _mean_profiles(edges, found)
    pitch = _pitch(homography, rows, columns)
    return Grid(
        points=np.stack([x, y], axis=-1),
        homography=homography,
        growth=(float(solution.growth[0]), float(solution.growth[1])),
        line_shifts=shifts,
        edge_widths=(_edge_width(profiles[0]) * pitch, _edge_width(profiles[1]) * pitch),
        overshoot=_overshoot(profiles),
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


@dataclass(frozen=True, slots=True)
class _Found:
    """Where edges were found: both axes, the x axis first."""

    offset: Points
    """Modules from where each was expected."""
    good: Bits
    falling: Pixels
    """Profiles: edges x steps, from 1, the level of the module before the edge, to 0, that of the one behind."""


@dataclass(frozen=True, slots=True)
class _Solution:
    motion: Points
    """The eight homography increments."""
    growth: Points
    shifts: Points
    """What is left of each grid line: vertical ones first."""
    scale: float
    """Median distance of good edges from their shifted lines."""


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
class _Levels:
    """Modules that tell how light and how dark wide areas are: the more neighbours of their own colour, the better."""

    x: Points
    y: Points
    dark: Bits
    weights: Points

    @classmethod
    def of(cls, surrounded: Bits) -> "_Levels":
        """Chosen from the symbol and the ring around it, beyond which all is taken to go on alike."""
        same = np.full(surrounded.shape, 4, np.int8)
        down, across = surrounded[1:] != surrounded[:-1], surrounded[:, 1:] != surrounded[:, :-1]
        same[1:] -= down
        same[:-1] -= down
        same[:, 1:] -= across
        same[:, :-1] -= across
        y, x = np.nonzero(same >= _SAME_NEIGHBOURS_MIN)
        weights = np.where(same[y, x] == 4, 1.0, _THREE_NEIGHBOURS_WEIGHT)
        return cls(
            np.asarray(x - 0.5, np.float64), np.asarray(y - 0.5, np.float64), surrounded[y, x], weights
        )

    def planes(self, pixels: Pixels, homography: Points) -> tuple[Points, Points]:
        """Level of dark and of light as planes over module coordinates (1, x, y): light may fall off to one side."""
        x, y = geometry.apply(homography, self.x[None], self.y[None])
        values = geometry.sample(pixels, x, y)[0].astype(np.float64)
        design = np.stack([np.ones_like(self.x), self.x, self.y], axis=1)
        return self._plane(design, values, self.dark), self._plane(design, values, ~self.dark)

    def _plane(self, design: Points, values: Points, chosen: Bits) -> Points:
        """Weighted least squares without the strays, which may be damaged modules."""
        weights = self.weights * chosen
        stray = np.abs(values - _median(values[chosen]))
        weights = weights * (stray <= 4 * _median(stray[chosen]) + 2)
        weighted = design * weights[:, None]
        # A little stiffness: where modules lie on one line only, the plane does not tip over it.
        normal = weighted.T @ design + np.diag((1e-9, 1e-3, 1e-3))
        return geometry.solve(normal, weighted.T @ values)


def _median(values: Points) -> float:
    """The upper median: as good here as the true one, and much faster."""
    middle = len(values) // 2
    return float(np.partition(values, middle)[middle])


def _settle(
    pixels: Pixels,
    edges: tuple[Edges, Edges],
    homography: Points,
    levels: "_Levels",
    size: tuple[int, int],
) -> "tuple[Points, _Found, _Solution] | None":
    """Locate and solve by turns until no corner moves any more."""
    design, lines = _design(edges, *size), _Lines.of(edges, *size)
    for turn in range(1, _ROUNDS_MAX + 1):
        found = _locate(pixels, edges, homography, levels)
        solution = _solve(design, lines, found, _REWEIGHTINGS if turn > 1 else 1)
        if solution is None:
            return None
        homography, moved = _moved(homography, solution.motion, *size)
        if (moved < _SETTLED and turn > 1) or turn == _ROUNDS_MAX:
            return homography, found, solution
    raise AssertionError


def _locate(pixels: Pixels, edges: tuple[Edges, Edges], homography: Points, levels: _Levels) -> _Found:
    """Integrate the profile of every edge."""
    x, y, sign = _places(edges)
    values = _profiles(pixels, homography, x, y, len(edges[0].line))
    dark, light = levels.planes(pixels, homography)
    spread = (light - dark)[0] + (light - dark)[1] * x + (light - dark)[2] * y
    behind = np.where(sign[:, None] > 0, dark, light)
    last = behind[:, 0] + behind[:, 1] * x + behind[:, 2] * y
    span = np.maximum(spread, 1.0) * sign
    falling = (values - last[:, None].astype(np.float32)) / span[:, None].astype(np.float32)
    offset = np.clip(falling, -0.25, 1.25) @ _TRAPEZOID - 0.5
    contrast = falling[:, :2].sum(axis=1) - falling[:, -2:].sum(axis=1)
    good = (contrast > 2 * _CONTRAST_MIN) & (np.abs(offset) < _OFFSET_MAX) & (spread > 1.0)
    return _Found(offset.astype(np.float64), good, falling)


def _places(edges: tuple[Edges, Edges]) -> tuple[Points, Points, Points]:
    """Module coordinates of the middle of each edge, and its sign; edges along x first."""
    x_edges, y_edges = edges
    x = np.concatenate([x_edges.line, y_edges.along + 0.5])
    y = np.concatenate([x_edges.along + 0.5, y_edges.line])
    return x, y, np.concatenate([x_edges.sign, y_edges.sign])


def _profiles(pixels: Pixels, homography: Points, x: Points, y: Points, count: int) -> Pixels:
    """Values across each edge; within one module a perspective is as good as straight."""
    step_x = np.zeros(len(x))
    step_x[:count] = 0.5
    step_y = 0.5 - step_x
    first = geometry.apply(homography, x - step_x, y - step_y)
    last = geometry.apply(homography, x + step_x, y + step_y)
    share = (_STEPS + 0.5).astype(np.float32)
    where = [
        begin[:, None].astype(np.float32) + (end - begin)[:, None].astype(np.float32) * share
        for begin, end in zip(first, last, strict=True)
    ]
    return geometry.sample(pixels, where[0], where[1])


def _solve(design: Points, lines: _Lines, found: _Found, reweightings: int) -> _Solution | None:
    """Robust least squares over both axes: 8 homography increments, 2 growths, 4 shares of bleeding.

    Growth and bleeding first, within lines; then the homography. An edge is a stray when it is off its own grid line; a
    line that is shifted as a whole is no stray.
    """
    good = found.good
    if good.sum() < _EDGES_MIN:
        return None
    offset = np.where(good, found.offset, 0.0)
    weights = good.astype(np.float64)
    motion, inner = design[:, :8], design[:, 8:]
    for turn in range(1, reweightings + 1):
        total = np.maximum(lines.sums(weights), 1e-9)
        widths = _within_lines(inner, offset, weights, total, lines)
        moved = offset - inner @ widths
        pose = _normal_solution(motion, moved, weights)
        residuals = moved - motion @ pose
        means = lines.sums(weights * residuals) / total
        stray = residuals - means[lines.of_edge]
        scale = _median(np.abs(stray[good]))
        if turn == reweightings:
            return _Solution(pose, widths[:2], lines.spread_out(means, total), scale)
        weights = good / np.sqrt(1 + (stray / max(2 * 1.4826 * scale, 1e-6)) ** 2)
    raise AssertionError


def _within_lines(inner: Points, offset: Points, weights: Points, total: Points, lines: _Lines) -> Points:
    """Growth and bleeding from what differs between the edges of one line, so that no shifted line looks like growth."""
    weighted = inner * weights[:, None]
    means = lines.sums(weighted) / total[:, None]
    mean_offset = lines.sums(weights * offset) / total
    normal = weighted.T @ inner - (means * total[:, None]).T @ means
    normal.flat[:: len(normal) + 1] += 1e-6
    right = weighted.T @ offset - (means * total[:, None]).T @ mean_offset
    return geometry.solve(normal, right)


def _normal_solution(design: Points, values: Points, weights: Points) -> Points:
    """Weighted least squares by the normal equations."""
    weighted = design * weights[:, None]
    normal = weighted.T @ design
    normal.flat[:: len(normal) + 1] += 1e-9
    return geometry.solve(normal, weighted.T @ values)


def _design(edges: tuple[Edges, Edges], rows: int, columns: int) -> Points:
    """What each unknown does to each edge; equations for edges along x first."""
    x_edges, y_edges = edges
    count, total = len(x_edges.line), len(x_edges.line) + len(y_edges.line)
    design = np.zeros((14, total))
    a, b = x_edges.line / columns, (x_edges.along + 0.5) / rows
    design[[0, 1, 2, 6, 7, 8, 10, 12], :count] = (
        np.ones(count), a, b, columns * a * a, columns * a * b, -x_edges.sign / 2, *x_edges.bleed,
    )  # fmt: skip
    a, b = (y_edges.along + 0.5) / columns, y_edges.line / rows
    design[[3, 4, 5, 6, 7, 9, 11, 13], count:] = (
        np.ones(total - count), a, b, rows * a * b, rows * b * b, -y_edges.sign / 2, *y_edges.bleed,
    )  # fmt: skip
    return design.T


def _moved(homography: Points, p: Points, rows: int, columns: int) -> tuple[Points, float]:
    """The homography through the four moved corners, and how far the farthest has moved, in modules."""
    corners = geometry.outline(rows, columns)
    a, b = corners[:, 0] / columns, corners[:, 1] / rows
    du = p[0] + p[1] * a + p[2] * b + columns * (p[6] * a * a + p[7] * a * b)
    dv = p[3] + p[4] * a + p[5] * b + rows * (p[6] * a * b + p[7] * b * b)
    x, y = geometry.apply(homography, corners[:, 0] + du, corners[:, 1] + dv)
    moved = float(np.hypot(du, dv).max())
    return geometry.from_corners(np.stack([x, y], axis=1), rows, columns), moved


def _mean_profiles(edges: tuple[Edges, Edges], found: _Found) -> tuple[list[Points], list[Points]]:
    """Mean profiles of good edges from dark to light, by axis, one for each direction: growth shifts these apart."""
    x_edges, y_edges = edges
    sign = np.concatenate([x_edges.sign, y_edges.sign])
    is_x = np.arange(len(sign)) < len(x_edges.line)
    by_axis: list[list[Points]] = []
    for axis in (is_x, ~is_x):
        profiles = []
        for direction in (1, -1):
            chosen = (axis & found.good & (sign == direction)).astype(np.float32)
            if chosen.any():
                mean = np.asarray(chosen @ found.falling / chosen.sum(), np.float64)
                profiles.append(mean[::-1] if direction > 0 else 1 - mean)
        by_axis.append(profiles)
    return by_axis[0], by_axis[1]


def _edge_width(profiles: list[Points]) -> float:
    """Width from 10 to 90 % in modules, the mean over directions."""
    widths = []
    for profile in profiles:
        climbing = np.maximum.accumulate(profile) + np.arange(len(profile)) * 1e-9
        low, high = np.interp((0.1, 0.9), climbing, _STEPS)
        widths.append(high - low)
    return float(np.mean(widths)) if widths else 1.0


def _overshoot(profiles: tuple[list[Points], list[Points]]) -> float:
    swings = [max(profile.max() - 1, -profile.min()) for axis in profiles for profile in axis]
    return float(np.median(swings)) if swings else 0.0


def _pitch(homography: Points, rows: int, columns: int) -> float:
    x, y = geometry.apply(homography, *geometry.outline(rows, columns).T)
    across = np.hypot(x[1] - x[0], y[1] - y[0]) + np.hypot(x[2] - x[3], y[2] - y[3])
    down = np.hypot(x[3] - x[0], y[3] - y[0]) + np.hypot(x[2] - x[1], y[2] - y[1])
    return float(np.sqrt(across / 2 / columns * down / 2 / rows))
