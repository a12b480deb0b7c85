"""The feed of events, as those follow it who want to be told of what a query finds: on and on, and nothing left out."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from seriatim.base import limits
from seriatim.base.db import Queries, Transaction
from seriatim.base.http import cursor_of
from seriatim.epcis import Query
from seriatim.epcis.query import At
from seriatim.history import events
from seriatim.history.model import StoredEvent
from seriatim.history.planning import plan, prepare
from seriatim.history.queries import CHUNK, octets_of, that_match
from seriatim.history.sight import Sight

QUERIES: Final = Queries.load(__package__, "following.sql")
MARGIN: Final = timedelta(hours=1)
"""Longer than any transaction lives."""


class Followed(NamedTuple):
    """What a look at the feed has found."""

    events: Sequence[StoredEvent]
    place: tuple[int, int]
    """(tx, id) of the last event looked at: where to go on."""


async def follow(
    tx: Transaction,
    query: Query,
    after: tuple[int, int],
    until: tuple[int, int],
    limit: int,
    *,
    recorded_from: datetime | None = None,
    sight: Sight | None = None,
) -> Followed:
    """The next events of the feed that match, after one place and up to another: at most `limit` of them, soon no more
    where their documents have `limits.PAGE_BYTES`, and at most `limits.QUERY_SCAN_EVENTS` looked at, so that it ends soon
    and always comes further.

    `until` MUST be a place that `head` has told: all before it is kept or undone for ever, so nothing is missed that
    is committed late (rule R6). The order of the query is not looked at. Raises HierarchyTooLarge.
    """
    since = () if recorded_from is None else (At("recordTime", "GE", recorded_from),)
    planned = plan(Query((*since, *query.conditions)), await prepare(tx, query, sight=sight))
    if planned.is_empty:
        return Followed([], until)
    found: list[StoredEvent] = []
    looked_at = octets = 0
    while looked_at < limits.QUERY_SCAN_EVENTS and octets < limits.PAGE_BYTES:
        page = await events.query(tx, planned.indexed, CHUNK, cursor_of(*after), sight=sight)
        within = [one for one in page.items if (one.tx, one.id) <= until]
        matching = within
        if planned.rest.conditions:
            matching = await asyncio.to_thread(that_match, planned, within)
        found += matching
        octets += octets_of(matching)
        if len(found) >= limit:
            last = found[limit - 1]
            is_all = len(found) == limit and (page.next is None or len(within) < len(page.items))
            return Followed(found[:limit], until if is_all else (last.tx, last.id))
        if page.next is None or len(within) < len(page.items):
            return Followed(found, until)
        looked_at += len(within)
        after = (within[-1].tx, within[-1].id)
    return Followed(found, after)


async def head(tx: Transaction) -> tuple[int, int]:
    """(tx, id) of the last event of the feed; every event that is still to come stands behind it."""
    row = await tx.row(QUERIES.head)
    return (row["tx"], row["id"]) if row is not None else events.FIRST


async def place_at(tx: Transaction, moment: datetime) -> tuple[int, int]:
    """A place in the feed before everything recorded at that moment or later, as near as is certain.

    Order of record and order of the feed differ by the length of a transaction at most, hence the margin.
    """
    row = await tx.row(QUERIES.first_recorded, moment - MARGIN)
    return (row["tx"], row["id"] - 1) if row is not None else await head(tx)
