"""Reads ZPL back: which commands a job holds, and what a printer would put on the paper.

For the printer that is none (`seriatim printer fake`) and for proofs that no product name became a command. It knows
the commands that :mod:`seriatim.symbols.zpl` writes and a few more; all others are told, never guessed.

>>> [one.name for one in commands(b"^XA^FO10,20^A0N,30^FH_^FDA_5EB^FS^XZ")]
['^XA', '^FO', '^A0', '^FH', '^FD', '^FS', '^XZ']
>>> int(paper(b"^XA^PW40^LL20^FO10,5^GB20,4,4^FS^XZ").dots.sum())
80
"""

import base64
import binascii
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seriatim.symbols import limits
from seriatim.symbols.errors import SymbolError
from seriatim.symbols.lettering import CAPITALS, draw_line, text_width

__all__ = ["Command", "Paper", "commands", "paper"]

_COMMAND = re.compile(rb"([\^~])(A[A-Z0-9@]|[A-Z0-9@]{2})", re.IGNORECASE)
_HEXED = re.compile(rb"_([0-9A-Fa-f]{2})")
_TURN: Final = {"N": 0, "R": 90, "I": 180, "B": 270}
_SETTINGS: Final = frozenset(
    {"^CI", "^MM", "^MN", "^MT", "^PR", "^MD", "^JZ", "^JU", "^LS", "^LT", "^PO", "^FX", "^JM"}
)
"""Settings of a printer that change nothing on this paper."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command with its parameters as they came."""

    name: str
    """Prefix and two letters, in capitals."""
    rest: bytes


@dataclass(slots=True)
class Paper:
    """One label as it leaves the printer."""

    dots: NDArray[np.bool_]
    """Rows x columns, dark is True."""
    copies: int = 1
    unknown: list[str] = field(default_factory=list)
    """Commands that left no mark because they are not known here."""


@dataclass(slots=True)
class _Field:
    """What one `^FO` ... `^FS` says."""

    x: int = 0
    y: int = 0
    height: int = 30
    turn: int = 0
    room: int = 0
    align: str = "L"
    is_hexed: bool = False


def commands(job: bytes) -> Iterator[Command]:
    """The commands of a job, in order; what stands between them belongs to the one before."""
    found = list(_COMMAND.finditer(job))
    for index, one in enumerate(found):
        end = found[index + 1].start() if index + 1 < len(found) else len(job)
        yield Command((one[1] + one[2]).decode().upper(), job[one.end() : end])


def paper(job: bytes) -> Paper:
    """Print one format, `^XA` to `^XZ`; raises `SymbolError` `zpl` for numbers and pictures that cannot be."""
    made = list(commands(job))
    try:
        width = max((_number(one.rest, 0) for one in made if one.name == "^PW"), default=0)
        height = max((_number(one.rest, 0) for one in made if one.name == "^LL"), default=0)
        if not 0 < width * height <= limits.RASTER_DOTS_MAX:
            raise SymbolError(f"a label of {width} x {height} dots", code="zpl")
        canvas = np.full((height, width), 255, np.uint8)
        printed = Paper(np.zeros((0, 0), np.bool_))
        here = _Field()
        for one in made:
            here = _print(one, here, canvas, printed)
    except (ValueError, IndexError, zlib.error, binascii.Error) as error:
        raise SymbolError(f"not a ZPL format that can be printed: {error}", code="zpl") from error
    printed.dots = canvas < limits.DARK_BELOW
    return printed


def _print(one: Command, here: _Field, canvas: NDArray[np.uint8], printed: Paper) -> _Field:
    match one.name:
        case "^FO":
            return _Field(_number(one.rest, 0), _number(one.rest, 1))
        case "^FS":
            return _Field()
        case "^A0":
            here.turn = _TURN[one.rest[:1].decode().upper() or "N"]
            here.height = _number(one.rest, 1)
        case "^FB":
            here.room, here.align = _number(one.rest, 0), _word(one.rest, 3) or "L"
        case "^FH":
            here.is_hexed = True
        case "^FD":
            _letters(one.rest, here, canvas)
        case "^GF":
            _ink(canvas, _graphic(one.rest), here.x, here.y)
        case "^GB":
            _frame(one.rest, here, canvas)
        case "^PQ":
            printed.copies = _number(one.rest, 0)
        case "^XA" | "^XZ" | "^PW" | "^LL" | "^LH":
            pass
        case name if name not in _SETTINGS:
            printed.unknown.append(name)
    return here


def _words(rest: bytes) -> list[str]:
    return [word.strip() for word in rest.decode("ascii", "replace").split(",")]


def _word(rest: bytes, at: int) -> str:
    words = _words(rest)
    return words[at] if at < len(words) else ""


def _number(rest: bytes, at: int) -> int:
    number = int(_word(rest, at) or 0)
    if not 0 <= number <= limits.RASTER_DOTS_MAX:
        raise ValueError(f"{number} is out of range")
    return number


def _letters(rest: bytes, here: _Field, canvas: NDArray[np.uint8]) -> None:
    raw = _HEXED.sub(lambda match: bytes.fromhex(match[1].decode()), rest) if here.is_hexed else rest
    line = raw.decode("utf-8", "replace")
    length, size = text_width(line, here.height), here.height
    free = {"L": 0.0, "C": 0.5, "R": 1.0}.get(here.align, 0.0) * max(0.0, here.room - length)
    room = max(here.room, length)
    top = CAPITALS * size
    baseline = {
        0: (here.x + free, here.y + top),
        90: (here.x + size - top, here.y + free),
        180: (here.x + room - free, here.y + size - top),
        270: (here.x + top, here.y + room - free),
    }[here.turn]
    draw_line(canvas, line, baseline, size, 1.0, turn=here.turn)


def _graphic(rest: bytes) -> NDArray[np.bool_]:
    """`^GFA,total,total,bytes per row,data`: hexadecimal, or `:Z64:` and `:B64:` with their check sum."""
    kind, _, total, row_bytes, data = rest.split(b",", 4)
    size, across = int(total), int(row_bytes)
    if kind != b"A" or not (across > 0 and 0 < size <= limits.RASTER_DOTS_MAX // 8) or size % across:
        raise ValueError(f"a graphic of {size} bytes, {across} to a row")
    if data[:1] == b":":
        _, coding, coded, check = data.strip().split(b":", 3)
        if binascii.crc_hqx(coded, 0) != int(check[:4], 16):
            raise ValueError("the check sum of a graphic is wrong")
        raw = base64.b64decode(coded, validate=True)
        if coding == b"Z64":
            raw = zlib.decompressobj().decompress(raw, size + 1)
    else:
        raw = bytes.fromhex(data.decode("ascii", "replace"))
    if len(raw) != size:
        raise ValueError(f"a graphic of {len(raw)} bytes instead of {size}")
    return np.unpackbits(np.frombuffer(raw, np.uint8).reshape(-1, across), axis=1).astype(np.bool_)


def _frame(rest: bytes, here: _Field, canvas: NDArray[np.uint8]) -> None:
    thick = max(1, _number(rest, 2))
    width, height = max(_number(rest, 0), thick), max(_number(rest, 1), thick)
    window = canvas[here.y : here.y + height, here.x : here.x + width]
    inner = window[thick : height - thick, thick : width - thick].copy()
    window[:] = 0
    window[thick : height - thick, thick : width - thick] = inner


def _ink(canvas: NDArray[np.uint8], dark: NDArray[np.bool_], x: int, y: int) -> None:
    window = canvas[y : y + dark.shape[0], x : x + dark.shape[1]]
    window[dark[: window.shape[0], : window.shape[1]]] = 0
