"""The grade of one code as a record: every parameter with its value, and all that is needed to judge the judgement."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from seriatim.symbols.grading.conditions import Conditions
from seriatim.symbols.grading.hints import Hint
from seriatim.symbols.grading.overlay import Overlay
from seriatim.symbols.images import Gray

__all__ = ["NAMES", "Grade", "Parameter", "Parameters", "Segment", "Status", "SymbolMap", "letter"]

Status = Literal["graded", "not_decoded", "insufficient_resolution", "invalid_image"]

NAMES: Final[Mapping[str, str]] = {
    "decode": "decode",
    "SC": "symbol_contrast",
    "MOD": "modulation",
    "RM": "reflectance_margin",
    "FPD": "fixed_pattern_damage",
    "FI": "format_information",
    "VI": "version_information",
    "AN": "axial_nonuniformity",
    "GN": "grid_nonuniformity",
    "UEC": "unused_error_correction",
    "PG": "print_growth",
    "CU": "contrast_uniformity",
    "QZ": "quiet_zone",
    "CC": "cell_contrast",
    "CM": "cell_modulation",
    "DD": "distributed_damage",
    "MR": "minimum_reflectance",
    "Rmin/Rmax": "reflectance_ratio",
    "ECmin": "minimum_edge_contrast",
    "DEF": "defects",
    "DCD": "decodability",
}
"""Abbreviation to name, of every parameter any standard here grades or reports."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a grade."""

    abbreviation: str
    """As the standard writes it, a key of :data:`NAMES`."""
    value: float
    """In the unit of the standard: shares as 0 to 1, non-uniformity and growth in X, decode as 0 or 1."""
    grade: float | None
    """0 to 4; None for what is reported and not graded."""
    detail: str = ""
    """Where and how, for people."""

    @property
    def name(self) -> str:
        """The name in code and JSON, such as `symbol_contrast`."""
        return NAMES[self.abbreviation]

    @property
    def title(self) -> str:
        """The name for people, such as `Symbol contrast`."""
        return self.name.replace("_", " ").replace("nonuni", "non-uni").capitalize()


class Parameters(Mapping[str, Parameter]):
    """Parameters by name, in the order of the standard; the standard's abbreviations are understood too.

    >>> Parameters([Parameter("SC", 0.72, 4.0)])["symbol_contrast"] == Parameters([Parameter("SC", 0.72, 4.0)])["SC"]
    True
    """

    def __init__(self, parameters: Iterable[Parameter] = ()) -> None:
        self._by_name = {one.name: one for one in parameters}

    def __getitem__(self, name: str) -> Parameter:
        return self._by_name[NAMES.get(name, name)]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self._by_name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Parameters) and self._by_name == other._by_name

    __hash__ = None  # type: ignore[assignment]  # as of any mapping

    def __repr__(self) -> str:
        return f"Parameters({list(self._by_name.values())})"


@dataclass(frozen=True, slots=True)
class Segment:
    """One part of the fixed patterns."""

    name: str
    """As in ISO/IEC 15415 and 16022: L1, L2, QZL1, QZL2, CT..., or A1, B1, C for QR."""
    grade: float
    damaged: int
    """Modules of the wrong colour."""
    modules: int
    where: tuple[float, float, float, float]
    """Left, top, right, bottom in modules, for an outline."""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class SymbolMap:
    """The symbol module by module. Arrays are rows x columns, read-only."""

    dark: NDArray[np.bool_] = field(repr=False, compare=False)
    """As it should be."""
    modulation: NDArray[np.float64] = field(repr=False, compare=False)
    """2 |R - GT| / SC; negative where the module has the wrong colour."""
    levels: NDArray[np.float64] = field(repr=False, compare=False)
    """0 to 4, nought for the wrong colour."""
    codeword: NDArray[np.intp] = field(repr=False, compare=False)
    """Index of the codeword to which each module belongs; -1 for fixed patterns."""
    block: NDArray[np.intp] = field(repr=False, compare=False)
    """Index of the correction block; -1 for fixed patterns."""
    corrected: tuple[int, ...]
    """Codewords that had to be repaired."""


