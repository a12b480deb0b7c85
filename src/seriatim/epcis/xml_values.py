"""Brings XML elements into the plain values that JSON has, so that one set of readers and rules serves both.

Standard fields keep their names; an extension stands under its name in Clark notation, `{namespace}local`, with its
values already read, since a tree of elements says all there is to say about it.
"""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from seriatim.epcis import limits
from seriatim.epcis.canon import number_text
from seriatim.epcis.contexts import Prefixes, canonical_namespace, is_uri
from seriatim.epcis.errors import Findings, pointer
from seriatim.epcis.fields import FieldReader, grouped
from seriatim.epcis.model import Extension
from seriatim.epcis.values import shown, too_long
from seriatim.epcis.vocabulary import CBV_WEB, WordList
from seriatim.epcis.xml_order import TERMS
from seriatim.epcis.xml_tree import XSI, Element, attributes, name_of

_NIL, _TYPE = f"{{{XSI}}}nil", f"{{{XSI}}}type"
_TRUTHS = {"true": True, "1": True, "false": False, "0": False}
_NUMBER_TYPES = frozenset({"integer", "int", "long", "decimal", "double", "float", "short"})
_is_decimal = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)", re.ASCII).fullmatch
_is_double = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII).fullmatch
_DOUBLES = frozenset({"value", "minValue", "maxValue", "meanValue", "sDev", "percRank", "percValue"})
_CURIES = frozenset({"type", "exception", "component"})
_WRAPPERS = frozenset({"extension", "baseExtension"})
_BUILT_IN = frozenset({"gs1", "cbv"})
_MISSPELT = CBV_WEB + "Bizstep-"


class XmlFieldReader(FieldReader):
    """The readers of fields, told that words are written as URIs here and that extensions have been read."""

    def __init__(self, found: Findings) -> None:
        super().__init__(found, Prefixes())

    def wrong_type(self, where: str, name: str | int, value: Any, expected: str) -> None:
        came = shown(value) if value != "" else "nothing"
        self.refuse(
            where, name, "wrong_type", f"expected {expected.removesuffix(' without quotes')}, came {came}"
        )

    def word(self, where: str, name: str | int, value: Any, words: WordList) -> str | None:
        word = words.find(value) if type(value) is str else None
        if word is None:
            return super().word(where, name, value, words)
        if word == value:
            message = f"the bare word {value} is the spelling of JSON: in XML write {words.web_uri(value)}"
            self.found.forgive(pointer(where, name), "word_bare", message)
        elif value.startswith(_MISSPELT):
            message = f"{shown(value)} is misspelt and read as {word}: write BizStep-{word}"
            self.found.warn(pointer(where, name), "word_misspelt", message)
        return word

    def _not_bare(self, where: str, name: str | int, value: str, word: str) -> None:
        """In XML a word is a URI, as it should be."""

    def extension(self, where: str, name: str, value: Any, *, plain: bool = False) -> Iterator[Extension]:
        if isinstance(value, Readings):
            yield from value
        elif plain:
            message = f"{shown(name)} has no namespace, other programs may drop it: give it one"
            self.found.warn(pointer(where, name), "plain_field_name", message)
            yield Extension("", name, value)
        else:
            self.unknown_field(where, name, frozenset())


class Readings(list[Extension]):
    """Extensions of one name that were read from elements already."""


