"""JSON routes of serial policies."""

import msgspec

from seriatim.access import Call, Endpoint
from seriatim.base.http import Page, page_of
from seriatim.identity.catalogue.api import Listing, key_after
from seriatim.identity.serials import actions, store
from seriatim.identity.serials.policy import CSET32, SERIAL_LENGTH, SerialPolicy


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


async def list_policies(call: Call[Listing, None]) -> Page[PolicyView]:
    rows = await store.policies(call.tx, key_after(call.query), call.query.limit + 1)
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


ENDPOINTS = (
    Endpoint(
        "GET",
        "/api/v1/serial-policies",
        "serials:read",
        "Serial policies of all products",
        list_policies,
        query=Listing,
        returns=Page[PolicyView],
        tag="Serials",
    ),
    Endpoint(
        "GET",
        "/api/v1/serial-policies/{gtin}",
        "serials:read",
        "The serial policy of a product",
        get_policy,
        returns=PolicyView,
        tag="Serials",
    ),
    Endpoint(
        "PUT",
        "/api/v1/serial-policies/{gtin}",
        "products:write",
        "Another form for a product's serials",
        put_policy,
        body=PolicyForm,
        returns=PolicyView,
        tag="Serials",
        description="Refused once a serial of the product has been issued.",
    ),
)
