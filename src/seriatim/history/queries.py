"""Answers the whole query language of EPCIS from the store: what has an index is asked of it, the rest is compared
event by event, over a scan that has an end.

`epcis.matches` says what a query means; this module may only be faster than it, never of another opinion.
Source: EPCIS 2.0, section 8.2.7.1.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Final

from seriatim import epcis
from seriatim.base import limits
from seriatim.base.db import Queries, Transaction
from seriatim.base.errors import TooLarge
from seriatim.base.http import BadCursor, Page, cursor_of, page_of, read_cursor
from seriatim.epcis import Event, Query
from seriatim.history import events
from seriatim.history.events import WORDS, Word
from seriatim.history.keys import ItemKey, item_key
from seriatim.history.model import EventQuery, StoredEvent
from seriatim.history.planning import ORDERS, Plan, plan, prepare
from seriatim.history.sight import Sight, seen

QUERIES: Final = Queries.load(__package__, "queries.sql")
CHUNK: Final = 500
"""Events read at a time when each has to be looked at."""
INDEXED: Final = frozenset({"biz_step", "biz_location", "read_point"})
"""Columns whose values an index finds one after the other; the rest have few, and are counted out."""
THINGS_EVENTS: Final = 50
"""Events read at a time for the things in them."""
THINGS_LOOKED_AT: Final = 2_000
"""Events read for one page of things: one that finds few ends all the same, and leads on."""


class QueryTooComplex(TooLarge):
    """No index narrows the query enough; add an EPC, a step, a place or a time."""

    code = "query_too_complex"
    title = "The query looks at too many events"


async def find(
    tx: Transaction,
    query: Query,
    limit: int = limits.PAGE_ROWS,
    after: str | None = None,
    *,
    sight: Sight | None = None,
) -> Page[StoredEvent]:
    """A page of the events that match, in the order asked for; without one, as they were captured.

    `sight`: whose eyes they are; what he does not see is not there. Nothing is lost or repeated while capture goes on.
    Raises QueryTooComplex, HierarchyTooLarge, BadCursor.
    """
    planned = plan(query, await prepare(tx, query, sight=sight))
    if planned.is_empty:
        return Page([])
    if query.order_by not in ORDERS:
        return await _by_extension(tx, planned, query, limit, after, sight)
    if not planned.rest.conditions:
        return await events.query(tx, planned.indexed, limit, after, sight=sight)
    found: list[StoredEvent] = []
    async for matching in _scan(tx, planned, after, sight=sight):
        found += matching
        if len(found) > fitting(found, limit):
            break
    return page_of(found, fitting(found, limit), *events.POSITIONS[planned.indexed.order])


async def exceeds(tx: Transaction, query: Query, most: int, *, sight: Sight | None = None) -> bool:
    """Whether more than `most` events match. Raises QueryTooComplex, HierarchyTooLarge."""
    planned = plan(query, await prepare(tx, query, sight=sight))
    if planned.is_empty:
        return False
    found = 0
    async for matching in _scan(tx, planned, sight=sight):
        found += len(matching)
        if found > most:
            return True
    return False


async def _by_extension(
    tx: Transaction, planned: Plan, query: Query, limit: int, after: str | None, sight: Sight | None
) -> Page[StoredEvent]:
    """Sorted by a field that no index knows: all that match are read first."""
    kept: list[StoredEvent] = []
    async for matching in _scan(tx, planned, sight=sight):
        kept += matching
        if (octets := octets_of(kept)) > limits.QUERY_SORT_BYTES:
            raise _too_complex(len(kept), octets, limits.QUERY_SORT_BYTES)
    read = await asyncio.to_thread(_events, kept)
    stored = {id(event): one for event, one in zip(read, kept, strict=True)}
    ordering = Query(order_by=query.order_by, descending=query.descending)
    ordered = [stored[id(event)] for event in epcis.select(ordering, read)]
    start = 0
    if after is not None:
        match read_cursor(after):
            case [int() as last] if any(one.id == last for one in ordered):
                start = next(place for place, one in enumerate(ordered) if one.id == last) + 1
            case _:
                raise BadCursor
    following = ordered[start:]
    return page_of(following, fitting(following, limit), "id")


async def _scan(
    tx: Transaction, planned: Plan, after: str | None = None, *, sight: Sight | None
) -> AsyncIterator[list[StoredEvent]]:
    """The matching events, chunk by chunk.

    Raises QueryTooComplex after `limits.QUERY_SCAN_EVENTS`, or where their documents have `limits.QUERY_SCAN_BYTES`.
    """
    looked_at = octets = 0
    while True:
        page = await events.query(tx, planned.indexed, CHUNK, after, sight=sight)
        matching: list[StoredEvent] = list(page.items)
        if planned.rest.conditions:
            matching = await asyncio.to_thread(that_match, planned, page.items)
        yield matching
        looked_at += len(page.items)
        octets += octets_of(page.items)
        after = page.next
        if after is None:
            return
        if looked_at >= limits.QUERY_SCAN_EVENTS:
            raise _too_complex(looked_at, octets, limits.QUERY_SCAN_EVENTS)
        if octets >= limits.QUERY_SCAN_BYTES:
            raise _too_complex(looked_at, octets, limits.QUERY_SCAN_BYTES)


def _too_complex(count: int, octets: int, limit: int) -> QueryTooComplex:
    return QueryTooComplex(
        f"{count:,} events of {octets:,} octets were looked at one by one, and there are more; "
        "narrow the query by an EPC, a step, a place or a time.",
        limit=limit,
    )


def fitting(found: Sequence[StoredEvent], limit: int) -> int:
    """How many of them stand on one page: `limit` at most."""
    return min(limit, events.fitting(found, limits.PAGE_BYTES))


def octets_of(stored: Iterable[StoredEvent]) -> int:
    """Of their documents."""
    return sum(len(one.document) for one in stored)


def that_match(planned: Plan, stored: Sequence[StoredEvent]) -> list[StoredEvent]:
    """Those events that meet the conditions which only the events themselves can answer."""
    return [
        one
        for one, event in zip(stored, _events(stored), strict=True)
        if epcis.matches(planned.rest, event, planned.known)
    ]


def _events(stored: Iterable[StoredEvent]) -> list[Event]:
    return [epcis.load_event(one.document, written=True) for one in stored]


async def values_after(
    tx: Transaction, word: Word, after: str, limit: int, *, sight: Sight | None = None
) -> Sequence[str]:
    """The next words or places that events use, sorted; `after` "" begins."""
    assert word in WORDS, word
    if word not in INDEXED or sight is not None:
        return await events.words_in_use(tx, word, limit=limit, after=after, sight=sight)
    found: list[str] = []
    value: str | None = after
    while len(found) < limit:
        value = await tx.value(QUERIES.next_value.replace("{column}", word), value)
        if value is None:
            break
        found.append(value)
    return found


async def is_used(tx: Transaction, word: Word, value: str, *, sight: Sight | None = None) -> bool:
    """Whether an event uses the word or place."""
    assert word in WORDS, word
    sql, arguments = seen(QUERIES.value_is_used.replace("{column}", word), [value], sight)
    used: bool = await tx.value(sql, *arguments)
    return used


async def things(
    tx: Transaction, limit: int, after: str | None = None, *, sight: Sight | None = None
) -> Page[ItemKey]:
    """A page of all things that events have named, each once. Raises BadCursor."""
    if sight is not None:
        return await _things_seen(tx, limit, after, sight)
    match (0, "") if after is None else tuple(read_cursor(after)):
        case (int() as kind, str() as serial) if abs(kind) < 1 << 31:
            pass
        case _:
            raise BadCursor
    rows = await tx.rows(QUERIES.things, kind, serial, limit + 1)
    more = cursor_of(rows[limit - 1]["class"], rows[limit - 1]["serial"]) if len(rows) > limit else None
    return Page([ItemKey(row["scheme"], row["key"], row["serial"]) for row in rows[:limit]], more)


async def _things_seen(tx: Transaction, limit: int, after: str | None, sight: Sight) -> Page[ItemKey]:
    """The same for who sees a part: event by event as they were captured, each thing at the first that he sees.

    A thing of an event that comes late stands behind all others, so that nothing is lost or repeated. A page may be short,
    or empty, and still have a next one.
    """
    start, skipped = (None, 0) if after is None else _place_in(after)
    found: list[tuple[ItemKey, tuple[str | None, int]]] = []
    looked_at = 0
    while len(found) <= limit and looked_at < THINGS_LOOKED_AT:
        page = await events.query(tx, EventQuery(), THINGS_EVENTS, start, sight=sight)
        for one, event, before in zip(
            page.items, _events(page.items), _cursors(start, page.items), strict=True
        ):
            named = list(dict.fromkeys(map(item_key, event.epcs())))
            first = await _first_seen(tx, named, sight)
            mine = [(key, (before, place + 1)) for place, key in enumerate(named) if first[key] == one.id]
            found += [entry for entry in mine if entry[1][1] > skipped]
            skipped = 0
            if len(found) > limit:
                break
        start, looked_at = page.next, looked_at + len(page.items)
        if start is None:
            break
    if len(found) > limit:
        return Page([key for key, _ in found[:limit]], cursor_of(*found[limit - 1][1]))
    return Page([key for key, _ in found], cursor_of(start, 0) if start is not None else None)


def _cursors(start: str | None, stored: Sequence[StoredEvent]) -> list[str | None]:
    """For each event, the cursor of the one before it."""
    return [start, *(cursor_of(one.tx, one.id) for one in stored)][: len(stored)]


def _place_in(cursor: str) -> tuple[str | None, int]:
    match read_cursor(cursor):
        case [str() | None as start, int() as skipped]:
            return start, skipped
        case _:
            raise BadCursor


async def _first_seen(tx: Transaction, keys: Sequence[ItemKey], sight: Sight) -> dict[ItemKey, int]:
    """The first event that he sees of each thing, in the order of capture."""
    columns = [[key[place] for key in keys] for place in range(3)]
    sql, arguments = seen(QUERIES.first_seen, columns, sight)
    rows = await tx.rows(sql, *arguments)
    return {ItemKey(row["scheme"], row["key"], row["serial"]): row["id"] for row in rows}
