"""Where a code of known size stands, to a fraction of a pixel, found by its finder alone.

The modules that never change (finder, clock tracks, quiet zone) are laid over the picture, shifted and turned through
all the play of the pose, and the place where their light modules are lightest and their dark ones darkest is where
the code stands. It takes no decoding, so it works where the decoder finds no code at all: dots that do not touch,
missing rows, faint or noisy print.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seriatim.symbols.matrix import layout_of
from seriatim.symbols.matrix.layout import DARK, FREE, LIGHT
from seriatim.symbols.reading.pose import Pose

__all__ = ["Fit", "Pattern", "fitted", "fixed_pattern", "module_basis", "picture_at"]

Points = NDArray[np.float32]
Warps = NDArray[np.float32]
"""Tries x 2 x 4: see :attr:`Fit.warp`."""

_COARSE_PITCH: Final = 2
"""Pixels per module of the search over all the play."""
_FINE: Final = 4
"""Its templates are drawn this much finer and then averaged."""
_COARSE_TURN_MODULES: Final = 0.5
"""One step of turning, in modules at the symbol's rim."""
_STARTS: Final = 3
"""Best places of the coarse search that are refined."""
_ROUNDS: Final = 7
_SHRINK: Final = 0.62
_FIRST_STEPS: Final = (0.4, 0.25, 0.25, 0.2) * 2
"""Modules at the rim by which each of the eight warps is tried first: for x and y each shift, width, height, trapezium."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """Modules whose colour is known."""

    basis: Points = field(repr=False)
    """Modules x 4: 1, a, b, ab with a, b from -1 to 1 across and down the symbol."""
    weights: Points = field(repr=False)
    """Modules: what each counts; light ones sum to 1, dark ones to -1."""


@dataclass(frozen=True, slots=True)
class Fit:
    """A symbol laid on the picture: point (a, b) lies at warp @ (1, a, b, ab)."""

    warp: Warps = field(repr=False)
    """2 x 4, a row each for x and y: centre, half of the width, half of the height, trapezium; pixels."""
    score: float
    """Mean of the known light modules less mean of the known dark ones, in gray levels."""

    def at(self, basis: Points) -> NDArray[np.float64]:
        """Picture coordinates (edge coordinates) of these modules: modules x 2."""
        return np.asarray(basis @ self.warp.T, np.float64)

    @property
    def corners(self) -> NDArray[np.float64]:
        return self.at(_basis(np.array([-1.0, 1, 1, -1]), np.array([-1.0, -1, 1, 1])))


def picture_at(image: NDArray[np.float32], x: Points, y: Points) -> Points:
    """Gray levels at (x, y) in edge coordinates, interpolated; rows x columns of points."""
    import cv2  # noqa: PLC0415 -- heavy

    half = np.float32(0.5)  # OpenCV counts pixel centres
    values = cv2.remap(image, x - half, y - half, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(values, np.float32)


def fitted(image: NDArray[np.float32], pose: Pose) -> list[Fit]:
    """The best places for a symbol of this pose, best first. `image`: blurred, rows x columns."""
    pattern = fixed_pattern(pose.format, pose.size)
    return refined(image, pattern, _coarse(image, pose), pose.pitch)


def refined(image: NDArray[np.float32], pattern: Pattern, warps: Warps, pitch: float) -> list[Fit]:
    """Ascent over the eight warps, all starts at once, best first.

    Each round tries a step both ways along each warp; what helps alone is tried together, and the best of all stays.
    """
    starts = len(warps)
    scores = _scores(image, pattern, warps)
    steps = np.array(_FIRST_STEPS, np.float32) * np.float32(pitch)
    for turn in range(_ROUNDS):
        moves = np.zeros((16, 8), np.float32)
        moves[np.arange(16), np.arange(16) % 8] = np.concatenate([steps, -steps]) * _SHRINK**turn
        singles = warps[:, None] + moves.reshape(1, 16, 2, 4)
        gains = _scores(image, pattern, singles.reshape(-1, 2, 4)).reshape(starts, 16) - scores[:, None]
        plus, minus = gains[:, :8], gains[:, 8:]
        sign = np.where(np.maximum(plus, minus) > 0, np.where(plus > minus, 1, -1), 0)
        together = warps + (sign * moves[:8].sum(axis=0)).reshape(-1, 2, 4).astype(np.float32)
        joint = _scores(image, pattern, together)
        best = gains.argmax(axis=1)
        alone = scores + gains.max(axis=1)
        for one in range(starts):
            if joint[one] > max(alone[one], scores[one]):
                warps[one], scores[one] = together[one], joint[one]
            elif alone[one] > scores[one]:
                warps[one], scores[one] = singles[one, best[one]], alone[one]
    return [Fit(warps[one], float(scores[one])) for one in np.argsort(-scores)]


def _coarse(image: NDArray[np.float32], pose: Pose) -> Warps:
    """The best shifts and turns within the play, by correlation with the finder at two pixels per module."""
    import cv2  # noqa: PLC0415 -- heavy

    nominal = _warp_of(pose.corners)
    rows, columns = pose.size
    play = int(np.ceil(pose.play_pixels / pose.pitch * _COARSE_PITCH))
    turns = _turns(pose.size, pose.turn_degrees)
    margin = play + _template_margin(pose.size, pose.turn_degrees)
    width, height = columns * _COARSE_PITCH + 2 * margin, rows * _COARSE_PITCH + 2 * margin
    # From the small upright picture to the large one, both in edge coordinates.
    x = (np.arange(width, dtype=np.float32) + 0.5 - width / 2) / (columns * _COARSE_PITCH / 2)
    y = (np.arange(height, dtype=np.float32) + 0.5 - height / 2) / (rows * _COARSE_PITCH / 2)
    grid = _basis(*np.meshgrid(x, y)) @ nominal.T
    small = picture_at(image, np.ascontiguousarray(grid[..., 0]), np.ascontiguousarray(grid[..., 1]))
    found = []
    for turn, template in zip(turns, _templates(pose.format, pose.size, pose.turn_degrees), strict=True):
        scores = cv2.matchTemplate(small, template, cv2.TM_CCORR)
        for _ in range(2):
            _, score, _, (left, top) = cv2.minMaxLoc(scores)
            shift = np.array(
                [left + template.shape[1] / 2 - width / 2, top + template.shape[0] / 2 - height / 2]
            )
            found.append((score, turn, shift / _COARSE_PITCH))
            scores[max(top - 2, 0) : top + 3, max(left - 2, 0) : left + 3] = -np.inf
    found.sort(key=lambda one: -one[0])
    return np.stack([_moved(nominal, pose.size, turn, shift) for _, turn, shift in found[:_STARTS]])


def _moved(nominal: Warps, size: tuple[int, int], turn: float, shift: NDArray[np.float64]) -> Warps:
    """The nominal warp, shifted by (x, y) modules of the symbol's own frame, then turned about its new centre."""
    rows, columns = size
    warp = nominal.astype(np.float64)
    turn *= np.sign(np.linalg.det(warp[:, 1:3]))  # a mirrored symbol turns the other way
    centre = warp[:, 0] + warp[:, 1] * shift[0] * 2 / columns + warp[:, 2] * shift[1] * 2 / rows
    cos, sin = np.cos(turn), np.sin(turn)
    turned = np.array([[cos, -sin], [sin, cos]]) @ warp
    turned[:, 0] = centre
    return turned.astype(np.float32)


