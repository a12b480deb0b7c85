"""Rows of leases, as values."""

from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from seriatim.base.db import Queries, Transaction
from seriatim.base.ids import new_id
from seriatim.identity.leases.model import Lease, LeaseState
from seriatim.identity.serials.store import Taken

SQL: Final = Queries.load(__package__, "store.sql")


class LeaseFilter(NamedTuple):
    """Which leases of all; None asks for any."""

    gtin: str | None = None
    line: str | None = None
    order_number: str | None = None


async def add_lease(
    tx: Transaction, taken: Taken, line: str, order_number: str, now: datetime, expires_at: datetime
) -> Lease:
    row = await tx.row(SQL.add_lease, new_id(), *taken, line, order_number, now, expires_at)
    assert row is not None, "an insert without a condition gives its row back"
    return Lease(**row)


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
