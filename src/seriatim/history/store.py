"""Rows of history, and values made of them. Nobody else reads or writes these tables."""

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

import msgspec

from seriatim.base import limits
from seriatim.base.db import DatabaseBusy, Row, Transaction, binary
from seriatim.history.changes import Changes, Profile
from seriatim.history.keys import KIND, ItemKey, Kind, key_of
from seriatim.history.model import Item, Policy, Standing, StoredEvent
from seriatim.history.registers import Registers
from seriatim.history.rules import Known
from seriatim.history.statements import CONTENTS, KEEP_EVENTS, MERGE_ITEMS, QUERIES, WRITE_ITEMS

ARRAY_ROWS_MAX: Final = 200
"""Up to here arrays are faster, above COPY into a staging table."""
STAGED_ITEMS: Final = 'class integer, serial text collate "C", profile integer'
COLUMNS: Final[tuple[tuple[str, binary.Kind], ...]] = (
    ("first_time", "timestamptz"),
    ("last_time", "timestamptz"),
    ("born_event", "bigint"),
    ("ended", "text"),
    ("ended_event", "bigint"),
    ("custody", "text"),
    ("custody_event", "bigint"),
    ("biz_step", "text"),
    ("step_event", "bigint"),
    ("disposition", "text"),
    ("disposition_event", "bigint"),
    ("parent_class", "integer"),
    ("parent_serial", "text"),
    ("parent_event", "bigint"),
    ("emptied_event", "bigint"),
    ("emptied_place", "text"),
    ("place", "text"),
    ("place_event", "bigint"),
    ("lot", "text"),
    ("expiry", "date"),
    ("order_number", "text"),
    ("made_event", "bigint"),
    ("events", "bigint[]"),
)
"""What is said of an item, as `record` answers it."""
PROFILE_COLUMNS: Final = ("profile", *(name for name, _ in COLUMNS))
STAGED_PROFILES: Final = "profile integer, " + ", ".join(f"{name} {kind}" for name, kind in COLUMNS)
NO_ITEMS: Final[tuple[list[Any], ...]] = tuple([] for _ in range(25))


class RowKey(NamedTuple):
    """A thing as its row is called."""

    number: int
    """The number of its kind."""
    serial: str


Kinds = Mapping[Kind, int]
"""Each kind with its number in the dictionary, by which rows name it."""
Locked = dict[ItemKey, Known]


async def kinds_of(tx: Transaction, keys: Iterable[ItemKey | Kind]) -> dict[Kind, int]:
    """The numbers of the kinds of these things, or of these kinds themselves; those never seen are missing."""
    wanted = sorted(set(map(KIND, keys)))
    rows = await tx.rows(QUERIES.classes, [kind[0] for kind in wanted], [kind[1] for kind in wanted])
    return {(row["scheme"], row["key"]): row["class"] for row in rows}


async def enter_kinds(
    tx: Transaction, keys: Iterable[ItemKey | Kind], known: Kinds | None = None
) -> dict[Kind, int]:
    """The same, and kinds never seen get a number. `known` are those already looked up.

    Not kept between transactions: a number given in one that is undone would be a lie in the next.
    """
    wanted = set(map(KIND, keys))
    kinds = dict(await kinds_of(tx, wanted) if known is None else known)
    missing = sorted(wanted - kinds.keys())
    if missing:
        await tx.execute(QUERIES.insert_classes, [kind[0] for kind in missing], [kind[1] for kind in missing])
        kinds |= await kinds_of(tx, wanted)
    return kinds


class Seen(NamedTuple):
    """What must be known before events are kept."""

    kinds: dict[Kind, int]
    names: dict[str, tuple[bytes | None, bool]]
    """eventID -> the hash that owns it, and whether it was declared wrong."""
    events: dict[int, tuple[bytes, bool]]
    """id -> the content that stands under it."""
    policies: dict[str, Policy]
    """Of this sender, and of the whole installation under the empty name."""
    waiting: list[bool]
    """Not empty when something waits for a birth."""


async def look(
    tx: Transaction,
    kinds: Iterable[Kind],
    names: Iterable[str],
    ids: Iterable[int],
    captured_by: str,
) -> Seen:
    """Kinds, eventIDs and ids that are known, and what the sender may do, in one round trip."""
    wanted = sorted(kinds)
    seen = Seen({}, {}, {}, {}, [])
    columns = [kind[0] for kind in wanted], [kind[1] for kind in wanted]
    for what, number, name, key, digest, wrong in await tx.rows(
        QUERIES.look, *columns, sorted(names), sorted(ids), captured_by
    ):
        match what:
            case "kind":
                seen.kinds[name, key] = number
            case "name":
                seen.names[name] = digest, wrong
            case "policy":
                seen.policies[key] = name
            case "waiting":
                seen.waiting.append(True)
            case _:
                seen.events[number] = digest, wrong
    return seen


