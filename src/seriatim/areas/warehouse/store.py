"""Rows of the warehouse, to values and back."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from seriatim.areas.warehouse.model import Shipment
from seriatim.base.db import Queries, Transaction

SQL = Queries.load(__package__, "store.sql")


async def insert_shipment(
    tx: Transaction, shipment: UUID, from_gln: str, to_gln: str, ssccs: Sequence[str], now: datetime
) -> None:
    await tx.execute(SQL.insert_shipment, shipment, from_gln, to_gln, len(ssccs), now)
    await tx.execute(SQL.insert_units, shipment, list(ssccs))


async def shipment(tx: Transaction, shipment_id: UUID) -> Shipment | None:
    row = await tx.row(SQL.shipment, shipment_id)
    return None if row is None else Shipment(**row)


async def shipments(tx: Transaction, after: tuple[datetime, UUID] | None, limit: int) -> list[Shipment]:
    shipped_at, last = after or (None, None)
    return [Shipment(**row) for row in await tx.rows(SQL.shipments, shipped_at, last, limit)]


async def announced(tx: Transaction, shipment_id: UUID) -> list[str]:
    return [row["sscc"] for row in await tx.rows(SQL.units, shipment_id)]


async def mark_received(tx: Transaction, shipment_id: UUID, found: Sequence[str], now: datetime) -> bool:
    await tx.execute(SQL.mark_found, shipment_id, list(found))
    return await tx.row(SQL.mark_received, shipment_id, len(found), now) is not None
