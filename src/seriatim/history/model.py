"""What history answers: a thing and its state, what stands in it, the events that made it so."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, Literal, get_args

from msgspec import Struct

from seriatim.gs1 import Key
from seriatim.history.keys import ItemKey, key_of

Status = Literal[
    "uncommissioned",
    "commissioned",
    "in_transit",
    "in_stock",
    "sold",
    "dispensed",
    "returned",
    "decommissioned",
    "destroyed",
    "consumed",
]
STATUSES: Final[tuple[Status, ...]] = get_args(Status)
ENDED: Final = frozenset({"decommissioned", "destroyed", "consumed"})
"""Left by nobody: the thing is gone, its identifier is never used again."""


class Standing(Struct, frozen=True, kw_only=True):
    """What a decision says of a unit, beside its history."""

    kind: str
    """`recalled`, `blocked` ..."""
    reference: str
    """What decided so: the number of the recall, the case."""
    since: datetime
    until: datetime | None = None
    """When it was lifted; None while it stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing with its present state, as its own events tell it."""

    key: Key
    status: Status
    """Its own; a unit in a case moves with the case, see `position`."""
    biz_step: str | None
    disposition: str | None
    parent: Key | None
    """What it stands in now; None when it stands free."""
    place: str | None
    """GLN or URI of the place its own events name; see `whereabouts` for a packed unit."""
    lot: str | None
    expiry: date | None
    order_number: str | None
    first_event_time: datetime
    last_event_time: datetime
    events: int
    """How many events name it."""
    standings: tuple[Standing, ...] = ()

    @property
    def is_live(self) -> bool:
        """Commissioned, and not gone since."""
        return self.status not in {"uncommissioned", *ENDED}


@dataclass(frozen=True, slots=True)
class Position:
    """Where a thing really is: a packed unit moves with its case and pallet."""

    root: Key
    """The outermost thing it stands in; itself when it stands free."""
    place: str | None
    status: Status
    """Its own, unless the movement of the root is newer."""
    depth: int
    """How many things it stands in, one inside the other."""


class ContentRow(Struct, frozen=True, gc=False):
    """One thing inside another. A pallet has thousands: what they have in common they share, and the key is made when it
    is asked for; there is nothing in it for the garbage collector to visit.
    """

    kind: tuple[str, str]
    """Scheme and group (`ItemKey`)."""
    serial: str
    parent: Key
    depth: int
    """1 for what stands directly in it."""
    status: Status
    lot: str | None
    expiry: date | None

    @property
    def key(self) -> Key:
        """The thing itself."""
        return key_of(ItemKey(*self.kind, self.serial))


class EventHead(Struct, frozen=True, kw_only=True):
    """One event as it is kept, without its document."""

    id: int
    event_id: str
    type: str
    action: str | None
    biz_step: str | None
    disposition: str | None
    read_point: str | None
    biz_location: str | None
    event_time: datetime
    event_time_zone_offset: str
    record_time: datetime
    declares_error: bool
    strict_hash: bytes
    captured_by: str
    tx: int
    """The transaction that kept it: (tx, id) is the order of capture."""


class StoredEvent(EventHead, frozen=True, kw_only=True):
    """One event as it is kept."""

    document: bytes
    """The event as canonical JSON-LD, with full URIs."""


Outcome = Literal["ACCEPTED", "DUPLICATE", "REJECTED", "PARKED"]
Policy = Literal["off", "warn", "enforce", "park"]
"""What is done with an event that contradicts what is known: nothing; it is kept and a finding raised; it is refused;
or refused, but held for as long as only its cause has not arrived."""
POLICIES: Final[tuple[Policy, ...]] = get_args(Policy)


class Verdict(Struct, frozen=True, kw_only=True):
    """What became of one event of a document."""

    index: int
    """Its position in the document, from 0."""
    outcome: Outcome
    event_id: str
    strict_hash: str
    """Hexadecimal SHA-256 of what the event says."""
    code: str | None = None
    reason: str | None = None
    event: int | None = None
    """The id it is kept under."""


@dataclass(frozen=True, slots=True)
class Captured:
    """What became of a document."""

    accepted: int
    duplicates: int
    verdicts: tuple[Verdict, ...]
    events: tuple[int, ...]
    """Ids of the accepted ones, in the order of the document."""
    released: tuple[int, ...] = ()
    """Ids of events that had been held for one of these, and are kept now."""

    @property
    def rejected(self) -> tuple[Verdict, ...]:
        return tuple(verdict for verdict in self.verdicts if verdict.outcome == "REJECTED")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """An event that is kept although it contradicts what is known."""

    event_id: str
    thing: Key
    code: str
    """`already_packed`, `not_commissioned` ..., as a refusal would be called."""
    message: str
    blocking_event: str | None
    found_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Parked:
    """An event that is held until its cause arrives."""

    event_id: str
    type: str
    event_time: datetime
    parked_at: datetime
    captured_by: str
    waits_for: tuple[Key, ...]
    """What has not been commissioned yet."""
    refused: str | None
    """Why it could not be kept when its cause had come; a person decides."""
    document: bytes


Order = Literal["captured", "event_time", "record_time"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventQuery:
    """Which events (EPCIS 2.0, SimpleEventQuery). Values of one field are alternatives; all fields must hold."""

    types: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    biz_steps: tuple[str, ...] = ()
    dispositions: tuple[str, ...] = ()
    read_points: tuple[str, ...] = ()
    biz_locations: tuple[str, ...] = ()
    epcs: tuple[str, ...] = ()
    """MATCH_anyEPC: named in any role."""
    kinds: tuple[str, ...] = ()
    """The same for every unit of these GTINs, as SQL's `like` takes them: `0950600013435_`."""
    terms: tuple[tuple[str, ...], ...] = ()
    """Of each of these, one is a term of the event (`history.terms`)."""
    event_ids: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    """Read point or business location, whichever the event names."""
    captured_by: tuple[str, ...] = ()
    """Who told it, as `kind:id`."""
    event_time_from: datetime | None = None
    """Inclusive."""
    event_time_before: datetime | None = None
    """Exclusive."""
    record_time_from: datetime | None = None
    record_time_before: datetime | None = None
    order: Order = "captured"
    descending: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitFilter:
    """Which units."""

    gtin: str | None = None
    lot: str | None = None
    status: str | None = None
    order_number: str | None = None


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has units of a lot, and how many."""

    place: str | None
    """GLN or URI; None where no event told a place."""
    status: Status
    units: int


@dataclass(frozen=True, slots=True)
class Lot:
    """One lot of one product, as its units tell it."""

    gtin: str
    lot: str
    expiry: date | None
    units: int
    first_event_time: datetime
    last_event_time: datetime


@dataclass(frozen=True, slots=True)
class Counts:
    """The house in figures."""

    by_status: Mapping[str, int] = field(default_factory=dict)
    packed: int = 0
    """How many stand in something."""
    events: int = 0
