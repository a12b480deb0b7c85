"""kill -9 while lines take leases, and restores of an old database: no serial is ever in two hands.

About 20,000 leases on each push. `SERIATIM_DRILL_LEASES=1000000` makes it a drill, which says its figures.
"""

import asyncio
import contextlib
import itertools
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
from tests.factories.terminal import data_folder, environment

from seriatim import access, identity
from seriatim.app import App, open_app
from seriatim.base.db import EmbeddedPostgres
from seriatim.base.settings import Settings
from seriatim.identity import IssuingFrozen, Lease, Product
from seriatim.identity.marks.book import book_in
from seriatim.identity.marks.model import serial_key

pytestmark = [pytest.mark.anyio, pytest.mark.faults]

GTIN = "09506000134352"
GCP = "9521234"
NOW = datetime(2026, 11, 24, 14, tzinfo=UTC)
LEASES = int(os.environ.get("SERIATIM_DRILL_LEASES", "20000"))
LINES = 3
IS_DRILL = LEASES > 100_000
AT_ONCE = 1_000 if IS_DRILL else 200
"""Leases in one transaction of a line."""
LINE_LIVES_S = 6.0 if IS_DRILL else 1.5
DATABASE_LIVES_S = (6.0, 20.0)
ROUNDS = 3

LINE = """
import asyncio, os, sys
from pathlib import Path
from seriatim import access, identity
from seriatim.base.clock import SystemClock
from seriatim.base.db import DatabaseAway, DatabaseBusy, EmbeddedFailed, open_database
from seriatim.base.settings import Settings

def tell(*words):
    os.write(1, (" ".join(map(str, words)) + "\\n").encode())  # one write: whole or not at all

AWAY = (DatabaseAway, DatabaseBusy, EmbeddedFailed)

async def main():
    while True:
        try:
            await work()
        except AWAY:
            await asyncio.sleep(0.05)

async def work():
    settings = Settings.from_environment({}, data=Path(sys.argv[1]))
    at_once = int(sys.argv[2])
    clock = SystemClock()
    async with open_database(settings, max_size=2) as db:
        tell("ready")
        while True:
            try:
                async with db.transaction() as tx:
                    leases = await identity.lease_blocks(
                        tx, "09506000134352", [1 + n % 5 for n in range(at_once)], line=sys.argv[3], order_number="",
                        actor=access.SYSTEM, now=clock.now(), master_key=bytes(32))
                    ssccs = await identity.allocate_ssccs(
                        tx, "9521234", 3, extension="3", actor=access.SYSTEM, now=clock.now())
            except AWAY:
                await asyncio.sleep(0.05)
                continue
            tell(leases[0].first, leases[-1].past, ssccs[0], ssccs[-1])

asyncio.run(main())
"""


@dataclass(slots=True)
class Told:
    """What lines have in hand, as they said so themselves after the answer."""

    blocks: list[tuple[int, int]] = field(default_factory=list)
    ssccs: list[tuple[str, str]] = field(default_factory=list)
    kills: int = 0
    database_kills: int = 0

    @property
    def leases(self) -> int:
        return len(self.blocks) * AT_ONCE


async def a_line(data: Path, name: str, told: Told, random: Random) -> None:
    """A line that takes leases, is killed at a random moment, and comes back, until there are enough."""
    said = data.with_name(f"{name}.log")
    while told.leases < LEASES:
        log = said.open("wb")
        line = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            LINE,
            str(data),
            str(AT_ONCE),
            name,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
            env=environment(),
        )
        log.close()
        assert line.stdout is not None
        patience = random.uniform(0.0, LINE_LIVES_S)
        killer: asyncio.Task[None] | None = None
        was_enough = False
        try:
            async for words in line.stdout:
                if words == b"ready\n":
                    killer = asyncio.create_task(kill_after(line, patience))
                    continue
                first, past, *ssccs = words.decode().split()
                told.blocks.append((int(first), int(past)))
                told.ssccs.append((ssccs[0], ssccs[1]))
                if told.leases >= LEASES and not was_enough:
                    was_enough = True
                    line.kill()
        except BaseException:
            with contextlib.suppress(ProcessLookupError):
                line.kill()
            raise
        await line.wait()
        assert line.returncode == -signal.SIGKILL, f"a line is killed, by nothing else: {said.read_text()}"
        told.kills += 1
        if killer is not None:
            killer.cancel()
            await asyncio.gather(killer, return_exceptions=True)


async def kill_after(line: asyncio.subprocess.Process, seconds: float) -> None:
    await asyncio.sleep(seconds)
    with contextlib.suppress(ProcessLookupError):
        line.kill()


async def kill_the_database(data: Path, told: Told, random: Random) -> None:
    """kill -9 of the database's own process, now and then."""
    server = EmbeddedPostgres(data)
    while True:
        await asyncio.sleep(random.uniform(*DATABASE_LIVES_S))
        pid = server.pid()
        if pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                told.database_kills += 1


