"""Labels for the camera when there is no template at hand: a code with words beside it, a tray full of codes."""

from collections.abc import Sequence
from typing import Final

from seriatim.symbols import limits
from seriatim.symbols.encode import Symbol
from seriatim.symbols.errors import SymbolError
from seriatim.symbols.layout import Label, PlacedSymbol, TextLine
from seriatim.symbols.lettering import text_width

__all__ = ["tray", "with_text"]

_MARGIN: Final = 4
_LINE: Final = 3.4
"""Modules: font size and distance of lines of text."""


def with_text(symbol: Symbol, lines: Sequence[str]) -> Label:
    """A label with the code on the left and lines of text on its right; X = 1 mm, scale does not matter to the camera.

    Raises `SymbolError` `layout` when there are more lines than the code is high.
    """
    margin = symbol.quiet_zone + _MARGIN
    placed = PlacedSymbol(symbol, margin, margin, 1.0)
    room = int(placed.height_mm // (_LINE * 1.3))
    if len(lines) > room:
        raise SymbolError(f"{len(lines)} lines beside a code that has room for {room}", code="layout")
    left = margin + placed.width_mm + symbol.quiet_zone + _MARGIN
    texts = tuple(
        TextLine(line, left, margin + number * _LINE * 1.3, _LINE) for number, line in enumerate(lines)
    )
    widest = max((text_width(line, _LINE) for line in lines), default=0.0)
    return Label(left + widest + _MARGIN, placed.height_mm + 2 * margin, (placed,), texts)


def tray(symbols: Sequence[Symbol], *, columns: int, gap: float = 6.0) -> Label:
    """Codes in rows of `columns`, `gap` modules between their quiet zones: vials in a tray, caps on a conveyor.

    The first is the code in question; the truth lists all. Raises `SymbolError` `layout` for none or too many.
    """
    if not 1 <= len(symbols) <= limits.READS_MAX or columns < 1 or gap < 0:
        raise SymbolError(
            f"a tray of {len(symbols)} codes in {columns} columns, gap {gap:g}: expected 1 to {limits.READS_MAX} codes",
            code="layout",
        )
    bare = [PlacedSymbol(symbol, 0, 0, 1.0) for symbol in symbols]
    across = max(one.width_mm + 2 * one.symbol.quiet_zone for one in bare) + gap
    down = max(one.height_mm + 2 * one.symbol.quiet_zone for one in bare) + gap
    placed = tuple(
        PlacedSymbol(
            one.symbol,
            gap + number % columns * across + one.symbol.quiet_zone,
            gap + number // columns * down + one.symbol.quiet_zone,
            1.0,
        )
        for number, one in enumerate(bare)
    )
    rows = -(-len(symbols) // columns)
    return Label(gap + min(columns, len(symbols)) * across, gap + rows * down, placed)
