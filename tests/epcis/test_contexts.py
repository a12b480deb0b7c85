from collections.abc import Callable
from typing import Any

import pytest
from tests.epcis.documents import (
    CONTEXT,
    EX,
    LEAVE_OUT,
    document,
    event,
    event_faults,
    faults,
    read,
    warnings,
)

from seriatim import epcis


@pytest.mark.parametrize(
    "address",
    [
        CONTEXT,
        "https://ref.gs1.org/standards/epcis/epcis-context.jsonld",
        "https://gs1.github.io/EPCIS/epcis-context.jsonld",
    ],
)
@pytest.mark.parametrize("wrap", [lambda a: a, lambda a: [a], lambda a: [{"ex": EX}, a]])
def test_the_three_addresses_of_the_epcis_context_are_known(address: str, wrap: Callable[[str], Any]) -> None:
    assert len(epcis.loads(document(event(), context=wrap(address))).events) == 1


def test_another_address_is_refused_and_never_fetched() -> None:
    assert faults(document(event(), context=[CONTEXT, "https://evil.example/context.jsonld"])) == [
        ("/@context/1", "unknown_context")
    ]
    assert faults(document(event(), context=[CONTEXT, {"@import": "https://evil.example/"}])) == [
        ("/@context/1/@import", "unknown_context")
    ]


@pytest.mark.parametrize("context", [LEAVE_OUT, [], {"ex": EX}, [{"ex": EX}]])
def test_without_the_epcis_context_the_line_to_add_is_given(context: Any) -> None:
    with pytest.raises(epcis.EPCISError) as caught:
        epcis.loads(document(event(), context=context))

    problem = caught.value.problems[0]
    assert (problem.path, problem.code) == ("", "context_missing")
    assert f'"@context": "{CONTEXT}"' in problem.message


@pytest.mark.parametrize("context", [7, True, None, [[CONTEXT]], [CONTEXT, 7]])
def test_a_context_of_another_kind_is_refused(context: Any) -> None:
    assert "bad_context" in [code for _, code in faults(document(event(), context=context))]


def test_two_prefixes_in_one_object_are_two_namespaces() -> None:
    found = read(
        event(**{"a:x": "1", "b:x": "2"}),
        context=[CONTEXT, {"a": "https://a.example/", "b": "https://b.example/"}],
    )

    assert found.extensions == (
        epcis.Extension("https://a.example/", "x", "1"),
        epcis.Extension("https://b.example/", "x", "2"),
    )


def test_a_later_event_may_bind_the_same_prefix_anew() -> None:
    data = document(
        event(**{"ex:x": "1"}),
        event(**{"@context": {"ex": "https://other.example/"}, "ex:x": "1"}),
        event(**{"ex:x": "1"}),
        context=[CONTEXT, {"ex": EX}],
    )

    document_read = epcis.loads(data)

    namespaces = [one.extensions[0].namespace for one in document_read.events]
    assert namespaces == [EX, "https://other.example/", EX]
    assert epcis.loads(epcis.dumps(document_read)).events == document_read.events


@pytest.mark.parametrize(
    ("prefix", "uri", "code"),
    [
        ("gs1", "https://evil.example/", "protected_prefix"),
        ("epcis", "https://evil.example/", "protected_prefix"),
        ("urn", "https://evil.example/", "protected_prefix"),
        ("eventTime", "https://evil.example/", "protected_prefix"),
        ("https", "https://evil.example/", "protected_prefix"),
        ("ex", "no uri", "bad_prefix"),
        ("ex", 7, "bad_prefix"),
        ("", EX, "bad_prefix"),
    ],
)
def test_a_prefix_that_would_change_meanings_is_refused(prefix: str, uri: Any, code: str) -> None:
    assert faults(document(event(), context=[CONTEXT, {prefix: uri}])) == [(f"/@context/1/{prefix}", code)]


def test_a_protected_prefix_bound_to_its_own_uri_is_harmless() -> None:
    assert warnings(document(event(), context=[CONTEXT, {"gs1": "https://gs1.org/voc/"}])) == []


def test_the_master_data_prefix_bound_elsewhere_is_forgiven_by_the_published_profile_only() -> None:
    data = document(
        event(action="ADD", ilmd={"cbvmda:lotNumber": "L1"}),
        context=[CONTEXT, {"cbvmda": "http://example.com/cbvmda/"}],
    )

    found = epcis.loads(data)

    assert found.events[0].ilmd == (epcis.Extension("http://example.com/cbvmda/", "lotNumber", "L1"),)
    assert epcis.loads(epcis.dumps(found)).events == found.events
    assert faults(data, profile="strict") == [("/@context/1/cbvmda", "protected_prefix")]


def test_the_master_data_namespace_has_one_name_with_and_without_colon() -> None:
    found = read(event(action="ADD", ilmd={"cbvmda:lotNumber": "L1"}))

    assert found.ilmd == (epcis.Extension("urn:epcglobal:cbv:mda", "lotNumber", "L1"),)


def test_a_field_named_by_a_whole_uri_is_split_at_its_end() -> None:
    names = ["https://a.example/v#x", "https://a.example/v/x", "urn:example:v:x"]

    found = read(event(**dict.fromkeys(names, "1")))

    assert [(one.namespace, one.name) for one in found.extensions] == [
        ("https://a.example/v#", "x"),
        ("https://a.example/v/", "x"),
        ("urn:example:v:", "x"),
    ]


def test_an_undeclared_prefix_is_kept_with_a_warning() -> None:
    data = document(event(**{"zz:foo": "1"}))

    assert epcis.loads(data).events[0].extensions == (epcis.Extension("zz:", "foo", "1"),)
    assert warnings(data) == [("/epcisBody/eventList/0/zz:foo", "unknown_prefix")]


def test_a_namespace_without_a_delimiter_is_kept_with_a_warning() -> None:
    data = document(event(**{"ex:a": "1"}), context=[CONTEXT, {"ex": "https://ns.example.com/epcis"}])

    assert epcis.loads(data).events[0].extensions[0].namespace == "https://ns.example.com/epcis"
    assert warnings(data) == [("/@context/1/ex", "namespace_without_delimiter")]


def test_a_prefixed_value_means_its_whole_uri() -> None:
    with_prefix = read(event(bizStep="ex:frying", epcList=["ex:pan"]), context=[CONTEXT, {"ex": EX}])
    in_full = read(event(bizStep=EX + "frying", epcList=[EX + "pan"]))

    assert with_prefix == in_full


@pytest.mark.parametrize("name", ["foo", "comment", "epclist", "eventtime", "a b:c", "ex:", ":x"])
def test_a_field_without_a_namespace_is_refused(name: str) -> None:
    codes = [code for _, code in event_faults(event(**{name: "1"}), context=[CONTEXT, {"ex": EX}])]

    assert codes in (["unknown_field"], ["bad_field_name"])


def test_a_misspelt_field_is_told_its_right_name() -> None:
    with pytest.raises(epcis.EPCISError, match="perhaps epcList"):
        epcis.loads(document(event(epcLst=[])))


def test_a_context_inside_a_field_is_refused() -> None:
    found = event_faults(event(**{"ex:a": {"@context": {"b": EX}}}), context=[CONTEXT, {"ex": EX}])

    assert found == [("/ex:a/@context", "context_misplaced")]
