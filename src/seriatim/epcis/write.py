"""Writes events and documents as JSON-LD, always in the same order, so that equal events give equal bytes.

Identifiers keep their spelling, words are bare, numbers keep their digits. What comes out is read again by
`loads` to equal events.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

import msgspec

from seriatim.epcis.contexts import EPCIS_CONTEXT, PREDEFINED, SCHEMES, canonical_namespace, is_uri
from seriatim.epcis.model import (
    Document,
    ErrorDeclaration,
    Event,
    Extension,
    Extensions,
    Instant,
    Location,
    Quantity,
    SensorElement,
    Vocabulary,
    VocabularyElement,
)

_encode = msgspec.json.Encoder(decimal_format="number").encode

SENSOR_METADATA = (
    ("time", "time"),
    ("startTime", "start_time"),
    ("endTime", "end_time"),
    ("deviceID", "device_id"),
    ("deviceMetadata", "device_metadata"),
    ("rawData", "raw_data"),
    ("dataProcessingMethod", "data_processing_method"),
    ("bizRules", "biz_rules"),
)
SENSOR_REPORT = (
    ("type", "type"),
    ("exception", "exception"),
    ("deviceID", "device_id"),
    ("deviceMetadata", "device_metadata"),
    ("rawData", "raw_data"),
    ("dataProcessingMethod", "data_processing_method"),
    ("bizRules", "biz_rules"),
    ("time", "time"),
    ("microorganism", "microorganism"),
    ("chemicalSubstance", "chemical_substance"),
    ("coordinateReferenceSystem", "coordinate_reference_system"),
    ("value", "value"),
    ("component", "component"),
    ("stringValue", "string_value"),
    ("booleanValue", "boolean_value"),
    ("hexBinaryValue", "hex_binary_value"),
    ("uriValue", "uri_value"),
    ("minValue", "min_value"),
    ("maxValue", "max_value"),
    ("meanValue", "mean_value"),
    ("sDev", "s_dev"),
    ("percRank", "perc_rank"),
    ("percValue", "perc_value"),
    ("uom", "uom"),
)


def document_bytes(document: Document) -> bytes:
    """The document as JSON-LD text in UTF-8."""
    return _encode(document_json(document))


def document_json(document: Document) -> dict[str, Any]:
    """The document as plain values, ready for an encoder that writes decimals as numbers."""
    names = _Names(document.prefixes)
    body: dict[str, Any] = {"eventList": [_event(event, names) for event in document.events]}
    head = {
        "id": document.id,
        "type": _json_type(document),
        "schemaVersion": document.schema_version,
        "creationDate": None if _is_dateless(document) else creation_date(document),
        "instanceIdentifier": document.instance_identifier,
        "sender": document.sender,
        "receiver": document.receiver,
    }
    rest = dict(_extensions(document.extensions, names))
    vocabularies = [_vocabulary(one, names) for one in document.master_data]
    if document.type == "EPCISQueryDocument":
        if vocabularies:
            body["vocabularyList"] = vocabularies
        results = {"subscriptionID": document.subscription_id, "queryName": document.query_name or ""}
        rest["epcisBody"] = {"queryResults": _present(results) | {"resultsBody": body}}
    else:
        if vocabularies:
            rest["epcisHeader"] = {"epcisMasterData": {"vocabularyList": vocabularies}}
        rest["epcisBody"] = body
    return {"@context": names.context()} | _present(head) | rest


def event_json(event: Event) -> dict[str, Any]:
    """One event as plain values with its own `@context`: a valid body of `POST /events`, read by `load_event`.

    Numbers with a fraction are `decimal.Decimal`; `event_bytes` writes them as JSON numbers.
    """
    names = _Names(())
    fields = _event(event, names)
    return {"@context": names.context()} | fields


def event_bytes(event: Event) -> bytes:
    """One event with its own `@context` as JSON-LD text in UTF-8; equal events give equal bytes."""
    return _encode(event_json(event))


class _Names:
    """Chooses a prefix for each namespace, and remembers which ones were used."""

    def __init__(self, prefixes: Iterable[tuple[str, str]]) -> None:
        self._preferred: dict[str, str] = {}
        for prefix, uri in prefixes:
            if prefix not in PREDEFINED and prefix not in SCHEMES:
                self._preferred.setdefault(canonical_namespace(uri), prefix)
        self._taken = {prefix for prefix, _ in prefixes} | PREDEFINED.keys()
        self._built_in = {canonical_namespace(uri): prefix for prefix, uri in PREDEFINED.items()}
        self._used: dict[str, str] = {}

    def of(self, namespace: str, name: str) -> str:
        if not is_uri(namespace):  # a plain name, or a prefix that nobody declared: as it came
            return namespace + name
        prefix = self._built_in.get(namespace) or self._used.get(namespace)
        if prefix is None:
            prefix = self._used[namespace] = self._preferred.get(namespace) or self._new()
        return f"{prefix}:{name}"

    def _new(self) -> str:
        number = 1
        while f"extns{number}" in self._taken:  # a name that no identifier begins with
            number += 1
        self._taken.add(f"extns{number}")
        return f"extns{number}"

    def context(self) -> list[Any]:
        if not self._used:
            return [EPCIS_CONTEXT]
        return [EPCIS_CONTEXT, {prefix: namespace for namespace, prefix in self._used.items()}]


def _present(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None and value != []}


def _is_dateless(document: Document) -> bool:
    return document.type == "EPCISQueryDocument" and document.creation_date is None


def _json_type(document: Document) -> str:
    """JSON knows no document of master data alone: it is one without events."""
    return "EPCISQueryDocument" if document.type == "EPCISQueryDocument" else "EPCISDocument"


def creation_date(document: Document) -> str:
    """As it was given, else the latest event time: a writer has no clock."""
    if document.creation_date is not None:
        return document.creation_date.text
    latest = max(document.events, key=lambda event: event.event_time, default=None)
    return "1970-01-01T00:00:00Z" if latest is None else latest.event_time_text


def _event(event: Event, names: _Names) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "type": event.type,
        "eventID": event.event_id,
        "eventTime": event.event_time_text,
        "eventTimeZoneOffset": event.event_time_zone_offset,
        "recordTime": _text(event.record_time),
        "errorDeclaration": _error_declaration(event.error_declaration, names),
        "certificationInfo": list(event.certification_info),
        "action": event.action,
        "parentID": event.parent_id,
        "epcList": list(event.epc_list),
        "childEPCs": list(event.child_epcs),
        "inputEPCList": list(event.input_epc_list),
        "outputEPCList": list(event.output_epc_list),
        "quantityList": [_quantity(one) for one in event.quantity_list],
        "childQuantityList": [_quantity(one) for one in event.child_quantity_list],
        "inputQuantityList": [_quantity(one) for one in event.input_quantity_list],
        "outputQuantityList": [_quantity(one) for one in event.output_quantity_list],
        "transformationID": event.transformation_id,
        "bizStep": event.biz_step,
        "disposition": event.disposition,
        "persistentDisposition": _persistent_disposition(event),
        "readPoint": _location(event.read_point, names),
        "bizLocation": _location(event.biz_location, names),
        "bizTransactionList": [
            _present({"type": one.type, "bizTransaction": one.id}) for one in event.biz_transaction_list
        ],
        "sourceList": [{"type": one.type, "source": one.id} for one in event.source_list],
        "destinationList": [{"type": one.type, "destination": one.id} for one in event.destination_list],
        "sensorElementList": [_sensor_element(one, names) for one in event.sensor_element_list],
        "ilmd": dict(_extensions(event.ilmd, names)) or None,
    }
    written = _present(fields)
    if says_nothing(event):
        written["epcList"] = []
    written.update(_extensions(event.extensions, names))
    return written


def says_nothing(event: Event) -> bool:
    """True for an event that is valid only because its epcList is there, though empty."""
    if event.epc_list or event.quantity_list:
        return False
    if event.type == "ObjectEvent":
        return not (event.sensor_element_list and event.read_point)
    return event.type == "TransactionEvent" and event.action != "DELETE"


def _text(at: Instant | None) -> str | None:
    return None if at is None else at.text


def _quantity(one: Quantity) -> dict[str, Any]:
    return _present({"epcClass": one.epc_class, "quantity": one.quantity, "uom": one.uom})


def _location(one: Location | None, names: _Names) -> dict[str, Any] | None:
    return None if one is None else {"id": one.id, **dict(_extensions(one.extensions, names))}


def _persistent_disposition(event: Event) -> dict[str, Any] | None:
    one = event.persistent_disposition
    return None if one is None else _present({"set": list(one.set), "unset": list(one.unset)})


def _error_declaration(one: ErrorDeclaration | None, names: _Names) -> dict[str, Any] | None:
    if one is None:
        return None
    fields = {
        "declarationTime": one.declaration_time.text,
        "reason": one.reason,
        "correctiveEventIDs": list(one.corrective_event_ids),
    }
    return _present(fields) | dict(_extensions(one.extensions, names))


def _sensor_element(one: SensorElement, names: _Names) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    if one.metadata is not None:
        fields["sensorMetadata"] = _sensor_part(one.metadata, SENSOR_METADATA, names)
    fields["sensorReport"] = [_sensor_part(report, SENSOR_REPORT, names) for report in one.reports]
    return fields | dict(_extensions(one.extensions, names))


def _sensor_part(part: Any, fields: tuple[tuple[str, str], ...], names: _Names) -> dict[str, Any]:
    written: dict[str, Any] = {}
    for name, attribute in fields:
        value = getattr(part, attribute)
        if value is not None:
            written[name] = value.text if isinstance(value, Instant) else value
    written.update(_extensions(part.extensions, names))
    return written


def _extensions(extensions: Extensions, names: _Names) -> Iterator[tuple[str, Any]]:
    """Fields with their values; several of one name become one array."""
    if not extensions:
        return
    grouped: dict[tuple[str, str], list[Extension]] = {}
    for one in extensions:
        grouped.setdefault((one.namespace, one.name), []).append(one)
    for (namespace, name), members in grouped.items():
        values = [_value(one, names) for one in members]
        yield names.of(namespace, name), values if len(values) > 1 else values[0]


def _value(one: Extension, names: _Names) -> str | bool | int | Decimal | dict[str, Any]:
    return dict(_extensions(one.value, names)) if isinstance(one.value, tuple) else one.value


def _vocabulary(one: Vocabulary, names: _Names) -> dict[str, Any]:
    return {"type": one.type, "vocabularyElementList": [_element(element, names) for element in one.elements]}


def _element(one: VocabularyElement, names: _Names) -> dict[str, Any]:
    attributes = [
        _present(
            {
                "id": attribute.id,
                "attribute": dict(_extensions(attribute.value, names))
                if isinstance(attribute.value, tuple)
                else attribute.value,
            }
        )
        for attribute in one.attributes
    ]
    return _present({"id": one.id, "attributes": attributes, "children": list(one.children)})
