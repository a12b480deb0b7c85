import json
from typing import Any

import pytest
from tests.epcis.documents import CONTEXT, EX, PLACE, UNIT, document, event, read

from seriatim import epcis


def test_events_alone_become_a_document() -> None:
    one = read(event())

    written = json.loads(epcis.dumps([one]))

    assert written == {
        "@context": [CONTEXT],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-03-01T09:00:00+01:00",
        "epcisBody": {
            "eventList": [
                {
                    "type": "ObjectEvent",
                    "eventTime": "2026-03-01T09:00:00+01:00",
                    "eventTimeZoneOffset": "+01:00",
                    "action": "OBSERVE",
                    "epcList": [UNIT],
                }
            ]
        },
    }


def test_a_document_without_events_is_one_too() -> None:
    assert epcis.loads(epcis.dumps([])).events == ()


def test_time_and_offset_come_back_as_they_were_sent() -> None:
    one = read(event(eventTime="2026-03-01T09:00:00.1234567Z", eventTimeZoneOffset="+02:00"))

    written = epcis.event_json(one)

    assert (written["eventTime"], written["eventTimeZoneOffset"]) == (
        "2026-03-01T09:00:00.1234567Z",
        "+02:00",
    )


def test_identifiers_come_back_in_their_own_spelling_and_words_bare() -> None:
    one = read(event(epcList=["urn:epc:id:sgtin:9506000.013435.A1"], bizStep="cbv:BizStep-packing"))

    written = epcis.event_json(one)

    assert (written["epcList"], written["bizStep"]) == (["urn:epc:id:sgtin:9506000.013435.A1"], "packing")


@pytest.mark.parametrize(
    "changes",
    [
        {"epcList": []},
        {"epcList": [], "sensorElementList": [{"sensorReport": [{"type": "Temperature"}]}]},
        {"epcList": [], "readPoint": {"id": PLACE}},
    ],
)
def test_an_empty_list_is_written_where_the_event_lives_by_it(changes: dict[str, Any]) -> None:
    written = epcis.event_json(read(event(**changes)))

    assert written["epcList"] == []


def test_an_empty_list_is_not_written_where_it_says_nothing() -> None:
    one = read(event(epcList=[], quantityList=[{"epcClass": "urn:x:c"}]))

    assert "epcList" not in epcis.event_json(one)


def test_prefixes_of_the_document_are_used_and_new_ones_made_where_none_is_known() -> None:
    data = document(
        event(**{"ex:a": "1", "https://other.example/b": "2", "rdfs:comment": "3"}),
        context=[CONTEXT, {"ex": EX}],
    )

    written = json.loads(epcis.dumps(epcis.loads(data)))

    assert written["@context"] == [CONTEXT, {"ex": EX, "extns1": "https://other.example/"}]
    fields = written["epcisBody"]["eventList"][0]
    assert (fields["ex:a"], fields["extns1:b"], fields["rdfs:comment"]) == ("1", "2", "3")


def test_one_event_declares_the_prefixes_it_needs() -> None:
    one = read(event(**{"ex:a": {"ex:b": "1"}}), context=[CONTEXT, {"ex": EX}])

    assert epcis.event_json(one)["@context"] == [CONTEXT, {"extns1": EX}]
    assert epcis.load_event(epcis.event_bytes(one)) == one


def test_the_order_of_the_input_leaves_no_trace() -> None:
    fields = event(bizStep="packing", readPoint={"id": PLACE}, disposition="active")

    one, other = read(fields), read(dict(reversed(fields.items())))

    assert epcis.event_bytes(one) == epcis.event_bytes(other)


def test_one_field_under_two_prefixes_is_one_field() -> None:
    one = read(event(**{"a:x": "1", "b:y": "2", "b:x": "3"}), context=[CONTEXT, {"a": EX, "b": EX}])

    assert [(field.name, field.value) for field in one.extensions] == [("x", "1"), ("x", "3"), ("y", "2")]
    assert epcis.load_event(epcis.event_bytes(one)) == one


def test_large_whole_numbers_keep_their_digits() -> None:
    data = document(event(**{"ex:a": 123456789012345678901234567890}), context=[CONTEXT, {"ex": EX}])

    written = epcis.dumps(epcis.loads(data))

    assert b'"ex:a":123456789012345678901234567890' in written


def test_another_format_is_refused() -> None:
    with pytest.raises(ValueError, match="xml"):
        epcis.dumps([], "csv")  # type: ignore[arg-type] -- what is tested


def test_an_event_with_every_part_comes_back_whole() -> None:
    fields = event(
        action="ADD",
        eventID="urn:uuid:1",
        recordTime="2026-03-01T10:00:00Z",
        certificationInfo=["urn:x:1", "urn:x:2"],
        errorDeclaration={
            "declarationTime": "2026-04-01T00:00:00Z",
            "reason": "incorrect_data",
            "correctiveEventIDs": ["urn:uuid:2"],
            "ex:who": "me",
        },
        quantityList=[{"epcClass": "urn:x:c", "quantity": 1.50, "uom": "KGM"}],
        bizStep="commissioning",
        disposition="active",
        persistentDisposition={"set": ["conformant"], "unset": ["non_conformant"]},
        readPoint={"id": PLACE, "ex:door": 3},
        bizLocation={"id": PLACE},
        bizTransactionList=[{"type": "po", "bizTransaction": "urn:x:po"}, {"bizTransaction": "urn:x:other"}],
        sourceList=[{"type": "location", "source": PLACE}],
        destinationList=[{"type": "urn:x:t", "destination": PLACE}],
        sensorElementList=[
            {
                "sensorMetadata": {"startTime": "2026-03-01T07:00:00Z", "ex:a": "1"},
                "sensorReport": [
                    {
                        "type": "Temperature",
                        "exception": "ALARM_CONDITION",
                        "value": 26.20,
                        "booleanValue": False,
                        "hexBinaryValue": "f0F0",
                        "stringValue": "",
                        "component": "x",
                        "uom": "CEL",
                        "ex:b": [1, {"ex:c": None}],
                    }
                ],
                "ex:d": {},
            }
        ],
        ilmd={"cbvmda:lotNumber": "L1", "ex:e": {"ex:f": "g"}},
        **{"ex:h": [True, 1, 1.5, "x", {"plain": "y", "@type": "z"}]},
    )
    one = read(fields, context=[CONTEXT, {"ex": EX}])

    assert epcis.load_event(epcis.event_bytes(one)) == one
    again = epcis.event_json(one)
    assert {name for name in fields if ":" not in name} <= again.keys()
