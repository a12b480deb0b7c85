"""The reference mode gives the hashes that GS1's reference generator publishes, accidents included. (E43, E44, E47)"""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.epcis.documents import CONTEXT, EX, VECTORS, document, event, read
from tests.epcis.xml_documents import OBJECT
from tests.epcis.xml_documents import document as xml_document

from seriatim import epcis
from seriatim.epcis.reference_hash import reference_texts

PUBLISHED = sorted((VECTORS / "event-hash").glob("*.xml")) + sorted((VECTORS / "event-hash").glob("*.jsonld"))
EXAMPLES = [
    *sorted((VECTORS / "gs1-xml").rglob("*.xml")),
    *sorted((VECTORS / "gs1-xml").rglob("*.json")),
    *PUBLISHED,
    *sorted((VECTORS / "gs1-json").rglob("*.jsonld")),
]
H1, H2, H3 = (
    "6ae96341e0acc6d7a261364751f60e68278a81cdf51da0abb6b4e617014e39d7",
    "49b13037c36e84ad9307c531671b00e901318c3957e4b1151f816ec49eb668da",
    "a13cbe6c8bb6df3710b3edaeff760a1365ec8fd69ca1f4d7e0c10eb5189a883a",
)
here = pytest.mark.skipif(not PUBLISHED, reason="GS1's published examples are not beside the repository")


@here
@pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: path.name)
def test_the_published_texts_and_hashes_come_out_digit_for_digit_e44(path: Path) -> None:
    data = path.read_bytes()

    assert reference_texts(data) == path.with_suffix(".prehashes").read_text().splitlines()
    assert list(epcis.event_hashes(data)) == path.with_suffix(".hashes").read_text().splitlines()


@here
def test_h1_h2_and_h3_are_the_hashes_of_the_standard_from_both_syntaxes_e44() -> None:
    found = {path.name: epcis.event_hashes(path.read_bytes()) for path in PUBLISHED}

    for stem, digest in (("", H1), ("2", H2), ("3", H3)):
        for suffix in ("xml", "jsonld"):
            assert found[f"ReferenceEventHashAlgorithm{stem}.{suffix}"] == (
                f"ni:///sha-256;{digest}?ver=CBV2.0",
            )


@here
def test_of_seven_spellings_the_reference_knows_four_as_one_e47() -> None:
    folder = VECTORS / "gs1-xml/WithEventHashID"
    by_number = {path.stem[-1]: epcis.event_hashes(path.read_bytes())[0] for path in folder.iterdir()}

    assert len({by_number[number] for number in "1345"}) == 1
    assert len(set(by_number.values())) == 4


@here
@pytest.mark.filterwarnings("ignore")  # the oracle's own
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_every_example_hashes_as_the_reference_generator_does(path: Path) -> None:
    generator = pytest.importorskip(
        "epcis_event_hash_generator.hash_generator", reason="make bench installs it"
    )
    from epcis_event_hash_generator import json_to_py, xml_to_py  # noqa: PLC0415 -- an oracle, installed by wish

    if "CaptureJob" in path.parts:
        pytest.skip("no events")
    json_to_py._namespaces.clear()
    try:
        reader = xml_to_py if path.suffix == ".xml" else json_to_py
        texts = generator.derive_prehashes_from_events(
            reader.event_list_from_epcis_document_str(path.read_text())
        )
    except Exception as error:  # noqa: BLE001 -- the reference fails in many ways
        pytest.skip(f"the reference generator fails: {type(error).__name__}")

    assert reference_texts(path.read_bytes()) == texts


@pytest.mark.parametrize(
    ("second", "reference", "strict"),
    [("30.1415", "30.142", "30.142"), ("30.1425", "30.142", "30.143"), ("30.1414", "30.141", "30.141")],
)
def test_a_tie_at_the_fourth_digit_goes_to_the_even_one_here_and_up_in_strict_e43(
    second: str, reference: str, strict: str
) -> None:
    data = document(event(eventTime=f"2020-03-04T10:00:{second}Z"))
    as_even = document(event(eventTime=f"2020-03-04T10:00:{reference}Z"))
    as_up = document(event(eventTime=f"2020-03-04T10:00:{strict}Z"))

    assert epcis.event_hashes(data) == epcis.event_hashes(as_even)
    assert epcis.event_hashes(data, "strict") == epcis.event_hashes(as_up, "strict")


