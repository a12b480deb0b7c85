"""The rules between fields: V1 to V16 as far as JSON can break them."""

from pathlib import Path
from typing import Any

import pytest
from tests.epcis.documents import (
    CASE,
    CONTEXT,
    EX,
    LEAVE_OUT,
    OTHER_UNIT,
    PLACE,
    UNIT,
    UNIT_URN,
    document,
    event,
    event_faults,
    read,
    warnings,
)

from seriatim import epcis
from seriatim.epcis.vocabulary import EVENT_TYPES

REPORT = {"type": "Temperature", "value": 5, "uom": "CEL"}
SENSED = [{"sensorReport": [REPORT]}]
SOME = [{"epcClass": "urn:epc:class:lgtin:4012345.012345.998877"}]


@pytest.mark.parametrize("kind", EVENT_TYPES)
def test_the_least_event_of_each_type_is_accepted(kind: str) -> None:
    assert read(event(kind)).type == kind


@pytest.mark.parametrize("kind", EVENT_TYPES)
@pytest.mark.parametrize("field", ["eventTime", "eventTimeZoneOffset"])
def test_every_event_says_when(kind: str, field: str) -> None:
    assert event_faults(event(kind, **{field: LEAVE_OUT})) == [(f"/{field}", "field_missing")]


@pytest.mark.parametrize("kind", [kind for kind in EVENT_TYPES if kind != "TransformationEvent"])
def test_v3_an_action_is_needed(kind: str) -> None:
    assert ("/action", "action_missing") in event_faults(event(kind, action=LEAVE_OUT))


def test_v3_a_transformation_has_no_action() -> None:
    assert event_faults(event("TransformationEvent", action="ADD")) == [("/action", "field_not_allowed")]


@pytest.mark.parametrize(
    "changes",
    [
        {"epcList": []},
        {"epcList": LEAVE_OUT, "quantityList": SOME},
        {"epcList": LEAVE_OUT, "sensorElementList": SENSED, "readPoint": {"id": PLACE}},
    ],
)
def test_v5_an_object_event_speaks_of_something(changes: dict[str, Any]) -> None:
    assert read(event(**changes)).type == "ObjectEvent"


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"quantityList": []},
        {"sensorElementList": SENSED},
        {"sensorElementList": SENSED, "bizLocation": {"id": PLACE}},
        {"sensorElementList": [], "readPoint": {"id": PLACE}},
    ],
)
def test_v5_an_object_event_about_nothing_is_refused(changes: dict[str, Any]) -> None:
    assert event_faults(event(epcList=LEAVE_OUT, **changes)) == [("", "object_missing")]


def test_v5_a_transaction_speaks_of_something_unless_it_deletes() -> None:
    assert event_faults(event("TransactionEvent", epcList=LEAVE_OUT)) == [("", "object_missing")]
    assert read(event("TransactionEvent", epcList=[])).epc_list == ()
    assert read(event("TransactionEvent", epcList=LEAVE_OUT, action="DELETE")).action == "DELETE"


@pytest.mark.parametrize("value", [LEAVE_OUT, []])
def test_v6_a_transaction_names_a_business_document(value: Any) -> None:
    found = event_faults(event("TransactionEvent", bizTransactionList=value))

    assert found == [("/bizTransactionList", "biz_transaction_missing")]


@pytest.mark.parametrize("action", ["ADD", "DELETE"])
def test_v7_packing_and_unpacking_name_the_parent(action: str) -> None:
    found = event_faults(event("AggregationEvent", action=action, parentID=LEAVE_OUT))

    assert found == [("/parentID", "parent_missing")]


def test_v7_observing_needs_no_parent() -> None:
    assert read(event("AggregationEvent", action="OBSERVE", parentID=LEAVE_OUT)).parent_id is None


