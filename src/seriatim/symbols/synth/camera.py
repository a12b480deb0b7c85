"""Films one label: printed with the printer's faults, carried past, lit, blurred, and caught with noise.

The order is the physical one: artwork, print, handling, geometry, light, optics, sensor. Each stage draws its chances
from a stream of its own, so another effect never moves the label.
"""

import zlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seriatim.symbols import limits
from seriatim.symbols.encode import Symbol
from seriatim.symbols.errors import SymbolError
from seriatim.symbols.images import Gray
from seriatim.symbols.layout import Label, PlacedSymbol
from seriatim.symbols.synth import picture as seen
from seriatim.symbols.synth import pose as poses
from seriatim.symbols.synth.backdrop import backdrop
from seriatim.symbols.synth.effects import CATALOGUE, MACHINE_EFFECTS, amounts, checked
from seriatim.symbols.synth.expected import expected
from seriatim.symbols.synth.plate import Plate, Printed, printed
from seriatim.symbols.synth.pose import Matrix, Pose
from seriatim.symbols.synth.scene import Scene
from seriatim.symbols.synth.truth import CodeTruth, Frame, Role, Truth

__all__ = ["frame", "region_of_code"]

_BARE_MARGIN_MODULES: Final = 8
_LABEL_EDGE: Final = 0.85
"""The cut edge of a label reflects that share of its paper."""
_NEAREST: Final = 0.35
"""A tipped label ends before it comes closer to the lens than this share of its distance."""
_NEIGHBOUR_GAP: Final = 0.06
"""Between packs, of the label's width."""
_DEFAULT_SCENE: Final = Scene()

Chances = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Shot:
    """All that the stages need to know."""

    seed: int
    machine_seed: int
    effects: Mapping[str, float]
    amounts: Mapping[str, float]
    scene: Scene

    def rng(self, name: str, *more: int) -> np.random.Generator:
        """The stream of one stage or effect; what belongs to the machine stays the same from frame to frame."""
        seed = self.machine_seed if name in MACHINE_EFFECTS else self.seed
        key = (zlib.crc32(name.encode()), *more)
        return np.random.default_rng(np.random.SeedSequence(entropy=seed, spawn_key=key))

    def amount(self, name: str, rest: float = 0.0) -> float:
        return self.amounts.get(name, rest)

    @property
    def pitch(self) -> float:
        return self.amount("small_module.pitch", self.scene.pitch)

    @property
    def levels(self) -> tuple[int, int]:
        """Gray levels of paper and ink: whole numbers, as the sensor would see them."""
        paper = self.amount("low_contrast.paper", self.scene.paper)
        ink = self.amount("low_contrast.ink", self.scene.ink)
        return round(255 * paper), round(255 * min(ink, paper))


def frame(
    subject: Symbol | Label,
    *,
    seed: int = 7,
    effects: Mapping[str, float] | None = None,
    scene: Scene = _DEFAULT_SCENE,
    neighbours: Sequence[Symbol | Label] = (),
    flipped: Collection[tuple[int, int]] = (),
    machine_seed: int | None = None,
) -> Frame:
    """Film one label (its first symbol is the code in question) or a bare symbol on a plain label.

    `effects`: name of :data:`EFFECTS` to severity 0..1. `neighbours` are good packs before and behind, in turn.
    `flipped`: row and column of modules of the code in question that were printed in the wrong colour.
    `machine_seed`: where nozzles die and dirt sits, when that must stay from frame to frame; default `seed`.
    The same arguments give the same bytes on every run. Raises `SymbolError`: `effect` for an unknown name or
    severity, `seed`, `layout` for a label without a symbol, `scale` for one too large to draw, `option` for modules or
    neighbours that cannot be.
    """
    shot = _shot(seed, machine_seed, checked(effects), scene)
    label = _as_label(subject)
    sheet = printed(_plate(label, shot), shot.effects, shot.amounts, flipped, shot.rng)
    place, angle = _pose(label, sheet.plate, shot)
    others = _beside([_as_label(one) for one in neighbours], label, sheet.plate, place, shot)
    image = _exposed([(sheet, place), *others], shot)
    image.setflags(write=False)
    return Frame(image, _truth([(sheet, place), *others], angle, shot))


