"""EPC schemes of other organisations: vessels, freight containers, defence and aviation parts, general identifiers.

>>> write_foreign("GID-96", ("952056", "2718", "1414"), 0).hex(words=True)
'3500E86F8000A9E000000586'

They have no GS1 key and no application identifier, but stand beside ours in the same events and on the same tags.
Source: EPC Tag Data Standard 2.3 sections 6.3 and 14; ISO 6346 (containers), IMO resolution A.1117(30) (vessels).
"""

import re
from typing import NamedTuple

from seriatim.gs1.bits import BitReader, BitWriter
from seriatim.gs1.errors import GS1Error

GID_BITS = (28, 24, 36)
"""Bits of manager, class and serial of a general identifier."""
USDOD_SERIAL_BITS = 36

_NUMBER = re.compile(r"0|[1-9][0-9]*")
_CAGE = re.compile(r"[0-9A-HJ-NP-Z]{5,6}")  # CAGE code of 5 or DoDAAC of 6 characters
_PART = re.compile(r"[0-9A-Z/-]{0,32}")
_SERIAL = re.compile(r"#?[0-9A-Z/-]{1,29}|[0-9A-Z/-]{30}")
_CONTAINER = re.compile(r"[A-Z]{3}[JUZ][0-9]{7}")
_VESSEL = re.compile(r"[0-9]{7}")
# Letters count from 10 on, without the multiples of 11.
_LETTERS = dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", (n for n in range(10, 39) if n % 11), strict=False))


class _Foreign(NamedTuple):
    parts: int
    filter_bits: int
    """0: no tag of this scheme has a filter."""


SCHEMES = {
    "gid": _Foreign(3, 0),
    "usdod": _Foreign(2, 4),
    "adi": _Foreign(3, 6),
    "bic": _Foreign(1, 0),
    "imovn": _Foreign(1, 0),
}
"""Scheme -> how many parts its URN has, and the bits of the filter on its tag."""


TAGS = {"GID-96": "gid", "USDOD-96": "usdod", "ADI-var": "adi"}
"""Kinds of tags of these schemes; the others have none."""

HEADERS = {"GID-96": 0x35, "USDOD-96": 0x2F, "ADI-var": 0x3B}
"""The first eight bits of such a tag."""


def check_foreign(scheme: str, parts: tuple[str, ...]) -> None:
    """Raises GS1Error `bad_urn` or `incorrect_check_digit` when these decoded parts are no identity of the scheme."""
    match scheme:
        case "gid":
            good = all(fits(part, bits) for part, bits in zip(parts, GID_BITS, strict=True))
        case "usdod":
            good = _CAGE.fullmatch(parts[0]) is not None and fits(parts[1], USDOD_SERIAL_BITS)
        case "adi":
            good = all(
                pattern.fullmatch(part) for pattern, part in zip((_CAGE, _PART, _SERIAL), parts, strict=True)
            )
        case "bic":
            good = _CONTAINER.fullmatch(parts[0]) is not None
            _refuse_digit(good and _container_digit(parts[0]), parts[0])
        case _:
            good = _VESSEL.fullmatch(parts[0]) is not None
            _refuse_digit(good and _vessel_digit(parts[0]), parts[0])
    if not good:
        raise GS1Error("bad_urn", f"this is no identity of the scheme {scheme}")


def write_foreign(tag: str, parts: tuple[str, ...], label: int) -> BitWriter:
    """The bits of a tag in `TAGS` with these checked parts, `label` being its filter; raises GS1Error `bad_filter`."""
    scheme = TAGS[tag]
    filter_bits = SCHEMES[scheme].filter_bits
    if filter_bits and not 0 <= label < 1 << filter_bits:
        raise GS1Error(
            "bad_filter", f"the filter of a {tag} lies between 0 and {(1 << filter_bits) - 1}, got {label!r}"
        )
    writer = BitWriter()
    writer.add(HEADERS[tag], 8)
    if filter_bits:
        writer.add(label, filter_bits)
    match scheme:
        case "gid":
            for part, bits in zip(parts, GID_BITS, strict=True):
                writer.add(int(part), bits)
        case "usdod":
            for character in parts[0].rjust(6):
                writer.add(ord(character), 8)
            writer.add(int(parts[1]), USDOD_SERIAL_BITS)
        case _:
            # Six bits a character, which leaves out what tells capitals and digits from the rest.
            for character in f"{parts[0]:>6}{parts[1]}\0{parts[2]}\0":
                writer.add(ord(character) & 63, 6)
    return writer


def read_foreign(tag: str, reader: BitReader) -> tuple[int, tuple[str, ...]]:
    """Filter (0 where there is none) and parts behind the header; raises GS1Error `bad_tag`."""
    scheme = TAGS[tag]
    bits = SCHEMES[scheme].filter_bits
    label = reader.take(bits) if bits else 0
    match scheme:
        case "gid":
            parts: tuple[str, ...] = tuple([str(reader.take(bits)) for bits in GID_BITS])
        case "usdod":
            cage = "".join([chr(reader.take(8)) for _ in range(6)])
            parts = (cage.removeprefix(" "), str(reader.take(USDOD_SERIAL_BITS)))
        case _:
            cage = "".join([six_bit_sign(reader.take(6)) for _ in range(6)])
            parts = (cage.removeprefix(" "), read_six_bit_text(reader), read_six_bit_text(reader))
    try:
        check_foreign(scheme, parts)
    except GS1Error as error:
        raise GS1Error("bad_tag", error.sentence) from None
    return label, parts


def read_six_bit_text(reader: BitReader) -> str:
    """Characters of six bits, ended by six zeros; raises GS1Error `bad_tag` when no end comes."""
    text = ""
    while code := reader.take(6):
        text += six_bit_sign(code)
    return text


def six_bit_sign(code: int) -> str:
    """The character whose last six bits these are: digits and signs from 32 on, capitals below."""
    return chr(code if code >= 32 else code + 64)


def fits(number: str, bits: int) -> bool:
    """Is it a number without leading zeros that has room in so many bits?"""
    return len(number) <= bits and _NUMBER.fullmatch(number) is not None and not int(number) >> bits


def _refuse_digit(due: "str | bool", text: str) -> None:
    if due and due != text[-1]:
        raise GS1Error("incorrect_check_digit", f"the check digit should be {due}, not {text[-1]}")


def _container_digit(text: str) -> str:
    values = [_LETTERS.get(c) or int(c) for c in text[:-1]]
    return str(sum(value << place for place, value in enumerate(values)) % 11 % 10)


def _vessel_digit(text: str) -> str:
    return str(sum(int(c) * weight for c, weight in zip(text, range(7, 1, -1), strict=False)) % 10)