@pytest.mark.parametrize("action", ["ADD", "OBSERVE", "DELETE"])
def test_v8_an_association_always_names_its_parent(action: str) -> None:
    found = event_faults(event("AssociationEvent", action=action, parentID=LEAVE_OUT))

    assert found == [("/parentID", "parent_missing")]


@pytest.mark.parametrize("kind", ["AggregationEvent", "AssociationEvent"])
@pytest.mark.parametrize("children", [LEAVE_OUT, []])
def test_v8_only_delete_may_leave_the_children_out(kind: str, children: str) -> None:
    assert event_faults(event(kind, childEPCs=children)) == [("", "children_missing")]
    assert event_faults(event(kind, action="OBSERVE", childEPCs=children)) == [("", "children_missing")]
    assert read(event(kind, action="DELETE", childEPCs=children)).child_epcs == ()
    assert read(event(kind, childEPCs=children, childQuantityList=SOME)).child_epcs == ()


@pytest.mark.parametrize(
    "changes",
    [
        {"outputEPCList": LEAVE_OUT},
        {"inputEPCList": LEAVE_OUT},
        {"inputEPCList": [], "outputEPCList": [OTHER_UNIT]},
        {"inputEPCList": LEAVE_OUT, "outputEPCList": LEAVE_OUT, "transformationID": "urn:example:t"},
        {"inputEPCList": LEAVE_OUT, "outputEPCList": LEAVE_OUT},
    ],
)
def test_v9_a_transformation_without_one_side_is_refused(changes: dict[str, Any]) -> None:
    assert event_faults(event("TransformationEvent", **changes)) == [("", "transformation_incomplete")]


@pytest.mark.parametrize("side", ["inputEPCList", "outputEPCList"])
def test_v9_with_a_transformation_id_one_side_is_enough(side: str) -> None:
    assert read(event("TransformationEvent", transformationID="urn:example:t", **{side: LEAVE_OUT})).type


@pytest.mark.parametrize("kind", ["AggregationEvent", "AssociationEvent", "TransactionEvent"])
def test_v10_and_v14_states_and_birth_data_belong_to_objects(kind: str) -> None:
    faults = event_faults(
        event(kind, persistentDisposition={"set": ["conformant"]}, ilmd={"ex:a": 1}),
        context=[CONTEXT, {"ex": EX}],
    )

    assert faults == [("/persistentDisposition", "field_not_allowed"), ("/ilmd", "field_not_allowed")]


@pytest.mark.parametrize("action", ["OBSERVE", "DELETE"])
def test_v14_birth_data_come_with_birth(action: str) -> None:
    assert event_faults(event(action=action, ilmd={"cbvmda:lotNumber": "L"})) == [
        ("/ilmd", "ilmd_not_allowed")
    ]


def test_v14_birth_data_have_a_namespace() -> None:
    assert event_faults(event(action="ADD", ilmd={"lot": "L"})) == [("/ilmd/lot", "unknown_field")]


def test_v14_birth_data_are_accepted_where_something_begins() -> None:
    assert read(event(action="ADD", ilmd={"cbvmda:lotNumber": "L"})).ilmd[0].value == "L"
    assert read(event("TransformationEvent", ilmd={"cbvmda:lotNumber": "L"})).ilmd[0].value == "L"


def sensed(metadata: dict[str, str], **report: str) -> dict[str, object]:
    return event(sensorElementList=[{"sensorMetadata": metadata, "sensorReport": [REPORT | report]}])


LATER = "2026-03-01T08:00:01Z"
NOW = "2026-03-01T08:00:00Z"
AT = "/sensorElementList/0"


def test_v1_a_period_does_not_end_before_it_starts() -> None:
    data = sensed({"startTime": NOW, "endTime": "2026-03-01T07:00:00Z"})

    assert event_faults(data) == [(f"{AT}/sensorMetadata/startTime", "start_after_end")]


