"""When a standing query runs: the schedule of a subscription, and the next moment that fits it.

>>> nightly = Schedule.of({"hour": "1", "minute": "5"})
>>> nightly.next_after(datetime(2026, 11, 20, 12, 0, tzinfo=UTC)).isoformat()
'2026-11-21T01:05:00+00:00'

A field that is not given is its lowest value when it is finer than the finest one given, else any. Times are UTC.
Source: EPCIS 2.0, section 8.2.5.3 and OpenAPI (`GS1-Query-Second` and following); `start/step` is an extension that an
example of the OpenAPI shows.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from seriatim.areas.exchange.errors import InvalidSubscription

RANGES: Final[Mapping[str, tuple[int, int]]] = {
    "second": (0, 59),
    "minute": (0, 59),
    "hour": (0, 23),
    "dayOfMonth": (1, 31),
    "month": (1, 12),
    "dayOfWeek": (1, 7),
}
"""Every field from the finest on; in dayOfWeek 1 is Monday."""
FINENESS: Final[Mapping[str, int]] = {
    "second": 0,
    "minute": 1,
    "hour": 2,
    "dayOfMonth": 3,
    "dayOfWeek": 3,
    "month": 4,
}
DAYS_AT_MOST: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
ELEMENT: Final = re.compile(r"(?P<one>\d{1,2})|\[(?P<first>\d{1,2})-(?P<last>\d{1,2})\]|(?P<start>\d{1,2})/(?P<step>\d{1,2})")  # fmt: skip
FIELD_CHARACTERS: Final = 400
YEARS_AHEAD: Final = 41
"""29 February on one day of the week comes again after 40 years at most."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """Which seconds of all time."""

    given: Mapping[str, str]
    """The fields as the client wrote them."""
    seconds: tuple[int, ...]
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: tuple[int, ...]
    months: tuple[int, ...]
    weekdays: tuple[int, ...]

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "Schedule":
        """The schedule that these fields write. Raises InvalidSubscription, also when no moment ever fits it."""
        if strangers := sorted(given.keys() - RANGES.keys()):
            raise InvalidSubscription(f"A schedule has no field {strangers[0][:60]!r}.", field="schedule")
        if not given:
            raise InvalidSubscription(
                f"A schedule has one of {', '.join(RANGES)} at least.", field="schedule"
            )
        finest = min(FINENESS[name] for name in given)
        values = [_values(name, given[name]) if name in given else _default(name, finest) for name in RANGES]
        seconds, minutes, hours, days, months, weekdays = values
        if not any(days[0] <= DAYS_AT_MOST[month - 1] for month in months):
            raise InvalidSubscription("No day ever fits this schedule.", field="schedule")
        return cls(dict(given), seconds, minutes, hours, days, months, weekdays)

    def fits(self, at: datetime) -> bool:
        """Whether this second is one of them."""
        at = at.astimezone(UTC)
        return (
            at.second in self.seconds
            and at.minute in self.minutes
            and at.hour in self.hours
            and at.day in self.days
            and at.month in self.months
            and at.isoweekday() in self.weekdays
        )

    def next_after(self, at: datetime) -> datetime:
        """The first second after `at` that fits."""
        begin = at.astimezone(UTC).replace(microsecond=0) + timedelta(seconds=1)
        for day in self._days_from(begin.date()):
            clock = (begin.hour, begin.minute, begin.second) if day == begin.date() else (0, 0, 0)
            if (found := self._time_from(clock)) is not None:
                return datetime(day.year, day.month, day.day, *found, tzinfo=UTC)
        raise AssertionError("a schedule is refused when it is made unless some day fits it")

    def _days_from(self, first: date) -> Iterator[date]:
        for year in range(first.year, first.year + YEARS_AHEAD):
            for month in self.months:
                if (year, month) < (first.year, first.month):
                    continue
                for number in self.days:
                    if number > _length(year, month):
                        break
                    day = date(year, month, number)
                    if day >= first and day.isoweekday() in self.weekdays:
                        yield day

    def _time_from(self, clock: tuple[int, int, int]) -> tuple[int, int, int] | None:
        for hour in self.hours:
            for minute in self.minutes:
                if (hour, minute) < clock[:2]:
                    continue
                for second in self.seconds:
                    if (hour, minute, second) >= clock:
                        return hour, minute, second
        return None


def _length(year: int, month: int) -> int:
    is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return DAYS_AT_MOST[month - 1] - (month == 2 and not is_leap)


def _default(field: str, finest: int) -> tuple[int, ...]:
    """What a field that is not given means; the day of the week is never needed to make a moment exact."""
    low, high = RANGES[field]
    is_exact = FINENESS[field] < finest and field != "dayOfWeek"
    return (low,) if is_exact else tuple(range(low, high + 1))


def _values(field: str, text: str) -> tuple[int, ...]:
    """The numbers that a list such as `[1-5],7` or `0/30` means, sorted."""
    low, high = RANGES[field]
    found: set[int] = set()
    elements = text.split(",") if len(text) <= FIELD_CHARACTERS else [text]
    for element in elements:
        read = ELEMENT.fullmatch(element) if element.isascii() else None
        if read is None:
            raise _wrong(field, element)
        match {name: int(number) for name, number in read.groupdict().items() if number is not None}:
            case {"one": one}:
                numbers = [one]
            case {"first": first, "last": last} if first <= last:
                numbers = [first, last, *range(first, min(last, high) + 1)]
            case {"start": start, "step": step} if step > 0:
                numbers = [start, *range(start, high + 1, step)]
            case _:
                raise _wrong(field, element)
        if not all(low <= number <= high for number in numbers):
            raise _wrong(field, element)
        found.update(numbers)
    return tuple(sorted(found))


def _wrong(field: str, element: str) -> InvalidSubscription:
    low, high = RANGES[field]
    return InvalidSubscription(
        f"{field} is a list of numbers from {low} to {high}, ranges such as [{low}-{high}] and steps such as "
        f"{low}/5, with commas between; {element[:40]!r} is none.",
        field=field,
    )
