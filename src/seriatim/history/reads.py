"""Answers of history: one thing, what stands in it, where it is, what happened to it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby, repeat
from operator import attrgetter, itemgetter
from typing import NamedTuple

from seriatim.base import limits
from seriatim.base.db import Row, Transaction
from seriatim.base.http import BadCursor, Page, cursor_of, read_cursor
from seriatim.gs1 import Key
from seriatim.history import statements, store
from seriatim.history.chain import Chain
from seriatim.history.keys import ItemKey, item_key_of, key_of, keys_of
from seriatim.history.model import ContentRow, Counts, Holder, Item, Lot, Position, Status, UnitFilter
from seriatim.history.statements import QUERIES
from seriatim.history.store import RowKey

EVERY_UNIT = UnitFilter()
CASE_AND_KIND = itemgetter("parent_class", "parent_serial", "class")
SERIAL = attrgetter("serial")


async def item(tx: Transaction, key: Key) -> Item | None:
    """One thing with its present state and standings, in one round trip; None when no event ever named it."""
    row = await tx.row(statements.ITEM, *item_key_of(key))
    return store.item_of(row) if row is not None else None


async def item_and_position(tx: Transaction, key: Key) -> tuple[Item, Position] | None:
    """One thing with its state, and where it really is, in one round trip; None when no event ever named it."""
    row = await tx.row(statements.ITEM_AND_CHAIN, *item_key_of(key), limits.CONTAINMENT_DEPTH)
    return (store.item_of(row), _position(_chain_of(row["chain"]))) if row is not None else None


async def items(tx: Transaction, keys: Iterable[Key]) -> tuple[Item, ...]:
    """Those of the things that events have named, in the order of `keys`, each once."""
    wanted = list(dict.fromkeys(item_key_of(key) for key in keys))
    rows = await tx.rows(QUERIES.items, *_columns(wanted))
    found = {ItemKey(row["scheme"], row["key"], row["serial"]): row for row in rows}
    return tuple(store.item_of(found[key]) for key in wanted if key in found)


async def ancestors(tx: Transaction, key: Key) -> tuple[Key, ...]:
    """What the thing stands in, the parent first, the root last; empty when it stands free."""
    chain = await _chain(tx, item_key_of(key))
    return tuple(key_of(_named(row)) for row in chain.inside[1:])


async def position(tx: Transaction, key: Key) -> Position | None:
    """Where the thing really is; None when no event ever named it.

    The place of a packed unit is the place of its root: shipping a pallet says so once, not for each unit. Should the
    unit's own events be newer (sold out of a case that nobody unpacked), they win.
    """
    chain = await _chain(tx, item_key_of(key))
    return _position(chain) if chain.inside else None


def _position(chain: Chain) -> Position:
    return Position(
        root=key_of(_named(chain.inside[-1])),
        place=chain.place(),
        status=chain.status(),
        depth=len(chain.inside) - 1,
    )


async def whereabouts(tx: Transaction, key: Key) -> str | None:
    """The place (GLN or URI) of the thing: that of its root. None when no event told one."""
    found = await position(tx, key)
    return found.place if found else None


async def _chain(tx: Transaction, start: ItemKey) -> Chain:
    """In one round trip, whatever the depth."""
    return _chain_of(await tx.rows(QUERIES.chain, *start, limits.CONTAINMENT_DEPTH))


def _chain_of(rows: Sequence[Row]) -> Chain:
    if len(rows) > 1 and rows[-2]["has_left"]:
        return Chain(rows[:-1], rows[-1])
    return Chain(rows)


async def _links(tx: Transaction, rows: Sequence[RowKey]) -> dict[RowKey, Row]:
    found = await tx.rows(QUERIES.links, *store.arrays(rows)) if rows else []
    return {RowKey(row["class"], row["serial"]): row for row in found}


def _named(row: Row) -> ItemKey:
    return ItemKey(row["scheme"], row["key"], row["serial"])


async def contents(
    tx: Transaction, key: Key, *, depth: int = limits.CONTAINMENT_DEPTH
) -> tuple[ContentRow, ...]:
    """Everything inside the thing, level by level, each level case by case, each case in the order of product and serial.

    `depth` 1 asks for what stands directly in it.
    """
    groups = await tx.rows(statements.CONTENTS_OF_ONE, *item_key_of(key))
    if not groups:
        return ()
    holders: dict[RowKey, Key] = {RowKey(groups[0]["parent_class"], groups[0]["parent_serial"]): key}
    found: list[ContentRow] = []
    for number in range(1, depth + 1):
        level = _level(groups, holders, number)
        found += level.rows
        if not level.holding or number == depth:
            break
        groups = await tx.rows(statements.CONTENTS, *store.arrays(level.holding))
    return tuple(found)


class _Level(NamedTuple):
    """What stands at one depth."""

    rows: list[ContentRow]
    holding: list[RowKey]
    """Those of them in which something can stand."""


def _level(groups: Iterable[Row], holders: dict[RowKey, Key], number: int) -> _Level:
    """The rows of one level, in order; what can hold something is entered as a holder."""
    found = _Level([], [])
    for (parent_class, parent_serial, class_), alike in groupby(
        sorted(groups, key=CASE_AND_KIND), CASE_AND_KIND
    ):
        parent = holders[RowKey(parent_class, parent_serial)]
        rows: list[ContentRow] = []
        for *_, scheme, group, holds, status, lot, expiry, inside in alike:
            kind, serials = (scheme, group), sorted(inside)
            if holds:
                # What was met before holds itself, by contradicting events: one round is enough.
                serials = [one for one in serials if RowKey(class_, one) not in holders]
                mine = [RowKey(class_, serial) for serial in serials]
                holders.update(zip(mine, keys_of(scheme, group, serials), strict=True))
                found.holding.extend(mine)
            shared = map(repeat, (parent, number, status, lot, expiry))
            rows.extend(map(ContentRow, repeat(kind), serials, *shared))
        # Each group is in order, and most often there is one: then this costs little.
        found.rows.extend(sorted(rows, key=SERIAL))
    found.holding.sort()
    return found


async def holders_of_lot(tx: Transaction, gtin: str, lot: str) -> tuple[Holder, ...]:
    """Where the units of a lot are now and in which state, most units first. Packed units are where their root is."""
    groups = await tx.rows(QUERIES.lot_groups, gtin, lot)
    known: dict[RowKey, Row] = {}
    level = _parents(groups) - known.keys()
    for _ in range(limits.CONTAINMENT_DEPTH + 1):
        if not level:
            break
        links = await _links(tx, sorted(level))
        known |= links
        level = _parents(links.values()) - known.keys()
    held: dict[tuple[str | None, Status], int] = {}
    for group in groups:
        chain = _chain_in(known, group)
        where = chain.place(), chain.status()
        held[where] = held.get(where, 0) + group["units"]
    ranked = sorted(held.items(), key=lambda entry: (-entry[1], entry[0][0] or "", entry[0][1]))
    return tuple(Holder(place, status, units) for (place, status), units in ranked)


def _parents(rows: Iterable[Row]) -> set[RowKey]:
    return {
        RowKey(row["parent_class"], row["parent_serial"]) for row in rows if row["parent_serial"] is not None
    }


def _chain_in(known: Mapping[RowKey, Row], start: Row) -> Chain:
    inside = [start]
    while (link := inside[-1])["parent_serial"] is not None and len(inside) <= limits.CONTAINMENT_DEPTH:
        parent = known.get(RowKey(link["parent_class"], link["parent_serial"]))
        if link["has_left"] or parent is None:
            return Chain(inside, parent)
        inside.append(parent)
    return Chain(inside)


async def units(
    tx: Transaction,
    wanted: UnitFilter = EVERY_UNIT,
    *,
    limit: int = limits.PAGE_ROWS,
    after: str | None = None,
) -> Page[Item]:
    """A page of serialised units of products, by product and serial. Raises BadCursor."""
    number, serial = (None, None) if after is None else _unit_position(after)
    filters = wanted.gtin, wanted.lot, wanted.status, wanted.order_number
    rows = await tx.rows(QUERIES.units, *filters, number, serial, limit + 1)
    more = cursor_of(rows[limit - 1]["class"], rows[limit - 1]["serial"]) if len(rows) > limit else None
    return Page([store.item_of(row) for row in rows[:limit]], more)


def _unit_position(cursor: str) -> tuple[int, str]:
    match read_cursor(cursor):
        case [int() as number, str() as serial]:
            return number, serial
        case _:
            raise BadCursor


async def lots(tx: Transaction, gtin: str | None = None, *, limit: int = limits.PAGE_ROWS) -> tuple[Lot, ...]:
    """The lots of a product (or of all), the newest first."""
    return tuple(Lot(*row) for row in await tx.rows(QUERIES.lots, gtin, limit))


async def counts(tx: Transaction) -> Counts:
    """The house in figures: units by their own status, how many stand in something, how many events."""
    rows = await tx.rows(QUERIES.items_by_status)
    return Counts(
        by_status={row["status"]: row["units"] for row in rows},
        packed=sum(row["packed"] for row in rows),
        events=await tx.value(QUERIES.count_events),
    )


async def events_by_hour(tx: Transaction, since: datetime) -> tuple[tuple[datetime, int], ...]:
    """How many events were recorded in each hour from `since` on; hours without any are missing."""
    return tuple((row["hour"], row["events"]) for row in await tx.rows(QUERIES.events_by_hour, since))


def _columns(keys: Sequence[ItemKey]) -> tuple[list[str], list[str], list[str]]:
    return [key.scheme for key in keys], [key.group for key in keys], [key.serial for key in keys]
