"""Rewrites the identifiers of an event: as GS1 Digital Links, as EPC URNs, or not at all.

A URN needs the length of the company prefix. Where it is unknown the Digital Link stays: it is never guessed.
Source: EPCIS 2.0, section 12.4 (header GS1-EPC-Format).
"""

from collections.abc import Callable
from functools import partial
from typing import Any, Literal

import msgspec

from seriatim import gs1
from seriatim.epcis.canon import fault_of_identifier, identifier
from seriatim.epcis.model import Event
from seriatim.gs1 import epc
from seriatim.gs1.epc.urn import GcpLength

EPCFormat = Literal["Always_GS1_Digital_Link", "Always_EPC_URN", "No_Preference", "Never_Translates"]

_LISTS = ("epc_list", "child_epcs", "input_epc_list", "output_epc_list")
_QUANTITIES = ("quantity_list", "child_quantity_list", "input_quantity_list", "output_quantity_list")
_PARTNERS = ("biz_transaction_list", "source_list", "destination_list")
_SENSED = ("device_id", "device_metadata", "raw_data", "data_processing_method", "biz_rules")


def in_format(event: Event, epc_format: EPCFormat, gcp_length: GcpLength = None) -> Event:
    """The event with its identifiers in one form; `gcp_length` is the length of company prefixes or a source of it.

    URIs that hold no GS1 key stay as they are, and so does the event id. `No_Preference` and `Never_Translates` leave
    every identifier as it was captured. Raises ValueError for another format.
    """
    if epc_format == "Always_GS1_Digital_Link":
        return with_identifiers(event, digital_link)
    if epc_format == "Always_EPC_URN":
        return with_identifiers(event, partial(urn, gcp_length=gcp_length))
    if epc_format not in {"No_Preference", "Never_Translates"}:
        raise ValueError(f"there is no EPC format {epc_format!r}")
    return event


def digital_link(text: str) -> str:
    """The Digital Link of an EPC URN; any other URI, a Digital Link among them, as it is."""
    return identifier(text) if text.startswith("urn:epc:") else text


def urn(text: str, gcp_length: GcpLength = None) -> str:
    """The EPC URN of a Digital Link where its company prefix is known; any other URI as it is."""
    if text.startswith("urn:"):
        return text
    try:
        return epc.key_to_urn(gs1.canonical_key(text), gcp_length)
    except gs1.GS1Error:
        return text


def prefixes_in(event: Event) -> frozenset[str]:
    """The company prefixes that stand in the EPC URNs of an event.

    >>> from datetime import UTC, datetime
    >>> from seriatim import epcis
    >>> sorted(prefixes_in(epcis.object_event(action="OBSERVE", event_time=datetime.now(UTC),
    ...                                       epc_list=["urn:epc:id:sgtin:9506000.013435.A1", "urn:example:1"])))
    ['9506000']
    """
    found: set[str] = set()

    def note(text: str) -> str:
        if text.startswith("urn:epc:") and fault_of_identifier(text) is None:
            prefix = text.split(":", 4)[-1].partition(".")[0]
            try:
                if (
                    epc.key_to_urn(gs1.canonical_key(text), len(prefix))
                    .split(":", 4)[-1]
                    .startswith(f"{prefix}.")
                ):
                    found.add(prefix)
            except gs1.GS1Error:
                pass  # a scheme without company prefixes
        return text

    with_identifiers(event, note)
    return frozenset(found)


def with_identifiers(event: Event, change: Callable[[str], str]) -> Event:
    """The event with every identifier of an object, kind, place, document, party or device changed."""
    changed: dict[str, Any] = {}
    for name in _LISTS:
        if getattr(event, name):
            changed[name] = tuple(map(change, getattr(event, name)))
    for name in ("parent_id", "transformation_id"):
        if getattr(event, name) is not None:
            changed[name] = change(getattr(event, name))
    for names, field in ((_QUANTITIES, "epc_class"), (_PARTNERS, "id")):
        for name in names:
            if getattr(event, name):
                changed[name] = tuple(_replaced(one, (field,), change) for one in getattr(event, name))
    for name in ("read_point", "biz_location"):
        if getattr(event, name) is not None:
            changed[name] = _replaced(getattr(event, name), ("id",), change)
    if event.sensor_element_list:
        changed["sensor_element_list"] = tuple(
            msgspec.structs.replace(
                element,
                metadata=None if element.metadata is None else _replaced(element.metadata, _SENSED, change),
                reports=tuple(_replaced(report, _SENSED, change) for report in element.reports),
            )
            for element in event.sensor_element_list
        )
    return msgspec.structs.replace(event, **changed)


def _replaced(part: Any, names: tuple[str, ...], change: Callable[[str], str]) -> Any:
    given = {name: getattr(part, name) for name in names}
    return msgspec.structs.replace(
        part, **{name: change(value) for name, value in given.items() if value is not None}
    )
