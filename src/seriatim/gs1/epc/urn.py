"""EPC URNs: the spelling of identities that older partners and RFID systems use.

>>> from_urn("urn:epc:id:sgtin:9506000.013435.A1").bracketed()
'(01)09506000134352(21)A1'
>>> to_urn(from_urn("urn:epc:class:lgtin:9506000.013435.LOT%2F7"), 7)
'urn:epc:class:lgtin:9506000.013435.LOT%2F7'

A URN says where the GS1 company prefix ends; a GTIN does not, so writing one needs that length.
Source: EPC Tag Data Standard 2.3 sections 6 to 8.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from seriatim.gs1.checksums import with_check_digit
from seriatim.gs1.company_prefixes import CompanyPrefixes, gcp_length_of
from seriatim.gs1.element_string import check_values, finish, refuse_long
from seriatim.gs1.epc.foreign import SCHEMES as FOREIGN
from seriatim.gs1.errors import GS1Error
from seriatim.gs1.escaping import unescape_path
from seriatim.gs1.keys import Key, key_of
from seriatim.gs1.message import Message
from seriatim.gs1.options import STRICT

GcpLength = int | CompanyPrefixes | None
"""How a caller says where the company prefix ends: the length, a source that knows it, or None for biip's table."""

URN_MAX = 1024
"""Longest URN in characters."""


class _Scheme(NamedTuple):
    """How the URN of a scheme is cut out of its key."""

    ai: str
    """Application identifier of the key."""
    digits: int = 0
    """Digits of company prefix and reference together; 0: the reference is free text up to the end of the key."""
    moved: bool = False
    """The first digit of the key (indicator, extension) stands at the front of the reference."""
    before: str = ""
    """What stands before the company prefix in the value of the key."""
    checked: bool = True
    """A check digit follows the reference."""
    serial_ai: str = ""
    """Application identifier of the serial; "": it follows inside the value of the key."""
    serial: bool = True
    """The URN has a part for a serial."""


_SCHEMES = {
    "sgtin": _Scheme("01", 13, moved=True, serial_ai="21"),
    "lgtin": _Scheme("01", 13, moved=True, serial_ai="10"),
    "upui": _Scheme("01", 13, moved=True, serial_ai="235"),
    "itip": _Scheme("8006", 13, moved=True, serial_ai="21"),
    "sscc": _Scheme("00", 17, moved=True, serial=False),
    "sgln": _Scheme("414", 12, serial_ai="254"),
    "pgln": _Scheme("417", 12, serial=False),
    "grai": _Scheme("8003", 12, before="0"),
    "gdti": _Scheme("253", 12),
    "sgcn": _Scheme("255", 12),
    "gsrn": _Scheme("8018", 17, serial=False),
    "gsrnp": _Scheme("8017", 17, serial=False),
    "gsin": _Scheme("402", 16, serial=False),
    "giai": _Scheme("8004", checked=False, serial=False),
    "ginc": _Scheme("401", checked=False, serial=False),
    "cpi": _Scheme("8010", checked=False, serial_ai="8011"),
}
PART_COUNTS = {name: 2 + scheme.serial + 2 * (name == "itip") for name, scheme in _SCHEMES.items()}
"""Scheme -> how many parts its URN has."""

_PREFIXES = {"urn:epc:id:": "id", "urn:epc:class:": "class", "urn:epc:idpat:": "idpat"}
_GCP = re.compile(r"[0-9]{6,12}")
_DIGITS = re.compile(r"[0-9]*")
_ESCAPED = re.compile(r'["%&/<>?#]')


def from_urn(urn: str) -> Message:
    """The message that an EPC URN spells: `urn:epc:id:...`, `urn:epc:class:lgtin:...`, `urn:epc:idpat:sgtin:P.I.*`.

    The extension 0 of an SGLN means none and is left out; a pattern may leave only its last part open.
    Raises GS1Error `not_gs1` (another kind of URN), `bad_urn`, or a fault of a value.
    """
    refuse_long(urn, URN_MAX)
    try:
        return _read(urn)
    except GS1Error as error:
        raise error.placed(urn) from None


