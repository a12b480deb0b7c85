"""Reads the parts of an event from JSON values: identifiers, times, words, quantities, places, sensor data, extensions.

Each method answers the value, or None after noting a fault; so one pass over a document finds everything.
`where` is the JSON Pointer of the object, `name` the member in it: the full pointer is built only for a fault.
"""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from seriatim.epcis import limits, vocabulary
from seriatim.epcis.contexts import Prefixes, is_uri
from seriatim.epcis.errors import Findings, pointer
from seriatim.epcis.model import (
    BizTransaction,
    Destination,
    ErrorDeclaration,
    Extension,
    Extensions,
    Instant,
    Location,
    PersistentDisposition,
    Quantity,
    SensorElement,
    SensorMetadata,
    SensorReport,
    Source,
)
from seriatim.epcis.vocabulary import WordList

_ZONE = r"(?:Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))"
_CLOCK = r"\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):\d\d:\d\d(?:\.\d{1,32})?"
_is_time = re.compile(_CLOCK + _ZONE, re.ASCII).fullmatch
_is_time_without_zone = re.compile(_CLOCK, re.ASCII).fullmatch
_is_offset = re.compile(r"[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00)", re.ASCII).fullmatch
_is_uom = re.compile(r"[A-Z0-9]{2,3}", re.ASCII).fullmatch
_is_hex = re.compile(r"(?:[0-9A-Fa-f]{2})+", re.ASCII).fullmatch

type_names = {dict: "an object", list: "an array", str: "a text", bool: "true or false", type(None): "null"}
_SUGGESTIONS_MAX = 20  # looking for similar words is slow; a document with more faults has another trouble

Read = Callable[[str, str, Any], Any]


