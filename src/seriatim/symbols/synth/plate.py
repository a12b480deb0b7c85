"""A label and the grid of dots it is drawn on: where on it each code stands.

The raster is the label's own drawing (:meth:`seriatim.symbols.layout.Label.draw`), so text and codes stand where every
other output puts them.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seriatim.symbols.layout import Label, PlacedSymbol
from seriatim.symbols.synth.pose import Pose

__all__ = ["Plate"]


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
