"""Answers queries over events in memory: the plain meaning of every condition.

A repository answers from its indexes; this is what its answers are compared with.
"""

import operator
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any

from seriatim import gs1
from seriatim.epcis.canon import identifier
from seriatim.epcis.master_facts import Known, MasterData, thing
from seriatim.epcis.model import Event, Extension, Extensions, Quantity, SensorReport, Vocabulary
from seriatim.epcis.query import (
    Amount,
    At,
    Attributed,
    Condition,
    Field,
    Has,
    Matches,
    OneOf,
    Operator,
    Query,
    QueryTooLargeError,
    Truth,
    Typed,
    Value,
    Within,
)
from seriatim.epcis.query_values import number_of, time_of
from seriatim.epcis.units import fits, in_base
from seriatim.epcis.vocabulary import BIZ_STEP, DISPOSITION
from seriatim.epcis.write import SENSOR_METADATA, SENSOR_REPORT
from seriatim.gs1 import epc

Vocabularies = Sequence[Vocabulary] | MasterData
"""Master data at hand, or where to ask for them."""
_NOTHING_KNOWN = Known(())
_SIZES: dict[str, Callable[[Any, Any], bool]] = {
    "EQ": operator.eq,
    "GT": operator.gt,
    "GE": operator.ge,
    "LT": operator.lt,
    "LE": operator.le,
}
_OF_METADATA, _OF_REPORT = dict(SENSOR_METADATA), dict(SENSOR_REPORT)
_LISTS = {
    "epcList": "epc_list",
    "childEPCs": "child_epcs",
    "inputEPCList": "input_epc_list",
    "outputEPCList": "output_epc_list",
    "quantityList": "quantity_list",
    "childQuantityList": "child_quantity_list",
    "inputQuantityList": "input_quantity_list",
    "outputQuantityList": "output_quantity_list",
}
_WORDS = {"bizStep": BIZ_STEP, "disposition": DISPOSITION}
_QUANTITIES = ("quantity_list", "child_quantity_list", "input_quantity_list", "output_quantity_list")


def select(query: Query, events: Iterable[Event], master_data: Vocabularies = ()) -> tuple[Event, ...]:
    """The events that match, in the order asked for and at most so many; `events` come in the order of capture.

    Raises QueryTooLargeError when more match than `max_event_count`.
    """
    known = _known(master_data)
    found = [event for event in events if matches(query, event, known)]
    if query.max_event_count is not None and len(found) > query.max_event_count:
        raise QueryTooLargeError(f"{len(found)} events match, at most {query.max_event_count} are wanted")
    if query.order_by is not None:
        found = _ordered(found, query.order_by, descending=query.descending)
    return tuple(found[: query.event_count_limit])


def matches(query: Query, event: Event, master_data: Vocabularies = ()) -> bool:
    """True when every condition holds for the event; master data say which place lies in which."""
    known = _known(master_data)
    return all(holds(condition, event, known) for condition in query.conditions)


def _known(master_data: Vocabularies) -> MasterData:
    if not isinstance(master_data, Sequence):
        return master_data
    return Known(master_data) if master_data else _NOTHING_KNOWN


def holds(condition: Condition, event: Event, master_data: Vocabularies = ()) -> bool:
    """True when one condition holds."""
    match condition:
        case OneOf(field, values):
            return any(value in values for value in _values(event, field))
        case Within(field, values):
            place = event.read_point if field == "readPoint" else event.biz_location
            return place is not None and identifier(place.id) in _known(master_data).within(values)
        case At(field, compares, at):
            return any(_SIZES[compares](one, at) for one in _times(event, field))
        case Matches():
            return _matches_identifier(condition, event)
        case Amount():
            return _amount(condition, event)
        case Has(field):
            present: object = (
                event.error_declaration if field == "errorDeclaration" else event.sensor_element_list
            )
            return bool(present)
        case Truth(value):
            return any(report.boolean_value is value for report in _reports(event))
        case Typed(field, kind, values):
            return any(one.type == kind and identifier(one.id) in values for one in _partners(event, field))
        case Field():
            return _extension(condition, event)
        case Attributed():
            known = _known(master_data).having(condition.attributes, condition.values)
            return any(one in known for one in _things(event, condition.field))


# Standard fields ---------------------------------------------------------------------------------------------------


