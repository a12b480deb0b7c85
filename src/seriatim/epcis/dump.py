"""Writes a document or events in either syntax."""

from collections.abc import Iterable
from typing import Literal

from seriatim.epcis.model import Document, Event
from seriatim.epcis.write import document_bytes
from seriatim.epcis.xml_write import CBVSpelling, document_xml


def dumps(
    document: Document | Iterable[Event],
    format: Literal["json", "xml"] = "json",  # noqa: A002 -- promised
    *,
    cbv: CBVSpelling = "urn",
) -> bytes:
    """The text, in UTF-8, of a document or of events.

    Events alone become an EPCISDocument whose creation date is the latest time in them: the writer has no clock.
    `cbv` is the spelling of words in XML; JSON writes them bare. Raises ValueError for a format other than "json" and
    "xml", and EPCISError for what XML cannot say (see `xml_write`).
    """
    if format not in {"json", "xml"}:
        raise ValueError(f'the format is "json" or "xml", not {format!r}')
    if not isinstance(document, Document):
        document = Document(events=tuple(document))
    return document_xml(document, cbv=cbv) if format == "xml" else document_bytes(document)
