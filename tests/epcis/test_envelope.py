"""What stands around the events: document, query answer, master data, single event."""

import json
from typing import Any

import pytest
from tests.epcis.documents import CONTEXT, EX, LEAVE_OUT, PLACE, document, event, faults, warnings

from seriatim import epcis


@pytest.mark.parametrize("field", ["schemaVersion", "creationDate", "epcisBody"])
def test_a_document_needs_its_envelope(field: str) -> None:
    assert faults(document(event(), **{field: LEAVE_OUT})) == [(f"/{field}", "field_missing")]


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"type": "Document"}, ("/type", "bad_document_type")),
        ({"type": LEAVE_OUT}, ("/type", "bad_document_type")),
        ({"schemaVersion": "two"}, ("/schemaVersion", "bad_version")),
        ({"schemaVersion": "3.0"}, ("/schemaVersion", "bad_version")),
        ({"schemaVersion": 2.0}, ("/schemaVersion", "bad_version")),
        ({"schemaVersion": ""}, ("/schemaVersion", "bad_version")),
        ({"creationDate": "2026-03-01"}, ("/creationDate", "bad_time")),
        ({"id": "no uri"}, ("/id", "not_a_uri")),
        ({"sender": 7}, ("/sender", "wrong_type")),
        ({"foo": 1}, ("/foo", "unknown_field")),
        ({"epcisBody": []}, ("/epcisBody", "wrong_type")),
        ({"epcisBody": {}}, ("/epcisBody", "empty_object")),
        ({"epcisBody": {"eventList": {}}}, ("/epcisBody/eventList", "wrong_type")),
        ({"epcisBody": {"eventList": [], "foo": 1}}, ("/epcisBody/foo", "unknown_field")),
        ({"epcisHeader": 7}, ("/epcisHeader", "wrong_type")),
    ],
)
def test_a_faulty_envelope_is_refused(changes: dict[str, Any], found: Any) -> None:
    assert faults(document(event(), **changes)) == [found]


@pytest.mark.parametrize("version", ["2.0", "2", "2.0.1", "1.2"])
def test_versions_are_kept_as_written(version: str) -> None:
    assert epcis.loads(document(schemaVersion=version)).schema_version == version


def test_what_a_document_says_of_itself_comes_back() -> None:
    data = document(
        event(),
        context=[CONTEXT, {"ex": EX}],
        id="urn:uuid:1",
        sender="urn:epc:id:sgln:0353579.00001.0",
        receiver="them",
        instanceIdentifier="4711",
        **{"ex:route": ["a", "b"]},
    )

    found = epcis.loads(data)

    assert (found.id, found.sender, found.receiver, found.instance_identifier) == (
        "urn:uuid:1",
        "urn:epc:id:sgln:0353579.00001.0",
        "them",
        "4711",
    )
    assert found.extensions == (epcis.Extension(EX, "route", "a"), epcis.Extension(EX, "route", "b"))
    assert found.prefixes == (("ex", EX),)
    assert json.loads(epcis.dumps(found))["ex:route"] == ["a", "b"]
    assert epcis.loads(epcis.dumps(found)) == found


def query_answer(**results: object) -> bytes:
    fields = {"queryName": "Mine", "subscriptionID": "s1", "resultsBody": {"eventList": [event()]}} | results
    kept = {name: value for name, value in fields.items() if value is not LEAVE_OUT}
    return document(type="EPCISQueryDocument", epcisBody={"queryResults": kept})


def test_the_answer_of_a_query_is_a_document_too() -> None:
    found = epcis.loads(query_answer())

    assert (found.type, found.query_name, found.subscription_id) == ("EPCISQueryDocument", "Mine", "s1")
    assert len(found.events) == 1
    assert epcis.loads(epcis.dumps(found)) == found


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"queryName": LEAVE_OUT}, ("/epcisBody/queryResults/queryName", "field_missing")),
        ({"resultsBody": LEAVE_OUT}, ("/epcisBody/queryResults/resultsBody", "field_missing")),
        ({"resultsBody": {"foo": 1}}, ("/epcisBody/queryResults/resultsBody/foo", "unknown_field")),
    ],
)
def test_a_faulty_answer_is_refused(changes: dict[str, Any], found: Any) -> None:
    assert found in faults(query_answer(**changes))


