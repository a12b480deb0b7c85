"""Fixed pattern damage, from module levels: segments, transition ratios, regularity, average grade."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seriatim.symbols.grading.editions import ISO_15415_2011
from seriatim.symbols.grading.patterns import Seen
from seriatim.symbols.grading.patterns_datamatrix import datamatrix_segments, fixed_pattern_grade
from seriatim.symbols.grading.patterns_qr import information_grades, qr_segments
from seriatim.symbols.matrix import datamatrix, layout_of, qr
from seriatim.symbols.matrix.layout import DARK

SIZE = datamatrix.SIZES[22, 22]


def seen(form: str, size: tuple[int, int], wrong: list[tuple[int, int]], level: float = 0.0) -> Seen:
    """A symbol with quiet zone, all at level 4 but for the given modules (row, column; -1 is the quiet zone)."""
    dark = np.pad(layout_of(form, size).fixed == DARK, 1)
    levels = np.full(dark.shape, 4.0)
    for row, column in wrong:
        levels[row + 1, column + 1] = level
        dark[row + 1, column + 1] ^= level == 0
    return Seen(levels, dark)


def grades(wrong: list[tuple[int, int]], level: float = 0.0) -> dict[str, float]:
    segments = datamatrix_segments(seen("datamatrix", (22, 22), wrong, level), SIZE, ISO_15415_2011)
    return {one.name: one.grade for one in segments}


def test_a_perfect_symbol_has_no_damage() -> None:
    assert grades([]) == {"L1": 4, "QZL1": 4, "L2": 4, "QZL2": 4, "CT top": 4, "CT right": 4, "AG": 4}


@pytest.mark.parametrize(("wrong", "expected"), [(1, 3), (2, 2), (3, 1), (4, 0)])
def test_wrong_modules_of_the_left_bar_cost_by_their_share(wrong: int, expected: int) -> None:
    # 1 of 22 is 4.5 %, 2 are 9.09 %, 3 are 13.6 %, 4 are 18.2 %
    assert grades([(2 + 3 * number, 0) for number in range(wrong)])["L1"] == expected


@pytest.mark.parametrize(
    ("segment", "place"), [("L1", (5, 0)), ("QZL1", (5, -1)), ("L2", (21, 5)), ("QZL2", (22, 5))]
)
def test_each_segment_of_the_finder_answers_for_its_own_modules(segment: str, place: tuple[int, int]) -> None:
    assert {name: grade for name, grade in grades([place]).items() if grade < 4} == {segment: 3, "AG": 3}


def test_the_corner_of_the_finder_belongs_to_both_bars() -> None:
    graded = grades([(21, 0)])

    assert (graded["L1"], graded["L2"]) == (3, 3)


def test_a_weak_module_counts_by_its_level() -> None:
    assert grades([(5, 0)], level=3.0)["L1"] == 3
    assert grades([(2 + row, 0) for row in range(9)], level=3.0)["L1"] == 3
    assert grades([(2 + row, 0) for row in range(9)], level=2.0)["L1"] == 2


@pytest.mark.parametrize(
    ("parts", "average", "expected"),
    [((4, 4, 4, 4), 4.0, 4), ((3, 4, 4, 4), 3.8, 3), ((3, 3, 3, 4), 3.4, 2), ((2, 3, 3, 3), 3.0, 2), ((2, 2, 3, 3), 2.8, 1), ((1, 1, 3, 3), 2.4, 0)],
)  # fmt: skip
def test_the_average_grade_can_fail_what_each_segment_passes(
    parts: tuple[int, ...], average: float, expected: int
) -> None:
    places = {"L1": (1, 0, 3, 0), "L2": (21, 3, 0, 3), "QZL1": (1, -1, 3, 0), "QZL2": (22, 3, 0, 3)}
    wrong = [
        (row + number * down, column + number * across)
        for (row, column, down, across), grade in zip(places.values(), parts, strict=True)
        for number in range(4 - grade)
    ]

    segments = datamatrix_segments(seen("datamatrix", (22, 22), wrong), SIZE, ISO_15415_2011)

    by_name = {one.name: one for one in segments}
    assert tuple(by_name[name].grade for name in places) == parts
    assert by_name["AG"].detail == f"mean of five segment grades {average:.1f}"
    assert by_name["AG"].grade == expected
    assert fixed_pattern_grade(segments) == min(*parts, expected)


def test_five_segments_at_3_and_4_give_an_average_of_3_4_and_grade_2() -> None:
    graded = grades([(5, 0), (5, -1), (22, 5)])

    assert (graded["L1"], graded["QZL1"], graded["QZL2"], graded["AG"]) == (3, 3, 3, 2)


@pytest.mark.parametrize(("wrong", "expected"), [([3], 4), ([3, 9], 4), ([3, 9, 15], 3), ([2, 6, 10, 14], 2), ([2, 6, 10, 14, 18], 1), ([2, 5, 8, 11, 14, 17], 0)])  # fmt: skip
def test_the_clock_track_is_judged_by_its_share_of_damage(wrong: list[int], expected: int) -> None:
    # 2 of 22 are 9.1 %, 3 are 13.6 %, 4 are 18.2 %, 5 are 22.7 %, 6 are 27.3 %
    assert grades([(0, column) for column in wrong])["CT top"] == expected


def test_three_damaged_modules_within_five_break_the_clock_track() -> None:
    assert grades([(0, 4), (0, 6)])["CT top"] == 4
    assert grades([(0, 4), (0, 6), (0, 8)])["CT top"] == 0


def test_specks_beside_the_clock_track_count_as_transitions() -> None:
    # one speck: two transitions, (2 - 1) / 21 = .048; two specks: (4 - 1) / 21 = .143
    assert grades([(-1, 5)])["CT top"] == 4
    assert grades([(-1, 5), (-1, 12)])["CT top"] == 0


def test_symbols_of_several_regions_are_graded_region_by_region() -> None:
    size = datamatrix.SIZES[32, 32]

    segments = datamatrix_segments(seen("datamatrix", (32, 32), [(5, 0), (5, 16)]), size, ISO_15415_2011)

    names = [one.name for one in segments]
    low = {one.name: one.grade for one in segments if one.grade < 4}
    assert names.count("AG") == 1
    assert sum(name.startswith("CT") for name in names) == 8
    # the left bar of one region loses 1 of 16; the inner bar stands beside a clock track: (2 - 1) / 15 transitions
    assert low == {"L1 part 1": 3, "CT right region 1.1": 3, "AG": 3}


@given(
    st.sets(st.tuples(st.integers(-1, 22), st.integers(-1, 22)), max_size=12),
    st.integers(-1, 22),
    st.integers(-1, 22),
)
def test_more_damage_never_raises_the_grade_but_for_transitions_of_the_track(
    wrong: set[tuple[int, int]], row: int, column: int
) -> None:
    before = grades(sorted(wrong))
    after = grades(sorted(wrong | {(row, column)}))

    for name in ("L1", "L2", "QZL1", "QZL2"):
        assert after[name] <= before[name]


QR_5 = (37, 37)


def qr_grades(wrong: list[tuple[int, int]], level: float = 0.0) -> dict[str, float]:
    return {one.name: one.grade for one in qr_segments(seen("qrcode", QR_5, wrong, level), 5, ISO_15415_2011)}


def test_a_perfect_qr_has_no_damage() -> None:
    assert qr_grades([]) == {"A1": 4, "A2": 4, "A3": 4, "B1": 4, "B2": 4, "C": 4}


@pytest.mark.parametrize(("wrong", "expected"), [(1, 3), (2, 2), (3, 1), (4, 0)])
def test_wrong_modules_of_a_finder_cost_one_by_one(wrong: int, expected: int) -> None:
    assert qr_grades([(0, column) for column in range(wrong)])["A1"] == expected
    assert qr_grades([(36 - row, 7) for row in range(wrong)])["A3"] == expected
    assert qr_grades([(-1, 36 - column) for column in range(wrong)])["A2"] == expected


def test_one_damaged_alignment_pattern_of_one_fails_that_segment() -> None:
    assert qr_grades([(30, 30)])["C"] == 0


@pytest.mark.parametrize(
    ("columns", "expected"), [([9], 3), ([9, 14], 2), ([9, 14, 20], 1), ([9, 13, 17, 21], 0)]
)
def test_timing_tracks_are_judged_by_their_share(columns: list[int], expected: int) -> None:
    # 21 modules: 4.8 %, 9.5 %, 14.3 % (over 14)
    graded = qr_grades([(6, column) for column in columns])

    assert graded["B1"] == (0 if len(columns) == 3 else expected)


def test_format_information_is_the_mean_of_both_copies_rounded_up() -> None:
    first, second = qr.format_cells(5)
    places = [divmod(int(cell), 37) for cell in (*first[:2], second[0])]

    grades = information_grades(seen("qrcode", QR_5, places), 5, ISO_15415_2011)

    assert grades == {"FI": (3.0, 3)}


def test_version_information_is_graded_from_version_7() -> None:
    first, _ = qr.version_cells(7)
    places = [divmod(int(cell), 45) for cell in first[:4]]

    assert information_grades(seen("qrcode", (45, 45), places), 7, ISO_15415_2011)["VI"] == (2.0, 4)
