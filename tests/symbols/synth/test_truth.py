"""The truth beside a frame: what follows from the planted amounts, and that the frame keeps it."""

import json
from fractions import Fraction

import cv2
import numpy as np
import pytest

from seriatim import symbols
from seriatim.symbols import synth
from seriatim.symbols.matrix import layout_of

LEVEL = synth.Scene(noise=0.0, pitch=6.0)


def expected(name: str, **given: object) -> synth.Expected:
    return synth.frame(synth.unit(1), **{"scene": LEVEL} | given).truth.expected[name]


@pytest.mark.parametrize(
    ("wrong", "unused", "grade"),
    [(1, 0.9, 4), (2, 0.8, 4), (3, 0.7, 4), (4, 0.6, 3), (5, 0.5, 3), (6, 0.4, 2), (7, 0.3, 1), (8, 0.2, 0), (10, 0.0, 0), (12, 0.0, 0)],
)  # fmt: skip
def test_wrong_codewords_use_up_correction_exactly(wrong: int, unused: float, grade: int) -> None:
    flipped = synth.wrong_codewords(synth.unit(1), wrong)

    frame = synth.frame(synth.unit(1), scene=LEVEL, flipped=flipped)

    assert frame.truth.expected["unused_error_correction"] == synth.Expected(unused, grade, exact=True)
    damage = frame.truth.code.damage
    assert (len(damage.codewords), damage.repairable) == (wrong, wrong <= 10)
    assert set(damage.modules) == set(flipped)
    reads = symbols.read(frame.image)
    assert [found.text for found in reads] == ([frame.truth.text] if wrong <= 10 else [])


def test_what_the_layout_repairs_is_what_the_truth_calls_wrong() -> None:
    frame = synth.frame(synth.unit(3), effects={"missing_dots": 0.12}, scene=LEVEL)
    seen = np.array(frame.truth.code.symbol.modules)
    for place in frame.truth.code.damage.modules:
        seen[place] = not seen[place]

    layout = layout_of("datamatrix", (22, 22))
    repair = layout.repair(layout.codewords(seen))

    assert repair is not None
    assert repair.wrong == frame.truth.code.damage.codewords
    unused = 1 - Fraction(2 * repair.errors[0], 20)
    assert frame.truth.expected["unused_error_correction"].value == pytest.approx(float(unused))


def test_wrong_codewords_of_a_qr_code_are_found_under_its_mask() -> None:
    symbol = synth.unit(2, "qrcode")

    frame = synth.frame(symbol, scene=LEVEL, flipped=synth.wrong_codewords(symbol, 3))

    assert len(frame.truth.code.damage.codewords) == 3
    assert frame.truth.code.damage.fixed_modules == ()
    assert 0 < frame.truth.expected["unused_error_correction"].value < 1


def test_a_finder_module_is_no_codeword() -> None:
    damage = synth.frame(synth.unit(1), scene=LEVEL, flipped=[(5, 0)]).truth.code.damage

    assert (damage.modules, damage.fixed_modules, damage.codewords) == (((5, 0),), ((5, 0),), ())


def test_a_linear_code_has_no_correction_to_use() -> None:
    truth = synth.frame(synth.unit(1, "gs1-128"), scene=synth.Scene(pitch=2, width=900)).truth

    assert "unused_error_correction" not in truth.expected


@pytest.mark.parametrize(
    ("stretch", "value", "grade"), [(1.0, 0.0, 4), (1.07, 0.0676, 3), (0.93, 0.0725, 3), (1.09, 0.0861, 2), (1.11, 0.1043, 1), (1.14, 0.1308, 0)]
)  # fmt: skip
def test_a_stretch_is_axial_nonuniformity(stretch: float, value: float, grade: int) -> None:
    found = expected("axial_nonuniformity", scene=synth.Scene(noise=0, pitch=6, stretch=stretch))

    assert (round(found.value, 4), found.grade, found.exact) == (value, grade, True)


