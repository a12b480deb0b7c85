"""Events: what was told, by whom, in the order it became known; and one of them, its story first, its JSON folded."""

from collections import Counter
from typing import Final

import msgspec
from starlette.responses import Response

from seriatim import history
from seriatim.access import verifiable_log
from seriatim.access.verifiable_log import LogFolder
from seriatim.base.errors import NotFound
from seriatim.history import EventQuery, StoredEvent, event_log
from seriatim.web.console.asking import ROWS, number_in, text_in
from seriatim.web.console.atlas import atlas
from seriatim.web.console.story import tell, things_in, things_of
from seriatim.web.pages import Page, Visit
from seriatim.web.ui import words

THINGS_SHOWN: Final = 60
DOCUMENT_SHOWN: Final = 20_000
"""Characters of the JSON on the page; the whole can be downloaded."""


async def listing(visit: Visit) -> Response:
    names = await atlas(visit.tx)
    step, place = text_in(visit, "step"), text_in(visit, "place")
    asked = EventQuery(
        biz_steps=(step,) if step else (),
        read_points=(place,) if place else (),
        order="record_time",
        descending=True,
    )
    page = await history.query(visit.tx, asked, ROWS, visit.query.get("after") or None)
    return visit.html(
        "console/events.html",
        section="Events",
        page=page,
        rows=[(event, things_in(event)) for event in page.items],
        step=step,
        place=place,
        steps=await history.words_in_use(visit.tx, "biz_step"),
        counts=await history.counts(visit.tx),
        atlas=names,
    )


async def _known(visit: Visit) -> StoredEvent:
    number = number_in(visit.path["id"], "event")
    found = await history.events_by_id(visit.tx, [number])
    if not found:
        raise NotFound(f"There is no event {number}.")
    return found[0]


async def document_of_event(visit: Visit) -> Response:
    """The event as it is kept, byte for byte."""
    event = await _known(visit)
    headers = {"content-disposition": f'attachment; filename="event-{event.id}.jsonld"'}
    return Response(event.document, media_type="application/ld+json", headers=headers)


async def proof_of_event(visit: Visit) -> Response:
    """What it takes to check without us that the event stands in the verifiable log."""
    event = await _known(visit)
    log = LogFolder.of(visit.app.environment)
    proof = await verifiable_log.proof_of(visit.tx, log, event_log.KIND, event.id)
    if proof is None:
        raise NotFound("This event is not under a checkpoint yet; ask again in a second.")
    headers = {"content-disposition": f'attachment; filename="event-{event.id}.tlog-proof"'}
    return Response(str(proof), media_type="text/plain", headers=headers)


async def one(visit: Visit) -> Response:
    event, names = await _known(visit), await atlas(visit.tx)
    things = things_of(event)
    document = msgspec.json.format(event.document, indent=2).decode()
    kinds = Counter(names.thing(key) for key in things)
    return visit.html(
        "console/event.html",
        section="Events",
        event=event,
        told=tell(event, things[0], names) if things else None,
        headline=words.step_word(event.biz_step, event.type),
        things=things[:THINGS_SHOWN],
        more=max(0, len(things) - THINGS_SHOWN),
        kinds=kinds,
        corrections=[each for each in await history.event(visit.tx, event.event_id) if each.id != event.id],
        document=document[:DOCUMENT_SHOWN],
        is_cut=len(document) > DOCUMENT_SHOWN,
        proof=await verifiable_log.proof_of(
            visit.tx, LogFolder.of(visit.app.environment), event_log.KIND, event.id
        ),
        atlas=names,
    )


PAGES: Final = (
    Page("/console/events", listing, "events:read"),
    Page("/console/events/{id}", one, "events:read"),
    Page("/console/events/{id}/document", document_of_event, "events:read"),
    Page("/console/events/{id}/proof", proof_of_event, "events:read"),
)
