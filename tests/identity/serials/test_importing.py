"""Numbers from outside: checked line by line, kept all or none, leased in their order, never twice."""

import asyncio
import io
import random
from datetime import datetime, timedelta
from typing import Any

import asyncpg
import pytest
from tests.factories.identities import ACTOR, MASTER, NOW, SERUM, deeds, keep, lend

from seriatim import identity
from seriatim.base import limits
from seriatim.base.db import Database
from seriatim.base.errors import NotFound, TooLarge
from seriatim.identity import BadField, Lease, NumberList

pytestmark = pytest.mark.anyio

GTIN = SERUM.gtin


async def to_lists(db: Database) -> None:
    async with db.transaction() as tx:
        await identity.rotate(
            tx, GTIN, reason="the authority numbers", source="imported", actor=ACTOR, now=NOW
        )


async def bring(
    db: Database, numbers: list[str] | bytes, *, expires_at: datetime | None = None, now: datetime = NOW
) -> NumberList:
    data = numbers if isinstance(numbers, bytes) else "\n".join(numbers).encode()
    async with db.transaction() as tx:
        return await identity.import_numbers(
            tx,
            GTIN,
            io.BytesIO(data),
            issuer="ID Issuer",
            expires_at=expires_at,
            actor=ACTOR,
            now=now,
            master_key=MASTER,
        )


async def refused(db: Database, numbers: list[str] | bytes) -> dict[str, Any]:
    with pytest.raises(identity.NumbersRefused) as caught:
        await bring(db, numbers)
    return dict(caught.value.facts)


async def serials_in(db: Database, lease: Lease) -> list[str]:
    async with db.transaction() as tx:
        return await identity.serials_in(tx, lease, MASTER)


async def lend_at(db: Database, count: int, now: datetime) -> Lease:
    async with db.transaction() as tx:
        return await identity.lease(
            tx, GTIN, count, line="L3", order_number="1", actor=ACTOR, now=now, master_key=MASTER
        )


@pytest.fixture
async def pool(db: Database) -> Database:
    await keep(db, SERUM)
    await to_lists(db)
    return db


async def test_numbers_are_leased_in_the_order_of_their_files_and_told_by_a_look_up(pool: Database) -> None:
    first = await bring(pool, ["b/2", "a(1)", "007", "7"])
    second = await bring(pool, ["Z9"])

    leases = [await lend(pool, GTIN, count) for count in (3, 2)]

    assert ((first.first, first.past), (second.first, second.past)) == ((0, 4), (4, 5))
    assert [await serials_in(pool, lease) for lease in leases] == [["b/2", "a(1)", "007"], ["7", "Z9"]]
    async with pool.transaction() as tx:
        assert await identity.issued_to(tx, GTIN, "007", MASTER) == leases[0]
        assert await identity.issued_to(tx, GTIN, "Z9", MASTER) == leases[1]
        assert await identity.issued_to(tx, GTIN, "z9", MASTER) is None
        with pytest.raises(ValueError, match="from outside"):
            identity.serials_of(leases[0], await identity.policy(tx, GTIN), MASTER)
    with pytest.raises(identity.SerialsExhausted, match="Import more numbers"):
        await lend(pool, GTIN, 1)
    assert ("serial_numbers.imported", GTIN) in await deeds(pool)


async def test_a_number_that_no_lease_took_yet_was_issued_to_nobody(pool: Database) -> None:
    await bring(pool, ["A1", "A2"])
    await lend(pool, GTIN, 1)

    async with pool.transaction() as tx:
        assert await identity.issued_to(tx, GTIN, "A2", MASTER) is None


async def test_all_faults_of_a_file_are_told_at_once_and_nothing_is_kept(pool: Database) -> None:
    await bring(pool, ["OLD1"])
    longest = "x" * 20

    facts = await refused(pool, ["A1", "", "OLD1", "A1", "Ä2", longest, longest + "x", "A 3", "A1\t"])

    assert facts == {
        "fault_count": 6,
        "counts": {"bad_number": 4, "twice_in_file": 1, "imported_before": 1},
        "faults": [
            {"line": 3, "number": "OLD1", "code": "imported_before"},
            {"line": 4, "number": "A1", "code": "twice_in_file"},
            {"line": 5, "number": "Ä2", "code": "bad_number"},
            {"line": 7, "number": longest + "x", "code": "bad_number"},
            {"line": 8, "number": "A 3", "code": "bad_number"},
            {"line": 9, "number": "A1\t", "code": "bad_number"},
        ],
    }
    async with pool.transaction() as tx:
        assert len(await identity.number_lists(tx, GTIN)) == 1
        assert (await identity.policy(tx, GTIN)).numbers == 1


