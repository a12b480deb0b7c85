"""The store answers queries exactly as the plain meaning of the query language does."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from seriatim import epcis, history
from seriatim.access import Actor
from seriatim.base import limits
from seriatim.base.db import Database, Transaction
from seriatim.epcis import Event, Quantity, Query
from seriatim.history import queries
from seriatim.history.model import Order

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ACTOR = Actor(kind="key", id="k", name="k", role="integration")
UNITS = [f"https://id.gs1.org/01/09506000134352/21/{serial}" for serial in ("A", "a*b", "a%25b", "B7")]
URNS = ["urn:epc:id:sgtin:9506000.013435.A", "urn:epc:id:sscc:9506000.0134352001", "urn:example:pump-7"]
PLACES = ["https://id.gs1.org/414/9506000134352", "urn:epc:id:sgln:9506000.13435.0", "urn:example:yard"]
CLASSES = ["https://id.gs1.org/01/09506000134352", "https://id.gs1.org/01/09506000134352/10/L1"]
PATTERN = "urn:epc:idpat:sgtin:9506000.013435.*"
PATTERNS = [PATTERN, "urn:epc:idpat:sgtin:9506000.*.*"]
STEPS = ["shipping", "receiving", "https://ns.example.com/step"]


def some_event(dice: random.Random, number: int) -> Event:
    common: dict[str, Any] = {
        "event_time": NOW - timedelta(minutes=dice.randrange(20), seconds=number % 60),
        "biz_step": dice.choice([*STEPS, None]),
        "disposition": dice.choice(["in_transit", "active", None]),
        "read_point": dice.choice([*PLACES, None]),
        "biz_location": dice.choice([*PLACES, None]),
    }
    things = dice.sample([*UNITS, *URNS[:1], *URNS[2:]], 2)
    if things[0] in {UNITS[0], URNS[0]} and things[1] in {UNITS[0], URNS[0]}:
        things = things[:1]  # two spellings of one unit
    amount = Quantity(
        epc_class=dice.choice(CLASSES), quantity=dice.randrange(1, 9), uom=dice.choice(["KGM", None])
    )
    if dice.random() < 0.3:
        common["sources"] = [("location", dice.choice(PLACES))]
        common["destinations"] = [("owning_party", dice.choice(PLACES))]
    if dice.random() < 0.2:
        return epcis.transformation_event(input_epc_list=things, output_quantity_list=[amount], **common)
    if dice.random() < 0.6:
        return epcis.object_event(
            action=dice.choice(["ADD", "OBSERVE"]), epc_list=things, quantity_list=[amount], **common
        )
    return epcis.aggregation_event(
        action="OBSERVE",
        parent_id=dice.choice(URNS[1:2]),
        child_epcs=things,
        child_quantity_list=[amount] if dice.random() < 0.3 else [],
        **common,
    )


def some_query(dice: random.Random) -> Query:
    at = (NOW - timedelta(minutes=dice.randrange(20))).isoformat()
    recorded = (NOW + timedelta(seconds=dice.randrange(4))).isoformat()
    every = {
        "eventType": lambda: dice.choice(["ObjectEvent", "AggregationEvent|ObjectEvent"]),
        "EQ_action": lambda: dice.choice(["ADD", "ADD|OBSERVE"]),
        "EQ_bizStep": lambda: "|".join(dice.sample(STEPS, 2)),
        "EQ_disposition": lambda: "urn:epcglobal:cbv:disp:active",
        "EQ_readPoint": lambda: "|".join(dice.sample(PLACES, 2)),
        "EQ_bizLocation": lambda: dice.choice(PLACES),
        "MATCH_epc": lambda: "|".join(dice.sample([*UNITS, *URNS, *PATTERNS], 2)),
        "MATCH_anyEPC": lambda: "|".join(dice.sample([*UNITS, *URNS, CLASSES[0]], 2)),
        "MATCH_parentID": lambda: dice.choice(URNS),
        "MATCH_epcClass": lambda: dice.choice([*CLASSES, UNITS[0], "urn:epc:class:lgtin:9506000.013435.L1"]),
        "MATCH_anyEPCClass": lambda: "|".join(dice.sample([*CLASSES, PATTERN], 2)),
        "MATCH_outputEPCClass": lambda: dice.choice(CLASSES),
        "EQ_source_location": lambda: dice.choice(PLACES),
        "EQ_destination_owning_party": lambda: dice.choice(PLACES),
        "GE_eventTime": lambda: at,
        "LT_eventTime": lambda: at,
        "GE_recordTime": lambda: recorded,
        "LT_recordTime": lambda: recorded,
        "GE_quantity": lambda: str(dice.randrange(1, 9)),
        "LT_quantity_GRM": lambda: str(1000 * dice.randrange(1, 9)),
    }
    names = dice.sample(sorted(every), dice.randrange(4))
    order = dice.choice(
        [[], [("orderBy", "eventTime")], [("orderBy", "recordTime"), ("orderDirection", "ASC")]]
    )
    return epcis.query_from_url([*((name, every[name]()) for name in names), *order])


async def found_in_pages(tx: Transaction, query: Query, limit: int) -> list[int]:
    seen: list[int] = []
    after = None
    while True:
        page = await queries.find(tx, query, limit, after)
        assert len(page.items) <= limit
        assert page.items or not seen, "only a query that finds nothing has an empty page"
        assert len(page.items) <= 1 or queries.octets_of(page.items) <= limits.PAGE_BYTES
        seen += [one.id for one in page.items]
        after = page.next
        if after is None:
            return seen


async def stored_in_pages(
    tx: Transaction, asked: history.EventQuery, limit: int
) -> list[history.StoredEvent]:
    found: list[history.StoredEvent] = []
    after = None
    while not found or after:
        page = await history.query(tx, asked, limit, after)
        found += page.items
        after = page.next
    return found


@pytest.mark.parametrize("seed", range(3))
async def test_the_store_finds_what_the_language_means(
    db: Database, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Acceptance: EPCIS 26 to 31, over random events and queries."""
    monkeypatch.setattr(queries, "CHUNK", 7)
    dice = random.Random(seed)
    async with db.transaction() as tx:
        for batch in range(3):
            told = [some_event(dice, 20 * batch + number) for number in range(20)]
            await history.capture(tx, told, actor=ACTOR, now=NOW + timedelta(seconds=batch))
    hits = 0
    async with db.transaction(readonly=True) as tx:
        stored = await stored_in_pages(tx, history.EventQuery(), 1_000)
        events = {one.id: epcis.load_event(one.document, written=True) for one in stored}
        numbers = {id(event): number for number, event in events.items()}
        for _ in range(120):
            query = some_query(dice)
            meant = [numbers[id(event)] for event in epcis.select(query, events.values())]

            monkeypatch.setattr(limits, "PAGE_BYTES", dice.choice([1, 1_500, 4_000, 8_000_000]))
            found = await found_in_pages(tx, query, dice.randrange(1, 9))

            assert sorted(found) == sorted(meant), query
            assert await queries.exceeds(tx, query, len(meant)) is False
            assert not meant or await queries.exceeds(tx, query, len(meant) - 1) is True
            if query.order_by is None:
                assert found == meant
            else:
                when = {
                    number: event.event_time if query.order_by == "eventTime" else event.record_time
                    for number, event in events.items()
                }
                assert [when[one] for one in found] == [when[one] for one in meant]
            hits += bool(meant)
    assert hits > 30


