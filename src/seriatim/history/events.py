"""The events as they were told: of one thing, by name, by question, and as the feed that others follow."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import accumulate, takewhile
from typing import Any, Final, Literal

from seriatim.base import limits
from seriatim.base.db import Row, Transaction
from seriatim.base.errors import NotFound
from seriatim.base.http import BadCursor, Page, page_of, read_cursor
from seriatim.gs1 import Key
from seriatim.history import statements
from seriatim.history.absent import EventAbsent, absent_by_name
from seriatim.history.keys import item_key, item_key_of, place_of
from seriatim.history.model import EventHead, EventQuery, Item, Order, StoredEvent
from seriatim.history.sight import Sight, seen, seen_by_id
from seriatim.history.statements import QUERIES
from seriatim.history.store import event_of, item_of
from seriatim.history.terms import QUERIES as TERMS

FIRST: Final = (0, -(1 << 63))
"""Before every event of the feed."""
Word = Literal["type", "biz_step", "disposition", "read_point", "biz_location"]
WORDS: Final[tuple[Word, ...]] = ("type", "biz_step", "disposition", "read_point", "biz_location")

POSITIONS: Final[Mapping[Order, tuple[str, ...]]] = {
    "captured": ("tx", "id"),
    "event_time": ("id",),
    "record_time": ("record_time", "tx", "id"),
}
"""The sort key of each order. An event's id begins with its time, to the millisecond."""
SORTS: Final[Mapping[tuple[Order, bool], tuple[str, str]]] = {
    ("captured", False): ("(e.tx, e.id) > ($12::bigint::text::xid8, $13)", "e.tx, e.id"),
    ("captured", True): ("(e.tx, e.id) < ($12::bigint::text::xid8, $13)", "e.tx desc, e.id desc"),
    ("event_time", False): ("e.id > $13", "e.id"),
    ("event_time", True): ("e.id < $13", "e.id desc"),
    ("record_time", False): (
        "(e.record_time, e.tx, e.id) > ($14::timestamptz, $12::bigint::text::xid8, $13)",
        "e.record_time, e.tx, e.id",
    ),
    ("record_time", True): (
        "(e.record_time, e.tx, e.id) < ($14::timestamptz, $12::bigint::text::xid8, $13)",
        "e.record_time desc, e.tx desc, e.id desc",
    ),
}


async def events_of(
    tx: Transaction,
    key: Key,
    *,
    limit: int = limits.PAGE_ROWS,
    before: int | None = None,
    sight: Sight | None = None,
) -> tuple[StoredEvent, ...]:
    """What happened to the thing, in any role, newest first; `before` is the id of the last event already seen."""
    return tuple(_with_documents(await _rows_of(tx, key, limit, before, None, sight)))


async def page_of_one(
    tx: Transaction, key: Key, *, limit: int, before: int | None = None, sight: Sight | None = None
) -> Page[StoredEvent]:
    """A page of the same, which ends as that of `query`."""
    rows = await _rows_of(tx, key, limit + 1, before, limits.PAGE_BYTES, sight)
    found = _with_documents(rows)
    return page_of(found, limit, "id", is_cut=len(found) < len(rows))


async def _rows_of(
    tx: Transaction, key: Key, limit: int, before: int | None, octets: int | None, sight: Sight | None
) -> Sequence[Row]:
    asked = [*item_key_of(key), before, limit, octets]
    sql, arguments = seen_by_id(statements.EVENTS_OF_ONE, asked, sight)
    return await tx.rows(sql, *arguments)


def fitting(found: Sequence[StoredEvent], octets: int) -> int:
    """How many of the first ones have no more than so many octets of documents together; one at least, if there is one."""
    totals = accumulate(len(one.document) for one in found)
    return sum(total <= octets for total in totals) or min(1, len(found))


def _with_documents(rows: Sequence[Row]) -> list[StoredEvent]:
    """The events of these rows, as far as the documents came with them."""
    return [event_of(row) for row in takewhile(lambda row: row["document"] is not None, rows)]


