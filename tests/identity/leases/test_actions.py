"""Leases in the database."""

import asyncio
import csv
import io
import itertools
from collections.abc import Sequence
from datetime import timedelta

import asyncpg
import pytest
from tests.factories.identities import (
    ACTOR,
    MASTER,
    MINT,
    NOW,
    SERUM,
    deeds,
    in_digits,
    keep,
    lend,
)

from seriatim import identity
from seriatim.base import limits
from seriatim.base.db import Database
from seriatim.base.errors import NotFound
from seriatim.identity import BadField, Lease, LeaseFilter
from seriatim.identity.leases import store
from seriatim.identity.leases.model import EndState

pytestmark = pytest.mark.anyio


async def test_leading_zeros_survive_the_database_and_csv(db: Database) -> None:
    await keep(db, MINT)
    await in_digits(db, MINT.gtin, 7)
    lease = await lend(db, MINT.gtin, 1_000)
    async with db.transaction() as tx:
        policy = await identity.policy(tx, MINT.gtin)
    serials = identity.serials_of(lease, policy, MASTER)

    sheet = io.StringIO()
    csv.writer(sheet).writerows((lease.gtin, serial) for serial in serials)
    sheet.seek(0)

    assert lease.gtin == "00012345678905"
    assert [tuple(row) for row in csv.reader(sheet)] == [("00012345678905", serial) for serial in serials]
    assert any(serial.startswith("0") for serial in serials)
    async with db.transaction() as tx:
        leases = [await identity.issued_to(tx, "012345678905", serial, MASTER) for serial in serials[:20]]
    assert leases == [lease] * 20


async def test_leases_follow_each_other_and_are_in_the_audit_trail(db: Database) -> None:
    await keep(db, SERUM)

    first = await lend(db, SERUM.gtin, 1_200)
    second = await lend(db, SERUM.gtin, 5, line="L4", order="4712")

    assert (first.first, first.past, second.first, second.past) == (0, 1_200, 1_200, 1_205)
    assert (first.state, first.expires_at - first.granted_at) == ("granted", timedelta(days=30))
    assert await deeds(db) == [
        ("products.saved", SERUM.gtin),
        ("lease.granted", first.id),
        ("lease.granted", second.id),
    ]


async def test_no_lease_without_its_audit_row(db: Database) -> None:
    await keep(db, SERUM)
    async with db.transaction() as tx:
        await tx.execute("alter table access_audit add constraint full_up check (deed <> 'lease.granted')")

    with pytest.raises(asyncpg.CheckViolationError):
        await lend(db, SERUM.gtin, 10)

    async with db.transaction() as tx:
        assert (await identity.policy(tx, SERUM.gtin)).issued == 0


async def test_an_unknown_product_gets_no_lease(db: Database) -> None:
    with pytest.raises(NotFound):
        await lend(db, SERUM.gtin, 1)


@pytest.mark.parametrize(
    ("count", "line"), [(0, "L3"), (limits.LEASE_UNITS_MAX + 1, "L3"), (1, ""), (1, "L\0")]
)
async def test_a_lease_out_of_its_bounds_is_refused(db: Database, count: int, line: str) -> None:
    await keep(db, SERUM)

    with pytest.raises(BadField):
        await lend(db, SERUM.gtin, count, line)


async def test_a_lease_that_ends_before_it_begins_is_refused(db: Database) -> None:
    await keep(db, SERUM)

    with pytest.raises(BadField):
        async with db.transaction() as tx:
            await identity.lease(
                tx,
                SERUM.gtin,
                1,
                line="L3",
                order_number="",
                actor=ACTOR,
                now=NOW,
                master_key=MASTER,
                valid_for=timedelta(0),
            )


