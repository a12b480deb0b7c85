"""Rows of master data, serial policies and leases, as values."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import asyncpg

from seriatim.base.db import Queries, Transaction
from seriatim.base.ids import new_id
from seriatim.identity.model import Lease, LeaseState, Location, Party, Product, SerialPolicy

SQL: Final = Queries.load(__package__, "store.sql")


class Saved(NamedTuple):
    """What an upsert did; rows that were the same already are in neither."""

    created: tuple[str, ...]
    changed: tuple[str, ...]


class LeaseFilter(NamedTuple):
    """Which leases of all; None asks for any."""

    gtin: str | None = None
    line: str | None = None
    order_number: str | None = None


async def save_products(tx: Transaction, products: Sequence[Product], now: datetime) -> Saved:
    return _saved(await tx.rows(SQL.save_products, list(products), now))


async def add_policies(tx: Transaction, form: SerialPolicy, gtins: Sequence[str]) -> None:
    """A policy of this form for each product that has none."""
    await tx.execute(SQL.add_policies, list(gtins), form.alphabet, form.length, form.capacity)


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


async def policy(tx: Transaction, gtin: str) -> SerialPolicy | None:
    row = await tx.row(SQL.policy, gtin)
    return None if row is None else SerialPolicy(**row)


async def policies(tx: Transaction, after: str, limit: int) -> list[SerialPolicy]:
    return [SerialPolicy(**row) for row in await tx.rows(SQL.policies, after, limit)]


async def change_policy(tx: Transaction, form: SerialPolicy) -> bool:
    row = await tx.row(SQL.change_policy, form.gtin, form.alphabet, form.length, form.capacity)
    return row is not None


async def grant_lease(
    tx: Transaction, gtin: str, count: int, line: str, order_number: str, now: datetime, expires_at: datetime
) -> Lease | None:
    row = await tx.row(SQL.grant_lease, new_id(), gtin, count, line, order_number, now, expires_at)
    return None if row is None else Lease(**row)


async def lease(tx: Transaction, lease_id: UUID) -> Lease | None:
    row = await tx.row(SQL.lease, lease_id)
    return None if row is None else Lease(**row)


async def leases(tx: Transaction, which: LeaseFilter, before: UUID | None, limit: int) -> list[Lease]:
    return [Lease(**row) for row in await tx.rows(SQL.leases, before, *which, limit)]


async def lease_at(tx: Transaction, gtin: str, generation: int, counter: int) -> Lease | None:
    row = await tx.row(SQL.lease_at, gtin, generation, counter)
    return None if row is None else Lease(**row)


async def end_lease(tx: Transaction, lease_id: UUID, state: LeaseState, now: datetime) -> Lease | None:
    row = await tx.row(SQL.end_lease, lease_id, state, now)
    return None if row is None else Lease(**row)


async def leased_since(tx: Transaction, gtin: str, since: datetime, until: datetime) -> int:
    return int(await tx.value(SQL.leased_since, gtin, since, until))


class PrefixOverlap(Exception):
    """Another company prefix counts through the same SSCCs."""


async def take_ssccs(tx: Transaction, gcp: str, extension: str, capacity: int, count: int) -> int | None:
    """The first of `count` fresh serial references; None when too few are left. Raises PrefixOverlap."""
    try:
        async with tx.savepoint():
            first: int | None = await tx.value(SQL.take_ssccs, gcp, extension, capacity, count)
    except asyncpg.ExclusionViolationError as error:
        raise PrefixOverlap from error
    return first


async def ssccs_issued(tx: Transaction, gcp: str, extension: str) -> int:
    return int(await tx.value(SQL.ssccs_issued, gcp, extension) or 0)


def _product(row: Any) -> Product:
    return Product(**{**row, "markets": tuple(row["markets"])})


def _saved(rows: Sequence[Any]) -> Saved:
    created = tuple(sorted(row["key"] for row in rows if row["is_new"]))
    changed = tuple(sorted(row["key"] for row in rows if not row["is_new"]))
    return Saved(created, changed)
