import dataclasses
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from seriatim import gs1, symbols
from seriatim.symbols.encode import DATAMATRIX_RECTANGLES, DATAMATRIX_SQUARES

GTIN = "(01)09506000134352"
UNIT = GTIN + "(17)271120(10)H26K20(21)K4W8Z0M2RD6T"
LINK = "https://id.gs1.org/01/09506000134352/21/A1"
CSET82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"


def test_a_unit_fits_a_square_of_22_and_reads_back_with_one_separator() -> None:
    symbol = symbols.encode(UNIT, "datamatrix")

    found = symbols.verify(symbol)

    assert symbol.size == (22, 22)
    assert found.symbology_id == "]d2"
    assert found.data == b"01095060001343521727112010H26K20\x1d21K4W8Z0M2RD6T"
    assert found.text == symbol.text == UNIT


@pytest.mark.parametrize(
    ("form", "identifier"), [("datamatrix", "]d2"), ("qrcode", "]Q3"), ("gs1-128", "]C1")]
)
def test_gs1_content_becomes_a_symbol_with_fnc1(form: str, identifier: str) -> None:
    assert symbols.verify(symbols.encode(UNIT, form)).symbology_id == identifier


@pytest.mark.parametrize(("form", "identifier"), [("datamatrix", "]d1"), ("qrcode", "]Q1")])
def test_a_digital_link_becomes_plain_data(form: str, identifier: str) -> None:
    found = symbols.verify(symbols.encode(LINK, form))

    assert (found.symbology_id, found.text) == (identifier, LINK)


@pytest.mark.parametrize("text", ["^010950600013435221A1", "]d2010950600013435221A1", GTIN + "(21)A1"])
def test_every_spelling_of_an_element_string_gives_the_same_symbol(text: str) -> None:
    assert symbols.encode(text, "datamatrix").text == GTIN + "(21)A1"


@pytest.mark.parametrize(
    ("text", "ai"),
    [("(01)09506000134353(21)A1", "01"), (GTIN + "(17)271320", "17"), (GTIN + "(21)" + "9" * 21, "21")],
)
def test_content_that_gs1_refuses_is_refused_before_encoding_and_names_the_ai(text: str, ai: str) -> None:
    with pytest.raises(gs1.GS1Error) as refusal:
        symbols.encode(text, "datamatrix")

    assert refusal.value.ai == ai


def test_a_digital_link_with_a_wrong_check_digit_is_refused() -> None:
    with pytest.raises(gs1.GS1Error):
        symbols.encode("https://id.gs1.org/01/09506000134353/21/A1", "qrcode")


def test_any_other_address_is_plain_data() -> None:
    assert symbols.encode("https://example.com/hello", "qrcode").symbology_id == "]Q1"


@pytest.mark.parametrize("text", [LINK, "hello"])
def test_gs1_128_refuses_what_is_no_element_string(text: str) -> None:
    with pytest.raises(symbols.SymbolError) as refusal:
        symbols.encode(text, "gs1-128")

    assert refusal.value.code == "content"


def test_a_bracket_in_a_serial_round_trips() -> None:
    symbol = symbols.encode(GTIN + r"(21)A\(1)", "datamatrix")

    assert symbols.verify(symbol).data == b"010950600013435221A(1)"


def test_a_pinned_size_is_kept_even_when_a_smaller_one_would_do() -> None:
    options = symbols.EncodeOptions(version="32x32")

    assert symbols.encode(UNIT, "datamatrix", options=options).size == (32, 32)


def test_content_one_size_too_long_for_a_pinned_size_is_refused() -> None:
    options = symbols.EncodeOptions(version="22x22")
    longer = GTIN + "(17)271120(10)LOT001(21)" + "A1" * 8

    with pytest.raises(symbols.SymbolError) as refusal:
        symbols.encode(longer, "datamatrix", options=options)

    assert refusal.value.code == "does_not_fit"


