"""The headline of the day, the marks of a strip, and the ages of alerts."""

from datetime import date
from typing import Any

import pytest
from tests.factories.line import make_order
from tests.factories.plant import NOW

from seriatim.areas.line import Counts, Inspection
from seriatim.web.console.home import LineNow, headline, mark


def line_now(state: str) -> LineNow:
    counts = Counts(0, 0, 0, 0, 0, 0, 0, {}, {}, 0)
    return LineNow(make_order(state=state, expiry=date(2027, 1, 1)), counts, ())


@pytest.mark.parametrize(
    ("states", "things", "said"),
    [
        ([], 0, "No line has run yet. Nothing needs you."),
        (["closed", "closed"], 19, "Two lines ran. Nineteen things need you."),
        (["closed"], 1, "One line ran. One thing needs you."),
        (["running"], 0, "One line runs. Nothing needs you."),
        (["running", "packing"], 2, "Two lines run. Two things need you."),
        (["running", "closed", "closed"], 25, "One of three lines runs. 25 things need you."),
        (["running", "packing", "closed"], 3, "Two of three lines run. Three things need you."),
    ],
)
def test_the_headline_says_what_runs_and_how_much_needs_somebody(
    states: list[str], things: int, said: str
) -> None:
    assert headline([line_now(state) for state in states], things) == said


def test_who_may_not_see_the_lines_reads_what_needs_them_only() -> None:
    assert headline(None, 2) == "Two things need you."
    assert headline(None, 0) == "Nothing needs you."


def seen(**fields: Any) -> Inspection:
    usual: dict[str, Any] = {
        "order_number": "4711", "trigger_no": 0, "round": 0, "expected_serial": "A1", "serial": "A1", "passed": True,
        "reason": None, "also": [], "explanation": "", "read_text": "", "symbology_id": "]d2", "letter": "A",
        "grade": 4.0, "contrast": 0.8, "unused_error_correction": 1.0, "milliseconds": 1.0, "corners": [],
        "inspected_at": NOW,
    }  # fmt: skip
    return Inspection(**(usual | fields))


def test_a_unit_that_was_taken_out_is_tallest_and_a_weak_one_taller() -> None:
    assert mark(seen()) == "ok"
    assert mark(seen(letter="C")) == "low"
    assert mark(seen(passed=False, reason="low_grade", letter="D")) == "out"
