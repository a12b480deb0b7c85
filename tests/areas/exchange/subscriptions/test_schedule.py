"""When a standing query runs."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seriatim.areas.exchange.errors import InvalidSubscription
from seriatim.areas.exchange.subscriptions.schedule import RANGES, Schedule

FRIDAY = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def runs(schedule: dict[str, str], count: int, after: datetime = FRIDAY) -> list[str]:
    found, at = [], after
    for _ in range(count):
        at = Schedule.of(schedule).next_after(at)
        found.append(at.strftime("%Y-%m-%d %H:%M:%S"))
    return found


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        # Finer than the finest one given: the lowest; coarser: any.
        ({"hour": "1", "minute": "5"}, ["2026-11-21 01:05:00", "2026-11-22 01:05:00"]),
        ({"minute": "5"}, ["2026-11-20 12:05:00", "2026-11-20 13:05:00"]),
        ({"month": "2"}, ["2027-02-01 00:00:00", "2028-02-01 00:00:00"]),
        ({"month": "2", "second": "59"}, ["2027-02-01 00:00:59", "2027-02-01 00:01:59"]),
        ({"second": "0/30"}, ["2026-11-20 12:00:30", "2026-11-20 12:01:00"]),
        ({"second": "10/20,0"}, ["2026-11-20 12:00:10", "2026-11-20 12:00:30", "2026-11-20 12:00:50"]),
        # D10: 1 is Monday, not Sunday.
        ({"dayOfWeek": "1"}, ["2026-11-23 00:00:00", "2026-11-30 00:00:00"]),
        ({"dayOfMonth": "13", "dayOfWeek": "5"}, ["2027-08-13 00:00:00", "2028-10-13 00:00:00"]),
        ({"dayOfMonth": "31"}, ["2026-12-31 00:00:00", "2027-01-31 00:00:00", "2027-03-31 00:00:00"]),
        ({"month": "2", "dayOfMonth": "29"}, ["2028-02-29 00:00:00", "2032-02-29 00:00:00"]),
    ],
)
def test_a_schedule_runs_at_the_moments_that_fit(schedule: dict[str, str], expected: list[str]) -> None:
    assert runs(schedule, len(expected)) == expected


def test_monday_to_friday_and_sunday() -> None:
    """Acceptance: EPCIS 40."""
    weekdays = [datetime.fromisoformat(text).isoweekday() for text in runs({"dayOfWeek": "[1-5],7"}, 7)]

    assert weekdays == [7, 1, 2, 3, 4, 5, 7]


@pytest.mark.parametrize(
    "schedule",
    [
        {},
        {"minute": "60"},
        {"minute": ""},
        {"minute": "a"},
        {"minute": "-1"},
        {"minute": "1,"},
        {"minute": " 1"},
        {"minute": "1-5"},
        {"minute": "[5-1]"},
        {"minute": "[1-60]"},
        {"minute": "0/0"},
        {"minute": "60/5"},
        {"minute": "٣"},
        {"minute": "1," * 400 + "1"},
        {"hour": "24"},
        {"dayOfMonth": "0"},
        {"month": "13"},
        {"dayOfWeek": "0"},
        {"dayOfWeek": "8"},
        {"year": "2027"},
        {"month": "2", "dayOfMonth": "30,31"},
        {"month": "4,6", "dayOfMonth": "31"},
    ],
)
def test_a_schedule_that_means_nothing_or_never_fits_is_refused(schedule: dict[str, str]) -> None:
    """Acceptance: EPCIS 40."""
    with pytest.raises(InvalidSubscription):
        Schedule.of(schedule)


MOMENTS = st.integers(0, 90 * 365 * 86_400_000).map(
    lambda ms: datetime(2000, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)
)


@st.composite
def written(draw: st.DrawFn) -> dict[str, str]:
    """Any schedule, as clients write them."""
    chosen = draw(st.sets(st.sampled_from(sorted(RANGES)), min_size=1))
    schedule = {}
    for name in sorted(chosen):
        low, high = RANGES[name]
        number = st.integers(low, high)
        pair = st.tuples(number, number).map(sorted).map(lambda two: f"[{two[0]}-{two[1]}]")
        step = st.tuples(number, st.integers(1, 20)).map(lambda two: f"{two[0]}/{two[1]}")
        schedule[name] = ",".join(
            draw(st.lists(st.one_of(number.map(str), pair, step), min_size=1, max_size=3))
        )
    return schedule


@given(written(), MOMENTS)
def test_the_next_moment_fits_and_lies_ahead_and_fits_only_if_its_day_exists(
    schedule: dict[str, str], at: datetime
) -> None:
    try:
        read = Schedule.of(schedule)
    except InvalidSubscription:
        assert "dayOfMonth" in schedule
        assert "month" in schedule
        return

    found = read.next_after(at)

    assert found > at
    assert found.microsecond == 0
    assert read.fits(found)


@given(written(), MOMENTS)
def test_no_moment_is_passed_over(schedule: dict[str, str], at: datetime) -> None:
    """Compared with asking every second one after the other, as far as that is quick."""
    try:
        read = Schedule.of(schedule)
    except InvalidSubscription:
        return
    found = read.next_after(at)
    start = max(at.replace(microsecond=0), found - timedelta(seconds=600))

    seconds = int((found - start).total_seconds())
    assert [n for n in range(1, seconds) if read.fits(start + timedelta(seconds=n))] == []
