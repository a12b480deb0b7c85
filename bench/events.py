"""Events of a plant that makes, packs and watches units, as a line and its partners send them."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

from seriatim import epcis, gs1
from seriatim.epcis import Event

GTIN: Final = "09506000134352"
"""The first product; the only one of a small plant."""
LOT: Final = "H26K20"
LOT_UNITS: Final = 1_000_000
CAMPAIGN_UNITS: Final = 200_000
"""So many units of one product are made before the plant turns to the next."""
RESOLVER: Final = "https://id.gs1.org"
PLANT: Final = "https://id.gs1.org/414/9506000134352"
WAREHOUSE: Final = "https://id.gs1.org/414/9506000134369"
START: Final = datetime(2026, 11, 1, 6, 0, tzinfo=UTC)


def at(seconds: float) -> datetime:
    """A moment of the plant's own time."""
    return START + timedelta(seconds=seconds)


def products(count: int) -> tuple[str, ...]:
    """GTINs of so many products."""
    return (GTIN, *(gs1.with_check_digit(f"0950600010{number:03}") for number in range(1, count)))


def unit(serial: str, gtin: str = GTIN) -> str:
    return f"{RESOLVER}/01/{gtin}/21/{serial}"


def path_of(link: str) -> str:
    """The Digital Link without its resolver."""
    return link.removeprefix(RESOLVER)


def logistic_unit(sscc: str) -> str:
    return f"https://id.gs1.org/00/{sscc}"


def campaign_of(place: int, gtins: Sequence[str]) -> tuple[str, str]:
    """GTIN and lot of the unit made at this place: products in turn, of each a new lot after a million units."""
    campaign = place // CAMPAIGN_UNITS
    number = (campaign // len(gtins) * CAMPAIGN_UNITS + place % CAMPAIGN_UNITS) // LOT_UNITS
    return gtins[campaign % len(gtins)], f"{LOT}-{number}" if number else LOT


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
