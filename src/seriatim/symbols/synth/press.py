"""The label on paper: each code printed with its faults, handled roughly, and what became of it."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seriatim.symbols.errors import SymbolError
from seriatim.symbols.images import Gray
from seriatim.symbols.layout import PlacedSymbol
from seriatim.symbols.synth import printing
from seriatim.symbols.synth.damage import Damage, damage, whole
from seriatim.symbols.synth.effects import CATALOGUE
from seriatim.symbols.synth.plate import Plate
from seriatim.symbols.synth.shot import Shot

__all__ = ["Marks", "Printed", "printed"]

_APERTURE: Final = 0.8
"""Of a module: the disc in which the ink of each module is averaged."""
_MARGIN_MODULES: Final = 2
"""Print faults reach that far around a code, and never beyond its quiet zone or the label."""


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


def printed(plate: Plate, shot: Shot, flipped: Collection[tuple[int, int]] = ()) -> Printed:
    """Draw the label, then spoil each of its codes; `flipped` modules belong to the first."""
    ink = 255 - plate.label.draw(plate.per_mm)
    codes = tuple(
        _printed_code(ink, plate, number, shot, () if number else flipped)
        for number in range(len(plate.label.symbols))
    )
    return Printed(plate, ink, codes)


def _printed_code(
    ink: Gray, plate: Plate, number: int, shot: Shot, flipped: Collection[tuple[int, int]]
) -> Marks:
    """Print one code into the ink of its label, in place."""
    placed = plate.label.symbols[number]
    cells = _cells(plate, placed)
    if not flipped and not any(CATALOGUE[name].stage in {"print", "handling"} for name in shot.effects):
        return Marks(present=True, coverage=cells.astype(np.float64), damage=whole(placed.symbol))
    window, inset = _window(ink, plate, placed)
    if "absent" in shot.effects:
        window[:] = 0
        nothing = np.zeros(cells.shape)
        return Marks(present=False, coverage=nothing, damage=damage(placed.symbol, np.pad(nothing, 1)))
    turns = placed.rotation // 90
    press = _Press(shot, number, plate.dots_of(placed), inset, np.rot90(cells, -turns))
    spoilt, dead, grid = press.run(np.array(window), np.rot90(_marked(flipped, cells), -turns))
    window[:] = spoilt
    around = np.rot90(press.coverage(spoilt), turns)
    return Marks(True, around[1:-1, 1:-1], damage(placed.symbol, around), dead, grid)


def _window(ink: Gray, plate: Plate, placed: PlacedSymbol) -> tuple[Gray, tuple[int, int]]:
    """The dots of a code and a margin around it, and how wide the margin is beside and above."""
    left, top = plate.origin(placed)
    width, height = plate.extent(placed)
    margin = min(_MARGIN_MODULES, placed.symbol.quiet_zone) * plate.dots_of(placed)
    beside, above = margin, 0 if placed.symbol.is_linear else margin
    if placed.rotation in {90, 270}:
        beside, above = above, beside
    beside, above = min(beside, left), min(above, top)
    return ink[top - above : top + height + above, left - beside : left + width + beside], (beside, above)


def _cells(plate: Plate, placed: PlacedSymbol) -> NDArray[np.bool_]:
    """The modules as rows and columns; bars become as many rows as fit their height."""
    if not placed.symbol.is_linear:
        return placed.symbol.modules
    return placed.symbol.modules.repeat(max(1, int(plate.depth(placed))), axis=0)


@dataclass(frozen=True, slots=True)
class _Press:
    """Prints one code, the `number`-th of its label."""

    shot: Shot
    number: int
    per_module: int
    inset: tuple[int, int]
    """Dots beside and above the code."""
    cells: NDArray[np.bool_]
    """As they lie on the label: print faults follow the travel, however the code is turned."""

    def run(self, ink: Gray, wrong: NDArray[np.bool_]) -> tuple[Gray, tuple[float, ...], float]:
        """All faults in physical order: the ink, its dead lines, its grid non-uniformity."""
        ink = self._dotted(ink, self._artwork(ink, wrong))
        ink = printing.grow(ink, self.per_module, *self.shot.growth)
        ink, grid = self._shifted(ink)
        ink, dead = self._without_dead_nozzles(ink)
        return self._handled(ink), dead, grid

    def _artwork(self, ink: Gray, wrong: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """The modules that get ink, on paper too: some in the wrong colour, some never printed."""
        meant = self.cells ^ wrong
        gone = wrong & self.cells
        if "missing_dots" in self.shot.effects:
            gone = gone | printing.missing(
                meant, self.shot.amount("missing_dots.share"), self._rng("missing_dots")
            )
        for which, value in ((wrong & ~self.cells, 255), (gone, 0)):
            if which.any():
                self._paint(ink, which, value)
        return np.asarray(meant & ~gone, np.bool_)

    def _dotted(self, ink: Gray, cells: NDArray[np.bool_]) -> Gray:
        if "dots" not in self.shot.effects:
            return ink
        growth, jitter = self.shot.amount("dots.growth"), self.shot.amount("dots.jitter")
        return printing.dots(cells, self.inset, ink.shape, self.per_module, growth, jitter, self._rng("dots"))

    def _shifted(self, ink: Gray) -> tuple[Gray, float]:
        if "jitter" not in self.shot.effects:
            return ink, 0.0
        tremble, drift = self.shot.amount("jitter.columns"), self.shot.amount("jitter.drift")
        moved = printing.shifts(self.cells.shape[1], tremble, drift, self._rng("jitter"))
        return printing.shift_columns(ink, self.per_module, self.inset[0], moved), moved.grid_nonuniformity

    def _without_dead_nozzles(self, ink: Gray) -> tuple[Gray, tuple[float, ...]]:
        if "dead_nozzle" not in self.shot.effects:
            return ink, ()
        lines = self.shot.amount("dead_nozzle.lines")
        return printing.lines_without_ink(
            ink, self.per_module, self.inset[1], lines, self._rng("dead_nozzle")
        )

    def _handled(self, ink: Gray) -> Gray:
        amount = self.shot.amount
        for name in self.shot.effects:
            match name:
                case "voids":
                    rates = amount("voids.voids"), amount("voids.spots")
                    ink = printing.specks(ink, self.per_module, rates, self._rng(name))
                case "smear":
                    ink = printing.smear(
                        ink, self.per_module, amount("smear.length"), amount("smear.strength")
                    )
                case "wrinkle":
                    ink = printing.wrinkles(ink, self.per_module, amount("wrinkle.lines"), self._rng(name))
                case "scratch":
                    ink = printing.scratches(ink, self.per_module, amount("scratch.count"), self._rng(name))
                case _:
                    pass
        return ink

    def coverage(self, ink: Gray) -> NDArray[np.float64]:
        """Share of ink within the aperture at the place of each module and of the ring around them, 0 to 1."""
        rows, columns = len(self.cells) + 2, len(self.cells[0]) + 2
        left, top = (max(side - self.per_module, 0) for side in self.inset)
        beside, above = (max(self.per_module - side, 0) for side in self.inset)
        inside = np.pad(ink, ((above, above), (beside, beside)))[top:, left:]
        inside = inside[: rows * self.per_module, : columns * self.per_module]
        offsets = np.arange(self.per_module) + 0.5 - self.per_module / 2
        disc = np.hypot(offsets, offsets[:, None]) <= _APERTURE / 2 * self.per_module
        blocks = inside.reshape(rows, self.per_module, columns, self.per_module).transpose(0, 2, 1, 3)
        share = blocks.reshape(rows, columns, -1)[..., disc.ravel()].mean(axis=-1, dtype=np.float64)
        return np.asarray(share / 255, np.float64)

    def _rng(self, name: str) -> np.random.Generator:
        return self.shot.rng(name, self.number)

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
