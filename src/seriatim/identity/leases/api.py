"""JSON routes of leases, and when a product's serials run out."""

from datetime import datetime, timedelta
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from seriatim.access import Call, Endpoint
from seriatim.base import limits
from seriatim.base.http import Page
from seriatim.identity import serials
from seriatim.identity.catalogue.api import Listing, key_after
from seriatim.identity.catalogue.model import gtin14
from seriatim.identity.leases import actions
from seriatim.identity.leases.looking_up import serials_in
from seriatim.identity.leases.model import Lease, LeaseState, Runway
from seriatim.identity.leases.store import LeaseFilter
from seriatim.identity.serials.api import policy_view

LEASE_HOURS_MAX = 24 * 366


class LeaseListing(Listing, frozen=True, forbid_unknown_fields=True):
    """Which leases, newest first."""

    gtin: str | None = None
    line: str | None = None
    order_number: str | None = None


class NewLease(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A block of serials that a line asks for."""

    gtin: str
    count: Annotated[int, Meta(ge=1, le=limits.LEASE_UNITS_MAX)]
    line: str
    order_number: str = ""
    valid_hours: Annotated[int, Meta(ge=1, le=LEASE_HOURS_MAX)] = (
        int(actions.LEASE_FOR.total_seconds()) // 3600
    )


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


class GrantedLease(LeaseView, frozen=True):
    """A new lease with its serials ready-made; no other answer ever tells them again."""

    serials: list[str] = []
    warning: str = ""


class LeaseEnd(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a lease ended."""

    state: Literal["used", "returned", "void"]


async def get_runway(call: Call[None, None]) -> Runway:
    return await actions.runway(call.tx, call.path["gtin"], now=call.now)


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
    shown = msgspec.structs.asdict(lease_view(lease))
    return GrantedLease(**shown, serials=made, warning=policy_view(policy).warning)


async def list_leases(call: Call[LeaseListing, None]) -> Page[LeaseView]:
    query = call.query
    which = LeaseFilter(query.gtin and gtin14(query.gtin), query.line, query.order_number)
    page = await actions.leases(call.tx, which, before=key_after(query) or None, limit=query.limit)
    return Page([lease_view(lease) for lease in page.items], page.next)


async def get_lease(call: Call[None, None]) -> LeaseView:
    return lease_view(await actions.known_lease(call.tx, call.path["id"]))


async def end_lease(call: Call[None, LeaseEnd]) -> LeaseView:
    ended = await actions.end_lease(call.tx, call.path["id"], call.body.state, actor=call.actor, now=call.now)
    return lease_view(ended)


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
    )


ENDPOINTS = (
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
        "GET", "/api/v1/leases/{id}", "serials:read", "One lease", get_lease, returns=LeaseView, tag="Serials"
    ),
    Endpoint(
        "POST",
        "/api/v1/leases/{id}/end",
        "serials:lease",
        "End a lease: used, returned or void",
        end_lease,
        body=LeaseEnd,
        returns=LeaseView,
        tag="Serials",
    ),
)
