"""Each field has its form; what is wrong with it is said with its place and its code."""

from decimal import Decimal
from typing import Any

import pytest
from tests.epcis.documents import (
    CONTEXT,
    EX,
    PLACE,
    UNIT,
    document,
    event,
    event_faults,
    faults,
    read,
    warnings,
)

from seriatim import epcis
from seriatim.epcis.contexts import Prefixes
from seriatim.epcis.errors import Findings
from seriatim.epcis.fields import FieldReader
from seriatim.epcis.values import REMEMBERED_MAX

EXS = [CONTEXT, {"ex": EX}]


@pytest.mark.parametrize(
    "value",
    [
        "2005-04-03T20:33:31Z",
        "2005-04-03T20:33:31.1-06:00",
        "2005-04-03T20:33:31.123456789+14:00",
        "2024-02-29T00:00:00-00:00",
    ],
)
def test_a_time_with_its_zone_is_kept_as_it_was_written(value: Any) -> None:
    found = read(event(eventTime=value))

    assert found.event_time_text == value
    assert found.event_time.utcoffset().total_seconds() == 0


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("2005-04-03T20:33:31", "time_without_zone"),
        ("2005-04-03T20:33:31.5", "time_without_zone"),
        ("2005-04-03t20:33:31Z", "bad_time"),
        ("2005-04-03T20:33:31z", "bad_time"),
        ("2005-04-03 20:33:31Z", "bad_time"),
        ("2005-04-03T20:33Z", "bad_time"),
        ("2005-04-03T24:00:00Z", "bad_time"),
        ("2005-04-03T20:33:60Z", "bad_time"),
        ("2005-02-31T20:33:31Z", "bad_time"),
        ("2005-04-03T20:33:31+14:30", "bad_time"),
        ("2005-04-03T20:33:31+0200", "bad_time"),
        ("2005-W14-7T20:33:31Z", "bad_time"),
        ("0001-01-01T00:00:00+01:00", "bad_time"),
        ("٢٠٠٥-04-03T20:33:31Z", "bad_time"),
        ("2005-04-03T20:33:31Z\n", "bad_time"),
        ("", "bad_time"),
        (1112560411, "wrong_type"),
        (None, "wrong_type"),
    ],
)
def test_a_time_of_another_form_is_refused(value: Any, code: str) -> None:
    assert event_faults(event(eventTime=value)) == [("/eventTime", code)]


@pytest.mark.parametrize("value", ["+00:00", "-00:00", "-13:59", "+14:00", "-14:00"])
def test_an_offset_is_kept_as_it_was_sent_whatever_the_time_says(value: Any) -> None:
    assert (
        read(event(eventTime="2026-03-01T09:00:00Z", eventTimeZoneOffset=value)).event_time_zone_offset
        == value
    )


@pytest.mark.parametrize(
    "value", ["Z", "+14:30", "+15:00", "01:00", "+1:00", "+0100", "+01:60", "", 60, None]
)
def test_another_offset_is_refused(value: Any) -> None:
    assert event_faults(event(eventTimeZoneOffset=value)) == [("/eventTimeZoneOffset", "bad_offset")]


@pytest.mark.parametrize("value", ["add", "REMOVE", "", None, 1, ["ADD"]])
def test_an_action_is_one_of_three(value: Any) -> None:
    assert event_faults(event(action=value)) == [("/action", "bad_action")]


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("no uri", "not_a_uri"),
        ("urn:epc:id:sgtin:0614141.107346.20 17", "not_a_uri"),
        ("urn:example:%zz", "not_a_uri"),
        ("urn:example:grün", "not_a_uri"),
        ("https://a.example/<x>", "not_a_uri"),
        ("urn:example:" + "x" * 2_000, "uri_too_long"),
        ("urn:epc:id:sgtin:0614141.107346", "identifier_malformed"),
        ("urn:epc:id:sgtin:06141410.107346.1", "identifier_malformed"),
        ("https://id.gs1.org/01/09506000134353/21/A1", "identifier_malformed"),
        (7, "wrong_type"),
        (None, "wrong_type"),
        ({}, "wrong_type"),
    ],
)
def test_an_identifier_of_another_form_is_refused(value: Any, code: str) -> None:
    assert event_faults(event(epcList=[UNIT, value])) == [("/epcList/1", code)]


