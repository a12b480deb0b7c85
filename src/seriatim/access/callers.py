"""Who calls: keys of all who ask in the same moment are looked up in one question.

Nothing is remembered: a revoked key stops working at once. A question that has been sent may have been answered from
before somebody came, so whoever comes meanwhile waits for the next one.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import NamedTuple

from seriatim.access import store
from seriatim.access.api_keys import hash_of
from seriatim.access.model import Actor
from seriatim.base import limits
from seriatim.base.db import Transaction


class _Asked(NamedTuple):
    """One look-up, and the one who waits for it."""

    secret_hash: bytes
    now: datetime
    actor: asyncio.Future[Actor | None]


class Callers:
    """Looks API keys up. MUST NOT be asked from inside a transaction: it takes a connection of its own."""

    def __init__(self, reading: Callable[[], AbstractAsyncContextManager[Transaction]]) -> None:
        self._reading = reading
        self._waiting: list[_Asked] = []
        self._worker: asyncio.Task[None] | None = None

    async def actor_of_key(self, secret: str, now: datetime) -> Actor | None:
        """Who calls with this secret; None when the key is unknown, expired or revoked. Raises as the database does."""
        asked = _Asked(hash_of(secret), now, asyncio.get_running_loop().create_future())
        self._waiting.append(asked)
        if self._worker is None:
            self._worker = asyncio.create_task(self._work(), name="look up keys")
        return await asked.actor

    async def _work(self) -> None:
        try:
            while self._waiting:
                some = self._waiting[: limits.KEYS_TOGETHER]
                del self._waiting[: limits.KEYS_TOGETHER]
                await self._look_up(some)
        finally:
            self._worker = None
            for asked in self._waiting:
                asked.actor.cancel()
            self._waiting.clear()

    async def _look_up(self, some: Sequence[_Asked]) -> None:
        waiting = [asked for asked in some if not asked.actor.done()]  # who has left waits no more
        try:
            async with self._reading() as tx:
                keys = await store.living_keys(tx, {asked.secret_hash for asked in waiting})
        except asyncio.CancelledError:
            for asked in waiting:
                asked.actor.cancel()
            raise
        except Exception as error:  # noqa: BLE001 -- whatever it is, those who wait raise it
            for asked in waiting:
                if not asked.actor.done():
                    asked.actor.set_exception(error)
            return
        for asked in waiting:
            if not asked.actor.done():
                key = keys.get(asked.secret_hash)
                asked.actor.set_result(key.actor if key and key.is_alive(asked.now) else None)