def _read(urn: str) -> Message:
    kind, name, rest = _head(urn)
    start = len(urn) - len(rest)
    scheme = _SCHEMES[name]
    piece = ""
    parts = rest.split(".", PART_COUNTS[name] - 1)
    if len(parts) != PART_COUNTS[name]:
        raise GS1Error("bad_urn", f"too few parts for {kind}:{name}").placed(urn, start)
    gcp, reference, *tail = parts
    if name == "itip":
        piece, tail = tail[0] + tail[1], tail[2:]
    serial: str | None = unescape_path(tail[0]) if tail else None
    if kind == "idpat":
        if not tail or tail[0] != "*":
            error = GS1Error("bad_urn", "only a pattern whose last part alone is * names one kind of thing")
            raise error.placed(urn, len(urn) - len(parts[-1]))
        serial = None
    if name == "sgln" and serial == "0":
        serial = None
    if not scheme.digits:
        reference = unescape_path(reference)
    try:
        value = _key_value(scheme, gcp, reference)
    except GS1Error as error:
        at, part = (start, gcp) if error.code == "bad_gcp_length" else (start + len(gcp) + 1, parts[1])
        raise error.placed(urn, at, at + len(part)) from None
    return _message(scheme, value + piece, serial)


def to_urn(message: Message, gcp_length: GcpLength = None) -> str:
    """The EPC URN of the identity in a message; `gcp_length` is the length of its company prefix, 6 to 12 digits.

    Instead of a length, a source that knows it, see `company_prefixes`; None: the table of biip where installed.
    A GTIN alone gives the pattern `urn:epc:idpat:sgtin:P.I.*`, GTIN and lot `urn:epc:class:lgtin:...`.
    Raises GS1Error `no_key`, `no_urn`, `bad_gcp_length`, `unknown_gcp_length`.
    """
    return key_to_urn(key_of(message), gcp_length)


def key_to_urn(key: Key, gcp_length: GcpLength = None) -> str:
    """As `to_urn`, for a key."""
    name = "sgtin" if key.scheme == "gtin" else key.scheme
    scheme = _SCHEMES.get(name)
    # No URN has a place for the lot of an ITIP, for the SRIN of a GSRN, nor for a GMN or a payment.
    if scheme is None or (name == "itip" and key.lot) or (key.serial and not scheme.serial):
        raise GS1Error("no_urn")
    gcp, reference = _cut(scheme, key.key, _length(scheme, key.key, gcp_length))
    parts = [gcp, reference if scheme.digits else escape(reference)]
    if name == "itip":
        parts += [key.key[14:16], key.key[16:18]]
    if name == "lgtin":
        return f"urn:epc:class:lgtin:{'.'.join(parts)}.{escape(key.lot or '')}"
    if not scheme.serial:
        return f"urn:epc:id:{name}:{'.'.join(parts)}"
    if key.serial is None and name != "sgln":
        return f"urn:epc:idpat:{name}:{'.'.join(parts)}.*"
    return f"urn:epc:id:{name}:{'.'.join(parts)}.{escape(key.serial or '0')}"


def known_gcp_length(key: Key, gcp_length: GcpLength) -> int:
    """The length of the company prefix in a key that has an EPC scheme, as `to_urn` finds it."""
    return _length(_SCHEMES[key.scheme], key.key, gcp_length)


def cut_key(key: Key, gcp_length: int) -> tuple[str, str]:
    """Company prefix and reference of a key that has an EPC scheme, as they stand in its URN but not escaped.

    Raises GS1Error `no_urn` when a key of free text does not begin with so many digits.
    """
    return _cut(_SCHEMES[key.scheme], key.key, gcp_length)