def region_of_code(label: Label, scene: Scene = _DEFAULT_SCENE) -> tuple[int, int, int, int]:
    """Where the first code of a label stands in every frame of the scene, with its play: left, top, right, bottom.

    Pixels, as `read(roi=...)` takes them: what a station teaches in once per recipe.
    """
    placed = label.symbols[0]
    level = Scene(
        scene.width,
        scene.height,
        scene.pitch,
        0.0,
        0.0,
        turn_degrees=scene.turn_degrees,
        stretch=scene.stretch,
    )
    shot = _shot(0, None, {}, level)
    plate = _plate(label, shot)
    place, _ = _pose(label, plate, shot)
    corners = plate.of_modules(placed, place).pixels(
        np.array([(x, y) for x in (0, placed.symbol.size[1]) for y in (0, plate.depth(placed))])
    )
    reach = max(label.width_mm, label.height_mm) / 2 / placed.module_mm * scene.pitch * max(scene.stretch, 1)
    play = scene.shift_pixels + np.sin(np.deg2rad(min(scene.tilt_degrees, 90.0))) * reach + 2 * scene.pitch
    (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
    return (
        max(round(left - play), 0),
        max(round(top - play), 0),
        min(round(right + play), scene.width),
        min(round(bottom + play), scene.height),
    )


def _shot(seed: int, machine_seed: int | None, effects: Mapping[str, float], scene: Scene) -> _Shot:
    machine = seed if machine_seed is None else machine_seed
    for given in (seed, machine):
        if not 0 <= given < 2**128:
            raise SymbolError(f"seed {given!r}: expected a whole number from 0 to 2**128", code="seed")
    rest = {"pitch": scene.pitch, "paper": scene.paper, "ink": scene.ink, "noise": scene.noise}
    return _Shot(seed, machine, effects, amounts(effects, rest), scene)


def _as_label(subject: Symbol | Label) -> Label:
    """A bare symbol gets a plain label, X = 1 mm; scale does not matter to the camera."""
    if isinstance(subject, Symbol):
        margin = subject.quiet_zone + _BARE_MARGIN_MODULES
        placed = PlacedSymbol(subject, margin, margin, 1.0)
        return Label(placed.width_mm + 2 * margin, placed.height_mm + 2 * margin, (placed,))
    if not subject.symbols:
        raise SymbolError("the label has no symbol to film", code="layout")
    return subject


def _plate(label: Label, shot: _Shot) -> Plate:
    finer, per_module = _resolution(shot.pitch)
    return Plate(label, per_module, finer)


@lru_cache(maxsize=64)
def _resolution(pitch: float) -> tuple[int, int]:
    """How many fine pixels per pixel, and dots per module, so that a dot is as wide as a fine pixel.

    Sampling a print whose edges are one dot wide at steps of one dot loses nothing: the area of each pixel is exact.
    """
    if pitch >= 20:
        return 1, round(pitch)
    tried = [(finer, round(finer * pitch)) for finer in range(2, 32) if round(finer * pitch) >= 10]
    fit = [abs(dots / (finer * pitch) - 1) for finer, dots in tried]
    good = next((one for one, miss in zip(tried, fit, strict=True) if miss < 0.02), None)
    return good or tried[int(np.argmin(fit))]


def _pose(label: Label, plate: Plate, shot: _Shot) -> tuple[Pose, float]:
    """From the label's dots to pixels: the label in the middle, or its code when the label is larger; and the angle."""
    scene, rng = shot.scene, shot.rng("pose")
    angle = scene.turn_degrees + float(rng.uniform(-scene.tilt_degrees, scene.tilt_degrees))
    centre = np.array([scene.width, scene.height]) / 2 + rng.uniform(
        -scene.shift_pixels, scene.shift_pixels, 2
    )
    width, height = plate.size
    scale = shot.pitch / plate.per_module
    code = plate.middle(label.symbols[0])
    fits = width * scale * scene.stretch <= scene.width and height * scale <= scene.height
    middle = np.array([width, height]) / 2 if fits else code
    matrix = poses.level(scale, scene.stretch, angle, middle, centre)
    slope = shot.amount("perspective.slope")
    if slope:
        matrix = _tipped(matrix, code, plate, slope, shot.rng("perspective"))
    bend = shot.amount("cylinder.bend")
    if not bend:
        return Pose(matrix), angle
    return Pose(matrix, float(code[0]), label.symbols[0].width_mm * plate.per_mm / bend), angle


def _tipped(
    matrix: Matrix, code: NDArray[np.float64], plate: Plate, slope: float, rng: np.random.Generator
) -> Matrix:
    """Tipped around the middle of the code, in a random direction; a large label less, or it would reach the lens."""
    about = (matrix @ (*code, 1))[:2]
    corners = np.array([(x, y, 1.0) for x in (0, plate.size[0]) for y in (0, plate.size[1])]) @ matrix.T
    reach = float(np.linalg.norm(corners[:, :2] - about, axis=1).max())
    direction = float(rng.uniform(0, 2 * np.pi))
    slope = min(slope, (1 - _NEAREST) / reach)
    return poses.tipped(matrix, about, (slope * float(np.cos(direction)), slope * float(np.sin(direction))))


def _beside(
    labels: Sequence[Label], label: Label, plate: Plate, place: Pose, shot: _Shot
) -> list[tuple[Printed, Pose]]:
    """Good packs behind and before: the first to the right, the second to the left, and so on."""
    if len(labels) > limits.NEIGHBOURS_MAX:
        raise SymbolError(f"{len(labels)} neighbours; at most {limits.NEIGHBOURS_MAX}", code="option")
    found = []
    reach = [plate.size[0] * (1 + _NEIGHBOUR_GAP), -plate.size[0] * _NEIGHBOUR_GAP]
    for number, other in enumerate(labels):
        own = Plate(other, plate.per_module, plate.finer)
        step = own.size[0] * (1 + _NEIGHBOUR_GAP)
        left = reach[0] if number % 2 == 0 else reach[1] - own.size[0]
        reach[number % 2] += step if number % 2 == 0 else -step
        middle = (plate.size[1] - own.size[1]) / 2
        found.append((printed(own, {}, {}, (), shot.rng), Pose(place.matrix @ poses.shifted(left, middle))))
    assert label.symbols
    return found


def _exposed(sheets: Sequence[tuple[Printed, Pose]], shot: _Shot) -> Gray:
    picture = _laid(sheets, shot)
    picture = _lit(picture, sheets[0], shot)
    picture = _through_the_lens(picture, sheets[0][0].plate, shot)
    return _caught(picture, shot)


@lru_cache(maxsize=8)
def _surroundings(scene: Scene, finer: int) -> seen.Picture:
    import cv2  # noqa: PLC0415 -- heavy

    fine = backdrop(scene.backdrop, scene.width, scene.height, finer)
    around = cv2.resize(fine, (scene.width, scene.height), interpolation=cv2.INTER_AREA)
    return np.asarray(around, np.float32)


def _laid(sheets: Sequence[tuple[Printed, Pose]], shot: _Shot) -> seen.Picture:
    """Labels on their background: sampled finer than a pixel, then averaged over each pixel's area."""
    import cv2  # noqa: PLC0415 -- heavy

    scene, finer = shot.scene, sheets[0][0].plate.finer
    fine = backdrop(scene.backdrop, scene.width, scene.height, finer)
    picture = _surroundings(scene, finer).copy()
    for sheet, place in reversed(sheets):
        window = _window(sheet.plate, place, scene)
        if window is None:
            continue
        left, top, right, bottom = window
        canvas = np.array(fine[top * finer : bottom * finer, left * finer : right * finer])
        _warp(_reflectance(sheet, shot), place.finer(finer, left, top), canvas)
        area = cv2.resize(canvas, (right - left, bottom - top), interpolation=cv2.INTER_AREA)
        picture[top:bottom, left:right] = area
    return picture


def _window(plate: Plate, place: Pose, scene: Scene) -> tuple[int, int, int, int] | None:
    """The pixels that a label touches, with a rim of one; None when it lies outside."""
    width, height = plate.size
    x = np.linspace(0, width, 2)
    if not place.is_flat:
        x = np.linspace(0, width, 65)
    rim = place.pixels(
        np.array([(across, down) for across in x.tolist() for down in (0, height)], np.float64)
    )
    left, top = np.maximum(np.floor(rim.min(axis=0)).astype(int) - 1, 0).tolist()
    right, bottom = np.minimum(np.ceil(rim.max(axis=0)).astype(int) + 1, (scene.width, scene.height)).tolist()
    return (left, top, right, bottom) if left < right and top < bottom else None


def _reflectance(sheet: Printed, shot: _Shot) -> Gray:
    """Ink coverage as gray levels; the label's own edge is a little darker than its paper."""
    import cv2  # noqa: PLC0415 -- heavy

    paper, dark = shot.levels
    light = np.asarray(cv2.LUT(sheet.ink, np.linspace(paper, dark, 256).round().astype(np.uint8)), np.uint8)
    far = (light.shape[1] - 1, light.shape[0] - 1)
    cv2.rectangle(light, (0, 0), far, round(paper * _LABEL_EDGE), max(1, sheet.plate.per_module // 2))
    return light


def _warp(light: Gray, place: Pose, canvas: Gray) -> None:
    """Lay the label over the canvas, in place. OpenCV counts pixel centres as integers, we count edges."""
    import cv2  # noqa: PLC0415 -- heavy

    half = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]], np.float64)
    size = canvas.shape[::-1]
    if place.is_flat:
        matrix = np.linalg.inv(half) @ place.matrix @ half
        if abs(matrix[2, :2]).max() < 1e-15:
            cv2.warpAffine(light, matrix[:2], size, canvas, cv2.INTER_LINEAR, cv2.BORDER_TRANSPARENT)
        else:
            cv2.warpPerspective(light, matrix, size, canvas, cv2.INTER_LINEAR, cv2.BORDER_TRANSPARENT)
        return
    back = np.linalg.inv(place.matrix)
    x = np.arange(size[0]) + 0.5
    y = (np.arange(size[1]) + 0.5)[:, None]
    depth = back[2, 0] * x + back[2, 1] * y + back[2, 2]
    bent = (back[0, 0] * x + back[0, 1] * y + back[0, 2]) / depth
    down = (back[1, 0] * x + back[1, 1] * y + back[1, 2]) / depth
    sine = (bent - place.axis) / place.radius
    across = np.where(np.abs(sine) < 1, place.axis + place.radius * np.arcsin(sine.clip(-1, 1)), -1e6)
    maps = (across - 0.5).astype(np.float32), (down - 0.5).astype(np.float32)
    cv2.remap(light, *maps, cv2.INTER_LINEAR, canvas, cv2.BORDER_TRANSPARENT)


