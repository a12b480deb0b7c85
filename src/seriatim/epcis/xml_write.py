"""Writes documents as XML 2.0, valid by GS1's schema, always in the same order.

Words become URNs (or Web URIs), extension fields elements of their namespace. Numbers and truth values inside
extensions carry `xsi:type`, so that they come back as what they were. What XML has no place for is refused, never
dropped.
"""

from collections.abc import Callable, Iterable
from typing import Any, Literal

from lxml import etree

from seriatim.epcis import vocabulary
from seriatim.epcis.canon import number_text
from seriatim.epcis.contexts import PREDEFINED, canonical_namespace
from seriatim.epcis.errors import EPCISError, Problem
from seriatim.epcis.model import (
    BizTransaction,
    Destination,
    Document,
    Event,
    Extension,
    Extensions,
    Instant,
    Location,
    Quantity,
    SensorElement,
    Source,
    Vocabulary,
)
from seriatim.epcis.names import namespaces_of
from seriatim.epcis.vocabulary import WordList
from seriatim.epcis.write import SENSOR_METADATA, SENSOR_REPORT, creation_date, says_nothing
from seriatim.epcis.xml_order import ANY, EPCIS, HEADER, ORDER, ROOTS, TERMS
from seriatim.epcis.xml_tree import XSI, Element

CBVSpelling = Literal["urn", "web"]
_XSD = "http://www.w3.org/2001/XMLSchema"
_DELIMITERS = "/#:"


def document_xml(document: Document, *, cbv: CBVSpelling = "urn") -> bytes:
    """The document in UTF-8. `cbv` chooses the spelling of words: `urn:epcglobal:cbv:...` or `https://ref.gs1.org/...`.

    Raises EPCISError (`not_in_xml`) for what XML cannot say: a name that is none in XML, a control character, a list or
    an object where the schema has attributes only.
    """
    try:
        root = root_for(document, namespaces_of(document))
        XmlWriter(cbv).document(root, document)
    except ValueError as error:
        raise not_in_xml(error) from error
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def not_in_xml(error: ValueError) -> EPCISError:
    """The fault for what lxml would not write."""
    if isinstance(error, EPCISError):
        return error
    message = f"XML cannot say this: {str(error)[:160]}; change the name or the text, or ask for JSON"
    return EPCISError([Problem("", "not_in_xml", message)])


def root_for(document: Document, used: Iterable[str]) -> Element:
    """The root element with every prefix that the document needs."""
    namespaces: dict[str, str] = {"epcis": EPCIS, "xsi": XSI, "xsd": _XSD}
    if document.type != "EPCISDocument":
        namespaces["root"] = ROOTS[document.type]
    preferred = {canonical_namespace(uri): prefix for prefix, uri in PREDEFINED.items() if prefix != "epcis"}
    preferred |= {canonical_namespace(uri): prefix for prefix, uri in document.prefixes}
    for uri in used:
        if uri in namespaces.values():
            continue
        prefix = preferred.get(uri, "")
        if not prefix or prefix in namespaces or prefix.lower().startswith("xml") or not _is_name(prefix):
            number = len(namespaces)
            prefix = f"extns{number}"
        namespaces[prefix] = uri
    root = etree.Element(f"{{{ROOTS[document.type]}}}{document.type}", nsmap=namespaces)
    root.set("schemaVersion", "2.0")
    root.set("creationDate", creation_date(document))
    if document.id is not None:
        root.set(f"{{{TERMS}}}id", document.id)
    return root


def _is_name(prefix: str) -> bool:
    return prefix.isidentifier() and prefix.isascii() and not prefix.startswith("ns")


