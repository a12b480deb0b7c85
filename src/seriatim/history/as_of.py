"""How a thing stood at a moment: the same registers as today, folded over the events up to then.

Event time decides, and what is known today: an event that became known later counts, one that was declared wrong since
does not. Nothing is kept for it: the events are all there is, and what is left of those that were archived or erased.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain as chain_of
from typing import Any, Final, NamedTuple

import msgspec

from seriatim import epcis
from seriatim.base import limits
from seriatim.base.db import Transaction
from seriatim.base.errors import TooLarge
from seriatim.epcis import Event
from seriatim.gs1 import Key
from seriatim.history import absent
from seriatim.history.absent import OTHERS, Left
from seriatim.history.chain import Chain
from seriatim.history.events import events_by_id
from seriatim.history.ids import event_id_of
from seriatim.history.keys import KIND, ItemKey, item_key, item_key_of, key_of
from seriatim.history.model import ContentRow, Position, Standing, Status, StoredEvent
from seriatim.history.queries import QUERIES
from seriatim.history.registers import Registers, fold, has_left, merge, status_of
from seriatim.history.statements import QUERIES as STORE

LATEST_HASH: Final = b"\xff" * 32
"""Makes the greatest id of a millisecond."""
Told = tuple[int, Event, bool]
"""An event with its id, and whether it counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Then:
    """One thing as it stood at a moment."""

    at: datetime
    status: Status
    """Its own; see `position`."""
    position: Position
    chain: tuple[Key, ...]
    """What it stood in, the parent first."""
    lot: str | None
    expiry: date | None
    last_event_time: datetime
    standings: tuple[Standing, ...]


class TooManyThings(TooLarge):
    """Too many things were inside to work out how each of them stood; ask for one of the cases."""

    code = "too_many_things"
    title = "Too many things inside"


class Inside(NamedTuple):
    """What stood in a thing at a moment."""

    rows: tuple[ContentRow, ...]
    unnamed: int = 0
    """How many packings are archived or erased, and do not say any more what was put in."""


class Known(NamedTuple):
    """What is known of some things by a moment: their registers, and the events that are here."""

    state: dict[ItemKey, Registers]
    events: list[Told]
    absent: list[Left]
    """What is left of the other events, those that count."""


async def as_of(tx: Transaction, key: Key, at: datetime) -> Then | None:
    """How the thing stood at `at` (inclusive); None when no event up to then named it."""
    inside: list[Mapping[str, Any]] = []
    names: list[ItemKey] = []
    emptied: Mapping[str, Any] | None = None
    thing, below = item_key_of(key), None
    while len(inside) <= limits.CONTAINMENT_DEPTH:
        registers = (await _known(tx, {thing}, at)).state.get(thing)
        if registers is None:
            break
        if below is not None and has_left(below, registers):
            emptied = _link(registers)
            break
        inside.append(_link(registers))
        names.append(thing)
        if registers.parent is None:
            break
        thing, below = registers.parent, registers
    if not inside:
        return None
    chain, own = Chain(inside, emptied), inside[0]
    rows = await tx.rows(QUERIES.standings_at, *names[0], at)
    return Then(
        at=at,
        status=own["status"],
        position=Position(key_of(names[-1]), chain.place(), chain.status(), len(names) - 1),
        chain=tuple(map(key_of, names[1:])),
        lot=own["lot"],
        expiry=own["expiry"],
        last_event_time=own["last_time"],
        standings=tuple(Standing(**dict(row)) for row in rows),
    )


async def contents_as_of(tx: Transaction, key: Key, at: datetime) -> Inside:
    """Everything that stood inside the thing at `at`, level by level, each case by case, by kind and serial.

    Raises TooManyThings past `limits.EVENT_EPCS`.
    """
    parents = {item_key_of(key)}
    known = await _known(tx, parents, at)
    state, seen, found, unnamed = known.state, set(parents), list[ContentRow](), 0
    for depth in range(1, limits.CONTAINMENT_DEPTH + 1):
        packings = [*_packings(parents, known)]
        unnamed += sum(1 for one in packings if OTHERS in one.child_epcs)
        candidates = {
            item_key(child) for one in packings for child in one.child_epcs if child != OTHERS
        } - seen
        if not candidates:
            break
        if len(found) + len(candidates) > limits.EVENT_EPCS:
            raise TooManyThings(
                f"More than {limits.EVENT_EPCS:,} things were inside; ask for one of the cases.",
                limit=limits.EVENT_EPCS,
            )
        known = await _known(tx, candidates, at)
        state |= known.state
        inside = {one for one in candidates if _is_inside(state.get(one), parents, state)}
        found += [
            _row(one, state[one], depth) for one in sorted(inside, key=lambda one: (state[one].parent, one))
        ]
        seen |= inside
        parents = inside
    return Inside(tuple(found), unnamed)


def _packings(parents: set[ItemKey], known: Known) -> Iterator[Event]:
    """The events that count and put something into one of these."""
    told = (event for _, event, counts in known.events if counts)
    for event in chain_of(told, (left.event for left in known.absent)):
        packs = event.type == "AggregationEvent" and event.action == "ADD"
        if packs and event.parent_id is not None and item_key(event.parent_id) in parents:
            yield event


def _is_inside(child: Registers | None, parents: set[ItemKey], state: Mapping[ItemKey, Registers]) -> bool:
    if child is None or child.parent is None or child.parent not in parents:
        return False
    return not has_left(child, state.get(child.parent))


def _row(thing: ItemKey, registers: Registers, depth: int) -> ContentRow:
    assert registers.parent is not None
    status = status_of(registers)
    parent = key_of(registers.parent)
    return ContentRow(KIND(thing), thing.serial, parent, depth, status, registers.lot, registers.expiry)


def _link(registers: Registers) -> Mapping[str, Any]:
    return msgspec.structs.asdict(registers) | {"status": status_of(registers)}


async def _known(tx: Transaction, things: set[ItemKey], at: datetime) -> Known:
    """What the events up to then say of these things, also those of which only a rest is here."""
    columns = [list(column) for column in zip(*sorted(things), strict=True)]
    latest = event_id_of(at, LATEST_HASH)
    ids = [row["id"] for row in await tx.rows(STORE.event_ids_of, *columns) if row["id"] <= latest]
    kept = [one for one in await events_by_id(tx, ids) if one.event_time <= at]
    said = [one for one in await absent.left_of(tx, things) if one.left.event.event_time <= at]
    wrong = await _declared_wrong(tx, [one.event_id for one in kept] + [one.name for one in said])
    events = await asyncio.to_thread(_read, kept, wrong)
    state = await asyncio.to_thread(fold, events, things)
    for one in said:
        told = one.left.about(one.key, counts=one.name not in wrong)
        before = state.get(one.key)
        state[one.key] = told if before is None else merge(before, told)
    return Known(state, events, list({one.id: one.left for one in said if one.name not in wrong}.values()))


async def _declared_wrong(tx: Transaction, names: list[str]) -> set[str]:
    rows = await tx.rows(STORE.names, sorted(set(names)))
    return {row["event_id"] for row in rows if row["is_declared_wrong"]}


def _read(kept: Sequence[StoredEvent], wrong: set[str]) -> list[Told]:
    return [(one.id, epcis.load_event(one.document, written=True), one.event_id not in wrong) for one in kept]
