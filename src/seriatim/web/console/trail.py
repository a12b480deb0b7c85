"""Who did what, and what was refused: the two lists an auditor asks for first."""

from typing import Final

from starlette.responses import Response

from seriatim import access
from seriatim.access import verifiable_log
from seriatim.access.verifiable_log import LogFolder
from seriatim.base.http import page_of
from seriatim.web.console.asking import ROWS, before, text_in
from seriatim.web.pages import Page, Visit


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


PAGES: Final = (
    Page("/console/audit", audit, "audit:read"),
    Page("/console/refusals", refusals, "audit:read"),
)
