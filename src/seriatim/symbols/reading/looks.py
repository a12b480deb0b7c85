"""Ways of looking at sampled modules: each gives how light a module is, below nought for dark.

Print fails in different ways, and no single threshold suits them all: light falls off, ink spreads until light modules
almost close, blur mixes neighbours, scratches leave half a module. What is known (finder, clock tracks, quiet zone)
tells each look where light and dark part, or how to take neighbours apart again.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seriatim.symbols.matrix.layout import DARK, FREE, LIGHT

__all__ = ["LOOKS", "RING", "Grid", "looks"]

Grid = NDArray[np.float32]
"""Gray levels of modules: rows x columns, those of a ring around the symbol included."""
RING: Final = 3
"""Modules around the symbol that are sampled too: one of known light, the others as neighbours."""
LOOKS: Final = 8
"""How many ways there are."""

_WINDOW: Final = 5
"""Modules across which light and dark are taken to be alike."""
_EQUALISER_REACH: Final = 2
"""Neighbours that blur mixes in, each way."""
_RIDGE: Final = 1e-3
_PARTS: Final = 3
"""Of the nine places sampled in a module, how many speak for its darkest or lightest part."""


def looks(parts: NDArray[np.float32], known: NDArray[np.int8]) -> Iterator[Grid]:
    """Lightness of the symbol's modules (rows x columns, without the ring), the likeliest look first.

    `parts`: 9 places in each module x rows x columns, centre first; `known`: DARK, LIGHT or FREE of each module.
    """
    mean = np.asarray(parts.mean(axis=0), np.float32)
    yield _parted(mean, known)
    yield _enveloped(mean)
    apart = _equalised(parts[0], known)
    yield apart
    yield _balanced(apart, known)
    yield _balanced(_inner(mean), known)
    ordered = np.sort(parts, axis=0)
    yield _parted(np.asarray(ordered[:_PARTS].mean(axis=0), np.float32), known)
    yield _balanced(_inner(ordered[-1]), known)
    yield _enveloped(np.asarray(ordered[:_PARTS].mean(axis=0), np.float32))


def _inner(grid: Grid) -> Grid:
    return grid[RING:-RING, RING:-RING]


def _parted(grid: Grid, known: NDArray[np.int8]) -> Grid:
    """Half-way between the medians of the known modules."""
    return _inner(grid) - np.float32((np.median(grid[known == DARK]) + np.median(grid[known == LIGHT])) / 2)


def _balanced(inner: Grid, known: NDArray[np.int8]) -> Grid:
    """As many light data modules as dark ones: holds when all of one colour have drifted towards the other."""
    free = known[RING:-RING, RING:-RING] == FREE
    return np.asarray(inner - np.median(inner[free]), np.float32)


def _enveloped(grid: Grid) -> Grid:
    """Half-way between the lightest and the darkest module near by: follows glare and shadow."""
    import cv2  # noqa: PLC0415 -- heavy

    near = np.ones((_WINDOW, _WINDOW), np.uint8)
    light = cv2.blur(cv2.dilate(grid, near), (_WINDOW, _WINDOW))
    dark = cv2.blur(cv2.erode(grid, near), (_WINDOW, _WINDOW))
    return _inner(np.asarray(grid - (light + dark) / 2, np.float32))


def _equalised(grid: Grid, known: NDArray[np.int8]) -> Grid:
    """Takes apart what blur has mixed: weights over the neighbours, alike on both sides, that give the known modules
    back best (ridge regression).
    """
    reach, (height, width) = _EQUALISER_REACH, grid.shape
    centred = np.pad(grid - np.median(grid[known != FREE]), reach, mode="edge")

    def both_sides(down: int, across: int) -> Grid:
        total = np.zeros_like(grid)
        for y in {down, -down}:
            for x in {across, -across}:
                total += centred[reach + y : reach + y + height, reach + x : reach + x + width]
        return total

    planes = [both_sides(down, across) for down in range(reach + 1) for across in range(reach + 1)]
    terms = np.stack([*planes, np.full_like(grid, max(float(np.std(centred)), 1.0))], axis=-1).astype(
        np.float64
    )
    at = known != FREE
    given, due = terms[at], np.where(known[at] == LIGHT, 1.0, -1.0)
    squares = given.T @ given
    ridge = _RIDGE * np.trace(squares) / len(squares) + 1e-9
    weights = np.linalg.solve(squares + ridge * np.eye(len(squares)), given.T @ due)
    return _inner(np.asarray(terms @ weights, np.float32))
