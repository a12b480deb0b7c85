"""Generations in the database: one issues, the others stay known, the law of capacity binds all of them."""

import asyncio

import asyncpg
import pytest
from tests.factories.identities import ACTOR, MASTER, NOW, SERUM, deeds, in_digits, keep, lend

from seriatim import identity
from seriatim.base.db import Database
from seriatim.base.errors import NotFound
from seriatim.identity import BadField, SerialForm
from seriatim.identity.serials.policy import SerialPolicy

pytestmark = pytest.mark.anyio

GTIN = SERUM.gtin
SEVEN = SerialForm(alphabet=identity.DIGITS, length=7)


async def rotate(
    db: Database, form: SerialForm | None = None, reason: str = "a key was seen"
) -> SerialPolicy:
    async with db.transaction() as tx:
        return await identity.rotate(tx, GTIN, reason=reason, form=form, actor=ACTOR, now=NOW)


async def printed(db: Database, count: int) -> list[str]:
    lease = await lend(db, GTIN, count)
    async with db.transaction() as tx:
        return await identity.serials_in(tx, lease, MASTER)


async def test_a_rotation_begins_a_count_and_key_of_its_own_and_keeps_the_older_serials_known(
    db: Database,
) -> None:
    await keep(db, SERUM)
    old_lease = await lend(db, GTIN, 50)
    async with db.transaction() as tx:
        old = identity.serials_of(old_lease, await identity.policy(tx, GTIN), MASTER)

    policy = await rotate(db, SerialForm(alphabet=identity.BASE28))
    new_lease = await lend(db, GTIN, 50, order="4712")

    assert (policy.generation, policy.issued, policy.issued_ever, policy.alphabet) == (
        1,
        0,
        50,
        identity.BASE28,
    )
    assert (policy.reason, policy.begun_at, policy.older[0].rotated_at) == ("a key was seen", NOW, NOW)
    assert (new_lease.generation, new_lease.first, new_lease.past) == (1, 0, 50)
    async with db.transaction() as tx:
        new = await identity.serials_in(tx, new_lease, MASTER)
        assert await identity.serials_in(tx, old_lease, MASTER) == old
        assert identity.serials_of(old_lease, await identity.policy(tx, GTIN), MASTER) == old
        assert [await identity.issued_to(tx, GTIN, serial, MASTER) for serial in old] == [old_lease] * 50
        assert [await identity.issued_to(tx, GTIN, serial, MASTER) for serial in new] == [new_lease] * 50
    assert (await deeds(db))[2] == ("serial_policy.rotated", GTIN)


async def test_a_rotation_says_why_and_needs_a_product(db: Database) -> None:
    await keep(db, SERUM)

    for reason in ("", "  ", "x" * 501, "a\0b"):
        with pytest.raises(BadField):
            await rotate(db, reason=reason)
    with pytest.raises(NotFound):
        async with db.transaction() as tx:
            await identity.rotate(tx, "09521234543213", reason="x", actor=ACTOR, now=NOW)


async def test_without_a_form_the_next_generation_keeps_that_of_the_last_keyed_one(db: Database) -> None:
    await keep(db, SERUM)
    await in_digits(db, GTIN, 9)
    async with db.transaction() as tx:
        await identity.rotate(tx, GTIN, reason="pool", source="imported", actor=ACTOR, now=NOW)

    policy = await rotate(db)

    assert (policy.generation, policy.source, policy.alphabet, policy.length) == (
        2,
        "keyed",
        identity.DIGITS,
        9,
    )


async def test_the_law_of_capacity_counts_all_generations(db: Database) -> None:
    await keep(db, SERUM)
    await in_digits(db, GTIN, 7)
    await lend(db, GTIN, 700)

    policy = await rotate(db, SEVEN)
    assert (policy.capacity, policy.gone, policy.left, policy.is_nearly_full) == (1_000, 700, 300, False)
    assert policy.guess_chance == pytest.approx(700 / 10_000_000)
    await lend(db, GTIN, 100)
    async with db.transaction() as tx:
        assert (await identity.policy(tx, GTIN)).warning == (
            "800 of 1,000 serials are issued; plan a longer form for this product."
        )

    with pytest.raises(identity.SerialsExhausted) as refused:
        await lend(db, GTIN, 201)

    assert refused.value.facts == {"gtin": GTIN, "asked": 201, "issued": 800, "capacity": 1_000, "left": 200}
    assert refused.value.message.endswith("rotate it to no_words_short or default.")


