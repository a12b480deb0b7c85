"""One spelling for what may be written in many: identifiers, times, numbers.

A GTIN with serial may come as an EPC URN, as a GS1 Digital Link on any domain, padded or not: to compare two
events, or to find one by its object, all of these become one Digital Link on id.gs1.org.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from seriatim import gs1

_HALF_MILLISECOND = timedelta(microseconds=500)
_LAST_HALF = datetime(9999, 12, 31, 23, 59, 59, 999_500, tzinfo=UTC)

_GTIN_LINK = "https://id.gs1.org/01/"
# Beginnings of texts in which a GS1 key may stand, and of those that promise one.
_CARRIERS = ("urn:epc:", "https://", "http://", "HTTPS://", "HTTP://")
_CLAIMS = ("urn:epc:id:", "urn:epc:class:", "urn:epc:idpat:", "https://id.gs1.org/")
_REMEMBERED_CHARACTERS_MAX = 120
_ELSEWHERE = frozenset("/%?#")
_MANY = 16


def identifier(text: str) -> str:
    """The canonical Digital Link of an identifier; a URI that holds no GS1 key comes back as it is.

    Finest level only: a GTIN with lot and serial is the GTIN with serial. An SGLN extension `0` means none.
    Source: CBV 2.0, section 8.9 (event hash), where the same form is used.
    """
    return _look_up(text)[0]


def identifiers(texts: Sequence[str]) -> Sequence[str]:
    """The same for each of a list. Most hold units in their canonical form already."""
    if are_plain_units(texts):
        return texts
    return [_look_up(text)[0] for text in texts]


def are_plain_units(texts: Sequence[str]) -> bool:
    """Whether a list holds sound, canonical links of units and nothing else; one look tells of a long list of one
    product.

    False says only that they must be read one by one.
    """
    if len(texts) >= _MANY and gs1.units_of_one_product(texts) is not None:
        return True
    return None not in map(gs1.unit_of_plain_link, texts)


def fault_of_identifier(text: str) -> str | None:
    """What is wrong with a URI that claims to be an EPC or a GS1 Digital Link on id.gs1.org; None when all is well."""
    return _look_up(text)[1]


def _look_up(text: str) -> tuple[str, str | None]:
    """Keeps what was understood, but not long texts: a stranger must not fill the memory."""
    if gs1.unit_of_plain_link(text) is not None:
        return text, None
    return _understood(text) if len(text) <= _REMEMBERED_CHARACTERS_MAX else _understood.__wrapped__(text)


@lru_cache(maxsize=65_536)
def _understood(text: str) -> tuple[str, str | None]:
    text = text.strip()
    if not text.startswith(_CARRIERS):
        return text, None
    try:
        return gs1.canonical_key(text).digital_link(), None
    except gs1.GS1Error as error:
        return text, str(error) if text.startswith(_CLAIMS) and error.code != "not_gs1" else None


def same_identifier_twice(identifiers: Sequence[str]) -> int | None:
    """Index of the first one that stood before, in whatever spelling; None when all differ."""
    if len(set(identifiers)) == len(identifiers) and (
        are_plain_units(identifiers)
        or all(one.startswith("urn:epc:id:") for one in identifiers)
        or all(map(_is_plain_link, identifiers))
    ):
        return None  # within one way of spelling, other letters are another object
    seen: set[str] = set()
    for index, one in enumerate(identifiers):
        known = identifier(one)
        if known in seen:
            return index
        seen.add(known)
    return None


def _is_plain_link(uri: str) -> bool:
    """`https://id.gs1.org/01/<14 digits>/21/<serial>`, nothing escaped, nothing behind it."""
    return uri.startswith(_GTIN_LINK) and uri[36:40] == "/21/" and _ELSEWHERE.isdisjoint(uri[40:])


def time_text(at: datetime) -> str:
    """`2020-03-04T10:00:30.142Z`: milliseconds, half up at the fourth digit, carried into the next second."""
    if at.microsecond % 1000 >= 500 and at < _LAST_HALF:
        at += _HALF_MILLISECOND
    return at.isoformat(timespec="milliseconds")[:23] + "Z"


def number_text(number: Decimal | int) -> str:
    """The shortest decimal without exponent: `200.50` and `2.005E2` are `200.5`."""
    text = f"{number:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text
