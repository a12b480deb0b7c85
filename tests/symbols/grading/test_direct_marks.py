"""ISO/IEC 29158, provisional: contrast and modulation between the means of light and dark modules."""

import pytest
from tests.symbols.grading.exact import Print, as_read, picture

from seriatim import symbols
from seriatim.symbols import grading

SYMBOL = symbols.encode("(01)09506000134352(21)A1B2C3", "datamatrix")
MARK = grading.Conditions(x_mm=0.5, direct_mark=True)


def graded(how: Print) -> grading.Grade:
    return grading.grade(picture(SYMBOL.modules, how), as_read(SYMBOL, how), conditions=MARK)


@pytest.mark.parametrize(("dark", "light", "expected"), [(0.40, 0.60, 4), (0.44, 0.60, 3), (0.47, 0.60, 2), (0.50, 0.60, 1), (0.53, 0.60, 0)])  # fmt: skip
def test_cell_contrast_is_measured_against_the_light_of_the_mark(
    dark: float, light: float, expected: float
) -> None:
    grade = graded(Print(dark=dark, light=light))

    assert grade.parameters["cell_contrast"].value == pytest.approx((light - dark) / light, abs=0.015)
    assert grade.parameters["cell_contrast"].grade == expected


def test_the_report_says_dpm_and_provisional() -> None:
    grade = graded(Print(dark=0.2, light=0.6))

    assert (grade.overall, grade.notation) == (4.0, "DPM4.0/16/660")
    assert (grade.standard, grade.edition) == ("ISO/IEC 29158", "2011")
    assert grade.wording == "ISO/IEC 29158 method, uncalibrated, process-control grade"
    assert all(note.startswith("provisional") for note in grade.provisional)
    assert "reflectance_margin" not in grade.parameters
    assert [one.name for one in grade.segments][-1] == "DD"


def test_the_better_of_both_apertures_counts() -> None:
    # Thick marks: the small spot sees the light gaps better than the large one.
    grade = graded(Print(dark=0.2, light=0.6, growth=(0.5, 0.5)))

    assert grade.aperture == 0.5
