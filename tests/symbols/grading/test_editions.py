"""Thresholds: each one on both sides, and the manners of whole and of continuous grades."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seriatim.symbols.errors import SymbolError
from seriatim.symbols.grading.editions import (
    ISO_15415_2011,
    ISO_15415_2024,
    ISO_15416,
    ISO_29158,
    Edition,
    edition_of,
)

WHOLE = [
    (edition, name, grade, float(knot))
    for edition in (ISO_15415_2011, ISO_15416, ISO_29158)
    for name, row in edition.rows.items()
    for grade, knot in zip((4, 3, 2, 1), row.knots, strict=True)
    if row.knots.index(knot) == 4 - grade
]
HAIR = 1e-9


@pytest.mark.parametrize(("edition", "name", "grade", "knot"), WHOLE)
def test_a_value_on_its_threshold_just_reaches_the_grade_and_a_hair_worse_does_not(
    edition: Edition, name: str, grade: int, knot: float
) -> None:
    row = edition.rows[name]
    worse = knot - HAIR if row.rising else knot + HAIR
    below = grade - row.knots.count(row.knots[4 - grade])

    assert edition.grade(name, knot) == grade
    assert edition.grade(name, worse) == below


@pytest.mark.parametrize(("edition", "name", "grade", "knot"), WHOLE)
def test_many_values_are_graded_like_single_ones(
    edition: Edition, name: str, grade: int, knot: float
) -> None:
    values = np.array([knot - 1e-6, knot, knot + 1e-6])

    assert edition.grades(name, values).tolist() == [edition.grade(name, value) for value in values.tolist()]


def test_the_limits_of_2011_are_those_of_the_note() -> None:
    rows = ISO_15415_2011.rows

    assert {name: rows[name].knots for name in ("SC", "MOD", "RM", "AN", "GN", "UEC")} == {
        "SC": ("0.70", "0.55", "0.40", "0.20"),
        "MOD": ("0.50", "0.40", "0.30", "0.20"),
        "RM": ("0.50", "0.40", "0.30", "0.20"),
        "AN": ("0.06", "0.08", "0.10", "0.12"),
        "GN": ("0.38", "0.50", "0.63", "0.75"),
        "UEC": ("0.62", "0.50", "0.37", "0.25"),
    }


@pytest.mark.parametrize(
    ("spent", "capacity", "expected"),
    [(19, 50, 4), (20, 50, 3), (10, 20, 3), (11, 20, 2), (63, 100, 2), (64, 100, 1), (3, 4, 1)],
)
def test_counted_shares_meet_thresholds_exactly(spent: int, capacity: int, expected: int) -> None:
    assert ISO_15415_2011.grade("UEC", 1 - Fraction(spent, capacity)) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.70, 4.0),
        (0.69, 3.9),
        (0.625, 3.5),
        (0.55, 3.0),
        (0.40, 2.0),
        (0.20, 1.0),
        (0.175, 0.5),
        (0.15, 0.0),
        (0.1, 0.0),
    ],
)
def test_edition_2024_grades_contrast_continuously(value: float, expected: float) -> None:
    assert ISO_15415_2024.grade("SC", value) == expected
    assert ISO_15415_2024.grades("SC", np.array([value])).tolist() == [expected]


def test_edition_2024_drops_to_nought_where_its_end_is_not_known() -> None:
    assert ISO_15415_2024.grade("AN", 0.12) == 1.0
    assert ISO_15415_2024.grade("AN", 0.1201) == 0.0


@given(
    st.sampled_from([ISO_15415_2011, ISO_15415_2024]),
    st.sampled_from(["SC", "MOD", "AN", "GN", "UEC"]),
    st.data(),
)
def test_a_worse_value_never_has_a_better_grade(edition: Edition, name: str, data: st.DataObject) -> None:
    low, high = sorted(data.draw(st.tuples(st.floats(0, 1), st.floats(0, 1))))

    grades = (edition.grade(name, low), edition.grade(name, high))

    assert grades == tuple(sorted(grades, reverse=not edition.rows[name].rising))


def test_2024_is_provisional_and_says_why_and_2011_is_not() -> None:
    assert not ISO_15415_2011.is_provisional
    assert ISO_15415_2024.is_provisional
    assert all(note.startswith("provisional") for note in ISO_15415_2024.notes)


def test_an_unknown_edition_is_refused() -> None:
    with pytest.raises(SymbolError) as refused:
        edition_of("1999")

    assert refused.value.code == "edition"
