from typing import Any

import pytest

from seriatim import gs1
from seriatim.gs1 import escaping, writing

LINK = "https://a.example/01/09506000134352"


def options(row: dict[str, Any], *, associations: bool = True) -> gs1.Options:
    flags = row["flags"]
    return gs1.Options(
        short_gtins=flags.get("zero_suppressed", False),
        words=flags.get("alphas", False),
        unknown_ais=flags.get("unknown_ais", False),
        unknown_attributes=not flags.get("unknown_not_attr", True),
        associations=associations,
    )


def read(row: dict[str, Any]) -> str | None:
    try:
        return gs1.parse_digital_link(row["uri"], options=options(row)).element_string()
    except gs1.GS1Error:
        return None


def written(row: dict[str, Any]) -> str | None:
    rules = options(row, associations=False)
    try:
        message = gs1.parse_bracketed(row["ai"], options=rules)
        return writing.digital_link(message.elements, row["stem"] or writing.GS1_DOMAIN, options=rules)
    except gs1.GS1Error:
        return None


def code_of(uri: str, *, strict: bool = True) -> str:
    with pytest.raises(gs1.GS1Error) as refused:
        gs1.parse_digital_link(uri, strict)
    return refused.value.code


def test_digital_links_are_read_as_the_published_vectors_say(vectors: Any) -> None:
    rows = vectors("dl_parse")

    assert [(row, read(row)) for row in rows if read(row) != row["ai_data"]] == []


def test_digital_links_are_written_as_the_published_vectors_say(vectors: Any) -> None:
    rows = vectors("dl_generate")

    assert [(row, written(row)) for row in rows if written(row) != row["uri"]] == []


def test_values_are_escaped_and_read_back_as_the_published_vectors_say(vectors: Any) -> None:
    for row in vectors("uri_escape"):
        assert (escaping.escape_path(row["s"]), escaping.escape_query(row["s"])) == (
            row["path"],
            row["query"],
        )
    for row in vectors("uri_unescape"):
        assert (escaping.unescape_path(row["s"]), escaping.unescape_query(row["s"])) == (
            row["path"],
            row["query"],
        )


@pytest.mark.parametrize(
    ("uri", "code"),
    [
        ("HtTp://a.example/01/09506000134352", "bad_uri"),
        ("https://[fe80::1%25lo]/01/09506000134352", "bad_uri"),
        ("https://user@a.example/01/09506000134352", "bad_uri"),
        (f"{LINK}/21/A/10/B", "bad_key_sequence"),
        (f"{LINK}/10/B/235/X", "bad_key_sequence"),
        (f"{LINK}?99=", "value_empty"),
        (f"{LINK}?99=A&999=x", "unknown_ai"),
        (f"{LINK}?10=A", "belongs_in_path"),
        (f"{LINK}?8020=A", "not_an_attribute"),
        (f"{LINK}?99=A&99=A", "duplicate"),
        (f"{LINK}?99=A%00", "null_character"),
        (f"{LINK}/22/ABC+1?98=X+Y", "invalid_cset82_character"),
        ("https://a.example/about", "no_key"),
        ("https://a.example/01/9506000134352", "value_too_short"),
        (f"{LINK}/", "no_key"),
    ],
)
def test_a_link_that_breaks_a_rule_is_refused_by_name(uri: str, code: str) -> None:
    assert code_of(uri) == code


def test_the_rightmost_key_begins_the_identity_and_what_stands_before_is_the_stem() -> None:
    message = gs1.parse("https://a.example/00/faux/00/006141411234567890#top")

    assert message.elements == (("00", "006141411234567890"),)
    assert message.stem == "https://a.example/00/faux"


def test_a_slash_inside_a_value_stays_inside_the_value() -> None:
    message = gs1.parse("https://a.example/414/9506000134352/254/32a%2Fb")

    assert message.value("254") == "32a/b"
    assert message.digital_link() == "https://id.gs1.org/414/9506000134352/254/32a%2Fb"


