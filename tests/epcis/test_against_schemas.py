"""What we accept and what GS1's schemas accept is the same, but for the tables that stand here, and only here.

Documents are made, then spoilt in a few places. Where a schema (formats asserted) and the strict profile are not of one
opinion, the reason must stand in one of the tables below; and each line of a table has a witness, a document over which the
two really differ. So nothing is refused without a rule, nothing let through by accident, and no line outlives its reason.
"""

import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from tests.epcis import xml_documents as xml
from tests.epcis.documents import CASE, CONTEXT, EX, LEAVE_OUT, PLACE, UNIT, VECTORS, document, event
from tests.epcis.test_generated_documents import events
from tests.epcis.test_round_trip import json_schema, xml_schema

from seriatim import epcis

pytestmark = pytest.mark.skipif(
    not (VECTORS / "xsd").exists(), reason="GS1's schemas are not beside the repository"
)

CONTEXTS = [CONTEXT, {"ex": EX}]
AT = "2026-03-01T09:00:00+01:00"
FIELDS = [
    *("type", "eventTime", "eventTimeZoneOffset", "eventID", "recordTime", "certificationInfo", "errorDeclaration"),
    *("action", "epcList", "quantityList", "parentID", "childEPCs", "childQuantityList", "inputEPCList"),
    *("inputQuantityList", "outputEPCList", "outputQuantityList", "transformationID", "bizTransactionList", "bizStep"),
    *("disposition", "readPoint", "bizLocation", "sourceList", "destinationList", "sensorElementList"),
    *("persistentDisposition", "ilmd", "ex:own", "unknown", "epcClass", "quantity", "uom", "id", "value", "stringValue"),
    *("sensorMetadata", "sensorReport", "time", "startTime", "endTime", "deviceID", "hexBinaryValue", "exception"),
    *("component", "meanValue", "sDev", "set", "unset", "declarationTime", "reason", "correctiveEventIDs"),
    *("bizTransaction", "source", "destination", "microorganism", "booleanValue", "uriValue", "percRank"),
]  # fmt: skip
VALUES: list[Any] = [
    *("", "x", "shipping", "active", "conformant", "po", "owning_party", "did_not_occur", "Temperature", "ALARM_CONDITION"),
    *(AT, "2026-03-01T09:00:00Z", "2026-03-01T10:00:00Z", "2026-03-01T09:00:00", "2026-03-01", "+01:00", "Z", "+14:30"),
    *("ADD", "OBSERVE", "DELETE", "KGM", "kg", "0a", "0", UNIT, CASE, PLACE, "urn:example:x", "urn:epc:id:sgtin:9.9"),
    *("ObjectEvent", "AggregationEvent", "ex:Own", "ex:value", "zz:value"),
    *(0, 1, -1, 2.5, True, False, None, [], {}, [UNIT], [UNIT, UNIT], ["x"], [{}], {"id": PLACE}, {"ex:a": "1"}),
    {"set": ["conformant"]},
    {"declarationTime": AT},
    [{"epcClass": "urn:example:class", "quantity": 2, "uom": "KGM"}],
    [{"type": "po", "bizTransaction": "urn:example:po"}],
    [{"type": "location", "source": PLACE}],
    [{"type": "location", "destination": PLACE}],
    [{"sensorReport": [{"type": "Temperature", "value": 1}]}],
]  # fmt: skip


def places(value: Any) -> list[Any]:
    """The objects inside a value, itself among them."""
    found = [value] if isinstance(value, dict) else []
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        found += places(one)
    return found


@st.composite
def spoilt_events(draw: st.DrawFn) -> dict[str, Any]:
    """An event, and up to three changes that may make nonsense of it."""
    told = deepcopy(draw(events()))
    for _ in range(draw(st.integers(0, 3))):
        spots = places(told)
        spot = spots[draw(st.integers(0, min(len(spots), 8) - 1))]
        field = draw(st.sampled_from(FIELDS))
        if draw(st.integers(0, 4)) == 0:
            spot.pop(draw(st.sampled_from(sorted(spot))) if spot else field, None)
        else:
            spot[field] = deepcopy(draw(st.sampled_from(VALUES)))
    return told


