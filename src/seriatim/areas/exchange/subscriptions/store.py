"""Rows of subscriptions, of the queue to their receivers, and of each try."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from seriatim.areas.exchange.subscriptions.model import (
    Answer,
    Attempt,
    Delivery,
    DeliveryState,
    Kind,
    Place,
    Progress,
    Run,
    State,
    Subscription,
)
from seriatim.base import limits
from seriatim.base.db import Queries, Row, Transaction

QUERIES: Final = Queries.load(__package__, "store.sql")


class Queued(msgspec.Struct, frozen=True, kw_only=True):
    """The delivery at the head of a queue, with all that is in it."""

    id: UUID
    kind: Kind
    made_at: datetime
    run_at: datetime
    events: list[int]
    """Ids of the events."""
    covers_until: datetime
    """min_record_time once it is acknowledged."""
    tries: int
    next_try_at: datetime
    problem: dict[str, Any] | None = None
    place: Place = Place(0, 0)
    """That of its last event."""
    first_tx: int = 0
    """The transaction of its first event."""


class Health(msgspec.Struct, frozen=True):
    """How the subscriptions are, in three numbers."""

    active: int
    suspended: int
    dead: int
    """Dead letters."""


async def insert(
    tx: Transaction,
    subscription: Subscription,
    *,
    token: bytes | None,
    place: Place,
) -> None:
    await tx.execute(
        QUERIES.insert,
        subscription.id,
        subscription.query,
        subscription.dest,
        token,
        subscription.schedule,
        subscription.report_if_empty,
        subscription.format,
        subscription.epc_format,
        subscription.cbv_format,
        subscription.created_at,
        subscription.created_by,
        subscription.initial_record_time,
        subscription.batch_events,
        str(place.tx),
        place.id,
        subscription.next_run_at,
    )


async def count_of_query(tx: Transaction, query: str) -> int:
    """How many subscriptions a query has."""
    count: int = await tx.value(QUERIES.count_of_query, query)
    return count


async def count_of_subscriber(tx: Transaction, created_by: str) -> int:
    """How many subscriptions somebody has."""
    count: int = await tx.value(QUERIES.count_of_subscriber, created_by)
    return count


async def subscriptions(
    tx: Transaction,
    *,
    query: str | None = None,
    created_by: str | None = None,
    state: State | None = None,
    after: UUID | None = None,
    limit: int = limits.PAGE_ROWS,
) -> list[Subscription]:
    """Subscriptions in the order in which they were made; None asks for all."""
    rows = await tx.rows(QUERIES.subscriptions, query, created_by, state, after, limit)
    return [_subscription(row) for row in rows]


async def subscription(tx: Transaction, of: UUID, *, created_by: str | None = None) -> Subscription | None:
    """One subscription; `created_by` None asks for anybody's."""
    row = await tx.row(QUERIES.subscription, of, created_by)
    return None if row is None else _subscription(row)


def _subscription(row: Row) -> Subscription:
    return Subscription(**dict(row))


async def lock(tx: Transaction, of: UUID) -> bool:
    """Whether the subscription is still there; until the transaction ends nobody else changes it."""
    return await tx.row(QUERIES.lock, of) is not None


async def progress(tx: Transaction, of: UUID) -> Progress:
    row = await tx.row(QUERIES.progress, of)
    assert row is not None, "asked for while it is locked"
    run = None
    if row["run_at"] is not None:
        run = Run(row["run_at"], Place(row["run_tx"], row["run_event"]), row["run_has_reported"])
    return Progress(Place(row["tx"], row["event"]), run, row["next_run_at"], row["due_at"])


async def save_progress(tx: Transaction, of: UUID, progress: Progress) -> None:
    run = progress.run
    await tx.execute(
        QUERIES.save_progress,
        of,
        str(progress.place.tx),
        progress.place.id,
        run.at if run is not None else None,
        str(run.until.tx) if run is not None else None,
        run.until.id if run is not None else None,
        run.has_reported if run is not None else False,
        progress.next_run_at,
        progress.due_at,
    )


async def tokens(tx: Transaction, of: UUID, now: datetime) -> list[bytes]:
    """The sealed tokens that deliveries are signed with now, the newest first."""
    row = await tx.row(QUERIES.tokens, of, now)
    return [sealed for sealed in (row or ()) if sealed is not None]


async def change_token(tx: Transaction, of: UUID, token: bytes, former_until: datetime) -> None:
    await tx.execute(QUERIES.change_token, of, token, former_until)


async def set_state(tx: Transaction, of: UUID, state: State, why: str, due_at: datetime | None) -> None:
    await tx.execute(QUERIES.set_state, of, state, why, due_at)


async def acknowledged(
    tx: Transaction, of: UUID, *, at: datetime, covers_until: datetime, batch_events: int
) -> None:
    await tx.execute(QUERIES.acknowledged, of, at, covers_until, batch_events)


