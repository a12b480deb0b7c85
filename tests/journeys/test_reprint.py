"""One label again: a new serial as a rule, the same one only when its first mark is destroyed, and never a copy."""

import asyncio
import io
from typing import Any

import pytest
from tests.factories.line import TEMPLATE, make_label, make_order
from tests.factories.plant import ANNA, MASTER_KEY, NOW, make_plant
from tests.factories.site import open_site

from seriatim import identity
from seriatim.areas import line
from seriatim.areas.line import AlreadyPassed, MarkNotDestroyed, reprint_of, store
from seriatim.base.clock import FixedClock
from seriatim.base.db import Database, Transaction
from seriatim.base.environment import Environment
from seriatim.base.errors import NotFound, Unprocessable
from seriatim.base.settings import Settings
from seriatim.journeys.reprint import NothingPrinted, Reprint, reprint
from seriatim.symbols.zpl_reading import commands

pytestmark = pytest.mark.anyio
SERIAL = "7KQ2MR9TXW4B"
ENVIRONMENT = Environment(Settings(), FixedClock(NOW), MASTER_KEY)


async def printed(tx: Transaction, state: store.SerialState = "printed") -> line.Order:
    """An order with one label printed, in this state."""
    await make_plant(tx)
    order = await line.create_order(tx, make_order(), actor=ANNA, now=NOW)
    await line.send_to_printer(tx, order, [make_label(SERIAL)], first_index=0, round_no=0)
    await line.keep_print_job(tx, order, [make_label(SERIAL)], TEMPLATE, now=NOW)
    await store.set_serial_states(tx, order.number, [(SERIAL, state)])
    return order


async def again(tx: Transaction, order: line.Order, serial: str = SERIAL, **more: Any) -> Reprint:
    asked = {"reason": "Torn at the applicator", "same_serial": False} | more
    return await reprint(
        tx, order.number, serial, asked["reason"], same_serial=asked["same_serial"],
        environment=ENVIRONMENT, actor=ANNA, now=NOW,
    )  # fmt: skip


async def test_a_label_printed_again_has_a_new_serial_and_the_old_one_is_void(db: Database) -> None:
    async with db.transaction() as tx:
        order = await printed(tx)
        done = await again(tx, order)

        assert (done.replaces, done.outcome, done.template) == (SERIAL, "new_serial", "bag 1")
        assert done.serial != SERIAL
        assert await store.serial_state(tx, order.number, SERIAL) == "void"
        assert await store.serial_state(tx, order.number, done.serial) == "printed"
        assert await store.labels_printed(tx, order.number) == 2
        assert len(await store.print_jobs(tx, order.number)) == 4
        assert [one.name for one in commands(done.zpl.encode())].count("^XA") == 1


async def test_the_same_serial_comes_again_only_when_its_mark_is_destroyed(db: Database) -> None:
    async with db.transaction() as tx:
        order = await printed(tx, "destroyed")
        done = await again(tx, order, same_serial=True)

        assert (done.serial, done.outcome) == (SERIAL, "same_serial")
        with pytest.raises(MarkNotDestroyed):
            await again(tx, order, same_serial=True)  # it hangs at the printer again


async def test_of_two_who_print_a_destroyed_mark_again_at_once_one_does(db: Database) -> None:
    async with db.transaction() as tx:
        order = await printed(tx, "destroyed")

    async def one() -> Reprint:
        async with db.transaction() as tx:
            done = await again(tx, order, same_serial=True)
            await asyncio.sleep(0.1)  # long enough for the other one to look, too
            return done

    outcomes = await asyncio.gather(one(), one(), return_exceptions=True)

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["MarkNotDestroyed", "Reprint"]


async def test_a_label_is_printed_again_with_a_number_from_outside(db: Database) -> None:
    async with db.transaction() as tx:
        order = await printed(tx)
        await identity.rotate(tx, order.gtin, reason="pool", source="imported", actor=ANNA, now=NOW)
        await identity.import_numbers(
            tx,
            order.gtin,
            io.BytesIO(b"AAA111\n"),
            issuer="Agency",
            actor=ANNA,
            now=NOW,
            master_key=MASTER_KEY,
        )

        done = await again(tx, order)

    assert (done.serial, done.outcome) == ("AAA111", "new_serial")


@pytest.mark.parametrize("state", ["verified", "commissioned"])
@pytest.mark.parametrize("same_serial", [False, True])
def test_a_unit_that_passed_gets_no_second_label(state: store.SerialState, same_serial: bool) -> None:
    with pytest.raises(AlreadyPassed):
        reprint_of(state, same_serial=same_serial)


async def test_a_destroyed_label_stays_destroyed_in_the_ledger(db: Database) -> None:
    async with db.transaction() as tx:
        order = await printed(tx, "destroyed")
        await again(tx, order)

        assert await store.serial_state(tx, order.number, SERIAL) == "destroyed"


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
async def test_a_reprint_needs_a_reason(db: Database, reason: str) -> None:
    async with db.transaction() as tx:
        order = await printed(tx)
        with pytest.raises(Unprocessable):
            await again(tx, order, reason=reason)


async def test_what_was_never_printed_is_not_printed_again(db: Database) -> None:
    async with db.transaction() as tx:
        order = await printed(tx)
        with pytest.raises(NotFound):
            await again(tx, order, serial="NOSUCHSERIAL")
        other = await line.create_order(tx, make_order(number="4712"), actor=ANNA, now=NOW)
        await line.send_to_printer(tx, other, [make_label(SERIAL)], first_index=0, round_no=0)
        with pytest.raises(NothingPrinted):
            await again(tx, other)


async def test_the_door_prints_once_for_one_key_and_keeps_the_deed(db: Database) -> None:
    body = {"serial": SERIAL, "reason": "Torn at the applicator"}
    async with open_site(db) as site:
        async with db.transaction() as tx:
            await printed(tx)
        operator, auditor = await site.with_key("line_operator"), await site.with_key("auditor")

        first, second = [
            await operator.post("/api/v1/orders/4711/reprints", json=body, headers={"idempotency-key": "one"})
            for _ in range(2)
        ]
        refused = await auditor.post(
            "/api/v1/orders/4711/reprints", json=body, headers={"idempotency-key": "two"}
        )

    assert (first.status_code, second.status_code, refused.status_code) == (201, 201, 403)
    assert first.json() == second.json()
    async with db.transaction() as tx:
        assert await store.labels_printed(tx, "4711") == 2
        deeds = await tx.rows("select deed from access_audit where deed = 'label.reprinted'")
    assert len(deeds) == 1
