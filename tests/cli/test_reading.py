"""`seriatim symbols read`: pictures and the frames of a camera, one JSON line each."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from seriatim import symbols
from seriatim.cli import main
from seriatim.cli.reading import CAMERAS
from seriatim.connectors.camera import SPECIFICATIONS

TEXTS = [f"(01)09506000134352(21)A{number}" for number in range(3)]


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, list[dict[str, Any]], str]:
    with pytest.raises(SystemExit) as end:
        main(["symbols", "read", *(str(argument) for argument in arguments)])
        raise SystemExit(0)
    out, err = capsys.readouterr()
    return end.value.code, [json.loads(line) for line in out.splitlines()], err


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number, text in enumerate(TEXTS):
        (tmp_path / f"{number}.png").write_bytes(symbols.encode(text, "datamatrix").png(scale=6))
    (tmp_path / "9.png").write_bytes(b"nonsense")
    return tmp_path


def test_each_frame_of_a_camera_is_a_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, lines, _ = run(capsys, "--camera", f"folder:{folder}")

    assert code == 0
    assert [(line["frame"], line["dropped"], line["clock"]) for line in lines] == [
        (number, 0, "file") for number in range(4)
    ]
    assert [line["codes"][0]["text"] for line in lines[:3]] == TEXTS
    assert lines[3]["error"]["code"] == "invalid_image"


def test_max_frames_ends_the_stream(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, lines, _ = run(capsys, "--camera", f"folder:{folder}", "--max-frames", 2, "--format", "datamatrix")

    assert (code, [line["frame"] for line in lines]) == (0, [0, 1])


def test_a_format_that_is_not_looked_for_is_not_found(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, [line], _ = run(capsys, folder / "0.png", "--format", "qrcode")

    assert (code, line["codes"]) == (1, [])


def test_a_line_says_by_which_stage_a_code_was_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    light_on_dark = 255 - np.pad(
        symbols.pixels(symbols.encode(TEXTS[0], "datamatrix"), 6), 30, constant_values=255
    )
    (tmp_path / "0.jpg").write_bytes(symbols.jpeg(light_on_dark, quality=95))

    code, [line], _ = run(capsys, tmp_path / "0.jpg", "--deadline", 60_000)

    assert (code, line["codes"][0]["method"], line["codes"][0]["rescued"]) == (0, "ladder", True)


@pytest.mark.parametrize(
    ("arguments", "exit_code", "words"),
    [
        ([], 2, "Name the pictures, or one camera with --camera."),
        (["--camera", "webcam:0"], 1, "'webcam:0' names no camera; use one of folder:DIR"),
        (["--camera", "folder:/none/such"], 1, "/none/such is no folder"),
        (["--camera", "folder:.", "--max-frames", "0"], 2, "--max-frames"),
        (["--format", "aztec"], 2, "aztec"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_sentence(
    arguments: list[str], exit_code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, lines, err = run(capsys, *arguments)

    assert (code, lines) == (exit_code, [])
    assert words in err


def test_pictures_and_a_camera_do_not_go_together(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, folder / "0.png", "--camera", f"folder:{folder}")[0] == 2
    assert run(capsys, folder / "0.png", "--max-frames", "1")[0] == 2


def test_the_help_names_the_cameras_that_there_are() -> None:
    assert CAMERAS == SPECIFICATIONS
