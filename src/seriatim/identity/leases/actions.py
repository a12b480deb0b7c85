"""What one may do with leases: lend serials to a line, end a lease, tell a serial's lease, foresee the end."""

from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from seriatim import access
from seriatim.access import Actor
from seriatim.base import limits
from seriatim.base.db import Transaction
from seriatim.base.errors import NotFound, Refused
from seriatim.base.http import Page, page_of
from seriatim.identity import serials
from seriatim.identity.catalogue.model import BadField, gtin14
from seriatim.identity.leases import store
from seriatim.identity.leases.model import Lease, LeaseState, Runway, runway_of
from seriatim.identity.leases.store import LeaseFilter

LEASE_FOR: Final = timedelta(days=30)
RUNWAY_OVER: Final = timedelta(days=30)
REFERENCE_MAX: Final = 80


class LeaseEnded(Refused):
    """The lease has ended already."""

    code = "lease_ended"


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

    Raises BadGtin, BadField, NotFound, SerialsExhausted with the numbers.
    """
    key = gtin14(gtin)
    _check_lease(count, line, order_number, valid_for)
    taken = await serials.take(tx, key, count, master_key=master_key, now=now)
    expires_at = min(now + valid_for, taken.expires_at or datetime.max.replace(tzinfo=UTC))
    granted = await store.add_lease(tx, taken, line, order_number, now, expires_at)
    # The high-water mark belongs into the log: a restored database is recognised by it (I15).
    detail = {"gtin": key, "first": granted.first, "past": granted.past, "line": line, "order": order_number}
    await access.audit(tx, actor, "lease.granted", granted.id, detail, now)
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


async def end_lease(
    tx: Transaction, lease_id: str, state: LeaseState, *, actor: Actor, now: datetime
) -> Lease:
    """Ends a granted lease: `used` up, `returned` or `void`; what is unused stays a gap, nobody gets it again.

    Saying the same twice changes nothing. Raises NotFound, BadField, LeaseEnded.
    """
    if state == "granted":
        raise BadField("state must be used, returned or void.", field="state")
    ended = await store.end_lease(tx, _uuid(lease_id), state, now)
    if ended is None:
        kept = await known_lease(tx, lease_id)
        if kept.state != state:
            raise LeaseEnded(f"Lease {lease_id} is {kept.state} already.", state=kept.state)
        return kept
    await access.audit(tx, actor, f"lease.{state}", ended.id, {"gtin": ended.gtin, "line": ended.line}, now)
    return ended


async def runway(tx: Transaction, gtin: str, *, now: datetime, over: timedelta = RUNWAY_OVER) -> Runway:
    """When the serials of a product run out at the rate of the time `over`. Raises BadGtin, NotFound."""
    form = await serials.policy(tx, gtin)
    return runway_of(form, await store.leased_since(tx, form.gtin, now - over, now), over, now)


def _check_lease(count: int, line: str, order_number: str, valid_for: timedelta) -> None:
    if not 1 <= count <= limits.LEASE_UNITS_MAX:
        raise BadField(f"count is {count}; give 1 to {limits.LEASE_UNITS_MAX:,}.", field="count")
    for field, text in (("line", line), ("order_number", order_number)):
        if len(text) > REFERENCE_MAX or "\0" in text:
            raise BadField(f"{field} must have {REFERENCE_MAX} characters at most.", field=field)
    if not line:
        raise BadField("line is empty; a lease belongs to one line.", field="line")
    if valid_for <= timedelta(0):
        raise BadField("a lease must be valid for some time.", field="valid_for")


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound(f"There is no lease {text[:80]}.") from error
