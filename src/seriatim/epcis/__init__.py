"""What happened to which object, when, where and why: events as GS1's EPCIS 2.0 and CBV 2.0 write them.

A partner sends a document; every fault in it is named at once, with its place and what to do:

>>> from seriatim import epcis
>>> data = b'''{
...   "@context": "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
...   "type": "EPCISDocument", "schemaVersion": "2.0", "creationDate": "2026-03-01T08:00:00Z",
...   "epcisBody": {"eventList": [{
...     "type": "ObjectEvent", "action": "OBSERVE", "bizStep": "shipping",
...     "eventTime": "2026-03-01T09:00:00+01:00", "eventTimeZoneOffset": "+01:00",
...     "epcList": ["https://id.gs1.org/01/09506000134352/21/A1"]}]}}'''
>>> doc = epcis.loads(data)
>>> doc.events[0].biz_step, doc.events[0].event_time.isoformat()
('shipping', '2026-03-01T08:00:00+00:00')
>>> try:
...     epcis.loads(data.replace(b"shipping", b"shiping"))
... except epcis.EPCISError as error:
...     for problem in error.problems:
...         print(problem.path, problem.code)
/epcisBody/eventList/0/bizStep unknown_word

Events of our own are made from words and identifiers, and written for others to read:

>>> from datetime import UTC, datetime
>>> packed = epcis.aggregation_event(
...     event_time=datetime(2026, 3, 1, 8, 30, tzinfo=UTC),
...     action="ADD",
...     parent_id="https://id.gs1.org/00/095060001343520017",
...     child_epcs=["https://id.gs1.org/01/09506000134352/21/A1"],
...     biz_step="packing",
... )
>>> epcis.loads(epcis.dumps([packed])).events == (packed,)
True

Two ways of writing one event have one fingerprint:

>>> epcis.event_hash(packed)
'ni:///sha-256;...?ver=CBV2.0'

What a client asks is a value too, and events in memory can be asked:

>>> query = epcis.query_from_url([("EQ_bizStep", "packing|unpacking"), ("MATCH_anyEPC", "urn:epc:id:sscc:9506000.0134352001")])
>>> epcis.matches(query, packed)
True

Both syntaxes are read and written, JSON-LD and XML (older XML too); a document means the same in both. The room
stands on the standard library, msgspec, lxml and `seriatim.gs1`.
"""

from seriatim.epcis.canon import identifier as canonical_identifier
from seriatim.epcis.dump import dumps
from seriatim.epcis.errors import EPCISError, Problem
from seriatim.epcis.formats import EPCFormat, in_format, prefixes_in
from seriatim.epcis.formats import urn as epc_urn
from seriatim.epcis.hash import event_hash, event_hashes
from seriatim.epcis.load import load_event, loads
from seriatim.epcis.locating import Place, encoding_of, locate, locate_all
from seriatim.epcis.make import (
    aggregation_event,
    association_event,
    object_event,
    transaction_event,
    transformation_event,
)
from seriatim.epcis.model import (
    Attribute,
    BizTransaction,
    Destination,
    Document,
    ErrorDeclaration,
    Event,
    Extension,
    Instant,
    Location,
    PersistentDisposition,
    Quantity,
    SensorElement,
    SensorMetadata,
    SensorReport,
    Source,
    Vocabulary,
    VocabularyElement,
)
from seriatim.epcis.query import Query, QueryError, QueryTooLargeError
from seriatim.epcis.query_match import matches, select
from seriatim.epcis.query_parse import from_body as query_from_body
from seriatim.epcis.query_parse import from_url as query_from_url
from seriatim.epcis.stream import Reading, read_envelope, read_events
from seriatim.epcis.stream_write import write_events
from seriatim.epcis.write import document_json, event_bytes, event_json
from seriatim.epcis.xml_tree import is_xml

__all__ = [
    "Attribute",
    "BizTransaction",
    "Destination",
    "Document",
    "EPCFormat",
    "EPCISError",
    "ErrorDeclaration",
    "Event",
    "Extension",
    "Instant",
    "Location",
    "PersistentDisposition",
    "Place",
    "Problem",
    "Quantity",
    "Query",
    "QueryError",
    "QueryTooLargeError",
    "Reading",
    "SensorElement",
    "SensorMetadata",
    "SensorReport",
    "Source",
    "Vocabulary",
    "VocabularyElement",
    "aggregation_event",
    "association_event",
    "canonical_identifier",
    "document_json",
    "dumps",
    "encoding_of",
    "epc_urn",
    "event_bytes",
    "event_hash",
    "event_hashes",
    "event_json",
    "in_format",
    "is_xml",
    "load_event",
    "loads",
    "locate",
    "locate_all",
    "matches",
    "object_event",
    "prefixes_in",
    "query_from_body",
    "query_from_url",
    "read_envelope",
    "read_events",
    "select",
    "transaction_event",
    "transformation_event",
    "write_events",
]
