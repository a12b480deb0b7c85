"""Events: what was told, by whom, in the order it became known; found by any code, filtered, and followed live."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from starlette.responses import Response, StreamingResponse

from seriatim import access, gs1, history
from seriatim.base import limits
from seriatim.base.db import Transaction
from seriatim.base.errors import BadInput
from seriatim.base.http import Page as Rows
from seriatim.gs1 import Key
from seriatim.history import EventQuery, StoredEvent
from seriatim.web.console import codes, tail
from seriatim.web.console.asking import ROWS, sentence, text_in
from seriatim.web.console.atlas import Atlas, atlas
from seriatim.web.console.telling import rows_of, teller, tellers
from seriatim.web.pages import Page, Visit
from seriatim.web.sessions import session_of
from seriatim.web.ui import words

HERE: Final = "/console/events"
FILTERS: Final[Mapping[str, str]] = {
    "step": "Step",
    "disposition": "Disposition",
    "place": "Place",
    "type": "Type",
    "by": "Told by",
    "from": "From",
    "until": "Until",
}
NAMED_FORMS: Final = ("ni:", "urn:uuid:")
"""How an eventID begins."""
OTHER_FORMS: Final = ("urn:", "http:", "https:")
STREAM: Final = {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-store",
    "x-accel-buffering": "no",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for."""

    values: Mapping[str, str]
    """Every parameter that is set, `q` too; what a shared address holds."""
    query: EventQuery
    kind: Key | None = None
    """A product or lot whose things must be named."""
    subject: str = ""
    """What the code in `q` was understood as, in words."""
    fault: str = ""
    """Why the code in `q` cannot be read."""

    @property
    def is_filtered(self) -> bool:
        return bool(self.values)


def asked_in(visit: Visit, names: Atlas) -> Asked:
    """The question in the address. Raises BadInput for a time that is none."""
    values = {name: text for name in ("q", *FILTERS) if (text := text_in(visit, name))}

    def one(name: str) -> tuple[str, ...]:
        return (values[name],) if name in values else ()

    query = EventQuery(
        biz_steps=one("step"),
        dispositions=one("disposition"),
        places=one("place"),
        types=one("type"),
        captured_by=one("by"),
        event_time_from=_moment(values, "from"),
        event_time_before=_moment(values, "until"),
        order="captured",
        descending=True,
    )
    if "q" not in values:
        return Asked(values, query)
    return _with_code(values, query, names)


def _with_code(values: Mapping[str, str], query: EventQuery, names: Atlas) -> Asked:
    """The question narrowed by what its code names."""
    code = values["q"]
    if code.startswith(NAMED_FORMS):
        return Asked(values, replace(query, event_ids=(code,)), subject=f"the event {code}")
    try:
        keys = codes.read(code)
    except gs1.GS1Error as error:
        if code.startswith(OTHER_FORMS) and not code.startswith("urn:epc:"):
            return Asked(values, replace(query, epcs=(code,)), subject=code)
        return Asked(values, query, fault=sentence(str(error)))
    key = next((one for one in keys if one.scheme == "sgln" and one.key in names.locations), keys[0])
    if key.scheme == "sgln":
        place = history.place_of(key.digital_link())
        return Asked(values, replace(query, places=(place,)), subject=f"the place {names.place(place)}")
    if key.is_class:
        lot = f", lot {key.lot}" if key.lot else ""
        return Asked(values, query, key, f"{names.product(key.key)}{lot}")
    return Asked(values, replace(query, epcs=(key.digital_link(),)), subject=_spoken(key, names))


def _spoken(key: Key, names: Atlas) -> str:
    if key.scheme == "sgtin":
        return f"unit {key.serial} of {names.product(key.key)}"
    return f"case or pallet {key.key}" if key.scheme == "sscc" else key.digital_link()


def _moment(values: Mapping[str, str], name: str) -> datetime | None:
    """A time as a browser's field writes it; without a zone it is UTC. Raises BadInput."""
    if name not in values:
        return None
    try:
        moment = datetime.fromisoformat(values[name])
    except ValueError:
        raise BadInput(
            f"{FILTERS[name]} is a date, or a date with a time: 2026-11-20T12:00.", field=name
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


async def listing(visit: Visit) -> Response:
    names = await atlas(visit.tx)
    asked = asked_in(visit, names)
    after = visit.query.get("after") or None
    since = await history.feed_now(visit.tx)
    page: Rows[StoredEvent] = Rows([])
    if not asked.fault:
        page = await history.search(visit.tx, asked.query, asked.kind, limit=ROWS, after=after)
    known = await tellers(visit.tx)
    offered = await history.lately(visit.tx)
    return visit.html(
        "console/events.html",
        400 if asked.fault else 200,
        section="Events",
        asked=asked,
        chips=[
            (name, FILTERS[name], _chip(name, value, names, known))
            for name, value in asked.values.items()
            if name in FILTERS
        ],
        page=page,
        rows=await asyncio.to_thread(rows_of, page.items, names),
        findings=await history.findings_of(visit.tx, [event.id for event in page.items]),
        steps=[(one, words.step_word(one)) for one in offered["biz_step"]],
        places=[(gln, one.name) for gln, one in names.locations.items()],
        dispositions=[(one, words.spoken(one)) for one in offered["disposition"]],
        types=[(one, words.type_word(one)) for one in offered["type"]],
        senders=[(one, teller(one, known)) for one in offered["captured_by"]],
        scanned=limits.QUERY_SCAN_EVENTS,
        known=known,
        teller=teller,
        tail="" if after or asked.fault else tail.address(HERE, asked.values, since),
        total=await history.how_many(visit.tx),
        examples=codes.EXAMPLES,
        atlas=names,
    )


def _chip(name: str, value: str, names: Atlas, known: Mapping[str, str]) -> str:
    """A filter's value as people say it."""
    match name:
        case "step":
            return words.step_word(value)
        case "place":
            return names.place(value)
        case "type":
            return words.type_word(value)
        case "by":
            return teller(value, known)
        case "disposition":
            return words.spoken(value)
    return value.replace("T", " ")


async def follow(visit: Visit) -> Response:
    """Server-sent events: the rows that come after `since`, or after Last-Event-ID."""
    names = await atlas(visit.tx)
    asked = asked_in(visit, names)
    if asked.fault:
        raise BadInput(asked.fault, field="q")
    position = tail.position_in(visit.request.headers.get("last-event-id") or text_in(visit, "since"))
    if visit.request.method == "HEAD":
        return Response(None, 200, STREAM)

    async def is_welcome(tx: Transaction) -> bool:
        session = await session_of(visit.app, tx, visit.request)
        return session is not None and access.may(session.actor, "events:read")

    rows = tail.follow(visit.app, asked.query, asked.kind, position, is_welcome)
    return StreamingResponse(rows, headers=STREAM)


PAGES: Final = (
    Page(HERE, listing, "events:read"),
    Page(f"{HERE}/tail", follow, "events:read"),
)
