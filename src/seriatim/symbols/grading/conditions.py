"""How a picture was taken: light, camera and calibration. A grade without these means little, so each carries them.

>>> Conditions().wording
'ISO/IEC 15415 method, uncalibrated, process-control grade'
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from seriatim.symbols.errors import SymbolError

__all__ = ["TILT_DEGREES_MAX", "Calibration", "Conditions"]

TILT_DEGREES_MAX: Final = 5.0
"""Beyond this a camera measures its own tilt as axial non-uniformity."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """A station, calibrated once with a reflectance card and a printed grid. Frozen: a new calibration is a new record.

    Raises `SymbolError` `tilt` for a camera that stands more than 5 degrees off, `calibration` for impossible levels.
    """

    id: str
    """As written on the station's record."""
    made_on: date
    card: str = ""
    """The reflectance card it was made with: type and serial number."""
    dark_level: float = 0.0
    """Gray level of no light at all."""
    white_level: float = 255.0
    """Gray level of reflectance 1; reflectance = (gray - dark) / (white - dark)."""
    mm_per_pixel: float | None = None
    """Where the camera looks straight down and one figure says it all."""
    plane: NDArray[np.float64] | None = field(default=None, repr=False, compare=False)
    """3 x 3 homography from pixels (edge coordinates) to mm on the pack, from a printed grid."""
    plane_at: tuple[float, float] = (0.0, 0.0)
    """The pixel at which tilt and scale of the plane are judged: the middle of the picture."""

    def __post_init__(self) -> None:
        if not self.white_level - self.dark_level > 1:
            raise SymbolError(
                f"calibration {self.id}: white level {self.white_level} must lie above dark level {self.dark_level}",
                code="calibration",
            )
        if self.tilt_degrees > TILT_DEGREES_MAX:
            raise SymbolError(
                f"calibration {self.id}: the camera stands {self.tilt_degrees:.1f} degrees off, at most "
                f"{TILT_DEGREES_MAX:g} can be graded; set it straight and calibrate again",
                code="tilt",
            )

    @property
    def tilt_degrees(self) -> float:
        """How far the camera stands off the perpendicular: the plane is squeezed by the cosine of it."""
        if self.plane is None:
            return 0.0
        wide, narrow = np.linalg.svd(self._jacobian(), compute_uv=False)
        return float(np.degrees(np.arccos(min(narrow / wide, 1.0))))

    @property
    def pixel_mm(self) -> float | None:
        """Size of a pixel on the pack; None when only reflectance was calibrated."""
        if self.plane is None:
            return self.mm_per_pixel
        return float(np.sqrt(abs(np.linalg.det(self._jacobian()))))

    def _jacobian(self) -> NDArray[np.float64]:
        """How many mm a pixel spans near the middle of the picture, as a 2 x 2 matrix."""
        assert self.plane is not None
        x, y = self.plane_at
        u, v, w = self.plane @ (x, y, 1.0)
        h = self.plane
        rows = np.array([
            [h[0, 0] * w - u * h[2, 0], h[0, 1] * w - u * h[2, 1]],
            [h[1, 0] * w - v * h[2, 0], h[1, 1] * w - v * h[2, 1]],
        ])  # fmt: skip
        return np.asarray(rows / w**2, np.float64)

    def as_json(self) -> dict[str, Any]:
        """The record, ready for `json.dumps`."""
        return {
            "id": self.id,
            "made_on": self.made_on.isoformat(),
            "card": self.card,
            "dark_level": self.dark_level,
            "white_level": self.white_level,
            "mm_per_pixel": self.pixel_mm,
            "tilt_degrees": round(self.tilt_degrees, 2),
        }


@dataclass(frozen=True, slots=True)
class Conditions:
    """What the station says of light, camera and print."""

    wavelength: int | Literal["W"] = 660
    """Peak of the light in nm, or W for white."""
    angle: int = 45
    """Degrees between light and pack."""
    sides: Literal["Q", "T", "S"] = "Q"
    """Light from four, two, or one side."""
    x_mm: float | None = None
    """X as the recipe prints it, in mm; None: the aperture is then known in modules only."""
    aperture_x_mm: float | None = None
    """The smallest X the application allows, from which the aperture follows; None: `x_mm`."""
    calibration: Calibration | None = None
    linear_camera: bool = True
    """The camera's word that gamma, sharpening, JPEG and automatic exposure are off."""
    direct_mark: bool = False
    """A mark in the material itself: graded by ISO/IEC 29158, provisionally."""

    @property
    def is_calibrated(self) -> bool:
        """Whether reflectance and size both are."""
        return self.calibration is not None and self.calibration.pixel_mm is not None

    @property
    def wording(self) -> str:
        """What may be said of a grade."""
        standard = "ISO/IEC 29158" if self.direct_mark else "ISO/IEC 15415"
        if self.calibration is None:
            return f"{standard} method, uncalibrated, process-control grade"
        what = "" if self.is_calibrated else " (reflectance only)"
        return f"{standard} method, calibration {self.calibration.id}{what}, process-control grade"