async def open_house(data: Path) -> App:
    """Master data, kept by a server that is gone afterwards."""
    async with open_app(Settings.from_environment({}, data=data)) as app:
        async with app.database.transaction() as tx:
            await identity.save_products(tx, [Product(GTIN, "Serum")], actor=access.SYSTEM, now=NOW)
        return app


def without_overlap(blocks: list[tuple[int, int]]) -> bool:
    return all(a[1] <= b[0] for a, b in itertools.pairwise(sorted(blocks)))


async def test_F02_lines_killed_at_any_moment_never_hold_a_serial_twice() -> None:
    random = Random(20261124)
    told = Told()
    began = time.monotonic()
    with data_folder() as data:
        await open_house(data)
        with EmbeddedPostgres(data):
            killing = asyncio.create_task(kill_the_database(data, told, random))
            await asyncio.gather(
                *(a_line(data, f"L{n}", told, Random(random.random())) for n in range(LINES))
            )
            killing.cancel()
            await asyncio.gather(killing, return_exceptions=True)
        seconds = time.monotonic() - began
        async with (
            open_app(Settings.from_environment({}, data=data)) as app,
            app.database.transaction() as tx,
        ):
            assert not identity.is_frozen(tx), "a crash never freezes a healthy installation"
            ledger = await identity.ledger(tx, GTIN)
            issued = (await identity.policy(tx, GTIN)).issued
            kept = await tx.rows(
                "select sum(leases)::integer as leases from unnest($1::bigint[], $2::bigint[]) as told (first, past), "
                "lateral (select count(*) as leases from identity_lease as lease where gtin = $3 and generation = 0 "
                "and lease.first >= told.first and lease.first < told.past and lease.past <= told.past) as found",
                [first for first, _ in told.blocks],
                [past for _, past in told.blocks],
                GTIN,
            )
            marks = book_in(data).look()
            (lent,) = await tx.rows("select count(*)::integer as leases from identity_lease")

    assert without_overlap(told.blocks), "a serial in two hands"
    assert len(set(told.ssccs)) == len(told.ssccs)
    assert all(a[1] < b[0] for a, b in itertools.pairwise(sorted(told.ssccs))), "an SSCC in two hands"
    assert kept[0]["leases"] == told.leases, "what a line holds is in the books"
    assert max(past for _, past in told.blocks) <= marks.granted[serial_key(GTIN, 0)] <= issued
    assert ledger.lent + ledger.passed_over == issued
    print(
        f"\n{lent['leases']:,} leases ({told.leases:,} in hand) by {LINES} lines in {seconds:,.0f} s, "
        f"{told.kills} lines and {told.database_kills} databases killed; "
        f"{issued:,} counters gone, {ledger.passed_over:,} passed over, "
        f"{lent['leases'] - told.leases:,} leases committed and told to nobody"
    )


async def grant(app: App, count: int) -> Lease:
    async with app.database.transaction() as tx:
        return await identity.lease(
            tx,
            GTIN,
            count,
            line="L",
            order_number="",
            actor=access.SYSTEM,
            now=NOW,
            master_key=app.environment.master_key,
        )


def copy(cluster: Path, to: Path) -> None:
    subprocess.run(["cp", "-a", str(cluster), str(to)], check=True)


def put_back(backup: Path, cluster: Path) -> None:
    subprocess.run(["rm", "-rf", str(cluster)], check=True)
    backup.rename(cluster)


async def test_F19_an_old_database_put_back_issues_nothing_until_it_is_reconciled() -> None:
    random = Random(19)
    hands: list[tuple[int, int]] = []
    ssccs: list[str] = []
    with data_folder() as data:
        await open_house(data)
        settings = Settings.from_environment({}, data=data)
        cluster = EmbeddedPostgres(data).home.cluster
        for number in range(1, 1 + ROUNDS):
            backup = cluster.with_name(f"backup-{number}")
            copy(cluster, backup)
            async with open_app(settings) as app:
                for _ in range(random.randint(5, 40)):
                    lease = await grant(app, random.randint(1, 500))
                    hands.append((lease.first, lease.past))
                async with app.database.transaction() as tx:
                    ssccs += await identity.allocate_ssccs(tx, GCP, 7, actor=access.SYSTEM, now=NOW)
            put_back(backup, cluster)
            async with open_app(settings) as app:
                with pytest.raises(IssuingFrozen):
                    await grant(app, 1)
                async with app.database.transaction() as tx:
                    done = await identity.reconcile(tx, "An old backup.", actor=access.SYSTEM, now=NOW)
                    assert done.epoch == number + 1
                lease = await grant(app, 100)
                hands.append((lease.first, lease.past))

    assert without_overlap(hands)
    assert len(set(ssccs)) == 7 * ROUNDS
