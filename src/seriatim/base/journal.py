"""A small file of facts that must outlive the database: lines only added, each with its check sum, and on the disk.

Several processes may write: each takes the lock beside the file. A line cut short by a crash was never told to
anybody, so the next writer takes it away; a whole line whose check sum is wrong is damage, and is said.

>>> import tempfile
>>> journal = Journal(Path(tempfile.mkdtemp()) / "facts.journal")
>>> _ = journal.append([{"door": "open"}])
>>> journal.read().records
[{'door': 'open'}]
"""

import contextlib
import fcntl
import os
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec

from seriatim.base.errors import CannotNow
from seriatim.base.files import sync_folder, write_atomic

ENCODE: Final = msgspec.json.Encoder(order="deterministic").encode
DECODE: Final = msgspec.json.Decoder().decode
MODE: Final = 0o600
CHECK_SUM: Final = 8
TAIL_BYTES: Final = 1 << 16
HEAD_BYTES: Final = 64


class JournalAway(CannotNow):
    """A journal in the data folder cannot be read or written."""

    code = "journal_away"


class Position(NamedTuple):
    """How far a reader has come. A file that was rewritten is another file, and is read from its start."""

    offset: int = 0
    line: int = 0
    head: bytes = b""
    """How the file begins: another beginning is another file, even under the same number."""
    seen: tuple[int, int, int] = (0, 0, 0)
    """Number, size and time of the file when it was read."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a journal says after a position."""

    records: list[Any]
    position: Position
    from_start: bool
    """The file was rewritten since, or never read: what was known before is said anew by these records."""
    damage: str
    """Empty, or which line is damaged, for a person."""


class Journal:
    """The file at one path; safe to use from several threads and processes."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def append(self, records: Sequence[Any]) -> int:
        """Adds records, on the disk when this returns; answers the file's size. Raises JournalAway."""
        with self._plainly("written"), self._alone():
            return self._add(_lines(records))

    def read(self, after: Position = Position()) -> Reading:  # noqa: B008 -- an immutable value
        """The records behind a position; a last line still being written is left for the next time. Raises JournalAway."""
        with self._plainly("read"):
            return self._read(after)

    def has_more(self, after: Position) -> bool:
        """Whether there is anything behind the position: one look at the folder, for hot paths. Raises JournalAway."""
        with self._plainly("read"):
            try:
                return _seen(self.path.stat()) != after.seen
            except FileNotFoundError:
                return after != Position()

    def rewrite(self, shorter: Callable[[Reading], Sequence[Any]]) -> int:
        """Puts other records in place of all; what was there is handed in while nobody can add. Raises JournalAway."""
        with self._plainly("written"), self._alone():
            content = _lines(shorter(self._read(Position())))
            write_atomic(self.path, content, mode=MODE)
            return len(content)

    def _read(self, after: Position) -> Reading:
        try:
            file = self.path.open("rb")
        except FileNotFoundError:
            return Reading([], Position(), from_start=True, damage="")
        with file:
            seen, head = _seen(os.fstat(file.fileno())), file.read(HEAD_BYTES)
            is_same = head.startswith(after.head) and after.head != b"" and seen[1] >= after.offset
            start = after if is_same else Position()
            file.seek(start.offset)
            whole, end_of_line, _ = file.read().rpartition(b"\n")
        lines = whole.split(b"\n") if end_of_line else []
        records, damage = [], ""
        for number, line in enumerate(lines, start.line + 1):
            try:
                records.append(_record(line))
            except ValueError:
                damage = damage or f"line {number} of {self.path.name} is damaged"
        offset = start.offset + len(whole) + len(end_of_line)
        position = Position(offset, start.line + len(lines), head[:offset], seen)
        return Reading(records, position, from_start=not is_same, damage=damage)

    def _add(self, content: bytes) -> int:
        is_new = not self.path.exists()
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, MODE)
        try:
            end = _end_of_last_line(handle)
            os.ftruncate(handle, end)
            written = os.pwrite(handle, content, end)
            if written < len(content):
                os.ftruncate(handle, end)
                raise OSError(28, "No space left on device")
            os.fsync(handle)
        finally:
            os.close(handle)
        if is_new:
            sync_folder(self.path.parent)
        return end + written

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        held = os.open(self.path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, MODE)
        try:
            fcntl.flock(held, fcntl.LOCK_EX)
            yield
        finally:
            os.close(held)

    @contextlib.contextmanager
    def _plainly(self, what: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise JournalAway(
                f"{self.path} cannot be {what} ({error.strerror}); check the disk and the rights of the folder."
            ) from error


def _seen(status: os.stat_result) -> tuple[int, int, int]:
    return status.st_ino, status.st_size, status.st_mtime_ns


def _end_of_last_line(handle: int) -> int:
    """The size without a line that was cut short."""
    end = os.fstat(handle).st_size
    while end > 0:
        start = max(0, end - TAIL_BYTES)
        newline = os.pread(handle, end - start, start).rfind(b"\n")
        if newline >= 0:
            return start + newline + 1
        end = start
    return 0


def _lines(records: Sequence[Any]) -> bytes:
    return b"".join(_line(ENCODE(record)) for record in records)


def _line(content: bytes) -> bytes:
    return b"%08x %s\n" % (zlib.crc32(content), content)


def _record(line: bytes) -> Any:
    """The record in a line; ValueError when its check sum is wrong."""
    content = line[CHECK_SUM + 1 :]
    if line[: CHECK_SUM + 1] != b"%08x " % zlib.crc32(content):
        raise ValueError("wrong check sum")
    return DECODE(content)
