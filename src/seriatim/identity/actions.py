"""Deeds that take more than one of the sub-rooms."""

from collections.abc import Sequence
from datetime import datetime

from seriatim.access import Actor
from seriatim.base.db import Transaction
from seriatim.identity import catalogue, serials
from seriatim.identity.catalogue import Product, Saved


async def save_products(
    tx: Transaction, products: Sequence[Product], *, actor: Actor, now: datetime
) -> Saved:
    """Keeps products, new and changed, all or none; a new one gets the default serial policy. Raises Twice."""
    saved = await catalogue.save_products(tx, products, actor=actor, now=now)
    await serials.give_policies(tx, saved.created)
    return saved
