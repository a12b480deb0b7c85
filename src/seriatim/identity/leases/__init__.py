"""Blocks of serials lent to lines: who may print which, until when, and which lease a serial came from.

The life of a lease stands in `actions`, what a line carries along offline in `signed`, forecasts in `runway`.
"""

from seriatim.identity.leases.actions import (
    LEASE_FOR_MAX,
    BadUse,
    LeaseEnded,
    LeaseExpired,
    acknowledge_lease,
    end_lease,
    expire_leases,
    known_lease,
    lease,
    lease_blocks,
    leases,
    ledger,
)
from seriatim.identity.leases.files import sheet_of, signed_lease
from seriatim.identity.leases.forecast import line_runways, runway
from seriatim.identity.leases.looking_up import Provenance, issued_to, look_up, provenance, serials_in
from seriatim.identity.leases.model import EndState, Lease, LeaseState, Ledger, serials_of
from seriatim.identity.leases.presenting import Presented, present_lease
from seriatim.identity.leases.runway import LineRunway, Runway
from seriatim.identity.leases.signed import (
    HeldLease,
    LeaseFault,
    LeaseRefused,
    SignedLease,
    lease_signer,
    proved_lease,
    refusal_of,
    sign_lease,
)
from seriatim.identity.leases.store import LeaseFilter

__all__ = [
    "LEASE_FOR_MAX",
    "BadUse",
    "EndState",
    "HeldLease",
    "Lease",
    "LeaseEnded",
    "LeaseExpired",
    "LeaseFault",
    "LeaseFilter",
    "LeaseRefused",
    "LeaseState",
    "Ledger",
    "LineRunway",
    "Presented",
    "Provenance",
    "Runway",
    "SignedLease",
    "acknowledge_lease",
    "end_lease",
    "expire_leases",
    "issued_to",
    "known_lease",
    "lease",
    "lease_blocks",
    "lease_signer",
    "leases",
    "ledger",
    "line_runways",
    "look_up",
    "present_lease",
    "proved_lease",
    "provenance",
    "refusal_of",
    "runway",
    "serials_in",
    "serials_of",
    "sheet_of",
    "sign_lease",
    "signed_lease",
]
