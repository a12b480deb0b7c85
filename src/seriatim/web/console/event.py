"""One event: its story first, then the things in it, the proof that it stands in the log, and its documents, folded."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import msgspec
from starlette.responses import Response

from seriatim import epcis, history
from seriatim.access import verifiable_log
from seriatim.access.verifiable_log import Checkpoint, LogFolder, Proof
from seriatim.base.errors import NotFound, Unprocessable
from seriatim.history import EventAbsent, StoredEvent, event_log
from seriatim.web.console.asking import number_in
from seriatim.web.console.atlas import atlas
from seriatim.web.console.scene import scene_of
from seriatim.web.console.telling import teller, tellers
from seriatim.web.pages import Page, Visit
from seriatim.web.ui import words

THINGS_SHOWN: Final = 60
DOCUMENT_SHOWN: Final = 20_000
"""Characters of a document on the page; the whole can be downloaded."""
LATE: Final = timedelta(hours=1)
"""An event told later than this is said to be told late."""
HERE: Final = "/console/events"


@dataclass(frozen=True, slots=True)
class Sealed:
    """Where the event stands in the verifiable log, and the road from there to a signed checkpoint."""

    proof: Proof
    checkpoint: Checkpoint
    signatures: int


@dataclass(frozen=True, slots=True)
class Written:
    """The event in one syntax, as much of it as the page shows."""

    text: str
    whole: int
    """Characters in all."""

    @property
    def is_cut(self) -> bool:
        return self.whole > len(self.text)


async def _known(visit: Visit) -> StoredEvent:
    """The event of the number in the address. Raises NotFound; EventAbsent when it is archived or erased."""
    number = number_in(visit.path["id"], "event")
    found = await history.events_by_id(visit.tx, [number])
    if not found:
        gone = await history.absent_by_id(visit.tx, [number])
        raise EventAbsent.of(str(number), gone[0]) if gone else NotFound(f"There is no event {number}.")
    return found[0]


async def _sealed(visit: Visit, number: int) -> Sealed | None:
    log = LogFolder.of(visit.app.environment)
    proof = await verifiable_log.proof_of(visit.tx, log, event_log.KIND, number)
    if proof is None:
        return None
    text, _, signatures = proof.note.partition("\n\n")
    return Sealed(proof, Checkpoint.parse(f"{text}\n"), signatures.count("\u2014"))


async def one(visit: Visit) -> Response:
    number = number_in(visit.path["id"], "event")
    if gone := await history.absent_by_id(visit.tx, [number]):
        sealed = await _sealed(visit, number)
        return visit.html("console/event_absent.html", section="Events", gone=gone[0], sealed=sealed)
    event, names = await _known(visit), await atlas(visit.tx)
    known = await tellers(visit.tx)
    told_by = teller(event.captured_by, known)
    scene = await asyncio.to_thread(scene_of, event, names, told_by, THINGS_SHOWN)
    document = epcis.load_event(event.document, written=True)
    declaration = document.error_declaration
    namesakes = [each for each in await history.event(visit.tx, event.event_id) if each.id != event.id]
    corrections: list[StoredEvent] = []
    for event_id in declaration.corrective_event_ids[:THINGS_SHOWN] if declaration else ():
        corrections += await history.event(visit.tx, event_id)
    return visit.html(
        "console/event.html",
        section="Events",
        event=event,
        scene=scene,
        told_by=told_by,
        declaration=declaration,
        reason=words.spoken(declaration.reason) if declaration and declaration.reason else "",
        namesakes=namesakes,
        corrections=corrections,
        findings=(await history.findings_of(visit.tx, [event.id])).get(event.id, ()),
        json=_shown(msgspec.json.format(event.document, indent=2).decode()),
        xml=await asyncio.to_thread(_xml, event),
        sealed=await _sealed(visit, event.id),
        late=LATE,
        atlas=names,
    )


def _shown(text: str) -> Written:
    return Written(text[:DOCUMENT_SHOWN], len(text))


def _xml(event: StoredEvent) -> Written | None:
    """The event as XML; None for what XML cannot say."""
    try:
        return _shown(xml_of(event).decode())
    except epcis.EPCISError:
        return None


def xml_of(event: StoredEvent) -> bytes:
    """A document of this one event. Raises EPCISError for what XML cannot say."""
    return epcis.dumps([epcis.load_event(event.document, written=True)], "xml")


async def document_of_event(visit: Visit) -> Response:
    """The event as it is kept, byte for byte."""
    event = await _known(visit)
    return _download(event.document, "application/ld+json", f"event-{event.id}.jsonld")


async def xml_of_event(visit: Visit) -> Response:
    """The event as a document of EPCIS 2.0 in XML."""
    event = await _known(visit)
    try:
        return _download(await asyncio.to_thread(xml_of, event), "application/xml", f"event-{event.id}.xml")
    except epcis.EPCISError as error:
        raise Unprocessable(f"XML cannot say this event: {error.problems[0].message}") from error


async def proof_of_event(visit: Visit) -> Response:
    """What it takes to check without us that the event stands in the verifiable log, be it archived or erased."""
    number = number_in(visit.path["id"], "event")
    sealed = await _sealed(visit, number)
    if sealed is None:
        raise NotFound("This event is not under a checkpoint yet; ask again in a second.")
    return _download(str(sealed.proof).encode(), "text/plain", f"event-{number}.tlog-proof")


def _download(content: bytes, media_type: str, name: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)


PAGES: Final[Sequence[Page]] = (
    Page(f"{HERE}/{{id}}", one, "events:read"),
    Page(f"{HERE}/{{id}}/document", document_of_event, "events:read"),
    Page(f"{HERE}/{{id}}/xml", xml_of_event, "events:read"),
    Page(f"{HERE}/{{id}}/proof", proof_of_event, "events:read"),
)
