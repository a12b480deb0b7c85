"""Who serves the subscriptions: takes those that are due, a few at the same time, each by itself."""

import asyncio
from datetime import datetime
from typing import Final
from uuid import UUID

import structlog

from seriatim.areas.exchange.subscriptions import jobs, store
from seriatim.areas.exchange.subscriptions.jobs import LEASE
from seriatim.areas.exchange.subscriptions.model import Place
from seriatim.areas.exchange.subscriptions.port import Carrier
from seriatim.base import limits
from seriatim.base.db import Database
from seriatim.base.environment import Environment
from seriatim.base.errors import CannotNow
from seriatim.epcis import EPCISError
from seriatim.history import following

IN_A_ROW: Final = 20
"""Documents to one receiver before the others get the lane."""
LEFT_TO_OTHERS: Final = 4
"""One lane of so many is for subscribers other than the busiest one."""
LOG = structlog.get_logger("exchange")


class Courier:
    """Serves all subscriptions; any number of processes may run one, they share the work.

    Receivers whose last try failed have lanes of their own, so that however many of them hang, they take none of the
    others'; and one subscriber, however many receivers he has and however slow they are, leaves lanes to others (T34).
    """

    def __init__(self, database: Database, environment: Environment, carrier: Carrier) -> None:
        self._db = database
        self._environment = environment
        self._carrier = carrier
        self._lanes: dict[bool, dict[UUID, asyncio.Task[None]]] = {False: {}, True: {}}

    async def run_once(self) -> None:
        """Serves everything that is due now, and what follows from it, until nothing is left for this moment."""
        while await self._start_due():
            await asyncio.gather(*self._lanes[False].values(), *self._lanes[True].values())

    async def run_forever(self, poll_ms: int = 200) -> None:
        """Serves until cancelled; what is under way then is sent again by whoever runs next."""
        try:
            while True:
                try:
                    await self._start_due()
                except CannotNow as error:
                    LOG.warning("subscriptions_wait", reason=error.message)
                await asyncio.sleep(poll_ms / 1000)
        finally:
            for task in [*self._lanes[False].values(), *self._lanes[True].values()]:
                task.cancel()

    async def _start_due(self) -> int:
        """Takes what is due as far as lanes are free; answers how many."""
        now = self._environment.clock.now()
        started = 0
        async with self._db.transaction() as tx:
            head = Place(*await following.head(tx))
            claimed = {
                failing: await store.claim(
                    tx,
                    now,
                    head,
                    failing=failing,
                    limit=size - len(lanes),
                    of_one=size - size // LEFT_TO_OTHERS,
                    busy=lanes,
                    lease_until=now + LEASE,
                )
                for failing, size in ((False, limits.DELIVERY_LANES), (True, limits.DELIVERY_LANES_FAILING))
                if len(lanes := self._lanes[failing]) < size
            }
        for failing, subscriptions in claimed.items():
            for of in subscriptions:
                self._start(of, self._lanes[failing])
                started += 1
        return started

    def _start(self, of: UUID, lanes: dict[UUID, asyncio.Task[None]]) -> None:
        task = asyncio.create_task(self._serve(of), name=f"subscription {of}")
        lanes[of] = task
        task.add_done_callback(lambda _: lanes.pop(of, None))

    async def _serve(self, of: UUID) -> None:
        """Sends what waits in one queue, and leaves the lane."""
        try:
            for _ in range(IN_A_ROW):
                if not await self._serve_one(of):
                    return
            async with self._db.transaction() as tx:
                await store.lease(tx, of, self._now())
        except CannotNow as error:
            LOG.warning("subscription_waits", subscription=str(of), reason=error.message)
        except Exception:  # whatever one subscription raises, the others go on; its lease ends by itself
            LOG.exception("subscription_failed", subscription=str(of))

    async def _serve_one(self, of: UUID) -> bool:
        """One document; answers whether there may be another."""
        async with self._db.transaction() as tx:
            due = await jobs.next_due(tx, of, now=self._now(), master_key=self._environment.master_key)
        if due is None:
            return False
        try:
            letter = await asyncio.to_thread(due.letter, self._now())
        except EPCISError as error:
            async with self._db.transaction() as tx:
                await jobs.keep_unwritable(tx, due, error, now=self._now())
            return True
        answer = await self._carrier.carry(letter)
        async with self._db.transaction() as tx:
            await jobs.keep_answer(tx, due, answer, now=self._now())
        return True

    def _now(self) -> datetime:
        return self._environment.clock.now()