def test_the_place_of_a_fault_in_an_answer_names_its_event() -> None:
    data = query_answer(resultsBody={"eventList": [event(), event(bizStep="foo")]})

    with pytest.raises(epcis.EPCISError) as caught:
        epcis.loads(data)

    assert caught.value.problems[0].path == "/epcisBody/queryResults/resultsBody/eventList/1/bizStep"
    assert caught.value.problems[0].event_index == 1


MASTER = {
    "epcisMasterData": {
        "vocabularyList": [
            {
                "type": "urn:epcglobal:epcis:vtype:BusinessLocation",
                "vocabularyElementList": [
                    {
                        "id": PLACE,
                        "attributes": [
                            {"id": "urn:epcglobal:cbv:mda:sst", "attribute": "201"},
                            {"id": "urn:epcglobal:cbv:mda:number", "attribute": 3},
                            {"id": "http://epcis.example.com/mda/address", "attribute": {"ex:City": "Lyon"}},
                        ],
                        "children": ["urn:epc:id:sgln:0037000.00729.8201"],
                    }
                ],
            }
        ]
    }
}


def test_master_data_stand_beside_the_events() -> None:
    found = epcis.loads(document(event(), context=[CONTEXT, {"ex": EX}], epcisHeader=MASTER))

    (vocabulary,) = found.master_data
    (element,) = vocabulary.elements
    assert vocabulary.type == "urn:epcglobal:epcis:vtype:BusinessLocation"
    assert element.children == ("urn:epc:id:sgln:0037000.00729.8201",)
    assert [one.value for one in element.attributes] == ["201", 3, (epcis.Extension(EX, "City", "Lyon"),)]
    assert len(found.events) == 1
    assert epcis.loads(epcis.dumps(found)) == found


@pytest.mark.parametrize(
    ("vocabulary", "found"),
    [
        (7, ("/0", "wrong_type")),
        ({}, ("/0/type", "field_missing")),
        (
            {"type": "urn:x:y", "vocabularyElementList": [{}]},
            ("/0/vocabularyElementList/0/id", "field_missing"),
        ),
        (
            {"type": "urn:x:y", "vocabularyElementList": [{"id": PLACE, "children": ["no uri"]}]},
            ("/0/vocabularyElementList/0/children/0", "not_a_uri"),
        ),
        (
            {"type": "urn:x:y", "vocabularyElementList": [{"id": PLACE, "attributes": [{"attribute": "1"}]}]},
            ("/0/vocabularyElementList/0/attributes/0/id", "field_missing"),
        ),
    ],
)
def test_faulty_master_data_are_refused(vocabulary: Any, found: Any) -> None:
    data = document(event(), epcisHeader={"epcisMasterData": {"vocabularyList": [vocabulary]}})

    assert faults(data) == [("/epcisHeader/epcisMasterData/vocabularyList" + found[0], found[1])]


def test_a_single_event_carries_its_own_context() -> None:
    found = epcis.load_event(
        json.dumps({"@context": [CONTEXT, {"ex": EX}], **event(**{"ex:a": "1"})}).encode()
    )

    assert found.extensions == (epcis.Extension(EX, "a", "1"),)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (event(), ("", "context_missing")),
        (json.loads(document(event())), ("/type", "bad_event_type")),
        ([], ("", "wrong_type")),
        ({"@context": CONTEXT, **event(bizStep="foo")}, ("/bizStep", "unknown_word")),
    ],
)
def test_a_faulty_single_event_is_refused(value: Any, found: Any) -> None:
    with pytest.raises(epcis.EPCISError) as caught:
        epcis.load_event(json.dumps(value).encode())

    assert (caught.value.problems[0].path, caught.value.problems[0].code) == found
    assert caught.value.problems[0].event_index is None


def test_an_event_is_no_document() -> None:
    with pytest.raises(epcis.EPCISError, match="load_event"):
        epcis.loads(json.dumps({"@context": CONTEXT, **event()}).encode())


def test_there_are_two_profiles() -> None:
    with pytest.raises(ValueError, match="published"):
        epcis.loads(document(event()), profile="lenient")


def test_a_dropped_envelope_field_is_said() -> None:
    body = {"eventList": [], "ex:a": 1}

    assert warnings(document(context=[CONTEXT, {"ex": EX}], epcisBody=body)) == [
        ("/epcisBody/ex:a", "envelope_field_dropped")
    ]
