"""Pallets travel: shipped here, received there, and the history knows both ends.

The shipment row and the event are one transaction: there is no shipment without its event, nor the other way round.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from seriatim import history
from seriatim.access import Actor
from seriatim.areas import warehouse
from seriatim.base.db import Transaction


async def ship(
    tx: Transaction, ssccs: Sequence[str], from_gln: str, to_gln: str, *, actor: Actor, now: datetime
) -> warehouse.Shipment:
    """Sends logistic units, each once; raises Refused when one of them was never commissioned."""
    ssccs = list(dict.fromkeys(ssccs))
    shipment = await warehouse.open_shipment(tx, ssccs, from_gln, to_gln, actor=actor, now=now)
    await history.capture(
        tx, [warehouse.shipped(ssccs, from_gln, to_gln, now)], actor=actor, now=now, enforce=True
    )
    return shipment


async def receive(
    tx: Transaction, shipment: UUID, gln: str, scanned: Sequence[str], *, actor: Actor, now: datetime
) -> warehouse.Comparison:
    """Receives what was found of a shipment; what is missing or extra is named, and does not move."""
    comparison = await warehouse.receive_shipment(tx, shipment, gln, scanned, actor=actor, now=now)
    if comparison.found:
        await history.capture(
            tx, [warehouse.received(comparison.found, gln, now)], actor=actor, now=now, enforce=True
        )
    return comparison


async def sell(
    tx: Transaction, units: Sequence[tuple[str, str]], gln: str, *, actor: Actor, now: datetime
) -> None:
    """Units, as (GTIN, serial), are sold in a shop."""
    await history.capture(tx, [warehouse.sold(units, gln, now)], actor=actor, now=now, enforce=True)


async def unpack(
    tx: Transaction,
    parents: Sequence[tuple[str, Sequence[str]]],
    gln: str,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Opens cases or pallets, as (SSCC, Digital Links inside), at a place; their contents stand there from now on."""
    events = [warehouse.unpacked(sscc, children, gln, now) for sscc, children in parents]
    await history.capture(tx, events, actor=actor, now=now, enforce=True)
