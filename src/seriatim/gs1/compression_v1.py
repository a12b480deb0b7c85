"""The old compression of Digital Links (version 1.1 and 1.2): superseded, but a resolver must still read it.

>>> write({"01": "09521234543213", "21": "12345"}, optimise=True).base64url()
'DBFRq5sE2gowOQ'
>>> read("DBFRq5sE2gowOQ")[0].elements
(('01', '09521234543213'), ('21', '12345'))

Fields are told by application identifiers in 4 bits a digit, or by a code for several of them that often come together.
Two codes are read in either of the two orders that are in use, and never written.
Source: GS1 Digital Link 1.2 section 5, behaviour compared with GS1's own tool.
"""

import math
import re
from functools import cache
from typing import NamedTuple

from seriatim.gs1.bits import BASE64URL, BitReader, BitWriter
from seriatim.gs1.element_string import ELEMENTS_MAX
from seriatim.gs1.errors import GS1Error
from seriatim.gs1.table import ENTRIES

CODE_LINES = """
0A 01 22
0B 01 10
0C 01 21
0D 01 17
0E 01 7003
0F 01 30
1A 01 10 21 17
1B 01 15
1C 01 11
1D 01 16
1E 01 91
1F 01 10 15
2A 01 3100
2B 01 3101
2C 01 3102
2D 01 3103
2E 01 3104
2F 01 3105
3A 01 3200
3B 01 3201
3C 01 3202
3D 01 3203
3E 01 3204
3F 01 3205
9A 8010 8011
9B 8017 8019
9C 8018 8019
9D 414 254
A0 01 3920
A1 01 3921
A2 01 3922
A3 01 3923
A4 01 3924
A5 01 3925
A6 01 3926
A7 01 3927
A8 01 3928
A9 01 3929
C0 255 3900
C1 255 3901
C2 255 3902
C3 255 3903
C4 255 3904
C5 255 3905
C6 255 3906
C7 255 3907
C8 255 3908
C9 255 3909
CA 255 3940
CB 255 3941
CC 255 3942
CD 255 3943
"""
"""Code and the application identifiers it stands for."""

_LENGTH_LINES = """
2 | 00 01 02 10 11 12 13 15 16 17 20 21 22 30 37 90 91 92 93 94 95 96 97 98 99
3 | 23 24 25 40 41 42 71
4 | 31 32 33 34 35 36 39 43 70 72 80 81 82
"""
_NEWER = re.compile("03|235|43..|7011|704.|71[67]|724[12]|725.|8014|8030|804.")
"""Application identifiers that came after Digital Link 1.2: nothing says how the old form writes them."""

_CODES = {
    int(code, 16): tuple(ais) for code, *ais in (line.split() for line in CODE_LINES.split("\n") if line)
}
_WRITTEN = {code: ais for code, ais in _CODES.items() if list(ais) == sorted(ais)}
_LENGTHS = {
    prefix: int(length)
    for length, _, prefixes in (line.partition("|") for line in _LENGTH_LINES.split("\n") if line)
    for prefix in prefixes.split()
}
_FOREIGN = 15
_ALPHABETS = {
    0: re.compile("[0-9]*"),
    2: re.compile("[0-9A-F]*"),
    1: re.compile("[0-9a-f]*"),
    3: re.compile("[A-Za-z0-9_-]*"),
    4: re.compile("[\0-\x7f]*"),
}  # in the order in which they are tried
_CHARACTERS = {
    1: "0123456789abcdef",
    2: "0123456789ABCDEF",
    3: BASE64URL,
    4: "".join(map(chr, range(128))),
}
_WIDTHS = {1: 4, 2: 4, 3: 6, 4: 7}
_NUMBERS = {code: {c: i for i, c in enumerate(text)} for code, text in _CHARACTERS.items()}


class _Piece(NamedTuple):
    """A stretch of a value that is written in one go."""

    numeric: bool
    most: int
    fixed: bool

    @property
    def length_bits(self) -> int:
        """Bits that say how long it is; 0 for a fixed length."""
        return 0 if self.fixed else math.ceil(math.log2(self.most) + 0.01)


class Content(NamedTuple):
    """What was read."""

    elements: tuple[tuple[str, str], ...]
    extras: tuple[tuple[str, str], ...]
    """Pairs that are no GS1 data."""


def write(elements: dict[str, str], *, optimise: bool) -> BitWriter:
    """The bits of these valid elements; raises GS1Error `no_compressed_form` for fields that version 1 does not know."""
    for ai in elements:
        if ai[:2] not in _LENGTHS or _NEWER.fullmatch(ai):
            raise GS1Error("no_compressed_form", ai=ai)
    rest = sorted(elements)
    writer = BitWriter()
    while optimise and (code := _best_code(frozenset(rest))):
        writer.add(code, 8)
        for ai in _CODES[code]:
            _write_value(writer, ai, elements[ai])
            rest.remove(ai)
    for ai in rest:
        writer.add(int(ai, 16), 4 * len(ai))
        _write_value(writer, ai, elements[ai])
    return writer


