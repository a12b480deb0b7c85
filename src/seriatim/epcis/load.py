"""Reads a document in whichever of the two syntaxes it comes."""

from typing import Literal

from seriatim.epcis import jsonld, strict_json, xml_reader, xml_tree
from seriatim.epcis.errors import Findings
from seriatim.epcis.model import Document, Event

Profile = Literal["published", "strict"]


def loads(data: bytes, *, profile: Profile = "published") -> Document:
    """Reads an EPCISDocument or EPCISQueryDocument: JSON-LD, or XML of version 2.0 down to 1.0; from XML also an
    EPCISMasterDataDocument.

    `profile="published"` accepts every document that GS1 itself publishes and puts what it forgave into
    `Document.warnings`; `"strict"` refuses it. Raises EPCISError with every fault. Source: EPCIS 2.0, sections 9, 10.
    """
    found = findings(profile)
    read = xml_reader.read_document if xml_tree.is_xml(data) else jsonld.read_document
    document = read(data, found)
    found.raise_if_any()
    return document


def load_event(data: bytes, *, profile: Profile = "published", written: bool = False) -> Event:
    """Reads one event that carries its own `@context` (the body of `POST /events`). Raises EPCISError.

    `written` is for what `event_bytes` has written: an event that came as XML may hold what the schema of JSON forbids
    (a persistentDisposition on an AggregationEvent, a sensor report without a type).
    """
    found = findings(profile)
    event = jsonld.read_event(strict_json.parse(data, found), found, xml=written)
    found.raise_if_any()
    assert event is not None, "an event without faults was read"
    return event


def findings(profile: Profile) -> Findings:
    """An empty collection of faults for a profile. Raises ValueError for a profile that does not exist."""
    if profile not in {"published", "strict"}:
        raise ValueError(f'profile is "published" or "strict", not {profile!r}')
    return Findings(strict=profile == "strict")
