"""The story of a thing in human words, newest first: its own events, and those of the case and pallet it travelled in.

A pallet is shipped with one event; for each bag on it that is a chapter of the bag's story, too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec

from seriatim import gs1, history
from seriatim.base.db import Transaction
from seriatim.gs1 import Key
from seriatim.history import AbsentEvent, StoredEvent
from seriatim.web.console.atlas import Atlas
from seriatim.web.ui import words

EVENTS_MAX: Final = 200
DEPTH: Final = 4
FROM_HERE: Final = frozenset({"shipping", "departing"})
OF_THE_CASE_ALONE: Final = frozenset({"commissioning", "decommissioning"})
"""Steps of a case or pallet that say nothing of what is in it."""
AWAY: Final = frozenset({"DELETE"})


@dataclass(frozen=True, slots=True)
class Told:
    """One event as a person would tell it."""

    id: int
    at: datetime
    what: str
    where: str = ""
    things: tuple[Key, ...] = ()
    """Cases and pallets that took part, to be linked."""
    place: str | None = None
    declares_error: bool = False


@dataclass(frozen=True, slots=True)
class Packing:
    """How a thing was put into another: with whom, in which order, and for how long."""

    parent: Key
    since: datetime
    until: datetime | None
    members: tuple[Key, ...]

    def place_of(self, key: Key) -> int:
        """Which one in the order of packing, from 1; 0 when the event does not say."""
        return self.members.index(key) + 1 if key in self.members else 0


@dataclass(frozen=True, slots=True)
class Story:
    """All that is told of a thing."""

    told: tuple[Told, ...]
    packings: tuple[Packing, ...] = ()
    own_events: int = 0
    absent: tuple[AbsentEvent, ...] = ()
    """Its own events that are archived or erased, and are not told."""

    def route(self, at: datetime | None = None) -> tuple[str, ...]:
        """The places it passed, up to a moment, in order, each change once."""
        route: list[str] = []
        for one in reversed(self.told):
            has_come = at is None or one.at <= at
            if has_come and one.place is not None and route[-1:] != [one.place]:
                route.append(one.place)
        return tuple(route)


@dataclass(frozen=True, slots=True)
class Found:
    """An event of the story, and the thing that carried it: the subject itself, its case, its pallet."""

    event: StoredEvent
    subject: Key
    depth: int

    def position(self) -> tuple[datetime, int, int]:
        """Where it stands in the story. Machines do things at one moment that people do in turn: first the unit goes
        into the case, then the case onto the pallet; and out again the other way round.
        """
        depth = self.depth
        if _key(document_of(self.event).get("parentID")) == self.subject:
            depth -= 1
        rank = 2
        if self.event.biz_step == "commissioning":
            rank = 0
        elif self.event.type == "AggregationEvent":
            rank, depth = (1, depth) if self.event.action == "ADD" else (3, -depth)
        return self.event.event_time, rank, depth


async def story_of(tx: Transaction, key: Key, names: Atlas) -> Story:
    """The story of one thing. One query for it, one for each thing it stood in."""
    own = await history.events_of(tx, key, limit=EVENTS_MAX)
    found = {event.id: Found(event, key, 0) for event in own}
    packings = packings_of(key, own)
    await _follow(tx, packings, found, 1)
    newest_first = sorted(found.values(), key=Found.position, reverse=True)
    told = tuple(tell(one.event, one.subject, names, page=key) for one in newest_first)
    return Story(told, packings, len(own), await history.absent_of(tx, key))


async def _follow(tx: Transaction, packings: Sequence[Packing], found: dict[int, Found], depth: int) -> None:
    if depth > DEPTH:
        return
    for packing in packings:
        events = await history.events_of(tx, packing.parent, limit=EVENTS_MAX)
        within = [
            event
            for event in events
            if packing.since <= event.event_time
            and (packing.until is None or event.event_time <= packing.until)
            and event.id not in found
            and event.biz_step not in OF_THE_CASE_ALONE
        ]
        for event in within:
            if document_of(event).get("parentID") is None or packing.parent in children_of(event):
                found[event.id] = Found(event, packing.parent, depth)
        await _follow(tx, packings_of(packing.parent, within), found, depth + 1)


def packings_of(key: Key, events: Sequence[StoredEvent]) -> tuple[Packing, ...]:
    """What the thing was put into, by its events in any order, oldest first."""
    packings: list[Packing] = []
    for event in sorted(events, key=lambda one: one.id):
        parent = _key(document_of(event).get("parentID"))
        if event.type != "AggregationEvent" or parent is None or parent == key:
            continue
        members = children_of(event)
        if event.action == "ADD" and key in members:
            packings.append(Packing(parent, event.event_time, None, members))
        elif event.action in AWAY and (not members or key in members) and packings:
            last = packings[-1]
            packings[-1] = Packing(last.parent, last.since, event.event_time, last.members)
    return tuple(packings)


def tell(event: StoredEvent, subject: Key, names: Atlas, *, page: Key | None = None) -> Told:
    """One event as it concerns `subject`; the thing that the page is about is not named again."""
    document = document_of(event)
    parent = _key(document.get("parentID"))
    place = event.biz_location or event.read_point
    what = words.step_word(event.biz_step, event.type)
    if subject.scheme == "sscc" and event.biz_step == "commissioning":
        what = "Numbered"
    things: tuple[Key, ...] = ()
    if event.type == "AggregationEvent" and parent is not None:
        what, detail, things = _of_packing(event, subject, parent)
    elif event.biz_step == "shipping":
        target = _target(document)
        place = event.read_point or place
        detail = f"To {names.place(target)}" if target else ""
    else:
        detail = _of_object(document)
    if event.biz_step in FROM_HERE:
        what = f"{what} from {names.place(place)}"
    elif place is not None and event.type != "AggregationEvent":
        what = f"{what} in {names.place(place)}"
    elif place is not None:
        detail = f"{names.place(place)}{', ' + detail if detail else ''}"
    if subject.scheme == "sscc" and event.type == "ObjectEvent" and subject != page:
        things = (subject,)
    if event.declares_error:
        what = f"Declared wrong: {what}"
    return Told(event.id, event.event_time, what, detail, things, place, event.declares_error)


def _of_packing(event: StoredEvent, subject: Key, parent: Key) -> tuple[str, str, tuple[Key, ...]]:
    members = children_of(event)
    cases = bool(members) and all(member.scheme == "sscc" for member in members)
    noun = words.plural(len(members), "case" if cases else "unit")
    vessel = "pallet" if cases else "case"
    if subject == parent:
        verb = "Filled with" if event.action == "ADD" else "Emptied of"
        return f"{verb} {noun if members else 'everything'}", "", ()
    thing = "Case" if subject.scheme == "sscc" else ""
    if event.action == "ADD":
        what = f"{thing} put on {vessel}" if thing else f"Packed in {vessel}"
    else:
        what = f"{thing} taken off {vessel}" if thing else f"Taken out of {vessel}"
    return what, noun if members else "", (parent,)


def _of_object(document: Mapping[str, Any]) -> str:
    listed = len(document.get("epcList", ()))
    together = f"together with {words.plural(listed - 1, 'other')}" if listed > 1 else ""
    return together.capitalize()


def _target(document: Mapping[str, Any]) -> str | None:
    for one in document.get("destinationList", ()):
        if isinstance(one, dict) and isinstance(one.get("destination"), str):
            place = history.place_of(one["destination"])
            if str(one.get("type", "")).endswith("location"):
                return place
    return None


def document_of(event: StoredEvent) -> Mapping[str, Any]:
    """The event as JSON."""
    document: Mapping[str, Any] = msgspec.json.decode(event.document)
    return document


def children_of(event: StoredEvent) -> tuple[Key, ...]:
    """What an aggregation event names as put in or taken out."""
    listed = document_of(event).get("childEPCs", ())
    return tuple(key for key in map(_key, listed) if key is not None)


def _key(text: Any) -> Key | None:
    if not isinstance(text, str):
        return None
    try:
        return gs1.canonical_key(text)
    except gs1.GS1Error:
        return None