class XmlWriter:
    """Adds values to elements."""

    def __init__(self, cbv: CBVSpelling = "urn") -> None:
        self._urn = cbv == "urn"

    # Envelope --------------------------------------------------------------------------------------------------

    def document(self, root: Element, document: Document) -> None:
        """Header and body. Where the body has room for master data only or events only, the header takes the former."""
        in_body = document.type == "EPCISMasterDataDocument"
        self._header(root, document, () if in_body else document.master_data)
        body = etree.SubElement(root, "EPCISBody")
        if in_body:
            self.vocabularies(body, document.master_data)
        else:
            self.events(self._results(body, document), document.events)
        self.extensions(root, document.extensions)

    def _header(self, root: Element, document: Document, vocabularies: tuple[Vocabulary, ...]) -> None:
        business = document.sender or document.receiver or document.instance_identifier
        if not business and not vocabularies:
            return
        header = etree.SubElement(root, "EPCISHeader")
        if business:
            _business_header(header, document)
        if vocabularies:
            wrapper = etree.SubElement(header, "extension")
            self.vocabularies(etree.SubElement(wrapper, "EPCISMasterData"), vocabularies)

    def _results(self, body: Element, document: Document) -> Element:
        if document.type != "EPCISQueryDocument":
            return body
        results = etree.SubElement(body, f"{{{ROOTS[document.type]}}}QueryResults")
        _add(results, "queryName", document.query_name or "")
        if document.subscription_id is not None:
            _add(results, "subscriptionID", document.subscription_id)
        return etree.SubElement(results, "resultsBody")

    def vocabularies(self, parent: Element, vocabularies: tuple[Vocabulary, ...]) -> None:
        listed = etree.SubElement(parent, "VocabularyList")
        for one in vocabularies:
            vocabulary_element = etree.SubElement(listed, "Vocabulary", type=one.type)
            if one.elements:
                elements = etree.SubElement(vocabulary_element, "VocabularyElementList")
                for element in one.elements:
                    written = etree.SubElement(elements, "VocabularyElement", id=element.id)
                    for attribute in element.attributes:
                        added = etree.SubElement(written, "attribute", id=attribute.id)
                        if isinstance(attribute.value, tuple):
                            self.extensions(added, attribute.value)
                        elif attribute.value is not None:
                            added.text = _scalar(attribute.value)
                    if element.children:
                        _texts(etree.SubElement(written, "children"), "id", element.children)

    # Events ----------------------------------------------------------------------------------------------------

    def events(self, parent: Element, events: Iterable[Event]) -> None:
        listed = etree.SubElement(parent, "EventList")
        for event in events:
            self.event(listed, event)

    def event(self, listed: Element, event: Event) -> Element:
        """One event, its fields in the order of the schema. An extension event type stands in `extension`."""
        order = ORDER.get(event.type, ANY)
        name = event.type
        if event.type not in ORDER:
            listed = etree.SubElement(listed, "extension")
            name = _clark(event.type)
        element = etree.SubElement(listed, name)
        for field in order:
            write = _FIELDS.get(field)
            if write is not None:
                write(self, element, event)
        for certificate in event.certification_info[1:]:
            _add(element, f"{{{TERMS}}}certificationInfo", certificate)
        self.extensions(element, event.extensions)
        return element

    def word(self, parent: Element, name: str, value: str | None, words: WordList) -> None:
        if value is not None:
            _add(parent, name, self.spelt(value, words))

    def spelt(self, value: str, words: WordList) -> str:
        return words.urn(value) if self._urn else words.web_uri(value)

    def typed(
        self,
        parent: Element,
        name: str,
        members: tuple[BizTransaction, ...] | tuple[Source, ...] | tuple[Destination, ...],
        words: WordList,
    ) -> None:
        if members:
            listed = etree.SubElement(parent, name)
            for one in members:
                added = _add(listed, name.removesuffix("List"), one.id)
                if one.type is not None:
                    added.set("type", self.spelt(one.type, words))

    def place(self, parent: Element, name: str, place: Location | None) -> None:
        if place is not None:
            element = etree.SubElement(parent, name)
            _add(element, "id", place.id)
            self.extensions(element, place.extensions)

    def persistent(self, parent: Element, event: Event) -> None:
        one = event.persistent_disposition
        if one is not None:
            element = etree.SubElement(parent, "persistentDisposition")
            for name, words in (("unset", one.unset), ("set", one.set)):
                for word in words:
                    self.word(element, name, word, vocabulary.DISPOSITION)

    def error(self, parent: Element, event: Event) -> None:
        one = event.error_declaration
        if one is not None:
            element = etree.SubElement(parent, "errorDeclaration")
            _add(element, "declarationTime", one.declaration_time.text)
            self.word(element, "reason", one.reason, vocabulary.ERROR_REASON)
            if one.corrective_event_ids:
                listed = etree.SubElement(element, "correctiveEventIDs")
                _texts(listed, "correctiveEventID", one.corrective_event_ids)
            self.extensions(element, one.extensions)

    def ilmd(self, parent: Element, event: Event) -> None:
        if event.ilmd:
            self.extensions(etree.SubElement(parent, "ilmd"), event.ilmd)

    # Sensor data -----------------------------------------------------------------------------------------------

    def sensors(self, parent: Element, event: Event) -> None:
        if event.sensor_element_list:
            listed = etree.SubElement(parent, "sensorElementList")
            for one in event.sensor_element_list:
                self._sensor_element(etree.SubElement(listed, "sensorElement"), one)

    def _sensor_element(self, element: Element, one: SensorElement) -> None:
        if one.metadata is not None:
            self._attributes(etree.SubElement(element, "sensorMetadata"), one.metadata, SENSOR_METADATA)
        for report in one.reports:
            self._attributes(etree.SubElement(element, "sensorReport"), report, SENSOR_REPORT)
        self.extensions(element, one.extensions)

    def _attributes(self, element: Element, part: Any, fields: tuple[tuple[str, str], ...]) -> None:
        for name, attribute in fields:
            value = getattr(part, attribute)
            if value is None:
                continue
            words = _SENSOR_WORDS.get(name)
            if isinstance(value, Instant):
                element.set(name, value.text)
            elif words is not None:
                element.set(name, words.web_uri(value))
            else:
                element.set(name, ("false", "true")[value] if isinstance(value, bool) else str(value))
        for one in part.extensions:
            name = _clark_of(one)
            if isinstance(one.value, tuple) or name in element.attrib:
                message = (
                    f"{one.name} is an object or a list, sensor data in XML are attributes: ask for JSON"
                )
                raise EPCISError([Problem("", "not_in_xml", message)])
            element.set(name, _scalar(one.value))

    # Extensions ------------------------------------------------------------------------------------------------

    def extensions(self, parent: Element, extensions: Extensions) -> None:
        """Elements of other namespaces. Plain names may stand inside an extension, else in its wrapper only."""
        wrapped = parent.tag in {"readPoint", "bizLocation"}
        for one in extensions:
            if wrapped and not one.namespace:
                slot = parent.find("extension")
                if slot is None:
                    slot = etree.Element("extension")
                    parent.insert(1, slot)
                self._extension(slot, one)
            else:
                self._extension(parent, one)

    def _extension(self, parent: Element, one: Extension) -> None:
        element = etree.SubElement(parent, _clark_of(one))
        if isinstance(one.value, tuple):
            for inner in one.value:
                self._extension(element, inner)
            return
        element.text = _scalar(one.value)
        if not isinstance(one.value, str):
            kind = "boolean" if isinstance(one.value, bool) else "decimal"
            element.set(f"{{{XSI}}}type", f"xsd:{'integer' if type(one.value) is int else kind}")


