"""What a line knows before it looks: which code stands where, but for some play."""

from dataclasses import dataclass, field, replace
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from seriatim.symbols import limits
from seriatim.symbols.errors import SymbolError
from seriatim.symbols.matrix import datamatrix, qr
from seriatim.symbols.reading.result import Read

__all__ = ["Pose"]

_MARGIN_MODULES: Final = 4
"""Quiet zone, and neighbours that the guided stage samples, around the code."""


@dataclass(frozen=True, slots=True)
class Pose:
    """Where a code of known kind should stand, taught in or from the last good frame, and how far it may stray."""

    format: str
    """datamatrix or qrcode."""
    size: tuple[int, int]
    """Rows and columns of modules."""
    corners: NDArray[np.float64] = field(repr=False)
    """4 x 2 picture coordinates (x, y) in pixels, in the order of :attr:`Read.corners`."""
    play_pixels: float = 12.0
    """How far the centre may be off, each way and axis."""
    turn_degrees: float = 6.0
    """How far it may be turned, either way."""

    def __post_init__(self) -> None:
        if self.format == "datamatrix" and self.size not in datamatrix.SIZES:
            raise SymbolError(f"there is no Data Matrix of {self.size[0]}x{self.size[1]}", code="pose")
        if self.format == "qrcode":
            qr.version_of(self.size)
        elif self.format != "datamatrix":
            raise SymbolError(f"a pose is known for datamatrix and qrcode, not {self.format}", code="pose")
        if self.corners.shape != (4, 2) or not np.isfinite(self.corners).all() or self.pitch < 1:
            raise SymbolError("a pose needs four corners at least a pixel per module apart", code="pose")
        if not (0 <= self.play_pixels <= limits.PLAY_MODULES_MAX * self.pitch):
            raise SymbolError(f"a code may stray by {limits.PLAY_MODULES_MAX} modules at most", code="pose")
        if not (0 <= self.turn_degrees <= limits.TURN_DEGREES_MAX):
            raise SymbolError(
                f"a code may be turned by {limits.TURN_DEGREES_MAX} degrees at most", code="pose"
            )

    @classmethod
    def of(cls, read: Read, *, play_pixels: float = 12.0, turn_degrees: float = 6.0) -> Self:
        """The pose of a good read, for the frames that follow it."""
        if read.size is None:
            raise SymbolError(f"a {read.format} has no pose", code="pose")
        return cls(read.format, read.size, read.corners, play_pixels, turn_degrees)

    @property
    def pitch(self) -> float:
        """Pixels per module, the mean over both axes."""
        a, b, c, d = self.corners
        rows, columns = self.size
        across = np.hypot(*(b - a)) + np.hypot(*(c - d))
        down = np.hypot(*(d - a)) + np.hypot(*(c - b))
        return float(across / columns + down / rows) / 4

    def moved(self, x: float, y: float) -> "Pose":
        """The same pose in a picture whose origin lies at (x, y) of this one."""
        return replace(self, corners=self.corners - (x, y))

    def region(self, width: int, height: int) -> tuple[int, int, int, int]:
        """Left, top, right, bottom of what the code may touch, quiet zone included, within a picture of this size."""
        side = np.sin(np.deg2rad(self.turn_degrees)) * max(self.size) / 2
        reach = self.play_pixels + (side + _MARGIN_MODULES) * self.pitch
        left, top = np.floor(self.corners.min(axis=0) - reach).astype(int).tolist()
        right, bottom = np.ceil(self.corners.max(axis=0) + reach).astype(int).tolist()
        return max(left, 0), max(top, 0), min(right, width), min(bottom, height)