class XmlValues:
    """Turns elements into plain values; `where` is the place of the element, for faults."""

    def __init__(self, found: Findings) -> None:
        self.found = found

    # Single values ---------------------------------------------------------------------------------------------

    def text(self, element: Element, _where: str) -> str:
        text = element.text
        return text.strip() if text else ""

    def decimal(self, element: Element, where: str) -> Any:
        if element.attrib and element.get(_NIL) in {"true", "1"}:
            return None
        return _number(self.text(element, where), _is_decimal)

    def texts(self, element: Element, where: str) -> list[Any]:
        """The texts of the members: `epcList/epc`, `children/id`; every member has the name that belongs there."""
        name = name_of(element)
        member = _MEMBERS.get(name)
        texts: list[Any] = []
        for child in element:
            if child.tag != member and member is not None:
                self._unknown(child, f"{where}/{len(texts)}", name)
            text = child.text
            texts.append(text.strip() if text else "")
        return texts

    # Structures ------------------------------------------------------------------------------------------------

    def quantities(self, element: Element, where: str) -> list[dict[str, Any]]:
        return [
            self._quantity(child, f"{where}/{index}") for index, child in enumerate(self._unwrapped(element))
        ]

    def _quantity(self, element: Element, where: str) -> dict[str, Any]:
        fields = self.record(element, where, _QUANTITY, ordered=True)
        if "uom" in fields and "quantity" not in fields:  # V15
            message = 'uom stands without quantity: add it, with xsi:nil="true" if the amount is unknown'
            self.found.refuse(f"{where}/uom", "uom_without_quantity", message)
        if fields.get("quantity", 0) is None:
            del fields["quantity"]
        return fields

    def typed(self, element: Element, _where: str) -> list[dict[str, Any]]:
        """`bizTransaction`, `source`, `destination`: the identifier as text, its kind as attribute."""
        result = []
        for child in self._unwrapped(element):
            fields: dict[str, Any] = {child.tag: self.text(child, "")}
            kind = child.get("type")
            if kind is not None:
                fields["type"] = kind.strip()
            result.append(fields)
        return result

    def place(self, element: Element, where: str) -> dict[str, Any]:
        if len(element) == 1 and (only := element[0]).tag == "id":
            return {"id": self.text(only, where)}
        return self.record(element, where, _PLACE, plain=True)

    def persistent(self, element: Element, where: str) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        for child in element:
            if child.tag not in {"set", "unset"}:
                self._unknown(child, f"{where}/{child.tag}", "persistentDisposition")
            elif child.tag == "unset" and "set" in fields:
                self._misplaced(where, "unset")
            fields.setdefault(child.tag, []).append(self.text(child, where))
        return fields

    def error_declaration(self, element: Element, where: str) -> dict[str, Any]:
        return self.record(element, where, _ERROR_DECLARATION)

    def ilmd(self, element: Element, where: str) -> dict[str, Any]:
        return self.record(element, where, {})

    def sensor_elements(self, element: Element, where: str) -> list[dict[str, Any]]:
        return [
            self._sensor_element(child, f"{where}/{index}")
            for index, child in enumerate(self._unwrapped(element))
        ]

    def _sensor_element(self, element: Element, where: str) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        reports: list[dict[str, Any]] = []
        for child in self._unwrapped(element):
            if child.tag == "sensorReport":
                reports.append(self._attributes(child, f"{where}/sensorReport/{len(reports)}"))
            elif child.tag == "sensorMetadata":
                if reports or "sensorMetadata" in fields:
                    self._misplaced(where, "sensorMetadata")
                fields["sensorMetadata"] = self._attributes(child, where + "/sensorMetadata")
            else:
                self._add_extension(child, where, fields, plain=False)
        if reports:
            fields["sensorReport"] = reports
        return fields

    def _attributes(self, element: Element, where: str) -> dict[str, Any]:
        """Sensor data stand in attributes; those of other namespaces are extensions."""
        fields: dict[str, Any] = {}
        for name, value in attributes(element):
            if name in _DOUBLES:
                fields[name] = _number(value.strip(), _is_double)
            elif name == "booleanValue":
                fields[name] = _TRUTHS.get(value.strip(), value)
            elif name in _CURIES:
                fields[name] = _expanded(value.strip(), element)
            elif name[0] == "{":
                if not name.startswith(f"{{{XSI}}}"):
                    fields[name] = self._readings(name, value, where)
            else:
                fields[name] = value if name == "stringValue" else value.strip()
        if len(element) or self.text(element, where):
            self.found.refuse(where, "wrong_type", "sensor data stand in attributes: remove what is inside")
        return fields

    def _readings(self, name: str, value: str, where: str) -> Readings:
        namespace, _, local = name[1:].rpartition("}")
        self._check_namespace(namespace, where)
        return Readings([Extension(canonical_namespace(namespace), local, value)])

    def record(
        self,
        element: Element,
        where: str,
        table: "Table",
        *,
        ordered: bool = False,
        plain: bool = False,
    ) -> dict[str, Any]:
        """The fields inside an element: those of the table, and extensions. Wrappers are read through."""
        fields: dict[str, Any] = {}
        names = tuple(table) if ordered else ()
        last = -1
        for child in self._unwrapped(element):
            tag = child.tag
            read = table.get(tag)
            if read is None:
                self._add_extension(child, where, fields, plain=plain)
                continue
            if tag in fields:
                self.repeated(where, tag)
            if ordered:
                if names.index(tag) < last:
                    self._misplaced(where, tag)
                last = names.index(tag)
            fields[tag] = read(self, child, f"{where}/{tag}")
        return fields

    def _unwrapped(self, element: Element) -> Iterator[Element]:
        for child in element:
            if child.tag in _WRAPPERS:
                yield from self._unwrapped(child)
            else:
                yield child

    # Extensions ------------------------------------------------------------------------------------------------

    def _add_extension(self, child: Element, where: str, fields: dict[str, Any], *, plain: bool) -> None:
        tag = name_of(child)
        if tag[0] != "{" and not plain:
            fields[tag] = self.text(
                child, where
            )  # the reader of the structure says that it does not belong here
            return
        self.add(child, where, fields)

    def add(self, child: Element, where: str, fields: dict[str, Any]) -> None:
        """One extension element; a name that stands several times gathers its values."""
        tag = name_of(child)
        if tag == f"{{{TERMS}}}certificationInfo":  # the schema has room for one only: see `xml_order.TERMS`
            known = fields.get("certificationInfo", [])
            listed = known if isinstance(known, list) else [known]
            fields["certificationInfo"] = [*listed, self.text(child, where)]
            return
        one = self.extension(child, pointer(where, tag.rpartition("}")[2]))
        if one is not None:
            fields.setdefault(tag, Readings()).append(one)

    def extension(self, element: Element, where: str) -> Extension | None:
        """The tree of an extension. `xsi:type` decides between text and number only where both read the same."""
        tag = name_of(element)
        namespace, _, name = tag[1:].rpartition("}") if tag[0] == "{" else ("", "", tag)
        if namespace:
            self._check_namespace(namespace, where)
            namespace = canonical_namespace(namespace)
        kind = None
        inside: list[Extension] = []
        for attribute, value in attributes(element):
            if attribute == _TYPE:
                kind = value.rpartition(":")[2]
            elif attribute == _NIL and value in {"true", "1"}:
                message = "xsi:nil says nothing and the element is dropped: leave it out"
                self.found.warn(where, "null_dropped", message)
                return None
            elif not attribute.startswith(f"{{{XSI}}}"):
                inside.append(self._attribute(attribute, value, where))
        for child in element:
            one = self.extension(child, pointer(where, name_of(child).rpartition("}")[2]))
            if one is not None:
                inside.append(one)
        text = self.text(element, where)
        if not inside:
            return Extension(namespace, name, self._leaf(text, kind, where))
        if text or any(child.tail and child.tail.strip() for child in element):
            message = "text beside elements or attributes is dropped: put it into an element of its own"
            self.found.warn(where, "mixed_text_dropped", message)
        return Extension(namespace, name, grouped(inside))

    def _attribute(self, name: str, value: str, where: str) -> Extension:
        if name[0] != "{":
            return Extension("", name, value)
        return self._readings(name, value, where)[0]

    def _leaf(self, text: str, kind: str | None, where: str) -> str | bool | int | Decimal:
        if len(text) > limits.TEXT_CHARACTERS_MAX:
            self.found.refuse(where, "text_too_long", too_long(text))
        if kind == "boolean" and text in {"true", "false"}:
            return text == "true"
        if kind in _NUMBER_TYPES:
            number = _number(text, _is_decimal)
            if isinstance(number, Decimal) and number_text(number) == text:
                return int(text) if number == number.to_integral_value() and len(text) < 19 else number
        return text

    def _check_namespace(self, namespace: str, where: str) -> None:
        if not is_uri(namespace):
            message = f"the namespace {shown(namespace)} is not an absolute URI: choose one of your own"
            self.found.refuse(where, "bad_namespace", message)

    # Faults ----------------------------------------------------------------------------------------------------

    def repeated(self, where: str, name: str) -> None:
        message = f"{name} stands more than once here: keep one"
        self.found.refuse(pointer(where, name), "duplicate_name", message)

    def _misplaced(self, where: str, name: str) -> None:
        message = f"{name} stands too late: the XML schema fixes the order of elements"
        self.found.refuse(pointer(where, name), "element_order", message)

    def _unknown(self, child: Element, where: str, parent: str) -> None:
        message = f"{shown(name_of(child))} does not belong into {parent}: remove it"
        self.found.refuse(where, "unknown_field", message)


