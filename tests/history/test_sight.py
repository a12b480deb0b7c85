"""Who sees a part of the history sees that part, whatever he asks; the rest is not there for him."""

import asyncio
import itertools
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from seriatim import access, epcis, gs1, history, identity
from seriatim.access import Actor
from seriatim.base.db import Database, Transaction
from seriatim.epcis import Event
from seriatim.history import own_part, partners, queries
from seriatim.history.partners import Speaker
from seriatim.history.sight import Sight, sees

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
US = Actor(kind="key", id="us", name="us", role="integration")
SHOP = Actor(kind="key", id="shop", name="shop", role="partner")
RIVAL = Actor(kind="key", id="rival", name="rival", role="partner")
OURS, THEIRS, DOCK = "9506000134352", "9506000134369", "9506000134376"
PLACES: Sequence[str | None] = (
    None,
    f"https://id.gs1.org/414/{OURS}",
    f"https://id.gs1.org/414/{DOCK}",
    f"https://id.gs1.org/414/{DOCK}/254/gate-1",
    "urn:example:yard",
)
PARTIES: Sequence[str | None] = (None, f"https://id.gs1.org/417/{OURS}", f"https://id.gs1.org/417/{THEIRS}")
UNIT = "https://id.gs1.org/01/09506000134352/21/A"
CASE = "https://id.gs1.org/00/195060001343520014"


def event(minute: int, **fields: Any) -> Event:
    said = {"action": "OBSERVE", "epc_list": [UNIT], "biz_step": "shipping", **fields}
    return epcis.object_event(event_time=NOW + timedelta(minutes=minute), **said)


def place(uri: str | None) -> dict[str, Any]:
    return {} if uri is None else {"read_point": uri}


async def plant(tx: Transaction) -> None:
    """The shop and its dock as master data; its key speaks for it."""
    shop = identity.Party(gln=THEIRS, name="Shop", kind="retailer", country="DE")
    dock = identity.Location(
        gln=DOCK,
        name="Dock",
        party_gln=THEIRS,
        kind="shop",
        country="DE",
        city="Ulm",
        latitude=48,
        longitude=10,
    )
    await identity.save_parties(tx, [shop], actor=access.SYSTEM, now=NOW)
    await identity.save_locations(tx, [dock], actor=access.SYSTEM, now=NOW)
    await partners.let_speak(tx, Speaker(caller="key:shop", party_gln=THEIRS), actor=access.SYSTEM, now=NOW)


def all_kinds() -> list[tuple[Actor, Event]]:
    """Every combination of who tells, where it is and who is named, once."""
    told = []
    for number, (actor, where, source, destination) in enumerate(
        itertools.product((US, SHOP, RIVAL), PLACES, PARTIES, PARTIES)
    ):
        lists: dict[str, Any] = {}
        if source is not None:
            lists["sources"] = [("owning_party", source)]
        if destination is not None:
            lists["destinations"] = [("location", destination)]
        told.append((actor, event(number, **place(where), **lists)))
    return told


async def test_the_database_and_the_rule_see_the_same(db: Database) -> None:
    """ADR-0018: two implementations of one rule meet here."""
    told = all_kinds()
    async with db.transaction() as tx:
        await plant(tx)
        for actor in (US, SHOP, RIVAL):
            mine = [one for by, one in told if by is actor]
            assert (await history.capture(tx, mine, actor=actor, now=NOW)).accepted == len(mine)
        for actor in (SHOP, RIVAL):
            sight = await history.sight_of(tx, actor)
            assert sight is not None
            page = await queries.find(tx, epcis.Query(), 1_000, sight=sight)
            expected = {one.event_time for by, one in told if sees(sight, one, [f"key:{by.id}"])}
            assert {one.event_time for one in page.items} == expected
            assert 0 < len(expected) < len(told)
            alone = [
                one.event_time
                for one in await history.events_of(tx, gs1.canonical_key(UNIT), limit=1_000, sight=sight)
            ]
            assert sorted(alone) == sorted(expected)
            heads = await history.timeline(tx, gs1.canonical_key(UNIT), limit=1_000, sight=sight)
            assert sorted(one.event_time for one in heads) == sorted(expected)
        assert await history.sight_of(tx, US) is None