@pytest.mark.parametrize(
    "value",
    [
        "urn:epc:id:grai:4012345.55555.98765",
        "urn:epc:class:lgtin:4012345.012345.998877",
        "urn:epc:idpat:sgtin:0614141.107346.*",
        "urn:epc:idpat:grai:0614141.12345.*",
        "urn:jaif:id:obj:37SUN321456789A111222333AB+123456789012",
        "http://transaction.acme.com/po/12345678",
        "ni:///sha-256;abc?ver=CBV2.0",
        "https://id.gs1.org/8003/04012345555554",
    ],
)
def test_identifiers_of_every_kind_are_kept_letter_by_letter(value: Any) -> None:
    assert read(event(bizTransactionList=[{"bizTransaction": value}])).biz_transaction_list[0].id == value


def test_a_value_of_more_than_256_characters_is_kept() -> None:
    long = "urn:example:" + "x" * 500

    assert read(event(epcList=[long])).epc_list == (long,)


@pytest.mark.parametrize(
    "field", ["epcList", "quantityList", "bizTransactionList", "sourceList", "sensorElementList"]
)
@pytest.mark.parametrize("value", [{}, "text", 7, None, True])
def test_a_list_is_an_array(field: str, value: Any) -> None:
    assert (f"/{field}", "wrong_type") in event_faults(event(**{field: value}))


@pytest.mark.parametrize("field", ["quantityList", "bizTransactionList", "sourceList", "sensorElementList"])
def test_a_member_of_a_list_of_objects_is_an_object(field: str) -> None:
    assert (f"/{field}/0", "wrong_type") in event_faults(event(**{field: ["text"]}))


@pytest.mark.parametrize(
    "number", ["0.1", "16777217.1", "200.50", "-1", "12345678901234567890.123456789", "1E+2"]
)
def test_a_quantity_keeps_every_digit(number: str) -> None:
    data = document(event(quantityList=[{"epcClass": "urn:example:c", "quantity": "Q"}])).replace(
        b'"Q"', number.encode()
    )

    found = epcis.loads(data)

    assert found.events[0].quantity_list[0].quantity == Decimal(number)
    assert f'"quantity":{number}'.encode() in epcis.dumps(found)


def test_a_quantity_needs_neither_number_nor_unit() -> None:
    assert read(event(quantityList=[{"epcClass": "urn:example:c"}])).quantity_list == (
        epcis.Quantity(epc_class="urn:example:c"),
    )


@pytest.mark.parametrize(
    ("quantity", "found"),
    [
        ({}, [("/epcClass", "field_missing")]),
        ({"epcClass": "urn:example:c", "quantity": "5"}, [("/quantity", "wrong_type")]),
        ({"epcClass": "urn:example:c", "quantity": True}, [("/quantity", "wrong_type")]),
        ({"epcClass": "urn:example:c", "uom": "kg"}, [("/uom", "bad_uom")]),
        ({"epcClass": "urn:example:c", "uom": "KGMM"}, [("/uom", "bad_uom")]),
        ({"epcClass": "urn:example:c", "ex:a": 1}, [("/ex:a", "unknown_field")]),
    ],
)
def test_a_quantity_of_another_form_is_refused(quantity: str, found: str) -> None:
    faults = event_faults(event(quantityList=[quantity]), context=EXS)

    assert faults == [(f"/quantityList/0{path}", code) for path, code in found]


@pytest.mark.parametrize(
    "word", ["shipping", "https://ref.gs1.org/cbv/BizStep-shipping", "cbv:BizStep-shipping"]
)
def test_a_word_is_bare_inside_however_it_was_written(word: str) -> None:
    assert read(event(bizStep=word)).biz_step == "shipping"


def test_the_spelling_of_xml_is_read_with_a_warning_and_refused_by_the_strict_profile() -> None:
    data = document(event(bizStep="urn:epcglobal:cbv:bizstep:shipping"))

    assert epcis.loads(data).events[0].biz_step == "shipping"
    assert warnings(data) == [("/epcisBody/eventList/0/bizStep", "word_not_bare")]
    with pytest.raises(epcis.EPCISError, match="write the bare word shipping"):
        epcis.loads(data, profile="strict")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("bizStep", "foo"),
        ("bizStep", "Shipping"),
        ("bizStep", "https://ref.gs1.org/cbv/BizStep-foo"),
        ("bizStep", "urn:epcglobal:cbv:bizstep:foo"),
        ("disposition", "shipping"),
        ("disposition", "https://ref.gs1.org/cbv/BizStep-shipping"),
        ("disposition", "cbv:BizStep-shipping"),
        ("bizStep", ""),
    ],
)
def test_a_word_that_the_vocabulary_does_not_have_is_refused(field: str, value: Any) -> None:
    assert event_faults(event(**{field: value})) == [(f"/{field}", "unknown_word")]


