"""Rows of leases, as values."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import asyncpg

from seriatim.base.db import Queries, Transaction
from seriatim.base.ids import new_id
from seriatim.identity.leases.model import Lease, LeaseState
from seriatim.identity.serials.taking import Taken

SQL: Final = Queries.load(__package__, "store.sql")


class LeaseFilter(NamedTuple):
    """Which leases of all; None asks for any."""

    gtin: str | None = None
    line: str | None = None
    order_number: str | None = None


async def add_lease(
    tx: Transaction, taken: Taken, line: str, order_number: str, now: datetime, expires_at: datetime
) -> Lease:
    place = (taken.gtin, taken.generation, taken.first, taken.past)
    voided = [asyncpg.Range(first, past) for first, past in taken.voided]
    row = await tx.row(SQL.add_lease, new_id(), *place, line, order_number, now, expires_at, voided)
    assert row is not None, "an insert without a condition gives its row back"
    return _lease(row)


async def lease(tx: Transaction, lease_id: UUID) -> Lease | None:
    row = await tx.row(SQL.lease, lease_id)
    return None if row is None else _lease(row)


async def leases(tx: Transaction, which: LeaseFilter, before: UUID | None, limit: int) -> list[Lease]:
    return [_lease(row) for row in await tx.rows(SQL.leases, before, *which, limit)]


async def lease_of(
    tx: Transaction, gtin: str, serial: str, generations: Sequence[int], counters: Sequence[int]
) -> Lease | None:
    """The lease of a serial, by its counter in each of these generations, or by its place in a list from outside."""
    row = await tx.row(SQL.lease_of, gtin, serial, list(generations), list(counters))
    return None if row is None else _lease(row)


async def end_lease(tx: Transaction, lease_id: UUID, state: LeaseState, now: datetime) -> Lease | None:
    row = await tx.row(SQL.end_lease, lease_id, state, now)
    return None if row is None else _lease(row)


async def leased_since(tx: Transaction, gtin: str, since: datetime, until: datetime) -> int:
    return int(await tx.value(SQL.leased_since, gtin, since, until))


def _lease(row: Any) -> Lease:
    return Lease(**{**row, "voided": tuple((gap.lower, gap.upper) for gap in row["voided"])})
