"""Units that come into being in one large event take a road of their own; what is kept is the same."""

import asyncio
from itertools import chain
from random import Random

import pytest
from tests.history.test_intake import CASE, NOW, commission, differing, dump, keep, pack, see, unit

from seriatim.base.db import Database
from seriatim.history import store

pytestmark = pytest.mark.anyio

SERIALS = [f"U{n}" for n in range(260)]


@pytest.mark.parametrize("known", [0, 1, 100])
async def test_units_that_were_packed_before_they_were_made_are_merged(known: int, db: Database) -> None:
    if known:
        await keep(db, pack(1, CASE, *map(unit, SERIALS[1 : 1 + known])))

    assert (await keep(db, commission(0, *SERIALS))).accepted == 1
    state = await dump(db)

    assert len(state) == len(SERIALS) + bool(known)
    assert await differing(db) == 0


async def test_one_document_that_makes_units_of_two_lots_gives_each_its_own(db: Database) -> None:
    Random(7).shuffle(mixed := list(SERIALS))
    await keep(db, commission(0, *mixed[:200], lot="L1"), commission(1, *mixed[200:], lot="L2"))

    async with db.transaction() as tx:
        lots = await tx.rows("select lot, count(*) from history_item group by lot order by lot")
    assert [tuple(row) for row in lots] == [("L1", 200), ("L2", 60)]
    assert await differing(db) == 0


async def test_a_document_that_makes_and_sees_the_same_units_keeps_both(db: Database) -> None:
    await keep(db, commission(0, *SERIALS), see(1, "storing", *map(unit, SERIALS)))

    async with db.transaction() as tx:
        assert await tx.value("select count(*) from history_item where cardinality(events) = 2") == 260
    assert await differing(db) == 0


async def test_two_events_that_make_the_same_units_at_once_are_both_kept(db: Database) -> None:
    for start in range(3):
        serials = [f"S{start}{serial}" for serial in SERIALS]
        events = [commission(0, *serials, lot="L1"), commission(1, *reversed(serials), lot="L2")]

        await asyncio.gather(*(keep(db, event) for event in events))

    async with db.transaction() as tx:
        # The later statement stays, whichever was kept first; the earlier one is the birth.
        assert (
            await tx.value("select count(*) from history_item where lot = 'L2' and born_event < made_event")
            == 780
        )
    assert await differing(db) == 0


async def test_few_things_are_taken_in_the_order_of_the_rows_as_many_are(db: Database) -> None:
    """Where the database sorts as a dictionary does, a large and a small event could else wait for each other."""
    nothing = [[]] * 13, [NOW, "key:k"], store.NO_ITEMS
    async with db.transaction() as tx:
        plan = await tx.rows("explain " + store.KEEP_EVENTS, *chain.from_iterable(nothing))

    orders = [row[0].strip() for row in plan if "Sort Key" in row[0] and "serial" in row[0]]
    assert orders
    assert all(order.endswith('serial COLLATE "C"') for order in orders), orders
