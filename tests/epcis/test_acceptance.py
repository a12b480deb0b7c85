"""The points of acceptance that a document alone decides, each by its number."""

from typing import Any

import pytest
from tests.epcis import xml_documents as xml
from tests.epcis.documents import (
    CASE,
    CONTEXT,
    EX,
    LEAVE_OUT,
    OTHER_UNIT,
    PLACE,
    UNIT,
    document,
    event,
    event_faults,
    read,
)

from seriatim import epcis

LOT = [{"epcClass": "urn:epc:class:lgtin:4012345.012345.998877"}]
PO = [{"type": "po", "bizTransaction": "urn:example:po:1"}]
LATER, ZONELESS = "2026-03-01T09:00:01+01:00", "2026-03-01T09:00:00"
CEL = {"type": "Temperature", "value": 5, "uom": "CEL"}


def is_accepted(kind: str = "ObjectEvent", profile: Any = "strict", **changes: Any) -> bool:
    contexts: Any = [CONTEXT, {"ex": EX}]
    try:
        epcis.loads(document(event(kind, **changes), context=contexts), profile=profile)
    except epcis.EPCISError:
        return False
    return True


def sensed(metadata: dict[str, Any] | None = None, **report: Any) -> dict[str, Any]:
    element: dict[str, Any] = {"sensorReport": [{**CEL, **report}]}
    return {"sensorElementList": [element if metadata is None else {"sensorMetadata": metadata, **element}]}


def test_a_time_without_zone_is_refused_in_both_syntaxes() -> None:
    """E1, D18."""
    assert not is_accepted(eventTime="2005-04-03T20:33:31")
    assert is_accepted(eventTime="2005-04-03T20:33:31Z")
    for zone, refused in (("", True), ("Z", False)):
        told = (xml.OBJECT % "").replace("09:00:00+01:00", f"09:00:00{zone}")
        try:
            xml.read(told)
        except epcis.EPCISError:
            assert refused
        else:
            assert not refused


def test_time_and_offset_come_back_word_for_word_in_both_syntaxes() -> None:
    """E2, D18: neither is derived from the other."""
    told = read(event(eventTime="2026-03-01T08:00:00.50Z", eventTimeZoneOffset="+02:00"))

    for syntax in ("json", "xml"):
        written = epcis.dumps([told], "json" if syntax == "json" else "xml")
        (back,) = epcis.loads(written).events
        assert b"2026-03-01T08:00:00.50Z" in written
        assert (back.event_time_text, back.event_time_zone_offset) == ("2026-03-01T08:00:00.50Z", "+02:00")


