"""The life of a lease in the database: every step once, in its order, and the ledger adds up at any time."""

import asyncio
from datetime import timedelta

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.factories.identities import ACTOR, MASTER, NOW, SERUM, deeds, keep, lend

from seriatim import identity
from seriatim.base.db import Database
from seriatim.identity import BadField, BadUse, Lease, LeaseEnded, LeaseExpired, LeaseFilter
from seriatim.identity.leases.model import EndState, ledger_of

pytestmark = pytest.mark.anyio
LATER = NOW + timedelta(days=31)


async def acknowledge(db: Database, lease: Lease, used: int = 0, at: timedelta = timedelta(0)) -> Lease:
    async with db.transaction() as tx:
        return await identity.acknowledge_lease(tx, lease.id, used=used, actor=ACTOR, now=NOW + at)


async def end(
    db: Database, lease: Lease, state: EndState, used: int | None = None, reason: str = ""
) -> Lease:
    async with db.transaction() as tx:
        return await identity.end_lease(
            tx, lease.id, state, used=used, reason=reason, actor=ACTOR, now=NOW + timedelta(hours=1)
        )


async def expire(db: Database, limit: int = 1_000) -> int:
    async with db.transaction() as tx:
        return await identity.expire_leases(tx, now=LATER, limit=limit)


async def ledger(db: Database, order: str | None = None) -> identity.Ledger:
    async with db.transaction() as tx:
        return await identity.ledger(tx, SERUM.gtin, order)


async def known(db: Database, lease: Lease) -> Lease:
    async with db.transaction() as tx:
        return await identity.known_lease(tx, lease.id)


async def test_a_line_acknowledges_its_lease_and_tells_how_far_it_has_come(db: Database) -> None:
    await keep(db, SERUM)
    lease = await lend(db, SERUM.gtin, 100)

    first = await acknowledge(db, lease)
    again = await acknowledge(db, lease, at=timedelta(hours=1))
    further = await acknowledge(db, lease, used=40, at=timedelta(hours=2))
    late = await acknowledge(db, lease, used=30, at=timedelta(hours=3))

    assert (first.state, first.acknowledged_at, first.used, first.left) == ("acknowledged", NOW, 0, 100)
    assert again == first
    assert (further.used, further.left, further.told_at) == (40, 60, NOW + timedelta(hours=2))
    assert late == further
    assert [deed for deed, _ in await deeds(db)].count("lease.acknowledged") == 1


@pytest.mark.parametrize("used", [-1, 101])
async def test_more_than_a_lease_holds_cannot_be_used(db: Database, used: int) -> None:
    await keep(db, SERUM)
    lease = await lend(db, SERUM.gtin, 100)

    with pytest.raises(BadUse):
        await acknowledge(db, lease, used=used)
    with pytest.raises(BadUse):
        await end(db, lease, "used", used=used)


async def test_a_lease_ends_with_what_was_used_and_its_rest_is_a_gap(db: Database) -> None:
    await keep(db, SERUM)
    used, returned, void = [await lend(db, SERUM.gtin, 100) for _ in range(3)]
    open_one = await lend(db, SERUM.gtin, 100, order="4712")
    await acknowledge(db, returned, used=20)
    await acknowledge(db, open_one, used=5)

    await end(db, used, "used", used=90)
    await end(db, returned, "returned", used=30)
    voided = await end(db, void, "void", reason="The roll was lost.")
    told = await ledger(db)

    assert (voided.used, voided.reason) == (0, "The roll was lost.")
    assert (told.lent, told.used, told.void, told.returned, told.in_flight) == (400, 125, 110, 70, 95)
    assert told.adds_up
    of_order = await ledger(db, "4712")
    assert (of_order.lent, of_order.used, of_order.in_flight, of_order.void) == (100, 5, 95, 0)
    assert (await lend(db, SERUM.gtin, 1)).first == 400


async def test_saying_the_same_end_twice_changes_nothing_and_another_one_is_refused(db: Database) -> None:
    await keep(db, SERUM)
    lease = await lend(db, SERUM.gtin, 100)
    ended = await end(db, lease, "returned", used=30)

    assert await end(db, lease, "returned", used=30) == ended
    assert await end(db, lease, "returned") == ended
    for state, used in (("returned", 31), ("used", 30), ("used", None)):
        with pytest.raises(LeaseEnded, match="is returned already, with 30 of 100 used"):
            await end(db, lease, state, used=used)  # type: ignore[arg-type]
    with pytest.raises(LeaseEnded):
        await acknowledge(db, lease, used=40)
    assert [deed for deed, _ in await deeds(db)].count("lease.returned") == 1


async def test_what_the_line_has_told_of_cannot_be_taken_back(db: Database) -> None:
    await keep(db, SERUM)
    lease = await lend(db, SERUM.gtin, 100)
    await acknowledge(db, lease, used=40)

    with pytest.raises(BadUse, match="40 are known to be"):
        await end(db, lease, "returned", used=39)
    assert (await end(db, lease, "returned")).used == 40


async def test_to_make_a_lease_void_takes_a_reason(db: Database) -> None:
    await keep(db, SERUM)
    lease = await lend(db, SERUM.gtin, 100)

    for reason in ("", "  ", "x" * 501):
        with pytest.raises(BadField):
            await end(db, lease, "void", reason=reason)


