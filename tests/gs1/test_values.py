import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seriatim import gs1
from seriatim.gs1.table import ENTRIES
from seriatim.gs1.values import CHECKS, check_value, explain

VALUES = st.text("0123456789AZaz/-=%_ ", max_size=40)


@given(st.sampled_from(sorted(ENTRIES)), VALUES | st.from_regex(re.compile(r"[0-9]{1,24}"), fullmatch=True))
def test_the_quick_check_and_the_exact_one_agree(ai: str, value: str) -> None:
    try:
        exact = explain(ai, value) == len(value)
    except gs1.GS1Error:
        exact = False

    assert CHECKS[ai](value) == exact


@pytest.mark.parametrize(
    ("ai", "value", "fits"),
    [("7007", "211225", 6), ("7007", "2112252112319", 12), ("10", "A" * 21, 20), ("8008", "21122510", 8)],
)
def test_the_parts_eat_up_a_value_one_after_another(ai: str, value: str, fits: int) -> None:
    assert explain(ai, value) == fits


def test_what_is_left_over_is_marked() -> None:
    with pytest.raises(gs1.GS1Error) as refused:
        check_value("10", "A" * 20 + "BC")
    assert (refused.value.code, refused.value.markup) == ("value_too_long", f"(10){'A' * 20}|BC|")