def test_a_lot_of_digits_loses_its_zeros_here_and_keeps_them_in_strict_e43_e50_d21() -> None:
    def born(lot: str) -> dict[str, Any]:
        return event(action="ADD", ilmd={"cbvmda:lotNumber": lot})

    first, second = document(born("0012")), document(born("12"))

    assert epcis.event_hashes(first) == epcis.event_hashes(second)
    assert epcis.event_hashes(first, "strict") != epcis.event_hashes(second, "strict")


@pytest.mark.parametrize(
    "bad",
    [event(eventTime="2020-03-04T10:00:30.9995Z"), event(action="ADD", ilmd={"cbvmda:lotNumber": "inf"})],
    ids=["time", "infinite lot"],
)
def test_what_the_reference_drops_leaves_an_error_in_its_place_e44_d21(bad: dict[str, Any]) -> None:
    first, second, third = epcis.event_hashes(document(event(), bad, event()))

    assert isinstance(second, epcis.Problem)
    assert (second.code, second.event_index) == ("not_hashable", 1)
    assert first == third == epcis.event_hashes(document(event()))[0]


def test_a_biz_transaction_without_type_is_hashed_by_its_id_alone() -> None:
    bare = event(bizTransactionList=[{"bizTransaction": "urn:example:po:1"}])
    xml = (
        OBJECT % "<bizTransactionList><bizTransaction>urn:example:po:1</bizTransaction></bizTransactionList>"
    )

    assert (
        reference_texts(document(bare))[0]
        .__str__()
        .endswith("bizTransactionListbizTransaction=urn:example:po:1")
    )
    assert reference_texts(xml_document(xml)) == reference_texts(document(bare))


def test_the_same_prefix_spelled_otherwise_is_another_hash_here_and_the_same_in_strict() -> None:
    fields = event(action="ADD", ilmd={"cbvmda:lotNumber": "A"})
    plain = document(fields)
    redeclared = document(fields, context=[CONTEXT, {"cbvmda": "urn:epcglobal:cbv:mda:"}])
    xml = xml_document(
        OBJECT.replace("OBSERVE", "ADD") % "<ilmd><cbvmda:lotNumber>A</cbvmda:lotNumber></ilmd>"
    )

    assert len({epcis.event_hashes(data)[0] for data in (plain, redeclared, xml)}) == 3
    assert len({epcis.event_hashes(data, "strict")[0] for data in (plain, redeclared, xml)}) == 1


@pytest.mark.parametrize("algorithm", ["sha-256", "sha3-256", "sha-384", "sha-512"])
def test_the_name_of_the_algorithm_stands_in_the_hash(algorithm: Any) -> None:
    (found,) = epcis.event_hashes(document(event()), "reference", algorithm)

    assert str(found).startswith(f"ni:///{algorithm};")


def test_an_event_alone_is_hashed_as_we_write_it() -> None:
    one = read(event(**{"ex:a": 1}), context=[CONTEXT, {"ex": EX}])

    alone = epcis.event_hash(one, "reference")

    assert epcis.event_hashes(epcis.dumps([one])) == (alone,)


def test_ids_record_time_declarations_and_comments_change_nothing_e44() -> None:
    told = event(
        eventID="urn:uuid:1", recordTime="2026-03-02T09:00:00Z",
        errorDeclaration={"declarationTime": "2026-03-02T09:00:00Z"}, **{"rdfs:comment": "x"},
    )  # fmt: skip

    for mode in ("reference", "strict"):
        assert epcis.event_hashes(document(told), mode) == epcis.event_hashes(document(event()), mode)


def test_json_that_no_document_is_has_no_events() -> None:
    assert epcis.event_hashes(json.dumps({"@context": CONTEXT}).encode()) == ()
