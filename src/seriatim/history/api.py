"""JSON routes of history: units with their state, what happened to one, what stands in one."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import msgspec
from msgspec import UNSET, Struct, UnsetType

from seriatim import gs1
from seriatim.access import Call, Endpoint, verifiable_log
from seriatim.access.verifiable_log import LogFolder, Proved
from seriatim.base import limits
from seriatim.base.db import Transaction
from seriatim.base.errors import NotFound, Unprocessable
from seriatim.base.http import BadCursor, Page, PageRows, cursor_of, read_cursor
from seriatim.history import absent, events, master_data, own_part, policy_api, reads
from seriatim.history.absent import AbsentEvent
from seriatim.history.event_log import EventSource
from seriatim.history.keys import uri_of
from seriatim.history.model import EventHead, Item, Position, Standing, Status, StoredEvent, UnitFilter
from seriatim.history.partners import sight_of
from seriatim.history.sight import Sight

TAG = "units"


class UnitQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """Which units, and which page of them."""

    gtin: str | None = None
    lot: str | None = None
    status: Status | None = None
    order: str | None = None
    limit: PageRows = limits.PAGE_ROWS
    after: str | None = None


class EventsQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """Which page, and how much of each event."""

    limit: PageRows = limits.PAGE_ROWS
    after: str | None = None
    documents: bool = True
    """False leaves the documents out: an event of 10,000 units has half a megabyte."""


class UnitDetailQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """How much of one thing."""

    timeline: bool = False
    """True brings what happened to it in the same answer."""


HEADS_ALONE = EventsQuery(documents=False)


class Unit(Struct, frozen=True, kw_only=True):
    """One thing with its present state."""

    id: str
    """Its canonical Digital Link, or its URI."""
    scheme: str
    key: str
    """GTIN (14 digits), SSCC (18) ..."""
    serial: str | None
    status: Status
    biz_step: str | None
    disposition: str | None
    parent: str | None
    place: str | None
    """GLN or URI that its own events name."""
    lot: str | None
    expiry: date | None
    order_number: str | None
    first_event_time: datetime
    last_event_time: datetime
    events: int
    standings: tuple[Standing, ...]


class Whereabouts(Struct, frozen=True):
    """Where a thing really is: a packed unit moves with its case and pallet."""

    root: str
    place: str | None
    status: Status
    depth: int


class Happened(Struct, frozen=True, kw_only=True):
    """One event that names the thing."""

    event_id: str
    type: str
    action: str | None
    biz_step: str | None
    disposition: str | None
    read_point: str | None
    biz_location: str | None
    event_time: datetime
    event_time_zone_offset: str
    record_time: datetime
    declares_error: bool
    document: msgspec.Raw | UnsetType = UNSET
    """The whole event as JSON-LD, unless it was asked to stay out."""


class UnitDetail(Struct, frozen=True):
    """One thing, and where it really is."""

    unit: Unit
    whereabouts: Whereabouts
    timeline: Page[Happened] | UnsetType = UNSET
    """The newest page of what happened to it, without documents, if it was asked for."""


class Absent(Struct, frozen=True):
    """One event that names the thing and is not here any more."""

    event_time: datetime
    """To the millisecond."""
    archived: str | None
    """The archive that holds it; null when it was erased."""
    erased_at: datetime | None
    declares_error: bool


class Content(Struct, frozen=True):
    """One thing inside another."""

    id: str
    parent: str
    depth: int
    status: Status
    lot: str | None
    expiry: date | None


def key_in(text: str) -> gs1.Key:
    """The thing that a path names: `GTIN/serial`, a bare SSCC, or any GS1 spelling. Raises Unprocessable.

    >>> key_in("09506000134352/A1").digital_link()
    'https://id.gs1.org/01/09506000134352/21/A1'
    """
    number, _, serial = text.partition("/")
    if number.isascii() and number.isdigit():
        text = f"https://id.gs1.org/01/{number.zfill(14)}/21/{serial}" if serial else f"(00){number}"
    try:
        key = gs1.canonical_key(text)
    except gs1.GS1Error as error:
        raise Unprocessable(f"{text!r} names no unit, case or pallet: {error}", reason=error.code) from error
    if key.is_class:
        raise Unprocessable(f"{text!r} names a kind of thing, not one thing; add the serial number.")
    return key


async def list_units(call: Call[UnitQuery, None]) -> Page[Unit]:
    asked = call.query
    wanted = UnitFilter(gtin=asked.gtin, lot=asked.lot, status=asked.status, order_number=asked.order)
    page = await reads.units(call.tx, wanted, limit=asked.limit, after=asked.after)
    return Page([_unit(item) for item in page.items], page.next)


async def get_unit(call: Call[UnitDetailQuery, None]) -> UnitDetail:
    key = key_in(call.path["id"])
    sight = await sight_of(call.tx, call.actor, "units:read")
    if call.query.timeline and sight is None:
        return await _unit_and_timeline(call.tx, key)
    found = await (
        reads.item_and_position(call.tx, key)
        if sight is None
        else own_part.item_and_position(call.tx, key, sight)
    )
    if found is None:
        raise _never_named(key)
    timeline = await _what_happened(call.tx, key, HEADS_ALONE, sight) if call.query.timeline else UNSET
    return UnitDetail(_unit(found[0]), _whereabouts(found[1]), timeline)


async def _unit_and_timeline(tx: Transaction, key: gs1.Key) -> UnitDetail:
    """For who sees all: the thing comes with what happened to it."""
    limit = HEADS_ALONE.limit
    found = await events.item_and_timeline(tx, key, limit=limit + 1)
    where = await reads.position(tx, key)
    if found is None or where is None:
        raise _never_named(key)
    return UnitDetail(_unit(found[0]), _whereabouts(where), _page(found[1], limit))


def _never_named(key: gs1.Key) -> NotFound:
    return NotFound(f"No event has named {uri_of(key)}.")


def _whereabouts(where: Position) -> Whereabouts:
    return Whereabouts(uri_of(where.root), where.place, where.status, where.depth)


async def list_events(call: Call[EventsQuery, None]) -> Page[Happened]:
    sight = await sight_of(call.tx, call.actor, "units:read")
    return await _what_happened(call.tx, key_in(call.path["id"]), call.query, sight)


async def _what_happened(
    tx: Transaction, key: gs1.Key, asked: EventsQuery, sight: Sight | None
) -> Page[Happened]:
    limit, before = asked.limit, _event_position(asked.after)
    if asked.documents:
        page = await events.page_of_one(tx, key, limit=limit, before=before, sight=sight)
        return Page([_happened(one) for one in page.items], page.next)
    return _page(await events.timeline(tx, key, limit=limit + 1, before=before, sight=sight), limit)


def _page(found: Sequence[EventHead], limit: int) -> Page[Happened]:
    """`found` is one more than the page where there is more."""
    more = cursor_of(found[limit - 1].id) if len(found) > limit else None
    return Page([_happened(one) for one in found[:limit]], more)


async def list_absent(call: Call[None, None]) -> list[Absent]:
    found = await absent.absent_of(call.tx, key_in(call.path["id"]))
    return [Absent(one.event_time, one.file, one.erased_at, one.declares_error) for one in found]


async def list_contents(call: Call[None, None]) -> list[Content]:
    key, sight = key_in(call.path["id"]), await sight_of(call.tx, call.actor, "units:read")
    found = (
        await reads.contents(call.tx, key) if sight is None else await own_part.contents(call.tx, key, sight)
    )
    return [
        Content(uri_of(row.key), uri_of(row.parent), row.depth, row.status, row.lot, row.expiry)
        for row in found
    ]


def _event_position(cursor: str | None) -> int | None:
    if cursor is None:
        return None
    match read_cursor(cursor):
        case [int() as number] if abs(number) < 1 << 63:
            return number
        case _:
            raise BadCursor


def _unit(item: Item) -> Unit:
    values: dict[str, Any] = {name: getattr(item, name) for name in COPIED}
    return Unit(
        id=uri_of(item.key),
        scheme=item.key.scheme,
        key=item.key.key,
        serial=item.key.serial,
        parent=uri_of(item.parent) if item.parent else None,
        **values,
    )


COPIED = tuple(
    name for name in Unit.__struct_fields__ if name not in {"id", "scheme", "key", "serial", "parent"}
)


def _happened(one: EventHead) -> Happened:
    values: dict[str, Any] = {name: getattr(one, name) for name in Happened.__struct_fields__[:-1]}
    return Happened(**values, document=msgspec.Raw(one.document) if isinstance(one, StoredEvent) else UNSET)


async def prove_event(call: Call[None, None]) -> Proved:
    """The event of this eventID, to the letter while it is here, and the proof that it stands in the verifiable log."""
    sight = await sight_of(call.tx, call.actor)
    here = await events.event(call.tx, call.path["id"], sight=sight)
    gone = await absent.absent_by_name(call.tx, call.path["id"], sight=sight)
    told: list[StoredEvent | AbsentEvent] = [*here, *gone]
    number = next((one.id for one in told if not one.declares_error), None)
    log = LogFolder.of(call.environment)
    answer = await verifiable_log.proved(call.tx, log, EventSource(), number) if number is not None else None
    if answer is None:
        raise NotFound("There is no such event, or its checkpoint is not written yet; ask again in a second.")
    return answer


ENDPOINTS = (
    Endpoint(
        "GET",
        "/api/v1/units",
        "units:read",
        "Units, by product and serial",
        list_units,
        query=UnitQuery,
        returns=Page[Unit],
        tag=TAG,
    ),
    Endpoint(
        "GET",
        "/api/v1/units/{id:path}/events",
        "units:read",
        "What happened to a unit, case or pallet, newest first",
        list_events,
        query=EventsQuery,
        returns=Page[Happened],
        own="events:read_own",
        tag=TAG,
        description="`id`: `GTIN/serial`, an SSCC, or any URL-encoded GS1 spelling (Digital Link, EPC URN, brackets).",
    ),
    Endpoint(
        "GET",
        "/api/v1/units/{id:path}/absent-events",
        "units:read",
        "Events of a unit, case or pallet that are archived or erased, newest first, at most 1,000",
        list_absent,
        returns=list[Absent],
        tag=TAG,
    ),
    Endpoint(
        "GET",
        "/api/v1/events/{id:path}/proof",
        "events:read",
        "That an event stands in the verifiable log",
        prove_event,
        returns=Proved,
        own="events:read_own",
        tag=TAG,
        description="`id`: the eventID, URL-encoded.",
    ),
    Endpoint(
        "GET",
        "/api/v1/units/{id:path}/contents",
        "units:read",
        "What stands in a case or pallet, level by level",
        list_contents,
        returns=list[Content],
        own="events:read_own",
        tag=TAG,
    ),
    Endpoint(
        "GET",
        "/api/v1/units/{id:path}",
        "units:read",
        "A unit, case or pallet: its state and where it is",
        get_unit,
        query=UnitDetailQuery,
        returns=UnitDetail,
        own="events:read_own",
        tag=TAG,
    ),
    *policy_api.ENDPOINTS,
    *master_data.api.ENDPOINTS,
)
