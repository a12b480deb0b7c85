"""A block of serials lent to a line: its life, and the ledger that must add up."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Literal

import msgspec
import numpy as np

from seriatim.identity.serials.ff1 import Numbers
from seriatim.identity.serials.permutation import serials_of_counters
from seriatim.identity.serials.policy import SerialPolicy

LeaseState = Literal["granted", "acknowledged", "expired", "used", "returned", "void"]
EndState = Literal["used", "returned", "void"]
PRINTABLE: Final = frozenset({"granted", "acknowledged"})
OPEN: Final = PRINTABLE | {"expired"}
"""Nobody has said yet what became of all its serials."""


class Lease(msgspec.Struct, frozen=True):
    """A block of serials that one line may print, server in reach or not; nobody else ever gets them.

    granted -> acknowledged -> used | returned | void, from either of the first two; a lease nobody ended in time is
    expired, and is ended once the line or a person tells what became of it. Its unused rest is a gap for ever.
    """

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
    epoch: int = 1
    """The life of the installation that lent it: restores are counted."""
    acknowledged_at: datetime | None = None
    """When the line said that it has it."""
    used: int = 0
    """Serials are used in their order: the first so many, as far as the line has said."""
    told_at: datetime | None = None
    """When it last said so."""
    ended_at: datetime | None = None
    reason: str = ""
    """Why it was made void, or what the line had to say."""
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

    @property
    def left(self) -> int:
        """Serials that the line may still print, as far as it has said."""
        return self.count - self.used if self.state in PRINTABLE else 0

    def is_printable(self, now: datetime) -> bool:
        """Whether a line may print from it."""
        return self.state in PRINTABLE and now < self.expires_at


class Ledger(msgspec.Struct, frozen=True):
    """What became of the serials lent for one product, or for one order of it.

    Invariant I2: `lent = used + void + returned + in_flight`, always; and nothing is in flight when an order closes.
    """

    gtin: str
    order_number: str | None
    """None: all of the product."""
    leases: int
    lent: int
    used: int
    void: int
    """The rests of leases that were used or made void."""
    returned: int
    """The rests that lines gave back; they are not lent again."""
    in_flight: int
    """Lent, and not told of yet."""
    expired: int
    """Of those in flight: in leases past their time."""
    skipped: int
    """Counters in its leases that gave no serial, as an older generation or an outside issuer had it first."""
    passed_over: int
    """Counters that were never lent: gaps of crashes and restores. Of whole products only; 0 for an order."""

    @property
    def adds_up(self) -> bool:
        return self.lent == self.used + self.void + self.returned + self.in_flight


def ledger_of(leases: Sequence[Lease], gtin: str, order_number: str | None = None) -> Ledger:
    """The ledger of some leases: what the database says in one query, said slowly."""
    rest = {lease.id: lease.count - lease.used for lease in leases}

    def rests(*states: LeaseState) -> int:
        return sum(rest[lease.id] for lease in leases if lease.state in states)

    return Ledger(
        gtin,
        order_number,
        leases=len(leases),
        lent=sum(lease.count for lease in leases),
        used=sum(lease.used for lease in leases),
        void=rests("used", "void"),
        returned=rests("returned"),
        in_flight=rests("granted", "acknowledged", "expired"),
        expired=rests("expired"),
        skipped=sum(lease.past - lease.first - lease.count for lease in leases),
        passed_over=0,
    )


def serials_of(lease: Lease, policy: SerialPolicy, master_key: bytes) -> list[str]:
    """The serials of a lease, in the order of their counters; about 5 million a second.

    Raises ValueError where the lease is of another product, or of numbers from outside, which no key can tell.
    """
    if lease.gtin != policy.gtin:
        raise ValueError(f"lease {lease.id} belongs to another policy")
    return serials_of_counters(lease.counters, policy.at(lease.generation), master_key)
