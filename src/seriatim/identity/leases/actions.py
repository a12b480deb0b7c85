"""What one may do with leases: lend serials to a line, hear what became of them, tell a serial's lease."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from seriatim import access
from seriatim.access import Actor
from seriatim.base import limits
from seriatim.base.db import Transaction
from seriatim.base.errors import NotFound, Refused, Unprocessable
from seriatim.base.http import Page, page_of
from seriatim.identity import marks, serials
from seriatim.identity.catalogue.model import BadField, gtin14
from seriatim.identity.leases import store
from seriatim.identity.leases.model import EndState, Lease, Ledger
from seriatim.identity.leases.store import LeaseFilter
from seriatim.identity.marks.model import serial_key

LEASE_FOR: Final = timedelta(days=30)
LEASE_FOR_MAX: Final = timedelta(days=366)
REFERENCE_MAX: Final = 80
REASON_MAX: Final = 500
LEASES_MAX: Final = 1_000
"""Most leases in one block: one statement, one audit row."""
EXPIRED_AT_ONCE: Final = 1_000


class LeaseEnded(Refused):
    """The lease has ended already."""

    code = "lease_ended"


class LeaseExpired(Refused):
    """The lease is past its time; nothing may be printed from it."""

    code = "lease_expired"


class BadUse(Unprocessable):
    """Serials are used in their order, so the number used only grows, up to the lease's count."""

    code = "bad_use"


async def lease(
    tx: Transaction,
    gtin: str,
    count: int,
    *,
    line: str,
    order_number: str,
    actor: Actor,
    now: datetime,
    master_key: bytes,
    valid_for: timedelta = LEASE_FOR,
) -> Lease:
    """Lends the next `count` serials to a line, for ever; commit before one of them leaves (REL-R2).

    Raises BadGtin, BadField, NotFound, SerialsExhausted with the numbers, IssuingFrozen.
    """
    granted = await lease_blocks(
        tx,
        gtin,
        [count],
        line=line,
        order_number=order_number,
        actor=actor,
        now=now,
        master_key=master_key,
        valid_for=valid_for,
    )
    return granted[0]


async def lease_blocks(
    tx: Transaction,
    gtin: str,
    counts: Sequence[int],
    *,
    line: str,
    order_number: str,
    actor: Actor,
    now: datetime,
    master_key: bytes,
    valid_for: timedelta = LEASE_FOR,
) -> list[Lease]:
    """Lends blocks of these sizes, which follow each other, all or none. Raises as `lease` does."""
    key = gtin14(gtin)
    _check_lease(counts, line, order_number, valid_for)
    marks.require_issuing(tx)
    taken = await _take(tx, key, sum(counts), master_key, now)
    expires_at = min(now + valid_for, taken.expires_at or datetime.max.replace(tzinfo=UTC))
    granted = await store.add_leases(tx, taken.split(counts), line, order_number, now, expires_at)
    subject = granted[0].id if len(granted) == 1 else f"{len(granted)} leases"
    # The high-water mark belongs into the log, too: a restored database is recognised by it (I15).
    detail = {"gtin": key, "first": taken.first, "past": taken.past, "line": line, "order": order_number}
    if len(granted) > 1:
        detail["leases"] = [one.id for one in granted]
    await access.audit(tx, actor, "lease.granted", subject, detail, now)
    return granted


async def known_lease(tx: Transaction, lease_id: str) -> Lease:
    """The lease, or NotFound."""
    found = await store.lease(tx, _uuid(lease_id))
    if found is None:
        raise NotFound(f"There is no lease {lease_id}.", lease=lease_id)
    return found


async def leases(
    tx: Transaction, which: LeaseFilter, *, before: str | None = None, limit: int = limits.PAGE_ROWS
) -> Page[Lease]:
    """A page of leases, newest first, older than the lease `before`."""
    rows = await store.leases(tx, which, _uuid(before) if before else None, limit + 1)
    return page_of(rows, limit, "id")


async def acknowledge_lease(
    tx: Transaction, lease_id: str, *, used: int = 0, actor: Actor, now: datetime
) -> Lease:
    """The line has the lease, and has used the first `used` serials of it by now; forecasts live on that.

    Say it as often as you like; the same again, or less than before, changes nothing. Raises NotFound, BadUse,
    LeaseExpired, LeaseEnded.
    """
    before = await known_lease(tx, lease_id)
    if not 0 <= used <= before.count:
        raise BadUse(f"{used:,} of {before.count:,} serials cannot be used. {BadUse.__doc__}", field="used")
    if before.state == "acknowledged" and used <= before.used:
        return before
    kept = await store.acknowledge(tx, _uuid(lease_id), max(used, before.used), now)
    if kept is None:
        before = await known_lease(tx, lease_id)
        if before.ended_at is not None:
            raise LeaseEnded(f"Lease {lease_id} is {before.state} already.", state=before.state)
        if before.used > used:
            return before
        raise LeaseExpired(expires_at=before.expires_at.isoformat())
    # The first time is a deed. What follows, every few minutes from every line, is a figure that only grows and that
    # the lease's end states for good, with a row of its own.
    if before.state == "granted":
        await access.audit(tx, actor, "lease.acknowledged", kept.id, _named(kept), now)
    return kept


