"""F02: a line that dies while it leases leaves a gap at most, never a serial that comes twice."""

import asyncio
import itertools
import signal
import sys
from pathlib import Path

import pytest

from seriatim import access, identity
from seriatim.base.clock import SystemClock
from seriatim.base.db import Database
from seriatim.identity import Product

pytestmark = [pytest.mark.anyio, pytest.mark.faults]

GTIN = "09506000134352"
LEASES = 100
FOR_EVER = 100_000
KILLED_AFTER = 30
LINE = """
import asyncio, sys
from pathlib import Path
from seriatim import access, identity
from seriatim.base.clock import SystemClock
from seriatim.base.db import Database

async def main():
    db = await Database.open(sys.argv[1], folder=Path(sys.argv[3]), max_size=1, allow_unsafe=True)
    for count in range(1, 1 + int(sys.argv[2])):
        async with db.transaction() as tx:
            lease = await identity.lease(tx, "09506000134352", count, line="L", order_number="", actor=access.SYSTEM,
                                         now=SystemClock().now(), master_key=bytes(32))
        print(lease.first, lease.past, flush=True)
    await db.close()

asyncio.run(main())
"""


async def start_line(database_url: str, leases: int, folder: Path | None) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", LINE, database_url, str(leases), str(folder), stdout=asyncio.subprocess.PIPE
    )


async def told(line: asyncio.subprocess.Process, *, kill_after: int | None = None) -> list[tuple[int, int]]:
    """The blocks that a line was given, as it said so itself after the commit."""
    assert line.stdout is not None
    blocks = []
    async for words in line.stdout:
        first, past = words.split()
        blocks.append((int(first), int(past)))
        if len(blocks) == kill_after:
            line.kill()
    await line.wait()
    return blocks


async def test_two_lines_one_killed_midway_never_share_a_serial(db: Database, database_url: str) -> None:
    async with db.transaction() as tx:
        product = Product(GTIN, "Serum")
        await identity.save_products(tx, [product], actor=access.SYSTEM, now=SystemClock().now())
    lives, dies = await asyncio.gather(
        start_line(database_url, LEASES, db.folder), start_line(database_url, FOR_EVER, db.folder)
    )

    of_living, of_dead = await asyncio.gather(told(lives), told(dies, kill_after=KILLED_AFTER))

    assert len(of_living) == LEASES
    assert len(of_dead) >= KILLED_AFTER
    assert dies.returncode == -signal.SIGKILL
    blocks = sorted(of_living + of_dead)
    assert all(past <= first for (_, past), (first, _) in itertools.pairwise(blocks))
    async with db.transaction() as tx:
        kept = [
            (row["first"], row["past"]) for row in await tx.rows("select first, past from identity_lease")
        ]
        policy = await identity.policy(tx, GTIN)
    assert set(blocks) <= set(kept)
    assert policy.issued == max(past for _, past in kept)
