"""One label in dots: drawn as intended, then printed with its faults, and what became of each code.

The raster is the label's own drawing (:meth:`seriatim.symbols.layout.Label.draw`), so text and codes stand where every
other output puts them.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seriatim.symbols.errors import SymbolError
from seriatim.symbols.images import Gray
from seriatim.symbols.layout import Label, PlacedSymbol
from seriatim.symbols.synth import printing
from seriatim.symbols.synth.damage import Damage, damage, whole
from seriatim.symbols.synth.effects import CATALOGUE
from seriatim.symbols.synth.pose import Pose

__all__ = ["Marks", "Plate", "Printed", "printed"]

_APERTURE: Final = 0.8
"""Of a module: the disc in which the ink of each module is averaged."""
_MARGIN_MODULES: Final = 2
"""Print faults reach that far around a code, and never beyond its quiet zone or the label."""

Rng = Callable[..., np.random.Generator]


@dataclass(frozen=True, slots=True)
class Plate:
    """A label and the grid of dots it is drawn on."""

    label: Label
    per_module: int
    """Dots per module of the first symbol."""
    finer: int
    """Fine pixels per pixel at which it will be sampled."""

    @property
    def per_mm(self) -> float:
        return self.per_module / self.label.symbols[0].module_mm

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in dots, as the label is drawn."""
        return round(self.label.width_mm * self.per_mm), round(self.label.height_mm * self.per_mm)

    def dots_of(self, placed: PlacedSymbol) -> int:
        """Dots per module of one symbol, as it is drawn."""
        return max(1, round(placed.module_mm * self.per_mm))

    def origin(self, placed: PlacedSymbol) -> tuple[int, int]:
        """Left and top of a symbol in dots, as it is drawn."""
        return round(placed.x_mm * self.per_mm), round(placed.y_mm * self.per_mm)

    def extent(self, placed: PlacedSymbol) -> tuple[int, int]:
        """Width and height in dots of a symbol as it lies, as it is drawn."""
        dots, symbol = self.dots_of(placed), placed.symbol
        length = symbol.size[1] * dots
        deep = max(1, round(placed.depth_mm * self.per_mm)) if symbol.is_linear else symbol.size[0] * dots
        return (length, deep) if placed.rotation in {0, 180} else (deep, length)

    def middle(self, placed: PlacedSymbol) -> NDArray[np.float64]:
        """Of a symbol, in dots."""
        return np.array(self.origin(placed)) + np.array(self.extent(placed)) / 2

    def depth(self, placed: PlacedSymbol) -> float:
        """Of a symbol, along its bars or down its rows, in its own modules."""
        width, height = self.extent(placed)
        return (height if placed.rotation in {0, 180} else width) / self.dots_of(placed)

    def of_modules(self, placed: PlacedSymbol, place: Pose) -> Pose:
        """The pose of a symbol's module coordinates, given that of the label's dots."""
        dots, (left, top) = self.dots_of(placed), self.origin(placed)
        (width, height), turn = self.extent(placed), placed.rotation // 90
        # Where the symbol's own top left corner lies, and where its x and y axes point, turned clockwise.
        corner = ((left, top), (left + width, top), (left + width, top + height), (left, top + height))[turn]
        along = ((1, 0), (0, 1), (-1, 0), (0, -1))[turn]
        inner = [
            [dots * along[0], -dots * along[1], corner[0]],
            [dots * along[1], dots * along[0], corner[1]],
            [0, 0, 1],
        ]
        return place.of(np.array(inner, np.float64))


@dataclass(frozen=True, slots=True)
class Marks:
    """What became of one code on the paper."""

    present: bool
    coverage: NDArray[np.float64]
    """Rows x columns; see `truth.CodeTruth.coverage`."""
    damage: Damage
    dead_lines: tuple[float, ...] = ()
    grid_nonuniformity: float = 0.0
    """Largest shift of a column off the even grid, in modules."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A label on paper."""

    plate: Plate
    ink: Gray
    codes: tuple[Marks, ...]
    """One for each symbol of the label."""