async def test_the_database_itself_refuses_a_serial_leased_twice(db: Database) -> None:
    await keep(db, SERUM, MINT)
    await lend(db, SERUM.gtin, 100)
    await lend(db, MINT.gtin, 100)

    for first, past in ((99, 101), (0, 100), (10, 20), (0, 1_000)):
        with pytest.raises(asyncpg.IntegrityConstraintViolationError):
            async with db.transaction() as tx:
                await tx.execute(
                    "insert into identity_lease (id, gtin, generation, first, past, line, order_number, state, "
                    "granted_at, expires_at) values (gen_random_uuid(), $1, 0, $2, $3, '', '', 'granted', now(), now())",
                    SERUM.gtin,
                    first,
                    past,
                )


async def test_a_hundred_leases_of_each_of_four_tasks_never_overlap(db: Database) -> None:
    await keep(db, SERUM)

    async def line(name: str) -> list[Lease]:
        return [await lend(db, SERUM.gtin, 7 + i % 5, line=name) for i in range(100)]

    taken = await asyncio.gather(*(line(f"L{n}") for n in range(4)))

    leases = sorted((lease for leases in taken for lease in leases), key=lambda lease: lease.first)
    assert without_overlap(leases)
    assert [a.past for a in leases[:-1]] == [b.first for b in leases[1:]]


async def test_work_that_is_undone_takes_no_serials(db: Database) -> None:
    await keep(db, SERUM)

    async def printer_on_fire() -> None:
        async with db.transaction() as tx:
            await identity.lease(
                tx, SERUM.gtin, 10, line="L3", order_number="", actor=ACTOR, now=NOW, master_key=MASTER
            )
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await printer_on_fire()

    assert (await lend(db, SERUM.gtin, 10)).first == 0


async def test_a_lease_ends_once(db: Database) -> None:
    await keep(db, SERUM)
    lease = await lend(db, SERUM.gtin, 10)

    async with db.transaction() as tx:
        used = await identity.end_lease(tx, lease.id, "used", actor=ACTOR, now=NOW)
        assert await identity.end_lease(tx, lease.id, "used", actor=ACTOR, now=NOW) == used
        assert await identity.known_lease(tx, lease.id) == used
        with pytest.raises(identity.LeaseEnded, match="is used already"):
            await identity.end_lease(tx, lease.id, "void", reason="lost", actor=ACTOR, now=NOW)
        with pytest.raises(BadField):
            await identity.end_lease(tx, lease.id, "granted", actor=ACTOR, now=NOW)  # type: ignore[arg-type]
        for unknown in ("nonsense", "019e6fdb-7800-7000-8000-000000000000"):
            with pytest.raises(NotFound):
                await identity.end_lease(tx, unknown, "used", actor=ACTOR, now=NOW)

    assert used.state == "used"
    assert (await deeds(db))[-1] == ("lease.used", lease.id)


@pytest.mark.parametrize("state", ["returned", "void"])
async def test_what_was_not_used_of_a_lease_is_never_leased_again(db: Database, state: EndState) -> None:
    await keep(db, SERUM)
    lease = await lend(db, SERUM.gtin, 10)

    async with db.transaction() as tx:
        await identity.end_lease(tx, lease.id, state, reason="The order was cut.", actor=ACTOR, now=NOW)

    assert (await lend(db, SERUM.gtin, 10)).first == 10


async def test_leases_are_listed_newest_first_by_product_line_and_order(db: Database) -> None:
    await keep(db, SERUM, MINT)
    a = await lend(db, SERUM.gtin, 1, line="L3", order="1")
    b = await lend(db, MINT.gtin, 1, line="L3", order="2")
    c = await lend(db, SERUM.gtin, 1, line="L4", order="2")
    newest_first = sorted((a, b, c), key=lambda lease: lease.id, reverse=True)

    async def listed(**which: str) -> set[str]:
        async with db.transaction() as tx:
            return {lease.id for lease in (await identity.leases(tx, LeaseFilter(**which))).items}

    async with db.transaction() as tx:
        assert (await identity.leases(tx, LeaseFilter())).items == newest_first
        assert (await identity.leases(tx, LeaseFilter(), before=newest_first[0].id)).items == newest_first[1:]
    assert await listed(gtin=SERUM.gtin) == {a.id, c.id}
    assert await listed(line="L3") == {a.id, b.id}
    assert await listed(order_number="2", gtin=SERUM.gtin) == {c.id}


