"""When serials run out, asked of the database: for a product, and for each line."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Final

from seriatim.base.db import Transaction
from seriatim.identity import serials
from seriatim.identity.catalogue.model import gtin14
from seriatim.identity.leases import store
from seriatim.identity.leases.model import Lease
from seriatim.identity.leases.runway import LineRunway, Runway, Use, line_runway_of, per_hour, runway_of

RUNWAY_OVER: Final = timedelta(days=30)
LINE_OVER: Final = timedelta(hours=24)


async def runway(tx: Transaction, gtin: str, *, now: datetime, over: timedelta = RUNWAY_OVER) -> Runway:
    """When the serials of a product run out at the rate of the time `over`. Raises BadGtin, NotFound."""
    form = await serials.policy(tx, gtin)
    leased = await store.leased_since(tx, form.gtin, now - over, now)
    at_hand = await store.at_hand(tx, now, gtin=form.gtin)
    uses = await store.uses(tx, now - over, gtin=form.gtin)
    lists = await serials.number_lists(tx, form.gtin) if form.source == "imported" else []
    out_of_date = sum(one.left for one in lists if one.is_expired(now))
    return runway_of(form, leased, over, now, at_hand=at_hand, uses=uses, out_of_date=out_of_date)


async def line_runways(
    tx: Transaction,
    *,
    now: datetime,
    line: str | None = None,
    gtin: str | None = None,
    over: timedelta = LINE_OVER,
    used_per_hour: float | None = None,
) -> list[LineRunway]:
    """How long each line goes on with what it has, product by product; the one that runs out first comes first.

    The rate is that of the time `over`, unless one is given: what the line runs at. Raises BadGtin.
    """
    product = None if gtin is None else gtin14(gtin)
    leases: dict[tuple[str, str], list[Lease]] = defaultdict(list)
    uses: dict[tuple[str, str], list[Use]] = defaultdict(list)
    for lease in await store.at_hand(tx, now, gtin=product, line=line):
        leases[lease.line, lease.gtin].append(lease)
    for use in await store.uses(tx, now - over, gtin=product, line=line):
        uses[use.line, use.gtin].append(use)
    found = []
    for key in sorted(leases.keys() | uses.keys()):
        rate = per_hour(uses[key], now - over, now) if used_per_hour is None else used_per_hour
        found.append(line_runway_of(*key, leases[key], rate, now))
    return sorted(found, key=lambda one: (one.runs_out_at is None, one.runs_out_at or now))