def test_a_misspelt_word_is_told_its_right_spelling() -> None:
    with pytest.raises(epcis.EPCISError, match="perhaps shipping"):
        epcis.loads(document(event(bizStep="shiping")))


def test_a_word_of_somebody_elses_vocabulary_is_kept() -> None:
    assert read(event(bizStep="http://epcis.example.org/hc/bizstep/summarising")).biz_step == (
        "http://epcis.example.org/hc/bizstep/summarising"
    )


@pytest.mark.parametrize(
    ("field", "value", "found"),
    [
        ("bizTransactionList", [{"type": "nope", "bizTransaction": UNIT}], ("/0/type", "unknown_word")),
        ("bizTransactionList", [{"type": "po"}], ("/0/bizTransaction", "field_missing")),
        ("bizTransactionList", [{"bizTransaction": UNIT, "ex:a": 1}], ("/0/ex:a", "unknown_field")),
        ("sourceList", [{"source": PLACE}], ("/0/type", "field_missing")),
        ("sourceList", [{"type": "location"}], ("/0/source", "field_missing")),
        ("destinationList", [{"type": "nope", "destination": PLACE}], ("/0/type", "unknown_word")),
        ("readPoint", {}, ("/id", "field_missing")),
        ("readPoint", PLACE, ("", "wrong_type")),
        ("errorDeclaration", {}, ("/declarationTime", "field_missing")),
        ("errorDeclaration", [], ("", "wrong_type")),
        (
            "errorDeclaration",
            {"declarationTime": "2026-03-01T09:00:00Z", "reason": "x"},
            ("/reason", "unknown_word"),
        ),
        (
            "errorDeclaration",
            {"declarationTime": "2026-03-01T09:00:00Z", "foo": 1},
            ("/foo", "unknown_field"),
        ),
        ("persistentDisposition", {}, ("", "persistent_disposition_empty")),
        ("persistentDisposition", {"set": ["conformant", "conformant"]}, ("/set", "duplicate_value")),
        ("persistentDisposition", {"set": ["nope"]}, ("/set/0", "unknown_word")),
        ("persistentDisposition", {"set": ["conformant"], "ex:a": 1}, ("/ex:a", "unknown_field")),
        ("certificationInfo", ["no uri"], ("/0", "not_a_uri")),
        ("eventID", "no uri", ("", "not_a_uri")),
        ("recordTime", "yesterday", ("", "bad_time")),
    ],
)
def test_a_part_of_another_form_is_refused(field: str, value: Any, found: str) -> None:
    assert event_faults(event(**{field: value}), context=EXS) == [(f"/{field}{found[0]}", found[1])]


def test_extensions_of_a_place_are_all_kept_and_plain_names_warned_about() -> None:
    place = {"id": PLACE, "ex:a": "1", "ex:b": "2", "door": "3"}
    data = document(event(readPoint=place), context=EXS)

    assert epcis.loads(data).events[0].read_point.extensions == (
        epcis.Extension(EX, "a", "1"),
        epcis.Extension(EX, "b", "2"),
        epcis.Extension("", "door", "3"),
    )
    assert warnings(data) == [("/epcisBody/eventList/0/readPoint/door", "plain_field_name")]


def test_a_place_that_is_wrong_in_two_events_is_named_twice() -> None:
    data = document(*(event(readPoint={"id": place}) for place in (PLACE, "no uri", PLACE, "no uri")))

    assert faults(data) == [(f"/epcisBody/eventList/{index}/readPoint/id", "not_a_uri") for index in (1, 3)]


def test_places_are_remembered_but_not_without_end() -> None:
    reader = FieldReader(Findings(), Prefixes())

    def place(number: int) -> epcis.Location | None:
        return reader.location("", "readPoint", {"id": f"urn:example:place:{number}"})

    first = place(0)
    assert place(0) is first
    for number in range(REMEMBERED_MAX + 1):
        place(number)
    reader.forget()
    assert place(0) == first
    assert place(0) is not first


def test_extensions_are_kept_at_any_depth() -> None:
    tree = {"ex:b": [{"ex:c": {"ex:d": {"ex:e": [1, "2", True, 3.5]}}}, "text"]}

    found = read(event(**{"ex:a": tree}), context=EXS).extensions

    leaves = tuple(epcis.Extension(EX, "e", value) for value in (1, "2", True, Decimal("3.5")))
    deep = (epcis.Extension(EX, "c", (epcis.Extension(EX, "d", leaves),)),)
    assert found == (
        epcis.Extension(EX, "a", (epcis.Extension(EX, "b", deep), epcis.Extension(EX, "b", "text"))),
    )


