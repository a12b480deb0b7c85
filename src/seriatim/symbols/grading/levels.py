"""How dark wide dark areas are, and how light wide light ones: what the profiles of edges are measured against.

Few modules stand wholly among their own colour, and growth or loss brings foreign light even to these. So modules with
one foreign side have a say too, and how much a foreign side lets in is fitted beside the level itself. Levels told too
near to each other would make thin modules look wider than they are, by exactly that share.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seriatim.symbols.grading import geometry
from seriatim.symbols.grading.geometry import Points

__all__ = ["Levels", "upper_median"]

Bits = NDArray[np.bool_]
Counts = NDArray[np.int8]
Pixels = NDArray[np.float32]

_INSIDE_MIN: Final = 3
"""With fewer modules wholly among their own colour, those with two foreign sides, else with one, tell what a side lets in."""
_STRAYS: Final = 4
"""Median distances from what was expected; a module farther off is damaged."""
_ROUNDING: Final = 2.0
"""Gray levels by which no module strays."""
_LET_IN: Final = 0.35
"""Share of contrast that a foreign side may let in; more comes of damage."""
_STIFFNESS: Final = np.diag((1e-9, 1e-3, 1e-3, 1e-2, 1e-2))
"""Keeps a plane from tipping over a single line of modules, and gives all to the level where no module is wholly inside."""


@dataclass(frozen=True, slots=True)
class _Wide:
    """The modules of one colour that tell of wide areas."""

    design: Points
    """Modules x 5: 1, x, y in modules; how many neighbours beside, and how many above and below, have the other colour."""
    corners: Points
    """How many diagonal neighbours have, of a module without foreign sides."""

    @classmethod
    def of(cls, colour: Bits, foreign: tuple[Counts, Counts], corners: Counts) -> "_Wide":
        sides = foreign[0] + foreign[1]
        inside = np.count_nonzero(colour & (sides == 0))
        y, x = np.nonzero(colour & (sides <= (1 if inside >= _INSIDE_MIN else 2)))
        design = np.stack([np.ones(len(x)), x - 0.5, y - 0.5, foreign[0][y, x], foreign[1][y, x]], axis=1)
        return cls(design, np.where(sides[y, x] == 0, corners[y, x], 0.0))

    def plane(self, values: Points, middle: float, contrast: float) -> Points:
        """Least squares without the strays, first those from the middle, then those from the plane.

        A corner lets in one axis' share of what the other's side does: known, and taken off, once these are.
        """
        stray = np.abs(values - middle)
        tolerance = max(_STRAYS * upper_median(stray) + _ROUNDING, _LET_IN * contrast)
        plane = _least_squares(self.design, values, stray <= tolerance)
        share = min(abs(plane[4]) / max(contrast, 1.0), _LET_IN)
        values = values - plane[3] * share * self.corners
        stray = np.abs(values - self.design @ plane)
        return _least_squares(self.design, values, stray <= _STRAYS * upper_median(stray) + _ROUNDING)[:3]


@dataclass(frozen=True, slots=True)
class Levels:
    """The modules of both colours that tell of wide areas."""

    dark: _Wide
    light: _Wide

    @classmethod
    def of(cls, surrounded: Bits) -> "Levels":
        """Chosen from the symbol and the ring around it, beyond which all is taken to go on alike."""
        beyond = np.pad(surrounded, 1, mode="edge")
        down, across = beyond[1:] != beyond[:-1], beyond[1:-1, 1:] != beyond[1:-1, :-1]
        foreign = (
            across[:, :-1].astype(np.int8) + across[:, 1:],
            down[:-1, 1:-1].astype(np.int8) + down[1:, 1:-1],
        )
        odd = down[:, 1:] != down[:, :-1]  # one of the four modules around a grid point differs from the rest
        corners = odd[:-1, :-1].astype(np.int8) + odd[:-1, 1:] + odd[1:, :-1] + odd[1:, 1:]
        return cls(_Wide.of(surrounded, foreign, corners), _Wide.of(~surrounded, foreign, corners))

    def planes(self, pixels: Pixels, homography: Points) -> tuple[Points, Points]:
        """Level of dark and of light as planes over module coordinates (1, x, y): light may fall off to one side."""
        count = len(self.dark.corners)
        places = np.concatenate([self.dark.design[:, 1:3], self.light.design[:, 1:3]]).T
        x, y = geometry.apply(homography, *places[:, None])
        values = geometry.sample(pixels, x, y)[0].astype(np.float64)
        dark, light = values[:count], values[count:]
        middles = upper_median(dark), upper_median(light)
        contrast = middles[1] - middles[0]
        return self.dark.plane(dark, middles[0], contrast), self.light.plane(light, middles[1], contrast)


def _least_squares(design: Points, values: Points, chosen: Bits) -> Points:
    weighted = design * chosen[:, None]
    return geometry.solve(weighted.T @ design + _STIFFNESS, weighted.T @ values)


def upper_median(values: NDArray[np.floating]) -> float:
    """As good here as the true one, and much faster."""
    middle = len(values) // 2
    return float(np.partition(values, middle)[middle])
