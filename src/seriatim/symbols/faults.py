"""What goes wrong in print: bands, weak ink, holes, scratches, each from hardly visible (0) to ruined (1).

Each fault changes the ink coverage of a code's window in place: rows x columns of dots, 0 paper to 255 full ink.
"""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from seriatim.symbols.images import Gray

__all__ = ["PRINT_FAULTS"]


def dead_nozzle(ink: Gray, severity: float, dots: int, rng: np.random.Generator) -> None:
    """Light bands along the travel: 1 to 7 of them, from a hairline up to one and a half modules high."""
    bands = 1 + round(6 * severity**2)
    height = max(1, round(dots * (0.08 + 1.42 * severity**2)))
    room = ink.shape[0] / bands
    for band in range(bands):
        top = int(band * room + rng.uniform(0, max(1.0, room - height)))
        ink[top : top + height] = 0


def ink_loss(ink: Gray, severity: float, dots: int, rng: np.random.Generator) -> None:
    """Modules shrink by up to a quarter and fade by up to a third; from 0.3 on patches stay bare, at last half the area."""
    import cv2  # noqa: PLC0415 -- heavy

    shrink = round(dots * 0.25 * severity)
    if shrink:
        ink[:] = cv2.erode(ink, np.ones((shrink + 1, shrink + 1), np.uint8), borderValue=0)
    ink[:] = (ink * (1 - 0.3 * severity)).astype(np.uint8)
    if severity > 0.3:
        coarse = rng.uniform(0, 1, (10, 10)).astype(np.float32)
        supply = np.asarray(cv2.resize(coarse, ink.shape[::-1], interpolation=cv2.INTER_CUBIC))
        ink[supply < np.quantile(supply[::dots, ::dots], 0.5 * ((severity - 0.3) / 0.7) ** 1.5)] = 0


def voids(ink: Gray, severity: float, dots: int, rng: np.random.Generator) -> None:
    """Round holes in the ink, more and larger with severity."""
    _blots(ink, severity, dots, rng, ink_value=0)


def scratch(ink: Gray, severity: float, dots: int, rng: np.random.Generator) -> None:
    """1 to 6 straight scratches across the code that take the ink off, up to half a module wide."""
    import cv2  # noqa: PLC0415 -- heavy

    height, width = ink.shape
    for _ in range(1 + round(5 * severity**2)):
        a, b = rng.uniform(0, 1, (2, 2))
        start = (int(a[0] * width), 0) if rng.random() < 0.5 else (0, int(a[1] * height))
        end = (int(b[0] * width), height) if rng.random() < 0.5 else (width, int(b[1] * height))
        cv2.line(ink, start, end, 0, max(1, round(dots * (0.05 + 0.45 * severity**2))), cv2.LINE_AA)


def _blots(ink: Gray, severity: float, dots: int, rng: np.random.Generator, *, ink_value: int) -> None:
    import cv2  # noqa: PLC0415 -- heavy

    modules = ink.size / dots**2
    count = max(1, round(modules * 0.35 * severity**1.5))
    places = rng.uniform(0, 1, (count, 2)) * ink.shape[::-1]
    radii = dots * (0.08 + 0.67 * severity**2 * rng.uniform(0.5, 1, count))
    for (x, y), radius in zip(places.tolist(), radii.tolist(), strict=True):
        cv2.circle(ink, (round(x), round(y)), max(1, round(radius)), ink_value, -1)


PRINT_FAULTS: Final[Mapping[str, Callable[[Gray, float, int, np.random.Generator], None]]] = {
    "dead_nozzle": dead_nozzle,
    "ink_loss": ink_loss,
    "voids": voids,
    "scratch": scratch,
}
"""Name to fault, in the order in which they are applied."""
