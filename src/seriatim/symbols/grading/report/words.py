"""What a grade says in words and figures, the same on page and poster."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from seriatim.symbols.grading.editions import EDITIONS, ISO_15415_2011, ISO_15416, ISO_29158
from seriatim.symbols.grading.record import Grade, Parameter, letter

__all__ = ["Bar", "bars_of", "extras_of", "footer", "headline", "lead", "level_counts"]

_MEANING: Final[Mapping[str, str]] = {
    "decode": "reference algorithm",
    "SC": "lightest minus darkest",
    "MOD": "contrast of each module, per codeword",
    "RM": "as above, against the true symbol",
    "FPD": "finder, clock tracks, quiet zone",
    "FI": "two copies of level and mask",
    "VI": "two copies of the version",
    "AN": "difference of the two axes",
    "GN": "largest shift from the even grid",
    "UEC": "repair capacity left",
    "PG": "dark modules against their width",
    "CU": "weakest module",
    "QZ": "weakest module beside the code",
    "CC": "mean light against mean dark",
    "CM": "contrast of each module, per codeword",
    "DD": "mean of the fixed patterns' parts",
    "MR": "light of the mark against the card",
    "Rmin/Rmax": "darkest against lightest",
    "ECmin": "weakest edge",
    "DEF": "spots and holes in bars and spaces",
    "DCD": "widths against the ideal",
}
_SHARES: Final = frozenset({"SC", "CC", "MR", "Rmin/Rmax", "ECmin", "DEF", "DCD"})
_PERFECT: Final[Mapping[str, float]] = {"AN": 0.0, "GN": 0.0, "DEF": 0.0}
_BY_VALUE: Final = frozenset({"SC", "AN", "GN", "UEC", "CC", "DEF", "DCD"})
"""Parameters whose grade follows from their value alone; the others are placed by their grade."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of the table of parameters."""

    title: str
    meaning: str
    value: str
    grade: str
    width: float
    """Share of the axis, F at nought to A at one."""
    is_low: bool
    """Below grade 4."""
    decides: bool


def headline(grade: Grade) -> str:
    """`Grade C 2.0`, or why there is none."""
    if grade.overall is None:
        return {
            "insufficient_resolution": "No grade: resolution insufficient",
            "invalid_image": "No grade: invalid picture",
        }[grade.status]
    return f"Grade {grade.letter} {grade.overall:.1f}"


def lead(grade: Grade, limit: float | None) -> tuple[str, str]:
    """Two sentences: does it pass, and what is wrong with it."""
    if grade.overall is None:
        return grade.why, ""
    verdict = ""
    if limit is not None:
        word = f"{letter(limit)} {limit:.1f}"
        verdict = (
            f"It passes, the limit is {word}."
            if grade.overall >= limit
            else f"It fails, the limit is {word}."
        )
    if grade.status == "not_decoded":
        return verdict or "It cannot be decoded.", grade.why
    if grade.hints:
        return verdict or f"{_decided(grade)}.", f"{grade.hints[0].title}: {grade.hints[0].evidence}"
    if grade.overall >= 4:
        return verdict or "Nothing is wrong with it.", "" if not verdict else "Nothing is wrong with it."
    return verdict or f"{_decided(grade)}.", f"{_decided(grade)}." if verdict else ""


def _decided(grade: Grade) -> str:
    names = [grade.parameters[name].title.lower() for name in grade.decided_by]
    if not names:
        return "Nothing is wrong with it"
    return " and ".join(names).capitalize() + (" decides" if len(names) == 1 else " decide")


def bars_of(grade: Grade) -> list[Bar]:
    """Graded parameters, the lowest first."""
    graded = [one for one in grade.parameters.values() if one.grade is not None]
    decided = grade.decided_by
    return [
        Bar(
            title=one.title,
            meaning=_MEANING[one.abbreviation],
            value=_value(one),
            grade=f"{one.grade:.1f}",
            width=_width(one, grade),
            is_low=(one.grade or 0) < 4,
            decides=one.name in decided,
        )
        for one in sorted(graded, key=lambda one: one.grade or 0)
    ]


def extras_of(grade: Grade) -> list[tuple[str, str, str]]:
    """What is reported and not graded: title, meaning, value."""
    return [
        (one.title, one.detail or _MEANING[one.abbreviation], _value(one))
        for one in grade.parameters.values()
        if one.grade is None
    ]


def _value(one: Parameter) -> str:
    name, value = one.abbreviation, one.value
    if name == "decode":
        return "yes" if value else "no"
    if name == "FPD":
        count = int(value)
        return "no wrong module" if not count else f"{count} wrong module" + ("s" if count > 1 else "")
    if name in {"FI", "VI"}:
        return "no wrong bit" if not value else f"{int(value)} wrong"
    if name in {"MOD", "RM", "CM", "CU", "QZ"}:
        return f"{value:.2f} lowest"
    if name == "GN":
        return f"{value:.2f} X"
    if name == "AN":
        return f"{value:.3f}"
    if name == "PG":
        return f"{value:+.0%} of the room"
    return f"{value:.0%}" if name in _SHARES else f"{value:.2f}"


def _width(one: Parameter, grade: Grade) -> float:
    """Where a bar ends: five zones from F to A, within them by value where the value alone makes the grade."""
    assert one.grade is not None
    if one.abbreviation == "decode":
        return 1.0 if one.grade else 0.02
    if one.abbreviation not in _BY_VALUE:
        return (
            (one.grade + 0.5) / 5
            if one.grade < 4
            else 0.9 + 0.1 * min(one.value, 1.0) * (one.abbreviation in {"MOD", "RM"})
        )
    table = {ISO_15416.standard: ISO_15416, ISO_29158.standard: ISO_29158}.get(grade.standard)
    row = (table or EDITIONS.get(grade.edition, ISO_15415_2011)).rows[one.abbreviation]
    best = _PERFECT.get(one.abbreviation, 1.0)
    worst = 0.0 if row.rising else 2 * row.floats[-1]
    stops = [worst, *row.floats[::-1], best]
    for zone in range(5):
        low, high = stops[zone], stops[zone + 1]
        share = (one.value - low) / (high - low)
        if share < 1 or zone == 4:
            return min(max((zone + share) / 5, 0.02), 1.0)
    raise AssertionError


def level_counts(grade: Grade) -> dict[int, int]:
    """Modules at each whole level below 4."""
    if grade.symbol is None:
        return {}
    levels = grade.symbol.levels.astype(int)
    return {level: int((levels == level).sum()) for level in (3, 2, 1, 0) if (levels == level).any()}


def footer(grade: Grade) -> list[str]:
    """What a grade means nothing without."""
    conditions, calibration = grade.conditions, grade.conditions.calibration
    sides = {"Q": "four sides", "T": "two sides", "S": "one side"}[conditions.sides]
    light = "white light" if conditions.wavelength == "W" else f"{conditions.wavelength} nm"
    size = f"{grade.aperture:.2f} X" + ("" if grade.aperture_mm is None else f" ({grade.aperture_mm:.2f} mm)")
    how = f"{grade.standard}, edition {grade.edition}; aperture {size}; {light}, {conditions.angle} degrees from {sides}"
    seen = f"{grade.pixels_per_module:.1f} pixels per module, edges {grade.edge_width:.1f} pixels wide"
    lines = [f"{grade.wording}.", f"{how}; {seen}."]
    if calibration is not None:
        lines.append(
            f"Calibration {calibration.id} of {calibration.made_on.isoformat()}, card {calibration.card or 'not named'}."
        )
    return [*lines, *(f"{note[0].upper()}{note[1:]}." for note in grade.provisional)]
