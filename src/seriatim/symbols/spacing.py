"""Keeps a label legible: nothing leaves the paper, nothing runs into a code or the quiet zone around it.

A border half a module away from a code fails a grade though every scanner at hand still reads it; so it is refused.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from seriatim.symbols.errors import SymbolError
from seriatim.symbols.placed import Bar, Box, Picture, PlacedSymbol, TextLine, overlap

__all__ = ["misplaced"]

_SLACK_MM: Final = 1e-6
"""Rounding of sums of millimetres."""


def misplaced(
    label: tuple[float, float],
    symbols: Sequence[PlacedSymbol],
    texts: Sequence[TextLine],
    pictures: Sequence[Picture],
    bars: Sequence[Bar],
) -> Iterator[SymbolError]:
    """Everything on a label of this width and height in mm that is where it must not be, as `layout` errors."""
    taken = [(placed, placed.box) for placed in symbols]
    for index, (placed, box) in enumerate(taken):
        what = f"the {placed.symbol.format} with quiet zone"
        yield from _off_the_label(label, what, box, placed.element)
        for other, its in taken[:index]:
            if overlap(placed.core, its) or overlap(placed.box, other.core):
                yield _into(f"the {placed.symbol.format}", other, placed.element)
    things: tuple[TextLine | Picture | Bar, ...] = (*texts, *pictures, *bars)
    for thing in things:
        box = thing.box
        if not _is_clear(label, box, taken):
            what = _name(thing)
            yield from _off_the_label(label, what, box, thing.element)
            for placed, its in taken:
                if overlap(box, its):
                    yield _into(what, placed, thing.element)


def _is_clear(label: tuple[float, float], box: Box, taken: Sequence[tuple[PlacedSymbol, Box]]) -> bool:
    """The one question that is asked of every thing on every label."""
    left, top, right, bottom = box
    if left < -_SLACK_MM or top < -_SLACK_MM or right > label[0] + _SLACK_MM or bottom > label[1] + _SLACK_MM:
        return False
    return all(not overlap(box, its) for _, its in taken)


def _name(thing: TextLine | Picture | Bar) -> str:
    match thing:
        case TextLine():
            return thing.text
        case Picture():
            return "the picture"
        case _:
            return "the line"


def _off_the_label(
    label: tuple[float, float], what: str, box: Box, element: int | None
) -> Iterator[SymbolError]:
    left, top, right, bottom = box
    width, height = label
    if left < -_SLACK_MM or top < -_SLACK_MM or right > width + _SLACK_MM or bottom > height + _SLACK_MM:
        yield SymbolError(
            f"{what!r} covers {left:.2f} to {right:.2f} x {top:.2f} to {bottom:.2f} mm "
            f"of a label of {width:g} x {height:g} mm",
            code="layout",
            element=element,
        )


def _into(what: str, placed: PlacedSymbol, element: int | None) -> SymbolError:
    return SymbolError(
        f"{what!r} runs into the {placed.symbol.format} or its quiet zone", code="layout", element=element
    )
