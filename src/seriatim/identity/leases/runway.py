"""How long the serials last: of a product, and of what a line has at hand.

>>> now = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
>>> an_hour_ago = now - timedelta(hours=1)
>>> per_hour([Use("09506000134352", "L3", an_hour_ago, now, 36_000)], now - timedelta(hours=24), now)
36000.0
"""

import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from seriatim.base import limits
from seriatim.identity.leases.model import Lease
from seriatim.identity.serials.policy import SerialPolicy

__all__ = ["UTC", "LineRunway", "Runway", "Use", "line_runway_of", "per_hour", "runs_out_at", "runway_of"]

RUNWAY_MAX: Final = timedelta(days=36_500)
STOCK_MIN: Final = timedelta(hours=12)
"""A line must go on so long when the server is away (REL-R2)."""
STOCK_MAX: Final = timedelta(hours=24)


class Use(msgspec.Struct, frozen=True):
    """What a line has told of one lease."""

    gtin: str
    line: str
    since: datetime
    """When it had the lease."""
    told_at: datetime
    used: int
    """Serials used between the two."""


class Runway(msgspec.Struct, frozen=True):
    """How long the serials of a product last if leasing goes on as it did."""

    gtin: str
    issued: int
    capacity: int
    left: int
    """In the pool: not lent to anybody yet."""
    leased_per_day: float
    ends_at: datetime | None
    """None when nothing was leased lately, or when it ends in more than a hundred years."""
    left_in_leases: int = 0
    """Lent, and not used as far as the lines have said."""
    used_per_day: float = 0.0
    """As the lines have told."""
    leases_end_at: datetime | None = None
    """When what is lent is used up, or past its time; None while nothing is used."""
    oldest_lease_at: datetime | None = None
    """Age of the pool: since when the oldest lease at hand waits."""
    next_expiry_at: datetime | None = None


class LineRunway(msgspec.Struct, frozen=True):
    """How long one line can go on with one product without the server."""

    line: str
    gtin: str
    left: int
    leases: int
    used_per_hour: float
    runs_out_at: datetime | None
    """When the last serial at hand is used up or past its time; None while none is used."""
    oldest_lease_at: datetime | None
    next_expiry_at: datetime | None
    stock_min: int
    """Serials for 12 hours at this rate; less than that is too little."""
    stock_max: int
    refill: int
    """How many to lease now; 0 while there are enough."""


def runway_of(
    policy: SerialPolicy,
    leased: int,
    over: timedelta,
    now: datetime,
    *,
    at_hand: Sequence[Lease] = (),
    uses: Sequence[Use] = (),
    out_of_date: int = 0,
) -> Runway:
    """The forecast after `leased` serials were leased, and these used, in the time `over` before `now`.

    `out_of_date` are numbers from outside that no lease took and none may take any more.
    """
    per_day = leased / (over / timedelta(days=1))
    left = policy.left - out_of_date
    days_left = left / per_day if per_day else math.inf
    ends_at = now + timedelta(days=days_left) if days_left <= RUNWAY_MAX.days else None
    rate = per_hour(uses, now - over, now)
    return Runway(
        policy.gtin,
        policy.gone,
        policy.capacity,
        left,
        per_day,
        ends_at,
        left_in_leases=sum(lease.left for lease in at_hand),
        used_per_day=rate * 24,
        leases_end_at=runs_out_at(at_hand, rate, now),
        oldest_lease_at=min((lease.granted_at for lease in at_hand), default=None),
        next_expiry_at=min((lease.expires_at for lease in at_hand), default=None),
    )


def line_runway_of(
    line: str, gtin: str, at_hand: Sequence[Lease], used_per_hour: float, now: datetime
) -> LineRunway:
    """How long the line goes on at this rate, and what to lease so that it can be without the server for 12 hours."""
    left = sum(lease.left for lease in at_hand)
    least = math.ceil(used_per_hour * (STOCK_MIN / timedelta(hours=1)))
    most = math.ceil(used_per_hour * (STOCK_MAX / timedelta(hours=1)))
    runs_out = runs_out_at(at_hand, used_per_hour, now)
    # Serials that expire before they can be used are no stock.
    usable = left if runs_out is None else _within(now, runs_out, used_per_hour, left)
    refill = min(most - usable, limits.LEASE_UNITS_MAX) if usable < least else 0
    return LineRunway(
        line,
        gtin,
        left,
        len(at_hand),
        used_per_hour,
        runs_out,
        min((lease.granted_at for lease in at_hand), default=None),
        min((lease.expires_at for lease in at_hand), default=None),
        least,
        most,
        refill,
    )


def per_hour(uses: Sequence[Use], since: datetime, now: datetime) -> float:
    """Serials used in an hour, on the average from `since` on, or from the first use on when that is later.

    The use of a lease is spread evenly over the time it was at hand.
    """
    begin = max(since, min((use.since for use in uses), default=now))
    hours = (now - begin) / timedelta(hours=1)
    return sum(_used_between(use, begin, now) for use in uses) / hours if hours > 0 else 0.0


def runs_out_at(at_hand: Sequence[Lease], used_per_hour: float, now: datetime) -> datetime | None:
    """When the last of these serials is used up, or past its time; None at a rate of 0, or past a hundred years."""
    if used_per_hour <= 0:
        return None
    moment = now
    for lease in sorted(at_hand, key=lambda lease: lease.expires_at):
        if lease.expires_at > moment:
            hours = lease.left / used_per_hour
            if hours > RUNWAY_MAX / timedelta(hours=1):
                moment = lease.expires_at
                continue
            moment = min(moment + timedelta(hours=hours), lease.expires_at)
    return moment


def _within(now: datetime, until: datetime, used_per_hour: float, left: int) -> int:
    return min(left, math.floor((until - now) / timedelta(hours=1) * used_per_hour + 1e-6))


def _used_between(use: Use, begin: datetime, end: datetime) -> float:
    held = (use.told_at - use.since) / timedelta(seconds=1)
    if held <= 0:
        return float(use.used) if begin <= use.told_at <= end else 0.0
    inside = (min(end, use.told_at) - max(begin, use.since)) / timedelta(seconds=1)
    return use.used * min(max(inside, 0.0), held) / held