def row_keys(kinds: Kinds, keys: Iterable[ItemKey]) -> list[RowKey]:
    """The rows of things, sorted; things of unknown kinds have none."""
    return sorted(
        RowKey(kinds[key.scheme, key.group], key.serial)
        for key in set(keys)
        if (key.scheme, key.group) in kinds
    )


def arrays(keys: Sequence[RowKey]) -> tuple[list[int], list[str]]:
    """Row keys as two arrays for `unnest`."""
    return [key.number for key in keys], [key.serial for key in keys]


async def merge_items(tx: Transaction, kinds: Kinds, changes: Changes) -> None:
    """Merge changes into the items, in one statement; event ids that no longer fit move out."""
    await _stage(tx, kinds, changes)
    full = await tx.rows(MERGE_ITEMS)
    await _spill(tx, [row["class"] for row in full], [row["serial"] for row in full])


async def write_items(tx: Transaction, kinds: Kinds, states: Mapping[ItemKey, Registers]) -> None:
    """Put recomputed registers in place of the kept ones."""
    of: dict[Kind, dict[str, int]] = {}
    for place, key in enumerate(states):
        of.setdefault(KIND(key), {})[key.serial] = place
    await _stage(tx, kinds, Changes(of, [Profile(said) for said in states.values()]))
    await tx.execute(WRITE_ITEMS)


async def _spill(tx: Transaction, classes: Sequence[int], serials: Sequence[str]) -> None:
    if classes:
        await tx.execute(QUERIES.spill_events, classes, serials)
        await tx.execute(QUERIES.clear_spilled, classes, serials)


async def _stage(tx: Transaction, kinds: Kinds, changes: Changes) -> None:
    """Copies the things in, each with the place of its profile, and the profiles."""
    profiles = [(place, *record(kinds, one)) for place, one in enumerate(changes.profiles)]
    await tx.copy_to_staging("staging_history_profile", STAGED_PROFILES, PROFILE_COLUMNS, profiles)
    items = [(kinds[kind], *one) for kind, places in changes.of.items() for one in places.items()]
    await tx.copy_to_staging("staging_history_item", STAGED_ITEMS, ("class", "serial", "profile"), items)


def _as_arrays(kinds: Kinds, changes: Changes) -> tuple[list[Any], ...]:
    """The things with all that is said of them, as arrays."""
    records = [record(kinds, profile) for profile in changes.profiles]
    *registers, events = _columns(
        [records[place] for places in changes.of.values() for place in places.values()]
    )
    return (
        [kinds[kind] for kind, places in changes.of.items() for _ in places],
        [serial for places in changes.of.values() for serial in places],
        *registers,
        ["{" + ",".join(map(str, ids)) + "}" for ids in events],  # there are no arrays of unequal arrays
    )


def _columns(records: Sequence[tuple[Any, ...]]) -> tuple[list[Any], ...]:
    return tuple(list(column) for column in zip(*records, strict=True))


def record(kinds: Kinds, profile: Profile) -> tuple[Any, ...]:
    """What is said of an item, as a row of `COLUMNS`."""
    said = profile.registers
    parent = said.parent
    return (
        said.first_time,
        said.last_time,
        said.born_event,
        said.ended,
        said.ended_event,
        said.custody,
        said.custody_event,
        said.biz_step,
        said.step_event,
        said.disposition,
        said.disposition_event,
        kinds[parent.scheme, parent.group] if parent else None,
        parent.serial if parent else None,
        said.parent_event,
        said.emptied_event,
        said.emptied_place,
        said.place,
        said.place_event,
        said.lot,
        said.expiry,
        said.order_number,
        said.made_event,
        profile.events,
    )


async def let_contents_leave(tx: Transaction, kinds: Kinds, parents: Iterable[ItemKey]) -> None:
    """After an emptying, or after a late packing into what had been emptied since (both orders give one state)."""
    rows = row_keys(kinds, parents)
    if not rows:
        return
    for row in await tx.rows(QUERIES.emptied_parents, *arrays(rows)):
        await tx.execute(QUERIES.let_contents_leave, row["class"], row["serial"], row["emptied_event"])


async def lock(tx: Transaction, kinds: Kinds, keys: Iterable[ItemKey]) -> None:
    """Nobody else changes these things until the transaction ends."""
    await tx.value(QUERIES.lock_items, *arrays(row_keys(kinds, keys)))


async def lock_known(tx: Transaction, kinds: dict[Kind, int], keys: Iterable[ItemKey]) -> Locked:
    """What the rules must know of these things and of all they stand in, locked until the transaction ends (R3).

    All locks are taken in one order. What a thing stands in shows only when it is locked: then the locks are let go, and
    taken anew with it among them, else two who claim things out of each other's cases would wait for each other. The
    numbers of kinds met on the way are added to `kinds`.
    """
    wanted = set(keys)
    for _ in range(limits.CONTAINMENT_DEPTH + 2):
        with contextlib.suppress(_MoreToLock):
            async with tx.savepoint():
                known = await _locked(tx, kinds, wanted)
                outer = {one.parent for one in known.values() if one.parent is not None}
                if outer <= wanted:
                    return known
                wanted |= outer
                raise _MoreToLock
    raise DatabaseBusy("What these things stand in keeps changing; try again.", retry_after_s=1)


