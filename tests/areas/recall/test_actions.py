"""Recalls: two people, every unit, late ones too."""

from datetime import timedelta

import asyncpg
import pytest
from tests.factories.outbox import everything_heard
from tests.factories.plant import (
    ANNA,
    BRUNO,
    GTIN,
    LOT,
    NOW,
    PLANT_GLN,
    SHOP_GLN,
    commission,
    deliver,
    lease_serials,
    make_plant,
)

from seriatim import history
from seriatim.areas import recall
from seriatim.base.db import Database, Transaction
from seriatim.base.errors import NotFound, Unprocessable
from seriatim.base.outbox import Dispatcher
from seriatim.gs1 import Key
from seriatim.journeys.run_recall import run_recall

pytestmark = pytest.mark.anyio


async def make_lot(tx: Transaction, units: int = 5, delivered: int = 2) -> list[str]:
    await make_plant(tx)
    serials = await lease_serials(tx, units)
    await commission(tx, serials)
    await deliver(tx, serials[:delivered])
    return serials


async def proposed(tx: Transaction, *, drill: bool = False) -> recall.Recall:
    return await recall.propose(tx, GTIN, LOT, "Wire.", "Bring it back.", drill=drill, actor=ANNA, now=NOW)


async def kinds(tx: Transaction, serial: str) -> list[str]:
    item = await history.item(tx, Key("sgtin", GTIN, serial, None, is_class=False))
    assert item is not None
    return [standing.kind for standing in item.standings]


async def test_a_preview_counts_units_and_places(db: Database) -> None:
    async with db.transaction() as tx:
        await make_lot(tx)

        preview = await recall.preview(tx, GTIN, LOT)

        assert (preview.units, preview.places) == (5, 2)
        assert {(one.place, one.units) for one in preview.holders} == {(PLANT_GLN, 3), (SHOP_GLN, 2)}


async def test_a_launch_recalls_every_unit_of_the_lot_and_no_other(db: Database) -> None:
    async with db.transaction() as tx:
        serials = await make_lot(tx)
        (other,) = await lease_serials(tx, 1)
        await commission(tx, [other], lot="L2")

        report = await run_recall(
            tx, GTIN, LOT, "Wire.", "Bring it back.", proposer=ANNA, approver=BRUNO, now=NOW
        )

        assert (report.units, report.places, report.recall.state) == (5, 2, "live")
        assert [await kinds(tx, serial) for serial in serials] == [["recalled"]] * 5
        assert await kinds(tx, other) == []


async def test_nobody_launches_what_he_has_proposed(db: Database) -> None:
    async with db.transaction() as tx:
        await make_lot(tx)
        proposal = await proposed(tx)

        with pytest.raises(recall.NeedsSecondPerson) as caught:
            await recall.launch(tx, proposal.id, actor=ANNA, now=NOW)

        assert caught.value.code == "needs_second_person"


async def test_the_database_itself_asks_for_two_people(db: Database) -> None:
    async with db.transaction() as tx:
        await make_plant(tx)
        proposal = await proposed(tx)

        with pytest.raises(asyncpg.CheckViolationError):
            async with tx.savepoint():
                await tx.execute(
                    "update recall_recall set state = 'live', launched_by = proposed_by, launched_at = now() where id = $1",
                    proposal.id,
                )


async def test_a_lot_is_recalled_once_at_a_time(db: Database) -> None:
    async with db.transaction() as tx:
        await make_lot(tx)
        first, second = await proposed(tx), await proposed(tx)
        await recall.launch(tx, first.id, actor=BRUNO, now=NOW)

        with pytest.raises(recall.AlreadyRecalled):
            await recall.launch(tx, second.id, actor=BRUNO, now=NOW)
        with pytest.raises(recall.WrongRecallState):
            await recall.launch(tx, first.id, actor=BRUNO, now=NOW)


async def test_a_drill_lists_holders_and_changes_no_standing(db: Database) -> None:
    async with db.transaction() as tx:
        serials = await make_lot(tx)

        report = await run_recall(
            tx, GTIN, LOT, "Exercise.", "Nothing.", proposer=ANNA, approver=BRUNO, now=NOW, drill=True
        )

        assert (report.units, len(report.holders)) == (5, 2)
        assert await kinds(tx, serials[0]) == []


async def test_a_closed_recall_leaves_the_units_as_they_were(db: Database) -> None:
    async with db.transaction() as tx:
        serials = await make_lot(tx)
        proposal = await proposed(tx)
        await recall.launch(tx, proposal.id, actor=BRUNO, now=NOW)

        closed = await recall.close(tx, proposal.id, "All back.", actor=BRUNO, now=NOW + timedelta(days=30))

        assert (closed.state, closed.close_reason) == ("closed", "All back.")
        assert await kinds(tx, serials[0]) == []
        with pytest.raises(recall.WrongRecallState):
            await recall.close(tx, proposal.id, "Again.", actor=BRUNO, now=NOW)


async def test_units_reported_later_are_recalled_as_well(db: Database) -> None:
    dispatcher = Dispatcher(db, {"recall.cover_late_units": (recall.TOPICS, recall.cover_late_units)})
    async with db.transaction() as tx:
        await make_lot(tx)
        late, other = await lease_serials(tx, 2)
        live = (await recall.launch(tx, (await proposed(tx)).id, actor=BRUNO, now=NOW)).id
    await everything_heard(dispatcher)

    async with db.transaction() as tx:
        await commission(tx, [late])
        await commission(tx, [other], lot="L2")
    await everything_heard(dispatcher)

    async with db.transaction() as tx:
        assert await kinds(tx, late) == ["recalled"]
        assert await kinds(tx, other) == []
        assert (await recall.recall(tx, live)).units == 6


async def test_what_cannot_be_recalled_is_refused_in_words(db: Database) -> None:
    async with db.transaction() as tx:
        await make_plant(tx)

        with pytest.raises(Unprocessable, match="reason must be said"):
            await recall.propose(tx, GTIN, LOT, " ", "Bring it back.", actor=ANNA, now=NOW)
        with pytest.raises(NotFound):
            await recall.propose(tx, "09506000134369", LOT, "Wire.", "Back.", actor=ANNA, now=NOW)
        with pytest.raises(NotFound):
            await recall.launch(tx, 4711, actor=BRUNO, now=NOW)


async def test_every_step_leaves_an_audit_row(db: Database) -> None:
    async with db.transaction() as tx:
        await make_lot(tx)
        proposal = await proposed(tx)
        await recall.launch(tx, proposal.id, actor=BRUNO, now=NOW)
        await recall.close(tx, proposal.id, "All back.", actor=BRUNO, now=NOW)

        deeds = await tx.rows("select deed, actor from access_audit where deed like 'recall.%' order by id")

        assert [tuple(row) for row in deeds] == [
            ("recall.proposed", "anna"), ("recall.launched", "bruno"), ("recall.closed", "bruno"),
        ]  # fmt: skip
