"""A line that runs: frames with trigger numbers and times, and machines that slowly get worse.

Any frame can be had without those before it, so a test may look at unit 0 and unit 900,000 of one stream.

>>> stream = Stream(seed=3, drifts=(Drift("dead_nozzle", until=500),))
>>> stream[250].trigger, stream[250].seconds, stream[250].frame.truth.effects
(250, 25.0, {'dead_nozzle': 0.5})
"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from seriatim.symbols import limits
from seriatim.symbols.encode import Symbol
from seriatim.symbols.errors import SymbolError
from seriatim.symbols.layout import Label
from seriatim.symbols.synth.camera import frame
from seriatim.symbols.synth.effects import checked
from seriatim.symbols.synth.scene import Scene
from seriatim.symbols.synth.sets import unit
from seriatim.symbols.synth.truth import Frame

__all__ = ["DRIFTS", "Drift", "Stream", "StreamFrame", "drifting"]

Shape = Literal["linear", "step", "wave"]
_DEFAULT_SCENE: Final = Scene()
_WAVES: Final = 4


@dataclass(frozen=True, slots=True)
class Drift:
    """How the severity of one effect changes over the units. Raises `SymbolError` `effect` or `option`."""

    effect: str
    until: int
    """Unit at which `end` is reached; it stays there."""
    since: int = 0
    """Unit at which the drift begins; `start` before."""
    start: float = 0.0
    end: float = 1.0
    shape: Shape = "linear"
    """`step` jumps to `end` at `until`; `wave` swings between both, four times, and stays at `start`."""

    def __post_init__(self) -> None:
        checked({self.effect: self.start})
        checked({self.effect: self.end})
        if not 0 <= self.since < self.until:
            raise SymbolError(
                f"a drift from unit {self.since} until {self.until} has no length", code="option"
            )

    def at(self, trigger: int) -> float:
        """Severity at a unit."""
        share = min(max((trigger - self.since) / (self.until - self.since), 0.0), 1.0)
        if self.shape == "step":
            share = float(share == 1)
        if self.shape == "wave":
            share = (1 - math.cos(2 * math.pi * _WAVES * share)) / 2
        return self.start + (self.end - self.start) * share


@dataclass(frozen=True, slots=True)
class StreamFrame:
    """One picture as a line camera hands it over, with the truth."""

    trigger: int
    seconds: float
    """Of the camera's clock, since trigger 0: never the time of arrival."""
    encoder_mm: float
    """Travel of the belt since trigger 0."""
    frame: Frame

    def as_json(self) -> dict[str, Any]:
        """Plain values, ready for `json.dumps`."""
        where = {"trigger": self.trigger, "seconds": self.seconds, "encoder_mm": self.encoder_mm}
        return where | self.frame.truth.as_json()


@dataclass(frozen=True, slots=True)
class Stream:
    """A station filmed unit by unit. Raises `SymbolError` `option` for an impossible rate or spacing."""

    seed: int = 7
    """Of everything; what belongs to the machine stays where this seed put it."""
    subject: Callable[[int], Symbol | Label] = unit
    """What passes at a trigger; the same on every call."""
    scene: Scene = _DEFAULT_SCENE
    effects: Mapping[str, float] = field(default_factory=dict)
    """Always there; a drift of the same effect takes its place."""
    drifts: tuple[Drift, ...] = ()
    per_second: float = 10.0
    """Units per second: 600 a minute."""
    spacing_mm: float = 60.0
    """Between units on the belt."""

    def __post_init__(self) -> None:
        checked(self.effects)
        if not 0 < self.per_second <= 10_000 or not 0 < self.spacing_mm <= 10_000:
            raise SymbolError(
                f"{self.per_second} units a second, {self.spacing_mm} mm apart: expected above 0 to 10000",
                code="option",
            )

    def __getitem__(self, trigger: int) -> StreamFrame:
        """The frame of one trigger, whether or not those before were filmed. Raises IndexError."""
        if not 0 <= trigger < limits.FRAMES_MAX:
            raise IndexError(f"trigger {trigger}: expected 0 to {limits.FRAMES_MAX - 1}")
        effects = {**self.effects, **{drift.effect: drift.at(trigger) for drift in self.drifts}}
        shot = frame(
            self.subject(trigger),
            seed=self.seed * limits.FRAMES_MAX + trigger,
            machine_seed=self.seed,
            effects={name: severity for name, severity in effects.items() if severity > 0},
            scene=self.scene,
        )
        return StreamFrame(trigger, trigger / self.per_second, trigger * self.spacing_mm, shot)

    def frames(self, count: int, first: int = 0) -> Iterator[StreamFrame]:
        """Frames one after another, beginning with trigger `first`."""
        return (self[trigger] for trigger in range(first, first + count))


DRIFTS: Final[Mapping[str, tuple[str, float, float, Shape]]] = {
    "dying_nozzle": ("dead_nozzle", 0.0, 0.6, "linear"),
    "rising_heat": ("growth", 0.0, 0.9, "linear"),
    "drying_ink": ("ink_loss", 0.0, 0.9, "linear"),
    "fouling_lens": ("fouling", 0.0, 1.0, "linear"),
    "ageing_lamp": ("dim", 0.0, 0.9, "linear"),
    "ribbon_wrinkle": ("wrinkle", 0.0, 0.8, "step"),
    "loose_encoder": ("jitter", 0.0, 0.8, "linear"),
    "slipping_focus": ("defocus", 0.0, 0.9, "wave"),
}
"""Name to effect, severity at first and at last, and the way between: what goes wrong on lines, as streams."""


def drifting(name: str, units: int, *, seed: int = 7, scene: Scene = _DEFAULT_SCENE) -> Stream:
    """A stream in which one thing of :data:`DRIFTS` goes wrong over so many units, from the second tenth to the last.

    Raises `SymbolError` `option` for an unknown name or fewer than two units.
    """
    if name not in DRIFTS:
        raise SymbolError(f"stream {name!r} is not one of {', '.join(DRIFTS)}", code="option")
    if not 2 <= units <= limits.FRAMES_MAX:
        raise SymbolError(f"{units} units: expected 2 to {limits.FRAMES_MAX}", code="option")
    effect, start, end, shape = DRIFTS[name]
    until = max(1, units * 9 // 10)
    drift = Drift(effect, until=until, since=min(units // 10, until - 1), start=start, end=end, shape=shape)
    return Stream(seed=seed, scene=scene, drifts=(drift,))