def _lit(picture: seen.Picture, sheet: tuple[Printed, Pose], shot: _Shot) -> seen.Picture:
    plate, place = sheet[0].plate, sheet[1]
    code = plate.label.symbols[0]
    middle = place.pixels(plate.middle(code)[None])[0]
    centre = (float(middle[0]), float(middle[1]))
    side = float(max(code.width_mm, code.height_mm)) * plate.per_mm / plate.per_module * shot.pitch
    for name in shot.effects:
        if CATALOGUE[name].stage == "light":
            picture = _light(name, picture, centre, side, shot)
    return picture


def _light(
    name: str, picture: seen.Picture, centre: tuple[float, float], side: float, shot: _Shot
) -> seen.Picture:
    rng = shot.rng(name)
    turn = float(rng.uniform(0, 2 * np.pi))
    match name:
        case "gradient":
            across = (side * float(np.cos(turn)), side * float(np.sin(turn)))
            return seen.shaded(picture, centre, across, shot.amount("gradient.slope"))
        case "glare":
            away = rng.uniform(0, 0.3) * side
            place = (centre[0] + away * np.cos(turn), centre[1] + away * np.sin(turn))
            sigmas = (side * float(rng.uniform(0.14, 0.3)), side * float(rng.uniform(0.14, 0.3)))
            return seen.glare(picture, place, sigmas, shot.amount("glare.strength"))
        case "shadow":
            return seen.shadow(picture, centre, turn, shot.amount("shadow.depth"), softness=side / 6)
        case "vignette":
            return seen.vignette(picture, shot.amount("vignette.fall"))
        case "dim":
            return picture * np.float32(1 - shot.amount("dim.loss"))
        case _:
            return picture  # low_contrast is in paper and ink already


