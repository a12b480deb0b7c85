"""Reads one event from its fields, whichever syntax they were written in.

The fields come as plain values under the names of JSON; the XML reader brings them into this form first. So both
syntaxes pass the same readers and the same rules.
"""

from collections.abc import Iterable
from typing import Any

from seriatim.epcis import rules
from seriatim.epcis.contexts import Prefixes
from seriatim.epcis.errors import Findings, pointer
from seriatim.epcis.fields import FieldReader, grouped
from seriatim.epcis.model import Event, Extension
from seriatim.epcis.vocabulary import EVENT_TYPES

_R = FieldReader
# JSON name -> (attribute of Event, reader)
_EVENT_FIELDS = {
    "eventID": ("event_id", _R.uri),
    "recordTime": ("record_time", _R.instant),
    "action": ("action", _R.action),
    "epcList": ("epc_list", _R.uris),
    "quantityList": ("quantity_list", _R.quantities),
    "parentID": ("parent_id", _R.uri),
    "childEPCs": ("child_epcs", _R.uris),
    "childQuantityList": ("child_quantity_list", _R.quantities),
    "inputEPCList": ("input_epc_list", _R.uris),
    "inputQuantityList": ("input_quantity_list", _R.quantities),
    "outputEPCList": ("output_epc_list", _R.uris),
    "outputQuantityList": ("output_quantity_list", _R.quantities),
    "transformationID": ("transformation_id", _R.uri),
    "bizStep": ("biz_step", _R.biz_step),
    "disposition": ("disposition", _R.disposition),
    "persistentDisposition": ("persistent_disposition", _R.persistent_disposition),
    "readPoint": ("read_point", _R.location),
    "bizLocation": ("biz_location", _R.location),
    "bizTransactionList": ("biz_transaction_list", _R.biz_transactions),
    "sourceList": ("source_list", _R.sources),
    "destinationList": ("destination_list", _R.destinations),
    "sensorElementList": ("sensor_element_list", _R.sensor_elements),
    "ilmd": ("ilmd", _R.ilmd),
    "errorDeclaration": ("error_declaration", _R.error_declaration),
    "certificationInfo": ("certification_info", _R.certificates),
    "eventTimeZoneOffset": ("event_time_zone_offset", _R.offset),
}
_REQUIRED = ("type", "eventTime", "eventTimeZoneOffset")


class EventReader:
    """Reads events; `fields` holds the prefixes in force and may change from event to event."""

    def __init__(self, found: Findings, fields: FieldReader | None = None, *, xml: bool = False) -> None:
        self.found = found
        self.fields = FieldReader(found, Prefixes()) if fields is None else fields
        self.xml = xml

    def start_over(self) -> Findings:
        """Empty findings for the next event of a stream."""
        self.fields.forget()
        self.found.problems.clear()
        self.found.warnings.clear()
        self.found.count = 0
        return self.found

    def event(self, value: dict[str, Any], where: str) -> Event | None:
        fields = self.fields
        known: dict[str, Any] = {
            "type": "",
            "event_time": rules.UNKNOWN_TIME,
            "event_time_text": "",
            "event_time_zone_offset": "",
        }
        extensions: list[Extension] = []
        for name, one in value.items():
            field = _EVENT_FIELDS.get(name)
            if field is not None:
                attribute, read = field
                result = read(fields, where, name, one)
                if result is not None:
                    known[attribute] = result
            elif name == "eventTime":
                known["event_time"] = fields.moment(where, name, one) or rules.UNKNOWN_TIME
                known["event_time_text"] = one
            elif name == "type":
                known["type"] = self._event_type(where, one) or ""
            elif name != "@context":
                extensions += self._event_extension(where, name, one)
        for name in _REQUIRED:
            if name not in value:
                self._required_missing(where, name)
        event = Event(**known, extensions=grouped(extensions))
        rules.check(event, value, where, self.found, xml=self.xml)
        return event

    def _required_missing(self, where: str, name: str) -> None:
        hint = {
            "type": "say which of the five types of event it is",
            "eventTime": "say when it happened, with its zone",
            "eventTimeZoneOffset": "add the offset in force where it happened, such as +01:00",
        }[name]
        self.found.refuse(pointer(where, name), "field_missing", f"{name} is missing: {hint}")

    def _event_type(self, where: str, value: Any) -> str | None:
        if type(value) is str and value in EVENT_TYPES:
            return value
        if type(value) is str and ":" in value:
            return self.fields.uri(where, "type", value)
        near = self.fields.similar(value, frozenset(EVENT_TYPES)) if type(value) is str else ""
        message = f"this is no type of event: write one of {', '.join(EVENT_TYPES)}, or the URI of a type of your own{near}"
        self.fields.refuse(where, "type", "bad_event_type", message)
        return None

    def _event_extension(self, where: str, name: str, value: Any) -> Iterable[Extension]:
        if ":" in name:
            return self.fields.extension(where, name, value)
        self.fields.unknown_field(where, name, rules.STANDARD)
        return ()
