"""Whatever a stranger prints on a label: an answer or a GS1Error, never anything else."""

import contextlib
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from seriatim import gs1

READERS: list[Callable[[str], object]] = [
    gs1.parse,
    gs1.canonical_key,
    gs1.parse_bracketed,
    gs1.parse_element_string,
    gs1.parse_scan_data,
    gs1.read_scan,
    gs1.parse_digital_link,
    lambda text: gs1.parse_digital_link(text, strict=False),
    gs1.epc.from_urn,
    gs1.epc.from_tag_uri,
    gs1.epc.Pattern.parse,
    gs1.epc.PureIdentity.parse,
    gs1.epc.RawTag.parse,
    gs1.native_gtin,
    gs1.epc.decode,
    gs1.epc.encode,
    gs1.compress,
    gs1.decompress,
    gs1.check_digit,
    lambda text: gs1.write_scan("ean-13", text),
    lambda text: gs1.write_scan("gs1-128", text),
    lambda text: gs1.parse(
        text, options=gs1.Options(unknown_ais=True, unknown_attributes=True, any_order=True)
    ),
]
BEGINNINGS = [
    "",
    "(",
    "(01)",
    "(8110)",
    "^",
    "^01",
    "\x1d10",
    "]d2",
    "]E0",
    "]Q1https://",
    "https://a/01/",
    "urn:epc:id:sgtin:",
    "urn:epc:tag:sgtin-96:1.",
    "urn:epc:id:gid:",
    "urn:epc:idpat:sgtin:9506000.",
    "urn:epc:pat:sgtin-96:3.9506000.",
    "urn:epc:raw:96.x",
    "https://a/ex",
    "https://a/DBFRq5sE2g",
]
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60)  # lone surrogates and NUL included
GS1_LIKE = st.text("()^\x1d]|/\\%?&=.:*0123456789ABdex", max_size=60)


@given(st.sampled_from(BEGINNINGS), ANY_TEXT | GS1_LIKE)
@example("(01)", "\ud800")
@example("https://a/01/09506000134352/21/", "%ED%A0%80\x00")
@example("(10)", "\\(")
def test_any_text_gives_an_answer_or_a_named_error(beginning: str, text: str) -> None:
    for read in READERS:
        with contextlib.suppress(gs1.GS1Error):
            read(beginning + text)


@given(st.sampled_from(BEGINNINGS), ANY_TEXT | GS1_LIKE)
def test_the_words_of_an_error_can_always_be_printed(beginning: str, text: str) -> None:
    errors = []
    try:
        gs1.parse(beginning + text)
    except gs1.GS1Error as error:
        errors.append(error)

    assert all(str(error).isprintable() and error.code for error in errors)


@given(st.sampled_from(BEGINNINGS), GS1_LIKE)
def test_what_was_read_can_be_written_and_read_again(beginning: str, text: str) -> None:
    try:
        message = gs1.parse(beginning + text)
    except gs1.GS1Error:
        return

    assert gs1.parse(message.bracketed()) == gs1.parse(message.element_string()) == message


@pytest.mark.parametrize("beginning", BEGINNINGS)
def test_ten_megabytes_are_refused_at_once(beginning: str) -> None:
    text = beginning + "1" * 10_000_000

    for read in READERS:
        with pytest.raises(gs1.GS1Error):
            read(text)