def refusals(told: dict[str, Any]) -> set[str]:
    """The codes for which the strict profile refuses an event; empty when it does not."""
    try:
        epcis.loads(document(told, context=CONTEXTS), profile="strict")
    except epcis.EPCISError as error:
        return {problem.code for problem in error.problems}
    return set()


def is_valid(told: dict[str, Any]) -> bool:
    """Whether GS1's JSON schema accepts a document of this event."""
    valid: bool = json_schema().is_valid(json.loads(document(told, context=CONTEXTS)))
    return valid


def sensed(metadata: dict[str, Any], **report: Any) -> dict[str, Any]:
    reports = [{"type": "Temperature", "value": 1, **report}]
    return event(sensorElementList=[{"sensorMetadata": metadata, "sensorReport": reports}])


LATER = "2026-03-01T09:00:01+01:00"
RULES_BEYOND_THE_JSON_SCHEMA: dict[str, dict[str, Any]] = {
    "parent_missing": event("AggregationEvent", parentID=LEAVE_OUT),  # V7
    "start_after_end": sensed({"startTime": AT, "endTime": "2026-03-01T08:59:59+01:00"}),  # V1
    "sensor_time_after_event": sensed({"time": LATER}),  # V11
    "sensor_field_twice": sensed({"deviceID": UNIT}, deviceID=UNIT),  # V12
    "bad_hexadecimal": sensed({}, hexBinaryValue="0"),  # V15
    "identifier_malformed": event(epcList=["urn:epc:id:sgtin:9.9"]),  # V17
    "duplicate_epc": event(epcList=[UNIT, "urn:epc:id:sgtin:9506000.013435.A1"]),  # one thing, spelled twice
    "bad_time": event(eventTime="2026-03-01t09:00:00z"),  # the form of XSD counts in JSON, too
}
"""Why we refuse what GS1's JSON schema accepts, each with a document."""

