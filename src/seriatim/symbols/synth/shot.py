"""One press of the shutter: what was asked for, and the chances of each stage."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from seriatim.symbols.errors import SymbolError
from seriatim.symbols.synth.effects import MACHINE_EFFECTS, amounts, checked
from seriatim.symbols.synth.scene import Scene

__all__ = ["SEED_PAST", "Shot", "shot"]

SEED_PAST = 2**128
"""Seeds lie below."""


@dataclass(frozen=True, slots=True)
class Shot:
    """All that the stages need to know."""

    seed: int
    machine_seed: int
    effects: Mapping[str, float]
    """Severities above 0, in physical order."""
    amounts: Mapping[str, float]
    """The same as physical quantities, `effect.quantity`."""
    scene: Scene

    def rng(self, name: str, *more: int) -> np.random.Generator:
        """The chances of one stage or effect; what belongs to the machine stays the same from frame to frame."""
        seed = self.machine_seed if name in MACHINE_EFFECTS else self.seed
        key = (zlib.crc32(name.encode()), *more)
        return np.random.default_rng(np.random.SeedSequence(entropy=seed, spawn_key=key))

    def amount(self, name: str, rest: float = 0.0) -> float:
        """A quantity, or what it is without its effect."""
        return self.amounts.get(name, rest)

    @property
    def pitch(self) -> float:
        """Pixels per module."""
        return self.amount("small_module.pitch", self.scene.pitch)

    @property
    def noise(self) -> float:
        """Standard deviation in gray levels."""
        return self.amount("noise.sigma", self.scene.noise)

    @property
    def growth(self) -> tuple[float, float]:
        """Along the travel and across, in modules; negative for ink lost."""
        x, y = (self.amount(f"growth.{axis}") + self.amount(f"ink_loss.{axis}") for axis in "xy")
        return x, y

    @property
    def levels(self) -> tuple[int, int]:
        """Gray levels of paper and ink: whole numbers, as the sensor would see them."""
        paper = self.amount("low_contrast.paper", self.scene.paper)
        ink = self.amount("low_contrast.ink", self.scene.ink)
        return round(255 * paper), round(255 * min(ink, paper))


def shot(
    scene: Scene, effects: Mapping[str, float] | None = None, seed: int = 0, machine_seed: int | None = None
) -> Shot:
    """Checks what was asked for. Raises `SymbolError` `effect` or `seed`."""
    machine = seed if machine_seed is None else machine_seed
    for given in (seed, machine):
        if not 0 <= given < SEED_PAST:
            raise SymbolError(f"seed {given!r}: expected a whole number from 0, below 2**128", code="seed")
    wanted = checked(effects)
    rest = {"pitch": scene.pitch, "paper": scene.paper, "ink": scene.ink, "noise": scene.noise}
    return Shot(seed, machine, wanted, amounts(wanted, rest), scene)
