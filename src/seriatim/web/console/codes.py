"""A code as somebody pastes or scans it: bracketed, as a scanner sends it, a link, a URN, bare digits, the bits of a tag.

>>> read("(01)09506000134352(21)A1") == read("urn:epc:id:sgtin:9506000.013435.A1") == read("0109506000134352 21A1")
True
>>> read("9506000134352")[0].key, read("195060001343520014")[0].scheme
('09506000134352', 'sscc')
>>> read("3036452148350C4000003039")[0].digital_link()
'https://id.gs1.org/01/09521234543213/21/12345'
>>> read("(01)09506000134353")
Traceback (most recent call last):
seriatim.gs1.errors.GS1Error: AI (01): the check digit should be 2, not 3; here: (01)0950600013435|3|
"""

from collections.abc import Callable, Iterator
from typing import Final

from seriatim import gs1
from seriatim.gs1 import GS1Error, Key

EXAMPLES: Final = (
    "(01)09506000134352(21)A1",
    "https://id.gs1.org/01/09506000134352/21/A1",
    "]d2010950600013435221A1",
    "urn:epc:id:sgtin:9506000.013435.A1",
    "195060001343520014",
    "09506000134352",
    "3036452148350C4000003039",
)
TAG_DIGITS_MIN: Final = 24
"""Of the shortest tag: 96 bits."""
HEXADECIMAL: Final = frozenset("0123456789abcdefABCDEF")
GLN_LENGTH: Final = 13
BARE_LENGTHS: Final = frozenset({8, 12, 13, 14, 18})
"""Of a GTIN or GLN, and of an SSCC, without anything that says which."""
BARE: Final = frozenset({"gtin", "sgln"})


def read(code: str) -> tuple[Key, ...]:
    """What the code can mean, the likeliest first; only thirteen bare digits mean two things, a product or a place.

    Raises GS1Error with what is wrong in the likeliest reading.
    """
    fault: GS1Error | None = None
    found: list[Key] = []
    for understand, text in _readings(code):
        try:
            key = understand(text)
        except GS1Error as error:
            fault = error if fault is None or fault.code == "not_gs1" else fault
            continue
        found.append(key)
        if key.scheme not in BARE:
            break
    if not found:
        raise fault or GS1Error("unreadable", "there is no code")
    return tuple(dict.fromkeys(found))


def _readings(code: str) -> Iterator[tuple[Callable[[str], Key], str]]:
    """How the code may be read, and the text for that reading."""
    compact = "".join(code.split())
    if compact.lower().startswith(("urn:epc:tag:", "urn:epc:raw:")):
        yield _of_tag_uri, compact
    elif compact.isdigit() and compact.isascii() and len(compact) in BARE_LENGTHS:
        yield gs1.canonical_key, f"(00){compact}" if len(compact) == 18 else f"(01){compact.zfill(14)}"
        if len(compact) == GLN_LENGTH:
            yield gs1.canonical_key, f"(414){compact}"
    else:
        yield gs1.canonical_key, code
        yield gs1.canonical_key, compact
        if len(compact) >= TAG_DIGITS_MIN and HEXADECIMAL.issuperset(compact):
            yield _of_tag, compact
        if compact[:2].isdigit() and compact.isascii():
            yield gs1.canonical_key, f"^{compact}"  # a scanner that sends no symbology identifier


def _of_tag(digits: str) -> Key:
    return _key_of(gs1.epc.decode(digits))


def _of_tag_uri(uri: str) -> Key:
    return _key_of(gs1.epc.from_tag_uri(uri))


def _key_of(tag: gs1.epc.Tag) -> Key:
    if tag.foreign:
        raise GS1Error("bad_tag", f"the tag is of the scheme {tag.scheme}, which holds no GS1 key")
    return tag.key
