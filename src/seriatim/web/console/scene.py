"""One event as a small scene: from where, what, to where; and its answers to what, where, when, why and how.

Source of the five questions: EPCIS 2.0, section 5.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from seriatim import epcis, gs1, history
from seriatim.epcis import Event, SensorReport
from seriatim.gs1 import Key
from seriatim.history import StoredEvent
from seriatim.web.console.atlas import Atlas
from seriatim.web.console.telling import VESSEL, Names, amount_word, counted, icon_of, named_in, what_word
from seriatim.web.ui import words

SQUARES: Final = 48
"""Things drawn one by one; past it one square stands for several."""
LEAVING: Final = frozenset({"shipping", "departing", "loading", "transporting", "consigning"})
ENDING: Final = {"retail_selling": "A buyer", "dispensing": "A patient"}
DOCUMENTS: Final = {
    "po": "Purchase order",
    "prodorder": "Production order",
    "desadv": "Despatch advice",
    "recadv": "Receiving advice",
    "inv": "Invoice",
    "bol": "Bill of lading",
    "rma": "Return authorisation",
    "poc": "Order confirmation",
    "cert": "Certificate",
    "testprd": "Test procedure",
    "testres": "Test result",
}
MASTER_DATA: Final = {"lotNumber": "Lot", "itemExpirationDate": "Expires", "bestBeforeDate": "Best before"}
PARTIES: Final = {
    "owning_party": "Owner",
    "possessing_party": "Holder",
    "location": "Place",
}


@dataclass(frozen=True, slots=True)
class Stop:
    """One part of the scene, left to right."""

    icon: str
    title: str
    note: str = ""
    key: Key | None = None
    """The case or pallet it is, to be linked."""
    things: int = 0
    """How many things it draws as squares."""
    is_new: bool = False
    """Whether they came into being here."""

    @property
    def squares(self) -> int:
        return min(self.things, SQUARES)


@dataclass(frozen=True, slots=True)
class Answer:
    """A question and what the event says to it."""

    question: str
    lines: tuple[tuple[str, str], ...]
    """Label and value; the label is empty where the value speaks for itself."""


@dataclass(frozen=True, slots=True)
class Group:
    """Things that had one part in the event."""

    part: str
    keys: tuple[Key, ...]
    """The first of them."""
    number: int
    amounts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scene:
    """All that the page of an event says of it."""

    headline: str
    stops: tuple[Stop, ...]
    answers: tuple[Answer, ...]
    groups: tuple[Group, ...]


def scene_of(stored: StoredEvent, names: Atlas, told_by: str, shown: int) -> Scene:
    """The scene of an event; of each group of things `shown` are listed."""
    event, named = epcis.load_event(stored.document, written=True), named_in(stored)
    return Scene(
        headline=_headline(stored, event, named, names),
        stops=tuple(_stops(stored, event, named, names)),
        answers=tuple(_answers(stored, event, names, told_by)),
        groups=tuple(_groups(named, names, shown)),
    )


def _headline(stored: StoredEvent, event: Event, named: Names, names: Atlas) -> str:
    what = what_word(stored, named)
    if named.parent is not None and stored.type == "AggregationEvent":
        vessel = _vessel_of(named)
        if stored.action == "DELETE":
            return "Taken out of a case" if vessel == "case" else "Taken off a pallet"
        return "Packed in a case" if vessel == "case" else "Put on a pallet"
    place = stored.read_point or stored.biz_location
    target = _end(event, "destination")
    if stored.biz_step in LEAVING and place and target:
        return f"{what} from {names.place(place)} to {names.place(target)}"
    return f"{what} {'from' if stored.biz_step in LEAVING else 'in'} {names.place(place)}" if place else what


def _vessel_of(named: Names) -> str:
    children = [history.item_key(one).scheme for one in named.children]
    return "pallet" if children and all(scheme == VESSEL for scheme in children) else "case"


def _stops(stored: StoredEvent, event: Event, named: Names, names: Atlas) -> Iterator[Stop]:
    here = stored.read_point or stored.biz_location
    if stored.type == "TransformationEvent":
        yield _things(named.inputs, counted(named.inputs, named.input_quantity_list, names), "Used up")
        yield _place(here, names, "")
        made = counted(named.outputs, named.output_quantity_list, names)
        yield _things(named.outputs, made, "Made", is_new=True)
    elif stored.type in {"AggregationEvent", "AssociationEvent"} and named.parent is not None:
        yield from _packing(stored, named, names, here)
    else:
        yield from _moving(stored, event, named, names, here)


def _packing(stored: StoredEvent, named: Names, names: Atlas, here: str | None) -> Iterator[Stop]:
    assert named.parent is not None
    inside = counted(named.children, named.child_quantity_list, names, vessel="case")
    things = _things(named.children, inside or "Everything inside", names.place(here) if here else "")
    key = history.key_of(history.item_key(named.parent))
    vessel = Stop("package", _vessel_of(named).capitalize(), key=key)
    yield from (vessel, things) if stored.action == "DELETE" else (things, vessel)


def _moving(
    stored: StoredEvent, event: Event, named: Names, names: Atlas, here: str | None
) -> Iterator[Stop]:
    source, target = _end(event, "source") or "", _end(event, "destination") or ""
    epcs = (*named.epc_list, *((named.parent,) if named.parent else ()))
    things = _things(
        epcs,
        counted(epcs, named.quantity_list, names),
        "",
        is_new=stored.action == "ADD",
        icon=icon_of(stored),
    )
    if stored.biz_step in LEAVING:
        yield _place(here or source, names, "left here")
        yield things
        if target:
            yield _place(target, names, "bound for")
        return
    if source and source != here:
        yield _place(source, names, "came from")
    if stored.biz_step in ENDING:
        yield _place(here, names, "")
        yield things
        yield Stop("user", ENDING[stored.biz_step])
        return
    place = _place(stored.biz_location or here, names, "" if things.is_new else "here")
    yield from (place, things) if things.is_new else (things, place)


def _things(
    epcs: Sequence[str], told: str, note: str, *, is_new: bool = False, icon: str = "qr-code"
) -> Stop:
    cased = bool(epcs) and all(history.item_key(epc).scheme == VESSEL for epc in epcs)
    return Stop("box" if cased else icon, told or "Nothing single", note, things=len(epcs), is_new=is_new)


def _place(where: str | None, names: Atlas, note: str) -> Stop:
    owner = names.owner(where)
    return Stop(names.icon(where), names.place(where), " · ".join(filter(None, (note, owner))))


def _end(event: Event, side: str) -> str | None:
    """The place that things come from or go to."""
    ends = event.source_list if side == "source" else event.destination_list
    return next((history.place_of(one.id) for one in ends if one.type == "location"), None)


def _answers(stored: StoredEvent, event: Event, names: Atlas, told_by: str) -> Iterator[Answer]:
    made = [(MASTER_DATA.get(one.name, words.spoken(one.name)), _plain(one.value)) for one in event.ilmd]
    what = [("Kind", words.type_word(stored.type)), *made]
    if stored.action:
        what.insert(1, ("Action", f"{stored.action}: {_action_word(stored)}"))
    yield Answer("What", tuple(what))
    where = [("Seen in", names.place(stored.read_point))] if stored.read_point else []
    where += [("Now in", names.place(stored.biz_location))] if stored.biz_location else []
    for one in event.source_list:
        where.append((f"{PARTIES.get(one.type, words.spoken(one.type))} before", _party(one.id, names)))
    for goal in event.destination_list:
        where.append((f"{PARTIES.get(goal.type, words.spoken(goal.type))} after", _party(goal.id, names)))
    if where:
        yield Answer("Where", tuple(where))
    yield Answer(
        "When",
        (("Happened", _local(stored)), ("Became known", _utc(stored.record_time)), ("Told by", told_by)),
    )
    why = [("Step", words.step_word(stored.biz_step))] if stored.biz_step else []
    why += [("Disposition", words.spoken(stored.disposition))] if stored.disposition else []
    if event.persistent_disposition is not None:
        why += [("From now on", words.spoken(one)) for one in event.persistent_disposition.set]
        why += [("No longer", words.spoken(one)) for one in event.persistent_disposition.unset]
    for document in event.biz_transaction_list:
        kind = DOCUMENTS.get(document.type or "", words.spoken(document.type or "document"))
        why.append((kind, document.id.replace("/", ":").rstrip(":").rpartition(":")[2] or document.id))
    if why:
        yield Answer("Why", tuple(why))
    how = tuple(
        (words.spoken((one.type or "reading").rpartition("/")[2].rpartition("-")[2]), _reading(one))
        for element in event.sensor_element_list
        for one in element.reports
    )
    if how:
        yield Answer("How", how)


def _action_word(stored: StoredEvent) -> str:
    """What the action means for an event of this type (EPCIS 2.0, section 7.3.2)."""
    if stored.action == "OBSERVE":
        return "they were seen"
    joined = stored.type != "ObjectEvent"
    if stored.action == "ADD":
        return "they were put together" if joined else "they came into being"
    return "they were parted" if joined else "they are no more"


def _party(text: str, names: Atlas) -> str:
    """A place or a party by its name."""
    try:
        key = gs1.canonical_key(text)
    except gs1.GS1Error:
        return text
    party = names.parties.get(key.key)
    return party.name if party and key.scheme == "pgln" else names.place(history.place_of(text))


def _plain(value: object) -> str:
    return "…" if isinstance(value, tuple) else str(value)


def _reading(report: SensorReport) -> str:
    """A measured value, or a span of values, with its unit."""
    unit = f" {report.uom}" if report.uom else ""
    if report.value is not None:
        return f"{report.value}{unit}"
    parts = (("lowest", report.min_value), ("mean", report.mean_value), ("highest", report.max_value))
    spans = [f"{word} {value}{unit}" for word, value in parts if value is not None]
    others = (
        report.string_value,
        report.boolean_value,
        report.hex_binary_value,
        report.uri_value,
        report.exception,
    )
    return ", ".join(spans) or next((str(one) for one in others if one is not None), "no value")


def _utc(moment: datetime) -> str:
    return f"{moment.day} {moment:%b %Y, %H:%M:%S} UTC"


def _local(stored: StoredEvent) -> str:
    """When it happened, and what the clock there said."""
    sign = -1 if stored.event_time_zone_offset.startswith("-") else 1
    hours, _, minutes = stored.event_time_zone_offset.lstrip("+-").partition(":")
    there = stored.event_time + sign * timedelta(hours=int(hours), minutes=int(minutes or 0))
    local = f", {there:%H:%M} there" if there != stored.event_time else ""
    return f"{_utc(stored.event_time)}{local}"


def _groups(named: Names, names: Atlas, shown: int) -> Iterator[Group]:
    parent = (named.parent,) if named.parent else ()
    parts = (
        ("In or on", parent, ()),
        ("Inside", named.children, named.child_quantity_list),
        ("Things", named.epc_list, named.quantity_list),
        ("Used up", named.inputs, named.input_quantity_list),
        ("Made", named.outputs, named.output_quantity_list),
    )
    for part, epcs, amounts in parts:
        if epcs or amounts:
            keys = tuple(history.key_of(history.item_key(one)) for one in epcs[:shown])
            told = tuple(amount_word(one, names) for one in amounts[:shown])
            yield Group(part, keys, len(epcs) + len(amounts), told)
