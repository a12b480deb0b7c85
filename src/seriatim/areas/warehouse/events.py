"""What the warehouse tells the history: shipped, received, sold. One event names the pallets, not what is in them."""

from collections.abc import Sequence
from datetime import datetime

from seriatim import epcis

CANONICAL = "https://id.gs1.org"


def shipped(ssccs: Sequence[str], from_gln: str, to_gln: str, at: datetime) -> epcis.Event:
    """The pallets leave: OBSERVE, shipping, in_transit, with source and destination (CBV 7.1, 7.4)."""
    return epcis.object_event(
        event_time=at,
        action="OBSERVE",
        epc_list=[f"{CANONICAL}/00/{sscc}" for sscc in ssccs],
        biz_step="shipping",
        disposition="in_transit",
        read_point=f"{CANONICAL}/414/{from_gln}",
        sources=[("location", f"{CANONICAL}/414/{from_gln}")],
        destinations=[("location", f"{CANONICAL}/414/{to_gln}")],
    )


def received(ssccs: Sequence[str], gln: str, at: datetime) -> epcis.Event:
    """The pallets arrive: OBSERVE, receiving, in_progress, and stand here from now on."""
    return epcis.object_event(
        event_time=at,
        action="OBSERVE",
        epc_list=[f"{CANONICAL}/00/{sscc}" for sscc in ssccs],
        biz_step="receiving",
        disposition="in_progress",
        read_point=f"{CANONICAL}/414/{gln}",
        biz_location=f"{CANONICAL}/414/{gln}",
    )


def sold(units: Sequence[tuple[str, str]], gln: str, at: datetime) -> epcis.Event:
    """Units, as (GTIN, serial), leave a shop: OBSERVE, retail_selling, retail_sold."""
    return epcis.object_event(
        event_time=at,
        action="OBSERVE",
        epc_list=[f"{CANONICAL}/01/{gtin}/21/{serial}" for gtin, serial in units],
        biz_step="retail_selling",
        disposition="retail_sold",
        read_point=f"{CANONICAL}/414/{gln}",
        biz_location=f"{CANONICAL}/414/{gln}",
    )


def unpacked(parent_sscc: str, children: Sequence[str], gln: str, at: datetime) -> epcis.Event:
    """The children, as Digital Links, come out of a case or pallet: DELETE, unpacking."""
    return epcis.aggregation_event(
        event_time=at,
        action="DELETE",
        parent_id=f"{CANONICAL}/00/{parent_sscc}",
        child_epcs=list(children),
        biz_step="unpacking",
        read_point=f"{CANONICAL}/414/{gln}",
        biz_location=f"{CANONICAL}/414/{gln}",
    )