def _add(parent: Element, name: str, text: str) -> Element:
    element = etree.SubElement(parent, name)
    element.text = text
    return element


def _texts(parent: Element, name: str, texts: Iterable[str]) -> None:
    for text in texts:
        etree.SubElement(parent, name).text = text


def _clark_of(one: Extension) -> str:
    return f"{{{one.namespace}}}{one.name}" if one.namespace else one.name


def _clark(uri: str) -> str:
    cut = max(uri.rfind(mark) for mark in _DELIMITERS) + 1
    return f"{{{uri[:cut]}}}{uri[cut:]}"


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else number_text(value)


def _business_header(header: Element, document: Document) -> None:
    """Standard Business Document Header with what an EPCIS document knows of it."""

    def name(local: str) -> str:
        return f"{{{HEADER}}}{local}"

    element = etree.SubElement(header, name("StandardBusinessDocumentHeader"), nsmap={"sbdh": HEADER})
    _add(element, name("HeaderVersion"), "1.0")
    for part, identifier in (("Sender", document.sender), ("Receiver", document.receiver)):
        _add(etree.SubElement(element, name(part)), name("Identifier"), identifier or "")
    identification = etree.SubElement(element, name("DocumentIdentification"))
    for part, text in (
        ("Standard", "EPCglobal"),
        ("TypeVersion", "2.0"),
        ("InstanceIdentifier", document.instance_identifier or ""),
        ("Type", "Events"),
        ("CreationDateAndTime", creation_date(document)),
    ):
        _add(identification, name(part), text)


