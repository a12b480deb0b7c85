"""What may not happen: packing a packed unit, shipping what was never made, a case inside itself (T12, I5).

The rules are a policy on top of the record, not part of it: our own lines and stations enforce them, a partner's
events are kept as they come. Pure: what is known of the things comes in, the first breach goes out.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from msgspec import Struct

from seriatim.base import limits
from seriatim.base.errors import Refused
from seriatim.epcis import Event
from seriatim.history.ids import EVENT_HASH_BITS
from seriatim.history.keys import ItemKey, item_key, uri_of


class IllegalHistory(Refused):
    """The event contradicts what is known; nothing has been written."""

    code = "illegal_history"


class AlreadyPacked(IllegalHistory):
    """The unit already stands in another case; take it out there first."""

    code = "already_packed"


class NotPacked(IllegalHistory):
    """The unit does not stand in this case, so it cannot be taken out of it."""

    code = "not_packed"


class NotCommissioned(IllegalHistory):
    """The unit was never commissioned; nothing else may happen to it before."""

    code = "not_commissioned"


class AlreadyCommissioned(IllegalHistory):
    """The unit was commissioned before; an identifier is given once."""

    code = "already_commissioned"


class NoLongerThere(IllegalHistory):
    """The unit was decommissioned, destroyed or used up; nothing may happen to it any more."""

    code = "no_longer_there"


class ContainmentCycle(IllegalHistory):
    """A case cannot stand inside itself, directly or through others."""

    code = "containment_cycle"


class ContainmentTooDeep(IllegalHistory):
    """Things stand inside each other too deep."""

    code = "containment_too_deep"


class EventIdTaken(Refused):
    """Another event with other content already has this eventID; give the new one its own."""

    code = "event_id_taken"


class UnusableEvent(Refused):
    """An identifier of the event is longer than an index can hold or holds a null character, or its year is out of range."""

    code = "unusable_event"


class Known(Struct, frozen=True, kw_only=True):
    """What matters here of one thing."""

    born_event: int | None = None
    ended: str | None = None
    ended_event: int | None = None
    parent: ItemKey | None = None
    """What it stands in now."""
    parent_event: int | None = None


NOTHING = Known()


@dataclass(frozen=True, slots=True)
class Breach:
    """The first thing that is wrong with a document."""

    error: type[IllegalHistory]
    index: int
    """Which of the events, in the order they were given."""
    thing: ItemKey
    parent: ItemKey | None = None
    blocking: int | None = None
    """The id of the event that stands in the way."""

    def refusal(self, blocking_event: str | None) -> IllegalHistory:
        """The error to raise, with the facts a machine wants."""
        about = (self.error.__doc__ or "").rstrip(".")
        inside = f" in {uri_of(self.parent)}" if self.parent else ""
        because = f" (because of event {blocking_event})" if blocking_event else ""
        return self.error(
            f"{about}: {uri_of(self.thing)}{inside}{because}.",
            event_index=self.index,
            child=uri_of(self.thing),
            parent=uri_of(self.parent) if self.parent else None,
            blocking_event=blocking_event,
        )


@dataclass(slots=True)
class Ledger:
    """The things as they stand while the events of one document happen one after another."""

    known: dict[ItemKey, Known]
    heights: dict[ItemKey, int] = field(default_factory=dict)
    """How many levels of things stand inside a thing; 0 when it is empty."""

    def of(self, key: ItemKey) -> Known:
        return self.known.get(key, NOTHING)

    def is_unborn(self, key: ItemKey) -> bool:
        """Never commissioned, and never ended: it may still come."""
        kept = self.of(key)
        return kept.born_event is None and kept.ended is None

    def set(self, key: ItemKey, **changes: object) -> None:
        kept = self.of(key)
        values = {name: getattr(kept, name) for name in kept.__struct_fields__} | changes
        self.known[key] = Known(**values)

    def chain(self, key: ItemKey) -> list[ItemKey]:
        """The thing and all it stands in, root last."""
        chain = [key]
        while (parent := self.of(chain[-1]).parent) is not None and parent not in chain:
            chain.append(parent)
        return chain


@dataclass(frozen=True, slots=True)
class Judged:
    """What is wrong with one event of a document."""

    index: int
    breach: Breach | None = None
    """The first rule it breaks."""
    waits_for: tuple[ItemKey, ...] = ()
    """What it needs and what was never commissioned, when it is to be held for that."""


def first_breach(
    events: Sequence[tuple[int, int, Event]],
    known: Mapping[ItemKey, Known],
    heights: Mapping[ItemKey, int] | None = None,
) -> Breach | None:
    """The first rule that `(index, id, event)` break; None when the whole document may happen."""
    return next((one.breach for one in judge(events, known, heights)), None)


def judge(
    events: Sequence[tuple[int, int, Event]],
    known: Mapping[ItemKey, Known],
    heights: Mapping[ItemKey, int] | None = None,
    *,
    hold: bool = False,
) -> Iterator[Judged]:
    """Those of `(index, id, event)` that break a rule, in the order in which they happen.

    `known` holds what is known of every thing the events name and of all that those things stand in. An event that
    breaks a rule is taken to have happened all the same, so that the next ones are judged by it. With `hold`, events
    that only came too early are named with what they wait for, and count as not having happened.
    """
    ledger = Ledger(dict(known), dict(heights or {}))
    # Events of one millisecond happen in the order of the document; the id's low bits are only a hash.
    for index, event_id, event in sorted(events, key=lambda given: (given[1] >> EVENT_HASH_BITS, given[0])):
        unborn = tuple(filter(ledger.is_unborn, map(item_key, needs(event)))) if hold else ()
        if unborn:
            yield Judged(index, waits_for=unborn)
            continue
        breach = _check(ledger, index, event_id, event)
        if breach is not None:
            _happen(ledger, event_id, event)
            yield Judged(index, breach)


def needs(event: Event) -> Iterator[str]:
    """The identifiers of what must have been commissioned before the event can happen."""
    match event.type, event.action:
        case ("AssociationEvent", _) | ("ObjectEvent", "ADD"):
            return
        case "TransformationEvent", _:
            yield from event.input_epc_list
        case "AggregationEvent", "ADD":
            born_by_packing = set(births(event))
            yield from (epc for epc in event.epcs() if epc not in born_by_packing)
        case _:
            yield from event.epcs()


def births(event: Event) -> Iterator[str]:
    """The identifiers of what comes into being by the event."""
    match event.type, event.action:
        case "ObjectEvent", "ADD":
            yield from event.epc_list
        case "TransformationEvent", _:
            yield from event.output_epc_list
        case "AggregationEvent", "ADD":
            if event.parent_id is not None and item_key(event.parent_id).scheme == "sscc":
                yield event.parent_id


def _happen(ledger: Ledger, event_id: int, event: Event) -> None:
    """What is so after the event, whether it was allowed or not."""
    for key in map(item_key, births(event)):
        if ledger.of(key).born_event is None:
            ledger.set(key, born_event=event_id)
    match event.type, event.action:
        case "ObjectEvent", "DELETE":
            gone = event.epc_list
        case "TransformationEvent", _:
            gone = event.input_epc_list
        case _:
            gone = ()
    for key in map(item_key, gone):
        ledger.set(key, ended="ended", ended_event=event_id, parent=None, parent_event=event_id)
    if event.type == "AggregationEvent" and event.action in {"ADD", "DELETE"} and event.parent_id is not None:
        parent = item_key(event.parent_id) if event.action == "ADD" else None
        for key in map(item_key, event.child_epcs):
            if parent is None or key not in ledger.chain(parent):
                ledger.set(key, parent=parent, parent_event=event_id)


def _check(ledger: Ledger, index: int, event_id: int, event: Event) -> Breach | None:
    match event.type, event.action:
        case "ObjectEvent", "ADD":
            return _commission(ledger, index, event_id, event.epc_list)
        case "ObjectEvent", "DELETE":
            breach = _must_live(ledger, index, event_id, event.epc_list)
            for epc in event.epc_list if breach is None else ():
                ended = "destroyed" if event.biz_step == "destroying" else "decommissioned"
                ledger.set(
                    item_key(epc), ended=ended, ended_event=event_id, parent=None, parent_event=event_id
                )
            return breach
        case "AggregationEvent", "ADD":
            return _pack(ledger, index, event_id, event)
        case "AggregationEvent", "DELETE":
            return _unpack(ledger, index, event_id, event)
        case "TransformationEvent", _:
            breach = _must_live(ledger, index, event_id, event.input_epc_list)
            for epc in event.input_epc_list if breach is None else ():
                ledger.set(item_key(epc), ended="consumed", ended_event=event_id, parent=None)
            return breach or _commission(ledger, index, event_id, event.output_epc_list)
        case "AssociationEvent", _:
            return None
        case _:
            return _must_live(ledger, index, event_id, tuple(event.epcs()))


def _commission(ledger: Ledger, index: int, event_id: int, epcs: Sequence[str]) -> Breach | None:
    for epc in epcs:
        key = item_key(epc)
        kept = ledger.of(key)
        if kept.ended is not None and kept.ended_event != event_id:
            return Breach(NoLongerThere, index, key, blocking=kept.ended_event)
        if kept.born_event is not None and kept.born_event != event_id:
            return Breach(AlreadyCommissioned, index, key, blocking=kept.born_event)
        ledger.set(key, born_event=event_id)
    return None


def _must_live(ledger: Ledger, index: int, event_id: int, epcs: Sequence[str]) -> Breach | None:
    for epc in epcs:
        key = item_key(epc)
        kept = ledger.of(key)
        if kept.ended is not None and kept.ended_event != event_id:
            return Breach(NoLongerThere, index, key, blocking=kept.ended_event)
        if kept.born_event is None:
            return Breach(NotCommissioned, index, key)
    return None


def _pack(ledger: Ledger, index: int, event_id: int, event: Event) -> Breach | None:
    assert event.parent_id is not None, "the format asks for a parent (EPCIS 2.0, 7.4.3)"
    parent = item_key(event.parent_id)
    if parent.scheme == "sscc" and ledger.of(parent).born_event is None:
        ledger.set(parent, born_event=event_id)  # a logistic unit is born by packing
    breach = _must_live(ledger, index, event_id, (event.parent_id, *event.child_epcs))
    if breach is not None:
        return breach
    chain = ledger.chain(parent)
    for epc in event.child_epcs:
        child = item_key(epc)
        kept = ledger.of(child)
        if kept.parent is not None and kept.parent_event != event_id:
            return Breach(AlreadyPacked, index, child, parent=kept.parent, blocking=kept.parent_event)
        if child in chain:
            blocking = ledger.of(chain[chain.index(child) - 1]).parent_event if child != parent else None
            return Breach(ContainmentCycle, index, child, parent=parent, blocking=blocking)
        height = ledger.heights.get(child, 0) + 1
        if len(chain) - 1 + height > limits.CONTAINMENT_DEPTH:
            return Breach(ContainmentTooDeep, index, child, parent=parent)
        ledger.set(child, parent=parent, parent_event=event_id)
        for level, above in enumerate(chain):
            ledger.heights[above] = max(ledger.heights.get(above, 0), height + level)
    return None


def _unpack(ledger: Ledger, index: int, event_id: int, event: Event) -> Breach | None:
    assert event.parent_id is not None, "the format asks for a parent (EPCIS 2.0, 7.4.3)"
    parent = item_key(event.parent_id)
    breach = _must_live(ledger, index, event_id, (event.parent_id, *event.child_epcs))
    if breach is not None:
        return breach
    for epc in event.child_epcs:
        child = item_key(epc)
        kept = ledger.of(child)
        if kept.parent != parent and kept.parent_event != event_id:
            return Breach(NotPacked, index, child, parent=parent, blocking=kept.parent_event)
        ledger.set(child, parent=None, parent_event=event_id)
    if not event.child_epcs and not event.child_quantity_list:
        for key, kept in list(ledger.known.items()):
            if kept.parent == parent:
                ledger.set(key, parent=None, parent_event=event_id)
    return None
