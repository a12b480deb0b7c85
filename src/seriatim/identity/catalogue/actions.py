"""What one may do with master data: keep products, parties and locations, and find them again."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from seriatim import access
from seriatim.access import Actor
from seriatim.base import limits
from seriatim.base.db import Transaction
from seriatim.base.errors import NotFound, Unprocessable
from seriatim.base.http import Page, page_of
from seriatim.identity.catalogue import store
from seriatim.identity.catalogue.model import BadField, Location, Party, Product, gtin14
from seriatim.identity.catalogue.store import Saved

RECORDS_MAX: Final = 10_000
"""Most products, parties or locations saved at once: one statement, one audit row."""


class Twice(Unprocessable):
    """The same key stands twice in what was sent; nothing was kept."""

    code = "twice"


class UnknownParty(Unprocessable):
    """A location belongs to a party that is not kept yet; save the party first."""

    code = "unknown_party"


async def save_products(
    tx: Transaction, products: Sequence[Product], *, actor: Actor, now: datetime
) -> Saved:
    """Keeps products, new and changed, all or none. Raises Twice."""
    _refuse_twice([product.gtin for product in products])
    saved = await store.save_products(tx, products, now)
    await _audit_saved(tx, actor, "products.saved", saved, {p.gtin: p for p in products}, now)
    return saved


async def product(tx: Transaction, gtin: str) -> Product | None:
    """The product of a GTIN of 8 to 14 digits; None when it is not kept. Raises BadGtin."""
    return await store.product(tx, gtin14(gtin))


async def known_product(tx: Transaction, gtin: str) -> Product:
    """The product, or NotFound."""
    found = await product(tx, gtin)
    if found is None:
        raise NotFound(f"There is no product {gtin}.", gtin=gtin)
    return found


async def products(tx: Transaction, *, after: str = "", limit: int = limits.PAGE_ROWS) -> Page[Product]:
    """A page of products in the order of their GTINs, after the GTIN `after`."""
    return page_of(await store.products(tx, after, limit + 1), limit, "gtin")


async def save_parties(tx: Transaction, parties: Sequence[Party], *, actor: Actor, now: datetime) -> Saved:
    """Keeps parties, new and changed, all or none. Raises Twice."""
    _refuse_twice([party.gln for party in parties])
    saved = await store.save_parties(tx, parties)
    await _audit_saved(tx, actor, "parties.saved", saved, {p.gln: p for p in parties}, now)
    return saved


async def party(tx: Transaction, gln: str) -> Party | None:
    """The party of a GLN; None when it is not kept."""
    return await store.party(tx, gln)


async def parties(tx: Transaction, *, after: str = "", limit: int = limits.PAGE_ROWS) -> Page[Party]:
    """A page of parties in the order of their GLNs, after the GLN `after`."""
    return page_of(await store.parties(tx, after, limit + 1), limit, "gln")


async def save_locations(
    tx: Transaction, locations: Sequence[Location], *, actor: Actor, now: datetime
) -> Saved:
    """Keeps locations, new and changed, all or none. Raises Twice, UnknownParty."""
    _refuse_twice([location.gln for location in locations])
    strangers = await store.unknown_parties(tx, sorted({location.party_gln for location in locations}))
    if strangers:
        raise UnknownParty(f"There is no party {strangers[0]}; save it first.", party_glns=strangers)
    saved = await store.save_locations(tx, locations)
    await _audit_saved(tx, actor, "locations.saved", saved, {place.gln: place for place in locations}, now)
    return saved


async def location(tx: Transaction, gln: str) -> Location | None:
    """The location of a GLN; None when it is not kept."""
    return await store.location(tx, gln)


async def locations(tx: Transaction) -> tuple[Location, ...]:
    """Every location, in the order of their GLNs."""
    return tuple(await store.locations(tx, "", None))


async def locations_of(tx: Transaction, party_gln: str) -> tuple[Location, ...]:
    """The locations of one party, in the order of their GLNs."""
    return tuple(await store.locations_of(tx, party_gln))


async def company_prefixes(tx: Transaction) -> frozenset[str]:
    """The company prefixes that our products say they have."""
    return frozenset(await store.company_prefixes(tx))


def _refuse_twice(keys: Sequence[str]) -> None:
    if len(keys) > RECORDS_MAX:
        raise BadField(f"{len(keys):,} records were sent; {RECORDS_MAX:,} is the most.", field="records")
    twice = sorted(key for key, times in Counter(keys).items() if times > 1)
    if twice:
        raise Twice(f"{twice[0]} stands twice in what was sent; nothing was kept.", keys=twice)


async def _audit_saved(
    tx: Transaction, actor: Actor, deed: str, saved: Saved, records: dict[str, Any], now: datetime
) -> None:
    touched = [*saved.created, *saved.changed]
    if not touched:
        return
    subject = touched[0] if len(touched) == 1 else f"{len(touched)} records"
    detail = {
        "created": list(saved.created),
        "changed": list(saved.changed),
        "records": [msgspec.to_builtins(records[key]) for key in touched],
    }
    await access.audit(tx, actor, deed, subject, detail, now)
