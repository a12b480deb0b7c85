"""The table of effects: which there are, how much of each, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seriatim.symbols import SymbolError, layout, synth
from seriatim.symbols.synth.effects import CATALOGUE, amounts, checked

REST = {"pitch": 5.0, "paper": 0.85, "ink": 0.06, "noise": 2.0}


def test_the_hard_set_has_its_18_columns() -> None:
    assert synth.HARD_EFFECTS == (
        "good",
        "defocus",
        "motion",
        "low_contrast",
        "growth",
        "ink_loss",
        "missing_dots",
        "voids",
        "dots",
        "dead_nozzle",
        "jitter",
        "perspective",
        "cylinder",
        "glare",
        "gradient",
        "scratch",
        "small_module",
        "noise",
    )
    assert set(synth.HARD_EFFECTS) - {"good"} <= set(synth.EFFECTS)


@pytest.mark.parametrize(
    ("effect", "at_a_fifth", "at_full"),
    [
        ("defocus", {"sigma": 0.52}, {"sigma": 2.6}),
        ("motion", {"pixels": 2.8}, {"pixels": 10.0}),
        ("low_contrast", {"paper": 0.55, "ink": 0.2}, {"paper": 0.55, "ink": 0.52}),
        ("growth", {"x": 0.16, "y": 0.16}, {"x": 0.8, "y": 0.8}),
        ("ink_loss", {"x": -0.12, "y": -0.12}, {"x": -0.6, "y": -0.6}),
        ("missing_dots", {"share": 0.05}, {"share": 0.25}),
        ("voids", {"voids": 1.2, "spots": 0.8}, {"voids": 6.0, "spots": 4.0}),
        ("dots", {"growth": -0.22, "jitter": 0.056}, {"growth": -0.5, "jitter": 0.12}),
        ("dead_nozzle", {"lines": 2.6}, {"lines": 9.0}),
        ("jitter", {"columns": 0.052, "drift": 0.06}, {"columns": 0.18, "drift": 0.3}),
        ("perspective", {"slope": 0.0012}, {"slope": 0.006}),
        ("cylinder", {"bend": 0.62}, {"bend": 1.9}),
        ("glare", {"strength": 0.6}, {"strength": 1.8}),
        ("gradient", {"slope": 0.38}, {"slope": 1.9}),
        ("scratch", {"count": 2.0}, {"count": 6.0}),
        ("small_module", {"pitch": 3.9}, {"pitch": 1.5}),
        ("noise", {"sigma": 13.0}, {"sigma": 45.0}),
    ],
)
def test_the_amounts_of_the_hard_set_are_these(
    effect: str, at_a_fifth: dict[str, float], at_full: dict[str, float]
) -> None:
    for severity, wanted in ((0.2, at_a_fifth), (1.0, at_full)):
        found = amounts({effect: severity}, REST)
        assert found == pytest.approx({f"{effect}.{name}": value for name, value in wanted.items()})


@pytest.mark.parametrize("effect", [name for name in synth.EFFECTS if name != "absent"])
def test_a_vanishing_severity_is_a_vanishing_defect(effect: str) -> None:
    rest = {
        f"{effect}.{amount.name}": REST[amount.rest] if isinstance(amount.rest, str) else amount.rest
        for amount in CATALOGUE[effect].amounts
    }

    assert amounts({effect: 1e-9}, REST) == pytest.approx(rest, abs=1e-6)


@given(st.dictionaries(st.sampled_from(synth.EFFECTS), st.floats(0, 1)))
def test_effects_come_in_physical_order_whatever_the_order_they_are_named_in(
    effects: dict[str, float],
) -> None:
    found = checked(effects)

    assert list(found) == [name for name in synth.EFFECTS if effects.get(name, 0) > 0]
    stages = ["print", "handling", "geometry", "light", "optics", "sensor"]
    places = [stages.index(CATALOGUE[name].stage) for name in found]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("width", 0),
        ("width", 100_000),
        ("height", 31),
        ("pitch", 0.1),
        ("pitch", float("nan")),
        ("noise", -1),
        ("paper", 1.2),
        ("ink", 0.9),
        ("stretch", 0),
        ("turn_degrees", float("inf")),
        ("backdrop", "moon"),
        ("width", 640.5),
    ],
)
def test_a_station_that_cannot_be_is_refused(field: str, value: object) -> None:
    with pytest.raises(SymbolError) as refusal:
        synth.Scene(**{field: value})

    assert refusal.value.code == "scene"
    assert field in str(refusal.value)


@pytest.mark.parametrize("seed", [-1, 2**128])
def test_a_seed_out_of_range_is_refused(seed: int) -> None:
    with pytest.raises(SymbolError) as refusal:
        synth.frame(synth.unit(1), seed=seed)

    assert refusal.value.code == "seed"


@pytest.mark.parametrize("flipped", [[(22, 0)], [(0, -1)]])
def test_a_flipped_module_outside_the_code_is_refused(flipped: list[tuple[int, int]]) -> None:
    with pytest.raises(SymbolError, match="lies outside"):
        synth.frame(synth.unit(1), flipped=flipped)


def test_too_many_neighbours_are_refused() -> None:
    with pytest.raises(SymbolError, match="at most 16"):
        synth.frame(synth.unit(1), neighbours=[synth.unit(2)] * 17)


def test_a_frame_larger_than_any_picture_may_be_is_refused() -> None:
    with pytest.raises(SymbolError, match="at most 40000000 pixels"):
        synth.Scene(width=8_192, height=8_192)


def test_the_smallest_and_the_largest_modules_can_be_filmed() -> None:
    small = synth.frame(synth.unit(1), scene=synth.Scene(pitch=1, width=64, height=48))
    large = synth.frame(synth.unit(1), scene=synth.Scene(pitch=60, width=1_500, height=1_500))

    assert (small.image.shape, large.image.shape) == ((48, 64), (1_500, 1_500))
    assert large.truth.code.pixels_per_module == pytest.approx(60)


def test_a_label_too_large_to_draw_is_refused() -> None:
    label = layout.Label(900, 900, (layout.PlacedSymbol(synth.unit(1), 10, 10, 0.2),))

    with pytest.raises(SymbolError) as refusal:
        synth.frame(label)

    assert refusal.value.code == "scale"
