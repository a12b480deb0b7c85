"""Rows of recalls, to values and back."""

from collections.abc import Sequence
from datetime import datetime

from seriatim.areas.recall.model import HeldUnits, Recall, RecallState
from seriatim.base.db import Queries, Row, Transaction

SQL = Queries.load(__package__, "store.sql")


async def propose(
    tx: Transaction,
    gtin: str,
    lot: str,
    reason: str,
    instructions: str,
    *,
    drill: bool,
    by: str,
    now: datetime,
) -> int:
    return int(await tx.value(SQL.propose, gtin, lot, reason, instructions, drill, by, now))


async def recall(tx: Transaction, recall_id: int) -> Recall | None:
    return _recall(await tx.row(SQL.recall, recall_id))


async def hold(tx: Transaction, recall_id: int) -> Recall | None:
    return _recall(await tx.row(SQL.hold, recall_id))


async def recalls(
    tx: Transaction, state: RecallState | None = None, before: int | None = None, limit: int = 100
) -> list[Recall]:
    """Recalls, newest first."""
    return [Recall(**row) for row in await tx.rows(SQL.recalls, state, before, limit)]


async def live(tx: Transaction) -> list[Recall]:
    return [Recall(**row) for row in await tx.rows(SQL.live)]


async def live_twin(tx: Transaction, gtin: str, lot: str) -> int | None:
    found: int | None = await tx.value(SQL.live_twin, gtin, lot)
    return found


async def launch(tx: Transaction, recall_id: int, by: str, now: datetime) -> bool:
    return await tx.row(SQL.launch, recall_id, by, now) is not None


async def add_units(tx: Transaction, recall_id: int, units: int) -> None:
    await tx.execute(SQL.add_units, recall_id, units)


async def close(tx: Transaction, recall_id: int, by: str, reason: str, now: datetime) -> bool:
    return await tx.row(SQL.close, recall_id, by, now, reason) is not None


async def keep_holders(tx: Transaction, recall_id: int, held: Sequence[HeldUnits]) -> None:
    columns = ([one.place for one in held], [one.status for one in held], [one.units for one in held])
    await tx.execute(SQL.keep_holders, recall_id, *columns)


async def holders(tx: Transaction, recall_id: int) -> list[HeldUnits]:
    return [HeldUnits(**row) for row in await tx.rows(SQL.holders, recall_id)]


def _recall(row: Row | None) -> Recall | None:
    return None if row is None else Recall(**row)
