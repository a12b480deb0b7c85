r"""A document as it was sent, with line numbers, its faults underlined, and only what stands around them when it is long.

>>> data = b'{\n  "bizStep": "shiping"\n}'
>>> window, = windows_of(data, [epcis.Place(15, 24, 2, 14)])
>>> [(line.number, [(part.text, part.fault) for part in line.parts]) for line in window.lines]
[(1, [('{', None)]), (2, [('  "bizStep": ', None), ('"shiping"', 0)]), (3, [('}', None)])]
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from seriatim import epcis

WHOLE_LINES: Final = 400
"""Up to here a document is shown whole, if it has no line that is too long."""
AROUND: Final = 4
"""Lines shown before and after a fault."""
LINE_SHOWN: Final = 400
"""Characters of a line; of a longer one only what stands around its faults."""
BESIDE: Final = 120
"""Characters shown before and after a fault in such a line."""
FIRST_LINES: Final = 40
"""Of a long document without faults."""
GAP: Final = " … "


class Part(NamedTuple):
    """A run of characters of one line."""

    text: str
    """Empty where something is missing."""
    fault: int | None = None
    """The number of the fault that it is, from 0."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the document."""

    number: int
    parts: tuple[Part, ...]
    faults: tuple[int, ...] = ()
    """Faults that begin here."""


@dataclass(frozen=True, slots=True)
class Window:
    """Lines that follow one another."""

    lines: tuple[Line, ...]
    skipped: int
    """Lines left out before it."""


class Mark(NamedTuple):
    """A fault in one line: from one character up to another."""

    start: int
    end: int
    fault: int
    begins: bool


def windows_of(data: bytes, places: Sequence[epcis.Place]) -> tuple[Window, ...]:
    """The document, or what stands around its faults; `places` are those of the faults, in any order."""
    codec = epcis.encoding_of(data)
    lines = data.decode(codec, "replace").lstrip("\ufeff").split("\n")
    marks: dict[int, list[Mark]] = {}
    for fault, place in enumerate(places):
        length = len(data[place.start : place.end].decode(codec, "replace"))
        for number, mark in _marks(lines, place, max(length, 1), fault):
            marks.setdefault(number, []).append(mark)
    wanted = _wanted(lines, marks)
    return tuple(_windows(lines, marks, wanted))


def count_lines(data: bytes) -> int:
    """How many lines a document has."""
    return data.decode(epcis.encoding_of(data), "replace").count("\n") + 1


def _marks(lines: Sequence[str], place: epcis.Place, length: int, fault: int) -> Iterator[tuple[int, Mark]]:
    """A fault as marks, one for each line that it reaches over."""
    number, start, begins = place.line, place.column - 1, True
    while length > 0 and number <= len(lines):
        end = min(start + length, len(lines[number - 1]))
        yield number, Mark(start, max(end, start), fault, begins)
        length -= end - start + 1  # the end of the line is a character, too
        number, start, begins = number + 1, 0, False


def _wanted(lines: Sequence[str], marked: Iterable[int]) -> list[int]:
    """Numbers of the lines to show, rising."""
    if len(lines) <= WHOLE_LINES:
        return list(range(1, len(lines) + 1))
    near = {
        number
        for fault in marked
        for number in range(max(fault - AROUND, 1), min(fault + AROUND, len(lines)) + 1)
    }
    return sorted(near) or list(range(1, FIRST_LINES + 1))


def _windows(lines: Sequence[str], marks: dict[int, list[Mark]], wanted: Sequence[int]) -> Iterator[Window]:
    together: list[Line] = []
    last = 0
    skipped = 0
    for number in wanted:
        if number != last + 1:
            if together:
                yield Window(tuple(together), skipped)
            together, skipped = [], number - last - 1
        together.append(_line(number, lines[number - 1].rstrip("\r"), sorted(marks.get(number, ()))))
        last = number
    if together:
        yield Window(tuple(together), skipped)


def _line(number: int, text: str, marks: Sequence[Mark]) -> Line:
    parts: list[Part] = []
    at = 0
    for mark in marks:
        start = max(mark.start, at)  # faults may overlap: the first keeps what both claim
        parts.append(Part(text[at:start]))
        parts.append(Part(text[start : max(mark.end, start)], mark.fault))
        at = max(mark.end, start)
    parts.append(Part(text[at:]))
    shown = parts if len(text) <= LINE_SHOWN else _cut(parts)
    return Line(
        number,
        tuple(part for part in shown if part.text or part.fault is not None),
        tuple(mark.fault for mark in marks if mark.begins),
    )


def _cut(parts: Sequence[Part]) -> Iterator[Part]:
    """Of a long line, what stands around its faults."""
    last = len(parts) - 1
    for place, (text, fault) in enumerate(parts):
        after, before = place > 0, place < last
        room = BESIDE * (after + before) or LINE_SHOWN
        if len(text) <= room:
            yield Part(text, fault)
            continue
        head = text[: BESIDE if after else (0 if before else LINE_SHOWN)]
        yield Part(f"{head}{GAP}{text[-BESIDE:] if before else ''}", fault)
