"""Reads GS1 Digital Links: the web addresses that carry the data of a code.

>>> message = parse_digital_link("https://shop.example/x/01/09506000134352/21/a%2Fb?17=261231&lang=en")
>>> message.elements
(('01', '09506000134352'), ('21', 'a/b'), ('17', '261231'))
>>> message.stem, message.extras
('https://shop.example/x', ('lang=en',))

Never fetches anything. Source: GS1 Digital Link URI Syntax 1.6, behaviour compared with the GS1 Syntax Engine.
"""

import re
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

URI_MAX = 4096
"""Longest URI in characters."""

SCHEMES = ("https://", "http://", "HTTPS://", "HTTP://")
HOST = re.compile(r"(?:https?|HTTPS?)://[A-Za-z0-9.\-:\[\]]+")  # perhaps a port; no user, no zone id
"""Scheme and host of a Digital Link that has no stem."""

_SIGNS = r"A-Za-z0-9\-._~:/\[\]@!$&'()*+,;=%"
PATH = rf"/[{_SIGNS}]*"
"""Pattern of a path; `REST` is that of a query, as a group, and a fragment behind it. RFC 3986, appendix A."""
REST = rf"(?:\?([{_SIGNS}?]*))?(?:#[{_SIGNS}?#]*)?"

_URI = re.compile(f"({HOST.pattern})({PATH}){REST}")
_BEHIND_HOST = re.compile(PATH + REST)

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
        raise GS1Error("bad_uri" if uri else "empty").placed(uri, *_bad_place(uri))
    host, path, query = found.groups()
    segments = path.split("/")
    if options.trailing_slash and segments[-1] == "" and len(segments) > 3:
        segments.pop()
    at = _key_position(segments, options)
    if at < 0:
        raise GS1Error("no_key").placed(uri, len(host), len(host) + len(path))
    elements: list[tuple[str, str]] = []
    good = True
    for index in range(at, len(segments), 2):
        ai, value = segments[index], segments[index + 1]
        if "%" in value:
            value = unescape_path(value)
        # The usual element is dealt with here: a call for each would cost a tenth of the speed.
        if ai in ENTRIES and CHECKS[ai](value):
            elements.append((ai, value))
        else:
            good &= _add(elements, WORDS.get(ai, ai) if options.words else ai, value, options)
    keys = tuple([ai for ai, _ in elements])
    extras: tuple[str, ...] = ()
    if query:
        extras, good_query = _read_query(elements, query, options)
        good &= good_query
    in_order = keys in _PATHS
    if not in_order and not (options.any_order and _in_some_order(keys)):
        raise GS1Error("bad_key_sequence", ai=keys[0])
    if len(elements) > len(keys):
        attributes = tuple([ai for ai, _ in elements[len(keys) :]])
        fault = _fault_of_attributes(keys, attributes, options.unknown_attributes)
        if fault:
            raise GS1Error(fault[0], ai=fault[1])
    if not good:
        check_values(elements)
    if options.associations:
        check_associations(elements)
    # A path in another order than the standard's is not kept: it would be written again.
    return Message(tuple(elements), len(keys) if in_order else 0, host + "/".join(segments[:at]), extras)


def _bad_place(uri: str) -> tuple[int, int]:
    """Where a text ceases to be a URI: from its first sign that may not stand there."""
    found = HOST.match(uri)
    if not found:
        return 0, len(uri.partition("//")[0]) + 2
    good = _BEHIND_HOST.match(uri, found.end())
    start = good.end() if good else found.end()
    return start, start + 1


def _key_position(segments: list[str], options: Options) -> int:
    """Index of the rightmost key, walking back pair by pair as long as the names are known; -1 for none."""
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
    return -1


def _add(elements: list[tuple[str, str]], ai: str, value: str, options: Options) -> bool:
    """Adds one decoded element that is not good as it stands; False when its content needs a closer look later."""
    if not value:
        raise GS1Error("value_empty", ai=ai, position=0)
    if "\0" in value:
        raise GS1Error("null_character", ai=ai, value=value, position=value.index("\0"), length=1)
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
        value = unescape_query(text) if "%" in text or "+" in text else text
        if name in ENTRIES and CHECKS[name](value):
            elements.append((name, value))
        else:
            good &= _add(elements, name, value, options)
    return tuple(extras), good


def _in_some_order(keys: tuple[str, ...]) -> bool:
    return len(set(keys)) == len(keys) and any(
        path[0] == keys[0] and set(path) == set(keys) for path in _PATHS
    )


@lru_cache(maxsize=8192)
def _fault_of_attributes(
    path: tuple[str, ...], attributes: tuple[str, ...], unknown_attributes: bool
) -> tuple[str, str] | None:
    """Code and AI of what is wrong with the names in the query, None when nothing is. Cached: links repeat their shape."""
    if len(path) + len(attributes) > ELEMENTS_MAX:
        return "too_many_elements", ""
    seen = set(path)
    for ai in attributes:
        if ai in seen:
            return "duplicate", ai
        seen.add(ai)
    for ai in sorted(attributes):  # in order of AI: which fault comes first is fixed
        if not (ENTRIES[ai].attribute if ai in ENTRIES else unknown_attributes):
            return "not_an_attribute", ai
        if any((*path[:place], ai, *path[place:]) in _PATHS for place in range(1, len(path) + 1)):
            return "belongs_in_path", ai
    return None