def _through_the_lens(picture: seen.Picture, plate: Plate, shot: _Shot) -> seen.Picture:
    # The edges of the print are one dot wide already; what that blurs is taken off the lens's share.
    raster = (shot.pitch / plate.per_module) ** 2 / 12
    sigma = shot.scene.blur_pixels + shot.amount("defocus.sigma")
    picture = seen.blurred(picture, float(np.sqrt(max(sigma**2 - raster, 0))))
    if "motion" in shot.effects:
        picture = seen.moved(picture, shot.amount("motion.pixels"))
    if "fouling" in shot.effects:
        picture = seen.fouled(
            picture, shot.amount("fouling.haze"), shot.amount("fouling.drops"), shot.rng("fouling")
        )
    return picture


def _caught(picture: seen.Picture, shot: _Shot) -> Gray:
    if "saturation" in shot.effects:
        picture = picture * np.float32(shot.amount("saturation.gain"))
    picture = seen.noisy(picture, shot.amount("noise.sigma", shot.scene.noise), shot.rng("noise"))
    if "banding" in shot.effects:
        picture = seen.banded(picture, shot.amount("banding.sigma"), shot.rng("banding"))
    if "gamma" in shot.effects:
        picture = seen.curved(picture, shot.amount("gamma.exponent"))
    image = seen.digital(picture)
    if "jpeg" in shot.effects:
        image = seen.compressed(image, round(100 - shot.amount("jpeg.loss")))
    return image


