import pytest
from tests.epcis.documents import CONTEXT, EX, document, event, faults

from seriatim import epcis
from seriatim.epcis import limits

CONTEXTS = [CONTEXT, {"ex": EX}]


def with_field(text: str) -> bytes:
    """A document whose event has the field ex:a with this JSON text as its value."""
    return document(event(**{"ex:a": "HERE"}), context=CONTEXTS).replace(b'"HERE"', text.encode())


AT = "/epcisBody/eventList/0/ex:a"


def test_a_document_that_is_not_json_says_where() -> None:
    with pytest.raises(epcis.EPCISError) as caught:
        epcis.loads(b'{"type":\n  oops}')

    assert caught.value.problems[0].code == "not_json"
    assert "line 2, column 3" in caught.value.problems[0].message


@pytest.mark.parametrize("data", [b"", b"   ", b"{", b"\xff\xfe{\x00}\x00", b"[1,]", b"{'a': 1}", b"nul"])
def test_broken_text_is_refused_not_repaired(data: bytes) -> None:
    assert faults(data) in ([("", "not_json")], [("", "not_utf8")])


@pytest.mark.parametrize("data", [b"[]", b"1", b"null", b'"text"', b"true"])
def test_a_document_is_an_object(data: bytes) -> None:
    assert faults(data) == [("", "wrong_type")]


def test_a_byte_order_mark_does_no_harm() -> None:
    assert len(epcis.loads(b"\xef\xbb\xbf" + document(event())).events) == 1


def test_a_name_that_stands_twice_is_refused_with_its_place() -> None:
    data = document(event()).replace(b'"action": "OBSERVE"', b'"action": "OBSERVE", "action": "ADD"')

    assert faults(data) == [("/epcisBody/eventList/0/action", "duplicate_name")]


def test_a_name_inside_an_extension_that_stands_twice_is_refused_too() -> None:
    assert faults(with_field('[{"ex:b": 1, "ex:b": 1}]')) == [(AT + "/0/ex:b", "duplicate_name")]


def test_two_event_ids_in_one_event_are_none() -> None:
    data = document(event(eventID="urn:uuid:1")).replace(
        b'"urn:uuid:1"', b'"urn:uuid:1", "eventID": "urn:uuid:2"'
    )

    read = epcis.loads(data)

    assert read.events[0].event_id is None
    assert [warning.code for warning in read.warnings] == ["duplicate_name"]
    assert faults(data, profile="strict") == [("/epcisBody/eventList/0/eventID", "duplicate_name")]


@pytest.mark.parametrize(
    "number",
    [
        "NaN",
        "Infinity",
        "-Infinity",
        "1e400",
        "-1e400",
        "1e-400",
        "1e99999999999999999999",
        "1" * 101,
        "0." + "1" * 101,
    ],
)
def test_a_number_that_not_everybody_can_hold_is_refused_with_its_place(number: str) -> None:
    assert faults(with_field(number)) == [(AT, "bad_number")]


@pytest.mark.parametrize("text", [r'"\ud800"', r'"a\uDC00b"', r'"\u0000"', r'{"\ud800": 1}'])
def test_half_a_character_and_nul_are_refused(text: str) -> None:
    assert [code for _, code in faults(with_field(text))] == ["bad_character"]


def test_a_whole_character_written_as_two_escapes_is_a_character() -> None:
    read = epcis.loads(with_field(r'"\ud83d\ude00"'))

    assert read.events[0].extensions[0].value == "\U0001f600"


def test_every_fault_of_the_text_is_named_at_once() -> None:
    assert faults(with_field('{"ex:b": NaN, "ex:c": 1e999, "ex:d": {"x": 1, "x": 2}}')) == [
        (AT + "/ex:b", "bad_number"),
        (AT + "/ex:c", "bad_number"),
        (AT + "/ex:d/x", "duplicate_name"),
    ]


def nested(levels: int) -> bytes:
    return with_field('{"ex:b":' * levels + "1" + "}" * levels)


def test_64_levels_are_read_and_65_refused() -> None:
    above = 4  # document, epcisBody, eventList, event

    epcis.loads(nested(limits.DEPTH_MAX - above))
    assert [code for _, code in faults(nested(limits.DEPTH_MAX - above + 1))] == ["too_deep"]


@pytest.mark.parametrize("levels", [1_000, 100_000])
def test_a_tower_of_brackets_is_refused_not_climbed(levels: int) -> None:
    assert [code for _, code in faults(nested(levels))] == ["too_deep"]
    assert next(code for _, code in faults(b"[" * levels)) in {"too_deep", "not_json"}


def test_the_size_limit_is_exact_and_counts_octets() -> None:
    data = document(event())
    room = limits.DOCUMENT_BYTES_MAX - len(data)

    assert len(epcis.loads(data + b" " * room).events) == 1
    assert faults(data + b" " * (room + 1)) == [("", "too_large")]


def test_ten_thousand_events_are_read_and_one_more_is_refused() -> None:
    one = event()

    assert len(epcis.loads(document(*[one] * limits.EVENTS_MAX)).events) == limits.EVENTS_MAX
    assert faults(document(*[one] * (limits.EVENTS_MAX + 1))) == [("/epcisBody/eventList", "too_many_events")]


def test_a_thousand_faults_are_described_and_all_are_counted() -> None:
    with pytest.raises(epcis.EPCISError) as caught:
        epcis.loads(document(*[event(bizStep="nonsense")] * 1_500))

    assert len(caught.value.problems) == limits.PROBLEMS_MAX
    assert caught.value.count == 1_500


def test_xml_for_a_single_event_is_told_that_only_json_is_read_there() -> None:
    with pytest.raises(epcis.EPCISError, match="JSON-LD"):
        epcis.load_event(b'<?xml version="1.0"?><e:EPCISDocument/>')
