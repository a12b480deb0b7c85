"""What is wrong with a picture in which no code was read, from the picture alone. Pure; guesses, and worded as such."""

from typing import Final

import numpy as np

from seriatim import symbols
from seriatim.symbols.images import Gray

TILES: Final = 4
"""Tiles along each side in which a code is looked for; they overlap by half."""
TILE_PIXELS_MIN: Final = 64
SIDE_SMALL: Final = 200
"""Pixels; at 5 pixels per module and with its quiet zone a code of 22 x 22 takes 120."""
RANGE_SMALL: Final = 40
"""Gray levels between the darkest and the lightest hundredth: below, hardly anything is printed."""
CLIPPED_MANY: Final = 0.05
EDGE_SOFT: Final = 0.2
"""Steepest step between neighbours as a share of the range; a sharp edge takes two or three pixels."""


def looks_like_a_code(pixels: Gray) -> bool:
    """Whether some part of the picture has the texture of a code; small print can look alike."""
    height, width = pixels.shape
    if min(height, width) < 2 * TILE_PIXELS_MIN:
        return symbols.presence(pixels, (0, 0, width, height)).is_there
    tile_x, tile_y = (max(side * 2 // (TILES + 1), TILE_PIXELS_MIN) for side in (width, height))
    return any(
        symbols.presence(pixels, (left, top, left + tile_x, top + tile_y)).is_there
        for top in _steps(height, tile_y)
        for left in _steps(width, tile_x)
    )


def _steps(side: int, tile: int) -> list[int]:
    return [(side - tile) * step // (TILES - 1) for step in range(TILES)]


def on_no_code(pixels: Gray, *, is_there: bool) -> tuple[str, tuple[str, ...]]:
    """Why nothing was read, and what to do, the likeliest first."""
    why = (
        "Something here has the texture of a code (small print looks alike), and no code can be read."
        if is_there
        else "Nothing in this picture looks like a code."
    )
    return why, tuple(_advice(pixels, is_there=is_there))


def _advice(pixels: Gray, *, is_there: bool) -> list[str]:
    darkest, lightest = (float(level) for level in np.percentile(pixels, (1, 99)))
    found: list[str] = []
    if min(pixels.shape) < SIDE_SMALL:
        found.append(
            f"The picture is small ({pixels.shape[1]} x {pixels.shape[0]} pixels): each module of the code needs 5 pixels or more."
        )
    if lightest - darkest < RANGE_SMALL:
        found.append(
            f"Light and dark differ by {lightest - darkest:.0f} of 255 gray levels only: more light, or the right place?"
        )
    elif _clipped(pixels) > CLIPPED_MANY and lightest > 250:
        found.append(
            f"{_clipped(pixels):.0%} of it is at full white: no flash, less exposure, no glare on the pack."
        )
    if lightest - darkest >= RANGE_SMALL and _steepest(pixels) < EDGE_SOFT * (lightest - darkest):
        found.append("No edge is sharp: focus on the code, hold the camera still.")
    if is_there:
        found.append("Show the whole code with an empty margin around it, straight from above.")
        found.append(
            "Is it of a kind that is graded: Data Matrix, QR Code, GS1-128, Code 128, ITF-14? No other is looked for."
        )
    else:
        found.append(
            "Bring the code to the middle, straight from above, so that it fills a third of the picture."
        )
    return found


def _clipped(pixels: Gray) -> float:
    return float((pixels == 255).mean())


def _steepest(pixels: Gray) -> float:
    """The step between neighbours that one pair in a thousand exceeds."""
    across = np.abs(np.diff(pixels.astype(np.int16), axis=1))
    down = np.abs(np.diff(pixels.astype(np.int16), axis=0))
    return max(float(np.percentile(across, 99.9)), float(np.percentile(down, 99.9)))
