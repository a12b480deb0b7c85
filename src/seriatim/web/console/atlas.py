"""Who is where: the names of products and places that nearly every page needs beside the numbers."""

from collections.abc import Mapping
from dataclasses import dataclass

from seriatim import identity
from seriatim.base import limits
from seriatim.base.db import Transaction
from seriatim.gs1 import Key
from seriatim.identity import Location, Party, Product
from seriatim.web.ui import words
from seriatim.web.ui.words import State

KIND_ICONS = {"plant": "factory", "warehouse": "warehouse", "shop": "store"}
AT_REST = {"plant": "At the plant", "warehouse": "In stock", "shop": "On the shelf"}
"""A made unit that is not on its way, by the kind of place where it stands."""


@dataclass(frozen=True, slots=True)
class Atlas:
    """Names for GTINs and GLNs; what is not known is shown by its number."""

    products: Mapping[str, Product]
    locations: Mapping[str, Location]
    parties: Mapping[str, Party]

    def place(self, where: str | None) -> str:
        """A GLN or URI as a name."""
        if where is None:
            return "place not told"
        known = self.locations.get(where)
        return known.name if known else where

    def city(self, where: str | None) -> str:
        known = self.locations.get(where or "")
        return known.city or known.name if known else self.place(where)

    def icon(self, where: str | None) -> str:
        known = self.locations.get(where or "")
        return KIND_ICONS[known.kind] if known else "map-pin"

    def owner(self, where: str | None) -> str:
        known = self.locations.get(where or "")
        party = self.parties.get(known.party_gln) if known else None
        return party.name if party else ""

    def product(self, gtin: str) -> str:
        known = self.products.get(gtin)
        return known.name if known else gtin

    def thing(self, key: Key) -> str:
        """What kind of thing a key names: the product's name, case or pallet."""
        return self.product(key.key) if key.scheme == "sgtin" else "Case or pallet"

    def state(self, status: str, where: str | None, standings: tuple[str, ...] = ()) -> State:
        """How a unit is shown; one that was made is where it is."""
        known = self.locations.get(where or "")
        if not standings and status == "commissioned" and known is not None:
            return State("", AT_REST[known.kind])
        return words.state_of(status, standings)


async def atlas(tx: Transaction) -> Atlas:
    """Everything that has a name, in three statements."""
    products = await identity.products(tx, limit=limits.PAGE_ROWS_MAX)
    parties = await identity.parties(tx, limit=limits.PAGE_ROWS_MAX)
    return Atlas(
        {product.gtin: product for product in products.items},
        {location.gln: location for location in await identity.locations(tx)},
        {party.gln: party for party in parties.items},
    )
