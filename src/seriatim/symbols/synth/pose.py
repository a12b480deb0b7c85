"""Where things stand in a picture: one homography, and for round packs the bend before it.

Edge coordinates everywhere: the first pixel spans 0 to 1, the first module too.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

__all__ = ["Matrix", "Points", "Pose"]

Matrix = NDArray[np.float64]
"""3 x 3."""
Points = NDArray[np.float64]
"""n x 2."""


@dataclass(frozen=True, slots=True, eq=False)
class Pose:
    """From plane coordinates to pixels: first the bend around an upright axis, then the homography."""

    matrix: Matrix
    axis: float = 0.0
    """x of the line that lies nearest to the camera."""
    radius: float = float("inf")
    """Of the cylinder, in plane units; infinite for a flat pack."""

    @property
    def is_flat(self) -> bool:
        return bool(np.isinf(self.radius))

    def pixels(self, points: Points) -> Points:
        """Where points of the plane are seen."""
        bent = np.column_stack([self._bent(points[:, 0]), points[:, 1], np.ones(len(points))])
        seen = bent @ self.matrix.T
        return np.asarray(seen[:, :2] / seen[:, 2:])

    def _bent(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        if self.is_flat:
            return x
        angle = ((x - self.axis) / self.radius).clip(-np.pi / 2, np.pi / 2)
        return np.asarray(self.axis + self.radius * np.sin(angle))

    def of(self, scale: tuple[float, float], origin: tuple[float, float]) -> "Pose":
        """The same place for another plane whose unit is `scale` of ours and whose zero lies at `origin` of ours.

        A bent plane keeps its bend only when both scales are equal along x.
        """
        inner = np.array([[scale[0], 0, origin[0]], [0, scale[1], origin[1]], [0, 0, 1]], np.float64)
        return replace(
            self,
            matrix=self.matrix @ inner,
            axis=(self.axis - origin[0]) / scale[0],
            radius=self.radius / scale[0],
        )

    def finer(self, times: float, left: int, top: int) -> "Pose":
        """Seen in a window of the picture that begins at left, top and has `times` pixels for one."""
        outer = np.array([[times, 0, -left * times], [0, times, -top * times], [0, 0, 1]], np.float64)
        return replace(self, matrix=outer @ self.matrix)


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
    here = np.array([[1, 0, about[0]], [0, 1, about[1]], [0, 0, 1]], np.float64)
    tip = np.array([[1, 0, 0], [0, 1, 0], [slope[0], slope[1], 1]], np.float64)
    return np.asarray(here @ tip @ np.linalg.inv(here) @ matrix)
