"""JSON routes that operate subscriptions: what waits, what was sent and answered, dead letters, pause and resume.

They are made and ended over GS1's interface, /epcis/queries/{name}/subscriptions.
"""

from typing import Any, Final
from uuid import UUID

import msgspec

from seriatim.access import Call, Endpoint
from seriatim.areas.exchange.subscriptions import actions
from seriatim.areas.exchange.subscriptions.model import (
    Attempt,
    Delivery,
    DeliveryState,
    State,
    Subscription,
    checked_token,
)
from seriatim.base import limits
from seriatim.base.errors import NotFound
from seriatim.base.http import Page, PageRows, page_of, read_position


class Listing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which subscriptions, in the order in which they were made."""

    after: str = ""
    limit: PageRows = limits.PAGE_ROWS
    query: str | None = None
    state: State | None = None


class DeliveryListing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which deliveries of a subscription, newest first."""

    after: str = ""
    limit: PageRows = limits.PAGE_ROWS
    state: DeliveryState | None = None


class NewToken(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """What deliveries are signed with from now on."""

    signature_token: str


class DeliveryReport(msgspec.Struct, frozen=True):
    """A delivery with its tries."""

    delivery: Delivery
    attempts: tuple[Attempt, ...]


async def listing(call: Call[Listing, None]) -> Page[Subscription]:
    asked = call.query
    found = await actions.subscriptions_of(
        call.tx,
        actor=call.actor,
        query=asked.query,
        state=asked.state,
        after=_position(asked.after),
        limit=asked.limit + 1,
    )
    return page_of(found, asked.limit, "id")


async def one(call: Call[None, None]) -> Subscription:
    return await actions.subscription_of(call.tx, _id(call), actor=call.actor)


async def pause(call: Call[None, None]) -> Subscription:
    return await actions.pause(call.tx, _id(call), actor=call.actor, now=call.now)


async def resume(call: Call[None, None]) -> Subscription:
    return await actions.resume(call.tx, _id(call), actor=call.actor, now=call.now)


async def change_token(call: Call[None, NewToken]) -> Subscription:
    token = checked_token(call.body.signature_token)
    key = call.environment.master_key
    return await actions.change_token(
        call.tx, _id(call), token, actor=call.actor, now=call.now, master_key=key
    )


async def end(call: Call[None, None]) -> Subscription:
    return await actions.end(call.tx, _id(call), actor=call.actor, now=call.now)


async def deliveries(call: Call[DeliveryListing, None]) -> Page[Delivery]:
    asked = call.query
    found = await actions.deliveries_of(
        call.tx,
        _id(call),
        actor=call.actor,
        state=asked.state,
        before=_position(asked.after),
        limit=asked.limit + 1,
    )
    return page_of(found, asked.limit, "id")


async def delivery(call: Call[None, None]) -> DeliveryReport:
    of = _id(call)
    found = await actions.delivery_of(call.tx, of, actor=call.actor)
    return DeliveryReport(found, tuple(await actions.attempts_of(call.tx, of, actor=call.actor)))


async def send_again(call: Call[None, None]) -> Delivery:
    return await actions.send_again(call.tx, _id(call), actor=call.actor, now=call.now)


def _id(call: Call[Any, Any]) -> UUID:
    try:
        return UUID(call.path["id"])
    except ValueError:
        raise NotFound from None


def _position(after: str) -> UUID | None:
    return read_position(after, tuple[UUID])[0] if after else None


SUBSCRIPTION: Final = "/api/v1/subscriptions/{id}"
DELIVERY: Final = "/api/v1/deliveries/{id}"
TAG: Final = "Subscriptions"
PARTNER: Final = "A partner sees its own only."

ENDPOINTS: Final = (
    Endpoint("GET", "/api/v1/subscriptions", "subscriptions:read", "Subscriptions to named queries", listing,
             query=Listing, returns=Page[Subscription], tag=TAG, description=PARTNER),
    Endpoint("GET", SUBSCRIPTION, "subscriptions:read", "One subscription", one, returns=Subscription, tag=TAG,
             description=PARTNER),
    Endpoint("DELETE", SUBSCRIPTION, "subscriptions:write", "End a subscription", end, returns=Subscription,
             tag=TAG, description="What waits for its receiver goes with it. Answers what has ended."),
    Endpoint("POST", f"{SUBSCRIPTION}/pause", "subscriptions:write", "Let a subscription stand still", pause,
             returns=Subscription, tag=TAG, description="Nothing is sent until it is resumed, and nothing is lost."),
    Endpoint("POST", f"{SUBSCRIPTION}/resume", "subscriptions:write", "Let a subscription go on", resume,
             returns=Subscription, tag=TAG, description="It goes on where it stood; its dead letters are sent first."),
    Endpoint("PUT", f"{SUBSCRIPTION}/token", "subscriptions:write", "Change what deliveries are signed with",
             change_token, body=NewToken, returns=Subscription, tag=TAG, secret_body=True,
             description="For a day the former token signs, too: `webhook-signature` holds both signatures."),
    Endpoint("GET", f"{SUBSCRIPTION}/deliveries", "subscriptions:read", "What was sent, and what waits", deliveries,
             query=DeliveryListing, returns=Page[Delivery], tag=TAG, description="Newest first; `state=dead` are dead letters."),
    Endpoint("GET", DELIVERY, "subscriptions:read", "One delivery and its tries", delivery, returns=DeliveryReport,
             tag=TAG),
    Endpoint("POST", f"{DELIVERY}/send-again", "subscriptions:write", "Send a dead letter again", send_again,
             returns=Delivery, tag=TAG, description="Under the same id, so that a receiver knows what it has seen."),
)  # fmt: skip
"""Routes of this room."""
