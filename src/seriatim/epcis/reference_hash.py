"""The event hash as GS1's reference generator computes it, for exchange with programs that use it.

It works on the document as it was written, not on what we understand of it: prefixes, number formats and even the
order of fields of a bizTransaction show in the result. The strict mode (`hash`) has none of these accidents; this one
reproduces them, so that both sides of an exchange get the same text. Where the reference drops an event without a
word, an error stands in its place.
Source: CBV 2.0, section 8.9; behaviour of the reference generator 1.9.3 (github.com/RalphTro/epcis-event-hash-generator).
"""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from seriatim.epcis import strict_json, vocabulary
from seriatim.epcis.canon import identifier
from seriatim.epcis.errors import EPCISError, Findings, Problem
from seriatim.epcis.vocabulary import WordList
from seriatim.epcis.xml_tree import Element, attributes, is_xml, name_of, parse


class Node(NamedTuple):
    """A field: its name, its text, the fields in it. A bizTransaction, source or destination has no name of its own."""

    name: str
    text: str
    inside: "list[Node]"


Order = dict[str, "Order"]


def _order(names: str, **inside: Order) -> Order:
    return {name: inside.get(name, {}) for name in names.split()}


_EPCS = _order("epc")
_QUANTITIES = _order("quantityElement", quantityElement=_order("epcClass quantity uom"))
_SENSED = _order(
    "sensorMetadata sensorReport",
    sensorMetadata=_order(
        "time startTime endTime deviceID deviceMetadata rawData dataProcessingMethod bizRules"
    ),
    sensorReport=_order(
        "type exception deviceID deviceMetadata rawData dataProcessingMethod time microorganism chemicalSubstance "
        "value component stringValue booleanValue hexBinaryValue uriValue minValue maxValue meanValue sDev percRank "
        "percValue uom coordinateReferenceSystem"
    ),
)
_EVENT = _order(
    "eventTime eventTimeZoneOffset certificationInfo parentID epcList inputEPCList childEPCs quantityList "
    "childQuantityList inputQuantityList outputEPCList outputQuantityList action transformationID bizStep disposition "
    "persistentDisposition readPoint bizLocation sensorElementList",
    epcList=_EPCS,
    inputEPCList=_EPCS,
    childEPCs=_EPCS,
    outputEPCList=_EPCS,
    quantityList=_QUANTITIES,
    childQuantityList=_QUANTITIES,
    inputQuantityList=_QUANTITIES,
    outputQuantityList=_QUANTITIES,
    persistentDisposition=_order("set unset"),
    readPoint=_order("id"),
    bizLocation=_order("id"),
    sensorElementList=_order("sensorElement", sensorElement=_SENSED),
)
_LEFT_OUT = frozenset({"recordTime", "eventID", "type", "errorDeclaration"})
_COMMENTS = frozenset({"#text", "rdfs:comment", "comment"})
_PAIRS = {"bizTransactionList": "bizTransaction", "sourceList": "source", "destinationList": "destination"}
_WRAPPERS = frozenset({"extension", "baseExtension"})
_CURIES = (("gs1:", vocabulary.GS1_WEB), ("cbv:", vocabulary.CBV_WEB))
# Without the components: the reference does not map urn:epcglobal:cbv:comp:.
_URNS = tuple(
    (f"urn:epcglobal:cbv:{urn}:", f"{vocabulary.CBV_WEB}{web}-")
    for urn, web in (("bizstep", "BizStep"), ("disp", "Disp"), ("btt", "BTT"), ("sdt", "SDT"), ("er", "ER"))
)


def reference_texts(data: bytes) -> list[str | Problem]:
    """For each event of a document, in its order: the text that is hashed, or why there is none.

    Raises EPCISError when the document cannot be read at all. It is not checked otherwise: see `loads`.
    """
    where = "/epcisBody/eventList/"
    events = _xml_events(parse(data)) if is_xml(data) else _json_events(_json(data))
    return [_rendered(event, f"{where}{index}") for index, event in enumerate(events)]


def reference_text(event: dict[str, Any]) -> str:
    """The same for one event as JSON with its own `@context`. Raises EPCISError when the reference would drop it."""
    context = event.get("@context")
    fields = {name: value for name, value in event.items() if name != "@context"}
    document = {"@context": context, "epcisBody": {"eventList": [fields]}}
    text = _rendered(next(iter(_json_events(document))), "")
    if isinstance(text, Problem):
        raise EPCISError([text])
    return text


def _rendered(event: Node, path: str) -> str | Problem:
    try:
        ordered = _in_order(event.inside, _EVENT)
        rest = [one for one in event.inside if one.name not in _LEFT_OUT]
        return f"eventType={event.name}{ordered}{_sorted(rest)}"
    except (ValueError, OverflowError) as error:
        message = f"the reference generator drops this event ({error}): use the strict mode for it"
        return Problem(path, "not_hashable", message)


# Rendering ---------------------------------------------------------------------------------------------------------


