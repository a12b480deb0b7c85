"""The families of query parameters (`EQ_...`, `MATCH_...`, `WD_...`): which condition each of them means.

Source: EPCIS 2.0, section 8.2.7.1.
"""

import re
from typing import Any

from seriatim.epcis import vocabulary
from seriatim.epcis.canon import identifier
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
    Scope,
    Truth,
    Typed,
    Within,
)
from seriatim.epcis.query_values import Given
from seriatim.epcis.vocabulary import WordList

NOTHING = Has("")
"""A parameter that asks for nothing, such as EXISTS_errorDeclaration=false."""

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


def condition_of(given: Given) -> Condition | None:
    """The condition that a parameter means; None when no family has one of its name. Raises QueryError for its values."""
    name = given.name
    match = _OPERATOR(name.replace("EQATTR_", "EQ_ATTR_", 1) if name.startswith("EQATTR_") else name)
    return _family(match.group(1), match.group(2), given) if match else None


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
        return Has(field) if given.truth() else NOTHING
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
    namespace, name = given.field(match.group(3))
    inner = match.group(1) is not None
    if operator == "EXISTS":
        return Field(scope, operator, namespace, name, (), inner) if given.truth() else NOTHING
    return Field(scope, operator, namespace, name, given.any_values(operator), inner)


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
    namespace, name = given.field(text)
    return f"{{{namespace}}}{name}"
