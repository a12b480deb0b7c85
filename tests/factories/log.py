"""Logs of any length, written to a folder without a database."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from tests.factories.plant import NOW

from seriatim.access.verifiable_log import Checkpoint, LogFolder, Signer, Source, number_page
from seriatim.access.verifiable_log.entries import entry_of
from seriatim.access.verifiable_log.notes import COSIGNATURE, sign
from seriatim.access.verifiable_log.publishing import write_growth
from seriatim.base.db import Database

LOG = Signer.from_seed("log.example/log", bytes(32))
WITNESS = Signer.from_seed("witness.example", bytes([1]) * 32, COSIGNATURE)
POLICY = f"log {LOG.key}\nwitness notary {WITNESS.key}\nquorum notary\n"


def entries(count: int, first: int = 0) -> list[bytes]:
    return [entry_of("event", n.to_bytes(4, "big"), bytes(16), NOW) for n in range(first, first + count)]


def write_log(
    folder: Path, size: int, *, stops: tuple[int, ...] = (), forged: int | None = None
) -> LogFolder:
    """A log of `size` entries, published at each of `stops` and at its end; `forged` is an entry of another content."""
    log = LogFolder(folder, LOG)
    all_entries = entries(size)
    if forged is not None:
        all_entries[forged] = entry_of("event", b"forged", bytes(16), NOW)
    old = 0
    for stop in (*stops, size):
        root = write_growth(log, old, all_entries[old >> 8 << 8 : stop])
        publish_note(log, Checkpoint(LOG.key.name, stop, root))
        old = stop
    return log


def publish_note(log: LogFolder, checkpoint: Checkpoint) -> str:
    """The checkpoint, signed by the log and by the witness."""
    note = sign(checkpoint.text, [LOG, WITNESS], now=NOW)
    log.write({"checkpoint": note.encode(), "key": f"{LOG.key}\n".encode()})
    return note


async def everything_numbered(db: Database, sources: Sequence[Source], page: int = 3) -> int:
    """Until every deed and event has its place; answers how many got one now.

    One round may not be enough: a transaction of any other test's database on the same server holds the horizon back.
    """
    numbered = 0
    while True:
        numbered += await number_page(db, sources, page)
        async with db.transaction(readonly=True) as tx:
            waiting = await tx.value(
                "select (select count(*) from access_audit) + (select count(*) from history_event)"
                " + (select count(*) from history_absent_event)"
                " - (select count(*) from access_log_entry)"
            )
        if not waiting:
            return numbered
        await asyncio.sleep(0.002)
