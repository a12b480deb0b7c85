"""What the events say about each thing, in whatever order they come in: where it is, what it stands in, whether it lives.

The state of a thing is a row of registers. Each register keeps the newest statement about it and the id of the event
that made it (ids sort by event time), so that merging is commutative, associative and idempotent: late, repeated and
shuffled events give the same row as the same events in order (I4). Nothing here knows a clock or a database.

>>> early, late = Registers(place="A", place_event=1), Registers(place="B", place_event=2)
>>> merge(late, early) == merge(early, late) == merge(late, merge(early, late))
True
>>> merge(early, late).place
'B'
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime
from typing import Any, Final, NamedTuple, TypeVar, cast

from msgspec import Struct

from seriatim.epcis import Event
from seriatim.history.keys import ItemKey, item_key, place_of
from seriatim.history.model import Status

Ordered = TypeVar("Ordered", datetime, int)
Said = dict[str, Any]
"""Some fields of `Registers`, as they are being put together."""

IN_TRANSIT: Final = frozenset({"shipping", "departing", "transporting", "loading", "consigning"})
IN_STOCK: Final = frozenset(
    {"receiving", "arriving", "accepting", "unloading", "storing", "stocking", "void_shipping"}
)
CUSTODY_OF_STEP: Final = {
    **dict.fromkeys(IN_TRANSIT, "in_transit"),
    **dict.fromkeys(IN_STOCK, "in_stock"),
    "retail_selling": "sold",
    "dispensing": "dispensed",
}
CUSTODY_OF_DISPOSITION: Final = {
    "in_transit": "in_transit",
    "retail_sold": "sold",
    "dispensed": "dispensed",
    "returned": "returned",
}
"""A disposition is the clearer statement: it wins over the step of the same event."""

INDEXED_BYTES_MAX: Final = 1_000
"""Of one text in an index row, in UTF-8: two of them and the keys beside them fit into the third of a page."""

MASTER_DATA: Final = "urn:epcglobal:cbv:mda"
LOT: Final = "lotNumber"
EXPIRY: Final = "itemExpirationDate"
MADE_FIELDS: Final = frozenset({LOT, EXPIRY})
"""What of the data given at birth becomes state."""


class Registers(Struct, frozen=True, kw_only=True):
    """Everything the events say about one thing. A value stands beside the id of the event that said it."""

    first_time: datetime | None = None
    last_time: datetime | None = None
    born_event: int | None = None
    """The first commissioning."""
    ended: str | None = None
    """`decommissioned`, `destroyed` or `consumed`: for ever, an identifier is never born again (CBV 2.0)."""
    ended_event: int | None = None
    custody: str | None = None
    """`in_transit`, `in_stock`, `sold`, `dispensed`, `returned`."""
    custody_event: int | None = None
    biz_step: str | None = None
    step_event: int | None = None
    disposition: str | None = None
    disposition_event: int | None = None
    parent: ItemKey | None = None
    """What it was last put into; None with a `parent_event` when it was taken out."""
    parent_event: int | None = None
    emptied_event: int | None = None
    """The last time everything inside was taken out at once."""
    emptied_place: str | None = None
    place: str | None = None
    """GLN, or another location's URI."""
    place_event: int | None = None
    lot: str | None = None
    expiry: date | None = None
    order_number: str | None = None
    made_event: int | None = None


GROUPS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("ended_event", ("ended",)),
    ("custody_event", ("custody",)),
    ("step_event", ("biz_step",)),
    ("disposition_event", ("disposition",)),
    ("parent_event", ("parent",)),
    ("emptied_event", ("emptied_place",)),
    ("place_event", ("place",)),
    ("made_event", ("lot", "expiry", "order_number")),
)
"""Each register: the field with its event's id, and the fields that change together with it."""


def merge(kept: Registers, other: Registers) -> Registers:
    """Both statements together; of two about one register the newer stays."""
    values: dict[str, Any] = {
        "first_time": _least(kept.first_time, other.first_time),
        "last_time": _greatest(kept.last_time, other.last_time),
        "born_event": _least(kept.born_event, other.born_event),
    }
    for stamp, fields in GROUPS:
        old, new = getattr(kept, stamp), getattr(other, stamp)
        newer = other if new is not None and (old is None or new > old) else kept
        for field in (stamp, *fields):
            values[field] = getattr(newer, field)
    return Registers(**values)


class Told(NamedTuple):
    """What one event says about all that it names in one role."""

    epcs: Iterable[str]
    registers: Registers


def told(event: Event, event_id: int, *, counts: bool = True) -> Iterator[Told]:
    """What `event` says about each thing it names, role by role; one thing may come twice, in two roles.

    Children of one parent share one value, so that 10,000 units cost 10,000 keys and no more.
    `counts` is False for an event that was declared wrong.
    """
    if not counts:
        yield Told(event.epcs(), Registers(first_time=event.event_time, last_time=event.event_time))
        return
    for epcs, registers in _roles(event, event_id):
        yield Told(epcs, registers)


def fold(
    events: Iterable[tuple[int, Event, bool]], only: Collection[ItemKey] | None = None
) -> dict[ItemKey, Registers]:
    """The state of everything named in `(id, event, counts)`, or of `only` these, in any order, repeats allowed.

    An event that does not count was declared wrong: the things are known by it, and nothing more.
    """
    state: dict[ItemKey, Registers] = {}
    for event_id, event, counts in events:
        for epcs, registers in told(event, event_id, counts=counts):
            for key in map(item_key, epcs):
                if only is not None and key not in only:
                    continue
                kept = state.get(key)
                state[key] = registers if kept is None else merge(kept, registers)
    return state