def _number(text: str, form: Callable[[str], Any]) -> Any:
    """A decimal, or the text itself when it is no number."""
    if len(text) > limits.NUMBER_CHARACTERS_MAX or not form(text):
        return text
    number = Decimal(text)
    return number if abs(number.adjusted()) <= limits.NUMBER_EXPONENT_MAX else text


def _expanded(value: str, element: Element) -> str:
    """A CURIE written out with the prefixes in scope; `gs1:` and `cbv:` are known to the readers."""
    prefix, colon, rest = value.partition(":")
    if not colon or rest.startswith("//") or prefix in _BUILT_IN:
        return value
    uri = element.nsmap.get(prefix)
    return value if uri is None else uri + rest


_X = XmlValues
Table = dict[Any, Callable[[XmlValues, Element, str], Any]]
_MEMBERS = {
    "epcList": "epc", "childEPCs": "epc", "inputEPCList": "epc", "outputEPCList": "epc",
    "correctiveEventIDs": "correctiveEventID", "children": "id",
}  # fmt: skip
_QUANTITY: Table = {"epcClass": _X.text, "quantity": _X.decimal, "uom": _X.text}
_PLACE: Table = {"id": _X.text}
_ERROR_DECLARATION: Table = {
    "declarationTime": _X.text,
    "reason": _X.text,
    "correctiveEventIDs": _X.texts,
}
EVENT: Table = {
    **dict.fromkeys(
        (
            "eventTime", "recordTime", "eventTimeZoneOffset", "eventID", "certificationInfo", "parentID", "action",
            "bizStep", "disposition", "transformationID",
        ),
        _X.text,
    ),
    **dict.fromkeys(("epcList", "childEPCs", "inputEPCList", "outputEPCList"), _X.texts),
    **dict.fromkeys(
        ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList"), _X.quantities
    ),
    **dict.fromkeys(("bizTransactionList", "sourceList", "destinationList"), _X.typed),
    "readPoint": _X.place,
    "bizLocation": _X.place,
    "errorDeclaration": _X.error_declaration,
    "sensorElementList": _X.sensor_elements,
    "persistentDisposition": _X.persistent,
    "ilmd": _X.ilmd,
    "epcClass": _X.text,
    "quantity": _X.decimal,
}  # fmt: skip
"""The standard fields of events and how each becomes a plain value."""
