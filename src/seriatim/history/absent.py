"""Events whose bodies are archived or erased, and what is left of each of them.

What is left says what the event said (when, which step, where, into what), and of whom where the rows of the things
themselves do not know it. With it the same event is a duplicate for ever, and the state of everything it named can be
made anew, without the file.

>>> packed = epcis.aggregation_event(
...     event_time=datetime(2026, 3, 1, tzinfo=UTC), action="ADD", parent_id="https://id.gs1.org/00/195060001343520014",
...     child_epcs=["https://id.gs1.org/01/09506000134352/21/A1", "https://id.gs1.org/01/09506000134352/21/A2"])
>>> left = Left.of(rest_of(packed, 7), 7)
>>> left.about(item_key("https://id.gs1.org/01/09506000134352/21/A2")).parent.serial
'195060001343520014'
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import UTC, datetime  # noqa: F401 -- UTC: for the example above
from functools import reduce
from typing import Any, Final, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from seriatim import epcis
from seriatim.base import limits
from seriatim.base.db import Queries, Row, Transaction
from seriatim.base.errors import NotFound
from seriatim.epcis import BizTransaction, Event, Location
from seriatim.gs1 import Key
from seriatim.history.ids import time_of
from seriatim.history.keys import ItemKey, item_key, item_key_of
from seriatim.history.registers import MADE_FIELDS, MASTER_DATA, Registers, merge, told
from seriatim.history.sight import Sight
from seriatim.history.squeeze import squeezed, unsqueezed

SQL: Final = Queries.load(__package__, "absent.sql")
OTHERS: Final = "urn:seriatim:others"
"""Stands for all things whose own rows say that the event named them."""
OTHERS_KEY: Final = item_key(OTHERS)
STAGED: Final = (
    "id bigint, strict_hash bytea, declares_error boolean, event_id text, captured_by text, rest bytea"
)
LISTS: Final = ("epc_list", "child_epcs", "input_epc_list", "output_epc_list")


class AbsentEvent(Struct, frozen=True, kw_only=True):
    """An event that is not here any more."""

    id: int
    event_time: datetime
    """To the millisecond."""
    file: str | None
    """The archive that holds it; None when it was erased."""
    erased_at: datetime | None
    declares_error: bool
    captured_by: str

    @property
    def where(self) -> str:
        """Where it went, in words."""
        return f"archived in {self.file}" if self.file is not None else f"erased on {self.erased_at:%Y-%m-%d}"


class EventAbsent(NotFound):
    """The event was here, and is archived or erased."""

    code = "event_absent"

    @classmethod
    def of(cls, event_id: str, gone: "AbsentEvent") -> "EventAbsent":
        """What to answer who asks for it."""
        facts = {"archived": gone.file} if gone.file is not None else {"erased_at": gone.erased_at}
        return cls(f"The event {event_id} is {gone.where}.", **facts)


class CannotBeStripped(ValueError):
    """What the event said cannot be said without all of it."""


class Role(NamedTuple):
    """What an event says of all things that it names in one role."""

    keys: frozenset[ItemKey]
    said: Registers


class Left(NamedTuple):
    """What is left of one event."""

    event: Event
    roles: tuple[Role, ...]

    @classmethod
    def of(cls, rest: bytes, event_id: int) -> "Left":
        """Raises ValueError (EPCISError is one) for what `rest_of` has not written."""
        event = epcis.load_event(unsqueezed(rest), written=True)
        return cls(event, _roles(event, event_id))

    def about(self, key: ItemKey, *, counts: bool = True) -> Registers:
        """What the event said of a thing that it named; it is known by it and nothing more when declared wrong."""
        if not counts:
            return Registers(first_time=self.event.event_time, last_time=self.event.event_time)
        by_name = [role.said for role in self.roles if key in role.keys]
        said = by_name or [role.said for role in self.roles if OTHERS_KEY in role.keys]
        assert said, f"the event names {key}"
        return reduce(merge, said)


def rest_of(event: Event, event_id: int) -> bytes:
    """What stays when the event goes: no extensions, parties, documents, sensors; of its longest list no identifiers.

    It says of each thing what the event said, exactly. Raises CannotBeStripped.
    """
    plain = _without_particulars(event)
    for left in (_without_longest_list(plain), plain):
        try:
            raw = epcis.event_bytes(left)
            if _says_the_same(event, epcis.load_event(raw, written=True), event_id):
                return squeezed(raw)
        except epcis.EPCISError:
            continue
    raise CannotBeStripped(event.event_id)


def _without_particulars(event: Event) -> Event:
    orders = tuple(
        BizTransaction(id=one.id, type=one.type)
        for one in event.biz_transaction_list
        if one.type == "prodorder"
    )
    return replace(
        event,
        event_id=None,
        record_time=None,
        quantity_list=(),
        child_quantity_list=event.child_quantity_list[:1],
        input_quantity_list=event.input_quantity_list[:1],
        output_quantity_list=event.output_quantity_list[:1],
        persistent_disposition=None,
        read_point=Location(id=event.read_point.id) if event.read_point else None,
        biz_location=Location(id=event.biz_location.id) if event.biz_location else None,
        biz_transaction_list=orders[:1]
        or ((BizTransaction(id=OTHERS),) if event.type == "TransactionEvent" else ()),
        source_list=(),
        destination_list=(),
        sensor_element_list=(),
        ilmd=tuple(
            one for one in event.ilmd if one.namespace.rstrip(":") == MASTER_DATA and one.name in MADE_FIELDS
        ),
        error_declaration=None,
        certification_info=(),
        extensions=(),
    )


def _without_longest_list(event: Event) -> Event:
    longest = max(LISTS, key=lambda name: len(getattr(event, name)))
    if not getattr(event, longest) and event.type != "ObjectEvent":
        return event
    return replace(event, **{longest: (OTHERS,)})


def _says_the_same(event: Event, left: Event, event_id: int) -> bool:
    """Whether every thing of `event` finds in `left` what was said of it: those that are named, and the others."""
    whole, kept = _roles(event, event_id), _roles(left, event_id)
    if [role.said for role in whole] != [role.said for role in kept]:
        return False
    if whole == kept:
        return True
    named = frozenset().union(*(role.keys for role in kept)) - {OTHERS_KEY}
    gone = frozenset().union(*(role.keys for role in whole)) - named
    return OTHERS_KEY not in gone and all(
        before.keys - gone == after.keys - {OTHERS_KEY}
        and (gone <= before.keys if OTHERS_KEY in after.keys else gone.isdisjoint(before.keys))
        for before, after in zip(whole, kept, strict=True)
    )


def _roles(event: Event, event_id: int) -> tuple[Role, ...]:
    return tuple(Role(frozenset(map(item_key, epcs)), said) for epcs, said in told(event, event_id))


# Rows ---------------------------------------------------------------------------------------------------------------


async def absent_by_id(tx: Transaction, ids: Iterable[int]) -> tuple[AbsentEvent, ...]:
    """Those of the events that are archived or erased."""
    return tuple(map(_absent, await tx.rows(SQL.absent_by_id, list(ids))))


async def absent_by_name(
    tx: Transaction, event_id: str, *, sight: Sight | None = None
) -> tuple[AbsentEvent, ...]:
    """The event of that eventID, then the declarations that it was wrong, as far as they are archived or erased.

    Who sees a part of the history sees here what he has told himself: whom else an event named, it does not say any more.
    """
    found = tuple(map(_absent, await tx.rows(SQL.absent_by_name, event_id)))
    return tuple(one for one in found if sight is None or one.captured_by in sight.callers)


async def absent_of(
    tx: Transaction, key: Key, *, limit: int = limits.PAGE_ROWS_MAX
) -> tuple[AbsentEvent, ...]:
    """The events that name the thing and are archived or erased, newest first."""
    return tuple(map(_absent, await tx.rows(SQL.absent_of_thing, *item_key_of(key), limit)))


def _absent(row: Row) -> AbsentEvent:
    values: dict[str, Any] = dict(row)
    return AbsentEvent(event_time=time_of(row["id"]), **values)


class Leaving(NamedTuple):
    """An event that goes, and what stays of it."""

    id: int
    strict_hash: bytes
    declares_error: bool
    event_id: str
    captured_by: str
    rest: bytes


async def let_go(
    tx: Transaction,
    events: Iterable[Leaving],
    *,
    archive: int | None = None,
    erased_at: datetime | None = None,
) -> int:
    """Removes the bodies of events, into a file that is recorded already, or for good; answers how many were there."""
    await tx.copy_to_staging("staging_history_absent", STAGED, Leaving._fields, events)
    return await tx.execute(SQL.let_go, archive, erased_at)


class Said(NamedTuple):
    """One thing, and what is left of one absent event that named it."""

    key: ItemKey
    id: int
    name: str
    """The eventID of the event."""
    left: Left


async def left_of(tx: Transaction, keys: Iterable[ItemKey]) -> list[Said]:
    """What absent events have said of these things."""
    columns = [list(column) for column in zip(*sorted(set(keys)), strict=True)]
    return _said(await tx.rows(SQL.left_of_things, *columns)) if columns else []


async def left_of_all(tx: Transaction, page: int) -> AsyncIterator[list[Said]]:
    """What absent events have said of anything, some at a time."""
    rows: list[Row] = []
    async for row in tx.each(SQL.left_of_all, prefetch=page):
        rows.append(row)
        if len(rows) == page:
            yield _said(rows)
            rows = []
    yield _said(rows)


def _said(rows: Sequence[Row]) -> list[Said]:
    left: dict[int, Left] = {}
    for row in rows:
        if row["id"] not in left:
            left[row["id"]] = Left.of(row["rest"], row["id"])
    return [
        Said(ItemKey(row["scheme"], row["key"], row["serial"]), row["id"], row["name"], left[row["id"]])
        for row in rows
    ]
