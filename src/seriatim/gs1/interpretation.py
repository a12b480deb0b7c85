"""What stands beside a symbol for people to read: the data itself, and the same in plain words.

>>> elements = (("01", "09506000134352"), ("17", "271100"), ("3103", "001250"))
>>> human_readable(elements)
'(01)09506000134352(17)271100(3103)001250'
>>> human_readable(elements, titles=True)
'(01) GTIN 09506000134352 (17) USE BY or EXPIRY 271100 (3103) NET WEIGHT (kg) 001250'
>>> [f"{line.title}: {line.text}" for line in plain_lines(elements, this_year=2026)]
['GTIN: 9506000134352', 'USE BY or EXPIRY: 2027-11-30', 'NET WEIGHT (kg): 001250']

Human readable interpretation holds the encoded data unchanged; titles and readable dates are further text and never
replace it. Source: GS1 General Specifications 4.14 and 3.2.
"""

from collections.abc import Sequence
from typing import NamedTuple

from seriatim.gs1.checksums import weighted_sum
from seriatim.gs1.dates import iso_date
from seriatim.gs1.errors import GS1Error
from seriatim.gs1.table import ENTRIES, UNKNOWN

_GTINS = frozenset({"01", "02", "03"})
_PERIOD = "7007"
_DATE_LINTERS = frozenset({"yymmd0", "yymmdd"})


class Line(NamedTuple):
    """One element as a person reads it."""

    ai: str
    title: str
    """Data title of the General Specifications: `BATCH/LOT`."""
    value: str
    """As encoded."""
    text: str
    """A GTIN in its native length, a date as `YYYY-MM-DD`, else as encoded."""


def human_readable(elements: Sequence[tuple[str, str]], *, titles: bool = False) -> str:
    """Human readable interpretation: `(01)...(10)...`, the values as they are; with `titles` their names between."""
    if titles:
        return " ".join(f"({ai}) {ENTRIES.get(ai, UNKNOWN).title} {value}" for ai, value in elements)
    return "".join(f"({ai}){value}" for ai, value in elements)


def plain_lines(elements: Sequence[tuple[str, str]], *, this_year: int) -> tuple[Line, ...]:
    """The elements in plain words, `this_year` deciding the century of their dates."""
    return tuple(
        Line(ai, ENTRIES.get(ai, UNKNOWN).title, value, _text(ai, value, this_year)) for ai, value in elements
    )


def native_gtin(gtin: str) -> str:
    """A GTIN as its owner writes it: 8, 12, 13 or 14 digits out of 14; raises GS1Error `bad_gtin`.

    Six zeros in front mean a GTIN-8, which a person must not take for a UPC-E number: print it beside an EAN-8 only.
    """
    if len(gtin) != 14 or not (gtin.isascii() and gtin.isdigit()) or weighted_sum(gtin) % 10:
        raise GS1Error("bad_gtin", "expected 14 digits with a right check digit").placed(gtin)
    zeros = len(gtin) - len(gtin.lstrip("0"))
    return gtin[6 if zeros >= 6 else min(zeros, 2) :]


def _text(ai: str, value: str, this_year: int) -> str:
    """Values of a message that was never checked stay as they are."""
    try:
        if ai in _GTINS:
            return native_gtin(value)
        if ai in ENTRIES and _DATE_LINTERS.intersection(ENTRIES[ai].parts[0].linters):
            return _moment(ai, value, this_year)
    except GS1Error:
        return value
    return value


def _moment(ai: str, value: str, this_year: int) -> str:
    """Date, first and last day of a harvest, or date and time."""
    date = iso_date(value[:6], this_year=this_year)
    rest = value[6:]
    if ai == _PERIOD and rest:
        return f"{date}/{iso_date(rest, this_year=this_year)}"
    clock = ":".join(rest[start : start + 2] for start in range(0, len(rest), 2))
    return f"{date}T{clock}" if rest else date
