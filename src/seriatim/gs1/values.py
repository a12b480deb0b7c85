"""Is this the right content for this field? Fast when it is, exact about the place when it is not.

>>> check_value("17", "260200")
>>> check_value("17", "261300")
Traceback (most recent call last):
seriatim.gs1.errors.GS1Error: AI (17): no such month; here: (17)26|13|00
"""

import re
from collections.abc import Callable
from functools import cache, lru_cache

from seriatim.gs1 import checksums
from seriatim.gs1.errors import GS1Error
from seriatim.gs1.linters import LINTERS, Linter
from seriatim.gs1.table import AI_LENGTHS, CSET_LINTERS, ENTRIES, UNKNOWN, Entry, Part

VALUE_MAX = 90
"""Longest value of any application identifier, in characters."""

_CLASSES = {
    "n": "[0-9]",
    "x": r"[!\"%&'()*+,\-./0-9:;<=>?A-Z_a-z]",
    "y": r"[#\-/0-9A-Z]",
    "z": "[A-Za-z0-9_=-]",
}
# Every value of digits satisfies these: nothing is left to check once the character set holds.
_IDLE_ON_DIGITS = frozenset({"gcppos1", "gcppos2"})

# A line or a tunnel sees few products and many units: what was found of a GTIN is remembered.
_OF_PRODUCTS = frozenset({"01", "02", "03"})
PRODUCTS_MAX = 4096
"""GTINs remembered for each of their application identifiers."""

Check = Callable[[str], bool]


class _Checks(dict[str, Check]):
    """One compiled check per application identifier, made when it is first asked for."""

    def __missing__(self, ai: str) -> Check:
        check = self[ai] = _compile(ENTRIES[ai])
        return check


CHECKS = _Checks()
"""AI -> function that says whether a value is good. KeyError for an unknown AI."""


def check_value(ai: str, value: str) -> None:
    """Raises GS1Error with the place of the fault when `value` is not a valid content of `ai`."""
    if ai in ENTRIES and CHECKS[ai](value):
        return
    consumed = explain(ai, value)
    if consumed < len(value):
        raise GS1Error("value_too_long", ai=ai, value=value, position=consumed, length=len(value) - consumed)


def check_length(ai: str, value: str) -> None:
    """Raises GS1Error when the value is too short, too long or holds the sign of FNC1, whatever else it holds."""
    entry = ENTRIES.get(ai, UNKNOWN)
    size = len(value)
    if size < entry.least:
        detail = f"expected {_lengths(entry)} characters, got {size}"
        raise GS1Error("value_too_short", detail, ai=ai, value=value, position=0, length=size)
    if size > entry.most:
        detail = f"expected {_lengths(entry)} characters, got {size}"
        raise GS1Error(
            "value_too_long", detail, ai=ai, value=value, position=entry.most, length=size - entry.most
        )
    if "^" in value:
        raise GS1Error("fnc1_in_value", ai=ai, value=value, position=value.index("^"), length=1)


def _lengths(entry: Entry) -> str:
    return str(entry.least) if entry.least == entry.most else f"{entry.least} to {entry.most}"


def explain(ai: str, value: str) -> int:
    """Walks through the parts of the value, raises GS1Error at the first fault; returns how many characters fit."""
    entry = ENTRIES.get(ai, UNKNOWN)
    if not value:
        raise GS1Error("value_empty", ai=ai, position=0)
    start = 0
    for part in entry.parts:
        text = value[start : start + part.most]
        if part.optional and not text:
            continue
        if len(text) < part.least:
            detail = f"expected {_lengths(entry)} characters, got {len(value)}"
            raise GS1Error("value_wrong_length", detail, ai=ai, value=value, position=start, length=len(text))
        for name in (CSET_LINTERS[part.cset], *part.linters):
            if fault := LINTERS[name](text):
                detail = ""
                if fault.code == "incorrect_check_digit":
                    detail = f"the check digit should be {checksums.check_digit(text[:-1])}, not {text[-1]}"
                context, place = value[: start + len(text)], start + fault.position
                raise GS1Error(fault.code, detail, ai=ai, value=context, position=place, length=fault.length)
        start += len(text)
    return start


def may_be_unknown_ai(ai: str) -> bool:
    """Has `ai` the form of an application identifier that a later edition could assign?"""
    well_formed = 2 <= len(ai) <= 4 and ai.isascii() and ai.isdigit()
    return well_formed and ai not in ENTRIES and AI_LENGTHS.get(ai[:2], len(ai)) == len(ai)


def _compile(entry: Entry) -> Check:
    only = entry.parts[0]
    if len(entry.parts) == 1 and only.cset == "n" and only.least == only.most:
        linters = [name for name in only.linters if name not in _IDLE_ON_DIGITS]
        if linters == ["csum"]:
            key = _key_of_digits(only.most)
            return _remembering(key, only.most) if entry.ai in _OF_PRODUCTS else key
    matches = _pattern(tuple((p.cset, p.least, p.most, p.optional) for p in entry.parts)).fullmatch
    slices = _linter_slices(entry.parts)
    if not slices:
        return lambda value: matches(value) is not None
    if len(slices) == 1 and slices[0][0] == 0 and len(entry.parts) == 1:
        lint = slices[0][2]
        return lambda value: matches(value) is not None and lint(value) is None

    def check(value: str) -> bool:
        if matches(value) is None:
            return False
        for start, end, lint, optional in slices:
            text = value[start:end]
            if (text or not optional) and lint(text) is not None:
                return False
        return True

    return check


def _key_of_digits(length: int) -> Check:
    """A key such as a GTIN: so many digits, the last one checks the others."""
    weighted_sum = checksums.weighted_sum

    def check(value: str) -> bool:
        return len(value) == length and value.isascii() and value.isdigit() and weighted_sum(value) % 10 == 0

    return check


def _remembering(check: Check, length: int) -> Check:
    """The same check; values of another length are not remembered, they could be of any size."""
    remembered = lru_cache(maxsize=PRODUCTS_MAX)(check)
    return lambda value: len(value) == length and remembered(value)


def _linter_slices(parts: tuple[Part, ...]) -> list[tuple[int, int, Linter, bool]]:
    slices = []
    start = 0
    for part in parts:
        names = [n for n in part.linters if not (part.cset == "n" and n in _IDLE_ON_DIGITS)]
        names += ["cset64"] if part.cset == "z" else []  # the pattern does not know about padding
        slices += [(start, start + part.most, LINTERS[name], part.optional) for name in names]
        start += part.most
    return slices


@cache
def _pattern(parts: tuple[tuple[str, int, int, bool], ...]) -> re.Pattern[str]:
    # Optional parts nest: a later one may only be there when the earlier one is.
    text, closing = "", ""
    for cset, least, most, optional in parts:
        repeat = f"{{{most}}}" if least == most else f"{{{least},{most}}}"
        text += ("(?:" if optional else "") + _CLASSES[cset] + repeat
        closing += ")?" if optional else ""
    return re.compile(text + closing)
