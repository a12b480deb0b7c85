"""What weak modules cost: not their mean, but what they would do to error correction, codeword by codeword.

Levels are 0 to 4. A codeword is as weak as its weakest module. For each level L, codewords below L are taken as
wrong; what correction would be left then has a grade of its own; the lower of L and that grade counts, and the best
L wins (ISO/IEC 15415:2011, 7.8.4). Symbols of several blocks are as good as their worst block.
"""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from seriatim.symbols.grading.editions import Edition
from seriatim.symbols.matrix import MatrixLayout
from seriatim.symbols.matrix.layout import Block

__all__ = ["Overlay", "OverlayStep", "overlay"]

Levels = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class OverlayStep:
    """One level of the worst block: how its grade came about."""

    level: float
    below: int
    """Codewords with a module below the level."""
    of: int
    """Codewords in the block."""
    left: float
    """Share of correction left if these were all wrong."""
    grade: float


@dataclass(frozen=True, slots=True)
class Overlay:
    """Grade of a parameter that is measured by module."""

    grade: float
    block: int
    """Index of the worst block."""
    blocks: tuple[float, ...]
    """Grade of each block."""
    codewords: tuple[float, ...]
    """Level of each codeword, in the symbol's sequence."""
    steps: tuple[OverlayStep, ...]


def overlay(levels: Levels, layout: MatrixLayout, edition: Edition) -> Overlay:
    """Grade module levels (rows x columns, 0 to 4)."""
    codewords = np.minimum.reduce(levels.ravel()[layout.cells], axis=1)
    steps = [_steps(codewords[block.places], block, edition) for block in layout.blocks]
    grades = tuple(max(step.grade for step in each) for each in steps)
    worst = int(np.argmin(grades))
    return Overlay(grades[worst], worst, grades, tuple(codewords.tolist()), steps[worst])


def _steps(codewords: Levels, block: Block, edition: Edition) -> tuple[OverlayStep, ...]:
    if edition.continuous:
        candidates = sorted({4.0, *codewords.tolist()}, reverse=True)
    else:
        candidates = [4.0, 3.0, 2.0, 1.0, 0.0]
    ordered = np.sort(codewords)
    below = np.searchsorted(ordered, candidates).tolist()
    steps = []
    for level, bad in zip(candidates, below, strict=True):
        left = (
            max(1 - Fraction(edition.error_weight * bad, block.capacity), Fraction(0)) if bad else Fraction(1)
        )
        grade = min(level, edition.grade("UEC", left)) if bad and level else level
        steps.append(OverlayStep(level, bad, len(codewords), float(left), grade))
    return tuple(steps)
