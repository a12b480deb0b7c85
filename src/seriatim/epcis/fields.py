"""Reads the parts of an event that are objects: quantities, documents, places, sensor data, extensions."""

from collections.abc import Callable, Iterator
from typing import Any

from seriatim.epcis import limits
from seriatim.epcis.contexts import Prefixes
from seriatim.epcis.errors import Findings, pointer
from seriatim.epcis.model import (
    BizTransaction,
    Destination,
    ErrorDeclaration,
    Extension,
    Extensions,
    Location,
    PersistentDisposition,
    Quantity,
    SensorElement,
    SensorMetadata,
    SensorReport,
    Source,
)
from seriatim.epcis.values import REMEMBERED_MAX, ValueReader, shown, too_long


class FieldReader(ValueReader):
    """Reads fields at one place of a document, where certain prefixes hold."""

    def __init__(self, found: Findings, prefixes: Prefixes) -> None:
        super().__init__(found, prefixes)
        self._locations: dict[str, Location] = {}

    def forget(self) -> None:
        super().forget()
        if len(self._locations) > REMEMBERED_MAX:
            self._locations.clear()

    def quantities(self, where: str, name: str, value: Any) -> tuple[Quantity, ...]:
        return self.members(where, name, value, self._quantity)

    def biz_transactions(self, where: str, name: str, value: Any) -> tuple[BizTransaction, ...]:
        return self.members(where, name, value, self._biz_transaction)

    def sources(self, where: str, name: str, value: Any) -> tuple[Source, ...]:
        return self.members(where, name, value, self._source)

    def destinations(self, where: str, name: str, value: Any) -> tuple[Destination, ...]:
        return self.members(where, name, value, self._destination)

    def sensor_elements(self, where: str, name: str, value: Any) -> tuple[SensorElement, ...]:
        return self.members(where, name, value, self._sensor_element)

    # Objects ---------------------------------------------------------------------------------------------------

    def record(self, where: str, value: Any, shape: "Shape") -> Any:
        """One object of the standard: its known fields, and its extensions where it may have any."""
        if not isinstance(value, dict):
            parent, _, name = where.rpartition("/")
            self.wrong_type(parent, name.replace("~1", "/").replace("~0", "~"), value, "an object")
            return None
        fields: dict[str, Any] = {}
        extensions: list[Extension] = []
        for name, one in value.items():
            known = shape.fields.get(name)
            if known is not None:
                fields[known[0]] = known[1](self, where, name, one)
            elif shape.extensible:
                extensions += self.extension(where, name, one, plain=shape.plain)
            else:
                self.unknown_field(where, name, shape.names)
        for name in shape.required:
            if name not in value:
                self.refuse(where, name, "field_missing", f"{name} is missing: add it")
        for attribute in shape.needed:
            if fields.get(attribute) is None:
                return None
        if extensions:
            fields["extensions"] = grouped(extensions)
        return shape.make(**fields)

    def unknown_field(self, where: str, name: str, names: frozenset[str]) -> None:
        near = self.similar(name, names)
        message = f"{shown(name)} is not a field of EPCIS 2.0 here{near}: mend the name, or give it a prefix"
        self.refuse(where, name, "unknown_field", message + " declared in @context")

    def _quantity(self, where: str, index: int, value: Any) -> Quantity | None:
        result: Quantity | None = self.record(f"{where}/{index}", value, _QUANTITY)
        return result

    def _biz_transaction(self, where: str, index: int, value: Any) -> BizTransaction | None:
        result: BizTransaction | None = self.record(f"{where}/{index}", value, _BIZ_TRANSACTION)
        return result

    def _source(self, where: str, index: int, value: Any) -> Source | None:
        result: Source | None = self.record(f"{where}/{index}", value, _SOURCE)
        return result

    def _destination(self, where: str, index: int, value: Any) -> Destination | None:
        result: Destination | None = self.record(f"{where}/{index}", value, _DESTINATION)
        return result

    def _sensor_element(self, where: str, index: int, value: Any) -> SensorElement | None:
        result: SensorElement | None = self.record(f"{where}/{index}", value, _SENSOR_ELEMENT)
        return result

    def _sensor_report(self, where: str, index: int, value: Any) -> SensorReport | None:
        result: SensorReport | None = self.record(f"{where}/{index}", value, _SENSOR_REPORT)
        return result

    def sensor_metadata(self, where: str, name: str, value: Any) -> SensorMetadata | None:
        result: SensorMetadata | None = self.record(pointer(where, name), value, _SENSOR_METADATA)
        return result

    def sensor_reports(self, where: str, name: str, value: Any) -> tuple[SensorReport, ...]:
        if value == []:
            message = "sensorReport is empty: a sensor element needs one report or more"
            self.refuse(where, name, "sensor_report_missing", message)
        return self.members(where, name, value, self._sensor_report)

    def location(self, where: str, name: str, value: Any) -> Location | None:
        """Most places are an identifier and no more, the same in many events: such a one is made once."""
        only = value.get("id") if type(value) is dict and len(value) == 1 else None
        if type(only) is not str:
            result: Location | None = self.record(f"{where}/{name}", value, _LOCATION)
            return result
        known = self._locations.get(only)
        if known is None and (uri := self.uri(f"{where}/{name}", "id", only)) is not None:
            known = self._locations[only] = Location(uri)
        return known

    def error_declaration(self, where: str, name: str, value: Any) -> ErrorDeclaration | None:
        result: ErrorDeclaration | None = self.record(f"{where}/{name}", value, _ERROR_DECLARATION)
        return result

    def persistent_disposition(self, where: str, name: str, value: Any) -> PersistentDisposition | None:
        result: PersistentDisposition | None = self.record(f"{where}/{name}", value, _PERSISTENT)
        if result is not None and not value.get("set") and not value.get("unset"):
            message = "neither set nor unset names a disposition: name one or leave the field out"
            self.refuse(where, name, "persistent_disposition_empty", message)
        return result

    # Extensions ------------------------------------------------------------------------------------------------

    def ilmd(self, where: str, name: str, value: Any) -> Extensions:
        if not isinstance(value, dict):
            self.wrong_type(where, name, value, "an object")
            return ()
        path = pointer(where, name)
        return grouped([one for key, member in value.items() for one in self.extension(path, key, member)])

    def extension(self, where: str, name: str, value: Any, *, plain: bool = False) -> Iterator[Extension]:
        """A field outside the standard; an array gives one for each member. `plain` lets names without prefix pass."""
        split = self._extension_name(where, name, plain=plain)
        if split is not None:
            yield from self._values(pointer(where, name), *split, value)

    def _extension_name(self, where: str, name: str, *, plain: bool) -> tuple[str, str] | None:
        split = self.prefixes.field(name)
        if split is not None:
            if not self.prefixes.declares(name):
                message = f"nothing says what the prefix of {shown(name)} means: declare it in @context"
                self.found.warn(pointer(where, name), "unknown_prefix", message)
            return split
        if name == "@context":
            message = (
                "a context inside a field is not understood: declare its prefixes on the event or document"
            )
            self.refuse(where, name, "context_misplaced", message)
        elif ":" in name:
            message = f"{shown(name)} is no field name: write prefix:name, other characters percent-encoded"
            self.refuse(where, name, "bad_field_name", message)
        elif plain and name:
            if not name.startswith("@"):
                message = f"{shown(name)} has no namespace, other programs may drop it: give it a prefix"
                self.found.warn(pointer(where, name), "plain_field_name", message)
            return "", name
        else:
            self.unknown_field(where, name, frozenset())
        return None

    def _values(self, path: str, namespace: str, name: str, value: Any) -> Iterator[Extension]:
        if path.count("/") >= limits.DEPTH_MAX and isinstance(value, dict | list):
            message = f"objects and arrays are nested more than {limits.DEPTH_MAX} deep: flatten them"
            self.found.refuse(path, "too_deep", message)
        elif isinstance(value, list):
            for index, one in enumerate(value):
                yield from self._values(f"{path}/{index}", namespace, name, one)
        elif isinstance(value, dict):
            inside = [
                one for key, part in value.items() for one in self.extension(path, key, part, plain=True)
            ]
            yield Extension(namespace, name, grouped(inside))
        elif value is None:
            self.found.warn(path, "null_dropped", "null says nothing and is dropped: leave the field out")
        elif isinstance(value, str) and len(value) > limits.TEXT_CHARACTERS_MAX:
            self.found.refuse(path, "text_too_long", too_long(value))
        else:
            yield Extension(namespace, name, value)


