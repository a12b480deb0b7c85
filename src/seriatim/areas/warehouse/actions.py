"""What one may do in the warehouse: open a shipment, receive it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from seriatim import access
from seriatim.access import Actor
from seriatim.areas.warehouse import store
from seriatim.areas.warehouse.model import Comparison, Shipment, compared
from seriatim.base.db import Transaction
from seriatim.base.errors import BadInput, NotFound, Refused
from seriatim.base.ids import new_id


class AlreadyReceived(Refused):
    """This shipment has been received already."""

    code = "already_received"


class WrongDestination(Refused):
    """This shipment was sent to another place."""

    code = "wrong_destination"


async def open_shipment(
    tx: Transaction, ssccs: Sequence[str], from_gln: str, to_gln: str, *, actor: Actor, now: datetime
) -> Shipment:
    """Logistic units leave `from_gln` for `to_gln`; raises BadInput when there are none or both places are one."""
    if not ssccs or from_gln == to_gln:
        raise BadInput(
            "A shipment needs at least one SSCC and two different places.", from_gln=from_gln, to_gln=to_gln
        )
    shipment = new_id()
    units = list(dict.fromkeys(ssccs))
    await store.insert_shipment(tx, shipment, from_gln, to_gln, units, now)
    await access.audit(tx, actor, "shipment.shipped", str(shipment), {"to": to_gln, "units": len(units)}, now)
    return await known_shipment(tx, shipment)


async def known_shipment(tx: Transaction, shipment: UUID) -> Shipment:
    """The shipment, or NotFound."""
    found = await store.shipment(tx, shipment)
    if found is None:
        raise NotFound(f"There is no shipment {shipment}.")
    return found


async def receive_shipment(
    tx: Transaction, shipment: UUID, gln: str, scanned: Sequence[str], *, actor: Actor, now: datetime
) -> Comparison:
    """Compares what was scanned at `gln` with what was announced; raises WrongDestination or AlreadyReceived."""
    known = await known_shipment(tx, shipment)
    if known.to_gln != gln:
        raise WrongDestination(
            f"Shipment {shipment} goes to {known.to_gln}, not to {gln}.", to_gln=known.to_gln
        )
    comparison = compared(await store.announced(tx, shipment), scanned)
    if not await store.mark_received(tx, shipment, comparison.found, now):
        raise AlreadyReceived(f"Shipment {shipment} was received at {known.received_at}.")
    facts = {
        "found": len(comparison.found),
        "missing": list(comparison.missing),
        "extra": list(comparison.extra),
    }
    await access.audit(tx, actor, "shipment.received", str(shipment), facts, now)
    return comparison
