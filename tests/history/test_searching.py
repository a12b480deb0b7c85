"""Events as people look for them: of a thing, a kind, a place; and what has come since, none missed, none twice."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

import pytest
from tests.factories.plant import ANNA, BRUNO, GTIN, NOW, PLANT_GLN, SHOP_GLN, commission, deliver, make_plant

from seriatim import epcis, gs1, history
from seriatim.access import Actor
from seriatim.base import limits
from seriatim.base.db import Database, Transaction
from seriatim.epcis import Event, Quantity
from seriatim.history import EventQuery, StoredEvent

pytestmark = pytest.mark.anyio

PRODUCT = gs1.canonical_key(f"(01){GTIN}")
NEWEST = EventQuery(order="captured", descending=True)
ALL = EventQuery()


def event(number: int, **said: object) -> Event:
    common: dict[str, object] = {
        "event_time": NOW - timedelta(minutes=60 - number),
        "action": "OBSERVE",
        "epc_list": [f"urn:example:thing-{number}"],
        "biz_step": "inspecting",
    }
    return epcis.object_event(**{**common, **said})  # type: ignore[arg-type]


async def tell(tx: Transaction, events: Sequence[Event], actor: Actor = ANNA) -> None:
    await history.capture(tx, events, actor=actor, now=NOW)


def steps(events: Sequence[StoredEvent]) -> list[str | None]:
    return [one.biz_step for one in events]


async def test_a_product_is_found_in_every_spelling_and_as_an_amount(db: Database) -> None:
    amount = Quantity(epc_class=f"https://id.gs1.org/01/{GTIN}/10/L7", quantity=Decimal(3))
    async with db.transaction() as tx:
        await make_plant(tx)
        await commission(tx, ["A1"])
        await tell(
            tx, [event(1), event(2, epc_list=["urn:epc:id:sgtin:9506000.013435.A1"], biz_step="holding")]
        )
        await tell(tx, [event(3, epc_list=[], quantity_list=[amount], biz_step="storing")])

        of_product = await history.search(tx, NEWEST, PRODUCT, limit=10)
        of_lot = await history.search(tx, NEWEST, gs1.canonical_key(f"(01){GTIN}(10)L1"), limit=10)
        of_other = await history.search(tx, NEWEST, gs1.canonical_key("(01)09506000134369"), limit=10)

    assert steps(of_product.items) == ["storing", "holding", "commissioning"]
    assert steps(of_lot.items) == ["commissioning"]
    assert of_other.items == []


@pytest.mark.parametrize(("limit", "most"), [("QUERY_SCAN_EVENTS", 3), ("QUERY_SCAN_BYTES", 1_000)])
async def test_after_so_many_events_or_octets_it_is_for_the_reader_to_look_further(
    db: Database, monkeypatch: pytest.MonkeyPatch, limit: str, most: int
) -> None:
    monkeypatch.setattr(limits, limit, most)
    monkeypatch.setattr("seriatim.history.searching.CHUNK", 2)
    async with db.transaction() as tx:
        await make_plant(tx)
        await commission(tx, ["A1"])
        await tell(tx, [event(number) for number in range(5)])

        first = await history.search(tx, NEWEST, PRODUCT, limit=10)
        second = await history.search(tx, NEWEST, PRODUCT, limit=10, after=first.next)

    assert (first.items, first.next is None) == ([], False)
    assert (steps(second.items), second.next) == (["commissioning"], None)


@pytest.mark.parametrize(("octets", "pages"), [(8_000_000, 3), (1, 5)])
async def test_a_page_of_a_product_is_full_and_the_next_one_goes_on_behind_it(
    db: Database, monkeypatch: pytest.MonkeyPatch, octets: int, pages: int
) -> None:
    async with db.transaction() as tx:
        await make_plant(tx)
        await commission(tx, ["A1"])
        units = [f"https://id.gs1.org/01/{GTIN}/21/A1"]
        await tell(tx, [event(number, epc_list=units) for number in range(4)])
        every = await history.query(tx, NEWEST)
        monkeypatch.setattr(limits, "PAGE_BYTES", octets)

        found: list[int] = []
        after, looks = None, 0
        while looks == 0 or after:
            page = await history.search(tx, NEWEST, PRODUCT, limit=2, after=after)
            found += [one.id for one in page.items]
            after, looks = page.next, looks + 1

    assert found == [one.id for one in every.items]
    assert looks == pages


async def test_a_place_is_found_as_read_point_and_as_location_and_a_sender_by_who_it_is(db: Database) -> None:
    async with db.transaction() as tx:
        await make_plant(tx)
        await commission(tx, ["A1"])
        await deliver(tx, ["A1"])
        await tell(tx, [event(1, read_point=f"urn:epc:id:sgln:{SHOP_GLN[:7]}.{SHOP_GLN[7:12]}.0")], BRUNO)

        at_shop = await history.search(tx, EventQuery(places=(SHOP_GLN,)), limit=10)
        at_plant = await history.search(tx, EventQuery(places=(PLANT_GLN,)), limit=10)
        by_bruno = await history.search(tx, EventQuery(captured_by=("person:bruno",)), limit=10)
        offered = await history.lately(tx)
        assert await history.how_many(tx) == (3, True)

    assert steps(at_shop.items) == ["receiving", "inspecting"]
    assert steps(at_plant.items) == ["commissioning"]
    assert steps(by_bruno.items) == ["inspecting"]
    assert offered["captured_by"] == ("person:anna", "person:bruno")
    assert offered["biz_step"] == ("commissioning", "inspecting", "receiving")


async def test_what_has_come_since_is_told_once_also_when_it_commits_late(db: Database) -> None:
    told: list[str | None] = []
    async with db.transaction() as tx:
        position = await history.feed_now(tx)
    async with db.transaction() as slow:
        await tell(slow, [event(1, biz_step="holding")])
        async with db.transaction() as quick:
            await tell(quick, [event(2, biz_step="storing")])
        async with db.transaction() as tx:
            since = await history.since(tx, ALL, None, position, limit=10)
            told, position = told + steps(since.events), since.position
        assert told == []
    async with asyncio.timeout(60):  # a transaction of another test on the server holds new events back, too
        while len(told) < 2:
            async with db.transaction() as tx:
                since = await history.since(tx, ALL, None, position, limit=1)
                told, position = told + steps(since.events), since.position
            await asyncio.sleep(0.01)
    async with db.transaction() as tx:
        again = await history.since(tx, ALL, None, position, limit=1)

    assert again.events == ()
    assert told == ["holding", "storing"]


async def test_what_has_come_since_is_asked_like_the_list(db: Database) -> None:
    async with db.transaction() as tx:
        await make_plant(tx)
        position = await history.feed_now(tx)
    async with db.transaction() as tx:
        await commission(tx, ["A1"])
        await tell(tx, [event(1), event(2, biz_step="storing")])
    async with asyncio.timeout(60):
        found: tuple[StoredEvent, ...] = ()
        while not found:  # all of one transaction come at once
            async with db.transaction() as tx:
                found = (await history.since(tx, ALL, None, position, limit=10)).events
    async with db.transaction() as tx:
        stored = await history.since(tx, EventQuery(biz_steps=("storing",)), None, position, limit=10)
        of_product = await history.since(tx, NEWEST, PRODUCT, position, limit=10)

    assert steps(stored.events) == ["storing"]
    assert steps(of_product.events) == ["commissioning"]


async def test_an_event_knows_what_it_contradicts(db: Database) -> None:
    async with db.transaction() as tx:
        await history.set_policy(tx, "warn", actor=ANNA, now=NOW)
        packed = epcis.aggregation_event(
            event_time=NOW,
            action="ADD",
            parent_id="https://id.gs1.org/00/195060001343520014",
            child_epcs=[f"https://id.gs1.org/01/{GTIN}/21/NEVER"],
            biz_step="packing",
        )
        kept = await history.capture(
            tx, [packed, event(1, action="ADD", biz_step="commissioning")], actor=ANNA, now=NOW
        )
        found = await history.findings_of(tx, kept.events)

    assert {number: [one.code for one in of] for number, of in found.items()} == {
        kept.events[0]: ["not_commissioned"]
    }
