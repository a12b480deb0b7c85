"""Events whose cause has not arrived: held where everybody can see them, kept the moment it does, never dropped."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from seriatim import epcis
from seriatim.access import Actor
from seriatim.base import limits
from seriatim.base.db import Transaction
from seriatim.epcis import Event
from seriatim.history import store
from seriatim.history.candidates import Candidate
from seriatim.history.keys import ItemKey, key_of
from seriatim.history.model import Parked, Verdict
from seriatim.history.statements import QUERIES
from seriatim.history.store import RowKey


class Held(NamedTuple):
    """An event that may be kept now, and who had sent it."""

    event: Event
    actor: Actor


async def park(
    tx: Transaction,
    one: Candidate,
    waits_for: Sequence[RowKey],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Hold an event until these things are commissioned; the same event again changes nothing."""
    await tx.execute(
        QUERIES.park,
        one.strict_hash,
        one.name,
        one.event.type,
        one.event.event_time,
        epcis.event_bytes(one.event),
        msgspec.to_builtins(actor),
        now,
        None,
    )
    await tx.execute(QUERIES.park_waits, *store.arrays(waits_for), one.strict_hash)


async def take_due(tx: Transaction, born: Sequence[RowKey]) -> list[Held]:
    """The events that were waiting for these things and for nothing else; they are no longer held."""
    rows = await tx.rows(QUERIES.due, *store.arrays(born))
    hashes = [row["strict_hash"] for row in rows]
    if hashes:
        await tx.execute(QUERIES.unpark_waits, hashes)
        await tx.execute(QUERIES.unpark, hashes)
    return [
        Held(epcis.load_event(row["document"], written=True), msgspec.convert(row["actor"], Actor))
        for row in rows
    ]


async def put_back(tx: Transaction, held: Held, verdict: Verdict, *, now: datetime) -> None:
    """An event that was released and could not be kept stays where a person sees it, with the reason."""
    event = held.event
    await tx.execute(
        QUERIES.park,
        bytes.fromhex(verdict.strict_hash),
        verdict.event_id,
        event.type,
        event.event_time,
        epcis.event_bytes(event),
        msgspec.to_builtins(held.actor),
        now,
        verdict.reason,
    )


class Dropped(NamedTuple):
    """An event that is held no longer, and never was in the history."""

    captured_by: str
    parked_at: datetime


async def drop(tx: Transaction, event_id: str) -> list[Dropped]:
    """Holds what has this eventID no longer; who had sent it, and when."""
    rows = await tx.rows(QUERIES.forget_parked, event_id)
    return [Dropped(f"{row['actor']['kind']}:{row['actor']['id']}", row["parked_at"]) for row in rows]


async def parked(tx: Transaction, *, limit: int = limits.PAGE_ROWS) -> tuple[Parked, ...]:
    """Events that are held, the oldest first."""
    return tuple(
        Parked(
            event_id=row["event_id"],
            type=row["type"],
            event_time=row["event_time"],
            parked_at=row["parked_at"],
            captured_by=f"{row['actor']['kind']}:{row['actor']['id']}",
            waits_for=tuple(key_of(ItemKey(*wait)) for wait in row["waits"] or ()),
            refused=row["refused"],
            document=row["document"],
        )
        for row in await tx.rows(QUERIES.parked, limit)
    )
