"""The edges of a known symbol: where they ought to be, what moves them, and where a picture has them.

Each edge between a light and a dark module is located by the integral of its profile from module centre to module
centre, between the levels that wide dark and wide light areas have there. Pixels and blur move light, but lose none: so
the integral is exact whatever the edge's phase. It is exact even when a module has lost more than half of its width,
as long as it stands alone: the profile ends in the middle of a symmetric thing, where what blur carries out the far
edge's blur carries in. Where the colour goes on beyond, nothing comes back, and an edge that growth has pushed towards
the end of its profile looks nearer than it is. How much so is the same for all such edges, hence fitted with the rest.
"""

from dataclasses import dataclass
from statistics import median
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seriatim.symbols.grading import geometry
from seriatim.symbols.grading.geometry import Points
from seriatim.symbols.grading.levels import Levels

__all__ = ["Edges", "Found", "edge_width", "edges_of", "locate", "mean_profiles", "overshoot"]

Bits = NDArray[np.bool_]
Pixels = NDArray[np.float32]

_STEPS: Final = np.linspace(-0.5, 0.5, 17)
"""Profile across an edge, in modules from where it is expected: from module centre to module centre."""
_ROUGHLY: Final = 2
"""A first look takes every other step."""
_TRAPEZOIDS: Final = tuple(
    np.array([0.5, *[1.0] * (count - 2), 0.5], np.float32) / (count - 1)
    for count in (len(_STEPS), len(_STEPS[::_ROUGHLY]))
)
_CONTRAST_MIN: Final = 0.35
"""An edge whose contrast is less than this share of the usual one is damaged and left out."""
_OFFSET_MAX: Final = 0.45
"""Modules; an edge found farther away is some other edge."""


@dataclass(frozen=True, slots=True)
class Edges:
    """The edges of an ideal symbol along one axis, its rim against the quiet zone included."""

    line: NDArray[np.intp]
    """Grid line on which each edge lies, 0 to the number of modules."""
    along: NDArray[np.intp]
    """Row (for edges of the x axis) or column (for the y axis) in which it lies."""
    sign: NDArray[np.float64]
    """+1 from light to dark, in the direction of the axis; -1 from dark to light."""
    rows: NDArray[np.int8]
    """2 x edges: how many dark rows lie beside its light module, and how many light rows beside its dark one; 0 to 2."""
    opposed: NDArray[np.int8]
    """How many of the two rows beside have the opposite edge there."""
    goes_on: Bits
    """2 x edges: whether dark, and whether light, goes on behind its module."""

    def blur(self, growth: float) -> Points:
        """4 x edges: which way each edge is moved by each way in which blur mixes light.

        Dark rows beside bleed into the light module, light rows into the dark one; and where dark, or light, goes on
        behind its module, that seems wider. Four amounts to be found, because growth brings dark nearer and takes
        light away. Where a row beside has the opposite edge, growth draws the two apart: it bleeds in less far.
        """
        size = min(abs(growth), 1.0)
        less = self.opposed * (2 * size / (1 + size))
        dark, light = (
            (self.rows[0] - less, self.rows[1]) if growth < 0 else (self.rows[0], self.rows[1] - less)
        )
        along = self.sign / 2
        return np.stack(
            [-dark * along, light * along, self.goes_on[0] * -self.sign, self.goes_on[1] * self.sign]
        )


def edges_of(surrounded: Bits) -> tuple[Edges, Edges]:
    """Edges along x and along y of a symbol given with one ring of modules around it."""
    return _edges(surrounded), _edges(surrounded.T)


def _edges(padded: Bits) -> Edges:
    changes = np.zeros((padded.shape[0] - 2, padded.shape[1] + 1), np.bool_)  # none beyond the ring
    changes[:, 1:-1] = padded[1:-1, 1:] != padded[1:-1, :-1]
    line, along = np.nonzero(changes[:, 1:-1].T)  # line by line
    rising = padded[along + 1, line + 1]
    dark, light = line + rising, line + ~rising
    below_light, above_light = padded[along + 2, light], padded[along, light]
    below_dark, above_dark = padded[along + 2, dark], padded[along, dark]
    return Edges(
        line,
        along,
        np.where(rising, 1.0, -1.0),
        np.stack([below_light.astype(np.int8) + above_light, 2 - (below_dark.astype(np.int8) + above_dark)]),
        (below_light & ~below_dark).astype(np.int8) + (above_light & ~above_dark),
        ~np.stack([changes[along, line + 2 * rising], changes[along, line + 2 * ~rising]]),
    )


