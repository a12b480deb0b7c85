"""Answers the whole query language of EPCIS from the store: what has an index is asked of it, the rest is compared
event by event, over a scan that has an end.

`epcis.matches` says what a query means; this module may only be faster than it, never of another opinion.
Source: EPCIS 2.0, section 8.2.7.1.
"""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from itertools import accumulate, islice
from typing import Any, Final, NamedTuple

from seriatim import epcis
from seriatim.base import limits
from seriatim.base.db import Queries, Transaction
from seriatim.base.errors import TooLarge
from seriatim.base.http import BadCursor, Page, cursor_of, page_of, read_cursor
from seriatim.epcis import Event, Query
from seriatim.epcis.master_facts import MasterData
from seriatim.epcis.query import At, Attributed, Condition, Matches, OneOf, Typed, Within
from seriatim.history import events, master_data
from seriatim.history.events import WORDS, Word
from seriatim.history.keys import ItemKey, item_key, place_of
from seriatim.history.model import EventQuery, Order, StoredEvent
from seriatim.history.sight import Sight, gln_of, party_term, seen
from seriatim.history.terms import class_term, indexable

QUERIES: Final = Queries.load(__package__, "queries.sql")
CHUNK: Final = 500
"""Events read at a time when each has to be looked at."""
COLUMNS: Final = {
    "eventType": "types",
    "action": "actions",
    "bizStep": "biz_steps",
    "disposition": "dispositions",
    "readPoint": "read_points",
    "bizLocation": "biz_locations",
    "eventID": "event_ids",
}
TIMES: Final = {
    ("eventTime", "GE"): "event_time_from",
    ("eventTime", "LT"): "event_time_before",
    ("recordTime", "GE"): "record_time_from",
    ("recordTime", "LT"): "record_time_before",
}
INDEXED: Final = frozenset({"biz_step", "biz_location", "read_point"})
"""Columns whose values an index finds one after the other; the rest have few, and are counted out."""
PATTERN: Final = "urn:epc:idpat:"
THINGS_EVENTS: Final = 50
"""Events read at a time for the things in them."""
THINGS_LOOKED_AT: Final = 2_000
"""Events read for one page of things: one that finds few ends all the same, and leads on."""
ORDERS: Final[dict[str | None, Order]] = {
    None: "captured",
    "eventTime": "event_time",
    "recordTime": "record_time",
}


class QueryTooComplex(TooLarge):
    """No index narrows the query enough; add an EPC, a step, a place or a time."""

    code = "query_too_complex"
    title = "The query looks at too many events"


class Answered(MasterData):
    """What a query asks of master data, asked once before its events are looked at."""

    def __init__(
        self,
        within: Mapping[tuple[str, ...], frozenset[str]],
        having: Mapping[tuple[tuple[str, ...], tuple[str, ...]], frozenset[str]],
    ) -> None:
        self._within, self._having = within, having

    def within(self, places: tuple[str, ...]) -> frozenset[str]:
        return self._within[places]

    def having(self, attributes: tuple[str, ...], values: tuple[str, ...]) -> frozenset[str]:
        return self._having[attributes, values]


async def prepare(tx: Transaction, query: Query, *, sight: Sight | None = None) -> Answered:
    """What master data say now to the conditions of a query: `epcis.matches` takes it. Raises HierarchyTooLarge.

    Who sees a part of the history asks the master data that he has told himself.
    """
    tellers = None if sight is None else sight.callers
    places = {one.values for one in query.conditions if isinstance(one, Within)}
    named = {(one.attributes, one.values) for one in query.conditions if isinstance(one, Attributed)}
    return Answered(
        {asked: await master_data.within(tx, asked, tellers=tellers) for asked in places},
        {asked: await master_data.having(tx, *asked, tellers=tellers) for asked in named},
    )


class Plan(NamedTuple):
    """A query in two parts: both must hold."""

    indexed: EventQuery
    rest: Query
    """Conditions that only the events themselves can answer."""
    known: MasterData
    is_empty: bool = False
    """True when no event can match."""


NOTHING: Final = Answered({}, {})


def plan(query: Query, known: MasterData = NOTHING) -> Plan:
    """What of a query the columns and the item index answer, and what is left; `known` is what `prepare` gave.

    >>> found = plan(epcis.query_from_url([("EQ_bizStep", "shipping"), ("GT_quantity", "5")]))
    >>> found.indexed.biz_steps, len(found.rest.conditions)
    (('shipping',), 1)
    """
    fields: dict[str, Any] = {}
    rest: list[Condition] = []
    is_empty = False
    for condition in query.conditions:
        found = _indexed(condition, known)
        is_empty = is_empty or (isinstance(condition, Attributed) and not _having(condition, known))
        if not found or not fields.keys().isdisjoint(found):
            rest.append(condition)
            continue
        fields |= found
        if isinstance(condition, Matches):
            rest.append(condition)  # the index knows every role of a thing; which is wanted, the event says
    terms = tuple(filter(None, map(_terms, query.conditions)))
    order = ORDERS.get(query.order_by, "captured")
    descending = query.descending and query.order_by in {"eventTime", "recordTime"}
    indexed = EventQuery(**fields, terms=terms, order=order, descending=descending)
    return Plan(indexed, Query(tuple(rest)), known, is_empty)


def _having(condition: Attributed, known: MasterData) -> Collection[str]:
    return known.having(condition.attributes, condition.values)


