"""`seriatim symbols grade`."""

import json
from pathlib import Path

import cv2
import pytest
from tests.factories.terminal import exit_code

from seriatim import symbols


@pytest.fixture(scope="module")
def shot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    frame = symbols.synth.frame(symbols.encode("(01)09506000134352(21)A1", "datamatrix"), seed=7)
    path = tmp_path_factory.mktemp("shots") / "shot.png"
    cv2.imwrite(str(path), frame.image)
    return path


def grade(*arguments: object) -> int:
    return exit_code("symbols", "grade", *map(str, arguments))


def test_each_picture_gives_one_line_of_json(shot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = grade(shot, shot, "--json")

    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert (code, first) == (0, second)
    (one,) = first["codes"]
    assert (one["overall"], one["letter"], one["status"]) == (4.0, "A", "graded")
    assert (one["notation"], one["calibration"]) == ("4.0/0.80X/660", "uncalibrated")
    assert list(one["parameters"])[:3] == ["decode", "symbol_contrast", "modulation"]


@pytest.mark.parametrize(
    ("suffix", "start"), [(".html", b"<!doctype html>"), (".png", b"\x89PNG"), (".json", b"{")]
)
def test_a_report_is_written(shot: Path, tmp_path: Path, suffix: str, start: bytes) -> None:
    out = tmp_path / f"grade{suffix}"

    assert grade(shot, "--report", out, "--x-mm", 0.25) == 0
    assert out.read_bytes().startswith(start)


def test_a_grade_below_the_limit_answers_no(shot: Path) -> None:
    assert grade(shot, "--limit", 4) == 0
    assert grade(shot, "--limit", 4.1) == 1


def test_artwork_gets_no_grade_and_answers_no(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "art.png"
    path.write_bytes(symbols.encode("(01)09506000134352(21)A1", "datamatrix").png())

    code = grade(path, "--json")

    (one,) = json.loads(capsys.readouterr().out)["codes"]
    assert (code, one["status"], one["overall"], one["letter"]) == (1, "invalid_image", None, "")


def test_a_report_of_an_unknown_kind_is_refused(
    shot: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert grade(shot, "--report", tmp_path / "grade.doc") == 2
    assert ".html, .png, .json" in capsys.readouterr().err


def test_a_file_that_is_no_picture_is_an_answer_not_a_crash(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "text.png"
    path.write_text("no picture")

    assert grade(path, "--json") == 1
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "not_an_image"
