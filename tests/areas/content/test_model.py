"""The order of precedence: safety first, and no answer dressed up."""

from datetime import date
from itertools import combinations

import pytest

from seriatim.areas.content.model import PRECEDENCE, Standing, State, page_state

TODAY = date(2026, 11, 20)
ALIVE = {"issued": True, "active": True, "expiry": date(2027, 11, 20)}
CONDITIONS: dict[State, dict[str, object]] = {
    "recalled": {"recalled": True},
    "blocked": {"blocked": True},
    "expired": {"expiry": date(2026, 11, 19)},
    "not_active": {"active": False},
    "suspicious": {"band": "suspicious"},
    "caution": {"band": "caution"},
}


def state(**facts: object) -> State:
    band = facts.pop("band", "normal")
    return page_state(Standing(**(ALIVE | facts)), band, TODAY)  # type: ignore[arg-type]


@pytest.mark.parametrize("wanted", CONDITIONS)
def test_each_condition_alone_gives_its_state(wanted: State) -> None:
    assert state(**CONDITIONS[wanted]) == wanted


@pytest.mark.parametrize(
    ("first", "second"), [pair for pair in combinations(CONDITIONS, 2) if pair != ("suspicious", "caution")]
)
def test_of_two_conditions_the_earlier_wins(first: State, second: State) -> None:
    assert state(**(CONDITIONS[second] | CONDITIONS[first])) == first
    assert PRECEDENCE.index(first) < PRECEDENCE.index(second)


@pytest.mark.parametrize("known", ["recalled", "blocked"])
def test_a_known_recall_or_block_is_said_even_when_the_store_is_away(known: State) -> None:
    assert state(**CONDITIONS[known], readable=False) == known


@pytest.mark.parametrize("hidden", ["expired", "not_active", "suspicious", "caution"])
def test_all_else_is_left_unsaid_when_the_store_is_away(hidden: State) -> None:
    assert state(**CONDITIONS[hidden], readable=False) == "cannot_check"


def test_nothing_wrong_is_consistent_and_never_more() -> None:
    assert state() == "consistent"
    assert state(band="watch") == "consistent"


def test_a_serial_nobody_issued_is_unknown_however_often_it_was_scanned() -> None:
    assert state(issued=False, band="suspicious") == "unknown"
    assert state(issued=False, active=False, expiry=None) == "unknown"


def test_a_unit_is_good_until_the_end_of_its_last_day() -> None:
    assert state(expiry=TODAY) == "consistent"