async def test_of_many_faults_the_first_thousand_are_told_and_all_are_counted(pool: Database) -> None:
    facts = await refused(pool, ["A 1"] * 700 + ["B1"] * 5_000)

    assert (facts["fault_count"], facts["counts"]) == (5_699, {"bad_number": 700, "twice_in_file": 4_999})
    assert [fault["line"] for fault in facts["faults"]] == [*range(1, 701), *range(702, 1_002)]


@pytest.mark.parametrize("data", [b"", b"\n\n\r\n", b"\xef\xbb\xbf"])
async def test_a_file_without_numbers_is_refused(pool: Database, data: bytes) -> None:
    assert await refused(pool, data) == {"fault_count": 0, "counts": {}, "faults": []}


@pytest.mark.parametrize(
    "data", [b"A1\r\nA2\r\n", b"\xef\xbb\xbfA1\nA2", b"\nA1\n\nA2\r", b"A1\nA2\n\n", b"A1\nA2\r\n"]
)
async def test_a_file_is_read_whatever_its_line_ends(pool: Database, data: bytes) -> None:
    kept = await bring(pool, data)

    assert (kept.count, await serials_in(pool, await lend(pool, GTIN, 2))) == (2, ["A1", "A2"])


@pytest.mark.parametrize("data", [b"A1\0\nA2", b"\0" * 3_000_000, b"x" * 5_000_000, b"\xff\xfe\nA1"])
async def test_a_file_that_is_no_text_is_refused_in_small_memory(pool: Database, data: bytes) -> None:
    facts = await refused(pool, data)

    assert (facts["fault_count"], facts["faults"][0]["line"]) == (1, 1)
    assert len(facts["faults"][0]["number"]) <= 40


async def test_a_serial_that_a_key_of_ours_has_issued_is_refused(db: Database) -> None:
    await keep(db, SERUM)
    issued = await serials_in(db, await lend(db, GTIN, 50))
    async with db.transaction() as tx:
        not_yet = identity.serials.serials_of_counters(range(50, 52), await identity.policy(tx, GTIN), MASTER)
    await to_lists(db)

    facts = await refused(db, ["A1", issued[49], *not_yet, issued[0]])
    await bring(db, not_yet)

    assert facts["counts"] == {"issued_before": 2}
    assert [fault["line"] for fault in facts["faults"]] == [2, 5]


async def test_a_keyed_generation_after_an_import_never_issues_an_imported_number(pool: Database) -> None:
    async with pool.transaction() as tx:
        policy = await identity.policy(tx, GTIN)
    to_come = identity.SerialPolicy(GTIN, generation=2)
    imported = [identity.serials.serials_of_counters(range(30), to_come, MASTER)[i] for i in (0, 3, 4, 29)]
    await bring(pool, [*imported, "A1"])
    await lend(pool, GTIN, 2)
    async with pool.transaction() as tx:
        policy = await identity.rotate(tx, GTIN, reason="our own again", actor=ACTOR, now=NOW)

    lease = await lend(pool, GTIN, 30)

    made = await serials_in(pool, lease)
    assert (policy.generation, lease.count, lease.past) == (2, 30, 34)
    assert lease.voided == ((0, 1), (3, 5), (29, 30))
    assert (len(set(made)), set(made) & set(imported)) == (30, set())
    async with pool.transaction() as tx:
        assert [await identity.issued_to(tx, GTIN, serial, MASTER) for serial in made] == [lease] * 30
        of_the_list = await identity.issued_to(tx, GTIN, imported[0], MASTER)
        assert of_the_list is not None
        assert (of_the_list.generation, of_the_list.first) == (1, 0)
        assert await identity.issued_to(tx, GTIN, imported[2], MASTER) is None


async def test_numbers_out_of_date_are_passed_over_and_a_lease_ends_with_its_numbers(pool: Database) -> None:
    soon, later = NOW + timedelta(days=3), NOW + timedelta(days=10)
    await bring(pool, ["A1", "A2", "A3"], expires_at=soon)
    await bring(pool, ["B1"], expires_at=later)
    await bring(pool, ["C1", "C2"])
    first = await lend_at(pool, 1, NOW)

    second = await lend_at(pool, 2, soon)

    assert (first.expires_at, second.expires_at) == (soon, later)
    assert (second.first, second.past, second.voided, second.count) == (1, 5, ((1, 3),), 2)
    assert await serials_in(pool, second) == ["B1", "C1"]
    with pytest.raises(identity.SerialsExhausted) as caught:
        await lend_at(pool, 2, soon)
    assert caught.value.facts["left"] == 1
    async with pool.transaction() as tx:
        assert await identity.issued_to(tx, GTIN, "A2", MASTER) is None
        assert await identity.issued_to(tx, GTIN, "B1", MASTER) == second


