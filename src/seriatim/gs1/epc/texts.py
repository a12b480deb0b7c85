"""How tags store serials, lots and other texts: in the cheapest of six alphabets.

>>> writer = BitWriter()
>>> write_text(writer, "A1F", length_bits=5)  # fewest bits: upper case hexadecimal digits, 3 + 5 + 3 * 4
>>> writer.size, read_text(BitReader.of_hex(writer.hex(words=False)), length_bits=5)
(20, 'A1F')

A text is written as 3 bits for the alphabet, some bits for its length, then its characters.
Source: EPC Tag Data Standard 2.3 section 14.5.6.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from seriatim.gs1.bits import BASE64URL, BitReader, BitWriter
from seriatim.gs1.errors import GS1Error

_CODE_40 = " ABCDEFGHIJKLMNOPQRSTUVWXYZ-.:0123456789"  # the blank only fills the last group of three
_ASCII = "".join(map(chr, range(128)))


class _Alphabet(NamedTuple):
    matches: Callable[[str], re.Match[str] | None]
    """Can it write this text?"""
    characters: str
    """In the order of their numbers; "" for digits, which become one number."""
    bits: int
    """Bits per character; for URN Code 40 per three of them."""
    group: int = 1
    """Characters that are written together."""


# The index is the number on the tag.
_ALPHABETS = (
    _Alphabet(re.compile("[0-9]+").fullmatch, "", 0),
    _Alphabet(re.compile("[0-9A-F]+").fullmatch, "0123456789ABCDEF", 4),
    _Alphabet(re.compile("[0-9a-f]+").fullmatch, "0123456789abcdef", 4),
    _Alphabet(re.compile("[A-Za-z0-9_-]+").fullmatch, BASE64URL, 6),
    _Alphabet(re.compile("[\0-\x7f]+").fullmatch, _ASCII, 7),
    _Alphabet(re.compile(r"[A-Z\-.:0-9]+").fullmatch, _CODE_40, 16, 3),
)
_NUMBERS = tuple({c: i for i, c in enumerate(alphabet.characters)} for alphabet in _ALPHABETS)


def digits_size(digits: int) -> int:
    """Bits that hold every number of so many digits."""
    number: int = 10**digits - 1
    return number.bit_length()


def write_text(writer: BitWriter, text: str, length_bits: int) -> None:
    """Writes a text of ASCII characters; raises GS1Error `no_tag` when it is too long for its length field or empty."""
    if not text or len(text) >> length_bits:
        raise GS1Error("no_tag", f"a tag has room for 1 to {(1 << length_bits) - 1} characters here")
    size, number = min(
        (_size(alphabet, len(text)), number)
        for number, alphabet in enumerate(_ALPHABETS)
        if alphabet.matches(text)
    )
    writer.add(number, 3)
    writer.add(len(text), length_bits)
    if number == 0:
        writer.add(int(text), size)
    elif number == 5:
        for start in range(0, len(text), 3):
            a, b, c = (_NUMBERS[5][character] for character in text[start : start + 3].ljust(3))
            writer.add(1600 * a + 40 * b + c + 1, 16)
    else:
        writer.add_text(text, _NUMBERS[number], _ALPHABETS[number].bits)


def read_text(reader: BitReader, length_bits: int) -> str:
    """Reads what `write_text` wrote, from whichever alphabet; raises GS1Error `bad_tag`."""
    number = reader.take(3)
    length = reader.take(length_bits)
    if number >= len(_ALPHABETS) or not length:
        raise GS1Error("bad_tag", "a text without characters, or in an unknown alphabet")
    if number == 0:
        return read_digits(reader, length)
    if number == 5:
        return _read_code_40(reader, length)
    alphabet = _ALPHABETS[number]
    return reader.take_text(length, alphabet.characters, alphabet.bits)


def read_digits(reader: BitReader, digits: int) -> str:
    """A number of so many digits, leading zeros included; raises GS1Error `bad_tag` when it has more."""
    number = reader.take(digits_size(digits))
    if number >= 10**digits:
        raise GS1Error("bad_tag", f"a number has more than {digits} digits")
    return f"{number:0{digits}}"


def _size(alphabet: _Alphabet, length: int) -> int:
    if not alphabet.characters:
        return digits_size(length)
    return -(-length // alphabet.group) * alphabet.bits


def _read_code_40(reader: BitReader, length: int) -> str:
    text = ""
    while len(text) < length:
        number = reader.take(16) - 1
        if not 0 <= number < 64000:
            raise GS1Error("bad_tag", "three characters that URN Code 40 does not know")
        text += _CODE_40[number // 1600] + _CODE_40[number // 40 % 40] + _CODE_40[number % 40]
    if text[length:].strip() or " " in text[:length]:
        raise GS1Error("bad_tag", "a text ends elsewhere than its length says")
    return text[:length]