OBJECT = f"<ObjectEvent>{xml.TIMES}%s</ObjectEvent>"
EPCS = f"<epcList><epc>{UNIT}</epc></epcList><action>OBSERVE</action>"
RULES_BEYOND_THE_XSD: dict[str, str] = {
    "object_missing": OBJECT % "<action>OBSERVE</action>",  # V5
    "parent_missing": f"<AggregationEvent>{xml.TIMES}<childEPCs><epc>{UNIT}</epc></childEPCs><action>ADD</action></AggregationEvent>",
    "bad_offset": (OBJECT % EPCS).replace(
        ">+01:00</eventTimeZoneOffset>", ">rubbish</eventTimeZoneOffset>"
    ),  # V2
    "unknown_word": OBJECT % f"{EPCS}<disposition>urn:epcglobal:cbv:disp:none</disposition>",  # V4
    "word_bare": OBJECT % f"{EPCS}<bizStep>shipping</bizStep>",
    "not_a_uri": OBJECT % f"{EPCS}<readPoint><id>here</id></readPoint>",
    "identifier_malformed": OBJECT % f"{EPCS}<readPoint><id>urn:epc:id:sgln:9.9</id></readPoint>",  # V17
    "ilmd_not_allowed": OBJECT % f"{EPCS}<ilmd><ex:a>1</ex:a></ilmd>",  # V14
    "duplicate_epc": OBJECT % EPCS.replace("</epcList>", f"<epc>{UNIT}</epc></epcList>"),
    "field_missing": (OBJECT % EPCS).replace(
        "</eventTimeZoneOffset>", "</eventTimeZoneOffset><errorDeclaration></errorDeclaration>"
    ),  # V16
}
"""Why we refuse what GS1's XSD accepts, each with an event; other reasons are found in `ALSO_BEYOND_THE_XSD`."""
ALSO_BEYOND_THE_XSD = frozenset(
    {
        *("children_missing", "transformation_incomplete", "biz_transaction_missing", "persistent_disposition_empty"),
        *("bad_uom", "bad_hexadecimal", "duplicate_name", "duplicate_value", "unknown_field", "wrong_type", "uom_without_quantity"),
        *("sensor_field_twice", "sensor_time_after_event", "start_after_end", "bad_action", "action_missing", "action_missing"),
    }
)  # fmt: skip
"""Reasons of the same kinds, each tested where its rule is (V1 to V17: `test_rules.py`, `test_fields.py`, `test_xml_read.py`)."""
LENIENT_BEYOND_THE_XSD: dict[str, str] = {
    # Text between the elements of a list or part says nothing in EPCIS, and is left out.
    "SCHEMAV_CVC_COMPLEX_TYPE_2_3": OBJECT % EPCS.replace("<epcList>", "<epcList>text"),
    # Attributes and elements where only text may stand, likewise.
    "SCHEMAV_CVC_COMPLEX_TYPE_3_2_1": OBJECT % EPCS.replace("<epc>", '<epc ex:a="1">'),
    "SCHEMAV_CVC_TYPE_3_1_1": OBJECT % EPCS.replace("<action>", '<action ex:a="1">'),
    "SCHEMAV_CVC_TYPE_3_1_2": OBJECT % EPCS.replace("OBSERVE<", "OBSERVE<ex:a/><"),
    "SCHEMAV_CVC_COMPLEX_TYPE_2_2": OBJECT % EPCS.replace("</epc>", "<ex:a/></epc>"),
    "SCHEMAV_CVC_ELT_3_1": OBJECT % EPCS.replace("<epc>", '<epc xsi:nil="false">'),
    # What is said to be nil is nil, whatever stands in it.
    "SCHEMAV_CVC_ELT_3_2_1": OBJECT
    % (
        f"{EPCS}<quantityList><quantityElement><epcClass>urn:example:class</epcClass>"
        '<quantity xsi:nil="true">5</quantity><uom>KGM</uom></quantityElement></quantityList>'
    ),
    # An extension may stand before the last standard field.
    "SCHEMAV_ELEMENT_CONTENT": OBJECT
    % f"{EPCS}<ex:a>1</ex:a><persistentDisposition><set>urn:epcglobal:cbv:disp:conformant</set></persistentDisposition>",
    # The type that an extension claims for its value is a hint, whether the value keeps to it or not.
    "SCHEMAV_CVC_DATATYPE_VALID_1_2_1": OBJECT % f'{EPCS}<ex:a xsi:type="xsd:integer">x</ex:a>',
    "SCHEMAV_CVC_ELT_4_2": OBJECT % f'{EPCS}<ex:a xsi:type="ex:none">x</ex:a>',
}
"""What we accept although GS1's XSD does not, by the name of its complaint, each with an event."""
WITH_OTHERS = frozenset(
    {"SCHEMAV_CVC_TYPE_1", "SCHEMAV_CVC_TYPE_2", "SCHEMAV_CVC_ELT_4_1", "SCHEMAV_CVC_ELT_4_3"}
)
"""Complaints that follow from one of those about the same place."""


@settings(max_examples=250)
@given(spoilt_events())
def test_json_is_refused_by_the_schema_or_by_a_rule_of_the_table_and_accepted_by_both(
    told: dict[str, Any],
) -> None:
    """E46: the accepted sets agree but for the table."""
    reasons = refusals(told)

    if is_valid(told):
        # Of an event of a type of one's own the schema knows no field, so that every rule is beyond it.
        own_type = ":" in str(told["type"])
        assert own_type or reasons <= RULES_BEYOND_THE_JSON_SCHEMA.keys()
    else:
        assert reasons