def _turns(size: tuple[int, int], degrees: float) -> list[float]:
    step = np.rad2deg(_COARSE_TURN_MODULES / (max(size) / 2))
    count = int(np.ceil(degrees / step))
    return np.deg2rad(np.linspace(-degrees, degrees, 2 * count + 1)).tolist() if count else [0.0]


def _template_margin(size: tuple[int, int], degrees: float) -> int:
    """Pixels that the quiet zone and the turned corners need around the upright symbol."""
    return int(np.ceil((1 + np.sin(np.deg2rad(degrees)) * max(size) / 2) * _COARSE_PITCH)) + 1


@lru_cache(maxsize=32)
def _templates(form: str, size: tuple[int, int], degrees: float) -> tuple[NDArray[np.float32], ...]:
    """The finder at each turn, as weights: correlation gives the score."""
    import cv2  # noqa: PLC0415 -- heavy

    pattern = fixed_pattern(form, size)
    margin = _template_margin(size, degrees)
    rows, columns = size
    width, height = columns * _COARSE_PITCH + 2 * margin, rows * _COARSE_PITCH + 2 * margin
    a, b = pattern.basis[:, 1] * columns / 2, pattern.basis[:, 2] * rows / 2

    def template(turn: float) -> NDArray[np.float32]:
        cos, sin = np.cos(turn), np.sin(turn)
        x = ((cos * a - sin * b) * _COARSE_PITCH + width / 2) * _FINE
        y = ((sin * a + cos * b) * _COARSE_PITCH + height / 2) * _FINE
        dots = np.zeros((height * _FINE, width * _FINE), np.float32)
        np.add.at(dots, (np.floor(y).astype(int), np.floor(x).astype(int)), pattern.weights * _FINE**2)
        modules = cv2.blur(dots, (_COARSE_PITCH * _FINE, _COARSE_PITCH * _FINE))
        return np.asarray(cv2.resize(modules, (width, height), interpolation=cv2.INTER_AREA), np.float32)

    return tuple(template(turn) for turn in _turns(size, degrees))


def _scores(image: NDArray[np.float32], pattern: Pattern, warps: Warps) -> NDArray[np.float32]:
    across = pattern.basis.T
    return np.asarray(picture_at(image, warps[:, 0] @ across, warps[:, 1] @ across) @ pattern.weights)


def _warp_of(corners: NDArray[np.float64]) -> Warps:
    a, b, c, d = corners
    modes = np.stack([a + b + c + d, b + c - a - d, c + d - a - b, a + c - b - d]) / 4
    return np.ascontiguousarray(modes.T, np.float32)


def _basis(a: NDArray[np.float64], b: NDArray[np.float64]) -> Points:
    return np.stack([np.ones_like(a), a, b, a * b], axis=-1).astype(np.float32)


def module_basis(size: tuple[int, int], places: NDArray[np.float64]) -> Points:
    """Modules (row, column), counted from the symbol's top left one, as places of the warp."""
    rows, columns = size
    return _basis((2 * places[:, 1] + 1) / columns - 1, (2 * places[:, 0] + 1) / rows - 1)


@lru_cache(maxsize=64)
def fixed_pattern(form: str, size: tuple[int, int]) -> Pattern:
    """Finder, clock tracks and a quiet zone of one module."""
    fixed = np.pad(layout_of(form, size).fixed, 1, constant_values=LIGHT)
    places = np.argwhere(fixed != FREE)
    return pattern_of(size, places - 1, fixed[fixed != FREE] == DARK)


def pattern_of(size: tuple[int, int], places: NDArray[np.intp], dark: NDArray[np.bool_]) -> Pattern:
    """Both colours count the same, however many modules have them."""
    weights = np.where(dark, -1 / max(dark.sum(), 1), 1 / max((~dark).sum(), 1)).astype(np.float32)
    return Pattern(module_basis(size, places.astype(np.float64)), weights)
