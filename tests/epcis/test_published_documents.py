"""Every JSON document that GS1 publishes as an example is read, written and read again."""

from pathlib import Path

import pytest
from tests.epcis.documents import VECTORS

from seriatim import epcis

DOCUMENTS = sorted((VECTORS / "gs1-json").rglob("*.jsonld"))

pytestmark = pytest.mark.skipif(
    not DOCUMENTS, reason="GS1's published examples are not beside the repository"
)


def test_all_of_them_are_here() -> None:
    assert len(DOCUMENTS) == 47


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_a_published_document_comes_back_with_equal_events_and_hashes(path: Path) -> None:
    document = epcis.loads(path.read_bytes())

    again = epcis.loads(epcis.dumps(document), profile="published")

    assert again.events == document.events
    assert again.master_data == document.master_data
    assert [epcis.event_hash(one) for one in again.events] == [
        epcis.event_hash(one) for one in document.events
    ]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_each_event_of_a_published_document_stands_alone(path: Path) -> None:
    for event in epcis.loads(path.read_bytes()).events:
        assert epcis.load_event(epcis.event_bytes(event)) == event


def test_writing_a_published_document_twice_gives_the_same_bytes() -> None:
    for path in DOCUMENTS:
        written = epcis.dumps(epcis.loads(path.read_bytes()))

        assert epcis.dumps(epcis.loads(written)) == written


def test_the_documents_hold_56_events_of_all_five_types() -> None:
    events = [event for path in DOCUMENTS for event in epcis.loads(path.read_bytes()).events]

    assert len(events) == 56
    assert {event.type for event in events} == {
        "ObjectEvent",
        "AggregationEvent",
        "TransactionEvent",
        "TransformationEvent",
        "AssociationEvent",
    }


def test_the_strict_profile_refuses_only_what_the_published_one_forgives() -> None:
    forgiven = {
        "sensor_time_after_event",
        "sensor_field_twice",
        "report_type_missing",
        "duplicate_name",
        "protected_prefix",
    }
    refused = [problem.code for path in DOCUMENTS for problem in strict_problems(path)]

    assert set(refused) <= forgiven
    assert "sensor_field_twice" in refused


def strict_problems(path: Path) -> list[epcis.Problem]:
    try:
        epcis.loads(path.read_bytes(), profile="strict")
    except epcis.EPCISError as error:
        return error.problems
    return []
