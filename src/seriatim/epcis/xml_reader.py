"""Reads EPCIS documents written in XML: version 2.0, and 1.0 to 1.2 lifted to it.

The same readers and rules as for JSON-LD apply (`events`, `rules`); on top comes what only XML can get wrong: the
order of elements. Every fault names the line.
"""

import re
from collections.abc import Iterator
from typing import Any

from seriatim.epcis import limits
from seriatim.epcis.contexts import PREDEFINED
from seriatim.epcis.errors import Findings, Problem
from seriatim.epcis.events import EventReader
from seriatim.epcis.fields import grouped
from seriatim.epcis.master_data import read_vocabularies
from seriatim.epcis.model import Document, Event, Extension, Vocabulary
from seriatim.epcis.values import shown
from seriatim.epcis.xml_order import HEADER, ORDER, ROOTS, TERMS
from seriatim.epcis.xml_tree import XSI, Element, attributes, line_of, name_of, parse, refusal
from seriatim.epcis.xml_values import EVENT, XmlFieldReader, XmlValues

_ROOT = re.compile(r"\{urn:epcglobal:epcis(?:-query|-masterdata)?:xsd:([12])\}([A-Za-z]+)")
_NAMESPACES = re.compile(r"\{urn:epcglobal:epcis(?:-query|-masterdata)?:xsd:[12]\}")
_RANKS = {kind: {name: rank for rank, name in enumerate(names)} for kind, names in ORDER.items()}
# Of each type of event: name of a child -> (its place in the order, its reader), None where it has none.
_CHILDREN = {
    kind: {name: (ranks.get(name), EVENT.get(name)) for name in {*ranks, *EVENT}}
    for kind, ranks in _RANKS.items()
}
_CHILDREN_OF_ANY = {name: (None, read) for name, read in EVENT.items()}
_UNKNOWN = (None, None)
_IN_EVENT_LIST = "eventList"


def read_document(data: bytes, found: Findings) -> Document:
    """The document in an XML text; notes faults and warnings in `found`. Source: EPCIS 2.0, section 9."""
    return XmlDocumentReader(found).document(parse(data))


