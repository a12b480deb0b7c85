from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.epcis.documents import OTHER_UNIT, UNIT, UNIT_URN

from seriatim import gs1
from seriatim.epcis.canon import (
    are_plain_units,
    fault_of_identifier,
    identifier,
    number_text,
    same_identifier_twice,
    time_text,
)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        (UNIT, UNIT),
        (UNIT_URN, UNIT),
        (f" {UNIT} ", UNIT),
        ("https://brand.example/shop/01/09506000134352/21/A1?17=261231#x", UNIT),
        ("urn:epc:class:lgtin:4012345.012345.998877", "https://id.gs1.org/01/04012345123456/10/998877"),
        ("urn:epc:idpat:sgtin:9506000.013435.*", "https://id.gs1.org/01/09506000134352"),
        ("urn:epc:id:sgln:4012345.00011.0", "https://id.gs1.org/414/4012345000115"),
        ("urn:epc:id:sgln:4012345.00011.987", "https://id.gs1.org/414/4012345000115/254/987"),
        ("urn:epc:id:sgtin:9506000.013435.a%2Fb", "https://id.gs1.org/01/09506000134352/21/a%2Fb"),
        (
            "urn:epc:id:sgtin:9506000.013435.a!(b)*+,:",
            "https://id.gs1.org/01/09506000134352/21/a%21%28b%29%2A%2B%2C%3A",
        ),
        ("urn:jaif:id:obj:37SUN321", "urn:jaif:id:obj:37SUN321"),
        ("http://transaction.acme.com/po/12345678", "http://transaction.acme.com/po/12345678"),
    ],
)
def test_an_identifier_has_one_canonical_spelling(text: str, canonical: str) -> None:
    assert identifier(text) == canonical
    assert identifier(identifier(text)) == canonical


@pytest.mark.parametrize(
    ("identifiers", "index"),
    [
        ([], None),
        ([UNIT], None),
        ([UNIT, OTHER_UNIT], None),
        ([UNIT, UNIT], 1),
        ([UNIT, OTHER_UNIT, UNIT_URN], 2),
        (["urn:x:1", "urn:x:2", "urn:x:1"], 2),
    ],
)
def test_the_first_repetition_is_found_in_whatever_spelling(identifiers: list[str], index: Any) -> None:
    assert same_identifier_twice(identifiers) == index


@given(
    st.sampled_from(
        [UNIT[:40], UNIT[:35] + "1/21/", UNIT[:36] + "/10/", UNIT[:39], "https://brand.example/21/"]
    ),
    st.text("aZ09-_.%/?#é²", max_size=22),
)
def test_a_link_is_plain_exactly_when_it_is_sound_and_means_itself(beginning: str, serial: str) -> None:
    link = beginning + serial

    if are_plain_units([link]):
        assert gs1.canonical_key(link).digital_link() == link
        assert (identifier(link), fault_of_identifier(link)) == (link, None)
    elif serial.isalnum() and serial.isascii() and len(serial) <= 20:
        assert beginning != UNIT[:40]


@pytest.mark.parametrize("count", [1, 15, 16, 100])
def test_one_link_that_is_not_plain_is_seen_among_many(count: int) -> None:
    units = [f"{UNIT[:40]}{number}" for number in range(count)]
    others = [f"https://id.gs1.org/01/04012345123456/21/{number}" for number in range(count)]

    assert are_plain_units(units)
    assert are_plain_units([*units, *others])
    assert not are_plain_units([*units, UNIT_URN])


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("200.50", "200.5"),
        ("2.005E2", "200.5"),
        ("1E5", "100000"),
        ("1E-5", "0.00001"),
        ("0.00", "0"),
        ("-0", "0"),
        ("-0.0", "0"),
        ("-5.10", "-5.1"),
        ("100", "100"),
        ("9007199254740993", "9007199254740993"),
    ],
)
def test_a_number_is_written_short_and_without_exponent(number: Any, text: str) -> None:
    assert number_text(Decimal(number)) == text


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20))
def test_the_short_number_has_the_same_value(number: Any) -> None:
    assert Decimal(number_text(number)) == number


@given(st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 31, 23, 59, 59, 999_999)))  # noqa: DTZ001
def test_a_time_is_never_further_away_than_half_a_millisecond(moment: datetime) -> None:
    at = moment.replace(tzinfo=UTC)

    written = datetime.fromisoformat(time_text(at))

    assert abs((written - at).total_seconds()) <= (0.0005 if moment.year < 9999 else 0.001)
    assert len(time_text(at)) == 24
