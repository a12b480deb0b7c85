"""Is a code there at all? Tells a missing one from one that nobody can read, by what the picture shows.

Two kinds of evidence, either is enough. The finder: where the pose of the code is known, its unchanging modules are
laid over the picture, and their light and dark are compared with what stands there; an empty place agrees by chance
only. The texture: a code is busy in both directions at the scale of its modules, far above the noise of the camera and
unlike a slope of light.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from seriatim.symbols import images
from seriatim.symbols.images import Gray
from seriatim.symbols.reading.fitting import fitted, fixed_pattern, picture_at
from seriatim.symbols.reading.pose import Pose
from seriatim.symbols.reading.search import cropped

__all__ = ["Presence", "presence"]

_FINDER_MIN: Final = 0.55
"""On synthetic frames: 0.48 at most on empty labels, 0.59 at least on codes of known pose, however damaged."""
_TEXTURE_MIN: Final = 0.95
"""On the same frames: 0.8 at most, 1.07 at least."""
_MIDDLE: Final = 0.25
"""Left out on each side of the region: the code may stand anywhere in it, the print beside it only at its rim."""
_FINE_PIXELS: Final = 2.0
_COARSE_PIXELS: Final = 6.0
"""Sigmas between which texture counts: below is noise, above is light."""
_NOISE_LEFT: Final = 0.11
"""Of the camera's noise, the share that is still seen as texture."""
_LEAST: Final = 0.42
"""Gray levels of texture that a picture without any noise must have."""
_EVEN: Final = 0.01
"""Gray levels; what varies less is rounding."""
_MEDIAN_TO_SD: Final = 0.6745


@dataclass(frozen=True, slots=True)
class Presence:
    """Evidence that a code stands in a region."""

    texture: float
    """Busyness in the less busy direction, as a multiple of what noise alone would show."""
    finder: float | None
    """Correlation with the fixed pattern at its best place, -1 to 1; None where no pose is known."""

    @property
    def is_there(self) -> bool:
        """A code is there, readable or not."""
        return self.texture >= _TEXTURE_MIN or (self.finder is not None and self.finder >= _FINDER_MIN)


def presence(image: NDArray[Any], roi: tuple[int, int, int, int], pose: Pose | None = None) -> Presence:
    """How much a region looks like a code. `image`: rows x columns; `roi`: left, top, right, bottom in pixels.

    Raises `SymbolError` `roi` for a region outside the picture.
    """
    pixels = images.gray(image)
    region, _ = cropped(pixels, roi)
    return Presence(_texture(region), None if pose is None else _finder(pixels, pose))


def _texture(region: Gray) -> float:
    import cv2  # noqa: PLC0415 -- heavy

    raw = region.astype(np.float32)
    band = cv2.GaussianBlur(raw, (0, 0), _FINE_PIXELS) - cv2.GaussianBlur(raw, (0, 0), _COARSE_PIXELS)
    rim_y, rim_x = (round(side * _MIDDLE) for side in region.shape)
    band, raw = (one[rim_y : len(one) - rim_y, rim_x : one.shape[1] - rim_x] for one in (band, raw))
    if min(raw.shape) < 3:
        return 0.0
    across = np.abs(band[:, 2:] - band[:, :-2]).mean()
    down = np.abs(band[2:] - band[:-2]).mean()
    noise = float(np.median(np.abs(np.diff(raw, axis=1)))) / np.sqrt(2) / _MEDIAN_TO_SD
    return float(min(across, down) / (noise * _NOISE_LEFT + _LEAST))


def _finder(pixels: Gray, pose: Pose) -> float:
    import cv2  # noqa: PLC0415 -- heavy

    left, top, right, bottom = pose.region(pixels.shape[1], pixels.shape[0])
    if left >= right or top >= bottom:
        return 0.0
    near = pixels[top:bottom, left:right].astype(np.float32)
    blurred = np.asarray(cv2.GaussianBlur(near, (0, 0), max(0.5, 0.22 * pose.pitch)), np.float32)
    place, pattern = fitted(blurred, pose.moved(left, top))[0], fixed_pattern(pose.format, pose.size)
    x, y = (pattern.basis @ place.warp[axis] for axis in (0, 1))
    values = picture_at(blurred, x[None], y[None])[0].astype(np.float64)
    # Light and dark modules have the same weight in all, so the mean of the weighted pattern is nought.
    weights = np.abs(pattern.weights) / 2
    spread = values - weights @ values
    deviation = float(np.sqrt(weights @ spread**2))
    return float(pattern.weights @ spread / 2 / deviation) if deviation > 0 else 0.0