async def test_leases_past_their_time_expire_in_batches_and_are_ended_later(db: Database) -> None:
    await keep(db, SERUM)
    leases = [await lend(db, SERUM.gtin, 10) for _ in range(5)]
    await end(db, leases[0], "used")
    await acknowledge(db, leases[1], used=4)

    batches = [await expire(db, limit=3), await expire(db, limit=3), await expire(db, limit=3)]
    told = await ledger(db)
    expired = await known(db, leases[1])
    late = await end(db, leases[1], "used", used=9)

    assert batches == [3, 1, 0]
    assert (told.in_flight, told.expired) == (36, 36)
    assert (expired.state, expired.left, expired.is_printable(NOW)) == ("expired", 0, False)
    assert (late.state, late.used) == ("used", 9)
    assert (await ledger(db)).in_flight == 30


async def test_a_lease_past_its_time_cannot_be_acknowledged_any_more(db: Database) -> None:
    await keep(db, SERUM)
    lease = await lend(db, SERUM.gtin, 10)

    with pytest.raises(LeaseExpired):
        await acknowledge(db, lease, at=timedelta(days=30))
    await expire(db)
    with pytest.raises(LeaseExpired):
        await acknowledge(db, lease)


async def test_workers_that_expire_at_once_share_the_work(db: Database) -> None:
    await keep(db, SERUM)
    for _ in range(20):
        await lend(db, SERUM.gtin, 1)

    assert sum(await asyncio.gather(*(expire(db, limit=8) for _ in range(4)))) == 20


async def test_several_blocks_are_one_deed_and_follow_each_other(db: Database) -> None:
    await keep(db, SERUM)
    async with db.transaction() as tx:
        blocks = await identity.lease_blocks(
            tx, SERUM.gtin, [3, 5, 2], line="L3", order_number="1", actor=ACTOR, now=NOW, master_key=MASTER
        )

    assert [(one.first, one.past) for one in blocks] == [(0, 3), (3, 8), (8, 10)]
    assert (await deeds(db))[-1] == ("lease.granted", "3 leases")
    async with db.transaction() as tx:
        for counts in ([], [1] * 1_001, [0], [10_000_000, 1]):
            with pytest.raises(BadField):
                await identity.lease_blocks(
                    tx, SERUM.gtin, counts, line="L", order_number="", actor=ACTOR, now=NOW, master_key=MASTER
                )


async def test_leases_are_listed_by_their_state(db: Database) -> None:
    await keep(db, SERUM)
    lease = await lend(db, SERUM.gtin, 10)
    await lend(db, SERUM.gtin, 10)
    await acknowledge(db, lease)

    async with db.transaction() as tx:
        listed = await identity.leases(tx, LeaseFilter(state="acknowledged"))

    assert [one.id for one in listed.items] == [lease.id]


@pytest.mark.parametrize(
    "change",
    [
        "state = 'granted'",
        "state = 'acknowledged', acknowledged_at = now()",
        "state = 'used', ended_at = now()",
        "used = 5",
        "reason = 'other'",
    ],
)
async def test_the_database_itself_keeps_an_ended_lease_as_it_is(db: Database, change: str) -> None:
    await keep(db, SERUM)
    lease = await lend(db, SERUM.gtin, 10)
    await end(db, lease, "returned", used=3)

    with pytest.raises(asyncpg.RestrictViolationError):
        async with db.transaction() as tx:
            await tx.execute(f"update identity_lease set {change}")


@pytest.mark.parametrize(
    "change",
    [
        "past = past + 1",
        "first = first + 1",
        "line = 'L9'",
        "epoch = 2",
        "used = 11, told_at = now()",
        "used = 5",
        "state = 'void', ended_at = now()",
        "state = 'used'",
        "state = 'acknowledged'",
        "state = 'expired', expired_at = granted_at",
        "state = 'lost'",
    ],
)
async def test_the_database_itself_refuses_a_step_that_is_none(db: Database, change: str) -> None:
    await keep(db, SERUM)
    await lend(db, SERUM.gtin, 10)

    with pytest.raises((asyncpg.RestrictViolationError, asyncpg.CheckViolationError)):
        async with db.transaction() as tx:
            await tx.execute(f"update identity_lease set {change}")
    with pytest.raises(asyncpg.RestrictViolationError):
        async with db.transaction() as tx:
            await tx.execute("delete from identity_lease")


STEPS = st.tuples(
    st.integers(0, 4),
    st.sampled_from(["acknowledge", "used", "returned", "void", "expire"]),
    st.integers(0, 12),
)


@given(steps=st.lists(STEPS, max_size=12))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_I2_whatever_is_said_in_whatever_order_the_ledger_adds_up_as_a_slow_one_does(
    db: Database, steps: list[tuple[int, str, int]]
) -> None:
    async with db.transaction() as tx:
        await identity.save_products(tx, [SERUM], actor=ACTOR, now=NOW)
    leases = [await lend(db, SERUM.gtin, 10, order="now") for _ in range(5)]

    for which, step, used in steps:
        try:
            if step == "acknowledge":
                await acknowledge(db, leases[which], used=used)
            elif step == "expire":
                await expire(db, limit=1)
            else:
                await end(db, leases[which], step, used=used, reason="why")  # type: ignore[arg-type]
        except (BadUse, LeaseEnded, LeaseExpired):
            continue
    async with db.transaction() as tx:
        every = (await identity.leases(tx, LeaseFilter(gtin=SERUM.gtin), limit=1_000)).items
    told = await ledger(db)

    assert told == ledger_of(every, SERUM.gtin)
    assert told.lent == told.used + told.void + told.returned + told.in_flight
