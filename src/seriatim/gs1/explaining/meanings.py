"""What a value says, in words: a date as a date, a weight with its unit, a country by its name.

>>> meaning("3103", "000250", this_year=2026), meaning("17", "260200", this_year=2026)
('0.25 kg', '28 February 2026, the last day of the month')
>>> meaning("422", "620", this_year=2026)
'Portugal'

Values are expected to be valid; for others the answer is what can be said, or "". Source: GS1 General Specifications 3.
"""

import re
from collections.abc import Callable

from seriatim.gs1.dates import iso_date
from seriatim.gs1.errors import GS1Error
from seriatim.gs1.escaping import unescape_path
from seriatim.gs1.explaining.places import country, currency, issuer
from seriatim.gs1.table import ENTRIES

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_GTINS = frozenset({"01", "02", "03"})
_GLNS = frozenset({"410", "411", "412", "413", "414", "415", "416", "417"})
_DATES = frozenset({"11", "12", "13", "15", "16", "17", "4326", "7006"})
_SEXES = {"0": "not known", "1": "male", "2": "female", "9": "not applicable"}
_UNIT = re.compile(r"\((.+)\)")
_WINDINGS = {"0": "face out", "1": "face in", "9": "winding not said"}


def meaning(ai: str, value: str, *, this_year: int) -> str:
    """The value in words; "" when it says nothing beyond itself. Two-digit years are read as seen from `this_year`."""
    if not value.isascii() or ai not in ENTRIES:
        return ""
    try:
        return _read(ai, value, this_year)
    except (ValueError, KeyError, IndexError):  # GS1Error too: a value that is not valid has no meaning
        return ""


def _read(ai: str, value: str, this_year: int) -> str:
    if ai in _DATES:
        return day(value, this_year)
    if ai in _GTINS or ai in {"8006", "8026"}:
        piece = f"piece {int(value[14:16])} of {int(value[16:])}; " if len(value) == 18 else ""
        return piece + trade_item(value[:14])
    if ai in _GLNS:
        return _handed_out(value)
    if reader := _READERS.get(ai):
        return reader(value, this_year)
    if reader := _FAMILIES.get(ai[:3]):
        return reader(value, int(ai[3]))
    if len(ai) == 4 and ai[0] == "3":
        unit = _UNIT.search(ENTRIES[ai].title)
        words = f"{decimal(value, int(ai[3]))} {unit[1] if unit else ''}".strip()
        return words + (" per m²" if ai.startswith("337") else "")
    if "%" in value and "pcenc" in ENTRIES[ai].parts[0].linters:
        return _percent_text(value)
    return ""


def trade_item(gtin: str) -> str:
    """What the digits of a GTIN say: its native length, the level of packaging, who handed it out."""
    native = gtin.lstrip("0")
    size = (
        8
        if gtin.startswith("000000")
        else 12
        if gtin.startswith("00")
        else 13
        if gtin.startswith("0")
        else 14
    )
    if not native:
        return ""
    words = f"GTIN-{size} {gtin[14 - size :]}"
    if gtin[0] == "9":
        words += ", of variable measure"
    elif gtin[0] != "0":
        words += f", a packaging level above the item (indicator {gtin[0]})"
    source = "" if size == 8 else issuer(gtin[1:])
    return f"{words}; {_said(source)}" if source else words


def _said(source: str) -> str:
    return f"prefix of {source}" if source.startswith("GS1") else source


def _handed_out(digits: str) -> str:
    source = issuer(digits)
    return _said(source) if source else ""


def day(text: str, this_year: int) -> str:
    """`YYMMDD` in words; raises GS1Error for what is no date."""
    words = plain_day(iso_date(text, this_year=this_year))
    return f"{words}, the last day of the month" if text[4:6] == "00" else words


def plain_day(iso: str) -> str:
    """`2026-02-28` as 28 February 2026."""
    year, month, number = iso.split("-")
    return f"{int(number)} {MONTHS[int(month) - 1]} {year}"


def decimal(digits: str, places: int) -> str:
    """Digits with a decimal point before the last `places`, without idle zeros; in cents two places stay."""
    if not (digits.isascii() and digits.isdigit()):
        raise GS1Error("non_digit_character")
    whole = digits[: len(digits) - places].lstrip("0") or "0"
    rest = digits.rjust(places, "0")[len(digits.rjust(places, "0")) - places :].rstrip("0") if places else ""
    return f"{whole}.{rest}" if rest else whole


def _money(digits: str, places: int) -> str:
    amount = decimal(digits, places)
    whole, point, rest = amount.partition(".")
    return f"{whole}.{rest.ljust(2, '0')}" if point or places == 2 else amount


def _with_currency(value: str, places: int) -> str:
    return f"{_money(value[3:], places)} {currency(value[:3])}".strip()


def _time(value: str) -> str:
    return f"{value[:2]}:{value[2:4]}" + (f":{value[4:6]}" if value[4:] else "")


