r"""The fields between braces in a label's texts: which there are, and how each is written.

>>> line = Wording.parse("EXP {expiry} SN {serial:group4}", KNOWN)
>>> line.text({"expiry": "2027-11-20", "serial": "K4W8Z0M2RD6T"})
'EXP 20.11.2027 SN K4W8 Z0M2 RD6T'
>>> Wording.parse("(17){expiry}(21){serial}", KNOWN).code({"expiry": "2027-11-20", "serial": "A(1)"})
'(17)271120(21)A\\(1)'
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final, Literal, Self
from urllib.parse import quote

from seriatim.symbols.errors import SymbolError

__all__ = ["KNOWN", "Field", "FieldKind", "Wording"]

FieldKind = Literal["text", "date", "number"]

KNOWN: Final[Mapping[str, FieldKind]] = {
    "gtin": "text",
    "lot": "text",
    "expiry": "date",
    "serial": "text",
    "product": "text",
    "brand": "text",
    "sscc": "text",
    "count": "number",
    "order": "text",
    "line": "text",
    "market": "text",
    "produced": "date",
}
"""Fields that the line fills from unit, order and product. Dates come as YYYY-MM-DD."""

_BRACED = re.compile(r"\{([^{}]*)\}")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_GROUPED = re.compile(r"group([1-9])")
_PADDED = re.compile(r"0([1-9][0-9]?)")
_DATE = re.compile(r"(?:%[dmyYjGV]|[ ./-]|[A-Za-z]{0,3})*")
_DATE_FOR_PEOPLE: Final = "%d.%m.%Y"
_DATE_IN_CODE: Final = "%y%m%d"


@dataclass(frozen=True, slots=True)
class Field:
    """One field at one place."""

    name: str
    kind: FieldKind
    form: str
    """How it is written: for dates `%d`, `%m`, `%y`, `%Y`; for texts upper, lower, group4; for numbers 06. Empty: as
    it is (a date: DD.MM.YYYY for people, YYMMDD in a code)."""

    def written(self, values: Mapping[str, str], date_form: str) -> str:
        """The value in its form; `SymbolError` `value_missing` or `value`."""
        value = values.get(self.name)
        if value is None:
            raise SymbolError(f"the label needs a value for {{{self.name}}}", code="value_missing")
        if self.kind == "date":
            return _date(self.name, value, self.form or date_form)
        if not self.form:
            return value
        if self.kind == "number":
            return self._number(value)
        match self.form:
            case "upper":
                return value.upper()
            case "lower":
                return value.lower()
            case grouped:
                size = int(grouped[-1])
                return " ".join(value[at : at + size] for at in range(0, len(value), size))

    def _number(self, value: str) -> str:
        if not (value.isascii() and value.isdigit()):
            raise SymbolError(f"{self.name} is expected as digits, got {value!r}", code="value")
        return value.zfill(int(self.form))


@lru_cache(maxsize=256)
def _date(name: str, value: str, form: str) -> str:
    """All units of an order bear the same date."""
    try:
        return date.fromisoformat(value).strftime(form)
    except ValueError as error:
        raise SymbolError(f"{name} is expected as YYYY-MM-DD, got {value!r}", code="value") from error


@dataclass(frozen=True, slots=True)
class Wording:
    """A text with fields, taken apart once so that a thousand labels are quickly filled."""

    source: str
    parts: tuple[str | Field, ...]

    @classmethod
    def parse(cls, source: str, known: Mapping[str, FieldKind]) -> Self:
        """Take a text apart; ValueError says what is wrong with it."""
        parts: list[str | Field] = []
        at = 0
        for found in _BRACED.finditer(source):
            parts += [source[at : found.start()], _field(found[1], known)]
            at = found.end()
        parts.append(source[at:])
        if any("{" in part or "}" in part for part in parts if isinstance(part, str)):
            raise ValueError(f"a single brace in {source!r}")
        return cls(source, tuple(part for part in parts if part))

    @property
    def names(self) -> frozenset[str]:
        """The fields it needs."""
        return frozenset(part.name for part in self.parts if isinstance(part, Field))

    def text(self, values: Mapping[str, str]) -> str:
        """As people read it."""
        return "".join(
            [part if isinstance(part, str) else part.written(values, _DATE_FOR_PEOPLE) for part in self.parts]
        )

    def code(self, values: Mapping[str, str]) -> str:
        """As a symbol's content: values are escaped, so that none of them can begin another AI or path segment."""
        is_uri = self.source[:8].lower().startswith(("https://", "http://"))
        escaped: Callable[[str], str] = _percent if is_uri else _brackets
        return "".join(
            [
                part if isinstance(part, str) else escaped(part.written(values, _DATE_IN_CODE))
                for part in self.parts
            ]
        )


def _field(inside: str, known: Mapping[str, FieldKind]) -> Field:
    name, _, form = inside.partition(":")
    if name not in known:
        raise ValueError(f"unknown field {{{name}}}; known are {', '.join(known)}")
    kind = known[name]
    forms = {"date": _DATE, "number": _PADDED, "text": _GROUPED}
    if form and form not in {"upper", "lower"} and not forms[kind].fullmatch(form):
        advice = {
            "date": "a date is written with %d, %m, %y, %Y",
            "number": "a number is written with its digits, as 06",
            "text": "a text is written upper, lower or group4",
        }
        raise ValueError(f"{{{inside}}} has a form that cannot be; {advice[kind]}")
    if form in {"upper", "lower"} and kind != "text":
        raise ValueError(f"{{{inside}}}: {form} is for texts")
    if kind == "number":
        form = form.removeprefix("0")
    return Field(name, kind, form)


def _percent(value: str) -> str:
    return quote(value, safe="")


def _brackets(value: str) -> str:
    return value.replace("(", "\\(") if "(" in value else value


def is_name(text: str) -> bool:
    """May a field of one's own be called so?"""
    return _NAME.fullmatch(text) is not None
