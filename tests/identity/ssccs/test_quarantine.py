"""SSCCs that come free rest, and are given again only where their prefix allows it, never in between."""

from datetime import timedelta

import asyncpg
import pytest
from tests.factories.identities import ACTOR, NOW, deeds

from seriatim import identity
from seriatim.base.db import Database
from seriatim.base.installation import recognise
from seriatim.identity import BadField, BadSscc, SsccNotIssued, SsccRule, SsccsExhausted, marks
from seriatim.identity.marks.book import book_in
from seriatim.identity.marks.model import Asked, sscc_key
from seriatim.identity.ssccs.model import reference_of

pytestmark = pytest.mark.anyio
SMALL = "950600013435"
"""Twelve digits: 10,000 SSCCs for each extension digit."""
YEAR = timedelta(days=365)


async def numbered(db: Database, count: int, *, at: timedelta = timedelta(0), gcp: str = SMALL) -> list[str]:
    async with db.transaction() as tx:
        return await identity.allocate_ssccs(tx, gcp, count, actor=ACTOR, now=NOW + at)


async def free(db: Database, ssccs: list[str], *, at: timedelta = timedelta(0)) -> identity.Released:
    async with db.transaction() as tx:
        return await identity.release_ssccs(
            tx, SMALL, ssccs, reason="Received and opened.", actor=ACTOR, now=NOW + at
        )


async def allow(db: Database, *, days: int = 365) -> None:
    async with db.transaction() as tx:
        rule = SsccRule(SMALL, may_reuse=True, quarantine_days=days)
        await identity.save_sscc_rule(tx, rule, actor=ACTOR, now=NOW)


async def test_point_24_a_number_in_quarantine_is_not_given_again(db: Database) -> None:
    first = await numbered(db, 10_000)
    await allow(db)
    released = await free(db, first[:3])

    with pytest.raises(SsccsExhausted, match="0 of those that came free have rested"):
        await numbered(db, 1, at=YEAR - timedelta(seconds=1))
    again = await numbered(db, 2, at=YEAR)

    assert (released.released, released.rests_until) == (tuple(first[:3]), NOW + YEAR)
    assert again == first[:2]
    assert await numbered(db, 1, at=YEAR) == first[2:3]
    with pytest.raises(SsccsExhausted):
        await numbered(db, 1, at=2 * YEAR)


async def test_without_leave_a_number_is_never_given_again(db: Database) -> None:
    first = await numbered(db, 10_000)
    await free(db, first[:3])

    with pytest.raises(SsccsExhausted):
        await numbered(db, 1, at=50 * YEAR)


async def test_fresh_numbers_come_first_and_the_longest_rested_after_them(db: Database) -> None:
    first = await numbered(db, 9_998)
    await allow(db, days=30)
    await free(db, first[5:6])
    await free(db, first[2:3], at=timedelta(days=1))

    assert [reference_of(one, SMALL)[1] for one in await numbered(db, 3, at=YEAR)] == [9_998, 9_999, 5]


async def test_a_number_given_again_can_come_free_again_and_rests_again(db: Database) -> None:
    first = await numbered(db, 10_000)
    await allow(db)
    await free(db, first[:1])
    assert await numbered(db, 1, at=YEAR) == first[:1]

    released = await free(db, first[:1], at=YEAR)

    assert released.rests_until == NOW + 2 * YEAR
    with pytest.raises(SsccsExhausted):
        await numbered(db, 1, at=YEAR + timedelta(days=1))
    async with db.transaction() as tx:
        (stock,) = await identity.sscc_stocks(tx, SMALL, now=NOW + YEAR)
    assert (stock.issued, stock.reused, stock.resting, stock.rested) == (10_000, 1, 1, 0)


async def test_what_is_free_already_stays_as_it_is(db: Database) -> None:
    first = await numbered(db, 5)
    await free(db, first[:2])

    again = await free(db, [*first[:3], first[0]], at=YEAR)

    assert again.released == (first[2],)
    assert [deed for deed, _ in await deeds(db)].count("ssccs.released") == 2


async def test_only_numbers_of_ours_come_free(db: Database) -> None:
    first = await numbered(db, 5)
    (never,) = identity.ssccs_of(SMALL, "0", [5])
    (strange,) = identity.ssccs_of("9521234", "0", [5])

    with pytest.raises(SsccNotIssued, match=never):
        await free(db, [first[0], never])
    for bad in (strange, first[0][:-1], first[0][:-1] + str((int(first[0][-1]) + 1) % 10), "x" * 18, ""):
        with pytest.raises(BadSscc):
            await free(db, [bad])
    with pytest.raises(BadField):
        await free(db, [])
    async with db.transaction() as tx:
        assert (await identity.sscc_stocks(tx, SMALL, now=NOW))[0].resting == 0


async def test_the_database_itself_holds_the_quarantine(db: Database) -> None:
    first = await numbered(db, 5)
    await free(db, first[:1])

    for statement in (
        "update identity_sscc_release set reused_at = rests_until - interval '1 second'",
        (
            "insert into identity_sscc_release select gcp, extension, reference, now(), now() + interval '1 d', 'x' from "
            "identity_sscc_release"
        ),
        "update identity_sscc_release set rests_until = released_at",
    ):
        with pytest.raises((asyncpg.CheckViolationError, asyncpg.UniqueViolationError)):
            async with db.transaction() as tx:
                await tx.execute(statement)


async def test_a_rule_is_kept_and_written_down_when_it_changes(db: Database) -> None:
    async with db.transaction() as tx:
        assert await identity.sscc_rule(tx, SMALL) == SsccRule(SMALL, may_reuse=False, quarantine_days=365)
    await allow(db, days=30)
    await allow(db, days=30)

    async with db.transaction() as tx:
        assert (await identity.sscc_rule(tx, SMALL)).quarantine_days == 30
        assert await identity.sscc_prefixes(tx) == [SMALL]
    assert await deeds(db) == [("sscc_rule.saved", SMALL)]
    for days in (0, 36_501):
        with pytest.raises(BadField):
            SsccRule(SMALL, quarantine_days=days)


async def test_after_a_restore_all_that_is_free_rests_anew(db: Database) -> None:
    async with db.transaction() as tx:
        await recognise(tx, bytes(32))
    first = await numbered(db, 10_000)
    await allow(db)
    await free(db, first[:2])
    assert await numbered(db, 1, at=YEAR) == first[:1]
    async with db.transaction() as tx:  # what a restore of last night's backup does
        await tx.execute("update identity_sscc_release set reused_at = null")
        await tx.execute("update identity_sscc set reused = 0")

    with pytest.raises(identity.IssuingFrozen):
        await numbered(db, 1, at=YEAR)
    async with db.transaction() as tx:
        done = await identity.reconcile(tx, "An old backup.", actor=ACTOR, now=NOW + YEAR)

    assert (done.gaps, done.resting) == ((marks.Ahead("sscc_reuse", SMALL, 0, 1),), 2)
    with pytest.raises(SsccsExhausted):
        await numbered(db, 1, at=YEAR + timedelta(days=1))
    assert await numbered(db, 2, at=2 * YEAR) == first[:2]


async def test_numbers_in_doubt_are_passed_over(db: Database) -> None:
    assert db.folder is not None
    await numbered(db, 5, gcp="9521234")
    book_in(db.folder).write(Asked({sscc_key("9521234", "0"): 9}))

    assert reference_of((await numbered(db, 1, gcp="9521234"))[0], "9521234") == ("0", 9)
    assert book_in(db.folder).look().granted == {sscc_key("9521234", "0"): 10}
