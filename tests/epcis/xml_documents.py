"""XML documents to build tests from, one event each."""

from tests.epcis.documents import UNIT

from seriatim import epcis

EPCIS2 = "urn:epcglobal:epcis:xsd:2"
EPCIS1 = "urn:epcglobal:epcis:xsd:1"
TIMES = "<eventTime>2026-03-01T09:00:00+01:00</eventTime><eventTimeZoneOffset>+01:00</eventTimeZoneOffset>"
OBJECT = f"<ObjectEvent>{TIMES}<epcList><epc>{UNIT}</epc></epcList><action>OBSERVE</action>%s</ObjectEvent>"


def document(
    events: str, *, namespace: str = EPCIS2, prolog: str = "", header: str = "", more: str = ""
) -> bytes:
    version = "2.0" if namespace == EPCIS2 else "1.2"
    return (
        f'{prolog}<e:EPCISDocument xmlns:e="{namespace}" xmlns:ex="https://ns.example.com/epcis/" '
        f'xmlns:cbvmda="urn:epcglobal:cbv:mda" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        f'xmlns:xsd="http://www.w3.org/2001/XMLSchema" schemaVersion="{version}" '
        f'creationDate="2026-03-01T10:00:00Z" {more}>{header}\n'
        f"<EPCISBody><EventList>\n{events}\n</EventList></EPCISBody></e:EPCISDocument>"
    ).encode()


def read(events: str, **options: str) -> epcis.Event:
    """The first event."""
    return epcis.loads(document(events, **options)).events[0]
