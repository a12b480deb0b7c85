"""The canonical form of JSON: RFC 8785's own samples, and what has no canonical form."""

import json
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seriatim.identity.credentials import NotCanonical, canonical, read_json
from seriatim.identity.credentials.canonical_json import number_text

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(1 << 53), 1 << 53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("bits", "text"),
    [
        ("0000000000000000", "0"),
        ("8000000000000000", "0"),
        ("0000000000000001", "5e-324"),
        ("8000000000000001", "-5e-324"),
        ("7fefffffffffffff", "1.7976931348623157e+308"),
        ("ffefffffffffffff", "-1.7976931348623157e+308"),
        ("4340000000000000", "9007199254740992"),
        ("c340000000000000", "-9007199254740992"),
        ("4430000000000000", "295147905179352830000"),
        ("44b52d02c7e14af5", "9.999999999999997e+22"),
        ("44b52d02c7e14af6", "1e+23"),
        ("44b52d02c7e14af7", "1.0000000000000001e+23"),
        ("444b1ae4d6e2ef4e", "999999999999999700000"),
        ("444b1ae4d6e2ef4f", "999999999999999900000"),
        ("444b1ae4d6e2ef50", "1e+21"),
        ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"),
        ("3eb0c6f7a0b5ed8d", "0.000001"),
        ("41b3de4355555553", "333333333.3333332"),
        ("41b3de4355555554", "333333333.33333325"),
        ("41b3de4355555555", "333333333.3333333"),
        ("41b3de4355555556", "333333333.3333334"),
        ("41b3de4355555557", "333333333.33333343"),
        ("becbf647612f3696", "-0.0000033333333333333333"),
        ("43143ff3c1cb0959", "1424953923781206.2"),
    ],
)
def test_numbers_are_written_as_in_appendix_b_of_rfc_8785(bits: str, text: str) -> None:
    (number,) = struct.unpack(">d", bytes.fromhex(bits))

    assert number_text(number) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_gives_the_double_back(number: float) -> None:
    assert float(number_text(number)) == number


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_there_is_no_nan_and_no_infinity(number: float) -> None:
    with pytest.raises(NotCanonical):
        canonical([number])


def test_names_stand_in_the_order_of_their_utf16_units() -> None:
    # RFC 8785, section 3.2.3.
    value = {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\x80": 6, "\xf6": 7}

    order = list(json.loads(canonical(value)))

    assert order == ["\r", "1", "\x80", "\xf6", "\u20ac", "\U0001f600", "\ufb33"]


def test_strings_have_the_fewest_escapes() -> None:
    # RFC 8785, section 3.2.2.2.
    text = '\u20ac$\x0f\nA\'B"\\\\"/\x7f\u2028\b\t\f\r\x00'

    written = canonical(text).decode()

    assert written == '"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/\x7f\u2028\\b\\t\\f\\r\\u0000"'


def test_literals_and_containers_have_no_white_space() -> None:
    value = {"a": [], "b": {}, "c": [None, True, False, 1, -1.5, "x"], "": (1, 2)}

    assert canonical(value) == b'{"":[1,2],"a":[],"b":{},"c":[null,true,false,1,-1.5,"x"]}'


@given(VALUES)
def test_reading_the_canonical_form_and_writing_it_again_changes_nothing(value: Any) -> None:
    text = canonical(value)

    assert canonical(read_json(text)) == text
    assert canonical(read_json(json.dumps(value, indent=2).encode())) == text


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"[1,]",
        b"[NaN]",
        b"[Infinity]",
        b"[-Infinity]",
        b"[1e999]",
        b'{"a":1,"a":1}',
        b'{"a":1,"\\u0061":2}',
        b'["\\ud800"]',
        b'{"\\udc00":1}',
        b'"\xff"',
        b"\xef\xbb\xbf[]",
        b"[9007199254740993]",
        b"[" + b"9" * 5000 + b"]",
        b"[" * 100 + b"]" * 100,
        b"[" * 100_000 + b"]" * 100_000,
        b" " * (256 * 1024) + b"1",
    ],
    ids=lambda text: repr(text[:20]),
)
def test_what_two_readers_could_understand_differently_is_refused(text: bytes) -> None:
    with pytest.raises(NotCanonical):
        read_json(text)


@pytest.mark.parametrize("value", [{1: 2}, b"x", {1, 2}, object(), [10**400], 2**53 + 1, "\ud83d"])
def test_what_json_has_not_is_refused(value: object) -> None:
    with pytest.raises(NotCanonical):
        canonical(value)


@given(st.binary(max_size=60))
def test_no_bytes_raise_anything_else(data: bytes) -> None:
    try:
        read_json(data)
    except NotCanonical:
        return
    assert json.loads(data) is not ...


def test_a_whole_number_that_a_double_holds_exactly_is_read_however_long() -> None:
    assert canonical(read_json(b"[-100000000000000000000]")) == b"[-100000000000000000000]"
