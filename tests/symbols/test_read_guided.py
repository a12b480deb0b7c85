"""Stage 3: what no detector finds, and what must never be found."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seriatim import symbols
from seriatim.symbols import synth
from seriatim.symbols.images import Gray

UNIT = "(01)09506000134352(17)271120(10)H26K20(21)K4ABCDEFGH"
LONG = 60_000.0


def pose_of(symbol: symbols.Symbol, scene: synth.Scene, pitch: float | None = None) -> symbols.Pose:
    """As a station would teach it in: the middle of the picture, upright."""
    half = np.array(symbol.size[::-1]) * (pitch or scene.pitch) / 2
    middle = np.array([scene.width, scene.height]) / 2
    corners = middle + half * np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)])
    return symbols.Pose(symbol.format, symbol.size, corners)


def taught(case: synth.Case) -> symbols.Pose:
    """The station knows its recipe and how far its camera is, not how this label lies."""
    return pose_of(
        case.symbol,
        case.scene,
        4.5 - 3 * case.severity if case.effect == "small_module" else case.scene.pitch,
    )


def read_guided(image: Gray, pose: symbols.Pose) -> tuple[symbols.Read, ...]:
    region = pose.region(image.shape[1], image.shape[0])
    return symbols.read(image, formats=[pose.format], roi=region, pose=pose, deadline_ms=LONG)


@pytest.mark.parametrize(
    ("form", "effect"),
    [
        ("datamatrix", "dots"),
        ("datamatrix", "noise"),
        ("datamatrix", "growth"),
        ("qrcode", "dots"),
        ("qrcode", "growth"),
    ],
)
def test_what_the_fast_stage_cannot_read_is_read_where_the_pose_is_known(form: str, effect: str) -> None:
    symbol, scene = symbols.encode(UNIT, form), synth.Scene(pitch=5.0, tilt_degrees=5)
    if effect == "noise":
        scene = synth.Scene(pitch=5.0, tilt_degrees=5, paper=0.5, ink=0.3)
    frame = synth.frame(symbol, seed=3, effects={effect: 0.8 if effect == "growth" else 0.9}, scene=scene)

    [found] = read_guided(frame.image, pose_of(symbol, scene))

    assert (found.text, found.method, found.is_rescue) == (UNIT, "guided", True)
    assert (found.symbology_id, found.size) == (symbol.symbology_id, symbol.size)
    assert found.corners == pytest.approx(frame.truth.corners, abs=0.5 * scene.pitch)


def test_corners_of_a_guided_read_count_from_the_whole_picture_and_in_the_symbols_own_order() -> None:
    symbol, scene = symbols.encode(UNIT, "datamatrix"), synth.Scene(pitch=5.0)
    frame = synth.frame(symbol, seed=3, effects={"dots": 0.8}, scene=scene)
    turned = np.rot90(frame.image).copy()
    x, y = frame.truth.corners.T
    corners = np.stack([y, scene.width - x], axis=1)
    taught = symbols.Pose("datamatrix", symbol.size, np.round(corners + 3))

    [found] = read_guided(turned, taught)

    assert (found.text, found.method) == (UNIT, "guided")
    assert found.corners == pytest.approx(corners, abs=1)


def test_a_good_read_teaches_the_pose_for_the_frames_that_follow() -> None:
    symbol, scene = symbols.encode(UNIT, "datamatrix"), synth.Scene(pitch=5.0, tilt_degrees=1)
    good = synth.frame(symbol, seed=3, scene=scene)
    bad = synth.frame(symbol, seed=4, effects={"dots": 1.0}, scene=scene)
    [read] = symbols.read(good.image, formats="datamatrix")

    found = symbols.read(
        bad.image, formats="datamatrix", pose=symbols.Pose.of(read, play_pixels=25), deadline_ms=LONG
    )

    assert [(one.text, one.method) for one in found] == [(UNIT, "guided")]


@given(st.integers(0, 10_000), st.integers(0, 120))
def test_a_symbol_with_any_number_of_wrong_modules_is_read_rightly_or_not_at_all(
    seed: int, wrong: int
) -> None:
    symbol, scene = (
        symbols.encode("PLAIN TEXT 0123456789 abc", "datamatrix"),
        synth.Scene(width=200, height=200),
    )
    rng = np.random.default_rng(seed)
    free = [(r, c) for r in range(1, symbol.size[0] - 1) for c in range(1, symbol.size[1] - 1)]
    flipped = tuple(free[place] for place in rng.permutation(len(free))[:wrong])
    image = synth.frame(symbol, seed=seed, scene=scene, flipped=flipped).image

    assert {found.text for found in read_guided(image, pose_of(symbol, scene))} <= {symbol.text}


@pytest.mark.parametrize("form", ["datamatrix", "qrcode"])
def test_where_there_is_no_code_the_guided_stage_finds_none(form: str) -> None:
    symbol, scene = symbols.encode(UNIT, form), synth.Scene(width=320, height=320)
    empty = [
        synth.frame(symbol, seed=seed, effects={"absent": 1.0, "noise": seed / 10}, scene=scene).image
        for seed in range(10)
    ]
    noise = [np.random.default_rng(seed).integers(0, 256, (320, 320)).astype(np.uint8) for seed in range(10)]

    assert [read_guided(image, pose_of(symbol, scene)) for image in (*empty, *noise)] == [()] * 20


def test_the_guided_stage_reads_no_format_that_was_not_asked_for() -> None:
    symbol, scene = symbols.encode(UNIT, "datamatrix"), synth.Scene()
    frame = synth.frame(symbol, seed=3, effects={"dots": 1.0}, scene=scene)

    assert symbols.read(frame.image, formats="qrcode", pose=pose_of(symbol, scene), deadline_ms=LONG) == ()


CORNERS = np.array([(100.0, 100), (200, 100), (200, 200), (100, 200)])


@pytest.mark.parametrize(
    ("form", "size", "corners", "play", "turn"),
    [
        ("datamatrix", (23, 23), CORNERS, 10, 5),
        ("qrcode", (22, 22), CORNERS, 10, 5),
        ("gs1-128", (1, 60), CORNERS, 10, 5),
        ("datamatrix", (22, 22), CORNERS[:3], 10, 5),
        ("datamatrix", (22, 22), CORNERS * np.nan, 10, 5),
        ("datamatrix", (22, 22), CORNERS / 100, 10, 5),
        ("datamatrix", (22, 22), CORNERS, 1_000, 5),
        ("datamatrix", (22, 22), CORNERS, -1, 5),
        ("datamatrix", (22, 22), CORNERS, 10, 46),
    ],
)
def test_a_pose_that_cannot_be_is_refused(
    form: str, size: tuple[int, int], corners: np.ndarray, play: float, turn: float
) -> None:
    with pytest.raises(symbols.SymbolError) as refusal:
        symbols.Pose(form, size, corners, play, turn)

    assert refusal.value.code in {"pose", "option"}


def test_a_pose_outside_the_picture_finds_nothing_and_breaks_nothing() -> None:
    symbol = symbols.encode(UNIT, "datamatrix")
    away = symbols.Pose("datamatrix", symbol.size, CORNERS + 5_000)
    image = synth.frame(symbol, seed=3, effects={"dots": 1.0}).image

    assert symbols.read(image, formats="datamatrix", pose=away, deadline_ms=LONG) == ()
    assert symbols.presence(image, (0, 0, 100, 100), away).finder == 0
