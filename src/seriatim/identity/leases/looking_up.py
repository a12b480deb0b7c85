"""Which lease a serial came from, and which serials a lease holds. No unit has a row: the key tells."""

import asyncio
from datetime import datetime

import msgspec

from seriatim import access
from seriatim.access import Actor
from seriatim.base.db import Transaction
from seriatim.identity import marks, serials
from seriatim.identity.catalogue.model import BadField, gtin14
from seriatim.identity.leases import store
from seriatim.identity.leases.model import Lease, serials_of
from seriatim.identity.serials import SerialPolicy, TurnedBack
from seriatim.identity.serials.store import numbers
from seriatim.identity.serials.store import policy as kept_policy

NOWHERE = -1
"""Stands for the counter of a serial in a generation without a key."""


class Provenance(msgspec.Struct, frozen=True):
    """Where a serial comes from, as far as this database knows."""

    lease: Lease | None
    is_in_doubt: bool
    """It may have been issued though no lease holds it: a restored database has forgotten some. Never say no then."""


async def issued_to(tx: Transaction, gtin: str, serial: str, master_key: bytes) -> Lease | None:
    """The lease that a serial came from; None when Seriatim never issued it, or the GTIN is none of ours. Raises BadGtin."""
    return (await provenance(tx, gtin, serial, master_key)).lease


async def provenance(tx: Transaction, gtin: str, serial: str, master_key: bytes) -> Provenance:
    """The lease that a serial came from, and whether "none" may be believed (F19).

    Told from the serial itself, by the keys of all generations. A serial never issued takes the same road through the
    database as an issued one, two reads, so that the time of an answer says nothing (T13). What has not the form of a
    generation is turned back by its key and sought among its leases all the same, and not believed in the end: to know
    the form would make a guess more often right. Raises BadGtin, JournalAway.
    """
    key = gtin14(gtin)
    policy = await kept_policy(tx, key)
    generations = () if policy is None else (*policy.older, policy)
    turned = [_turned_back(serial, one, master_key) for one in generations]
    found = await store.lease_of(
        tx,
        key,
        serial if serials.is_serial(serial) else "",
        [one.generation for one in generations],
        [one.counter for one in turned],
        [one.fits for one in turned],
    )
    was_counted = any(
        one.fits and one.counter < generation.issued
        for one, generation in zip(turned, generations, strict=True)
    )
    return Provenance(found, found is None and (was_counted or marks.is_frozen(tx)))


def _turned_back(serial: str, generation: SerialPolicy, master_key: bytes) -> TurnedBack:
    """Numbers from outside have no key; they are sought in their lists."""
    if generation.source == "imported":
        return TurnedBack(NOWHERE, fits=False)
    return serials.turned_back(serial, generation, master_key)


async def look_up(
    tx: Transaction, gtin: str, serial: str, *, actor: Actor, now: datetime, master_key: bytes
) -> Provenance:
    """`provenance` for a person or a machine that asks who got a serial; the question is kept in the audit trail.

    Raises BadGtin, BadField for what can be no serial at all.
    """
    if not serials.is_serial(serial):
        raise BadField("serial must be 1 to 20 characters of GS1's set 82.", field="serial")
    told = await provenance(tx, gtin, serial, master_key)
    detail = {"lease": None if told.lease is None else told.lease.id, "is_in_doubt": told.is_in_doubt}
    await access.audit(tx, actor, "serial.looked_up", f"(01){gtin14(gtin)}(21){serial}", detail, now)
    return told


async def serials_in(tx: Transaction, lease: Lease, master_key: bytes) -> list[str]:
    """The serials of a lease in their order, whichever generation it is of; a million take a quarter of a second."""
    policy = await serials.policy(tx, lease.gtin)
    if policy.at(lease.generation).source == "keyed":
        return await asyncio.to_thread(serials_of, lease, policy, master_key)
    rows = await numbers(tx, lease.gtin, lease.generation, lease.first, lease.past)
    kept = [
        number
        for position, number in rows
        if not any(first <= position < past for first, past in lease.voided)
    ]
    assert len(kept) == lease.count, "each position of a list holds one number"
    return kept
