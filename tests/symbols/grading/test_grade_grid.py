"""The grader against the synthetic camera, whose truth is worked out without a look at pixels."""

import pytest

from seriatim import symbols
from seriatim.symbols import grading, synth
from seriatim.symbols.synth import sets

TOLERANCES = {
    "symbol_contrast": 0.01,
    "axial_nonuniformity": 0.001,
    "grid_nonuniformity": 0.015,
    "unused_error_correction": 1e-9,
    "print_growth_x": 0.01,
    "print_growth_y": 0.01,
}
CASES = sets.grade_grid(poses=3)
VARIED = (
    "good",
    "pitch",
    "contrast",
    "stretch",
    "growth",
    "ink_loss",
    "jitter",
    "wrong_codewords",
    "wrong_finder",
    "wrong_clock",
)


def read(effect: str) -> list[tuple[sets.Case, synth.Frame, grading.Grade]]:
    """All frames of one variation that can be read: some are damaged beyond that."""
    found = []
    for case in CASES:
        if case.effect == effect:
            frame = case.frame()
            found += [(case, frame, symbols.grade(frame.image, one)) for one in symbols.read(frame.image)]
    assert found != []
    return found


def graded(effect: str) -> list[tuple[sets.Case, synth.Frame, grading.Grade]]:
    return [one for one in read(effect) if one[2].status == "graded"]


@pytest.mark.parametrize("effect", ["good", "growth", "ink_loss", "contrast", "stretch"])
def test_every_print_that_can_be_read_is_graded_however_thick_or_thin(effect: str) -> None:
    refused = [(case.name, grade.why) for case, _, grade in read(effect) if grade.status != "graded"]

    assert refused == []


@pytest.mark.parametrize("effect", VARIED)
def test_what_a_frame_shows_exactly_is_measured_within_its_tolerance(effect: str) -> None:
    wrong = {}
    for case, frame, grade in graded(effect):
        measured = {name: one.value for name, one in grade.parameters.items()}
        measured |= {"print_growth_x": grade.growth[0], "print_growth_y": grade.growth[1]}
        for quantity, true in frame.truth.expected.items():
            if true.exact and abs(measured[quantity] - true.value) > TOLERANCES[quantity]:
                wrong[case.name, quantity] = (measured[quantity], true.value)

    assert wrong == {}


@pytest.mark.parametrize("effect", ["contrast", "stretch", "wrong_codewords"])
def test_whole_grades_agree_with_the_truth_on_both_sides_of_each_limit(effect: str) -> None:
    quantity = {"contrast": "symbol_contrast", "stretch": "axial_nonuniformity"}.get(
        effect, "unused_error_correction"
    )
    measured, expected = [], []
    for case, frame, grade in graded(effect):
        measured.append((case.name, grade.parameters[quantity].grade))
        expected.append((case.name, frame.truth.expected[quantity].grade))

    assert measured == expected
    assert len({grade for _, grade in expected}) >= 3
