"""JSON-LD to XML to JSON-LD and back: the same events, valid by GS1's own schemas. (E20, E45, E46)"""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from tests.epcis.documents import CONTEXT, EX, VECTORS, document, event, read

from seriatim import epcis

JSON_DOCUMENTS = sorted((VECTORS / "gs1-json").rglob("*.jsonld"))
XML_DOCUMENTS = sorted(
    path for path in (VECTORS / "gs1-xml").rglob("*.xml") if "CaptureJob" not in path.parts
)
# Two things XML allows have no valid JSON form: a report without type or with an unknown one, and a persistent
# disposition on an AggregationEvent.
NO_JSON = {"Example-PersistentDisposition"}
NO_VALID_JSON = NO_JSON | {"TransactionEvent", "SensorDataExamples"}

pytestmark = pytest.mark.skipif(
    not JSON_DOCUMENTS, reason="GS1's published examples are not beside the repository"
)


@cache
def xml_schema(kind: str) -> etree.XMLSchema:
    part = {"EPCISDocument": "", "EPCISQueryDocument": "-query", "EPCISMasterDataDocument": "-masterdata"}[
        kind
    ]
    return etree.XMLSchema(etree.parse(str(VECTORS / "xsd" / f"EPCglobal-epcis{part}-2_0.xsd")))


@cache
def json_schema() -> Any:
    import jsonschema  # noqa: PLC0415 -- slow to import, needed here only

    schema = json.loads((VECTORS / "EPCIS-JSON-Schema.json").read_text())
    return jsonschema.validators.validator_for(schema)(schema, format_checker=jsonschema.FormatChecker())


def hashes(doc: epcis.Document) -> list[str]:
    return [epcis.event_hash(one, "strict") for one in doc.events]


def test_the_examples_are_all_here() -> None:
    assert (len(JSON_DOCUMENTS), len(XML_DOCUMENTS)) == (47, 33)


@pytest.mark.parametrize("path", JSON_DOCUMENTS, ids=lambda path: path.stem)
def test_json_to_xml_and_back_keeps_every_event_e46(path: Path) -> None:
    first = epcis.loads(path.read_bytes())

    written = epcis.dumps(first, "xml")
    again = epcis.loads(epcis.dumps(epcis.loads(written), "json"))

    assert xml_schema(first.type).validate(etree.fromstring(written)), xml_schema(first.type).error_log
    assert hashes(again) == hashes(first)
    assert again.master_data == first.master_data
    assert (again.sender, again.receiver, again.instance_identifier) == (
        first.sender, first.receiver, first.instance_identifier,
    )  # fmt: skip


@pytest.mark.parametrize("path", XML_DOCUMENTS, ids=lambda path: path.stem)
def test_xml_to_json_and_back_keeps_every_event_e46(path: Path) -> None:
    first = epcis.loads(path.read_bytes())

    written = epcis.dumps(first, "json")
    if path.stem not in NO_VALID_JSON:
        assert [error.message for error in json_schema().iter_errors(json.loads(written))] == []
    if path.stem not in NO_JSON:
        again = epcis.loads(epcis.dumps(epcis.loads(written), "xml"))
        assert hashes(again) == hashes(first)
        assert again.master_data == first.master_data


@pytest.mark.parametrize("path", XML_DOCUMENTS, ids=lambda path: path.stem)
def test_xml_written_from_xml_is_valid_and_equal(path: Path) -> None:
    first = epcis.loads(path.read_bytes())

    written = epcis.dumps(first, "xml")

    assert xml_schema(first.type).validate(etree.fromstring(written)), xml_schema(first.type).error_log
    assert hashes(epcis.loads(written)) == hashes(first)
    assert epcis.dumps(epcis.loads(written), "xml") == written


def test_five_spellings_have_one_strict_hash_and_another_offset_has_another_e47() -> None:
    by_number = {
        number: hashes(epcis.loads((VECTORS / f"gs1-xml/WithEventHashID/event_with_identical_hash_id_{number}.xml").read_bytes()))[0]
        for number in range(1, 7)
    }  # fmt: skip

    assert len({by_number[number] for number in (1, 3, 4, 5, 6)}) == 1
    assert by_number[2] != by_number[1]


def test_an_extension_event_type_deep_extensions_and_comments_survive_e20() -> None:
    deep: Any = "end"
    for level in range(5):
        deep = {f"ex:level{level}": deep}
    first = epcis.loads(
        document(
            event(
                "ex:CookingEvent", **{"ex:deep": deep, "rdfs:comment": "warm", "ex:list": [1, True, "a", 2.5]}
            ),
            context=[CONTEXT, {"ex": EX}],
        )
    )

    again = epcis.loads(epcis.dumps(first, "xml"))
    back = epcis.loads(epcis.dumps(again, "json"))

    assert first.events[0].type == EX + "CookingEvent"
    assert again.events == first.events
    assert back.events == first.events


def test_certificates_beyond_the_first_travel_as_extensions_of_gs1s_own_namespace() -> None:
    certified = read(event(certificationInfo=["https://a.example/1", "https://a.example/2"]))

    written = epcis.dumps([certified], "xml")

    assert xml_schema("EPCISDocument").validate(etree.fromstring(written))
    assert epcis.loads(written).events == (certified,)


def test_words_are_written_as_urns_or_as_web_uris() -> None:
    shipped = read(event(bizStep="shipping"))

    assert b">urn:epcglobal:cbv:bizstep:shipping<" in epcis.dumps([shipped], "xml")
    assert b">https://ref.gs1.org/cbv/BizStep-shipping<" in epcis.dumps([shipped], "xml", cbv="web")


@pytest.mark.parametrize(
    "extension",
    [{"ex:1a": "x"}, {"ex:a": "bell \u0007"}, {"ex:a%20b": "x"}],
    ids=["digit", "control", "percent"],
)
def test_what_xml_cannot_say_is_refused_never_dropped(extension: dict[str, Any]) -> None:
    one = read(event(**extension), context=[CONTEXT, {"ex": EX}])

    with pytest.raises(epcis.EPCISError) as caught:
        epcis.dumps([one], "xml")

    assert [problem.code for problem in caught.value.problems] == ["not_in_xml"]