async def test_a_form_without_room_for_what_was_issued_is_refused_with_advice(db: Database) -> None:
    await keep(db, SERUM)
    await lend(db, GTIN, 100)

    with pytest.raises(identity.FormTooSmall) as refused:
        await rotate(db, SerialForm(alphabet=identity.DIGITS, length=6))

    assert refused.value.facts == {"field": "length", "issued": 100, "capacity": 100}
    assert "Take no_words_short or " in refused.value.message
    async with db.transaction() as tx:
        assert (await identity.policy(tx, GTIN)).generation == 0


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        (
            "update identity_serial_policy set issued = 61 where generation = 0",
            asyncpg.ForeignKeyViolationError,
        ),
        (
            "update identity_serial_policy set issued_before = 0 where generation = 1",
            asyncpg.ForeignKeyViolationError,
        ),
        ("update identity_serial_policy set issued = 941 where generation = 1", asyncpg.CheckViolationError),
        (
            "update identity_serial_policy set capacity = 1001 where generation = 1",
            asyncpg.CheckViolationError,
        ),
        ("update identity_serial_policy set length = 6 where generation = 1", asyncpg.CheckViolationError),
        ("update identity_serial_policy set rotated_at = null", asyncpg.UniqueViolationError),
    ],
)
async def test_the_database_itself_holds_the_law_the_frozen_counts_and_the_one_current_generation(
    db: Database, statement: str, error: type[Exception]
) -> None:
    await keep(db, SERUM)
    await lend(db, GTIN, 60)
    await rotate(db, SEVEN)

    with pytest.raises(error):
        async with db.transaction() as tx:
            await tx.execute(statement)


async def test_a_lease_over_void_counters_still_yields_what_was_asked_for(db: Database) -> None:
    await keep(db, SERUM)
    await in_digits(db, GTIN, 7)
    old = await printed(db, 500)
    await rotate(db, SEVEN)
    # Takes the room of the law away, so that the two generations meet often enough to be seen.
    async with db.transaction() as tx:
        await tx.execute(
            "alter table identity_serial_policy drop constraint identity_serial_policy_law, "
            "drop constraint identity_serial_policy_frozen"
        )
        await tx.execute("update identity_serial_policy set issued = 300000 where generation = 0")

    async with db.transaction() as tx:
        policy = await identity.policy(tx, GTIN)
    lease = await lend(db, GTIN, 400)
    async with db.transaction() as tx:
        new = await identity.serials_in(tx, lease, MASTER)
        found = [await identity.issued_to(tx, GTIN, serial, MASTER) for serial in new]
        void = [c for first, past in lease.voided for c in range(first, past)]
        skipped = identity.serials.serials_of_counters(range(lease.past), policy, MASTER)
        of_void = [await identity.issued_to(tx, GTIN, skipped[counter], MASTER) for counter in void]
        issued = (await identity.policy(tx, GTIN)).issued

    assert (lease.count, len(new), len(set(new) | set(old))) == (400, 400, 900)
    assert lease.past - lease.first == 400 + len(void) == issued
    assert len(void) > 2
    assert found == [lease] * 400
    assert lease not in of_void


async def test_rotations_and_leases_at_one_time_give_no_serial_twice(db: Database) -> None:
    await keep(db, SERUM)

    async def line(name: str) -> list[identity.Lease]:
        return [await lend(db, GTIN, 5, line=name) for _ in range(20)]

    async def security() -> list[identity.Lease]:
        for _ in range(6):
            await rotate(db)
        return []

    taken = await asyncio.gather(line("L1"), line("L2"), security())
    leases = [lease for leases in taken for lease in leases]
    async with db.transaction() as tx:
        serials = [s for lease in leases for s in await identity.serials_in(tx, lease, MASTER)]
        policy = await identity.policy(tx, GTIN)

    assert len(set(serials)) == len(serials) == 200
    assert (policy.generation, policy.issued_ever) == (6, 200)


async def test_a_generation_that_has_issued_nothing_may_still_change_its_form(db: Database) -> None:
    await keep(db, SERUM)
    await lend(db, GTIN, 150)
    await rotate(db)

    async with db.transaction() as tx:
        policy = await identity.change_policy(
            tx, GTIN, alphabet=identity.DIGITS, length=11, prefix="1", actor=ACTOR, now=NOW
        )
    with pytest.raises(identity.FormTooSmall):
        await in_digits(db, GTIN, 6)
    serial = (await printed(db, 1))[0]

    assert (policy.generation, policy.prefix, policy.capacity) == (1, "1", 10_000_000)
    assert (len(serial), serial[0], serial.isdigit()) == (12, "1", True)
