import pytest
from hypothesis import given
from hypothesis import strategies as st

from seriatim import gs1

DIGITS = st.text("0123456789", min_size=1, max_size=99)


@pytest.mark.parametrize(
    ("digits", "check"),
    [
        ("0950600013435", "2"),
        ("950600013435", "2"),
        ("0234567", "3"),
        ("39521234000000123", "3"),
        ("41600033610", "8"),
    ],
)
def test_known_check_digits(digits: str, check: str) -> None:
    assert gs1.check_digit(digits) == check
    assert gs1.with_check_digit(digits) == digits + check


@given(DIGITS, st.integers(0, 20))
def test_zeros_in_front_change_nothing(digits: str, zeros: int) -> None:
    padded = ("0" * zeros + digits)[-100:]

    assert gs1.check_digit(padded) == gs1.check_digit(digits.rjust(len(padded), "0"))


@given(st.text("0123456789", min_size=13, max_size=13), st.integers(0, 13), st.integers(1, 9))
def test_one_mistyped_digit_is_always_caught(digits: str, place: int, shift: int) -> None:
    good = gs1.with_check_digit(digits)
    wrong = good[:place] + str((int(good[place]) + shift) % 10) + good[place + 1 :]

    with pytest.raises(gs1.GS1Error) as refused:
        gs1.parse(f"(01){wrong}")
    assert refused.value.code == "incorrect_check_digit"


@pytest.mark.parametrize(
    ("digits", "code"),
    [
        ("", "empty"),
        ("12a", "non_digit_character"),
        ("٣", "non_digit_character"),
        ("1" * 101, "too_long_input"),
    ],
)
def test_what_is_no_row_of_digits_has_no_check_digit(digits: str, code: str) -> None:
    with pytest.raises(gs1.GS1Error) as refused:
        gs1.check_digit(digits)
    assert refused.value.code == code
