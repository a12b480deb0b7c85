"""The grader against the synthetic camera, whose truth is worked out without a look at pixels."""

import pytest

from seriatim import symbols
from seriatim.symbols import grading, synth
from seriatim.symbols.synth import sets
from seriatim.symbols.synth.expected import Expected

TOLERANCES = {
    "symbol_contrast": 0.01,
    "axial_nonuniformity": 0.001,
    "grid_nonuniformity": 0.015,
    "unused_error_correction": 1e-9,
    "print_growth_x": 0.01,
    "print_growth_y": 0.01,
}
THIN = 0.55
"""X: modules that lost more than this are thinner than their neighbours' gaps, and their growth is told too small."""
CASES = sets.grade_grid(poses=1)
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


def graded(effect: str) -> list[tuple[sets.Case, synth.Frame, grading.Grade]]:
    """All frames of one variation that can be read and graded: some are damaged beyond that."""
    found = []
    for case in CASES:
        if case.effect == effect:
            frame = case.frame()
            grades = [symbols.grade(frame.image, read) for read in symbols.read(frame.image)]
            found += [(case, frame, grade) for grade in grades if grade.status == "graded"]
    assert found != []
    return found


def is_certain(quantity: str, true: Expected) -> bool:
    return true.exact and not (quantity.startswith("print_growth") and abs(true.value) > THIN)


@pytest.mark.parametrize("effect", VARIED)
def test_what_a_frame_shows_exactly_is_measured_within_its_tolerance(effect: str) -> None:
    wrong = {}
    for case, frame, grade in graded(effect):
        measured = {name: one.value for name, one in grade.parameters.items()}
        measured |= {"print_growth_x": grade.growth[0], "print_growth_y": grade.growth[1]}
        for quantity, true in frame.truth.expected.items():
            if is_certain(quantity, true) and abs(measured[quantity] - true.value) > TOLERANCES[quantity]:
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
