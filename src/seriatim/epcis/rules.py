"""The rules that no schema can state: which fields an event needs, and which contradict each other.

They are asked of an event, whatever it was read from. `given` is the event's JSON object, because some rules turn on
what is written, not on what it means: an empty `epcList` is a statement, a missing one is not.
The numbers (V3 ... V16) are those of the project's note on EPCIS; `published` forgives V11, V12 and V13, because
documents that GS1 itself publishes break them.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from itertools import chain

from seriatim.epcis.canon import same_identifier_twice
from seriatim.epcis.errors import Findings, pointer
from seriatim.epcis.model import Event, Instant, SensorElement, SensorMetadata, SensorReport

Given = Mapping[str, object]

UNKNOWN_TIME = datetime.max.replace(tzinfo=UTC)
"""Stands for an event time that could not be read, so that no sensor time is later."""

COMMON = frozenset(
    [
        "@context",
        "type",
        "eventTime",
        "eventTimeZoneOffset",
        "recordTime",
        "eventID",
        "certificationInfo",
        "errorDeclaration",
        "bizStep",
        "disposition",
        "readPoint",
        "bizLocation",
        "bizTransactionList",
        "sourceList",
        "destinationList",
        "sensorElementList",
    ]
)
ALLOWED = {
    "ObjectEvent": COMMON | {"action", "epcList", "quantityList", "persistentDisposition", "ilmd"},
    "AggregationEvent": COMMON | {"action", "parentID", "childEPCs", "childQuantityList"},
    "AssociationEvent": COMMON | {"action", "parentID", "childEPCs", "childQuantityList"},
    "TransactionEvent": COMMON | {"action", "parentID", "epcList", "quantityList"},
    "TransformationEvent": COMMON
    | {"inputEPCList", "inputQuantityList", "outputEPCList", "outputQuantityList"}
    | {"transformationID", "persistentDisposition", "ilmd"},
}
_QUANTITY_LISTS = frozenset({"quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList"})
STANDARD = frozenset(chain.from_iterable(ALLOWED.values()))


def check(event: Event, given: Given, where: str, found: Findings, *, xml: bool = False) -> None:
    """Notes every rule that the event breaks; `where` is its JSON Pointer. Source: EPCIS 2.0, section 7.4.

    Read from XML, two things are let through that the XML schema allows and the JSON schema does not: a sensor report
    without type, and a persistent disposition on any type of event.
    """
    own = _OF_TYPE.get(event.type)
    if own is not None:
        if not ALLOWED[event.type].issuperset(given):
            _field_not_allowed(event, given, where, found, xml=xml)
        if event.type != "TransformationEvent" and "action" not in given:
            found.refuse(
                pointer(where, "action"), "action_missing", "action is missing: add ADD, OBSERVE or DELETE"
            )
        own(event, given, where, found)
    if event.sensor_element_list:
        for index, element in enumerate(event.sensor_element_list):
            _sensor_element(event, element, f"{where}/sensorElementList/{index}", found, xml=xml)
    _duplicates(event, where, found)
    if not _QUANTITY_LISTS.isdisjoint(given):
        _negative_quantities(event, where, found)


def _field_not_allowed(event: Event, given: Given, where: str, found: Findings, *, xml: bool) -> None:
    """V3, V10, V14 and the table of fields."""
    for name in given:
        if name in STANDARD and name not in ALLOWED[event.type]:
            message = (
                f"{name} does not belong to a {event.type}: remove it, or choose the right type of event"
            )
            note = found.warn if xml and name == "persistentDisposition" else found.refuse
            note(pointer(where, name), "field_not_allowed", message)


def _object(event: Event, given: Given, where: str, found: Findings) -> None:
    """V5 and V14."""
    sensed = given.get("sensorElementList") and "readPoint" in given
    if not ("epcList" in given or given.get("quantityList") or sensed):
        message = "nothing says which object: add epcList (it may be empty), quantityList, or sensor data and readPoint"
        found.refuse(where, "object_missing", message)
    if "ilmd" in given and event.action in {"OBSERVE", "DELETE"}:
        message = f"ilmd belongs to birth, action is {event.action}: remove ilmd or use ADD"
        found.refuse(pointer(where, "ilmd"), "ilmd_not_allowed", message)


def _aggregation(event: Event, given: Given, where: str, found: Findings) -> None:
    """V7 and the children."""
    if "parentID" not in given and event.action in {"ADD", "DELETE"}:
        message = f"parentID is missing: {event.action} needs the container (only OBSERVE may leave it out)"
        found.refuse(pointer(where, "parentID"), "parent_missing", message)
    _children(event, given, where, found)


def _association(event: Event, given: Given, where: str, found: Findings) -> None:
    """V8."""
    if "parentID" not in given:
        message = "parentID is missing: name the object or place that the children belong to"
        found.refuse(pointer(where, "parentID"), "parent_missing", message)
    _children(event, given, where, found)


def _children(event: Event, given: Given, where: str, found: Findings) -> None:
    if event.action != "DELETE" and not given.get("childEPCs") and not given.get("childQuantityList"):
        message = "no children: add childEPCs or childQuantityList (only DELETE without them means all)"
        found.refuse(where, "children_missing", message)


def _transaction(event: Event, given: Given, where: str, found: Findings) -> None:
    """V5 and V6."""
    if not given.get("bizTransactionList"):
        message = (
            "bizTransactionList is missing or empty: a TransactionEvent needs one business document or more"
        )
        found.refuse(pointer(where, "bizTransactionList"), "biz_transaction_missing", message)
    if not ("epcList" in given or given.get("quantityList") or event.action == "DELETE"):
        message = "nothing says which object: add epcList (it may be empty) or quantityList"
        found.refuse(where, "object_missing", message)


def _transformation(_event: Event, given: Given, where: str, found: Findings) -> None:
    """V9."""
    inputs = given.get("inputEPCList") or given.get("inputQuantityList")
    outputs = given.get("outputEPCList") or given.get("outputQuantityList")
    if "transformationID" in given and not inputs and not outputs:
        message = "neither inputs nor outputs: add a list of inputs or of outputs"
        found.refuse(where, "transformation_incomplete", message)
    elif "transformationID" not in given and not (inputs and outputs):
        lacking = "outputs" if inputs else "inputs"
        message = f"no {lacking}: add them, or a transformationID when another event has them"
        found.refuse(where, "transformation_incomplete", message)


_OF_TYPE: dict[str, Callable[[Event, Given, str, Findings], None]] = {
    "ObjectEvent": _object,
    "AggregationEvent": _aggregation,
    "AssociationEvent": _association,
    "TransactionEvent": _transaction,
    "TransformationEvent": _transformation,
}


def _sensor_element(event: Event, element: SensorElement, where: str, found: Findings, *, xml: bool) -> None:
    """V1, V11, V12 and V13."""
    meta = element.metadata
    if meta is not None:
        inside = where + "/sensorMetadata"
        for name, at in (("time", meta.time), ("startTime", meta.start_time), ("endTime", meta.end_time)):
            _not_later(event, at, f"{inside}/{name}", found)
        if meta.start_time and meta.end_time and meta.start_time.at > meta.end_time.at:
            message = f"startTime is later than endTime {meta.end_time.text}: exchange or mend them"
            found.refuse(inside + "/startTime", "start_after_end", message)
    for index, report in enumerate(element.reports):
        place = f"{where}/sensorReport/{index}"
        if report.type is None and not xml:
            found.forgive(place + "/type", "report_type_missing", "type is missing: say what was measured")
        _not_later(event, report.time, place + "/time", found)
        if meta is not None:
            _not_twice(meta, report, place, found)


def _not_later(event: Event, at: Instant | None, path: str, found: Findings) -> None:
    if at is not None and at.at > event.event_time:
        message = f"{at.text} is later than the eventTime {event.event_time_text}: mend one of them"
        found.forgive(path, "sensor_time_after_event", message)


def _not_twice(meta: SensorMetadata, report: SensorReport, place: str, found: Findings) -> None:
    for name, above, below in (
        ("deviceID", meta.device_id, report.device_id),
        ("deviceMetadata", meta.device_metadata, report.device_metadata),
        ("rawData", meta.raw_data, report.raw_data),
        ("dataProcessingMethod", meta.data_processing_method, report.data_processing_method),
        ("time", meta.time, report.time),
    ):
        if above is not None and below is not None:
            message = f"{name} stands in sensorMetadata and in this report: keep one of them"
            found.forgive(f"{place}/{name}", "sensor_field_twice", message)


def _duplicates(event: Event, where: str, found: Findings) -> None:
    """The same identifier twice in one list: a fault where the list is a set, a remark elsewhere."""
    lists = (
        ("epcList", event.epc_list),
        ("childEPCs", event.child_epcs),
        ("inputEPCList", event.input_epc_list),
        ("outputEPCList", event.output_epc_list),
    )
    for name, epcs in lists:
        again = same_identifier_twice(epcs) if len(epcs) > 1 else None
        if again is None:
            continue
        path = f"{where}/{name}/{again}"
        message = f"{epcs[again][:200]} stands twice in {name}: keep one"
        if event.type in {"ObjectEvent", "TransformationEvent"}:
            found.refuse(path, "duplicate_epc", message)
        else:
            found.warn(path, "duplicate_epc", message)


def _negative_quantities(event: Event, where: str, found: Findings) -> None:
    """A correction of stock is no event of its own, so somebody probably meant something else."""
    lists = (
        ("quantityList", event.quantity_list),
        ("childQuantityList", event.child_quantity_list),
        ("inputQuantityList", event.input_quantity_list),
        ("outputQuantityList", event.output_quantity_list),
    )
    for name, quantities in lists:
        for index, one in enumerate(quantities):
            if one.quantity is not None and one.quantity < 0:
                message = f"{one.quantity} is less than nothing: check the sign"
                found.warn(f"{where}/{name}/{index}/quantity", "negative_quantity", message)
