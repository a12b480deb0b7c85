"""What light, lens and sensor do to a picture: each a pure function of gray levels, 0 to 255, linear.

Pictures are float32, rows x columns, so that nothing is rounded or clipped before the sensor does it.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from seriatim.symbols.images import Gray

__all__ = [
    "Picture",
    "banded",
    "blurred",
    "compressed",
    "curved",
    "digital",
    "fouled",
    "glare",
    "moved",
    "noisy",
    "shaded",
    "shadow",
    "vignette",
]

Picture = NDArray[np.float32]

_NOISE_MARGIN = 256
"""The tile of noise is that much larger than a picture; each frame takes it from another place."""
_RAISED_SEED = 2601


def shaded(
    picture: Picture, centre: tuple[float, float], across: tuple[float, float], slope: float
) -> Picture:
    """Light that changes evenly along the vector `across` (pixels), by `slope` of its mean over that length.

    Its brightest end gets all the light, so nothing is clipped; beyond the ends it stays as it is there.
    """
    length = float(np.hypot(*across))
    x = (np.arange(picture.shape[1], dtype=np.float32) + np.float32(0.5 - centre[0])) * np.float32(
        across[0] / length**2
    )
    y = (np.arange(picture.shape[0], dtype=np.float32) + np.float32(0.5 - centre[1])) * np.float32(
        across[1] / length**2
    )
    along = (x + y[:, None]).clip(-0.5, 0.5)
    return np.asarray(picture * ((1 + np.float32(slope) * along) / np.float32(1 + slope / 2)), np.float32)


def glare(
    picture: Picture, centre: tuple[float, float], sigmas: tuple[float, float], strength: float
) -> Picture:
    """A lamp mirrored in the surface: a bell of added light, `strength` of full white at its middle."""
    x, y = _offsets(picture, centre)
    bell = np.exp(-0.5 * (x / sigmas[0]) ** 2) * np.exp(-0.5 * (y / sigmas[1]) ** 2)[:, None]
    return np.asarray(picture + np.float32(255 * strength) * bell, np.float32)


def shadow(
    picture: Picture, centre: tuple[float, float], angle: float, depth: float, softness: float
) -> Picture:
    """The half of the picture behind a line through `centre` loses `depth` of its light, over a soft rim (pixels)."""
    x, y = _offsets(picture, centre)
    behind = x * np.float32(np.cos(angle)) + (y * np.float32(np.sin(angle)))[:, None]
    light = 1 - np.float32(depth) * (behind / np.float32(softness) + np.float32(0.5)).clip(0, 1)
    return np.asarray(picture * light, np.float32)


def vignette(picture: Picture, fall: float) -> Picture:
    """Less light towards the corners: there `fall` of it is lost."""
    height, width = picture.shape
    x, y = _offsets(picture, (width / 2, height / 2))
    far = (x / np.float32(width / 2)) ** 2 + ((y / np.float32(height / 2)) ** 2)[:, None]
    return np.asarray(picture * (1 - np.float32(fall / 2) * far), np.float32)


def _offsets(picture: Picture, centre: tuple[float, float]) -> tuple[Picture, Picture]:
    height, width = picture.shape
    x = np.arange(width, dtype=np.float32) + np.float32(0.5 - centre[0])
    return x, np.arange(height, dtype=np.float32) + np.float32(0.5 - centre[1])


def blurred(picture: Picture, sigma: float) -> Picture:
    """A Gaussian of `sigma` pixels."""
    import cv2  # noqa: PLC0415 -- heavy

    if sigma < 0.05:
        return picture
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma), np.float32)


def moved(picture: Picture, pixels: float) -> Picture:
    """A box of `pixels` along the rows: the belt ran while the shutter was open."""
    import cv2  # noqa: PLC0415 -- heavy

    reach = int(np.ceil((pixels - 1) / 2)) if pixels > 1 else 1
    steps = np.arange(-reach, reach + 1)
    share = (np.minimum(steps + 0.5, pixels / 2) - np.maximum(steps - 0.5, -pixels / 2)).clip(0)
    kernel = (share / share.sum()).astype(np.float32)[None]
    return np.asarray(cv2.filter2D(picture, -1, kernel, borderType=cv2.BORDER_REPLICATE), np.float32)


def fouled(picture: Picture, haze: float, drops: float, rng: np.random.Generator) -> Picture:
    """A veil of stray light (`haze` of each pixel becomes the mean of all), and `drops` blurred dark spots."""
    import cv2  # noqa: PLC0415 -- heavy

    height, width = picture.shape
    small = np.ones((height // 4 + 1, width // 4 + 1), np.float32)
    for order in range(16):
        place, size, depth = (
            rng.uniform(0, 1, 2),
            float(rng.uniform(0.01, 0.05)),
            float(rng.uniform(0.3, 0.7)),
        )
        strength = min(1.0, max(0.0, drops - order)) * depth
        if strength > 0:
            centre = (round(float(place[0]) * width / 4), round(float(place[1]) * height / 4))
            mark = np.zeros_like(small)
            cv2.circle(mark, centre, max(1, round(size * width / 4)), strength, -1)
            small *= 1 - cv2.GaussianBlur(mark, (0, 0), max(0.5, size * width / 10))
    veil = np.float32(haze) * picture.mean(dtype=np.float64).astype(np.float32)
    seen = picture * np.asarray(
        cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR), np.float32
    )
    return np.asarray(seen * np.float32(1 - haze) + veil, np.float32)


def noisy(picture: Picture, sigma: float, rng: np.random.Generator) -> Picture:
    """Gaussian noise out of a large fixed tile, at a random place: as good as fresh noise, ten times cheaper."""
    height, width = picture.shape
    x, y = rng.integers(0, _NOISE_MARGIN, 2, endpoint=True).tolist()
    if sigma == 0:
        return picture
    import cv2  # noqa: PLC0415 -- heavy

    tile = _noise_tile(width, height)[y : y + height, x : x + width]
    return np.asarray(cv2.scaleAdd(tile, sigma, picture), np.float32)


@lru_cache(maxsize=2)
def _noise_tile(width: int, height: int) -> Picture:
    rng = np.random.default_rng(np.random.SeedSequence(_RAISED_SEED))
    tile = rng.standard_normal((height + _NOISE_MARGIN, width + _NOISE_MARGIN), np.float32)
    tile.setflags(write=False)
    return tile


def banded(picture: Picture, sigma: float, rng: np.random.Generator) -> Picture:
    """Each row of the sensor with an offset of its own (standard deviation `sigma`)."""
    offsets = rng.standard_normal((picture.shape[0], 1), np.float32) * np.float32(sigma)
    return np.asarray(picture + offsets, np.float32)


def curved(picture: Picture, exponent: float) -> Picture:
    """A camera that answers with light to the power of `exponent`."""
    return np.asarray(255 * (picture.clip(0, 255) / 255) ** np.float32(exponent), np.float32)


def digital(picture: Picture) -> Gray:
    """Rounded and clipped to 8 bits: what the sensor hands over."""
    import cv2  # noqa: PLC0415 -- heavy

    return np.asarray(cv2.convertScaleAbs(np.maximum(picture, 0)), np.uint8)


def compressed(image: Gray, quality: int) -> Gray:
    """Through a JPEG and back."""
    import cv2  # noqa: PLC0415 -- heavy

    done, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    assert done, "OpenCV could not write a JPEG"
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), np.uint8)
