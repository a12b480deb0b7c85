"""Two fixed sets of frames: the hard line set, which ranks readers, and the grade grid, which judges a grader.

Both are lists of cases; a case films its frame when asked, so any one of them can be had without the others.

>>> cases = hard_set(seeds=1)
>>> len(cases), cases[0].effect, cases[4].effect, cases[7].severity
(72, 'good', 'defocus', 1.0)
>>> cases[7].frame().image.shape
(480, 640)
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final, Literal

from seriatim.symbols import limits
from seriatim.symbols.encode import Symbol, encode
from seriatim.symbols.errors import SymbolError
from seriatim.symbols.synth.camera import frame
from seriatim.symbols.synth.damage import layout_of_symbol
from seriatim.symbols.synth.effects import HARD_EFFECTS
from seriatim.symbols.synth.scene import Scene
from seriatim.symbols.synth.truth import Frame

__all__ = ["SEVERITIES", "Case", "grade_grid", "hard_set", "unit", "wrong_codewords"]

SEVERITIES: Final = (0.2, 0.5, 0.8, 1.0)
_LINE: Final = Scene(pitch=5.0, tilt_degrees=5.0, shift_pixels=10.0)
_GRAY_PAPER, _PALE_INK = 0.5, 0.3
"""Noise is tried on gray stock with pale ink, where it hurts."""
_GRADIENT_PITCH: Final = 6.0
_PITCHES: Final = (5.0, 6.0, 7.3, 8.0)
_CONTRASTS: Final = (0.84, 0.72, 0.68, 0.57, 0.53, 0.42, 0.38, 0.22, 0.18)
"""On both sides of each limit of symbol contrast."""
_STRETCHES: Final = (0.93, 1.03, 1.05, 1.07, 1.09, 1.11, 1.14)
_GRID_EFFECTS: Final = (
    "growth",
    "ink_loss",
    "jitter",
    "low_contrast",
    "defocus",
    "noise",
    "missing_dots",
    "voids",
    "dead_nozzle",
)
_STRETCH_PITCH: Final = 6.0
"""A shortened code must not fall below the 5 px/module that grading asks for."""
_GRID_SEED: Final = 7_000_000
_TIPS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Case:
    """One frame of a set, not yet filmed."""

    name: str
    """Unique in its set."""
    effect: str
    """One of :data:`HARD_EFFECTS`; `good` has none. In the grade grid also what was varied in the scene or the data."""
    severity: float
    """Of the effect; in the grade grid of a varied quantity, that quantity."""
    seed: int
    symbol: Symbol
    effects: Mapping[str, float] = field(default_factory=dict)
    scene: Scene = _LINE
    flipped: tuple[tuple[int, int], ...] = ()

    def frame(self) -> Frame:
        """The picture and its truth; the same on every call."""
        return frame(
            self.symbol, seed=self.seed, effects=self.effects, scene=self.scene, flipped=self.flipped
        )


def hard_set(
    *,
    seeds: int = 10,
    effects: Sequence[str] = HARD_EFFECTS,
    severities: Sequence[float] = SEVERITIES,
    pose: Literal["line", "random"] = "line",
    format: str = "datamatrix",  # noqa: A002 -- the word of `encode`
) -> tuple[Case, ...]:
    """The hard line set: 18 effects x 4 severities x 10 seeds = 720 frames of 640 x 480 pixels.

    A GS1 Data Matrix of 22 x 22 modules (GTIN, expiry, lot, serial; another serial in each frame) at 5 px/module, tilted
    by up to 5 degrees and shifted by up to 10 pixels. `pose="random"` turns it by any angle. The amounts at each severity
    are those of :data:`CATALOGUE`. Raises `SymbolError` `effect` or `option`.
    """
    if not 1 <= seeds <= limits.FRAMES_MAX:
        raise SymbolError(f"seeds={seeds}: expected 1 to {limits.FRAMES_MAX}", code="option")
    if unknown := [name for name in effects if name not in HARD_EFFECTS]:
        raise SymbolError(f"{unknown} are not among {', '.join(HARD_EFFECTS)}", code="effect")
    return tuple(
        _hard(effect, severity, seed, pose, format)
        for effect in effects
        for severity in severities
        for seed in range(seeds)
    )


def _hard(effect: str, severity: float, seed: int, pose: str, form: str) -> Case:
    # The seed of a frame says where it stands in the full set, so a part of the set films the same pictures.
    number = (HARD_EFFECTS.index(effect) * 1_000 + round(severity * 100)) * 10_000 + seed
    scene = _LINE if pose == "line" else replace(_LINE, tilt_degrees=180.0)
    if effect == "noise":
        scene = replace(scene, paper=_GRAY_PAPER, ink=_PALE_INK)
    if effect == "gradient":
        scene = replace(scene, pitch=_GRADIENT_PITCH)
    applied = {} if effect == "good" else {effect: severity}
    return Case(f"{effect}-{severity:g}-{seed}", effect, severity, number, unit(number, form), applied, scene)


def unit(number: int, form: str = "datamatrix") -> Symbol:
    """The code of one unit of an imagined product; the number becomes its serial."""
    serial = "".join(_TIPS[number // len(_TIPS) ** place % len(_TIPS)] for place in range(8))
    return encode(f"(01)09506000134352(17)271120(10)H26K20(21)K4{serial}", form)


def grade_grid(*, poses: int = 3, noise: float = 0.0) -> tuple[Case, ...]:
    """Frames whose grades follow from what was planted: contrast, growth and loss, stretch, jitter, damage, in many poses.

    Without sensor noise unless asked for. What is certain about each stands in `truth.expected`, with `exact` saying
    whether the frame itself shows the value. `effect` names what was varied: an effect, or `pitch`, `contrast`,
    `stretch`, `wrong_codewords`, `wrong_finder`, `wrong_clock`, whose `severity` is then that quantity itself.
    Raises `SymbolError` `option`.
    """
    if not 1 <= poses <= 1_000:
        raise SymbolError(f"poses={poses}: expected 1 to 1000", code="option")
    still = replace(_LINE, noise=noise)
    return tuple(
        Case(
            f"{name}-{amount:g}-{pose}",
            name,
            amount,
            _GRID_SEED + pose,
            symbol,
            effects,
            scene,
            spoil(symbol),
        )
        for name, amount, effects, scene, spoil in (*_varied_scenes(still), *_varied_prints(still))
        for pose, symbol in enumerate(unit(number) for number in range(poses))
    )


Spoil = Callable[[Symbol], tuple[tuple[int, int], ...]]
Variation = tuple[str, float, Mapping[str, float], Scene, Spoil]


def _varied_scenes(still: Scene) -> Iterator[Variation]:
    yield "good", 0.0, {}, still, _nothing
    for pitch in _PITCHES:
        yield "pitch", pitch, {}, replace(still, pitch=pitch), _nothing
    for contrast in _CONTRASTS:
        yield "contrast", contrast, {}, replace(still, paper=0.9, ink=0.9 - contrast), _nothing
    for stretch in _STRETCHES:
        yield "stretch", stretch, {}, replace(still, stretch=stretch, pitch=_STRETCH_PITCH), _nothing


def _varied_prints(still: Scene) -> Iterator[Variation]:
    for name in _GRID_EFFECTS:
        for severity in SEVERITIES:
            yield name, severity, {name: severity}, still, _nothing
    for name, most, spoil in (
        ("wrong_codewords", 12, wrong_codewords),
        ("wrong_finder", 6, _finder),
        ("wrong_clock", 6, _clock),
    ):
        for count in range(1, most + 1):
            yield name, float(count), {}, still, partial(spoil, count=count)


def _nothing(symbol: Symbol) -> tuple[tuple[int, int], ...]:  # noqa: ARG001 -- one signature for all
    return ()


def wrong_codewords(symbol: Symbol, count: int) -> tuple[tuple[int, int], ...]:
    """One module in each of `count` codewords, spread evenly over the symbol: exactly so many errors when flipped.

    Raises `SymbolError` `option` when there are fewer codewords.
    """
    cells = layout_of_symbol(symbol).cells
    if not 0 <= count <= len(cells):
        raise SymbolError(f"{count} wrong codewords of {len(cells)}", code="option")
    columns = symbol.size[1]
    chosen = [int(cells[index * len(cells) // count, 0]) for index in range(count)]
    return tuple((place // columns, place % columns) for place in chosen)


def _finder(symbol: Symbol, count: int) -> tuple[tuple[int, int], ...]:
    """Modules of the left bar of the finder, never its corners."""
    step = (symbol.size[0] - 2) // count
    return tuple((1 + number * step, 0) for number in range(count))


def _clock(symbol: Symbol, count: int) -> tuple[tuple[int, int], ...]:
    """Dark modules of the upper clock track, turned light."""
    step = 2 * ((symbol.size[1] - 2) // 2 // count)
    return tuple((0, 2 + step * number) for number in range(count))