class XmlDocumentReader(EventReader):
    """Reads documents and events from trees of elements."""

    def __init__(self, found: Findings) -> None:
        super().__init__(found, XmlFieldReader(found), xml=True)
        self.values = XmlValues(found)
        self.old = False  # version 1.x
        self._path = "/epcisBody/eventList"
        self._elements: list[Element] = []

    # Envelope --------------------------------------------------------------------------------------------------

    def document(self, root: Element) -> Document:
        kind = self.root(root)
        known = self._head(root, kind)
        body = _child(root, "EPCISBody")
        if body is None:
            self.found.refuse("/epcisBody", "field_missing", "EPCISBody is missing: add it")
        vocabularies = self._header(root, known)
        events: tuple[Event, ...] = ()
        if body is not None and kind == "EPCISMasterDataDocument":
            vocabularies += self.vocabularies(_child(body, "VocabularyList"), "/epcisBody")
        elif body is not None:
            results = self._results(body, known) if kind == "EPCISQueryDocument" else body
            events = self._events(_child(results, "EventList") if results is not None else None)
            if results is not None:
                vocabularies += self.vocabularies(_child(results, "VocabularyList"), "/epcisBody")
        self._place(root)
        return Document(**known, events=events, master_data=vocabularies, warnings=tuple(self.found.warnings))

    def root(self, root: Element) -> str:
        """Which kind of document it is; sets the version. Raises EPCISError when it is none."""
        match = _ROOT.fullmatch(name_of(root))
        if match is None or match.group(2) not in ROOTS:
            message = (
                f"{shown(name_of(root))} is no EPCIS document: begin with EPCISDocument in "
                "urn:epcglobal:epcis:xsd:2 (or :1)"
            )
            raise refusal("bad_document_type", message, line_of(root))
        self.old = match.group(1) == "1"
        if _NAMESPACES.match(f"{{{root.nsmap.get(None)}}}"):
            self._unqualify(root)
        return match.group(2)

    def _unqualify(self, root: Element) -> None:
        """Some programs put every element into the namespace of the document; the standard puts none."""
        changed = False
        for element in root.iterdescendants():
            tag = name_of(element)
            if match := _NAMESPACES.match(tag):
                element.tag = tag[match.end() :]
                changed = True
        if changed:
            message = "elements inside the document belong to no namespace: remove xmlns="
            self.found.warn("", "qualified_elements", message)

    def _head(self, root: Element, kind: str) -> dict[str, Any]:
        fields = self.fields
        known: dict[str, Any] = {"type": kind, "prefixes": _prefixes(root)}
        for name, attribute, read in (
            ("schemaVersion", "schema_version", fields.version),
            ("creationDate", "creation_date", fields.instant),
        ):
            value = root.get(name)
            if value is None:
                self.found.refuse(f"/{name}", "field_missing", f"{name} is missing: add it")
            elif (result := read("", name, value.strip())) is not None:
                known[attribute] = result
        if self.old:
            known["schema_version"] = "2.0"  # what is read is lifted to it
        identifier = root.get(f"{{{TERMS}}}id")
        if identifier is not None:
            known["id"] = fields.uri("", "id", identifier)
        extensions: list[Extension] = []
        for child in root:
            name = name_of(child)
            if name[0] == "{" and (one := self.values.extension(child, "")) is not None:
                extensions.append(one)
            elif name not in {"EPCISHeader", "EPCISBody", "extension"}:
                self.fields.unknown_field("", name, frozenset({"EPCISHeader", "EPCISBody"}))
        known["extensions"] = grouped(extensions)
        return known

    def _header(self, root: Element, known: dict[str, Any]) -> tuple[Vocabulary, ...]:
        header = _child(root, "EPCISHeader")
        if header is None:
            return ()
        vocabularies: tuple[Vocabulary, ...] = ()
        for child in through(header):
            if child.tag == f"{{{HEADER}}}StandardBusinessDocumentHeader":
                known |= _business_header(child)
            elif child.tag == "EPCISMasterData":
                where = "/epcisHeader/epcisMasterData"
                vocabularies += self.vocabularies(_child(child, "VocabularyList"), where)
            else:
                name = name_of(child)
                message = f"{shown(name)} belongs to the envelope, not to any event, and is dropped"
                self.found.warn("/epcisHeader", "envelope_field_dropped", message)
        return vocabularies

    def _results(self, body: Element, known: dict[str, Any]) -> Element | None:
        results = next((one for one in body if name_of(one).endswith("QueryResults")), None)
        path = "/epcisBody/queryResults"
        if results is None:
            self.found.refuse(path, "field_missing", "QueryResults is missing: add it")
            return None
        self._path = path + "/resultsBody/eventList"
        for name, attribute in (("queryName", "query_name"), ("subscriptionID", "subscription_id")):
            child = _child(results, name)
            if child is not None:
                known[attribute] = self.values.text(child, path)
            elif name == "queryName":
                self.found.refuse(f"{path}/{name}", "field_missing", "queryName is missing: add it")
        inner = _child(results, "resultsBody")
        if inner is None:
            self.found.refuse(f"{path}/resultsBody", "field_missing", "resultsBody is missing: add it")
        return inner

    # Master data -----------------------------------------------------------------------------------------------

    def vocabularies(self, listed: Element | None, where: str) -> tuple[Vocabulary, ...]:
        """The vocabularies of a `VocabularyList`."""
        if listed is None:
            return ()
        plain = [self._vocabulary(one) for one in listed if one.tag == "Vocabulary"]
        return read_vocabularies(self.fields, {"vocabularyList": plain}, where)

    def _vocabulary(self, element: Element) -> dict[str, Any]:
        listed = _child(element, "VocabularyElementList")
        elements = [] if listed is None else [self._vocabulary_element(one) for one in listed]
        return {**_attribute(element, "type"), "vocabularyElementList": elements}

    def _vocabulary_element(self, element: Element) -> dict[str, Any]:
        fields: dict[str, Any] = {**_attribute(element, "id"), "attributes": [], "children": []}
        for child in element:
            if child.tag == "attribute":
                fields["attributes"].append(self._master_attribute(child))
            elif child.tag == "children":
                fields["children"] = self.values.texts(child, "")
            else:
                fields[name_of(child)] = ""
        return fields

    def _master_attribute(self, element: Element) -> dict[str, Any]:
        fields: dict[str, Any] = _attribute(element, "id")
        if len(element):
            inside: dict[str, Any] = {}
            for child in element:
                self.values.add(child, "", inside)
            fields["attribute"] = inside
        else:
            fields["attribute"] = self.values.text(element, "")
        return fields

    # Events ----------------------------------------------------------------------------------------------------

    def _events(self, listed: Element | None) -> tuple[Event, ...]:
        if listed is None:
            return ()
        self._elements = list(through(listed))
        if len(self._elements) > limits.EVENTS_MAX:
            count = len(self._elements)
            message = f"the document has {count} events, at most {limits.EVENTS_MAX} are taken: split it"
            self.found.refuse(self._path, "too_many_events", message)
            return ()
        place = self._path + "/"
        events = (
            self.listed_event(element, place + str(index)) for index, element in enumerate(self._elements)
        )
        return tuple(event for event in events if event is not None)

    def listed_event(self, element: Element, where: str) -> Event | None:
        """The event of an element."""
        return self.event(self.given(element, where), where)

    def single(self, element: Element, index: int) -> Event | None:
        """The event of that number in a stream; its faults have their lines."""
        if _NAMESPACES.match(name_of(element)):
            self._unqualify(element)
            element.tag = name_of(element).rpartition("}")[2]
        where = f"{self._path}/{index}"
        event = self.listed_event(element, where)
        for noted in (self.found.problems, self.found.warnings):
            noted[:] = [
                Problem(one.path, one.code, one.message, line_of(walk(element, one.path.split("/")[4:])[0]))
                for one in noted
            ]
        return event

    def given(self, element: Element, where: str) -> dict[str, Any]:
        """The fields of an event as JSON would name them."""
        kind = name_of(element)
        children = _CHILDREN.get(kind, _CHILDREN_OF_ANY)
        given: dict[str, Any] = {"type": kind[1:].replace("}", "") if kind[0] == "{" else kind}
        if element.attrib:
            self._attributes_dropped(element, where)
        values, last = self.values, -1
        for child in element:
            tag = child.tag
            rank, read = children.get(tag, _UNKNOWN)
            if rank is not None:
                if rank < last:
                    self._misplaced(kind, tag, where)
                else:
                    last = rank
            if read is None:
                self._other(child, where, given)
            elif tag in given:
                values.repeated(where, tag)
            else:
                given[tag] = read(values, child, where + "/" + tag)
        if kind == "QuantityEvent":
            _lift_quantity_event(given)
        return given

    def _other(self, child: Element, where: str, given: dict[str, Any]) -> None:
        """What is no field: a wrapper of older versions, an extension, or a mistake."""
        tag = name_of(child)
        if tag in {"extension", "baseExtension"}:
            for inner in through(child):
                name = name_of(inner)
                read = EVENT.get(name)
                if read is None:
                    self._other(inner, where, given)
                    continue
                if not self.old:
                    message = f"{name} stands in a wrapper of version 1: move it to its place in the event"
                    self.found.forgive(f"{where}/{name}", "wrapped_field", message)
                if name in given:
                    self.values.repeated(where, name)
                given[name] = read(self.values, inner, f"{where}/{name}")
        elif tag[0] == "{":
            self.values.add(child, where, given)
        else:
            given[tag] = self.values.text(child, where)

    def _misplaced(self, kind: str, name: str, where: str) -> None:
        before = ORDER[kind][_RANKS[kind][name] + 1]
        message = (
            f"{name} stands too late: in a {kind} it comes before {before}, the XML schema fixes the order"
        )
        self.found.refuse(f"{where}/{name}", "element_order", message)

    def _attributes_dropped(self, element: Element, where: str) -> None:
        names = [name for name, _ in attributes(element) if not name.startswith(f"{{{XSI}}}")]
        if names:
            message = f"attributes of an event ({shown(names[0])}) are dropped: write elements instead"
            self.found.warn(where, "attribute_dropped", message)

    # Lines -----------------------------------------------------------------------------------------------------

    def _place(self, root: Element) -> None:
        """Gives every fault and warning its line."""
        for noted in (self.found.problems, self.found.warnings):
            noted[:] = [
                one if one.line else Problem(one.path, one.code, one.message, self._line_of(one.path, root))
                for one in noted
            ]

    def _line_of(self, path: str, root: Element) -> int | None:
        before, found, rest = path.partition(f"/{_IN_EVENT_LIST}/")
        steps = (rest if found else before).lstrip("/").split("/")
        if not found:
            return line_of(walk(root, steps)[0])
        index = int(steps[0])
        return (
            line_of(walk(self._elements[index], steps[1:])[0])
            if index < len(self._elements)
            else line_of(root)
        )


