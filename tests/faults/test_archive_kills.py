"""kill -9 in the middle of archiving: no event is lost, none is in two places, and running it again ends the work."""

import asyncio
import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest
from tests.factories.archives import LATER, Shelf, shelf_in
from tests.history.test_intake import commission, differing, dump, keep, see, unit

from seriatim.access.verifiable_log import verifier
from seriatim.base.db import Database, Transaction
from seriatim.history import archive
from seriatim.history.archive.files import digest_of, ids_in

pytestmark = [pytest.mark.anyio, pytest.mark.faults]

KILLS = 3
EVENTS = 60
PROGRAM = f"""
import asyncio, sys
from pathlib import Path
sys.path.insert(0, {str(Path(__file__).parents[2])!r})
from tests.factories.archives import shelf_in
from seriatim.base.db import Database

async def run():
    db = await Database.open(sys.argv[1], max_size=2, allow_unsafe=True)
    print("begun", flush=True)
    await shelf_in(db, Path(sys.argv[2])).put_away(part=4)

asyncio.run(run())
"""


async def test_f01_whenever_archiving_is_killed_nothing_is_lost(
    db: Database, database_url: str, tmp_path: Path
) -> None:
    for n in range(EVENTS // 2):
        await keep(db, commission(n, f"A{n}"), see(n, "storing", unit(f"A{n}")))
    shelf, state = shelf_in(db, tmp_path), await dump(db)
    before = await all_rows(db)
    await shelf.seal()
    random = Random(1)

    for _ in range(KILLS):
        await asyncio.to_thread(killed_run, database_url, tmp_path, random.random() * 0.5)
        await nothing_is_lost(db, shelf, before)
    rest = await shelf.put_away(part=4)

    assert await all_rows(db) == {}
    assert await dump(db) == state
    assert await differing(db) == 0
    assert all(one.archived_at == LATER for one in rest)
    async with db.transaction() as tx:
        names = [one.name for one in await archive.archives(tx)]
    assert sorted(path.name for path in shelf.folder.glob("*.zip")) == sorted(names)
    assert sum([await shelf.bring_back(name) for name in names]) == EVENTS
    assert await all_rows(db) == before


def killed_run(database_url: str, folder: Path, after: float) -> None:
    """Archives for a while, until the process is gone."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, database_url, str(folder)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "begun\n"
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    process.communicate()


async def all_rows(db: Database) -> dict[int, tuple[object, ...]]:
    async with db.transaction() as tx:
        return await rows_in(tx)


async def rows_in(tx: Transaction) -> dict[int, tuple[object, ...]]:
    rows = await tx.rows("select *, tx::text as tx_text from history_event order by id")
    return {row["id"]: tuple(row.values()) for row in rows}


async def nothing_is_lost(db: Database, shelf: Shelf, before: dict[int, tuple[object, ...]]) -> None:
    """Each event is here, or in the one file that the database names; and each such file holds."""
    async with db.transaction() as tx:
        # One moment for all questions: the server may still be ending what the killed process had begun.
        await tx.execute("set transaction isolation level repeatable read")
        here = await rows_in(tx)
        away = {
            row["id"]: row["name"]
            for row in await tx.rows(
                "select g.id, a.name from history_absent_event g join history_archive a on a.id = g.archive"
            )
        }
        written = await archive.archives(tx)
    assert here.keys() | away.keys() == before.keys()
    assert here.keys().isdisjoint(away)
    assert all(before[number] == row for number, row in here.items())
    for one in written:
        path = shelf.folder / one.name
        assert digest_of(path).hex() == one.sha256
        assert ids_in(path) == {number for number, name in away.items() if name == one.name}
        verifier.verify(path, None, None)
