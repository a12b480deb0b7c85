"""Targets of `seriatim.epcis`: a document that was accepted says the same in the other syntax; queries are read or refused."""

import contextlib
import io
from typing import Final
from urllib.parse import parse_qsl

from fuzz.target import Target
from seriatim import epcis

TIMES: Final = "<eventTime>2026-03-01T09:00:00Z</eventTime><eventTimeZoneOffset>+00:00</eventTimeZoneOffset>"
JSON: Final = (
    """{"@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", {"ex": "https://ex.example/"}],
"type": "EPCISDocument", "schemaVersion": "2.0", "creationDate": "2026-03-01T08:00:00Z", "epcisBody": {"eventList": [
{"type": "ObjectEvent", "action": "ADD", "bizStep": "shipping", "eventTime": "2026-03-01T09:00:00.5+01:00",
"eventTimeZoneOffset": "+01:00", "epcList": ["https://id.gs1.org/01/09506000134352/21/A1"], "ex:a": {"ex:b": [1, true, "x"]},
"quantityList": [{"epcClass": "urn:epc:class:lgtin:9506000.013435.L1", "quantity": 2.5, "uom": "KGM"}],
"ilmd": {"cbvmda:lotNumber": "0012"}, "readPoint": {"id": "urn:epc:id:sgln:9506000.13435.0"}}]}}""",
    """{"@context": "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", "type": "EPCISQueryDocument",
"epcisBody": {"queryResults": {"queryName": "q", "resultsBody": {"eventList": []}}}}""",
)
XML: Final = (
    f"""<e:EPCISDocument xmlns:e="urn:epcglobal:epcis:xsd:2" xmlns:ex="https://ex.example/" schemaVersion="2.0"
creationDate="2026-03-01T08:00:00Z"><EPCISBody><EventList><ObjectEvent>{TIMES}<epcList>
<epc>urn:epc:id:sgtin:9506000.013435.A1</epc></epcList><action>OBSERVE</action><sensorElementList><sensorElement>
<sensorReport type="gs1:Temperature" value="26.0" uom="CEL"/></sensorElement></sensorElementList><ex:a><ex:b>1</ex:b></ex:a>
</ObjectEvent></EventList></EPCISBody></e:EPCISDocument>""",
    f"""<!DOCTYPE project><e:EPCISDocument xmlns:e="urn:epcglobal:epcis:xsd:1" schemaVersion="1.2"
creationDate="2026-03-01T08:00:00Z"><EPCISBody><EventList><QuantityEvent>{TIMES}<epcClass>urn:example:c</epcClass>
<quantity>5</quantity></QuantityEvent></EventList></EPCISBody></e:EPCISDocument>""",
)
QUERIES: Final = (
    "EQ_bizStep=shipping|receiving&GE_eventTime=2026-03-01T09:00:00+01:00&orderBy=eventTime&eventCountLimit=5",
    "MATCH_anyEPC=urn:epc:idpat:sgtin:9506000.013435.*&EQ_ILMD_cbvmda:lotNumber=0012&EXISTS_errorDeclaration=false",
    "GE_value_KEL=278&EQ_type=Temperature&WD_bizLocation=urn:example:site&EQ_ATTR_bizLocation_cbvmda:site=A",
)


def document_json(text: str) -> None:
    _document(text)


def document_xml(text: str) -> None:
    _document(text)


def _document(text: str) -> None:
    data = text.encode("utf-8", "surrogatepass")
    try:
        document = epcis.loads(data)
    except epcis.EPCISError as error:
        places = epcis.locate_all(data, error.problems)
        assert all(0 <= place.start <= place.end <= len(data) for place in places)
        raise
    hashes = [epcis.event_hash(event) for event in document.events]
    assert [one.event for one in epcis.read_events(io.BytesIO(data))] == list(document.events)
    epcis.event_hashes(data)
    with contextlib.suppress(epcis.EPCISError):  # XML cannot say everything, nor can JSON
        again = epcis.loads(epcis.dumps(document, "xml"))
        assert [epcis.event_hash(event) for event in again.events] == hashes


def query(text: str) -> None:
    asked = epcis.query_from_url(parse_qsl(text, keep_blank_values=True))
    epcis.select(asked, EVENTS)


EVENTS: Final = [event for data in (*JSON[:1], *XML[:1]) for event in epcis.loads(data.encode()).events]
TARGETS: Final = (
    Target("epcis_json", document_json, (epcis.EPCISError,), JSON),
    Target("epcis_xml", document_xml, (epcis.EPCISError,), XML),
    Target("epcis_query", query, (epcis.QueryError, epcis.QueryTooLargeError), QUERIES),
)
