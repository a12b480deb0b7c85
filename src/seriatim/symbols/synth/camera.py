"""Films one label: printed with the printer's faults, carried past, lit, blurred, and caught with noise.

The order is the physical one: artwork, print, handling, geometry, light, optics, sensor. Each stage draws its chances
from a stream of its own, so another effect never moves the label.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final

import numpy as np

from seriatim.symbols import limits
from seriatim.symbols.encode import Symbol
from seriatim.symbols.errors import SymbolError
from seriatim.symbols.layout import Label, PlacedSymbol
from seriatim.symbols.synth import pose as poses
from seriatim.symbols.synth.expected import expected
from seriatim.symbols.synth.exposure import exposed
from seriatim.symbols.synth.plate import Plate
from seriatim.symbols.synth.pose import Matrix, Points, Pose
from seriatim.symbols.synth.press import Printed, printed
from seriatim.symbols.synth.scene import Scene
from seriatim.symbols.synth.shot import Shot, shot
from seriatim.symbols.synth.truth import CodeTruth, Frame, Role, Truth

__all__ = ["frame", "region_of_code"]

_BARE_MARGIN_MODULES: Final = 8
_NEAREST: Final = 0.35
"""A tipped label ends before it comes closer to the lens than this share of its distance."""
_NEIGHBOUR_GAP: Final = 0.06
"""Between packs, of the label's width."""
_DEFAULT_SCENE: Final = Scene()


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
    one = shot(scene, effects, seed, machine_seed)
    label = _as_label(subject)
    sheet = printed(_plate(label, one), one, flipped)
    place, angle = _pose(sheet.plate, one)
    sheets = [(sheet, place), *_beside([_as_label(other) for other in neighbours], sheet.plate, place, one)]
    image = exposed(sheets, one)
    image.setflags(write=False)
    return Frame(image, _truth(sheets, angle, one))


def region_of_code(label: Label, scene: Scene = _DEFAULT_SCENE) -> tuple[int, int, int, int]:
    """Where the first code of a label stands in every frame of the scene, with its play: left, top, right, bottom.

    Pixels, as `read(roi=...)` takes them: what a station teaches in once per recipe.
    """
    placed = label.symbols[0]
    plate = _plate(label, shot(scene))
    place, _ = _pose(plate, shot(replace(scene, tilt_degrees=0.0, shift_pixels=0.0)))
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


def _as_label(subject: Symbol | Label) -> Label:
    """A bare symbol gets a plain label, X = 1 mm; scale does not matter to the camera."""
    if isinstance(subject, Symbol):
        margin = subject.quiet_zone + _BARE_MARGIN_MODULES
        placed = PlacedSymbol(subject, margin, margin, 1.0)
        return Label(placed.width_mm + 2 * margin, placed.height_mm + 2 * margin, (placed,))
    if not subject.symbols:
        raise SymbolError("the label has no symbol to film", code="layout")
    return subject


def _plate(label: Label, one: Shot) -> Plate:
    finer, per_module = _resolution(one.pitch)
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


def _pose(plate: Plate, one: Shot) -> tuple[Pose, float]:
    """From the label's dots to pixels: the label in the middle, or its code when the label is larger; and the angle."""
    scene, rng, placed = one.scene, one.rng("pose"), plate.label.symbols[0]
    angle = scene.turn_degrees + float(rng.uniform(-scene.tilt_degrees, scene.tilt_degrees))
    centre = np.array([scene.width, scene.height]) / 2 + rng.uniform(
        -scene.shift_pixels, scene.shift_pixels, 2
    )
    width, height = plate.size
    scale = one.pitch / plate.per_module
    code = plate.middle(placed)
    fits = width * scale * scene.stretch <= scene.width and height * scale <= scene.height
    middle = np.array([width, height]) / 2 if fits else code
    matrix = poses.level(scale, scene.stretch, angle, middle, centre)
    slope = one.amount("perspective.slope")
    if slope:
        matrix = _tipped(matrix, code, plate, slope, one.rng("perspective"))
    bend = one.amount("cylinder.bend")
    if not bend:
        return Pose(matrix), angle
    return Pose(matrix, float(code[0]), placed.width_mm * plate.per_mm / bend), angle


def _tipped(matrix: Matrix, code: Points, plate: Plate, slope: float, rng: np.random.Generator) -> Matrix:
    """Tipped around the middle of the code, in a random direction; a large label less, or it would reach the lens."""
    about = (matrix @ (*code, 1))[:2]
    corners = np.array([(x, y, 1.0) for x in (0, plate.size[0]) for y in (0, plate.size[1])]) @ matrix.T
    reach = float(np.linalg.norm(corners[:, :2] - about, axis=1).max())
    direction = float(rng.uniform(0, 2 * np.pi))
    slope = min(slope, (1 - _NEAREST) / reach)
    return poses.tipped(matrix, about, (slope * float(np.cos(direction)), slope * float(np.sin(direction))))


def _beside(labels: Sequence[Label], plate: Plate, place: Pose, one: Shot) -> list[tuple[Printed, Pose]]:
    """Good packs behind and before: the first to the right, the second to the left, and so on."""
    if len(labels) > limits.NEIGHBOURS_MAX:
        raise SymbolError(f"{len(labels)} neighbours; at most {limits.NEIGHBOURS_MAX}", code="option")
    found, good = [], shot(one.scene, seed=one.seed)
    reach = [plate.size[0] * (1 + _NEIGHBOUR_GAP), -plate.size[0] * _NEIGHBOUR_GAP]
    for number, other in enumerate(labels):
        own = Plate(other, plate.per_module, plate.finer)
        step = own.size[0] * (1 + _NEIGHBOUR_GAP)
        left = reach[0] if number % 2 == 0 else reach[1] - own.size[0]
        reach[number % 2] += step if number % 2 == 0 else -step
        middle = (plate.size[1] - own.size[1]) / 2
        found.append((printed(own, good), Pose(place.matrix @ poses.shifted(left, middle))))
    return found


def _truth(sheets: Sequence[tuple[Printed, Pose]], angle: float, one: Shot) -> Truth:
    codes = tuple(
        _code(sheet, number, "neighbour" if later else "other" if number else "code", place)
        for later, (sheet, place) in enumerate(sheets)
        for number in range(len(sheet.plate.label.symbols))
    )
    derived = expected(one, sheets[0][0].codes[0].damage, sheets[0][0].codes[0].grid_nonuniformity)
    return Truth(one.seed, one.effects, one.amounts, angle, one.pitch, codes, derived)


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
