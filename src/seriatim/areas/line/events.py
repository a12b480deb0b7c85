"""What the line tells the history: units commissioned, units packed into cases, cases put on pallets."""

from collections.abc import Sequence
from datetime import datetime

from seriatim import epcis
from seriatim.areas.line.model import Order, Pallet

CANONICAL = "https://id.gs1.org"


def unit_id(gtin: str, serial: str) -> str:
    """The canonical Digital Link of a unit."""
    return f"{CANONICAL}/01/{gtin}/21/{serial}"


def sscc_id(sscc: str) -> str:
    """The canonical Digital Link of a case or pallet."""
    return f"{CANONICAL}/00/{sscc}"


def gln_id(gln: str) -> str:
    """The canonical Digital Link of a place."""
    return f"{CANONICAL}/414/{gln}"


def commissioned(order: Order, serials: Sequence[str], at: datetime) -> epcis.Event:
    """The units that passed the camera begin to exist: ADD, commissioning, active, with lot and expiry (CBV 7.1)."""
    return epcis.object_event(
        event_time=at,
        action="ADD",
        epc_list=[unit_id(order.gtin, serial) for serial in serials],
        biz_step="commissioning",
        disposition="active",
        read_point=gln_id(order.plant),
        biz_location=gln_id(order.plant),
        biz_transactions=[("prodorder", f"urn:seriatim:order:{order.number}")],
        lot=order.lot,
        expiry=order.expiry,
    )


def packed(order: Order, pallets: Sequence[Pallet], at: datetime) -> list[epcis.Event]:
    """The cases and pallets begin to exist and are filled: commissioning of the SSCCs, then one ADD for each parent."""
    cases = [case for pallet in pallets for case in pallet.cases]
    born = [sscc_id(case.sscc) for case in cases] + [sscc_id(pallet.sscc) for pallet in pallets]
    place = gln_id(order.plant)
    events = [
        epcis.object_event(
            event_time=at,
            action="ADD",
            epc_list=born,
            biz_step="commissioning",
            disposition="active",
            read_point=place,
            biz_location=place,
        )
    ]
    parents = [(case.sscc, [unit_id(order.gtin, serial) for serial in case.serials]) for case in cases]
    parents += [(pallet.sscc, [sscc_id(case.sscc) for case in pallet.cases]) for pallet in pallets]
    return events + [
        epcis.aggregation_event(
            event_time=at,
            action="ADD",
            parent_id=sscc_id(sscc),
            child_epcs=children,
            biz_step="packing",
            disposition="in_progress",
            read_point=place,
            biz_location=place,
        )
        for sscc, children in parents
    ]