@pytest.mark.parametrize("pitch", [5, 6])
@pytest.mark.parametrize(
    ("paper", "ink", "grade"), [(0.9, 0.1, 4), (0.7, 0.1, 3), (0.6, 0.1, 2), (0.5, 0.2, 1), (0.4, 0.3, 0)]
)
def test_contrast_on_the_frame_is_the_contrast_of_the_truth(
    paper: float, ink: float, grade: int, pitch: int
) -> None:
    frame = synth.frame(synth.unit(1), scene=synth.Scene(noise=0, pitch=pitch, paper=paper, ink=ink))
    found = frame.truth.expected["symbol_contrast"]

    offsets = np.arange(-3, 4)
    aperture = (np.hypot(offsets, offsets[:, None]) <= 0.4 * pitch).astype(np.float32)
    seen = cv2.filter2D(frame.image.astype(np.float32), -1, aperture / aperture.sum())
    left, top = frame.truth.corners.min(axis=0).astype(int)
    right, bottom = frame.truth.corners.max(axis=0).astype(int)
    window = seen[top:bottom, left:right]

    assert (found.grade, found.exact) == (grade, True)
    assert (window.max() - window.min()) / 255 == pytest.approx(found.value, abs=0.002)


def test_noise_makes_contrast_a_matter_of_chance_not_of_arithmetic() -> None:
    assert expected("symbol_contrast").exact
    assert not expected("symbol_contrast", scene=synth.Scene(noise=2.0)).exact
    assert not expected("symbol_contrast", effects={"defocus": 0.5}).exact


def test_jitter_is_grid_nonuniformity() -> None:
    values = [expected("grid_nonuniformity", effects={"jitter": severity}).value for severity in (0.2, 1.0)]

    assert 0.02 < values[0] < 0.3 < values[1] < 1.0
    assert expected("grid_nonuniformity") == synth.Expected(0.0, 4, exact=True)


@pytest.mark.parametrize(
    ("effects", "missing"),
    [
        ({"gradient": 0.5}, {"symbol_contrast"}),
        ({"glare": 0.5}, {"symbol_contrast"}),
        ({"perspective": 0.5}, {"axial_nonuniformity", "grid_nonuniformity"}),
        ({"cylinder": 0.5}, {"axial_nonuniformity", "grid_nonuniformity"}),
        ({"dots": 0.5}, {"print_growth_x", "print_growth_y"}),
        ({"absent": 1}, set(synth.frame(synth.unit(1)).truth.expected)),
    ],
)
def test_what_cannot_be_derived_is_left_out(effects: dict[str, float], missing: set[str]) -> None:
    everything = set(synth.frame(synth.unit(1)).truth.expected)

    assert everything - set(synth.frame(synth.unit(1), effects=effects).truth.expected) == missing


def test_the_truth_of_every_effect_goes_into_json() -> None:
    for effect in synth.EFFECTS:
        truth = synth.frame(synth.unit(1), effects={effect: 0.5}).truth.as_json()
        assert json.loads(json.dumps(truth)) == truth
        assert truth["effects"] == {effect: 0.5}


def test_the_modules_in_the_json_are_those_of_the_code() -> None:
    [code] = synth.frame(synth.unit(1)).truth.as_json()["codes"]

    assert [[mark == "#" for mark in row] for row in code["modules"]] == synth.unit(1).modules.tolist()


def test_a_spot_in_the_quiet_zone_is_told_by_its_place() -> None:
    clean = synth.frame(synth.unit(1), scene=LEVEL, effects={"growth": 0.5}).truth.code.damage
    spotted = [
        synth.frame(synth.unit(1), seed=seed, scene=LEVEL, effects={"voids": 1}).truth.code.damage
        for seed in range(12)
    ]

    found = [place for damage in spotted for place in damage.quiet_modules]
    assert clean.quiet_modules == ()
    assert found
    assert all(row in {-1, 22} or column in {-1, 22} for row, column in found)
