"""When a subscription reports, in words.

>>> told(None)
'as soon as an event is captured'
>>> told({"hour": "1", "minute": "5"})
'every day at 01:05 UTC'
>>> told({"dayOfWeek": "[1-5],7", "hour": "6,18"})
'Monday to Friday and Sunday at 06:00 and 18:00 UTC'
>>> told({"minute": "0/15"})
'every hour at minutes 0, 15, 30 and 45'
>>> told({"second": "0/30"}), told({"minute": "[0-59]"})
('every minute at seconds 0 and 30', 'every minute')
>>> told({"dayOfMonth": "1", "month": "[1-3],12"})
'on day 1 of January to March and December at 00:00 UTC'
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Final

from seriatim.areas.exchange.subscriptions.schedule import Schedule

WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
TIMES_MAX: Final = 6
"""Past so many moments of a day they are told by their parts."""


def told(given: Mapping[str, str] | None) -> str:
    """The schedule of a subscription (None: a stream) as a part of a sentence."""
    if given is None:
        return "as soon as an event is captured"
    schedule = Schedule.of(given)
    days = _days(schedule)
    if len(schedule.hours) == 24:
        often = _within_the_hour(schedule)
        return often if days == "every day" else f"{days}, {often}"
    return f"{days} at {_times(schedule)} UTC"


def _within_the_hour(schedule: Schedule) -> str:
    if len(schedule.minutes) < 60:
        exact = "" if schedule.seconds == (0,) else f", {_counted('second', schedule.seconds)}"
        return f"every hour at {_counted('minute', schedule.minutes)}{exact}"
    if len(schedule.seconds) < 60:
        exact = "" if schedule.seconds == (0,) else f" at {_counted('second', schedule.seconds)}"
        return f"every minute{exact}"
    return "every second"


def _times(schedule: Schedule) -> str:
    times = [*product(schedule.hours, schedule.minutes, schedule.seconds)]
    if len(times) <= TIMES_MAX:
        exact = schedule.seconds != (0,)
        return _listed([f"{h:02d}:{m:02d}{f':{s:02d}' if exact else ''}" for h, m, s in times])
    return (
        f"{_within_the_hour(schedule).removeprefix('every hour at ')} of {_counted('hour', schedule.hours)}"
    )


def _days(schedule: Schedule) -> str:
    parts = []
    if len(schedule.weekdays) < 7:
        parts.append(_listed([*_spans(schedule.weekdays, WEEKDAYS)]))
    month = _listed([*_spans(schedule.months, MONTHS)]) if len(schedule.months) < 12 else ""
    if len(schedule.days) < 31:
        parts.append(f"on {_counted('day', schedule.days)} of {month or 'every month'}")
    elif month:
        parts.append(f"in {month}")
    return " ".join(parts) or "every day"


def _counted(noun: str, numbers: Sequence[int]) -> str:
    return f"{noun}{'s' if len(numbers) > 1 else ''} {_listed([*_spans(numbers)])}"


def _spans(numbers: Sequence[int], names: Sequence[str] = ()) -> Iterator[str]:
    """Runs of three or more as `first to last`, the others one by one; names begin at 1."""
    start = 0
    for end in range(1, len(numbers) + 1):
        if end < len(numbers) and numbers[end] == numbers[end - 1] + 1:
            continue
        run = [names[one - 1] if names else str(one) for one in numbers[start:end]]
        if len(run) > 2:
            yield f"{run[0]} to {run[-1]}"
        else:
            yield from run
        start = end


def _listed(parts: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))
