"""Each defect changes what it claims, as much as it claims, and nothing else."""

import hashlib
import subprocess
import sys

import cv2
import numpy as np
import pytest

from seriatim import symbols
from seriatim.symbols import synth
from seriatim.symbols.synth import picture as lens
from seriatim.symbols.synth import printing
from seriatim.symbols.synth.effects import CATALOGUE

QUIET = synth.Scene(noise=0.0, tilt_degrees=0, shift_pixels=0, pitch=6.0)
ON_PAPER = [name for name, effect in CATALOGUE.items() if effect.stage in {"print", "handling"}]
IN_THE_AIR = [name for name, effect in CATALOGUE.items() if effect.stage in {"light", "optics", "sensor"}]


def film(effects: dict[str, float], scene: synth.Scene = QUIET, seed: int = 3) -> synth.Frame:
    return synth.frame(synth.unit(1), seed=seed, effects=effects, scene=scene)


def dark_lengths(frame: synth.Frame, *, upright: bool) -> np.ndarray:
    """Ink along the clock track (upright: the right one, else the upper one), in modules: nominally 11 of 22."""
    x, y = np.meshgrid(np.linspace(-1, 23, 2400, endpoint=False) + 0.005, np.linspace(0.4, 0.6, 5))
    at = np.column_stack([22 - y.ravel(), x.ravel()]) if upright else np.column_stack([x.ravel(), y.ravel()])
    pixels = (frame.truth.code.place(at) - 0.5).astype(np.float32)
    seen = cv2.remap(frame.image.astype(np.float32), pixels[:, 0], pixels[:, 1], cv2.INTER_LINEAR)
    return ((217 - seen) / (217 - 15)).reshape(x.shape).mean(axis=1) * 24


@pytest.mark.parametrize(
    ("effects", "growth"), [({"growth": 0.1}, 0.08), ({"growth": 0.5}, 0.4), ({"ink_loss": 0.5}, -0.3)]
)
def test_bars_grow_and_shrink_by_what_the_truth_says(effects: dict[str, float], growth: float) -> None:
    frame = film(effects, synth.Scene(noise=0, tilt_degrees=0, shift_pixels=0.5, pitch=8))

    for upright in (False, True):
        dark = dark_lengths(frame, upright=upright).mean()
        assert (dark - 11) / 11 == pytest.approx(growth, abs=0.005)
    assert frame.truth.expected["print_growth_x"].value == pytest.approx(growth)


def test_growth_per_axis_is_exact_to_a_fraction_of_a_dot() -> None:
    ink = np.zeros((60, 60), np.uint8)
    ink[20:32, 20:32] = 255

    grown = printing.grow(ink, 12, 0.17, -0.06)

    assert grown.sum() / 255 == pytest.approx(12 * 1.17 * 12 * 0.94, rel=0.005)
    assert (grown[26] / 255).sum() == pytest.approx(12 * 1.17, rel=0.005)


@pytest.mark.parametrize("effect", ON_PAPER)
def test_a_fault_of_the_print_stays_on_the_code(effect: str) -> None:
    plain, spoilt = film({}), film({effect: 0.8})

    left, top = spoilt.truth.corners.min(axis=0).astype(int) - 20
    right, bottom = spoilt.truth.corners.max(axis=0).astype(int) + 20
    changed = plain.image != spoilt.image
    inside = changed[top:bottom, left:right]
    assert inside.any()
    assert changed.sum() == inside.sum()
    np.testing.assert_array_equal(plain.truth.corners, spoilt.truth.corners)


@pytest.mark.parametrize("effect", IN_THE_AIR)
def test_light_lens_and_sensor_leave_place_and_print_alone(effect: str) -> None:
    plain, spoilt = film({}), film({effect: 0.8})

    assert (plain.image != spoilt.image).any()
    np.testing.assert_array_equal(plain.truth.corners, spoilt.truth.corners)
    np.testing.assert_array_equal(plain.truth.code.coverage, spoilt.truth.code.coverage)
    assert spoilt.truth.code.damage == plain.truth.code.damage


