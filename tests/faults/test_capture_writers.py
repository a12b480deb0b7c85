"""Forty kill -9 while four processes capture, and the database killed under them: nothing acknowledged is lost (F01, F04)."""

import asyncio
import contextlib
import multiprocessing
import os
import signal
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
from tests.factories.terminal import data_folder, wait_until
from tests.factories.writers import AWAY, POOL, pool_event, unit, write

from seriatim import gs1, history
from seriatim.access import SYSTEM
from seriatim.app import open_app
from seriatim.base.db import EmbeddedPostgres, open_database
from seriatim.base.settings import Settings
from seriatim.history.events import FIRST

pytestmark = [pytest.mark.anyio, pytest.mark.faults]

WRITERS = 4
KILLS = int(os.environ.get("SERIATIM_DRILL_KILLS", "40"))
DATABASE_KILLS = 2
LIFE_S = 0.25


@dataclass
class Feed:
    """What a subscriber has read, in the order in which it came."""

    seen: list[int] = field(default_factory=list)
    cursor: tuple[int, int] = FIRST

    async def follow(self, settings: Settings) -> None:
        while True:
            with contextlib.suppress(*AWAY):
                async with open_database(settings, max_size=1) as db:
                    while True:
                        async with db.transaction(readonly=True) as tx:
                            page = await history.feed(tx, self.cursor, limit=50)
                        self.seen += [one.id for one in page]
                        if page:
                            self.cursor = page[-1].tx, page[-1].id
                        else:
                            await asyncio.sleep(0.02)
            await asyncio.sleep(0.05)


async def lives(data: Path, log: Path, writer: int, kills: int) -> None:
    """Writes, is killed once it has been acknowledged something more, and comes back."""
    random = Random(writer)
    context = multiprocessing.get_context("forkserver")
    for life in range(kills):
        process = context.Process(
            target=write, args=(str(data), str(log), writer, life * 10_000), daemon=True
        )
        before = size(log)
        await asyncio.to_thread(process.start)
        try:
            await told_more(log, before)
            await asyncio.sleep(random.uniform(0, LIFE_S))
        finally:
            process.kill()
            process.join()
        assert process.exitcode != 0, "it was killed, it did not end"


async def told_more(log: Path, than: int) -> None:
    await asyncio.to_thread(wait_until, lambda: size(log) > than, "a writer is acknowledged something")


def size(log: Path) -> int:
    return log.stat().st_size if log.exists() else 0


async def kill_database(server: EmbeddedPostgres, logs: list[Path]) -> None:
    """At moments when all writers have had some answers."""
    for number in range(1, DATABASE_KILLS + 1):
        for log in logs:
            await told_more(log, number * 2_000)
        pid = server.pid()
        if pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


async def test_forty_kills_of_four_writers_lose_nothing_and_the_feed_has_no_gap() -> None:
    multiprocessing.get_context("forkserver").set_forkserver_preload(["tests.factories.writers"])
    with data_folder() as data:
        settings = Settings.from_environment({}, data=data)
        async with open_app(settings) as app, app.database.transaction() as tx:
            await history.capture(tx, [pool_event()], actor=SYSTEM, now=datetime.now(UTC))
        logs = [data.parent / f"writer-{number}.log" for number in range(WRITERS)]
        feed, server = Feed(), EmbeddedPostgres(data)
        await asyncio.to_thread(server.open)
        following = asyncio.create_task(feed.follow(settings))
        breaking = asyncio.create_task(kill_database(server, logs))
        try:
            async with asyncio.TaskGroup() as group:
                for number, log in enumerate(logs):
                    group.create_task(lives(data, log, number, KILLS // WRITERS))
            breaking.cancel()
            await asyncio.to_thread(server.ensure_running)
            async with open_database(settings) as db, db.transaction() as tx:
                stored = await tx.rows("select id, event_id from history_event")
                differing = await history.rebuild(tx)
                pooled = await history.items(tx, [gs1.canonical_key(unit(f"POOL{n}")) for n in range(POOL)])
                claims = [await history.timeline(tx, item.key) for item in pooled]
            await asyncio.to_thread(wait_until, lambda: len(feed.seen) >= len(stored), "the feed is read")
        finally:
            for task in (following, breaking):
                task.cancel()
            await asyncio.gather(following, breaking, return_exceptions=True)
            await asyncio.to_thread(server.close)

        acknowledged = {name for log in logs for name in log.read_text().split()}
        assert len(acknowledged) > KILLS
        assert acknowledged - {row["event_id"] for row in stored} == set(), "acknowledged and lost"
        assert sorted(feed.seen) == sorted(row["id"] for row in stored), "a gap in the feed, or a repeat"
        assert differing == 0
        # Whoever claims a unit first has it: one packing event beside the birth, whatever was killed when (T12, F13).
        assert max(len(claim) for claim in claims) == 2
