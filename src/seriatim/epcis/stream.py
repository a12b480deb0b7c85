"""Large documents, one event after another: memory stays flat however long the document is.

>>> import io
>>> from seriatim import epcis
>>> text = io.BytesIO()
>>> epcis.write_events(text, [], "xml", creation_date="2026-03-01T10:00:00Z")
0
>>> list(read_events(io.BytesIO(text.getvalue())))
[]
>>> read_envelope(io.BytesIO(text.getvalue())).creation_date.text
'2026-03-01T10:00:00Z'
"""

import re
from collections.abc import Iterator
from typing import Any, BinaryIO

import msgspec
from lxml import etree

from seriatim.epcis import limits, strict_json
from seriatim.epcis.errors import EPCISError, Findings, Problem
from seriatim.epcis.jsonld import DocumentReader
from seriatim.epcis.load import Profile, findings
from seriatim.epcis.model import Document, Event
from seriatim.epcis.xml_reader import XmlDocumentReader
from seriatim.epcis.xml_tree import (
    OPTIONS,
    Element,
    check_size,
    is_xml,
    name_of,
    refusal,
    refuse_doctype,
    syntax_error,
)

_CHUNK = 256 * 1024
_PROLOG = 64 * 1024
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"|["{}\[\]]', re.DOTALL)
_CLOSING = {0x7B: b"}", 0x5B: b"]"}


class Reading(msgspec.Struct, frozen=True):
    """One event of a stream, or what is wrong with it."""

    index: int
    """Counted from 0."""
    event: Event | None
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


def read_events(stream: BinaryIO, *, profile: Profile = "published") -> Iterator[Reading]:
    """Reads the events of a document of any length, JSON-LD or XML, in its order.

    Faults of one event stand with it, and the next is read. Raises EPCISError, in the middle perhaps, for a document
    that cannot be read on, and for an event larger than `limits.DOCUMENT_BYTES_MAX`. In JSON `@context` must stand
    before the events of a document larger than that. Master data and
    other parts of the envelope are checked but not given: `read_envelope` has them.
    """
    rest = _Peeked(stream)
    if is_xml(rest.start):
        return _xml_events(rest, profile)
    return _JsonEvents(rest, profile).events()


def read_envelope(stream: BinaryIO, *, profile: Profile = "published") -> Document:
    """All that stands around the events of a document of any length: header, master data, names; `events` is empty.

    The events are passed over unread. Raises EPCISError for a document that cannot be read.
    """
    rest = _Peeked(stream)
    return _xml_envelope(rest, profile) if is_xml(rest.start) else _JsonEvents(rest, profile).envelope()


