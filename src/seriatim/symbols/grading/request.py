"""One question to the grader: which code, by which edition, through which aperture, under which conditions."""

from dataclasses import dataclass

from seriatim.symbols.grading.aperture import reference_number
from seriatim.symbols.grading.conditions import Conditions
from seriatim.symbols.grading.editions import Edition
from seriatim.symbols.grading.record import Grade, Parameter, Parameters, Status
from seriatim.symbols.images import Gray
from seriatim.symbols.read import Read

__all__ = ["Request"]


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for, checked."""

    read: Read
    edition: Edition
    aperture: float
    """Diameter as a share of X."""
    conditions: Conditions

    @property
    def aperture_mm(self) -> float | None:
        """Diameter in mm, from the smallest X the application allows; None when X is not known in mm."""
        x_mm = self.conditions.aperture_x_mm or self.conditions.x_mm
        return None if x_mm is None else self.aperture * x_mm

    def aperture_pixels(self, pitch: float) -> float:
        """Diameter in pixels: by the calibration, else by the recipe's X, else by the measured pitch."""
        calibration = self.conditions.calibration
        if self.aperture_mm is None:
            return self.aperture * pitch
        if calibration is not None and calibration.pixel_mm is not None:
            return self.aperture_mm / calibration.pixel_mm
        return self.aperture_mm * pitch / (self.conditions.x_mm or self.aperture_mm / self.aperture)

    def notation(self, overall: float) -> str:
        """Grade/aperture/wavelength, and the angle where it is not 45 degrees from four sides.

        The aperture is the standard's number, or a share of X (0.80X) when X is not known in mm.
        """
        size = f"{self.aperture:.2f}X" if self.aperture_mm is None else reference_number(self.aperture_mm)
        light = f"{self.conditions.angle}{self.conditions.sides}"
        prefix = "DPM" if self.conditions.direct_mark else ""
        return f"{prefix}{overall:.1f}/{size}/{self.conditions.wavelength}" + (
            "" if light == "45Q" else f"/{light}"
        )

    def without_grade(self, status: Status, why: str, image: Gray, pitch: float = 0.0) -> Grade:
        """The record of a code that gets no grade; one that cannot be decoded gets nought."""
        undecoded = status == "not_decoded"
        return Grade(
            status=status,
            why=why,
            overall=0.0 if undecoded else None,
            parameters=Parameters([Parameter("decode", 0.0, 0.0, why)] if undecoded else []),
            notation=self.notation(0.0) if undecoded else "",
            hints=(),
            standard=self.edition.standard,
            edition=self.edition.name,
            wording=self.conditions.wording,
            provisional=self.edition.notes,
            conditions=self.conditions,
            aperture=self.aperture,
            aperture_mm=self.aperture_mm,
            format=self.read.format,
            symbology_id=self.read.symbology_id,
            text=self.read.text,
            stage=self.read.method,
            pixels_per_module=pitch,
            image=image,
        )
