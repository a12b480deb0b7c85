"""Rows of leases, as values."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from seriatim.base.db import Queries, Transaction
from seriatim.base.ids import new_id
from seriatim.identity.leases.model import EndState, Lease, LeaseState, Ledger
from seriatim.identity.leases.runway import Use
from seriatim.identity.serials.taking import Taken

SQL: Final = Queries.load(__package__, "store.sql")
AT_HAND_MAX: Final = 10_000
"""Leases that a forecast looks at; there are a few for each line."""


class LeaseFilter(NamedTuple):
    """Which leases of all; None asks for any."""

    gtin: str | None = None
    line: str | None = None
    order_number: str | None = None
    state: LeaseState | None = None


async def add_leases(
    tx: Transaction,
    blocks: Sequence[Taken],
    line: str,
    order_number: str,
    now: datetime,
    expires_at: datetime,
) -> list[Lease]:
    """These blocks of one generation, each as a lease."""
    rows = await tx.rows(
        SQL.add_leases,
        [new_id() for _ in blocks],
        [block.first for block in blocks],
        [block.past for block in blocks],
        [_multirange(block.voided) for block in blocks],
        blocks[0].gtin,
        blocks[0].generation,
        line,
        order_number,
        now,
        expires_at,
    )
    return sorted((_known(row) for row in rows), key=lambda lease: lease.first)


async def take_back(tx: Transaction, lease: Lease) -> bool:
    """Keeps a lease that was forgotten; False where its counters were lent to somebody else since."""
    columns = (lease.gtin, lease.generation, lease.first, lease.past, lease.line, lease.order_number)
    times = (lease.granted_at, lease.expires_at, lease.epoch, lease.acknowledged_at)
    voided = _multirange(lease.voided)
    return await tx.row(SQL.take_back, UUID(lease.id), *columns, lease.state, *times, voided) is not None


async def lease(tx: Transaction, lease_id: UUID) -> Lease | None:
    return _lease(await tx.row(SQL.lease, lease_id))


async def leases(tx: Transaction, which: LeaseFilter, before: UUID | None, limit: int) -> list[Lease]:
    return [_known(row) for row in await tx.rows(SQL.leases, before, *which, limit)]


async def lease_of(
    tx: Transaction,
    gtin: str,
    serial: str,
    generations: Sequence[int],
    counters: Sequence[int],
    fits: Sequence[bool],
) -> Lease | None:
    """The lease of a serial, by its counter in each of these generations, or by its place in a list from outside.

    `fits`: whether the serial has the generation's form at all; if not its counter is sought, and finds nothing.
    """
    return _lease(await tx.row(SQL.lease_of, gtin, serial, list(generations), list(counters), list(fits)))


async def acknowledge(tx: Transaction, lease_id: UUID, used: int, now: datetime) -> Lease | None:
    return _lease(await tx.row(SQL.acknowledge, lease_id, used, now))


async def end_lease(
    tx: Transaction, lease_id: UUID, state: EndState, used: int, now: datetime, reason: str
) -> Lease | None:
    return _lease(await tx.row(SQL.end_lease, lease_id, state, used, now, reason))


async def expire(tx: Transaction, now: datetime, limit: int) -> list[Any]:
    """The leases that are past their time by now: id, gtin, line."""
    return await tx.rows(SQL.expire, now, limit)


async def ledger(tx: Transaction, gtin: str, order_number: str | None) -> Ledger:
    row = await tx.row(SQL.ledger, gtin, order_number)
    assert row is not None, "a sum over no rows is a row"
    gone = 0 if order_number is not None else await tx.value(SQL.counted, gtin)
    passed_over = 0 if order_number is not None else gone - row["lent"] - row["skipped"]
    return Ledger(gtin, order_number, **row, passed_over=passed_over)


async def leased_since(tx: Transaction, gtin: str, since: datetime, until: datetime) -> int:
    return int(await tx.value(SQL.leased_since, gtin, since, until))


async def uses(
    tx: Transaction, since: datetime, *, gtin: str | None = None, line: str | None = None
) -> list[Use]:
    return [Use(**row) for row in await tx.rows(SQL.uses, since, gtin, line)]


async def at_hand(
    tx: Transaction, now: datetime, *, gtin: str | None = None, line: str | None = None
) -> list[Lease]:
    return [_known(row) for row in await tx.rows(SQL.at_hand, now, gtin, line, AT_HAND_MAX)]


def _lease(row: Any) -> Lease | None:
    return None if row is None else _known(row)


def _known(row: Any) -> Lease:
    return Lease(**{**row, "voided": tuple((gap.lower, gap.upper) for gap in row["voided"])})


def _multirange(ranges: Sequence[tuple[int, int]]) -> str:
    """As PostgreSQL reads it; the driver has no arrays of these."""
    return "{" + ",".join(f"[{first},{past})" for first, past in ranges) + "}"
