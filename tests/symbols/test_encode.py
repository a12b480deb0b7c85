import dataclasses
from typing import Any

import numpy as np
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from seriatim import gs1, symbols
from seriatim.symbols.encode import DATAMATRIX_EXTENDED, DATAMATRIX_RECTANGLES, DATAMATRIX_SQUARES

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
        ("qrcode", {"columns": 4}),
        ("datamatrix", {"upper_link": True}),
        ("databar-expanded-stacked", {"columns": 3}),
        ("datamatrix", {"version": "8x48", "square": False}),
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


GTIN14 = "09506000134352"
EVERY = {
    "datamatrix": UNIT,
    "qrcode": UNIT,
    "gs1-128": UNIT,
    "itf14": f"(01){GTIN14}",
    "databar-omni": f"(01){GTIN14}",
    "databar-stacked": f"(01){GTIN14}",
    "databar-stacked-omni": f"(01){GTIN14}",
    "databar-limited": f"(01){GTIN14}",
    "databar-expanded": GTIN + "(17)271120(10)H26K20",
    "databar-expanded-stacked": GTIN + "(17)271120(10)H26K20",
    "ean-13": "(01)09506000134352",
    "ean-8": "(01)00000095060002",
    "upc-a": "(01)00036000291452",
}
"""Something that each format carries."""


def test_every_format_has_its_example() -> None:
    assert tuple(EVERY) == symbols.FORMATS


@pytest.mark.parametrize("form", symbols.FORMATS)
def test_every_format_reads_back_identifier_and_bytes(form: str) -> None:
    symbol = symbols.encode(EVERY[form], form)

    [found] = zxingcpp.read_barcodes(np.pad(symbols.pixels(symbol, 4), 8, constant_values=255))

    assert (found.symbology_identifier, found.bytes) == (symbol.symbology_id, symbol.data)
    assert symbols.verify(symbol) is symbol


@pytest.mark.parametrize(
    ("form", "text", "data"),
    [
        ("itf14", GTIN14, b"09506000134352"),
        ("databar-omni", GTIN14, b"0109506000134352"),
        ("ean-13", "9506000134352", b"9506000134352"),
        ("ean-8", "95060002", b"95060002"),
        ("upc-a", "036000291452", b"0036000291452"),
        ("databar-expanded", GTIN + "(10)A(21)B", b"010950600013435210A\x1d21B"),
    ],
)
def test_what_a_reader_transmits_is_what_the_standard_says(form: str, text: str, data: bytes) -> None:
    assert symbols.encode(text, form).data == data


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("itf14", "(01)09506000134352(21)A1"),
        ("itf14", "950600013435"),
        ("ean-13", "(01)29506000134356"),
        ("ean-8", "9506000134352"),
        ("databar-limited", "(01)29506000134356"),
        ("databar-expanded", LINK),
        ("databar-omni", "hello"),
    ],
)
def test_a_format_refuses_what_it_cannot_carry(form: str, text: str) -> None:
    with pytest.raises(symbols.SymbolError) as refusal:
        symbols.encode(text, form)

    assert refusal.value.code == "content"


@pytest.mark.parametrize("form", ["itf14", "ean-13", "databar-omni", "databar-limited"])
def test_a_wrong_check_digit_is_refused_where_a_format_has_no_ai_either(form: str) -> None:
    digits = "09506000134353"[1 if form == "ean-13" else 0 :]

    with pytest.raises(gs1.GS1Error):
        symbols.encode(digits, form)


def test_content_too_long_for_its_pinned_size_is_told_the_sizes_that_would_do() -> None:
    longer = GTIN + "(17)271120(10)LOT001(21)" + "A1" * 8

    with pytest.raises(symbols.SymbolError, match="it fits 24x24, 26x26, 32x32") as refusal:
        symbols.encode(longer, "datamatrix", options=symbols.EncodeOptions(version="22x22"))

    assert refusal.value.offers == ("24x24", "26x26", "32x32")
    for size in refusal.value.offers:
        symbols.encode(longer, "datamatrix", options=symbols.EncodeOptions(version=size))


def test_a_qr_too_small_is_told_the_sizes_that_would_do_at_the_same_level() -> None:
    options = symbols.EncodeOptions(version=1, ec_level="H")

    with pytest.raises(symbols.SymbolError) as refusal:
        symbols.encode(LINK, "qrcode", options=options)

    smallest = symbols.encode(LINK, "qrcode", options=symbols.EncodeOptions(ec_level="H"))
    assert refusal.value.offers[0] == "{}x{}".format(*smallest.size)


