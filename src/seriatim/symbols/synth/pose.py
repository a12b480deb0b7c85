"""Where things stand in a picture: one homography, and for round packs the bend before it.

Edge coordinates everywhere: the first pixel spans 0 to 1, the first module too.
"""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

__all__ = ["Matrix", "Points", "Pose", "level", "shifted", "tipped"]

Matrix = NDArray[np.float64]
"""3 x 3."""
Points = NDArray[np.float64]
"""n x 2."""


@dataclass(frozen=True, slots=True, eq=False)
class Pose:
    """From plane coordinates to pixels: a shift, turn and scale within the sheet, the bend of the sheet, the homography."""

    matrix: Matrix
    """From the sheet to pixels."""
    axis: float = 0.0
    """x of the sheet's line that lies nearest to the camera."""
    radius: float = float("inf")
    """Of the cylinder, in units of the sheet; infinite for a flat pack."""
    inner: Matrix = field(default_factory=lambda: np.eye(3))
    """From the plane in question (the modules of a code) to the sheet it is printed on."""

    @property
    def is_flat(self) -> bool:
        return bool(np.isinf(self.radius))

    @property
    def homography(self) -> Matrix:
        """From plane coordinates to pixels in one step; of a round pack, for the plane that touches it in front."""
        return np.asarray(self.matrix @ self.inner)

    def pixels(self, points: Points) -> Points:
        """Where points of the plane are seen."""
        sheet = np.column_stack([points, np.ones(len(points))]) @ self.inner.T
        sheet[:, 0] = self._bent(sheet[:, 0])
        seen = sheet @ self.matrix.T
        return np.asarray(seen[:, :2] / seen[:, 2:])

    def _bent(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        if self.is_flat:
            return x
        angle = ((x - self.axis) / self.radius).clip(-np.pi / 2, np.pi / 2)
        return np.asarray(self.axis + self.radius * np.sin(angle))

    def of(self, inner: Matrix) -> "Pose":
        """The pose of a plane within this one; `inner` is affine."""
        return replace(self, inner=self.inner @ inner)

    def finer(self, times: float, left: int, top: int) -> "Pose":
        """Seen in a window of the picture that begins at left, top and has `times` pixels for one."""
        outer = np.array([[times, 0, -left * times], [0, times, -top * times], [0, 0, 1]], np.float64)
        return replace(self, matrix=outer @ self.matrix)


def shifted(left: float, top: float) -> Matrix:
    """A plane whose zero lies at left, top."""
    return np.array([[1, 0, left], [0, 1, top], [0, 0, 1]], np.float64)


def level(pitch: float, stretch: float, angle_degrees: float, middle: Points, centre: Points) -> Matrix:
    """A turned and scaled plane whose point `middle` is seen at `centre`."""
    turn = np.deg2rad(angle_degrees)
    linear = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) @ np.diag(
        [pitch * stretch, pitch]
    )
    matrix = np.eye(3)
    matrix[:2, :2] = linear
    matrix[:2, 2] = centre - linear @ middle
    return matrix


def tipped(matrix: Matrix, about: Points, slope: tuple[float, float]) -> Matrix:
    """Seen at a slant: pixels at `about` stay, others move by the projective slope (per pixel) around it."""
    here = shifted(about[0], about[1])
    tip = np.array([[1, 0, 0], [0, 1, 0], [slope[0], slope[1], 1]], np.float64)
    return np.asarray(here @ tip @ np.linalg.inv(here) @ matrix)