async def end_lease(
    tx: Transaction,
    lease_id: str,
    state: EndState,
    *,
    used: int | None = None,
    reason: str = "",
    actor: Actor,
    now: datetime,
) -> Lease:
    """Ends a lease: `used` up, `returned` or `void`; its rest stays a gap, nobody gets it again.

    `used` says how many of its serials, in their order, are used. Left out, all are where the state is `used`, and as
    many as the line has told of otherwise. A lease past its time is ended so, too. To make one void takes a reason.
    Saying the same twice changes nothing. Raises NotFound, BadField, BadUse, LeaseEnded.
    """
    if state not in {"used", "returned", "void"}:
        raise BadField("state must be used, returned or void.", field="state")
    if len(reason) > REASON_MAX or "\0" in reason:
        raise BadField(f"reason must have {REASON_MAX} characters at most.", field="reason")
    if state == "void" and not reason.strip():
        raise BadField("say why the lease is void; it is kept with it.", field="reason")
    before = await known_lease(tx, lease_id)
    default = before.count if state == "used" else before.used
    ended = await store.end_lease(tx, _uuid(lease_id), state, default if used is None else used, now, reason)
    if ended is None:
        return _as_it_was(await known_lease(tx, lease_id), state, used)
    detail = {**_named(ended), "used": ended.used, "rest": ended.count - ended.used, "reason": reason}
    await access.audit(tx, actor, f"lease.{state}", ended.id, detail, now)
    return ended


async def expire_leases(tx: Transaction, *, now: datetime, limit: int = EXPIRED_AT_ONCE) -> int:
    """Marks leases past their time, the oldest `limit` of them, and answers how many; harmless at any time."""
    expired = await store.expire(tx, now, limit)
    if expired:
        subject = expired[0]["id"] if len(expired) == 1 else f"{len(expired)} leases"
        await access.audit(
            tx, access.SYSTEM, "lease.expired", subject, {"leases": [row["id"] for row in expired]}, now
        )
    return len(expired)


async def ledger(tx: Transaction, gtin: str, order_number: str | None = None) -> Ledger:
    """What became of the serials lent for a product, or for one order of it (I2). Raises BadGtin."""
    told = await store.ledger(tx, gtin14(gtin), order_number)
    assert told.adds_up, f"the leases of {gtin} do not add up: {told}"
    return told


async def _take(tx: Transaction, gtin: str, count: int, master_key: bytes, now: datetime) -> serials.Taken:
    """The next counters, with their mark on its way to the disk; those that a crash left in doubt are passed over."""
    while True:
        taken = await serials.take(tx, gtin, count, master_key=master_key, now=now)
        key = serial_key(gtin, taken.generation)
        if await marks.took(tx, key, taken.first, taken.past, now=now):
            return taken


def _as_it_was(kept: Lease, state: EndState, used: int | None) -> Lease:
    if kept.state == state and used in {None, kept.used}:
        return kept
    if kept.ended_at is not None:
        raise LeaseEnded(
            f"Lease {kept.id} is {kept.state} already, with {kept.used:,} of {kept.count:,} used.",
            state=kept.state,
            used=kept.used,
        )
    raise BadUse(
        f"{used if used is not None else 0:,} of {kept.count:,} serials cannot be used: {kept.used:,} are known to be. "
        f"{BadUse.__doc__}",
        field="used",
        used=kept.used,
    )


def _named(one: Lease) -> dict[str, object]:
    return {"gtin": one.gtin, "line": one.line, "order": one.order_number}


def _check_lease(counts: Sequence[int], line: str, order_number: str, valid_for: timedelta) -> None:
    if not 1 <= len(counts) <= LEASES_MAX:
        raise BadField(f"{len(counts):,} leases were asked for; {LEASES_MAX:,} is the most.", field="count")
    for count in counts:
        if not 1 <= count <= limits.LEASE_UNITS_MAX:
            raise BadField(f"count is {count}; give 1 to {limits.LEASE_UNITS_MAX:,}.", field="count")
    if sum(counts) > limits.ORDER_UNITS_MAX:
        raise BadField(
            f"{sum(counts):,} serials at once; {limits.ORDER_UNITS_MAX:,} is the most.", field="count"
        )
    for field, text in (("line", line), ("order_number", order_number)):
        if len(text) > REFERENCE_MAX or "\0" in text:
            raise BadField(f"{field} must have {REFERENCE_MAX} characters at most.", field=field)
    if not line:
        raise BadField("line is empty; a lease belongs to one line.", field="line")
    if not timedelta(0) < valid_for <= LEASE_FOR_MAX:
        raise BadField(
            f"a lease must be valid for some time, and {LEASE_FOR_MAX.days} days at most.", field="valid_for"
        )


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound(f"There is no lease {text[:80]}.") from error
