"""What a perfect grader must measure on a frame: only what follows from the planted amounts by arithmetic.

Nothing here looks at pixels. A value is `exact` when the frame holds it to rounding; otherwise it is what the print
holds, and optics, light or noise of this frame stand between it and any measurement. What cannot be derived is left
out: modulation and reflectance margin depend on blur, and grid non-uniformity of tipped or round packs on the fit.

Definitions: ISO/IEC 15415:2011 as told in docs/guides/synthetic-camera.md; growth in modules, per axis.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from seriatim.symbols.synth.damage import Damage
from seriatim.symbols.synth.shot import Shot

__all__ = ["Expected", "expected"]

_STEPS: Final[Mapping[str, tuple[tuple[float, ...], bool]]] = {
    "symbol_contrast": ((0.70, 0.55, 0.40, 0.20), True),
    "axial_nonuniformity": ((0.06, 0.08, 0.10, 0.12), False),
    "grid_nonuniformity": ((0.38, 0.50, 0.63, 0.75), False),
    "unused_error_correction": ((0.62, 0.50, 0.37, 0.25), True),
}
"""Limits of grades 4, 3, 2, 1, and whether more is better. Not the grader's own table: it shall be judged by another."""

_BENDING: Final = frozenset({"perspective", "cylinder"})
_UNEVEN: Final = frozenset(
    {"gradient", "glare", "shadow", "vignette", "fouling", "dim", "saturation", "gamma"}
)
"""After these, light and dark are no longer what paper and ink reflect."""
_NOISY: Final = frozenset({"noise", "banding", "jpeg"})
_BLURRING: Final = frozenset({"defocus", "motion"})
_RAGGED: Final = frozenset(
    {"missing_dots", "voids", "dots", "dead_nozzle", "jitter", "smear", "wrinkle", "scratch"}
)
"""After these an edge is no longer where growth alone put it."""

_CLEAN: Final = frozenset({"missing_dots", "growth", "ink_loss"})
"""With these alone, and clear-cut modules, every reader sees the same wrong codewords."""


@dataclass(frozen=True, slots=True)
class Expected:
    """One value, and how far it can be trusted as a measurement's truth."""

    value: float
    grade: int | None
    """4 to 0 by the limits of ISO/IEC 15415:2011; None where that edition sets none (growth)."""
    exact: bool
    """The frame itself shows this value, to rounding: nothing of optics, light or sensor disturbs it."""

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {"value": self.value, "grade": self.grade, "exact": self.exact}


def expected(shot: Shot, damage: Damage, grid: float) -> dict[str, Expected]:
    """The derivable values of a frame.

    `damage`: what the print gets wrong; `grid`: largest shift of a column off the even grid, in modules.
    """
    present = frozenset(shot.effects)
    if "absent" in present:
        return {}
    found = _of_the_grid(present, shot.scene.stretch, grid) | _of_the_print(present, shot)
    if not present & _UNEVEN:
        paper, ink = shot.levels
        disturbing = _NOISY | _BLURRING | _RAGGED | {"small_module", "ink_loss"}
        found["symbol_contrast"] = _value(
            "symbol_contrast", (paper - ink) / 255, exact=shot.noise == 0 and not present & disturbing
        )
    if damage.unused_error_correction is not None:
        found["unused_error_correction"] = _value(
            "unused_error_correction",
            damage.unused_error_correction,
            exact=damage.clear_cut and present <= _CLEAN,
        )
    return found


def _of_the_grid(present: frozenset[str], stretch: float, grid: float) -> dict[str, Expected]:
    if present & _BENDING:
        return {}
    unequal = abs(stretch - 1) / ((stretch + 1) / 2)
    exact = not present & (_RAGGED | _BLURRING | _UNEVEN | _NOISY)
    return {
        "axial_nonuniformity": _value("axial_nonuniformity", unequal, exact=exact),
        "grid_nonuniformity": _value("grid_nonuniformity", grid, exact=exact),
    }


def _of_the_print(present: frozenset[str], shot: Shot) -> dict[str, Expected]:
    if present & {"dots", "smear"}:
        return {}
    exact = not present & (_RAGGED | _BLURRING | _UNEVEN | _NOISY | _BENDING)
    return {
        f"print_growth_{axis}": Expected(growth, None, exact)
        for axis, growth in zip("xy", shot.growth, strict=True)
    }


def _value(name: str, value: float, *, exact: bool) -> Expected:
    limits, more_is_better = _STEPS[name]
    # Rounded far below any limit's last digit: 1.07 less 1 must not miss a limit by a bit of a float.
    value = round(value, 12)
    met = sum(value >= limit if more_is_better else value <= limit for limit in limits)
    return Expected(value, met, exact)
