"""JSON routes of leases: lend, acknowledge, end, show; their ledger, and when serials run out."""

from datetime import datetime, timedelta
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from seriatim.access import Call, Endpoint
from seriatim.base import installation, limits
from seriatim.base.http import Page
from seriatim.identity import serials
from seriatim.identity.catalogue.api import Listing, key_after
from seriatim.identity.catalogue.model import gtin14
from seriatim.identity.credentials.multikey import multikey_of
from seriatim.identity.leases import actions, forecast, presenting
from seriatim.identity.leases.looking_up import look_up, serials_in
from seriatim.identity.leases.model import EndState, Lease, LeaseState, Ledger
from seriatim.identity.leases.presenting import Outcome
from seriatim.identity.leases.runway import LineRunway, Runway
from seriatim.identity.leases.signed import lease_signer, sign_lease
from seriatim.identity.leases.store import LeaseFilter
from seriatim.identity.serials.api import policy_view

LEASE_HOURS_MAX = 24 * 366
RATE_MAX = 10_000_000
FORECAST_HOURS_MAX = 24 * 90


class LeaseListing(Listing, frozen=True, forbid_unknown_fields=True):
    """Which leases, newest first."""

    gtin: str | None = None
    line: str | None = None
    order_number: str | None = None
    state: LeaseState | None = None


