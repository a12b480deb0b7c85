"""Was this ever issued, and to whom: every question takes the same road (T13)."""

from typing import Any

import pytest
from tests.factories.identities import ACTOR, MASTER, NOW, SERUM, keep, lend

from seriatim import identity
from seriatim.base.db import Database
from seriatim.identity import BadField

pytestmark = pytest.mark.anyio

GTIN = SERUM.gtin


async def rotated_twice(db: Database) -> list[str]:
    """Serials of three generations; the last one alone issues."""
    await keep(db, SERUM)
    issued = []
    for length in (12, 11, 10):
        lease = await lend(db, GTIN, 20)
        async with db.transaction() as tx:
            issued += await identity.serials_in(tx, lease, MASTER)
            form = identity.SerialForm(length=length - 1)
            await identity.rotate(tx, GTIN, reason="x", form=form, actor=ACTOR, now=NOW)
    return issued


async def queries_of(db: Database, gtin: str, serial: str) -> list[str]:
    """What a look-up asks the database."""
    asked: list[Any] = []
    async with db.transaction() as tx:
        # The driver asks for the types of an answer once for each connection.
        await identity.issued_to(tx, SERUM.gtin, "A1", MASTER)
        with tx.connection.query_logger(asked.append):
            await identity.issued_to(tx, gtin, serial, MASTER)
    return [one.query for one in asked]


async def test_t13_issued_invented_and_foreign_serials_ask_the_database_the_same_two_questions(
    db: Database,
) -> None:
    issued = await rotated_twice(db)
    unknown = "09521234543213"

    roads = [
        await queries_of(db, gtin, serial)
        for gtin, serial in [
            *((GTIN, serial) for serial in (issued[0], issued[25], issued[-1])),
            *(
                (GTIN, serial)
                for serial in ("Z" * 12, "2" * 11, "2" * 10, "nothing", "", "x" * 99, "a\0b", "\ud800")
            ),
            (unknown, issued[0]),
        ]
    ]

    assert [len(road) for road in roads] == [2] * 12
    assert roads == [roads[0]] * 12


async def test_t13_a_serial_of_no_form_is_turned_back_and_sought_all_the_same_and_never_believed(
    db: Database,
) -> None:
    await keep(db, SERUM)
    lease = await lend(db, GTIN, 20)
    async with db.transaction() as tx:
        issued = await identity.serials_in(tx, lease, MASTER)
        policy = await identity.policy(tx, GTIN)
        longer = [f"{serial}2" for serial in issued]  # read as far as the form goes, these are issued ones
        turned = [identity.serials.turned_back(serial, policy, MASTER) for serial in longer]
        found = [await identity.provenance(tx, GTIN, serial, MASTER) for serial in longer]

    assert turned == [(counter, False) for counter in range(20)]
    assert {(one.lease, one.is_in_doubt) for one in found} == {(None, False)}


async def test_serials_of_all_generations_are_told_and_those_to_come_are_not(db: Database) -> None:
    issued = await rotated_twice(db)

    async with db.transaction() as tx:
        found = [await identity.issued_to(tx, GTIN, serial, MASTER) for serial in issued]
        policy = await identity.policy(tx, GTIN)
        to_come = [
            serial
            for one in policy.generations
            for serial in identity.serials.serials_of_counters(range(one.issued, one.issued + 5), one, MASTER)
        ]
        unknown = [await identity.issued_to(tx, GTIN, serial, MASTER) for serial in to_come]

    assert [lease.generation for lease in found if lease] == [0] * 20 + [1] * 20 + [2] * 20
    assert (len(to_come), set(unknown)) == (20, {None})


@pytest.mark.parametrize("serial", ["", "a b", "x" * 21, "a\0"])
async def test_a_person_who_asks_for_what_can_be_no_serial_is_told_so(db: Database, serial: str) -> None:
    with pytest.raises(BadField):
        async with db.transaction() as tx:
            await identity.look_up(tx, GTIN, serial, actor=ACTOR, now=NOW, master_key=MASTER)
