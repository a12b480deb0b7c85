"""The feed shows only what no open transaction can come before; this waits for that."""

import asyncio
from typing import Final

from seriatim.base.db import Database

PATIENCE_S: Final = 60.0


async def is_settled(db: Database) -> None:
    """No transaction is open any more that is older than an event; those of other tests on the server count, too."""
    async with asyncio.timeout(PATIENCE_S):
        while await _is_open(db):  # noqa: ASYNC110 -- the database tells nobody when a transaction ends
            await asyncio.sleep(0.01)


async def _is_open(db: Database) -> bool:
    async with db.transaction(readonly=True) as tx:
        newer = "select from history_event where tx >= pg_snapshot_xmin(pg_current_snapshot())"
        found: bool = await tx.value(f"select exists ({newer})")
    return found
