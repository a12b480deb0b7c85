"""Rows as PostgreSQL's binary COPY wants them, made of pieces: what many rows share is written once.

The driver encodes each value of each row by itself. Ten thousand units of one event differ in their serial alone: the
bytes before and behind it are made once, and the rest is joining. Source: PostgreSQL, COPY, "Binary Format".
"""

import struct
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, Literal

Kind = Literal["integer", "bigint", "text", "timestamptz", "date", "bigint[]"]

HEAD: Final = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
"""Signature, no flags, no extension."""
TAIL: Final = b"\xff\xff"
NULL: Final = b"\xff\xff\xff\xff"
EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
MICROSECOND: Final = timedelta(microseconds=1)
BIGINT_OID: Final = 20

row_head: Final = struct.Struct("!h").pack
"""The beginning of a row of so many columns."""
length: Final = struct.Struct("!i").pack
"""What stands before a value of so many octets."""
_NUMBER: Final = struct.Struct("!ii").pack
_LARGE: Final = struct.Struct("!iq").pack
_ARRAY: Final = struct.Struct("!iii").pack


def field(kind: Kind, value: Any) -> bytes:
    r"""One value of a row; None of any kind is null.

    Raises struct.error for a number that does not fit, UnicodeEncodeError for half a character.

    >>> field("text", "A1"), field("integer", 7), field("date", None)
    (b'\x00\x00\x00\x02A1', b'\x00\x00\x00\x04\x00\x00\x00\x07', b'\xff\xff\xff\xff')
    """
    return NULL if value is None else _FIELDS[kind](value)


def _text(value: str) -> bytes:
    data = value.encode()
    return length(len(data)) + data


def _moment(value: datetime) -> bytes:
    return _LARGE(8, (value - EPOCH) // MICROSECOND)


def _day(value: date) -> bytes:
    return _NUMBER(4, value.toordinal() - EPOCH.toordinal())


def _numbers(values: Sequence[int]) -> bytes:
    """One dimension that begins at 1; none at all when it is empty."""
    shape = _NUMBER(len(values), 1) if values else b""
    data = _ARRAY(1 if values else 0, 0, BIGINT_OID) + shape + b"".join(_LARGE(8, one) for one in values)
    return length(len(data)) + data


_FIELDS: Final[Mapping[str, Callable[[Any], bytes]]] = {
    "integer": lambda value: _NUMBER(4, value),
    "bigint": lambda value: _LARGE(8, value),
    "text": _text,
    "timestamptz": _moment,
    "date": _day,
    "bigint[]": _numbers,
}
