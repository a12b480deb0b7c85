"""Keys are looked up together, and each look-up is as fresh as if it were alone."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from seriatim import access
from seriatim.access import SYSTEM, Callers
from seriatim.base.db import Database, DatabaseAway, Transaction

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)


class Counted:
    """Questions asked of a database, counted; the first `broken` of them fail."""

    def __init__(self, db: Database, broken: int = 0) -> None:
        self.asked = 0
        self.begun = asyncio.Event()
        self.db = db
        self.broken = broken

    @contextlib.asynccontextmanager
    async def reading(self) -> AsyncIterator[Transaction]:
        self.asked += 1
        self.begun.set()
        if self.asked <= self.broken:
            raise DatabaseAway(retry_after_s=1)
        async with self.db.reading() as tx:
            yield tx


async def make_key(db: Database, name: str, expires_at: datetime | None = None) -> access.NewKey:
    async with db.transaction() as tx:
        return await access.create_key(tx, "auditor", name, actor=SYSTEM, now=NOW, expires_at=expires_at)


async def test_keys_of_one_moment_are_looked_up_in_one_question(db: Database) -> None:
    keys = [await make_key(db, f"n{number}") for number in range(5)]
    counted = Counted(db)
    callers = Callers(counted.reading)
    secrets = [key.secret for key in keys] * 4 + ["unknown", "\ud800"]

    found = await asyncio.gather(*(callers.actor_of_key(secret, NOW) for secret in secrets))

    assert [actor and actor.id for actor in found] == [key.id for key in keys] * 4 + [None, None]
    assert counted.asked == 1


async def test_a_key_that_was_revoked_or_has_expired_stops_at_once(db: Database) -> None:
    revoked, expiring = await make_key(db, "a"), await make_key(db, "b", NOW + timedelta(hours=1))
    callers = Callers(db.reading)
    assert await callers.actor_of_key(revoked.secret, NOW) is not None

    async with db.transaction() as tx:
        await access.revoke_key(tx, revoked.id, actor=SYSTEM, now=NOW)
    later = [NOW, NOW + timedelta(hours=1)]

    assert await callers.actor_of_key(revoked.secret, NOW) is None
    found = await asyncio.gather(*(callers.actor_of_key(expiring.secret, now) for now in later))
    assert [actor is not None for actor in found] == [True, False]


async def test_who_comes_while_a_question_is_under_way_waits_for_the_next(db: Database) -> None:
    key = await make_key(db, "a")
    counted = Counted(db)
    callers = Callers(counted.reading)
    first = asyncio.create_task(callers.actor_of_key(key.secret, NOW))
    await counted.begun.wait()

    async with db.transaction() as tx:
        await access.revoke_key(tx, key.id, actor=SYSTEM, now=NOW)
    second = await callers.actor_of_key(key.secret, NOW)

    await first
    assert second is None


async def test_an_error_reaches_those_who_waited_and_nobody_later(db: Database) -> None:
    key = await make_key(db, "a")
    callers = Callers(Counted(db, broken=1).reading)

    failed = await asyncio.gather(
        *(callers.actor_of_key(key.secret, NOW) for _ in range(3)), return_exceptions=True
    )

    assert [type(error) for error in failed] == [DatabaseAway] * 3
    assert await callers.actor_of_key(key.secret, NOW) is not None


async def test_who_leaves_takes_nobody_along(db: Database) -> None:
    key = await make_key(db, "a")
    callers = Callers(db.reading)
    asking = [asyncio.create_task(callers.actor_of_key(key.secret, NOW)) for _ in range(6)]
    await asyncio.sleep(0)
    for task in asking[::2]:
        task.cancel()

    found = await asyncio.gather(*asking, return_exceptions=True)

    assert [actor.id for actor in found[1::2] if isinstance(actor, access.Actor)] == [key.id] * 3