def joined_key(scheme: str, gcp: str, reference: str) -> tuple[str, str]:
    """Application identifier and value of a key, check digit included, out of the parts that `cut_key` gives."""
    layout = _SCHEMES[scheme]
    return layout.ai, _key_value(layout, gcp, reference)


def check_parts(scheme: str, parts: Sequence[str]) -> None:
    """Raises GS1Error when these first parts of a URN, decoded, cannot stand there; "" for a part that is not known."""
    layout = _SCHEMES[scheme]
    if parts and not _GCP.fullmatch(parts[0]):
        raise GS1Error("bad_gcp_length")
    if len(parts) == PART_COUNTS[scheme] and all(parts):
        from_urn(f"urn:epc:id:{scheme}:{'.'.join(map(escape, parts))}")
    elif len(parts) > 1 and parts[1]:
        value = _key_value(layout, parts[0], parts[1])
        if scheme != "itip":  # piece and total belong to that value
            check_values([(layout.ai, value)])


def _head(urn: str) -> tuple[str, str, str]:
    """Kind, scheme and the rest of a URN."""
    for prefix, kind in _PREFIXES.items():
        if urn.startswith(prefix):
            name, colon, rest = urn[len(prefix) :].partition(":")
            if name in FOREIGN:
                raise GS1Error("not_gs1", f"{name} is an EPC scheme of another organisation")
            if name not in _SCHEMES or not colon or (kind == "class") != (name == "lgtin"):
                end = len(prefix) + len(name)
                raise GS1Error("bad_urn", "no such EPC scheme").placed(urn, len(prefix), end)
            return kind, name, rest
    if urn.startswith("urn:epc:"):
        raise GS1Error("bad_urn", "expected urn:epc:id:, urn:epc:class: or urn:epc:idpat:")
    raise GS1Error("not_gs1")


def _key_value(scheme: _Scheme, gcp: str, reference: str) -> str:
    if not _GCP.fullmatch(gcp):
        raise GS1Error("bad_gcp_length")
    if not scheme.digits:
        if not reference:
            raise GS1Error("bad_urn", "the reference is missing")
        return gcp + reference
    if not _DIGITS.fullmatch(reference) or len(gcp) + len(reference) != scheme.digits:
        raise GS1Error("bad_urn", f"company prefix and reference must have {scheme.digits} digits together")
    body = reference[0] + gcp + reference[1:] if scheme.moved else gcp + reference
    return scheme.before + with_check_digit(body)


def _message(scheme: _Scheme, value: str, serial: str | None) -> Message:
    elements = [(scheme.ai, value)]
    if serial is not None:
        if scheme.serial_ai:
            elements.append((scheme.serial_ai, serial))
        elif serial:
            elements = [(scheme.ai, value + serial)]
        else:
            raise GS1Error("bad_urn", "the serial is missing")
    check_values(elements)
    return finish(elements, STRICT)


def _length(scheme: _Scheme, value: str, gcp_length: GcpLength) -> int:
    return gcp_length_of(value[1:] if scheme.moved or scheme.before else value, gcp_length)


def _cut(scheme: _Scheme, value: str, gcp_length: int) -> tuple[str, str]:
    """Company prefix and reference out of the value of a key."""
    if not scheme.digits:
        gcp, reference = value[:gcp_length], value[gcp_length:]
        if not reference or not _GCP.fullmatch(gcp):
            raise GS1Error(
                "no_urn", f"does not begin with a company prefix of {gcp_length} digits", ai=scheme.ai
            )
        return gcp, reference
    body = value.removeprefix(scheme.before)[: scheme.digits]
    if scheme.moved:
        return body[1 : gcp_length + 1], body[0] + body[gcp_length + 1 :]
    return body[:gcp_length], body[gcp_length:]


def escape(text: str) -> str:
    """One part of a URN: the characters escaped that the Tag Data Standard escapes in URNs, and no others."""
    return _ESCAPED.sub(lambda found: f"%{ord(found[0]):02X}", text)
