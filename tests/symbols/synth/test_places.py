"""Where things stand: the truth about places, measured on the pictures themselves."""

import cv2
import numpy as np
import pytest

from seriatim import symbols
from seriatim.symbols import layout, synth

PAPER, INK = 217, 15
"""Gray levels of the default stock."""
STILL = {"shift_pixels": 0.5, "noise": 0.0, "blur_pixels": 0.6}


def outer_edge(frame: synth.Frame, side: str, inside: float = 0.5) -> np.ndarray:
    """Distances of the left or lower outer edge from where the truth says, in modules, outwards positive.

    Along profiles across the solid bars of the finder; the edge lies where as much dark is outside as light is inside.
    """
    steps = 200
    across = np.linspace(-1, inside, steps, endpoint=False) + (1 + inside) / steps / 2
    places = np.linspace(3, 19, 60)
    x, y = np.meshgrid(across, places)
    at = (
        np.column_stack([x.ravel(), y.ravel()])
        if side == "left"
        else np.column_stack([y.ravel(), 22 - x.ravel()])
    )
    pixels = (frame.truth.code.place(at) - 0.5).astype(np.float32)
    seen = cv2.remap(frame.image.astype(np.float32), pixels[:, 0], pixels[:, 1], cv2.INTER_LINEAR)
    dark = ((PAPER - seen) / (PAPER - INK)).reshape(len(places), steps).mean(axis=1) * (1 + inside)
    return dark - inside


@pytest.mark.parametrize("pitch", [5.0, 5.6, 6.0, 7.3, 8.0])
def test_an_upright_code_stands_where_the_truth_says_to_a_hundredth_of_a_pixel(pitch: float) -> None:
    found = []
    for seed in range(8):
        frame = synth.frame(synth.unit(1), seed=seed, scene=synth.Scene(pitch=pitch, tilt_degrees=0, **STILL))
        found += [outer_edge(frame, side).mean() * pitch for side in ("left", "bottom")]

    assert np.abs(found).max() < 0.012
    assert abs(np.mean(found)) < 0.004


@pytest.mark.parametrize(
    "effects", [{}, {"perspective": 0.4}, {"cylinder": 0.5}, {"perspective": 0.2, "cylinder": 0.2}]
)
@pytest.mark.parametrize("seed", range(4))
def test_a_turned_tipped_or_round_code_stands_where_the_truth_says(
    effects: dict[str, float], seed: int
) -> None:
    scene = synth.Scene(pitch=8, tilt_degrees=180, width=900, height=900, **STILL)

    frame = synth.frame(synth.unit(1), seed=seed, scene=scene, effects=effects)

    for side in ("left", "bottom"):
        off = outer_edge(frame, side) * 8
        assert abs(off.mean()) < 0.02
        assert np.abs(off).max() < 0.1


def test_corners_are_the_places_of_the_outermost_modules() -> None:
    frame = synth.frame(synth.unit(1), effects={"cylinder": 0.5})

    places = frame.truth.code.place(np.array([(0, 0), (22, 0), (22, 22), (0, 22)]))

    np.testing.assert_allclose(frame.truth.corners, places)


def test_a_flat_code_is_one_homography() -> None:
    truth = synth.frame(synth.unit(1), effects={"perspective": 0.5}).truth

    ends = np.array([(0, 0, 1), (22, 0, 1), (22, 22, 1), (0, 22, 1)]) @ truth.homography.T

    np.testing.assert_allclose(truth.corners, ends[:, :2] / ends[:, 2:])


def test_a_stretched_code_is_longer_along_the_travel() -> None:
    scene = synth.Scene(pitch=6, stretch=1.07, tilt_degrees=0)

    (left, top), (right, _), (_, bottom), _ = synth.frame(synth.unit(1), scene=scene).truth.corners

    assert (right - left, bottom - top) == pytest.approx((22 * 6 * 1.07, 22 * 6))


def test_upside_down_is_upside_down_and_still_read() -> None:
    frame = synth.frame(synth.unit(1), scene=synth.Scene(turn_degrees=180, tilt_degrees=0))

    top_left, _, bottom_right, _ = frame.truth.corners

    assert (top_left > bottom_right).all()
    assert [found.text for found in symbols.read(frame.image)] == [frame.truth.text]


def test_pixels_per_module_are_those_that_were_asked_for() -> None:
    assert synth.frame(synth.unit(1)).truth.code.pixels_per_module == pytest.approx(5.6)
    assert synth.frame(
        synth.unit(1), effects={"small_module": 1}
    ).truth.code.pixels_per_module == pytest.approx(1.5)


@pytest.mark.parametrize("form", ["datamatrix", "qrcode", "gs1-128"])
def test_all_formats_stand_where_the_truth_says(form: str) -> None:
    symbol = synth.unit(5, form)
    scene = synth.Scene(width=1600, height=700, pitch=3, tilt_degrees=4)

    frame = synth.frame(symbol, scene=scene)

    rows, columns = symbol.size
    centres = np.array(
        [(x + 0.5, (y + 0.5) * frame.truth.code.height / rows) for y in range(rows) for x in range(columns)]
    )
    pixels = (frame.truth.code.place(centres) - 0.5).astype(np.float32)
    seen = cv2.remap(frame.image, pixels[:, 0], pixels[:, 1], cv2.INTER_LINEAR).reshape(symbol.size)
    np.testing.assert_array_equal(seen < 116, symbol.modules)


