"""What lies around a label: board on a belt, crinkled film, a glass bottle. Drawn once, then reused."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seriatim.symbols.images import Gray
from seriatim.symbols.synth.scene import Backdrop

__all__ = ["backdrop"]

_SEED: Final = 2602
_FINER: Final = 2
_BELT, _CARTON, _PLAIN = 0.24, 0.35, 0.5

Shade = NDArray[np.float32]


@lru_cache(maxsize=8)
def backdrop(kind: Backdrop, width: int, height: int) -> Gray:
    """The surroundings as gray levels, width x height pixels; read-only. Drawn at twice the size, then averaged."""
    import cv2  # noqa: PLC0415 -- heavy

    rng = np.random.default_rng(np.random.SeedSequence(_SEED))
    fine = (_KINDS[kind](width * _FINER, height * _FINER, _FINER, rng) * 255).round().clip(0, 255)
    drawn = cv2.resize(fine, (width, height), interpolation=cv2.INTER_AREA)
    around = np.asarray(drawn.round(), np.uint8)
    around.setflags(write=False)
    return around


def _carton(width: int, height: int, finer: int, rng: np.random.Generator) -> Shade:
    """A belt with a fine grain, a carton across it with fibres and the faint ribs of its flutes."""
    shade = np.full((height, width), _BELT, np.float32)
    top, bottom = height * 16 // 100, height * 85 // 100
    ribs = 0.008 * np.sin(np.arange(width, dtype=np.float32) * np.float32(2 * np.pi / (14 * finer)))
    shade[top:bottom] = _CARTON + ribs
    shade[top : top + 2 * finer] += 0.05
    return (
        shade + _grain(width, height, finer * 2, rng) * np.float32(0.012) + _fibres(width, height, finer, rng)
    )


def _film(width: int, height: int, finer: int, rng: np.random.Generator) -> Shade:
    """Clear film over a gray pack: bright crinkles where it folds."""
    folds = np.zeros((height, width), np.float32)
    for size, weight in ((90, 1.0), (37, 0.5), (15, 0.25)):
        folds += _grain(width, height, size * finer, rng) * np.float32(weight)
    ridge = np.exp(-((folds * 5) ** 2))
    return np.asarray(0.3 + 0.03 * folds + 0.3 * ridge**4, np.float32)


def _glass(width: int, height: int, finer: int, rng: np.random.Generator) -> Shade:
    """An upright bottle: dark rims, and two long lights along it."""
    across = np.linspace(-1.25, 1.25, width, dtype=np.float32)
    body = 0.16 + 0.14 * np.sqrt((1 - across**2).clip(0, 1))
    for place, wide, light in ((-0.55, 0.05, 0.42), (0.72, 0.025, 0.25)):
        body = body + light * np.exp(-(((across - place) / wide) ** 2))
    body = np.where(np.abs(across) > 1, np.float32(0.08), body)
    return np.asarray(
        np.tile(body, (height, 1)) + _grain(width, height, finer * 3, rng) * np.float32(0.006), np.float32
    )


def _plain(width: int, height: int, finer: int, rng: np.random.Generator) -> Shade:  # noqa: ARG001 -- one signature for all
    return np.full((height, width), _PLAIN, np.float32)


def _grain(width: int, height: int, size: int, rng: np.random.Generator) -> Shade:
    """Soft noise with features of about `size` pixels and a standard deviation near 1."""
    import cv2  # noqa: PLC0415 -- heavy

    coarse = rng.standard_normal((height // size + 2, width // size + 2)).astype(np.float32)
    return np.asarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)


def _fibres(width: int, height: int, finer: int, rng: np.random.Generator) -> Shade:
    """Short light and dark hairs, as recycled board has them."""
    import cv2  # noqa: PLC0415 -- heavy

    hairs = np.zeros((height, width), np.float32)
    count = width * height // (finer**2 * 900)
    starts = rng.uniform(0, 1, (count, 2)) * (width, height)
    ends = starts + rng.normal(0, 4 * finer, (count, 2))
    for start, end, light in zip(
        starts.astype(int).tolist(), ends.astype(int).tolist(), rng.normal(0, 0.025, count), strict=True
    ):
        cv2.line(hairs, start, end, float(light), finer)
    return hairs


_KINDS: Final[Mapping[str, Callable[[int, int, int, np.random.Generator], Shade]]] = {
    "carton": _carton,
    "film": _film,
    "glass": _glass,
    "plain": _plain,
}
