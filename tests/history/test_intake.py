import asyncio
import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest

from seriatim import epcis, gs1, history
from seriatim.access import SYSTEM
from seriatim.base import limits
from seriatim.base.db import Database
from seriatim.epcis import Event, Extension, Instant
from seriatim.history.candidates import candidates_of

pytestmark = pytest.mark.anyio

T0 = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
GTIN = "09506000134352"
CASE = "https://id.gs1.org/00/195060001343520014"
OTHER_CASE = "https://id.gs1.org/00/195060001343520038"
PALLET = "https://id.gs1.org/00/195060001343520021"
PLANT = "9506000134352"
SHOP = "9506000134369"


def at(minutes: int) -> datetime:
    return T0 + timedelta(minutes=minutes)


def unit(serial: str) -> str:
    return f"https://id.gs1.org/01/{GTIN}/21/{serial}"


def key(uri: str) -> gs1.Key:
    return gs1.canonical_key(uri)


def gln(number: str) -> str:
    return f"https://id.gs1.org/414/{number}"


def commission(minutes: int, *serials: str, lot: str = "L1") -> Event:
    return epcis.object_event(
        action="ADD",
        event_time=at(minutes),
        epc_list=[unit(serial) for serial in serials],
        biz_step="commissioning",
        biz_location=gln(PLANT),
        ilmd=(
            Extension("urn:epcglobal:cbv:mda", "lotNumber", lot),
            Extension("urn:epcglobal:cbv:mda", "itemExpirationDate", "2027-11-20"),
        ),
    )


def pack(minutes: int, parent: str, *children: str) -> Event:
    return epcis.aggregation_event(
        action="ADD",
        event_time=at(minutes),
        parent_id=parent,
        child_epcs=children,
        biz_step="packing",
        biz_location=gln(PLANT),
    )


def unpack(minutes: int, parent: str, *children: str, where: str = SHOP) -> Event:
    return epcis.aggregation_event(
        action="DELETE",
        event_time=at(minutes),
        parent_id=parent,
        child_epcs=children,
        biz_step="unpacking",
        biz_location=gln(where),
    )


def see(minutes: int, step: str, *epcs: str, where: str = SHOP, **fields: Any) -> Event:
    return epcis.object_event(
        action="OBSERVE",
        event_time=at(minutes),
        epc_list=epcs,
        biz_step=step,
        biz_location=gln(where),
        **fields,
    )


async def keep(db: Database, *events: Event, enforce: bool = False) -> history.Captured:
    async with db.transaction() as tx:
        return await history.capture(tx, events, actor=SYSTEM, now=NOW, enforce=enforce)


async def differing(db: Database) -> int:
    async with db.transaction() as tx:
        return await history.rebuild(tx)


STORY = (
    commission(0, "A1", "A2", "A3"),
    pack(1, CASE, unit("A1"), unit("A2")),
    pack(2, PALLET, CASE),
    see(3, "shipping", PALLET, where=PLANT, disposition="in_transit"),
    see(4, "receiving", PALLET),
    unpack(5, PALLET),
    unpack(6, CASE, unit("A1")),
    see(7, "retail_selling", unit("A1"), disposition="retail_sold"),
    pack(8, OTHER_CASE, unit("A1"), unit("A3")),
    unpack(9, CASE),
    epcis.object_event(action="DELETE", event_time=at(10), epc_list=[unit("A2")], biz_step="destroying"),
)


async def dump(db: Database) -> list[tuple[object, ...]]:
    """Every item with all that is known of it."""
    async with db.transaction() as tx:
        rows = await tx.rows(
            """select c.scheme, c.key, i.*, p.scheme as parent_scheme, p.key as parent_key from history_item i
            join history_class c using (class) left join history_class p on p.class = i.parent_class"""
        )
    kept = []
    for row in rows:
        values = dict(row)
        values["events"] = sorted(values["events"])
        del values["class"], values["parent_class"]  # numbers of the dictionary follow the order of arrival
        kept.append(tuple(values.values()))
    return sorted(kept, key=repr)