class _MoreToLock(Exception):
    """Goes back to the state without locks; never leaves this module."""


async def _locked(tx: Transaction, kinds: dict[Kind, int], keys: Iterable[ItemKey]) -> Locked:
    await lock(tx, kinds, keys)
    known: Locked = {}
    for row in await tx.rows(QUERIES.known_items, *arrays(row_keys(kinds, keys))):
        if row["parent_class"] is not None:
            kinds[row["parent_scheme"], row["parent_key"]] = row["parent_class"]
        known[ItemKey(row["scheme"], row["key"], row["serial"])] = _known(row)
    return known


def _known(row: Row) -> Known:
    inside = row["parent_class"] is not None
    return Known(
        born_event=row["born_event"],
        ended=row["ended"],
        ended_event=row["ended_event"],
        parent=ItemKey(row["parent_scheme"], row["parent_key"], row["parent_serial"]) if inside else None,
        parent_event=row["parent_event"],
    )


async def heights_of(tx: Transaction, kinds: Kinds, keys: Iterable[ItemKey]) -> dict[ItemKey, int]:
    """How many levels of things stand inside each of these; what is empty is missing."""
    kept = {RowKey(kinds[key.scheme, key.group], key.serial): key for key in keys if key[:2] in kinds}
    owners: dict[RowKey, set[RowKey]] = {row: {row} for row in kept}
    heights: dict[ItemKey, int] = {}
    for height in range(1, limits.CONTAINMENT_DEPTH + 2):
        full = await tx.rows(QUERIES.with_contents, *arrays(sorted(owners)))
        if not full:
            break
        parents = [RowKey(row["class"], row["serial"]) for row in full]
        for parent in parents:
            heights.update({kept[owner]: height for owner in owners[parent]})
        below: dict[RowKey, set[RowKey]] = {}
        for row in await tx.rows(CONTENTS, *arrays(parents)):
            owner = owners[RowKey(row["parent_class"], row["parent_serial"])]
            for serial in row["serials"]:
                below.setdefault(RowKey(row["class"], serial), set()).update(owner)
        owners = below
    return heights


def item_of(row: Row) -> Item:
    """An item out of a row of the queries `items` and `units`."""
    parent = (
        ItemKey(row["parent_scheme"], row["parent_key"], row["parent_serial"])
        if row["parent_scheme"]
        else None
    )
    return Item(
        key=key_of(ItemKey(row["scheme"], row["key"], row["serial"])),
        status=row["status"],
        biz_step=row["biz_step"],
        disposition=row["disposition"],
        parent=key_of(parent) if parent else None,
        place=row["place"],
        lot=row["lot"],
        expiry=row["expiry"],
        order_number=row["order_number"],
        first_event_time=row["first_time"],
        last_event_time=row["last_time"],
        events=int(row["events"]),
        standings=msgspec.convert(row["standings"] or [], tuple[Standing, ...]),
    )


def event_of(row: Row) -> StoredEvent:
    """An event out of a row that holds all its columns."""
    return StoredEvent(**dict(row))


def are_few(changes: Changes) -> bool:
    """Whether the items fit beside the events, in one statement."""
    return changes.number_of_things() <= ARRAY_ROWS_MAX


class NewEvent(NamedTuple):
    """An event as it goes into its table."""

    id: int
    strict_hash: bytes
    declares_error: bool
    event_id: str
    type: str
    action: str | None
    biz_step: str | None
    disposition: str | None
    read_point: str | None
    biz_location: str | None
    event_time: datetime
    event_time_zone_offset: str
    document: bytes


async def insert_events(
    tx: Transaction, events: Sequence[NewEvent], *, record_time: datetime, captured_by: str
) -> set[int]:
    """Keep events; answers the ids that were free."""
    columns = [list(column) for column in zip(*events, strict=True)]
    rows = await tx.rows(QUERIES.insert_events, *columns, record_time, captured_by)
    return {row["id"] for row in rows}


class Kept(NamedTuple):
    """How far one statement came with events that are all new."""

    ids: set[int]
    """Those that were free."""
    is_done: bool
    """All were free, all have their names, and the items have followed."""


async def keep_events(
    tx: Transaction,
    kinds: Kinds,
    events: Sequence[NewEvent],
    changes: Changes,
    *,
    record_time: datetime,
    captured_by: str,
) -> Kept:
    """Keep events with their names and let the items follow; stops after the events where one of them was not new.

    Only a few items follow here (`are_few`); more are the caller's to put in.
    """
    items = _as_arrays(kinds, changes) if changes.of and are_few(changes) else NO_ITEMS
    row = await tx.row(KEEP_EVENTS, *_columns(events), record_time, captured_by, *items)
    assert row is not None, "one row of counts"
    is_done = row["named"] == len(events)
    await _spill(tx, row["full_classes"] or (), row["full_serials"] or ())
    return Kept(set(row["kept"] or ()), is_done)
