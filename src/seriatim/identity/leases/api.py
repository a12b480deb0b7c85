"""JSON routes of leases: lend, acknowledge, end, show; their ledger, and when serials run out."""

from datetime import timedelta

import msgspec

from seriatim.access import Call, Endpoint
from seriatim.base import installation
from seriatim.base.http import Page
from seriatim.identity import serials
from seriatim.identity.catalogue.api import key_after
from seriatim.identity.catalogue.model import gtin14
from seriatim.identity.credentials.multikey import multikey_of
from seriatim.identity.leases import actions, forecast, presenting
from seriatim.identity.leases.files import signed_lease
from seriatim.identity.leases.looking_up import look_up, serials_in
from seriatim.identity.leases.model import Ledger
from seriatim.identity.leases.runway import LineRunway, Runway
from seriatim.identity.leases.signed import lease_signer
from seriatim.identity.leases.store import LeaseFilter
from seriatim.identity.leases.views import (
    Acknowledgement,
    ForecastQuery,
    GrantedLease,
    Issuance,
    LeaseEnd,
    LeaseKey,
    LeaseListing,
    LeaseView,
    LedgerQuery,
    NewLease,
    PresentedView,
    SerialAsked,
    ShownLease,
    lease_view,
)


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
    made = await serials_in(call.tx, lease, call.environment.master_key)
    signed = None
    if wanted.signed:
        signed = await signed_lease(
            call.tx,
            lease,
            made,
            organisation=call.environment.settings.public_url,
            master_key=call.environment.master_key,
            now=call.now,
        )
    shown = msgspec.structs.asdict(lease_view(lease))
    warning = (await serials.policy(call.tx, lease.gtin)).warning
    return GrantedLease(
        **shown, serials=made, warning=warning, statement=None if signed is None else signed.statement
    )


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


ENDPOINTS = (
    Endpoint(
        "GET",
        "/api/v1/issuance",
        "issuance:read",
        "Was this serial ever issued, and to which order",
        get_issuance,
        leaves_trail=True,
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
        "standards:read",
        "The public key that signs leases",
        get_key,
        returns=LeaseKey,
        tag="Serials",
        description="What a line keeps to check its leases offline. A public key, so every role may have it.",
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
