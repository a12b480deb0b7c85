import pytest
from hypothesis import given
from hypothesis import strategies as st

from seriatim import gs1
from seriatim.gs1.table import ENTRIES

SYNTAX_ONLY = gs1.Options(associations=False)


def plain(text: str) -> list[str]:
    return [line.text for line in gs1.parse(text, options=SYNTAX_ONLY).plain_lines(this_year=2026)]


def test_the_interpretation_for_people_holds_the_data_as_they_are() -> None:
    message = gs1.parse("(01)09506000134352(10)A\\(1)(17)271100")

    assert message.hri() == "(01)09506000134352(10)A(1)(17)271100"
    assert (
        message.hri(titles=True)
        == "(01) GTIN 09506000134352 (10) BATCH/LOT A(1) (17) USE BY or EXPIRY 271100"
    )


@pytest.mark.parametrize(
    ("gtin", "native"),
    [
        ("00000002345673", "02345673"),
        ("00614141000012", "614141000012"),
        ("00012345678905", "012345678905"),
        ("09506000134352", "9506000134352"),
        ("19506000134359", "19506000134359"),
    ],
)
def test_a_gtin_is_shown_in_its_native_length(gtin: str, native: str) -> None:
    assert gs1.native_gtin(gtin) == native
    assert plain(f"(01){gtin}") == [native]


@pytest.mark.parametrize("gtin", ["", "9506000134352", "09506000134353", "0950600013435x", "٠٩٥٠٦٠٠٠١٣٤٣٥٢"])
def test_only_a_right_gtin_of_14_digits_has_a_native_form(gtin: str) -> None:
    with pytest.raises(gs1.GS1Error) as refused:
        gs1.native_gtin(gtin)
    assert refused.value.code == "bad_gtin"


@pytest.mark.parametrize(
    ("element", "text"),
    [
        ("(17)260200", "2026-02-28"),
        ("(11)991231", "1999-12-31"),
        ("(7003)2602011230", "2026-02-01T12:30"),
        ("(7007)260201", "2026-02-01"),
        ("(7007)260201260305", "2026-02-01/2026-03-05"),
        ("(8008)26020112", "2026-02-01T12"),
        ("(8008)260201123059", "2026-02-01T12:30:59"),
        ("(4324)2602012359", "2026-02-01T23:59"),
        ("(10)260201", "260201"),
        ("(21)09506000134352", "09506000134352"),
    ],
)
def test_dates_are_readable_and_other_values_stay(element: str, text: str) -> None:
    assert plain(element) == [text]


@given(st.sampled_from(sorted(ENTRIES)), st.text(max_size=40))
def test_a_message_that_was_never_checked_has_lines_too(ai: str, value: str) -> None:
    (line,) = gs1.Message(((ai, value),)).plain_lines(this_year=2026)

    assert (line.ai, line.title, line.value) == (ai, ENTRIES[ai].title, value)


def test_a_field_of_a_later_edition_has_a_line_but_no_title() -> None:
    assert gs1.Message((("79", "A"),)).plain_lines(this_year=2026) == (gs1.Line("79", "UNKNOWN", "A", "A"),)
