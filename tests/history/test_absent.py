"""What is left of an event says of each thing what the event said, and nothing of its particulars."""

from hashlib import sha256
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis.strategies import text
from tests.history.test_order import events_of

from seriatim import epcis
from seriatim.epcis import Event
from seriatim.history.absent import Left, rest_of
from seriatim.history.keys import ItemKey, item_key
from seriatim.history.registers import Registers, fold
from seriatim.history.squeeze import WORDS, squeezed, unsqueezed

PUBLISHED = Path(__file__).parents[3] / "shared" / "vectors" / "epcis"
UNIT = "https://id.gs1.org/01/09506000134352/21/"


def whole(event: Event) -> dict[ItemKey, Registers]:
    return fold([(7, event, True)])


def left(event: Event) -> dict[ItemKey, Registers]:
    kept = Left.of(rest_of(event, 7), 7)
    return {item_key(epc): kept.about(item_key(epc)) for epc in event.epcs()}


@pytest.mark.parametrize("seed", range(20))
def test_of_each_thing_is_left_what_the_event_said(seed: int) -> None:
    for event in events_of(Random(seed)):
        assert left(event) == whole(event)


def test_of_every_event_that_gs1_publishes_is_left_what_it_said() -> None:
    files = sorted(path for path in PUBLISHED.rglob("*") if path.suffix in {".json", ".jsonld", ".xml"})
    if not files:
        pytest.skip("the vectors published by GS1 are not here")
    seen = 0
    for path in files:
        try:
            events = epcis.loads(path.read_bytes()).events
        except epcis.EPCISError:
            continue  # not a document, or one that is published as a wrong one
        for event in events:
            assert left(event) == whole(event), path
            seen += 1
    assert seen > 100


def test_a_thing_that_is_in_two_roles_keeps_both() -> None:
    made = epcis.transformation_event(
        event_time=events_of(Random(0))[0].event_time,
        input_epc_list=[UNIT + "A", UNIT + "B"],
        output_epc_list=[UNIT + "B", UNIT + "C"],
    )

    assert left(made) == whole(made)
    assert whole(made)[item_key(UNIT + "B")].ended == "consumed"


def test_an_event_that_names_the_placeholder_itself_keeps_its_names() -> None:
    told = epcis.aggregation_event(
        event_time=events_of(Random(0))[0].event_time,
        action="ADD",
        parent_id="urn:seriatim:others",
        child_epcs=[UNIT + "A", UNIT + "B"],
    )

    assert left(told) == whole(told)


def test_particulars_do_not_stay() -> None:
    told = epcis.object_event(
        event_time=events_of(Random(0))[0].event_time,
        action="ADD",
        epc_list=[UNIT + "A", UNIT + "B"],
        biz_step="commissioning",
        extensions=[epcis.Extension("https://example.com/", "driver", "Anna Example")],
        lot="L1",
    )

    rest = unsqueezed(rest_of(told, 7))

    assert b"Anna" not in rest
    assert UNIT.encode() not in rest
    assert b"L1" in rest


@given(text())
def test_what_is_squeezed_comes_back(content: str) -> None:
    raw = b"{" + content.encode("utf-8", "replace")
    kept = squeezed(raw)

    assert unsqueezed(kept) == unsqueezed(raw) == raw


@pytest.mark.parametrize("strange", [b"", b"\x02abc", b"\x01\xff\xff"])
def test_what_was_not_squeezed_is_refused(strange: bytes) -> None:
    with pytest.raises(ValueError, match="kept"):
        unsqueezed(strange)


def test_the_words_never_change() -> None:
    """Kept rows could not be read any more."""
    kept = bytes.fromhex("01abc61e5858ca9d5a00")

    assert unsqueezed(kept) == b'{"type":"ObjectEvent","bizStep":"shipping"}'
    assert sha256(WORDS).hexdigest() == "fe2fcd2b87bbf48ca332754cd638394f0b00a8a2215e82a7a14f22e9601782a2"