class FieldReader:
    """Reads values at one place of a document, where certain prefixes hold."""

    def __init__(self, found: Findings, prefixes: Prefixes) -> None:
        self.found = found
        self.prefixes = prefixes
        self._expanding = frozenset(prefixes.custom())
        self._uris: dict[str, str] = {}

    def refuse(self, where: str, name: str | int, code: str, message: str) -> None:
        self.found.refuse(pointer(where, name), code, message)

    def wrong_type(self, where: str, name: str | int, value: Any, expected: str) -> None:
        came = type_names.get(type(value), "a number")
        hint = ": leave the field out when there is no value" if value is None else ""
        self.refuse(where, name, "wrong_type", f"expected {expected}, came {came}{hint}")

    # Single values ---------------------------------------------------------------------------------------------

    def text(self, where: str, name: str | int, value: Any) -> str | None:
        if type(value) is not str:
            self.wrong_type(where, name, value, "a text")
        elif len(value) > limits.TEXT_CHARACTERS_MAX:
            self.refuse(where, name, "text_too_long", _too_long(value))
        else:
            return value
        return None

    def uri(self, where: str, name: str | int, value: Any) -> str | None:
        """An identifier or other absolute URI, a prefix that the document declared written out."""
        if type(value) is not str:
            self.wrong_type(where, name, value, "a URI")
            return None
        known = self._uris.get(value)
        if known is not None:
            return known
        if not is_uri(value):
            message = f"{_shown(value)} is not an absolute URI: write urn:epc:..., a GS1 Digital Link or another URI"
            self.refuse(where, name, "not_a_uri", message + ", other characters percent-encoded")
            return None
        if len(value) > limits.URI_CHARACTERS_MAX:
            message = f"the URI has {len(value)} characters, at most {limits.URI_CHARACTERS_MAX} are taken: shorten it"
            self.refuse(where, name, "uri_too_long", message)
            return None
        expands = self._expanding and value.partition(":")[0] in self._expanding
        result = self._uris[value] = self.prefixes.expand(value) if expands else value
        return result

    def moment(self, where: str, name: str, value: Any) -> datetime | None:
        """A time in UTC; form as XML Schema's dateTime with zone."""
        if type(value) is not str:
            self.wrong_type(where, name, value, "a time")
            return None
        if _is_time(value):
            try:
                return datetime.fromisoformat(value).astimezone(UTC)
            except (ValueError, OverflowError):  # 31 February, or the year 0001 moved into the year 0
                self.refuse(where, name, "bad_time", f"{value} is not in the calendar: mend the date")
        elif _is_time_without_zone(value):
            message = f"{value} has no time zone: add Z for UTC or an offset such as +02:00"
            self.refuse(where, name, "time_without_zone", message)
        else:
            message = f"{_shown(value)} is not a time: write it like 2026-01-31T09:30:00.000+01:00"
            self.refuse(where, name, "bad_time", message)
        return None

    def instant(self, where: str, name: str, value: Any) -> Instant | None:
        at = self.moment(where, name, value)
        return None if at is None else Instant(at, value)

    def offset(self, where: str, name: str, value: Any) -> str | None:
        if type(value) is str and _is_offset(value):
            return value
        message = f"{_shown(value)} is not an offset: write +hh:mm or -hh:mm, at most 14:00 (UTC is +00:00)"
        self.refuse(where, name, "bad_offset", message)
        return None

    def number(self, where: str, name: str, value: Any) -> Decimal | None:
        if type(value) is Decimal:
            return value
        if type(value) is int:
            return Decimal(value)
        self.wrong_type(where, name, value, "a number without quotes")
        return None

    def boolean(self, where: str, name: str, value: Any) -> bool | None:
        if type(value) is bool:
            return value
        self.wrong_type(where, name, value, "true or false without quotes")
        return None

    def hexadecimal(self, where: str, name: str, value: Any) -> str | None:
        if type(value) is str and _is_hex(value):
            return self.text(where, name, value)
        message = f"{_shown(value)} is not hexadecimal: write two digits 0-9 A-F for each octet"
        self.refuse(where, name, "bad_hexadecimal", message)
        return None

    def action(self, where: str, name: str, value: Any) -> str | None:
        if type(value) is str and value in vocabulary.ACTIONS:
            return value
        self.refuse(where, name, "bad_action", f"{_shown(value)} is no action: write ADD, OBSERVE or DELETE")
        return None

    def uom(self, where: str, name: str, value: Any) -> str | None:
        if type(value) is str and _is_uom(value):
            return value
        message = f"{_shown(value)} is no unit code: use UN/ECE Recommendation 20, for instance KGM, LTR, C62"
        self.refuse(where, name, "bad_uom", message)
        return None

    def word(self, where: str, name: str | int, value: Any, words: WordList) -> str | None:
        """A bare word of the list, or a URI of somebody else's vocabulary."""
        if type(value) is not str:
            self.wrong_type(where, name, value, f"a {words.name}")
            return None
        if value in words.words:
            return value
        full = value if words.claims(value) else self.prefixes.expand(value)
        word = words.find(value) or words.find(full)
        if word is not None:
            self._not_bare(where, name, value, word)
            return word
        if ":" in value and not words.claims(full):
            return self.uri(where, name, value)
        self._unknown_word(where, name, value, words)
        return None

    def _not_bare(self, where: str, name: str | int, value: str, word: str) -> None:
        path = pointer(where, name)
        if value.startswith((vocabulary.CBV_WEB, "cbv:", "gs1:")):
            self.found.warn(
                path, "word_as_uri", f"{_shown(value)} is read as {word}: in JSON write the bare word"
            )
        else:
            message = f"{_shown(value)} is the spelling of XML: in JSON write the bare word {word}"
            self.found.forgive(path, "word_not_bare", message)

    def _unknown_word(self, where: str, name: str | int, value: str, words: WordList) -> None:
        near = self.similar(value.rpartition("-")[2].rpartition(":")[2], words.words)
        message = (
            f"{_shown(value)} is no {words.name} of CBV 2.0{near}: use one of its words or a URI of your own"
        )
        self.refuse(where, name, "unknown_word", message)

    def similar(self, text: str, words: frozenset[str]) -> str:
        """`, perhaps packing?` when something like it exists."""
        if self.found.count > _SUGGESTIONS_MAX:
            return ""
        near = get_close_matches(text[:64], sorted(words), n=1, cutoff=0.75)
        return f" (perhaps {near[0]}?)" if near else ""

    def biz_step(self, where: str, name: str, value: Any) -> str | None:
        return self.word(where, name, value, vocabulary.BIZ_STEP)

    def disposition(self, where: str, name: str | int, value: Any) -> str | None:
        return self.word(where, name, value, vocabulary.DISPOSITION)

    def measurement_type(self, where: str, name: str, value: Any) -> str | None:
        return self.word(where, name, value, vocabulary.MEASUREMENT_TYPE)

    def sensor_alert(self, where: str, name: str, value: Any) -> str | None:
        return self.word(where, name, value, vocabulary.SENSOR_ALERT)

    def component(self, where: str, name: str, value: Any) -> str | None:
        return self.word(where, name, value, vocabulary.COMPONENT)

    def error_reason(self, where: str, name: str, value: Any) -> str | None:
        return self.word(where, name, value, vocabulary.ERROR_REASON)

    # Lists -----------------------------------------------------------------------------------------------------

    def members(
        self, where: str, name: str, value: Any, read: Callable[[str, int, Any], Any]
    ) -> tuple[Any, ...]:
        if type(value) is not list:
            self.wrong_type(where, name, value, "an array")
            return ()
        path = pointer(where, name)
        return tuple(item for i, one in enumerate(value) if (item := read(path, i, one)) is not None)

    def uris(self, where: str, name: str, value: Any) -> tuple[str, ...]:
        return self.members(where, name, value, self.uri)

    def certificates(self, where: str, name: str, value: Any) -> tuple[str, ...]:
        if type(value) is list:
            return self.uris(where, name, value)
        one = self.uri(where, name, value)
        return () if one is None else (one,)

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
        missing = [name for name in shape.required if name not in value]
        for name in missing:
            self.refuse(where, name, "field_missing", f"{name} is missing: add it")
        if missing or any(fields.get(attribute) is None for attribute in shape.needed):
            return None
        if extensions:
            fields["extensions"] = grouped(extensions)
        return shape.make(**fields)

    def unknown_field(self, where: str, name: str, names: frozenset[str]) -> None:
        near = self.similar(name, names)
        message = f"{_shown(name)} is not a field of EPCIS 2.0 here{near}: mend the name, or give it a prefix"
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
        result: Location | None = self.record(f"{where}/{name}", value, _LOCATION)
        return result

    def error_declaration(self, where: str, name: str, value: Any) -> ErrorDeclaration | None:
        result: ErrorDeclaration | None = self.record(f"{where}/{name}", value, _ERROR_DECLARATION)
        return result

    def persistent_disposition(self, where: str, name: str, value: Any) -> PersistentDisposition | None:
        result: PersistentDisposition | None = self.record(f"{where}/{name}", value, _PERSISTENT)
        if result is not None and not value.get("set") and not value.get("unset"):
            message = "neither set nor unset names a disposition: name one or leave the field out"
            self.refuse(where, name, "persistent_disposition_empty", message)
        return result

    def dispositions(self, where: str, name: str, value: Any) -> tuple[str, ...]:
        words: tuple[str, ...] = self.members(where, name, value, self.disposition)
        if value == []:
            self.refuse(where, name, "empty_list", "the list is empty: name a disposition or leave it out")
        if len(set(words)) != len(words):
            self.refuse(where, name, "duplicate_value", "a disposition stands twice in this list: keep one")
        return words

    def biz_transaction_type(self, where: str, name: str, value: Any) -> str | None:
        return self.word(where, name, value, vocabulary.BIZ_TRANSACTION_TYPE)

    def source_dest_type(self, where: str, name: str, value: Any) -> str | None:
        return self.word(where, name, value, vocabulary.SOURCE_DEST_TYPE)

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
                message = f"nothing says what the prefix of {_shown(name)} means: declare it in @context"
                self.found.warn(pointer(where, name), "unknown_prefix", message)
            return split
        if name == "@context":
            message = (
                "a context inside a field is not understood: declare its prefixes on the event or document"
            )
            self.refuse(where, name, "context_misplaced", message)
        elif ":" in name:
            message = f"{_shown(name)} is no field name: write prefix:name, other characters percent-encoded"
            self.refuse(where, name, "bad_field_name", message)
        elif plain and name:
            if not name.startswith("@"):
                message = f"{_shown(name)} has no namespace, other programs may drop it: give it a prefix"
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
            self.found.refuse(path, "text_too_long", _too_long(value))
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


def _too_long(text: str) -> str:
    most = limits.TEXT_CHARACTERS_MAX
    return f"the text has {len(text)} characters, at most {most} are taken: store it elsewhere and give its address"


def _shown(value: Any) -> str:
    """A value for a message: short, in quotes."""
    text = value if isinstance(value, str) else str(value)
    return f'"{text[:80]}"' if len(text) <= 80 else f'"{text[:80]}..."'


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
