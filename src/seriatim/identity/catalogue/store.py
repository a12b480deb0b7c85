"""Rows of products, parties and locations, as values."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from seriatim.base.db import Queries, Transaction
from seriatim.identity.catalogue.model import Location, Party, Product

SQL: Final = Queries.load(__package__, "store.sql")


class Saved(NamedTuple):
    """What an upsert did; rows that were the same already are in neither."""

    created: tuple[str, ...]
    changed: tuple[str, ...]


async def save_products(tx: Transaction, products: Sequence[Product], now: datetime) -> Saved:
    return _saved(await tx.rows(SQL.save_products, list(products), now))


async def product(tx: Transaction, gtin: str) -> Product | None:
    row = await tx.row(SQL.product, gtin)
    return None if row is None else _product(row)


async def products(tx: Transaction, after: str, limit: int) -> list[Product]:
    return [_product(row) for row in await tx.rows(SQL.products, after, limit)]


async def save_parties(tx: Transaction, parties: Sequence[Party]) -> Saved:
    return _saved(await tx.rows(SQL.save_parties, list(parties)))


async def party(tx: Transaction, gln: str) -> Party | None:
    row = await tx.row(SQL.party, gln)
    return None if row is None else Party(**row)


async def parties(tx: Transaction, after: str, limit: int) -> list[Party]:
    return [Party(**row) for row in await tx.rows(SQL.parties, after, limit)]


async def unknown_parties(tx: Transaction, glns: Sequence[str]) -> list[str]:
    return [row["gln"] for row in await tx.rows(SQL.unknown_parties, list(glns))]


async def save_locations(tx: Transaction, locations: Sequence[Location]) -> Saved:
    return _saved(await tx.rows(SQL.save_locations, list(locations)))


async def location(tx: Transaction, gln: str) -> Location | None:
    row = await tx.row(SQL.location, gln)
    return None if row is None else Location(**row)


async def locations(tx: Transaction, after: str, limit: int | None) -> list[Location]:
    return [Location(**row) for row in await tx.rows(SQL.locations, after, limit)]


async def locations_of(tx: Transaction, party_gln: str) -> list[Location]:
    return [Location(**row) for row in await tx.rows(SQL.locations_of, party_gln)]


async def company_prefixes(tx: Transaction) -> list[str]:
    return [row["prefix"] for row in await tx.rows(SQL.company_prefixes)]


def _product(row: Any) -> Product:
    return Product(**{**row, "markets": tuple(row["markets"])})


def _saved(rows: Sequence[Any]) -> Saved:
    created = tuple(sorted(row["key"] for row in rows if row["is_new"]))
    changed = tuple(sorted(row["key"] for row in rows if not row["is_new"]))
    return Saved(created, changed)
