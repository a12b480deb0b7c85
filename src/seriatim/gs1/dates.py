"""Dates and times in codes: best before, expiry, harvest; written YYMMDD, sometimes without the day.

>>> yymmd0("260200") is None
True
>>> yymmdd("260230")
Fault(code='illegal_day', position=4, length=2)
>>> iso_date("260200", this_year=2026)
'2026-02-28'
"""

import re
from functools import lru_cache

from seriatim.gs1.errors import Fault, GS1Error

_NOT_DIGIT = re.compile(r"[^0-9]")


_LAST_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def _last_day(year: int, month: int) -> int:
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 29 if leap and month == 2 else _LAST_DAYS[month - 1]


def _digits(text: str, length: int, name: str) -> Fault | None:
    if len(text) != length:
        return Fault(f"{name}_too_{'short' if len(text) < length else 'long'}", 0, len(text))
    found = _NOT_DIGIT.search(text)
    return Fault("non_digit_character", found.start(), 1) if found else None


def _date(text: str, length: int, *, day_zero: bool) -> Fault | None:
    if fault := _digits(text, length, "date"):
        return fault
    year, month, day = int(text[:-4]), int(text[-4:-2]), int(text[-2:])
    if not 1 <= month <= 12:
        return Fault("illegal_month", length - 4, 2)
    # In a two-digit year only the leap rule matters, and 00 stands for 2000: a leap year.
    last = _last_day(year + (2000 if length == 6 else 0), month)
    if day > last or (day == 0 and not day_zero):
        return Fault("illegal_day", length - 2, 2)
    return None


@lru_cache(maxsize=4096)
def yymmd0(text: str) -> Fault | None:
    """A date whose day may be 00, the last of the month. Cached: a batch shares its dates."""
    return _date(text, 6, day_zero=True)


@lru_cache(maxsize=4096)
def yymmdd(text: str) -> Fault | None:
    """A real day."""
    return _date(text, 6, day_zero=False)


def yyyymmd0(text: str) -> Fault | None:
    return _date(text, 8, day_zero=True)


def yyyymmdd(text: str) -> Fault | None:
    return _date(text, 8, day_zero=False)


def hh(text: str) -> Fault | None:
    if fault := _digits(text, 2, "hour"):
        return fault
    return Fault("illegal_hour", 0, 2) if text > "23" else None


def mi(text: str) -> Fault | None:
    if fault := _digits(text, 2, "minute"):
        return fault
    return Fault("illegal_minute", 0, 2) if text > "59" else None


def ss(text: str) -> Fault | None:
    if fault := _digits(text, 2, "second"):
        return fault
    return Fault("illegal_second", 0, 2) if text > "59" else None


def hhmi(text: str) -> Fault | None:
    """Hour and minute; 2400 does not exist."""
    if fault := _digits(text, 4, "hour_with_minute"):
        return fault
    if text[:2] > "23":
        return Fault("illegal_hour", 0, 2)
    return Fault("illegal_minute", 2, 2) if text[2:] > "59" else None


def iso_date(text: str, *, this_year: int) -> str:
    """`YYMMDD` as `YYYY-MM-DD`; day 00 becomes the last of the month, the century is the one nearest to `this_year`.

    Raises GS1Error with the linter's code. Source: GS1 General Specifications 7.12.
    """
    if fault := yymmd0(text):
        raise GS1Error(fault.code, f"{text[:20]!a} is not a date in the form YYMMDD")
    year = full_year(int(text[:2]), this_year=this_year)
    month, day = int(text[2:4]), int(text[4:])
    return f"{year}-{month:02}-{day or _last_day(year, month):02}"


def full_year(two_digits: int, *, this_year: int) -> int:
    """The year with these last two digits that lies at most 50 years ahead of `this_year` and less than 50 behind it."""
    century, current = divmod(this_year, 100)
    ahead = two_digits - current
    shift = -1 if ahead >= 51 else 1 if ahead <= -50 else 0
    return (century + shift) * 100 + two_digits
