"""What can go wrong between the artwork and the picture, as one table: effect, stage, and how much at which severity.

Severity runs from 0 (none) to 1. The amounts at 0.2, 0.5, 0.8 and 1 are those of the hard line set; below 0.2 an
amount that does not begin at nothing is faded in, so that the smallest severity is the smallest defect.

>>> amounts({"growth": 0.5})
{'growth.x': 0.4, 'growth.y': 0.4}
>>> amounts({"motion": 0.1})["motion.pixels"]
1.4
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from seriatim.symbols.errors import SymbolError

__all__ = ["CATALOGUE", "EFFECTS", "HARD_EFFECTS", "MACHINE_EFFECTS", "Effect", "Stage", "amounts", "checked"]

Stage = Literal["print", "handling", "geometry", "light", "optics", "sensor"]
"""In physical order."""

_FADED_IN_AT: Final = 0.2


@dataclass(frozen=True, slots=True)
class Amount:
    """A physical quantity: `base + slope * severity`, from `rest` when the effect is absent."""

    name: str
    base: float
    slope: float
    rest: float | str = 0.0
    """A number, or the field of the scene that holds it."""


@dataclass(frozen=True, slots=True)
class Effect:
    """One kind of defect."""

    name: str
    stage: Stage
    amounts: tuple[Amount, ...]
    words: str
    """What one sees."""
    of_the_machine: bool = False
    """It stays at its place from frame to frame: a dead nozzle, dirt on the lens."""


CATALOGUE: Final[Mapping[str, Effect]] = {
    effect.name: effect
    for effect in (
        Effect("absent", "print", (Amount("share", 1, 0),), "The label came without its code."),
        Effect(
            "growth",
            "print",
            (Amount("x", 0, 0.8), Amount("y", 0, 0.8)),
            "Bars grow wider: too much ink or heat. In modules.",
        ),
        Effect(
            "ink_loss",
            "print",
            (Amount("x", 0, -0.6), Amount("y", 0, -0.6)),
            "Bars grow thinner: too little ink or heat. In modules.",
        ),
        Effect(
            "missing_dots",
            "print",
            (Amount("share", 0, 0.25),),
            "A share of the dark modules was never printed.",
        ),
        Effect(
            "voids",
            "print",
            (Amount("voids", 0, 6), Amount("spots", 0, 4)),
            "Holes in the ink, spots on the paper; each per 100 modules.",
        ),
        Effect(
            "dots",
            "print",
            (Amount("growth", -0.15, -0.35), Amount("jitter", 0.04, 0.08)),
            "Round dots instead of squares, as of ink jet or peening; growth and scatter in modules.",
        ),
        Effect(
            "dead_nozzle",
            "print",
            (Amount("lines", 1, 8),),
            "Lines of a third of a module without ink, along the travel.",
            of_the_machine=True,
        ),
        Effect(
            "jitter",
            "print",
            (Amount("columns", 0.02, 0.16), Amount("drift", 0, 0.3)),
            "Columns shifted along the travel: sd of each, and amplitude of a slow wave; in modules.",
        ),
        Effect("smear", "print", (Amount("length", 0.2, 1.8), Amount("strength", 0.2, 0.5)), "Wet ink drawn out along the travel; in modules."),
        Effect(
            "wrinkle",
            "print",
            (Amount("lines", 0.5, 3.5),),
            "A creased ribbon leaves slanted lines unprinted.",
            of_the_machine=True,
        ),
        Effect("scratch", "handling", (Amount("count", 1, 5),), "Scratches that take ink off, or leave dirt."),
        Effect("perspective", "geometry", (Amount("slope", 0, 0.006),), "The pack is tipped; projective slope per pixel."),
        Effect(
            "cylinder",
            "geometry",
            (Amount("bend", 0.3, 1.6),),
            "The pack is round; symbol widths per radius.",
        ),
        Effect(
            "small_module",
            "geometry",
            (Amount("pitch", 4.5, -3, "pitch"),),
            "The camera is too far away; pixels per module.",
        ),
        Effect(
            "low_contrast",
            "light",
            (Amount("paper", 0.55, 0, "paper"), Amount("ink", 0.12, 0.4, "ink")),
            "Gray paper, pale ink; reflectances.",
        ),
        Effect("gradient", "light", (Amount("slope", 0, 1.9),), "Light from one side; across one symbol, of the mean."),
        Effect("glare", "light", (Amount("strength", 0.3, 1.5),), "The lamp mirrored in the surface; of full white."),
        Effect("shadow", "light", (Amount("depth", 0.1, 0.75),), "Something stands in the light; share of light lost."),
        Effect(
            "vignette",
            "light",
            (Amount("fall", 0, 0.9),),
            "The corners get less light; share lost there.",
            of_the_machine=True,
        ),
        Effect("dim", "light", (Amount("loss", 0, 0.85),), "The lamp is old; share of light lost.", of_the_machine=True),
        Effect("defocus", "optics", (Amount("sigma", 0, 2.6),), "Out of focus; pixels added to the sigma at best focus."),
        Effect("motion", "optics", (Amount("pixels", 1, 9),), "Exposed too long: a box along the travel."),
        Effect(
            "fouling",
            "optics",
            (Amount("haze", 0.05, 0.5), Amount("drops", 2, 14)),
            "Dirt on the lens: a veil of stray light, and blurred dark drops.",
            of_the_machine=True,
        ),
        Effect("saturation", "sensor", (Amount("gain", 1.15, 1.6, 1.0),), "Overexposed: gain, then clipped at white."),
        Effect("noise", "sensor", (Amount("sigma", 5, 40, "noise"),), "Sensor noise; standard deviation in gray levels."),
        Effect(
            "banding",
            "sensor",
            (Amount("sigma", 1, 14),),
            "Fixed pattern: each row of the sensor has an offset; in gray levels.",
            of_the_machine=True,
        ),
        Effect("gamma", "sensor", (Amount("exponent", 1, -0.6, 1.0),), "A camera that is not linear. Breaks grading."),
        Effect("jpeg", "sensor", (Amount("loss", 40, 55),), "A camera that compresses; 100 less the quality. Breaks grading."),
    )
}  # fmt: skip
"""All effects by name, in the order in which they happen."""

EFFECTS: Final = tuple(CATALOGUE)
"""Names of effects; each takes a severity from 0 (none) to 1."""
MACHINE_EFFECTS: Final = frozenset(name for name, effect in CATALOGUE.items() if effect.of_the_machine)

HARD_EFFECTS: Final = (
    "good", "defocus", "motion", "low_contrast", "growth", "ink_loss", "missing_dots", "voids", "dots", "dead_nozzle",
    "jitter", "perspective", "cylinder", "glare", "gradient", "scratch", "small_module", "noise",
)  # fmt: skip
"""The 18 columns of the hard line set; `good` is the control, with no effect at all."""


def checked(effects: Mapping[str, float] | None) -> dict[str, float]:
    """The effects that do something, in physical order; raises `SymbolError` `effect` for a bad name or severity."""
    given = dict(effects or {})
    for name, severity in given.items():
        if name not in CATALOGUE:
            raise SymbolError(f"effect {name!r} is not one of {', '.join(EFFECTS)}", code="effect")
        if not 0 <= severity <= 1:
            raise SymbolError(f"effect {name}={severity}: expected a severity from 0 to 1", code="effect")
    return {name: float(given[name]) for name in CATALOGUE if given.get(name, 0) > 0}


def amounts(effects: Mapping[str, float], at_rest: Mapping[str, float] | None = None) -> dict[str, float]:
    """The physical amounts of some effects as `effect.quantity`; `at_rest` holds what the scene has without them."""
    scene = at_rest or {}
    found = {}
    for name, severity in effects.items():
        for amount in CATALOGUE[name].amounts:
            rest = scene[amount.rest] if isinstance(amount.rest, str) else amount.rest
            fade = min(1.0, severity / _FADED_IN_AT)
            found[f"{name}.{amount.name}"] = rest + (amount.base - rest) * fade + amount.slope * severity
    return found
