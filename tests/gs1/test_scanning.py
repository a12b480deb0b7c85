from typing import Any

import pytest

from seriatim import gs1

SYMBOLOGIES = {
    "QR": "qrcode",
    "DM": "datamatrix",
    "DotCode": "dotcode",
    "DataBarExpanded": "databar-expanded",
    "DataBarOmni": "databar-omni",
    "DataBarLimited": "databar-limited",
    "GS1_128_CCA": "gs1-128",
    "GS1_128_CCC": "gs1-128",
    "UPCA": "upc-a",
    "UPCE": "upc-e",
    "EAN13": "ean-13",
    "EAN8": "ean-8",
}


def read(scan: str) -> str | None:
    try:
        return gs1.read_scan(scan, options=gs1.Options(associations=False)).data
    except gs1.GS1Error:
        return None


def write(symbology: str, data: str) -> str | None:
    try:
        return gs1.write_scan(SYMBOLOGIES.get(symbology, "none"), data)
    except gs1.GS1Error:
        return None


def test_scan_data_is_read_as_the_published_vectors_say(vectors: Any) -> None:
    wrong = [
        (row, read(row["scan"]))
        for row in vectors("scan_process")
        if read(row["scan"]) != (row["data"] if row["ok"] else None)
    ]

    assert wrong == []


def test_scan_data_is_written_as_the_published_vectors_say(vectors: Any) -> None:
    wrong = [
        (row, write(row["sym"], row["data"]))
        for row in vectors("scan_generate")
        if write(row["sym"], row["data"]) != row["scan"]
    ]

    assert wrong == []


@pytest.mark.parametrize("identifier", ["]C1", "]e0", "]d2", "]Q3", "]J1"])
def test_every_symbology_for_ai_data_gives_the_same_message(identifier: str) -> None:
    message = gs1.parse(f"{identifier}010950600013435210A1\x1d17261231")

    assert message.elements == (("01", "09506000134352"), ("10", "A1"), ("17", "261231"))


def test_a_retail_code_becomes_a_gtin_of_14_digits() -> None:
    assert gs1.parse("]E09506000134352").elements == (("01", "09506000134352"),)
    assert gs1.parse("]E402345673").elements == (("01", "00000002345673"),)


def test_a_composite_is_checked_as_one_item() -> None:
    message = gs1.parse("]E09506000134352|]e010A1")

    assert message.elements == (("01", "09506000134352"), ("10", "A1"))
    with pytest.raises(gs1.GS1Error) as refused:
        gs1.parse("]E09506000134352|]e03712")
    assert (refused.value.code, refused.value.ai) == ("excluded_pair", "01")


def test_plain_text_in_a_symbol_is_no_message_but_no_error_of_the_scanner_either() -> None:
    assert gs1.read_scan("]Q1^TESTING") == gs1.Scan("]Q1", "QR Code", "\\^TESTING", None)
    with pytest.raises(gs1.GS1Error) as refused:
        gs1.parse("]Q1TESTING")
    assert refused.value.code == "not_gs1"


def test_a_digital_link_in_a_plain_symbol_is_a_message() -> None:
    assert gs1.parse("]Q1https://a.example/01/09506000134352").value("01") == "09506000134352"


def test_an_fnc1_sign_that_no_scanner_sends_is_refused() -> None:
    with pytest.raises(gs1.GS1Error) as refused:
        gs1.parse("]C101123123123133^10ABC")
    assert refused.value.code == "fnc1_in_value"


def test_a_wrong_check_digit_of_a_retail_code_is_named() -> None:
    with pytest.raises(gs1.GS1Error) as refused:
        gs1.parse("]E02112345678901")
    assert (refused.value.code, refused.value.ai) == ("incorrect_check_digit", "01")


@pytest.mark.parametrize(
    ("symbology", "data", "code"),
    [
        ("ean-8", "^0109506000134352", "bad_gtin"),
        ("ean-13", "^010950600013435210A", "bad_gtin"),
        ("upc-e", "614141000013", "incorrect_check_digit"),
        ("upc-e", "614141123452", "bad_gtin"),
        ("databar-limited", "20000000000004", "bad_gtin"),
        ("gs1-128", "PLAIN", "missing_fnc1"),
        ("aztec", "PLAIN", "unknown_symbology"),
    ],
)
def test_a_symbol_that_cannot_hold_the_data_is_refused_by_name(symbology: str, data: str, code: str) -> None:
    with pytest.raises(gs1.GS1Error) as refused:
        gs1.write_scan(symbology, data)
    assert refused.value.code == code