def _in_order(fields: list[Node], order: Order) -> str:
    """The known fields in their order; they are taken out of the list, unless something in them was left over."""
    own = _own_extensions(fields)
    named: dict[str, list[Node]] = {}
    for one in fields:
        named.setdefault(one.name, []).append(one)
    parts: list[str] = []
    for name, inside in order.items():
        if name in named:
            values = [value for one in named[name] if (value := _field(one, inside))]
            parts += sorted(values) if len(values) > 1 else values
    fields[:] = [one for one in fields if one.inside or one.name not in order]
    return "".join(parts) + _sorted(own)


def _own_extensions(fields: list[Node]) -> list[Node]:
    """Extensions that stay inside their parent; of the namespaces, the reference sees those only that end in `/`."""
    if (
        len(fields) <= 1
        or all(one.name[:1] != "{" for one in fields)
        or any("eventTime" in one.name or "action" in one.name for one in fields)
    ):
        return []
    own = [one for one in fields if "{" in one.name and "/}" in one.name]
    for one in own:
        fields.remove(one)
    return own


def _field(one: Node, order: Order) -> str:
    inside = _in_order(one.inside, order) if order else ""
    text = one.text.strip()
    if text:
        lower = one.name.lower()
        text = _time(text) if "time" in lower and "offset" not in lower else _canonical(text)
    if not text and not inside:
        return ""
    return f"{one.name}={text}{inside}" if text else one.name + inside


def _sorted(fields: list[Node]) -> str:
    """Any fields, sorted by their text; the two parts of a bizTransaction keep their order."""
    rendered = [_anything(one) for one in fields]
    if len(fields) > 1 and not any(one.name in _PAIRS.values() for one in fields):
        rendered.sort()
    return "".join(rendered)


def _anything(one: Node) -> str:
    text = one.text.strip()
    return f"{one.name}={_canonical(text)}{_sorted(one.inside)}" if text else one.name + _sorted(one.inside)


def _time(text: str) -> str:
    """UTC with milliseconds; a tie at the fourth digit goes to the even one. Raises ValueError from .9995 on."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return text
    if at.tzinfo is None:
        raise ValueError(f"{text[:40]} has no time zone")
    at = at.astimezone(UTC)
    return at.replace(microsecond=round(at.microsecond, -3)).isoformat(timespec="milliseconds")[:-6] + "Z"


def _canonical(text: str) -> str:
    if "urn:epcglobal:cbv:" in text:
        for urn, web in _URNS:
            text = text.replace(urn, web)
    number = _number(text)
    return identifier(text) if number is None else number


def _number(text: str) -> str | None:
    """What Python's float makes of it, lots and serials included. Raises OverflowError for infinity."""
    if not text[0].isdigit() and text[0] not in "+-.iInN":
        return None
    try:
        number = float(text)
        return str(int(number) if int(number) == number else number)
    except ValueError:
        return None


# XML ---------------------------------------------------------------------------------------------------------------


def _xml_events(root: Element) -> Iterator[Node]:
    for listed in root.iter("EventList"):
        for event in _through(listed):
            yield _xml_node(event)


def _through(element: Element) -> Iterator[Element]:
    """The children; the reference deletes wrappers from the text before it reads."""
    for child in element:
        if child.tag in _WRAPPERS and not child.attrib:
            yield from _through(child)
        else:
            yield child


def _xml_node(element: Element) -> Node:
    name = name_of(element)
    inside = [Node(key, _expanded(value), []) for key, value in attributes(element)]
    member = _PAIRS.get(name)
    for child in _through(element):
        if member is not None and child.tag == member:
            kind = sorted(attributes(child))[:1]
            parts = [Node(key, _expanded(value), []) for key, value in kind]
            inside.append(Node("", "", [*parts, Node(member, (child.text or "").strip(), [])]))
        else:
            inside.append(_xml_node(child))
    return Node(name, _expanded((element.text or "").strip()), inside)


def _expanded(text: str) -> str:
    for prefix, uri in _CURIES:
        if text.startswith(prefix):
            return text.replace(prefix, uri)
    return text


# JSON --------------------------------------------------------------------------------------------------------------


def _json(data: bytes) -> Any:
    found = Findings()
    strict_json.parse(data, found)  # the same refusals; the reference then counts in doubles
    found.raise_if_any()
    return json.loads(data.decode("utf-8-sig"))


def _json_events(document: Any) -> Iterator[Node]:
    body = document.get("epcisBody", {}) if isinstance(document, dict) else {}
    results = body.get("queryResults", {}).get("resultsBody", {}) if "queryResults" in body else body
    listed = results.get("eventList", [])
    words = _Words(document.get("@context") if isinstance(document, dict) else None, listed)
    for event in listed:
        yield _as_xml_has_it(words.node(event))