def _epcs(field: str, attribute: str) -> "FieldWriter":
    def write(_writer: XmlWriter, parent: Element, event: Event) -> None:
        listed = getattr(event, attribute)
        if listed or (field == "epcList" and says_nothing(event)):
            _texts(etree.SubElement(parent, field), "epc", listed)

    return write


def _quantities(field: str, attribute: str) -> "FieldWriter":
    def write(_writer: XmlWriter, parent: Element, event: Event) -> None:
        quantities: tuple[Quantity, ...] = getattr(event, attribute)
        if not quantities:
            return
        listed = etree.SubElement(parent, field)
        for one in quantities:
            element = etree.SubElement(listed, "quantityElement")
            _add(element, "epcClass", one.epc_class)
            if one.quantity is not None:
                _add(element, "quantity", f"{one.quantity:f}")
            elif one.uom is not None:
                etree.SubElement(element, "quantity").set(f"{{{XSI}}}nil", "true")
            if one.uom is not None:
                _add(element, "uom", one.uom)

    return write


def _plain(field: str, attribute: str) -> "FieldWriter":
    def write(_writer: XmlWriter, parent: Element, event: Event) -> None:
        value = getattr(event, attribute)
        if value is not None:
            _add(parent, field, value.text if isinstance(value, Instant) else value)

    return write


FieldWriter = Callable[[XmlWriter, Element, Event], None]
_SENSOR_WORDS = {
    "type": vocabulary.MEASUREMENT_TYPE,
    "exception": vocabulary.SENSOR_ALERT,
    "component": vocabulary.COMPONENT,
}
_FIELDS: dict[str, FieldWriter] = {
    "eventTime": _plain("eventTime", "event_time_text"),
    "recordTime": _plain("recordTime", "record_time"),
    "eventTimeZoneOffset": _plain("eventTimeZoneOffset", "event_time_zone_offset"),
    "eventID": _plain("eventID", "event_id"),
    "errorDeclaration": XmlWriter.error,
    "certificationInfo": lambda _, parent, event: _texts(
        parent, "certificationInfo", event.certification_info[:1]
    ),
    "epcList": _epcs("epcList", "epc_list"),
    "childEPCs": _epcs("childEPCs", "child_epcs"),
    "inputEPCList": _epcs("inputEPCList", "input_epc_list"),
    "outputEPCList": _epcs("outputEPCList", "output_epc_list"),
    "quantityList": _quantities("quantityList", "quantity_list"),
    "childQuantityList": _quantities("childQuantityList", "child_quantity_list"),
    "inputQuantityList": _quantities("inputQuantityList", "input_quantity_list"),
    "outputQuantityList": _quantities("outputQuantityList", "output_quantity_list"),
    "transformationID": _plain("transformationID", "transformation_id"),
    "parentID": _plain("parentID", "parent_id"),
    "action": _plain("action", "action"),
    "bizStep": lambda writer, parent, event: writer.word(
        parent, "bizStep", event.biz_step, vocabulary.BIZ_STEP
    ),
    "disposition": lambda writer, parent, event: writer.word(
        parent, "disposition", event.disposition, vocabulary.DISPOSITION
    ),
    "readPoint": lambda writer, parent, event: writer.place(parent, "readPoint", event.read_point),
    "bizLocation": lambda writer, parent, event: writer.place(parent, "bizLocation", event.biz_location),
    "bizTransactionList": lambda writer, parent, event: writer.typed(
        parent, "bizTransactionList", event.biz_transaction_list, vocabulary.BIZ_TRANSACTION_TYPE
    ),
    "sourceList": lambda writer, parent, event: writer.typed(
        parent, "sourceList", event.source_list, vocabulary.SOURCE_DEST_TYPE
    ),
    "destinationList": lambda writer, parent, event: writer.typed(
        parent, "destinationList", event.destination_list, vocabulary.SOURCE_DEST_TYPE
    ),
    "sensorElementList": XmlWriter.sensors,
    "persistentDisposition": XmlWriter.persistent,
    "ilmd": XmlWriter.ilmd,
}
