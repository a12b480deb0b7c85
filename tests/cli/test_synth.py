"""`seriatim symbols synth`: a folder of frames with their truth, the same for the same seed."""

import json
from pathlib import Path

import pytest
from tests.factories.terminal import answer_of, exit_code

from seriatim import symbols


def film(folder: Path, *options: str) -> None:
    assert exit_code("symbols", "synth", "--out", folder, *options) == 0


def frames(folder: Path) -> list[tuple[bytes, dict[str, object]]]:
    return [
        (path.read_bytes(), json.loads(path.with_suffix(".json").read_text()))
        for path in sorted(folder.glob("frame-*.png"))
    ]


def test_each_frame_comes_with_its_truth_and_reads_as_it_says(tmp_path: Path) -> None:
    film(
        tmp_path / "new" / "frames",
        "--count",
        "3",
        "--effects",
        "voids=0.2, motion=0.1",
    )

    found = frames(tmp_path / "new" / "frames")
    assert len(found) == 3
    for picture, truth in found:
        assert [read.text for read in symbols.read(symbols.images.decode_image(picture))] == [truth["text"]]
        assert truth["effects"] == {"voids": 0.2, "motion": 0.1}
    assert [truth["trigger"] for _, truth in found] == [0, 1, 2]
    assert [truth["picture"] for _, truth in found] == [f"frame-{n:06}.png" for n in range(3)]


def test_the_same_seed_writes_the_same_files_and_another_seed_others(tmp_path: Path) -> None:
    for name, seed in (("a", "5"), ("b", "5"), ("c", "6")):
        film(tmp_path / name, "--count", "2", "--seed", seed)

    assert frames(tmp_path / "a") == frames(tmp_path / "b")
    assert frames(tmp_path / "a") != frames(tmp_path / "c")


def test_a_stream_gets_worse(tmp_path: Path) -> None:
    film(
        tmp_path,
        "--count",
        "10",
        "--stream",
        "rising_heat",
        "--backdrop",
        "film",
    )

    truths = [truth for _, truth in frames(tmp_path)]
    assert "growth" not in truths[0]["effects"]
    assert truths[9]["effects"] == {"growth": 0.9}


def test_a_given_text_stands_on_every_label_in_the_given_format(tmp_path: Path) -> None:
    link = "https://id.gs1.org/01/09506000134352/21/A1"

    film(tmp_path, "--count", "2", "--text", link, "--format", "qrcode")

    assert [(truth["text"], truth["format"]) for _, truth in frames(tmp_path)] == [(link, "qrcode")] * 2


def test_the_sheet_is_a_picture(tmp_path: Path) -> None:
    film(tmp_path, "--count", "1", "--sheet")

    assert symbols.load_image(tmp_path / "sheet.png").shape[0] > 1000


def test_the_answer_for_machines_is_one_json_line(tmp_path: Path) -> None:
    answer = answer_of("symbols", "synth", "--out", tmp_path, "--count", "1", "--effects", "glare=0.5")

    assert answer == {
        "folder": str(tmp_path),
        "frames": 1,
        "seed": 7,
        "effects": {"glare": 0.5},
        "stream": None,
    }


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--effects", "fire=1"], 2),
        (["--effects", "voids"], 2),
        (["--effects", "voids=2"], 2),
        (["--effects", "voids=nan"], 2),
        (["--count", "0"], 2),
        (["--seed", "-1"], 2),
        (["--stream", "earthquake"], 2),
        (["--text", "(01)123"], 1),
        (["--text", "(00)095060001343521230", "--format", "gs1-128"], 1),
        (["--count", "1", "--stream", "rising_heat"], 1),
    ],
)
def test_bad_options_are_refused_in_a_sentence(arguments: list[str], code: int, tmp_path: Path) -> None:
    assert exit_code("symbols", "synth", "--out", tmp_path / "none", *arguments) == code
    assert not (tmp_path / "none").exists()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("here")

    assert exit_code("symbols", "synth", "--out", tmp_path / "file" / "frames", "--count", "1") == 1
