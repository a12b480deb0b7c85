"""How dark wide dark areas are, and how light wide light ones: what the profiles of edges are measured against.

Few modules stand wholly among their own colour, and growth or loss brings foreign light even to these. So modules with
one foreign neighbour have a say too, and what a foreign side lets bleed in is fitted beside the level itself. Levels
told too near to each other would make thin modules look wider than they are, by exactly that share.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seriatim.symbols.grading import geometry
from seriatim.symbols.grading.geometry import Points

__all__ = ["Levels", "upper_median"]

Bits = NDArray[np.bool_]
Pixels = NDArray[np.float32]

_OWN_SIDES_MIN: Final = 3
"""Of four: modules with fewer neighbours of their own colour tell nothing of wide areas."""
_STRAYS: Final = 4
"""Median distances from what was expected; a module farther off is damaged."""
_ROUNDING: Final = 2.0
"""Gray levels by which no module strays."""
_FOREIGN_SIDE: Final = 0.35
"""Share of contrast that a foreign side may let in; more comes of damage."""
_CORNER_SHARE_MAX: Final = 0.5
_STIFFNESS: Final = np.diag((1e-9, 1e-3, 1e-3, 1e-2))
"""Keeps the plane from tipping over a single line of modules, and gives all to the level where none stands alone."""


@dataclass(frozen=True, slots=True)
class Levels:
    """The modules that tell of wide areas, one column each."""

    x: Points
    y: Points
    dark: Bits
    foreign_sides: Points
    """0 or 1 of the four neighbours has the other colour."""
    foreign_corners: Points
    """How many diagonal neighbours have, where both modules between have not."""

    @classmethod
    def of(cls, surrounded: Bits) -> "Levels":
        """Chosen from the symbol and the ring around it, beyond which all is taken to go on alike."""
        beyond = np.pad(surrounded, 1, mode="edge")
        above, below = beyond[:-2, 1:-1] == surrounded, beyond[2:, 1:-1] == surrounded
        left, right = beyond[1:-1, :-2] == surrounded, beyond[1:-1, 2:] == surrounded
        own = above.astype(np.int8) + below + left + right
        y, x = np.nonzero(own >= _OWN_SIDES_MIN)
        corners = np.zeros(own.shape, np.int8)
        for vertical, rows in ((above, slice(None, -2)), (below, slice(2, None))):
            for across, columns in ((left, slice(None, -2)), (right, slice(2, None))):
                corners += vertical & across & (beyond[rows, columns] != surrounded)
        return cls(x - 0.5, y - 0.5, surrounded[y, x], 4.0 - own[y, x], corners[y, x].astype(np.float64))

    def planes(self, pixels: Pixels, homography: Points) -> tuple[Points, Points]:
        """Level of dark and of light as planes over module coordinates (1, x, y): light may fall off to one side."""
        x, y = geometry.apply(homography, self.x[None], self.y[None])
        values = geometry.sample(pixels, x, y)[0].astype(np.float64)
        contrast = upper_median(values[~self.dark]) - upper_median(values[self.dark])
        return self._plane(values, self.dark, contrast), self._plane(values, ~self.dark, contrast)

    def _plane(self, values: Points, chosen: Bits, contrast: float) -> Points:
        """Least squares without the strays, first those from the median, then those from the plane.

        A foreign corner lets in a foreign side's share of a foreign side's light: known once the side's share is.
        """
        values = values[chosen]
        columns = (self.x, self.y, self.foreign_sides)
        design = np.stack([np.ones(len(values)), *(column[chosen] for column in columns)], axis=1)
        stray = np.abs(values - upper_median(values))
        tolerance = max(_STRAYS * upper_median(stray) + _ROUNDING, _FOREIGN_SIDE * contrast)
        plane = _least_squares(design, values, stray <= tolerance)
        share = min(abs(plane[3]) / max(contrast, 1.0), _CORNER_SHARE_MAX)
        design[:, 3] += share * self.foreign_corners[chosen]
        stray = np.abs(values - design @ plane)
        return _least_squares(design, values, stray <= _STRAYS * upper_median(stray) + _ROUNDING)[:3]


def _least_squares(design: Points, values: Points, chosen: Bits) -> Points:
    weighted = design * chosen[:, None]
    return geometry.solve(weighted.T @ design + _STIFFNESS, weighted.T @ values)


def upper_median(values: Points) -> float:
    """As good here as the true one, and much faster."""
    middle = len(values) // 2
    return float(np.partition(values, middle)[middle])