@pytest.mark.parametrize(
    ("point", "kind", "changes", "accepted"),
    [
        *(
            ("E4", kind, {"action": LEAVE_OUT}, False)
            for kind in ("ObjectEvent", "AggregationEvent", "TransactionEvent", "AssociationEvent")
        ),
        ("E4", "TransformationEvent", {"action": "ADD"}, False),
        ("E4", "TransformationEvent", {}, True),
        ("E5", "AggregationEvent", {"action": "ADD", "parentID": LEAVE_OUT}, False),
        ("E5", "AggregationEvent", {"action": "DELETE", "parentID": LEAVE_OUT}, False),
        ("E5", "AggregationEvent", {"action": "OBSERVE", "parentID": LEAVE_OUT}, True),
        ("E5", "AggregationEvent", {"action": "DELETE", "childEPCs": LEAVE_OUT}, True),
        ("E6", "AssociationEvent", {"parentID": LEAVE_OUT}, False),
        ("E6", "AssociationEvent", {"parentID": PLACE}, True),
        ("E6", "AssociationEvent", {"action": "ADD", "childEPCs": LEAVE_OUT}, False),
        ("E6", "AssociationEvent", {"action": "OBSERVE", "childEPCs": LEAVE_OUT}, False),
        ("E6", "AssociationEvent", {"action": "ADD", "childEPCs": LEAVE_OUT, "childQuantityList": LOT}, True),
        ("E6", "AssociationEvent", {"action": "DELETE", "childEPCs": LEAVE_OUT}, True),
        ("E7", "TransactionEvent", {"bizTransactionList": []}, False),
        ("E7", "TransactionEvent", {"bizTransactionList": LEAVE_OUT}, False),
        ("E7", "TransactionEvent", {"parentID": LEAVE_OUT}, True),
        ("E7", "TransactionEvent", {"parentID": CASE}, True),
        ("E8", "TransformationEvent", {"outputEPCList": LEAVE_OUT}, False),
        ("E8", "TransformationEvent", {"outputEPCList": LEAVE_OUT, "transformationID": "urn:x:t"}, True),
        (
            "E8",
            "TransformationEvent",
            {"inputEPCList": LEAVE_OUT, "outputEPCList": LEAVE_OUT, "transformationID": "urn:x:t"},
            False,
        ),
        ("E9", "ObjectEvent", {"action": "OBSERVE", "ilmd": {"ex:a": "1"}}, False),
        ("E9", "AggregationEvent", {"ilmd": {"ex:a": "1"}}, False),
        ("E9", "ObjectEvent", {"action": "ADD", "ilmd": {"ex:a": "1"}}, True),
        ("E9", "TransformationEvent", {"ilmd": {"ex:a": "1"}}, True),
        ("E9", "ObjectEvent", {"action": "ADD", "ilmd": {"lot": "1"}}, False),
        ("E10", "ObjectEvent", {"persistentDisposition": {}}, False),
        ("E10", "AggregationEvent", {"persistentDisposition": {"set": ["conformant"]}}, False),
        ("E10", "ObjectEvent", {"persistentDisposition": {"set": ["conformant"]}}, True),
        ("E11", "ObjectEvent", {"sensorElementList": [{"sensorMetadata": {"deviceID": UNIT}}]}, False),
        ("E11", "ObjectEvent", {"sensorElementList": [{"sensorReport": []}]}, False),
        ("E11", "ObjectEvent", sensed({"time": LATER}), False),
        ("E11", "ObjectEvent", sensed({"time": ZONELESS}), False),
        ("E11", "ObjectEvent", sensed({"time": "2026-03-01T09:00:00+01:00"}), True),
        *(
            ("E12", "ObjectEvent", sensed(metadata, **report), accepted)
            for field, value in (
                ("deviceID", UNIT),
                ("deviceMetadata", UNIT),
                ("rawData", UNIT),
                ("dataProcessingMethod", UNIT),
                ("time", "2026-03-01T08:00:00Z"),
            )
            for metadata, report, accepted in (
                ({field: value}, {field: value}, False),
                ({field: value}, {}, True),
                (None, {field: value}, True),
            )
        ),
        ("E13", "ObjectEvent", {"quantityList": [{**LOT[0], "quantity": 1, "uom": "KGM"}]}, True),
        ("E13", "ObjectEvent", {"quantityList": LOT}, True),
        ("E13", "ObjectEvent", {"quantityList": [{**LOT[0], "quantity": 1, "uom": "kg"}]}, False),
        ("E14", "ObjectEvent", {"bizStep": "shipping"}, True),
        ("E14", "ObjectEvent", {"bizStep": "foo"}, False),
        ("E14", "ObjectEvent", {"bizStep": "urn:epcglobal:cbv:bizstep:shipping"}, False),
        ("E14", "ObjectEvent", {"bizStep": "ex:foo"}, True),
        ("E48", "ObjectEvent", {"epcList": []}, True),
        ("E48", "ObjectEvent", {"epcList": LEAVE_OUT}, False),
        ("E48", "ObjectEvent", {"epcList": LEAVE_OUT, "readPoint": {"id": PLACE}, **sensed()}, True),
        ("E48", "ObjectEvent", {"epcList": LEAVE_OUT, **sensed()}, False),
    ],
)
def test_what_is_accepted_and_what_is_not(
    point: str, kind: str, changes: dict[str, Any], accepted: bool
) -> None:
    """E4, E5, E6, E7, E8, E9, E10, E11, E12, E13, E14, E48."""
    assert is_accepted(kind, **changes) is accepted, point


@pytest.mark.parametrize("number", ["0.1", "16777217.1", "0.10", "9007199254740993", "1e-7"])
def test_a_quantity_comes_back_with_its_digits(number: str) -> None:
    """E13: 0.1 and 16777217.1 are what they were."""
    data = document(event(quantityList=[{**LOT[0], "quantity": 77}])).replace(
        b'"quantity": 77', f'"quantity": {number}'.encode()
    )
    (told,) = epcis.loads(data).events

    for written in (epcis.dumps([told], "json"), epcis.dumps([told], "xml")):
        (back,) = epcis.loads(written).events
        assert back.quantity_list == told.quantity_list
    if "e" not in number:
        assert number.encode() in epcis.dumps([told], "json")


def test_a_word_is_a_urn_in_xml_and_bare_in_json() -> None:
    """E14, E30: and comes back bare."""
    in_xml = epcis.dumps([read(event(bizStep="shipping"))], "xml")

    assert b">urn:epcglobal:cbv:bizstep:shipping<" in in_xml
    assert b'"bizStep":"shipping"' in epcis.dumps(epcis.loads(in_xml), "json").replace(b" ", b"")


def test_a_context_is_a_text_or_a_list_and_binds_any_number_of_prefixes() -> None:
    """E15, D5: two prefixes of one object are two namespaces."""
    both = [CONTEXT, {"ex": EX, "other": "https://other.example/"}]
    fields: dict[str, Any] = {"ex:a": "1", "other:b": "2"}

    told = read(event(**fields), context=both)

    assert read(event(), context=CONTEXT).extensions == ()
    assert [(one.namespace, one.name) for one in told.extensions] == [
        (EX, "a"),
        ("https://other.example/", "b"),
    ]
    assert event_faults(event(), context={"ex": EX})[0][1] == "context_missing"


