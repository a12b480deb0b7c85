"""A line shows its lease: what it is told, and what the database learns from it."""

import io
import json
from datetime import datetime, timedelta

import pytest
from tests.factories.identities import (
    ACTOR,
    MASTER,
    MINT,
    NOW,
    SERUM,
    deeds,
    go_back,
    keep,
    lend,
    reconcile,
)

from seriatim import identity
from seriatim.base.db import Database
from seriatim.base.installation import recognise
from seriatim.identity import IssuingFrozen, Lease, Presented
from seriatim.identity.leases import sign_lease
from seriatim.identity.marks.book import book_in

pytestmark = pytest.mark.anyio


@pytest.fixture
async def house(db: Database) -> Database:
    async with db.transaction() as tx:
        await recognise(tx, MASTER)
    await keep(db, SERUM, MINT)
    return db


async def in_hand(db: Database, lease: Lease) -> bytes:
    async with db.transaction() as tx:
        serials = await identity.serials_in(tx, lease, MASTER)
        policy = await identity.policy(tx, lease.gtin)
    signed = sign_lease(lease, policy, serials, organisation="https://b.example", master_key=MASTER, now=NOW)
    return json.dumps(signed).encode()


async def show(
    db: Database, statement: bytes, line: str | None = "L3", at: timedelta = timedelta(0)
) -> Presented:
    async with db.transaction() as tx:
        return await identity.present_lease(
            tx, statement, line=line, master_key=MASTER, actor=ACTOR, now=NOW + at
        )


async def test_a_line_may_print_from_the_lease_it_holds(house: Database) -> None:
    lease = await lend(house, SERUM.gtin, 10)

    told = await show(house, await in_hand(house, lease))

    assert (told.code, told.may_print, told.lease, told.taken_back) == ("accepted", True, lease, False)


async def test_a_lease_that_may_not_be_printed_from_says_why(house: Database) -> None:
    lease = await lend(house, SERUM.gtin, 10)
    statement = await in_hand(house, lease)

    codes = [
        (await show(house, statement, line="L4")).code,
        (await show(house, statement, at=timedelta(days=30))).code,
        (await show(house, statement.replace(b'"L3"', b'"L4"'))).code,
        (await show(house, b"{}")).code,
    ]
    async with house.transaction() as tx:
        await identity.end_lease(tx, lease.id, "returned", actor=ACTOR, now=NOW)
    codes.append((await show(house, statement)).code)

    assert codes == ["other_line", "expired", "altered", "not_a_lease", "ended"]
    async with house.transaction() as tx:
        assert not identity.is_frozen(tx)


async def test_i15_a_lease_that_the_database_does_not_know_freezes_issuing_even_when_the_journal_is_lost(
    house: Database,
) -> None:
    assert house.folder is not None
    await lend(house, SERUM.gtin, 10)
    statement = await in_hand(house, await lend(house, SERUM.gtin, 10))
    await go_back(house, 10)
    book_in(house.folder).journal.path.unlink()
    assert (await lend(house, MINT.gtin, 1)).first == 0

    told = await show(house, statement)

    assert (told.code, told.may_print, told.lease) == ("ahead_of_database", False, None)
    for gtin in (SERUM.gtin, MINT.gtin):
        with pytest.raises(IssuingFrozen, match="Line L3 has shown lease"):
            await lend(house, gtin, 1)


async def test_once_reconciled_a_lease_shown_again_is_taken_back_into_the_books(house: Database) -> None:
    await lend(house, SERUM.gtin, 10)
    lost = await lend(house, SERUM.gtin, 10)
    statement = await in_hand(house, lost)
    async with house.transaction() as tx:
        serial = (await identity.serials_in(tx, lost, MASTER))[3]
    await go_back(house, 10)
    await show(house, statement)
    await reconcile(house)

    told = await show(house, statement)
    again = await show(house, statement)
    async with house.transaction() as tx:
        origin = await identity.issued_to(tx, SERUM.gtin, serial, MASTER)
        ended = await identity.end_lease(tx, lost.id, "used", used=7, actor=ACTOR, now=NOW)
        ledger = await identity.ledger(tx, SERUM.gtin)

    assert (told.code, told.may_print, told.taken_back) == ("other_epoch", False, True)
    assert (again.code, again.taken_back) == ("other_epoch", False)
    assert origin is not None
    assert (origin.id, origin.first, origin.past, origin.epoch) == (lost.id, 10, 20, 1)
    assert (ended.used, ledger.lent, ledger.passed_over) == (7, 20, 0)
    assert ("lease.taken_back", lost.id) in await deeds(house)


async def test_a_lease_with_numbers_that_give_no_serial_is_known_and_taken_back_whole(
    house: Database,
) -> None:
    async with house.transaction() as tx:
        await identity.rotate(tx, SERUM.gtin, reason="pool", source="imported", actor=ACTOR, now=NOW)
    await bring(house, b"OUT1\nOUT2\n", until=NOW + timedelta(days=1))
    await bring(house, b"NEW1\nNEW2\nNEW3\n")
    async with house.transaction() as tx:
        lost = await identity.lease(
            tx, SERUM.gtin, 3, line="L3", order_number="4711", actor=ACTOR, now=NOW + timedelta(days=2),
            master_key=MASTER,
        )  # fmt: skip
    statement = await in_hand(house, lost)
    known = await show(house, statement, at=timedelta(days=2))
    await go_back(house, 0)
    await show(house, statement, at=timedelta(days=2))
    await reconcile(house)

    told = await show(house, statement, at=timedelta(days=2))
    async with house.transaction() as tx:
        again = await identity.known_lease(tx, lost.id)

    assert (lost.voided, known.code) == (((0, 2),), "accepted")
    assert (told.code, told.taken_back) == ("other_epoch", True)
    assert (again.voided, again.count) == (lost.voided, 3)


async def bring(db: Database, numbers: bytes, until: datetime | None = None) -> None:
    async with db.transaction() as tx:
        await identity.import_numbers(
            tx, SERUM.gtin, io.BytesIO(numbers), issuer="Agency", expires_at=until, actor=ACTOR, now=NOW,
            master_key=MASTER,
        )  # fmt: skip


async def test_a_lease_whose_numbers_belong_to_another_one_is_not_taken_back(house: Database) -> None:
    assert house.folder is not None
    statement = await in_hand(house, await lend(house, SERUM.gtin, 10))
    await go_back(house, 0)
    book_in(house.folder).journal.path.unlink()
    other = await lend(house, SERUM.gtin, 10)

    told = await show(house, statement)

    assert (told.code, told.lease) == ("unknown_lease", None)
    assert other.first == 0
    with pytest.raises(IssuingFrozen, match="they may be out twice"):
        await lend(house, MINT.gtin, 1)


async def test_a_lease_of_an_epoch_that_the_database_has_forgotten_freezes_issuing(house: Database) -> None:
    assert house.folder is not None
    lease = await lend(house, SERUM.gtin, 10)
    async with house.transaction() as tx:
        await tx.execute("update base_installation set epoch = 3")
    later = await lend(house, SERUM.gtin, 10)
    statement = await in_hand(house, later)
    async with house.transaction() as tx:
        await tx.execute("update base_installation set epoch = 1")

    assert (await show(house, statement)).code == "ahead_of_database"
    assert (await reconcile(house)).epoch == 4
    assert (lease.epoch, later.epoch) == (1, 3)