def walk(element: Element, steps: list[str]) -> tuple[Element, list[str]]:
    """The element at a place, or the nearest around it and the steps that led no further."""
    position = 0
    while position < len(steps):
        step = steps[position].replace("~1", "/").replace("~0", "~")
        children = list(through(element))
        if (index := index_in(step)) is not None:
            if index >= len(children):
                return element, steps[position:]
            element = children[index]
        else:
            named = [one for one in children if name_of(one) == step or _local(one).lower() == step.lower()]
            if not named:
                return element, steps[position:]
            further = index_in(steps[position + 1]) if position + 1 < len(steps) else None
            if step == "sensorReport" and further is not None and further < len(named):
                element, position = named[further], position + 1
            else:
                element = named[-1]  # a name that stands twice: the second is the mistake
        position += 1
    return element, []


def index_in(step: str) -> int | None:
    """The number that a step of a pointer is; None for a name."""
    return int(step) if step.isascii() and step.isdecimal() and len(step) < 10 else None


def _local(element: Element) -> str:
    return name_of(element).rpartition("}")[2]


def through(element: Element) -> Iterator[Element]:
    """The children, those in wrappers too."""
    for child in element:
        if child.tag in {"extension", "baseExtension"}:
            yield from through(child)
        else:
            yield child


def _child(element: Element, name: str) -> Element | None:
    return next((one for one in through(element) if one.tag == name), None)


