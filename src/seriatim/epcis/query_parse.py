"""Reads queries: from the parameters of an address, and from the JSON body of a named query.

>>> query = from_url([("EQ_bizStep", "shipping|urn:epcglobal:cbv:bizstep:receiving"), ("GE_eventTime", "2026-03-01T09:00:00 01:00")])
>>> query.conditions[0]
OneOf(field='bizStep', values=('shipping', 'receiving'))
>>> query.conditions[1].at.isoformat()
'2026-03-01T08:00:00+00:00'
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from seriatim.epcis import limits, vocabulary
from seriatim.epcis.canon import identifier
from seriatim.epcis.contexts import PREDEFINED, Prefixes, read_context
from seriatim.epcis.errors import Findings
from seriatim.epcis.query import (
    Amount,
    At,
    Attributed,
    Condition,
    Field,
    Has,
    Matches,
    OneOf,
    Operator,
    Query,
    QueryError,
    Scope,
    Truth,
    Typed,
    Value,
    Within,
)
from seriatim.epcis.vocabulary import WordList

_OBJECTS = ("epcList", "childEPCs")
_CLASSES = ("quantityList", "childQuantityList")
_MATCH: dict[str, tuple[str, ...]] = {
    "epc": _OBJECTS,
    "parentID": ("parentID",),
    "inputEPC": ("inputEPCList",),
    "outputEPC": ("outputEPCList",),
    "anyEPC": (*_OBJECTS, "parentID", "inputEPCList", "outputEPCList"),
    "epcClass": _CLASSES,
    "inputEPCClass": ("inputQuantityList",),
    "outputEPCClass": ("outputQuantityList",),
    "anyEPCClass": (*_CLASSES, "inputQuantityList", "outputQuantityList"),
}
_WORDS: dict[str, WordList] = {
    "bizStep": vocabulary.BIZ_STEP,
    "disposition": vocabulary.DISPOSITION,
    "persistentDisposition_set": vocabulary.DISPOSITION,
    "persistentDisposition_unset": vocabulary.DISPOSITION,
    "type": vocabulary.MEASUREMENT_TYPE,
    "errorReason": vocabulary.ERROR_REASON,
}
_IDENTIFIERS = frozenset(
    [
        "readPoint",
        "bizLocation",
        "transformationID",
        "eventID",
        "correctiveEventID",
        "deviceID",
        "deviceMetadata",
        "rawData",
        "dataProcessingMethod",
        "microorganism",
        "chemicalSubstance",
        "bizRules",
        "uriValue",
    ]
)
_TEXTS = frozenset({"stringValue", "hexBinaryValue"})
_TIMES = frozenset({"eventTime", "recordTime", "startTime", "endTime", "time", "errorDeclarationTime"})
_AMOUNTS = ("quantity", "value", "minValue", "maxValue", "meanValue", "sDev", "percValue", "percRank")
_TYPED: dict[str, WordList] = {
    "bizTransaction": vocabulary.BIZ_TRANSACTION_TYPE,
    "source": vocabulary.SOURCE_DEST_TYPE,
    "destination": vocabulary.SOURCE_DEST_TYPE,
}
_SCOPES: dict[str, Scope] = {
    "ILMD_": "ilmd",
    "ERROR_DECLARATION_": "errorDeclaration",
    "SENSORELEMENT_": "sensorElement",
    "SENSORMETADATA_": "sensorMetadata",
    "SENSORREPORT_": "sensorReport",
    "readPoint_": "readPoint",
    "bizLocation_": "bizLocation",
    "": "event",
}
_COMPARES = frozenset({"EQ", "GT", "GE", "LT", "LE"})
_OPERATOR = re.compile(r"(EQ|GT|GE|LT|LE|EXISTS|WD|MATCH|HASATTR)_(.+)", re.DOTALL).fullmatch
_AMOUNT = re.compile(rf"({'|'.join(_AMOUNTS)})(?:_([A-Z0-9]{{2,4}}))?").fullmatch
_EXTENSION = re.compile(rf"(INNER_)?({'|'.join(filter(None, _SCOPES))})?(.+)", re.DOTALL).fullmatch
_MASTER_FIELDS = frozenset(
    [
        "bizLocation",
        "readPoint",
        "bizStep",
        "disposition",
        "parentID",
        "epcList",
        "childEPCs",
        "inputEPCList",
        "outputEPCList",
        "epcClass",
        "bizTransaction",
        "source",
        "destination",
        "transformationID",
    ]
)
_VALUES_MAX = 1_000


class Given:
    """The value of one parameter, from an address (texts) or from JSON (typed values)."""

    def __init__(self, name: str, values: list[Any], prefixes: Prefixes, exception: str) -> None:
        self.name = name
        self.values = values
        self.prefixes = prefixes
        self.exception = exception

    def refuse(self, message: str) -> QueryError:
        return QueryError(self.name, message, self.exception)

    def texts(self) -> tuple[str, ...]:
        values = [value.strip() for value in self.values if isinstance(value, str) and value.strip()]
        if len(values) != len(self.values) or not values:
            raise self.refuse("write one text or more, separated by | in an address")
        if len(values) > _VALUES_MAX:
            raise self.refuse(f"{len(values)} values are too many, at most {_VALUES_MAX} are taken")
        return tuple(dict.fromkeys(values))

    def one(self) -> Any:
        if len(self.values) != 1:
            raise self.refuse("write one value")
        return self.values[0]

    def identifiers(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(identifier(self.prefixes.expand(text)) for text in self.texts()))

    def words(self, words: WordList) -> tuple[str, ...]:
        return tuple(dict.fromkeys(words.find(text) or self.prefixes.expand(text) for text in self.texts()))

    def time(self) -> datetime:
        value = self.one()
        at = time_of(value) if isinstance(value, str) else None
        if at is None:
            raise self.refuse(f"{str(value)[:60]!r} is not a time with its zone: 2026-01-31T09:30:00+01:00")
        return at

    def numbers(self) -> tuple[Decimal, ...]:
        found = tuple(number_of(value) for value in self.values)
        if None in found or not found:
            raise self.refuse("write a number with a point for the fraction")
        return tuple(number for number in found if number is not None)

    def whole(self) -> int:
        value = self.one()
        if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 10:
            value = int(value)
        if type(value) is not int or not 0 < value < 10**9:
            raise self.refuse("write a whole number from 1")
        return value

    def truth(self) -> bool:
        """`true`, `false`, 1, 0; no value at all (null) asks that the field exists."""
        value = self.values[0] if self.values else None
        text = str(value).lower()
        if value is None or text in {"true", "1", ""}:
            return True
        if text in {"false", "0"}:
            return False
        raise self.refuse("write true or false")

    def any_values(self, operator: Operator) -> tuple[Value, ...]:
        """For extension fields: texts, numbers, truths; of numbers and times only where sizes are compared."""
        found: list[Value] = []
        for value in self.values:
            if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
                found.append(Decimal(str(value)))
            elif isinstance(value, str | bool):
                found.append(value.strip() if isinstance(value, str) else value)
            else:
                raise self.refuse("write texts, numbers or times")
        if not found:
            raise self.refuse("write a value")
        if operator == "EQ":
            return tuple(found)
        size = self.one()
        if number_of(size) is None and (not isinstance(size, str) or time_of(size) is None):
            raise self.refuse("sizes can be compared of numbers and of times with their zone only")
        return tuple(found)


def from_url(parameters: Iterable[tuple[str, str]], namespaces: Mapping[str, str] | None = None) -> Query:
    """The query in the decoded parameters of an address; `namespaces` are the prefixes that the client or the
    repository knows. Raises QueryError (QueryParameterException).
    """
    reader = _Reader(Prefixes({**(namespaces or {}), **PREDEFINED}), "QueryParameterException")
    seen: set[str] = set()
    for name, text in parameters:
        if name in seen:
            raise QueryError(name, "it stands twice: separate its values by |")
        seen.add(name)
        reader.read(name, text.split("|") if text else [])
    return reader.query()


def from_body(body: Mapping[str, Any], namespaces: Mapping[str, str] | None = None) -> Query:
    """The query in a JSON object; its own `@context` may declare prefixes. Raises QueryError
    (QueryValidationException).
    """
    exception = "QueryValidationException"
    prefixes = Prefixes({**(namespaces or {}), **PREDEFINED})
    if "@context" in body:
        found = Findings()
        prefixes = read_context(body["@context"], "/@context", prefixes, found, own=False)
        if found.problems:
            raise QueryError("@context", found.problems[0].message, exception)
    reader = _Reader(prefixes, exception)
    for name, value in body.items():
        if name != "@context":
            reader.read(name, value if isinstance(value, list) else [] if value is None else [value])
    return reader.query()


def namespaces_in(header: str) -> dict[str, str]:
    """The prefixes of a `GS1-Extensions` header: `ex=https://ns.example.com/,other=urn:other:`."""
    pairs = (part.strip().partition("=") for part in header.split(",") if part.strip())
    return {prefix.strip(): uri.strip() for prefix, _, uri in pairs if prefix.strip() and uri.strip()}


def time_of(text: str) -> datetime | None:
    """A time with its zone, in UTC. A literal + in an address arrives as a blank; it can only have been a +."""
    try:
        at = datetime.fromisoformat(text.strip().replace(" ", "+"))
        return at.astimezone(UTC) if at.tzinfo is not None and "T" in text else None
    except (ValueError, OverflowError):
        return None


def number_of(value: Any) -> Decimal | None:
    """The decimal that a value or its text is."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        return None
    text = str(value).strip()
    if len(text) > limits.NUMBER_CHARACTERS_MAX or "_" in text:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) <= limits.NUMBER_EXPONENT_MAX else None


