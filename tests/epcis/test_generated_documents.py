"""Generated events: what we accept GS1's schemas accept, in both syntaxes, and the strict hash is one. (E45, E46)"""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from tests.epcis.documents import CONTEXT, EX, OTHER_UNIT, PLACE, UNIT_URN, VECTORS, document, event
from tests.epcis.test_round_trip import json_schema, xml_schema

from seriatim import epcis

pytestmark = pytest.mark.skipif(
    not (VECTORS / "xsd").exists(), reason="GS1's schemas are not beside the repository"
)

NUMBERS = st.integers(-(10**6), 10**6) | st.decimals(-1000, 1000, places=3).map(float)
TEXTS = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF, exclude_characters="\x7f"), max_size=12)
EXTENSION = st.recursive(
    TEXTS | NUMBERS | st.booleans(),
    lambda inner: st.dictionaries(
        st.sampled_from(["ex:a", "ex:b", "cbvmda:site"]), inner, min_size=1, max_size=2
    ),
    max_leaves=4,
)
QUANTITY = st.fixed_dictionaries(
    {"epcClass": st.sampled_from(["urn:epc:class:lgtin:9506000.013435.L1", "urn:example:class"])},
    optional={"quantity": NUMBERS, "uom": st.sampled_from(["KGM", "LTR", "C6"])},
)
REPORT = st.fixed_dictionaries(
    {"type": st.sampled_from(["Temperature", "Pressure", "urn:example:own"])},
    optional={"value": NUMBERS, "uom": st.just("CEL"), "stringValue": TEXTS, "booleanValue": st.booleans(), "ex:r": TEXTS},
)  # fmt: skip
SHARED: dict[str, st.SearchStrategy[Any]] = {
    "bizStep": st.sampled_from(["shipping", "packing", "urn:example:step"]),
    "disposition": st.sampled_from(["in_transit", "active"]),
    "readPoint": st.fixed_dictionaries({"id": st.just(PLACE)}, optional={"ex:p": EXTENSION}),
    "bizTransactionList": st.just([{"type": "po", "bizTransaction": "urn:example:po:1"}, {"bizTransaction": "urn:x:y"}]),
    "sensorElementList": st.lists(st.fixed_dictionaries({"sensorReport": st.lists(REPORT, min_size=1, max_size=2)}), min_size=1, max_size=2),
    "certificationInfo": st.lists(st.sampled_from(["https://a.example/1", "https://a.example/2"]), min_size=1, max_size=2, unique=True),
    "ex:own": EXTENSION,
}  # fmt: skip
OWN: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "ObjectEvent": {"quantityList": st.lists(QUANTITY, max_size=2), "epcList": st.sampled_from([[], [UNIT_URN], [UNIT_URN, OTHER_UNIT]])},
    "AggregationEvent": {"childQuantityList": st.lists(QUANTITY, max_size=2)},
    "AssociationEvent": {"childQuantityList": st.lists(QUANTITY, max_size=2)},
    "TransactionEvent": {"quantityList": st.lists(QUANTITY, max_size=2)},
    "TransformationEvent": {"ilmd": st.dictionaries(st.just("cbvmda:lotNumber"), TEXTS, min_size=1), "transformationID": st.just("urn:example:t")},
}  # fmt: skip


@st.composite
def events(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(sorted(OWN)))
    return event(kind, **draw(st.fixed_dictionaries({}, optional={**SHARED, **OWN[kind]})))


@settings(max_examples=150)
@given(st.lists(events(), min_size=1, max_size=3))
def test_accepted_documents_are_valid_by_gs1s_schemas_and_equal_in_both_syntaxes(
    some: list[dict[str, Any]],
) -> None:
    first = epcis.loads(document(*some, context=[CONTEXT, {"ex": EX}]))

    as_xml = epcis.dumps(first, "xml")
    back = epcis.loads(as_xml)

    schema = xml_schema("EPCISDocument")
    assert schema.validate(etree.fromstring(as_xml)), schema.error_log
    assert [one.message for one in json_schema().iter_errors(epcis.document_json(back))] == []
    assert list(map(epcis.event_hash, back.events)) == list(map(epcis.event_hash, first.events))
