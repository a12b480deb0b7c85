"""Shipments leave and arrive, with their events; what may not be is refused, and then nothing has happened."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import pytest
from tests.factories.plant import (
    ANNA,
    GTIN,
    LOT,
    NOW,
    PLANT_GLN,
    SHOP_GLN,
    commission,
    lease_serials,
    make_plant,
)

from seriatim import epcis, gs1, history, identity
from seriatim.areas import warehouse
from seriatim.areas.warehouse import store
from seriatim.base.db import Database, Transaction
from seriatim.base.errors import BadInput, NotFound
from seriatim.journeys import ship_and_receive

pytestmark = pytest.mark.anyio

SHIPPED, ARRIVED, OPENED, SOLD = (NOW + timedelta(hours=hours) for hours in (1, 20, 21, 30))


async def make_cases(tx: Transaction, cases: int, units: int = 2) -> tuple[list[str], list[str]]:
    """Cases of `units` each: their SSCCs, and the serials inside in order."""
    await make_plant(tx)
    serials = await lease_serials(tx, cases * units)
    await commission(tx, serials)
    ssccs = await identity.allocate_ssccs(tx, "9506000", cases, actor=ANNA, now=NOW)
    born = epcis.object_event(
        event_time=NOW,
        action="ADD",
        epc_list=[f"https://id.gs1.org/00/{sscc}" for sscc in ssccs],
        biz_step="commissioning",
        read_point=f"https://id.gs1.org/414/{PLANT_GLN}",
        biz_location=f"https://id.gs1.org/414/{PLANT_GLN}",
    )
    filled = [
        epcis.aggregation_event(
            event_time=NOW,
            action="ADD",
            parent_id=f"https://id.gs1.org/00/{sscc}",
            child_epcs=[
                f"https://id.gs1.org/01/{GTIN}/21/{serial}"
                for serial in serials[index * units : (index + 1) * units]
            ],
            biz_step="packing",
            read_point=f"https://id.gs1.org/414/{PLANT_GLN}",
            biz_location=f"https://id.gs1.org/414/{PLANT_GLN}",
        )
        for index, sscc in enumerate(ssccs)
    ]
    await history.capture(tx, [born, *filled], actor=ANNA, now=NOW, enforce=True)
    return ssccs, serials


def unit(serial: str) -> gs1.Key:
    return gs1.canonical_key(f"(01){GTIN}(21){serial}")


async def shipped(tx: Transaction, ssccs: Sequence[str]) -> warehouse.Shipment:
    return await ship_and_receive.ship(tx, ssccs, PLANT_GLN, SHOP_GLN, actor=ANNA, now=SHIPPED)


async def received(tx: Transaction, shipment: UUID, scanned: Sequence[str]) -> warehouse.Comparison:
    return await ship_and_receive.receive(tx, shipment, SHOP_GLN, scanned, actor=ANNA, now=ARRIVED)


async def test_one_scan_of_a_case_moves_all_that_is_in_it(db: Database) -> None:
    async with db.transaction() as tx:
        ssccs, serials = await make_cases(tx, 2)
        shipment = await shipped(tx, ssccs)
        assert (shipment.state, shipment.expected, shipment.arrived) == ("shipped", 2, None)
        before = [await history.position(tx, unit(serial)) for serial in serials]
        assert {position.status for position in before if position} == {"in_transit"}

        comparison = await received(tx, shipment.id, ssccs)

        assert (comparison.found, comparison.missing, comparison.extra) == (tuple(sorted(ssccs)), (), ())
        assert [await history.whereabouts(tx, unit(serial)) for serial in serials] == [SHOP_GLN] * 4
        arrived = await warehouse.known_shipment(tx, shipment.id)
        assert (arrived.state, arrived.arrived, arrived.received_at) == ("received", 2, ARRIVED)
        assert await history.rebuild(tx) == 0


async def test_what_is_missing_or_extra_is_named_and_does_not_move(db: Database) -> None:
    async with db.transaction() as tx:
        (sent, lost, stray), serials = await make_cases(tx, 3, units=1)
        shipment = await shipped(tx, [sent, lost])

        comparison = await received(tx, shipment.id, [sent, stray])

        assert (comparison.found, comparison.missing, comparison.extra) == ((sent,), (lost,), (stray,))
        places = [await history.whereabouts(tx, unit(serial)) for serial in serials]
        assert places[0] == SHOP_GLN
        assert SHOP_GLN not in places[1:]
        assert (await warehouse.known_shipment(tx, shipment.id)).arrived == 1
        found = await tx.rows("select sscc, found from warehouse_shipment_unit order by sscc")
        assert {row["sscc"]: row["found"] for row in found} == {sent: True, lost: False}


async def test_a_shipment_of_which_nothing_arrived_is_received_without_an_event(db: Database) -> None:
    async with db.transaction() as tx:
        ssccs, _ = await make_cases(tx, 1)
        shipment = await shipped(tx, ssccs)
        events = (await history.counts(tx)).events

        comparison = await received(tx, shipment.id, [])

        assert (comparison.found, comparison.missing) == ((), tuple(ssccs))
        assert (await history.counts(tx)).events == events


async def test_a_shipment_is_received_once(db: Database) -> None:
    async with db.transaction() as tx:
        ssccs, _ = await make_cases(tx, 1)
        shipment = await shipped(tx, ssccs)
        await received(tx, shipment.id, ssccs)

        with pytest.raises(warehouse.AlreadyReceived):
            async with tx.savepoint():
                await received(tx, shipment.id, [])

        assert (await warehouse.known_shipment(tx, shipment.id)).arrived == 1
        assert [row["found"] for row in await tx.rows("select found from warehouse_shipment_unit")] == [True]


async def test_a_shipment_is_received_only_where_it_was_sent(db: Database) -> None:
    async with db.transaction() as tx:
        ssccs, _ = await make_cases(tx, 1)
        shipment = await shipped(tx, ssccs)

        with pytest.raises(warehouse.WrongDestination) as refused:
            await ship_and_receive.receive(tx, shipment.id, PLANT_GLN, ssccs, actor=ANNA, now=NOW)

        assert refused.value.facts == {"to_gln": SHOP_GLN}
        assert (await warehouse.known_shipment(tx, shipment.id)).state == "shipped"


@pytest.mark.parametrize(("ssccs", "to_gln"), [([], SHOP_GLN), (["095060001343520017"], PLANT_GLN)])
async def test_a_shipment_needs_something_to_ship_and_two_places(
    db: Database, ssccs: list[str], to_gln: str
) -> None:
    async with db.transaction() as tx:
        with pytest.raises(BadInput):
            await ship_and_receive.ship(tx, ssccs, PLANT_GLN, to_gln, actor=ANNA, now=NOW)


async def test_what_was_never_commissioned_cannot_be_shipped_and_leaves_no_shipment(db: Database) -> None:
    async with db.transaction() as tx:
        await make_plant(tx)
    with pytest.raises(history.NotCommissioned):
        async with db.transaction() as tx:
            await shipped(tx, ["095060001343520017"])

    async with db.transaction(readonly=True) as tx:
        assert await store.shipments(tx, None, 10) == []


async def test_an_sscc_scanned_twice_is_shipped_once(db: Database) -> None:
    async with db.transaction() as tx:
        (sscc,), _ = await make_cases(tx, 1)

        shipment = await shipped(tx, [sscc, sscc])

        assert shipment.expected == len(await store.announced(tx, shipment.id))
        assert (await received(tx, shipment.id, [sscc])).found == (sscc,)


async def test_an_unknown_shipment_is_not_found(db: Database) -> None:
    async with db.transaction() as tx:
        with pytest.raises(NotFound):
            await received(tx, UUID(int=0), [])


async def test_opened_cases_leave_their_units_where_they_were_opened_and_sales_are_told(db: Database) -> None:
    async with db.transaction() as tx:
        (sscc,), serials = await make_cases(tx, 1)
        shipment = await shipped(tx, [sscc])
        await received(tx, shipment.id, [sscc])
        inside = [f"https://id.gs1.org/01/{GTIN}/21/{serial}" for serial in serials]
        await ship_and_receive.unpack(tx, [(sscc, inside)], SHOP_GLN, actor=ANNA, now=OPENED)
        await ship_and_receive.sell(tx, [(GTIN, serials[0])], SHOP_GLN, actor=ANNA, now=SOLD)

        sold, left = [await history.item(tx, unit(serial)) for serial in serials]

        assert sold is not None
        assert left is not None
        assert (sold.parent, sold.status, sold.lot) == (None, "sold", LOT)
        assert (left.parent, left.place) == (None, SHOP_GLN)
        assert await history.contents(tx, gs1.canonical_key(f"(00){sscc}")) == ()


async def test_shipments_come_newest_first(db: Database) -> None:
    async with db.transaction() as tx:
        ssccs, _ = await make_cases(tx, 3, units=1)
        made = [(await shipped(tx, [sscc])).id for sscc in ssccs]

        first = await store.shipments(tx, None, 2)
        rest = await store.shipments(tx, (first[-1].shipped_at, first[-1].id), 2)

    assert [shipment.id for shipment in [*first, *rest]] == sorted(made, reverse=True)