class _Reader:
    def __init__(self, prefixes: Prefixes, exception: str) -> None:
        self._prefixes = prefixes
        self._exception = exception
        self._conditions: list[Condition] = []
        self._rest: dict[str, Any] = {}

    def read(self, name: str, values: list[Any]) -> None:
        given = Given(name, values, self._prefixes, self._exception)
        if name in _REST:
            attribute, read = _REST[name]
            self._rest[attribute] = read(self, given)
            return
        if name == "eventType":
            types = tuple(self._prefixes.expand(text) for text in given.texts())
            self._conditions.append(OneOf("eventType", types))
            return
        match = _OPERATOR(name.replace("EQATTR_", "EQ_ATTR_", 1) if name.startswith("EQATTR_") else name)
        condition = _family(match.group(1), match.group(2), given) if match else None
        if condition is None:
            raise given.refuse("there is no query parameter of this name")
        if condition != _NOTHING:
            self._conditions.append(condition)

    def order_by(self, given: Given) -> str:
        text = str(given.one()).strip()
        if text in {"eventTime", "recordTime"}:
            return text
        namespace, name = _extension_name(given, text)
        return f"{{{namespace}}}{name}"

    def direction(self, given: Given) -> bool:
        text = given.one()
        if text not in {"ASC", "DESC"}:
            raise given.refuse("write ASC or DESC")
        return bool(text == "DESC")

    def query(self) -> Query:
        rest = self._rest
        if "event_count_limit" in rest and "max_event_count" in rest:
            message = "it excludes maxEventCount: use one of the two"
            raise QueryError("eventCountLimit", message, self._exception)
        if "event_count_limit" in rest and "order_by" not in rest:
            raise QueryError("eventCountLimit", "the first of which order? Add orderBy", self._exception)
        return Query(tuple(self._conditions), **rest)


