"""Processes that capture without end, each its own story and claims on units that all of them want, to be killed in mid work."""

import asyncio
import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from seriatim import epcis, gs1, history
from seriatim.access import SYSTEM
from seriatim.base.db import Database, DatabaseAway, DatabaseBusy, EmbeddedFailed, open_database
from seriatim.base.settings import Settings
from seriatim.epcis import Event

AWAY = (DatabaseAway, DatabaseBusy, EmbeddedFailed)
BEGIN = datetime(2026, 11, 1, tzinfo=UTC)
GTIN = "09506000134352"
POOL = 60
"""Units that every writer tries to pack."""
CASE_UNITS = 4
REPEATED = 0.25


def unit(serial: str) -> str:
    return f"https://id.gs1.org/01/{GTIN}/21/{serial}"


def case(writer: int, number: int) -> str:
    return f"https://id.gs1.org/00/{gs1.with_check_digit(f'39506000{writer}{number:08d}')}"


def pool_event() -> Event:
    """The birth of the units that all want."""
    return epcis.object_event(
        action="ADD",
        event_time=BEGIN - timedelta(days=1),
        epc_list=[unit(f"POOL{n}") for n in range(POOL)],
        biz_step="commissioning",
    )


def stories(writer: int, first: int) -> Iterator[tuple[Sequence[Event], Event]]:
    """A document of the writer's own, and a claim."""
    number = first
    while True:
        at = BEGIN + timedelta(seconds=number, milliseconds=writer)
        made = [unit(f"W{writer}N{number}U{n}") for n in range(CASE_UNITS)]
        own = (
            epcis.object_event(action="ADD", event_time=at, epc_list=made, biz_step="commissioning"),
            packed(case(writer, 2 * number), made, at + timedelta(milliseconds=100)),
        )
        wanted = [unit(f"POOL{number % POOL}")]
        yield own, packed(case(writer, 2 * number + 1), wanted, at + timedelta(milliseconds=200))
        number += 1


def packed(parent: str, children: Sequence[str], at: datetime) -> Event:
    return epcis.aggregation_event(
        action="ADD", event_time=at, parent_id=parent, child_epcs=children, biz_step="packing"
    )


def write(data: str, log: str, writer: int, first: int) -> None:
    """What a process does until it is killed: capture, and say the eventIDs when they have been acknowledged."""
    asyncio.run(_write(Path(data), log, writer, first))


async def _write(data: Path, log: str, writer: int, first: int) -> None:
    settings = Settings.from_environment({}, data=data)
    random, work = Random(first), stories(writer, first)
    said = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    while True:
        try:
            async with open_database(settings, max_size=2) as db:
                for own, claim in work:
                    await _tell(db, own, said, enforce=False)
                    if random.random() < REPEATED:
                        await _tell(db, own, said, enforce=False)
                    try:
                        await _tell(db, [claim], said, enforce=True)
                    except history.AlreadyPacked:
                        continue
        except AWAY:
            await asyncio.sleep(0.05)


async def _tell(db: Database, events: Sequence[Event], said: int, *, enforce: bool) -> None:
    async with db.transaction() as tx:
        captured = await history.capture(tx, events, actor=SYSTEM, now=datetime.now(UTC), enforce=enforce)
    line = "".join(f"{one.event_id}\n" for one in captured.verdicts)
    os.write(said, line.encode())  # one write: whole or not at all
