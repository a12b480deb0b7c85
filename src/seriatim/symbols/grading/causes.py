"""From measurements to likely causes: what a packaging engineer would look for, each with its evidence.

A hint is a guess with reasons. The grade does not depend on it.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seriatim.symbols.grading.grid import Grid
from seriatim.symbols.grading.hints import Hint
from seriatim.symbols.grading.record import Grade
from seriatim.symbols.grading.reflectance import Reflectances

__all__ = ["causes"]

GROWTH_MIN: Final = 0.15
"""X; from here on ink or heat is named."""
AXES_APART_MIN: Final = 0.10
"""X; growth that differs by this much between the axes comes from movement, not from ink."""
_BAND_LIFT: Final = 0.16
"""Share of contrast by which the dark modules of a band are lighter than the others."""
_BAND_SHARE: Final = 0.5
_FALLOFF_MIN: Final = 0.15
_JITTER_MIN: Final = 0.10
_BLUR_MIN: Final = 0.62
"""Modules: width of an edge from which modulation suffers."""
_MOTION_RATIO: Final = 1.45
_FADED_DARK: Final = 0.30
_SCATTERED_MIN: Final = 3
_SOUND_MODULATION: Final = 0.55

Field = NDArray[np.float64]


def causes(grade: Grade, grid: Grid, seen: Reflectances) -> tuple[Hint, ...]:
    """Likely causes, the most certain first; none for a code without a weakness."""
    assert grade.symbol is not None
    if _is_sound(grade, grid):
        return ()
    values, dark = seen.values[1:-1, 1:-1], grade.symbol.dark
    light = tuple(_light(values, dark))
    # Where light fails, modules and quiet zone look weak for no fault of the print.
    bands = () if light else tuple(_bands(values, dark, seen))
    found = [
        *bands,
        *_growth(grid),
        *light,
        *_contrast(grade, values, dark),
        *_blur(grade, grid),
        *_uneven(grade, grid),
        *(() if light else _quiet_zone(grade)),
        *(() if bands or light or max(map(abs, grid.growth)) >= 2 * GROWTH_MIN else _scattered(grade)),
    ]
    return tuple(sorted(found, key=lambda one: -one.certainty))


def _is_sound(grade: Grade, grid: Grid) -> bool:
    """Nothing to say about by far the most codes, and no time to lose on them."""
    return (
        grade.overall == 4
        and grade.parameters["CU"].value > _SOUND_MODULATION
        and max(map(abs, grid.growth)) < GROWTH_MIN
        and max(grid.edge_widths) < _BLUR_MIN * grade.pixels_per_module
    )


def _bands(values: Field, dark: NDArray[np.bool_], seen: Reflectances) -> Iterator[Hint]:
    """Rows or columns whose dark modules are lighter than all others."""
    lift = np.where(dark, (values - np.median(values[dark])) / max(seen.contrast, 1e-9), np.nan)
    lines = {"rows": _weak_lines(lift), "columns": _weak_lines(lift.T)}
    name = "rows" if _strength(lines["rows"]) >= _strength(lines["columns"]) else "columns"
    weak = lines[name]
    if not weak or len(weak) > dark.shape[0] / 3:
        return
    numbers = tuple(line + 1 for line, _, _, _ in weak)
    line, light, count, _ = max(weak, key=lambda one: one[3])
    one = name[:-1]
    more = "" if len(weak) == 1 else f" Also {name} {', '.join(str(n) for n in numbers if n != line + 1)}."
    yield Hint(
        "dead_nozzle",
        f"Nozzle band at {one} {line + 1}"
        if len(weak) == 1
        else f"Nozzle bands at {name} {_listed(numbers)}",
        f"{light} of the {count} dark modules of {one} {line + 1} are too light.{more}",
        "Purge or clean the print head; if the band stays, that nozzle or heating element is dead.",
        rows=numbers if name == "rows" else (),
        columns=numbers if name == "columns" else (),
        certainty=0.9,
    )


def _weak_lines(lift: Field) -> list[tuple[int, int, int, float]]:
    """Line, light modules in it, its dark modules, and how much lighter it is."""
    found = []
    for line, row in enumerate(lift):
        marks = row[~np.isnan(row)]
        light = int((marks > _BAND_LIFT).sum())
        if len(marks) >= 3 and light >= _BAND_SHARE * len(marks):
            found.append((line, light, len(marks), float(np.median(marks))))
    return found


def _strength(lines: list[tuple[int, int, int, float]]) -> float:
    return sum(light / count for _, light, count, _ in lines)


def _growth(grid: Grid) -> Iterator[Hint]:
    x, y = grid.growth
    evidence = f"Dark modules are {x:+.2f} X along x and {y:+.2f} X along y off their width."
    if abs(x - y) >= AXES_APART_MIN:
        yield Hint(
            "growth_uneven",
            "Growth differs between the axes",
            evidence,
            "Check the speed against the encoder and the camera's exposure time: movement smears one axis only.",
            certainty=0.65,
        )
    worst = max((x, y), key=abs)
    if abs(worst) < GROWTH_MIN:
        return
    if worst > 0:
        yield Hint(
            "growth",
            f"Print grows by {worst:.2f} X",
            evidence,
            "Lower heat, ink or contact pressure; then set the bar-width reduction anew and check a first article.",
            certainty=0.8,
        )
    else:
        yield Hint(
            "shrinkage",
            f"Print is thinner by {-worst:.2f} X",
            evidence,
            "Raise heat or ink, or take back the bar-width reduction; check the ribbon.",
            certainty=0.8,
        )


def _light(values: Field, dark: NDArray[np.bool_]) -> Iterator[Hint]:
    """Light modules darker to one side."""
    rows, columns = values.shape
    y, x = np.nonzero(~dark)
    design = np.stack([np.ones(len(x)), x / columns - 0.5, y / rows - 0.5], axis=1)
    level, across, down = np.linalg.lstsq(design, values[~dark], rcond=None)[0]
    falloff = float(np.hypot(across, down)) / max(float(level), 1e-9)
    if falloff >= _FALLOFF_MIN:
        side = (
            ("right" if across < 0 else "left")
            if abs(across) > abs(down)
            else ("bottom" if down < 0 else "top")
        )
        yield Hint(
            "light_gradient",
            f"Light falls off to the {side}",
            f"The lightest modules lose {falloff:.0%} from one side of the code to the other.",
            "Set the lamp straight, clean it, and shade the station from outside light.",
            certainty=0.75,
        )


def _contrast(grade: Grade, values: Field, dark: NDArray[np.bool_]) -> Iterator[Hint]:
    contrast = grade.parameters["CC" if "cell_contrast" in grade.parameters else "SC"]
    if contrast.grade is None or contrast.grade >= 4:
        return
    ink, paper = float(np.median(values[dark])), float(np.median(values[~dark]))
    evidence = f"Dark modules reflect {ink:.0%}, light ones {paper:.0%}."
    if ink >= _FADED_DARK * max(paper, 1e-9) and ink > 1 - paper:
        yield Hint(
            "faded",
            "Print is too light",
            evidence,
            "Raise heat or ink, look at the ribbon or the cartridge; the print is fading.",
            certainty=0.7,
        )
    else:
        yield Hint(
            "dim",
            "Too little light comes back",
            evidence,
            "Check lamp, exposure and background: the paper is dark for the camera. Without a card that is all we know.",
            certainty=0.55,
        )


def _blur(grade: Grade, grid: Grid) -> Iterator[Hint]:
    widths = [width / grade.pixels_per_module for width in grid.edge_widths]
    if max(widths) < _BLUR_MIN:
        return
    evidence = f"Edges are {widths[0]:.2f} X wide along x and {widths[1]:.2f} X along y."
    if max(widths) > _MOTION_RATIO * min(widths):
        axis = "x" if widths[0] > widths[1] else "y"
        yield Hint(
            "motion",
            f"The code moves along {axis} while it is exposed",
            evidence,
            "Shorten the exposure: the pack may travel 0.3 X at most while the shutter is open.",
            certainty=0.7,
        )
    else:
        yield Hint(
            "defocus",
            "The picture is out of focus",
            evidence,
            "Focus the camera and check its distance: blur lowers modulation like bad print does.",
            certainty=0.7,
        )


def _uneven(grade: Grade, grid: Grid) -> Iterator[Hint]:
    axial = grade.parameters["AN"]
    if axial.grade is not None and axial.grade < 4:
        yield Hint(
            "stretched",
            f"One axis is {axial.value:.1%} longer",
            "Modules are evenly spaced on both axes, but not equally far.",
            "Match the print speed to the belt; if the print is right, the camera stands tilted: calibrate its plane.",
            certainty=0.7,
        )
    for axis, shifts in zip("xy", grid.line_shifts, strict=True):
        swing = float(np.ptp(shifts)) / 2
        if swing < _JITTER_MIN:
            continue
        share, period = _periodicity(shifts)
        evidence = f"Grid lines along {axis} are up to {swing:.2f} X out of place"
        if share >= 0.5:
            yield Hint(
                "jitter",
                "Speed swings while printing",
                f"{evidence}, again every {period:.0f} modules.",
                "Look for a slipping encoder wheel or an uneven drive: the error returns with each turn.",
                certainty=0.7,
            )
        else:
            yield Hint(
                "uneven_feed",
                "Feed is uneven",
                f"{evidence}, without a period.",
                "Check belt, encoder and web tension.",
                certainty=0.5,
            )


def _periodicity(shifts: Field) -> tuple[float, float]:
    """Share of the swing that one period explains, and that period in modules."""
    swing = np.abs(np.fft.rfft(shifts - shifts.mean())) ** 2
    best = int(np.argmax(swing[1:])) + 1
    return float(swing[max(best - 1, 1) : best + 2].sum() / max(swing[1:].sum(), 1e-12)), len(shifts) / best


def _quiet_zone(grade: Grade) -> Iterator[Hint]:
    weak = [one.name for one in grade.segments if one.name.startswith("QZ") and one.grade < 4]
    dark = grade.parameters["QZ"]
    if not weak and dark.value > 0:
        return
    if weak or dark.value <= 0:
        yield Hint(
            "quiet_zone",
            "Something stands in the quiet zone",
            dark.detail + "." if dark.detail else f"Weak beside the code: {', '.join(weak)}.",
            "Move text, borders or the label's edge away from the code; print two modules of quiet zone or more.",
            certainty=0.85,
        )


def _scattered(grade: Grade) -> Iterator[Hint]:
    """Wrong or weak modules without a pattern: holes, dirt, or a scratch when they lie on one line."""
    assert grade.symbol is not None
    bad = grade.symbol.modulation < 0.2
    y, x = np.nonzero(bad)
    if len(x) < _SCATTERED_MIN:
        return
    light = int((bad & grade.symbol.dark).sum())
    what = f"{len(x)} modules are weak or wrong; {light} should be dark, {len(x) - light} light"
    points = np.stack([x - x.mean(), y - y.mean()], axis=1)
    spread = np.linalg.svd(points, compute_uv=False) / np.sqrt(len(x))
    if len(x) >= 5 and spread[1] < 1.0 and spread[0] > 4 * max(spread[1], 0.1):
        yield Hint(
            "scratch",
            "A scratch or crease runs across the code",
            f"{what}; they lie on one line.",
            "Look at rails, guides and the applicator behind the printer.",
            certainty=0.6,
        )
    elif light * 2 >= len(x):
        yield Hint(
            "voids",
            "Holes in the print",
            f"{what}, scattered.",
            "Clean platen and head, look for dust on the material or a worn ribbon.",
            certainty=0.5,
        )
    else:
        yield Hint(
            "spots",
            "Spots of ink or dirt",
            f"{what}, scattered.",
            "Look for splashing ink, smearing or dirt on the material.",
            certainty=0.5,
        )


def _listed(numbers: tuple[int, ...]) -> str:
    return ", ".join(map(str, numbers[:-1])) + f" and {numbers[-1]}"