def test_a_prefix_may_be_bound_anew_by_the_next_event_and_its_spelling_means_nothing() -> None:
    """E15: fields keep their own namespaces; other prefixes, the same strict hash."""
    other = "https://other.example/"
    bound: list[dict[str, Any]] = [
        {"@context": {"ex": EX}, "ex:a": "1"},
        {"@context": {"ex": other}, "ex:a": "1"},
        {"@context": [{"my": EX}], "my:a": "1"},
    ]
    told = epcis.loads(document(*(event(**fields) for fields in bound))).events

    assert [one.extensions[0].namespace for one in told] == [EX, other, EX]
    hashes = [epcis.event_hash(one, "strict") for one in told]
    assert hashes[0] == hashes[2] != hashes[1]


@pytest.mark.parametrize("place", ["readPoint", "bizLocation"])
def test_two_extensions_of_a_place_are_two(place: str) -> None:
    """D6."""
    fields: dict[str, Any] = {place: {"id": PLACE, "ex:a": "1", "ex:b": "2"}}
    told = read(event(**fields), context=[CONTEXT, {"ex": EX}])
    kept = told.read_point if place == "readPoint" else told.biz_location

    assert kept is not None
    assert [one.name for one in kept.extensions] == ["a", "b"]
    (back,) = epcis.loads(epcis.dumps([told], "xml")).events
    assert back == told


def test_a_remote_context_that_is_not_known_is_refused() -> None:
    """E16."""
    found = event_faults(event(), context=[CONTEXT, "https://strange.example/context.jsonld"])

    assert len(found) == 1


def test_the_lot_has_one_name_in_both_syntaxes() -> None:
    """E17."""
    born = "<ilmd><cbvmda:lotNumber>L1</cbvmda:lotNumber></ilmd>"
    in_xml = xml.read((xml.OBJECT % born).replace("OBSERVE", "ADD"))
    in_json = read(event(action="ADD", ilmd={"cbvmda:lotNumber": "L1"}))

    assert in_xml.ilmd == in_json.ilmd
    for told in (in_xml, in_json):
        query = epcis.query_from_url([("EQ_ILMD_cbvmda:lotNumber", "L1")])
        assert epcis.matches(query, told)


@pytest.mark.parametrize(
    "epc",
    [
        "urn:epc:id:grai:4012345.12345.400",
        "urn:epc:id:gdti:4012345.55555.987",
        "urn:epc:id:sgcn:4012345.67890.04711",
        "https://id.gs1.org/8003/04012345123456400",
    ],
)
def test_assets_documents_and_coupons_are_identifiers_too(epc: str) -> None:
    """D17: and their classes, in both spellings."""
    kind = epc.rpartition(".")[0].replace(":id:", ":idpat:") + ".*" if epc.startswith("urn") else epc
    told = read(event(epcList=[epc], quantityList=[{"epcClass": kind}]))

    assert epcis.matches(epcis.query_from_url([("MATCH_epc", epc)]), told)
    assert epcis.matches(epcis.query_from_url([("MATCH_epc", epcis.canonical_identifier(epc))]), told)


def test_documents_and_names_are_asked_for() -> None:
    """D17, D19: EQ_bizTransaction_po and EQ_eventID find what they name."""
    name = "urn:uuid:831c0292-4de1-430a-8255-2aca821abaab"
    told = read(event(eventID=name, bizTransactionList=PO))
    other = read(event(eventID=name[:-1] + "c", bizTransactionList=[{**PO[0], "type": "desadv"}]))

    for parameter, value in (("EQ_eventID", name), ("EQ_bizTransaction_po", "urn:example:po:1")):
        query = epcis.query_from_url([(parameter, value)])
        assert [epcis.matches(query, one) for one in (told, other)] == [True, False]


@pytest.mark.parametrize(
    "changes",
    [
        {"epcList": [OTHER_UNIT, UNIT]},
        {"eventTime": "2026-03-01T08:00:00Z"},
        {
            "epcList": [
                "https://shop.example/01/09506000134352/21/A1?x=1",
                "urn:epc:id:sgtin:9506000.013435.A2",
            ]
        },
        {"epcList": ["https://id.gs1.org/01/09506000134352/10/L1/21/A1", OTHER_UNIT]},
        {"bizStep": "cbv:BizStep-shipping"},
        {"readPoint": {"id": "urn:epc:id:sgln:9506000.13435.0"}},
    ],
)
def test_one_event_has_one_hash_in_every_spelling(changes: dict[str, Any]) -> None:
    """E51: orders, offsets of the time, domains, lots beside serials, words and places; and a duplicate is another event."""
    told = event(epcList=[UNIT, OTHER_UNIT], bizStep="shipping", readPoint={"id": PLACE})
    twice = event("AggregationEvent", childEPCs=[UNIT, UNIT])
    once = event("AggregationEvent", childEPCs=[UNIT])

    for mode in ("strict", "reference"):
        assert hash_of(told | changes, mode) == hash_of(told, mode)
        assert hash_of(twice, mode) != hash_of(once, mode)


def hash_of(told: dict[str, Any], mode: Any) -> str:
    return epcis.event_hash(read(told), mode)
