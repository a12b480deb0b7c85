"""A camera over a packaging line that needs no camera: the same seed always films the same picture.

A label is printed (with the printer's faults), carried past (tilted, shifted), lit, blurred by optics and motion, and
caught with noise. The truth about each frame comes with it, so a reader or a grade can be judged against it.

>>> from seriatim.symbols.encode import encode
>>> symbol = encode("(01)09506000134352(21)A1", "datamatrix")
>>> shot = frame(symbol, seed=7, effects={"defocus": 0.1})
>>> shot.image.shape, shot.truth.text
((480, 640), '(01)09506000134352(21)A1')
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from seriatim.symbols import faults
from seriatim.symbols.encode import Symbol
from seriatim.symbols.errors import SymbolError
from seriatim.symbols.images import Gray
from seriatim.symbols.layout import Label, PlacedSymbol

__all__ = ["EFFECTS", "Frame", "Scene", "Truth", "frame", "region_of_code"]

EFFECTS: Final = (*faults.PRINT_FAULTS, "absent", "low_contrast", "defocus", "motion", "gradient")
"""Names of effects; each takes a severity from 0 (none) to 1."""

_DOTS: Final = 12
"""Printed sub-dots per module, so that faults smaller than a module exist."""
_OVERSAMPLING: Final = 2
_PAPER, _INK, _LABEL_EDGE = 0.85, 0.09, 0.72
"""Reflectances of a good label."""
_CARTON, _BELT = 0.35, 0.24
_BARE_MARGIN_MODULES: Final = 8


@dataclass(frozen=True, slots=True)
class Scene:
    """The station: camera, optics and how steadily packs pass."""

    width: int = 640
    """Pixels."""
    height: int = 480
    pitch: float = 5.6
    """Pixels per module."""
    tilt_degrees: float = 3.0
    """Largest rotation of a label, either way."""
    shift_pixels: float = 10.0
    """Largest shift of a label, each way and axis."""
    blur_pixels: float = 0.6
    """Sigma of the optics at best focus."""
    noise: float = 2.0
    """Standard deviation of the sensor noise in gray levels."""


@dataclass(frozen=True, slots=True)
class Truth:
    """What is really in a frame. Coordinates are edge coordinates: the first pixel spans 0 to 1."""

    text: str
    format: str
    symbology_id: str
    size: tuple[int, int]
    """Rows and columns of modules."""
    present: bool
    """False when the code was left out (`absent`)."""
    seed: int
    effects: Mapping[str, float]
    pitch: float
    angle_degrees: float
    homography: NDArray[np.float64] = field(compare=False)
    """3 x 3, from module coordinates (x, y, origin at the symbol's top left corner) to pixels."""
    corners: NDArray[np.float64] = field(compare=False)
    """4 x 2 pixels: top left, top right, bottom right, bottom left."""

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
            "pitch": self.pitch,
            "angle_degrees": self.angle_degrees,
            "homography": self.homography.tolist(),
            "corners": self.corners.tolist(),
        }


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture and the truth about it."""

    image: Gray
    """Rows x columns, 8-bit linear gray, read-only."""
    truth: Truth


_DEFAULT_SCENE: Final = Scene()


def frame(
    subject: Symbol | Label,
    *,
    seed: int = 7,
    effects: Mapping[str, float] | None = None,
    scene: Scene = _DEFAULT_SCENE,
) -> Frame:
    """Film one label (its first symbol is the code in question) or a bare symbol on a plain label.

    `effects`: name of :data:`EFFECTS` to severity 0..1. The same arguments give the same bytes on every run.
    Raises `SymbolError` `effect` for an unknown name or severity, `layout` for a label without a symbol.
    """
    effects = dict(effects or {})
    for name, severity in effects.items():
        if name not in EFFECTS or not 0 <= severity <= 1:
            raise SymbolError(
                f"effect {name}={severity}: expected 0 to 1 of {', '.join(EFFECTS)}", code="effect"
            )
    label = _on_plain_label(subject) if isinstance(subject, Symbol) else subject
    if not label.symbols:
        raise SymbolError("the label has no symbol to film", code="layout")
    placed = label.symbols[0]
    ink = 255 - label.draw(_DOTS / placed.module_mm)
    _print(ink, placed, effects, seed)
    light = _reflectance(ink, effects)
    to_pixels, angle = _pose(label, placed, scene, np.random.default_rng(_seed(seed, 0)))
    image = _expose(light, to_pixels, effects, scene, np.random.default_rng(_seed(seed, 1)))
    image.setflags(write=False)
    return Frame(image, _truth(placed, to_pixels, angle, effects, seed, scene))


def region_of_code(label: Label, scene: Scene = _DEFAULT_SCENE) -> tuple[int, int, int, int]:
    """Where the first code of a label stands in every frame of the scene, with its play: left, top, right, bottom.

    Pixels, as `read(roi=...)` takes them: what a station teaches in once per recipe.
    """
    placed = label.symbols[0]
    level = Scene(scene.width, scene.height, scene.pitch, tilt_degrees=0.0, shift_pixels=0.0)
    to_pixels, _ = _pose(label, placed, level, np.random.default_rng(0))
    left, top = to_pixels @ (*_origin(placed), 1)
    reach = max(label.width_mm, label.height_mm) / 2 / placed.module_mm * scene.pitch
    play = scene.shift_pixels + np.sin(np.deg2rad(scene.tilt_degrees)) * reach + 2 * scene.pitch
    right, bottom = (
        left + placed.symbol.size[1] * scene.pitch,
        top + placed.height_mm / placed.module_mm * scene.pitch,
    )
    return (
        max(round(left - play), 0),
        max(round(top - play), 0),
        min(round(right + play), scene.width),
        min(round(bottom + play), scene.height),
    )


def _seed(seed: int, stage: int) -> np.random.SeedSequence:
    """Stages draw from streams of their own: another effect does not move the label."""
    return np.random.SeedSequence(entropy=seed, spawn_key=(stage,))


def _on_plain_label(symbol: Symbol) -> Label:
    """A label around a bare symbol, X = 1 mm; scale does not matter to the camera."""
    margin = symbol.quiet_zone + _BARE_MARGIN_MODULES
    placed = PlacedSymbol(symbol, margin, margin, 1.0)
    return Label(placed.width_mm + 2 * margin, placed.height_mm + 2 * margin, (placed,))


def _origin(placed: PlacedSymbol) -> tuple[int, int]:
    """Left and top of the symbol in dots, exactly where :meth:`Label.draw` puts it."""
    return round(placed.x_mm * _DOTS / placed.module_mm), round(placed.y_mm * _DOTS / placed.module_mm)


def _print(ink: Gray, placed: PlacedSymbol, effects: Mapping[str, float], seed: int) -> None:
    """Apply the printer's faults to the code's window, in place."""
    left, top = _origin(placed)
    width, height = (
        round(placed.width_mm / placed.module_mm * _DOTS),
        round(placed.height_mm / placed.module_mm * _DOTS),
    )
    window = ink[top : top + height, left : left + width]
    if effects.get("absent", 0) > 0:
        window[:] = 0
        return
    for number, (name, apply) in enumerate(faults.PRINT_FAULTS.items(), start=2):
        severity = effects.get(name, 0)
        if severity > 0:
            apply(window, severity, _DOTS, np.random.default_rng(_seed(seed, number)))


def _reflectance(ink: Gray, effects: Mapping[str, float]) -> Gray:
    """Ink coverage as light: paper and ink come closer to each other with `low_contrast`; the label has an edge."""
    import cv2  # noqa: PLC0415 -- heavy

    fading = effects.get("low_contrast", 0)
    paper, dark = _PAPER - 0.30 * fading, _INK + 0.38 * fading
    table = np.linspace(255 * paper, 255 * dark, 256).round().astype(np.uint8)
    light = np.asarray(cv2.LUT(ink, table), np.uint8)
    edge = _DOTS
    cv2.rectangle(light, (0, 0), (light.shape[1] - 1, light.shape[0] - 1), round(255 * _LABEL_EDGE), edge)
    return light


def _pose(
    label: Label, placed: PlacedSymbol, scene: Scene, rng: np.random.Generator
) -> tuple[NDArray[np.float64], float]:
    """2 x 3 matrix from label dots to pixels: the label in the middle, or its code when the label is larger."""
    scale = scene.pitch / _DOTS
    per_mm = _DOTS / placed.module_mm
    angle = float(rng.uniform(-scene.tilt_degrees, scene.tilt_degrees))
    centre = np.array([scene.width, scene.height]) / 2 + rng.uniform(
        -scene.shift_pixels, scene.shift_pixels, 2
    )
    fits = label.width_mm * per_mm * scale <= scene.width and label.height_mm * per_mm * scale <= scene.height
    middle = np.array([label.width_mm, label.height_mm]) / 2
    if not fits:
        middle = np.array([placed.x_mm + placed.width_mm / 2, placed.y_mm + placed.height_mm / 2])
    turn = np.deg2rad(angle)
    linear = scale * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    return np.column_stack([linear, centre - linear @ (middle * per_mm)]), angle


def _expose(
    light: Gray,
    to_pixels: NDArray[np.float64],
    effects: Mapping[str, float],
    scene: Scene,
    rng: np.random.Generator,
) -> Gray:
    """Lay the label on the carton, at double size then averaged down; light it, blur it, add noise."""
    import cv2  # noqa: PLC0415 -- heavy

    fine = np.array(_background(scene))
    # OpenCV counts pixel centres as integers, we count edges: half a dot in, half a fine pixel out.
    matrix = to_pixels * _OVERSAMPLING
    matrix[:, 2] += matrix[:, :2] @ (0.5, 0.5) - 0.5
    cv2.warpAffine(light, matrix, fine.shape[::-1], fine, cv2.INTER_LINEAR, cv2.BORDER_TRANSPARENT)
    image = np.asarray(cv2.resize(fine, (scene.width, scene.height), interpolation=cv2.INTER_AREA), np.uint8)
    if effects.get("gradient", 0) > 0:
        image = np.asarray(
            cv2.multiply(image, _falloff(scene, effects["gradient"]), dtype=cv2.CV_8U), np.uint8
        )
    if effects.get("motion", 0) > 0:
        length = 1 + round(1.6 * scene.pitch * effects["motion"])
        image = np.asarray(cv2.blur(image, (length, 1)), np.uint8)
    sigma = scene.blur_pixels + 0.58 * scene.pitch * effects.get("defocus", 0) ** 1.5
    image = np.asarray(cv2.GaussianBlur(image, (0, 0), sigma), np.uint8)
    return _noisy(image, scene, rng)


def _noisy(image: Gray, scene: Scene, rng: np.random.Generator) -> Gray:
    """Sensor noise from a large fixed tile at a random place: as good as fresh noise, ten times cheaper."""
    import cv2  # noqa: PLC0415 -- heavy

    tile = _noise_tile(scene)
    x, y = rng.integers(
        0, (tile.shape[1] - scene.width, tile.shape[0] - scene.height), endpoint=True
    ).tolist()
    noise = tile[y : y + scene.height, x : x + scene.width]
    return np.asarray(cv2.add(image, noise, dtype=cv2.CV_8U), np.uint8)


@lru_cache(maxsize=4)
def _noise_tile(scene: Scene) -> NDArray[np.int16]:
    rng = np.random.default_rng(_seed(2601, 99))
    return (
        (rng.standard_normal((scene.height + 256, scene.width + 256)) * scene.noise).round().astype(np.int16)
    )


@lru_cache(maxsize=4)
def _background(scene: Scene) -> Gray:
    """A dark belt, a lighter carton across it, both with a fine grain; at oversampled size."""
    import cv2  # noqa: PLC0415 -- heavy

    height, width = scene.height * _OVERSAMPLING, scene.width * _OVERSAMPLING
    shade = np.full((height, width), 255 * _BELT, np.float32)
    shade[height * 16 // 100 : height * 85 // 100] = 255 * _CARTON
    rng = np.random.default_rng(_seed(2602, 99))
    grain = rng.standard_normal((height // 4, width // 4)).astype(np.float32) * 3
    shade += cv2.resize(grain, (width, height), interpolation=cv2.INTER_CUBIC)
    background = np.clip(shade, 0, 255).astype(np.uint8)
    background.setflags(write=False)
    return background


@lru_cache(maxsize=64)
def _falloff(scene: Scene, severity: float) -> NDArray[np.float32]:
    """Light from the left: the right edge gets 1 - 0.85 x severity of it."""
    row = np.linspace(1, 1 - 0.85 * severity, scene.width, dtype=np.float32)
    return np.tile(row, (scene.height, 1))


def _truth(
    placed: PlacedSymbol,
    to_pixels: NDArray[np.float64],
    angle: float,
    effects: Mapping[str, float],
    seed: int,
    scene: Scene,
) -> Truth:
    symbol = placed.symbol
    left, top = _origin(placed)
    to_dots = np.array([[_DOTS, 0, left], [0, _DOTS, top], [0, 0, 1]], np.float64)
    homography = np.vstack([to_pixels, (0, 0, 1)]) @ to_dots
    width, height = symbol.size[1], placed.height_mm / placed.module_mm
    outline = np.array([(0, 0, 1), (width, 0, 1), (width, height, 1), (0, height, 1)], np.float64)
    return Truth(
        text=symbol.text,
        format=symbol.format,
        symbology_id=symbol.symbology_id,
        size=symbol.size,
        present=effects.get("absent", 0) == 0,
        seed=seed,
        effects=effects,
        pitch=scene.pitch,
        angle_degrees=angle,
        homography=homography,
        corners=(outline @ homography.T)[:, :2],
    )
