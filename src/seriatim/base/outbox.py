"""Telling others what has happened, for certain and once: the message is kept in the same transaction as the change.

    await post(tx, "order.closed", [{"order": "4711"}])

A dispatcher hands the messages to those who listen, in the order in which they became visible. A handler's own rows
and its cursor move in one transaction, so its effects on the database happen exactly once, whatever is killed when.
An effect outside the database (a letter, a webhook) is not undone by a roll-back: let the handler write down the
work, and do it in a job that may be repeated. Order by id alone would lose messages whose transaction ends late
(678 of 3,600 in a trial), hence the cursor on (tx, id) below the horizon: rule R6.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

import msgspec
import structlog

from seriatim.base import metrics
from seriatim.base.db import Database, Queries, Transaction

QUERIES: Final = Queries.load(__package__, "outbox.sql")
PAGE: Final = 1_000
BACK_OFF_S_MIN: Final = 0.1
BACK_OFF_S_MAX: Final = 60.0

logger = structlog.stdlib.get_logger(__name__)


class Message(msgspec.Struct, frozen=True):
    """One thing that has happened."""

    id: int
    topic: str
    payload: Mapping[str, Any]
    created_at: datetime
    """When the transaction that posted it began."""


class Handler(NamedTuple):
    """Who listens to what; a plain pair does as well."""

    topics: Sequence[str]
    handle: Callable[[Transaction, Sequence[Message]], Awaitable[None]]
    """Gets a page of messages in order. MUST NOT commit; whatever it writes is kept with the cursor or not at all."""


async def post(tx: Transaction, topic: str, payloads: Sequence[Mapping[str, Any]]) -> None:
    """Tell all who listen to `topic`, once this transaction is kept; in the order given."""
    if payloads:
        await tx.execute(QUERIES.post, topic, list(payloads))


async def sweep(tx: Transaction, before: datetime) -> int:
    """Forget messages from before then that every known handler has passed; answers how many."""
    return await tx.execute(QUERIES.sweep, before)


async def first_waiting(tx: Transaction) -> str | None:
    """The first transaction whose messages some handler has not passed, as text; None when nobody is behind."""
    found: str | None = await tx.value(QUERIES.first_waiting)
    return found


class Dispatcher:
    """Hands posted messages to named handlers; any number of processes may run one, they share the work.

    A handler's name is its memory: renamed, it begins again with the oldest message kept.
    """

    def __init__(
        self,
        db: Database,
        handlers: Mapping[
            str, Handler | tuple[Sequence[str], Callable[[Transaction, Sequence[Message]], Awaitable[None]]]
        ],
        *,
        page: int = PAGE,
    ) -> None:
        self._db = db
        self._handlers = {name: Handler(*handler) for name, handler in handlers.items()}
        self._page = page
        self._enrolled = False

    async def run_once(self) -> int:
        """One page for each handler; answers how many messages were handled. A handler that fails is logged."""
        handled = 0
        for name in self._handlers:
            try:
                handled += (await self._advance(name))[1]
            except Exception as error:  # noqa: BLE001 -- whatever one handler raises, the others go on
                self._tell_failure(name, error, pause_s=0)
        return handled

    async def run_forever(self, poll_ms: int = 50) -> None:
        """Hand out messages until cancelled; handlers do not wait for each other."""
        wake = {name: asyncio.Event() for name in self._handlers}
        async with asyncio.TaskGroup() as group:
            for name, event in wake.items():
                group.create_task(self._follow(name, event), name=f"outbox {name}")
            group.create_task(self._watch(wake, poll_ms / 1000), name="outbox")

    async def ages(self) -> Mapping[str, float]:
        """Seconds that the oldest waiting message of each handler has waited: the alarm of rule R13.

        A handler that has never run is not in the answer.
        """
        async with self._db.transaction(readonly=True) as tx:
            rows = await tx.rows(QUERIES.ages, list(self._handlers))
        ages = {row["handler"]: row["age_s"] for row in rows}
        for name, age_s in ages.items():
            metrics.OUTBOX_AGE.labels(handler=name).set(age_s)
        return ages

    async def _watch(self, wake: Mapping[str, asyncio.Event], poll_s: float) -> None:
        """Wakes those who have something to read: one question for all, which writes nothing, so that an idle house is
        idle. When it cannot be answered all are woken: each finds out by itself, and says so.
        """
        behind: Iterable[str] = wake
        while True:
            for name in behind:
                wake[name].set()
            await asyncio.sleep(poll_s)
            try:
                async with self._db.reading() as tx:
                    behind = [row["handler"] for row in await tx.rows(QUERIES.behind, list(wake))]
            except Exception:  # noqa: BLE001 -- whoever is woken meets it too, and tells
                behind = wake

    async def _follow(self, name: str, wake: asyncio.Event) -> None:
        pause_s = 0.0
        while True:
            await wake.wait()
            wake.clear()
            try:
                read, _ = await self._advance(name)
                pause_s = 0.0
            except Exception as error:  # noqa: BLE001 -- logged, counted and tried again; nothing is skipped
                pause_s = min(max(2 * pause_s, BACK_OFF_S_MIN), BACK_OFF_S_MAX)
                self._tell_failure(name, error, pause_s)
                await asyncio.sleep(pause_s)
                wake.set()
            else:
                if read == self._page:
                    wake.set()

    async def _advance(self, name: str) -> tuple[int, int]:
        """Read and handle one page; answers how many rows were passed and how many of them were handled."""
        topics, handle = self._handlers[name]
        if not self._enrolled:
            async with self._db.transaction() as tx:
                await tx.execute(QUERIES.enrol, sorted(self._handlers))
            self._enrolled = True
        async with self._db.transaction() as tx:
            cursor = await tx.row(QUERIES.lock_cursor, name)
            if cursor is None:
                return 0, 0
            rows = await tx.rows(QUERIES.page, cursor["tx_text"], cursor["id"], list(topics), self._page)
            if not rows:
                return 0, 0
            messages = [
                Message(row["id"], row["topic"], row["payload"], row["created_at"])
                for row in rows
                if row["topic"] in topics
            ]
            if messages:
                await handle(tx, messages)
            await tx.execute(QUERIES.move_cursor, name, rows[-1]["tx_text"], rows[-1]["id"])
        metrics.OUTBOX_HANDLED.labels(handler=name).inc(len(messages))
        return len(rows), len(messages)

    @staticmethod
    def _tell_failure(name: str, error: Exception, pause_s: float) -> None:
        metrics.OUTBOX_FAILED.labels(handler=name).inc()
        logger.error("outbox_handler_failed", handler=name, again_in_s=pause_s, exc_info=error)
