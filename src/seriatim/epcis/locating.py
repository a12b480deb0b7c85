"""Finds where a fault stands in the text that was sent, so that a page can underline it.

>>> from seriatim import epcis
>>> data = b'{"type": "EPCISDocument", "epcisBody": {"eventList": [{"bizStep": "shiping"}]}}'
>>> found = locate(data, epcis.Problem("/epcisBody/eventList/0/bizStep", "unknown_word", ""))
>>> data[found.start : found.end], found.line, found.column
(b'"shiping"', 1, 67)

A pointer names a value, and this is what is marked: a value of one piece as a whole; of an object or array the bracket
that opens it, of an element with others inside its start tag, since a mark over half a document shows nothing; where the
fault is in a name, the name. A value that is missing is marked at what it is missing in.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from seriatim.epcis.errors import EPCISError, Findings, Problem
from seriatim.epcis.strict_json import shown
from seriatim.epcis.xml_reader import XmlDocumentReader, index_in, through, walk
from seriatim.epcis.xml_tree import Element, encoding_in, is_xml, name_of, parse

Span = tuple[int, int]

_JSON_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"|[{}\[\],:]|[^\s{}\[\],:"]++', re.DOTALL)
_JSON_SKIP = re.compile(r'"(?:[^"\\]++|\\.)*+"|[{}\[\]]', re.DOTALL)
_XML_TOKEN = re.compile(
    r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<![^>]*>"
    r"""|(?P<end></[^>]*>)|(?P<start><(?:[^<>"'/]++|"[^"]*"|'[^']*'|/(?!>))*+(?P<alone>/?)>)""",
    re.DOTALL,
)
_XML_ATTRIBUTE = re.compile(r"""([^\s=<>"'/]+)\s*=\s*(?:"[^"]*"|'[^']*')""")
_OF_NAMES: Final = frozenset(
    [
        "bad_field_name",
        "bad_prefix",
        "context_misplaced",
        "duplicate_name",
        "envelope_field_dropped",
        "master_data_field_dropped",
        "plain_field_name",
        "protected_prefix",
        "unknown_field",
        "unknown_prefix",
    ]
)
"""Faults of a name, not of its value."""
_EVENT_LIST: Final = "/eventList/"


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of a text as it was sent."""

    start: int
    """First octet, counted from 0."""
    end: int
    """The octet after the last."""
    line: int
    """Counted from 1."""
    column: int
    """Character of the line with which it begins, counted from 1."""


def locate(data: bytes, problem: Problem) -> Place:
    """Where the fault stands in the text in which it was found; the beginning where nothing better is known.

    Any text and any problem have an answer. For many problems of one text use `locate_all`, which walks it once.
    """
    return locate_all(data, [problem])[0]


def locate_all(data: bytes, problems: Sequence[Problem]) -> list[Place]:
    """Where each fault stands, in the order given."""
    text = _Text(data)
    spans = _in_xml(data, text.text, problems) if is_xml(data) else _in_json(text.text, problems)
    return text.places(spans)


def encoding_of(data: bytes) -> str:
    """The codec in which the text was written, as Python names it; parts of the text can be decoded with it."""
    return _Text(data).codec


class _Text:
    """A text and the way back to its octets."""

    def __init__(self, data: bytes) -> None:
        self.codec, skipped = encoding_in(data)
        self._first = skipped
        try:
            self.text = data[skipped:].decode(self.codec, "surrogateescape")
        except UnicodeDecodeError:  # half a character at the end of UTF-16: no octet may be lost
            self.codec, self._first = "latin-1", 0
            self.text = data.decode(self.codec)

    def places(self, spans: Sequence[Span]) -> list[Place]:
        """The same spans in octets, with lines and columns. One walk over the text, however many there are."""
        octets: dict[int, int] = {}
        lines: dict[int, tuple[int, int]] = {}
        at, octet, line, begin = 0, self._first, 1, 0
        for place in sorted({place for span in spans for place in span}):
            passed = self.text[at:place]
            octet += len(passed) if passed.isascii() and self._is_plain else len(self._octets(passed))
            if breaks := passed.count("\n"):
                line, begin = line + breaks, at + passed.rindex("\n") + 1
            octets[place], lines[place], at = octet, (line, place - begin + 1), place
        return [Place(octets[start], octets[end], *lines[start]) for start, end in spans]

    @property
    def _is_plain(self) -> bool:
        return not self.codec.startswith("utf-16")

    def _octets(self, text: str) -> bytes:
        return text.encode(self.codec, "surrogateescape")


# JSON --------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Wanted:
    """A place that problems point to, or that lies on the way to one."""

    inside: dict[str, "_Wanted"] = field(default_factory=dict)
    value: Span | None = None
    name: Span | None = None


@dataclass(slots=True)
class _Open:
    """An object or array that the walk is in."""

    wanted: _Wanted
    is_object: bool
    index: int = 0
    name: Span | None = None
    """In an object: the name whose value comes next."""


def _in_json(text: str, problems: Sequence[Problem]) -> list[Span]:
    root = _Wanted()
    for problem in problems:
        wanted = root
        for step in _steps(problem.path):
            wanted = wanted.inside.setdefault(step, _Wanted())
    _walk_json(text, root)
    return [_json_span(text, root, problem) for problem in problems]


def _steps(path: str) -> list[str]:
    return [step.replace("~1", "/").replace("~0", "~") for step in path.split("/")[1:]]


def _walk_json(text: str, root: _Wanted) -> None:
    """Notes the spans of what is wanted. A name that stands twice keeps its last place, as its value does."""
    opened: list[_Open] = []
    at = 0
    while (token := _JSON_TOKEN.search(text, at)) is not None:
        at = token.end()
        sign = text[token.start()]
        around = opened[-1] if opened else None
        if sign in "}]":
            if around is None:
                return
            opened.pop()
        elif sign == ",":
            if around is not None:
                around.index, around.name = around.index + 1, None
        elif sign == ":":
            continue
        elif around is not None and around.is_object and around.name is None:
            around.name = token.span()
        else:
            wanted = root if around is None else _wanted_in(text, around)
            if wanted is not None:
                wanted.value, wanted.name = token.span(), around.name if around is not None else None
            if sign in "{[":
                if wanted is None or not wanted.inside:
                    at = _json_end(text, at)
                else:
                    opened.append(_Open(wanted, sign == "{"))
        if not opened:
            return


def _wanted_in(text: str, around: _Open) -> _Wanted | None:
    if not around.is_object:
        return around.wanted.inside.get(str(around.index))
    assert around.name is not None, "a value of an object comes after its name"
    return around.wanted.inside.get(_name_in(text[slice(*around.name)]))


def _name_in(token: str) -> str:
    """The name as pointers write it."""
    try:
        name = json.loads(token, strict=False)
    except ValueError:
        name = token
    return shown(name) if isinstance(name, str) else token


def _json_end(text: str, at: int) -> int:
    """The end of the object or array that was opened before `at`."""
    depth = 1
    for token in _JSON_SKIP.finditer(text, at):
        sign = text[token.start()]
        if sign in "{[":
            depth += 1
        elif sign in "}]":
            depth -= 1
            if depth == 0:
                return token.end()
    return len(text)


def _json_span(text: str, root: _Wanted, problem: Problem) -> Span:
    if problem.code == "not_json":
        return _unsound(text)
    if problem.code == "not_utf8":
        return next(((at, at + 1) for at, sign in enumerate(text) if "\udc80" <= sign <= "\udcff"), (0, 0))
    wanted, nearest = root, root.value or (0, 0)
    for step in _steps(problem.path):
        wanted = wanted.inside[step]
        if wanted.value is None:
            return nearest
        nearest = wanted.value
    return wanted.name if wanted.name is not None and problem.code in _OF_NAMES else nearest


def _unsound(text: str) -> Span:
    """The sign at which the text stops being JSON."""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        at = min(error.pos, max(0, len(text) - 1))
        return at, min(at + 1, len(text))
    except (RecursionError, ValueError):
        pass
    return 0, 0


# XML ---------------------------------------------------------------------------------------------------------------


def _in_xml(data: bytes, text: str, problems: Sequence[Problem]) -> list[Span]:
    try:
        root = parse(data)
        reader = XmlDocumentReader(Findings())
        if name_of(root).rpartition("}")[2].startswith("EPCIS"):
            reader.root(root)
    except EPCISError:
        return [_line_span(text, problem.line) for problem in problems]
    events = _events(root)
    found = [_element(root, events, problem.path) for problem in problems]
    numbers = _numbers(root, {element for element, _ in found})
    tags = _tags(text, set(numbers.values()))
    return [_xml_span(text, tags.get(numbers[element], (0, 0, 0)), rest) for element, rest in found]


def _line_span(text: str, number: int | None) -> Span:
    """The line without the spaces around it."""
    start = 0
    for _ in range((number or 1) - 1):
        if (at := text.find("\n", start)) < 0:
            break
        start = at + 1
    end = text.find("\n", start)
    line = text[start : len(text) if end < 0 else end]
    start += len(line) - len(line.lstrip())
    return start, start + len(line.strip())


def _events(root: Element) -> list[Element]:
    """The events as their reader counts them."""
    listed = next((one for one in root.iter("EventList")), None)
    return [] if listed is None else list(through(listed))


def _element(root: Element, events: list[Element], path: str) -> tuple[Element, list[str]]:
    before, found, rest = path.partition(_EVENT_LIST)
    steps = (rest if found else before).lstrip("/").split("/")
    if not found:
        return walk(root, steps)
    index = index_in(steps[0])
    return (root, steps) if index is None or index >= len(events) else walk(events[index], steps[1:])


def _numbers(root: Element, wanted: set[Element]) -> dict[Element, int]:
    """Which elements of the document, in the order of their start tags, these are."""
    return {element: number for number, element in enumerate(root.iter("*")) if element in wanted}


def _tags(text: str, wanted: set[int]) -> dict[int, tuple[int, int, int]]:
    """Of elements by their number in the text: where the start tag begins and ends, and where the element does if it
    holds no other, else 0.
    """
    found: dict[int, tuple[int, int, int]] = {}
    number, last = -1, -1
    for token in _XML_TOKEN.finditer(text):
        if token["start"] is not None:
            number, last = number + 1, number + 1
            if number in wanted:
                found[number] = (*token.span(), token.end() if token["alone"] else 0)
            if token["alone"]:
                last = -1
        elif token["end"] is not None:
            if last in found:
                found[last] = (*found[last][:2], token.end())
            last = -1
    return found


def _xml_span(text: str, tag: tuple[int, int, int], rest: list[str]) -> Span:
    start, end, closed = tag
    if len(rest) == 1:
        for attribute in _XML_ATTRIBUTE.finditer(text, start, end):
            if attribute[1].rpartition(":")[2] == rest[0]:
                return attribute.span()
    return start, closed or end