def _values(event: Event, field: str) -> Iterator[str]:
    """What stands in a field, words bare and identifiers canonical, as in the values of a query."""
    declared, lasting = event.error_declaration, event.persistent_disposition
    match field:
        case "eventType":
            yield event.type
        case "action" | "bizStep" | "disposition":
            names = {"action": event.action, "bizStep": event.biz_step, "disposition": event.disposition}
            yield from _present(names[field])
        case "persistentDisposition_set" | "persistentDisposition_unset":
            if lasting is not None:
                yield from lasting.set if field.endswith("_set") else lasting.unset
        case "readPoint" | "bizLocation":
            place = event.read_point if field == "readPoint" else event.biz_location
            yield from () if place is None else (identifier(place.id),)
        case "eventID" | "transformationID":
            value = event.event_id if field == "eventID" else event.transformation_id
            yield from (identifier(one) for one in _present(value))
        case "errorReason":
            yield from _present(None if declared is None else declared.reason)
        case "correctiveEventID":
            yield from map(identifier, () if declared is None else declared.corrective_event_ids)
        case "type" | "stringValue" | "hexBinaryValue":
            yield from _sensed(event, field)
        case _:
            yield from map(identifier, _sensed(event, field))


def _present(value: str | None) -> Iterator[str]:
    if value is not None:
        yield value


def _sensed(event: Event, field: str) -> Iterator[Any]:
    """An attribute wherever it stands: in the metadata or in a report."""
    for element in event.sensor_element_list:
        for part, names in (
            (element.metadata, _OF_METADATA),
            *((one, _OF_REPORT) for one in element.reports),
        ):
            value = getattr(part, names[field]) if part is not None and field in names else None
            if value is not None:
                yield value


def _reports(event: Event) -> Iterator[SensorReport]:
    for element in event.sensor_element_list:
        yield from element.reports


def _times(event: Event, field: str) -> Iterator[datetime]:
    if field == "eventTime":
        yield event.event_time
    elif field == "recordTime":
        yield from () if event.record_time is None else (event.record_time.at,)
    elif field == "errorDeclarationTime":
        yield from () if event.error_declaration is None else (event.error_declaration.declaration_time.at,)
    else:
        yield from (one.at for one in _sensed(event, field))


def _partners(event: Event, field: str) -> Sequence[Any]:
    return {
        "bizTransaction": event.biz_transaction_list,
        "source": event.source_list,
        "destination": event.destination_list,
    }[field]


# Identifiers -------------------------------------------------------------------------------------------------------


def _matches_identifier(condition: Matches, event: Event) -> bool:
    found = [identifier(one) for field in condition.fields for one in _identifiers(event, field)]
    for value in condition.values:
        if value.startswith("urn:epc:idpat:"):
            if any(map(partial(_fits_pattern, value), found)):
                return True
        elif value in found and _is_class(value) in {None, condition.classes}:
            return True
    return False


def _identifiers(event: Event, field: str) -> Iterator[str]:
    if field == "parentID":
        yield from _present(event.parent_id)
        return
    for one in getattr(event, _LISTS[field]):
        yield one.epc_class if isinstance(one, Quantity) else one


def _is_class(value: str) -> bool | None:
    """Whether a GS1 identifier names a kind; None for another URI."""
    try:
        return gs1.canonical_key(value).is_class
    except gs1.GS1Error:
        return None


def _fits_pattern(pattern: str, value: str) -> bool:
    """Compared part by part; the pattern itself says how long the company prefix is."""
    prefix = pattern.split(":", 4)[-1].partition(".")[0]
    try:
        known = epc.Pattern.parse(pattern)
        key = gs1.canonical_key(value)
        return not key.is_class and known.matches(epc.key_to_urn(key, len(prefix)))
    except gs1.GS1Error:
        return False


# Numbers -----------------------------------------------------------------------------------------------------------


def _amount(condition: Amount, event: Event) -> bool:
    unit, compare = condition.unit, _SIZES[condition.operator]
    if condition.field == "quantity":
        amounts: Iterable[tuple[Decimal | None, str | None]] = (
            (one.quantity, one.uom) for name in _QUANTITIES for one in getattr(event, name)
        )
    else:
        attribute = _OF_REPORT[condition.field]
        amounts = (
            (getattr(report, attribute), report.uom)
            for report in _reports(event)
            if unit is None or fits(unit, report.type)
        )
    difference = condition.field == "sDev"
    for amount, code in amounts:
        if amount is None:
            continue
        if unit is None:
            if any(compare(amount, wanted) for wanted in condition.values):
                return True
        elif code is not None:
            kind, size = in_base(amount, code, difference=difference)
            wanted_sizes = (in_base(wanted, unit, difference=difference) for wanted in condition.values)
            if any(kind == other and compare(size, wanted) for other, wanted in wanted_sizes):
                return True
    return False