class _Peeked:
    """A stream whose beginning was looked at."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.start = stream.read(_PROLOG)
        self._waiting = self.start

    def read(self, size: int = -1) -> bytes:
        if self._waiting:
            taken, self._waiting = self._waiting, b""
            return taken
        return self._stream.read(size)


def _has_context(envelope: bytes) -> bool:
    value = strict_json.parse(envelope, Findings())
    return isinstance(value, dict) and "@context" in value


def _event_list(document: Any) -> tuple[dict[str, Any], str]:
    body = document["epcisBody"]
    return (body["queryResults"]["resultsBody"] if "queryResults" in body else body), "eventList"


# XML ---------------------------------------------------------------------------------------------------------------


def _refuse_prolog(stream: _Peeked) -> None:
    if stream.start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise refusal("not_utf8", "a long document is read in UTF-8 only: save it so")
    refuse_doctype(stream.start)


def _xml_envelope(stream: _Peeked, profile: Profile) -> Document:
    _refuse_prolog(stream)
    root: Element | None = None
    try:
        for _, element in etree.iterparse(stream, events=("end",), encoding="utf-8", **OPTIONS):
            root, parent = element, element.getparent()
            if parent is not None and _is_event(element, parent):
                element.clear()
                while element.getprevious() is not None:
                    del parent[0]
    except etree.XMLSyntaxError as error:
        raise syntax_error(error) from error
    assert root is not None, "a text without an element is no XML"
    for listed in root.iter("{*}EventList"):
        listed[:] = []
    check_size(root)
    found = findings(profile)
    document = XmlDocumentReader(found).document(root)
    found.raise_if_any()
    return document


def _xml_events(stream: _Peeked, profile: Profile) -> Iterator[Reading]:
    _refuse_prolog(stream)
    reader = XmlDocumentReader(findings(profile))
    index = 0
    try:
        for what, element in etree.iterparse(stream, events=("start", "end"), encoding="utf-8", **OPTIONS):
            parent = element.getparent()
            if what == "start":
                if parent is None:
                    reader.root(element)
                continue
            if parent is None or not _is_event(element, parent):
                continue
            yield _xml_reading(reader, element, index)
            index += 1
            element.clear()
            while element.getprevious() is not None:
                del parent[0]
    except etree.XMLSyntaxError as error:
        raise syntax_error(error) from error


def _is_event(element: Element, parent: Element) -> bool:
    """True for a child of EventList, or of an `extension` in it."""
    around: Any = parent
    while around is not None and name_of(around).rpartition("}")[2] == "extension":
        around = around.getparent()
    is_wrapper = name_of(element).rpartition("}")[2] == "extension"
    return around is not None and name_of(around).rpartition("}")[2] == "EventList" and not is_wrapper


def _xml_reading(reader: XmlDocumentReader, element: Element, index: int) -> Reading:
    check_size(element)
    found = reader.start_over()
    event = reader.single(element, index)
    return Reading(index, None if found.count else event, tuple(found.problems), tuple(found.warnings))


# JSON --------------------------------------------------------------------------------------------------------------


class _JsonEvents:
    """Finds where each event begins and ends, and reads one at a time."""

    def __init__(self, stream: _Peeked, profile: Profile) -> None:
        self._stream = stream
        self._profile = profile
        self._text = b""
        self._at = 0
        self._ended = False

    def events(self) -> Iterator[Reading]:
        head, closing = self._head()
        if not _has_context(head + b"[]" + closing):
            yield from self._late_context(head + b"[" + self._rest())
            return
        reader = self._reader(head + b"[]" + closing)
        for index, text in enumerate(self._objects()):
            yield self._reading(reader, text, index)
        self._read_envelope(head + b"[]" + self._rest())

    def envelope(self) -> Document:
        """The document without its events."""
        head, _ = self._head()
        for _ in self._objects():
            pass
        return self._read_envelope(head + b"[]" + self._rest())

    def _late_context(self, text: bytes) -> Iterator[Reading]:
        """A document whose `@context` stands behind its events must be held whole, and may be no longer than others."""
        found = findings(self._profile)
        value = strict_json.parse(text, found)
        reader = DocumentReader(found)
        reader.context(value)
        found.raise_if_any()
        around, name = _event_list(value)
        listed, around[name] = around[name], []
        for index, one in enumerate(listed):
            found = reader.start_over()
            event = reader.listed_event(one, f"/epcisBody/eventList/{index}")
            yield Reading(index, None if found.count else event, tuple(found.problems), tuple(found.warnings))
        found = findings(self._profile)
        DocumentReader(found).document(value)
        found.raise_if_any()

    def _head(self) -> tuple[bytes, bytes]:
        """All before the `[` of eventList, and what closes the objects that are open there."""
        opened: list[int] = []
        before = b""
        for token, start in self._tokens():
            sign = token[0]
            if sign == 0x5B and before == b'"eventList"' and len(opened) in {2, 4}:
                head, self._text, self._at = self._text[:start], self._text[start + 1 :], 0
                return head, b"".join(_CLOSING[one] for one in reversed(opened))
            if sign in _CLOSING:
                opened.append(sign)
            elif sign in b"}]":
                if not opened:
                    break
                opened.pop()
            before = token
        found = findings(self._profile)
        DocumentReader(found).document(strict_json.parse(self._text, found))
        found.raise_if_any()
        raise EPCISError([Problem("/epcisBody/eventList", "field_missing", "eventList is missing: add it")])

    def _tokens(self) -> Iterator[tuple[bytes, int]]:
        """Texts and brackets with their places; more is read as needed. Nothing before `_at` is kept for long."""
        while True:
            match = _TOKEN.search(self._text, self._at)
            if match is None or match.group() == b'"':
                if not self._more():
                    return
                continue
            self._at = match.end()
            yield match.group(), match.start()

    def _more(self) -> bool:
        chunk = b"" if self._ended else self._stream.read(_CHUNK)
        if not chunk:
            self._ended = True
            return False
        if len(self._text) > limits.DOCUMENT_BYTES_MAX:
            message = (
                f"one event, or a document whose @context stands behind its events, has more than "
                f"{limits.DOCUMENT_BYTES_MAX} octets: split it, or put @context first"
            )
            raise EPCISError([Problem("", "too_large", message)])
        self._text += chunk
        return True

    def _objects(self) -> Iterator[bytes]:
        """The texts of the members of the array, up to its end."""
        depth, begin = 0, 0
        for token, start in self._tokens():
            sign = token[0]
            if sign in b"{[":
                begin = start if depth == 0 else begin
                depth += 1
            elif sign in b"}]":
                if depth == 0:
                    self._text, self._at = self._text[start + 1 :], 0
                    return
                depth -= 1
                if depth == 0:
                    yield self._text[begin : start + 1]
                    if start > _CHUNK:
                        self._text, self._at = self._text[start + 1 :], 0
        raise EPCISError([Problem("", "not_json", "this is not JSON: the text ends inside eventList")])

    def _rest(self) -> bytes:
        while self._more():
            pass
        return self._text

    def _reader(self, envelope: bytes) -> DocumentReader:
        found = findings(self._profile)
        value = strict_json.parse(envelope, found)
        reader = DocumentReader(found)
        reader.context(value if isinstance(value, dict) else {})
        found.raise_if_any()
        return reader

    def _read_envelope(self, text: bytes) -> Document:
        found = findings(self._profile)
        document = DocumentReader(found).document(strict_json.parse(text, found))
        found.raise_if_any()
        return document

    def _reading(self, reader: DocumentReader, text: bytes, index: int) -> Reading:
        where = f"/epcisBody/eventList/{index}"
        found = reader.start_over()
        event = None
        try:
            value = strict_json.parse(text, Findings(strict=found.strict))
            event = reader.listed_event(value, where)
        except EPCISError as error:
            for one in error.problems:
                found.refuse(where + one.path, one.code, one.message)
        return Reading(index, None if found.count else event, tuple(found.problems), tuple(found.warnings))
