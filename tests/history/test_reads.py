from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from tests.factories import feed

from seriatim import epcis, gs1, history
from seriatim.access import SYSTEM
from seriatim.base import limits
from seriatim.base.db import Database
from seriatim.base.http import BadCursor
from seriatim.epcis import Event

pytestmark = pytest.mark.anyio

T0 = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
GTIN, OTHER_GTIN = "09506000134352", "09506000134369"
CASE = f"https://id.gs1.org/00/{gs1.with_check_digit('19506000134352001')}"
PLANT, SHOP = "9506000134352", "9506000134369"


def unit(serial: str, gtin: str = GTIN) -> str:
    return f"https://id.gs1.org/01/{gtin}/21/{serial}"


def key(uri: str) -> gs1.Key:
    return gs1.canonical_key(uri)


def born(minute: int, epcs: Sequence[str], lot: str = "L1", order: str = "PO-1") -> Event:
    return epcis.object_event(
        action="ADD",
        event_time=T0 + timedelta(minutes=minute),
        epc_list=epcs,
        biz_step="commissioning",
        biz_location=f"https://id.gs1.org/414/{PLANT}",
        biz_transactions=[("prodorder", f"urn:seriatim:order:{order}")],
        lot=lot,
        expiry=date(2027, 11, 20),
    )


def seen(minute: int, step: str, *epcs: str, where: str = SHOP) -> Event:
    return epcis.object_event(
        action="OBSERVE",
        event_time=T0 + timedelta(minutes=minute),
        epc_list=epcs,
        biz_step=step,
        biz_location=f"https://id.gs1.org/414/{where}",
    )


def packed(minute: int, *epcs: str) -> Event:
    return epcis.aggregation_event(
        action="ADD",
        event_time=T0 + timedelta(minutes=minute),
        parent_id=CASE,
        child_epcs=epcs,
        biz_step="packing",
    )


async def keep(db: Database, *events: Event, now: datetime = NOW) -> history.Captured:
    async with db.transaction() as tx:
        return await history.capture(tx, events, actor=SYSTEM, now=now)


async def test_items_come_in_the_order_asked_for_and_only_the_known_ones(db: Database) -> None:
    await keep(db, born(0, [unit("A"), unit("B")]))

    async with db.transaction() as tx:
        found = await history.items(tx, [key(unit("B")), key(unit("X")), key(unit("A")), key(unit("B"))])

    assert [item.key for item in found] == [key(unit("B")), key(unit("A"))]


async def test_units_are_filtered_and_come_in_pages(db: Database) -> None:
    await keep(
        db,
        born(0, [unit(f"S{n}") for n in range(5)]),
        born(1, [unit("T1")], lot="L2", order="PO-2"),
        born(2, [unit("U1", OTHER_GTIN)]),
        packed(3, unit("S0")),
        seen(4, "retail_selling", unit("S4")),
    )

    async with db.transaction() as tx:
        first = await history.units(tx, limit=4)
        rest = await history.units(tx, limit=4, after=first.next)
        sold = await history.units(tx, history.UnitFilter(status="sold"))
        lot = await history.units(tx, history.UnitFilter(gtin=GTIN, lot="L2"))
        order = await history.units(tx, history.UnitFilter(order_number="PO-2"))
        other = await history.units(tx, history.UnitFilter(gtin=OTHER_GTIN))
        with pytest.raises(BadCursor):
            await history.units(tx, after="WyJ4Il0")
    assert [item.key.serial for item in first.items] == ["S0", "S1", "S2", "S3"]
    assert first.items[0].parent == key(CASE)
    assert [item.key.serial for item in rest.items] == ["S4", "T1", "U1"]
    assert rest.next is None
    assert [item.key.serial for item in sold.items] == ["S4"]
    assert [item.key.serial for item in lot.items] == ["T1"]
    assert order == lot
    assert [item.key.key for item in other.items] == [OTHER_GTIN]


async def test_a_standing_is_told_with_the_unit_until_it_is_lifted(db: Database) -> None:
    await keep(db, born(0, [unit("A"), unit("B")]), born(0, [unit("C")], lot="L2"))

    async with db.transaction() as tx:
        first = await history.stand_lot(tx, "recalled", GTIN, "L1", "recall 7", now=NOW)
        again = await history.stand_lot(tx, "recalled", GTIN, "L1", "recall 7", now=NOW)
        blocked = await history.stand(tx, "blocked", [key(unit("A")), key(unit("X"))], "case 1", now=NOW)
        found = await history.items(tx, [key(unit(serial)) for serial in "ABC"])
    assert (first, again, blocked) == (2, 0, 2)
    assert [[(one.kind, one.reference, one.since) for one in item.standings] for item in found] == [
        [("blocked", "case 1", NOW), ("recalled", "recall 7", NOW)],
        [("recalled", "recall 7", NOW)],
        [],
    ]

    async with db.transaction() as tx:
        assert await history.lift(tx, "recalled", "recall 7", keys=[key(unit("B"))], now=NOW) == 1
        assert await history.lift(tx, "recalled", "recall 7", now=NOW) == 1
        found = await history.items(tx, [key(unit(serial)) for serial in "AB"])
    assert [[one.kind for one in item.standings] for item in found] == [["blocked"], []]


