"""Events of a plant that makes, packs and watches units, as a line and its partners send them."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

from seriatim import epcis
from seriatim.epcis import Event

GTIN: Final = "09506000134352"
LOT: Final = "H26K20"
LOT_UNITS: Final = 1_000_000
PLANT: Final = "https://id.gs1.org/414/9506000134352"
WAREHOUSE: Final = "https://id.gs1.org/414/9506000134369"
START: Final = datetime(2026, 11, 1, 6, 0, tzinfo=UTC)


def at(seconds: float) -> datetime:
    """A moment of the plant's own time."""
    return START + timedelta(seconds=seconds)


def unit(serial: str) -> str:
    return f"https://id.gs1.org/01/{GTIN}/21/{serial}"


def logistic_unit(sscc: str) -> str:
    return f"https://id.gs1.org/00/{sscc}"


def lot_of(place: int) -> str:
    """The lot of the unit made at this place: a new one after each million."""
    return LOT if place < LOT_UNITS else f"{LOT}-{place // LOT_UNITS}"


def commissioned(units: Sequence[str], when: datetime, lot: str = LOT) -> Event:
    return epcis.object_event(
        event_time=when,
        action="ADD",
        epc_list=units,
        biz_step="commissioning",
        disposition="active",
        read_point=PLANT,
        biz_location=PLANT,
        lot=lot,
        expiry=date(2027, 11, 20),
    )


def packed(parent: str, children: Sequence[str], when: datetime) -> Event:
    return epcis.aggregation_event(
        event_time=when,
        action="ADD",
        parent_id=parent,
        child_epcs=children,
        biz_step="packing",
        disposition="in_progress",
        read_point=PLANT,
        biz_location=PLANT,
    )


def observed(epcs: Sequence[str], when: datetime) -> Event:
    return epcis.object_event(
        event_time=when,
        action="OBSERVE",
        epc_list=epcs,
        biz_step="storing",
        disposition="in_progress",
        read_point=WAREHOUSE,
        biz_location=WAREHOUSE,
    )
