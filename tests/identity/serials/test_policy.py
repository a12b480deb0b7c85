"""The form of serials, and the law of capacity."""

import pytest

from seriatim.base.errors import Unprocessable
from seriatim.identity.serials.form import BASE28, CSET32, DIGITS
from seriatim.identity.serials.policy import SerialPolicy

GTIN = "09506000134352"


@pytest.mark.parametrize(
    ("alphabet", "length", "capacity"),
    [
        (CSET32, 12, 115_292_150_460_684),
        (BASE28, 10, 29_619_676_669),
        (BASE28, 12, 23_221_826_508_921),
        (DIGITS, 12, 100_000_000),
    ],
)
def test_capacity_is_a_ten_thousandth_of_the_space(alphabet: str, length: int, capacity: int) -> None:
    assert SerialPolicy(GTIN, alphabet=alphabet, length=length).capacity == capacity


def test_the_chance_of_a_guess_is_issued_over_space() -> None:
    policy = SerialPolicy(GTIN, issued=1_000_000_000)

    assert policy.guess_chance == pytest.approx(8.7e-10, rel=0.01)


@pytest.mark.parametrize(
    ("issued", "nearly_full"), [(79_999_999, False), (80_000_000, True), (100_000_000, True)]
)
def test_at_four_fifths_of_its_capacity_a_policy_is_nearly_full(issued: int, nearly_full: bool) -> None:
    policy = SerialPolicy(GTIN, alphabet=DIGITS, issued=issued)

    assert policy.is_nearly_full is nearly_full
    assert policy.left == 100_000_000 - issued


@pytest.mark.parametrize(
    ("alphabet", "length", "code"),
    [
        ("0123456789 ", 12, "bad_serial_policy"),
        ("00123", 12, "bad_serial_policy"),
        ("A", 12, "bad_serial_policy"),
        ("", 12, "bad_serial_policy"),
        (CSET32, 1, "bad_serial_policy"),
        (CSET32, 21, "bad_serial_policy"),
        (CSET32, 13, "bad_serial_policy"),
        (DIGITS, 19, "bad_serial_policy"),
        (DIGITS, 5, "domain_too_small"),
    ],
)
def test_a_form_that_serials_cannot_have_is_refused(alphabet: str, length: int, code: str) -> None:
    with pytest.raises(Unprocessable) as refused:
        SerialPolicy(GTIN, alphabet=alphabet, length=length)

    assert refused.value.code == code
