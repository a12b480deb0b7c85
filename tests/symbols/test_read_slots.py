"""Trays: each place gets its own answer, and a neighbour's code is never taken for the unit's own."""

import numpy as np
import pytest

from seriatim import symbols
from seriatim.symbols import Slot, synth
from seriatim.symbols.images import Gray

LONG = 60_000.0
PLACES = [(40 + 110 * column, 30 + 90 * row) for row in range(4) for column in range(5)]
SIDE = 64


def text(number: int) -> str:
    return f"(01)09506000134352(21)A{number:03}"


def tray(codes: dict[int, str]) -> Gray:
    """Codes by place, 4 pixels per module."""
    canvas = np.full((400, 640), 220, np.uint8)
    for place, content in codes.items():
        x, y = PLACES[place]
        code = symbols.pixels(symbols.encode(content, "datamatrix"), 4)
        canvas[y : y + code.shape[0], x : x + code.shape[1]] = code
    return canvas


def slot(place: int, expected: str | None = None) -> Slot:
    x, y = PLACES[place]
    return Slot((x - 5, y - 5, x + 90, y + 85), expected)


def kinds(image: Gray, slots: list[Slot]) -> list[str]:
    return [one.kind for one in symbols.read_slots(image, slots, formats="datamatrix", deadline_ms=LONG)]


def test_a_tray_of_twenty_gives_twenty_codes_each_in_its_slot() -> None:
    image = tray({place: text(place) for place in range(20)})

    answers = symbols.read_slots(
        image, [slot(place, text(place)) for place in range(20)], formats="datamatrix"
    )

    assert [one.kind for one in answers] == ["read"] * 20
    assert [one.read.text for one in answers if one.read] == [text(place) for place in range(20)]


def test_a_neighbours_code_outside_the_slot_is_never_matched() -> None:
    image = tray({1: text(1)})

    assert kinds(image, [slot(0, text(1))]) == ["absent"]
    assert kinds(image, [slot(0, text(0)), slot(2, text(2))]) == ["absent", "absent"]


def test_the_right_code_in_the_wrong_slot_is_wrong() -> None:
    image = tray({0: text(1), 1: text(0)})

    assert kinds(image, [slot(0, text(0)), slot(1, text(1))]) == ["wrong", "wrong"]


def test_the_same_code_in_two_slots_is_a_duplicate_in_both() -> None:
    image = tray({0: text(0), 1: text(0), 2: text(2)})

    assert kinds(image, [slot(0), slot(1), slot(2)]) == ["duplicate", "duplicate", "read"]
    assert kinds(image, [slot(0, text(0)), slot(1, text(1))]) == ["duplicate", "wrong"]


def test_two_different_codes_in_one_slot_are_an_answer_of_their_own() -> None:
    image = tray({0: text(0), 1: text(1)})
    both = Slot((30, 20, 250, 120), expected=text(0))

    [answer] = symbols.read_slots(image, [both], formats="datamatrix", deadline_ms=LONG)

    assert (answer.kind, answer.read) == ("multiple", None)
    assert {one.text for one in answer.reads} == {text(0), text(1)}


def test_a_code_that_nobody_can_read_is_not_absent() -> None:
    image = tray({0: text(0), 1: text(1)})
    x, y = PLACES[1]
    image[y + 20 : y + 60, x + 20 : x + 60] = np.random.default_rng(1).integers(0, 256, (40, 40))

    assert kinds(image, [slot(0), slot(1), slot(2)]) == ["read", "unreadable", "absent"]


def test_a_code_that_only_a_later_stage_reads_is_rescued() -> None:
    image = tray({0: text(0), 1: text(1)})
    x, y = PLACES[1]
    around = image[y - 10 : y + 98, x - 10 : x + 98]
    around[:] = 255 - around

    answers = symbols.read_slots(image, [slot(0), slot(1)], formats="datamatrix", deadline_ms=LONG)

    assert [one.kind for one in answers] == ["read", "rescued"]
    assert answers[1].read is not None
    assert answers[1].read.text == text(1)


def test_the_pose_of_a_slot_helps_the_guided_stage() -> None:
    symbol, scene = symbols.encode(text(7), "datamatrix"), synth.Scene(pitch=5.0)
    frame = synth.frame(symbol, seed=3, effects={"dots": 1.0}, scene=scene)
    pose = symbols.Pose("datamatrix", symbol.size, np.round(frame.truth.corners))

    [answer] = symbols.read_slots(
        frame.image, [Slot(pose.region(640, 480), text(7), pose)], formats="datamatrix", deadline_ms=LONG
    )

    assert (answer.kind, answer.read and answer.read.method) == ("rescued", "guided")


@pytest.mark.parametrize("count", [0, 256])
def test_no_slots_or_too_many_are_refused(count: int) -> None:
    with pytest.raises(symbols.SymbolError) as refusal:
        symbols.read_slots(tray({}), [slot(0)] * count)

    assert refusal.value.code == "slots"


def test_a_slot_outside_the_picture_is_refused_before_anything_is_read() -> None:
    with pytest.raises(symbols.SymbolError) as refusal:
        symbols.read_slots(tray({0: text(0)}), [slot(0), Slot((600, 300, 700, 350))])

    assert refusal.value.code == "roi"


def test_a_slot_too_small_for_a_code_is_absent() -> None:
    assert kinds(tray({}), [Slot((0, 0, 4, 4))]) == ["absent"]
