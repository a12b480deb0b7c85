"""Bars by ISO/IEC 15416: profiles whose grades follow by hand, and whole pictures."""

from itertools import pairwise

import cv2
import numpy as np
import pytest

from seriatim import symbols
from seriatim.symbols import grading
from seriatim.symbols.errors import SymbolError
from seriatim.symbols.grading.linear import grade_line
from seriatim.symbols.grading.profile import ScanProfile, code128_decodability, itf_decodability, mean_grade
from seriatim.symbols.grading.record import Parameters

CODE = symbols.encode("(00)095060001343528792", "gs1-128")
CASE = symbols.encode("(01)09506000134352", "itf14")
FINE = 12
DARK, LIGHT = 0.10, 0.85


def profile(symbol: symbols.Symbol = CODE) -> np.ndarray:
    """A line without a blemish: 12 samples per module, ten modules of quiet zone."""
    modules = np.pad(symbol.modules[0], 10)
    return np.repeat(np.where(modules, DARK, LIGHT), FINE)


def places(line: np.ndarray, dark: bool, width: int) -> slice:
    """The samples of the first inner element of that colour and width in modules."""
    edges = np.flatnonzero(np.diff(line)) + 1
    starts = [(a, b) for a, b in pairwise(edges) if (line[a] == DARK) == dark and b - a == width * FINE]
    return slice(*starts[3])


def grades(line: np.ndarray, symbol: symbols.Symbol = CODE) -> dict[str, tuple[float, float | None]]:
    graded = Parameters(grade_line(line, symbol.format, symbol.data))
    return {one.abbreviation: (round(one.value, 4), one.grade) for one in graded.values()}


@pytest.mark.parametrize("symbol", [CODE, CASE])
def test_a_line_without_a_blemish_has_the_values_of_its_inks(symbol: symbols.Symbol) -> None:
    assert grades(profile(symbol), symbol) == {
        "decode": (1.0, 4),
        "SC": (0.75, 4),
        "Rmin/Rmax": (0.1176, 4),
        "ECmin": (0.75, 4),
        "MOD": (1.0, 4),
        "DEF": (0.0, 4),
        "DCD": (1.0, 4),
    }


@pytest.mark.parametrize(("bar", "modulation", "expected"), [(0.32, 0.7067, 4), (0.33, 0.6933, 3), (0.41, 0.5867, 2), (0.44, 0.5467, 2)])  # fmt: skip
def test_one_weak_bar_sets_edge_contrast_and_modulation(
    bar: float, modulation: float, expected: float
) -> None:
    line = profile()
    line[places(line, dark=True, width=1)] = bar

    graded = grades(line)

    assert graded["ECmin"] == (round(LIGHT - bar, 4), 4)
    assert graded["MOD"] == (modulation, expected)


@pytest.mark.parametrize(
    ("dip", "defects", "expected"),
    [(0.11, 0.1467, 4), (0.12, 0.16, 3), (0.18, 0.24, 2), (0.22, 0.2933, 1), (0.24, 0.32, 0)],
)
def test_a_spot_in_a_space_is_a_defect_by_its_depth(dip: float, defects: float, expected: float) -> None:
    line = profile()
    space = places(line, dark=False, width=2)
    line[space.start + 8 : space.start + 16] = LIGHT - dip

    assert grades(line)["DEF"] == (defects, expected)


def test_a_void_in_a_bar_and_a_speck_in_the_quiet_zone_are_defects_too() -> None:
    void, speck = profile(), profile()
    bar = places(void, dark=True, width=2)
    void[bar.start + 8 : bar.start + 16] = DARK + 0.15
    speck[30:36] = LIGHT - 0.15

    assert grades(void)["DEF"] == (0.2, 3)
    assert grades(speck)["DEF"] == (0.2, 3)


@pytest.mark.parametrize(("dark", "expected"), [(0.40, 4), (0.45, 0)])
def test_bars_that_reflect_more_than_half_of_the_lightest_fail(dark: float, expected: float) -> None:
    line = np.where(profile() == DARK, dark, LIGHT)

    assert grades(line)["Rmin/Rmax"][1] == expected


