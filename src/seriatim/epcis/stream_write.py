"""Writes documents of any length, one event at a time."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import BinaryIO, Literal

from lxml import etree
from msgspec.structs import replace

from seriatim.epcis.dump import dumps
from seriatim.epcis.model import Document, Event, Instant
from seriatim.epcis.names import namespaces_of
from seriatim.epcis.write import event_bytes
from seriatim.epcis.xml_write import CBVSpelling, XmlWriter, not_in_xml, root_for

Format = Literal["json", "xml"]


def write_events(
    stream: BinaryIO,
    events: Iterable[Event],
    format: Format = "json",  # noqa: A002 -- as `dumps`
    *,
    creation_date: str | None = None,
    envelope: Document | None = None,
    cbv: CBVSpelling = "urn",
) -> int:
    """Writes a document with these events, one at a time; gives their number.

    `envelope` is what shall stand around them (see `read_envelope`; events in it are left out), by default nothing but
    an EPCISDocument; `creation_date`, a time with zone as XML writes it, replaces the envelope's. Prefixes stand with
    the event that uses them. Raises ValueError for another format, for no date at all, and for an envelope that has no
    place for events; EPCISError as `dumps`.
    """
    around = _dated(envelope or Document(), creation_date)
    before, after = _envelope_texts(around, format, cbv)
    texts, between = (_json_texts(events), b",\n") if format == "json" else (_xml_texts(events, cbv), b"\n")
    stream.write(before)
    count = 0
    for count, text in enumerate(texts, 1):
        stream.write((between if count > 1 else b"\n") + text)
    stream.write(b"\n" + after + b"\n")
    return count


def _dated(envelope: Document, creation_date: str | None) -> Document:
    if creation_date is not None:
        at = Instant(datetime.fromisoformat(creation_date), creation_date)
        return replace(envelope, events=(), creation_date=at)
    if envelope.creation_date is None and envelope.type != "EPCISQueryDocument":
        raise ValueError("a document has a creation date: give creation_date")
    return replace(envelope, events=())


def _envelope_texts(envelope: Document, format: Format, cbv: CBVSpelling) -> tuple[bytes, bytes]:  # noqa: A002
    """What stands before the first and after the last event."""
    # No other text of an envelope looks like an empty list: quotes and `<` are escaped in values, names have prefixes.
    start, end = (b'"eventList":[', b"]") if format == "json" else (b"<EventList>", b"</EventList>")
    empty = start + end if format == "json" else b"<EventList/>"
    before, found, after = dumps(envelope, format, cbv=cbv).partition(empty)
    if not found:
        raise ValueError(f"{envelope.type} has no place for events: write it with dumps")
    return before + start, end + after


def _json_texts(events: Iterable[Event]) -> Iterator[bytes]:
    return map(event_bytes, events)


def _xml_texts(events: Iterable[Event], cbv: CBVSpelling) -> Iterator[bytes]:
    writer = XmlWriter(cbv)
    for event in events:
        alone = Document(events=(event,))
        try:
            listed = etree.SubElement(root_for(alone, namespaces_of(alone)), "EventList")
            writer.event(listed, event)
        except ValueError as error:
            raise not_in_xml(error) from error
        yield etree.tostring(listed[0])
