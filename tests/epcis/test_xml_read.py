"""XML is read by the same rules as JSON-LD, and every fault names its line."""

import sys
import tracemalloc
from typing import Any

import pytest
from tests.epcis.documents import CASE, EX, OTHER_UNIT, PLACE, UNIT, faults
from tests.epcis.xml_documents import EPCIS1, OBJECT, TIMES, document, read

from seriatim import epcis
from seriatim.epcis import limits


def codes(events: str, **options: Any) -> list[tuple[str, str]]:
    found = faults(document(events), **options)
    return [(path.removeprefix("/epcisBody/eventList/0"), code) for path, code in found]


def test_a_cbv_urn_becomes_the_bare_word_e14() -> None:
    event = read(OBJECT % "<bizStep>urn:epcglobal:cbv:bizstep:shipping</bizStep>")

    assert event.biz_step == "shipping"


def test_swapped_elements_are_refused_with_the_line_e18() -> None:
    swapped = OBJECT % "\n<disposition>urn:epcglobal:cbv:disp:active</disposition>\n<bizStep>ex:foo</bizStep>"

    with pytest.raises(epcis.EPCISError) as caught:
        epcis.loads(document(swapped))

    assert [(one.path, one.code, one.line) for one in caught.value.problems] == [
        ("/epcisBody/eventList/0/bizStep", "element_order", 5)
    ]


def test_all_faults_of_several_events_come_at_once_each_with_its_line() -> None:
    bad = OBJECT % "<bizStep>urn:epcglobal:cbv:bizstep:shiping</bizStep>"
    late = OBJECT.replace("+01:00</eventTimeZoneOffset>", "rubbish</eventTimeZoneOffset>") % ""

    with pytest.raises(epcis.EPCISError) as caught:
        epcis.loads(document(f"{bad}\n{late}"))

    assert [(one.event_index, one.code, one.line) for one in caught.value.problems] == [
        (0, "unknown_word", 3),
        (1, "bad_offset", 4),
    ]


def test_what_only_the_rules_see_is_refused_in_xml_too_e48() -> None:
    nothing = f"<ObjectEvent>{TIMES}<action>OBSERVE</action></ObjectEvent>"
    no_time = OBJECT.replace("<epcList>", "<errorDeclaration/><epcList>") % ""

    assert codes(nothing) == [("", "object_missing")]
    assert codes(no_time) == [("/errorDeclaration/declarationTime", "field_missing")]
    assert codes(OBJECT.replace("+01:00</eventTimeZone", "rubbish</eventTimeZone") % "") == [
        ("/eventTimeZoneOffset", "bad_offset")
    ]


def test_an_empty_epc_list_is_a_statement_e48() -> None:
    assert read(f"<ObjectEvent>{TIMES}<epcList/><action>ADD</action></ObjectEvent>").epc_list == ()


def test_ilmd_needs_namespaces_and_birth_e9() -> None:
    lot = "<ilmd><cbvmda:lotNumber>0012</cbvmda:lotNumber></ilmd>"

    born = read(OBJECT.replace("OBSERVE", "ADD") % lot)

    assert born.ilmd == (epcis.Extension("urn:epcglobal:cbv:mda", "lotNumber", "0012"),)
    assert codes(OBJECT % lot) == [("/ilmd", "ilmd_not_allowed")]
    assert codes(OBJECT.replace("OBSERVE", "ADD") % "<ilmd><lot>1</lot></ilmd>") == [
        ("/ilmd/lot", "unknown_field")
    ]


def test_a_persistent_disposition_is_let_through_on_every_type_with_a_warning_v10() -> None:
    event = (
        f"<AggregationEvent>{TIMES}<parentID>{CASE}</parentID><childEPCs><epc>{UNIT}</epc></childEPCs>"
        "<action>ADD</action><persistentDisposition><set>urn:epcglobal:cbv:disp:damaged</set>"
        "</persistentDisposition></AggregationEvent>"
    )

    doc = epcis.loads(document(event))

    assert [one.code for one in doc.warnings] == ["field_not_allowed"]
    assert doc.events[0].persistent_disposition == epcis.PersistentDisposition(set=("damaged",))
    assert codes(
        event.replace("<set>", "<unset>").replace("</set>", "</unset>").replace("damaged", "foo")
    ) == [("/persistentDisposition/unset/0", "unknown_word")]


