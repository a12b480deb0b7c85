"""Numbers that an outside issuer gave for a product: a list in the order of its file, and how a file is read.

A file holds one number a line, as it stands in AI (21). It may be of any size: it is read in pieces, and every line that
cannot be kept is counted, the first thousand of them are told.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final, Literal, Protocol

import msgspec

from seriatim.gs1.checksums import CSET82
from seriatim.identity.serials.form import SERIAL_LENGTH_MAX

FAULTS_TOLD: Final = 1_000
PIECE_BYTES: Final = 1 << 20
LINE_BYTES_MAX: Final = 1_000
"""What is kept of a line that does not end."""
BOM: Final = b"\xef\xbb\xbf"
_NUMBER: Final = re.compile(rb"[" + re.escape(CSET82.encode("ascii")) + rb"]{1,%d}" % SERIAL_LENGTH_MAX)

FaultCode = Literal["bad_number", "twice_in_file", "imported_before", "issued_before"]


class BinaryFile(Protocol):
    """Bytes to read in pieces: a file, an upload, a socket."""

    def read(self, size: int, /) -> bytes: ...


class NumberList(msgspec.Struct, frozen=True):
    """A list of numbers from outside: positions [first, past) of an imported generation."""

    id: str
    gtin: str
    generation: int
    first: int
    past: int
    issuer: str
    expires_at: datetime | None
    """After this its numbers may not be leased. Given by the importer: EU tobacco codes are said to last six months."""
    imported_at: datetime
    issued: int = 0
    """Counters of its generation that are gone."""
    is_over: bool = False
    """Whether another generation issues in its place."""

    @property
    def count(self) -> int:
        return self.past - self.first

    @property
    def left(self) -> int:
        """Numbers that no lease took so far, expired or not."""
        return 0 if self.is_over else self.past - min(max(self.first, self.issued), self.past)

    def is_expired(self, now: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= now

    def age(self, now: datetime) -> timedelta:
        return now - self.imported_at


class Fault(msgspec.Struct, frozen=True):
    """A line that cannot be kept."""

    line: int
    """Counted from 1."""
    number: str
    code: FaultCode


class Faults:
    """All faults of a file: each is counted, the first thousand are told."""

    def __init__(self) -> None:
        self.counts: Counter[FaultCode] = Counter()
        self._told: list[Fault] = []

    def add(self, code: FaultCode, lines: Sequence[tuple[int, str]], count: int | None = None) -> None:
        """Some lines with one fault, in their order; `count` where these are the first ones of more."""
        if not lines:
            return
        self.counts[code] += len(lines) if count is None else count
        of_this_code = sum(fault.code == code for fault in self._told)
        self._told += [Fault(line, number[:40], code) for line, number in lines[: FAULTS_TOLD - of_this_code]]

    @property
    def count(self) -> int:
        return self.counts.total()

    @property
    def told(self) -> tuple[Fault, ...]:
        """The first thousand, in the order of their lines."""
        return tuple(sorted(self._told, key=lambda fault: fault.line)[:FAULTS_TOLD])


def read_numbers(file: BinaryFile, faults: Faults) -> Iterator[list[tuple[int, str]]]:
    """The numbers of a file with their lines, in pieces; what is no value of AI (21) goes to `faults`.

    Lines end with LF or CR LF; empty ones are passed over.
    """
    line = 1
    for piece in _pieces(file):
        good, bad = [], []
        for raw in piece:
            if _NUMBER.fullmatch(raw):
                good.append((line, raw.decode("ascii")))
            elif raw:
                bad.append((line, raw.decode("utf-8", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}")))
            line += 1
        if bad:
            faults.add("bad_number", bad)
        yield good


def _pieces(file: BinaryFile) -> Iterator[list[bytes]]:
    """The lines of a file without their ends, some at a time."""
    rest = file.read(len(BOM))
    rest = rest if rest != BOM else b""
    while data := file.read(PIECE_BYTES):
        *lines, rest = (rest + data).replace(b"\r\n", b"\n").split(b"\n")
        # A line without an end must not grow; the CR of a CR LF cut in two stays.
        rest = rest if len(rest) <= LINE_BYTES_MAX else rest[:LINE_BYTES_MAX] + rest[-1:]
        yield lines
    if rest:
        yield rest.replace(b"\r\n", b"\n").removesuffix(b"\r").split(b"\n")
