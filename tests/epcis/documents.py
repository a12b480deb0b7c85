"""Documents to build tests from: the smallest valid ones, and ways to change one thing in them."""

import json
from pathlib import Path
from typing import Any

import pytest

from seriatim import epcis

CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
EX = "https://ns.example.com/epcis/"
VECTORS = Path(__file__).parents[3] / "shared" / "vectors" / "epcis"

UNIT = "https://id.gs1.org/01/09506000134352/21/A1"
UNIT_URN = "urn:epc:id:sgtin:9506000.013435.A1"
OTHER_UNIT = "https://id.gs1.org/01/09506000134352/21/A2"
CASE = "https://id.gs1.org/00/095060001343520017"
PLACE = "https://id.gs1.org/414/9506000134352"

_BASE = {"eventTime": "2026-03-01T09:00:00+01:00", "eventTimeZoneOffset": "+01:00"}
_LEAST: dict[str, dict[str, Any]] = {
    "ObjectEvent": {"action": "OBSERVE", "epcList": [UNIT]},
    "AggregationEvent": {"action": "ADD", "parentID": CASE, "childEPCs": [UNIT]},
    "AssociationEvent": {"action": "ADD", "parentID": PLACE, "childEPCs": [UNIT]},
    "TransactionEvent": {
        "action": "ADD",
        "epcList": [UNIT],
        "bizTransactionList": [{"type": "po", "bizTransaction": "urn:example:po:1"}],
    },
    "TransformationEvent": {"inputEPCList": [UNIT], "outputEPCList": [OTHER_UNIT]},
}
LEAVE_OUT = object()


def event(kind: str = "ObjectEvent", **changes: Any) -> dict[str, Any]:
    """The least valid event of a kind, with fields changed, added, or left out by LEAVE_OUT."""
    fields = {"type": kind, **_BASE, **_LEAST.get(kind, {}), **changes}
    return {name: value for name, value in fields.items() if value is not LEAVE_OUT}


def document(*events: Any, context: Any = CONTEXT, **changes: Any) -> bytes:
    fields = {
        "@context": context,
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-03-01T10:00:00Z",
        "epcisBody": {"eventList": list(events)},
        **changes,
    }
    return json.dumps({name: value for name, value in fields.items() if value is not LEAVE_OUT}).encode()


def read(*events: Any, context: Any = CONTEXT) -> epcis.Event:
    """The first event of a document of these."""
    return epcis.loads(document(*events, context=context)).events[0]


def faults(data: bytes, **options: Any) -> list[tuple[str, str]]:
    """(path, code) of every fault; each message must say what to do."""
    with pytest.raises(epcis.EPCISError) as caught:
        epcis.loads(data, **options)
    return [(problem.path, problem.code) for problem in caught.value.problems]


def event_faults(*events: Any, context: Any = CONTEXT, **options: Any) -> list[tuple[str, str]]:
    """As `faults`, paths from the first event on."""
    found = faults(document(*events, context=context), **options)
    return [(path.removeprefix("/epcisBody/eventList/0"), code) for path, code in found]


def warnings(data: bytes) -> list[tuple[str, str]]:
    return [(warning.path, warning.code) for warning in epcis.loads(data).warnings]
