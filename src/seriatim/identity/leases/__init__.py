"""Blocks of serials lent to lines: who may print which, until when, and which lease a serial came from."""

from seriatim.identity.leases.actions import (
    LeaseEnded,
    end_lease,
    known_lease,
    lease,
    leases,
    runway,
)
from seriatim.identity.leases.looking_up import issued_to, serials_in
from seriatim.identity.leases.model import Lease, LeaseState, Runway, serials_of
from seriatim.identity.leases.store import LeaseFilter

__all__ = [
    "Lease",
    "LeaseEnded",
    "LeaseFilter",
    "LeaseState",
    "Runway",
    "end_lease",
    "issued_to",
    "known_lease",
    "lease",
    "leases",
    "runway",
    "serials_in",
    "serials_of",
]