def _day_and_time(value: str, this_year: int) -> str:
    rest = value[6:] if len(value) != 8 else f"{value[6:]}00"
    if rest == "9999":
        return f"{day(value[:6], this_year)}, no time of day"
    return day(value[:6], this_year) + (f", {_time(rest)}" if rest else "")


def _days(value: str, this_year: int) -> str:
    first = day(value[:6], this_year)
    return f"{first} to {day(value[6:], this_year)}" if value[6:] else first


def _birth(value: str, _: int) -> str:
    words = plain_day(f"{value[:4]}-{value[4:6]}-{value[6:8]}")
    return words + (f", {_time(value[8:])}" if value[8:] else "")


def _countries(value: str, _: int) -> str:
    return ", ".join(country(value[at : at + 3]) for at in range(0, len(value), 3))


def _count(value: str, _: int) -> str:
    number = int(value)
    return f"{number:,} {'piece' if number == 1 else 'pieces'}"


def _degrees(value: str, _: int) -> str:
    north = int(value[:10]) / 10_000_000 - 90
    east = (int(value[10:]) / 10_000_000 + 180) % 360 - 180
    return f"{abs(north):.5f}° {'N' if north >= 0 else 'S'}, {abs(east):.5f}° {'E' if east >= 0 else 'W'}"


def _temperature(unit: str) -> Callable[[str, int], str]:
    return lambda value, _: f"{'−' if value.endswith('-') else ''}{decimal(value[:6], 2)} {unit}"  # noqa: RUF001 -- minus


def _roll(value: str, _: int) -> str:
    splices = "splices not said" if value[13] == "9" else f"{value[13]} splices"
    return (
        f"{int(value[:4])} mm wide, {int(value[4:9])} m long, core {int(value[9:12])} mm, "
        f"{_WINDINGS.get(value[12], 'winding not said')}, {splices}"
    )


def _percent_text(value: str, _: int = 0) -> str:
    """UTF-8 text written with percent signs; + stands for a space."""
    raw = unescape_path(value.replace("+", " "))
    try:
        text = raw.encode("latin-1").decode("utf-8")
    except UnicodeError:
        text = raw
    return text if text.isprintable() else ""


def _spread(value: str, sizes: tuple[int, ...]) -> str:
    at, parts = 0, []
    for size in sizes:
        parts.append(value[at : at + size])
        at += size
    return " ".join(filter(None, [*parts, value[at:]]))


def _sscc(value: str, _: int) -> str:
    source = _handed_out(value[1:])
    return f"extension digit {value[0]}" + (f"; {source}" if source else "")


def _key_and_serial(what: str, at: int, first: int) -> Callable[[str, int], str]:
    def read(value: str, _: int) -> str:
        source = _handed_out(value[first:])
        serial = f"serial {value[at:]}" if value[at:] else f"a kind of {what}, no serial"
        return f"{serial}; {source}" if source else serial

    return read


def _yes_no(value: str, _: int) -> str:
    return {"0": "no", "1": "yes"}[value]


_READERS: dict[str, Callable[[str, int], str]] = {
    "00": _sscc,
    "30": _count,
    "37": _count,
    "253": _key_and_serial("document", 13, 0),
    "255": _key_and_serial("coupon", 13, 0),
    "402": lambda value, _: _handed_out(value),
    "421": lambda value, _: f"{country(value[:3])}, {value[3:]}",
    "422": _countries,
    "423": _countries,
    "424": _countries,
    "425": _countries,
    "426": _countries,
    "4307": lambda value, _: country(value),
    "4317": lambda value, _: country(value),
    "4309": _degrees,
    "4321": _yes_no,
    "4322": _yes_no,
    "4323": _yes_no,
    "4324": _day_and_time,
    "4325": _day_and_time,
    "4330": _temperature("°F"),
    "4331": _temperature("°C"),
    "4332": _temperature("°F"),
    "4333": _temperature("°C"),
    "7003": _day_and_time,
    "7007": _days,
    "7011": _day_and_time,
    "7250": _birth,
    "7251": _birth,
    "7252": lambda value, _: _SEXES[value],
    "7258": lambda value, _: "number {} of {}".format(*value.split("/")),
    "8001": _roll,
    "8003": _key_and_serial("asset", 14, 1),
    "8005": lambda value, _: f"{int(value):,} in the smallest unit agreed",
    "8007": lambda value, _: _spread(value, (4,) * 8),
    "8008": _day_and_time,
    "8017": lambda value, _: _handed_out(value),
    "8018": lambda value, _: _handed_out(value),
}

_FAMILIES: dict[str, Callable[[str, int], str]] = {
    "390": _money,
    "391": _with_currency,
    "392": _money,
    "393": _with_currency,
    "394": lambda value, places: f"{decimal(value, places)} %",
    "395": _money,
    "703": lambda value, place: (
        f"processor {place}: {'several countries' if value[:3] == '999' else country(value[:3])}, number {value[3:]}"
    ),
}
