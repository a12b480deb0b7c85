"""What decisions say of units: recalled, blocked. One row for each unit, read by every scan together with its state."""

from collections.abc import Iterable
from datetime import datetime

from seriatim.base.db import Transaction
from seriatim.gs1 import Key
from seriatim.history import store
from seriatim.history.keys import item_key_of
from seriatim.history.statements import QUERIES


async def stand(tx: Transaction, kind: str, keys: Iterable[Key], reference: str, *, now: datetime) -> int:
    """From now on `kind` stands beside these things, because of `reference`; answers how many it is new for.

    Things no event has named yet may be blocked too: the row waits for them.
    """
    items = [item_key_of(key) for key in keys]
    rows = store.row_keys(await store.enter_kinds(tx, items), items)
    return await tx.execute(QUERIES.stand, *store.arrays(rows), kind, reference, now)


async def stand_lot(tx: Transaction, kind: str, gtin: str, lot: str, reference: str, *, now: datetime) -> int:
    """The same for all known units of a lot, in one statement."""
    return await tx.execute(QUERIES.stand_lot, gtin, lot, kind, reference, now)


async def lift(
    tx: Transaction, kind: str, reference: str, *, now: datetime, keys: Iterable[Key] | None = None
) -> int:
    """`kind` because of `reference` stands no longer beside these things, by default beside anything."""
    if keys is None:
        return await tx.execute(QUERIES.lift_all, kind, reference, now)
    items = [item_key_of(key) for key in keys]
    rows = store.row_keys(await store.kinds_of(tx, items), items)
    return await tx.execute(QUERIES.lift, *store.arrays(rows), kind, reference, now)
