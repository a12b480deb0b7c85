"""A renderer whose geometry is known exactly: what the grader must measure is what was put in.

Every pixel is the mean of many points, 50 to a module's side; a turn of a few degrees dithers what is left; each point looks up its module by the inverse of the pose, so no image warp
shifts an edge. Coordinates are edge coordinates: the first pixel spans 0 to 1.
"""

from dataclasses import dataclass, field

import cv2
import numpy as np

from seriatim import symbols
from seriatim.symbols.read import Read

DARK, LIGHT = 0.08, 0.86


@dataclass(frozen=True)
class Print:
    """How the symbol is printed and held; lengths in modules unless said otherwise."""

    pitch: float = 5.0
    angle: float = 0.0
    stretch: float = 1.0
    """Along x."""
    growth: tuple[float, float] = (0.0, 0.0)
    column_shifts: np.ndarray | None = None
    """Shift of each vertical grid line."""
    row_shifts: np.ndarray | None = None
    perspective: tuple[float, float] = (0.0, 0.0)
    offset: tuple[float, float] = (0.0, 0.0)
    """Pixels."""
    dark: float = DARK
    light: float = LIGHT
    blur: float = 0.6
    """Pixels."""
    noise: float = 0.0
    quiet: float = 4.0
    seed: int = 1
    marks: tuple = field(default=())
    """Rectangles (left, top, right, bottom, reflectance) in module coordinates, painted over the print."""


def homography(rows: int, columns: int, how: Print) -> tuple[np.ndarray, int, int]:
    """Module coordinates to pixels, and the picture's width and height."""
    turn = np.deg2rad(how.angle)
    linear = (
        how.pitch
        * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
        @ np.diag([how.stretch, 1])
    )
    reach = how.pitch * (np.hypot(rows, columns * how.stretch) / 2 + how.quiet * 1.5)
    side = int(np.ceil(2 * reach))
    centre = np.array([side, side]) / 2 + how.offset
    to_centre = np.array([[1, 0, -columns / 2], [0, 1, -rows / 2], [0, 0, 1.0]])
    pose = np.eye(3)
    pose[:2, :2], pose[:2, 2] = linear, centre
    tilt = np.array([[1, 0, 0], [0, 1, 0], [*how.perspective, 1.0]])
    return pose @ tilt @ to_centre, side, side


def picture(modules: np.ndarray, how: Print = Print()) -> np.ndarray:
    """The symbol (rows x columns, dark is True) as 8-bit gray."""
    rows, columns = modules.shape
    fine = max(2, round(50 / how.pitch))
    matrix, width, height = homography(rows, columns, how)
    fine_y, fine_x = (np.mgrid[: height * fine, : width * fine].astype(np.float32) + 0.5) / fine
    inverse = np.linalg.inv(matrix)
    depth = inverse[2, 0] * fine_x + inverse[2, 1] * fine_y + inverse[2, 2]
    u = (inverse[0, 0] * fine_x + inverse[0, 1] * fine_y + inverse[0, 2]) / depth
    v = (inverse[1, 0] * fine_x + inverse[1, 1] * fine_y + inverse[1, 2]) / depth
    ink = np.where(_dark(modules, u, v, how), how.dark, how.light)
    for left, top, right, bottom, reflectance in how.marks:
        ink[(u >= left) & (u < right) & (v >= top) & (v < bottom)] = reflectance
    coarse = ink.reshape(height, fine, width, fine).mean(axis=(1, 3)) * 255
    if how.blur:
        coarse = cv2.GaussianBlur(coarse, (0, 0), how.blur)
    if how.noise:
        coarse = coarse + np.random.default_rng(how.seed).normal(0, how.noise, coarse.shape)
    return np.clip(np.round(coarse), 0, 255).astype(np.uint8)


def _dark(modules: np.ndarray, u: np.ndarray, v: np.ndarray, how: Print) -> np.ndarray:
    """Whether each point is inked, dark modules grown by half the growth on each side."""
    rows, columns = modules.shape
    u, v = _unshift(u, how.column_shifts, columns), _unshift(v, how.row_shifts, rows)
    gx, gy = how.growth
    padded = np.pad(modules, 1)

    def at(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        inside_x = np.clip(np.floor(x).astype(int) + 1, 0, columns + 1)
        inside_y = np.clip(np.floor(y).astype(int) + 1, 0, rows + 1)
        return padded[inside_y, inside_x]

    across, down = (np.logical_or if growth >= 0 else np.logical_and for growth in (gx, gy))

    def stretched(x: np.ndarray) -> np.ndarray:
        return down(at(x, v - gy / 2), at(x, v + gy / 2))

    return across(stretched(u - gx / 2), stretched(u + gx / 2))


def _unshift(places: np.ndarray, shifts: np.ndarray | None, lines: int) -> np.ndarray:
    if shifts is None:
        return places
    known = np.arange(lines + 1)
    return np.interp(
        places,
        np.concatenate([[-9], known + shifts, [lines + 9]]),
        np.concatenate([[-9], known, [lines + 9]]),
    )


def as_read(
    symbol: symbols.Symbol, how: Print = Print(), *, wobble: float = 0.0, seed: int = 0, **changes: object
) -> Read:
    """What a decoder would answer: the true corners, moved by up to `wobble` pixels."""
    rows, columns = symbol.size
    matrix, _, _ = homography(rows, columns, how)
    corners = np.array([(0, 0, 1), (columns, 0, 1), (columns, rows, 1), (0, rows, 1)], float) @ matrix.T
    points = corners[:, :2] / corners[:, 2:]
    points = points + np.random.default_rng(seed).uniform(-wobble, wobble, points.shape)
    values = {
        "text": symbol.text, "data": symbol.data, "format": symbol.format, "symbology_id": symbol.symbology_id,
        "corners": points, "method": "fast", "uec": 1.0, "milliseconds": 0.0, "size": symbol.size,
    } | changes  # fmt: skip
    return Read(**values)