def grouped(extensions: list[Extension]) -> Extensions:
    """Fields of one name side by side, in the order of their first: two prefixes may mean one namespace."""
    if len(extensions) < 3:
        return tuple(extensions)
    places: dict[tuple[str, str], list[Extension]] = {}
    for one in extensions:
        places.setdefault((one.namespace, one.name), []).append(one)
    return tuple(one for members in places.values() for one in members)


class Shape:
    """What an object of the standard may hold."""

    def __init__(
        self,
        make: type,
        fields: dict[str, tuple[str, Callable[..., Any]]],
        required: tuple[str, ...] = (),
        *,
        extensible: bool = False,
        plain: bool = False,
    ) -> None:
        self.make = make
        self.fields = fields  # JSON name -> (attribute, reader)
        self.required = required
        self.needed = tuple(fields[name][0] for name in required)
        self.names = frozenset(fields)
        self.extensible = extensible  # may carry extensions
        self.plain = plain  # extensions without a prefix are let through with a warning


_R = FieldReader
_QUANTITY = Shape(
    Quantity,
    {"epcClass": ("epc_class", _R.uri), "quantity": ("quantity", _R.number), "uom": ("uom", _R.uom)},
    required=("epcClass",),
)
_BIZ_TRANSACTION = Shape(
    BizTransaction,
    {"type": ("type", _R.biz_transaction_type), "bizTransaction": ("id", _R.uri)},
    required=("bizTransaction",),
)
_SOURCE = Shape(
    Source, {"type": ("type", _R.source_dest_type), "source": ("id", _R.uri)}, required=("type", "source")
)
_DESTINATION = Shape(
    Destination,
    {"type": ("type", _R.source_dest_type), "destination": ("id", _R.uri)},
    required=("type", "destination"),
)
_LOCATION = Shape(Location, {"id": ("id", _R.uri)}, required=("id",), extensible=True, plain=True)
_PERSISTENT = Shape(
    PersistentDisposition, {"set": ("set", _R.dispositions), "unset": ("unset", _R.dispositions)}
)
_ERROR_DECLARATION = Shape(
    ErrorDeclaration,
    {
        "declarationTime": ("declaration_time", _R.instant),
        "reason": ("reason", _R.error_reason),
        "correctiveEventIDs": ("corrective_event_ids", _R.uris),
    },
    required=("declarationTime",),
    extensible=True,
)
_SENSOR_METADATA = Shape(
    SensorMetadata,
    {
        "time": ("time", _R.instant),
        "startTime": ("start_time", _R.instant),
        "endTime": ("end_time", _R.instant),
        "deviceID": ("device_id", _R.uri),
        "deviceMetadata": ("device_metadata", _R.uri),
        "rawData": ("raw_data", _R.uri),
        "dataProcessingMethod": ("data_processing_method", _R.uri),
        "bizRules": ("biz_rules", _R.uri),
    },
    extensible=True,
)
_SENSOR_REPORT = Shape(
    SensorReport,
    {
        "type": ("type", _R.measurement_type),
        "exception": ("exception", _R.sensor_alert),
        "deviceID": ("device_id", _R.uri),
        "deviceMetadata": ("device_metadata", _R.uri),
        "rawData": ("raw_data", _R.uri),
        "dataProcessingMethod": ("data_processing_method", _R.uri),
        "bizRules": ("biz_rules", _R.uri),
        "time": ("time", _R.instant),
        "microorganism": ("microorganism", _R.uri),
        "chemicalSubstance": ("chemical_substance", _R.uri),
        "coordinateReferenceSystem": ("coordinate_reference_system", _R.uri),
        "value": ("value", _R.number),
        "component": ("component", _R.component),
        "stringValue": ("string_value", _R.text),
        "booleanValue": ("boolean_value", _R.boolean),
        "hexBinaryValue": ("hex_binary_value", _R.hexadecimal),
        "uriValue": ("uri_value", _R.uri),
        "minValue": ("min_value", _R.number),
        "maxValue": ("max_value", _R.number),
        "meanValue": ("mean_value", _R.number),
        "sDev": ("s_dev", _R.number),
        "percRank": ("perc_rank", _R.number),
        "percValue": ("perc_value", _R.number),
        "uom": ("uom", _R.text),
    },
    extensible=True,
)
_SENSOR_ELEMENT = Shape(
    SensorElement,
    {"sensorMetadata": ("metadata", _R.sensor_metadata), "sensorReport": ("reports", _R.sensor_reports)},
    required=("sensorReport",),
    extensible=True,
)