_NOTHING = Has("")  # a parameter that asks for nothing, such as EXISTS_errorDeclaration=false
_REST: dict[str, tuple[str, Callable[[_Reader, Given], Any]]] = {
    "orderBy": ("order_by", _Reader.order_by),
    "orderDirection": ("descending", _Reader.direction),
    "eventCountLimit": ("event_count_limit", lambda _, given: given.whole()),
    "maxEventCount": ("max_event_count", lambda _, given: given.whole()),
    "perPage": ("per_page", lambda _, given: given.whole()),
    "nextPageToken": ("next_page_token", lambda _, given: str(given.one())),
}


def _family(operator: str, rest: str, given: Given) -> Condition | None:
    if operator == "MATCH":
        return _match(rest, given)
    if operator == "WD":
        return Within(rest, given.identifiers()) if rest in {"readPoint", "bizLocation"} else None
    if operator == "HASATTR":
        return _has_attribute(rest, given)
    if operator == "EQ" and (found := _equals(rest, given)) is not None:
        return found
    if operator == "EXISTS" and rest in {"errorDeclaration", "sensorElementList", "sensorElement"}:
        field = "errorDeclaration" if rest == "errorDeclaration" else "sensorElementList"
        return Has(field) if given.truth() else _NOTHING
    compares: Any = operator
    rest = "errorDeclarationTime" if rest == "errorDeclaration_Time" else rest
    if rest in _TIMES and operator in {"GE", "LT"}:
        return At(rest, compares, given.time())
    amount = _AMOUNT(rest)
    if amount is not None and operator in _COMPARES:
        return _amount(compares, amount.group(1), amount.group(2), given)
    return _extension(compares, rest, given)


