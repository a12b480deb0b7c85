import json
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seriatim import symbols
from seriatim.symbols import images, layout, synth

UNIT = "(01)09506000134352(17)271120(10)H26K20(21)"


def unit(number: int, form: str = "datamatrix") -> symbols.Symbol:
    return symbols.encode(f"{UNIT}K4W8Z{number:07}", form)


def test_the_same_seed_films_the_same_picture() -> None:
    one = synth.frame(unit(1), seed=3, effects={"voids": 0.5, "defocus": 0.2})
    other = synth.frame(unit(1), seed=3, effects={"voids": 0.5, "defocus": 0.2})

    np.testing.assert_array_equal(one.image, other.image)
    assert one.truth.as_json() == other.truth.as_json()


def test_two_processes_film_the_same_picture() -> None:
    film = (
        "import hashlib; from seriatim import symbols;"
        f"frame = symbols.synth.frame(symbols.encode({unit(1).text!r}, 'datamatrix'), seed=3, effects={{'scratch': 1}});"
        "print(hashlib.sha256(frame.image.tobytes()).hexdigest(), frame.truth.as_json())"
    )

    first, second = (
        subprocess.run([sys.executable, "-c", film], capture_output=True, check=True).stdout for _ in range(2)
    )

    assert first == second


def test_another_seed_films_another_picture() -> None:
    assert (synth.frame(unit(1), seed=3).image != synth.frame(unit(1), seed=4).image).any()


def test_an_effect_does_not_move_the_label() -> None:
    plain, spoilt = synth.frame(unit(1), seed=3), synth.frame(unit(1), seed=3, effects={"voids": 1})

    np.testing.assert_array_equal(plain.truth.corners, spoilt.truth.corners)


def test_a_frame_is_gray_of_the_size_of_the_scene_and_read_only() -> None:
    image = synth.frame(unit(1), scene=synth.Scene(width=320, height=240)).image

    assert (image.shape, image.dtype, image.flags.writeable) == ((240, 320), np.dtype(np.uint8), False)


@pytest.mark.parametrize("seed", range(5))
def test_the_truth_about_the_place_is_exact(seed: int) -> None:
    frame = synth.frame(unit(1), seed=seed, scene=synth.Scene(noise=0, blur_pixels=0.1))
    modules = unit(1).modules
    centres = np.array([(x + 0.5, y + 0.5, 1) for y in range(22) for x in range(22)])

    places = (centres @ frame.truth.homography.T)[:, :2].astype(np.float32) - 0.5
    seen = cv2.remap(frame.image, places[:, 0], places[:, 1], cv2.INTER_LINEAR).reshape(22, 22)

    np.testing.assert_array_equal(seen < 120, modules)


def test_the_edge_of_a_straight_symbol_lies_where_the_truth_says() -> None:
    still = synth.Scene(tilt_degrees=0, shift_pixels=0, noise=0, blur_pixels=0.1)
    frame = synth.frame(unit(1), scene=still)
    (left, top), (right, _) = frame.truth.corners[:2]

    dark = (217 - frame.image[round(top) + 30 : round(top) + 90, round(left) - 8 : round(left) + 3]) / (
        217 - 15
    )

    assert round(left) + 3 - dark.sum(axis=1).mean() == pytest.approx(left, abs=0.05)
    assert right - left == pytest.approx(22 * 5.6)


@pytest.mark.parametrize("form", ["datamatrix", "qrcode"])
@pytest.mark.parametrize("number", range(10))
def test_a_good_label_is_read_fast_and_graded_a(form: str, number: int) -> None:
    frame = synth.frame(unit(number, form), seed=number)

    [found] = symbols.read(frame.image)

    assert (found.text, found.method) == (frame.truth.text, "fast")
    assert symbols.grade(frame.image, found).letter == "A"
    assert np.abs(found.corners - frame.truth.corners).max() < 4