async def test_a_commissioned_unit_is_known_with_lot_expiry_and_place(db: Database) -> None:
    captured = await keep(db, commission(0, "A1"))

    async with db.transaction() as tx:
        item = await history.item(tx, key(unit("A1")))
    assert (captured.accepted, captured.duplicates) == (1, 0)
    assert item is not None
    assert item.key == key(unit("A1"))
    assert (item.status, item.lot, item.expiry, item.place) == (
        "commissioned",
        "L1",
        date(2027, 11, 20),
        PLANT,
    )
    assert (item.biz_step, item.parent, item.events, item.is_live) == ("commissioning", None, 1, True)
    assert (item.first_event_time, item.last_event_time, item.standings) == (at(0), at(0), ())


async def test_an_event_that_only_xml_can_say_is_rebuilt_too(db: Database) -> None:
    """GS1's XML schema allows a persistentDisposition on an aggregation, its JSON schema forbids it (V10)."""
    packed = pack(1, CASE, unit("A1"))
    marked = msgspec.structs.replace(
        packed, persistent_disposition=epcis.PersistentDisposition(set=("completeness_verified",))
    )

    captured = await keep(db, commission(0, "A1"), marked)

    assert captured.accepted == 2
    assert await differing(db) == 0


async def test_what_no_event_named_is_unknown(db: Database) -> None:
    async with db.transaction() as tx:
        assert await history.item(tx, key(unit("A1"))) is None
        assert await history.whereabouts(tx, key(unit("A1"))) is None
        assert await history.contents(tx, key(CASE)) == ()
        assert await history.events_of(tx, key(unit("A1"))) == ()


async def test_a_replay_of_the_same_document_changes_nothing(db: Database) -> None:
    """Acceptance: EPCIS 49, T10, I4."""
    await keep(db, *STORY)
    before = await dump(db)

    again = await keep(db, *reversed(STORY))

    assert (again.accepted, again.duplicates, again.events) == (0, len(STORY), ())
    assert {verdict.outcome for verdict in again.verdicts} == {"DUPLICATE"}
    assert await dump(db) == before


async def test_a_replay_in_another_spelling_is_a_duplicate(db: Database) -> None:
    """Acceptance: EPCIS 49, 51."""
    await keep(db, see(1, "shipping", "urn:epc:id:sgtin:9506000.013435.A1"))

    again = await keep(db, see(1, "shipping", f"https://shop.example/01/{GTIN}/10/L1/21/A1"))

    assert again.duplicates == 1


async def test_the_same_event_twice_in_one_document_counts_once(db: Database) -> None:
    captured = await keep(db, commission(0, "A1"), commission(0, "A1"))

    assert (captured.accepted, captured.duplicates) == (1, 1)
    assert [verdict.outcome for verdict in captured.verdicts] == ["ACCEPTED", "DUPLICATE"]


async def test_an_event_id_with_other_content_is_rejected_and_the_first_stays(db: Database) -> None:
    """Acceptance: EPCIS 49, T09."""
    named = "urn:uuid:831c0292-4de1-430a-8255-2aca821abaab"
    await keep(db, msgspec.structs.replace(commission(0, "A1"), event_id=named))

    other = msgspec.structs.replace(see(1, "shipping", unit("A1")), event_id=named)
    captured = await keep(db, other, see(2, "storing", unit("A1")))

    assert [(one.outcome, one.code) for one in captured.verdicts] == [
        ("REJECTED", "event_id_taken"),
        ("ACCEPTED", None),
    ]
    async with db.transaction() as tx:
        (kept,) = await history.event(tx, named)
    assert kept.biz_step == "commissioning"


async def test_one_event_under_a_second_name_is_found_by_both(db: Database) -> None:
    names = "urn:uuid:831c0292-4de1-430a-8255-2aca821abaab", "urn:uuid:11111111-4de1-430a-8255-2aca821abaab"
    for name in names:
        await keep(db, msgspec.structs.replace(commission(0, "A1"), event_id=name))

    async with db.transaction() as tx:
        found = [await history.event(tx, name) for name in names]
    assert found[0] == found[1]
    assert len(found[0]) == 1


async def test_an_event_without_a_name_is_called_by_its_hash(db: Database) -> None:
    event = commission(0, "A1")
    await keep(db, event)

    async with db.transaction() as tx:
        (kept,) = await history.event(tx, epcis.event_hash(event))
    assert kept.record_time == NOW
    assert epcis.load_event(kept.document).event_id == epcis.event_hash(event)


async def test_two_lots_that_differ_by_leading_zeros_are_two_events(db: Database) -> None:
    """Acceptance: EPCIS 50."""
    captured = await keep(db, commission(0, "A1", lot="0012"), commission(0, "A1", lot="12"))

    assert captured.accepted == 2