def _indexed(condition: Condition, known: MasterData) -> dict[str, Any]:
    """The fields of EventQuery that answer the condition; empty when there are none."""
    match condition:
        case OneOf("eventID", values) if any(value.startswith("http") for value in values):
            return {}  # names are kept as they were spelled
        case OneOf("readPoint" | "bizLocation" as field, values):
            return {COLUMNS[field]: tuple(map(place_of, values))}
        case Within(field, places):
            return {COLUMNS[field]: tuple(map(place_of, known.within(places)))}
        case Attributed("readPoint" | "bizLocation" as field):
            return {COLUMNS[field]: tuple(map(place_of, _having(condition, known)))}
        case OneOf(field, values) if field in COLUMNS:
            return {COLUMNS[field]: values}
        case At(field, operator, at) if (field, operator) in TIMES:
            return {TIMES[field, operator]: at}
        case Matches(_, values, False):
            kinds = [_gtins_like(value) for value in values if value.startswith(PATTERN)]
            single = tuple(value for value in values if not value.startswith(PATTERN))
            return {} if None in kinds else {"epcs": single, "kinds": tuple(filter(None, kinds))}
        case _:
            return {}


def _terms(condition: Condition) -> tuple[str, ...]:
    """The terms of which an event that meets the condition has one; the event itself must be looked at all the same."""
    match condition:
        case Matches(_, values, True):
            return tuple(map(class_term, values))
        case Typed("source" | "destination", _, values):
            return tuple(indexable(party_term(gln_of(value))) for value in values)
        case _:
            return ()


def _gtins_like(pattern: str) -> str | None:
    """The GTINs that a pattern of single units names, as `like` takes them; None for other patterns.

    >>> _gtins_like("urn:epc:idpat:sgtin:9506000.013435.*"), _gtins_like("urn:epc:idpat:sgtin:9506000.*.*")
    ('0950600013435_', '_9506000%')
    """
    scheme, _, parts = pattern.removeprefix(PATTERN).partition(":")
    prefix, _, item = parts.rpartition(".")[0].partition(".")
    if scheme != "sgtin" or not (prefix.isascii() and prefix.isdigit()):
        return None
    if item == "*":
        return f"_{prefix}%"
    return f"{item[0]}{prefix}{item[1:]}_" if item.isascii() and item.isdigit() else None


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
    found: list[StoredEvent] = []
    fitting, is_cut = 0, False
    chunk = CHUNK if planned.rest.conditions else limit + 1
    async for matching, has_more in _scan(tx, planned, chunk, after, sight=sight):
        found += matching
        fitting = _fitting(found, limit)
        is_cut = has_more and not planned.rest.conditions and octets_of(found) >= limits.PAGE_BYTES
        if is_cut or len(found) > fitting:
            break
    return page_of(found, fitting, *events.POSITIONS[planned.indexed.order], is_cut=is_cut)


def _fitting(found: Sequence[StoredEvent], limit: int) -> int:
    """How many of them one page holds: `limit`, or fewer where those before have `limits.PAGE_BYTES`."""
    before = accumulate((len(one.document) for one in found), initial=0)
    return sum(octets < limits.PAGE_BYTES for octets in islice(before, min(limit, len(found))))


async def exceeds(tx: Transaction, query: Query, most: int, *, sight: Sight | None = None) -> bool:
    """Whether more than `most` events match. Raises QueryTooComplex, HierarchyTooLarge."""
    planned = plan(query, await prepare(tx, query, sight=sight))
    if planned.is_empty:
        return False
    found = 0
    async for matching, _ in _scan(tx, planned, CHUNK, sight=sight):
        found += len(matching)
        if found > most:
            return True
    return False


async def _by_extension(
    tx: Transaction, planned: Plan, query: Query, limit: int, after: str | None, sight: Sight | None
) -> Page[StoredEvent]:
    """Sorted by a field that no index knows: all that match are read first."""
    kept: list[StoredEvent] = []
    async for matching, _ in _scan(tx, planned, CHUNK, sight=sight):
        kept += matching
        if (octets := octets_of(kept)) > limits.QUERY_SORT_BYTES:
            raise _too_complex(len(kept), octets)
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
    page = ordered[start : start + limit]
    more = cursor_of(page[-1].id) if len(ordered) > start + limit and page else None
    return Page(page, more)


async def _scan(
    tx: Transaction, planned: Plan, chunk: int, after: str | None = None, *, sight: Sight | None
) -> AsyncIterator[tuple[list[StoredEvent], bool]]:
    """The matching events, chunk by chunk, and whether there are more to look at.

    Raises QueryTooComplex after `limits.QUERY_SCAN_EVENTS`, or where their documents have `limits.QUERY_SCAN_BYTES`.
    """
    looked_at = octets = 0
    while True:
        page = await events.query(tx, planned.indexed, chunk, after, sight=sight)
        matching: list[StoredEvent] = list(page.items)
        if planned.rest.conditions:
            matching = await asyncio.to_thread(that_match, planned, page.items)
        yield matching, page.next is not None
        looked_at += len(page.items)
        octets += octets_of(page.items)
        after = page.next
        if after is None:
            return
        if looked_at >= limits.QUERY_SCAN_EVENTS or octets >= limits.QUERY_SCAN_BYTES:
            raise _too_complex(looked_at, octets)


def _too_complex(count: int, octets: int) -> QueryTooComplex:
    return QueryTooComplex(
        f"More than {count:,} events, {octets:,} octets, would have to be looked at one by one; "
        "narrow the query by an EPC, a step, a place or a time.",
        limit=count,
    )


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
