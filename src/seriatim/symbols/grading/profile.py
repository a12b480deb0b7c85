"""One scan line across a linear symbol as ISO/IEC 15416 sees it: its reflectance, its edges, its weakest places.

>>> bars = np.repeat([0.9, 0.1, 0.9, 0.1, 0.9], 20)
>>> line = ScanProfile.of(bars)
>>> line.edges.tolist(), round(line.contrast, 2), round(line.edge_contrast, 2)
([19.5, 39.5, 59.5, 79.5], 0.8, 0.8)
"""

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["ScanProfile", "code128_decodability", "itf_decodability"]

Values = NDArray[np.float64]

_CODE128_ELEMENTS: Final = 6
_CODE128_MODULES: Final = 11
_BAR_MARGIN: Final = 1.75
"""Modules by which the sum of a character's bars may be off."""


@dataclass(frozen=True, slots=True)
class ScanProfile:
    """Reflectance along a line, quiet zones included, and what follows from it."""

    reflectance: Values = field(repr=False, compare=False)
    highest: float
    lowest: float
    edges: Values = field(repr=False, compare=False)
    """Places of the edges in samples: where the profile crosses the threshold."""
    edge_contrast: float
    """The lowest difference between a space and a bar beside it."""
    nonuniformity: float
    """The largest swing within one element or quiet zone (ERNmax)."""

    @classmethod
    def of(cls, reflectance: Values) -> "ScanProfile":
        """Analyse a profile from one quiet zone to the other."""
        highest, lowest = float(reflectance.max()), float(reflectance.min())
        threshold = (highest + lowest) / 2
        light = reflectance >= threshold
        before = np.flatnonzero(light[1:] != light[:-1])
        step = reflectance[before + 1] - reflectance[before]
        edges = before + (threshold - reflectance[before]) / step
        elements = np.split(reflectance, before + 1)
        extremes = [float(part.max() if part[0] >= threshold else part.min()) for part in elements]
        contrasts = np.abs(np.diff(extremes))
        return cls(
            reflectance,
            highest,
            lowest,
            np.asarray(edges, np.float64),
            float(contrasts.min()) if len(contrasts) else 0.0,
            max(_swing(part, is_light=bool(part[0] >= threshold)) for part in elements),
        )

    @property
    def contrast(self) -> float:
        """Symbol contrast: lightest less darkest."""
        return self.highest - self.lowest

    @property
    def modulation(self) -> float:
        """Weakest edge against symbol contrast."""
        return self.edge_contrast / self.contrast if self.contrast else 0.0

    @property
    def defects(self) -> float:
        """Largest swing within an element against symbol contrast."""
        return self.nonuniformity / self.contrast if self.contrast else 1.0

    @property
    def widths(self) -> Values:
        """Widths of bars and spaces in samples, the first bar first."""
        return np.diff(self.edges)


def _swing(element: Values, *, is_light: bool) -> float:
    """How far a space dips between its peaks, or a bar rises between its valleys."""
    values = element if is_light else -element
    rising = np.diff(values)
    turns = np.flatnonzero((rising[:-1] > 0) & (rising[1:] <= 0)) + 1
    if len(turns) == 0:
        return 0.0
    # A flat top is one peak; a quiet zone has its first peak at its outer end.
    first = 0 if values[0] >= values[turns[0]] else int(turns[0])
    last = int(turns[-1]) if values[-1] < values[turns[-1]] else len(values) - 1
    between = values[min(first, last) : max(first, last) + 1]
    peaks = max(values[first], values[last], *values[turns])
    return float(peaks - between.min())


def code128_decodability(widths: Values) -> float | None:
    """The lowest decodability of the characters of a Code 128; None when the elements do not add up to characters.

    Code 128 is read from edge to similar edge: each such distance must be nearer to its own number of modules than to
    the next, and the sum of bars must be right (ISO/IEC 15417, reference decode).
    """
    characters, rest = divmod(len(widths) - 1, _CODE128_ELEMENTS)
    if rest or characters < 3:
        return None
    each = widths[:-1].reshape(characters, _CODE128_ELEMENTS)
    module = each.sum(axis=1, keepdims=True) / _CODE128_MODULES
    pairs = (each[:, :4] + each[:, 1:5]) / module
    to_threshold = 0.5 - np.abs(pairs - np.round(pairs))
    bars = each[:, ::2].sum(axis=1) / module[:, 0]
    # The sum of bars of every character is even.
    off = np.abs(bars - 2 * np.round(bars / 2))
    return float(max(min(2 * to_threshold.min(), 1 - off.max() / _BAR_MARGIN), 0.0))


def itf_decodability(widths: Values) -> float | None:
    """The lowest decodability of an Interleaved 2 of 5; None when the elements do not add up to digits.

    Each digit has two wide of five elements; the margin is how far the narrowest wide and the widest narrow element stay
    from the threshold between them (ISO/IEC 16390, two-width symbologies).
    """
    pairs, rest = divmod(len(widths) - 7, 10)
    if rest or pairs < 1:
        return None
    body = widths[4:-3].reshape(pairs, 5, 2)
    digits = np.concatenate([body[:, :, 0], body[:, :, 1]])
    ordered = np.sort(digits, axis=1)
    narrow, wide = float(ordered[:, :3].mean()), float(ordered[:, 3:].mean())
    threshold = (narrow + wide) / 2
    room = (wide - narrow) / 2
    if room <= 0:
        return 0.0
    margin = min(float(ordered[:, 3].min()) - threshold, threshold - float(ordered[:, 2].max()))
    return max(margin / room, 0.0)


def mean_grade(grades: list[float]) -> float:
    """The mean of line grades to one decimal, rounded once."""
    return float(round(Fraction(sum(map(Fraction, grades)), len(grades)), 1))
