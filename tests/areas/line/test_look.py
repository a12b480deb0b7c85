"""From a picture to what it shows: codes, an empty label, an unreadable one, a broken picture."""

import numpy as np
import pytest
from tests.factories.line import TEMPLATE, make_label, make_target

from seriatim import symbols
from seriatim.areas.line import EXPECTED_REASONS, FaultKind, Frame, Label, judge, look, shoot
from seriatim.areas.line.look import something_dark
from seriatim.connectors.camera import SyntheticCamera, taught_in

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
    assert something_dark(*_picture(fault))
    assert not something_dark(*_picture("absent"))


def _picture(fault: FaultKind) -> tuple[np.ndarray, tuple[int, int, int, int] | None]:
    frame = filmed(fault, 4)
    return frame.image, frame.roi


def test_without_a_region_taught_in_nobody_can_tell_whether_something_is_there() -> None:
    black = np.zeros((100, 100), np.uint8)

    assert not something_dark(black, None)
    assert not something_dark(black, (50, 50, 50, 50))


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
