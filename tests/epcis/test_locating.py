"""Every fault can be underlined in the text that was sent."""

import json
from typing import Any
from xml.sax.saxutils import escape

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.epcis import xml_documents
from tests.epcis.documents import CONTEXT, VECTORS, document, event

from seriatim import epcis
from seriatim.epcis import EPCISError, Problem
from seriatim.epcis.errors import pointer

NAMES = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6
) | st.sampled_from(["a/b", "~", "~1", '"', "\\", "0", "é", "\U0001f4e6"])
SCALARS = st.none() | st.booleans() | st.integers() | NAMES
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4)
)


def marked(data: bytes, path: str, code: str = "wrong_type") -> bytes:
    found = epcis.locate(data, Problem(path, code, ""))
    return data[found.start : found.end]


def problems_of(data: bytes) -> list[Problem]:
    with pytest.raises(EPCISError) as caught:
        epcis.loads(data)
    return caught.value.problems


def paths(value: Any, path: str = "") -> list[tuple[str, Any]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [(path, value), *(found for name, one in inside for found in paths(one, pointer(path, name)))]


@given(VALUES, st.sampled_from([None, 2, "\t"]), st.booleans(), st.sampled_from([b"", b"\xef\xbb\xbf"]))
@example({"a/b": {"~": ["]", {"\\": '"'}]}}, 1, True, b"")
def test_a_pointer_marks_its_value_however_the_text_is_written(
    value: Any, indent: Any, ascii_only: bool, mark: bytes
) -> None:
    data = mark + json.dumps(value, indent=indent, ensure_ascii=ascii_only).encode()
    wanted = paths(value)
    for (path, one), found in zip(
        wanted, epcis.locate_all(data, [Problem(path, "wrong_type", "") for path, _ in wanted]), strict=True
    ):
        text = data[found.start : found.end].decode()
        if isinstance(one, dict | list):
            assert text == ("{" if isinstance(one, dict) else "["), path
        else:
            assert repr(json.loads(text)) == repr(one), path
        line = data.decode("utf-8-sig").split("\n")[found.line - 1]
        assert line[found.column - 1 :].startswith(text)


@given(st.lists(st.tuples(st.sampled_from(["a", "b", "c"]), st.integers(0, 9)), min_size=1, max_size=8))
def test_of_a_name_that_stands_twice_the_last_is_marked_as_its_value_is_taken(
    pairs: list[tuple[str, int]],
) -> None:
    data = ("{" + ", ".join(f'"{name}": {value}' for name, value in pairs) + "}").encode()
    for name, value in json.loads(data).items():
        assert marked(data, f"/{name}") == str(value).encode()
        assert epcis.locate(data, Problem(f"/{name}", "duplicate_name", "")).start == data.rindex(
            f'"{name}"'.encode()
        )


def test_a_fault_of_a_name_marks_the_name() -> None:
    data = document(event(foo=1), context=CONTEXT)
    (problem,) = problems_of(data)
    assert (problem.code, marked(data, problem.path, problem.code)) == ("unknown_field", b'"foo"')


def test_what_is_missing_is_marked_at_what_it_is_missing_in() -> None:
    data = document(event(), event(action=None, readPoint={}))
    found = {problem.path: epcis.locate(data, problem) for problem in problems_of(data)}
    missing = found["/epcisBody/eventList/1/readPoint/id"]
    assert data[missing.start : missing.end + 1] == b"{}"


@pytest.mark.parametrize(
    ("data", "sign", "line"),
    [(b'{"a": 1,\n "b": }', b"}", 2), (b'{"a": "\xff"}', b"\xff", 1), (b'{"a"', b'"', 1)],
)
def test_where_a_text_stops_being_json_is_marked(data: bytes, sign: bytes, line: int) -> None:
    (problem,) = problems_of(data)
    found = epcis.locate(data, problem)
    assert (data[found.start : found.end], found.line) == (sign, line)


@given(
    st.lists(st.text("aé&<>'\" \U0001f4e6", min_size=1, max_size=6), min_size=1, max_size=5),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"]),
    st.sampled_from(["", "\n  ", "<!-- <epc> -->", "<?x <epc>?>"]),
)
def test_xml_marks_the_element_whatever_stands_around_it(epcs: list[str], codec: str, between: str) -> None:
    listed = "".join(f"{between}<epc>{escape(one)}</epc>" for one in epcs)
    told = (
        f"<ObjectEvent>{xml_documents.TIMES}<epcList>{listed}</epcList><action>OBSERVE</action></ObjectEvent>"
    )
    prolog = '<?xml version="1.0" encoding="iso-8859-1"?>' if codec == "iso-8859-1" else ""
    text = xml_documents.document(told * 2, prolog=prolog).decode()
    data = text.encode(codec, "xmlcharrefreplace")
    spelling = epcis.encoding_of(data)
    for index, one in enumerate(epcs):
        found = epcis.locate(data, Problem(f"/epcisBody/eventList/1/epcList/{index}", "not_a_uri", ""))
        element = data[found.start : found.end].decode(spelling)
        assert element.encode(codec, "xmlcharrefreplace") == f"<epc>{escape(one)}</epc>".encode(
            codec, "xmlcharrefreplace"
        )
        assert data[: found.end].decode(spelling).count("</epc>") == len(epcs) + index + 1


def test_xml_marks_an_attribute_and_the_start_tag_of_what_holds_others() -> None:
    report = '<sensorReport type="gs1:Temperature" value="%s"/>'
    sensors = (
        f"<sensorElementList><sensorElement>{report % 1}{report % 'x'}</sensorElement></sensorElementList>"
    )
    data = xml_documents.document(xml_documents.OBJECT % sensors)
    (problem,) = problems_of(data)
    assert marked(data, problem.path, problem.code) == b'value="x"'
    assert marked(data, "/epcisBody/eventList/0") == b"<ObjectEvent>"
    assert marked(data, "/epcisBody/eventList/0/ilmd") == b"<ObjectEvent>"
    assert marked(data, "").startswith(b"<e:EPCISDocument ")


def test_xml_reads_through_the_wrappers_of_version_1() -> None:
    told = (
        f"<ObjectEvent>{xml_documents.TIMES}<baseExtension><eventID>a b</eventID></baseExtension><epcList/>"
    )
    told += "<action>OBSERVE</action></ObjectEvent>"
    data = xml_documents.document(f"<extension>{told}</extension>", namespace=xml_documents.EPCIS1)
    (problem,) = problems_of(data)
    assert marked(data, problem.path, problem.code) == b"<eventID>a b</eventID>"


def test_a_text_that_is_no_xml_is_marked_in_its_line() -> None:
    data = b"<a>\n  <b></c>  \n</a>"
    (problem,) = problems_of(data)
    assert marked(data, problem.path) == b"<a>"
    found = epcis.locate(data, problem)
    assert (found.line, data[found.start : found.end]) == (2, b"<b></c>")


TEXTS = st.binary(max_size=60) | st.text('{}[]",:ab\\0 \n<>/é&!-?', max_size=60).map(str.encode)


@given(TEXTS, st.lists(st.text("/ab0~é", max_size=12), max_size=4), st.none() | st.integers(1, 9))
@example("<a><b/></a>".encode("utf-16")[:-1], ["/b"], None)
def test_any_text_and_any_problem_have_an_answer(data: bytes, some: list[str], line: int | None) -> None:
    codes = ["not_json", "not_utf8", "duplicate_name", "wrong_type"]
    asked = [Problem(path, code, "", line) for path in some for code in codes]
    for found in epcis.locate_all(data, asked):
        assert 0 <= found.start <= found.end <= len(data)
        assert min(found.line, found.column) >= 1


@pytest.mark.skipif(not VECTORS.is_dir(), reason="the third-party vectors are not beside the checkout")
def test_every_remark_on_a_published_document_has_its_place_on_its_line() -> None:
    for file in sorted(VECTORS.glob("gs1-xml/**/*.xml")):
        data = file.read_bytes()
        try:
            remarks = epcis.loads(data).warnings
        except EPCISError as error:
            remarks = tuple(error.problems)
        for remark, found in zip(remarks, epcis.locate_all(data, remarks), strict=True):
            if remark.line is not None and remark.path.count("/") > 3:
                end = data.index(b">", found.end - 1)  # the parser counts to the end of the tag
                assert found.line <= remark.line <= 1 + data.count(b"\n", 0, end), file.name
