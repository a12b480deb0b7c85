"""What one may do at the EPCIS doors: take a document in, and answer with events."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Literal, NoReturn
from uuid import UUID

import msgspec

from seriatim import access, epcis, history
from seriatim.access import Actor
from seriatim.areas.exchange import documents, store
from seriatim.areas.exchange.documents import name_of, only
from seriatim.areas.exchange.errors import EventExists, InvalidDocument, QueryTooLarge
from seriatim.areas.exchange.model import (
    ErrorBehaviour,
    Job,
    event_list_in,
    fault_errors,
    faults,
    told,
    verdict_errors,
    without_events,
)
from seriatim.areas.exchange.partners import check_authority
from seriatim.areas.exchange.xml_forms import load_event_xml, without_events_xml
from seriatim.base.db import Transaction
from seriatim.base.http import BadCursor, Page, cursor_of, read_cursor
from seriatim.base.ids import new_id
from seriatim.epcis import Document, EPCFormat, EPCISError, Event, Instant, Problem, Query
from seriatim.epcis.xml_write import CBVSpelling
from seriatim.history import queries

QUERY_NAME: Final = "SimpleEventQuery"


@dataclass(frozen=True, slots=True)
class Reading:
    """A document as it was understood."""

    events: tuple[Event, ...]
    places: tuple[int, ...]
    """Where each event stood in the document."""
    problems: tuple[Problem, ...]
    """What is wrong with the events that were left out (`proceed` only)."""
    warnings: tuple[Mapping[str, Any], ...]
    listed_at: str = "/epcisBody/eventList"
    """Where the events stand in the document (JSON Pointer)."""


def read_document(data: bytes, behaviour: ErrorBehaviour) -> Reading:
    """Every event of the document; with `proceed` the faulty ones are left out and named.

    Raises EPCISError with every fault: always for the envelope, with `rollback` for any event.
    """
    problems: tuple[Problem, ...] = ()
    left_out: frozenset[int] = frozenset()
    rest = data
    while isinstance(document := _document(rest), EPCISError):
        indexes = {problem.event_index for problem in document.problems}
        if behaviour == "rollback" or None in indexes:
            raise document
        faulty = {index for index in indexes if index is not None}
        standing = _standing(left_out, len(left_out) + 1 + max(faulty))
        found = document.problems if rest is data else map(_without_line, document.problems)
        problems += tuple(_moved(problem, standing) for problem in found)
        left_out |= {standing[index] for index in faulty}
        try:
            rest = (without_events_xml if epcis.is_xml(data) else without_events)(data, left_out)
        except msgspec.DecodeError:
            raise document from None  # the text itself is unsound: no part of it can be taken out
    places = tuple(_standing(left_out, len(left_out) + len(document.events)))
    listed_at = event_list_in(document.type)
    return Reading(document.events, places, problems, tuple(_warnings(document)), listed_at)


def _document(data: bytes) -> Document | EPCISError:
    """The document, or all that is wrong with it."""
    try:
        return epcis.loads(data)
    except EPCISError as error:
        return error


def _standing(left_out: frozenset[int], count: int) -> list[int]:
    """The positions, in the whole document, of the events that are still in it."""
    return [index for index in range(count) if index not in left_out]


def _moved(problem: Problem, standing: Sequence[int]) -> Problem:
    """The same fault with the place that it has in the whole document."""
    index = problem.event_index
    assert index is not None, "faults of the envelope end the reading"
    head, _, rest = problem.path.partition(f"/eventList/{index}")
    return Problem(f"{head}/eventList/{standing[index]}{rest}", problem.code, problem.message, problem.line)


def _without_line(problem: Problem) -> Problem:
    """Lines of a document that something was taken out of are not those of the document that was sent."""
    return Problem(problem.path, problem.code, problem.message)


def read_event(data: bytes) -> Event:
    """One event in either syntax. Raises EPCISError."""
    return load_event_xml(data) if epcis.is_xml(data) else epcis.load_event(data)


def _warnings(document: Document) -> list[dict[str, Any]]:
    warnings = faults(document.warnings)
    if document.master_data:
        message = "the master data of the document was not stored: send products and places to /api/v1"
        warnings.append({"path": "/epcisHeader", "code": "master_data_not_stored", "message": message})
    return warnings


class RolledBack(Exception):
    """The store has rejected some of the events, so none of the document is kept."""

    def __init__(self, job: Job) -> None:
        super().__init__(str(job.id))
        self.job = job


async def capture_document(
    tx: Transaction, reading: Reading, data: bytes, behaviour: ErrorBehaviour, *, actor: Actor, now: datetime
) -> Job:
    """Store the events and what became of them. Raises RolledBack when `rollback` is asked for and one was rejected.

    A partner's history is taken as it is told: contradictions are recorded, not refused (EPCIS note, section 12).
    What a partner has no say in is refused whole: raises NotYours.
    """
    await check_authority(tx, reading.events, actor=actor)
    captured = await history.capture(tx, reading.events, actor=actor, now=now)
    errors = fault_errors(reading.problems)
    errors += verdict_errors(captured.rejected, reading.places, reading.listed_at)
    faulty = {problem.event_index for problem in reading.problems}
    job = Job(
        id=new_id(),
        created_at=now,
        finished_at=now,
        success=not errors,
        error_behaviour=behaviour,
        accepted=captured.accepted,
        duplicates=captured.duplicates,
        rejected=len(captured.rejected) + len(faulty),
        errors=tuple(errors),
        verdicts=tuple(told(captured.verdicts, reading.places)),
        warnings=reading.warnings,
    )
    if behaviour == "rollback" and errors:
        raise RolledBack(replace(job, accepted=0))
    await keep_job(tx, job, data, actor=actor)
    return job


async def keep_job(tx: Transaction, job: Job, data: bytes, *, actor: Actor) -> None:
    """The job, and its document where there is reason to look at it."""
    await store.insert_job(tx, job, actor=name_of(actor), document=data)
    await documents.keep(tx, job, data)


async def try_document(
    tx: Transaction, reading: Reading, data: bytes, *, actor: Actor, now: datetime
) -> NoReturn:
    """What would become of the document: raises RolledBack with the job, always, so that nothing is kept; NotYours."""
    raise RolledBack(await capture_document(tx, reading, data, "proceed", actor=actor, now=now))


async def capture_event(tx: Transaction, event: Event, *, actor: Actor, now: datetime) -> history.StoredEvent:
    """Store one event. Raises EventExists when it, or another under its eventID, is stored already; NotYours."""
    await check_authority(tx, [event], actor=actor)
    captured = await history.capture(tx, [event], actor=actor, now=now, may_park=False)
    (verdict,) = captured.verdicts
    if verdict.code == history.UnusableEvent.code:
        raise InvalidDocument(verdict.reason or "", reason=verdict.code)
    if verdict.outcome != "ACCEPTED":
        identical = verdict.outcome == "DUPLICATE"
        message = verdict.reason or f"The same event is stored already, as {verdict.event_id}."
        raise EventExists(message, identical=identical, eventID=verdict.event_id, reason=verdict.code)
    (stored,) = await history.events_by_id(tx, captured.events)
    return stored


async def keep_failed_job(tx: Transaction, job: Job, data: bytes, *, actor: Actor, now: datetime) -> None:
    """What is left of a capture that was undone: its job, and the refusal."""
    await keep_job(tx, job, data, actor=actor)
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


async def jobs_of(tx: Transaction, before: UUID | None, limit: int, *, actor: Actor) -> Sequence[Job]:
    """Capture jobs, newest first; who may not read all events sees only his own."""
    return await store.jobs(tx, only(actor), before, limit)


async def events_asked(
    tx: Transaction, query: Query, per_page: int, after: str | None
) -> Page[history.StoredEvent]:
    """A page of the events that match; the cursor remembers how many were sent, for who wants the first N.

    Raises QueryTooLarge when more match than the client wants at most, QueryTooComplex, BadCursor.
    """
    most = query.max_event_count
    if most is not None and await queries.exceeds(tx, query, most):
        raise QueryTooLarge(f"More than {most} events match; narrow the query, or ask without maxEventCount.")
    if query.event_count_limit is None:
        return await queries.find(tx, query, per_page, after)
    sent, cursor = (0, None) if after is None else _sent(after)
    left = query.event_count_limit - sent
    page = await queries.find(tx, query, min(per_page, left), cursor)
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
    """Spelling of identifiers. No company prefix is known here, and none is guessed: a Digital Link stays one."""
    cbv: CBVSpelling = "urn"
    """Spelling of words in XML."""


def event_document(event: history.StoredEvent, form: Form) -> bytes:
    """The event alone: as it is kept in JSON, in XML inside an EPCISDocument, which is the only place for it there.

    Raises EPCISError for what XML cannot say.
    """
    if form.format == "json":
        return event.document
    return epcis.dumps([epcis.load_event(event.document, written=True)], "xml", cbv=form.cbv)


def query_document(events: Sequence[history.StoredEvent], form: Form, *, now: datetime) -> bytes:
    """The events as an EPCISQueryDocument. Raises EPCISError for what XML cannot say."""
    read = [epcis.load_event(event.document, written=True) for event in events]
    document = Document(
        type="EPCISQueryDocument",
        query_name=QUERY_NAME,
        creation_date=Instant(now, now.isoformat(timespec="milliseconds").replace("+00:00", "Z")),
        events=tuple(epcis.in_format(event, form.epc_format) for event in read),
    )
    return epcis.dumps(document, form.format, cbv=form.cbv)