@dataclass(frozen=True, slots=True)
class Found:
    """Where edges were found: both axes, the x axis first."""

    offset: Points
    """Modules from where each was expected."""
    good: Bits
    contrast: Pixels
    """From end to end of each profile: also how far an edge seems to move when its profile is moved by one."""
    falling: Pixels
    """Profiles: edges x steps, from 1, the level of the module before the edge, to 0, that of the one behind."""


def locate(
    pixels: Pixels, edges: tuple[Edges, Edges], homography: Points, levels: Levels, *, roughly: bool = False
) -> Found:
    """Integrate the profile of every edge; `roughly`, where another look will follow."""
    x, y, sign = _places(edges)
    steps = _STEPS[::_ROUGHLY] if roughly else _STEPS
    values = _profiles(pixels, homography, x, y, len(edges[0].line), steps)
    dark, light = np.stack(levels.planes(pixels, homography)) @ np.stack([np.ones_like(x), x, y])
    spread = light - dark
    last = np.where(sign > 0, dark, light).astype(np.float32)
    span = (np.maximum(spread, 1.0) * sign).astype(np.float32)
    falling = (values - last[:, None]) / span[:, None]
    offset = np.clip(falling, -0.25, 1.25) @ _TRAPEZOIDS[roughly] - 0.5
    contrast = (falling[:, :2].sum(axis=1) - falling[:, -2:].sum(axis=1)) / 2
    good = (contrast > _CONTRAST_MIN) & (np.abs(offset) < _OFFSET_MAX) & (spread > 1.0)
    return Found(offset.astype(np.float64), good, contrast, falling)


def _places(edges: tuple[Edges, Edges]) -> tuple[Points, Points, Points]:
    """Module coordinates of the middle of each edge, and its sign; edges along x first."""
    x_edges, y_edges = edges
    x = np.concatenate([x_edges.line, y_edges.along + 0.5])
    y = np.concatenate([x_edges.along + 0.5, y_edges.line])
    return x, y, np.concatenate([x_edges.sign, y_edges.sign])


def _profiles(pixels: Pixels, homography: Points, x: Points, y: Points, count: int, steps: Points) -> Pixels:
    """Values across each edge; within one module a perspective is as good as straight."""
    step_x = np.zeros(len(x))
    step_x[:count] = 0.5
    step_y = 0.5 - step_x
    first = geometry.apply(homography, x - step_x, y - step_y)
    last = geometry.apply(homography, x + step_x, y + step_y)
    share = (steps + 0.5).astype(np.float32)
    where = [
        begin[:, None].astype(np.float32) + (end - begin)[:, None].astype(np.float32) * share
        for begin, end in zip(first, last, strict=True)
    ]
    return geometry.sample(pixels, where[0], where[1])


def mean_profiles(edges: tuple[Edges, Edges], found: Found) -> tuple[list[Points], list[Points]]:
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


def edge_width(profiles: list[Points]) -> float:
    """Width from 10 to 90 % in modules, the mean over directions."""
    widths = []
    for profile in profiles:
        climbing = np.maximum.accumulate(profile) + np.arange(len(profile)) * 1e-9
        low, high = np.interp((0.1, 0.9), climbing, _STEPS)
        widths.append(high - low)
    return float(sum(widths) / len(widths)) if widths else 1.0


def overshoot(profiles: tuple[list[Points], list[Points]]) -> float:
    """How far profiles swing beyond their plateaus, the median over all, as a share of contrast."""
    swings = [max(profile.max() - 1, -profile.min()) for axis in profiles for profile in axis]
    return float(median(swings)) if swings else 0.0
