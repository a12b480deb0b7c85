"""What one may do at the EPCIS doors: take a document in, and answer with events."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, NoReturn, cast
from uuid import UUID

from seriatim import access, epcis, history
from seriatim.access import Actor
from seriatim.areas.exchange import documents, store
from seriatim.areas.exchange.documents import name_of, only
from seriatim.areas.exchange.errors import EventExists, InvalidDocument, QueryTooLarge
from seriatim.areas.exchange.model import (
    ErrorBehaviour,
    Job,
    MasterDataCounts,
    element_errors,
    fault_errors,
    told,
    verdict_errors,
)
from seriatim.areas.exchange.partners import check_authority, check_master_data
from seriatim.areas.exchange.prefixes import NONE_KNOWN, KnownPrefixes
from seriatim.areas.exchange.reading import Reading
from seriatim.base.db import Transaction
from seriatim.base.errors import NotAllowed, SeriatimError
from seriatim.base.http import BadCursor, Page, cursor_of, read_cursor
from seriatim.base.ids import new_id
from seriatim.epcis import Document, EPCFormat, Event, Instant, Query
from seriatim.epcis.limits import PROBLEMS_MAX
from seriatim.epcis.xml_write import CBVSpelling
from seriatim.history import Sight, master_data, queries

QUERY_NAME: Final = "SimpleEventQuery"


class RolledBack(Exception):
    """The store has rejected some of the events, so none of the document is kept."""

    def __init__(self, job: Job) -> None:
        super().__init__(str(job.id))
        self.job = job


async def capture_document(
    tx: Transaction, reading: Reading, data: bytes, behaviour: ErrorBehaviour, *, actor: Actor, now: datetime
) -> Job:
    """Store master data and events, and what became of them. Raises RolledBack when `rollback` is asked for and one was
    rejected.

    A partner's history is taken as it is told: contradictions are recorded, not refused (EPCIS note, section 12).
    What a partner has no say in is refused whole: raises NotYours.
    """
    await check_authority(tx, reading.events, actor=actor)
    await check_master_data(tx, reading.master_data, actor=actor)
    kept = await master_data.keep(
        tx, reading.master_data, listed_at=reading.vocabularies_at, actor=actor, now=now
    )
    captured = await history.capture(tx, reading.events, actor=actor, now=now)
    errors = fault_errors(reading.problems) + element_errors(kept.faults)
    errors += verdict_errors(captured.rejected, reading.places, reading.listed_at)
    job = Job(
        id=new_id(),
        created_at=now,
        finished_at=now,
        success=not errors,
        error_behaviour=behaviour,
        accepted=captured.accepted,
        duplicates=captured.duplicates,
        rejected=len(captured.rejected) + reading.left_out,
        errors=tuple(errors[:PROBLEMS_MAX]),
        error_count=len(errors) + reading.fault_count - len(reading.problems),
        master_data=MasterDataCounts(kept.stored, kept.unchanged, len(kept.faults)),
        verdicts=tuple(told(captured.verdicts, reading.places)),
        warnings=reading.warnings,
        sender=name_of(actor),
    )
    if behaviour == "rollback" and errors:
        raise RolledBack(job.undone())
    await keep_job(tx, job, data)
    return job


async def keep_job(tx: Transaction, job: Job, data: bytes) -> None:
    """The job, and its document where there is reason to look at it."""
    await store.insert_job(tx, job, document=data, packed=await documents.packed(job, data))


async def try_document(
    tx: Transaction, reading: Reading, data: bytes, *, actor: Actor, now: datetime
) -> NoReturn:
    """What would become of the document: raises RolledBack with the job, always, so that nothing is kept; NotYours."""
    raise RolledBack(await capture_document(tx, reading, data, "proceed", actor=actor, now=now))


async def capture_events(
    tx: Transaction, events: Sequence[Event], *, actor: Actor, now: datetime
) -> list[history.StoredEvent | SeriatimError]:
    """Store events that one sender has sent one by one; what became of each, in their order.

    An event that is not kept is an error in its place and leaves the others alone: EventExists when it, or another
    under its eventID, is stored already, InvalidDocument, NotYours. Raises IllegalHistory where the sender's policy
    refuses one of them; then none is kept.
    """
    outcomes: dict[int, history.StoredEvent | SeriatimError] = {}
    for place, event in enumerate(events):
        try:
            await check_authority(tx, [event], actor=actor)
        except NotAllowed as error:
            outcomes[place] = error
    allowed = [place for place in range(len(events)) if place not in outcomes]
    captured = await history.capture(
        tx, [events[place] for place in allowed], actor=actor, now=now, may_park=False, apart=True
    )
    stored = {event.id: event for event in await history.events_by_id(tx, captured.events)}
    for place, verdict in zip(allowed, captured.verdicts, strict=True):
        outcomes[place] = _refused(verdict) or stored[cast("int", verdict.event)]
    return [outcomes[place] for place in range(len(events))]


def _refused(verdict: history.Verdict) -> SeriatimError | None:
    if verdict.code == history.UnusableEvent.code:
        return InvalidDocument(verdict.reason or "", reason=verdict.code)
    if verdict.outcome == "ACCEPTED":
        return None
    identical = verdict.outcome == "DUPLICATE"
    message = verdict.reason or f"The same event is stored already, as {verdict.event_id}."
    return EventExists(message, identical=identical, eventID=verdict.event_id, reason=verdict.code)


async def keep_failed_job(tx: Transaction, job: Job, data: bytes, *, actor: Actor, now: datetime) -> None:
    """What is left of a capture that was undone: its job, and the refusal."""
    await keep_job(tx, job, data)
    first = job.errors[0]
    refusal = access.Refusal(
        door="POST /epcis/capture",
        code=str(first["code"]),
        reason=str(first["detail"]),
        raw=data,
        actor=actor,
        at=now,
        blocking=str(job.id),
    )
    await access.refuse(tx, refusal)


async def job_of(tx: Transaction, job_id: UUID, *, actor: Actor) -> Job | None:
    """One capture job; who may not read all events sees only his own."""
    return await store.job(tx, job_id, only(actor))


async def jobs_of(
    tx: Transaction, before: UUID | None, limit: int, *, actor: Actor, failed: bool | None = None
) -> Sequence[Job]:
    """Capture jobs, newest first, all or only the failed or good ones; who may not read all events sees only his own."""
    return await store.jobs(tx, only(actor), before, limit, failed)


async def events_asked(
    tx: Transaction, query: Query, per_page: int, after: str | None, *, sight: Sight | None
) -> Page[history.StoredEvent]:
    """A page of the events that match and may be seen; the cursor remembers how many were sent, for who wants the first N.

    Raises QueryTooLarge when more match than the client wants at most, QueryTooComplex, BadCursor.
    """
    most = query.max_event_count
    if most is not None and await queries.exceeds(tx, query, most, sight=sight):
        raise QueryTooLarge(f"More than {most} events match; narrow the query, or ask without maxEventCount.")
    if query.event_count_limit is None:
        return await queries.find(tx, query, per_page, after, sight=sight)
    sent, cursor = (0, None) if after is None else _sent(after)
    left = query.event_count_limit - sent
    page = await queries.find(tx, query, min(per_page, left), cursor, sight=sight)
    sent += len(page.items)
    more = cursor_of(sent, page.next) if page.next is not None and sent < query.event_count_limit else None
    return Page(page.items, more)


def _sent(after: str) -> tuple[int, str]:
    match read_cursor(after):
        case [int() as sent, str() as cursor]:
            return sent, cursor
        case _:
            raise BadCursor


@dataclass(frozen=True, slots=True)
class Form:
    """How events are answered."""

    format: Literal["json", "xml"]
    epc_format: EPCFormat = "Always_GS1_Digital_Link"
    """Spelling of identifiers."""
    prefixes: KnownPrefixes = NONE_KNOWN
    """Of these, Digital Links can become URNs; the others stay what they are."""
    cbv: CBVSpelling = "urn"
    """Spelling of words in XML."""


def event_document(event: history.StoredEvent, form: Form) -> bytes:
    """The event alone: as it is kept in JSON, in XML inside an EPCISDocument, which is the only place for it there.

    Raises EPCISError for what XML cannot say.
    """
    if form.format == "json":
        return event.document
    return epcis.dumps([epcis.load_event(event.document, written=True)], "xml", cbv=form.cbv)


def query_document(
    events: Sequence[history.StoredEvent],
    form: Form,
    *,
    now: datetime,
    query: str = QUERY_NAME,
    subscription: UUID | None = None,
) -> bytes:
    """The events as an EPCISQueryDocument. Raises EPCISError for what XML cannot say."""
    read = [epcis.load_event(event.document, written=True) for event in events]
    document = Document(
        type="EPCISQueryDocument",
        query_name=query,
        subscription_id=str(subscription) if subscription is not None else None,
        creation_date=Instant(now, now.isoformat(timespec="milliseconds").replace("+00:00", "Z")),
        events=tuple(
            epcis.in_format(event, form.epc_format, form.prefixes.and_of(event))
            if form.epc_format == "Always_EPC_URN"
            else epcis.in_format(event, form.epc_format)
            for event in read
        ),
    )
    return epcis.dumps(document, form.format, cbv=form.cbv)
