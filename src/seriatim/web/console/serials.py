"""Serials: how long they last, who has which block, in which form each product gets them; and numbers from outside."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final, NamedTuple

import msgspec
from starlette.responses import Response

from seriatim import identity
from seriatim.base import limits
from seriatim.base.errors import SeriatimError
from seriatim.base.http import NO_STORE
from seriatim.identity import Lease, LeaseFilter, NumbersRefused, SerialPolicy
from seriatim.web.console.asking import ROWS, text_in, tried
from seriatim.web.console.atlas import atlas
from seriatim.web.pages import Page, Visit

FAULTS_SHOWN: Final = 20
SOON: Final = timedelta(days=30)


class Pool(NamedTuple):
    """The serials of one product on the overview."""

    product: identity.Product
    policy: SerialPolicy
    runway: identity.Runway

    def is_short(self, now: datetime) -> bool:
        return self.policy.is_nearly_full or (
            self.runway.ends_at is not None and self.runway.ends_at < now + SOON
        )


async def overview(visit: Visit) -> Response:
    products = (await identity.products(visit.tx, limit=limits.PAGE_ROWS_MAX)).items
    pools = [
        Pool(
            product,
            await identity.policy(visit.tx, product.gtin),
            await identity.runway(visit.tx, product.gtin, now=visit.now),
        )
        for product in products
    ]
    after = visit.query.get("after") or None
    which = LeaseFilter(gtin=text_in(visit, "gtin") or None, line=text_in(visit, "line") or None)
    return visit.html(
        "console/serials.html",
        section="Serials",
        pools=pools,
        short=[pool for pool in pools if pool.is_short(visit.now)],
        lines=await identity.line_runways(visit.tx, now=visit.now),
        page=await identity.leases(visit.tx, which, before=after, limit=ROWS),
        which=which,
        issuing=await identity.differs(visit.tx),
        atlas=await atlas(visit.tx),
    )


async def new_lease(visit: Visit) -> Response:
    values = {name: text_in(visit, name) for name in ("gtin", "line", "order_number", "count")}
    return await _lease_form(visit, values)


async def grant(visit: Visit) -> Response:
    """The answer is the file: serials are told once, and the lease stands in the list from now on."""
    form = visit.form

    async def deed() -> Lease:
        return await identity.lease(
            visit.tx,
            form.get("gtin", ""),
            _whole(form.get("count", "")),
            line=form.get("line", "").strip(),
            order_number=form.get("order_number", "").strip(),
            actor=visit.actor,
            now=visit.now,
            master_key=visit.app.environment.master_key,
            valid_for=_days(form.get("days", "30")),
        )

    outcome = await tried(visit, deed)
    if isinstance(outcome, SeriatimError):
        return await _lease_form(visit, dict(form), fault=outcome.message, status=outcome.status)
    serials = await identity.serials_in(visit.tx, outcome, visit.app.environment.master_key)
    if form.get("file") == "signed":
        signed = await identity.signed_lease(
            visit.tx,
            outcome,
            serials,
            organisation=visit.app.settings.public_url,
            master_key=visit.app.environment.master_key,
            now=visit.now,
        )
        content, kind, ending = msgspec.json.encode(signed), "application/json", "json"
    else:
        content, kind, ending = identity.sheet_of(outcome, serials).encode(), "text/csv; charset=utf-8", "csv"
    headers = {**NO_STORE, "content-disposition": f'attachment; filename="lease-{outcome.id}.{ending}"'}
    return Response(content, media_type=kind, headers=headers)


async def _lease_form(
    visit: Visit, values: dict[str, str], *, fault: str = "", status: int = 200
) -> Response:
    return visit.html(
        "console/lease_new.html",
        status,
        section="Serials",
        values=values,
        fault=fault,
        products=(await identity.products(visit.tx, limit=limits.PAGE_ROWS_MAX)).items,
        most=limits.LEASE_UNITS_MAX,
    )


async def one_lease(visit: Visit) -> Response:
    return await _lease_page(visit, await identity.known_lease(visit.tx, visit.path["id"]))


async def end_lease(visit: Visit) -> Response:
    form = visit.form
    known = await identity.known_lease(visit.tx, visit.path["id"])

    async def deed() -> Lease:
        used = form.get("used", "").strip()
        state: identity.EndState = "used"
        if form.get("state") in {"returned", "void"}:
            state = "returned" if form["state"] == "returned" else "void"
        return await identity.end_lease(
            visit.tx,
            known.id,
            state,
            used=_whole(used) if used else None,
            reason=form.get("reason", ""),
            actor=visit.actor,
            now=visit.now,
        )

    outcome = await tried(visit, deed)
    if isinstance(outcome, SeriatimError):
        return await _lease_page(visit, known, fault=outcome.message, status=outcome.status)
    return visit.go(f"/console/serials/leases/{known.id}")


async def _lease_page(visit: Visit, lease: Lease, *, fault: str = "", status: int = 200) -> Response:
    return visit.html(
        "console/lease.html",
        status,
        section="Serials",
        lease=lease,
        product=await identity.known_product(visit.tx, lease.gtin),
        values=visit.form,
        fault=fault,
    )


async def policy_of(visit: Visit) -> Response:
    return await _policy_page(visit)


async def change_form(visit: Visit) -> Response:
    """Another form while nothing was issued; afterwards another generation, for which there must be a reason."""
    gtin, form = visit.path["gtin"], visit.form
    policy = await identity.policy(visit.tx, gtin)

    async def deed() -> SerialPolicy:
        if form.get("source") == "imported":
            return await identity.rotate(
                visit.tx,
                gtin,
                reason=form.get("reason", ""),
                source="imported",
                actor=visit.actor,
                now=visit.now,
            )
        chosen = identity.preset(form.get("preset", "")).form
        if policy.issued or policy.source == "imported":
            return await identity.rotate(
                visit.tx, gtin, reason=form.get("reason", ""), form=chosen, actor=visit.actor, now=visit.now
            )
        return await identity.change_policy(
            visit.tx, gtin, **msgspec.structs.asdict(chosen), actor=visit.actor, now=visit.now
        )

    outcome = await tried(visit, deed)
    if isinstance(outcome, SeriatimError):
        return await _policy_page(visit, fault=outcome.message, status=outcome.status)
    return visit.go(f"/console/products/{policy.gtin}/serials")


async def import_numbers(visit: Visit) -> Response:
    gtin, form = visit.path["gtin"], visit.form
    if visit.upload is None:
        return await _policy_page(visit, fault="Choose a file with one number a line.", status=422)
    file = visit.upload.file

    async def deed() -> identity.NumberList:
        return await identity.import_numbers(
            visit.tx,
            gtin,
            file,
            issuer=form.get("issuer", "").strip(),
            expires_at=_end_of(form.get("expires", "")),
            actor=visit.actor,
            now=visit.now,
            master_key=visit.app.environment.master_key,
        )

    outcome = await tried(visit, deed)
    if isinstance(outcome, SeriatimError):
        return await _policy_page(visit, fault=outcome.message, refused=outcome, status=outcome.status)
    return visit.go(f"/console/products/{outcome.gtin}/serials")


async def _policy_page(
    visit: Visit, *, fault: str = "", refused: SeriatimError | None = None, status: int = 200
) -> Response:
    product = await identity.known_product(visit.tx, visit.path["gtin"])
    faults = refused.facts.get("faults", ()) if isinstance(refused, NumbersRefused) else ()
    return visit.html(
        "console/serial_policy.html",
        status,
        section="Products",
        product=product,
        policy=await identity.policy(visit.tx, product.gtin),
        runway=await identity.runway(visit.tx, product.gtin, now=visit.now),
        presets=identity.PRESETS,
        lists=await identity.number_lists(visit.tx, product.gtin),
        ledger=await identity.ledger(visit.tx, product.gtin),
        values=visit.form,
        fault=fault,
        faults=faults[:FAULTS_SHOWN],
    )


async def issuing(visit: Visit) -> Response:
    return await _issuing_page(visit)


async def reconcile(visit: Visit) -> Response:
    outcome = await tried(
        visit,
        lambda: identity.reconcile(visit.tx, visit.form.get("reason", ""), actor=visit.actor, now=visit.now),
    )
    if isinstance(outcome, SeriatimError):
        return await _issuing_page(visit, fault=outcome.message, status=outcome.status)
    return visit.go("/console/serials")


async def _issuing_page(visit: Visit, *, fault: str = "", status: int = 200) -> Response:
    return visit.html(
        "console/issuing.html",
        status,
        section="Serials",
        difference=await identity.differs(visit.tx),
        fault=fault,
        values=visit.form,
    )


def _whole(text: str) -> int:
    """The number of a field, thousands apart or not; -1 for what is none, which the deed refuses in its own words."""
    plain = text.replace(",", "").replace("\u202f", "").replace(" ", "")
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 16 else -1


def _days(text: str) -> timedelta:
    """So many days; what is more than time itself can hold is one too many, which the deed refuses."""
    return timedelta(days=min(_whole(text), identity.LEASE_FOR_MAX.days + 1))


def _end_of(day: str) -> datetime | None:
    """The end of a day in UTC; None when no day is given. Raises nothing: a day that is none counts as long past."""
    if not day:
        return None
    try:
        return datetime.combine(date.fromisoformat(day) + timedelta(days=1), time(), UTC)
    except (ValueError, OverflowError):
        return datetime(1970, 1, 1, tzinfo=UTC)


PAGES: Final = (
    Page("/console/serials", overview, "serials:read"),
    Page("/console/serials/leases/new", new_lease, "serials:lease"),
    Page("/console/serials/leases/new", grant, "serials:lease", ("POST",)),
    Page("/console/serials/leases/{id}", one_lease, "serials:read"),
    Page("/console/serials/leases/{id}/end", end_lease, "serials:lease", ("POST",)),
    Page("/console/serials/issuing", issuing, "serials:reconcile"),
    Page("/console/serials/issuing", reconcile, "serials:reconcile", ("POST",)),
    Page("/console/products/{gtin}/serials", policy_of, "serials:read"),
    Page("/console/products/{gtin}/serials", change_form, "serials:rotate", ("POST",)),
    Page(
        "/console/products/{gtin}/serials/numbers",
        import_numbers,
        "serials:import",
        ("POST",),
        upload_bytes=limits.IMPORT_BYTES,
    ),
)
