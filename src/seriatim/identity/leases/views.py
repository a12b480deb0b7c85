"""What the JSON routes of leases take and give."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from seriatim.base import limits
from seriatim.identity.catalogue.api import Listing
from seriatim.identity.leases import actions
from seriatim.identity.leases.model import EndState, Lease, LeaseState
from seriatim.identity.leases.presenting import Outcome

LEASE_HOURS_MAX = int(actions.LEASE_FOR_MAX.total_seconds()) // 3600
RATE_MAX = 10_000_000
FORECAST_HOURS_MAX = 24 * 90


class LeaseListing(Listing, frozen=True, forbid_unknown_fields=True):
    """Which leases, newest first."""

    gtin: str | None = None
    line: str | None = None
    order_number: str | None = None
    state: LeaseState | None = None


class NewLease(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A block of serials that a line asks for."""

    gtin: str
    count: Annotated[int, Meta(ge=1, le=limits.LEASE_UNITS_MAX)]
    line: str
    order_number: str = ""
    valid_hours: Annotated[int, Meta(ge=1, le=LEASE_HOURS_MAX)] = (
        int(actions.LEASE_FOR.total_seconds()) // 3600
    )
    signed: bool = False
    """Whether the answer holds a statement that a line can check offline."""


class LeaseView(msgspec.Struct, frozen=True):
    """A lease, without its counters: these never leave the server."""

    id: str
    gtin: str
    count: int
    line: str
    order_number: str
    state: LeaseState
    granted_at: datetime
    expires_at: datetime
    epoch: int
    acknowledged_at: datetime | None
    used: int
    """Serials used, in their order, as far as the line has told."""
    ended_at: datetime | None
    reason: str


class GrantedLease(LeaseView, frozen=True):
    """A new lease with its serials ready-made; no other answer ever tells them again."""

    serials: list[str] = []
    warning: str = ""
    statement: dict[str, Any] | None = None
    """Signed with the key that `GET /api/v1/leases/key` names; null unless it was asked for."""


class Acknowledgement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The line has the lease."""

    used: Annotated[int, Meta(ge=0)] = 0
    """How many of its serials, in their order, it has used by now."""


class LeaseEnd(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a lease ended."""

    state: EndState
    used: Annotated[int, Meta(ge=0)] | None = None
    """How many of its serials, in their order; left out, all for `used`, and as many as the line told of otherwise."""
    reason: str = ""
    """Needed for `void`."""


class ShownLease(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line shows the lease it holds."""

    statement: dict[str, Any]
    line: str | None = None
    """The line that holds it; left out, any line may."""


class PresentedView(msgspec.Struct, frozen=True):
    """What a line that showed its lease is told."""

    code: Outcome
    words: str
    may_print: bool
    lease: LeaseView | None
    taken_back: bool


class LeaseKey(msgspec.Struct, frozen=True):
    """What a line keeps to check its leases offline."""

    verification_method: str
    """Names the key (did:key) in the proof of each lease."""
    multikey: str
    """The public key itself, Ed25519, in multibase."""
    epoch: int
    """The life of the installation: leases of another one are not printed from."""


class LedgerQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Of which product, or which order of it."""

    gtin: str
    order_number: str | None = None


class ForecastQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Of which lines, and at which rate."""

    line: str | None = None
    gtin: str | None = None
    hours: Annotated[float, Meta(gt=0, le=FORECAST_HOURS_MAX)] = 24.0
    """The rate is that of the last so many hours."""
    per_hour: Annotated[float, Meta(gt=0, le=RATE_MAX)] | None = None
    """What the line runs at, in place of what it used."""


class SerialAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One unit's identity."""

    gtin: str
    serial: str


class Issuance(msgspec.Struct, frozen=True):
    """Who got a serial."""

    gtin: str
    serial: str
    lease: LeaseView | None
    """Null where Seriatim never issued it."""
    is_in_doubt: bool
    """No lease holds it, and yet it may have been issued: a restored database has forgotten some."""


def lease_view(lease: Lease) -> LeaseView:
    """The lease as the API and the console show it."""
    return LeaseView(
        lease.id,
        lease.gtin,
        lease.count,
        lease.line,
        lease.order_number,
        lease.state,
        lease.granted_at,
        lease.expires_at,
        lease.epoch,
        lease.acknowledged_at,
        lease.used,
        lease.ended_at,
        lease.reason,
    )
