import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seriatim import gs1
from seriatim.gs1.dates import full_year, iso_date, yymmdd, yyyymmdd


@pytest.mark.parametrize(
    ("text", "date"),
    [("260200", "2026-02-28"), ("280200", "2028-02-29"), ("261231", "2026-12-31"), ("990101", "1999-01-01")],
)
def test_a_date_of_a_code_is_a_day_of_the_calendar(text: str, date: str) -> None:
    assert iso_date(text, this_year=2026) == date


@pytest.mark.parametrize(
    ("this_year", "two_digits", "year"),
    [
        (2026, 76, 2076),
        (2026, 77, 1977),
        (2026, 26, 2026),
        (2060, 10, 2110),
        (2060, 11, 2011),
        (2099, 49, 2149),
    ],
)
def test_the_century_is_the_nearest(this_year: int, two_digits: int, year: int) -> None:
    assert full_year(two_digits, this_year=this_year) == year


@given(st.integers(0, 9999), st.integers(0, 99), st.integers(0, 99))
def test_a_date_is_good_when_the_calendar_has_it(year: int, month: int, day: int) -> None:
    text = f"{year:04}{month:02}{day:02}"

    assert (yyyymmdd(text) is None) == in_calendar(year + 2000 if year == 0 else year, month, day)
    assert (yymmdd(text[2:]) is None) == in_calendar(2000 + year % 100, month, day)


def in_calendar(year: int, month: int, day: int) -> bool:
    try:
        dt.date(year, month, day)
    except ValueError:
        return False
    return True


def test_what_is_no_date_is_refused() -> None:
    with pytest.raises(gs1.GS1Error) as refused:
        iso_date("261301", this_year=2026)
    assert refused.value.code == "illegal_month"