async def test_a_list_in_the_middle_that_went_out_of_date_leaves_a_hole(pool: Database) -> None:
    await bring(pool, ["A1", "A2"])
    await bring(pool, ["B1", "B2"], expires_at=NOW + timedelta(days=1))
    await bring(pool, ["C1", "C2"])

    lease = await lend_at(pool, 3, NOW + timedelta(days=2))

    assert await serials_in(pool, lease) == ["A1", "A2", "C1"]
    async with pool.transaction() as tx:
        issued = (await identity.policy(tx, GTIN)).issued
    assert lease.count + sum(past - first for first, past in lease.voided) == issued == 5


async def test_the_runway_of_a_pool_leaves_out_what_is_out_of_date(pool: Database) -> None:
    await bring(pool, ["A1", "A2", "A3"], expires_at=NOW + timedelta(days=5))
    await bring(pool, ["B1", "B2"])
    await lend(pool, GTIN, 1)

    async with pool.transaction() as tx:
        now = await identity.runway(tx, GTIN, now=NOW)
        later = await identity.runway(tx, GTIN, now=NOW + timedelta(days=5))

    assert (now.left, later.left) == (4, 2)


async def test_the_lists_of_a_product_tell_level_and_age(pool: Database) -> None:
    await bring(pool, ["A1", "A2", "A3"], expires_at=NOW + timedelta(days=180))
    await bring(pool, ["B1"], now=NOW + timedelta(days=5))
    await lend(pool, GTIN, 2)

    async with pool.transaction() as tx:
        newer, older = await identity.number_lists(tx, GTIN)

    now = NOW + timedelta(days=30)
    assert (older.count, older.left, older.age(now).days, older.is_expired(now)) == (3, 1, 30, False)
    assert (newer.count, newer.left, newer.age(now).days) == (1, 1, 25)
    assert older.is_expired(NOW + timedelta(days=180))


async def test_a_product_that_makes_its_own_serials_takes_no_list(db: Database) -> None:
    await keep(db, SERUM)

    with pytest.raises(identity.NotImported):
        await bring(db, ["A1"])
    with pytest.raises(NotFound):
        async with db.transaction() as tx:
            await identity.import_numbers(
                tx,
                "09521234543213",
                io.BytesIO(b"A1"),
                issuer="x",
                actor=ACTOR,
                now=NOW,
                master_key=MASTER,
            )


@pytest.mark.parametrize(("issuer", "days"), [(" ", None), ("x" * 201, None), ("a\0", None), ("x", 0)])
async def test_a_list_without_an_issuer_or_out_of_date_already_is_refused(
    pool: Database, issuer: str, days: int | None
) -> None:
    with pytest.raises(BadField):
        async with pool.transaction() as tx:
            await identity.import_numbers(
                tx,
                GTIN,
                io.BytesIO(b"A1"),
                issuer=issuer,
                expires_at=None if days is None else NOW + timedelta(days=days),
                actor=ACTOR,
                now=NOW,
                master_key=MASTER,
            )


async def test_a_file_past_the_limit_is_refused(pool: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "IMPORTED_NUMBERS", 3)

    with pytest.raises(TooLarge, match="more than 3 numbers"):
        await bring(pool, ["A1", "A2", "A3", "A4"])


async def test_the_database_itself_refuses_a_number_twice_and_a_position_leased_twice(pool: Database) -> None:
    await bring(pool, ["A1", "A2"])
    await lend(pool, GTIN, 1)

    for statement in (
        f"insert into identity_listed_number values ('{GTIN}', 'A1', 1, 2)",
        "update identity_serial_policy set issued = 3 where generation = 1",
        (
            "insert into identity_number_list (id, gtin, generation, first, past, issuer, imported_at) "
            f"values (gen_random_uuid(), '{GTIN}', 1, 1, 3, 'x', now())"
        ),
        (
            "insert into identity_lease (id, gtin, generation, first, past, line, order_number, state, granted_at, "
            f"expires_at) values (gen_random_uuid(), '{GTIN}', 1, 0, 1, '', '', 'granted', now(), now())"
        ),
    ):
        with pytest.raises(asyncpg.IntegrityConstraintViolationError):
            async with pool.transaction() as tx:
                await tx.execute(statement)


async def test_two_imports_at_one_time_follow_each_other(pool: Database) -> None:
    rng = random.Random(7)
    files = [[f"{name}{rng.randrange(10**9)}" for _ in range(3_000)] for name in "ABCD"]

    kept = await asyncio.gather(*(bring(pool, file) for file in files))
    lease = await lend(pool, GTIN, 12_000)

    assert sorted((one.first, one.past) for one in kept) == [(i * 3_000, i * 3_000 + 3_000) for i in range(4)]
    assert set(await serials_in(pool, lease)) == {number for file in files for number in file}