async def test_events_of_one_millisecond_with_equal_bits_are_kept_both(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("seriatim.history.candidates.event_id_of", lambda _time, _digest: 7 << 22)

    first = await keep(db, commission(0, "A1"), commission(0, "A2"))
    second = await keep(db, commission(0, "A3"), commission(0, "A2"))

    assert first.events == (7 << 22, (7 << 22) + 1)
    assert second.events == ((7 << 22) + 2,)
    assert second.duplicates == 1


async def test_the_event_time_is_kept_whole(db: Database) -> None:
    """Acceptance: EPCIS 2."""
    event = msgspec.structs.replace(
        commission(0, "A1"),
        event_time=datetime(2026, 1, 1, 0, 0, 0, 123456, tzinfo=UTC),
        event_time_text="2026-01-01T00:00:00.1234567Z",
        event_time_zone_offset="+02:00",
    )
    captured = await keep(db, event)

    async with db.transaction() as tx:
        (kept,) = await history.events_by_id(tx, captured.events)
    assert kept.event_time == event.event_time
    written = epcis.load_event(kept.document)
    assert (written.event_time_text, written.event_time_zone_offset) == (
        "2026-01-01T00:00:00.1234567Z",
        "+02:00",
    )


@pytest.mark.parametrize("year", [1, 1899, 3000, 9999])
async def test_a_year_that_only_a_broken_clock_tells_is_rejected(db: Database, year: int) -> None:
    """Acceptance: T11."""
    event = msgspec.structs.replace(commission(0, "A1"), event_time=datetime(year, 1, 1, tzinfo=UTC))

    captured = await keep(db, event)

    assert [(one.outcome, one.code) for one in captured.verdicts] == [("REJECTED", "unusable_event")]
    with pytest.raises(history.UnusableEvent):
        await keep(db, event, enforce=True)


async def test_an_inbound_record_time_is_replaced(db: Database) -> None:
    """Acceptance: EPCIS 3."""
    old = Instant(datetime(1999, 1, 1, tzinfo=UTC), "1999-01-01T00:00:00Z")
    captured = await keep(db, msgspec.structs.replace(commission(0, "A1"), record_time=old))

    async with db.transaction() as tx:
        (kept,) = await history.events_by_id(tx, captured.events)
    assert kept.record_time == NOW
    assert epcis.load_event(kept.document).record_time == Instant(NOW, "2026-11-20T12:00:00.000000Z")


async def test_a_capture_is_audited_and_posted_once(db: Database) -> None:
    captured = await keep(db, commission(0, "A1"), commission(1, "A2"))
    await keep(db, commission(0, "A1"))

    async with db.transaction() as tx:
        audited = await tx.rows("select deed, subject from access_audit")
        posted = await tx.rows("select topic, payload from base_outbox")
    assert [tuple(row) for row in audited] == [("history.capture", str(captured.events[0]))]
    assert [tuple(row) for row in posted] == [("history.captured", {"events": list(captured.events)})]


@pytest.mark.parametrize("seed", range(3))
async def test_late_and_shuffled_events_give_the_state_of_the_story_in_order(seed: int, db: Database) -> None:
    """Acceptance: I4. Every prefix lets the kept state be made again from the events."""
    shuffled = [*STORY, *STORY[:4]]
    random.Random(seed).shuffle(shuffled)
    for event in shuffled:
        await keep(db, event)
    shuffled_state = await dump(db)
    assert await differing(db) == 0

    async with db.transaction() as tx:
        await tx.execute("truncate history_event, history_event_name, history_item, history_item_events")
    await keep(db, *STORY)

    assert shuffled_state == await dump(db)
    assert await differing(db) == 0


async def test_a_late_packing_into_a_case_emptied_since_leaves_the_unit_outside(db: Database) -> None:
    await keep(db, commission(0, "A1"), unpack(5, CASE))
    await keep(db, pack(1, CASE, unit("A1")))

    async with db.transaction() as tx:
        assert await history.contents(tx, key(CASE)) == ()
        assert await history.ancestors(tx, key(unit("A1"))) == ()
        assert await history.whereabouts(tx, key(unit("A1"))) == SHOP
    assert await differing(db) == 0


async def test_a_unit_moves_with_its_pallet(db: Database) -> None:
    """Acceptance: EPCIS 55: one event for the pallet puts every unit in transit."""
    await keep(db, *STORY[:3])

    await keep(db, STORY[3])

    async with db.transaction() as tx:
        position = await history.position(tx, key(unit("A1")))
        chain = await history.ancestors(tx, key(unit("A1")))
    assert position == history.Position(key(PALLET), PLANT, "in_transit", 2)
    assert chain == (key(CASE), key(PALLET))

    await keep(db, STORY[4])
    async with db.transaction() as tx:
        position = await history.position(tx, key(unit("A1")))
    assert position == history.Position(key(PALLET), SHOP, "in_stock", 2)


async def test_contents_come_level_by_level(db: Database) -> None:
    await keep(db, *STORY[:3])

    async with db.transaction() as tx:
        inside = await history.contents(tx, key(PALLET))
        direct = await history.contents(tx, key(PALLET), depth=1)
    assert [(row.key, row.parent, row.depth, row.lot) for row in inside] == [
        (key(CASE), key(PALLET), 1, None),
        (key(unit("A1")), key(CASE), 2, "L1"),
        (key(unit("A2")), key(CASE), 2, "L1"),
    ]
    assert direct == inside[:1]


async def test_contents_come_case_by_case_whatever_else_tells_units_apart(db: Database) -> None:
    """B1 stands in the second case though it sorts before C1; A2 is sold, and still between A1 and A3."""
    await keep(
        db,
        commission(0, "A3", "A1", "A2", "C1", "B1"),
        pack(1, CASE, unit("A3"), unit("A1"), unit("A2"), unit("C1")),
        pack(2, OTHER_CASE, unit("B1")),
        pack(3, PALLET, OTHER_CASE, CASE),
        see(4, "retail_selling", unit("A2")),
    )

    async with db.transaction() as tx:
        inside = await history.contents(tx, key(PALLET))
    cases = sorted([key(CASE), key(OTHER_CASE)])
    in_case = {
        key(CASE): [("A1", "commissioned"), ("A2", "sold"), ("A3", "commissioned"), ("C1", "commissioned")],
        key(OTHER_CASE): [("B1", "commissioned")],
    }
    assert [row.key for row in inside if row.depth == 1] == cases
    assert [(row.parent, row.key.serial, row.status) for row in inside if row.depth == 2] == [
        (case, *said) for case in cases for said in in_case[case]
    ]


async def test_a_sold_unit_that_nobody_unpacked_is_where_it_was_sold(db: Database) -> None:
    await keep(db, *STORY[:5], see(6, "retail_selling", unit("A1"), where="9506000134376"))

    async with db.transaction() as tx:
        sold = await history.position(tx, key(unit("A1")))
        other = await history.position(tx, key(unit("A2")))
    assert sold is not None
    assert (sold.place, sold.status) == ("9506000134376", "sold")
    assert other is not None
    assert (other.place, other.status) == (SHOP, "in_stock")


async def test_events_of_a_unit_come_newest_first_and_in_pages(db: Database) -> None:
    await keep(db, *STORY)

    async with db.transaction() as tx:
        first = await history.events_of(tx, key(unit("A1")), limit=3)
        rest = await history.events_of(tx, key(unit("A1")), before=first[-1].id)
    assert [one.biz_step for one in (*first, *rest)] == [
        "packing", "retail_selling", "unpacking", "packing", "commissioning",
    ]  # fmt: skip


async def test_event_ids_past_the_limit_of_a_row_spill_and_are_found_all(db: Database) -> None:
    count = limits.ITEM_EVENTS_INLINE + 5
    events = [see(minute, "inspecting", unit("A1")) for minute in range(count)]
    await keep(db, *events[:100])
    await keep(db, *events[100:])
    await keep(db, see(count, "storing", unit("A1")))

    async with db.transaction() as tx:
        found = await history.events_of(tx, key(unit("A1")), limit=1000)
        item = await history.item(tx, key(unit("A1")))
        inline = await tx.value("select cardinality(events) from history_item")
    assert len(found) == count + 1
    assert len({one.id for one in found}) == count + 1
    assert item is not None
    assert item.events == count + 1
    assert inline == 1


async def test_an_event_declared_wrong_leaves_the_state(db: Database) -> None:
    """Acceptance: EPCIS 24, 55: the shipment that did not occur is taken back."""
    shipped = see(3, "shipping", unit("A1"), where=PLANT)
    wrong = msgspec.structs.replace(
        shipped,
        event_id=epcis.event_hash(shipped),
        error_declaration=epcis.ErrorDeclaration(
            declaration_time=Instant(at(9), "2026-11-20T08:09:00Z"), reason="did_not_occur"
        ),
    )
    await keep(db, commission(0, "A1"), shipped)

    captured = await keep(db, wrong)

    assert captured.accepted == 1
    async with db.transaction() as tx:
        item = await history.item(tx, key(unit("A1")))
        both = await history.event(tx, epcis.event_hash(shipped))
    assert item is not None
    assert (item.status, item.biz_step, item.events) == ("commissioned", "commissioning", 3)
    assert [one.declares_error for one in both] == [False, True]
    assert await differing(db) == 0
    assert (await keep(db, wrong, shipped)).duplicates == 2


async def test_an_event_declared_wrong_in_other_words_leaves_the_state_of_all_that_it_named(
    db: Database,
) -> None:
    name = "urn:uuid:831c0292-4de1-430a-8255-2aca821abaab"
    told = msgspec.structs.replace(commission(0, "A1", "A2"), event_id=name)
    wrong = msgspec.structs.replace(
        commission(0, "A1"),
        event_id=name,
        error_declaration=epcis.ErrorDeclaration(declaration_time=Instant(at(9), "2026-11-20T08:09:00Z")),
    )
    await keep(db, told)
    await keep(db, wrong)

    async with db.transaction() as tx:
        made = await history.items(tx, [key(unit("A1")), key(unit("A2"))])
    assert [one.status for one in made] == ["uncommissioned"] * 2
    assert await differing(db) == 0


async def test_an_emptying_declared_wrong_puts_the_contents_back(db: Database) -> None:
    emptied = unpack(5, CASE)
    wrong = msgspec.structs.replace(
        emptied,
        event_id=epcis.event_hash(emptied),
        error_declaration=epcis.ErrorDeclaration(declaration_time=Instant(at(9), "2026-11-20T08:09:00Z")),
    )
    await keep(db, *STORY[:2], emptied)

    await keep(db, wrong)

    async with db.transaction() as tx:
        inside = await history.contents(tx, key(CASE))
    assert [row.key for row in inside] == [key(unit("A1")), key(unit("A2"))]
    assert await differing(db) == 0


async def test_enforcing_refuses_a_second_case_and_names_the_first(db: Database) -> None:
    """Acceptance: EPCIS 53, T12, I5."""
    first = pack(1, CASE, unit("A1"))
    await keep(db, commission(0, "A1"), first, enforce=True)

    with pytest.raises(history.AlreadyPacked) as refused:
        await keep(db, pack(2, OTHER_CASE, unit("A1")), enforce=True)

    assert refused.value.facts["child"] == unit("A1")
    assert refused.value.facts["parent"] == CASE
    assert refused.value.facts["blocking_event"] == epcis.event_hash(first)
    async with db.transaction() as tx:
        assert await history.item(tx, key(OTHER_CASE)) is None
        assert await tx.value("select count(*) from history_event") == 2


async def test_enforcing_refuses_shipping_what_was_never_made(db: Database) -> None:
    with pytest.raises(history.NotCommissioned):
        await keep(db, see(1, "shipping", unit("A1")), enforce=True)


async def test_enforcing_finds_a_cycle_through_the_store(db: Database) -> None:
    await keep(db, commission(0, "A1"), pack(1, CASE, unit("A1")), pack(2, PALLET, CASE), enforce=True)

    with pytest.raises(history.ContainmentCycle):
        await keep(db, pack(3, CASE, PALLET), enforce=True)


async def test_enforcing_counts_the_levels_in_the_store(db: Database) -> None:
    """Acceptance: I5."""
    boxes = [f"https://id.gs1.org/00/{gs1.with_check_digit(f'19506000134352{n:03d}')}" for n in range(11)]
    await keep(db, commission(0, "A1"), pack(1, boxes[0], unit("A1")), enforce=True)
    for level in range(7):
        await keep(db, pack(2 + level, boxes[level + 1], boxes[level]), enforce=True)

    with pytest.raises(history.ContainmentTooDeep):
        await keep(db, pack(20, boxes[8], boxes[7]), enforce=True)


async def test_enforcing_lets_a_replay_pass(db: Database) -> None:
    story = [commission(0, "A1"), pack(1, CASE, unit("A1"))]
    await keep(db, *story, enforce=True)

    assert (await keep(db, *story, enforce=True)).duplicates == 2


async def test_enforcing_raises_for_a_taken_event_id(db: Database) -> None:
    named = "urn:uuid:831c0292-4de1-430a-8255-2aca821abaab"
    await keep(db, msgspec.structs.replace(commission(0, "A1"), event_id=named))

    with pytest.raises(history.EventIdTaken):
        await keep(db, msgspec.structs.replace(commission(1, "A1"), event_id=named), enforce=True)


async def test_of_two_stations_that_claim_one_unit_exactly_one_wins(db: Database) -> None:
    """Acceptance: I5, R3."""
    serials = [f"A{n}" for n in range(12)]
    await keep(db, commission(0, *serials))

    async def claim(case: str, serial: str) -> bool:
        try:
            await keep(db, pack(1, case, unit(serial)), enforce=True)
        except history.AlreadyPacked:
            return False
        return True

    async def both(serial: str) -> Sequence[bool]:
        return await asyncio.gather(claim(CASE, serial), claim(OTHER_CASE, serial))

    wins = [sum(pair) for pair in await asyncio.gather(*map(both, serials[:4]))]
    wins += [sum(await both(serial)) for serial in serials[4:]]

    assert wins == [1] * len(serials)
    assert await differing(db) == 0


async def test_many_stations_that_claim_the_same_units_for_two_cases_do_not_block_each_other(
    db: Database,
) -> None:
    """R3: who comes second sees what the unit stands in by now, and asks for that, too; never in a circle."""
    for hour in range(8):
        serials = [f"B{hour}{n}" for n in range(6)]
        await keep(db, commission(60 * hour, *serials))
        claims = [(case, serial) for serial in serials for case in (CASE, OTHER_CASE)]

        done = await asyncio.gather(
            *(keep(db, pack(60 * hour + 1, case, unit(serial)), enforce=True) for case, serial in claims),
            return_exceptions=True,
        )

        refused = [one for one in done if isinstance(one, BaseException)]
        assert len(refused) == len(serials)
        assert {type(one) for one in refused} == {history.AlreadyPacked}
    assert await differing(db) == 0


async def test_an_event_whose_id_and_all_near_it_are_taken_is_rejected_and_its_neighbours_are_kept(
    db: Database,
) -> None:
    crowded, neighbour = commission(0, "A1"), commission(1, "A2")
    first = candidates_of([crowded], NOW)[0].id
    async with db.transaction() as tx:
        await tx.execute(
            """insert into history_event (id, strict_hash, event_id, type, event_time, event_time_zone_offset, record_time,
                document, captured_by)
            select $1::bigint + number, sha256(number::text::bytea), 'made:' || number, 'ObjectEvent', $2, '+00:00', $2, '', 'key:x'
            from generate_series(0, 63) as number""",
            first,
            NOW,
        )

    captured = await keep(db, crowded, neighbour)

    assert [(one.outcome, one.code) for one in captured.verdicts] == [
        ("REJECTED", history.UnusableEvent.code),
        ("ACCEPTED", None),
    ]


async def test_one_document_captured_by_two_at_once_is_kept_once(db: Database) -> None:
    story = [commission(0, "A1"), pack(1, CASE, unit("A1"))]

    captured = await asyncio.gather(*(keep(db, *story, enforce=True) for _ in range(4)))

    assert sorted(one.accepted for one in captured) == [0, 0, 0, 2]
    assert await differing(db) == 0


async def test_the_same_events_in_opposite_order_at_once_do_not_block_each_other(db: Database) -> None:
    for round_ in range(5):
        events = [see(round_ * 20 + minute, "storing", unit(f"A{minute}"), unit("B")) for minute in range(20)]

        captured = await asyncio.gather(keep(db, *events), keep(db, *reversed(events)))

        assert sum(one.accepted for one in captured) == 20
    assert await differing(db) == 0


async def test_ten_thousand_units_are_packed_in_one_go(db: Database) -> None:
    serials = [f"S{n:05d}" for n in range(10_000)]
    await keep(db, commission(0, *serials), enforce=True)

    await keep(db, pack(1, CASE, *map(unit, serials)), enforce=True)

    async with db.transaction() as tx:
        inside = await history.contents(tx, key(CASE))
        counts = await history.counts(tx)
    assert len(inside) == 10_000
    assert (counts.by_status, counts.packed, counts.events) == ({"commissioned": 10_000}, 10_000, 2)
    assert await differing(db) == 0
