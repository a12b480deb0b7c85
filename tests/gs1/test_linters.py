from collections.abc import Callable
from typing import Any

import pytest

from seriatim import gs1
from seriatim.gs1 import coupons, linters
from seriatim.gs1.linters import LINTERS

# Rows that were made with a source of company prefixes at hand: which question it refuses, and how.
WITH_GCP_SOURCE = {
    ("gcppos2", "I1234567"): (0, "invalid_gcp_prefix"),
    ("couponcode", "012345612345611110123"): (0, "gcp_datasource_offline"),
    ("couponcode", "012345612345611110123611234567"): (1, "gcp_datasource_offline"),
    ("couponcode", "012345612345611110123101101230123456"): (1, "invalid_gcp_prefix"),
}
TAKES_GCP_SOURCE = {"gcppos2": linters.gcppos2, "couponcode": coupons.couponcode}


def refusing(question: int, code: str) -> Callable[[str], str | None]:
    answers = iter([None] * question + [code])
    return lambda _: next(answers)


def finding(row: dict[str, str]) -> tuple[str, str] | None:
    name, value = row["linter"], row["value"]
    source = WITH_GCP_SOURCE.get((name, value))
    if source and row["error"]:
        fault = TAKES_GCP_SOURCE[name](value, refusing(*source))
    else:
        fault = LINTERS[name](value)
    if fault is None:
        return None
    end = fault.position + fault.length
    marked = f"{value[: fault.position]}*{value[fault.position : end]}*{value[end:]}"
    return published_name(fault.code), marked


def published_name(code: str) -> str:
    # One published name is misspelt; ours is not.
    return f"GS1_LINTER_{code.upper()}".replace("INVALID_EXPIRATION", "INVALID_EXIPIRATION")


def test_every_check_finds_what_the_published_vectors_say_and_where(vectors: Any) -> None:
    wrong = [
        (row, finding(row))
        for row in vectors("linters_dev")
        if finding(row) != (None if row["ok"] else (row["error"], row["markup"]))
    ]

    assert wrong == []


def test_a_message_fails_with_the_published_finding(vectors: Any) -> None:
    def code(text: str) -> str:
        try:
            gs1.parse(text, options=gs1.Options(associations=False))
        except gs1.GS1Error as error:
            return published_name(error.code)
        return "GS1_LINTER_OK"

    wrong = [(row, code(row["ai"])) for row in vectors("ai_linters") if code(row["ai"]) != row["linter"]]

    assert wrong == []


@pytest.mark.parametrize("digit", "٣³４")
def test_digits_of_other_scripts_are_no_digits(digit: str) -> None:
    assert LINTERS["csetnumeric"](f"1{digit}") == gs1.Fault("non_digit_character", 1, 1)
    with pytest.raises(gs1.GS1Error):
        gs1.parse(f"(01)0950600013435{digit}")


def test_the_check_pair_of_a_model_number_is_found_right_and_wrong() -> None:
    assert LINTERS["csumalpha"]("62577B8fRG7HJK") is None
    assert LINTERS["csumalpha"]("62577B8fRG7HJL") == gs1.Fault("incorrect_check_pair", 12, 2)


def test_a_check_pair_protects_97_characters_at_most() -> None:
    assert LINTERS["csumalpha"]("1" * 100) == gs1.Fault("too_long_for_check_pair", 0, 100)


def test_a_bank_account_names_a_country_and_has_capitals_and_digits_only() -> None:
    assert LINTERS["iban"]("BE71096123456769") is None
    assert LINTERS["iban"]("XX71096123456769") == gs1.Fault("illegal_iban_country_code", 0, 2)
    assert LINTERS["iban"]("BE7109612345676a") == gs1.Fault("invalid_iban_character", 15, 1)
    assert LINTERS["iban"]("BE" + "1" * 33) == gs1.Fault("iban_too_long", 0, 35)


def test_a_place_in_a_row_has_no_zeros_in_front() -> None:
    assert LINTERS["posinseqslash"]("1/3") is None
    assert LINTERS["posinseqslash"]("1/03") == gs1.Fault("illegal_zero_prefix", 2, 2)
