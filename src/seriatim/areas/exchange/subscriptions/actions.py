"""What one may do with a subscription: make it, look at it, end it; let it stand still and go on; send dead letters again."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from seriatim import access
from seriatim.access import Actor
from seriatim.areas.exchange import named
from seriatim.areas.exchange.actions import Form
from seriatim.areas.exchange.documents import name_of
from seriatim.areas.exchange.errors import InvalidSubscription
from seriatim.areas.exchange.subscriptions import store
from seriatim.areas.exchange.subscriptions.model import (
    Attempt,
    Delivery,
    DeliveryState,
    Place,
    State,
    Subscription,
    Wanted,
)
from seriatim.base import limits
from seriatim.base.crypto import derive, seal, unseal
from seriatim.base.db import Transaction
from seriatim.base.errors import NotAllowed, NotFound, Refused
from seriatim.base.ids import new_id
from seriatim.epcis import Query
from seriatim.history import following

TOKEN_OVERLAP: Final = timedelta(hours=24)
"""How long the former token signs beside its successor."""
PAUSED_BY: Final = "Paused by {name}."


class TooManySubscriptions(Refused):
    """There are as many subscriptions as there may be, to this query or by this partner; end one first."""

    code = "too_many_subscriptions"


class NoDeadLetter(Refused):
    """Only a dead letter is sent again; this delivery is none."""

    code = "no_dead_letter"


def standing(query: Query) -> Query:
    """The query, if it can be asked again and again. Raises InvalidSubscription."""
    if query.event_count_limit is not None:
        raise InvalidSubscription(
            "eventCountLimit counts over one whole answer, and a subscription has none; leave it out of the query.",
            parameter="eventCountLimit",
        )
    return query


async def subscribe(
    tx: Transaction,
    query: str,
    wanted: Wanted,
    form: Form,
    *,
    actor: Actor,
    now: datetime,
    master_key: bytes,
) -> Subscription:
    """A new subscription to a named query. `wanted.dest` MUST have been checked by the carrier.

    Raises NotFound, InvalidSubscription, TooManySubscriptions.
    """
    found = await named.named(tx, query, actor=actor)
    standing(named.query_of(found.query.encode()))
    await _refuse_one_too_many(tx, query, actor)
    controls = wanted.controls
    since = controls.initial_record_time
    subscription = Subscription(
        id=new_id(),
        query=query,
        dest=wanted.dest,
        schedule=dict(controls.schedule.given) if controls.schedule is not None else None,
        report_if_empty=controls.report_if_empty,
        format=form.format,
        epc_format=form.epc_format,
        cbv_format=form.cbv,
        created_at=now,
        created_by=name_of(actor),
        initial_record_time=since or now,
        min_record_time=since or now,
        last_notified_at=None,
        state="active",
        state_why="",
        failures=0,
        signed=wanted.signature_token is not None,
        next_run_at=controls.schedule.next_after(now) if controls.schedule is not None else None,
        due_at=None,
        batch_events=limits.DELIVERY_EVENTS,
    )
    token = None
    if wanted.signature_token is not None:
        token = seal(_key(master_key, subscription.id), wanted.signature_token.encode())
    await store.insert(tx, subscription, token=token, place=await beginning(tx, since, now))
    detail = {"query": query, "dest": _without_query(wanted.dest), "signed": subscription.signed}
    await access.audit(tx, actor, "subscription.made", str(subscription.id), detail, now)
    return subscription


async def _refuse_one_too_many(tx: Transaction, query: str, actor: Actor) -> None:
    """A partner has a limit of its own: its subscriptions take their turns from those of everybody else.

    Raises TooManySubscriptions.
    """
    if await store.count_of_query(tx, query) >= limits.SUBSCRIPTIONS_PER_QUERY:
        raise TooManySubscriptions(
            f"This query has {limits.SUBSCRIPTIONS_PER_QUERY} subscriptions; end one first."
        )
    partner = only_of(actor)
    if partner and await store.count_of_subscriber(tx, partner) >= limits.SUBSCRIPTIONS_OF_A_PARTNER:
        most = limits.SUBSCRIPTIONS_OF_A_PARTNER
        raise TooManySubscriptions(f"A partner has {most} subscriptions at most; end one first.")


async def beginning(tx: Transaction, since: datetime | None, now: datetime) -> Place:
    """Where the feed is read from: before all that was recorded since then; None: from now on."""
    if since is None or since > now:
        return Place(*await following.head(tx))
    return Place(*await following.place_at(tx, since))


async def subscriptions_of(
    tx: Transaction,
    *,
    actor: Actor,
    query: str | None = None,
    state: State | None = None,
    after: UUID | None = None,
    limit: int = limits.PAGE_ROWS,
) -> Sequence[Subscription]:
    """The subscriptions that the actor may see, those of a query or all; in the order in which they were made."""
    return await store.subscriptions(
        tx, query=query, created_by=only_of(actor), state=state, after=after, limit=limit
    )


async def subscription_of(
    tx: Transaction, of: UUID, *, actor: Actor, query: str | None = None
) -> Subscription:
    """One subscription. Raises NotFound, for one that the actor may not see as well."""
    found = await store.subscription(tx, of, created_by=only_of(actor))
    if found is None or query not in {None, found.query}:
        raise NotFound(f"There is no subscription {of}.")
    return found


async def end(
    tx: Transaction, of: UUID, *, actor: Actor, now: datetime, query: str | None = None
) -> Subscription:
    """Whoever has subscribed ends it, or an administrator; what waits goes with it. Raises NotFound, NotAllowed."""
    found = await _ours(tx, of, actor, query)
    await store.delete(tx, of)
    detail = {"query": found.query, "dest": _without_query(found.dest)}
    await access.audit(tx, actor, "subscription.ended", str(of), detail, now)
    return found


async def pause(tx: Transaction, of: UUID, *, actor: Actor, now: datetime) -> Subscription:
    """Nothing is sent until it is resumed; nothing is lost. Raises NotFound, NotAllowed."""
    found = await _ours(tx, of, actor)
    if found.state == "active":
        await store.set_state(tx, of, "paused", PAUSED_BY.format(name=actor.name), None)
        await access.audit(tx, actor, "subscription.paused", str(of), {}, now)
    return await subscription_of(tx, of, actor=actor)


async def resume(tx: Transaction, of: UUID, *, actor: Actor, now: datetime) -> Subscription:
    """It goes on where it stood, dead letters first. Raises NotFound, NotAllowed."""
    found = await _ours(tx, of, actor)
    if found.state != "active":
        again = await store.send_again(tx, of, None, now)
        await store.set_state(tx, of, "active", "", now)
        await access.audit(tx, actor, "subscription.resumed", str(of), {"sent_again": again}, now)
    return await subscription_of(tx, of, actor=actor)


async def send_again(tx: Transaction, delivery_id: UUID, *, actor: Actor, now: datetime) -> Delivery:
    """A dead letter goes back into the queue, under the same id. Raises NotFound, NotAllowed, NoDeadLetter."""
    found = await delivery_of(tx, delivery_id, actor=actor)
    subscription = await _ours(tx, found.subscription, actor)
    if not await store.send_again(tx, found.subscription, delivery_id, now):
        raise NoDeadLetter(f"This delivery is {found.state}, and no dead letter.", state=found.state)
    if subscription.state == "active":
        await store.lease(tx, found.subscription, now)
    detail = {"delivery": str(delivery_id)}
    await access.audit(tx, actor, "subscription.sent_again", str(found.subscription), detail, now)
    return await delivery_of(tx, delivery_id, actor=actor)


async def change_token(
    tx: Transaction, of: UUID, token: str, *, actor: Actor, now: datetime, master_key: bytes
) -> Subscription:
    """Signs with another token from now on, and for a day with the former one, too. Raises NotFound, NotAllowed."""
    await _ours(tx, of, actor)
    sealed = seal(_key(master_key, of), token.encode())
    await store.change_token(tx, of, sealed, now + TOKEN_OVERLAP)
    await access.audit(tx, actor, "subscription.token_changed", str(of), {}, now)
    return await subscription_of(tx, of, actor=actor)


async def tokens_of(tx: Transaction, of: UUID, *, now: datetime, master_key: bytes) -> tuple[bytes, ...]:
    """What deliveries are signed with now, the newer first."""
    key = _key(master_key, of)
    return tuple(unseal(key, sealed) for sealed in await store.tokens(tx, of, now))


async def deliveries_of(
    tx: Transaction,
    of: UUID,
    *,
    actor: Actor,
    state: DeliveryState | None = None,
    before: UUID | None = None,
    limit: int = limits.PAGE_ROWS,
) -> Sequence[Delivery]:
    """What was sent to the receiver or waits for him, newest first. Raises NotFound."""
    await subscription_of(tx, of, actor=actor)
    return await store.deliveries(tx, of, state=state, before=before, limit=limit)


async def delivery_of(tx: Transaction, delivery_id: UUID, *, actor: Actor) -> Delivery:
    """One delivery. Raises NotFound, for one that the actor may not see as well."""
    found = await store.delivery(tx, delivery_id)
    if found is None or await store.subscription(tx, found.subscription, created_by=only_of(actor)) is None:
        raise NotFound(f"There is no delivery {delivery_id}.")
    return found


async def attempts_of(tx: Transaction, delivery_id: UUID, *, actor: Actor) -> Sequence[Attempt]:
    """The tries of a delivery, in order. Raises NotFound."""
    await delivery_of(tx, delivery_id, actor=actor)
    return await store.attempts(tx, delivery_id)


async def forget(tx: Transaction, *, now: datetime) -> int:
    """Forgets what was delivered long ago, never a dead letter; answers how many."""
    return await store.forget_delivered(
        tx,
        now - timedelta(days=limits.DELIVERED_KEPT_DAYS),
        empty_before=now - timedelta(hours=limits.EMPTY_KEPT_HOURS),
    )


async def first_needed(tx: Transaction) -> str | None:
    """The first transaction, as text, whose events some subscriber has not been told of; None when there is none."""
    return await store.first_needed(tx)


def only_of(actor: Actor) -> str | None:
    """Whose subscriptions the actor sees: his own, or for who sees all events all of them (None)."""
    return None if access.may(actor, "events:read") else name_of(actor)


def is_outsider(actor: Actor) -> bool:
    """Whether the actor is not of this house: sees a part of the events alone."""
    return only_of(actor) is not None


def may_subscribe(actor: Actor) -> bool:
    """Whether anything may be sent on his behalf: the right is asked for each time, never remembered (rule R9)."""
    reads = access.may(actor, "events:read") or access.may(actor, "events:read_own")
    return reads and access.may(actor, "subscriptions:write")


async def _ours(tx: Transaction, of: UUID, actor: Actor, query: str | None = None) -> Subscription:
    """The subscription, locked, for somebody who may change it. Raises NotFound, NotAllowed."""
    await store.lock(tx, of)
    found = await subscription_of(tx, of, actor=actor, query=query)
    if found.created_by != name_of(actor) and actor.role != "administrator":
        raise NotAllowed("A subscription is changed by who has made it, or by an administrator.")
    return found


def _without_query(dest: str) -> str:
    """What the trail keeps of an address, for ever: behind a question mark stands many a receiver's secret."""
    return dest.partition("?")[0]


def _key(master_key: bytes, of: UUID) -> bytes:
    return derive(master_key, "exchange", "signature token", of.bytes)