@dataclass(frozen=True, slots=True)
class Grade:
    """The grade of one code in one picture."""

    status: Status
    """`graded`, or why there is no grade: a value, not an exception, since a line must answer."""
    why: str
    """In words, what to do when there is no grade; empty when there is one."""
    overall: float | None
    """0.0 to 4.0; None unless graded or not decoded (then 0)."""
    parameters: Parameters
    """By name, in the order of the standard; abbreviations are understood too."""
    notation: str
    """Grade/aperture/wavelength/angle, such as 3.0/16/660/45Q; empty without a grade."""
    hints: tuple[Hint, ...]
    """Likely causes, the most certain first."""
    standard: str
    edition: str
    wording: str
    """What may be said of this grade; never more."""
    provisional: tuple[str, ...]
    """What of it rests on unverified numbers; empty for ISO/IEC 15415:2011 Data Matrix."""
    conditions: Conditions
    aperture: float
    """Diameter as a share of X."""
    aperture_mm: float | None
    format: str
    symbology_id: str
    text: str
    stage: str
    """How the reader got it; anything but `fast` is no pass."""
    pixels_per_module: float
    edge_width: float = 0.0
    """10 to 90 % of an edge in pixels: the focus."""
    growth: tuple[float, float] = (0.0, 0.0)
    """Print growth along x and y in X."""
    segments: tuple[Segment, ...] = ()
    overlays: Mapping[str, Overlay] = field(default_factory=dict)
    """MOD and RM by codeword and block."""
    symbol: SymbolMap | None = field(default=None, compare=False)
    outline: tuple[tuple[float, float], ...] = ()
    """The symbol's four corners in pixels, after the fit."""
    image: Gray = field(default_factory=lambda: np.zeros((0, 0), np.uint8), repr=False, compare=False)
    """The picture that was graded, not a copy."""

    @property
    def letter(self) -> str:
        """A, B, C, D or F; empty without a grade."""
        return "" if self.overall is None else letter(self.overall)

    @property
    def decided_by(self) -> tuple[str, ...]:
        """The graded parameters that pull the grade below 4: the lowest ones."""
        graded = {name: one.grade for name, one in self.parameters.items() if one.grade is not None}
        lowest = min(graded.values(), default=4.0)
        return tuple(name for name, grade in graded.items() if grade == lowest < 4)

    @property
    def image_sha256(self) -> str:
        """Of the gray pixels, row by row, with their size before them."""
        size = f"{self.image.shape[1]}x{self.image.shape[0]}:".encode()
        return hashlib.sha256(size + np.ascontiguousarray(self.image).tobytes()).hexdigest()

    def with_hints(self, hints: tuple[Hint, ...]) -> "Grade":
        """The same grade with its likely causes."""
        return replace(self, hints=hints)

    def as_json(self) -> dict[str, Any]:
        """The whole record as plain values, ready for `json.dumps`; the fields are documented in docs/grading.md."""
        return {
            "status": self.status,
            "why": self.why,
            "overall": self.overall,
            "letter": self.letter,
            "notation": self.notation,
            "wording": self.wording,
            "standard": self.standard,
            "edition": self.edition,
            "provisional": list(self.provisional),
            "decided_by": list(self.decided_by),
            "parameters": {name: _parameter(one) for name, one in self.parameters.items()},
            "segments": [_segment(one) for one in self.segments],
            "codewords": self._codewords(),
            "hints": [one.as_json() for one in self.hints],
            "growth_x": _rounded(self.growth[0]),
            "growth_y": _rounded(self.growth[1]),
            "edge_width_pixels": _rounded(self.edge_width),
            "pixels_per_module": _rounded(self.pixels_per_module),
            "aperture": self.aperture,
            "aperture_mm": self.aperture_mm,
            "wavelength": self.conditions.wavelength,
            "light_angle": self.conditions.angle,
            "light_sides": self.conditions.sides,
            "calibration": "uncalibrated"
            if self.conditions.calibration is None
            else self.conditions.calibration.as_json(),
            "image_sha256": self.image_sha256,
            "reader_stage": self.stage,
            "format": self.format,
            "symbology_id": self.symbology_id,
            "text": self.text,
            "outline": [[_rounded(x), _rounded(y)] for x, y in self.outline],
        }

    def _codewords(self) -> list[dict[str, Any]]:
        """Each codeword: its block, its levels, whether it had to be repaired."""
        if self.symbol is None or not self.overlays:
            return []
        flat_codeword, flat_block = self.symbol.codeword.ravel(), self.symbol.block.ravel()
        known = flat_codeword >= 0
        block_of = dict(zip(flat_codeword[known].tolist(), flat_block[known].tolist(), strict=True))
        corrected = set(self.symbol.corrected)
        columns = {f"level_{name.lower()}": one.codewords for name, one in self.overlays.items()}
        return [
            {"index": index, "block": block_of[index], "corrected": index in corrected}
            | {column: levels[index] for column, levels in columns.items()}
            for index in range(len(block_of))
        ]


def letter(overall: float) -> str:
    """A from 3.5, B from 2.5, C from 1.5, D from 0.5, else F."""
    return "FDCBA"[sum(overall >= limit for limit in (0.5, 1.5, 2.5, 3.5))]


def _parameter(one: Parameter) -> dict[str, Any]:
    return {
        "abbreviation": one.abbreviation,
        "value": _rounded(one.value),
        "grade": one.grade,
        "detail": one.detail,
    }


def _segment(one: Segment) -> dict[str, Any]:
    return {
        "name": one.name,
        "grade": one.grade,
        "damaged": one.damaged,
        "modules": one.modules,
        "where": list(one.where),
        "detail": one.detail,
    }


def _rounded(value: float) -> float:
    return round(float(value), 5)