async def test_a_lot_is_where_its_roots_are(db: Database) -> None:
    await keep(
        db,
        born(0, [unit(f"S{n}") for n in range(6)]),
        born(0, [unit("T1")], lot="L2"),
        packed(1, *[unit(f"S{n}") for n in range(4)]),
        seen(2, "receiving", CASE),
        seen(3, "retail_selling", unit("S0"), where="9506000134376"),
    )

    async with db.transaction() as tx:
        held = await history.holders_of_lot(tx, GTIN, "L1")
        lots = await history.lots(tx, GTIN)
    assert held == (
        history.Holder(SHOP, "in_stock", 3),
        history.Holder(PLANT, "commissioned", 2),
        history.Holder("9506000134376", "sold", 1),
    )
    assert {(lot.lot, lot.units, lot.expiry) for lot in lots} == {
        ("L1", 6, date(2027, 11, 20)),
        ("L2", 1, date(2027, 11, 20)),
    }


async def test_the_figures_of_the_house_are_counted(db: Database) -> None:
    await keep(db, born(0, [unit("A"), unit("B")]), packed(1, unit("A")))
    await keep(db, seen(2, "shipping", unit("B")), now=NOW + timedelta(hours=1))

    async with db.transaction() as tx:
        counts = await history.counts(tx)
        hours = await history.events_by_hour(tx, T0)
    assert counts == history.Counts(by_status={"commissioned": 1, "in_transit": 1}, packed=1, events=3)
    assert hours == ((NOW, 2), (NOW + timedelta(hours=1), 1))


async def test_the_feed_gives_every_event_once_in_the_order_of_commit(db: Database) -> None:
    """Acceptance: I8, R6: what a slow transaction writes is not skipped."""
    async with db.transaction() as slow:
        await history.capture(slow, [born(0, [unit("A")])], actor=SYSTEM, now=NOW)
        await keep(db, born(1, [unit("B", OTHER_GTIN)]))
        async with db.transaction() as tx:
            early = await history.feed(tx)

    await feed.is_settled(db)
    async with db.transaction() as tx:
        first = await history.feed(tx, limit=1)
        rest = await history.feed(tx, (first[-1].tx, first[-1].id))
    assert early == ()
    assert len({one.id for one in (*first, *rest)}) == 2
    assert [one.event_time for one in (*first, *rest)] == [T0, T0 + timedelta(minutes=1)]


async def test_a_query_is_answered_in_pages_of_any_order(db: Database) -> None:
    await keep(db, born(5, [unit("A")]), seen(1, "storing", unit("A")))
    await keep(db, seen(3, "shipping", unit("A")), now=NOW + timedelta(minutes=1))

    async def steps(order: history.Order, *, descending: bool) -> list[str | None]:
        found: list[str | None] = []
        after: str | None = None
        while True:
            asked = history.EventQuery(order=order, descending=descending, epcs=(unit("A"),))
            async with db.transaction() as tx:
                page = await history.query(tx, asked, 1, after)
            found += [one.biz_step for one in page.items]
            if (after := page.next) is None:
                return found

    assert await steps("event_time", descending=False) == ["storing", "shipping", "commissioning"]
    assert await steps("event_time", descending=True) == ["commissioning", "shipping", "storing"]
    assert (await steps("captured", descending=False))[-1] == "shipping"
    assert (await steps("record_time", descending=True))[0] == "shipping"


async def test_a_query_with_a_foreign_cursor_is_refused(db: Database) -> None:
    async with db.transaction() as tx:
        with pytest.raises(BadCursor):
            await history.query(tx, history.EventQuery(), 10, "WyJ4Il0")


async def test_words_in_use_are_told(db: Database) -> None:
    await keep(db, born(0, [unit("A")]), seen(1, "storing", unit("A")))

    async with db.transaction() as tx:
        assert await history.words_in_use(tx, "biz_step") == ("commissioning", "storing")
        assert await history.words_in_use(tx, "biz_location") == (PLANT, SHOP)


async def test_what_ends_a_case_ends_all_that_was_not_taken_out_before(db: Database) -> None:
    """Acceptance: EPCIS 55."""
    out = epcis.aggregation_event(
        action="DELETE",
        event_time=T0 + timedelta(minutes=2),
        parent_id=CASE,
        child_epcs=[unit("B")],
        biz_step="unpacking",
    )
    gone = epcis.object_event(
        action="DELETE", event_time=T0 + timedelta(minutes=3), epc_list=[CASE], biz_step="destroying"
    )
    await keep(db, born(0, [unit("A"), unit("B")]), packed(1, unit("A"), unit("B")), out, gone)

    async with db.transaction() as tx:
        found = [await history.position(tx, key(epc)) for epc in (unit("A"), unit("B"), CASE)]
        held = await history.holders_of_lot(tx, GTIN, "L1")

    assert [one and one.status for one in found] == ["destroyed", "commissioned", "destroyed"]
    assert sorted(one.status for one in held) == ["commissioned", "destroyed"]


async def test_a_thing_comes_with_its_timeline_as_both_come_alone(db: Database) -> None:
    """One statement and two give one answer: packed, seen more often than its row has room for, unknown."""
    busy, packed_one = unit("BUSY"), unit("PACKED")
    many = [seen(10 + minute, "storing", busy) for minute in range(limits.ITEM_EVENTS_INLINE + 3)]
    await keep(db, born(0, [busy, packed_one]), packed(1, packed_one))
    await keep(db, *many)
    async with db.transaction(readonly=True) as tx:
        for name, told in ((busy, len(many) + 1), (packed_one, 2), (CASE, 1)):
            alone = await history.item(tx, key(name)), await history.timeline(tx, key(name), limit=1_000)
            assert await history.item_and_timeline(tx, key(name), limit=1_000) == alone
            assert len(alone[1]) == told
        few = await history.item_and_timeline(tx, key(busy), limit=5)
        assert few is not None
        assert few[1] == (await history.timeline(tx, key(busy)))[:5]
        assert await history.item_and_timeline(tx, key(unit("NOBODY"))) is None
