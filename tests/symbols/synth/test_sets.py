"""The hard line set, the grade grid, streams and the contact sheet."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from seriatim import symbols
from seriatim.symbols import synth


def test_the_hard_set_is_720_frames_of_all_effects_and_severities() -> None:
    cases = synth.hard_set()

    assert len(cases) == 720
    assert len({case.name for case in cases}) == 720
    assert len({case.seed for case in cases}) == 720
    assert len({case.symbol.text for case in cases}) == 720
    assert {case.effect for case in cases} == set(synth.HARD_EFFECTS)
    assert {case.symbol.size for case in cases} == {(22, 22)}


def test_the_line_pose_is_five_degrees_and_ten_pixels() -> None:
    truths = [case.frame().truth for case in synth.hard_set(effects=["good"], seeds=10)]

    assert max(abs(truth.angle_degrees) for truth in truths) <= 5
    middles = np.array([truth.corners.mean(axis=0) for truth in truths])
    assert np.abs(middles - (320, 240)).max() <= 10
    assert [truth.code.pixels_per_module for truth in truths] == pytest.approx([5.0] * len(truths))


def test_a_part_of_the_hard_set_films_the_same_frames_as_the_whole() -> None:
    whole = {case.name: case for case in synth.hard_set()}

    [part] = synth.hard_set(effects=["voids"], severities=[0.8], seeds=1)

    assert part == whole["voids-0.8-0"]
    np.testing.assert_array_equal(part.frame().image, whole["voids-0.8-0"].frame().image)


def test_good_frames_of_the_hard_set_are_all_read() -> None:
    for case in synth.hard_set(effects=["good"]):
        assert [found.text for found in symbols.read(case.frame().image)] == [case.symbol.text]


def test_the_random_pose_turns_all_the_way_round() -> None:
    angles = [
        case.frame().truth.angle_degrees for case in synth.hard_set(effects=["good"], seeds=8, pose="random")
    ]

    assert max(angles) > 60
    assert min(angles) < -60


@pytest.mark.parametrize(
    ("given", "code"),
    [({"seeds": 0}, "option"), ({"effects": ["smear"]}, "effect"), ({"severities": [2.0]}, "effect")],
)
def test_a_hard_set_that_cannot_be_is_refused(given: dict[str, object], code: str) -> None:
    with pytest.raises(symbols.SymbolError) as refusal:
        [case.frame() for case in synth.hard_set(**given)]

    assert refusal.value.code == code


def test_the_grade_grid_reaches_every_grade_of_what_it_varies() -> None:
    cases = synth.grade_grid(poses=1)
    reached: dict[str, set[int | None]] = {}
    for case in cases:
        for name, one in case.frame().truth.expected.items():
            if one.exact:
                reached.setdefault(name, set()).add(one.grade)

    assert len({case.name for case in cases}) == len(cases)
    assert reached["symbol_contrast"] == {0, 1, 2, 3, 4}
    assert reached["axial_nonuniformity"] == {0, 1, 2, 3, 4}
    assert reached["unused_error_correction"] == {0, 1, 2, 3, 4}


def test_the_grade_grid_spoils_finder_and_clock_by_whole_modules() -> None:
    for case in synth.grade_grid(poses=1):
        if case.effect in {"wrong_finder", "wrong_clock"}:
            damage = case.frame().truth.code.damage
            assert (len(damage.fixed_modules), damage.codewords) == (case.severity, ())


def test_a_frame_of_a_stream_needs_none_before_it() -> None:
    stream = synth.drifting("dying_nozzle", 100)

    late = stream[80]
    walked = next(stream.frames(1, first=80))

    np.testing.assert_array_equal(late.frame.image, walked.frame.image)
    assert (late.trigger, late.seconds, late.encoder_mm) == (80, 8.0, 4800.0)


def test_a_dying_nozzle_stays_where_it_died_while_others_follow() -> None:
    stream = synth.drifting("dying_nozzle", 100)

    lines = [stream[trigger].frame.truth.code.dead_lines for trigger in (5, 30, 60, 99)]

    assert lines[0] == ()
    for earlier, later in pairwise(lines):
        assert later[: len(earlier)] == earlier
    assert len(lines[-1]) == 6


@pytest.mark.parametrize("name", synth.DRIFTS)
def test_every_stream_begins_well_and_ends_worse(name: str) -> None:
    stream = synth.drifting(name, 40)
    effect = synth.DRIFTS[name][0]

    severities = [stream[trigger].frame.truth.effects.get(effect, 0.0) for trigger in range(40)]

    assert severities[0] == 0
    assert max(severities) > 0.5
    assert [found.text for found in symbols.read(stream[0].frame.image)] == [synth.unit(0).text]


def test_drifts_have_three_ways() -> None:
    linear = synth.Drift("voids", since=10, until=20, start=0.2, end=0.6)
    step, wave = replace(linear, shape="step"), replace(linear, shape="wave")

    assert [round(linear.at(unit), 3) for unit in (0, 10, 15, 20, 99)] == [0.2, 0.2, 0.4, 0.6, 0.6]
    assert [step.at(unit) for unit in (0, 19, 20, 99)] == [0.2, 0.2, 0.6, 0.6]
    assert max(wave.at(unit) for unit in range(10, 20)) <= 0.6
    assert wave.at(99) == pytest.approx(0.2)


def test_what_a_stream_carries_along_gives_way_to_its_drift() -> None:
    stream = synth.Stream(effects={"voids": 0.1, "glare": 0.2}, drifts=(synth.Drift("voids", until=10),))

    assert stream[5].frame.truth.effects == {"voids": 0.5, "glare": 0.2}


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: synth.Drift("fire", until=5), "effect"),
        (lambda: synth.Drift("voids", until=5, end=2), "effect"),
        (lambda: synth.Drift("voids", until=5, since=5), "option"),
        (lambda: synth.Stream(per_second=0), "option"),
        (lambda: synth.Stream(effects={"fire": 1}), "effect"),
        (lambda: synth.drifting("earthquake", 10), "option"),
        (lambda: synth.drifting("rising_heat", 1), "option"),
        (lambda: synth.grade_grid(poses=0), "option"),
        (lambda: synth.wrong_codewords(synth.unit(1), 51), "option"),
    ],
)
def test_a_stream_or_grid_that_cannot_be_is_refused(make: object, code: str) -> None:
    with pytest.raises(symbols.SymbolError) as refusal:
        make()  # type: ignore[operator]

    assert refusal.value.code == code


@pytest.mark.parametrize("trigger", [-1, 1_000_000])
def test_a_trigger_beyond_the_stream_is_an_index_error(trigger: int) -> None:
    with pytest.raises(IndexError):
        synth.Stream()[trigger]


def test_the_contact_sheet_shows_all_effects_at_four_severities() -> None:
    sheet = synth.contact_sheet(["good", "voids", "smear"], columns=1)

    assert sheet.dtype == np.uint8
    assert sheet.shape == (24 + 3 * 136, 104 + 4 * 136)
    cells = [
        sheet[24 + row * 136 :][:132, 104 + column * 136 :][:, :132]
        for row in range(3)
        for column in range(4)
    ]
    assert all((cell < 100).mean() > 0.1 for cell in cells)


def test_the_guide_runs_and_names_every_effect() -> None:
    guide = (Path(__file__).parents[3] / "docs" / "guides" / "synthetic-camera.md").read_text(
        encoding="utf-8"
    )
    code = guide.split("```python")[1].split("```")[0]
    table = guide.split("| stage | effects |")[1].split("Severity runs")[0].lower()

    names: dict[str, object] = {}
    exec(code, names)

    assert isinstance(names["frame"], synth.Frame)
    assert [effect for effect in synth.EFFECTS if effect.replace("_", " ") not in table] == []
