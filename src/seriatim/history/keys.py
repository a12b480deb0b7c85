"""How a thing is called in the store: every spelling of one identifier is one pair of kind and serial.

>>> item_key("urn:epc:id:sgtin:9506000.013435.A1") == item_key("https://example.com/01/09506000134352/10/L1/21/A1")
True
>>> item_key("https://id.gs1.org/01/09506000134352/21/A%2F1")
ItemKey(scheme='sgtin', group='09506000134352', serial='A/1')
>>> item_key("https://id.gs1.org/00/195060001343520014")
ItemKey(scheme='sscc', group='', serial='195060001343520014')
>>> item_key("urn:example:pump-7")
ItemKey(scheme='uri', group='', serial='urn:example:pump-7')
"""

from collections.abc import Sequence
from functools import lru_cache, partial
from itertools import repeat
from operator import itemgetter
from typing import Final, NamedTuple

from seriatim import gs1
from seriatim.gs1 import Key

OTHER: Final = "uri"
"""The scheme of whatever is no GS1 key; its serial is the whole URI."""


class ItemKey(NamedTuple):
    """One thing. `scheme` and `group` name its kind (one row of the dictionary), `serial` the thing itself.

    The group is the GTIN and the like; it is empty where the whole key counts, as for an SSCC.
    """

    scheme: str
    group: str
    serial: str


MANY: Final = 16
"""From so many identifiers on it pays to look whether they all begin alike."""
Kind = tuple[str, str]
"""Scheme and group of a thing."""
KIND: Final = itemgetter(0, 1)
"""The kind of a thing."""
_AS_GS1_KEY: Final = partial(tuple.__new__, Key)


def by_kind(texts: Sequence[str]) -> dict[Kind, list[str]]:
    """The serials of the things that these name, by kind. Units of one product, which most long lists hold, are read at once.

    >>> by_kind(["urn:epc:id:sgtin:9506000.013435.A1", "https://id.gs1.org/00/195060001343520014"])
    {('sgtin', '09506000134352'): ['A1'], ('sscc', ''): ['195060001343520014']}
    """
    if alike := _of_one_product(texts):
        gtin, serials = alike
        return {("sgtin", gtin): serials}
    found: dict[Kind, list[str]] = {}
    for scheme, group, serial in map(item_key, texts):
        found.setdefault((scheme, group), []).append(serial)
    return found


def kinds_of(texts: Sequence[str]) -> set[Kind]:
    """The kinds of the things that these name."""
    if alike := _of_one_product(texts):
        return {("sgtin", alike[0])}
    return set(map(KIND, map(item_key, texts)))


def _of_one_product(texts: Sequence[str]) -> tuple[str, list[str]] | None:
    return gs1.units_of_one_product(texts) if len(texts) >= MANY else None


@lru_cache(maxsize=65_536)
def item_key(text: str) -> ItemKey:
    """The thing that an EPC URN, a Digital Link or any other URI names; never raises."""
    if unit := gs1.unit_of_plain_link(text):
        return ItemKey("sgtin", *unit)
    try:
        return item_key_of(gs1.canonical_key(text))
    except gs1.GS1Error:
        return ItemKey(OTHER, "", text)


def item_key_of(key: Key) -> ItemKey:
    """The store's form of a key. A class or lot, which names no single thing, is called by its URI."""
    if key.scheme == OTHER:
        return ItemKey(OTHER, "", key.key)
    if key.is_class:
        return ItemKey(OTHER, "", key.digital_link())
    if key.serial is not None:
        return ItemKey(key.scheme, key.key, key.serial)
    return ItemKey(key.scheme, "", key.key)


def key_of(item: ItemKey) -> Key:
    """The GS1 key of a thing in the store; scheme `uri` and the URI itself for what is no GS1 key."""
    if item.group:
        return Key(item.scheme, item.group, item.serial, None, is_class=False)
    return Key(item.scheme, item.serial, None, None, is_class=False)


def keys_of(scheme: str, group: str, serials: Sequence[str]) -> list[Key]:
    """The same for many things of one kind."""
    parts = (repeat(group), serials, repeat(None)) if group else (serials, repeat(None), repeat(None))
    return list(map(_AS_GS1_KEY, zip(repeat(scheme), *parts, repeat(False), strict=False)))


def uri_of(key: Key | ItemKey) -> str:
    """A thing as people and machines may read it: its canonical Digital Link, or its URI.

    >>> uri_of(ItemKey("sgtin", "09506000134352", "A/1"))
    'https://id.gs1.org/01/09506000134352/21/A%2F1'
    """
    named = key_of(key) if isinstance(key, ItemKey) else key
    return named.key if named.scheme == OTHER else named.digital_link()


@lru_cache(maxsize=16_384)  # more than the places that one condition of a query stands for
def place_of(location: str) -> str:
    """A place in one spelling: its GLN, or the URI of anything finer or foreign.

    >>> place_of("urn:epc:id:sgln:9506000.13435.0")
    '9506000134352'
    """
    try:
        key = gs1.canonical_key(location)
    except gs1.GS1Error:
        return location
    return key.key if key.scheme == "sgln" and key.serial is None else uri_of(key)
