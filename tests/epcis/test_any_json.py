"""Whatever comes in, the answer is a document or a list of faults, never another exception."""

import json
from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.epcis.documents import CASE, CONTEXT, EX, UNIT, document, event

from seriatim import epcis
from seriatim.epcis import limits
from seriatim.epcis.vocabulary import EVENT_TYPES

NAMES = st.sampled_from(
    [
        "@context",
        "@type",
        "id",
        "type",
        "action",
        "epcList",
        "quantityList",
        "parentID",
        "childEPCs",
        "bizStep",
        "disposition",
        "readPoint",
        "bizLocation",
        "bizTransactionList",
        "sourceList",
        "sensorElementList",
        "sensorReport",
        "sensorMetadata",
        "ilmd",
        "errorDeclaration",
        "eventID",
        "persistentDisposition",
        "set",
        "unset",
        "epcClass",
        "quantity",
        "uom",
        "declarationTime",
        "eventTime",
        "recordTime",
        "time",
        "value",
        "certificationInfo",
        "transformationID",
        "inputEPCList",
        "outputEPCList",
        "ex:a",
        "ex:b",
        "zz:c",
        "plain",
        "cbvmda:lotNumber",
        "https://a.example/b",
        "rdfs:comment",
        "epcisBody",
        "eventList",
        "epcisHeader",
        "epcisMasterData",
        "vocabularyList",
        "attributes",
        "attribute",
        "children",
        "queryResults",
        "resultsBody",
        "schemaVersion",
        "creationDate",
    ]
) | st.text(max_size=5)
TEXTS = st.sampled_from(
    [
        "",
        "ADD",
        "DELETE",
        "shipping",
        UNIT,
        CASE,
        "urn:epc:id:sgtin:1.2.3",
        "2026-03-01T09:00:00Z",
        "ex:x",
        EX,
        CONTEXT,
    ]
) | st.text(max_size=8)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | TEXTS
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=12,
)


def check(data: bytes) -> None:
    """Read it; what is accepted must come back equal, what is refused must say why and what to do."""
    found = epcis_or_error(epcis.loads, data)
    if isinstance(found, epcis.EPCISError):
        check_error(found)
    else:
        again = epcis.loads(epcis.dumps(found))
        assert again.events == found.events
        assert [epcis.event_hash(one) for one in again.events] == [
            epcis.event_hash(one) for one in found.events
        ]
        assert all(is_helpful(warning.message) for warning in found.warnings)


def epcis_or_error(read: Callable[[bytes], Any], data: bytes) -> Any:
    try:
        return read(data)
    except epcis.EPCISError as error:
        return error


def check_error(error: epcis.EPCISError) -> None:
    assert 0 < len(error.problems) <= limits.PROBLEMS_MAX
    assert error.count >= len(error.problems)
    assert all(problem.code and is_helpful(problem.message) for problem in error.problems)
    assert all(not problem.path or problem.path.startswith("/") for problem in error.problems)


def is_helpful(message: str) -> bool:
    """A fault and, behind a colon or a comma, what was expected."""
    return len(message) < 1_000 and (":" in message or ", came " in message)


@given(VALUES)
def test_any_json_is_read_or_refused(value: Any) -> None:
    check(json.dumps(value).encode())


@given(st.binary(max_size=60))
def test_any_octets_are_read_or_refused(data: bytes) -> None:
    check(data)


@given(st.dictionaries(NAMES, VALUES, max_size=6))
def test_any_document_is_read_or_refused(fields: dict[str, Any]) -> None:
    check(document(event(), **fields))


@settings(max_examples=200)
@given(st.sampled_from(EVENT_TYPES), st.dictionaries(NAMES, VALUES, max_size=5))
def test_any_event_is_read_or_refused(kind: str, changes: dict[str, Any]) -> None:
    check(document(event(kind, **changes), context=[CONTEXT, {"ex": EX}]))


@given(VALUES)
def test_any_context_is_read_or_refused(context: Any) -> None:
    check(document(event(**{"ex:a": "1"}), context=context))
    check(document(event(**{"@context": context, "ex:a": "1"})))


EXTENSIONS = st.recursive(
    st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False).filter(lambda x: abs(x) > 1e-300)
    | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["ex:a", "ex:b", "f:a", "zz:c", "plain"]), inner)
    ),
    max_leaves=15,
)


@given(st.dictionaries(st.sampled_from(["ex:a", "ex:b", "f:a", "https://a.example/b#c", "zz:c"]), EXTENSIONS))
def test_any_extension_comes_back_equal(fields: dict[str, Any]) -> None:
    check(document(event(**fields), context=[CONTEXT, {"ex": EX, "f": EX}]))


@given(st.dictionaries(NAMES, VALUES, max_size=4))
def test_any_single_event_is_read_or_refused(fields: dict[str, Any]) -> None:
    data = json.dumps({"@context": CONTEXT, **event(), **fields}).encode()
    found = epcis_or_error(epcis.load_event, data)
    if isinstance(found, epcis.EPCISError):
        check_error(found)
    else:
        assert epcis.load_event(epcis.event_bytes(found)) == found
