"""Each error has a code with a meaning, and shows its place so that a screen can underline it."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seriatim import gs1
from seriatim.gs1 import epc
from seriatim.gs1.meanings import MEANINGS, meaning_of

SOURCE = Path(gs1.__file__).parent
RAISING = {"GS1Error", "Fault", "_whole"}
WITHOUT_PLACE = {"empty", "too_long_input", "too_many_elements"}


def error_of(read: Callable[[str], object], text: str) -> gs1.GS1Error:
    with pytest.raises(gs1.GS1Error) as refused:
        read(text)
    return refused.value


def codes_in_the_source() -> Iterator[str]:
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in RAISING:
                yield from constants(node.args[0])


def constants(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant):
        yield str(node.value)
    if isinstance(node, ast.IfExp):
        yield from constants(node.body)
        yield from constants(node.orelse)


def test_every_code_that_is_raised_has_a_meaning() -> None:
    codes = set(codes_in_the_source())

    assert len(codes) > 60
    assert [code for code in sorted(codes) if not meaning_of(code)] == []


def test_every_published_finding_has_a_meaning(vectors: Any) -> None:
    codes = {
        row["error"].removeprefix("GS1_LINTER_").lower() for row in vectors("linters_dev") if row["error"]
    }

    assert len(codes) >= 99
    assert [code for code in sorted(codes) if not meaning_of(code)] == []


def test_a_code_stands_once_in_the_table() -> None:
    codes = [code for group in MEANINGS.values() for code in group]

    assert len(codes) == len(set(codes))
    assert meaning_of("no_such_code") == ""


@pytest.mark.parametrize(
    ("read", "text", "code", "markup"),
    [
        (gs1.parse, "hello", "not_gs1", "|hello|"),
        (gs1.parse, "^XX1", "unknown_ai", "^|XX1|"),
        (gs1.parse, "(01)09506000134352x(10)A", "value_too_long", "(01)09506000134352|x|"),
        (gs1.parse, "(01)09506000134352(10)A(", "bad_brackets", "(01)09506000134352(10)A|(|"),
        (gs1.parse, "(01)09506000134352(1x)A", "unknown_ai", "(01)09506000134352|(1x)|A"),
        (gs1.parse, "(01)09506000134352(37)5", "excluded_pair", "|(01)|"),
        (gs1.parse, "(10)", "value_empty", "(10)||"),
        (gs1.parse, "]d201^9506", "fnc1_in_value", "]d201|^|9506"),
        (gs1.parse, "]d2010950600013435210A\x1dXX", "unknown_ai", "]d2010950600013435210A\x1d|XX|"),
        (gs1.parse, "]E0123", "value_wrong_length", "]E0|123|"),
        (gs1.parse, "]x9abc", "bad_symbology_identifier", "|]x9|abc"),
        (gs1.parse, "]Q1hello", "not_gs1", "]Q1|hello|"),
        (gs1.parse, "]Q1https://a.example/x y", "bad_uri", "]Q1https://a.example/x| |y"),
        (gs1.parse_element_string, "0109506000134352", "missing_fnc1", "|0|109506000134352"),
        (gs1.parse_digital_link, "https://a.example/01/ü", "bad_uri", "https://a.example/01/|ü|"),
        (gs1.parse_digital_link, "https://u@a.example/01/1", "bad_uri", "https://u|@|a.example/01/1"),
        (gs1.parse_digital_link, "ftp://a.example/01/1", "bad_uri", "|ftp://|a.example/01/1"),
        (gs1.parse_digital_link, "https://a.example/about?x=1", "no_key", "https://a.example|/about|?x=1"),
        (gs1.parse_digital_link, "https://a/01/09506000134352?999=1", "unknown_ai", "|(999)|"),
        (gs1.parse_digital_link, "https://a/01/09506000134352?10=A", "belongs_in_path", "|(10)|"),
        (gs1.parse_digital_link, "https://a/01/09506000134352?99=A%00", "null_character", "(99)A|\0|"),
        (epc.from_urn, "urn:epc:id:nothing:1.2", "bad_urn", "urn:epc:id:|nothing|:1.2"),
        (epc.from_urn, "urn:epc:id:sgtin:95.1.2", "bad_gcp_length", "urn:epc:id:sgtin:|95|.1.2"),
        (epc.from_urn, "urn:epc:id:sgtin:9521234.1.2", "bad_urn", "urn:epc:id:sgtin:9521234.|1|.2"),
        (epc.from_urn, "urn:epc:id:sgtin:9521234.054321", "bad_urn", "urn:epc:id:sgtin:|9521234.054321|"),
        (epc.from_urn, "urn:epc:id:sgtin:9521234.054321.A B", "invalid_cset82_character", "(21)A| |B"),
        (epc.from_urn, "mailto:a", "not_gs1", "|mailto:a|"),
        (epc.from_tag_uri, "urn:epc:tag:sgtin-96:1.95.1.2", "bad_gcp_length", "urn:epc:tag:sgtin-96:1.|95|.1.2"),
        (epc.Pattern.parse, "urn:epc:idpat:sgtin:*.1.*", "bad_urn", "|urn:epc:idpat:sgtin:*.1.*|"),
        (epc.RawTag.parse, "urn:epc:raw:8.x0", "bad_urn", "|urn:epc:raw:8.x0|"),
        (epc.PureIdentity.parse, "urn:epc:id:gid:01.1.1", "bad_urn", "urn:epc:id:gid:|01.1.1|"),
        (epc.decode, "30364G", "bad_tag", "30364|G|"),
        (epc.decode, "3036", "bad_tag", "303|6|"),
        (epc.decode, "EE3645", "bad_tag", "EE|3|645"),
        (gs1.decompress, "https://a.example/x", "not_compressed", "https://a.example/|x|"),
        (gs1.decompress, "https://a.example/ehF7x", "bad_tag", "https://a.example/ehF7|x|"),
        (gs1.decompress, "https://a.example/exF", "bad_tag", "https://a.example/ex|F|"),
        (gs1.decompress, "https://a.example/DBFRq5sE2gow", "bad_compression", "https://a.example/DBFRq5sE2g|o|w"),
        (gs1.compress, "https://a/01/09521234543213/235/A", "no_compressed_form", "|(235)|"),
    ],
)  # fmt: skip
def test_the_place_of_a_fault_is_shown(
    read: Callable[[str], object], text: str, code: str, markup: str
) -> None:
    error = error_of(read, text)

    assert (error.code, error.markup) == (code, markup)
    if not error.ai:
        assert error.position == markup.index("|")


def test_only_the_surroundings_of_a_fault_in_a_long_text_are_shown() -> None:
    uri = f"https://a.example/{'x' * 100} {'y' * 100}"

    assert error_of(gs1.parse, uri).markup == f"{'x' * 40}| |{'y' * 40}"


READERS: list[Callable[[str], object]] = [
    gs1.parse, gs1.canonical_key, gs1.parse_bracketed, gs1.parse_element_string, gs1.read_scan, gs1.parse_digital_link,
    epc.from_urn, epc.from_tag_uri, epc.decode, epc.Pattern.parse, epc.PureIdentity.parse, epc.RawTag.parse, gs1.decompress,
]  # fmt: skip
BEGINNINGS = [
    "", "(01)", "(10)", "^01", "^10", "]d201", "]E0", "]Q1https://a", "https://a/01/09506000134352/21/", "urn:epc:id:sgtin:95",
    "urn:epc:tag:sgtin-96:1.9", "urn:epc:idpat:sgtin:9", "urn:epc:raw:96.x", "30", "F7", "https://a/ex", "https://a/DBFRq5sE2g",
]  # fmt: skip


@given(st.sampled_from(BEGINNINGS), st.text("()^\x1d]|/\\%?&=.:*0123456789ABdex", max_size=60))
def test_no_parser_refuses_without_showing_where(beginning: str, text: str) -> None:
    errors = [error for read in READERS if (error := refusal_of(read, beginning + text))]

    hidden = [error for error in errors if error.markup.count("|") < 2 and error.code not in WITHOUT_PLACE]
    assert hidden == [] or not beginning + text
    assert [e for e in errors if not e.ai and (e.position or 0) > len(beginning + text)] == []


def refusal_of(read: Callable[[str], object], text: str) -> gs1.GS1Error | None:
    try:
        read(text)
    except gs1.GS1Error as error:
        return error
    return None