class NewLease(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A block of serials that a line asks for."""

    gtin: str
    count: Annotated[int, Meta(ge=1, le=limits.LEASE_UNITS_MAX)]
    line: str
    order_number: str = ""
    valid_hours: Annotated[int, Meta(ge=1, le=LEASE_HOURS_MAX)] = (
        int(actions.LEASE_FOR.total_seconds()) // 3600
    )
    signed: bool = False
    """Whether the answer holds a statement that a line can check offline."""


class LeaseView(msgspec.Struct, frozen=True):
    """A lease, without its counters: these never leave the server."""

    id: str
    gtin: str
    count: int
    line: str
    order_number: str
    state: LeaseState
    granted_at: datetime
    expires_at: datetime
    epoch: int
    acknowledged_at: datetime | None
    used: int
    """Serials used, in their order, as far as the line has told."""
    ended_at: datetime | None
    reason: str


class GrantedLease(LeaseView, frozen=True):
    """A new lease with its serials ready-made; no other answer ever tells them again."""

    serials: list[str] = []
    warning: str = ""
    statement: dict[str, Any] | None = None
    """Signed with the key that `GET /api/v1/leases/key` names; null unless it was asked for."""


class Acknowledgement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The line has the lease."""

    used: Annotated[int, Meta(ge=0)] = 0
    """How many of its serials, in their order, it has used by now."""


class LeaseEnd(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a lease ended."""

    state: EndState
    used: Annotated[int, Meta(ge=0)] | None = None
    """How many of its serials, in their order; left out, all for `used`, and as many as the line told of otherwise."""
    reason: str = ""
    """Needed for `void`."""


class ShownLease(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line shows the lease it holds."""

    statement: dict[str, Any]
    line: str | None = None
    """The line that holds it; left out, any line may."""


class PresentedView(msgspec.Struct, frozen=True):
    """What a line that showed its lease is told."""

    code: Outcome
    words: str
    may_print: bool
    lease: LeaseView | None
    taken_back: bool


class LeaseKey(msgspec.Struct, frozen=True):
    """What a line keeps to check its leases offline."""

    verification_method: str
    """Names the key (did:key) in the proof of each lease."""
    multikey: str
    """The public key itself, Ed25519, in multibase."""
    epoch: int
    """The life of the installation: leases of another one are not printed from."""


class LedgerQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Of which product, or which order of it."""

    gtin: str
    order_number: str | None = None


class ForecastQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Of which lines, and at which rate."""

    line: str | None = None
    gtin: str | None = None
    hours: Annotated[float, Meta(gt=0, le=FORECAST_HOURS_MAX)] = 24.0
    """The rate is that of the last so many hours."""
    per_hour: Annotated[float, Meta(gt=0, le=RATE_MAX)] | None = None
    """What the line runs at, in place of what it used."""


class SerialAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One unit's identity."""

    gtin: str
    serial: str


class Issuance(msgspec.Struct, frozen=True):
    """Who got a serial."""

    gtin: str
    serial: str
    lease: LeaseView | None
    """Null where Seriatim never issued it."""
    is_in_doubt: bool
    """No lease holds it, and yet it may have been issued: a restored database has forgotten some."""


async def get_issuance(call: Call[SerialAsked, None]) -> Issuance:
    asked = call.query
    told = await look_up(
        call.tx,
        asked.gtin,
        asked.serial,
        actor=call.actor,
        now=call.now,
        master_key=call.environment.master_key,
    )
    view = None if told.lease is None else lease_view(told.lease)
    return Issuance(gtin14(asked.gtin), asked.serial, view, told.is_in_doubt)


async def get_runway(call: Call[None, None]) -> Runway:
    return await forecast.runway(call.tx, call.path["gtin"], now=call.now)


async def list_line_runways(call: Call[ForecastQuery, None]) -> list[LineRunway]:
    query = call.query
    return await forecast.line_runways(
        call.tx,
        now=call.now,
        line=query.line,
        gtin=query.gtin,
        over=timedelta(hours=query.hours),
        used_per_hour=query.per_hour,
    )


async def post_lease(call: Call[None, NewLease]) -> GrantedLease:
    wanted = call.body
    lease = await actions.lease(
        call.tx,
        wanted.gtin,
        wanted.count,
        line=wanted.line,
        order_number=wanted.order_number,
        actor=call.actor,
        now=call.now,
        master_key=call.environment.master_key,
        valid_for=timedelta(hours=wanted.valid_hours),
    )
    policy = await serials.policy(call.tx, lease.gtin)
    made = await serials_in(call.tx, lease, call.environment.master_key)
    statement = None
    if wanted.signed:
        statement = sign_lease(
            lease,
            policy,
            made,
            organisation=call.environment.settings.public_url,
            master_key=call.environment.master_key,
            now=call.now,
        )
    shown = msgspec.structs.asdict(lease_view(lease))
    return GrantedLease(**shown, serials=made, warning=policy_view(policy).warning, statement=statement)


async def list_leases(call: Call[LeaseListing, None]) -> Page[LeaseView]:
    query = call.query
    which = LeaseFilter(query.gtin and gtin14(query.gtin), query.line, query.order_number, query.state)
    page = await actions.leases(call.tx, which, before=key_after(query) or None, limit=query.limit)
    return Page([lease_view(lease) for lease in page.items], page.next)


async def get_lease(call: Call[None, None]) -> LeaseView:
    return lease_view(await actions.known_lease(call.tx, call.path["id"]))


async def acknowledge_lease(call: Call[None, Acknowledgement]) -> LeaseView:
    kept = await actions.acknowledge_lease(
        call.tx, call.path["id"], used=call.body.used, actor=call.actor, now=call.now
    )
    return lease_view(kept)


async def end_lease(call: Call[None, LeaseEnd]) -> LeaseView:
    said = call.body
    ended = await actions.end_lease(
        call.tx,
        call.path["id"],
        said.state,
        used=said.used,
        reason=said.reason,
        actor=call.actor,
        now=call.now,
    )
    return lease_view(ended)


async def present_lease(call: Call[None, ShownLease]) -> PresentedView:
    told = await presenting.present_lease(
        call.tx,
        msgspec.json.encode(call.body.statement),
        line=call.body.line,
        master_key=call.environment.master_key,
        actor=call.actor,
        now=call.now,
    )
    lease = None if told.lease is None else lease_view(told.lease)
    return PresentedView(told.code, told.words, told.may_print, lease, told.taken_back)


async def get_key(call: Call[None, None]) -> LeaseKey:
    signer = lease_signer(call.environment.master_key)
    epoch = await installation.epoch(call.tx)
    return LeaseKey(signer.verification_method, multikey_of(signer.public_key), epoch)


async def get_ledger(call: Call[LedgerQuery, None]) -> Ledger:
    return await actions.ledger(call.tx, call.query.gtin, call.query.order_number)


def lease_view(lease: Lease) -> LeaseView:
    """The lease as the API and the console show it."""
    return LeaseView(
        lease.id,
        lease.gtin,
        lease.count,
        lease.line,
        lease.order_number,
        lease.state,
        lease.granted_at,
        lease.expires_at,
        lease.epoch,
        lease.acknowledged_at,
        lease.used,
        lease.ended_at,
        lease.reason,
    )


ENDPOINTS = (
    Endpoint(
        "GET",
        "/api/v1/issuance",
        "issuance:read",
        "Was this serial ever issued, and to which order",
        get_issuance,
        query=SerialAsked,
        returns=Issuance,
        tag="Serials",
        description="Told from the serial itself; the question is kept in the audit trail.",
    ),
    Endpoint(
        "GET",
        "/api/v1/serial-policies/{gtin}/runway",
        "serials:read",
        "When a product's serials run out",
        get_runway,
        returns=Runway,
        tag="Serials",
    ),
    Endpoint(
        "GET",
        "/api/v1/line-runways",
        "serials:read",
        "When each line runs out of serials, and how many to lease",
        list_line_runways,
        query=ForecastQuery,
        returns=list[LineRunway],
        tag="Serials",
        description="The line that runs out first comes first. A refill lasts 24 hours without the server, 12 at least.",
    ),
    Endpoint(
        "POST",
        "/api/v1/leases",
        "serials:lease",
        "Lease a block of serials to a line",
        post_lease,
        body=NewLease,
        returns=GrantedLease,
        status=201,
        tag="Serials",
        description="Only this answer holds the serials; an unused rest is a gap, nobody gets it again.",
        secret_answer=True,
    ),
    Endpoint(
        "GET",
        "/api/v1/leases",
        "serials:read",
        "Leases, newest first",
        list_leases,
        query=LeaseListing,
        returns=Page[LeaseView],
        tag="Serials",
    ),
    Endpoint(
        "POST",
        "/api/v1/leases/present",
        "serials:use",
        "Show a signed lease: may the line print from it?",
        present_lease,
        body=ShownLease,
        returns=PresentedView,
        tag="Serials",
        description="A lease that the database knows nothing of proves that it was restored: issuing stands still then.",
    ),
    Endpoint(
        "GET",
        "/api/v1/leases/key",
        "serials:read",
        "The public key that signs leases",
        get_key,
        returns=LeaseKey,
        tag="Serials",
    ),
    Endpoint(
        "GET", "/api/v1/leases/{id}", "serials:read", "One lease", get_lease, returns=LeaseView, tag="Serials"
    ),
    Endpoint(
        "POST",
        "/api/v1/leases/{id}/acknowledge",
        "serials:use",
        "The line has the lease, and has used so many serials of it",
        acknowledge_lease,
        body=Acknowledgement,
        returns=LeaseView,
        tag="Serials",
    ),
    Endpoint(
        "POST",
        "/api/v1/leases/{id}/end",
        "serials:use",
        "End a lease: used, returned or void",
        end_lease,
        body=LeaseEnd,
        returns=LeaseView,
        tag="Serials",
        description="The unused rest is a gap for ever. Saying the same twice changes nothing.",
    ),
    Endpoint(
        "GET",
        "/api/v1/lease-ledger",
        "serials:read",
        "What became of the serials of a product or an order",
        get_ledger,
        query=LedgerQuery,
        returns=Ledger,
        tag="Serials",
    ),
)
