"""T06: a value cannot smuggle in another field, whatever signs it uses."""

import pytest

from seriatim import gs1

UNIT = "(01)09506000134352"
LINK = "https://id.gs1.org/01/09506000134352"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (f"{UNIT}(10)A\x1d21FORGED", "invalid_cset82_character"),
        (f"{UNIT}(10)A^21FORGED", "fnc1_in_value"),
        (f"{UNIT}(10)A\x00", "invalid_cset82_character"),
        (f"{UNIT}(21)\u0410\u0412\u0421", "invalid_cset82_character"),  # Cyrillic letters that look Latin
        (f"{UNIT}(21)\uff11\uff12", "invalid_cset82_character"),
        (f"{UNIT}(21)\u200b1", "invalid_cset82_character"),
        (f"{UNIT}(21){'A' * 21}", "value_too_long"),
        (f"{LINK}/10/A%1D21FORGED", "invalid_cset82_character"),
        (f"{LINK}/10/A%5E21FORGED", "fnc1_in_value"),
        (f"{LINK}/21/A%00", "null_character"),
        (f"{LINK}/21/%D0%90", "invalid_cset82_character"),
        (f"{LINK}/21/{'A' * 21}", "value_too_long"),
        ("urn:epc:id:sgtin:9506000.013435.A%1D10B", "invalid_cset82_character"),
        ("]d2010950600013435210A^21FORGED", "fnc1_in_value"),
    ],
)
def test_signs_that_could_begin_another_field_are_refused_in_values(text: str, code: str) -> None:
    with pytest.raises(gs1.GS1Error) as refused:
        gs1.canonical_key(text)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "serial", ["A/10/FORGED", "A?10=FORGED", "A&10=FORGED", "A+10", "A(10)FORGED", "..", "%2F", "A%00"]
)
def test_signs_of_addresses_stay_inside_the_value_in_every_form(serial: str) -> None:
    unit = gs1.Message((("01", "09506000134352"), ("21", serial)))

    for text in (
        unit.digital_link(),
        unit.bracketed(),
        unit.element_string(),
        gs1.decompress(gs1.compress(unit.digital_link())),
    ):
        assert gs1.parse(text) == unit
    assert gs1.epc.from_urn(gs1.epc.to_urn(unit, 7)) == unit


def test_an_encoded_slash_does_not_open_a_new_segment() -> None:
    message = gs1.parse(f"{LINK}/21/A%2F10%2FFORGED")

    assert message.elements == (("01", "09506000134352"), ("21", "A/10/FORGED"))
