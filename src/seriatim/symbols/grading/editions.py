"""What the standards' editions ask for, as data: one row per parameter, each with how sure we are of its numbers.

Nobody should read a threshold out of code. A row marked `P` (one source) or `U` (unverified) makes every grade that
rests on it provisional, and the grade says so.

>>> ISO_15415_2011.grade("SC", 0.70), ISO_15415_2011.grade("SC", 0.699), ISO_15415_2011.grade("AN", 0.0676)
(4.0, 3.0, 3.0)
>>> ISO_15415_2024.grade("SC", 0.625)
3.5
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from seriatim.symbols.errors import SymbolError

__all__ = [
    "EDITIONS",
    "ISO_15415_2011",
    "ISO_15415_2024",
    "ISO_15416",
    "ISO_29158",
    "Edition",
    "Row",
    "edition_of",
]

Sureness = Literal["C", "P", "U"]


@dataclass(frozen=True, slots=True)
class Row:
    """Thresholds of one parameter."""

    knots: tuple[str, str, str, str]
    """Values that just reach grade 4, 3, 2, 1, as decimal text so that counted values compare exactly."""
    rising: bool = True
    """True: more is better."""
    zero: str | None = None
    """Continuous editions: the value at which the grade has come down to nought; None: at once below grade 1."""
    sureness: Sureness = "C"
    exact: tuple[Fraction, ...] = field(init=False, repr=False)
    floats: tuple[float, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "exact", tuple(map(Fraction, self.knots)))
        object.__setattr__(self, "floats", tuple(map(float, self.knots)))


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of one standard."""

    standard: str
    name: str
    rows: Mapping[str, Row]
    continuous: bool = False
    """Grades in steps of 0.1, linear between the thresholds, instead of whole numbers."""
    notes: tuple[str, ...] = ()
    """What is provisional about the whole edition; empty when nothing is."""
    error_weight: int = 2
    """Correction codewords that one bad codeword costs in the overlay of modulation."""
    histogram_threshold: bool = False
    """Light from dark by the histogram, not by the middle of the extremes; contrast from the outer 1 % of samples."""
    growth_graded: bool = False
    merged_modulation: bool = False
    """Modulation knows the true colours, and reflectance margin is no parameter of its own."""
    direct_marks: bool = False
    """Contrast and modulation against the means of light and dark modules (CC, CM) instead of the extremes."""

    @property
    def contrast(self) -> str:
        """Abbreviation of the contrast parameter."""
        return "CC" if self.direct_marks else "SC"

    @property
    def modulation(self) -> str:
        """Abbreviation of the modulation parameter."""
        return "CM" if self.direct_marks else "MOD"

    def grade(self, parameter: str, value: float | Fraction) -> float:
        """0 to 4 for a value; `KeyError` for a parameter this edition does not grade."""
        row = self.rows[parameter]
        knots: tuple[float | Fraction, ...] = row.exact if isinstance(value, Fraction) else row.floats
        reached = sum(value >= knot if row.rising else value <= knot for knot in knots)
        if not self.continuous or reached == 4:
            return float(reached)
        return self._between(row, float(value), reached)

    def _between(self, row: Row, value: float, reached: int) -> float:
        """Linear between two thresholds, rounded once, to 0.1."""
        knots = row.floats
        above = knots[3 - reached]
        below = knots[4 - reached] if reached else None
        if below is None:
            if row.zero is None:
                return 0.0
            below = float(row.zero)
        share = min(max((value - below) / (above - below), 0.0), 1.0)
        return round(reached + share, 1) if share < 1 else float(reached + 1)

    def grades(self, parameter: str, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """The same for many values at once."""
        row = self.rows[parameter]
        knots = np.array(row.floats[::-1])
        if not row.rising:
            knots, values = -knots, -values
        if not self.continuous:
            return np.searchsorted(knots, values, side="right").astype(np.float64)
        end = float(row.zero) * (1 if row.rising else -1) if row.zero is not None else knots[0] - 1e-9
        graded = np.interp(values, [end, *knots], [0, 1, 2, 3, 4])
        tail = graded if row.zero is not None else np.zeros_like(graded)
        return np.asarray(np.round(np.where(values < knots[0], tail, graded), 1), np.float64)

    @property
    def is_provisional(self) -> bool:
        """Whether grades by this edition must carry the word."""
        return bool(self.notes)


_MATRIX_2011: Final[Mapping[str, Row]] = {
    "SC": Row(("0.70", "0.55", "0.40", "0.20")),
    "MOD": Row(("0.50", "0.40", "0.30", "0.20")),
    "RM": Row(("0.50", "0.40", "0.30", "0.20")),
    "AN": Row(("0.06", "0.08", "0.10", "0.12"), rising=False),
    "GN": Row(("0.38", "0.50", "0.63", "0.75"), rising=False),
    "UEC": Row(("0.62", "0.50", "0.37", "0.25")),
    # Shares of damaged modules in fixed patterns.
    "solid": Row(("0", "0.09", "0.13", "0.17"), rising=False),
    "clock": Row(("0.10", "0.15", "0.20", "0.25"), rising=False),
    "AG": Row(("4", "3.5", "3.0", "2.5")),
    "finder modules": Row(("0", "1", "2", "3"), rising=False, sureness="U"),
    "timing": Row(("0", "0.07", "0.11", "0.14"), rising=False, sureness="U"),
    "alignment": Row(("0", "0.10", "0.20", "0.30"), rising=False, sureness="U"),
    "information bits": Row(("0", "1", "2", "3"), rising=False, sureness="U"),
}
TRANSITION_LIMITS: Final = ("0.06", "0.08", "0.10", "0.12")
"""The transition ratio must stay below these: strictly, unlike all others."""

ISO_15415_2011: Final = Edition("ISO/IEC 15415", "2011", _MATRIX_2011)

ISO_15415_2024: Final = Edition(
    "ISO/IEC 15415",
    "2024",
    {
        **_MATRIX_2011,
        "UEC": Row(("0.62", "0.50", "0.37", "0.25"), zero="0.20", sureness="P"),
        "SC": Row(("0.70", "0.55", "0.40", "0.20"), zero="0.15", sureness="P"),
        "PG": Row(("0.50", "0.70", "0.85", "1.00"), rising=False, sureness="U"),
    },
    continuous=True,
    notes=(
        "provisional: where the grades of edition 2024 end below grade 1 is not verified",
        "provisional: the limits of print growth in edition 2024 are not verified",
    ),
    histogram_threshold=True,
    growth_graded=True,
    merged_modulation=True,
)

ISO_15416: Final = Edition(
    "ISO/IEC 15416",
    "2000",
    {
        "SC": Row(("0.70", "0.55", "0.40", "0.20")),
        "MOD": Row(("0.70", "0.60", "0.50", "0.40")),
        "DEF": Row(("0.15", "0.20", "0.25", "0.30"), rising=False),
        "DCD": Row(("0.62", "0.50", "0.37", "0.25")),
        "Rmin/Rmax": Row(("0.50", "0.50", "0.50", "0.50"), rising=False),
        "ECmin": Row(("0.15", "0.15", "0.15", "0.15")),
    },
)

ISO_29158: Final = Edition(
    "ISO/IEC 29158",
    "2011",
    {
        **_MATRIX_2011,
        "CC": Row(("0.30", "0.25", "0.20", "0.15"), sureness="P"),
        "CM": Row(("0.50", "0.40", "0.30", "0.20"), sureness="P"),
    },
    notes=(
        "provisional: the limits of ISO/IEC 29158 rest on one source each",
        "provisional: minimum reflectance is not measured; the exposure of the station is not part of the record yet",
    ),
    merged_modulation=True,
    direct_marks=True,
)

EDITIONS: Final[Mapping[str, Edition]] = {"2011": ISO_15415_2011, "2024": ISO_15415_2024}
"""Editions of ISO/IEC 15415 by name."""


def edition_of(name: str) -> Edition:
    """The edition of ISO/IEC 15415 with this name; `SymbolError` `edition` when there is none."""
    if name not in EDITIONS:
        raise SymbolError(
            f"edition {name!r} of ISO/IEC 15415 is not known; choose one of {', '.join(EDITIONS)}",
            code="edition",
        )
    return EDITIONS[name]
