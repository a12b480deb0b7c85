"""What leaves with a new lease: a sheet for a printer or a spreadsheet, or a signed lease for a line PC.

Either holds the serials; they are told this one time.
"""

import csv
import io
from collections.abc import Sequence
from datetime import datetime

from seriatim.base.db import Transaction
from seriatim.identity import serials
from seriatim.identity.leases.model import Lease
from seriatim.identity.leases.signed import SignedLease, sign_lease


def sheet_of(lease: Lease, made: Sequence[str]) -> str:
    """CSV with a row for each serial: GTIN, serial, and the element string in brackets as a code holds it.

    >>> now = datetime(2026, 11, 24)
    >>> lease = Lease("019e", "09506000134352", 0, 0, 1, "L3", "4711", "granted", now, now)
    >>> sheet_of(lease, ["K4W8Z0M2RD6T"]).splitlines()
    ['gtin,serial,bracketed', '09506000134352,K4W8Z0M2RD6T,(01)09506000134352(21)K4W8Z0M2RD6T']
    """
    text = io.StringIO()
    sheet = csv.writer(text)
    sheet.writerow(("gtin", "serial", "bracketed"))
    sheet.writerows((lease.gtin, one, f"(01){lease.gtin}(21){one}") for one in made)
    return text.getvalue()


async def signed_lease(
    tx: Transaction,
    lease: Lease,
    made: Sequence[str],
    *,
    organisation: str,
    master_key: bytes,
    now: datetime,
) -> SignedLease:
    """The lease as a line PC takes it along: the statement, and the serials `made` that it speaks for."""
    policy = await serials.policy(tx, lease.gtin)
    statement = sign_lease(lease, policy, made, organisation=organisation, master_key=master_key, now=now)
    return SignedLease(statement, list(made))