@pytest.mark.parametrize("backdrop", synth.BACKDROPS)
def test_a_code_is_read_on_any_backdrop(backdrop: str) -> None:
    frame = synth.frame(synth.unit(1), scene=synth.Scene(backdrop=backdrop))

    assert [found.text for found in symbols.read(frame.image)] == [frame.truth.text]


def test_a_tray_of_codes_is_told_one_by_one() -> None:
    units = [synth.unit(number) for number in range(20)]
    scene = synth.Scene(width=1280, height=800, pitch=5)

    frame = synth.frame(synth.tray(units, columns=5), scene=scene)

    assert [code.symbol.text for code in frame.truth.codes] == [one.text for one in units]
    assert [code.role for code in frame.truth.codes] == ["code"] + ["other"] * 19
    found = {read.text: read.corners.mean(axis=0) for read in symbols.read(frame.image)}
    assert set(found) == {one.text for one in units}
    for code in frame.truth.codes:
        assert np.abs(found[code.symbol.text] - code.corners.mean(axis=0)).max() < 3


def test_neighbours_stand_on_both_sides_without_moving_the_code() -> None:
    scene = synth.Scene(width=900, tilt_degrees=2)
    alone = synth.frame(synth.unit(1), scene=scene)

    frame = synth.frame(
        synth.unit(1), scene=scene, neighbours=[synth.unit(2), synth.unit(3)], effects={"growth": 0.1}
    )

    own, right, left = frame.truth.codes
    np.testing.assert_array_equal(own.corners, alone.truth.corners)
    assert [code.role for code in frame.truth.codes] == ["code", "neighbour", "neighbour"]
    assert right.corners[0, 0] > own.corners[1, 0]
    assert left.corners[1, 0] < own.corners[0, 0]
    assert {read.text for read in symbols.read(frame.image)} == {synth.unit(n).text for n in (1, 2, 3)}


def test_text_stands_beside_the_code() -> None:
    label = synth.with_text(synth.unit(1), ["LOT H26K20", "EXP 2027-11-20"])

    frame = synth.frame(label, scene=synth.Scene(pitch=5))

    right = int(frame.truth.corners[:, 0].max() + 20)
    assert [found.text for found in symbols.read(frame.image)] == [frame.truth.text]
    assert (frame.image[:, right : right + 100] < 90).any()


@pytest.mark.parametrize(("count", "columns"), [(0, 5), (256, 5), (4, 0)])
def test_a_tray_that_cannot_be_is_refused(count: int, columns: int) -> None:
    with pytest.raises(symbols.SymbolError) as refusal:
        synth.tray([synth.unit(1)] * count, columns=columns)

    assert refusal.value.code == "layout"


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("form", ["datamatrix", "databar-omni"])
def test_a_code_turned_on_its_label_stands_where_the_truth_says(rotation: int, form: str) -> None:
    symbol = synth.unit(1) if form == "datamatrix" else symbols.encode("(01)09506000134352", form)
    placed = layout.PlacedSymbol(symbol, 20, 14, 1.0, rotation=rotation)
    label = layout.Label(130, 130, (placed,))
    scene = synth.Scene(width=800, height=800, pitch=5)

    frame = synth.frame(label, scene=scene, effects={"cylinder": 0.1}, flipped=[(0, 3)])

    rows, columns = symbol.size
    centres = np.array(
        [(x + 0.5, (y + 0.5) * frame.truth.code.height / rows) for y in range(rows) for x in range(columns)]
    )
    pixels = (frame.truth.code.place(centres) - 0.5).astype(np.float32)
    seen = cv2.remap(frame.image, pixels[:, 0], pixels[:, 1], cv2.INTER_LINEAR).reshape(symbol.size) < 116
    intended = np.array(symbol.modules)
    if form == "datamatrix":
        intended[0, 3] ^= True
    np.testing.assert_array_equal(seen, intended)
    assert frame.truth.code.damage.modules == ((0, 3),)
    left, top, right, bottom = synth.region_of_code(label, scene)
    assert (frame.truth.corners >= (left, top)).all()
    assert (frame.truth.corners <= (right, bottom)).all()


def test_dead_nozzles_run_along_the_travel_however_the_code_is_turned() -> None:
    upright, turned = (
        synth.frame(
            layout.Label(60, 60, (layout.PlacedSymbol(synth.unit(1), 14, 14, 1.0, rotation=rotation),)),
            effects={"dead_nozzle": 0.3},
            scene=synth.Scene(noise=0),
        ).truth.code
        for rotation in (0, 90)
    )

    assert upright.dead_lines == turned.dead_lines
    thin_rows, thin_columns = upright.coverage[:, 0] < 0.9, turned.coverage[-1] < 0.9
    np.testing.assert_array_equal(thin_rows, thin_columns)
