"""Events as people look for them: the newest captured first, of one thing, of a kind of thing or at a place; and
those that have come since.

Those of a kind (a GTIN, a lot) are found by looking, newest first, through so many at a time: the index of kinds knows
single things and amounts apart, and a common kind has too many of both.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct

from seriatim import epcis
from seriatim.base import limits
from seriatim.base.db import Transaction
from seriatim.base.http import Page, page_of
from seriatim.epcis import Event
from seriatim.gs1 import GS1Error, Key, canonical_key
from seriatim.history import events
from seriatim.history.keys import item_key
from seriatim.history.model import EventQuery, Finding, StoredEvent
from seriatim.history.policy import finding_of
from seriatim.history.queries import CHUNK, QUERIES, fitting, octets_of
from seriatim.history.registers import MASTER_DATA

LATELY: Final = 5_000
"""Newest events whose words are offered as filters."""
FINDINGS_MAX: Final = 200

Position = tuple[int, int]
"""(tx, id) of an event in the order of capture."""


class Since(Struct, frozen=True):
    """What was captured since a position, the oldest first."""

    events: tuple[StoredEvent, ...]
    position: Position
    """Where to go on."""


async def search(
    tx: Transaction, asked: EventQuery, kind: Key | None = None, *, limit: int, after: str | None = None
) -> Page[StoredEvent]:
    """A page of events in the order of `asked`; with a `kind`, only those that name a thing of it.

    A page may be short, and still have a next one: its documents have `limits.PAGE_BYTES` at most. That of a kind may also
    be empty: after `limits.QUERY_SCAN_EVENTS` events that were looked at, or where their documents have
    `limits.QUERY_SCAN_BYTES`, it is for the reader to say whether to look further. Raises BadCursor.
    """
    if kind is None:
        return await events.query(tx, asked, limit, after)
    found: list[StoredEvent] = []
    looked_at = octets = 0
    while looked_at < limits.QUERY_SCAN_EVENTS and octets < limits.QUERY_SCAN_BYTES:
        page = await events.query(tx, asked, CHUNK, after)
        found += await asyncio.to_thread(_of_kind, kind, page.items)
        looked_at += len(page.items)
        octets += octets_of(page.items)
        after = page.next
        if len(found) > fitting(found, limit):
            return page_of(found, fitting(found, limit), *events.POSITIONS[asked.order])
        if after is None:
            break
    return Page(found, after)


async def now(tx: Transaction) -> Position:
    """Where the events begin that nobody can have seen yet: what is captured from now on comes after it."""
    return await tx.value(QUERIES.horizon), events.FIRST[1]


async def since(
    tx: Transaction, asked: EventQuery, kind: Key | None, position: Position, *, limit: int
) -> Since:
    """The events that meet `asked` and became visible after `position`; none is ever missed or seen twice (I8).

    What a transaction still running has told comes when it has ended.
    """
    horizon = await tx.value(QUERIES.horizon)
    found = await events.query_between(tx, asked, position, horizon, limit)
    ended = (horizon, events.FIRST[1]) if horizon > position[0] else position
    following = (found[-1].tx, found[-1].id) if len(found) == limit else ended
    if kind is not None:
        found = tuple(await asyncio.to_thread(_of_kind, kind, found))
    return Since(found, following)


def _of_kind(kind: Key, stored: Sequence[StoredEvent]) -> list[StoredEvent]:
    return [one for one in stored if names_kind(epcis.load_event(one.document, written=True), kind)]


def names_kind(event: Event, kind: Key) -> bool:
    """Whether the event names a thing of this kind, or an amount of it. Of a lot it knows the birth and amounts.

    >>> tea = epcis.load_event(b'''{"@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
    ...   "type": "ObjectEvent", "action": "OBSERVE", "eventTime": "2026-03-01T09:00:00Z", "eventTimeZoneOffset": "+01:00",
    ...   "epcList": ["urn:epc:id:sgtin:9506000.013435.A1"]}''')
    >>> names_kind(tea, canonical_key("(01)09506000134352")), names_kind(tea, canonical_key("(01)09506000134369"))
    (True, False)
    """
    quantities = (
        event.quantity_list,
        event.child_quantity_list,
        event.input_quantity_list,
        event.output_quantity_list,
    )
    if any(_is_of(one.epc_class, kind) for amounts in quantities for one in amounts):
        return True
    if kind.lot is not None and kind.lot not in _lots(event):
        return False
    return any(item_key(epc).group == kind.key for epc in event.epcs())


def _is_of(epc_class: str, kind: Key) -> bool:
    try:
        named = canonical_key(epc_class)
    except GS1Error:
        return False
    return named.key == kind.key and kind.lot in {None, named.lot}


def _lots(event: Event) -> set[object]:
    return {
        one.value for one in event.ilmd if (one.namespace.rstrip(":"), one.name) == (MASTER_DATA, "lotNumber")
    }


async def how_many(tx: Transaction) -> tuple[int, bool]:
    """How many events are kept, and whether that is counted or only estimated."""
    row = await tx.row(QUERIES.how_many)
    assert row is not None, "the table is there"
    return row["events"], row["is_exact"]


async def lately(tx: Transaction) -> Mapping[str, tuple[str, ...]]:
    """The steps, dispositions, types and senders (`captured_by`) of the newest events, sorted; what filters offer."""
    words: dict[str, tuple[str, ...]] = dict.fromkeys(("biz_step", "disposition", "type", "captured_by"), ())
    for row in await tx.rows(QUERIES.lately, LATELY):
        words[row["word"]] += (row["value"],)
    return words


async def findings_of(tx: Transaction, ids: Sequence[int]) -> Mapping[int, tuple[Finding, ...]]:
    """The open contradictions of these events, by the event's id."""
    found: dict[int, tuple[Finding, ...]] = {}
    for row in await tx.rows(QUERIES.findings_of, list(ids), FINDINGS_MAX):
        found[row["event"]] = (*found.get(row["event"], ()), finding_of(row))
    return found
