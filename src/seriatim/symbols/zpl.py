"""Speaks ZPL, the language of most label printers, in two words only: a dot-exact picture and a harmless text.

The printer never encodes a symbol itself, so the printed matrix is known. Text can hold anything a product name can
hold: whatever is not plainly safe is sent as hexadecimal under `^FH`, so no name can smuggle a command in.
"""

import base64
import binascii
import re
import zlib
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seriatim.symbols.errors import SymbolError

__all__ = ["Dots", "bar", "block", "graphic", "label", "text"]

Dots = Callable[[float], int]
"""Millimetres to printer dots."""


_UNSAFE: Final = re.compile(rb"[^A-Za-z0-9 .,:()+/-]")
"""All other bytes travel as `_XX`: `^` and `~` begin commands, `_` is the escape itself, `\\` breaks lines in `^FB`."""

_LEVEL: Final = 4
"""Of zlib: within three hundredths of the smallest, in two thirds of the time."""
_TURNS: Final = {0: b"N", 90: b"R", 180: b"I", 270: b"B"}
_ALIGNMENTS: Final = {"left": b"L", "center": b"C", "right": b"R"}


def label(fields: Sequence[bytes], *, width: int, height: int, copies: int = 1) -> bytes:
    """A whole label in dots: UTF-8 text (`^CI28`), width, length, home position, the fields, number of copies."""
    head = b"^XA^CI28^LH0,0^PW%d^LL%d" % (width, height)
    return head + b"".join(fields) + b"^PQ%d^XZ\n" % copies


def graphic(dark: NDArray[np.bool_], x: int, y: int) -> bytes:
    """Dots (rows x columns, dark is True) with the top left one at x, y: `^GFA` with Z64 (zlib, base64, CRC-16)."""
    packed = np.packbits(dark, axis=1)
    row_bytes = packed.shape[1]
    coded = base64.b64encode(zlib.compress(packed.tobytes(), _LEVEL))
    return b"^FO%d,%d^GFA,%d,%d,%d,:Z64:%s:%04X^FS" % (
        x,
        y,
        packed.size,
        packed.size,
        row_bytes,
        coded,
        binascii.crc_hqx(coded, 0),
    )


def bar(x: int, y: int, width: int, height: int) -> bytes:
    """A black rectangle: `^GB` filled by a border as thick as its thinner side."""
    width, height = max(1, width), max(1, height)
    return b"^FO%d,%d^GB%d,%d,%d^FS" % (x, y, width, height, min(width, height))


def text(line: str, x: int, y: int, height: int) -> bytes:
    """A line of text in the printer's scalable font, `height` dots high, top left at x, y.

    Raises `SymbolError` `text` for control characters, which no label shows.
    """
    return b"^FO%d,%d^A0N,%d^FH_^FD%s^FS" % (x, y, height, _harmless(line))


def block(line: str, x: int, y: int, height: int, length: int, *, turn: int, align: str) -> bytes:
    """A line of text set in a room of `length` dots, turned by `turn` degrees; x, y is the room's top left corner.

    Raises `SymbolError` `text` for control characters, and for a backslash, with which `^FB` breaks lines.
    """
    if "\\" in line:
        raise SymbolError(f"a backslash cannot be printed turned or aligned: {line!r}", code="text")
    letters = b"^FO%d,%d^A0%s,%d" % (x, y, _TURNS[turn], height)
    return letters + b"^FB%d,1,0,%s,0^FH_^FD%s^FS" % (length, _ALIGNMENTS[align], _harmless(line))


def _harmless(line: str) -> bytes:
    if not line.isprintable() and any(ord(character) < 0x20 or ord(character) == 0x7F for character in line):
        raise SymbolError(f"control character in label text {line!r}", code="text")
    return _UNSAFE.sub(lambda match: b"_%02X" % match[0][0], line.encode("utf-8"))
