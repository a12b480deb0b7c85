"""Any text, explained: what it is, what each field says, what is wrong and where, and how it was probably meant."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from seriatim import gs1
from seriatim.gs1.explaining import TEXT_MAX, Explanation, explain

YEAR = 2026
UNIT = "(01)09506000134352(21)A1"


def told(text: str, **options: int) -> Explanation:
    return explain(text, this_year=YEAR, **options)


def shown(explanation: Explanation) -> str:
    """The underlined part of the first problem."""
    first = explanation.problems[0]
    return explanation.text[first.start : first.start + first.length]


@pytest.mark.parametrize(
    ("text", "form", "words"),
    [
        (UNIT, "bracketed", "Element string in brackets, as people read it"),
        ("^010950600013435221A1", "element_string", "Element string, as it stands in a bar code"),
        ("]d2010950600013435221A1", "scan_data", "Scan of a GS1 Data Matrix symbol (]d2)"),
        ("]C1010950600013435221A1", "scan_data", "Scan of a GS1-128 symbol (]C1)"),
        ("]E09506000134352", "scan_data", "Scan of an EAN-13 symbol (]E0)"),
        ("https://a.example/01/09506000134352/21/A1", "digital_link", "GS1 Digital Link, a web address"),
        ("https://id.gs1.org/DBFRq5sE2gowOQ", "compressed_v1", "Compressed Digital Link, old form"),
        (
            "https://id.gs1.org/ehF710952123454321305181C8",
            "compressed_eh",
            "Compressed Digital Link, EPC bits in hexadecimal digits (eh)",
        ),
        (
            "https://id.gs1.org/ex9xCVISNFQyEwUYHI",
            "compressed_ex",
            "Compressed Digital Link, EPC bits in base64url (ex)",
        ),
        ("urn:epc:id:sgtin:9506000.013435.A1", "epc_urn", "EPC URN, one thing"),
        ("urn:epc:class:lgtin:9506000.013435.L7", "epc_urn", "EPC URN, a class"),
        ("urn:epc:idpat:sgtin:9506000.013435.*", "epc_urn", "EPC URN, a pattern"),
        ("urn:epc:tag:sgtin-96:1.9521234.054321.12345", "tag_uri", "EPC tag URI: SGTIN-96, filter 1"),
        ("3036452148350C4000003039", "tag", "RFID tag SGTIN-96, filter 1, in hexadecimal digits"),
        ("9506000134352", "number", "GTIN-13 (EAN) or GLN, thirteen digits"),
        ("195060001343520014", "number", "SSCC (logistic unit), eighteen digits"),
    ],
)
def test_each_form_is_named_and_good(text: str, form: str, words: str) -> None:
    explanation = told(text)

    assert (explanation.form, explanation.form_words, explanation.verdict) == (form, words, "valid")
    assert explanation.problems == ()
    assert explanation.elements != ()


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("", "empty"),
        ("   \r\n", "empty"),
        ("hello world", "text"),
        ("https://brand.example/about", "url"),
        ("]Q1hello", "scan_data"),
        ("2026", "text"),
    ],
)
def test_what_is_no_code_is_not_blamed(text: str, form: str) -> None:
    explanation = told(text)

    assert (explanation.form, explanation.verdict, explanation.problems) == (form, "plain", ())


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("(01)09506000134352(17)261231", "31 December 2026"),
        ("(01)09506000134352(17)260200", "28 February 2026, the last day of the month"),
        ("(01)09506000134352(3103)000250", "0.25 kg"),
        ("(01)09506000134352(3100)000012", "12 kg"),
        ("(01)09506000134352(422)620", "Portugal"),
        ("(01)09506000134352(423)620724", "Portugal, Spain"),
        ("(01)09506000134352(3103)000250(3932)978000499", "4.99 EUR"),
        ("(01)09506000134352(30)1200", "1,200 pieces"),
        ("(01)09506000134352(7003)2602281230", "28 February 2026, 12:30"),
        ("(01)09506000134352(8008)26123114", "31 December 2026, 14:00"),
        ("(01)09506000134352(7007)260101260131", "1 January 2026 to 31 January 2026"),
        ("(00)395212340000001233(4321)1", "yes"),
        ("(00)395212340000001233(4331)000450-", "−4.5 °C"),  # noqa: RUF001 -- a minus sign
        ("(00)395212340000001233(4300)M%C3%BCller+Co", "Müller Co"),
        ("(00)395212340000001233(4309)13871612110513387190", "48.71612° N, 51.33872° E"),
        ("(8006)095060001343520102", "piece 1 of 2; GTIN-13 9506000134352; prefix of GS1 Global Office"),
        ("(01)00614141999996", "GTIN-12 614141999996; prefix of GS1 US"),
        ("(01)00000096385074", "GTIN-8 96385074"),
    ],
)  # fmt: skip
def test_a_value_is_said_in_words(text: str, meaning: str) -> None:
    assert told(text).elements[-1].meaning == meaning


def test_a_wrong_check_digit_is_shown_where_it_stands_and_named() -> None:
    explanation = told("(01)09506000134353(21)A1")

    assert explanation.verdict == "invalid"
    assert explanation.headline == "AI (01): the check digit should be 2, not 3."
    assert (shown(explanation), explanation.problems[0].start) == ("3", 17)
    assert explanation.problems[0].markup == "(01)0950600013435|3|"
    assert explanation.elements[0].check == "check digit 3 should be 2"
    assert explanation.mended == UNIT


def test_every_fault_is_told_not_only_the_first() -> None:
    explanation = told("(01)09506000134353(17)261331(21)\xc4(0000)1")

    assert [(problem.code, problem.ai) for problem in explanation.problems] == [
        ("incorrect_check_digit", "01"),
        ("illegal_month", "17"),
        ("invalid_cset82_character", "21"),
        ("unknown_ai", "0000"),
    ]


def test_a_fault_in_an_address_is_shown_in_its_escaped_spelling() -> None:
    explanation = told("https://a.example/01/09506000134352/21/a%20b")

    assert (explanation.problems[0].code, shown(explanation)) == ("invalid_cset82_character", "%20")


@pytest.mark.parametrize(
    ("text", "meant", "advice"),
    [
        ("(01) 0950 6000 1343 52 (21) A1", UNIT, "Leave out the blanks."),
        ("[01]09506000134352[21]A1", UNIT, "Put round brackets around the application identifiers."),
        ("(01)9506000134352(21)A1", UNIT, "Fill the GTIN with zeros on the left, to 14 digits."),
        ("(01)O9506OOO134352(21)A1", UNIT, "Write digits where letters look like them: 0 for O, 1 for I."),
        ("(01)09506000134352(21)А1", UNIT, "Write plain letters and digits: some only look like them."),  # noqa: RUF001 -- a Cyrillic A
        ("(01)09506000134352\u200b(21)A1", UNIT, "Leave out the signs that cannot be seen."),
        ("GTIN: (01)09506000134352(21)A1", UNIT, "Leave out what stands before the code."),
        ("%2801%2909506000134352(21)A1", UNIT, "Write the signs themselves instead of %XX."),
        ("(01)09506000134352(17)123126", "(01)09506000134352(17)261231", "Write dates as YYMMDD, the year first."),
        ("(01)09506000134352(17)263112", "(01)09506000134352(17)261231", "Write dates as YYMMDD, the year first."),
        ("010950600013435221A1", "^010950600013435221A1",
         "Start with FNC1 (written ^): set the scanner to send symbology identifiers."),
        ("]D2010950600013435221A1", "]d2010950600013435221A1", "Mind small and capital letters at the beginning."),
        ("URN:EPC:ID:SGTIN:9506000.013435.A1", "urn:epc:id:sgtin:9506000.013435.A1",
         "Mind small and capital letters at the beginning."),
        ("id.gs1.org/01/09506000134352/21/A1", "https://id.gs1.org/01/09506000134352/21/A1",
         "Write https:// in front."),
        ("https://id.gs1.org/01/9506000134352", "https://id.gs1.org/01/09506000134352",
         "Fill the GTIN with zeros on the left, to 14 digits."),
        ("https://id.gs1.org/01/09506000134352/", "https://id.gs1.org/01/09506000134352",
         "Write it as Digital Link 1.6 asks: numbers for words, no slash at the end."),
        ("https://id.gs1.org/gtin/09506000134352/ser/A1", "https://id.gs1.org/01/09506000134352/21/A1",
         "Write it as Digital Link 1.6 asks: numbers for words, no slash at the end."),
        ("3036 4521 4835 0C40 0000 3039", "3036452148350C4000003039", "Leave out the blanks."),
        ("978-0-306-40615-7", "9780306406157", "Leave out the hyphens and stops."),
        ("9506000134353", "9506000134352",
         "Put a right check digit at the end of the number, or look for a mistyped digit before it."),
        ("^0109506000134352310300025021ABCDEFGHIJKLMNOPQRST17261231",
         "^0109506000134352310300025021ABCDEFGHIJKLMNOPQRST^17261231",
         "Put a separator (FNC1, sent as GS) where the value ends."),
    ],
)  # fmt: skip
def test_a_near_miss_is_mended_and_the_way_is_told(text: str, meant: str, advice: str) -> None:
    explanation = told(text)

    assert (explanation.mended, explanation.problems[0].mend) == (meant, advice)
    assert told(meant).verdict == "valid"


@pytest.mark.parametrize("text", ["(01)09506000134352(17)311326", "(01)0950600013435X", "(10)A"])
def test_what_nobody_can_know_is_not_guessed(text: str) -> None:
    explanation = told(text)

    assert (explanation.verdict, explanation.mended) == ("invalid", "")


@pytest.mark.parametrize("mark", ["\x1d", "^", "{GS}", "<GS>", "{gs}", "\\x1d", "␝"])
def test_a_separator_may_come_typed(mark: str) -> None:
    explanation = told(f"]d2010950600013435210A1{mark}17261231")

    assert explanation.verdict == "valid"
    assert [element.ai for element in explanation.elements] == ["01", "10", "17"]


def test_a_lost_separator_is_suspected_in_a_code_that_is_valid_without_it() -> None:
    explanation = told("]d2010950600013435210A117261231")

    assert (explanation.verdict, explanation.problems[0].code) == ("nearly", "suspected_missing_fnc1")
    assert shown(explanation) == "17261231"
    assert explanation.mended == "]d2010950600013435210A1\x1d17261231"


def test_a_percent_sign_in_a_serial_is_doubted() -> None:
    explanation = told("(01)09506000134352(21)A%2FB")

    assert (explanation.verdict, shown(explanation)) == ("nearly", "%2F")
    assert explanation.mended == "(01)09506000134352(21)A/B"


def test_the_same_thing_is_written_in_every_form_that_exists() -> None:
    spellings = {one.name: one.text for one in told(UNIT, gcp_length=7).spellings}

    assert list(spellings) == [
        "For bar codes", "Digital Link", "Digital Link, compressed (ex)", "Digital Link, compressed (eh)",
        "Digital Link, old compression", "RFID tag SGTIN+", "EPC URN", "RFID tag SGTIN-198",
    ]  # fmt: skip
    assert spellings["EPC URN"] == "urn:epc:id:sgtin:9506000.013435.A1"
    for text in spellings.values():
        again = told(text)
        assert (again.verdict, again.headline) == (
            "valid",
            "One single item: product 09506000134352, serial A1.",
        )


def test_the_fields_that_must_stand_together_are_named() -> None:
    explanation = told("(10)A")

    assert (explanation.problems[0].code, shown(explanation)) == ("missing_association", "(10)A")
    assert explanation.problems[0].mend == "Add the field that is required, or take this one out."


def test_a_text_too_long_for_any_symbol_is_cut() -> None:
    explanation = told("(21)" + "A" * TEXT_MAX)

    assert (explanation.verdict, explanation.problems[0].code) == ("invalid", "too_long_input")
    assert len(explanation.text) == TEXT_MAX


BEGINNINGS = [
    "", "(", "(01)", "(8110)", "^", "^01", "\x1d10", "]d2", "]E0", "]Q1https://", "https://a/01/", "urn:epc:id:sgtin:",
    "urn:epc:tag:sgtin-96:1.", "https://a/ex", "https://a/DBFRq5sE2g", "30", "(01)09506000134352(21)",
    "^010950600013435210", "https://a/01/09506000134352/21/x?", "[01]",
]  # fmt: skip
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60)
GS1_LIKE = st.text("()^\x1d]|/\\%?&=.:*0123456789ABdexOl ", max_size=60)


@given(st.sampled_from(BEGINNINGS), ANY_TEXT | GS1_LIKE)
@example("", "\ud800")
@example("]d2", "\x1d")
def test_any_text_is_explained_and_every_place_lies_in_it(beginning: str, text: str) -> None:
    explanation = explain(beginning + text, this_year=YEAR, gcp_length=7)

    for problem in explanation.problems:
        assert 0 <= problem.start <= problem.start + problem.length <= len(explanation.text)
        assert problem.words.isprintable()


@given(st.sampled_from(BEGINNINGS), GS1_LIKE)
def test_the_verdict_is_the_strict_reader_s(beginning: str, text: str) -> None:
    given_text = (beginning + text).strip()
    try:
        gs1.parse(given_text)
    except gs1.GS1Error:
        return

    assert explain(given_text, this_year=YEAR).verdict in {"valid", "nearly"}


@given(st.sampled_from(BEGINNINGS), GS1_LIKE)
def test_what_is_mended_is_valid_by_the_strict_readers(beginning: str, text: str) -> None:
    mended = explain(beginning + text, this_year=YEAR).mended

    assert not mended or explain(mended, this_year=YEAR).verdict in {"valid", "nearly"}


def test_what_is_nearly_right_is_told_as_it_was_meant_with_one_thing_to_do() -> None:
    explanation = told("(01) 0950 6000 1343 52 (21) 7K2M 9QXR")

    assert (explanation.verdict, len(explanation.problems)) == ("nearly", 1)
    assert explanation.problems[0].mend == "Leave out the blanks."
    assert [(one.value, one.fault, one.start) for one in explanation.elements] == [
        ("09506000134352", "", 0),
        ("7K2M9QXR", "", 23),
    ]
