"""The story of a unit: its own events, and those of the case and pallet it travelled in, each once, newest first."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from tests.factories.plant import ANNA, GTIN, NOW, PLANT_GLN, SHOP_GLN, commission, make_plant

from seriatim import epcis, gs1, history
from seriatim.base.db import Database, Transaction
from seriatim.epcis import Event
from seriatim.web.console.atlas import atlas
from seriatim.web.console.story import story_of

pytestmark = pytest.mark.anyio

START = NOW - timedelta(days=15)
CASE, PALLET = "195060001343520014", "195060001343520021"


def at(gln: str) -> str:
    return f"https://id.gs1.org/414/{gln}"


def unit(serial: str) -> str:
    return f"https://id.gs1.org/01/{GTIN}/21/{serial}"


def put(
    parent: str, children: Sequence[str], hours: int, *, action: str = "ADD", gln: str = PLANT_GLN
) -> Event:
    return epcis.aggregation_event(
        event_time=START + timedelta(hours=hours),
        action=action,
        parent_id=f"https://id.gs1.org/00/{parent}",
        child_epcs=children,
        biz_step="packing" if action == "ADD" else "unpacking",
        read_point=at(gln),
        biz_location=at(gln),
    )


def moved(thing: str, step: str, hours: int, gln: str) -> Event:
    return epcis.object_event(
        event_time=START + timedelta(hours=hours),
        action="OBSERVE",
        epc_list=[f"https://id.gs1.org/00/{thing}"],
        biz_step=step,
        read_point=at(gln),
        **({"biz_location": at(gln)} if step == "receiving" else {}),
    )


async def tell(tx: Transaction, events: Sequence[Event]) -> None:
    await history.capture(tx, events, actor=ANNA, now=NOW)


def key(serial: str) -> gs1.Key:
    return gs1.canonical_key(unit(serial))


async def pack_and_ship(tx: Transaction) -> None:
    """A1 to A3 in a case on a pallet to the shop, where the case is taken off and A1 out of it; then the case moves on."""
    await make_plant(tx)
    await commission(tx, ["A1", "A2", "A3"])
    cased = [unit(serial) for serial in ("A1", "A2", "A3")]
    await tell(
        tx,
        [
            put(CASE, cased, 1),
            put(PALLET, [f"https://id.gs1.org/00/{CASE}"], 2),
            moved(PALLET, "shipping", 3, PLANT_GLN),
            moved(PALLET, "receiving", 30, SHOP_GLN),
            put(PALLET, [f"https://id.gs1.org/00/{CASE}"], 31, action="DELETE", gln=SHOP_GLN),
            put(CASE, cased[:1], 32, action="DELETE", gln=SHOP_GLN),
            moved(CASE, "shipping", 40, SHOP_GLN),
            moved(PALLET, "shipping", 41, SHOP_GLN),
        ],
    )


async def test_a_unit_travels_with_its_case_and_pallet_as_long_as_it_is_inside(db: Database) -> None:
    async with db.transaction() as tx:
        await pack_and_ship(tx)
        story = await story_of(tx, key("A1"), await atlas(tx))

    assert [one.what for one in story.told] == [
        "Taken out of case",
        "Case taken off pallet",
        "Received in Boavista",
        "Shipped from Roastery",
        "Case put on pallet",
        "Packed in case",
        "Made and checked in Roastery",
    ]
    assert story.route() == (PLANT_GLN, SHOP_GLN)


async def test_what_happens_to_the_case_later_belongs_to_those_still_inside(db: Database) -> None:
    async with db.transaction() as tx:
        await pack_and_ship(tx)
        names = await atlas(tx)
        left, stayed = await story_of(tx, key("A1"), names), await story_of(tx, key("A2"), names)

    assert stayed.told[0].what == "Shipped from Boavista"
    assert left.told[0].what == "Taken out of case"


async def test_the_place_in_the_case_is_the_order_of_packing(db: Database) -> None:
    async with db.transaction() as tx:
        await pack_and_ship(tx)
        story = await story_of(tx, key("A2"), await atlas(tx))

    (packing,) = story.packings
    assert packing.parent == gs1.canonical_key(f"(00){CASE}")
    assert packing.place_of(key("A2")) == 2
    assert packing.place_of(key("ZZ")) == 0
    assert packing.until is None


async def test_a_case_tells_what_it_was_filled_with(db: Database) -> None:
    async with db.transaction() as tx:
        await pack_and_ship(tx)
        story = await story_of(tx, gs1.canonical_key(f"(00){CASE}"), await atlas(tx))

    words = [one.what for one in story.told]
    assert "Filled with 3 units" in words
    assert "Emptied of 1 unit" in words
    assert "Case put on pallet" in words


async def test_a_thing_of_which_nobody_told_has_no_story(db: Database) -> None:
    async with db.transaction() as tx:
        await make_plant(tx)
        story = await story_of(tx, key("NEVER"), await atlas(tx))

    assert story.told == ()
    assert story.packings == ()


async def test_what_happened_at_one_moment_is_told_in_the_order_of_hands(db: Database) -> None:
    async with db.transaction() as tx:
        await make_plant(tx)
        await commission(tx, ["A1", "A2"])
        inside, cased = [unit("A1"), unit("A2")], [f"https://id.gs1.org/00/{CASE}"]
        off, out = put(PALLET, cased, 9, action="DELETE"), put(CASE, inside, 9, action="DELETE")
        await tell(tx, [put(PALLET, cased, 1), put(CASE, inside, 1), out, off])
        names = await atlas(tx)
        of_unit = await story_of(tx, key("A1"), names)
        of_case = await story_of(tx, gs1.canonical_key(f"(00){CASE}"), names)

    assert [one.what for one in of_unit.told][:4] == [
        "Taken out of case",
        "Case taken off pallet",
        "Case put on pallet",
        "Packed in case",
    ]
    assert [one.what for one in of_case.told] == [
        "Emptied of 2 units",
        "Case taken off pallet",
        "Case put on pallet",
        "Filled with 2 units",
    ]
