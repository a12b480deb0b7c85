"""Single events that come in at the same time are kept together, each as if it had come alone (ADR 0017).

A commit waits for the disk, and each question to the database for its answer: sixteen senders that each wait for all of
that by themselves wait sixteen times. Here whoever comes while a transaction is under way waits for the next one, and
shares it with all who have come meanwhile. Nobody waits for company: the first of a quiet moment goes at once.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import NamedTuple, Protocol

from seriatim.access import Actor
from seriatim.areas.exchange.actions import capture_events
from seriatim.base import limits
from seriatim.base.db import DatabaseAway, DatabaseBusy, Transaction
from seriatim.epcis import Event
from seriatim.history import StoredEvent


class _Sent(NamedTuple):
    """One event and the one who waits for what becomes of it."""

    event: Event
    outcome: asyncio.Future[StoredEvent]


class Transactions(Protocol):
    """Begins one, as `Database.transaction` does."""

    def __call__(self, *, timeout_ms: int | None = None) -> AbstractAsyncContextManager[Transaction]: ...


class Together:
    """Takes single events in. Events of one sender share transactions; different senders never do."""

    def __init__(
        self,
        transaction: Transactions,
        now: Callable[[], datetime],
    ) -> None:
        self._transaction = transaction
        self._now = now
        self._waiting: dict[Actor, list[_Sent]] = {}
        self._workers: set[asyncio.Task[None]] = set()

    async def capture(self, event: Event, *, actor: Actor) -> StoredEvent:
        """Store one event; answers after the commit.

        Raises what `capture_events` says of this event, or raises for it; DatabaseAway, DatabaseBusy.
        """
        sent = _Sent(event, asyncio.get_running_loop().create_future())
        if sum(1 for _ in event.epcs()) > limits.CAPTURED_TOGETHER_EPCS:
            await self._keep([sent], actor)
        elif actor in self._waiting:
            self._waiting[actor].append(sent)
        else:
            self._waiting[actor] = [sent]
            worker = asyncio.create_task(self._work(actor), name="capture together")
            self._workers.add(worker)
            worker.add_done_callback(self._workers.discard)
        return await sent.outcome

    async def _work(self, actor: Actor) -> None:
        """One transaction after the other, until nobody of this sender waits."""
        waiting = self._waiting[actor]
        try:
            while waiting:
                some = waiting[: limits.CAPTURED_TOGETHER]
                del waiting[: limits.CAPTURED_TOGETHER]
                # Who has left meanwhile has nothing stored, as if the connection had ended a moment earlier.
                await self._keep([sent for sent in some if not sent.outcome.done()], actor)
        finally:
            del self._waiting[actor]
            for sent in waiting:
                sent.outcome.cancel()

    async def _keep(self, some: Sequence[_Sent], actor: Actor) -> None:
        """In one transaction. Where one of them cannot be kept nothing is: by halves, until it stands alone with its error.

        When the database went away nobody knows whether the commit was done, so nothing is tried again. Where it is busy
        again and again the others need not wait for it.
        """
        parts, busy = [some] if some else [], 0
        try:
            while parts:
                part = parts.pop()
                error = await self._try(part, actor, bounded=busy > 0)
                busy += isinstance(error, DatabaseBusy)
                if error is None:
                    continue
                if len(part) == 1 or isinstance(error, DatabaseAway) or busy > limits.CAPTURE_BUSY_TRIES:
                    for sent in part:
                        _tell(sent, error)
                else:
                    half = len(part) // 2
                    parts += [part[half:], part[:half]]
        except asyncio.CancelledError:
            for sent in some:
                sent.outcome.cancel()
            raise

    async def _try(self, some: Sequence[_Sent], actor: Actor, *, bounded: bool) -> Exception | None:
        """Keeps all of them, or answers why none is kept."""
        timeout_ms = limits.CAPTURE_RETRY_MS if bounded else None
        try:
            async with self._transaction(timeout_ms=timeout_ms) as tx:
                events = [sent.event for sent in some]
                outcomes = await capture_events(tx, events, actor=actor, now=self._now())
        except Exception as error:  # noqa: BLE001 -- whatever it is belongs to one of the requests, which raises it
            return error
        for sent, outcome in zip(some, outcomes, strict=True):
            _tell(sent, outcome)
        return None


def _tell(sent: _Sent, outcome: StoredEvent | Exception) -> None:
    if sent.outcome.done():
        return  # the caller has left
    if isinstance(outcome, Exception):
        sent.outcome.set_exception(outcome)
    else:
        sent.outcome.set_result(outcome)
