"""The journal of the marks in the data folder, shared by all processes of an installation.

Asking whether anything is new is one look at the folder, so every grant and every scan may ask.
"""

import functools
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from seriatim.base.journal import Journal, Position, Reading
from seriatim.identity.marks.model import Line, Marks

FILE: Final = "marks.journal"
COMPACT_BYTES: Final = 256 * 1024
"""Past this, and four times what is worth keeping, the journal is written anew."""
COMPACT_TIMES: Final = 4


class MarkBook:
    """The marks of one data folder, as far as this process has read them."""

    def __init__(self, folder: Path) -> None:
        self.journal = Journal(folder / FILE)
        self._one_at_a_time = threading.Lock()
        self._position = Position()
        self._marks = Marks()
        self._kept_bytes = 0

    def look(self) -> Marks:
        """The marks as they stand now. Raises JournalAway."""
        if self.journal.has_more(self._position):
            with self._one_at_a_time:
                reading = self.journal.read(self._position)
                marks = Marks() if reading.from_start else self._marks
                self._marks, self._position = _folded(reading, marks), reading.position
        return self._marks

    def write(self, *lines: Line) -> None:
        """Adds lines, on the disk when this returns. Raises JournalAway."""
        size = self.journal.append([msgspec.to_builtins(line) for line in lines])
        if size > max(COMPACT_BYTES, COMPACT_TIMES * self._kept_bytes):
            self._kept_bytes = self.journal.rewrite(_compacted)

    def begin_anew(self, *lines: Line) -> None:
        """Puts what is known and these lines in place of everything, damaged lines too. Raises JournalAway."""

        def rewritten(reading: Reading) -> Sequence[Any]:
            marks = _folded(reading, Marks())
            for line in lines:
                marks.take(line)
            return [msgspec.to_builtins(marks.kept())]

        self._kept_bytes = self.journal.rewrite(rewritten)


@functools.lru_cache(maxsize=1024)
def book_in(folder: Path) -> MarkBook:
    """The book of a data folder; this process keeps one of each."""
    return MarkBook(folder)


def _folded(reading: Reading, marks: Marks) -> Marks:
    for record in reading.records:
        marks.take(msgspec.convert(record, Line))
    if reading.damage:
        marks.frozen = f"The journal of high-water marks is damaged: {reading.damage}."
    return marks


def _compacted(reading: Reading) -> Sequence[Any]:
    """One line in place of all; it says, too, when one of them was damaged."""
    return [msgspec.to_builtins(_folded(reading, Marks()).kept())]
