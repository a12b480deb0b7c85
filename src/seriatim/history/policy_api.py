"""JSON routes of contradictions: what is done with events that contradict what is known, which were kept, which are held."""

from datetime import datetime

from msgspec import Struct

from seriatim.access import Call, Endpoint
from seriatim.base import limits
from seriatim.history import parking, policy
from seriatim.history.keys import uri_of
from seriatim.history.model import Policy

TAG = "units"


class Held(Struct, frozen=True, kw_only=True):
    """An event that came before its cause."""

    event_id: str
    type: str
    event_time: datetime
    parked_at: datetime
    captured_by: str
    waits_for: tuple[str, ...]
    """What has not been commissioned yet."""
    refused: str | None
    """Why it could not be kept when its cause had come."""


class Contradiction(Struct, frozen=True, kw_only=True):
    """An event that was kept although it contradicts what is known."""

    event_id: str
    thing: str
    code: str
    message: str
    blocking_event: str | None
    found_at: datetime


class PolicyOfSender(Struct, frozen=True, forbid_unknown_fields=True):
    """What is done with contradictions."""

    policy: Policy
    sender: str = ""
    """`captured_by` of the events that it is for, such as `key:3f2a`; empty for everybody without a policy of his own."""


async def list_parked(call: Call[None, None]) -> list[Held]:
    return [
        Held(
            event_id=one.event_id,
            type=one.type,
            event_time=one.event_time,
            parked_at=one.parked_at,
            captured_by=one.captured_by,
            waits_for=tuple(map(uri_of, one.waits_for)),
            refused=one.refused,
        )
        for one in await parking.parked(call.tx, limit=limits.PAGE_ROWS_MAX)
    ]


async def list_findings(call: Call[None, None]) -> list[Contradiction]:
    return [
        Contradiction(
            event_id=one.event_id,
            thing=uri_of(one.thing),
            code=one.code,
            message=one.message,
            blocking_event=one.blocking_event,
            found_at=one.found_at,
        )
        for one in await policy.findings(call.tx, limit=limits.PAGE_ROWS_MAX)
    ]


async def list_policies(call: Call[None, None]) -> list[PolicyOfSender]:
    return [PolicyOfSender(kept, sender) for sender, kept in (await policy.policies(call.tx)).items()]


async def put_policy(call: Call[None, PolicyOfSender]) -> PolicyOfSender:
    await policy.set_policy(call.tx, call.body.policy, of=call.body.sender, actor=call.actor, now=call.now)
    return call.body


ENDPOINTS = (
    Endpoint(
        "GET",
        "/api/v1/capture/parked",
        "events:read",
        "Events that came before their cause and are held for it, the oldest first, at most 1,000",
        list_parked,
        returns=list[Held],
        tag=TAG,
    ),
    Endpoint(
        "GET",
        "/api/v1/capture/findings",
        "events:read",
        "Events that were kept although they contradict what is known, the newest first, at most 1,000",
        list_findings,
        returns=list[Contradiction],
        tag=TAG,
    ),
    Endpoint(
        "GET",
        "/api/v1/capture/policies",
        "events:read",
        "What is done with events that contradict what is known, by sender",
        list_policies,
        returns=list[PolicyOfSender],
        tag=TAG,
    ),
    Endpoint(
        "PUT",
        "/api/v1/capture/policies",
        "partners:write",
        "Choose what is done with them: `off`, `warn`, `enforce` or `park`",
        put_policy,
        body=PolicyOfSender,
        returns=PolicyOfSender,
        tag=TAG,
    ),
)
