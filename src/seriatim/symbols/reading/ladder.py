"""Stages 1 and 2: the picture as it is, then a ladder of cheap variants of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import zxingcpp

from seriatim.symbols import limits
from seriatim.symbols.images import Gray
from seriatim.symbols.reading.decoder import GLOBAL, LOCAL, Decoder
from seriatim.symbols.reading.result import Read

__all__ = ["Step", "fast_steps", "ladder_steps"]

_MEGAPIXEL: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Step:
    """One look at one variant of the picture."""

    cost_ms: float
    """What it takes on a picture of nothing but texture, when all formats are looked for."""
    look: Callable[[], list[Read]]


def fast_steps(pixels: Gray, decoder: Decoder, *, small_modules: bool = False) -> Iterator[Step]:
    """Stage 1: one threshold for all, then one for each place; both enlarged when modules have hardly 3 pixels."""
    size = pixels.size / _MEGAPIXEL
    if small_modules and pixels.size <= limits.DOUBLED_PIXELS_MAX:
        yield Step(116 * size, lambda: decoder(_doubled(pixels), LOCAL, "fast", scale=2))
        return
    yield Step(8 * size, lambda: decoder(pixels, GLOBAL, "fast", rotate=False))
    yield Step(29 * size, lambda: decoder(pixels, LOCAL, "fast"))


def ladder_steps(pixels: Gray, decoder: Decoder) -> Iterator[Step]:
    """Stage 2: variants in the order of their yield; costs are the milliseconds per megapixel measured on noise."""
    size = pixels.size / _MEGAPIXEL

    def step(
        cost: float,
        variant: Callable[[Gray], Gray],
        binarizer: zxingcpp.Binarizer,
        *,
        scale: float = 1,
        thorough: bool = False,
    ) -> Step:
        def look() -> list[Read]:
            return decoder(variant(pixels), binarizer, "ladder", scale=scale, thorough=thorough)

        return Step(cost * size, look)

    yield step(35, _as_it_is, GLOBAL, thorough=True)
    yield step(74, _as_it_is, LOCAL, thorough=True)
    yield step(16, _smooth, GLOBAL)
    yield step(30, _smooth, LOCAL)
    if pixels.size <= limits.DOUBLED_PIXELS_MAX:
        yield step(300, _doubled, LOCAL, scale=2, thorough=True)
        yield step(120, _joined, LOCAL, scale=2)
    yield step(30, _opened, LOCAL)


def _as_it_is(pixels: Gray) -> Gray:
    return pixels


def _doubled(pixels: Gray) -> Gray:
    import cv2  # noqa: PLC0415 -- heavy: clean frames never come here

    return np.asarray(cv2.resize(pixels, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC), np.uint8)


def _smooth(pixels: Gray) -> Gray:
    import cv2  # noqa: PLC0415 -- heavy

    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), 1.3), np.uint8)


def _joined(pixels: Gray) -> Gray:
    """Dots that do not touch grow together."""
    import cv2  # noqa: PLC0415 -- heavy

    return np.asarray(cv2.erode(_doubled(pixels), np.ones((5, 5), np.uint8)), np.uint8)


def _opened(pixels: Gray) -> Gray:
    """Light specks vanish, modules that touch at a corner part."""
    import cv2  # noqa: PLC0415 -- heavy

    return np.asarray(cv2.morphologyEx(pixels, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)), np.uint8)