def test_other_parameters_are_kept_to_be_passed_on() -> None:
    message = gs1.parse(f"{LINK}?99=A&&singleton&unknown=6&linkType=gs1:pip")

    assert message.elements == (("01", "09506000134352"), ("99", "A"))
    assert message.extras == ("singleton", "unknown=6", "linkType=gs1:pip")
    assert message.digital_link() == "https://id.gs1.org/01/09506000134352?99=A"


def test_a_lot_beside_a_third_party_serial_stays_an_attribute() -> None:
    message = gs1.parse(f"{LINK}/235/X?10=A")

    assert message.digital_link() == "https://id.gs1.org/01/09506000134352/235/X?10=A"
    with pytest.raises(gs1.GS1Error) as refused:
        gs1.parse(message.bracketed()).digital_link()
    assert (refused.value.code, refused.value.ai) == ("no_digital_link", "235")


def test_a_second_key_may_be_an_attribute() -> None:
    assert gs1.parse("https://a.example/8004/95060001?01=09506000134352").value("01") == "09506000134352"


def test_attributes_of_predefined_length_are_written_first() -> None:
    message = gs1.parse("(253)9526064000028000001(99)000001(01)12312312312326(10)DEF(95)INT")

    assert message.digital_link() == (
        "https://id.gs1.org/253/9526064000028000001?01=12312312312326&99=000001&10=DEF&95=INT"
    )


def test_some_good_messages_have_no_digital_link() -> None:
    with pytest.raises(gs1.GS1Error) as refused:
        gs1.parse("(01)09506000134352(8200)x").digital_link()
    assert (refused.value.code, refused.value.ai) == ("no_digital_link", "8200")


def test_a_domain_needs_a_scheme_and_loses_its_last_slash() -> None:
    message = gs1.parse(LINK)

    assert message.digital_link("https://b.example/x/") == "https://b.example/x/01/09506000134352"
    with pytest.raises(gs1.GS1Error):
        message.digital_link("b.example")


def test_percent_text_is_escaped_once_more() -> None:
    message = gs1.parse("(00)006141411234567890(4300)A%20B")

    assert message.digital_link() == "https://id.gs1.org/00/006141411234567890?4300=A%2520B"
    assert gs1.parse(message.digital_link()) == message


@pytest.mark.parametrize(
    "uri",
    [
        "https://a.example/01/9506000134352",
        "https://a.example/01/09506000134352/",
        "https://a.example/gtin/09506000134352",
    ],
)
def test_a_lenient_reader_mends_what_old_links_did(uri: str) -> None:
    message = gs1.parse_digital_link(uri, strict=False)

    assert message.digital_link() == "https://id.gs1.org/01/09506000134352"
    code_of(uri)


def test_a_lenient_reader_still_refuses_a_wrong_order() -> None:
    assert code_of(f"{LINK}/21/A/10/B", strict=False) == "bad_key_sequence"


def test_a_link_longer_than_4096_characters_is_refused() -> None:
    assert code_of(f"{LINK}?x={'y' * 4096}") == "too_long_input"


def test_a_link_holds_64_elements_at_most() -> None:
    attributes = [
        f"3{family:02}{n}=000001" for family in (10, 11, 12, 13, 14, 15, 16, 20, 21, 22, 23) for n in range(6)
    ]
    rules = gs1.Options(associations=False)

    assert len(gs1.parse_digital_link(f"{LINK}?{'&'.join(attributes[:63])}", options=rules).elements) == 64
    with pytest.raises(gs1.GS1Error) as refused:
        gs1.parse_digital_link(f"{LINK}?{'&'.join(attributes[:64])}", options=rules)
    assert refused.value.code == "too_many_elements"


def test_a_path_in_another_order_is_read_on_demand_and_written_in_order() -> None:
    message = gs1.parse(f"{LINK}/21/A/10/B", options=gs1.Options(any_order=True))

    assert message.elements == (("01", "09506000134352"), ("21", "A"), ("10", "B"))
    assert message.digital_link() == "https://id.gs1.org/01/09506000134352/10/B/21/A"
