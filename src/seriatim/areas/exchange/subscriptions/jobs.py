"""Later work: runs the standing queries that are due, and brings what they find to its receivers.

What is found is written down before it is sent, and its place in the feed with it, in one transaction: whoever is
killed when, it is sent at least once, always under the same id, until the receiver has answered 2xx or it is a dead
letter that can be seen. There is no "being sent" to get stuck in: a lease ends by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import structlog

from seriatim import access, history, identity
from seriatim.access import Actor
from seriatim.areas.exchange.actions import Form, query_document
from seriatim.areas.exchange.errors import NotAcceptable, problem_of
from seriatim.areas.exchange.http import VERSIONS
from seriatim.areas.exchange.prefixes import KnownPrefixes
from seriatim.areas.exchange.subscriptions import store
from seriatim.areas.exchange.subscriptions.actions import is_outsider, may_subscribe, tokens_of
from seriatim.areas.exchange.subscriptions.documents import complaint, media_type
from seriatim.areas.exchange.subscriptions.looking import Standing, look, place_of
from seriatim.areas.exchange.subscriptions.model import (
    TOO_LARGE,
    Answer,
    Kind,
    Place,
    Subscription,
    decide,
    grown,
    halves,
    shrunk,
)
from seriatim.areas.exchange.subscriptions.port import Letter
from seriatim.areas.exchange.subscriptions.schedule import Schedule
from seriatim.areas.exchange.subscriptions.store import Queued
from seriatim.base import limits, metrics
from seriatim.base.db import Transaction
from seriatim.base.ids import new_id
from seriatim.epcis import EPCISError
from seriatim.history import StoredEvent, following

LEASE: Final = timedelta(seconds=limits.DELIVERY_LEASE_S)
NO_RIGHT: Final = (
    "Whoever subscribed may no longer read events here: the key or person has ended, or has another role."
)
AWAY: Final = "The receiver has not taken a document in any of {tries} tries; the last answer: {last}."
LOG = structlog.get_logger("exchange")


@dataclass(frozen=True, slots=True)
class Due:
    """A delivery that is to be sent now."""

    subscription: Subscription
    queued: Queued
    events: Sequence[StoredEvent]
    tokens: tuple[bytes, ...] = field(repr=False)
    form: Form
    is_for_outsider: bool

    def letter(self, now: datetime) -> Letter:
        """Raises EPCISError for events that the form asked for cannot say."""
        form, queued = self.form, self.queued
        if queued.problem is not None:
            body = complaint(queued.problem, form)
        else:
            of = self.subscription
            body = query_document(self.events, form, now=queued.made_at, query=of.query, subscription=of.id)
        media = media_type(form, is_problem=queued.problem is not None)
        dest, outsider = self.subscription.dest, self.is_for_outsider
        return Letter(queued.id, dest, media, body, now, self.tokens, VERSIONS, is_for_outsider=outsider)


async def next_due(tx: Transaction, of: UUID, *, now: datetime, master_key: bytes) -> Due | None:
    """What is to be sent next, the query asked for it when nothing waits; None when there is nothing now.

    When to look again is written down in every case.
    """
    if not await store.lock(tx, of):
        return None
    subscription = await store.subscription(tx, of)
    assert subscription is not None, "it is locked"
    if subscription.state != "active":
        return None
    actor = await access.active_actor(tx, subscription.created_by, now)
    if actor is None or not may_subscribe(actor):
        await store.set_state(tx, of, "suspended", NO_RIGHT, None)
        return None
    queued = await store.first_waiting(tx, of) or await _look(tx, subscription, actor, now)
    if queued is None:
        return None
    if queued.next_try_at > now:
        await store.lease(tx, of, queued.next_try_at)
        return None
    await store.lease(tx, of, now + LEASE)
    found = await history.events_by_id(tx, queued.events, sight=await history.sight_of(tx, actor))
    events = sorted(found, key=lambda event: (event.tx, event.id))
    tokens = await tokens_of(tx, of, now=now, master_key=master_key)
    return Due(subscription, queued, events, tokens, await form_of(tx, subscription), is_outsider(actor))


async def form_of(tx: Transaction, subscription: Subscription) -> Form:
    """How its events are written today: company prefixes are known as far as our products say them."""
    if subscription.epc_format != "Always_EPC_URN":
        return subscription.form()
    return subscription.form(KnownPrefixes(await identity.company_prefixes(tx)))


async def _look(tx: Transaction, subscription: Subscription, actor: Actor, now: datetime) -> Queued | None:
    """Asks the query for what is new, and queues what it finds."""
    of = subscription.id
    standing = Standing(
        actor,
        subscription.query,
        Schedule.of(subscription.schedule) if subscription.schedule is not None else None,
        subscription.initial_record_time,
        subscription.batch_events,
    )
    head = Place(*await following.head(tx))
    found = await look(tx, standing, await store.progress(tx, of), head, now)
    await store.save_progress(tx, of, found.progress)
    kind = found.kind(reports_empty=subscription.report_if_empty and subscription.schedule is not None)
    if kind is not None and found.run is not None:
        problem = problem_of(found.error, subscription.address) if found.error is not None else None
        made = _delivery(kind, found.events, found.run.at, found.place, found.covers_until, now, problem)
        return await _queue(tx, of, made)
    if found.is_over:
        await store.covered(tx, of, found.covers_until)
    return None


async def keep_answer(tx: Transaction, due: Due, answer: Answer, *, now: datetime) -> None:
    """Writes down what the receiver has said, and what follows from it."""
    subscription, of = due.subscription, due.subscription.id
    queued = await store.lock_delivery(tx, due.queued.id) if await store.lock(tx, of) else None
    if queued is None:  # ended, or answered to another process that held the lease after us
        return
    await store.insert_attempt(tx, queued.id, answer, now)
    tries, count = queued.tries + 1, len(due.events)
    decision = decide(answer, tries=tries, events=count, delivery=queued.id, now=now)
    metrics.DELIVERIES.labels(outcome=decision.outcome).inc()
    batch = subscription.batch_events
    if decision.outcome == "delivered":
        await store.finish_delivery(tx, queued.id, "delivered", answer, next_try_at=None, now=now)
        batch = grown(batch, count)
        await store.acknowledged(tx, of, at=now, covers_until=queued.covers_until, batch_events=batch)
    elif decision.outcome == "halve":
        await _split(tx, due, queued, answer, now)
    elif decision.outcome == "retry":
        assert decision.again_at is not None, "a retry has its time"
        await store.finish_delivery(tx, queued.id, "waiting", answer, next_try_at=decision.again_at, now=now)
        await store.not_acknowledged(tx, of, failures=1, batch_events=batch, due_at=decision.again_at)
    else:
        await store.finish_delivery(tx, queued.id, "dead", answer, next_try_at=None, now=now)
        await store.not_acknowledged(tx, of, failures=1, batch_events=batch, due_at=now)
        LOG.warning("dead_letter", subscription=str(of), delivery=str(queued.id), status=answer.status)
        if decision.suspends and subscription.state == "active":
            why = AWAY.format(tries=tries, last=answer.status or answer.said or "none")
            await store.set_state(tx, of, "suspended", why, None)


async def keep_unwritable(tx: Transaction, due: Due, error: EPCISError, *, now: datetime) -> None:
    """Events that the form asked for cannot say: the others are sent, and for each of these a problem document."""
    of = due.subscription.id
    queued = await store.lock_delivery(tx, due.queued.id) if await store.lock(tx, of) else None
    if queued is None:
        return
    if len(due.events) > 1:
        await _split(tx, due, queued, Answer(None, "It cannot be written in one piece."), now)
        return
    told = problem_of(
        NotAcceptable(str(error), eventID=due.events[0].event_id if due.events else None),
        due.subscription.address,
    )
    await store.tell_problem(tx, queued.id, told)
    await store.lease(tx, of, now)


async def _split(tx: Transaction, due: Due, queued: Queued, answer: Answer, now: datetime) -> None:
    """Two deliveries for one, in its place in the queue."""
    of = due.subscription.id
    first, second = halves(due.events)
    await store.finish_delivery(tx, queued.id, "split", answer, next_try_at=None, now=now)
    last = first[-1]
    for half, place, covers in (
        (first, place_of(last), last.record_time),
        (second, queued.place, queued.covers_until),
    ):
        if half:
            await _queue(tx, of, _delivery("events", half, queued.run_at, place, covers, now))
    is_too_large = answer.status == TOO_LARGE
    batch = shrunk(len(due.events)) if is_too_large else due.subscription.batch_events
    await store.not_acknowledged(tx, of, failures=0, batch_events=batch, due_at=now)


def _delivery(
    kind: Kind,
    events: Sequence[StoredEvent],
    run_at: datetime,
    place: Place,
    covers_until: datetime,
    now: datetime,
    problem: dict[str, Any] | None = None,
) -> Queued:
    return Queued(
        id=new_id(),
        kind=kind,
        made_at=now,
        run_at=run_at,
        events=[event.id for event in events],
        covers_until=covers_until,
        tries=0,
        next_try_at=now,
        problem=problem,
        place=place,
        first_tx=events[0].tx if events else place.tx,
    )


async def _queue(tx: Transaction, of: UUID, delivery: Queued) -> Queued:
    await store.insert_delivery(tx, of, delivery)
    return delivery