def _match(rest: str, given: Given) -> Condition | None:
    fields = _MATCH.get(rest)
    if fields is None:
        return None
    classes = rest.endswith("Class")
    values = (
        text if text.startswith("urn:epc:idpat:") and not classes else identifier(text)
        for text in given.texts()
    )
    return Matches(fields, tuple(dict.fromkeys(values)), classes)


def _equals(rest: str, given: Given) -> Condition | None:
    """The parameters that compare a standard field with a list of values."""
    if rest in _WORDS:
        return OneOf(rest, given.words(_WORDS[rest]))
    if rest in _IDENTIFIERS:
        return OneOf(rest, given.identifiers())
    if rest in _TEXTS:
        return OneOf(rest, given.texts())
    if rest == "action":
        if not vocabulary.ACTIONS.issuperset(given.texts()):
            raise given.refuse("write ADD, OBSERVE or DELETE")
        return OneOf(rest, given.texts())
    if rest == "booleanValue":
        return Truth(given.truth())
    if rest == "time":
        return At("time", "EQ", given.time())
    head, _, kind = rest.partition("_")
    if head in _TYPED and kind:
        word = _TYPED[head].find(kind) or given.prefixes.expand(kind)
        return Typed(head, word, given.identifiers())
    if rest.startswith("ATTR_"):
        return _attribute_is(rest.removeprefix("ATTR_"), given)
    return None


def _amount(operator: Operator, field: str, unit: str | None, given: Given) -> Condition:
    numbers = given.numbers()
    if operator != "EQ" and len(numbers) > 1:
        raise given.refuse("write one number")
    return Amount(field, operator, numbers, unit)


def _extension(operator: Operator, rest: str, given: Given) -> Condition | None:
    match = _EXTENSION(rest)
    if match is None or ":" not in match.group(3):
        return None
    scope = _SCOPES[match.group(2) or ""]
    if scope in {"readPoint", "bizLocation"} and operator != "EQ":
        return None
    namespace, name = _extension_name(given, match.group(3))
    inner = match.group(1) is not None
    if operator == "EXISTS":
        return Field(scope, operator, namespace, name, (), inner) if given.truth() else _NOTHING
    return Field(scope, operator, namespace, name, given.any_values(operator), inner)


def _extension_name(given: Given, text: str) -> tuple[str, str]:
    split = given.prefixes.field(text)
    if split is None:
        raise given.refuse(f"{text[:60]!r} is no field: write prefix:name or the full URI")
    if not given.prefixes.declares(text):
        raise given.refuse(f"nothing says what the prefix of {text[:60]!r} means: send it in GS1-Extensions")
    return split


def _has_attribute(rest: str, given: Given) -> Condition | None:
    names = tuple(given.prefixes.expand(text) for text in given.texts())
    field = _master_field(rest, given)
    return None if field is None else Attributed(field, names)


def _attribute_is(rest: str, given: Given) -> Condition | None:
    """`bizLocation_cbvmda:site`: a field and an attribute of what stands in it."""
    for cut in (index for index, sign in enumerate(rest) if sign == "_"):
        field, attribute = rest[:cut], rest[cut + 1 :]
        if attribute and (field in _MASTER_FIELDS or ":" in field):
            known = _master_field(field, given)
            return (
                None
                if known is None
                else Attributed(known, (given.prefixes.expand(attribute),), given.texts())
            )
    return None


def _master_field(text: str, given: Given) -> str | None:
    if text in _MASTER_FIELDS:
        return text
    if ":" not in text:
        return None
    namespace, name = _extension_name(given, text)
    return f"{{{namespace}}}{name}"
