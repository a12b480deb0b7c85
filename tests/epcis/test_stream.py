"""A document read or written one event at a time says what it says as a whole."""

import io
import json
from pathlib import Path
from typing import Any, BinaryIO, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.epcis.documents import CONTEXT, EX, VECTORS, document, event
from tests.epcis.xml_documents import EPCIS1, OBJECT
from tests.epcis.xml_documents import document as xml_document

from seriatim import epcis

EXAMPLES = [
    path
    for path in sorted((VECTORS / "gs1-json").rglob("*.jsonld"))
    + sorted((VECTORS / "gs1-xml").rglob("*.xml"))
    if "CaptureJob" not in path.parts
]


class Drips:
    """A stream that gives a few octets at a time, as a slow connection does."""

    def __init__(self, data: bytes, size: int) -> None:
        self._stream, self._size = io.BytesIO(data), size

    def read(self, size: int = -1) -> bytes:
        return self._stream.read(self._size if size < 0 else min(size, self._size))


def events(data: bytes, size: int = 1 << 20) -> list[epcis.Event | None]:
    return [one.event for one in epcis.read_events(cast("BinaryIO", Drips(data, size)))]


@pytest.mark.skipif(not EXAMPLES, reason="GS1's published examples are not beside the repository")
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_a_published_document_gives_the_same_events_in_drops(path: Path) -> None:
    data = path.read_bytes()

    assert events(data) == list(epcis.loads(data).events)
    assert events(data, 999) == list(epcis.loads(data).events)


def test_faults_stay_with_their_event_and_the_next_is_read_in_both_syntaxes() -> None:
    as_json = document(event(), event(bizStep="shiping"), event())
    bad = OBJECT % "<bizStep>urn:epcglobal:cbv:bizstep:shiping</bizStep>"
    as_xml = xml_document(f"{OBJECT % ''}\n{bad}\n{OBJECT % ''}")

    for data, line in ((as_json, None), (as_xml, 4)):
        first, second, third = epcis.read_events(io.BytesIO(data))
        assert (first.problems, third.problems, second.event) == ((), (), None)
        (problem,) = second.problems
        assert (problem.path, problem.code, problem.line) == (
            "/epcisBody/eventList/1/bizStep",
            "unknown_word",
            line,
        )


def test_a_duplicate_key_is_a_fault_of_its_event_alone() -> None:
    data = document(event(), event()).replace(
        b'"type": "ObjectEvent"', b'"type": "ObjectEvent", "action": "ADD"', 1
    )

    first, second = epcis.read_events(io.BytesIO(data))

    assert [one.code for one in first.problems] == ["duplicate_name"]
    assert second.event is not None


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (document(event())[:-40], "not_json"),
        (document(event()) + b"}", "not_json"),
        (b"[]", "wrong_type"),
        (document(event(), context="https://else.example/"), "unknown_context"),
        (document(event(), creationDate="yesterday"), "bad_time"),
        (document(), "empty_object"),
        (xml_document(OBJECT % "", prolog='<!DOCTYPE d SYSTEM "x">'), "doctype_forbidden"),
        (xml_document(OBJECT % "")[:-9], "not_xml"),
        (b"<html/>", "bad_document_type"),
    ],
)
def test_a_document_that_cannot_be_read_on_is_refused(data: bytes, code: str) -> None:
    if code == "empty_object":
        data = data.replace(b'{"eventList": []}', b"{}")

    with pytest.raises(epcis.EPCISError) as caught:
        list(epcis.read_events(io.BytesIO(data)))

    assert code in {one.code for one in caught.value.problems}


def test_old_documents_and_contexts_on_events_are_read_too() -> None:
    own = event(**{"ex:a": "1"}) | {"@context": {"ex": EX}}
    other = event(**{"ex:a": "1"}) | {"@context": {"ex": "https://other.example/"}}
    wrapped = f"<extension>{OBJECT % ''}</extension>"

    first, second = events(document(own, other))
    assert first is not None
    assert second is not None
    assert first.extensions[0].namespace == EX
    assert second.extensions[0].namespace == "https://other.example/"
    assert len(events(xml_document(wrapped + OBJECT % "", namespace=EPCIS1))) == 2


@pytest.mark.parametrize("kind", ["json", "xml"])
def test_what_is_written_in_a_stream_is_read_as_a_whole(kind: Any) -> None:
    given_events = epcis.loads(
        document(*(event(**{"ex:n": number}) for number in range(50)), context=[CONTEXT, {"ex": EX}])
    ).events
    text = io.BytesIO()

    count = epcis.write_events(text, iter(given_events), kind, creation_date="2026-03-01T10:00:00Z")

    assert count == 50
    assert epcis.loads(text.getvalue()).events == given_events
    assert events(text.getvalue(), 4096) == list(given_events)


@pytest.mark.skipif(not EXAMPLES, reason="GS1's published examples are not beside the repository")
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_envelope_of_a_published_document_is_read_without_its_events(path: Path) -> None:
    data = path.read_bytes()

    envelope = epcis.read_envelope(cast("BinaryIO", Drips(data, 999)))

    whole = epcis.loads(data)
    assert envelope == replace(whole, events=(), warnings=envelope.warnings)


@pytest.mark.skipif(not EXAMPLES, reason="GS1's published examples are not beside the repository")
@pytest.mark.parametrize("kind", ["json", "xml"])
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_a_published_document_is_converted_in_a_stream_as_in_one_piece(path: Path, kind: Any) -> None:
    data = path.read_bytes()
    whole = epcis.loads(data)
    envelope = epcis.read_envelope(io.BytesIO(data))
    if envelope.type == "EPCISMasterDataDocument" and kind == "xml":
        with pytest.raises(ValueError, match="no place for events"):
            epcis.write_events(io.BytesIO(), [], kind, envelope=envelope)
        return
    text = io.BytesIO()

    count = epcis.write_events(text, whole.events, kind, envelope=envelope)

    in_one_piece = epcis.dumps(whole, kind)
    assert count == len(whole.events)
    assert read_back(text.getvalue()) == read_back(in_one_piece)


def read_back(data: bytes) -> object:
    """What a document says; prefixes are a spelling. What JSON cannot say is refused alike."""
    try:
        return replace(epcis.loads(data), prefixes=(), warnings=())
    except epcis.EPCISError as error:
        return [(one.path, one.code) for one in error.problems]


def test_a_document_needs_a_date() -> None:
    with pytest.raises(ValueError, match="creation_date"):
        epcis.write_events(io.BytesIO(), [])


@given(st.lists(st.text(), max_size=6), st.integers(1, 50))
def test_brackets_and_quotes_inside_texts_end_no_event(texts: list[str], size: int) -> None:
    plain = [
        text.replace("\x00", "") for text in texts if not any("\ud800" <= sign <= "\udfff" for sign in text)
    ]
    data = document(*(event(**{"ex:t": text}) for text in plain), context=[CONTEXT, {"ex": EX}])
    spaced = json.dumps(json.loads(data), indent=2, ensure_ascii=False).encode()

    assert events(data, size) == events(spaced, size) == list(epcis.loads(data).events)
