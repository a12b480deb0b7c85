"""In which order XML writes the fields of an event; reading enforces it, writing follows it.

Source: EPCIS 2.0, section 9.5 (XML schema).
"""

from types import MappingProxyType

EPCIS = "urn:epcglobal:epcis:xsd:2"
QUERY = "urn:epcglobal:epcis-query:xsd:2"
MASTER_DATA = "urn:epcglobal:epcis-masterdata:xsd:2"
HEADER = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"
TERMS = "https://ref.gs1.org/epcis/"
"""GS1's own namespace of EPCIS terms. What the XML schema has no place for is written as an extension in it: further
certificates of an event, the id of a document."""

ROOTS = MappingProxyType(
    {
        "EPCISDocument": EPCIS,
        "EPCISQueryDocument": QUERY,
        "EPCISMasterDataDocument": MASTER_DATA,
    }
)

_BASE = [
    "eventTime",
    "recordTime",
    "eventTimeZoneOffset",
    "eventID",
    "errorDeclaration",
    "certificationInfo",
    "baseExtension",
]
_WHERE = ["bizStep", "disposition", "readPoint", "bizLocation"]
_END = ["sourceList", "destinationList", "sensorElementList", "persistentDisposition"]

ORDER = MappingProxyType(
    {
        "ObjectEvent": (
            *_BASE, "epcList", "action", *_WHERE, "bizTransactionList", "quantityList", *_END, "ilmd", "extension",
        ),
        "AggregationEvent": (
            *_BASE, "parentID", "childEPCs", "action", *_WHERE, "bizTransactionList", "childQuantityList", *_END,
            "extension",
        ),
        "TransactionEvent": (
            *_BASE, "bizTransactionList", "parentID", "epcList", "action", *_WHERE, "quantityList", *_END, "extension",
        ),
        "TransformationEvent": (
            *_BASE, "inputEPCList", "inputQuantityList", "outputEPCList", "outputQuantityList", "transformationID",
            *_WHERE, "bizTransactionList", *_END, "ilmd", "extension",
        ),
        "AssociationEvent": (
            *_BASE, "parentID", "childEPCs", "childQuantityList", "action", *_WHERE, "bizTransactionList", *_END,
            "extension",
        ),
        # The old event of a mere quantity, read only.
        "QuantityEvent": (*_BASE, "epcClass", "quantity", *_WHERE, "bizTransactionList", "extension"),
    }
)  # fmt: skip
ANY = (
    *_BASE, "parentID", "bizTransactionList", "epcList", "childEPCs", "inputEPCList", "inputQuantityList",
    "outputEPCList", "outputQuantityList", "quantityList", "childQuantityList", "transformationID", "action", *_WHERE,
    *_END, "ilmd", "extension",
)  # fmt: skip
"""The order in which the fields of an extension event type are written; reading takes any."""