def read(text: str) -> tuple[Content, ...]:
    """What a compressed segment may say: one reading, or two where the order of a code leaves it open.

    The values may still be invalid content. Raises GS1Error `bad_compression`.
    """
    readings: list[Content] = []
    faults: list[GS1Error] = []
    for ordered in (False, True):
        reader = BitReader.of_base64url(text)
        try:
            content, open_order = _read(reader, ordered=ordered)
        except GS1Error as error:
            place = reader.taken // 6
            faults.append(GS1Error("bad_compression", error.sentence).placed(text, place, place + 1))
            continue
        readings.append(content)
        if not open_order:
            break
    if not readings:
        raise faults[0]
    return tuple(readings)


@cache
def _best_code(ais: frozenset[str]) -> int:
    """The code that saves most digits; 0 for none."""
    fitting = [code for code, group in _WRITTEN.items() if ais.issuperset(group)]
    return max(fitting, key=lambda code: sum(map(len, _CODES[code])), default=0)


def _read(reader: BitReader, *, ordered: bool) -> tuple[Content, bool]:
    elements: list[tuple[str, str]] = []
    extras: list[tuple[str, str]] = []
    open_order = False
    while reader.left > 8:
        if len(elements) + len(extras) > ELEMENTS_MAX:
            raise GS1Error("bad_compression", f"more than {ELEMENTS_MAX} elements and parameters")
        code = reader.take(8)
        first, second = code >> 4, code & 15
        if first == _FOREIGN:
            extras.append(_read_extra(reader, second << 3 | reader.take(3)))
            continue
        if first < 10 and second < 10:
            ai = f"{code:02X}"
            if ai not in _LENGTHS:
                raise GS1Error("bad_compression", f"no application identifier begins with {ai}")
            ai += "".join([f"{reader.take(4):X}" for _ in range(_LENGTHS[ai] - 2)])
            ais: tuple[str, ...] = (ai,)
        else:
            ais = _CODES.get(code, ())
            if not ais:
                raise GS1Error("bad_compression", f"the code {code:02X} is not known")
            open_order |= code not in _WRITTEN
            ais = tuple(sorted(ais)) if ordered else ais
        elements += [(ai, _read_value(reader, ai)) for ai in ais]
    if not reader.only_zeros:
        raise GS1Error("bad_compression", "bits follow the end")
    return Content(tuple(elements), tuple(extras)), open_order


def _read_extra(reader: BitReader, key_length: int) -> tuple[str, str]:
    key = _read_text(reader, 3, key_length)
    code = reader.take(3)
    return key, _read_text(reader, code, reader.take(7))


@cache
def _pieces(ai: str) -> tuple[_Piece, ...]:
    """A value cut as version 1 cuts it: neighbours of one kind are one piece."""
    pieces: list[_Piece] = []
    for part in ENTRIES[ai].parts:
        piece = _Piece(part.cset == "n", part.most, part.least == part.most and not part.optional)
        if pieces and _joins(pieces[-1], piece):
            last = pieces.pop()
            piece = _Piece(piece.numeric, last.most + piece.most, last.fixed and piece.fixed)
        pieces.append(piece)
    return tuple(pieces)


def _joins(last: _Piece, piece: _Piece) -> bool:
    return last.numeric == piece.numeric and (not piece.numeric or last.fixed == piece.fixed)


_DIGITS_MAX = 127  # what the widest length field can say
_VALUE_BITS = tuple(
    math.ceil(digits * math.log2(10) + 0.01) if digits else 0 for digits in range(_DIGITS_MAX + 1)
)
_POWERS = tuple(10**digits for digits in range(_DIGITS_MAX + 1))


@cache
def _widths(ai: str) -> tuple[tuple[bool, int, int], ...]:
    """Per piece: is it a number, its longest text, and the bits of its length; plain tuples for the hot path."""
    return tuple((piece.numeric, piece.most, piece.length_bits) for piece in _pieces(ai))


def _write_value(writer: BitWriter, ai: str, value: str) -> None:
    start = 0
    for numeric, most, length_bits in _widths(ai):
        text = value[start : start + most]
        start += len(text)
        if numeric:
            if length_bits:
                writer.add(len(text), length_bits)
            writer.add(int(text or "0"), _VALUE_BITS[len(text)])
            continue
        code = next(code for code, alphabet in _ALPHABETS.items() if alphabet.fullmatch(text))
        writer.add(code, 3)
        if length_bits:
            writer.add(len(text), length_bits)
        if code == 0:
            writer.add(int(text or "0"), _VALUE_BITS[len(text)])
        else:
            writer.add_text(text, _NUMBERS[code], _WIDTHS[code])


def _read_value(reader: BitReader, ai: str) -> str:
    if ai not in ENTRIES:
        raise GS1Error("bad_compression", f"({ai}) is no known application identifier")
    value = ""
    for numeric, length, length_bits in _widths(ai):
        code = 0 if numeric else reader.take(3)
        value += _read_text(reader, code, reader.take(length_bits) if length_bits else length)
    return value


def _read_text(reader: BitReader, code: int, length: int) -> str:
    if code == 0:
        number = reader.take(_VALUE_BITS[length])
        if number >= _POWERS[length]:
            raise GS1Error("bad_compression", f"a number has more than {length} digits")
        return f"{number:0{length}}" if length else ""
    if code not in _CHARACTERS:
        raise GS1Error("bad_compression", "a text in an unknown alphabet")
    return reader.take_text(length, _CHARACTERS[code], _WIDTHS[code])
