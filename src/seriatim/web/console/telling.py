"""An event in words: what was done to how many of what, from where to where, for the row of a list and for its page."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import msgspec
from msgspec import Struct

from seriatim import access, gs1, history
from seriatim.base.db import Transaction
from seriatim.gs1 import Key
from seriatim.history import StoredEvent
from seriatim.web.console.atlas import Atlas
from seriatim.web.ui import words

ICONS: Final[Mapping[str, str]] = {
    "commissioning": "qr-code",
    "packing": "package",
    "unpacking": "package-open",
    "shipping": "truck",
    "departing": "truck",
    "transporting": "truck",
    "loading": "truck",
    "receiving": "warehouse",
    "arriving": "warehouse",
    "accepting": "warehouse",
    "unloading": "warehouse",
    "storing": "warehouse",
    "stocking": "store",
    "retail_selling": "shopping-bag",
    "dispensing": "shopping-bag",
    "returning": "undo-2",
    "inspecting": "eye",
    "holding": "circle-minus",
    "decommissioning": "circle-x",
    "destroying": "circle-x",
    "sensor_reporting": "thermometer",
}
TYPE_ICONS: Final[Mapping[str, str]] = {
    "AggregationEvent": "package",
    "TransformationEvent": "recycle",
    "AssociationEvent": "link",
    "TransactionEvent": "clipboard-list",
}
TIMES: Final = "\N{MULTIPLICATION SIGN}"
VESSEL, LOGISTIC = "sscc", "case or pallet"


class Amount(Struct, frozen=True, rename={"epc_class": "epcClass"}):
    """So much of a class."""

    epc_class: str
    quantity: float | None = None
    uom: str | None = None


class Names(Struct, frozen=True, rename="camel"):
    """What an event names, without the rest of its document."""

    parent: str | None = msgspec.field(default=None, name="parentID")
    epc_list: tuple[str, ...] = ()
    children: tuple[str, ...] = msgspec.field(default=(), name="childEPCs")
    inputs: tuple[str, ...] = msgspec.field(default=(), name="inputEPCList")
    outputs: tuple[str, ...] = msgspec.field(default=(), name="outputEPCList")
    quantity_list: tuple[Amount, ...] = ()
    child_quantity_list: tuple[Amount, ...] = ()
    input_quantity_list: tuple[Amount, ...] = ()
    output_quantity_list: tuple[Amount, ...] = ()


DECODER: Final = msgspec.json.Decoder(Names)


@dataclass(frozen=True, slots=True)
class Row:
    """One event in a list."""

    event: StoredEvent
    icon: str
    what: str
    of: str
    """How many of what; empty where `thing` says it."""
    joint: str = ""
    """`into` or `out of` the thing."""
    thing: Key | None = None
    """The one thing it is about, or the case or pallet that others went into."""


def rows_of(events: Iterable[StoredEvent], names: Atlas) -> list[Row]:
    """The events as rows, in their order. An event may name 20,000 things: call it in a thread."""
    return [row_of(event, names) for event in events]


def row_of(event: StoredEvent, names: Atlas) -> Row:
    named = named_in(event)
    icon, what = icon_of(event), what_word(event, named)
    if event.type == "TransformationEvent":
        made = counted(named.outputs, named.output_quantity_list, names)
        return Row(
            event, icon, what, f"{counted(named.inputs, named.input_quantity_list, names)} into {made}"
        )
    if named.parent is not None:
        joint = "out of" if event.action == "DELETE" else "in" if event.action == "OBSERVE" else "into"
        inside = counted(named.children, named.child_quantity_list, names, vessel="case")
        if not inside:
            inside = counted(named.epc_list, named.quantity_list, names) or "everything"
        return Row(event, icon, what, inside, joint, history.key_of(history.item_key(named.parent)))
    things = (*named.epc_list, *named.children)
    if len(things) == 1 and not named.quantity_list:
        return Row(event, icon, what, "", thing=history.key_of(history.item_key(things[0])))
    return Row(event, icon, what, counted(things, named.quantity_list, names))


def named_in(event: StoredEvent) -> Names:
    return DECODER.decode(event.document)


def what_word(event: StoredEvent, named: Names) -> str:
    """The step as people say it; cases and pallets are not made, they get a number."""
    if event.biz_step == "commissioning" and named.epc_list and _are_cased(named.epc_list):
        return "Numbered"
    return words.step_word(event.biz_step, event.type)


def _are_cased(epcs: Iterable[str]) -> bool:
    return all(history.item_key(epc).scheme == VESSEL for epc in epcs)


def icon_of(event: StoredEvent) -> str:
    """The drawing beside an event: that of its step, else that of its type."""
    return ICONS.get(event.biz_step or "") or TYPE_ICONS.get(event.type, "activity")


def counted(epcs: Iterable[str], amounts: Iterable[Amount], names: Atlas, *, vessel: str = LOGISTIC) -> str:
    """So many of what: 24 of Huila 250 g, 2 cases."""
    kinds = Counter((key.scheme, key.group) for key in map(history.item_key, epcs))
    told = [_counted(scheme, group, number, names, vessel) for (scheme, group), number in kinds.most_common()]
    return ", ".join([*told, *(amount_word(one, names) for one in amounts)])


def _counted(scheme: str, group: str, number: int, names: Atlas, vessel: str) -> str:
    if scheme == VESSEL:
        return words.plural(number, vessel, "cases or pallets" if vessel == LOGISTIC else "")
    if scheme == "sgtin":
        return f"{number:,} {TIMES} {names.product(group)}"
    return words.plural(number, "thing")


def amount_word(amount: Amount, names: Atlas) -> str:
    """An amount with its unit: `12.5 KGM Green lot`."""
    number = f"{amount.quantity:,g}" if amount.quantity is not None else "some"
    return f"{number} {amount.uom or TIMES} {kind_name(amount.epc_class, names)}"


def kind_name(epc_class: str, names: Atlas) -> str:
    """How a kind of thing is called: its product's name, with the lot where it has one; else its own identifier."""
    try:
        key = gs1.canonical_key(epc_class)
    except gs1.GS1Error:
        return epc_class
    return f"{names.product(key.key)}{f', lot {key.lot}' if key.lot else ''}"


async def tellers(tx: Transaction) -> Mapping[str, str]:
    """Who told, by `kind:id` as events keep it: the names of people and keys."""
    people = {f"person:{one.id}": one.name for one in await access.people(tx)}
    return people | {f"key:{one.id}": one.name for one in await access.keys(tx)}


def teller(captured_by: str, known: Mapping[str, str]) -> str:
    """The name of who told an event; parts of Seriatim are called by what they are.

    >>> teller("system:pilot-line", {}), teller("system:system", {})
    ('pilot line', 'Seriatim')
    """
    if captured_by == "system:system":
        return access.SYSTEM.name
    return known.get(captured_by) or captured_by.partition(":")[2].replace("-", " ")
