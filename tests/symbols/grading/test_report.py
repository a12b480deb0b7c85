"""The report: complete, harmless whatever the code says, and the same words on page and poster."""

import dataclasses
import re

import cv2
import numpy as np
import pytest
from tests.symbols.grading.exact import Print, as_read, picture

from seriatim import symbols
from seriatim.symbols import grading
from seriatim.symbols.grading import report
from seriatim.symbols.grading.report import words

SYMBOL = symbols.encode("(01)09506000134352(17)271120(10)H26K20(21)K4W8Z0M2RD", "datamatrix")
GOOD = Print(angle=2)
BANDED = Print(angle=2, marks=((-1, 13.2, 22, 13.8, 0.86),))


def graded(how: Print = GOOD, **options: object) -> grading.Grade:
    return grading.grade(picture(SYMBOL.modules, how), as_read(SYMBOL, how), **options)


def test_the_page_names_grade_notation_content_every_parameter_and_the_cause() -> None:
    grade = graded(BANDED)

    page = report.html_report(grade, limit=1.5, taken="today 10:41, Line 2")

    for text in (
        "Grade F 0.0",
        "0.0/0.80X/660",
        "today 10:41, Line 2",
        "Nozzle band at row 14",
        "limit",
        grade.wording,
    ):
        assert text in page
    for one in grade.parameters.values():
        assert one.title in page
    assert grade.image_sha256 in page


def test_the_page_asks_for_nothing_from_outside_and_runs_nothing() -> None:
    page = report.html_report(graded(BANDED), trend=[4.0, 3.0])

    assert re.findall(r"<(?:script|link|iframe|object|form)\b", page) == []
    assert re.findall(r"""(?:src|href)="(?!data:image/png;base64,)[^"]*""", page) == []
    assert "@import" not in page
    assert "url(" not in page
    assert " on" + "click" not in page


def test_hostile_content_is_shown_as_text() -> None:
    hostile = dataclasses.replace(graded(), text='<script>alert(1)</script>"><img src=x>')

    page = report.html_report(hostile, taken="<b>now</b>")

    assert "<script" not in page
    assert "<img src=x" not in page
    assert "&lt;b&gt;now&lt;/b&gt;" in page


def test_a_report_claims_no_conformity() -> None:
    page = report.html_report(graded()).lower()

    assert "uncalibrated, process-control grade" in page
    assert "certif" not in page
    assert "conform" not in page


def test_a_provisional_edition_is_named_at_the_top_and_at_the_foot() -> None:
    page = report.html_report(graded(edition="2024"))

    assert page.count("rovisional:") == 3


def test_a_picture_without_a_grade_gets_a_page_that_says_why() -> None:
    page = report.html_report(graded(Print(pitch=4)))

    assert "No grade: resolution insufficient" in page
    assert "Bring the camera nearer" in page
    assert "Parameters" not in page


def test_every_module_is_drawn_once_and_weak_ones_carry_their_level() -> None:
    grade = graded(BANDED)

    page = report.html_report(grade)

    drawing = page[page.index('<svg class="gsym"') : page.index("</svg>", page.index('<svg class="gsym"'))]
    tiles = sum(path.count("M") for path in re.findall(r'<path class="(?:d|l|q\d)" d="([^"]*)"', drawing))
    assert tiles == 22 * 22
    assert drawing.count('<text x="') == int((grade.symbol.levels < 4).sum())


def test_the_steps_of_modulation_stand_in_the_page() -> None:
    page = report.html_report(graded(BANDED))

    assert "How reflectance margin became 0" in page
    assert "codewords below" in page


@pytest.mark.parametrize(
    ("limit", "first"), [(None, "Nothing is wrong with it."), (1.5, "It passes, the limit is C 1.5."), (3.5, "It passes, the limit is A 3.5.")]
)  # fmt: skip
def test_the_first_sentence_answers_whether_it_passes(limit: float | None, first: str) -> None:
    assert words.lead(graded(), limit)[0] == first


@pytest.mark.parametrize(
    ("value", "grade", "width"),
    [(0.85, 4, 0.9), (0.70, 4, 0.8), (0.55, 3, 0.6), (0.40, 2, 0.4), (0.20, 1, 0.2), (0.10, 0, 0.1)],
)
def test_bars_of_contrast_end_where_their_value_lies_between_the_thresholds(
    value: float, grade: float, width: float
) -> None:
    one = dataclasses.replace(
        graded(), parameters=grading.record.Parameters([grading.Parameter("SC", value, grade)])
    )

    assert words.bars_of(one)[0].width == pytest.approx(width)


def test_the_poster_is_a_picture_of_its_promised_size() -> None:
    for how in (BANDED, Print(pitch=4)):
        image = cv2.imdecode(
            np.frombuffer(report.png_report(graded(how), limit=1.5), np.uint8), cv2.IMREAD_COLOR
        )
        assert image.shape == (860, 1280, 3)
        assert (image != 255).any()


def test_reports_are_the_same_for_the_same_picture() -> None:
    assert report.html_report(graded(BANDED)) == report.html_report(graded(BANDED))
    assert report.png_report(graded(BANDED)) == report.png_report(graded(BANDED))
