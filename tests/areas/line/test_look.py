"""From a picture to what it shows: codes, an empty label, an unreadable one, a broken picture."""

import numpy as np
import pytest
from tests.factories.line import TEMPLATE, make_label, make_target

from seriatim import symbols
from seriatim.areas.line import EXPECTED_REASONS, FaultKind, Frame, Label, judge, look, shoot
from seriatim.connectors.camera import SyntheticCamera, taught_in, taught_pose

LABELS = [make_label("7KQ2MR9TXW4B"), make_label("7KQ2MR9TXW4C"), make_label("7KQ2MR9TXW4D")]
TARGET = make_target([label.serial for label in LABELS])
CAMERA = SyntheticCamera(TEMPLATE, seed=5)


def filmed(fault: FaultKind, seed: int) -> Frame:
    camera = SyntheticCamera(TEMPLATE, seed).with_faults({2: fault}, LABELS, 0)
    return camera.take(2, LABELS[2])


def test_a_good_label_is_read_with_its_elements_and_a_grade() -> None:
    sighting = look(CAMERA.take(0, LABELS[0]))

    (code,) = sighting.codes
    assert code.elements == {"01": "09506000134352", "17": "271120", "10": "H26K20", "21": "7KQ2MR9TXW4B"}
    assert (code.symbology_id, code.fault, code.rescued) == ("]d2", "", False)
    assert len(code.corners) == 4
    assert judge(sighting, TARGET, frozenset()).passed


@pytest.mark.parametrize("fault", EXPECTED_REASONS)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_each_planned_fault_is_caught_for_its_reason(fault: FaultKind, seed: int) -> None:
    verdict = judge(look(filmed(fault, seed)), TARGET, frozenset({LABELS[0].serial}))

    assert verdict.reason == EXPECTED_REASONS[fault]


def test_a_picture_with_a_fault_is_not_looked_at() -> None:
    sighting = look(Frame(np.zeros((1, 1), np.uint8), fault="the cable is loose"))

    assert (sighting.codes, sighting.fault, sighting.something_there) == ((), "the cable is loose", False)


def test_a_code_that_is_no_element_string_is_seen_with_its_fault() -> None:
    plain = symbols.synth.frame(
        symbols.encode("https://id.example.com/01/09506000134352", "datamatrix"), seed=1
    )

    (code,) = look(Frame(plain.image)).codes

    assert (code.text, code.symbology_id) == ("https://id.example.com/01/09506000134352", "]d1")
    assert judge(look(Frame(plain.image)), TARGET, frozenset()).reason == "wrong_symbology"


@pytest.mark.parametrize("fault", ["defocus", "voids", "dead_nozzle", "ink_loss"])
def test_an_unreadable_code_is_told_from_a_missing_one(fault: FaultKind) -> None:
    assert (look(filmed("absent", 4)).codes, look(filmed("absent", 4)).something_there) == ((), False)
    assert look(filmed(fault, 4)).something_there


def test_without_a_region_taught_in_nobody_can_tell_whether_something_is_there() -> None:
    frame = filmed("absent", 4)

    assert not look(Frame(frame.image)).something_there
    assert look(Frame(frame.image, (50, 50, 50, 50))).fault.startswith("roi (50, 50, 50, 50) lies outside")


@pytest.mark.parametrize("effect", ["dots", "growth", "noise"])
def test_a_rescue_read_names_the_unit_and_never_passes_it(effect: str) -> None:
    damaged = symbols.synth.frame(TEMPLATE.fill(LABELS[2].texts()), seed=1, effects={effect: 0.9})
    region, pose = taught_in(TEMPLATE, LABELS[2]), taught_pose(TEMPLATE, LABELS[2])
    sighting = look(Frame(damaged.image, region, pose=pose))
    verdict = judge(sighting, TARGET, frozenset())

    assert [code.rescued for code in sighting.codes] == [True]
    assert (verdict.passed, verdict.reason, verdict.serial) == (False, "unreadable", LABELS[2].serial)
    assert verdict.explanation == (
        f"Only a rescue read ({sighting.codes[0].method}) could decode it: it names the unit, and does not pass it."
    )


def test_two_different_codes_in_the_region_are_an_answer_of_their_own() -> None:
    frame = CAMERA.take(0, LABELS[0])
    image = frame.image.copy()
    second = symbols.pixels(symbols.encode("(01)09506000134352(21)B2", "datamatrix"), 5)
    image[20 : 20 + second.shape[0], 20 : 20 + second.shape[1]] = second

    verdict = judge(look(Frame(image, (0, 0, image.shape[1], image.shape[0]))), TARGET, frozenset())

    assert (verdict.passed, verdict.reason) == (False, "multiple")


def test_a_batch_is_filmed_in_the_order_of_its_triggers_and_each_picture_is_kept() -> None:
    shots = shoot(CAMERA, 7, LABELS)

    assert [shot.trigger for shot in shots] == [7, 8, 9]
    assert [shot.sighting.codes[0].elements["21"] for shot in shots] == [label.serial for label in LABELS]
    assert [symbols.images.decode_image(shot.jpeg).shape for shot in shots] == [
        CAMERA.take(7, LABELS[0]).image.shape
    ] * 3


def test_a_broken_picture_keeps_no_jpeg() -> None:
    class Blind:
        def take(self, trigger: int, label: Label) -> Frame:
            return Frame(np.zeros((1, 1), np.uint8), fault=f"trigger {trigger} came without a picture")

    (shot,) = shoot(Blind(), 3, LABELS[:1])

    assert (shot.jpeg, shot.sighting.fault) == (b"", "trigger 3 came without a picture")


def test_the_region_taught_in_holds_the_code_of_every_serial() -> None:
    for trigger, label in enumerate(LABELS):
        left, top, right, bottom = taught_in(TEMPLATE, label)
        (code,) = look(CAMERA.take(trigger, label)).codes
        assert all(left <= x <= right and top <= y <= bottom for x, y in code.corners)
