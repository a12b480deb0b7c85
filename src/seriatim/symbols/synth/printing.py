"""What the printer and rough handling do to a code, on the paper itself, each fault one function.

Ink is a coverage per dot, rows x columns, 0 paper to 255 full ink; a dot is a fraction of a module, so edges that fall
inside a dot are kept by its coverage and places stay exact. Lengths are in modules, x is the travel. Random places come
nested: what is spoilt at a low severity is spoilt at each higher one.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seriatim.symbols.images import Gray

__all__ = [
    "Shifts",
    "dots",
    "grow",
    "lines_without_ink",
    "missing",
    "scratches",
    "shift_columns",
    "shifts",
    "smear",
    "specks",
    "wrinkles",
]

Cells = NDArray[np.bool_]
"""Rows x columns of modules; True is dark."""

_VOID_RADII = (0.3, 0.8)
_SPOT_RADII = (0.2, 0.55)
_SPECKS_MAX = 8.0
"""Of each kind per 100 modules."""
_SCRATCHES_MAX = 6
_NOZZLES_PER_MODULE = 3
_WRINKLES_MAX = 8


def missing(cells: Cells, share: float, rng: np.random.Generator) -> Cells:
    """Which dark modules are never printed: each with the probability `share`."""
    return cells & (rng.random(cells.shape) < share)


def grow(ink: Gray, per_module: int, x: float, y: float) -> Gray:
    """All edges moved outwards by half of x and y modules, inwards when negative; exact to a fraction of a dot.

    Print growth of a bar is `x` in the words of ISO/IEC 15415: a bar of one module becomes 1 + x modules wide.
    """
    grown = ink
    for modules, axis in ((x, 1), (y, 0)):
        grown = _moved(grown, modules * per_module / 2, axis)
    return grown


def _moved(ink: Gray, by: float, axis: int) -> Gray:
    """Between two whole numbers of dots, the outermost dot is covered in part."""
    import cv2  # noqa: PLC0415 -- heavy

    if by == 0:
        return ink
    turn = cv2.dilate if by > 0 else cv2.erode
    whole, part = divmod(abs(by), 1)

    def moved(steps: int) -> Gray:
        size = (1, 2 * steps + 1) if axis == 1 else (2 * steps + 1, 1)
        return np.asarray(turn(ink, np.ones(size, np.uint8), borderValue=0), np.uint8)

    near = moved(int(whole))
    if part < 1e-9:
        return near
    return np.asarray(cv2.addWeighted(near, 1 - part, moved(int(whole) + 1), part, 0), np.uint8)


def dots(
    cells: Cells,
    inset: tuple[int, int],
    shape: tuple[int, int],
    per_module: int,
    growth: float,
    jitter: float,
    rng: np.random.Generator,
) -> Gray:
    """The code printed anew as round dots of diameter 1 + growth, each off its place by `jitter` (standard deviation)."""
    rows, columns = np.nonzero(cells)
    scatter = rng.standard_normal((*cells.shape, 2))[rows, columns] * jitter
    centres = (np.column_stack([columns, rows]) + 0.5 + scatter) * per_module + inset
    radius = (1 + growth) * per_module / 2
    ink = np.zeros(shape, np.uint8)
    for x, y in centres.tolist():
        _stamp(ink, (x, y), (radius, radius, 0.0), 255)
    return ink


@dataclass(frozen=True, slots=True)
class Shifts:
    """How far each boundary between columns of modules was moved along the travel, in modules."""

    at_boundaries: tuple[float, ...]

    @property
    def grid_nonuniformity(self) -> float:
        """Largest distance of a boundary from an even grid between the first and the last, in modules."""
        moved = np.array(self.at_boundaries)
        return float(np.abs(moved - np.linspace(moved[0], moved[-1], len(moved))).max())


def shifts(columns: int, deviation: float, drift: float, rng: np.random.Generator) -> Shifts:
    """An encoder that trembles (each boundary by itself) and drifts (a wave over the symbol)."""
    wave_length = float(rng.uniform(0.6, 1.2)) * columns
    phase = float(rng.uniform(0, 2 * np.pi))
    at = np.arange(columns + 1)
    tremble = np.clip(rng.standard_normal(columns + 1), -2.5, 2.5) * deviation
    moved = tremble + drift * np.sin(2 * np.pi * at / wave_length + phase)
    return Shifts(tuple(moved.tolist()))


def shift_columns(ink: Gray, per_module: int, inset_x: int, moved: Shifts) -> Gray:
    """Boundaries of columns land where `moved` says; between two of them the print is stretched evenly."""
    there = np.maximum.accumulate(np.arange(len(moved.at_boundaries)) + np.array(moved.at_boundaries))
    edges = inset_x + there * per_module
    dots_wide = ink.shape[1]
    # The sum of ink up to each edge of a dot; what lies between two edges afterwards is a difference of sums.
    total = np.zeros((ink.shape[0], dots_wide + 1), np.float32)
    np.cumsum(ink, axis=1, out=total[:, 1:])
    before = inset_x + np.arange(len(edges)) * per_module
    came_from = np.interp(
        np.arange(dots_wide + 1),
        np.concatenate([[0], edges.clip(0, dots_wide), [dots_wide]]),
        np.concatenate([[0], before, [dots_wide]]),
    )
    whole = np.minimum(came_from.astype(int), dots_wide - 1)
    part = (came_from - whole).astype(np.float32)
    upto = total[:, whole] * (1 - part) + total[:, whole + 1] * part
    spread = np.maximum(np.diff(came_from), 1e-6).astype(np.float32)
    return np.asarray((np.diff(upto, axis=1) / spread).round().clip(0, 255), np.uint8)


def lines_without_ink(
    ink: Gray, per_module: int, inset_y: int, lines: float, rng: np.random.Generator
) -> tuple[Gray, tuple[float, ...]]:
    """Dead nozzles: lines of a third of a module, along the whole travel; the last one is still dying.

    Answers the ink and the upper edges of the dead lines in modules from the top of the symbol.
    """
    modules = (ink.shape[0] - 2 * inset_y) / per_module
    nozzles = rng.permutation(round(modules * _NOZZLES_PER_MODULE))
    height = per_module / _NOZZLES_PER_MODULE
    keeps = np.ones(ink.shape[0], np.float32)
    for order, nozzle in enumerate(nozzles[: int(np.ceil(lines))].tolist()):
        top = inset_y + nozzle * height
        keeps -= min(1.0, lines - order) * _cover(ink.shape[0], top, top + height)
    tops = tuple((nozzles[: int(np.ceil(lines))] / _NOZZLES_PER_MODULE).tolist())
    return np.asarray((ink * keeps[:, None].clip(0, 1)).round(), np.uint8), tops


def _cover(length: int, start: float, end: float) -> NDArray[np.float32]:
    """Share of each dot of a line that lies between start and end."""
    edges = np.arange(length + 1)
    return np.diff(edges.clip(start, end)).astype(np.float32)


def specks(ink: Gray, per_module: int, per_100: tuple[float, float], rng: np.random.Generator) -> Gray:
    """Poisson voids and spots over the window, so many of each per 100 modules."""
    spoilt = ink.copy()
    hundreds = ink.size / per_module**2 / 100
    for rate, radii, value in zip(per_100, (_VOID_RADII, _SPOT_RADII), (0, 255), strict=True):
        # Drawn at the highest rate, then thinned: a higher rate adds specks to those of a lower one.
        count = int(rng.poisson(_SPECKS_MAX * hundreds))
        marks = rng.random(count)
        places = rng.uniform(0, 1, (count, 2)) * ink.shape[::-1]
        sizes = rng.uniform(*radii, count) * per_module
        flat, turn = rng.uniform(0.6, 1, count), rng.uniform(0, np.pi, count)
        for one in np.flatnonzero(marks * _SPECKS_MAX < rate).tolist():
            blot = (float(sizes[one]), float(sizes[one] * flat[one]), float(turn[one]))
            _stamp(spoilt, (float(places[one, 0]), float(places[one, 1])), blot, value)
    return spoilt


def _stamp(ink: Gray, centre: tuple[float, float], blot: tuple[float, float, float], value: int) -> None:
    """Lay one ellipse (radii and turn, in dots) of full or no ink over the window; its rim covers dots in part."""
    x, y = centre
    long, short, turn = blot
    left, top = max(int(x - long - 1), 0), max(int(y - long - 1), 0)
    patch = ink[top : int(y + long + 2), left : int(x + long + 2)]
    if patch.size == 0:
        return
    across = np.arange(left, left + patch.shape[1], dtype=np.float32) + np.float32(0.5 - x)
    down = (np.arange(top, top + patch.shape[0], dtype=np.float32) + np.float32(0.5 - y))[:, None]
    cos, sin = np.float32(np.cos(turn)), np.float32(np.sin(turn))
    distance = np.hypot(
        (across * cos + down * sin) / np.float32(long), (down * cos - across * sin) / np.float32(short)
    )
    covered = ((1 - distance) * np.float32(short) + np.float32(0.5)).clip(0, 1)
    patch[:] = (patch + (value - patch.astype(np.float32)) * covered).round()


def scratches(ink: Gray, per_module: int, count: float, rng: np.random.Generator) -> Gray:
    """Long, slightly bent scratches: most take the ink off, some leave dirt; the last is lighter than the others."""
    spoilt = ink.astype(np.float32)
    height, width = ink.shape
    for order in range(_SCRATCHES_MAX):
        strength = min(1.0, max(0.0, count - order))
        start, end, bend = rng.uniform(0, 1, (3, 2))
        upright, dirt, wide = rng.random() < 0.5, rng.random() < 0.25, rng.uniform(0.12, 0.4)
        first = np.array([start[0], 0.0] if upright else [0.0, start[1]])
        last = np.array([end[0], 1.0] if upright else [1.0, end[1]])
        way = [first, (first + last) / 2 + (bend - 0.5) * 0.12, last]
        if strength > 0:
            mask = _stroke(
                ink.shape, [tuple((point * (width, height)).tolist()) for point in way], wide * per_module
            )
            spoilt += ((255 if dirt else 0) - spoilt) * (mask * np.float32(strength))
    return np.asarray(spoilt.round(), np.uint8)


def wrinkles(ink: Gray, per_module: int, lines: float, rng: np.random.Generator) -> Gray:
    """A wrinkled ribbon: slanted lines, most of them parallel, where no ink arrives."""
    kept = np.ones(ink.shape, np.float32)
    height, width = ink.shape
    slant = float(rng.uniform(0.25, 0.6)) * (1 if rng.random() < 0.5 else -1)
    for order in range(_WRINKLES_MAX):
        place, wide, own = float(rng.uniform(0, 1)), float(rng.uniform(0.25, 0.7)), float(rng.normal(0, 0.05))
        strength = min(1.0, max(0.0, lines - order))
        if strength > 0:
            reach = (slant + own) * width / 2
            way = [(0.0, place * height - reach), (float(width), place * height + reach)]
            kept *= 1 - np.float32(strength) * _stroke(ink.shape, way, wide * per_module)
    return np.asarray((ink * kept).round(), np.uint8)


def _stroke(shape: tuple[int, ...], way: Iterable[tuple[float, float]], wide: float) -> NDArray[np.float32]:
    """How far each dot is covered by a line through the points, `wide` dots across, with a soft rim of a dot."""
    import cv2  # noqa: PLC0415 -- heavy

    fraction = 4
    bare = np.full(shape, 255, np.uint8)
    points = (np.array(list(way)) * 2**fraction).round().astype(np.int32)
    cv2.polylines(bare, [points], isClosed=False, color=0, thickness=1, shift=fraction)
    distance = cv2.distanceTransform(bare, cv2.DIST_L2, 5)
    return np.asarray((np.float32(wide / 2 + 0.5) - distance).clip(0, 1), np.float32)


def smear(ink: Gray, per_module: int, length: float, strength: float) -> Gray:
    """Wet ink drawn out along the travel: a one-sided exponential tail of `length` modules."""
    import cv2  # noqa: PLC0415 -- heavy

    reach = max(1, round(4 * length * per_module))
    tail = np.exp(-np.arange(reach + 1, dtype=np.float32) / np.float32(length * per_module))
    kernel = np.zeros((1, 2 * reach + 1), np.float32)
    kernel[0, : reach + 1] = (
        tail[::-1] / tail.sum()
    )  # filter2D correlates: weights to the left draw ink to the right
    drawn = cv2.filter2D(ink, cv2.CV_32F, kernel, borderType=cv2.BORDER_CONSTANT)
    return np.asarray(np.maximum(ink, np.float32(strength) * drawn).round(), np.uint8)