def test_a_unit_needs_its_quantity_which_may_be_nil_v15() -> None:
    element = "<quantityList><quantityElement><epcClass>https://id.gs1.org/01/09506000134352</epcClass>%s<uom>KGM</uom></quantityElement></quantityList>"

    nil = read(OBJECT % element % '<quantity xsi:nil="true"/>').quantity_list[0]

    assert (nil.quantity, nil.uom) == (None, "KGM")
    assert str(read(OBJECT % element % "<quantity>16777217.10</quantity>").quantity_list[0].quantity) == (
        "16777217.10"
    )
    assert codes(OBJECT % element % "") == [("/quantityList/0/uom", "uom_without_quantity")]
    assert codes(OBJECT % element % "<quantity>1E5</quantity>") == [
        ("/quantityList/0/quantity", "wrong_type")
    ]


def test_sensor_data_stand_in_attributes_and_curies_follow_the_prefixes_in_scope() -> None:
    report = '<sensorReport type="gs1:Temperature" value="1.50E1" component="cbv:Comp-x" exception="ex:hot" ex:by="me" booleanValue="1"/>'

    event = read(OBJECT % f"<sensorElementList><sensorElement>{report}</sensorElement></sensorElementList>")

    one = event.sensor_element_list[0].reports[0]
    assert (one.type, one.component, one.exception, one.boolean_value) == (
        "Temperature", "x", EX + "hot", True,
    )  # fmt: skip
    assert one.value is not None
    assert float(one.value) == 15.0
    assert one.extensions == (epcis.Extension(EX, "by", "me"),)


def test_xsi_type_decides_only_where_it_changes_no_identity() -> None:
    event = read(
        OBJECT
        % '<ex:a xsi:type="xsd:integer">12</ex:a><ex:b xsi:type="xsd:integer">0012</ex:b><ex:c xsi:type="xsd:boolean">true</ex:c><ex:d>12</ex:d>'
    )

    assert [one.value for one in event.extensions] == [12, "0012", True, "12"]


def test_a_1_2_document_is_lifted_e18() -> None:
    event = (
        f"<ObjectEvent>{TIMES}<baseExtension><eventID>urn:uuid:6e3bc3c0-0000-4000-8000-000000000001</eventID>"
        f"</baseExtension><epcList><epc>{UNIT}</epc></epcList><action>ADD</action><extension><quantityList/>"
        '<sourceList><source type="urn:epcglobal:cbv:sdt:owning_party">https://id.gs1.org/417/9506000134352</source>'
        "</sourceList><ilmd><cbvmda:lotNumber>A</cbvmda:lotNumber></ilmd><extension><sensorElementList>"
        '<sensorElement><sensorReport type="gs1:Temperature" value="1"/></sensorElement></sensorElementList>'
        "</extension></extension><ex:own>1</ex:own></ObjectEvent>"
    )
    quantity = (
        f"<QuantityEvent>{TIMES}<epcClass>urn:epc:idpat:sgtin:9506000.013435.*</epcClass><quantity>5</quantity>"
        "<bizStep>urn:epcglobal:cbv:bizstep:stock_taking</bizStep></QuantityEvent>"
    )
    made = (
        f"<extension><TransformationEvent>{TIMES}<inputEPCList><epc>{UNIT}</epc></inputEPCList>"
        f"<outputEPCList><epc>{OTHER_UNIT}</epc></outputEPCList></TransformationEvent></extension>"
    )

    doc = epcis.loads(document(event + quantity + made, namespace=EPCIS1))

    first, second, third = doc.events
    assert first.event_id == "urn:uuid:6e3bc3c0-0000-4000-8000-000000000001"
    assert (first.source_list[0].type, first.ilmd[0].value) == ("owning_party", "A")
    assert first.sensor_element_list[0].reports[0].type == "Temperature"
    assert first.extensions == (epcis.Extension(EX, "own", "1"),)
    assert (second.type, second.action, str(second.quantity_list[0].quantity)) == (
        "ObjectEvent",
        "OBSERVE",
        "5",
    )
    assert third.output_epc_list == (OTHER_UNIT,)
    assert doc.schema_version == "2.0"


def test_elements_in_the_namespace_of_the_document_are_read_with_a_warning() -> None:
    data = document(OBJECT % "").replace(b"e:EPCISDocument", b"EPCISDocument").replace(b"xmlns:e=", b"xmlns=")

    doc = epcis.loads(data)

    assert [one.code for one in doc.warnings] == ["qualified_elements"]
    assert doc.events[0].epc_list == (UNIT,)


def test_sender_and_receiver_come_from_the_business_header() -> None:
    header = (
        '<EPCISHeader><s:StandardBusinessDocumentHeader xmlns:s="http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader">'
        "<s:Sender><s:Identifier>urn:a</s:Identifier></s:Sender><s:Receiver><s:Identifier>urn:b</s:Identifier></s:Receiver>"
        "</s:StandardBusinessDocumentHeader><vendor/></EPCISHeader>"
    )

    doc = epcis.loads(document(OBJECT % "", header=header))

    assert (doc.sender, doc.receiver) == ("urn:a", "urn:b")
    assert [one.code for one in doc.warnings] == ["envelope_field_dropped"]


