"""Marks beside a real database: crashes are passed over, restores freeze, a person reconciles."""

import asyncio
import io

import pytest
from tests.factories.identities import (
    ACTOR,
    MASTER,
    MINT,
    NOW,
    SERUM,
    deeds,
    go_back,
    in_digits,
    keep,
    lend,
    reconcile,
)

from seriatim import access, identity
from seriatim.base.db import Database
from seriatim.base.installation import epoch, recognise
from seriatim.identity import IssuingFrozen, LeaseFilter, marks
from seriatim.identity.marks.book import book_in
from seriatim.identity.marks.model import Asked, Granted, serial_key, sscc_key

pytestmark = pytest.mark.anyio
KEY = serial_key(SERUM.gtin, 0)


@pytest.fixture
async def house(db: Database) -> Database:
    """A database that knows which installation it is of, with one product."""
    async with db.transaction() as tx:
        await recognise(tx, MASTER)
    await keep(db, SERUM)
    return db


def lines(db: Database) -> list[str]:
    assert db.folder is not None
    return [record["type"] for record in book_in(db.folder).journal.read().records]


async def test_the_mark_is_on_the_disk_before_and_after_the_commit(house: Database) -> None:
    assert house.folder is not None
    async with house.transaction() as tx:
        await identity.lease(
            tx, SERUM.gtin, 10, line="L", order_number="", actor=ACTOR, now=NOW, master_key=MASTER
        )
        inside = lines(house)

    assert inside == []
    assert lines(house) == ["asked", "granted"]
    assert book_in(house.folder).look().granted == {KEY: 10}