def printed(
    plate: Plate,
    effects: Mapping[str, float],
    amounts: Mapping[str, float],
    flipped: Collection[tuple[int, int]],
    rng: Rng,
) -> Printed:
    """Draw the label, then spoil each of its codes; `flipped` modules belong to the first."""  # fmt: skip
    ink = 255 - plate.label.draw(plate.per_mm)
    codes = tuple(
        _spoilt(
            ink,
            plate,
            placed,
            effects,
            amounts,
            flipped if number == 0 else (),
            lambda name, number=number: rng(name, number),
        )
        for number, placed in enumerate(plate.label.symbols)
    )
    return Printed(plate, ink, codes)


def _spoilt(
    ink: Gray,
    plate: Plate,
    placed: PlacedSymbol,
    effects: Mapping[str, float],
    amounts: Mapping[str, float],
    flipped: Collection[tuple[int, int]],
    rng: Rng,
) -> Marks:
    """Print one code into the ink of its label, in place."""  # fmt: skip
    cells = _cells(plate, placed)
    if not flipped and not any(CATALOGUE[name].stage in {"print", "handling"} for name in effects):
        return Marks(present=True, coverage=cells.astype(np.float64), damage=whole(placed.symbol))
    left, top = plate.origin(placed)
    width, height = plate.extent(placed)
    margin = min(_MARGIN_MODULES, placed.symbol.quiet_zone) * plate.dots_of(placed)
    beside, above = (margin, 0 if placed.symbol.is_linear else margin)
    if placed.rotation in {90, 270}:
        beside, above = above, beside
    inset = (min(beside, left), min(above, top))
    window = ink[top - inset[1] : top + height + inset[1], left - inset[0] : left + width + inset[0]]
    if "absent" in effects:
        window[:] = 0
        nothing = np.zeros(cells.shape)
        return Marks(present=False, coverage=nothing, damage=damage(placed.symbol, np.pad(nothing, 1)))
    turns = placed.rotation // 90
    lying = np.rot90(cells, -turns)
    job = _Job(plate.dots_of(placed), inset, lying, amounts, rng)
    wrong = np.rot90(_marked(flipped, cells), -turns)
    spoilt, dead, grid = job.run(np.array(window), effects, wrong)
    window[:] = spoilt
    # One module more on each side: spots in the quiet zone are damage too.
    around = np.rot90(_coverage(spoilt, inset, job.per_module, (lying.shape[0], lying.shape[1])), turns)
    return Marks(True, around[1:-1, 1:-1], damage(placed.symbol, around), dead, grid)


def _cells(plate: Plate, placed: PlacedSymbol) -> NDArray[np.bool_]:
    """The modules as rows and columns; bars become as many rows as fit their height."""
    if not placed.symbol.is_linear:
        return placed.symbol.modules
    return placed.symbol.modules.repeat(max(1, int(plate.depth(placed))), axis=0)