async def timeline(
    tx: Transaction,
    key: Key,
    *,
    limit: int = limits.PAGE_ROWS,
    before: int | None = None,
    sight: Sight | None = None,
) -> tuple[EventHead, ...]:
    """The same without the documents, each of which names all that its event names."""
    sql, arguments = seen_by_id(statements.TIMELINE, [*item_key_of(key), before, limit], sight)
    rows = await tx.rows(sql, *arguments)
    return tuple(EventHead(**dict(row)) for row in rows)


async def item_and_timeline(
    tx: Transaction, key: Key, *, limit: int = limits.PAGE_ROWS
) -> tuple[Item, tuple[EventHead, ...]] | None:
    """One thing with its present state, and the newest of what happened to it, in one round trip.

    None when no event ever named it. For who sees all: see `own_part` for who does not.
    """
    rows = await tx.rows(statements.ITEM_AND_TIMELINE, *item_key_of(key), None, limit)
    if rows:
        return item_of(rows[0]), tuple(map(_head_of, rows))
    alone = await tx.row(statements.ITEM, *item_key_of(key))  # all of its events are archived or erased
    return (item_of(alone), ()) if alone is not None else None


def _head_of(row: Row) -> EventHead:
    return EventHead(**dict(zip(EventHead.__struct_fields__, row.values(), strict=False)))


async def event(tx: Transaction, event_id: str, *, sight: Sight | None = None) -> tuple[StoredEvent, ...]:
    """The event of that eventID, then the declarations that it was wrong; empty when there is none."""
    sql, arguments = seen(QUERIES.events_by_name, [event_id], sight)
    return tuple(event_of(row) for row in await tx.rows(sql, *arguments))


async def known_event(
    tx: Transaction, event_id: str, *, sight: Sight | None = None
) -> tuple[StoredEvent, ...]:
    """The same; raises NotFound when there is none, EventAbsent when it is archived or erased."""
    found = await event(tx, event_id, sight=sight)
    if not found:
        gone = await absent_by_name(tx, event_id, sight=sight)
        raise EventAbsent.of(event_id, gone[0]) if gone else NotFound(f"There is no event {event_id}.")
    return found


async def events_by_id(
    tx: Transaction, ids: Sequence[int], *, sight: Sight | None = None
) -> tuple[StoredEvent, ...]:
    """The events with these ids, in the order of event time."""
    sql, arguments = seen(QUERIES.events_by_id, [list(ids)], sight)
    return tuple(event_of(row) for row in await tx.rows(sql, *arguments))


async def query(
    tx: Transaction,
    asked: EventQuery,
    limit: int = limits.PAGE_ROWS,
    after: str | None = None,
    *,
    sight: Sight | None = None,
) -> Page[StoredEvent]:
    """A page of the events that meet every condition. Nothing is lost or repeated while capture goes on.

    Without an order: as they were captured. It ends before `limit` where the documents would have more
    than `limits.PAGE_BYTES`; one event always stands on it. Raises BadCursor.
    """
    position = _after(asked.order, after)
    rows = await _asked(tx, asked, limit + 1, position, octets=limits.PAGE_BYTES, sight=sight)
    found = _with_documents(rows)
    return page_of(found, limit, *POSITIONS[asked.order], is_cut=len(found) < len(rows))


async def query_between(
    tx: Transaction,
    asked: EventQuery,
    after: tuple[int, int],
    before_tx: int,
    limit: int,
    *,
    sight: Sight | None = None,
) -> tuple[StoredEvent, ...]:
    """The events that meet every condition and were captured after (tx, id), by transactions before `before_tx`."""
    rows = await _asked(
        tx, replace(asked, order="captured", descending=False), limit, (*after, None), before_tx, sight=sight
    )
    return tuple(event_of(row) for row in rows)