# Extensions --------------------------------------------------------------------------------------------------------


def _extension(condition: Field, event: Event) -> bool:
    top = _in_scope(event, condition.scope)
    found = _below(top) if condition.inner else top
    named = (one for one in found if one.name == condition.name and one.namespace == condition.namespace)
    if condition.operator == "EXISTS":
        return any(True for _ in named)
    return any(_compares(one.value, condition.operator, value) for one in named for value in condition.values)


def _in_scope(event: Event, scope: str) -> Iterator[Extension]:
    groups: list[Extensions] = []
    if scope in {"event", "ilmd"}:
        groups.append(event.extensions if scope == "event" else event.ilmd)
    elif scope in {"readPoint", "bizLocation", "errorDeclaration"}:
        parts = {
            "readPoint": event.read_point,
            "bizLocation": event.biz_location,
            "errorDeclaration": event.error_declaration,
        }
        part = parts[scope]
        groups += [] if part is None else [part.extensions]
    else:
        for element in event.sensor_element_list:
            if scope == "sensorElement":
                groups.append(element.extensions)
            elif scope == "sensorReport":
                groups += [report.extensions for report in element.reports]
            elif element.metadata is not None:
                groups.append(element.metadata.extensions)
    for group in groups:
        yield from group


def _below(extensions: Iterable[Extension]) -> Iterator[Extension]:
    """The fields inside these, at any depth."""
    stack = list(extensions)
    while stack:
        one = stack.pop()
        if isinstance(one.value, tuple):
            yield from one.value
            stack += one.value


def _compares(value: Any, compares: Operator, wanted: Value) -> bool:
    """Numbers as numbers, times as instants, texts by code point; a text counts as a number where one is asked for."""
    if isinstance(value, tuple):
        return False
    if isinstance(value, bool) or isinstance(wanted, bool):
        return compares == "EQ" and str(value).lower() == str(wanted).lower()
    if compares == "EQ" and isinstance(value, str) and isinstance(wanted, str):
        return value.strip() == wanted or _same_instant(value, wanted)
    number, size = number_of(value), number_of(wanted)
    if number is not None and size is not None:
        return _SIZES[compares](Fraction(number), Fraction(size))
    at, then = time_of(str(value)), time_of(str(wanted))
    return at is not None and then is not None and _SIZES[compares](at, then)


def _same_instant(one: str, other: str) -> bool:
    at = time_of(one)
    return at is not None and at == time_of(other)


# Master data -------------------------------------------------------------------------------------------------------


def _things(event: Event, field: str) -> Iterator[str]:
    """What stands in a field of the event, named as master data name it."""
    if field.startswith("{"):
        namespace, _, name = field[1:].rpartition("}")
        for one in event.extensions:
            if (one.namespace, one.name) == (namespace, name) and isinstance(one.value, str):
                yield thing(one.value)
    elif field == "epcClass":
        for attribute in _QUANTITIES:
            yield from (identifier(one.epc_class) for one in getattr(event, attribute))
    elif field in _LISTS or field == "parentID":
        yield from map(identifier, _identifiers(event, field))
    elif field in {"bizTransaction", "source", "destination"}:
        yield from (identifier(one.id) for one in _partners(event, field))
    elif field in _WORDS:
        yield from map(_WORDS[field].web_uri, _values(event, field))
    else:
        yield from _values(event, field)


# Order -------------------------------------------------------------------------------------------------------------


def _ordered(events: list[Event], order_by: str, *, descending: bool) -> list[Event]:
    """Sorted; events that lack the field stand last, equal ones stay in the order of capture."""
    keyed = [(_key(event, order_by), event) for event in events]
    have = [(key, event) for key, event in keyed if key is not None]
    have.sort(key=lambda pair: pair[0], reverse=descending)
    return [event for _, event in have] + [event for key, event in keyed if key is None]


def _key(event: Event, order_by: str) -> Any:
    if order_by == "eventTime":
        return event.event_time
    if order_by == "recordTime":
        return None if event.record_time is None else event.record_time.at
    namespace, _, name = order_by[1:].rpartition("}")
    for one in event.extensions:
        if (one.namespace, one.name) == (namespace, name) and not isinstance(one.value, tuple):
            number = number_of(one.value)
            return (0, Fraction(number), "") if number is not None else (1, Fraction(0), str(one.value))
    return None
