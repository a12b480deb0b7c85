"""Two fixed sets of frames: the hard line set, which ranks readers, and the grade grid, which judges a grader.

Both are lists of cases; a case films its frame when asked, so any one of them can be had without the others.

>>> cases = hard_set(seeds=1)
>>> len(cases), cases[0].effect, cases[4].effect, cases[7].severity
(72, 'good', 'defocus', 1.0)
>>> cases[7].frame().image.shape
(480, 640)
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from seriatim.symbols import limits
from seriatim.symbols.encode import Symbol, encode
from seriatim.symbols.errors import SymbolError
from seriatim.symbols.synth.camera import frame
from seriatim.symbols.synth.effects import HARD_EFFECTS
from seriatim.symbols.synth.scene import Scene
from seriatim.symbols.synth.truth import Frame

__all__ = ["SEVERITIES", "Case", "grade_grid", "hard_set"]

SEVERITIES: Final = (0.2, 0.5, 0.8, 1.0)
_LINE: Final = Scene(pitch=5.0, tilt_degrees=5.0, shift_pixels=10.0)
_GRAY_PAPER, _PALE_INK = 0.5, 0.3
"""Noise is tried on gray stock with pale ink, where it hurts."""
_GRADIENT_PITCH: Final = 6.0
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
    """Frames whose grades follow from what was planted: contrast, growth and loss, stretch, jitter, at several poses.

    Without sensor noise unless asked for. What is certain about each stands in `truth.expected`, with `exact` saying
    whether the frame itself shows the value. Raises `SymbolError` `option`.
    """
    if not 1 <= poses <= 1_000:
        raise SymbolError(f"poses={poses}: expected 1 to 1000", code="option")
    still = replace(_LINE, noise=noise)
    varied: list[tuple[str, float, Mapping[str, float], Scene]] = [("good", 0.0, {}, still)]
    varied += [("pitch", pitch, {}, replace(still, pitch=pitch)) for pitch in (5.0, 6.0, 7.3, 8.0)]
    varied += [
        ("contrast", contrast, {}, replace(still, paper=0.9, ink=0.9 - contrast))
        for contrast in (0.84, 0.72, 0.68, 0.57, 0.53, 0.42, 0.38, 0.22, 0.18)
    ]
    varied += [
        ("stretch", stretch, {}, replace(still, stretch=stretch))
        for stretch in (0.93, 1.03, 1.05, 1.07, 1.09, 1.11, 1.14)
    ]
    for name in ("growth", "ink_loss", "jitter", "low_contrast", "defocus", "noise", "missing_dots", "voids"):
        varied += [(name, severity, {name: severity}, still) for severity in SEVERITIES]
    return tuple(
        Case(f"{name}-{amount:g}-{pose}", name, amount, 7_000_000 + pose, unit(pose), effects, scene)
        for name, amount, effects, scene in varied
        for pose in range(poses)
    )
