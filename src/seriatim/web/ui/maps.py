"""The world as squares: land, heat where people scan, and spots with a way between them.

A square is 2.5 degrees wide and drawn 8 pixels wide; runs of squares are one dashed line, so that a page stays small.

>>> square_of(38.7, -9.1)
(68, 18)
>>> world([(38.7, -9.1, 12)]).heat
((4, 'M521.2 140h5.6'),)
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import log
from pathlib import Path
from typing import Any, Final, NamedTuple

LAND: Final = Path(__file__).resolve().parent.parent / "static" / "vendor" / "land.json"
PITCH: Final = 8
MARK: Final = 5.6
LEVELS: Final = 4


class Window(NamedTuple):
    """A part of the world in squares: left and top inclusive, right and bottom exclusive."""

    left: int
    top: int
    right: int
    bottom: int


class Spot(NamedTuple):
    """One place on the drawn map; left and top in percent."""

    left: float
    top: float
    name: str
    note: str
    visits: int
    is_last: bool


@dataclass(frozen=True, slots=True)
class Map:
    """What a template needs to draw one map."""

    width: int
    height: int
    land: str
    heat: tuple[tuple[int, str], ...] = ()
    spots: tuple[Spot, ...] = ()
    ways: tuple[str, ...] = ()


WORLD: Final = Window(3, 1, 144, 57)
NARROWEST: Final = 40
ASPECT: Final = 1.9
MARGIN: Final = 5


@cache
def land() -> dict[str, Any]:
    """The squares that are land, row by row (see assets/build.py)."""
    cells: dict[str, Any] = json.loads(LAND.read_text(encoding="utf-8"))
    return cells


def square_of(latitude: float, longitude: float) -> tuple[int, int]:
    """Column and row of the square that a place lies in."""
    size = land()["cell_degrees"]
    column = int((longitude - land()["west"]) // size)
    row = int((land()["north"] - latitude) // size)
    return max(0, min(column, 143)), max(0, min(row, 59))


def world(places: Iterable[tuple[float, float, int]]) -> Map:
    """The whole world with heat: latitude, longitude and how many of each place."""
    counts: dict[tuple[int, int], int] = {}
    for latitude, longitude, count in places:
        square = square_of(latitude, longitude)
        counts[square] = counts.get(square, 0) + count
    most = max(counts.values(), default=0)
    by_level: dict[int, str] = {}
    for (column, row), count in sorted(counts.items()):
        level = min(LEVELS, 1 + int(LEVELS * log(count + 1) / log(most + 2)))
        by_level[level] = by_level.get(level, "") + _run(column, row, 1, WORLD)
    return Map(
        (WORLD.right - WORLD.left) * PITCH,
        (WORLD.bottom - WORLD.top) * PITCH,
        _land(WORLD),
        tuple(sorted(by_level.items())),
    )


def journey(stops: Sequence[tuple[float, float, str, str]]) -> Map:
    """A part of the world around some stops (latitude, longitude, name, note), oldest first, joined by arcs."""
    squares = [square_of(latitude, longitude) for latitude, longitude, _, _ in stops]
    window = _around(squares)
    width, height = (window.right - window.left) * PITCH, (window.bottom - window.top) * PITCH
    size = land()["cell_degrees"]
    met: dict[tuple[int, int], list[int]] = {}
    for i, square in enumerate(squares):
        met.setdefault(square, []).append(i)
    points: dict[tuple[int, int], tuple[float, float]] = {}
    spots = []
    for square, visits in met.items():
        latitude, longitude, name, note = stops[visits[0]]
        x = ((longitude - land()["west"]) / size - window.left) * PITCH
        y = ((land()["north"] - latitude) / size - window.top) * PITCH
        x, y = min(max(x, 0.0), width), min(max(y, 0.0), height)  # the poles are off the map
        points[square] = x, y
        spots.append(
            Spot(x / width * 100, y / height * 100, name, note, len(visits), visits[-1] == len(stops) - 1)
        )
    ways = dict.fromkeys((points[a], points[b]) for a, b in pairwise(squares) if a != b)
    return Map(width, height, _land(window), (), tuple(spots), tuple(_arc(*a, *b) for a, b in ways))


def _around(squares: Sequence[tuple[int, int]]) -> Window:
    columns, rows = [c for c, _ in squares], [r for _, r in squares]
    left, right = min(columns) - MARGIN, max(columns) + MARGIN + 1
    top, bottom = min(rows) - MARGIN, max(rows) + MARGIN + 1
    left, right = _widened(left, right, max(NARROWEST, round((bottom - top) * ASPECT)))
    top, bottom = _widened(top, bottom, round((right - left) / ASPECT))
    left, right = (0, right - left) if left < 0 else (left, right)
    left, right = (left - right + 144, 144) if right > 144 else (left, right)
    top, bottom = (0, bottom - top) if top < 0 else (top, bottom)
    top, bottom = (top - bottom + 60, 60) if bottom > 60 else (top, bottom)
    return Window(max(left, 0), max(top, 0), min(right, 144), min(bottom, 60))


def _widened(first: int, past: int, least: int) -> tuple[int, int]:
    missing = max(0, least - (past - first))
    return first - missing // 2, past + missing - missing // 2


@cache
def _land(window: Window) -> str:
    path = []
    for row in range(window.top, window.bottom):
        columns = [c for c in land()["rows"][row] if window.left <= c < window.right]
        start = 0
        for i in range(1, len(columns) + 1):
            if i == len(columns) or columns[i] != columns[i - 1] + 1:
                path.append(_run(columns[start], row, i - start, window))
                start = i
    return "".join(path)


def _run(column: int, row: int, length: int, window: Window) -> str:
    x, y = (column - window.left) * PITCH + (PITCH - MARK) / 2, (row - window.top) * PITCH + PITCH / 2
    return f"M{x:g} {y:g}h{(length - 1) * PITCH + MARK:g}"


def _arc(x1: float, y1: float, x2: float, y2: float) -> str:
    lift = min(0.35 * abs(x2 - x1) + 8, 120)
    return f"M{x1:.1f} {y1:.1f}Q{(x1 + x2) / 2:.1f} {min(y1, y2) - lift:.1f} {x2:.1f} {y2:.1f}"