@pytest.mark.parametrize(
    "prolog",
    [
        '<!DOCTYPE d SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE d PUBLIC "a" "http://127.0.0.1:9/x.dtd">',
        '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE d [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x.dtd"> %x;]>',
        "<!DOCTYPE d [<!ELEMENT d ANY>]>",
    ],
)
def test_a_doctype_that_says_more_than_a_name_is_refused_and_nothing_is_opened_t01_e16(prolog: str) -> None:
    opened: list[str] = []
    watching = [True]

    def hook(name: str, _arguments: object) -> None:
        if watching[0] and (name == "open" or name.startswith(("socket.", "urllib."))):
            opened.append(name)

    sys.addaudithook(hook)
    found = faults(document(OBJECT % "<ex:a>&x;</ex:a>", prolog=prolog))
    watching[0] = False

    assert found == [("", "doctype_forbidden")]
    assert opened == []


def test_a_bare_doctype_declares_nothing_and_passes_e16() -> None:
    assert epcis.loads(document(OBJECT % "", prolog="<!DOCTYPE project>\n")).events[0].epc_list == (UNIT,)


def test_an_entity_bomb_is_refused_before_it_grows_t02() -> None:
    levels = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 10))
    bomb = document(OBJECT % "<ex:a>&e9;</ex:a>", prolog=f'<!DOCTYPE d [<!ENTITY e0 "boom">{levels}]>')

    tracemalloc.start()
    found = faults(bomb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert found == [("", "doctype_forbidden")]
    assert peak < 20 * 1024 * 1024


def test_floods_of_attributes_and_of_depth_are_refused_t03() -> None:
    wide = " ".join(f'ex:a{i}="1"' for i in range(200_000))
    deep = "<ex:a>" * 200_000 + "</ex:a>" * 200_000
    just_deeper = "<ex:a>" * 62 + "</ex:a>" * 62

    assert faults(document(OBJECT % f"<ex:b {wide}/>")) == [("", "too_many_attributes")]
    assert faults(document(OBJECT % deep)) == [("", "too_deep")]
    assert faults(document(OBJECT % just_deeper)) == [("", "too_deep")]


def test_as_many_attributes_as_are_allowed_pass_and_one_more_has_its_line() -> None:
    def wide(count: int) -> bytes:
        attributes = " ".join(f'a{number}="1"' for number in range(count))
        return document(OBJECT % f"\n<ex:b/>\n<ex:c {attributes}/>")

    assert len(epcis.loads(wide(limits.ATTRIBUTES_MAX)).events) == 1
    with pytest.raises(epcis.EPCISError) as caught:
        epcis.loads(wide(limits.ATTRIBUTES_MAX + 1))
    assert [(one.code, one.line) for one in caught.value.problems] == [("too_many_attributes", 5)]


def test_a_place_is_an_identifier_and_nothing_else_or_has_extensions() -> None:
    place = f"<readPoint><id> {PLACE}\n</id>%s</readPoint>"

    assert read(OBJECT % (place % "")).read_point == epcis.Location(PLACE)
    assert read(OBJECT % (place % "<ex:door>3</ex:door>")).read_point == epcis.Location(
        PLACE, (epcis.Extension(EX, "door", "3"),)
    )
    assert codes(OBJECT % (place % f"<id>{PLACE}</id>")) == [("/readPoint/id", "duplicate_name")]
    assert codes(OBJECT % "<readPoint/>") == [("/readPoint/id", "field_missing")]


def test_what_is_no_xml_says_where() -> None:
    with pytest.raises(epcis.EPCISError) as caught:
        epcis.loads(document(OBJECT % "<ex:a>"))

    assert [(one.code, one.line) for one in caught.value.problems] == [("not_xml", 3)]


def test_other_encodings_are_read_when_they_say_so() -> None:
    text = document(
        OBJECT % "<ex:a>Käse</ex:a>", prolog='<?xml version="1.0" encoding="ISO-8859-1"?>'
    ).decode()
    wide = document(OBJECT % "<ex:a>Käse</ex:a>").decode().encode("utf-16")

    assert epcis.loads(text.encode("latin-1")).events[0].extensions[0].value == "Käse"
    assert epcis.loads(wide).events[0].extensions[0].value == "Käse"
    assert faults(text.replace("ISO-8859-1", "EBCDIC-X").encode()) == [("", "not_utf8")]


def test_a_field_that_stands_twice_is_refused() -> None:
    assert ("/action", "duplicate_name") in codes(OBJECT % "<action>ADD</action>")


def test_a_document_of_something_else_is_refused_with_words() -> None:
    assert faults(b"<html/>") == [("", "bad_document_type")]