@pytest.mark.parametrize("effect", ["perspective", "cylinder", "small_module"])
def test_geometry_moves_the_code_and_leaves_the_print_alone(effect: str) -> None:
    plain, spoilt = film({}), film({effect: 0.8})

    assert np.abs(plain.truth.corners - spoilt.truth.corners).max() > 3
    np.testing.assert_array_equal(plain.truth.code.coverage, spoilt.truth.code.coverage)


@pytest.mark.parametrize("effect", [name for name in ON_PAPER if name not in {"absent", "jitter"}])
@pytest.mark.parametrize("seed", range(3))
def test_more_severity_is_more_damage_on_paper(effect: str, seed: int) -> None:
    good = film({}).truth.code.coverage

    damage = [
        np.abs(film({effect: s}, seed=seed).truth.code.coverage - good).sum()
        for s in (0.1, 0.2, 0.5, 0.8, 1.0)
    ]

    assert damage == sorted(damage)
    assert damage[-1] > damage[0]


@pytest.mark.parametrize("effect", [*IN_THE_AIR, "jitter"])
@pytest.mark.parametrize("seed", range(3))
def test_more_severity_is_a_picture_farther_from_the_good_one(effect: str, seed: int) -> None:
    good = film({}, seed=seed).image.astype(float)

    far = [np.abs(film({effect: s}, seed=seed).image - good).mean() for s in (0.1, 0.5, 1.0)]

    assert far == sorted(far)
    assert far[-1] > far[0]


def test_missing_dots_are_counted_to_the_module() -> None:
    damage = film({"missing_dots": 0.4}).truth.code.damage

    modules = synth.unit(1).modules
    assert len(damage.modules) == pytest.approx(0.1 * modules.sum(), abs=12)
    assert all(modules[place] for place in damage.modules)
    assert damage.clear_cut


def test_dead_nozzles_are_light_lines_at_the_places_in_the_truth() -> None:
    frame = film({"dead_nozzle": 0.5})

    assert len(frame.truth.code.dead_lines) == 5
    for top in frame.truth.code.dead_lines:
        at = np.column_stack([np.linspace(0.1, 0.9, 20), np.full(20, top + 1 / 6)])
        pixels = (frame.truth.code.place(at) - 0.5).astype(np.float32)
        line = cv2.remap(frame.image, pixels[:, 0], pixels[:, 1], cv2.INTER_LINEAR)
        assert line.min() > 60  # a full bar is at 15; a third of a module at 6 px is two pixels, blurred


def test_the_last_nozzle_dies_by_and_by() -> None:
    ink = np.full((264, 264), 255, np.uint8)

    halfway, tops = printing.lines_without_ink(ink, 12, 0, 1.5, np.random.default_rng(1))

    weak = halfway[round(tops[1] * 12) : round(tops[1] * 12) + 4]
    assert len(tops) == 2
    assert set(weak.ravel().tolist()) == {128}


def test_columns_land_where_the_shifts_say() -> None:
    ink = np.zeros((24, 12 * 12), np.uint8)
    ink[:, 24 : 24 + 12] = 255  # the third column of modules
    moved = printing.Shifts((0.0, 0.0, 0.25, 0.5, 0.5, 0.0, 0.0, 0.0, 0.0))

    shifted = printing.shift_columns(ink, 12, 0, moved)

    line = shifted[0] / 255
    assert line.sum() == pytest.approx(12 * 1.25, abs=0.01)
    assert (line * (np.arange(line.size) + 0.5)).sum() / line.sum() == pytest.approx((27 + 42) / 2, abs=0.02)
    assert moved.grid_nonuniformity == 0.5


def test_round_dots_cover_what_their_diameter_says() -> None:
    cells = np.ones((6, 6), np.bool_)

    ink = printing.dots(cells, (12, 12), (96, 96), 12, -0.3, 0.0, np.random.default_rng(1))

    assert ink.sum() / 255 == pytest.approx(36 * np.pi / 4 * (0.7 * 12) ** 2, rel=0.01)


def test_blur_has_the_width_that_was_asked_for() -> None:
    step = np.zeros((40, 200), np.float32)
    step[:, 100:] = 200

    slope = np.diff(lens.blurred(step, 3.2)[20] / 200)
    at = np.arange(slope.size) + 1.0

    assert (slope * at).sum() == pytest.approx(100, abs=0.01)
    assert np.sqrt((slope * (at - 100) ** 2).sum()) == pytest.approx(3.2, rel=0.02)


