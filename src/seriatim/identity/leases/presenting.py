"""A line shows the lease it holds: it is told whether it may print, and the database is told what it has forgotten.

A lease with numbers that the database does not know to be gone proves that the database was restored: issuing stands
still (I15). Once that is reconciled, a lease shown again is taken back into the books, so that its units are known.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final, Literal, TypeAlias
from uuid import UUID

import msgspec

from seriatim import access
from seriatim.access import Actor
from seriatim.base import installation
from seriatim.base.db import Transaction
from seriatim.identity import marks
from seriatim.identity.leases import store
from seriatim.identity.leases.model import Lease
from seriatim.identity.leases.signed import (
    FAULTS,
    Counters,
    HeldLease,
    LeaseFault,
    LeaseRefused,
    counters_of,
    lease_signer,
    proved_lease,
    refusal_of,
)
from seriatim.identity.marks.model import serial_key
from seriatim.identity.marks.store import counters as counters_here

Outcome: TypeAlias = LeaseFault | Literal["accepted", "ended", "ahead_of_database", "unknown_lease"]
WORDS: Final[Mapping[str, str]] = {str(code): words for code, words in FAULTS.items()} | {
    "accepted": "The line may print from this lease.",
    "ended": "This lease has ended; nothing may be printed from it.",
    "ahead_of_database": "The database knows nothing of this lease: it has gone back in time, and issuing stands still.",
    "unknown_lease": "The database has no such lease, and has lent its numbers again: issuing stands still.",
}


class Presented(msgspec.Struct, frozen=True):
    """What a line that showed its lease is told."""

    code: Outcome
    words: str
    may_print: bool
    lease: Lease | None
    """As the database knows it; None when it does not."""
    taken_back: bool = False
    """The database had forgotten it, and knows it again."""


async def present_lease(
    tx: Transaction, statement: bytes, *, line: str | None, master_key: bytes, actor: Actor, now: datetime
) -> Presented:
    """What the lease of this signed statement (JSON text) is worth now, in a line's hand. Raises JournalAway."""
    held = proved_lease(statement, lease_signer(master_key).public_key, now=now)
    if isinstance(held, LeaseRefused):
        return _told(held.code)
    counters = counters_of(held, master_key)
    if counters is None:
        return _told("altered")
    epoch = await installation.epoch(tx)
    if await _is_ahead(tx, held, counters, epoch):
        why = f"Line {held.line} has shown lease {held.lease}, which the database knows nothing of."
        _freeze(tx, held, counters, why, now)
        return _told("ahead_of_database")
    kept, taken_back = await _known_or_taken_back(tx, held, counters, actor, now)
    if kept is None:
        why = f"Line {held.line} has shown lease {held.lease}, whose numbers were lent again: they may be out twice."
        _freeze(tx, held, counters, why, now)
        return _told("unknown_lease")
    refused = refusal_of(held, None, line=line, epoch=epoch, now=now)
    if refused is not None:
        return _told(refused.code, kept, taken_back=taken_back)
    return _told("accepted" if kept.is_printable(now) else "ended", kept, taken_back=taken_back)


def _freeze(tx: Transaction, held: HeldLease, counters: Counters, why: str, now: datetime) -> None:
    key = serial_key(held.gtin, held.generation)
    marks.show_outside(tx, key, counters.past, epoch=held.epoch, why=why, now=now)


async def _is_ahead(tx: Transaction, held: HeldLease, counters: Counters, epoch: int) -> bool:
    key = serial_key(held.gtin, held.generation)
    gone = (await counters_here(tx, [key])).get(key, 0)
    return counters.past > gone or held.epoch > epoch


async def _known_or_taken_back(
    tx: Transaction, held: HeldLease, counters: Counters, actor: Actor, now: datetime
) -> tuple[Lease | None, bool]:
    kept = await store.lease(tx, UUID(held.lease))
    if kept is not None:
        return kept, False
    again = Lease(
        held.lease,
        held.gtin,
        held.generation,
        counters.first,
        counters.past,
        held.line,
        held.order,
        "acknowledged",
        held.issued,
        held.expires,
        held.epoch,
        now,
        voided=counters.voided,
    )
    if not await store.take_back(tx, again):
        return None, False
    detail = {"gtin": again.gtin, "line": again.line, "order": again.order_number, "units": again.count}
    await access.audit(tx, actor, "lease.taken_back", again.id, detail, now)
    return again, True


def _told(code: Outcome, lease: Lease | None = None, *, taken_back: bool = False) -> Presented:
    return Presented(code, WORDS[code], code == "accepted", lease, taken_back)
