"""The station that films: how large its pictures are, how sharp, how steadily packs pass, on what they lie."""

from dataclasses import dataclass, fields
from typing import Final, Literal, get_args

from seriatim.symbols import limits
from seriatim.symbols.errors import SymbolError

__all__ = ["BACKDROPS", "Backdrop", "Scene"]

Backdrop = Literal["carton", "film", "glass", "plain"]
BACKDROPS: Final[tuple[str, ...]] = get_args(Backdrop)
"""What lies under the label: corrugated board on a belt, crinkled film, a glass bottle, an even gray."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Camera, optics, print and belt of one station. Raises `SymbolError` `scene` for what no station can be."""

    width: int = 640
    """Pixels."""
    height: int = 480
    pitch: float = 5.6
    """Pixels per module across the travel, of the code in question."""
    tilt_degrees: float = 3.0
    """Largest rotation of a label, either way."""
    shift_pixels: float = 10.0
    """Largest shift of a label, each way and axis."""
    blur_pixels: float = 0.6
    """Sigma of the optics at best focus."""
    noise: float = 2.0
    """Standard deviation of the sensor noise in gray levels."""
    paper: float = 0.85
    """Reflectance of the label's stock; 1 is the white end of the sensor."""
    ink: float = 0.06
    """Reflectance of full ink."""
    turn_degrees: float = 0.0
    """Rotation of every label before its tilt; 180 is upside down."""
    stretch: float = 1.0
    """Length along the travel (the symbol's x axis) for 1 across it: a web that runs faster than the printer thinks."""
    backdrop: Backdrop = "carton"

    def __post_init__(self) -> None:
        for name, (low, high) in _RANGES.items():
            value = getattr(self, name)
            if not low <= value <= high:
                raise SymbolError(f"scene {name}={value}: expected {low:g} to {high:g}", code="scene")
        if self.width * self.height > limits.IMAGE_PIXELS_MAX:
            raise SymbolError(
                f"scene width x height={self.width}x{self.height}: at most {limits.IMAGE_PIXELS_MAX} pixels",
                code="scene",
            )
        if self.ink > self.paper:
            raise SymbolError(f"scene ink={self.ink} is lighter than paper={self.paper}", code="scene")
        if self.backdrop not in BACKDROPS:
            raise SymbolError(
                f"scene backdrop={self.backdrop!r}: expected one of {', '.join(BACKDROPS)}", code="scene"
            )
        if self.width != int(self.width) or self.height != int(self.height):
            raise SymbolError("scene width and height are whole pixels", code="scene")


_RANGES: Final[dict[str, tuple[float, float]]] = {
    "width": (limits.FRAME_SIDE_MIN, limits.FRAME_SIDE_MAX),
    "height": (limits.FRAME_SIDE_MIN, limits.FRAME_SIDE_MAX),
    "pitch": (limits.PITCH_MIN, limits.PITCH_MAX),
    "tilt_degrees": (0, 180),
    "shift_pixels": (0, limits.FRAME_SIDE_MAX),
    "blur_pixels": (0, 20),
    "noise": (0, 128),
    "paper": (0, 1),
    "ink": (0, 1),
    "turn_degrees": (-360, 360),
    "stretch": (0.5, 2),
}
assert set(_RANGES) | {"backdrop"} == {one.name for one in fields(Scene)}
