"""A query of EPCIS in two parts: what the columns and the item index answer, and what only the events themselves can."""

from collections.abc import Collection, Mapping
from typing import Any, Final, NamedTuple

from seriatim.base.db import Transaction
from seriatim.epcis import Query
from seriatim.epcis.master_facts import MasterData
from seriatim.epcis.query import At, Attributed, Condition, Matches, OneOf, Typed, Within
from seriatim.history import master_data
from seriatim.history.keys import place_of
from seriatim.history.model import EventQuery, Order
from seriatim.history.sight import Sight, gln_of, party_term
from seriatim.history.terms import class_term, indexable

COLUMNS: Final = {
    "eventType": "types",
    "action": "actions",
    "bizStep": "biz_steps",
    "disposition": "dispositions",
    "readPoint": "read_points",
    "bizLocation": "biz_locations",
    "eventID": "event_ids",
}
TIMES: Final = {
    ("eventTime", "GE"): "event_time_from",
    ("eventTime", "LT"): "event_time_before",
    ("recordTime", "GE"): "record_time_from",
    ("recordTime", "LT"): "record_time_before",
}
PATTERN: Final = "urn:epc:idpat:"
ORDERS: Final[dict[str | None, Order]] = {
    None: "captured",
    "eventTime": "event_time",
    "recordTime": "record_time",
}


class Answered(MasterData):
    """What a query asks of master data, asked once before its events are looked at."""

    def __init__(
        self,
        within: Mapping[tuple[str, ...], frozenset[str]],
        having: Mapping[tuple[tuple[str, ...], tuple[str, ...]], frozenset[str]],
    ) -> None:
        self._within, self._having = within, having

    def within(self, places: tuple[str, ...]) -> frozenset[str]:
        return self._within[places]

    def having(self, attributes: tuple[str, ...], values: tuple[str, ...]) -> frozenset[str]:
        return self._having[attributes, values]


async def prepare(tx: Transaction, query: Query, *, sight: Sight | None = None) -> Answered:
    """What master data say now to the conditions of a query: `epcis.matches` takes it. Raises HierarchyTooLarge.

    Who sees a part of the history asks the master data that he has told himself.
    """
    tellers = None if sight is None else sight.callers
    places = {one.values for one in query.conditions if isinstance(one, Within)}
    named = {(one.attributes, one.values) for one in query.conditions if isinstance(one, Attributed)}
    return Answered(
        {asked: await master_data.within(tx, asked, tellers=tellers) for asked in places},
        {asked: await master_data.having(tx, *asked, tellers=tellers) for asked in named},
    )


class Plan(NamedTuple):
    """A query in two parts: both must hold."""

    indexed: EventQuery
    rest: Query
    """Conditions that only the events themselves can answer."""
    known: MasterData
    is_empty: bool = False
    """True when no event can match."""


NOTHING: Final = Answered({}, {})


def plan(query: Query, known: MasterData = NOTHING) -> Plan:
    """What of a query the columns and the item index answer, and what is left; `known` is what `prepare` gave.

    >>> from seriatim import epcis
    >>> found = plan(epcis.query_from_url([("EQ_bizStep", "shipping"), ("GT_quantity", "5")]))
    >>> found.indexed.biz_steps, len(found.rest.conditions)
    (('shipping',), 1)
    """
    fields: dict[str, Any] = {}
    rest: list[Condition] = []
    is_empty = False
    for condition in query.conditions:
        found = _indexed(condition, known)
        is_empty = is_empty or (isinstance(condition, Attributed) and not _having(condition, known))
        if not found or not fields.keys().isdisjoint(found):
            rest.append(condition)
            continue
        fields |= found
        if isinstance(condition, Matches):
            rest.append(condition)  # the index knows every role of a thing; which is wanted, the event says
    terms = tuple(filter(None, map(_terms, query.conditions)))
    order = ORDERS.get(query.order_by, "captured")
    descending = query.descending and query.order_by in {"eventTime", "recordTime"}
    indexed = EventQuery(**fields, terms=terms, order=order, descending=descending)
    return Plan(indexed, Query(tuple(rest)), known, is_empty)


def _having(condition: Attributed, known: MasterData) -> Collection[str]:
    return known.having(condition.attributes, condition.values)


def _indexed(condition: Condition, known: MasterData) -> dict[str, Any]:
    """The fields of EventQuery that answer the condition; empty when there are none."""
    match condition:
        case OneOf("eventID", values) if any(value.startswith("http") for value in values):
            return {}  # names are kept as they were spelled
        case OneOf("readPoint" | "bizLocation" as field, values):
            return {COLUMNS[field]: tuple(map(place_of, values))}
        case Within(field, places):
            return {COLUMNS[field]: tuple(map(place_of, known.within(places)))}
        case Attributed("readPoint" | "bizLocation" as field):
            return {COLUMNS[field]: tuple(map(place_of, _having(condition, known)))}
        case OneOf(field, values) if field in COLUMNS:
            return {COLUMNS[field]: values}
        case At(field, operator, at) if (field, operator) in TIMES:
            return {TIMES[field, operator]: at}
        case Matches(_, values, False):
            kinds = [_gtins_like(value) for value in values if value.startswith(PATTERN)]
            single = tuple(value for value in values if not value.startswith(PATTERN))
            return {} if None in kinds else {"epcs": single, "kinds": tuple(filter(None, kinds))}
        case _:
            return {}


def _terms(condition: Condition) -> tuple[str, ...]:
    """The terms of which an event that meets the condition has one; the event itself must be looked at all the same."""
    match condition:
        case Matches(_, values, True):
            return tuple(map(class_term, values))
        case Typed("source" | "destination", _, values):
            return tuple(indexable(party_term(gln_of(value))) for value in values)
        case _:
            return ()


def _gtins_like(pattern: str) -> str | None:
    """The GTINs that a pattern of single units names, as `like` takes them; None for other patterns.

    >>> _gtins_like("urn:epc:idpat:sgtin:9506000.013435.*"), _gtins_like("urn:epc:idpat:sgtin:9506000.*.*")
    ('0950600013435_', '_9506000%')
    """
    scheme, _, parts = pattern.removeprefix(PATTERN).partition(":")
    prefix, _, item = parts.rpartition(".")[0].partition(".")
    if scheme != "sgtin" or not (prefix.isascii() and prefix.isdigit()):
        return None
    if item == "*":
        return f"_{prefix}%"
    return f"{item[0]}{prefix}{item[1:]}_" if item.isascii() and item.isdigit() else None
