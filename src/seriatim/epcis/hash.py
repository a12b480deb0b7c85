"""The fingerprint of an event: the same for every way of writing it down, another one for anything else.

Strict mode, which stands here: from the event as we understand it, in the order that CBV 2.0, section 8.9, prints. Left out are the
event id, the record time, the error declaration and comments. The spelling of identifiers, words, times, numbers
and prefixes makes no difference, nor does the order of members in a list; a duplicate does. The other mode is
`reference_hash`.
"""

import hashlib
from collections.abc import Iterable
from decimal import Decimal
from typing import Literal

from seriatim.epcis import vocabulary
from seriatim.epcis.canon import identifier, identifiers, number_text, time_text
from seriatim.epcis.contexts import RDFS
from seriatim.epcis.errors import Problem
from seriatim.epcis.load import loads
from seriatim.epcis.model import (
    Event,
    Extension,
    Extensions,
    Instant,
    Location,
    PersistentDisposition,
    Quantity,
    SensorElement,
    SensorMetadata,
    SensorReport,
)
from seriatim.epcis.reference_hash import reference_text, reference_texts
from seriatim.epcis.vocabulary import WordList
from seriatim.epcis.write import event_json

Mode = Literal["strict", "reference"]
Algorithm = Literal["sha-256", "sha-384", "sha-512", "sha3-256"]

_ALGORITHMS = {
    "sha-256": hashlib.sha256,
    "sha-384": hashlib.sha384,
    "sha-512": hashlib.sha512,
    "sha3-256": hashlib.sha3_256,
}


def event_hash(event: Event, mode: Mode = "strict", algorithm: Algorithm = "sha-256") -> str:
    """`ni:///sha-256;<hex>?ver=CBV2.0`.

    `strict` tells one event from another. `reference` is the hash that GS1's reference generator gives for this event
    as `event_json` writes it; that generator hashes spellings, so for a document that came from outside use
    `event_hashes` on its text. Raises ValueError for a mode or algorithm that is not offered, EPCISError
    (`not_hashable`) for an event that the reference generator drops.
    """
    _check(mode, algorithm)
    return _named(strict_text(event) if mode == "strict" else reference_text(event_json(event)), algorithm)


def event_hashes(
    data: bytes, mode: Mode = "reference", algorithm: Algorithm = "sha-256"
) -> tuple[str | Problem, ...]:
    """One hash for each event of a document, JSON-LD or XML, in its order; a Problem where an event has none.

    `reference` works on the text as it is written and checks nothing else. Raises EPCISError for a document that
    cannot be read, ValueError as `event_hash`.
    """
    _check(mode, algorithm)
    if mode == "strict":
        return tuple(event_hash(event, mode, algorithm) for event in loads(data).events)
    return tuple(
        text if isinstance(text, Problem) else _named(text, algorithm) for text in reference_texts(data)
    )


def _check(mode: str, algorithm: str) -> None:
    if mode not in {"strict", "reference"}:
        raise ValueError(f'the mode is "strict" or "reference", not {mode!r}')
    if algorithm not in _ALGORITHMS:
        raise ValueError(f"the algorithm is one of {', '.join(_ALGORITHMS)}, not {algorithm!r}")


def _named(text: str, algorithm: Algorithm) -> str:
    digest = _ALGORITHMS[algorithm](text.encode()).hexdigest()
    return f"ni:///{algorithm};{digest}?ver=CBV2.0"


def strict_text(event: Event) -> str:
    """The text that is hashed in strict mode."""
    parts = [
        f"eventType={event.type}",
        f"eventTime={time_text(event.event_time)}",
        f"eventTimeZoneOffset={event.event_time_zone_offset}",
        *sorted(f"certificationInfo={identifier(one)}" for one in event.certification_info),
        _list("epcList", "epc", event.epc_list),
        _id("parentID", event.parent_id),
        _list("inputEPCList", "epc", event.input_epc_list),
        _list("childEPCs", "epc", event.child_epcs),
        _quantities("quantityList", event.quantity_list),
        _quantities("childQuantityList", event.child_quantity_list),
        _quantities("inputQuantityList", event.input_quantity_list),
        _list("outputEPCList", "epc", event.output_epc_list),
        _quantities("outputQuantityList", event.output_quantity_list),
        _plain("action", event.action),
        _id("transformationID", event.transformation_id),
        _word("bizStep", event.biz_step, vocabulary.BIZ_STEP),
        _word("disposition", event.disposition, vocabulary.DISPOSITION),
        _persistent_disposition(event.persistent_disposition),
        _location("readPoint", event.read_point),
        _location("bizLocation", event.biz_location),
        _business(event),
        _members("sensorElementList", map(_sensor_element, event.sensor_element_list)),
        _members("ilmd", _fields(event.ilmd)),
        *sorted(_fields(event.extensions)),
    ]
    return "".join(parts)


