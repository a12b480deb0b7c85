"""One moment of a station as a value: the verdict, the books, the trend, the outline in the picture."""

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.factories.line import make_order

from seriatim import symbols
from seriatim.areas.line import BAND_WORDS, REMEDIES, Inspection
from seriatim.web.line.station import (
    CONTRAST_LIMIT,
    PLOT_HEIGHT,
    SHORT,
    SIGNS,
    Ledger,
    Picture,
    Station,
    difference_of,
    jpeg_size,
    trend_of,
)
from seriatim.web.ui import render

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
REASONS = sorted(REMEDIES)


def inspection(trigger: int, reason: str | None = None, **fields: Any) -> Inspection:
    serial = f"A{trigger}"
    usual: dict[str, Any] = {
        "order_number": "4711", "trigger_no": trigger, "round": 0, "expected_serial": serial, "serial": serial,
        "passed": reason is None, "reason": reason, "also": [], "explanation": "Why it was refused." if reason else "",
        "read_text": f"(01)09506000134352(17)271120(10)H26K20(21){serial}", "symbology_id": "]d2", "letter": "A",
        "grade": 4.0, "contrast": 0.8, "unused_error_correction": 1.0, "milliseconds": 1.0,
        "corners": [(10.0, 10.0), (20.0, 10.0), (20.0, 20.0), (10.0, 20.0)], "inspected_at": NOW,
    }  # fmt: skip
    return Inspection(**(usual | fields))


def station(*rows: Inspection, **fields: Any) -> Station:
    ledger = Ledger()
    for row in rows:
        ledger = ledger.plus(row)
    usual: dict[str, Any] = {
        "order": make_order(state="running", started_at=NOW), "product": "Huila 250 g", "rows": rows,
        "ledger": ledger, "picture": None, "mode": "live",
    }  # fmt: skip
    return Station(**(usual | fields))


def drawn(moment: Station) -> str:
    return render("line/parts.html", station=moment, here="/line/Line%201")


def test_a_good_unit_shows_ok_its_grade_and_its_number() -> None:
    moment = station(inspection(0), inspection(1))

    assert (moment.band.word, moment.band.state) == ("OK", "good")
    assert moment.band.details == ("Grade A 4.0", "unit 2 of 10")
    assert moment.remedy == ""


@pytest.mark.parametrize("reason", REASONS)
def test_every_reject_has_a_word_a_shape_of_its_own_a_sign_and_a_remedy(reason: str) -> None:
    moment = station(inspection(0), inspection(1, reason))
    html = drawn(moment)

    assert moment.band.word == BAND_WORDS[reason]
    assert moment.band.state in {"bad", "watch"}
    assert moment.remedy == REMEDIES[reason]
    assert REMEDIES[reason] in html
    assert BAND_WORDS[reason] in html
    assert moment.squares[-1].sign == SIGNS[reason]
    assert SHORT[reason].lower() in moment.legend
    assert "This order" not in html


def test_a_line_that_waits_says_so() -> None:
    moment = station()

    assert (moment.band.word, moment.band.state) == ("WAITING", "idle")
    assert "The first unit will show here." in drawn(moment)


@given(st.lists(st.tuples(st.sampled_from([None, *REASONS]), st.integers(0, 1))))
def test_the_books_close_after_every_unit(story: list[tuple[str | None, int]]) -> None:
    ledger = Ledger()
    for number, (reason, round_no) in enumerate(story):
        ledger = ledger.plus(inspection(number, reason, round=round_no))
        assert ledger.seen == number + 1 == ledger.good + ledger.rejected
        assert sum(count for _, count in ledger.reasons) == ledger.rejected
        assert ledger.adds_up is None
    share = ledger.first_pass_share
    assert share is None or 0 <= share <= 1


def test_the_last_twenty_are_twenty_and_the_newest_is_last() -> None:
    moment = station(*(inspection(i, "duplicate" if i == 29 else None) for i in range(30)))

    assert len(moment.squares) == 20
    assert [square.sign for square in moment.squares] == [""] * 19 + ["="]
    assert moment.squares[-1].title == "Trigger 29: duplicate"


def test_the_trend_marks_what_lies_below_the_limit_and_skips_units_without_a_code() -> None:
    trend = trend_of([inspection(0), inspection(1, "absent", contrast=None), inspection(2, contrast=0.3)])

    assert trend is not None
    assert (trend.first, trend.last) == (0, 2)
    assert trend.dots == "M0.0 35.2h0"
    assert trend.low_dots == "M1000.0 123.2h0"
    assert trend.limit == pytest.approx((1 - CONTRAST_LIMIT) * PLOT_HEIGHT)
    assert trend.words == "Newest contrast 0.30; 1 of 2 below 0.40"


def test_there_is_no_trend_before_two_codes() -> None:
    assert trend_of([inspection(0), inspection(1, "absent", contrast=None)]) is None


@pytest.mark.parametrize(
    ("read", "told"),
    [
        ("(01)09506000134352(17)271120(10)H26K19(21)A", ("10", "H26K", "20", "19")),
        ("(01)09506000134352(17)271119(10)H26K20(21)A", ("17", "2711", "20", "19")),
        ("(01)09506000134369(17)271120(10)H26K20(21)A", ("01", "095060001343", "52", "69")),
        ("(01)09506000134352(17)271120(21)A", ("10", "", "H26K20", "missing")),
    ],
)
def test_a_wrong_label_shows_where_it_departs_from_the_order(read: str, told: tuple[str, ...]) -> None:
    found = difference_of(make_order(), inspection(0, "wrong_content", read_text=read))

    assert found is not None
    assert (found.ai, found.same, found.expected, found.found) == told


@pytest.mark.parametrize("read", ["(01)09506000134352(17)271120(10)H26K20(21)A", "hello", ""])
def test_there_is_no_difference_to_show_in_a_right_code_or_in_none(read: str) -> None:
    assert difference_of(make_order(), inspection(0, read_text=read)) is None


@given(st.integers(1, 90), st.integers(1, 90))
def test_a_picture_tells_its_size(width: int, height: int) -> None:
    assert jpeg_size(symbols.jpeg(np.zeros((height, width), np.uint8))) == (width, height)


@given(st.binary(max_size=200))
def test_what_is_no_picture_has_no_size_and_no_error(junk: bytes) -> None:
    width, height = jpeg_size(junk)
    assert width >= 0
    assert height >= 0


def test_the_outline_stands_around_the_code_and_only_where_one_was_found() -> None:
    found = Picture(inspection(0), 640, 480)
    absent = Picture(inspection(0, "absent", corners=[]), 640, 480)

    assert found.outline.startswith("M9.5 9.5l")
    assert absent.outline == ""
    assert 'class="found"' in drawn(station(inspection(0), picture=found))
    assert 'class="found' not in drawn(station(inspection(0, "absent"), picture=absent))


def test_an_older_picture_says_whose_it_is() -> None:
    html = drawn(station(inspection(3), inspection(4), picture=Picture(inspection(3), 640, 480)))

    assert "Shown: trigger 3, the newest such picture kept" in html
    assert "/line/Line%201/frames/4711/3.jpg" in html


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"><img src=x>'])
def test_what_was_read_or_explained_is_text_and_nothing_else(text: str) -> None:
    row = inspection(0, "wrong_content", explanation=text, serial=None, expected_serial=text, read_text=text, also=[text])  # fmt: skip
    html = drawn(station(row, product=text, order=make_order(number=text), picture=Picture(row, 1, 1)))

    assert "<script" not in html
    assert "<img" not in html