@pytest.mark.parametrize("code", RULES_BEYOND_THE_JSON_SCHEMA)
def test_each_rule_beyond_the_json_schema_has_a_document_that_the_schema_lets_through(code: str) -> None:
    told = RULES_BEYOND_THE_JSON_SCHEMA[code]

    assert (is_valid(told), refusals(told)) == (True, {code})


def xml_opinions(data: bytes) -> tuple[set[str], set[str]]:
    """The codes for which we refuse a document, and the names of the complaints of the XSD."""
    schema: Any = xml_schema("EPCISDocument")
    schema.validate(etree.fromstring(data))
    complaints = {entry.type_name for entry in schema.error_log}
    try:
        epcis.loads(data, profile="strict")
    except epcis.EPCISError as error:
        return {problem.code for problem in error.problems}, complaints
    return set(), complaints


TEXTS = [
    *("", "x", "shipping", "urn:epcglobal:cbv:bizstep:packing", "urn:epcglobal:cbv:bizstep:foo", "ADD", "OBSERVE", "2"),
    *("-1", "NaN", "true", "KGM", "kg", "0", "0a", AT, LATER, "2026-03-01T09:00:00", "2026-03-01t09:00:00z", "+01:00"),
    *("Z", UNIT, "urn:epc:id:sgtin:9.9", "urn:example:x"),
]  # fmt: skip


@st.composite
def spoilt_xml(draw: st.DrawFn) -> bytes:
    """A document in XML, and up to two changes of its tree."""
    told = epcis.loads(document(draw(events()), context=CONTEXTS))
    root = etree.fromstring(epcis.dumps(told, "xml"))
    for _ in range(draw(st.integers(0, 2))):
        inner = list(root.iterfind("EPCISBody/EventList//*"))
        if not inner:
            break
        one = inner[draw(st.integers(0, len(inner) - 1))]
        parent = one.getparent()
        assert parent is not None
        match draw(st.sampled_from(["text", "attribute", "drop", "twice", "swap", "child"])):
            case "text":
                one.text = draw(st.sampled_from(TEXTS))
            case "attribute":
                name = draw(st.sampled_from(["time", "type", "value", "uom", "foo", f"{{{EX}}}z"]))
                one.set(name, draw(st.sampled_from(TEXTS)))
            case "drop":
                parent.remove(one)
            case "twice":
                parent.insert(parent.index(one), deepcopy(one))
            case "swap":
                parent.insert(max(parent.index(one) - 1, 0), one)
            case _:
                etree.SubElement(
                    one, draw(st.sampled_from([f"{{{EX}}}new", "foo", "action", "extension", "epc"]))
                )
    return etree.tostring(root)


@settings(max_examples=200)
@given(spoilt_xml())
def test_xml_is_judged_as_by_the_xsd_but_for_the_tables(data: bytes) -> None:
    """E18, E48: rules that the XSD does not see, and what it sees and we forgive."""
    reasons, complaints = xml_opinions(data)

    if reasons and not complaints:
        assert reasons <= RULES_BEYOND_THE_XSD.keys() | ALSO_BEYOND_THE_XSD
    if complaints and not reasons:
        assert complaints <= LENIENT_BEYOND_THE_XSD.keys() | WITH_OTHERS


@pytest.mark.parametrize("code", RULES_BEYOND_THE_XSD)
def test_each_rule_beyond_the_xsd_has_an_event_that_the_xsd_lets_through(code: str) -> None:
    assert xml_opinions(xml.document(RULES_BEYOND_THE_XSD[code])) == ({code}, set())


@pytest.mark.parametrize("complaint", LENIENT_BEYOND_THE_XSD)
def test_each_leniency_has_an_event_that_the_xsd_refuses(complaint: str) -> None:
    reasons, complaints = xml_opinions(xml.document(LENIENT_BEYOND_THE_XSD[complaint]))

    assert reasons == set()
    assert complaint in complaints
    assert complaints <= LENIENT_BEYOND_THE_XSD.keys() | WITH_OTHERS