def test_rectangles_come_only_when_asked_for_and_only_where_they_are_smaller() -> None:
    texts = [GTIN + "(21)A1", GTIN + "(21)aBaBaB"]

    squares, rectangles = (
        [symbols.encode(text, "datamatrix", options=symbols.EncodeOptions(square=square)) for text in texts]
        for square in (True, False)
    )

    assert [symbol.version for symbol in squares] == ["16x16", "18x18"]
    assert [symbol.version for symbol in rectangles] == ["16x16", "12x26"]


def test_gs1_data_in_the_rectangular_extension_is_reported_under_its_own_identifier() -> None:
    options = symbols.EncodeOptions(version="16x64", extended=True)

    symbol = symbols.encode(UNIT, "datamatrix", options=options)

    assert symbols.verify(symbol).symbology_id == "]d8"


@pytest.mark.parametrize("size", DATAMATRIX_EXTENDED)
def test_every_extended_size_comes_out_as_asked_and_reads_back(size: str) -> None:
    options = symbols.EncodeOptions(version=size, square=False, extended=True)

    symbol = symbols.verify(symbols.encode("A1", "datamatrix", options=options))

    assert (symbol.version, symbol.symbology_id) == (size, "]d7")


def test_scheme_and_host_in_capitals_save_a_size_step() -> None:
    link = "https://id.example.com/01/09506000134352/21/K4W8Z0M2RD6T"

    plain, upper = (
        symbols.encode(link, "qrcode", options=symbols.EncodeOptions(upper_link=upper))
        for upper in (False, True)
    )

    assert (plain.size, upper.size) == ((33, 33), (29, 29))
    assert upper.text == "HTTPS://ID.EXAMPLE.COM/01/09506000134352/21/K4W8Z0M2RD6T"
    assert gs1.parse(upper.text) == gs1.parse(link)
    assert (upper.version, upper.ec_level) == ("3", "M")


def test_only_a_web_address_may_be_put_in_capitals() -> None:
    with pytest.raises(symbols.SymbolError) as refusal:
        symbols.encode("hello", "qrcode", options=symbols.EncodeOptions(upper_link=True))

    assert refusal.value.code == "option"


def test_a_stacked_symbol_is_as_wide_as_its_columns() -> None:
    text = EVERY["databar-expanded-stacked"]

    narrow, wide = (
        symbols.encode(text, "databar-expanded-stacked", options=symbols.EncodeOptions(columns=columns))
        for columns in (2, 4)
    )

    assert narrow.size[1] < wide.size[1]
    assert symbols.verify(narrow).data == symbols.verify(wide).data


def test_the_interpretation_stands_apart_for_each_element() -> None:
    assert symbols.encode(UNIT, "datamatrix").hri == (
        "(01)09506000134352",
        "(17)271120",
        "(10)H26K20",
        "(21)K4W8Z0M2RD6T",
    )


def test_a_symbol_that_is_another_does_not_prove_itself() -> None:
    right, other = (symbols.encode(GTIN + f"(21){serial}", "datamatrix") for serial in ("A1", "A2"))

    with pytest.raises(symbols.SymbolError) as refusal:
        symbols.read_back(right, symbols.pixels(other, 4))

    assert refusal.value.code == "verify"


def test_a_gs1_data_matrix_begins_with_fnc1_and_holds_one_more_between_its_elements() -> None:
    codewords = symbols.encode(GTIN + "(10)A(21)B", "datamatrix").codewords

    assert codewords[0] == 232
    assert codewords[:12].count(232) == 2
    assert symbols.encode(LINK, "datamatrix").codewords[0] == ord("h") + 1


def test_a_gs1_qr_begins_with_the_mode_for_fnc1_and_a_link_does_not() -> None:
    gs1_code, link = symbols.encode(UNIT, "qrcode"), symbols.encode(LINK, "qrcode")

    assert gs1_code.codewords[0] >> 4 == 0b0101
    assert link.codewords[0] >> 4 == 0b0100


@pytest.mark.parametrize("form", ["gs1-128", "itf14", "databar-omni"])
def test_bars_have_no_codewords_of_this_kind(form: str) -> None:
    assert symbols.encode(EVERY[form], form).codewords == b""