@pytest.mark.parametrize("shift", [0.1, 0.19, 0.25])
def test_decodability_of_code_128_falls_with_a_shifted_edge(shift: float) -> None:
    widths = ScanProfile.of(profile()).widths / FINE
    widths[8] += shift
    widths[9] -= shift

    # A distance between similar edges is off by the shift, of half a module that it may be off.
    assert code128_decodability(widths) == pytest.approx(1 - 2 * shift, abs=0.02)


def test_growth_of_all_bars_does_not_hurt_code_128_s_edges_but_its_sum_of_bars() -> None:
    widths = ScanProfile.of(profile()).widths / FINE
    widths[::2] += 0.2
    widths[1::2] -= 0.2

    assert code128_decodability(widths) == pytest.approx(1 - 3 * 0.2 / 1.75, abs=0.01)


def test_decodability_of_itf_is_the_margin_between_wide_and_narrow() -> None:
    widths = ScanProfile.of(profile(CASE)).widths / FINE
    ratio = 3.0 if widths.max() > 2.7 else 2.5
    spoilt = widths.copy()
    body = spoilt[4:-3]
    body[int(np.argmin(body))] += (ratio - 1) / 4

    assert itf_decodability(widths) == pytest.approx(1.0)
    assert itf_decodability(spoilt) == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize("widths", [np.ones(3), np.ones(26), np.ones(20)])
def test_elements_that_do_not_add_up_have_no_decodability(widths: np.ndarray) -> None:
    assert code128_decodability(widths) is None
    assert itf_decodability(widths) is None


@pytest.mark.parametrize(("lines", "expected"), [([4.0] * 10, 4.0), ([4.0] * 9 + [0.0], 3.6), ([3.0, 4.0], 3.5), ([1.0, 2.0, 2.0], 1.7)])  # fmt: skip
def test_the_symbol_is_the_mean_of_its_lines_to_one_decimal(lines: list[float], expected: float) -> None:
    assert mean_grade(lines) == expected


def filmed(symbol: symbols.Symbol, *, dark: float = 22, scratch: int = 0) -> np.ndarray:
    modules = np.repeat(np.repeat(np.pad(symbol.modules, ((0, 0), (12, 12))), 6, axis=1), 200, axis=0)
    image = np.where(np.pad(modules, ((40, 40), (0, 0))), dark, 217).astype(np.float32)
    image[140 : 140 + scratch] = 217
    return np.round(cv2.GaussianBlur(image, (0, 0), 0.7)).astype(np.uint8)


@pytest.mark.parametrize("symbol", [CODE, CASE])
def test_a_picture_of_a_good_code_is_graded_4(symbol: symbols.Symbol) -> None:
    image = filmed(symbol)
    [read] = symbols.read(image, formats=[symbol.format])

    grade = grading.grade(image, read)

    assert (grade.status, grade.overall, grade.standard) == ("graded", 4.0, "ISO/IEC 15416")
    assert grade.wording == "ISO/IEC 15416 method, uncalibrated, process-control grade"
    assert grade.pixels_per_module == pytest.approx(6, abs=0.05)


def test_a_scratch_through_three_of_ten_lines_costs_three_tenths_of_the_mean() -> None:
    image = filmed(CODE, scratch=46)
    [read] = symbols.read(image, formats=["gs1-128"])

    grade = grading.grade(image, read)

    assert grade.overall == 2.8
    assert grade.parameters["decode"].detail == "3 of 10 lines below 4, worst line 6"


def test_bars_of_small_modules_get_no_grade() -> None:
    image = cv2.resize(filmed(CODE), None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    [read] = symbols.read(image, formats=["gs1-128"])

    assert grading.grade(image, read).status == "insufficient_resolution"


def test_a_format_that_nobody_grades_is_refused() -> None:
    symbol = symbols.encode("(01)09506000134352", "ean-13")
    image = filmed(symbol)
    [read] = symbols.read(image, formats=["ean-13"])

    with pytest.raises(SymbolError) as refused:
        grading.grade(image, read)

    assert refused.value.code == "format"
