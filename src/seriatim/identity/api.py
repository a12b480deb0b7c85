"""JSON routes of master data, serial policies, leases and SSCCs."""

import asyncio
from datetime import datetime, timedelta
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from seriatim.access import Call, Endpoint
from seriatim.base import limits
from seriatim.base.errors import NotFound
from seriatim.base.http import Page, PageRows, page_of, read_position
from seriatim.identity import actions, store
from seriatim.identity.model import (
    CSET32,
    SERIAL_LENGTH,
    Lease,
    LeaseState,
    Location,
    Party,
    Product,
    Runway,
    SerialPolicy,
    gtin14,
)
from seriatim.identity.serials import serials_of
from seriatim.identity.store import LeaseFilter

LEASE_HOURS_MAX = 24 * 366


class Listing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which page of a list."""

    after: str = ""
    limit: PageRows = limits.PAGE_ROWS


class LeaseListing(Listing, frozen=True, forbid_unknown_fields=True):
    """Which leases, newest first."""

    gtin: str | None = None
    line: str | None = None
    order_number: str | None = None


class Products(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Products to keep."""

    products: list[Product]


class Parties(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Parties to keep."""

    parties: list[Party]


class Locations(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Locations to keep."""

    locations: list[Location]


class SavedKeys(msgspec.Struct, frozen=True):
    """The keys of the records that are new and of those that changed."""

    created: tuple[str, ...]
    changed: tuple[str, ...]


class PolicyForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The form that a product's serials shall have."""

    alphabet: str = CSET32
    length: int = SERIAL_LENGTH


class PolicyView(msgspec.Struct, frozen=True):
    """The form of a product's serials and how far they are used up."""

    gtin: str
    alphabet: str
    length: int
    issued: int
    capacity: int
    left: int
    guess_chance: float
    """Chance that a serial made up in this form was issued."""
    warning: str
    """Empty while less than 80 % are used."""


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


class NewSsccs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many SSCCs of which company prefix."""

    gcp: str
    count: Annotated[int, Meta(ge=1, le=actions.SSCCS_MAX)]
    extension: str = "0"


class Ssccs(msgspec.Struct, frozen=True):
    """Fresh SSCCs, 18 digits each."""

    ssccs: list[str]


async def list_products(call: Call[Listing, None]) -> Page[Product]:
    return await actions.products(call.tx, after=_key_after(call.query), limit=call.query.limit)


async def put_products(call: Call[None, Products]) -> SavedKeys:
    return SavedKeys(
        *await actions.save_products(call.tx, call.body.products, actor=call.actor, now=call.now)
    )


async def get_product(call: Call[None, None]) -> Product:
    return await actions.known_product(call.tx, call.path["gtin"])


async def list_parties(call: Call[Listing, None]) -> Page[Party]:
    return await actions.parties(call.tx, after=_key_after(call.query), limit=call.query.limit)


async def put_parties(call: Call[None, Parties]) -> SavedKeys:
    return SavedKeys(*await actions.save_parties(call.tx, call.body.parties, actor=call.actor, now=call.now))


async def list_locations(call: Call[Listing, None]) -> Page[Location]:
    limit = call.query.limit
    return page_of(await store.locations(call.tx, _key_after(call.query), limit + 1), limit, "gln")


async def put_locations(call: Call[None, Locations]) -> SavedKeys:
    return SavedKeys(
        *await actions.save_locations(call.tx, call.body.locations, actor=call.actor, now=call.now)
    )


async def get_location(call: Call[None, None]) -> Location:
    found = await actions.location(call.tx, call.path["gln"])
    if found is None:
        raise NotFound(f"There is no location {call.path['gln']}.")
    return found


async def list_policies(call: Call[Listing, None]) -> Page[PolicyView]:
    rows = await store.policies(call.tx, _key_after(call.query), call.query.limit + 1)
    page = page_of(rows, call.query.limit, "gtin")
    return Page([policy_view(policy) for policy in page.items], page.next)


async def get_policy(call: Call[None, None]) -> PolicyView:
    return policy_view(await actions.policy(call.tx, call.path["gtin"]))


async def put_policy(call: Call[None, PolicyForm]) -> PolicyView:
    form = call.body
    return policy_view(
        await actions.change_policy(
            call.tx,
            call.path["gtin"],
            alphabet=form.alphabet,
            length=form.length,
            actor=call.actor,
            now=call.now,
        )
    )


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
        valid_for=timedelta(hours=wanted.valid_hours),
    )
    policy = await actions.policy(call.tx, lease.gtin)
    # A million serials take a quarter of a second: not in the way of the other requests.
    serials = await asyncio.to_thread(serials_of, lease, policy, call.environment.master_key)
    shown = msgspec.structs.asdict(lease_view(lease))
    return GrantedLease(**shown, serials=serials, warning=policy_view(policy).warning)


async def list_leases(call: Call[LeaseListing, None]) -> Page[LeaseView]:
    query = call.query
    which = LeaseFilter(query.gtin and gtin14(query.gtin), query.line, query.order_number)
    page = await actions.leases(call.tx, which, before=_key_after(query) or None, limit=query.limit)
    return Page([lease_view(lease) for lease in page.items], page.next)


async def get_lease(call: Call[None, None]) -> LeaseView:
    return lease_view(await actions.known_lease(call.tx, call.path["id"]))


async def end_lease(call: Call[None, LeaseEnd]) -> LeaseView:
    ended = await actions.end_lease(call.tx, call.path["id"], call.body.state, actor=call.actor, now=call.now)
    return lease_view(ended)


async def post_ssccs(call: Call[None, NewSsccs]) -> Ssccs:
    wanted = call.body
    return Ssccs(
        await actions.allocate_ssccs(
            call.tx, wanted.gcp, wanted.count, extension=wanted.extension, actor=call.actor, now=call.now
        )
    )


def policy_view(policy: SerialPolicy) -> PolicyView:
    """The policy as the API and the console show it."""
    warning = ""
    if policy.is_nearly_full:
        warning = f"{policy.issued:,} of {policy.capacity:,} serials are issued; plan a longer form for this product."
    return PolicyView(
        policy.gtin,
        policy.alphabet,
        policy.length,
        policy.issued,
        policy.capacity,
        policy.left,
        policy.guess_chance,
        warning,
    )


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


def _key_after(query: Listing) -> str:
    return read_position(query.after, tuple[str])[0] if query.after else ""


_MASTER, _SERIALS = "Master data", "Serials"

ENDPOINTS = (
    Endpoint(
        "GET",
        "/api/v1/products",
        "products:read",
        "Products",
        list_products,
        query=Listing,
        returns=Page[Product],
        tag=_MASTER,
    ),
    Endpoint(
        "PUT",
        "/api/v1/products",
        "products:write",
        "Keep products, new and changed",
        put_products,
        body=Products,
        returns=SavedKeys,
        tag=_MASTER,
    ),
    Endpoint(
        "GET",
        "/api/v1/products/{gtin}",
        "products:read",
        "One product",
        get_product,
        returns=Product,
        tag=_MASTER,
    ),
    Endpoint(
        "GET",
        "/api/v1/parties",
        "partners:read",
        "Parties",
        list_parties,
        query=Listing,
        returns=Page[Party],
        tag=_MASTER,
    ),
    Endpoint(
        "PUT",
        "/api/v1/parties",
        "partners:write",
        "Keep parties, new and changed",
        put_parties,
        body=Parties,
        returns=SavedKeys,
        tag=_MASTER,
    ),
    Endpoint(
        "GET",
        "/api/v1/locations",
        "partners:read",
        "Locations",
        list_locations,
        query=Listing,
        returns=Page[Location],
        tag=_MASTER,
    ),
    Endpoint(
        "PUT",
        "/api/v1/locations",
        "partners:write",
        "Keep locations, new and changed",
        put_locations,
        body=Locations,
        returns=SavedKeys,
        tag=_MASTER,
    ),
    Endpoint(
        "GET",
        "/api/v1/locations/{gln}",
        "partners:read",
        "One location",
        get_location,
        returns=Location,
        tag=_MASTER,
    ),
    Endpoint(
        "GET",
        "/api/v1/serial-policies",
        "serials:read",
        "Serial policies of all products",
        list_policies,
        query=Listing,
        returns=Page[PolicyView],
        tag=_SERIALS,
    ),
    Endpoint(
        "GET",
        "/api/v1/serial-policies/{gtin}",
        "serials:read",
        "The serial policy of a product",
        get_policy,
        returns=PolicyView,
        tag=_SERIALS,
    ),
    Endpoint(
        "PUT",
        "/api/v1/serial-policies/{gtin}",
        "products:write",
        "Another form for a product's serials",
        put_policy,
        body=PolicyForm,
        returns=PolicyView,
        tag=_SERIALS,
        description="Refused once a serial of the product has been issued.",
    ),
    Endpoint(
        "GET",
        "/api/v1/serial-policies/{gtin}/runway",
        "serials:read",
        "When a product's serials run out",
        get_runway,
        returns=Runway,
        tag=_SERIALS,
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
        tag=_SERIALS,
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
        tag=_SERIALS,
    ),
    Endpoint(
        "GET", "/api/v1/leases/{id}", "serials:read", "One lease", get_lease, returns=LeaseView, tag=_SERIALS
    ),
    Endpoint(
        "POST",
        "/api/v1/leases/{id}/end",
        "serials:lease",
        "End a lease: used, returned or void",
        end_lease,
        body=LeaseEnd,
        returns=LeaseView,
        tag=_SERIALS,
    ),
    Endpoint(
        "POST",
        "/api/v1/ssccs",
        "serials:lease",
        "Fresh SSCCs for cases and pallets",
        post_ssccs,
        body=NewSsccs,
        returns=Ssccs,
        status=201,
        tag=_SERIALS,
    ),
)
