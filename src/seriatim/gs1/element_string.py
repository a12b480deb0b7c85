"""Reads what bar codes carry: element strings, and the bracketed form that people write.

>>> parse_element_string("^010950600013435210A1^17261231").elements
(('01', '09506000134352'), ('10', 'A1'), ('17', '261231'))
>>> parse_bracketed("(01)09506000134352(10)A1").element_string()
'^010950600013435210A1'

Source: GS1 General Specifications 7.8; behaviour compared with the GS1 Syntax Engine.
"""

from seriatim.gs1.associations import Elements, check_associations
from seriatim.gs1.errors import GS1Error, printable
from seriatim.gs1.message import Message
from seriatim.gs1.options import STRICT, Options
from seriatim.gs1.table import AI_LENGTHS, ENTRIES
from seriatim.gs1.values import CHECKS, check_length, check_value, explain, may_be_unknown_ai

ELEMENTS_MAX = 64
TEXT_MAX = 16_384
"""Longest input in characters; 64 elements of the longest kind stay below, brackets escaped."""

GS = "\x1d"


def parse_element_string(text: str, *, options: Options = STRICT) -> Message:
    """A message from an element string, FNC1 being `^` or GS (0x1D); it must begin with FNC1.

    Raises GS1Error; position counts in the value of the AI named, or in the text when none is.
    """
    refuse_long(text)
    if GS in text:
        text = text.replace(GS, "^")
    if not text.startswith("^"):
        raise GS1Error("missing_fnc1" if text else "empty").placed(text, 0, 1)
    if len(text) == 1:
        raise GS1Error("empty").placed(text)
    return finish(_split(text), options)


def parse_bracketed(text: str, *, options: Options = STRICT) -> Message:
    r"""A message from `(01)...(10)...`; a literal opening bracket in a value is written `\(`. Raises GS1Error."""
    refuse_long(text)
    if not text:
        raise GS1Error("empty")
    elements = _split_bracketed(text, options)
    check_values(elements)
    return finish(elements, options)


def finish(elements: Elements, options: Options) -> Message:
    """The message of these elements, whose values are checked already."""
    if options.associations:
        check_associations(elements)
    return Message(tuple(elements))


def refuse_long(text: str, most: int = TEXT_MAX) -> None:
    """Length cap before anything looks at the characters: a hostile input must cost nothing."""
    if len(text) > most:
        raise GS1Error("too_long_input", f"expected {most} characters at most, got {len(text)}")


def check_values(elements: Elements) -> None:
    """Raises GS1Error for the first wrong value; wrong lengths anywhere come before wrong contents."""
    for ai, value in elements:
        if ai not in ENTRIES or not CHECKS[ai](value):
            break
    else:
        return
    for ai, value in elements:
        check_length(ai, value)
    for ai, value in elements:
        check_value(ai, value)


def _split(text: str) -> list[tuple[str, str]]:
    elements: list[tuple[str, str]] = []
    at, past = 1, len(text)
    while at < past:
        start = at + AI_LENGTHS.get(text[at : at + 2], 0)
        ai = text[at:start]
        entry = ENTRIES.get(ai)
        if entry is None:
            known = printable(text[at : at + 4])
            error = GS1Error("unknown_ai", f"no known application identifier begins {known!r}")
            raise error.placed(text, at, at + 4)
        stop = text.find("^", start)
        if stop < 0:
            stop = past
        if entry.predefined and stop > start + entry.most:
            stop = start + entry.most
        value = text[start:stop]
        if not CHECKS[ai](value):
            _refuse(ai, value)
        elements.append((ai, value))
        at = stop
        if at < past and text[at] == "^":
            at += 1
    if len(elements) > ELEMENTS_MAX:
        raise GS1Error("too_many_elements")
    return elements


def _refuse(ai: str, value: str) -> None:
    good = explain(ai, value)
    # Its parts are good, so more follows: never taken for a new AI, a separator is missing (General Specifications).
    raise GS1Error("value_too_long", ai=ai, value=value, position=good, length=len(value) - good)


def _split_bracketed(text: str, options: Options) -> list[tuple[str, str]]:
    elements: list[tuple[str, str]] = []
    at, past = 0, len(text)
    while at < past:
        close = text.find(")", at, at + 6)
        if text[at] != "(" or close < 0:
            raise GS1Error("bad_brackets").placed(text, at, at + 1)
        ai = text[at + 1 : close]
        if ai not in ENTRIES and not (options.unknown_ais and may_be_unknown_ai(ai)):
            error = GS1Error("unknown_ai", f"({printable(ai)}) is no known application identifier")
            raise error.placed(text, at, close + 1)
        start = close + 1
        if start == past:
            raise GS1Error("value_empty", ai=ai, position=0)
        stop = text.find("(", start)
        while stop > start and text[stop - 1] == "\\":
            stop = text.find("(", stop + 1)
        if stop < 0:
            stop = past
        elements.append((ai, text[start:stop].replace("\\(", "(")))
        at = stop
    if len(elements) > ELEMENTS_MAX:
        raise GS1Error("too_many_elements")
    return elements
