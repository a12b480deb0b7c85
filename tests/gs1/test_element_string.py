from typing import Any

import pytest

from seriatim import gs1

SYNTAX_ONLY = gs1.Options(associations=False)


def error_of(text: str, options: gs1.Options = gs1.STRICT) -> gs1.GS1Error:
    with pytest.raises(gs1.GS1Error) as refused:
        gs1.parse(text, options=options)
    return refused.value


def raw_of(text: str) -> str | None:
    try:
        return gs1.parse_bracketed(text, options=SYNTAX_ONLY).element_string()
    except gs1.GS1Error:
        return None


def is_good_raw(text: str) -> bool:
    try:
        gs1.parse_element_string(text, options=SYNTAX_ONLY)
    except gs1.GS1Error:
        return False
    return True


def test_bracketed_text_is_read_as_the_published_vectors_say(vectors: Any) -> None:
    rows = vectors("ai_parse_bracketed")

    assert [row for row in rows if raw_of(row["ai"]) != row["raw"]] == []


def test_element_strings_are_read_as_the_published_vectors_say(vectors: Any) -> None:
    rows = vectors("ai_process_raw")

    assert [row for row in rows if is_good_raw(row["raw"]) != row["ok"]] == []


@pytest.mark.parametrize(
    "text", ["^0112345678901231991234", "^0112345678901231^991234", "\x1d0112345678901231991234^"]
)
def test_a_superfluous_separator_is_read_but_never_written(text: str) -> None:
    message = gs1.parse(text)

    assert message.elements == (("01", "12345678901231"), ("99", "1234"))
    assert message.element_string() == "^0112345678901231991234"


def test_a_separator_follows_a_fixed_length_that_is_not_predefined() -> None:
    message = gs1.parse("(01)09506000134352(422)040(10)A", options=SYNTAX_ONLY)

    assert message.element_string() == "^0109506000134352422040^10A"


def test_the_first_fnc1_is_demanded_and_alone_says_nothing() -> None:
    assert error_of("^").code == "empty"
    with pytest.raises(gs1.GS1Error) as refused:
        gs1.parse_element_string("991234")
    assert refused.value.code == "missing_fnc1"


def test_too_long_a_value_is_never_taken_for_the_next_element() -> None:
    error = error_of("^2421234567", SYNTAX_ONLY)

    assert (error.code, error.ai) == ("value_too_long", "242")


def test_rubbish_after_a_fixed_value_is_refused() -> None:
    assert error_of("^01123456789012312").code == "unknown_ai"


def test_a_bracket_inside_a_value_is_escaped_and_comes_back() -> None:
    message = gs1.parse("(10)12345\\(11)991225", options=SYNTAX_ONLY)

    assert message.elements == (("10", "12345(11)991225"),)
    assert message.bracketed() == "(10)12345\\(11)991225"


def test_a_value_that_is_too_short_is_not_stretched_over_the_next_bracket() -> None:
    assert error_of("(17)9(90)217").code == "value_too_short"


@pytest.mark.parametrize(
    ("text", "code", "markup"),
    [
        ("(01)09506000134353", "incorrect_check_digit", "(01)0950600013435|3|"),
        ("(01)09506000134352(7003)2602001200", "illegal_day", "(7003)2602|00|"),
        ("(01)09506000134352(15)250229", "illegal_day", "(15)2502|29|"),
        ("(01)09506000134352(7003)2602012400", "illegal_hour", "(7003)260201|24|00"),
        ("(8003)02112345678901ABC", "incorrect_check_digit", "(8003)0211234567890|1|"),
        ("(01)09506000134352(10)A B", "invalid_cset82_character", "(10)A| |B"),
    ],
)
def test_an_error_says_what_is_wrong_and_where(text: str, code: str, markup: str) -> None:
    error = error_of(text)

    assert (error.code, error.markup) == (code, markup)
    assert error.position == markup.index("|") - markup.index(")") - 1


def test_a_month_without_a_day_is_a_date_where_the_field_allows_it() -> None:
    assert gs1.parse("(01)09506000134352(17)260200").value("17") == "260200"


def test_the_check_digit_of_an_asset_stands_before_its_serial() -> None:
    assert gs1.parse("(8003)02112345678900ABC").value("8003") == "02112345678900ABC"


def test_the_last_separator_may_stand_but_two_may_not() -> None:
    assert gs1.parse("^0109506000134352^").elements == (("01", "09506000134352"),)
    assert error_of("^0109506000134352^^").code == "unknown_ai"


def test_a_message_holds_64_elements_at_most() -> None:
    assert len(gs1.parse("(99)A" * 64).elements) == 64
    assert error_of("(99)A" * 65).code == "too_many_elements"
    assert error_of("^99A" * 65).code == "too_many_elements"


def test_elements_are_found_by_their_identifier() -> None:
    message = gs1.parse("(01)09506000134352(10)A1")

    assert (message.get("10"), message.get("21"), message.get("21", "-"), message.value("10")) == (
        "A1",
        None,
        "-",
        "A1",
    )
    with pytest.raises(KeyError):
        message.value("21")


def test_a_wrong_check_digit_comes_with_the_right_one() -> None:
    assert str(error_of("(01)09506000134353")) == (
        "AI (01): the check digit should be 2, not 3; here: (01)0950600013435|3|"
    )


def test_a_wrong_length_is_told_in_numbers() -> None:
    assert str(error_of("(01)9506000134352")) == (
        "AI (01): expected 14 characters, got 13; here: (01)|9506000134352|"
    )
    assert str(error_of("(10)" + "A" * 21)) == (
        f"AI (10): expected 1 to 20 characters, got 21; here: (10){'A' * 20}|A|"
    )
