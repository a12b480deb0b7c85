"""Reads GS1 Digital Links: the web addresses that carry the data of a code.

>>> message = parse_digital_link("https://shop.example/x/01/09506000134352/21/a%2Fb?17=261231&lang=en")
>>> message.elements
(('01', '09506000134352'), ('21', 'a/b'), ('17', '261231'))
>>> message.stem, message.extras
('https://shop.example/x', ('lang=en',))

Never fetches anything. Source: GS1 Digital Link URI Syntax 1.6, behaviour compared with the GS1 Syntax Engine.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from itertools import combinations

from seriatim.gs1.associations import check_associations
from seriatim.gs1.element_string import ELEMENTS_MAX, check_values, refuse_long
from seriatim.gs1.errors import GS1Error, printable
from seriatim.gs1.escaping import unescape_path, unescape_query
from seriatim.gs1.message import Message
from seriatim.gs1.options import LENIENT, STRICT, Options
from seriatim.gs1.table import ENTRIES, KEYS
from seriatim.gs1.values import CHECKS, check_length, may_be_unknown_ai

Unescape = Callable[[str], str]

URI_MAX = 4096
"""Longest URI in characters."""

SCHEMES = ("https://", "http://", "HTTPS://", "HTTP://")
HOST = re.compile(r"(?:https?|HTTPS?)://[A-Za-z0-9.\-:\[\]]+")
"""Scheme and host of a Digital Link that has no stem."""

_URI = re.compile(
    r"((?:https?|HTTPS?)://[A-Za-z0-9.\-:\[\]]+)"  # scheme and host, perhaps a port; no user, no zone id
    r"(/[A-Za-z0-9\-._~:/\[\]@!$&'()*+,;=%]*)"
    r"(?:\?([A-Za-z0-9\-._~:/?\[\]@!$&'()*+,;=%]*))?"
    r"(?:#[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*)?"
)

# Every path a Digital Link may have: a key, then an ordered choice from one of its sequences of qualifiers.
_PATHS = frozenset(
    (key, *choice)
    for key in KEYS
    for order in ENTRIES[key].path_orders or ()
    for count in range(len(order) + 1)
    for choice in combinations(order, count)
)

WORDS = {
    "sscc": "00", "gtin": "01", "gdti": "253", "gcn": "255", "ginc": "401", "gsin": "402", "gln": "414",
    "payTo": "415", "party": "417", "grai": "8003", "giai": "8004", "itip": "8006", "cpid": "8010", "gmn": "8013",
    "gsrnp": "8017", "gsrn": "8018", "lot": "10", "ser": "21", "cpv": "22", "glnx": "254", "cpsn": "8011",
    "srin": "8019", "refno": "8020",
}  # fmt: skip
"""Words that older Digital Links used instead of numbers; read by lenient parsers, never written."""


def parse_digital_link(uri: str, strict: bool = True, *, options: Options | None = None) -> Message:
    """A message from a GS1 Digital Link URI; `strict=False` reads as a resolver does, `options` says it exactly.

    Raises GS1Error: `bad_uri`, `no_key`, `bad_key_sequence`, `unknown_ai`, `not_an_attribute`, `belongs_in_path`,
    `duplicate`, `null_character`, or a fault of a value or of an association.
    """
    options = options or (STRICT if strict else LENIENT)
    refuse_long(uri, URI_MAX)
    found = _URI.fullmatch(uri)
    if not found:
        raise GS1Error("bad_uri")
    host, path, query = found.groups()
    segments = path.split("/")
    if options.trailing_slash and segments[-1] == "" and len(segments) > 3:
        segments.pop()
    at = _key_position(segments, options)
    elements: list[tuple[str, str]] = []
    good = True
    for index in range(at, len(segments), 2):
        ai = segments[index]
        if options.words:
            ai = WORDS.get(ai, ai)
        good &= _add(elements, ai, segments[index + 1], unescape_path, options)
    keys = tuple([ai for ai, _ in elements])
    extras: tuple[str, ...] = ()
    if query:
        extras, good_query = _read_query(elements, query, options)
        good &= good_query
    if keys not in _PATHS and not (options.any_order and _in_some_order(keys)):
        raise GS1Error("bad_key_sequence", ai=keys[0])
    if len(elements) > len(keys):
        _check_attributes(elements, keys, options)
    if not good:
        check_values(elements)
    if options.associations:
        check_associations(elements)
    return Message(tuple(elements), len(keys), host + "/".join(segments[:at]), extras)


def _key_position(segments: list[str], options: Options) -> int:
    """Index of the rightmost key, walking back pair by pair as long as the names are known."""
    index = len(segments) - 2
    while index >= 1:
        ai = segments[index]
        if options.words:
            ai = WORDS.get(ai, ai)
        if ai in KEYS:
            return index
        if ai not in ENTRIES and not (options.unknown_ais and may_be_unknown_ai(ai)):
            break
        index -= 2
    raise GS1Error("no_key")


def _add(elements: list[tuple[str, str]], ai: str, text: str, unescape: "Unescape", options: Options) -> bool:
    """Adds one decoded element; False when its content needs a closer look later."""
    if not text:
        raise GS1Error("value_empty", ai=ai)
    value = unescape(text)
    if "\0" in value:
        raise GS1Error("null_character", ai=ai)
    if options.short_gtins and ai == "01" and len(value) in {8, 12, 13}:
        value = value.zfill(14)
    elements.append((ai, value))
    if ai in ENTRIES and CHECKS[ai](value):
        return True
    check_length(ai, value)
    return False


def _read_query(
    elements: list[tuple[str, str]], query: str, options: Options
) -> tuple[tuple[str, ...], bool]:
    """Adds the attributes; returns the parts that are no GS1 data, and whether all contents are good at first sight."""
    extras = []
    good = True
    for part in query.split("&"):
        name, equals, text = part.partition("=")
        if not equals or not name.isdigit():
            if part:
                extras.append(part)
            continue
        if name not in ENTRIES and not (options.unknown_ais and may_be_unknown_ai(name)):
            raise GS1Error("unknown_ai", "not known, but stands in the query", ai=printable(name[:20]))
        good &= _add(elements, name, text, unescape_query, options)
    return tuple(extras), good


def _in_some_order(keys: tuple[str, ...]) -> bool:
    return len(set(keys)) == len(keys) and any(
        path[0] == keys[0] and set(path) == set(keys) for path in _PATHS
    )


def _check_attributes(elements: list[tuple[str, str]], path: tuple[str, ...], options: Options) -> None:
    if len(elements) > ELEMENTS_MAX:
        raise GS1Error("too_many_elements")
    seen: set[str] = set()
    for ai, _ in elements:
        if ai in seen:
            raise GS1Error("duplicate", ai=ai)
        seen.add(ai)
    for ai in sorted(seen.difference(path)):  # in order of AI: which fault comes first is fixed
        if not (ENTRIES[ai].attribute if ai in ENTRIES else options.unknown_attributes):
            raise GS1Error("not_an_attribute", ai=ai)
        if _fits_into(path, ai):
            raise GS1Error("belongs_in_path", ai=ai)


@lru_cache(maxsize=8192)
def _fits_into(path: tuple[str, ...], ai: str) -> bool:
    """Could the attribute stand in the path as well?"""
    return any((*path[:place], ai, *path[place:]) in _PATHS for place in range(1, len(path) + 1))
