"""Likely causes: each fault is named by the words of those who can mend it, and sound codes get no advice."""

import cv2
import numpy as np
import pytest
from tests.symbols.grading.exact import Print, as_read, picture

from seriatim import symbols
from seriatim.symbols import grading

SYMBOL = symbols.encode("(01)09506000134352(17)271120(10)H26K20(21)K4W8Z0M2RD", "datamatrix")
LIGHT = [(int(x), int(y)) for y, x in np.argwhere(~SYMBOL.modules) if 0 < x < 21 and 0 < y < 21]
WAVE = 0.48 * np.sin(np.arange(23) / 22 * 2 * np.pi * 4)


def graded(how: Print) -> grading.Grade:
    return grading.grade(picture(SYMBOL.modules, how), as_read(SYMBOL, how))


@pytest.mark.parametrize(
    ("how", "cause"),
    [
        (Print(growth=(0.3, 0.3), angle=2), "growth"),
        (Print(growth=(-0.35, -0.35), angle=2), "shrinkage"),
        (Print(growth=(0.3, 0.02), angle=2), "growth_uneven"),
        (Print(stretch=1.09, pitch=6), "stretched"),
        (Print(marks=((-1, 13.2, 23, 13.8, 0.86),)), "dead_nozzle"),
        (Print(marks=((-0.75, -2, -0.25, 24, 0.08),)), "quiet_zone"),
        (Print(dark=0.38, light=0.72), "faded"),
        (Print(dark=0.05, light=0.5), "dim"),
        (Print(blur=2.2), "defocus"),
        (Print(row_shifts=WAVE, pitch=8, angle=2), "jitter"),
        (Print(marks=tuple((x, y, x + 1, y + 1, 0.86) for x, y in ((0, 4), (3, 9), (7, 18), (12, 3), (17, 20), (19, 8), (5, 14)))), "voids"),
        (Print(marks=tuple((x, y, x + 1, y + 1, 0.08) for x, y in LIGHT[5:60:7])), "spots"),
    ],
)  # fmt: skip
def test_the_cause_of_each_fault_is_among_the_hints(how: Print, cause: str) -> None:
    assert cause in [hint.code for hint in graded(how).hints]


def test_a_nozzle_band_is_named_with_its_row_and_its_evidence() -> None:
    grade = graded(Print(marks=((-1, 13.2, 23, 13.8, 0.86),)))

    assert (grade.hints[0].title, grade.hints[0].rows) == ("Nozzle band at row 14", (14,))
    assert grade.hints[0].evidence == "12 of the 12 dark modules of row 14 are too light."


def test_a_band_across_the_travel_is_named_by_its_column() -> None:
    grade = graded(Print(marks=((8.2, -1, 8.8, 23, 0.86),)))

    assert (grade.hints[0].title, grade.hints[0].columns) == ("Nozzle band at column 9", (9,))


@pytest.mark.parametrize("seed", range(6))
def test_dead_lines_of_the_synthetic_camera_are_found_where_they_are(seed: int) -> None:
    shot = symbols.synth.frame(SYMBOL, seed=seed, effects={"dead_nozzle": 0.02})
    reads = symbols.read(shot.image)
    true = {int(top) + 1 for top in shot.truth.code.dead_lines} | {
        int(top + 0.3) + 1 for top in shot.truth.code.dead_lines
    }

    grade = symbols.grade(shot.image, reads[0])

    found = {row for hint in grade.hints for row in hint.rows}
    assert found <= true


def test_motion_is_told_from_defocus_by_its_direction() -> None:
    how = Print(pitch=8)
    moved = cv2.blur(picture(SYMBOL.modules, how), (7, 1))

    codes = [hint.code for hint in grading.grade(moved, as_read(SYMBOL, how)).hints]

    assert "motion" in codes
    assert "defocus" not in codes


@pytest.mark.parametrize(("axis", "side"), [(1, "right"), (0, "bottom")])
def test_light_that_falls_off_is_named_with_its_side_and_keeps_other_guesses_quiet(
    axis: int, side: str
) -> None:
    how = Print(quiet=2)
    image = picture(SYMBOL.modules, how).astype(np.float32)
    fall = np.linspace(1, 0.45, image.shape[axis])
    image *= fall[None] if axis == 1 else fall[:, None]

    grade = grading.grade(np.round(image).astype(np.uint8), as_read(SYMBOL, how))

    assert grade.hints[0].title == f"Light falls off to the {side}"
    assert {hint.code for hint in grade.hints} <= {"light_gradient", "dim", "faded"}


def test_a_scratch_is_told_from_scattered_holes_by_its_line() -> None:
    marks = tuple((3 + n * 0.5, 2 + n * 0.5, 3.9 + n * 0.5, 2.9 + n * 0.5, 0.86) for n in range(34))

    assert "scratch" in [hint.code for hint in graded(Print(marks=marks)).hints]


def test_a_sound_code_gets_no_advice() -> None:
    assert graded(Print(noise=2, angle=3)).hints == ()
