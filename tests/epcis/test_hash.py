"""The fingerprint: equal for every spelling of one event, different for anything else."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.epcis.documents import CASE, CONTEXT, EX, LEAVE_OUT, OTHER_UNIT, UNIT, UNIT_URN, event, read

from seriatim import epcis
from seriatim.epcis.hash import strict_text

EXS = [CONTEXT, {"ex": EX}]
SHIP = {"eventTime": "2020-03-04T11:00:30.000+01:00", "eventTimeZoneOffset": "+01:00", "bizStep": "departing"}


def first_worked_example(**changes: object) -> dict[str, object]:
    """The first example of CBV 2.0, section 8.9."""
    return event(
        **SHIP,
        epcList=[
            "urn:epc:id:sscc:4012345.0000000333",
            "urn:epc:id:sscc:4012345.0000000111",
            "urn:epc:id:sscc:4012345.0000000222",
        ],
        readPoint={"id": "urn:epc:id:sgln:4012345.00011.987"},
        **{
            "ex:myField1": {"ex:mySubField1": "2", "ex:mySubField2": "5"},
            "ex:myField2": "0",
            "ex:myField3": {"ex:mySubField3": ["3", "1"]},
        },
        **changes,
    )


def test_the_first_worked_example_has_its_printed_text_and_hash() -> None:
    found = read(first_worked_example(), context=EXS)

    assert strict_text(found) == (
        "eventType=ObjectEventeventTime=2020-03-04T10:00:30.000ZeventTimeZoneOffset=+01:00"
        "epcListepc=https://id.gs1.org/00/040123450000001112epc=https://id.gs1.org/00/040123450000002225"
        "epc=https://id.gs1.org/00/040123450000003338action=OBSERVE"
        "bizStep=https://ref.gs1.org/cbv/BizStep-departing"
        "readPointid=https://id.gs1.org/414/4012345000115/254/987"
        "{https://ns.example.com/epcis/}myField1{https://ns.example.com/epcis/}mySubField1=2"
        "{https://ns.example.com/epcis/}mySubField2=5{https://ns.example.com/epcis/}myField2=0"
        "{https://ns.example.com/epcis/}myField3{https://ns.example.com/epcis/}mySubField3=1"
        "{https://ns.example.com/epcis/}mySubField3=3"
    )
    assert epcis.event_hash(found) == (
        "ni:///sha-256;6ae96341e0acc6d7a261364751f60e68278a81cdf51da0abb6b4e617014e39d7?ver=CBV2.0"
    )


def test_the_second_worked_example_with_sensor_data_has_its_printed_hash() -> None:
    device = {
        "deviceID": "urn:epc:id:giai:4000001.111",
        "deviceMetadata": "https://id.gs1.org/8004/4000001111",
    }
    reports = [
        {"type": "Temperature", "value": 26, "sDev": 0.1, "uom": "CEL"},
        {"type": "AbsoluteHumidity", "value": 12.1, "uom": "A93"},
        {
            "type": "Dimensionless",
            "microorganism": "https://www.ncbi.nlm.nih.gov/taxonomy/1126011",
            "value": 0.05,
            "uom": "C35",
        },
        {
            "type": "Dimensionless",
            "chemicalSubstance": "https://identifiers.org/inchikey:CZMRCDWAGMRECN-UGDNZRGBSA-N",
            "value": 0.18,
            "uom": "C35",
        },
    ]
    found = read(
        event(
            eventTime="2020-04-01T15:00:00+01:00",
            epcList=["urn:epc:id:sgtin:4012345.011111.9876"],
            bizStep="inspecting",
            readPoint={"id": "urn:epc:id:sgln:4012345.00005.0"},
            sensorElementList=[{"sensorMetadata": device, "sensorReport": reports}],
        )
    )

    assert epcis.event_hash(found) == (
        "ni:///sha-256;49b13037c36e84ad9307c531671b00e901318c3957e4b1151f816ec49eb668da?ver=CBV2.0"
    )


def test_the_third_worked_example_stands_in_the_published_order() -> None:
    found = read(
        event(
            **SHIP,
            epcList=["urn:epc:id:sgtin:0614141.011111.987"],
            disposition="in_transit",
            readPoint={"id": "urn:epc:id:sgln:4012345.00011.0", "ex:myField1": "AB-12"},
            bizTransactionList=[{"type": "po", "bizTransaction": "urn:epc:id:gdti:4012345.11111.123"}],
            sourceList=[{"type": "owning_party", "source": "urn:epc:id:pgln:4012345.00000"}],
            destinationList=[{"type": "owning_party", "destination": "urn:epc:id:pgln:0614141.00000"}],
            **{"ex:userExt": "CD-34"},
        ),
        context=EXS,
    )

    assert strict_text(found).partition("readPoint")[2] == (
        "id=https://id.gs1.org/414/4012345000115{https://ns.example.com/epcis/}myField1=AB-12"
        "bizTransactionListtype=https://ref.gs1.org/cbv/BTT-po"
        "bizTransaction=https://id.gs1.org/253/4012345111118123"
        "sourceListtype=https://ref.gs1.org/cbv/SDT-owning_partysource=https://id.gs1.org/417/4012345000009"
        "destinationListtype=https://ref.gs1.org/cbv/SDT-owning_party"
        "destination=https://id.gs1.org/417/0614141000005"
        "{https://ns.example.com/epcis/}userExt=CD-34"
    )


def fingerprint(value: dict[str, object], context: object = EXS) -> str:
    return epcis.event_hash(read(value, context=context))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"epcList": [UNIT]}, {"epcList": [UNIT_URN]}),
        (
            {"epcList": [UNIT]},
            {"epcList": ["https://brand.example/01/09506000134352/10/LOT/21/A1?17=261231"]},
        ),
        ({"epcList": [UNIT]}, {"epcList": ["https://brand.example/gtin/9506000134352/ser/A1"]}),
        ({"epcList": [UNIT, OTHER_UNIT]}, {"epcList": [OTHER_UNIT, UNIT]}),
        ({"eventTime": "2026-03-01T09:00:00+01:00"}, {"eventTime": "2026-03-01T08:00:00.000Z"}),
        ({"eventTime": "2026-03-01T08:00:00.1415Z"}, {"eventTime": "2026-03-01T08:00:00.142Z"}),
        ({"eventTime": "2026-03-01T08:00:00.1414Z"}, {"eventTime": "2026-03-01T08:00:00.141Z"}),
        ({"eventTime": "2026-03-01T08:00:00.9995Z"}, {"eventTime": "2026-03-01T08:00:01Z"}),
        ({"bizStep": "shipping"}, {"bizStep": "https://ref.gs1.org/cbv/BizStep-shipping"}),
        ({"bizStep": "shipping"}, {"bizStep": "urn:epcglobal:cbv:bizstep:shipping"}),
        (
            {"readPoint": {"id": "urn:epc:id:sgln:4012345.00011.0"}},
            {"readPoint": {"id": "https://id.gs1.org/414/4012345000115"}},
        ),
        ({"eventID": "urn:uuid:1"}, {}),
        ({"recordTime": "1999-01-01T00:00:00Z"}, {}),
        ({"errorDeclaration": {"declarationTime": "2026-04-01T00:00:00Z"}}, {}),
        ({"rdfs:comment": "for people"}, {}),
        ({"bizTransactionList": []}, {}),
        ({"certificationInfo": "urn:x:1"}, {"certificationInfo": ["urn:x:1"]}),
        ({"ex:a": "x "}, {"ex:a": "x"}),
        ({"ex:a": 20.0}, {"ex:a": 20}),
        ({"ex:a": 20.0}, {"ex:a": "20"}),
        ({"ex:a": True}, {"ex:a": "true"}),
        ({"ex:a": "1", "ex:b": "2"}, {"ex:b": "2", "ex:a": "1"}),
        ({"ex:a": ["1", "2"]}, {"ex:a": ["2", "1"]}),
        ({"ex:a": "1"}, {EX + "a": "1"}),
        (
            {"quantityList": [{"epcClass": "urn:x:c", "quantity": 200.50}]},
            {"quantityList": [{"epcClass": "urn:x:c", "quantity": 2005e-1}]},
        ),
    ],
)
def test_two_spellings_of_one_event_have_one_hash(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert fingerprint(event(**one)) == fingerprint(event(**other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"eventTimeZoneOffset": "+01:00"}, {"eventTimeZoneOffset": "+02:00"}),
        ({"ex:lot": "0012"}, {"ex:lot": "12"}),
        ({"ex:lot": "1E5"}, {"ex:lot": "100000"}),
        ({"ex:lot": "inf"}, {}),
        ({"ex:a": "1"}, {"ex:a": ["1", "1"]}),
        ({"epcList": [UNIT]}, {"epcList": [OTHER_UNIT]}),
        (
            {"epcList": ["https://id.gs1.org/01/09506000134352/21/a%2Fb"]},
            {"epcList": ["https://id.gs1.org/01/09506000134352/21/ab"]},
        ),
        ({"action": "ADD"}, {"action": "OBSERVE"}),
        ({"readPoint": {"id": "urn:x:p"}}, {"bizLocation": {"id": "urn:x:p"}}),
    ],
)
def test_what_differs_has_another_hash(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert fingerprint(event(**one)) != fingerprint(event(**other))


def test_a_duplicate_is_another_event() -> None:
    once = event("AggregationEvent", childEPCs=[UNIT])
    twice = event("AggregationEvent", childEPCs=[UNIT, UNIT])

    assert fingerprint(once) != fingerprint(twice)


def test_the_order_of_fields_and_the_name_of_a_prefix_make_no_difference() -> None:
    value = first_worked_example()
    renamed = {name.replace("ex:", "z:"): one for name, one in reversed(value.items())}
    renamed["z:myField1"] = {"z:mySubField2": "5", "z:mySubField1": "2"}
    renamed["z:myField3"] = {"z:mySubField3": ["1", "3"]}

    assert fingerprint(renamed, [CONTEXT, {"z": EX}]) == fingerprint(value)


def test_an_aggregation_names_its_children_before_the_parts_that_follow() -> None:
    found = read(event("AggregationEvent", parentID=CASE, childEPCs=[UNIT], eventTime="2026-03-01T08:00:00Z"))

    assert strict_text(found) == (
        "eventType=AggregationEventeventTime=2026-03-01T08:00:00.000ZeventTimeZoneOffset=+01:00"
        f"parentID={CASE}childEPCsepc={UNIT}action=ADD"
    )


def test_a_transaction_names_its_objects_before_the_parent() -> None:
    value = event("TransactionEvent", parentID=CASE, bizTransactionList=[{"bizTransaction": "urn:x:1"}])

    assert strict_text(read(value)).endswith(
        f"epcListepc={UNIT}parentID={CASE}action=ADDbizTransactionListbizTransaction=urn:x:1"
    )


@pytest.mark.parametrize(
    ("algorithm", "function"),
    [
        ("sha-256", hashlib.sha256),
        ("sha-384", hashlib.sha384),
        ("sha-512", hashlib.sha512),
        ("sha3-256", hashlib.sha3_256),
    ],
)
def test_four_algorithms_are_offered(algorithm: str, function: Callable[[bytes], Any]) -> None:
    found = read(event())

    digest = function(strict_text(found).encode()).hexdigest()
    assert epcis.event_hash(found, algorithm=algorithm) == f"ni:///{algorithm};{digest}?ver=CBV2.0"


def test_other_algorithms_and_modes_are_refused() -> None:
    with pytest.raises(ValueError, match="sha-256"):
        epcis.event_hash(read(event()), algorithm="md5")
    with pytest.raises(ValueError, match="strict"):
        epcis.event_hash(read(event()), mode="loose")


def test_an_empty_list_and_no_list_are_the_same() -> None:
    some = [{"epcClass": "urn:x:c"}]

    assert fingerprint(event(epcList=[], quantityList=some)) == fingerprint(
        event(epcList=LEAVE_OUT, quantityList=some)
    )


def test_a_long_list_has_the_hash_of_its_members_in_any_order_and_spelling() -> None:
    serials = [f"A{number}" for number in range(40)]
    links = [f"https://id.gs1.org/01/09506000134352/21/{serial}" for serial in serials]
    urns = [f"urn:epc:id:sgtin:9506000.013435.{serial}" for serial in reversed(serials)]
    made = [
        epcis.object_event(action="ADD", event_time=datetime(2026, 11, 20, tzinfo=UTC), epc_list=epcs)
        for epcs in (links, links[::-1], urns, [*links[:20], *urns[:20]])
    ]

    assert "epcList" + "".join(f"epc={link}" for link in sorted(links)) in strict_text(made[0])
    assert len({epcis.event_hash(event) for event in made}) == 1