@pytest.mark.parametrize("order", ["captured", "event_time", "record_time"])
@pytest.mark.parametrize("descending", [False, True])
async def test_a_page_ends_where_its_documents_are_long_and_the_next_goes_on_behind_it(
    db: Database, monkeypatch: pytest.MonkeyPatch, order: Order, descending: bool
) -> None:
    dice = random.Random(5)
    asked = history.EventQuery(order=order, descending=descending)
    async with db.transaction() as tx:
        for batch in range(3):
            told = [some_event(dice, 20 * batch + number) for number in range(5)]
            await history.capture(tx, told, actor=ACTOR, now=NOW + timedelta(seconds=batch))
        whole = (await history.query(tx, asked, 100)).items
        length = max(len(one.document) for one in whole)
        for most, limit in ((1, 100), (length, 100), (3 * length, 2), (3 * length, 100)):
            monkeypatch.setattr(limits, "PAGE_BYTES", most)

            first = await history.query(tx, asked, limit)

            assert 1 <= len(first.items) <= min(limit, 14)
            assert len(first.items) == 1 or queries.octets_of(first.items) <= most
            assert await stored_in_pages(tx, asked, limit) == whole


async def test_a_page_sorted_by_any_field_ends_where_its_documents_are_long(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    dice = random.Random(5)
    query = epcis.query_from_url([("orderBy", "https://ns.example.com/field")])
    async with db.transaction() as tx:
        await history.capture(tx, [some_event(dice, number) for number in range(9)], actor=ACTOR, now=NOW)
        whole = await found_in_pages(tx, query, 100)
        monkeypatch.setattr(limits, "PAGE_BYTES", 2_000)

        first = await queries.find(tx, query, 100)

        assert 1 < len(first.items) < 9
        assert await found_in_pages(tx, query, 100) == whole


@pytest.mark.parametrize(
    ("limit", "asked"),
    [
        ("QUERY_SCAN_BYTES", [("GE_quantity", "1000000")]),
        ("QUERY_SORT_BYTES", [("orderBy", "https://ns.example.com/field")]),
    ],
)
async def test_a_query_that_reads_too_much_is_refused_as_one_that_reads_too_many(
    db: Database, monkeypatch: pytest.MonkeyPatch, limit: str, asked: list[tuple[str, str]]
) -> None:
    dice = random.Random(6)
    async with db.transaction() as tx:
        await history.capture(tx, [some_event(dice, number) for number in range(9)], actor=ACTOR, now=NOW)
    monkeypatch.setattr(queries, "CHUNK", 2)
    monkeypatch.setattr(limits, limit, 2_000)
    async with db.transaction(readonly=True) as tx:
        with pytest.raises(queries.QueryTooComplex, match="octets") as refused:
            await queries.find(tx, epcis.query_from_url(asked), 10)
    assert refused.value.facts["limit"] == 2_000