async def test_a_serial_tells_its_lease(db: Database) -> None:
    await keep(db, SERUM, MINT)
    leases = [await lend(db, gtin, 500) for gtin in (SERUM.gtin, MINT.gtin, SERUM.gtin)]

    async with db.transaction() as tx:
        for lease in leases:
            serials = identity.serials_of(lease, await identity.policy(tx, lease.gtin), MASTER)
            for serial in (serials[0], serials[250], serials[-1]):
                assert await identity.issued_to(tx, lease.gtin, serial, MASTER) == lease
        other = identity.serials_of(leases[1], await identity.policy(tx, MINT.gtin), MASTER)[0]
        assert await identity.issued_to(tx, SERUM.gtin, other, MASTER) is None
        assert await identity.issued_to(tx, MINT.gtin, other, bytes(32)) is None


@pytest.mark.parametrize(
    "serial", ["", "222222222222", "ZZZZZZZZZZZZ", "zzzzzzzzzzzz", "1", "A" * 20, "²" * 12]
)
async def test_a_serial_never_issued_has_no_lease(db: Database, serial: str) -> None:
    await keep(db, SERUM)
    await lend(db, SERUM.gtin, 500)

    async with db.transaction() as tx:
        assert await identity.issued_to(tx, SERUM.gtin, serial, MASTER) is None
        assert await identity.issued_to(tx, "09521234543213", serial, MASTER) is None


async def test_the_runway_shortens_as_leasing_goes_faster(db: Database) -> None:
    await keep(db, SERUM)
    await in_digits(db, SERUM.gtin, 7)
    await lend(db, SERUM.gtin, 100)
    async with db.transaction() as tx:
        slow = await identity.runway(tx, SERUM.gtin, now=NOW, over=timedelta(days=10))
    await lend(db, SERUM.gtin, 200)
    async with db.transaction() as tx:
        fast = await identity.runway(tx, SERUM.gtin, now=NOW, over=timedelta(days=10))
        quiet = await identity.runway(tx, SERUM.gtin, now=NOW + timedelta(days=11), over=timedelta(days=10))

    assert (slow.leased_per_day, slow.left, slow.ends_at) == (10.0, 900, NOW + timedelta(days=90))
    assert (fast.leased_per_day, fast.left) == (30.0, 700)
    assert fast.ends_at is not None
    assert fast.ends_at < NOW + timedelta(days=24)
    assert (quiet.leased_per_day, quiet.ends_at) == (0.0, None)


def without_overlap(leases: Sequence[Lease]) -> bool:
    ordered = sorted(leases, key=lambda lease: lease.first)
    return all(a.past <= b.first for a, b in itertools.pairwise(ordered))


async def test_a_scanned_serial_is_looked_up_by_the_index_of_leases(db: Database) -> None:
    await keep(db, SERUM)
    async with db.transaction() as tx:
        await tx.execute(
            "insert into identity_lease (id, gtin, generation, first, past, line, order_number, state, granted_at, "
            "expires_at) select gen_random_uuid(), $1, 0, i * 10, i * 10 + 10, 'L', '', 'granted', now(), now() "
            "from generate_series(0, 4999) i",
            SERUM.gtin,
        )
        await tx.execute("analyze identity_lease")
        plan = await tx.rows(f"explain {store.SQL.lease_of}", SERUM.gtin, "X", [0], [31_416], [True])

    text = "\n".join(row[0] for row in plan)
    assert "Seq Scan" not in text
    assert "identity_lease_gtin_generation_first_key" in text
