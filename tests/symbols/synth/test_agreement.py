"""Two that know nothing of each other: what the truth derives from planted amounts, and what the grader measures."""

import pytest

from seriatim import symbols
from seriatim.symbols import synth
from seriatim.symbols.grading import grade

ABBREVIATIONS = {
    "symbol_contrast": ("SC", 0.002),
    "axial_nonuniformity": ("AN", 0.0005),
    "grid_nonuniformity": ("GN", 0.02),
    "unused_error_correction": ("UEC", 1e-9),
}
VARIED = {"good", "pitch", "contrast", "stretch", "wrong_codewords", "growth"}
MOST = {"wrong_codewords": 8, "growth": 0.5}
"""Beyond these no code is read, so there is nothing to grade."""
CASES = [
    case
    for case in synth.grade_grid(poses=1)
    if case.effect in VARIED and case.severity <= MOST.get(case.effect, case.severity)
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_grader_measures_what_was_planted(case: synth.Case) -> None:
    frame = case.frame()
    [found] = symbols.read(frame.image, formats=("datamatrix",))

    measured = grade(frame.image, found)

    for name, (abbreviation, tolerance) in ABBREVIATIONS.items():
        truth = frame.truth.expected[name]
        if truth.exact:
            parameter = measured.parameters[abbreviation]
            assert (parameter.value, parameter.grade) == (
                pytest.approx(truth.value, abs=tolerance),
                truth.grade,
            )
    for axis, growth in zip("xy", measured.growth, strict=True):
        assert growth == pytest.approx(frame.truth.expected[f"print_growth_{axis}"].value, abs=0.005)
