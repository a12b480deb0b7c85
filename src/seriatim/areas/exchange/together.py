"""Single events that come in at the same time are kept together, each as if it had come alone (ADR 0017).

A commit waits for the disk, and each question to the database for its answer: sixteen senders that each wait for all of
that by themselves wait sixteen times. Here whoever comes while a transaction is under way waits for the next one, and
shares it with all who have come meanwhile. Nobody waits for company: the first of a quiet moment goes at once.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import NamedTuple

from seriatim.access import Actor
from seriatim.areas.exchange.actions import capture_events
from seriatim.base import limits
from seriatim.base.db import DatabaseAway, Transaction
from seriatim.epcis import Event
from seriatim.history import StoredEvent


class _Sent(NamedTuple):
    """One event and the one who waits for what becomes of it."""

    event: Event
    outcome: asyncio.Future[StoredEvent]


class Together:
    """Takes single events in. Events of one sender share transactions; different senders never do."""

    def __init__(
        self,
        transaction: Callable[[], AbstractAsyncContextManager[Transaction]],
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
        if not some:
            return
        try:
            async with self._transaction() as tx:
                events = [sent.event for sent in some]
                outcomes = await capture_events(tx, events, actor=actor, now=self._now())
        except asyncio.CancelledError:
            for sent in some:
                sent.outcome.cancel()
            raise
        except Exception as error:  # noqa: BLE001 -- whatever it is belongs to one of the requests, which raises it
            await self._keep_apart(some, actor, error)
            return
        for sent, outcome in zip(some, outcomes, strict=True):
            _tell(sent, outcome)

    async def _keep_apart(self, some: Sequence[_Sent], actor: Actor, error: Exception) -> None:
        """One of them cannot be kept, and nothing has been: by halves, until it stands alone with its error.

        When the database went away nobody knows whether the commit was done, so nothing is tried again.
        """
        if len(some) == 1 or isinstance(error, DatabaseAway):
            for sent in some:
                _tell(sent, error)
            return
        half = len(some) // 2
        await self._keep(some[:half], actor)
        await self._keep(some[half:], actor)


def _tell(sent: _Sent, outcome: StoredEvent | Exception) -> None:
    if sent.outcome.done():
        return  # the caller has left
    if isinstance(outcome, Exception):
        sent.outcome.set_exception(outcome)
    else:
        sent.outcome.set_result(outcome)