@dataclass(frozen=True, slots=True)
class _Job:
    """Printing one code."""

    per_module: int
    inset: tuple[int, int]
    cells: NDArray[np.bool_]
    """As they lie on the label: print faults follow the travel, however the code is turned."""
    amounts: Mapping[str, float]
    rng: Rng

    def run(
        self, ink: Gray, effects: Mapping[str, float], wrong: NDArray[np.bool_]
    ) -> tuple[Gray, tuple[float, ...], float]:
        """All faults of print and handling, in physical order: the ink, its dead lines, its grid non-uniformity."""  # fmt: skip
        cells = self.cells ^ wrong
        if wrong.any():
            self._paint(ink, wrong & self.cells, 0)
            self._paint(ink, wrong & ~self.cells, 255)
        if "missing_dots" in effects:
            gone = printing.missing(cells, self.amounts["missing_dots.share"], self.rng("missing_dots"))
            cells = cells & ~gone
            self._paint(ink, gone, 0)
        if "dots" in effects:
            scatter = self.amounts["dots.growth"], self.amounts["dots.jitter"]
            ink = printing.dots(cells, self.inset, ink.shape, self.per_module, *scatter, self.rng("dots"))
        across, down = (
            self.amounts.get(f"growth.{axis}", 0) + self.amounts.get(f"ink_loss.{axis}", 0) for axis in "xy"
        )
        ink = printing.grow(ink, self.per_module, across, down)
        grid = 0.0
        dead: tuple[float, ...] = ()
        if "jitter" in effects:
            moved = printing.shifts(
                self.cells.shape[1],
                self.amounts["jitter.columns"],
                self.amounts["jitter.drift"],
                self.rng("jitter"),
            )
            ink, grid = (
                printing.shift_columns(ink, self.per_module, self.inset[0], moved),
                moved.grid_nonuniformity,
            )
        if "dead_nozzle" in effects:
            ink, dead = printing.lines_without_ink(
                ink,
                self.per_module,
                self.inset[1],
                self.amounts["dead_nozzle.lines"],
                self.rng("dead_nozzle"),
            )
        return self._handled(ink, effects), dead, grid

    def _handled(self, ink: Gray, effects: Mapping[str, float]) -> Gray:
        if "voids" in effects:
            rates = self.amounts["voids.voids"], self.amounts["voids.spots"]
            most = tuple(amount.base + amount.slope for amount in CATALOGUE["voids"].amounts)
            ink = printing.specks(ink, self.per_module, *rates, (most[0], most[1]), self.rng("voids"))
        if "smear" in effects:
            ink = printing.smear(
                ink, self.per_module, self.amounts["smear.length"], self.amounts["smear.strength"]
            )
        if "wrinkle" in effects:
            ink = printing.wrinkles(ink, self.per_module, self.amounts["wrinkle.lines"], self.rng("wrinkle"))
        if "scratch" in effects:
            ink = printing.scratches(ink, self.per_module, self.amounts["scratch.count"], self.rng("scratch"))
        return ink

    def _paint(self, ink: Gray, which: NDArray[np.bool_], value: int) -> None:
        drawn = which.repeat(self.per_module, axis=0).repeat(self.per_module, axis=1)
        left, top = self.inset
        height, width = drawn.shape
        ink[top : top + height, left : left + width][drawn] = value


def _marked(flipped: Collection[tuple[int, int]], cells: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The flipped modules as a mask; raises `SymbolError` `option` for one that the code does not have."""
    mask = np.zeros_like(cells)
    rows, columns = len(cells), len(cells[0])
    for row, column in flipped:
        if not (0 <= row < rows and 0 <= column < columns):
            raise SymbolError(
                f"flipped module {row}, {column} lies outside {rows} x {columns}", code="option"
            )
        mask[row, column] = True
    return mask


def _coverage(
    ink: Gray, inset: tuple[int, int], per_module: int, shape: tuple[int, int]
) -> NDArray[np.float64]:
    """Share of ink within the aperture at the place of each module and of the ring around them, 0 to 1."""
    rows, columns = shape[0] + 2, shape[1] + 2
    left, top = (max(side - per_module, 0) for side in inset)
    room = ((max(per_module - inset[1], 0),) * 2, (max(per_module - inset[0], 0),) * 2)
    inside = np.pad(ink, room)[top:, left:][: rows * per_module, : columns * per_module]
    offsets = np.arange(per_module) + 0.5 - per_module / 2
    disc = np.hypot(offsets, offsets[:, None]) <= _APERTURE / 2 * per_module
    blocks = inside.reshape(rows, per_module, columns, per_module).transpose(0, 2, 1, 3)
    share = blocks.reshape(rows, columns, -1)[..., disc.ravel()].mean(axis=-1, dtype=np.float64) / 255
    return np.asarray(share, np.float64)