def _truth(sheets: Sequence[tuple[Printed, Pose]], angle: float, shot: _Shot) -> Truth:
    paper, ink = (level / 255 for level in shot.levels)
    codes = tuple(
        _code(sheet, number, "neighbour" if later else "other" if number else "code", place)
        for later, (sheet, place) in enumerate(sheets)
        for number in range(len(sheet.plate.label.symbols))
    )
    derived = expected(
        tuple(shot.effects),
        shot.amounts,
        paper=paper,
        ink=ink,
        stretch=shot.scene.stretch,
        grid=sheets[0][0].codes[0].grid_nonuniformity,
        damage=sheets[0][0].codes[0].damage,
        noise=shot.amount("noise.sigma", shot.scene.noise),
    )
    return Truth(shot.seed, shot.effects, shot.amounts, angle, shot.pitch, codes, derived)


def _code(sheet: Printed, number: int, role: Role, place: Pose) -> CodeTruth:
    placed, marks = sheet.plate.label.symbols[number], sheet.codes[number]
    return CodeTruth(
        symbol=placed.symbol,
        role=role,
        present=marks.present,
        pose=sheet.plate.of_modules(placed, place),
        height=sheet.plate.depth(placed),
        coverage=marks.coverage,
        damage=marks.damage,
        dead_lines=marks.dead_lines,
    )
