"""Light and dark as a verifier sees them: reflectance through the aperture, its extremes, the threshold between.

Extremes are taken over the inspection area (symbol and required quiet zone) from values seen through the aperture,
never from raw pixels: one hot pixel must not cost a grade.
"""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seriatim.symbols.grading import geometry
from seriatim.symbols.grading.aperture import through
from seriatim.symbols.grading.conditions import Calibration
from seriatim.symbols.grading.editions import Edition
from seriatim.symbols.grading.geometry import Points

__all__ = ["Reflectances", "area_mask", "as_reflectance", "clipped_share", "measure"]

Pixels = NDArray[np.float32]

_OUTER_SHARE: Final = 0.01
_BINS: Final = 256


@dataclass(frozen=True, slots=True)
class Reflectances:
    """Reflectance, 0 to 1, at every sampling point, one ring of quiet zone included."""

    values: NDArray[np.float64] = field(repr=False, compare=False)
    """(rows + 2) x (columns + 2)."""
    highest: float
    lowest: float
    contrast: float
    """Symbol contrast: highest less lowest; for direct marks cell contrast, (mean light - mean dark) / mean light."""
    threshold: float
    """Light above, dark below."""
    modulation: NDArray[np.float64] = field(repr=False, compare=False)
    """Of each sample: 2 |R - threshold| / contrast; for direct marks, against the mean of its own side."""


def as_reflectance(gray: Pixels, calibration: Calibration | None) -> Pixels:
    """Gray levels as reflectance; without calibration white (255) counts as 1."""
    if calibration is None:
        return gray / np.float32(255)
    span = calibration.white_level - calibration.dark_level
    return np.asarray((gray - calibration.dark_level) / span, np.float32)


def area_mask(shape: tuple[int, ...], outline: Points) -> NDArray[np.uint8]:
    """1 for pixels inside an outline (pixels, edge coordinates), 0 outside."""
    import cv2  # noqa: PLC0415 -- heavy

    mask = np.zeros(shape[:2], np.uint8)
    cv2.fillConvexPoly(mask, np.round((outline - 0.5) * 16).astype(np.int32), 1, shift=4)
    return mask


def clipped_share(gray: NDArray[np.uint8], mask: NDArray[np.uint8]) -> float:
    """Share of pixels of the area at 0 or 255: there the camera saw no more."""
    extreme = ((gray + np.uint8(1)) <= 1) & mask.view(np.bool_)  # 255 and one is nought again
    return float(np.count_nonzero(extreme)) / max(float(np.count_nonzero(mask)), 1.0)


def measure(
    reflectance: Pixels, centres: Points, mask: NDArray[np.uint8], diameter: float, edition: Edition
) -> Reflectances:
    """Sample reflectance through an aperture of `diameter` pixels at all centres (rows x columns x 2 pixels)."""
    import cv2  # noqa: PLC0415 -- heavy

    seen = through(reflectance, diameter)
    values = geometry.sample(seen, centres[..., 0], centres[..., 1]).astype(np.float64)
    if edition.direct_marks:
        return _direct_mark(values)
    if edition.histogram_threshold:
        inside = seen[mask > 0]
        lowest, highest = _outer_means(inside)
        threshold = _between_classes(inside)
    else:
        lowest, highest, _, _ = cv2.minMaxLoc(seen, mask)
        threshold = (lowest + highest) / 2
    contrast = highest - lowest
    modulation = np.abs(values - threshold) * (2 / max(contrast, 1e-9))
    return Reflectances(values, highest, lowest, contrast, threshold, modulation)


def _direct_mark(values: NDArray[np.float64]) -> Reflectances:
    """ISO/IEC 29158: the threshold (T2) from the sampled modules themselves, contrast between the means of both sides."""
    threshold = _between_classes(values.ravel().astype(np.float32))
    dark = values < threshold
    if dark.all() or not dark.any():
        return Reflectances(
            values, float(values.max()), float(values.min()), 0.0, threshold, np.zeros_like(values)
        )
    mean_dark, mean_light = float(values[dark].mean()), float(values[~dark].mean())
    span = np.where(dark, threshold - mean_dark, mean_light - threshold)
    contrast = (mean_light - mean_dark) / max(mean_light, 1e-9)
    return Reflectances(values, mean_light, mean_dark, contrast, threshold, np.abs(values - threshold) / span)


def _outer_means(inside: Pixels) -> tuple[float, float]:
    """Means of the darkest and of the lightest 1 % of samples."""
    count = max(round(len(inside) * _OUTER_SHARE), 1)
    ordered = np.partition(inside, (count - 1, len(inside) - count))
    return float(ordered[:count].mean()), float(ordered[-count:].mean())


def _between_classes(inside: Pixels) -> float:
    """The threshold with the smallest sum of variances within dark and light (Otsu's)."""
    low, high = float(inside.min()), float(inside.max())
    counts, edges = np.histogram(inside, _BINS, (low, max(high, low + 1e-6)))
    middles = (edges[:-1] + edges[1:]) / 2
    dark = np.cumsum(counts)[:-1]
    light = counts.sum() - dark
    moments = np.cumsum(counts * middles)
    with np.errstate(invalid="ignore", divide="ignore"):
        apart = moments[:-1] / dark - (moments[-1] - moments[:-1]) / light
    between = np.where((dark > 0) & (light > 0), dark * light * apart**2, -1.0)
    best = np.flatnonzero(between >= between.max() * (1 - 1e-9))
    return float(edges[1:-1][best].mean())