class _Words:
    """The prefixes of a document and the vocabulary words that stand in its fields.

    The reference expands the document, gathers every URI of the CBV, and then replaces each text, wherever it stands,
    that is the end of exactly one of them.
    """

    def __init__(self, context: Any, events: list[Any]) -> None:
        self._namespaces: dict[str, str] = {}
        for part in context if isinstance(context, list) else []:
            if isinstance(part, dict):
                for name, value in part.items():
                    uri = value.get("@id") if isinstance(value, dict) else value
                    if isinstance(uri, str):
                        self._namespaces[name] = uri
            elif isinstance(part, str):
                self._namespaces[part] = part
        self._uris = {uri for event in events for uri in _uris_in(event)}
        self._replaced: dict[str, str] = {}

    def node(self, value: Any) -> Node:
        """A value as fields; arrays become repeated fields."""
        if isinstance(value, dict):
            inside: list[Node] = []
            for key, one in value.items():
                if key in _COMMENTS:
                    continue
                name = self._name(key)
                if type(one) is str:
                    inside.append(Node(name, self._text(one), []))
                elif isinstance(one, list):
                    inside += [Node(name, part.text, part.inside) for part in map(self.node, one)]
                else:
                    part = self.node(one)
                    inside.append(Node(name, part.text, part.inside))
            kind = value.get("type", "")
            return Node(
                self._name(self._text(kind)) if isinstance(kind, str) else "", self._own_text(value), inside
            )
        if isinstance(value, list):
            return Node("", "", [self.node(one) for one in value])
        return Node("", self._text(value) if isinstance(value, str) else str(value), [])

    def _own_text(self, value: dict[str, Any]) -> str:
        return str(value.get("#text", ""))

    def _name(self, key: str) -> str:
        head, colon, rest = key.partition(":")
        uri = self._namespaces.get(head) if colon else None
        return key if uri is None else f"{{{uri}}}{rest}"

    def _text(self, text: str) -> str:
        known = self._replaced.get(text)
        if known is None:
            fitting = [uri for uri in self._uris if uri.endswith(("-" + text, "/" + text))]
            known = fitting[0] if len(fitting) == 1 else text
            head, colon, rest = known.partition(":")
            if colon and head in self._namespaces:
                known = self._namespaces[head] + rest
            self._replaced[text] = known
        return known


_WORDS_OF: dict[str, tuple[WordList, ...]] = {
    "bizStep": (vocabulary.BIZ_STEP,),
    "disposition": (vocabulary.DISPOSITION,),
    "set": (vocabulary.DISPOSITION,),
    "unset": (vocabulary.DISPOSITION,),
    "reason": (vocabulary.ERROR_REASON,),
    "component": (vocabulary.COMPONENT,),
    "exception": (vocabulary.SENSOR_ALERT,),
}
_TYPES_OF = {
    "bizTransactionList": vocabulary.BIZ_TRANSACTION_TYPE,
    "sourceList": vocabulary.SOURCE_DEST_TYPE,
    "destinationList": vocabulary.SOURCE_DEST_TYPE,
    "sensorReport": vocabulary.MEASUREMENT_TYPE,
}


def _uris_in(value: Any, kind: WordList | None = None) -> Iterator[str]:
    """The URIs of the CBV that stand in a value, bare words written out."""
    if isinstance(value, dict):
        for name, one in value.items():
            lists = (kind,) if name == "type" and kind is not None else _WORDS_OF.get(name, ())
            if lists:
                yield from _spelt_out(one if isinstance(one, list) else [one], lists[0])
            else:
                yield from _uris_in(one, _TYPES_OF.get(name))
    elif isinstance(value, list):
        for one in value:
            yield from _uris_in(one, kind)
    elif isinstance(value, str) and value.startswith((vocabulary.CBV_WEB[:-1], vocabulary.GS1_WEB[:-1])):
        yield value


def _spelt_out(values: Iterable[Any], words: WordList) -> Iterator[str]:
    for value in values:
        if isinstance(value, str):
            word = words.find(value)
            if word is not None and not value.startswith("urn:"):
                yield words.web_uri(word)


def _as_xml_has_it(one: Node) -> Node:
    """Gives a node of JSON the structure that XML has: lists with their members, children under one roof."""
    if not one.inside:
        return Node(_xml_name(one.name, []), one.text, [])
    inside: list[Node] = []
    lists: dict[str, list[Node]] = {}
    children: list[Node] = []
    for part in one.inside:
        if part.name.endswith("List"):
            lists.setdefault(part.name, []).append(Node(part.name[:-4], part.text, part.inside))
        elif part.name == "childEPCs":
            children.append(Node("epc", part.text, []))
        else:
            inside.append(_as_xml_has_it(part))
    for name, members in lists.items():
        if name in _PAIRS:
            inside.append(Node(name, "", [Node("", "", member.inside[:2]) for member in members]))
        else:
            inside.append(Node(name, "", [_as_xml_has_it(member) for member in members]))
    if children:
        inside.append(Node("childEPCs", "", children))
    return Node(_xml_name(one.name, inside), one.text, inside)


def _xml_name(name: str, inside: list[Node]) -> str:
    if name in {"inputEPC", "outputEPC"}:
        return "epc"
    if name in {"inputQuantity", "outputQuantity", "childQuantity"} or (name == "quantity" and inside):
        return "quantityElement"
    return name