@pytest.mark.parametrize("number", range(8))
def test_missing_dots_are_mended_when_few_and_ruin_every_code_when_a_quarter_is_gone(number: int) -> None:
    slight = synth.frame(unit(number), seed=number, effects={"missing_dots": 0.05})
    full = synth.frame(unit(number), seed=number, effects={"missing_dots": 1})

    assert [found.text for found in symbols.read(slight.image)] == [slight.truth.text]
    assert symbols.read(full.image) == ()


@pytest.mark.parametrize(("severity", "letter"), [(0.0, "A"), (0.06, "B"), (0.15, "C"), (0.35, "D")])
def test_low_contrast_lowers_the_grade_step_by_step_but_stays_readable(severity: float, letter: str) -> None:
    frame = synth.frame(unit(1), effects={"low_contrast": severity})

    [found] = symbols.read(frame.image)

    assert symbols.grade(frame.image, found).letter == letter


def test_an_absent_code_leaves_the_label_but_no_code() -> None:
    frame = synth.frame(unit(1), effects={"absent": 1})

    assert symbols.read(frame.image) == ()
    assert not frame.truth.present
    assert frame.image.max() > 200


def test_every_effect_changes_the_picture() -> None:
    plain = synth.frame(unit(1))

    for effect in synth.EFFECTS:
        changed = np.abs(synth.frame(unit(1), effects={effect: 0.5}).image.astype(int) - plain.image)
        assert changed.max() > 20, effect


@pytest.mark.parametrize("effects", [{"fire": 0.5}, {"voids": 1.1}, {"voids": -0.1}, {"voids": float("nan")}])
def test_an_unknown_effect_or_severity_is_refused(effects: dict[str, float]) -> None:
    with pytest.raises(symbols.SymbolError) as refusal:
        synth.frame(unit(1), effects=effects)

    assert refusal.value.code == "effect"


def test_a_label_without_a_symbol_cannot_be_filmed() -> None:
    with pytest.raises(symbols.SymbolError) as refusal:
        synth.frame(layout.Label(10, 10, ()))

    assert refusal.value.code == "layout"


def test_a_label_larger_than_the_frame_is_filmed_around_its_code() -> None:
    placed = layout.PlacedSymbol(unit(1), 90, 70, 0.5)

    frame = synth.frame(layout.Label(150, 120, (placed,)))

    assert [found.text for found in symbols.read(frame.image)] == [unit(1).text]


def test_the_truth_goes_into_json() -> None:
    truth = synth.frame(unit(1), effects={"scratch": 0.3}).truth.as_json()

    assert json.loads(json.dumps(truth)) == truth
    assert truth["text"] == unit(1).text
    assert truth["effects"] == {"scratch": 0.3}


@settings(max_examples=30, deadline=None)
@given(
    seed=st.integers(0, 2**63), serial=st.text("ABCDEFGHJKLMNPQRSTUVWXYZ23456789", min_size=12, max_size=12)
)
def test_no_good_frame_is_ever_misread_or_missed(seed: int, serial: str) -> None:
    frame = synth.frame(symbols.encode(UNIT + serial, "datamatrix"), seed=seed)

    assert [(found.text, found.method) for found in symbols.read(frame.image)] == [(UNIT + serial, "fast")]


def test_a_frame_survives_the_way_through_a_png_file(tmp_path: Path) -> None:
    frame = synth.frame(unit(1), seed=5)
    cv2.imwrite(str(tmp_path / "frame.png"), frame.image)

    np.testing.assert_array_equal(images.load_image(tmp_path / "frame.png"), frame.image)


@pytest.mark.parametrize("effect", ["defocus", "voids", "dead_nozzle", "missing_dots"])
@pytest.mark.parametrize("number", range(4))
def test_a_ruined_code_still_darkens_its_place_so_that_it_is_not_taken_for_a_missing_one(
    effect: str, number: int
) -> None:
    frame = synth.frame(unit(number), seed=number, effects={effect: 1})
    left, top = frame.truth.corners.min(axis=0).astype(int)
    right, bottom = frame.truth.corners.max(axis=0).astype(int)

    window = frame.image[top + 20 : bottom - 20, left + 20 : right - 20]

    assert (window < 120).mean() > 0.1