async def test_a_declaration_is_seen_by_who_told_what_it_declares(db: Database) -> None:
    """ADR-0018, E24: in whatever order they come."""
    wrong = epcis.ErrorDeclaration(declaration_time=epcis.Instant(NOW, "2026-11-20T12:00:00Z"))
    names = [f"urn:uuid:831c0292-4de1-430a-8255-2aca821abaa{digit}" for digit in "12"]
    first, second = (event(minute, event_id=name) for minute, name in enumerate(names))
    declared = [event(minute, event_id=name, error_declaration=wrong) for minute, name in enumerate(names)]
    async with db.transaction() as tx:
        await history.capture(tx, [first], actor=SHOP, now=NOW)
        await history.capture(tx, declared, actor=US, now=NOW)
        await history.capture(tx, [second], actor=SHOP, now=NOW)
        found = {
            actor.id: [
                len(await history.event(tx, name, sight=await history.sight_of(tx, actor))) for name in names
            ]
            for actor in (SHOP, RIVAL)
        }

    assert found == {"shop": [2, 2], "rival": [0, 0]}


async def waits(db: Database) -> bool:
    """Whether a transaction waits for another one."""
    query = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
    async with db.reading() as tx:
        return bool(await tx.value(query))


async def test_a_declaration_that_comes_in_the_same_moment_is_seen_by_who_told_the_event(
    db: Database,
) -> None:
    wrong = epcis.ErrorDeclaration(declaration_time=epcis.Instant(NOW, "2026-11-20T12:00:00Z"))
    name = "urn:uuid:831c0292-4de1-430a-8255-2aca821abaa1"

    async def tell() -> None:
        async with db.transaction() as tx:
            await history.capture(tx, [event(1, event_id=name)], actor=SHOP, now=NOW)

    async with db.transaction() as tx:
        await history.capture(tx, [event(1, event_id=name, error_declaration=wrong)], actor=US, now=NOW)
        telling = asyncio.create_task(tell())
        while not await waits(db):
            assert not telling.done()
    await telling

    async with db.transaction() as tx:
        found = await history.event(tx, name, sight=Sight(frozenset({"key:shop"})))
    assert [one.declares_error for one in found] == [False, True]


async def test_things_and_words_of_what_is_not_seen_are_not_listed(db: Database) -> None:
    serials = [f"https://id.gs1.org/01/09506000134352/21/{number:02d}" for number in range(12)]
    async with db.transaction() as tx:
        for number, epc in enumerate(serials):
            actor = (SHOP, RIVAL, US)[number % 3]
            step = ("https://ns.example.com/polish", "https://ns.example.com/paint", "packing")[number % 3]
            told = [event(number, epc_list=[epc, CASE, serials[0]] if number else [epc], biz_step=step)]
            await history.capture(tx, told, actor=actor, now=NOW)
        sight = Sight(frozenset({"key:shop"}))
        seen, after = [], None
        while True:
            page = await queries.things(tx, 2, after, sight=sight)
            seen += [history.uri_of(key) for key in page.items]
            after = page.next
            if after is None:
                break
        words = await queries.values_after(tx, "biz_step", "", 10, sight=sight)
        used = [await queries.is_used(tx, "biz_step", word, sight=sight) for word in ("packing", *words)]

    assert seen == [serials[0], serials[3], CASE, serials[6], serials[9]]
    assert list(words) == ["https://ns.example.com/polish"]
    assert used == [False, True]


async def test_the_state_of_a_thing_is_what_the_seen_events_tell(db: Database) -> None:
    """ADR-0018: neither where it went afterwards nor what we have decided shows."""
    born = event(0, action="ADD", biz_step="commissioning", read_point=f"https://id.gs1.org/414/{OURS}")
    packed = epcis.aggregation_event(
        action="ADD",
        event_time=NOW + timedelta(minutes=1),
        parent_id=CASE,
        child_epcs=[UNIT],
        biz_step="packing",
    )
    to_shop = event(2, epc_list=[CASE], destinations=[("owning_party", PARTIES[2] or "")])
    arrived = event(3, epc_list=[CASE], biz_step="receiving", biz_location=f"https://id.gs1.org/414/{DOCK}")
    sold_on = event(4, epc_list=[CASE], biz_step="shipping", read_point="urn:example:rival")
    unit, case = gs1.canonical_key(UNIT), gs1.canonical_key(CASE)
    async with db.transaction() as tx:
        await plant(tx)
        await history.capture(tx, [born, packed, to_shop, sold_on], actor=US, now=NOW)
        await history.capture(tx, [arrived], actor=SHOP, now=NOW)
        sight = await history.sight_of(tx, SHOP)
        assert sight is not None
        told = await own_part.item(tx, case, sight)
        where = await own_part.position(tx, case, sight)
        invisible = await own_part.item(tx, unit, sight), await own_part.position(tx, unit, sight)
        empty = await own_part.contents(tx, case, sight)
        whole = await history.item(tx, case)

    assert told is not None
    assert whole is not None
    assert (told.biz_step, told.place, told.events) == ("receiving", DOCK, 2)
    assert (whole.biz_step, whole.place, whole.events) == ("shipping", "urn:example:rival", 4)
    assert where is not None
    assert (where.place, where.status, where.depth) == (DOCK, "uncommissioned", 0)
    assert (invisible, empty) == ((None, None), ())