async def test_work_that_is_undone_leaves_no_mark_and_no_gap(house: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        async with house.transaction() as tx:
            await identity.lease(
                tx, SERUM.gtin, 10, line="L", order_number="", actor=ACTOR, now=NOW, master_key=MASTER
            )
            raise ZeroDivisionError

    assert lines(house) == []
    assert (await lend(house, SERUM.gtin, 5)).first == 0


async def test_leases_undone_in_a_savepoint_freeze_nothing(house: Database) -> None:
    async with house.transaction() as tx:
        with pytest.raises(ZeroDivisionError):
            async with tx.savepoint():
                await identity.lease(
                    tx, SERUM.gtin, 10, line="L", order_number="", actor=ACTOR, now=NOW, master_key=MASTER
                )
                raise ZeroDivisionError

    assert (await lend(house, SERUM.gtin, 5)).first == 0
    async with house.transaction() as tx:
        assert not (await identity.compare(tx, now=NOW)).is_frozen


async def test_numbers_that_a_dead_process_was_about_to_commit_are_passed_over(house: Database) -> None:
    assert house.folder is not None
    await lend(house, SERUM.gtin, 10)
    book_in(house.folder).write(Asked({KEY: 60}))

    async with house.transaction() as tx:
        assert not (await identity.compare(tx, now=NOW)).is_frozen
    lease = await lend(house, SERUM.gtin, 5)
    async with house.transaction() as tx:
        ledger = await identity.ledger(tx, SERUM.gtin)

    assert (lease.first, lease.past) == (60, 65)
    assert (ledger.lent, ledger.passed_over) == (15, 50)
    assert ("numbers.passed_over", SERUM.gtin) in await deeds(house)


async def test_a_doubt_as_large_as_the_capacity_exhausts_the_product_and_says_so(house: Database) -> None:
    assert house.folder is not None
    await in_digits(house, SERUM.gtin, 6)
    book_in(house.folder).write(Asked({KEY: 99}))

    with pytest.raises(identity.SerialsExhausted):
        await lend(house, SERUM.gtin, 5)
    assert (await lend(house, SERUM.gtin, 1)).first == 99


async def test_i15_a_database_that_went_back_is_seen_at_the_start_and_issues_nothing(house: Database) -> None:
    await keep(house, MINT)
    await lend(house, SERUM.gtin, 100)
    await lend(house, SERUM.gtin, 100)
    await go_back(house, 100)

    async with house.transaction() as tx:
        found = await identity.compare(tx, now=NOW)

    assert (found.units, found.is_frozen) == (100, True)
    for gtin in (SERUM.gtin, MINT.gtin):
        with pytest.raises(IssuingFrozen, match="gone back in time; 100 numbers"):
            await lend(house, gtin, 1)
    with pytest.raises(IssuingFrozen):
        async with house.transaction() as tx:
            await identity.allocate_ssccs(tx, "9521234", 1, actor=ACTOR, now=NOW)


async def test_i15_a_database_that_went_back_under_a_running_server_is_seen_by_the_next_lease(
    house: Database,
) -> None:
    await lend(house, SERUM.gtin, 100)
    await go_back(house, 0)

    with pytest.raises(IssuingFrozen):
        await lend(house, SERUM.gtin, 5)

    async with house.transaction() as tx:
        assert identity.is_frozen(tx)
        assert (await identity.policy(tx, SERUM.gtin)).issued == 0


async def test_i15_a_restore_of_ssccs_is_seen_too_and_those_given_again_as_well(house: Database) -> None:
    async def numbered(count: int) -> list[str]:
        async with house.transaction() as tx:
            return await identity.allocate_ssccs(tx, "9521234", count, extension="3", actor=ACTOR, now=NOW)

    first = await numbered(10)
    async with house.transaction() as tx:
        await tx.execute("update identity_sscc set issued = 4")

    with pytest.raises(IssuingFrozen):
        await numbered(1)
    done = await reconcile(house)

    assert done.gaps == (marks.Ahead("sscc", "9521234", 3, 6),)
    assert not set(first) & set(await numbered(10))


async def test_reconciling_moves_past_all_that_has_left_and_begins_an_epoch(house: Database) -> None:
    kept = await lend(house, SERUM.gtin, 100)
    await lend(house, SERUM.gtin, 100)
    await go_back(house, 100)
    async with house.transaction() as tx:
        preview = await identity.compare(tx, now=NOW)

    done = await reconcile(house)
    lease = await lend(house, SERUM.gtin, 10)
    async with house.transaction() as tx:
        after = await identity.differs(tx)
        ledger = await identity.ledger(tx, SERUM.gtin)

    assert done == marks.Reconciliation(2, preview.ahead, 0)
    assert (lease.first, lease.epoch, kept.epoch) == (200, 2, 1)
    assert (after.is_frozen, after.epoch_here, after.epoch_outside) == (False, 2, 2)
    assert (ledger.lent, ledger.passed_over) == (110, 100)
    assert ("issuing.reconciled", "epoch 2") in await deeds(house)


async def test_going_back_behind_a_reconciliation_is_seen_by_the_epoch(house: Database) -> None:
    await lend(house, SERUM.gtin, 100)
    await go_back(house, 0)
    with pytest.raises(IssuingFrozen):
        await lend(house, SERUM.gtin, 1)
    await reconcile(house)
    async with house.transaction() as tx:
        await tx.execute("update base_installation set epoch = 1")

    async with house.transaction() as tx:
        assert "epoch 2 had begun already" in (await identity.compare(tx, now=NOW)).why
    assert (await reconcile(house)).epoch == 3


async def test_a_product_that_the_restored_database_does_not_know_yet_begins_past_what_has_left(
    house: Database,
) -> None:
    assert house.folder is not None
    key = serial_key(MINT.gtin, 0)
    book_in(house.folder).write(Granted({key: 30}))
    async with house.transaction() as tx:
        await identity.compare(tx, now=NOW)
    await reconcile(house)

    await keep(house, MINT)

    assert (await lend(house, MINT.gtin, 5)).first == 30


async def test_a_healthy_installation_has_nothing_to_reconcile(house: Database) -> None:
    await lend(house, SERUM.gtin, 5)

    with pytest.raises(identity.marks.NothingToReconcile):
        await reconcile(house)
    with pytest.raises(identity.marks.ReasonMissing):
        async with house.transaction() as tx:
            await identity.reconcile(tx, "  ", actor=ACTOR, now=NOW)


async def test_a_damaged_journal_freezes_until_somebody_has_looked(house: Database) -> None:
    assert house.folder is not None
    await lend(house, SERUM.gtin, 5)
    await lend(house, SERUM.gtin, 5)
    path = book_in(house.folder).journal.path
    content = bytearray(path.read_bytes())
    content[20] ^= 1
    path.write_bytes(content)

    with pytest.raises(IssuingFrozen, match=r"line 1 of .* is damaged"):
        await lend(house, SERUM.gtin, 5)
    await reconcile(house)

    assert (await lend(house, SERUM.gtin, 5)).first == 10


async def test_without_a_data_folder_nothing_is_issued(house: Database) -> None:
    bare = await Database.open(house.dsn, max_size=1, allow_unsafe=True)
    try:
        with pytest.raises(marks.NoDataFolder):
            await lend(bare, SERUM.gtin, 5)
        async with bare.transaction() as tx:
            assert not identity.is_frozen(tx)
            assert (await epoch(tx), (await identity.differs(tx)).is_frozen) == (1, False)
    finally:
        await bare.close()


async def test_the_journal_stays_small_and_says_the_same(
    house: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert house.folder is not None
    monkeypatch.setattr("seriatim.identity.marks.book.COMPACT_BYTES", 2_000)
    for _ in range(40):
        await lend(house, SERUM.gtin, 2)

    assert book_in(house.folder).journal.path.stat().st_size < 2_500
    assert book_in(house.folder).look().granted == {KEY: 80}


async def test_numbers_from_outside_have_marks_of_their_own_and_are_passed_over_too(house: Database) -> None:
    assert house.folder is not None
    await lend(house, SERUM.gtin, 10)
    numbers = io.BytesIO(b"".join(b"EXT%05d\n" % number for number in range(50)))
    async with house.transaction() as tx:
        await identity.rotate(tx, SERUM.gtin, reason="pool", source="imported", actor=ACTOR, now=NOW)
        await identity.import_numbers(
            tx, SERUM.gtin, numbers, issuer="Authority", actor=ACTOR, now=NOW, master_key=MASTER
        )
    key = serial_key(SERUM.gtin, 1)
    await lend(house, SERUM.gtin, 5)
    book_in(house.folder).write(Asked({key: 20}))
    after_doubt = await lend(house, SERUM.gtin, 5)
    book_in(house.folder).write(Granted({key: 900}))

    with pytest.raises(IssuingFrozen):
        await lend(house, SERUM.gtin, 5)
    await reconcile(house)

    assert (after_doubt.generation, after_doubt.first) == (1, 20)
    with pytest.raises(identity.SerialsExhausted):
        await lend(house, SERUM.gtin, 1)


async def test_leases_that_are_taken_at_once_leave_no_gap(house: Database) -> None:
    taken = await asyncio.gather(*(lend(house, SERUM.gtin, 3) for _ in range(30)))

    assert sorted(lease.first for lease in taken) == list(range(0, 90, 3))


async def test_nobody_may_say_that_a_code_is_not_ours_while_the_database_lacks_some(house: Database) -> None:
    await lend(house, SERUM.gtin, 100)
    lost = await lend(house, SERUM.gtin, 100)
    async with house.transaction() as tx:
        serial, other = (await identity.serials_in(tx, lost, MASTER))[:2]
    stranger = ("B" if serial[0] == "A" else "A") + serial[1:]

    async def origin(text: str) -> identity.Provenance:
        async with house.transaction() as tx:
            return await identity.provenance(tx, SERUM.gtin, text, MASTER)

    before = [await origin(serial), await origin(stranger)]
    await go_back(house, 100)
    async with house.transaction() as tx:
        await identity.compare(tx, now=NOW)
    frozen = [await origin(serial), await origin(stranger)]
    await reconcile(house)
    after = [await origin(other), await origin(stranger)]

    assert [(one.lease is None, one.is_in_doubt) for one in before] == [(False, False), (True, False)]
    assert [(one.lease is None, one.is_in_doubt) for one in frozen] == [(True, True), (True, True)]
    assert [(one.lease is None, one.is_in_doubt) for one in after] == [(True, True), (True, False)]
    async with house.transaction() as tx:
        assert len((await identity.leases(tx, LeaseFilter(gtin=SERUM.gtin))).items) == 1
    assert access.SYSTEM.kind == "system"


def test_keys_name_what_they_count() -> None:
    assert (KEY, sscc_key("9521234", "3")) == ("serial/09506000134352/0", "sscc/9521234/3")
