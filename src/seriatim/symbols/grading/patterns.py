"""Damage to the parts of a symbol that carry no data: what fixed patterns of all symbologies have in common.

A module is judged against the colour it should have: level 0 on the wrong side of the threshold, else its modulation
level. Damage grades are then overlaid like modulation: for each level L, modules below L count as damaged; the lower
of L and the damage grade counts, and the best L wins (ISO/IEC 15415:2011, annexes A and B; ISO/IEC 16022 annex M).
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seriatim.symbols.grading.editions import TRANSITION_LIMITS, Edition

__all__ = ["Damage", "Seen", "best_level", "share_grade", "track_grade", "transition_grade"]

Levels = NDArray[np.float64]
Bits = NDArray[np.bool_]

_WINDOW: Final = 5
_WINDOW_ERRORS_MAX: Final = 2


@dataclass(frozen=True, slots=True)
class Seen:
    """A symbol and one ring of its quiet zone as sampled: (rows + 2) x (columns + 2)."""

    levels: Levels
    """0 to 4 against the colour each module should have."""
    dark: Bits
    """Which side of the threshold each module is on."""

    def part(self, rows: slice, columns: slice) -> "Seen":
        """A rectangle; indices count from the symbol's own top left module, so -1 is the quiet zone."""
        area = (_shifted(rows), _shifted(columns))
        return Seen(self.levels[area], self.dark[area])


@dataclass(frozen=True, slots=True)
class Damage:
    """The outcome for one part."""

    grade: float
    wrong: int
    modules: int
    detail: str = ""


def best_level(levels: Levels, damage_grade: Callable[[Bits], float]) -> float:
    """Overlay: the best over all levels of the lower of level and damage grade of the modules below it."""
    if levels.min() >= 4:
        return 4.0  # nothing is damaged: by far the most frequent case
    candidates = sorted({4.0, *np.unique(levels).tolist()}, reverse=True)
    return float(max(min(level, damage_grade(levels < level)) for level in candidates))


def share_grade(levels: Levels, edition: Edition, row: str) -> Damage:
    """Grade by the share of damaged modules, by one row of the edition's table."""
    flat = levels.ravel()
    grade = best_level(flat, lambda bad: edition.grade(row, Fraction(int(bad.sum()), len(bad))))
    wrong = int((flat == 0).sum())
    return Damage(
        grade, wrong, len(flat), f"{wrong} of {len(flat)} modules have the wrong colour" if wrong else ""
    )


def track_grade(track: Seen, edition: Edition, row: str) -> Damage:
    """Clock or timing track: share of damage, and no five neighbours with more than two damaged."""
    flat = track.levels.ravel()

    def damage(bad: Bits) -> float:
        crowded = np.convolve(bad, np.ones(_WINDOW, np.int64)).max() > _WINDOW_ERRORS_MAX
        return 0.0 if crowded else edition.grade(row, Fraction(int(bad.sum()), len(bad)))

    wrong = int((flat == 0).sum())
    return Damage(best_level(flat, damage), wrong, len(flat))


def transition_grade(track: Seen, solid: Seen) -> tuple[float, float]:
    """Transition ratio of a solid strip against the clock track beside it, and its grade."""
    in_track = int(np.count_nonzero(np.diff(track.dark.ravel().astype(np.int8))))
    in_solid = int(np.count_nonzero(np.diff(solid.dark.ravel().astype(np.int8))))
    spurious = max(0, in_solid - 1)
    if spurious == 0:
        return 4.0, 0.0
    if in_track == 0:
        return 0.0, float("inf")
    ratio = Fraction(spurious, in_track)
    return float(sum(ratio < Fraction(limit) for limit in TRANSITION_LIMITS)), float(ratio)


def _shifted(part: slice) -> slice:
    return slice(part.start + 1, part.stop + 1)
