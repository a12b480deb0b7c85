"""Captures: what was sent to the EPCIS door, what became of it, and its faults underlined where they stand."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from starlette.responses import Response

from seriatim import epcis
from seriatim.areas import exchange
from seriatim.areas.exchange import Job
from seriatim.base import limits
from seriatim.base.errors import NotFound
from seriatim.base.http import page_of
from seriatim.web.console.asking import ROWS, text_in, uuid_before, uuid_in
from seriatim.web.console.source import Window, count_lines, windows_of
from seriatim.web.console.telling import teller, tellers
from seriatim.web.pages import Page, Visit
from seriatim.web.ui.words import State

HERE: Final = "/console/captures"
VERDICTS_SHOWN: Final = 200
OUTCOMES: Final[Mapping[str, State]] = {
    "DUPLICATE": State("", "Known before"),
    "REJECTED": State("bad", "Rejected"),
    "PARKED": State("idle", "Waits for its cause"),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault or warning of a document."""

    message: str
    code: str
    path: str
    line: int | None
    """Where it is shown; None when its document is not kept."""
    is_warning: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """A document with its faults."""

    faults: tuple[Fault, ...]
    windows: tuple[Window, ...]
    octets: int
    lines: int
    is_xml: bool


def shown(data: bytes | None, problems: Sequence[epcis.Problem], errors: int) -> Shown:
    """The faults of a document in its text; the first `errors` of the problems are faults, the others warnings.

    Walks over all of the text: call it in a thread.
    """
    places = epcis.locate_all(data, problems) if data is not None and problems else []
    faults = tuple(
        Fault(
            problem.message,
            problem.code,
            problem.path,
            places[number].line if places else problem.line,
            number >= errors,
        )
        for number, problem in enumerate(problems)
    )
    if data is None:
        return Shown(faults, (), 0, 0, is_xml=False)
    return Shown(faults, windows_of(data, places), len(data), count_lines(data), epcis.is_xml(data))


def state_of(job: Job) -> State:
    """How a job is shown."""
    if job.success:
        return State("", "Captured")
    if job.accepted:
        return State("watch", "Captured in part")
    return State("bad", "Nothing kept")


async def listing(visit: Visit) -> Response:
    only_failed = text_in(visit, "failed") == "1"
    found = await exchange.jobs_of(
        visit.tx, uuid_before(visit), ROWS + 1, actor=visit.actor, failed=True if only_failed else None
    )
    return visit.html(
        "console/captures.html",
        section="Captures",
        page=page_of(found, ROWS, "id"),
        failed=only_failed,
        state_of=state_of,
        known=await tellers(visit.tx),
        teller=teller,
    )


async def _known(visit: Visit) -> Job:
    job = await exchange.job_of(visit.tx, uuid_in(visit.path["id"], "capture"), actor=visit.actor)
    if job is None:
        raise NotFound("There is no such capture.")
    return job


async def one(visit: Visit) -> Response:
    job = await _known(visit)
    data = await exchange.document_of(visit.tx, job.id, actor=visit.actor)
    return visit.html(
        "console/capture.html",
        section="Captures",
        job=job,
        state=state_of(job),
        sender=teller(job.sender, await tellers(visit.tx)),
        document=await asyncio.to_thread(shown, data, job.problems, len(job.errors)),
        outcomes=OUTCOMES,
        verdicts=[_verdict(one) for one in job.verdicts[:VERDICTS_SHOWN]],
        document_days=limits.SENT_DOCUMENT_DAYS,
        more=max(0, len(job.verdicts) - VERDICTS_SHOWN),
    )


def _verdict(verdict: Mapping[str, Any]) -> tuple[int, State, str, str]:
    """Number of the event from 1, its outcome, eventID and strict hash."""
    outcome = OUTCOMES.get(verdict["outcome"]) or State("", str(verdict["outcome"]).capitalize())
    return verdict["eventIndex"] + 1, outcome, verdict["eventID"], verdict["strictHash"]


async def document_of_job(visit: Visit) -> Response:
    """The document as it was sent, to the octet."""
    job = await _known(visit)
    data = await exchange.document_of(visit.tx, job.id, actor=visit.actor)
    if data is None:
        raise NotFound("The document of this capture is not kept any more.")
    kind, ending = ("application/xml", "xml") if epcis.is_xml(data) else ("application/ld+json", "jsonld")
    headers = {"content-disposition": f'attachment; filename="capture-{job.id}.{ending}"'}
    return Response(data, media_type=kind, headers=headers)


PAGES: Final = (
    Page(HERE, listing, "events:read"),
    Page(f"{HERE}/{{id}}", one, "events:read"),
    Page(f"{HERE}/{{id}}/document", document_of_job, "events:read"),
)