def _business(event: Event) -> str:
    btt, sdt = vocabulary.BIZ_TRANSACTION_TYPE, vocabulary.SOURCE_DEST_TYPE
    transactions = (
        _word("type", one.type, btt) + _id("bizTransaction", one.id) for one in event.biz_transaction_list
    )
    sources = (_word("type", one.type, sdt) + _id("source", one.id) for one in event.source_list)
    destinations = (
        _word("type", one.type, sdt) + _id("destination", one.id) for one in event.destination_list
    )
    return (
        _members("bizTransactionList", transactions)
        + _members("sourceList", sources)
        + _members("destinationList", destinations)
    )


def _members(name: str, rendered: Iterable[str]) -> str:
    """The name once, then the members sorted by their text; nothing for an empty list."""
    members = sorted(rendered)
    return name + "".join(members) if members else ""


def _list(name: str, member: str, texts: tuple[str, ...]) -> str:
    """As `_members`; what all begin with does not change their order."""
    between = f"{member}="
    return name + between + between.join(sorted(identifiers(texts))) if texts else ""


def _id(name: str, value: str | None) -> str:
    return "" if value is None else f"{name}={identifier(value)}"


def _plain(name: str, value: str | None) -> str:
    return f"{name}={value.strip()}" if value and value.strip() else ""


def _word(name: str, value: str | None, words: WordList) -> str:
    return "" if value is None else f"{name}={words.web_uri(value)}"


def _number(name: str, value: Decimal | None) -> str:
    return "" if value is None else f"{name}={number_text(value)}"


def _time(name: str, value: Instant | None) -> str:
    return "" if value is None else f"{name}={time_text(value.at)}"


def _quantities(name: str, quantities: tuple[Quantity, ...]) -> str:
    return _members(name, map(_quantity, quantities)) if quantities else ""


def _quantity(one: Quantity) -> str:
    return (
        "quantityElement"
        + _id("epcClass", one.epc_class)
        + _number("quantity", one.quantity)
        + _plain("uom", one.uom)
    )


def _location(name: str, place: Location | None) -> str:
    return "" if place is None else name + _id("id", place.id) + "".join(sorted(_fields(place.extensions)))


def _persistent_disposition(one: PersistentDisposition | None) -> str:
    if one is None:
        return ""
    words = vocabulary.DISPOSITION
    return (
        "persistentDisposition"
        + "".join(sorted(_word("set", word, words) for word in one.set))
        + "".join(sorted(_word("unset", word, words) for word in one.unset))
    )


def _sensor_element(one: SensorElement) -> str:
    reports = sorted(_sensor_report(report) for report in one.reports)
    meta = "" if one.metadata is None else _sensor_metadata(one.metadata)
    return "sensorElement" + meta + "".join(reports) + "".join(sorted(_fields(one.extensions)))


def _sensor_metadata(meta: SensorMetadata) -> str:
    return (
        "sensorMetadata"
        + _time("time", meta.time)
        + _time("startTime", meta.start_time)
        + _time("endTime", meta.end_time)
        + _id("deviceID", meta.device_id)
        + _id("deviceMetadata", meta.device_metadata)
        + _id("rawData", meta.raw_data)
        + _id("dataProcessingMethod", meta.data_processing_method)
        + _id("bizRules", meta.biz_rules)
        + "".join(sorted(_fields(meta.extensions)))
    )


def _sensor_report(report: SensorReport) -> str:
    boolean = report.boolean_value
    return (
        "sensorReport"
        + _word("type", report.type, vocabulary.MEASUREMENT_TYPE)
        + _word("exception", report.exception, vocabulary.SENSOR_ALERT)
        + _id("deviceID", report.device_id)
        + _id("deviceMetadata", report.device_metadata)
        + _id("rawData", report.raw_data)
        + _id("dataProcessingMethod", report.data_processing_method)
        + _id("bizRules", report.biz_rules)
        + _time("time", report.time)
        + _id("microorganism", report.microorganism)
        + _id("chemicalSubstance", report.chemical_substance)
        + _number("value", report.value)
        + _word("component", report.component, vocabulary.COMPONENT)
        + _plain("stringValue", report.string_value)
        + ("" if boolean is None else f"booleanValue={_scalar(boolean)}")
        + _plain("hexBinaryValue", report.hex_binary_value)
        + _id("uriValue", report.uri_value)
        + _number("minValue", report.min_value)
        + _number("maxValue", report.max_value)
        + _number("meanValue", report.mean_value)
        + _number("sDev", report.s_dev)
        + _number("percRank", report.perc_rank)
        + _number("percValue", report.perc_value)
        + _plain("uom", report.uom)
        + _id("coordinateReferenceSystem", report.coordinate_reference_system)
        + "".join(sorted(_fields(report.extensions)))
    )


def _fields(extensions: Extensions) -> list[str]:
    return [_extension(one) for one in extensions if not _is_comment(one)] if extensions else []


def _extension(one: Extension) -> str:
    name = f"{{{one.namespace}}}{one.name}"
    if isinstance(one.value, tuple):
        return name + "".join(sorted(_fields(one.value)))
    text = _scalar(one.value)
    return f"{name}={text}" if text else name


def _scalar(value: str | bool | int | Decimal) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.strip() if isinstance(value, str) else number_text(value)


def _is_comment(one: Extension) -> bool:
    return one.name == "comment" and one.namespace in {RDFS, ""}