@pytest.mark.parametrize(
    ("form", "options"),
    [
        ("datamatrix", {"version": 99}),
        ("datamatrix", {"version": "22x23"}),
        ("datamatrix", {"version": "12x36"}),
        ("datamatrix", {"version": 0}),
        ("datamatrix", {"ec_level": "H"}),
        ("qrcode", {"version": 41}),
        ("qrcode", {"version": "22x22"}),
        ("qrcode", {"ec_level": "X"}),
        ("qrcode", {"square": False}),
        ("gs1-128", {"version": 1}),
    ],
)
def test_an_option_that_the_format_does_not_know_is_refused(form: str, options: dict[str, Any]) -> None:
    with pytest.raises(symbols.SymbolError) as refusal:
        symbols.encode(UNIT, form, options=symbols.EncodeOptions(**options))

    assert refusal.value.code == "option"


def test_an_option_without_a_name_of_ours_does_not_exist() -> None:
    with pytest.raises(TypeError):
        symbols.encode(UNIT, "datamatrix", force_square=True)


@pytest.mark.parametrize("form", ["aztec", "DataMatrix", ""])
def test_an_unknown_format_is_refused(form: str) -> None:
    with pytest.raises(symbols.SymbolError) as refusal:
        symbols.encode(UNIT, form)

    assert refusal.value.code == "format"


@pytest.mark.parametrize("text", ["", "x" * 5000])
def test_nothing_and_too_much_are_refused(text: str) -> None:
    with pytest.raises(symbols.SymbolError) as refusal:
        symbols.encode(text, "qrcode")

    assert refusal.value.code == "content"


@pytest.mark.parametrize("size", [*DATAMATRIX_SQUARES, *DATAMATRIX_RECTANGLES])
def test_every_pinned_data_matrix_size_comes_out_as_asked_and_reads_back(size: str) -> None:
    options = symbols.EncodeOptions(version=size, square=size in DATAMATRIX_SQUARES)

    symbol = symbols.encode("A1", "datamatrix", options=options)

    assert symbols.verify(symbol).size == symbol.size
    assert "{}x{}".format(*symbol.size) == size


@pytest.mark.parametrize("level", ["L", "M", "Q", "H"])
def test_every_qr_version_comes_out_as_asked_at_the_level_asked(level: str) -> None:
    for version in range(1, 41):
        options = symbols.EncodeOptions(version=version, ec_level=level)

        symbol = symbols.encode("A1", "qrcode", options=options)

        assert symbols.verify(symbol).size == (17 + 4 * version, 17 + 4 * version)
        assert _printed_level(symbol.modules) == level


def _printed_level(modules: NDArray[np.bool_]) -> str:
    """The two format bits beside the upper left finder, mask taken off (ISO/IEC 18004, 7.9)."""
    bits = (int(modules[8, 0]) << 1 | int(modules[8, 1])) ^ 0b10
    return {0b01: "L", 0b00: "M", 0b11: "Q", 0b10: "H"}[bits]


@pytest.mark.parametrize("text", ["Käse 250 g", "Ελιές", "茶"])
@pytest.mark.parametrize("form", ["datamatrix", "qrcode"])
def test_plain_text_outside_ascii_reads_back(text: str, form: str) -> None:
    assert symbols.verify(symbols.encode(text, form)).text == text


def test_a_symbol_cannot_be_changed_behind_ones_back() -> None:
    symbol = symbols.encode(UNIT, "datamatrix")

    with pytest.raises(ValueError, match="read-only"):
        symbol.modules[0, 0] = False
    with pytest.raises(dataclasses.FrozenInstanceError):
        symbol.text = "other"


def test_the_finder_of_a_data_matrix_is_dark_on_the_left_and_below() -> None:
    modules = symbols.encode(UNIT, "datamatrix").modules

    assert modules.dtype == np.bool_
    assert modules[:, 0].all()
    assert modules[-1, :].all()


@settings(max_examples=60, deadline=None)
@given(serial=st.text(CSET82, min_size=1, max_size=20), lot=st.text(CSET82, min_size=1, max_size=20))
def test_any_lot_and_serial_that_gs1_allows_reads_back_byte_for_byte(serial: str, lot: str) -> None:
    escaped = [value.replace("(", r"\(") for value in (lot, serial)]

    found = symbols.verify(symbols.encode(GTIN + "(10){}(21){}".format(*escaped), "datamatrix"))

    assert found.data == b"010950600013435210" + lot.encode() + b"\x1d21" + serial.encode()
