"""Bits in a row: what an RFID tag and a compressed web address are made of.

>>> writer = BitWriter()
>>> writer.add(5, 3)
>>> writer.add(1, 5)
>>> writer.hex(words=True)
'A100'
>>> BitReader.of_hex("A100").take(3)
5
"""

import re
from base64 import urlsafe_b64encode
from binascii import a2b_base64, b2a_base64
from collections.abc import Mapping

from seriatim.gs1.element_string import refuse_long
from seriatim.gs1.errors import GS1Error

TEXT_MAX = 2048
"""Longest hexadecimal or base64url text in characters."""

BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
"""Characters of base64url, in the order of their six bits."""

_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_HEX = re.compile(r"[0-9A-Fa-f]+")
_BASE64 = re.compile(r"[A-Za-z0-9_-]+")


class BitWriter:
    """Collects numbers of so many bits each, first in, first out."""

    def __init__(self) -> None:
        self.value = 0
        self.size = 0

    def add(self, value: int, bits: int) -> None:
        """`value` in `bits` bits, most significant bit first; the caller has seen that it fits."""
        assert 0 <= value < 1 << bits, f"{value} does not fit into {bits} bits"
        self.value = self.value << bits | value
        self.size += bits

    def add_text(self, text: str, numbers: Mapping[str, int], bits: int) -> None:
        """Each character as its number in so many bits; the caller has seen that all are known."""
        value = 0
        for character in text:
            value = value << bits | numbers[character]
        self.add(value, bits * len(text))

    def hex(self, *, words: bool) -> str:
        """Upper case digits, filled with zero bits to a whole digit, or to whole words of 16 bits."""
        digits = -(-self.size // 16) * 4 if words else -(-self.size // 4)
        return f"{self.value << digits * 4 - self.size:0{digits}X}"

    def base64url(self) -> str:
        """Six bits a character, filled with zero bits to a whole character, no `=`."""
        size = -(-self.size // 24) * 24
        text = urlsafe_b64encode((self.value << size - self.size).to_bytes(size // 8, "big"))
        return text[: -(-self.size // 6)].decode("ascii")


class BitReader:
    """Gives back what a `BitWriter` collected; raises GS1Error `bad_tag` where the bits end too early."""

    def __init__(self, value: int, size: int) -> None:
        self._value = value
        self._size = size
        self.left = size

    @classmethod
    def of_hex(cls, text: str) -> "BitReader":
        """From hexadecimal digits of either case; raises GS1Error `bad_tag`, `too_long_input`."""
        refuse_long(text, TEXT_MAX)
        if not _HEX.fullmatch(text):
            digits = len(text) - len(text.lstrip("0123456789ABCDEFabcdef"))
            error = GS1Error("bad_tag", "expected hexadecimal digits" if text else "there is nothing to read")
            raise error.placed(text, digits, digits + 1)
        return cls(int(text, 16), 4 * len(text))

    @classmethod
    def of_base64url(cls, text: str) -> "BitReader":
        """From characters of base64url, six bits each; raises GS1Error `bad_tag`, `too_long_input`."""
        refuse_long(text, TEXT_MAX)
        if not _BASE64.fullmatch(text):
            digits = len(text) - len(text.lstrip(BASE64URL))
            raise GS1Error("bad_tag", "expected characters of base64url").placed(text, digits, digits + 1)
        missing = -len(text) % 4
        plain = text.replace("-", "+").replace("_", "/") + "A" * missing
        value = int.from_bytes(a2b_base64(plain), "big")
        return cls(value >> 6 * missing, 6 * len(text))

    def take(self, bits: int) -> int:
        """The next `bits` bits as a number."""
        left = self.left - bits
        if left < 0:
            raise GS1Error("bad_tag", f"{-left} bits are missing at the end")
        self.left = left
        number = self._value >> left
        self._value -= number << left
        return number

    def take_text(self, length: int, characters: str, bits: int) -> str:
        """So many characters, each told by its index in `characters` in so many bits."""
        number = self.take(bits * length)
        if characters is BASE64URL:  # the usual serial; the library does it at once
            size = -(-length // 4) * 3
            plain = b2a_base64((number << 8 * size - 6 * length).to_bytes(size, "big"), newline=False)
            return plain[:length].translate(_URL_SAFE).decode("ascii")
        mask = (1 << bits) - 1
        return "".join(
            [characters[number >> shift & mask] for shift in range(bits * (length - 1), -1, -bits)]
        )

    @property
    def taken(self) -> int:
        """Bits given so far."""
        return self._size - self.left

    @property
    def only_zeros(self) -> bool:
        """True when nothing but filling is left."""
        return self._value == 0
