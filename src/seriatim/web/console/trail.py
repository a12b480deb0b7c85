"""Who did what, and what was refused: the two lists an auditor asks for first."""

import asyncio
from typing import Final

from starlette.responses import Response

from seriatim import access, epcis
from seriatim.access import verifiable_log
from seriatim.access.verifiable_log import LogFolder
from seriatim.areas import exchange
from seriatim.base.errors import NotFound
from seriatim.base.http import page_of
from seriatim.web.console.asking import BIGGEST, ROWS, before, number_in, text_in
from seriatim.web.console.captures import shown
from seriatim.web.pages import Page, Visit

DOCUMENT_DOORS: Final = frozenset({"POST /epcis/capture", "POST /epcis/events"})
INVALID: Final = exchange.InvalidDocument.code


async def audit(visit: Visit) -> Response:
    subject = text_in(visit, "subject")
    rows = await access.audit_trail(visit.tx, before(visit), subject or None, ROWS + 1)
    return visit.html(
        "console/audit.html",
        section="Audit",
        page=page_of(rows, ROWS, "id"),
        subject=subject,
        log=await verifiable_log.state_of(visit.tx, LogFolder.of(visit.app.environment)),
    )


async def refusals(visit: Visit) -> Response:
    code = text_in(visit, "code")
    rows = await access.refusals(visit.tx, before(visit), code or None, ROWS + 1)
    return visit.html("console/refusals.html", section="Refusals", page=page_of(rows, ROWS, "id"), code=code)


async def refusal(visit: Visit) -> Response:
    """One refusal; the faults of a document are found again in what is kept of it."""
    number = number_in(visit.path["id"], "refusal")
    found = await access.refusals(visit.tx, number + 1, None, 1) if number < BIGGEST else []
    if not found or found[0].id != number:
        raise NotFound(f"There is no refusal {number}.")
    one, raw = found[0], found[0].raw.encode()
    is_whole = len(raw) == one.raw_bytes
    problems: list[epcis.Problem] = []
    if is_whole and one.door in DOCUMENT_DOORS and one.code == INVALID:
        problems = await asyncio.to_thread(exchange.faults_of, raw, alone=one.door.endswith("/events"))
    return visit.html(
        "console/refusal.html",
        section="Refusals",
        refusal=one,
        is_whole=is_whole,
        document=await asyncio.to_thread(shown, raw, problems, len(problems)),
    )


PAGES: Final = (
    Page("/console/audit", audit, "audit:read"),
    Page("/console/refusals", refusals, "audit:read"),
    Page("/console/refusals/{id}", refusal, "audit:read"),
)
