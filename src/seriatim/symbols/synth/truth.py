"""What is really in a frame, to the last digit, so that a reader or a grader can be judged against it.

Coordinates are edge coordinates in pixels: the first pixel spans 0 to 1. Modules count from the symbol's top left.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from seriatim.symbols.encode import Symbol
from seriatim.symbols.images import Gray
from seriatim.symbols.synth.damage import Damage
from seriatim.symbols.synth.expected import Expected
from seriatim.symbols.synth.pose import Matrix, Points, Pose

__all__ = ["CodeTruth", "Frame", "Role", "Truth"]

Role = Literal["code", "other", "neighbour"]
"""The code in question, another one on the same label, one on a pack beside it."""


@dataclass(frozen=True, slots=True)
class CodeTruth:
    """One code in the frame."""

    symbol: Symbol
    """Content and intended modules."""
    role: Role
    present: bool
    """False when the code was left out (`absent`)."""
    pose: Pose = field(compare=False)
    """From module coordinates (x, y, origin at the symbol's top left corner) to pixels."""
    height: float
    """Depth of the symbol in modules; differs from its rows only for linear symbols."""
    coverage: NDArray[np.float64] = field(compare=False)
    """Rows x columns: ink in a disc of 0.8 module at each module's place, 0 to 1, on the paper, before any optics."""
    damage: Damage
    """What the print gets wrong: modules, codewords, unused error correction."""
    dead_lines: tuple[float, ...] = ()
    """Upper edges of lines without ink, each a third of a module high, in modules from the top of the code as it lies on
    the label."""

    @property
    def homography(self) -> Matrix:
        """3 x 3 from module coordinates to pixels; of a round pack, the plane that touches it in front."""
        return self.pose.homography

    @property
    def corners(self) -> Points:
        """4 x 2 pixels: top left, top right, bottom right, bottom left; exact on round packs too."""
        width = self.symbol.size[1]
        return self.pose.pixels(
            np.array([(0, 0), (width, 0), (width, self.height), (0, self.height)], np.float64)
        )

    @property
    def pixels_per_module(self) -> float:
        """In the middle of the symbol, mean of both directions."""
        middle = np.array([self.symbol.size[1] / 2, self.height / 2])
        steps = self.pose.pixels(middle + np.array([(-0.5, 0), (0.5, 0), (0, -0.5), (0, 0.5)]))
        across, down = steps[1] - steps[0], steps[3] - steps[2]
        return float(np.sqrt(abs(across[0] * down[1] - across[1] * down[0])))

    def place(self, points: Points) -> Points:
        """Pixels of n x 2 points in module coordinates."""
        return self.pose.pixels(np.asarray(points, np.float64))

    def _cylinder(self) -> dict[str, Any] | None:
        """In modules: the radius, and two points of the line that lies nearest to the camera."""
        if self.pose.is_flat:
            return None
        inner = self.pose.inner
        ends = np.linalg.inv(inner) @ np.array([[self.pose.axis] * 2, [inner[1, 2], inner[1, 2] + 1], [1, 1]])
        per_module = float(np.sqrt(abs(np.linalg.det(inner))))
        return {"radius": self.pose.radius / per_module, "axis": ends[:2].T.tolist()}

    def as_json(self) -> dict[str, Any]:
        """Plain values, ready for `json.dumps`."""
        symbol = self.symbol
        return {
            "text": symbol.text,
            "format": symbol.format,
            "symbology_id": symbol.symbology_id,
            "size": list(symbol.size),
            "role": self.role,
            "present": self.present,
            "pixels_per_module": self.pixels_per_module,
            "corners": self.corners.tolist(),
            "homography": self.homography.tolist(),
            "cylinder": self._cylinder(),
            "modules": ["".join("#" if dark else "." for dark in row) for row in symbol.modules],
            "wrong_modules": [list(place) for place in self.damage.modules],
            "wrong_fixed_modules": [list(place) for place in self.damage.fixed_modules],
            "dark_quiet_modules": [list(place) for place in self.damage.quiet_modules],
            "wrong_codewords": list(self.damage.codewords),
            "unused_error_correction": self.damage.unused_error_correction,
            "repairable": self.damage.repairable,
            "dead_lines": list(self.dead_lines),
        }


@dataclass(frozen=True, slots=True)
class Truth:
    """What is really in a frame; the short names speak of the code in question."""

    seed: int
    effects: Mapping[str, float]
    """Severities as they were asked for."""
    amounts: Mapping[str, float]
    """The same as physical quantities, `effect.quantity`; what each means stands in :mod:`.effects`."""
    angle_degrees: float
    pitch: float
    """Pixels per module that were asked for."""
    codes: tuple[CodeTruth, ...]
    """The code in question first, then others on its label, then those of neighbours."""
    expected: Mapping[str, Expected]
    """What a perfect grader measures, where that follows from the amounts."""

    @property
    def code(self) -> CodeTruth:
        return self.codes[0]

    @property
    def text(self) -> str:
        return self.code.symbol.text

    @property
    def format(self) -> str:
        return self.code.symbol.format

    @property
    def symbology_id(self) -> str:
        return self.code.symbol.symbology_id

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns of modules."""
        return self.code.symbol.size

    @property
    def present(self) -> bool:
        return self.code.present

    @property
    def homography(self) -> Matrix:
        return self.code.homography

    @property
    def corners(self) -> Points:
        return self.code.corners

    def as_json(self) -> dict[str, Any]:
        """Plain values, ready for `json.dumps`."""
        return {
            "text": self.text,
            "format": self.format,
            "symbology_id": self.symbology_id,
            "size": list(self.size),
            "present": self.present,
            "seed": self.seed,
            "effects": dict(self.effects),
            "amounts": dict(self.amounts),
            "pitch": self.pitch,
            "angle_degrees": self.angle_degrees,
            "homography": self.homography.tolist(),
            "corners": self.corners.tolist(),
            "expected": {name: one.as_json() for name, one in self.expected.items()},
            "codes": [code.as_json() for code in self.codes],
        }


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture and the truth about it."""

    image: Gray
    """Rows x columns, 8-bit linear gray, read-only."""
    truth: Truth