async def test_who_sees_everything_of_a_thing_gets_the_state_that_is_kept(db: Database) -> None:
    units = [f"https://id.gs1.org/01/09506000134352/21/{number}" for number in range(4)]
    pallet = "https://id.gs1.org/00/195060001343520021"
    at = (NOW + timedelta(minutes=number) for number in itertools.count())
    told = [
        epcis.object_event(action="ADD", event_time=next(at), epc_list=units, biz_step="commissioning"),
        epcis.aggregation_event(action="ADD", event_time=next(at), parent_id=CASE, child_epcs=units, biz_step="packing"),
        epcis.aggregation_event(action="ADD", event_time=next(at), parent_id=pallet, child_epcs=[CASE], biz_step="packing"),
        epcis.aggregation_event(
            action="DELETE", event_time=next(at), parent_id=CASE, child_epcs=units[:1], biz_step="unpacking"
        ),
        epcis.object_event(
            action="OBSERVE", event_time=next(at), epc_list=[pallet], biz_step="receiving",
            biz_location=f"https://id.gs1.org/414/{DOCK}",
        ),
    ]  # fmt: skip
    async with db.transaction() as tx:
        await history.capture(tx, told, actor=SHOP, now=NOW)
        sight = Sight(frozenset({"key:shop"}))
        for uri in (*units, CASE, pallet):
            key = gs1.canonical_key(uri)
            assert await own_part.item(tx, key, sight) == await history.item(tx, key)
            assert await own_part.position(tx, key, sight) == await history.position(tx, key)
            assert await own_part.contents(tx, key, sight) == await history.contents(tx, key)


async def test_a_new_key_of_the_same_party_sees_what_the_old_one_told(db: Database) -> None:
    heir = Actor(kind="key", id="heir", name="heir", role="partner")
    async with db.transaction() as tx:
        await plant(tx)
        await history.capture(tx, [event(0)], actor=SHOP, now=NOW)
        before = await queries.find(tx, epcis.Query(), sight=await history.sight_of(tx, heir))
        heir_speaks = Speaker(caller="key:heir", party_gln=THEIRS)
        await partners.let_speak(tx, heir_speaks, actor=access.SYSTEM, now=NOW)
        after = await queries.find(tx, epcis.Query(), sight=await history.sight_of(tx, heir))
        await partners.silence(tx, "key:heir", actor=access.SYSTEM, now=NOW)
        silenced = await queries.find(tx, epcis.Query(), sight=await history.sight_of(tx, heir))

    assert [len(page.items) for page in (before, after, silenced)] == [0, 1, 0]


async def test_a_page_of_things_that_finds_few_ends_and_leads_on(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A partner that has told of one thing very often does not keep the house reading."""
    monkeypatch.setattr(queries, "THINGS_EVENTS", 2)
    monkeypatch.setattr(queries, "THINGS_LOOKED_AT", 4)
    async with db.transaction() as tx:
        for minute in range(9):
            await history.capture(tx, [event(minute)], actor=SHOP, now=NOW)
        await history.capture(tx, [event(9, epc_list=[CASE])], actor=SHOP, now=NOW)
        pages, after = [], None
        while not pages or after is not None:
            page = await queries.things(tx, 5, after, sight=Sight(frozenset({"key:shop"})))
            pages.append([history.uri_of(key) for key in page.items])
            after = page.next

    assert pages == [[UNIT], [], [CASE]]