async def covered(tx: Transaction, of: UUID, until: datetime) -> None:
    """Moves min_record_time on, if nothing waits to be acknowledged."""
    await tx.execute(QUERIES.covered, of, until)


async def not_acknowledged(
    tx: Transaction, of: UUID, *, failures: int, batch_events: int, due_at: datetime
) -> None:
    await tx.execute(QUERIES.not_acknowledged, of, failures, batch_events, due_at)


async def delete(tx: Transaction, of: UUID) -> None:
    await tx.execute(QUERIES.delete, of)


async def claim(
    tx: Transaction,
    now: datetime,
    head: Place,
    *,
    failing: bool,
    limit: int,
    of_one: int,
    busy: Iterable[UUID],
    lease_until: datetime,
) -> list[UUID]:
    """Subscriptions that are due, now leased to the caller; of one subscriber no more than `of_one`, those in `busy`
    counted, which are under way.
    """
    rows = await tx.rows(
        QUERIES.claim, now, str(head.tx), head.id, failing, limit, lease_until, of_one, list(busy)
    )
    return [row["id"] for row in rows]


async def lease(tx: Transaction, of: UUID, until: datetime) -> None:
    await tx.execute(QUERIES.lease, of, until)


async def insert_delivery(tx: Transaction, of: UUID, delivery: Queued) -> None:
    await tx.execute(
        QUERIES.insert_delivery,
        delivery.id,
        of,
        delivery.kind,
        delivery.made_at,
        delivery.run_at,
        delivery.events,
        delivery.problem,
        str(delivery.place.tx),
        delivery.place.id,
        delivery.covers_until,
        str(delivery.first_tx),
    )


async def first_waiting(tx: Transaction, of: UUID) -> Queued | None:
    row = await tx.row(QUERIES.first_waiting, of)
    return None if row is None else Queued(**dict(row))


async def lock_delivery(tx: Transaction, delivery: UUID) -> Queued | None:
    """The delivery, if it still waits."""
    row = await tx.row(QUERIES.lock_delivery, delivery)
    if row is None:
        return None
    values = dict(row)
    place = Place(values.pop("tx"), values.pop("event"))
    return Queued(place=place, **values)


async def tell_problem(tx: Transaction, delivery: UUID, problem: Mapping[str, Any]) -> None:
    """Sends the problem in place of the events."""
    await tx.execute(QUERIES.tell_problem, delivery, problem)


async def finish_delivery(
    tx: Transaction,
    delivery: UUID,
    state: DeliveryState,
    answer: Answer,
    *,
    next_try_at: datetime | None,
    now: datetime,
) -> None:
    """Keeps what became of a delivery; `next_try_at` belongs to one that goes on waiting."""
    finished = None if state == "waiting" else now
    await tx.execute(
        QUERIES.finish_delivery, delivery, state, next_try_at, finished, answer.status, answer.said, now
    )


async def insert_attempt(tx: Transaction, delivery: UUID, answer: Answer, at: datetime) -> None:
    await tx.execute(QUERIES.insert_attempt, delivery, at, answer.status, answer.said, answer.took_ms)


async def deliveries(
    tx: Transaction,
    of: UUID,
    *,
    state: DeliveryState | None = None,
    before: UUID | None = None,
    limit: int = limits.PAGE_ROWS,
) -> list[Delivery]:
    """Deliveries of a subscription, newest first; `state` None asks for all."""
    rows = await tx.rows(QUERIES.deliveries, of, state, before, limit)
    return [Delivery(**dict(row)) for row in rows]


async def delivery(tx: Transaction, delivery_id: UUID) -> Delivery | None:
    row = await tx.row(QUERIES.delivery, delivery_id)
    return None if row is None else Delivery(**dict(row))


async def attempts(tx: Transaction, delivery_id: UUID) -> Sequence[Attempt]:
    """The tries of a delivery, in order."""
    return [Attempt(**dict(row)) for row in await tx.rows(QUERIES.attempts, delivery_id)]


async def send_again(tx: Transaction, of: UUID, delivery_id: UUID | None, now: datetime) -> int:
    """Puts a dead letter back into the queue, all of them for None; answers how many."""
    return await tx.execute(QUERIES.send_again, of, delivery_id, now)


async def forget_delivered(tx: Transaction, before: datetime, *, empty_before: datetime) -> int:
    """Forgets what was delivered before; the second moment, a later one, is for runs that found nothing."""
    return await tx.execute(QUERIES.forget_delivered, before, empty_before)


async def first_needed(tx: Transaction) -> str | None:
    """The first transaction whose events are still needed, as text."""
    found: str | None = await tx.value(QUERIES.first_needed)
    return found


async def health(tx: Transaction) -> Health:
    (row,) = await tx.rows(QUERIES.health)
    return Health(**dict(row))
