"""The symbol as SVG: every module coloured by its level, weak rows and damaged parts outlined, codewords drawn round."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from seriatim.symbols.grading.hints import Hint
from seriatim.symbols.grading.record import Grade, SymbolMap

__all__ = ["STEP", "codeword_svg", "modulation_svg"]

STEP: Final = 20
"""Units of the drawing per module; two of them are gap."""
_GAP: Final = 2
_MARGIN: Final = 46
_DIGITS_MAX_MODULES: Final = 60
"""Larger symbols get colours only: digits would be too small to read."""


def modulation_svg(grade: Grade) -> str:
    """Modules by their level against the true colour, 4 in gray, with what is wrong outlined."""
    symbol = grade.symbol
    assert symbol is not None
    rows, columns = symbol.dark.shape
    hint = next((one for one in grade.hints if one.rows or one.columns), None)
    parts = [
        *_modules(symbol),
        *_bands(hint, rows, columns),
        *_damaged(grade),
        *_digits(symbol),
        *_numbers(rows, hint),
    ]
    return _svg(rows, columns, _described(symbol), parts)


def codeword_svg(grade: Grade) -> str:
    """Codewords as areas, coloured by the level of their weakest module; repaired ones are drawn round."""
    symbol = grade.symbol
    assert symbol is not None
    rows, columns = symbol.dark.shape
    name = "RM" if "RM" in grade.overlays else next(iter(grade.overlays))
    levels = np.array([*grade.overlays[name].codewords, 4.0])
    level_of = levels[symbol.codeword].astype(int)
    fixed = symbol.codeword < 0
    parts = []
    for level in range(5):
        chosen = (level_of == level) & ~fixed
        if chosen.any():
            parts.append(f'<path class="c{level}" d="{_tiles(chosen, full=True)}"/>')
    parts.append(f'<path class="fixed" d="{_tiles(fixed)}"/>')
    parts.append(f'<path class="seam" d="{_seams(symbol.codeword)}"/>')
    repaired = np.isin(symbol.codeword, symbol.corrected)
    if repaired.any():
        parts.append(f'<path class="repaired" d="{_seams(np.where(repaired, symbol.codeword, -1))}"/>')
    below = int((levels[:-1] < 4).sum())
    words = f"{len(levels) - 1} codewords, {below} below level 4, {len(symbol.corrected)} repaired"
    return _svg(rows, columns, words, parts)


def _svg(rows: int, columns: int, words: str, parts: list[str]) -> str:
    width, height = columns * STEP + _MARGIN + 24, rows * STEP + 30
    return (
        f'<svg class="gsym" viewBox="-{_MARGIN} -4 {width} {height}" role="img" aria-label="{words}">'
        + "".join(parts)
        + "</svg>"
    )


def _modules(symbol: SymbolMap) -> Iterator[str]:
    levels = symbol.levels.astype(int)
    for name, chosen in (
        ("d", (levels >= 4) & symbol.dark),
        ("l", (levels >= 4) & ~symbol.dark),
        *((f"q{level}", levels == level) for level in (3, 2, 1, 0)),
    ):
        if chosen.any():
            yield f'<path class="{name}" d="{_tiles(chosen)}"/>'


def _tiles(chosen: np.ndarray, *, full: bool = False) -> str:
    side = STEP if full else STEP - _GAP
    return "".join(f"M{x * STEP} {y * STEP}h{side}v{side}h-{side}z" for y, x in np.argwhere(chosen).tolist())


def _digits(symbol: SymbolMap) -> Iterator[str]:
    """The level as a digit in every module below 4: colour alone says nothing to some, and nothing on gray paper."""
    if max(symbol.dark.shape) > _DIGITS_MAX_MODULES:
        return
    levels = symbol.levels.astype(int)
    for name, chosen in (("digits", (levels < 4) & (levels > 0)), ("digits zero", levels == 0)):
        places = np.argwhere(chosen).tolist()
        if places:
            texts = "".join(
                f'<text x="{x * STEP + 9}" y="{y * STEP + 13.5}">{levels[y, x]}</text>' for y, x in places
            )
            yield f'<g class="{name}" text-anchor="middle">{texts}</g>'


def _bands(hint: Hint | None, rows: int, columns: int) -> Iterator[str]:
    if hint is None:
        return
    for row in hint.rows:
        yield f'<path class="band" d="M-4 {(row - 1) * STEP - 3}h{columns * STEP + 6}v{STEP + 4}h-{columns * STEP + 6}z"/>'
    for column in hint.columns:
        yield f'<path class="band" d="M{(column - 1) * STEP - 3} -4v{rows * STEP + 6}h{STEP + 4}v-{rows * STEP + 6}z"/>'


def _damaged(grade: Grade) -> Iterator[str]:
    for one in grade.segments:
        if one.grade < 4 and one.modules:
            left, top, right, bottom = (value * STEP - 1 for value in one.where)
            yield (
                f'<rect class="hurt" x="{left}" y="{top}" width="{right - left}" height="{bottom - top}">'
                f"<title>{one.name}: grade {one.grade:g}</title></rect>"
            )


def _numbers(rows: int, hint: Hint | None) -> Iterator[str]:
    weak = set(hint.rows) if hint else set()
    for row in sorted({1, rows} | weak):
        name = "rowno" if row in weak else "rowno dim"
        yield f'<text class="{name}" x="-26" y="{(row - 1) * STEP + 14}" text-anchor="end">{row}</text>'


def _seams(owner: np.ndarray) -> str:
    """Lines between modules of different codewords."""
    padded = np.pad(owner, 1, constant_values=-2)
    padded[padded == -1] = -2
    upright = np.argwhere(padded[1:-1, 1:] != padded[1:-1, :-1]).tolist()
    level = np.argwhere(padded[1:, 1:-1] != padded[:-1, 1:-1]).tolist()
    return "".join(f"M{x * STEP - 1} {y * STEP - 1}v{STEP}" for y, x in upright) + "".join(
        f"M{x * STEP - 1} {y * STEP - 1}h{STEP}" for y, x in level
    )


def _described(symbol: SymbolMap) -> str:
    rows, columns = symbol.dark.shape
    weak = int((symbol.levels < 4).sum())
    return f"Symbol of {rows} by {columns} modules; " + (
        f"{weak} of them below level 4" if weak else "all at level 4"
    )