async def _asked(
    tx: Transaction,
    asked: EventQuery,
    limit: int,
    after: tuple[int | None, int | None, Any],
    before_tx: int | None = None,
    *,
    octets: int | None = None,
    sight: Sight | None = None,
) -> Sequence[Row]:
    ids = await _ids_of_things(tx, asked)
    if ids == []:
        return ()
    condition, order = SORTS[asked.order, asked.descending]
    sql = statements.QUERY_EVENTS.replace("{after}", condition).replace("{order}", order)
    arguments = [
        _words(asked.types),
        _words(asked.actions),
        _words(asked.biz_steps),
        _words(asked.dispositions),
        _words(tuple(place_of(place) for place in asked.read_points)),
        _words(tuple(place_of(place) for place in asked.biz_locations)),
        ids,
        asked.event_time_from,
        asked.event_time_before,
        asked.record_time_from,
        asked.record_time_before,
        *after,
        limit,
        _words(tuple(place_of(place) for place in asked.places)),
        _words(asked.captured_by),
        before_tx,
        octets,
    ]
    sql, arguments = seen(sql, arguments, sight)
    return await tx.rows(sql, *arguments)


def _after(order: Order, cursor: str | None) -> tuple[int | None, int | None, Any]:
    """tx, id and record time of the last event seen."""
    if cursor is None:
        return None, None, None
    position = read_cursor(cursor)
    fields = POSITIONS[order]
    if len(position) != len(fields):
        raise BadCursor
    found = dict(zip(fields, position, strict=True))
    try:
        recorded = datetime.fromisoformat(found["record_time"]) if "record_time" in found else None
        return int(found.get("tx", 0)), int(found["id"]), recorded
    except (TypeError, ValueError) as error:
        raise BadCursor from error


async def _ids_of_things(tx: Transaction, asked: EventQuery) -> list[int] | None:
    """The ids to choose from: those that name one of the things, and have one of the names; None for all.

    Where an index would answer with very many, it is left out: what is common is soon found by looking.
    """
    chosen: list[set[int]] = []
    if asked.epcs or asked.kinds:
        keys = [item_key(epc) for epc in asked.epcs]
        columns = [[key[place] for key in keys] for place in range(3)]
        named = {row["id"] for row in await tx.rows(QUERIES.event_ids_of, *columns)} if keys else set()
        alike = await _few(tx, TERMS.events_of_kinds, asked.kinds) if asked.kinds else set()
        if alike is not None:
            chosen.append(named | alike)
    if asked.event_ids:
        rows = await tx.rows(QUERIES.names, list(asked.event_ids))
        chosen.append({one for row in rows for one in row["events"]})
    for terms in asked.terms:
        having = await _few(tx, TERMS.events_with_terms, terms)
        if having is not None:
            chosen.append(having)
    return sorted(set.intersection(*chosen)) if chosen else None


async def _few(tx: Transaction, sql: str, values: tuple[str, ...]) -> set[int] | None:
    """The ids that an index has for these values; None when it has too many to be of use."""
    row = await tx.row(sql, list(values), limits.QUERY_INDEX_ENTRIES)
    assert row is not None, "one row of counts"
    return set(row["ids"] or ()) if row["entries"] < limits.QUERY_INDEX_ENTRIES else None


def _words(values: tuple[str, ...]) -> list[str] | None:
    return list(values) or None


async def feed(
    tx: Transaction, after: tuple[int, int] = FIRST, *, limit: int = 1_000
) -> tuple[StoredEvent, ...]:
    """The next events in the order in which they became visible: none is ever missed or seen twice (I8, R6).

    `after` is (tx, id) of the last one seen. What a transaction still running has written comes when it has ended.
    """
    rows = await tx.rows(QUERIES.feed, str(after[0]), after[1], limit)
    return tuple(event_of(row) for row in rows)


async def words_in_use(
    tx: Transaction,
    word: Word,
    *,
    limit: int = limits.PAGE_ROWS_MAX,
    after: str = "",
    sight: Sight | None = None,
) -> tuple[str, ...]:
    """The event types, steps, dispositions or places that events use, sorted, after one of them."""
    assert word in WORDS, word
    sql, arguments = seen(QUERIES.values_in_use.replace("{column}", word), [limit, after], sight)
    rows = await tx.rows(sql, *arguments)
    return tuple(row["value"] for row in rows)
