"""The hard line set: 18 effects x 4 severities. Each effect has a floor, which is only ever raised; nothing is read wrongly.

In full (10 seeds, 720 frames) it is a figure of `seriatim bench symbols`; here one seed stands for ten.
"""

import pytest
from tests.symbols.test_read_guided import taught

from seriatim import symbols
from seriatim.symbols import synth

LONG = 60_000.0
FLOORS = {
    "good": 4,
    "defocus": 3,
    "motion": 3,
    "low_contrast": 4,
    "growth": 3,
    "ink_loss": 4,
    "missing_dots": 0,
    "voids": 4,
    "dots": 4,
    "dead_nozzle": 4,
    "jitter": 4,
    "perspective": 3,
    "cylinder": 4,
    "glare": 2,
    "gradient": 4,
    "scratch": 3,
    "small_module": 4,
    "noise": 4,
}
"""Of four frames, one for each severity."""


@pytest.mark.parametrize("effect", synth.HARD_EFFECTS)
def test_an_effect_is_read_at_least_to_its_floor_and_nothing_wrongly(effect: str) -> None:
    read, wrong = 0, []
    for case in synth.hard_set(seeds=1, effects=[effect]):
        frame, pose = case.frame(), taught(case)
        found = symbols.read(
            frame.image, formats="datamatrix", roi=pose.region(640, 480), pose=pose, deadline_ms=LONG
        )
        read += bool(found)
        wrong += [one.text for one in found if one.text != frame.truth.text]

    assert wrong == []
    assert read >= FLOORS[effect]


def test_the_floors_together_are_above_the_goal() -> None:
    assert sum(FLOORS.values()) / (4 * len(synth.HARD_EFFECTS)) >= 0.84