def status_of(registers: Registers) -> Status:
    """The status that the registers add up to; the store computes the same (history_item.status)."""
    if registers.ended is not None:
        return cast("Status", registers.ended)
    if registers.born_event is None:
        return "uncommissioned"
    return cast("Status", registers.custody or "commissioned")


def has_left(child: Registers, parent: Registers | None) -> bool:
    """Whether the whole parent was emptied after the child had been put into it."""
    if parent is None or parent.emptied_event is None or child.parent_event is None:
        return False
    return parent.emptied_event > child.parent_event


def _common(event: Event, event_id: int) -> Said:
    """What the event says about anything it names, whatever the role: step, disposition, custody."""
    said: Said = {"first_time": event.event_time, "last_time": event.event_time}
    if event.biz_step:
        said |= {"biz_step": event.biz_step, "step_event": event_id}
    if event.disposition:
        said |= {"disposition": event.disposition, "disposition_event": event_id}
    custody = CUSTODY_OF_DISPOSITION.get(event.disposition or "") or CUSTODY_OF_STEP.get(event.biz_step or "")
    if custody and event.type != "AssociationEvent":  # a sensor on a pallet does not travel in its own right
        said |= {"custody": custody, "custody_event": event_id}
    return said


def _roles(event: Event, event_id: int) -> Iterator[tuple[Iterable[str], Registers]]:
    """The identifiers of each role with what the event says about them; no two statements are about one register."""
    said = _common(event, event_id)
    parent = (event.parent_id,) if event.parent_id is not None else ()
    if event.type == "AssociationEvent":
        yield parent, Registers(**said)
        yield event.child_epcs, Registers(**said)
        return
    placed = said | _placed(event, event_id)
    match event.type:
        case "ObjectEvent":
            yield event.epc_list, Registers(**placed, **_object(event, event_id))
        case "AggregationEvent":
            for name in parent:
                key = item_key(name)
                yield parent, Registers(**placed, **_as_parent(event, event_id, key))
                yield event.child_epcs, Registers(**said, **_as_child(event, event_id, key))
            if not parent:
                yield event.child_epcs, Registers(**said)
        case "TransformationEvent":
            consumed: Said = {"ended": "consumed", "ended_event": event_id, "parent_event": event_id}
            yield event.input_epc_list, Registers(**placed, **consumed)
            made = _made(event, event_id)
            yield event.output_epc_list, Registers(**placed, **made, born_event=event_id)
        case _:
            yield event.epcs(), Registers(**placed)


def _object(event: Event, event_id: int) -> Said:
    if event.action == "ADD":
        return {"born_event": event_id, **_made(event, event_id)}
    if event.action == "DELETE":
        gone = event.biz_step == "destroying" or event.disposition in {"destroyed", "disposed"}
        ended = "destroyed" if gone else "decommissioned"
        return {"ended": ended, "ended_event": event_id, "parent_event": event_id}
    return {}


def _as_parent(event: Event, event_id: int, key: ItemKey) -> Said:
    if event.action == "ADD":
        # A logistic unit comes into being by packing: nobody commissions an SSCC beforehand.
        return {"born_event": event_id} if key.scheme == "sscc" else {}
    if event.action == "DELETE" and not event.child_epcs and not event.child_quantity_list:
        return {"emptied_event": event_id, "emptied_place": _place(event)}
    return {}


def _as_child(event: Event, event_id: int, parent: ItemKey) -> Said:
    if event.action == "ADD":
        return {"parent": parent, "parent_event": event_id}
    if event.action == "DELETE":
        # Taken out, it is a root again and stands where it was taken out.
        return {"parent_event": event_id, **_placed(event, event_id)}
    return {}


def _placed(event: Event, event_id: int) -> Said:
    place = _place(event)
    return {"place": place, "place_event": event_id} if place is not None else {}


def _place(event: Event) -> str | None:
    """Where things are after the event: the business location, else where they were seen."""
    location = event.biz_location or event.read_point
    return place_of(location.id) if location is not None else None


def _made(event: Event, event_id: int) -> Said:
    """Lot and expiry from the data given at birth, the order from the production order it refers to."""
    if not event.ilmd and not event.biz_transaction_list:
        return {}
    given = {
        field.name: field.value
        for field in event.ilmd
        if field.namespace.rstrip(":") == MASTER_DATA and isinstance(field.value, str)
    }
    lot = _indexable(given.get(LOT))
    expiry = _day(given.get(EXPIRY))
    order = next((t.id for t in event.biz_transaction_list if t.type == "prodorder"), None)
    order_number = _indexable(order_of(order)) if order is not None else None
    if lot is None and expiry is None and order_number is None:
        return {}
    return {"lot": lot, "expiry": expiry, "order_number": order_number, "made_event": event_id}


def is_indexable(text: str) -> bool:
    """Whether PostgreSQL can hold the text, and hold it in an index."""
    return len(text.encode("utf-8", "surrogatepass")) <= INDEXED_BYTES_MAX and "\x00" not in text


def _indexable(text: str | None) -> str | None:
    """A lot or order that nobody could search for is left in the event, and is no lot of the unit."""
    return text if text is not None and is_indexable(text) else None


def order_of(reference: str) -> str:
    """The bare number inside a business transaction's URI (CBV 2.0, section 8.5).

    >>> order_of("urn:epcglobal:cbv:bt:9506000134352:PO-17")
    'PO-17'
    """
    return reference.replace("/", ":").rstrip(":").rpartition(":")[2]


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        return None


def _least(a: Ordered | None, b: Ordered | None) -> Ordered | None:
    if a is None or b is None:
        return b if a is None else a
    return min(a, b)


def _greatest(a: datetime | None, b: datetime | None) -> datetime | None:
    if a is None or b is None:
        return b if a is None else a
    return max(a, b)
