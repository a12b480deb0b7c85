"""The feed as those follow it who want to be told of what a query finds."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from seriatim import epcis, history
from seriatim.access import Actor
from seriatim.base import limits
from seriatim.base.db import Database
from seriatim.history import events, following

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
US = Actor(kind="key", id="us", name="us", role="integration")
STEPS = ("shipping", "storing", "packing")
QUERIES: list[dict[str, Any]] = [
    {},
    {"EQ_bizStep": ["shipping"]},
    {"EQ_bizStep": ["storing", "packing"], "GE_eventTime": "2026-11-20T12:07:00Z"},
    {"MATCH_anyEPC": ["https://id.gs1.org/01/09506000134352/21/U1"]},
    {"GT_quantity": 1},
    {"EQ_bizStep": ["receiving"]},
]


async def planted(db: Database) -> list[history.StoredEvent]:
    """Twenty events, a few in each of several transactions, a minute apart."""
    for batch in range(5):
        async with db.transaction() as tx:
            told = [
                epcis.object_event(
                    event_time=NOW + timedelta(minutes=4 * batch + number),
                    action="OBSERVE",
                    biz_step=STEPS[(batch + number) % 3],
                    epc_list=[f"https://id.gs1.org/01/09506000134352/21/U{number}"],
                )
                for number in range(4)
            ]
            await history.capture(tx, told, actor=US, now=NOW + timedelta(minutes=batch))
    async with db.transaction() as tx:
        rows = await tx.rows("select id from history_event")
        found = await history.events_by_id(tx, [row["id"] for row in rows])
    return sorted(found, key=lambda one: (one.tx, one.id))


async def test_whatever_the_size_of_each_look_all_that_match_are_found_once_and_in_order(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed = await planted(db)
    end = (feed[-1].tx, feed[-1].id)
    for body in QUERIES:
        query = epcis.query_from_body(body)
        wanted = [
            one.id for one in feed if epcis.matches(query, epcis.load_event(one.document, written=True))
        ]
        for chunk, scan, limit, octets in (
            (1, 1, 1, 1),
            (2, 5, 3, 8_000_000),
            (3, 3, 100, 700),
            (500, 10_000, 4, 8_000_000),
            (500, 10_000, 100, 1),
            (7, 7, 1, 1_500),
        ):
            monkeypatch.setattr(limits, "PAGE_BYTES", octets)
            monkeypatch.setattr(following, "CHUNK", chunk)
            monkeypatch.setattr(limits, "QUERY_SCAN_EVENTS", scan)
            found, place, looks = [], events.FIRST, 0
            while place < end:
                async with db.transaction() as tx:
                    look = await following.follow(tx, query, place, end, limit)
                assert look.place > place, "it always comes further"
                assert len(look.events) <= limit
                found += [one.id for one in look.events]
                place, looks = look.place, looks + 1
                assert looks <= len(feed) + 1
            assert (found, place) == (wanted, end)


async def test_a_look_ends_where_it_is_told_to_and_begins_where_recording_did(db: Database) -> None:
    feed = await planted(db)
    middle = feed[9]
    query = epcis.query_from_body({})
    async with db.transaction() as tx:
        first = await following.follow(tx, query, events.FIRST, (middle.tx, middle.id), 100)
        late = await following.follow(
            tx,
            query,
            events.FIRST,
            (feed[-1].tx, feed[-1].id),
            100,
            recorded_from=NOW + timedelta(minutes=3),
        )
        place = await following.place_at(tx, NOW + timedelta(hours=1, minutes=3))
        never = await following.place_at(tx, NOW + timedelta(days=9))
        head = await following.head(tx)

    assert [one.id for one in first.events] == [one.id for one in feed[:10]]
    assert [one.id for one in late.events] == [one.id for one in feed[12:]]
    assert (feed[11].tx, feed[11].id) < place < (feed[12].tx, feed[12].id)
    assert never == head
