import dataclasses

import numpy as np
import pytest

from seriatim import symbols
from seriatim.symbols import grade, render

SYMBOL = symbols.encode("(01)09506000134352(17)271120(10)H26K20(21)K4W8Z0M2RD6T", "datamatrix")


def printed(dark: float, light: float, *, flipped: int = 0) -> np.ndarray:
    """The symbol in two reflectances, with the first `flipped` data modules of other colour."""
    modules = SYMBOL.modules.copy()
    for number in range(flipped):
        modules[4 + number // 6 * 3, 3 + number % 6 * 3] ^= True
    drawn = render.raster(dataclasses.replace(SYMBOL, modules=modules), 6)
    return np.where(np.pad(drawn, 20), round(255 * dark), round(255 * light)).astype(np.uint8)


@pytest.mark.parametrize(
    ("dark", "light", "expected", "letter"),
    [(0.0, 1.0, 4, "A"), (0.1, 0.75, 3, "B"), (0.2, 0.68, 2, "C"), (0.3, 0.55, 1, "D"), (0.4, 0.55, 0, "F")],
)
def test_contrast_sets_the_grade_of_a_perfect_symbol(
    dark: float, light: float, expected: float, letter: str
) -> None:
    image = printed(dark, light)
    [found] = symbols.read(image)

    graded = symbols.grade_provisional(image, found)

    assert graded.contrast == pytest.approx(light - dark, abs=0.005)
    assert (graded.contrast_grade, graded.overall, graded.letter) == (expected, expected, letter)
    assert (graded.uec, graded.uec_grade, graded.decode_grade) == (1.0, 4, 4)


@pytest.mark.parametrize(
    ("uec", "expected"),
    [(1.0, 4), (0.62, 4), (0.61, 3), (0.5, 3), (0.49, 2), (0.37, 2), (0.25, 1), (0.24, 0), (0.0, 0)],
)
def test_unused_error_correction_sets_the_grade_when_contrast_is_good(
    uec: float | None, expected: float
) -> None:
    image = printed(0, 1)
    [found] = symbols.read(image)

    graded = symbols.grade_provisional(image, dataclasses.replace(found, uec=uec))

    assert (graded.uec_grade, graded.overall) == (expected, expected)


def test_wrong_modules_cost_error_correction_and_so_the_grade() -> None:
    image = printed(0, 1, flipped=5)
    [found] = symbols.read(image)

    graded = symbols.grade_provisional(image, found)

    assert found.text == SYMBOL.text
    assert 0.37 <= graded.uec < 0.62
    assert graded.overall == graded.uec_grade


def test_a_read_by_the_ladder_is_never_better_than_f() -> None:
    image = 255 - printed(0, 1)
    [found] = symbols.read(image)

    graded = symbols.grade_provisional(image, found)

    assert (found.method, graded.decode_grade, graded.overall, graded.letter) == ("ladder", 0, 0, "F")


def test_one_hot_pixel_does_not_lift_the_contrast() -> None:
    image = printed(0.3, 0.6)
    [found] = symbols.read(image)
    before = symbols.grade_provisional(image, found)
    image[100, 100] = 255

    assert symbols.grade_provisional(image, found).contrast == before.contrast


def test_a_linear_symbol_has_no_error_correction_to_grade() -> None:
    image = np.pad(
        render.pixels(symbols.encode("(00)395060001343520018", "gs1-128"), 3), 20, constant_values=255
    )
    [found] = symbols.read(image)

    graded = symbols.grade_provisional(image, found)

    assert (graded.uec, graded.uec_grade, graded.letter) == (None, None, "A")


def test_every_grade_says_that_it_is_provisional() -> None:
    image = printed(0, 1)
    [found] = symbols.read(image)

    note = symbols.grade_provisional(image, found).note

    assert note == "provisional: contrast and unused error correction only, not an ISO/IEC 15415 grade"
    assert not hasattr(symbols, "grade") or not callable(symbols.grade)


@pytest.mark.parametrize(
    ("overall", "letter"),
    [(4, "A"), (3.5, "A"), (3.4, "B"), (2.5, "B"), (1.5, "C"), (0.5, "D"), (0.4, "F"), (0, "F")],
)
def test_letters_follow_the_standard(overall: float, letter: str) -> None:
    assert grade.letter(overall) == letter


def test_a_read_from_another_picture_is_refused() -> None:
    [found] = symbols.read(printed(0, 1))

    with pytest.raises(symbols.SymbolError) as refusal:
        symbols.grade_provisional(np.zeros((10, 10), np.uint8), found)

    assert refusal.value.code == "corners"