def test_null_in_an_extension_is_dropped_with_a_warning() -> None:
    data = document(event(**{"ex:a": None}), context=EXS)

    assert epcis.loads(data).events[0].extensions == ()
    assert warnings(data) == [("/epcisBody/eventList/0/ex:a", "null_dropped")]


def sensor(*reports: dict[str, object], **more: object) -> dict[str, object]:
    return event(sensorElementList=[{"sensorReport": list(reports), **more}])


@pytest.mark.parametrize(
    ("report", "found"),
    [
        ({"type": "Warmth"}, ("/type", "unknown_word")),
        ({"type": "EffectiveDoseRate"}, ("/type", "unknown_word")),
        ({"type": "Temperature", "value": "26"}, ("/value", "wrong_type")),
        ({"type": "Temperature", "booleanValue": "true"}, ("/booleanValue", "wrong_type")),
        ({"type": "Temperature", "hexBinaryValue": "f0f"}, ("/hexBinaryValue", "bad_hexadecimal")),
        ({"type": "Temperature", "hexBinaryValue": "xy"}, ("/hexBinaryValue", "bad_hexadecimal")),
        ({"type": "Temperature", "component": "w"}, ("/component", "unknown_word")),
        ({"type": "Temperature", "exception": "ALARM"}, ("/exception", "unknown_word")),
        ({"type": "Temperature", "deviceID": "no uri"}, ("/deviceID", "not_a_uri")),
        ({"type": "Temperature", "time": "2026-03-01T09:00:00"}, ("/time", "time_without_zone")),
        ({"type": "Temperature", "foo": 1}, ("/foo", "unknown_field")),
    ],
)
def test_a_sensor_report_of_another_form_is_refused(report: str, found: str) -> None:
    assert event_faults(sensor(report)) == [(f"/sensorElementList/0/sensorReport/0{found[0]}", found[1])]


def test_a_sensor_element_needs_a_report() -> None:
    assert event_faults(sensor()) == [("/sensorElementList/0/sensorReport", "sensor_report_missing")]
    assert event_faults(event(sensorElementList=[{"sensorMetadata": {}}])) == [
        ("/sensorElementList/0/sensorReport", "field_missing")
    ]


def test_a_curie_of_the_vocabulary_becomes_its_word() -> None:
    report = (
        read(sensor({"type": "gs1:Temperature", "component": "cbv:Comp-latitude"}))
        .sensor_element_list[0]
        .reports[0]
    )

    assert (report.type, report.component) == ("Temperature", "latitude")


def test_all_faults_of_all_events_are_named_at_once() -> None:
    data = document(
        event(bizStep="foo", action="bar"), 7, event("AggregationEvent", parentID="no uri", eventTime="x")
    )
    with pytest.raises(epcis.EPCISError) as caught:
        epcis.loads(data)

    assert [(problem.event_index, problem.code) for problem in caught.value.problems] == [
        (0, "bad_action"),
        (0, "unknown_word"),
        (1, "wrong_type"),
        (2, "bad_time"),
        (2, "not_a_uri"),
    ]


@pytest.mark.parametrize(
    ("odd", "code"),
    [
        ("https://id.gs1.org/01/09506000134353/21/A1", "identifier_malformed"),
        ("https://id.gs1.org/01/09506000134352/21/" + "A" * 21, "identifier_malformed"),
        ("https://id.gs1.org/01/09506000134352/21/A 1", "not_a_uri"),
        (17, "wrong_type"),
    ],
)
def test_a_fault_in_a_long_list_is_found_at_its_place(odd: Any, code: str) -> None:
    units = [f"https://id.gs1.org/01/09506000134352/21/U{number}" for number in range(40)]

    assert read(event(epcList=units)).epc_list == tuple(units)
    (fault,) = event_faults(event(epcList=[*units[:30], odd, *units[30:]]))
    assert fault == ("/epcList/30", code)


def test_a_unit_that_stands_twice_in_a_long_list_is_refused() -> None:
    units = [f"https://id.gs1.org/01/09506000134352/21/U{number}" for number in range(40)]

    (fault,) = event_faults(event(epcList=[*units, units[7]]))

    assert fault[1] == "duplicate_epc"