@pytest.mark.parametrize(
    ("metadata", "report", "path"),
    [
        ({"time": LATER}, {}, "/sensorMetadata/time"),
        ({"startTime": LATER}, {}, "/sensorMetadata/startTime"),
        ({"endTime": LATER}, {}, "/sensorMetadata/endTime"),
        ({}, {"time": LATER}, "/sensorReport/0/time"),
    ],
)
def test_v11_nothing_is_measured_after_the_event(metadata: str, report: str, path: Path) -> None:
    data = sensed(metadata, **report)

    assert event_faults(data, profile="strict") == [(AT + path, "sensor_time_after_event")]
    assert [code for _, code in warnings(document(data))] == ["sensor_time_after_event"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("deviceID", UNIT),
        ("deviceMetadata", UNIT),
        ("rawData", UNIT),
        ("dataProcessingMethod", UNIT),
        ("time", NOW),
    ],
)
def test_v12_what_holds_for_the_element_is_not_said_again_by_a_report(field: str, value: Any) -> None:
    data = sensed({field: value}, **{field: value})

    assert event_faults(data, profile="strict") == [(f"{AT}/sensorReport/0/{field}", "sensor_field_twice")]
    assert [code for _, code in warnings(document(data))] == ["sensor_field_twice"]
    assert epcis.loads(document(sensed({field: value})), profile="strict").warnings == ()


def test_v13_a_report_says_what_was_measured() -> None:
    data = event(sensorElementList=[{"sensorReport": [{"value": 5}]}])

    assert event_faults(data, profile="strict") == [(f"{AT}/sensorReport/0/type", "report_type_missing")]
    assert [code for _, code in warnings(document(data))] == ["report_type_missing"]


@pytest.mark.parametrize("again", [UNIT, UNIT_URN, "https://brand.example/gtin/9506000134352/ser/A1?x=1"])
def test_an_object_stands_once_in_a_set_in_whatever_spelling(again: str) -> None:
    assert event_faults(event(epcList=[UNIT, OTHER_UNIT, again])) == [("/epcList/2", "duplicate_epc")]
    found = event_faults(event("TransformationEvent", outputEPCList=[OTHER_UNIT, UNIT, again]))
    assert found == [("/outputEPCList/2", "duplicate_epc")]


def test_elsewhere_a_duplicate_is_a_remark() -> None:
    data = document(event("AggregationEvent", childEPCs=[UNIT, UNIT_URN]))

    assert epcis.loads(data).events[0].child_epcs == (UNIT, UNIT_URN)
    assert warnings(data) == [("/epcisBody/eventList/0/childEPCs/1", "duplicate_epc")]


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        ("ObjectEvent", "parentID", CASE),
        ("ObjectEvent", "childEPCs", [UNIT]),
        ("AggregationEvent", "epcList", [UNIT]),
        ("TransformationEvent", "parentID", CASE),
        ("TransactionEvent", "childEPCs", [UNIT]),
        ("AssociationEvent", "transformationID", CASE),
    ],
)
def test_a_field_of_another_type_of_event_is_refused(kind: str, field: str, value: Any) -> None:
    assert event_faults(event(kind, **{field: value})) == [(f"/{field}", "field_not_allowed")]


@pytest.mark.parametrize("kind", ["QuantityEvent", "objectEvent", "", 7, None])
def test_an_unknown_type_of_event_is_refused(kind: str) -> None:
    assert ("/type", "bad_event_type") in event_faults(event(kind))


def test_an_event_type_of_your_own_is_a_uri() -> None:
    found = read(event("ex:Sampling", epcList=[UNIT]), context=[CONTEXT, {"ex": EX}])

    assert found.type == EX + "Sampling"
    assert epcis.load_event(epcis.event_bytes(found)) == found


def test_a_negative_quantity_is_a_remark() -> None:
    data = document(event(quantityList=[{"epcClass": "urn:x:c", "quantity": -1}]))

    assert warnings(data) == [("/epcisBody/eventList/0/quantityList/0/quantity", "negative_quantity")]
