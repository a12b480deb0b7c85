"""Contradictions let through, refused, or held until their cause arrives (EPCIS note, section 12)."""

import asyncio
import random

import pytest
from tests.history.test_intake import (
    CASE,
    NOW,
    OTHER_CASE,
    PALLET,
    at,
    commission,
    differing,
    key,
    pack,
    see,
    unit,
    unpack,
)

from seriatim import epcis, history
from seriatim.access import SYSTEM, Actor
from seriatim.base.db import Database
from seriatim.base.outbox import Message
from seriatim.epcis import Event

pytestmark = pytest.mark.anyio

PARTNER = Actor(kind="key", id="partner-1", name="Partner", role="partner")
PARTNERS = "key:partner-1"


async def set_policy(db: Database, policy: history.Policy, of: str = "") -> None:
    async with db.transaction() as tx:
        await history.set_policy(tx, policy, of=of, actor=SYSTEM, now=NOW)


async def told(db: Database, *events: Event, by: Actor = PARTNER) -> history.Captured:
    async with db.transaction() as tx:
        return await history.capture(tx, events, actor=by, now=NOW)


async def findings(db: Database) -> list[tuple[str, str]]:
    """Code and thing of each open finding."""
    async with db.transaction() as tx:
        return sorted((one.code, one.thing.serial or one.thing.key) for one in await history.findings(tx))


async def parked(db: Database) -> tuple[history.Parked, ...]:
    async with db.transaction() as tx:
        return await history.parked(tx)


async def contents(db: Database, parent: str) -> list[str | None]:
    async with db.transaction() as tx:
        return [row.key.serial for row in await history.contents(tx, key(parent))]


def message() -> Message:
    return Message(1, history.TOPIC, {}, NOW)


def recommissioned() -> Event:
    return epcis.object_event(
        action="ADD",
        event_time=at(8),
        epc_list=[unit("A1")],
        biz_step="commissioning",
    )


def destroyed(minutes: int, serial: str) -> Event:
    return epcis.object_event(
        action="DELETE",
        event_time=at(minutes),
        epc_list=[unit(serial)],
        biz_step="destroying",
    )


CONTRADICTIONS = {
    "uncommissioned": ((), pack(2, CASE, unit("A9")), "not_commissioned", "A9"),
    "packed": ((commission(0, "A1"), pack(1, CASE, unit("A1"))), pack(2, OTHER_CASE, unit("A1")), "already_packed", "A1"),
    "ended": ((commission(0, "A1"), destroyed(1, "A1")), pack(2, CASE, unit("A1")), "no_longer_there", "A1"),
    "cycle": (
        (commission(0, "A1"), pack(1, CASE, unit("A1")), pack(2, PALLET, CASE)),
        pack(3, CASE, PALLET),
        "containment_cycle",
        "195060001343520021",
    ),
    "wrong parent": (
        (commission(0, "A1", "A2"), pack(1, CASE, unit("A1")), pack(1, OTHER_CASE, unit("A2"))),
        unpack(3, OTHER_CASE, unit("A1")),
        "not_packed",
        "A1",
    ),
    "born twice": ((commission(0, "A1"),), recommissioned(), "already_commissioned", "A1"),
}  # fmt: skip


@pytest.mark.parametrize("name", CONTRADICTIONS)
async def test_a_contradiction_is_a_finding_under_warn_and_refused_under_enforce(
    db: Database, name: str
) -> None:
    """Acceptance: EPCIS 53."""
    before, wrong, code, thing = CONTRADICTIONS[name]
    await told(db, *before)
    await set_policy(db, "enforce", of=PARTNERS)

    with pytest.raises(history.IllegalHistory) as refused:
        await told(db, wrong)
    await set_policy(db, "warn", of=PARTNERS)
    captured = await told(db, wrong)

    assert refused.value.code == code
    assert captured.accepted == 1
    assert await findings(db) == [(code, thing)]
    assert await differing(db) == 0


@pytest.mark.parametrize("policy", ["warn", "enforce", "park"])
async def test_nested_packing_and_packing_again_after_unpacking_break_no_policy(
    db: Database, policy: history.Policy
) -> None:
    """Acceptance: EPCIS 53."""
    await set_policy(db, policy)

    captured = await told(
        db,
        commission(0, "A1"),
        pack(1, CASE, unit("A1")),
        pack(2, PALLET, CASE),
        unpack(3, CASE, unit("A1")),
        pack(4, OTHER_CASE, unit("A1")),
    )

    assert captured.accepted == 5
    assert await findings(db) == []


async def test_the_policy_of_a_sender_goes_before_that_of_the_installation(db: Database) -> None:
    await set_policy(db, "enforce")
    await set_policy(db, "off", of=PARTNERS)

    captured = await told(db, pack(1, CASE, unit("A1")))

    assert captured.accepted == 1
    with pytest.raises(history.NotCommissioned):
        await told(db, pack(1, CASE, unit("A2")), by=SYSTEM)


async def test_a_finding_ends_when_the_missing_birth_arrives(db: Database) -> None:
    await set_policy(db, "warn")
    await told(db, pack(2, CASE, unit("A1")))
    before = await findings(db)

    await told(db, commission(0, "A1"))

    assert (before, await findings(db)) == ([("not_commissioned", "A1")], [])


