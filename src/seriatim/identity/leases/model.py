"""A block of serials lent to a line, and how long the serials of a product last."""

import math
from datetime import datetime, timedelta
from typing import Final, Literal

import msgspec
import numpy as np

from seriatim.identity.serials.ff1 import Numbers
from seriatim.identity.serials.permutation import serials_of_counters
from seriatim.identity.serials.policy import SerialPolicy

LeaseState = Literal["granted", "used", "returned", "void"]
RUNWAY_MAX: Final = timedelta(days=36_500)


class Lease(msgspec.Struct, frozen=True):
    """A block of serials that one line may print, server in reach or not; nobody else ever gets them."""

    id: str
    gtin: str
    generation: int
    first: int
    """Counter of the first serial, inclusive. Counters never leave the server."""
    past: int
    """Counter after the last one."""
    line: str
    order_number: str
    state: LeaseState
    granted_at: datetime
    expires_at: datetime
    """After this the line may not print from it."""
    voided: tuple[tuple[int, int], ...] = ()
    """Ranges [first, past) of its counters that give no serial: an older generation or an outside issuer was first."""

    @property
    def count(self) -> int:
        """Serials in it."""
        return self.past - self.first - sum(past - first for first, past in self.voided)

    @property
    def counters(self) -> Numbers:
        """Those of its counters that give a serial, in order."""
        keep = np.ones(self.past - self.first, dtype=np.bool_)
        for first, past in self.voided:
            keep[first - self.first : past - self.first] = False
        return np.arange(self.first, self.past, dtype=np.uint64)[keep]

    def is_printable(self, now: datetime) -> bool:
        """Whether a line may print from it."""
        return self.state == "granted" and now < self.expires_at


def serials_of(lease: Lease, policy: SerialPolicy, master_key: bytes) -> list[str]:
    """The serials of a lease, in the order of their counters; about 5 million a second.

    Raises ValueError where the lease is of another product, or of numbers from outside, which no key can tell.
    """
    if lease.gtin != policy.gtin:
        raise ValueError(f"lease {lease.id} belongs to another policy")
    return serials_of_counters(lease.counters, policy.at(lease.generation), master_key)


class Runway(msgspec.Struct, frozen=True):
    """How long the serials of a product last if leasing goes on as it did."""

    gtin: str
    issued: int
    capacity: int
    left: int
    leased_per_day: float
    ends_at: datetime | None
    """None when nothing was leased lately, or when it ends in more than a hundred years."""


def runway_of(policy: SerialPolicy, leased: int, over: timedelta, now: datetime) -> Runway:
    """The forecast after `leased` serials were leased in the time `over` before `now`."""
    per_day = leased / (over / timedelta(days=1))
    days_left = policy.left / per_day if per_day else math.inf
    ends_at = now + timedelta(days=days_left) if days_left <= RUNWAY_MAX.days else None
    return Runway(policy.gtin, policy.gone, policy.capacity, policy.left, per_day, ends_at)
