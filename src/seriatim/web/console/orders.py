"""Orders: what was made, whether the numbers add up, what was rejected and why, what was printed and packed."""

from typing import Final

from starlette.responses import Response

from seriatim.areas import line
from seriatim.areas.line import store as line_store
from seriatim.areas.line.store import CaseRow
from seriatim.base.errors import NotFound
from seriatim.base.http import Moment, page_of, read_position
from seriatim.web.console.asking import ROWS, number_in, uuid_in
from seriatim.web.console.atlas import atlas
from seriatim.web.console.home import STRIP_UNITS, mark
from seriatim.web.pages import Page, Visit

REJECTS_SHOWN: Final = 24
SUFFIXES: Final = {"application/pdf": "pdf", "application/zpl": "zpl"}
PICTURE_SECONDS: Final = 3_600


async def listing(visit: Visit) -> Response:
    cursor = visit.query.get("after")
    after = read_position(cursor, tuple[Moment, str]) if cursor else None
    rows = await line_store.orders(visit.tx, after, ROWS + 1)
    page = page_of(rows, ROWS, "created_at", "number")
    counted = {order.number: await line_store.counts(visit.tx, order.number) for order in page.items}
    return visit.html(
        "console/orders.html", section="Orders", page=page, counted=counted, atlas=await atlas(visit.tx)
    )


async def one(visit: Visit) -> Response:
    tx = visit.tx
    order = await line.known_order(tx, visit.path["number"])
    counts = await line_store.counts(tx, order.number)
    rejects = await line_store.inspections(tx, order.number, None, REJECTS_SHOWN, rejects_only=True)
    seen = await line_store.inspections(tx, order.number, None, 4 * STRIP_UNITS)
    return visit.html(
        "console/order.html",
        section="Orders",
        order=order,
        counts=counts,
        rejects=rejects,
        marks=[mark(each) for each in reversed(seen)],
        jobs=await line_store.print_jobs(tx, order.number),
        pallets=_by_pallet(await line_store.cases(tx, order.number)),
        atlas=await atlas(tx),
        suffixes=SUFFIXES,
    )


async def frame(visit: Visit) -> Response:
    """One kept picture of the camera."""
    order = await line.known_order(visit.tx, visit.path["number"])
    trigger = number_in(visit.path["trigger"], "picture")
    picture = await line_store.frame(visit.tx, order.number, trigger) if trigger < 1 << 31 else None
    if picture is None:
        raise NotFound(f"No picture was kept of trigger {trigger} of order {order.number}.")
    headers = {"cache-control": f"private, max-age={PICTURE_SECONDS}"}
    return Response(picture, media_type="image/jpeg", headers=headers)


async def print_job(visit: Visit) -> Response:
    """The document exactly as it went to the printer."""
    order = await line.known_order(visit.tx, visit.path["number"])
    job_id = uuid_in(visit.path["job"], "print job")
    jobs = {job.id: job for job in await line_store.print_jobs(visit.tx, order.number)}
    found = await line_store.print_document(visit.tx, job_id) if job_id in jobs else None
    if found is None:
        raise NotFound(f"Order {order.number} has no such print job.")
    media_type, document = found
    name = f"{order.number}-{jobs[job_id].labels}-labels.{SUFFIXES.get(media_type, 'bin')}"
    safe = "".join(c if c.isalnum() or c in "-._" else "_" for c in name.encode("ascii", "replace").decode())
    return Response(
        document, media_type=media_type, headers={"content-disposition": f'attachment; filename="{safe}"'}
    )


def _by_pallet(cases: list[CaseRow]) -> list[tuple[str | None, list[CaseRow]]]:
    pallets: dict[str | None, list[CaseRow]] = {}
    for case in cases:
        pallets.setdefault(case.pallet_sscc, []).append(case)
    return list(pallets.items())


PAGES: Final = (
    Page("/console/orders", listing, "orders:read"),
    Page("/console/orders/{number}", one, "orders:read"),
    Page("/console/orders/{number}/frames/{trigger}.jpg", frame, "orders:read"),
    Page("/console/orders/{number}/print-jobs/{job}", print_job, "orders:read"),
)
