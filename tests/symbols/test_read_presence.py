"""Absent and unreadable are different answers, told apart by what the picture shows."""

import cv2
import numpy as np
import pytest
from tests.symbols.test_read_guided import taught

from seriatim import symbols
from seriatim.symbols import synth

EFFECTS = [name for name in synth.HARD_EFFECTS if name != "good"]


@pytest.mark.parametrize("effect", EFFECTS)
def test_a_code_is_there_however_damaged_and_an_empty_label_is_empty_however_filmed(effect: str) -> None:
    for case in synth.hard_set(seeds=1, effects=[effect], severities=(0.5, 1.0)):
        pose = taught(case)
        region = pose.region(case.scene.width, case.scene.height)
        without = synth.frame(
            case.symbol, seed=case.seed, effects={**case.effects, "absent": 1.0}, scene=case.scene
        )

        assert symbols.presence(case.frame().image, region).is_there
        assert symbols.presence(case.frame().image, region, pose).is_there
        assert not symbols.presence(without.image, region).is_there
        assert not symbols.presence(without.image, region, pose).is_there


def test_print_beside_the_code_is_not_taken_for_it() -> None:
    label = np.full((300, 300), 215, np.uint8)
    for y in (30, 280):
        cv2.putText(label, "Huila 250 g", (20, y), cv2.FONT_HERSHEY_SIMPLEX, 1, 20, 2)

    assert not symbols.presence(label, (0, 0, 300, 300)).is_there


def test_lines_in_one_direction_are_no_code() -> None:
    stripes = np.tile(np.repeat([40, 210], 6).astype(np.uint8), (300, 25))

    assert not symbols.presence(stripes, (0, 0, 300, 300)).is_there
    assert not symbols.presence(np.rot90(stripes).copy(), (0, 0, 300, 300)).is_there


@pytest.mark.parametrize("level", [0, 128, 255])
def test_an_even_picture_is_empty(level: int) -> None:
    blank = np.full((100, 100), level, np.uint8)
    pose = symbols.Pose("datamatrix", (10, 10), np.array([(30.0, 30), (70, 30), (70, 70), (30, 70)]))

    found = symbols.presence(blank, (0, 0, 100, 100), pose)

    assert (found.texture, found.is_there) == (0.0, False)
    assert found.finder == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("roi", [(0, 0, 1, 1), (5, 5, 9, 8)])
def test_a_region_of_a_few_pixels_holds_nothing(roi: tuple[int, int, int, int]) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (20, 20)).astype(np.uint8)

    assert not symbols.presence(noise, roi).is_there


def test_a_region_outside_the_picture_is_refused() -> None:
    with pytest.raises(symbols.SymbolError) as refusal:
        symbols.presence(np.zeros((20, 20), np.uint8), (0, 0, 21, 20))

    assert refusal.value.code == "roi"