@pytest.mark.parametrize("pixels", [1.4, 2.8, 5.0, 10.0])
def test_motion_is_a_box_along_the_rows(pixels: float) -> None:
    point = np.zeros((31, 31), np.float32)
    point[15, 15] = 1000

    moved = lens.moved(point, pixels)

    assert moved[15].sum() == pytest.approx(1000, rel=1e-4)
    assert moved[15].max() == pytest.approx(1000 / pixels, rel=1e-4)
    assert moved[:15].sum() == 0


def test_uneven_light_falls_from_all_to_what_the_slope_leaves() -> None:
    shaded = lens.shaded(np.full((10, 1001), 200, np.float32), (500.5, 5), (400, 0), 1.0)

    assert (shaded[5, 0], shaded[5, 1000]) == (pytest.approx(200 * 0.5 / 1.5), pytest.approx(200))
    assert shaded[5, 500] == pytest.approx(200 / 1.5)


def test_noise_has_the_deviation_that_was_asked_for_and_no_bias() -> None:
    flat = np.full((480, 640), 120, np.float32)

    noise = lens.noisy(flat, 12.0, np.random.default_rng(5)) - 120

    assert (float(noise.mean()), float(noise.std())) == (
        pytest.approx(0, abs=0.1),
        pytest.approx(12, rel=0.01),
    )


def test_overexposure_clips_and_glare_is_white() -> None:
    assert (film({"saturation": 1}).image == 255).mean() > 0.1
    assert (film({"glare": 1}).image == 255).any()
    assert not (film({}).image == 255).any()


def test_an_effect_draws_its_chances_apart_from_the_others() -> None:
    alone, together = film({"dead_nozzle": 0.5}), film({"dead_nozzle": 0.5, "voids": 0.5, "glare": 0.3})

    assert alone.truth.code.dead_lines == together.truth.code.dead_lines


def test_what_belongs_to_the_machine_stays_from_frame_to_frame() -> None:
    one, two = (
        synth.frame(synth.unit(n), seed=n, machine_seed=9, effects={"dead_nozzle": 0.4, "voids": 0.4})
        for n in (1, 2)
    )

    assert one.truth.code.dead_lines == two.truth.code.dead_lines
    assert (one.truth.code.coverage != two.truth.code.coverage).any()


DIGESTS = """
import hashlib
from seriatim.symbols import synth
everything = {name: 0.3 for name in synth.EFFECTS if name != "absent"}
frame = synth.frame(synth.unit(4), seed=11, effects=everything, neighbours=[synth.unit(5)])
print(hashlib.sha256(frame.image.tobytes()).hexdigest(), hashlib.sha256(repr(frame.truth.as_json()).encode()).hexdigest())
"""


def test_all_effects_at_once_are_byte_equal_in_this_process_and_in_two_others() -> None:
    everything = {name: 0.3 for name in synth.EFFECTS if name != "absent"}
    here = [
        synth.frame(synth.unit(4), seed=11, effects=everything, neighbours=[synth.unit(5)]) for _ in range(2)
    ]
    digests = [
        f"{hashlib.sha256(one.image.tobytes()).hexdigest()} {hashlib.sha256(repr(one.truth.as_json()).encode()).hexdigest()}"
        for one in here
    ]

    there = [
        subprocess.run(
            [sys.executable, "-c", DIGESTS], capture_output=True, check=True, text=True
        ).stdout.strip()
        for _ in range(2)
    ]

    assert len({*digests, *there}) == 1


@pytest.mark.parametrize("form", ["qrcode", "gs1-128"])
def test_every_effect_can_be_filmed_on_every_format(form: str) -> None:
    symbol = symbols.encode("(01)09506000134352(21)A1", form)
    scene = synth.Scene(width=900, height=500, pitch=3)
    plain = synth.frame(symbol, scene=scene)

    for effect in synth.EFFECTS:
        assert (synth.frame(symbol, scene=scene, effects={effect: 0.7}).image != plain.image).any(), effect
