"""Makes events of our own: what a line, a warehouse or a till has to say.

>>> from datetime import UTC, date, datetime
>>> born = object_event(
...     event_time=datetime(2026, 3, 1, 8, 30, tzinfo=UTC),
...     action="ADD",
...     epc_list=["https://id.gs1.org/01/09506000134352/21/A1"],
...     biz_step="commissioning",
...     disposition="active",
...     read_point="https://id.gs1.org/414/9506000134352",
...     biz_transactions=[("prodorder", "urn:example:order:4711")],
...     lot="L26",
...     expiry=date(2028, 2, 29),
... )
>>> [(field.name, field.value) for field in born.ilmd]
[('lotNumber', 'L26'), ('itemExpirationDate', '2028-02-29')]

What leaves here has passed the same checks, profile `strict`, as a document from outside.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any, TypedDict, Unpack

from seriatim.epcis import vocabulary
from seriatim.epcis.contexts import CBV_MASTER_DATA
from seriatim.epcis.errors import Findings
from seriatim.epcis.jsonld import read_event
from seriatim.epcis.model import (
    BizTransaction,
    Destination,
    ErrorDeclaration,
    Event,
    Extension,
    Location,
    PersistentDisposition,
    Quantity,
    SensorElement,
    Source,
)
from seriatim.epcis.write import event_json


class Circumstances(TypedDict, total=False):
    """What an event of any type may say beside its objects; every member may be left out."""

    event_id: str
    event_time_zone_offset: str
    """`+02:00`; without it the offset of `event_time`."""
    biz_step: str | None
    """Bare word of the CBV, one of its URIs, or a URI of your own; so are the other words."""
    disposition: str | None
    read_point: str | Location | None
    biz_location: str | Location | None
    biz_transactions: Iterable[tuple[str | None, str]]
    """(type, identifier): `("po", "urn:...")`."""
    sources: Iterable[tuple[str, str]]
    """(type, identifier): `("owning_party", "https://id.gs1.org/417/...")`."""
    destinations: Iterable[tuple[str, str]]
    sensor_elements: Iterable[SensorElement]
    error_declaration: ErrorDeclaration | None
    certification_info: Iterable[str]
    extensions: Iterable[Extension]


def object_event(
    *,
    event_time: datetime,
    action: str,
    epc_list: Iterable[str] = (),
    quantity_list: Iterable[Quantity] = (),
    lot: str | None = None,
    expiry: date | None = None,
    ilmd: Iterable[Extension] = (),
    persistent_disposition: PersistentDisposition | None = None,
    **more: Unpack[Circumstances],
) -> Event:
    """Something happened to objects: commissioning, shipping, receiving, inspecting ...

    `event_time` carries its zone. `lot` and `expiry` go into the data given at birth (action ADD).
    Raises EPCISError when the event would not be valid, ValueError when the time has no zone.
    """
    return _event(
        "ObjectEvent",
        event_time,
        more,
        action=action,
        epc_list=tuple(epc_list),
        quantity_list=tuple(quantity_list),
        ilmd=_birth(lot, expiry, ilmd),
        persistent_disposition=persistent_disposition,
    )


def aggregation_event(
    *,
    event_time: datetime,
    action: str,
    parent_id: str | None = None,
    child_epcs: Iterable[str] = (),
    child_quantity_list: Iterable[Quantity] = (),
    **more: Unpack[Circumstances],
) -> Event:
    """Children go into (`ADD`), are seen in (`OBSERVE`) or come out of (`DELETE`) a parent. Raises as `object_event`."""
    return _event(
        "AggregationEvent",
        event_time,
        more,
        action=action,
        parent_id=parent_id,
        child_epcs=tuple(child_epcs),
        child_quantity_list=tuple(child_quantity_list),
    )


def association_event(
    *,
    event_time: datetime,
    action: str,
    parent_id: str,
    child_epcs: Iterable[str] = (),
    child_quantity_list: Iterable[Quantity] = (),
    **more: Unpack[Circumstances],
) -> Event:
    """Things are attached to an asset or a place. Raises as `object_event`."""
    return _event(
        "AssociationEvent",
        event_time,
        more,
        action=action,
        parent_id=parent_id,
        child_epcs=tuple(child_epcs),
        child_quantity_list=tuple(child_quantity_list),
    )


def transaction_event(
    *,
    event_time: datetime,
    action: str,
    epc_list: Iterable[str] = (),
    quantity_list: Iterable[Quantity] = (),
    parent_id: str | None = None,
    **more: Unpack[Circumstances],
) -> Event:
    """Objects are tied to business documents, `biz_transactions`. Raises as `object_event`."""
    return _event(
        "TransactionEvent",
        event_time,
        more,
        action=action,
        parent_id=parent_id,
        epc_list=tuple(epc_list),
        quantity_list=tuple(quantity_list),
    )


def transformation_event(
    *,
    event_time: datetime,
    input_epc_list: Iterable[str] = (),
    input_quantity_list: Iterable[Quantity] = (),
    output_epc_list: Iterable[str] = (),
    output_quantity_list: Iterable[Quantity] = (),
    transformation_id: str | None = None,
    lot: str | None = None,
    expiry: date | None = None,
    ilmd: Iterable[Extension] = (),
    persistent_disposition: PersistentDisposition | None = None,
    **more: Unpack[Circumstances],
) -> Event:
    """Inputs are used up, outputs come into being. Raises as `object_event`."""
    return _event(
        "TransformationEvent",
        event_time,
        more,
        input_epc_list=tuple(input_epc_list),
        input_quantity_list=tuple(input_quantity_list),
        output_epc_list=tuple(output_epc_list),
        output_quantity_list=tuple(output_quantity_list),
        transformation_id=transformation_id,
        ilmd=_birth(lot, expiry, ilmd),
        persistent_disposition=persistent_disposition,
    )


def _event(kind: str, at: datetime, more: Circumstances, **objects: Any) -> Event:
    draft = Event(
        type=kind,
        event_time=at,
        event_time_text=_time_text(at),
        event_time_zone_offset=more.get("event_time_zone_offset") or _offset(at),
        event_id=more.get("event_id"),
        biz_step=_word(more.get("biz_step"), vocabulary.BIZ_STEP),
        disposition=_word(more.get("disposition"), vocabulary.DISPOSITION),
        read_point=_place(more.get("read_point")),
        biz_location=_place(more.get("biz_location")),
        biz_transaction_list=tuple(
            BizTransaction(type=_word(type_, vocabulary.BIZ_TRANSACTION_TYPE), id=id_)
            for type_, id_ in more.get("biz_transactions", ())
        ),
        source_list=tuple(Source(type=_party(type_), id=id_) for type_, id_ in more.get("sources", ())),
        destination_list=tuple(
            Destination(type=_party(type_), id=id_) for type_, id_ in more.get("destinations", ())
        ),
        sensor_element_list=tuple(more.get("sensor_elements", ())),
        error_declaration=more.get("error_declaration"),
        certification_info=tuple(more.get("certification_info", ())),
        extensions=tuple(more.get("extensions", ())),
        **objects,
    )
    found = Findings(strict=True)
    event = read_event(event_json(draft), found)
    found.raise_if_any()
    assert event is not None, "an event without faults was read"
    return event


def _time_text(at: datetime) -> str:
    if at.utcoffset() is None:
        raise ValueError("the time of an event needs a zone: use datetime(..., tzinfo=...)")
    precision = "microseconds" if at.microsecond % 1000 else "milliseconds"
    text = at.isoformat(timespec=precision)
    return text.removesuffix("+00:00") + "Z" if at.tzinfo is UTC else text


def _offset(at: datetime) -> str:
    text = at.strftime("%z")
    return f"{text[:3]}:{text[3:5]}"


def _word(value: str | None, words: vocabulary.WordList) -> str | None:
    return None if value is None else words.find(value) or value


def _party(value: str) -> str:
    return vocabulary.SOURCE_DEST_TYPE.find(value) or value


def _place(value: str | Location | None) -> Location | None:
    return Location(value) if isinstance(value, str) else value


def _birth(lot: str | None, expiry: date | None, ilmd: Iterable[Extension]) -> tuple[Extension, ...]:
    fields = list(ilmd)
    if lot is not None:
        fields.append(Extension(CBV_MASTER_DATA, "lotNumber", lot))
    if expiry is not None:
        fields.append(Extension(CBV_MASTER_DATA, "itemExpirationDate", expiry.isoformat()))
    return tuple(fields)
