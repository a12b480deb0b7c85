"""Our own products, places and parties as master data: what the catalogue knows, in the words of the CBV.

Nothing is copied: a query that asks for one of these attributes looks into the catalogue. What was told of the same thing
over EPCIS stands beside it.
Source: CBV 2.0, section 10; `descriptionShort`, `netContentDescription`, `name`, `city` and `countryCode` are named
there as probable by the EPCIS note, section 11.
"""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Final

from seriatim import identity
from seriatim.base import limits
from seriatim.base.db import Transaction
from seriatim.epcis import Attribute, Vocabulary, VocabularyElement
from seriatim.epcis.master_facts import Known
from seriatim.history.master_data.model import VTYPE

MDA: Final = "urn:epcglobal:cbv:mda:"
PRODUCT: Final = {"descriptionShort": "name", "netContentDescription": "net_content"}
PLACE: Final = {
    "name": "name",
    "city": "city",
    "countryCode": "country",
    "latitude": "latitude",
    "longitude": "longitude",
}
PARTY: Final = {"name": "name", "countryCode": "country"}
KINDS: Final = {"01": "EPCClass", "414": "BusinessLocation", "417": "Party"}
CATALOGUED: Final = re.compile(r"https://id\.gs1\.org/(01|414|417)/([0-9]{13,14})").fullmatch
ATTRIBUTES: Final = frozenset(MDA + name for name in (*PRODUCT, *PLACE, *PARTY))


def element(uri: str, record: object, fields: Mapping[str, str]) -> VocabularyElement:
    """A record of the catalogue as master data; empty fields say nothing."""
    values = ((name, str(getattr(record, field))) for name, field in fields.items())
    return VocabularyElement(uri, tuple(Attribute(MDA + name, value) for name, value in values if value))


def product_element(product: identity.Product) -> VocabularyElement:
    return element(f"https://id.gs1.org/01/{product.gtin}", product, PRODUCT)


def place_element(place: identity.Location) -> VocabularyElement:
    return element(f"https://id.gs1.org/414/{place.gln}", place, PLACE)


def party_element(party: identity.Party) -> VocabularyElement:
    return element(f"https://id.gs1.org/417/{party.gln}", party, PARTY)


async def having_in_catalogue(
    tx: Transaction, attributes: Sequence[str], values: Sequence[str]
) -> frozenset[str]:
    """The things of the catalogue that have one of the attributes; unless there are no values, with one of them."""
    if ATTRIBUTES.isdisjoint(attributes):
        return frozenset()
    found: frozenset[str] = frozenset()
    async for elements in _pages(tx):
        found |= Known([Vocabulary("", tuple(elements))]).having(tuple(attributes), tuple(values))
    return found


async def in_catalogue(tx: Transaction, uri: str) -> list[Vocabulary]:
    """What the catalogue knows of a thing under its one name; empty when it does not know it."""
    match = CATALOGUED(uri)
    if match is None:
        return []
    found: VocabularyElement | None = None
    ai, number = match.groups()
    if ai == "01" and (product := await identity.product(tx, number)) is not None:
        found = product_element(product)
    elif ai == "414" and (place := await identity.location(tx, number)) is not None:
        found = place_element(place)
    elif ai == "417" and (party := await identity.party(tx, number)) is not None:
        found = party_element(party)
    return [] if found is None else [Vocabulary(VTYPE + KINDS[ai], (found,))]


async def _pages(tx: Transaction) -> AsyncIterator[Sequence[VocabularyElement]]:
    after: str | None = ""
    while after is not None:
        products = await identity.products(tx, after=after, limit=limits.PAGE_ROWS_MAX)
        yield [product_element(one) for one in products.items]
        after = products.items[-1].gtin if products.next else None
    yield [place_element(one) for one in await identity.locations(tx)]
    after = ""
    while after is not None:
        parties = await identity.parties(tx, after=after, limit=limits.PAGE_ROWS_MAX)
        yield [party_element(one) for one in parties.items]
        after = parties.items[-1].gln if parties.next else None
