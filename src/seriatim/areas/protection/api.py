"""JSON routes of brand protection: scans, the map, alerts and their decisions."""

from datetime import timedelta
from typing import Final, Literal

import msgspec

from seriatim.access import Call, Endpoint
from seriatim.areas.protection import actions, store
from seriatim.areas.protection.model import Band
from seriatim.areas.protection.store import Alert, CellCount, HourCount, Label, ScanRow
from seriatim.base import limits
from seriatim.base.errors import BadInput
from seriatim.base.http import Page, PageRows, RowId, page_of, read_position, row_number


class ScanListing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which scans, newest first."""

    after: str = ""
    limit: PageRows = limits.PAGE_ROWS
    gtin: str | None = None
    serial: str | None = None
    band: Band | None = None


class AlertListing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which alerts, newest first."""

    after: str = ""
    limit: PageRows = limits.PAGE_ROWS
    state: Literal["open", "decided"] | None = None
    serial: str | None = None


class Since(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How far back, in hours."""

    hours: int = 24


class Decision(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an alert turned out to be, and why."""

    label: Label
    reason: str


class ScanMap(msgspec.Struct, frozen=True):
    """Where consumers scanned; thin places are folded together."""

    places: list[CellCount]
    hours: list[HourCount]
    verdicts: dict[str, int]


async def list_scans(call: Call[ScanListing, None]) -> Page[ScanRow]:
    query = call.query
    limit = query.limit
    rows = await store.scans(call.tx, query.serial, query.gtin, query.band, _before(query.after), limit + 1)
    return page_of(rows, limit, "id")


async def scan_map(call: Call[Since, None]) -> ScanMap:
    if not 1 <= call.query.hours <= 24 * 90:
        raise BadInput("hours must be 1 to 2160.", field="hours")
    since = call.now - timedelta(hours=call.query.hours)
    return ScanMap(
        list(await actions.places(call.tx, since)),
        await store.by_hour(call.tx, since),
        await store.verdicts(call.tx, since),
    )


async def list_alerts(call: Call[AlertListing, None]) -> Page[Alert]:
    query = call.query
    limit = query.limit
    rows = await store.alerts(call.tx, query.state, _before(query.after), limit + 1, query.serial)
    return page_of(rows, limit, "id")


async def show_alert(call: Call[None, None]) -> Alert:
    return await actions.alert(call.tx, row_number(call.path["id"], "An alert"))


async def decide(call: Call[None, Decision]) -> Alert:
    return await actions.decide(
        call.tx,
        row_number(call.path["id"], "An alert"),
        call.body.label,
        call.body.reason,
        actor=call.actor,
        now=call.now,
    )


def _before(after: str) -> int | None:
    return read_position(after, tuple[RowId])[0] if after else None


TAG: Final = "Protection"
ENDPOINTS: Final = (
    Endpoint(
        "GET", "/api/v1/scans", "scans:read", "List scans, newest first", list_scans,
        query=ScanListing, returns=Page[ScanRow], tag=TAG,
    ),
    Endpoint(
        "GET", "/api/v1/scans/map", "scans:read", "Where and when consumers scanned", scan_map,
        query=Since, returns=ScanMap, tag=TAG,
    ),
    Endpoint(
        "GET", "/api/v1/alerts", "alerts:read", "List alerts, newest first", list_alerts,
        query=AlertListing, returns=Page[Alert], tag=TAG,
    ),
    Endpoint("GET", "/api/v1/alerts/{id}", "alerts:read", "One alert", show_alert, returns=Alert, tag=TAG),
    Endpoint(
        "POST", "/api/v1/alerts/{id}/decide", "alerts:write", "Close an alert with a label and a reason", decide,
        body=Decision, returns=Alert, tag=TAG,
    ),
)  # fmt: skip
