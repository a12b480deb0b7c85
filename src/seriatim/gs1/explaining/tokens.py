"""Where each field stands in a text: a reader that goes on where the strict ones stop, so that all faults can be shown.

>>> [(token.ai, token.value, token.at) for token in tokens_of("(01)123(10)A", "bracketed")]
[('01', '123', 0), ('10', 'A', 7)]
"""

import re
from typing import NamedTuple

from seriatim.gs1.digital_link import WORDS
from seriatim.gs1.explaining.model import Form
from seriatim.gs1.table import AI_LENGTHS, ENTRIES, KEYS

TOKENS_MAX = 128
_PAIR = re.compile(r"\((\d{2,4})\)((?:\\\(|[^(])*)")
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")


class Token(NamedTuple):
    """One field as it stands in the text."""

    ai: str
    value: str
    """Decoded."""
    at: int
    """Offset of its application identifier in the text."""
    places: tuple[int, ...]
    """Offset of each character of the value in the text, and of the end behind it."""

    def span(self, position: int, length: int) -> tuple[int, int]:
        """Start and length, in the text, of a part of the value."""
        last = len(self.places) - 1
        start = self.places[min(max(position, 0), last)]
        return start, self.places[min(position + length, last)] - start


def tokens_of(text: str, form: Form) -> list[Token]:
    """The fields of a text of this form, valid or not; empty for forms that do not show them."""
    if form == "bracketed":
        return _bracketed(text)
    if form == "element_string":
        return _strung(text, 1)
    if form == "scan_data":
        return _strung(text, 3) if text[:3] in {"]C1", "]e0", "]d2", "]Q3", "]J1"} else _linked(text)
    return _linked(text) if form == "digital_link" else []


def _bracketed(text: str) -> list[Token]:
    found = []
    for pair in _PAIR.finditer(text):
        start = pair.start(2)
        value, places = "", []
        for offset, character in enumerate(pair[2]):
            if character == "\\" and pair[2][offset : offset + 2] == "\\(":
                continue
            value += character
            places.append(start + offset)
        found.append(Token(pair[1], value, pair.start(), (*places, pair.end(2))))
        if len(found) == TOKENS_MAX:
            break
    return found


def _strung(text: str, at: int) -> list[Token]:
    """Fields in a row; an unknown application identifier takes all up to the next separator with it."""
    found: list[Token] = []
    text = text.replace("\x1d", "^")
    while at < len(text) and len(found) < TOKENS_MAX:
        start = at + AI_LENGTHS.get(text[at : at + 2], 0)
        entry = ENTRIES.get(text[at:start])
        if entry is None:
            start = at
        stop = text.find("^", start)
        stop = len(text) if stop < 0 else stop
        if entry is not None and entry.predefined:
            stop = min(stop, start + entry.most)
        found.append(Token(text[at:start], text[start:stop], at, tuple(range(start, stop + 1))))
        at = stop + (text[stop : stop + 1] == "^")
    return found


def _linked(text: str) -> list[Token]:
    """Fields in the path from the last key on, then those of the query."""
    head = text.find("://")
    begin = text.find("/", head + 3) if head >= 0 else -1
    if begin < 0:
        return []
    past = next((at for at in range(begin, len(text)) if text[at] == "#"), len(text))
    query = text.find("?", begin, past)
    path_past = past if query < 0 else query
    segments, at = [], begin + 1
    for segment in text[begin + 1 : path_past].split("/"):
        segments.append((segment, at))
        at += len(segment) + 1
    found = _path_tokens(text, segments)
    if query >= 0:
        at = query + 1
        for part in text[query + 1 : past].split("&"):
            name, equals, _ = part.partition("=")
            if equals and name.isdigit() and name.isascii():
                found.append(_escaped(text, name, at, at + len(name) + 1, at + len(part), in_query=True))
            at += len(part) + 1
    return found[:TOKENS_MAX]


def _path_tokens(text: str, segments: list[tuple[str, int]]) -> list[Token]:
    first = -1
    for index in range(len(segments) - 2, -1, -1):
        if WORDS.get(segments[index][0], segments[index][0]) in KEYS:
            first = index
            break
    if first < 0:
        return []
    found = []
    for index in range(first, len(segments) - 1, 2):
        name, at = segments[index]
        value, value_at = segments[index + 1]
        found.append(_escaped(text, WORDS.get(name, name), at, value_at, value_at + len(value)))
    return found


def _escaped(text: str, ai: str, at: int, start: int, past: int, *, in_query: bool = False) -> Token:
    value, places = "", []
    while start < past:
        places.append(start)
        if _ESCAPE.match(text, start, past):
            value += chr(int(text[start + 1 : start + 3], 16))
            start += 3
        else:
            value += " " if in_query and text[start] == "+" else text[start]
            start += 1
    return Token(ai, value, at, (*places, past))