async def test_what_came_too_early_is_held_in_sight_and_kept_the_moment_its_cause_lands(db: Database) -> None:
    """Acceptance: EPCIS 54."""
    await set_policy(db, "park", of=PARTNERS)
    packing = pack(1, CASE, unit("A1"), unit("A2"))

    (verdict,) = (await told(db, packing)).verdicts
    again = await told(db, packing)
    (held,) = await parked(db)
    half = await told(db, commission(0, "A1"), by=SYSTEM)
    still = len(await parked(db))
    whole = await told(db, commission(0, "A2"), by=SYSTEM)

    assert (verdict.outcome, verdict.code) == ("PARKED", "not_commissioned")
    assert again.verdicts == (verdict,)
    assert [one.serial for one in held.waits_for] == ["A1", "A2"]
    assert held.captured_by == PARTNERS
    assert (half.released, still) == ((), 1)
    assert len(whole.released) == 1
    assert await parked(db) == ()
    assert await contents(db, CASE) == ["A1", "A2"]
    assert await differing(db) == 0
    async with db.transaction() as tx:
        (kept,) = await history.events_by_id(tx, whole.released)
    assert (kept.event_id, kept.captured_by) == (verdict.event_id, PARTNERS)


async def test_a_story_told_backwards_is_kept_whole(db: Database) -> None:
    await set_policy(db, "park")
    story = [
        commission(0, "A1", "A2"),
        pack(1, CASE, unit("A1"), unit("A2")),
        pack(2, PALLET, CASE),
        see(3, "shipping", PALLET),
    ]

    for event in reversed(story):
        await told(db, event)

    assert await parked(db) == ()
    assert await contents(db, PALLET) == [None, "A1", "A2"]
    assert await differing(db) == 0
    async with db.transaction() as tx:
        assert (await history.counts(tx)).events == 4


async def test_a_released_event_whose_name_was_taken_meanwhile_stays_in_sight(db: Database) -> None:
    await set_policy(db, "park")
    early = epcis.aggregation_event(
        action="ADD",
        event_time=at(1),
        parent_id=CASE,
        child_epcs=[unit("A1")],
        event_id="urn:uuid:11111111-2222-4333-8444-555555555555",
    )
    other = epcis.object_event(
        action="ADD",
        event_time=early.event_time,
        epc_list=[unit("B1")],
        event_id="urn:uuid:11111111-2222-4333-8444-555555555555",
    )
    await told(db, early)
    await told(db, other)

    captured = await told(db, commission(0, "A1"))

    (held,) = await parked(db)
    assert captured.released == ()
    assert held.waits_for == ()
    assert held.refused == (
        "The eventID urn:uuid:11111111-2222-4333-8444-555555555555 belongs to another event; "
        "the first one stays as it is."
    )


async def test_an_effect_and_its_cause_in_the_same_moment_find_each_other(db: Database) -> None:
    """Each looked before the other was there; the outbox settles it."""
    await set_policy(db, "park", of=PARTNERS)
    await told(db, commission(0, "B1"), pack(0, CASE, unit("B1")), by=SYSTEM)
    async with db.transaction() as cause:
        await history.capture(cause, [commission(0, "A1")], actor=SYSTEM, now=NOW)
        await told(db, pack(1, CASE, unit("A1")))
    before = len(await parked(db))

    async with db.transaction() as tx:
        await history.settle(tx, [message()])

    assert (before, len(await parked(db))) == (1, 0)
    assert await contents(db, CASE) == ["A1", "B1"]


async def test_stories_in_any_order_and_at_once_leave_nothing_held(db: Database) -> None:
    await set_policy(db, "park")
    pick = random.Random(5)
    events = [commission(n, f"U{n}") for n in range(12)]
    events += [pack(20 + n, OTHER_CASE, unit(f"U{n}")) for n in range(12)]
    pick.shuffle(events)

    for start in range(0, len(events), 4):
        await asyncio.gather(*(told(db, event) for event in events[start : start + 4]))
    async with db.transaction() as tx:
        await history.settle(tx, [message()])

    assert await parked(db) == ()
    assert len(await contents(db, OTHER_CASE)) == 12
    assert await differing(db) == 0


async def test_a_partner_is_not_told_of_the_event_in_its_way_nor_of_the_case_in_it(db: Database) -> None:
    """What it does not see is not there (ADR-0018); where it has told that event itself, it reads all."""
    await told(db, commission(0, "A1", "A2"), pack(1, CASE, unit("A1")), by=SYSTEM)
    (mine,) = (await told(db, pack(1, OTHER_CASE, unit("A2")))).verdicts
    await set_policy(db, "enforce", of=PARTNERS)

    with pytest.raises(history.AlreadyPacked) as of_ours:
        await told(db, pack(2, PALLET, unit("A1")))
    with pytest.raises(history.AlreadyPacked) as of_its_own:
        await told(db, pack(2, PALLET, unit("A2")))

    facts = of_ours.value.facts
    assert (facts["parent"], facts["blocking_event"]) == (None, None)
    assert "195060001343520014" not in of_ours.value.message
    assert of_its_own.value.facts["blocking_event"] == mine.event_id
    assert of_its_own.value.facts["parent"] is not None
