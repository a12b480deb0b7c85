"""JSON routes of the warehouse: shipments and what came of them. Sending and receiving are journeys (web/api)."""

from datetime import datetime
from uuid import UUID

import msgspec

from seriatim.access import Call, Endpoint
from seriatim.areas.warehouse import actions, store
from seriatim.areas.warehouse.model import Shipment
from seriatim.base import limits
from seriatim.base.errors import NotFound
from seriatim.base.http import Moment, Page, PageRows, page_of, read_position


class Listing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which page of the shipments."""

    after: str = ""
    limit: PageRows = limits.PAGE_ROWS


class ShipmentReport(msgspec.Struct, frozen=True):
    """A shipment and the SSCCs on its papers."""

    shipment: Shipment
    ssccs: list[str]


async def listing(call: Call[Listing, None]) -> Page[Shipment]:
    limit = call.query.limit
    rows = await store.shipments(call.tx, _position(call.query.after), limit + 1)
    return page_of(rows, limit, "shipped_at", "id")


async def report(call: Call[None, None]) -> ShipmentReport:
    shipment = await actions.known_shipment(call.tx, shipment_id(call.path["id"]))
    return ShipmentReport(shipment, await store.announced(call.tx, shipment.id))


def shipment_id(text: str) -> UUID:
    """The id in a path, or NotFound."""
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound(f"There is no shipment {text}.") from error


def _position(cursor: str) -> tuple[datetime, UUID] | None:
    if not cursor:
        return None
    return read_position(cursor, tuple[Moment, UUID])


TAG = "Shipments"
ENDPOINTS = (
    Endpoint(
        "GET",
        "/api/v1/shipments",
        "shipments:read",
        "Shipments, newest first",
        listing,
        query=Listing,
        returns=Page[Shipment],
        tag=TAG,
    ),
    Endpoint(
        "GET",
        "/api/v1/shipments/{id}",
        "shipments:read",
        "One shipment with its papers",
        report,
        returns=ShipmentReport,
        tag=TAG,
    ),
)