def _attribute(element: Element, name: str) -> dict[str, Any]:
    value = element.get(name)
    return {} if value is None else {name: value.strip()}


def _prefixes(root: Element) -> tuple[tuple[str, str], ...]:
    """The prefixes of extension namespaces that the root declares."""
    standard = ("urn:epcglobal:", "http://www.w3.org/", HEADER, TERMS)
    return tuple(
        (prefix, uri)
        for prefix, uri in root.nsmap.items()
        if prefix and prefix not in PREDEFINED and uri and not uri.startswith(standard)
    )


def _business_header(header: Element) -> dict[str, str]:
    """Sender, receiver and number of the Standard Business Document Header."""
    found = {}
    for attribute, path in (
        ("sender", ("Sender", "Identifier")),
        ("receiver", ("Receiver", "Identifier")),
        ("instance_identifier", ("DocumentIdentification", "InstanceIdentifier")),
    ):
        element: Element | None = header
        for name in path:
            element = None if element is None else element.find(f"{{{HEADER}}}{name}")
        if element is not None and element.text and element.text.strip():
            found[attribute] = element.text.strip()
    return found


def _lift_quantity_event(given: dict[str, Any]) -> None:
    """The quantity event of version 1 becomes an object event that observes a quantity."""
    given["type"] = "ObjectEvent"
    given.setdefault("action", "OBSERVE")
    element = {"epcClass": given.pop("epcClass", ""), "quantity": given.pop("quantity", None)}
    given["quantityList"] = [{name: value for name, value in element.items() if value is not None}]
