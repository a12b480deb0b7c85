"""What can stand on a label, each thing with its place in millimetres: a line of text, a symbol, a picture, a bar."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from seriatim.symbols import limits
from seriatim.symbols.encode import Symbol
from seriatim.symbols.lettering import CAPITALS, DESCENDERS, text_width

__all__ = ["Align", "Bar", "Box", "Picture", "PlacedSymbol", "Rotation", "TextLine", "overlap"]

Box = tuple[float, float, float, float]
"""Left, top, right, bottom in mm."""
Rotation = Literal[0, 90, 180, 270]
"""Degrees clockwise."""
Align = Literal["left", "center", "right"]
_LINE: Final = CAPITALS + DESCENDERS


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of text."""

    text: str
    x_mm: float
    """Left edge of what it covers, as it lies on the label."""
    y_mm: float
    """Top edge; for upright text, the top of the capitals."""
    size_mm: float
    """Font size; capitals are 0.718 of it."""
    bold: bool = False
    rotation: Rotation = 0
    align: Align = "left"
    room_mm: float | None = None
    """Length of the room that the line is aligned in; None: as long as the line is."""
    element: int | None = None
    """Which element of the template it came from."""

    @property
    def length_mm(self) -> float:
        """Along the line, set in Helvetica: at most what is printed."""
        return text_width(self.text, self.size_mm, bold=self.bold)

    @property
    def box(self) -> Box:
        """What the line covers at most, set in Helvetica."""
        length, height = self.length_mm, _LINE * self.size_mm
        x, y = self.x_mm, self.y_mm
        if self.rotation == 0 and self.align == "left":
            return x, y, x + length, y + height
        before = self._before(length)
        if self.rotation in {0, 180}:
            start = before if self.rotation == 0 else (self.room_mm or length) - before - length
            return x + start, y, x + start + length, y + height
        start = before if self.rotation == 90 else (self.room_mm or length) - before - length
        return x, y + start, x + height, y + start + length

    @property
    def baseline(self) -> tuple[float, float]:
        """Where the first letter stands, in mm; the line runs on in the direction of `rotation`."""
        if self.rotation == 0 and self.align == "left":
            return self.x_mm, self.y_mm + CAPITALS * self.size_mm
        left, top, right, bottom = self.box
        below = DESCENDERS * self.size_mm
        match self.rotation:
            case 0:
                return left, bottom - below
            case 90:
                return left + below, top
            case 180:
                return right, top + below
            case _:
                return right - below, bottom

    def _before(self, length: float) -> float:
        """Room left free before the first letter."""
        free = (self.room_mm or length) - length
        return {"left": 0.0, "center": free / 2, "right": free}[self.align]


@dataclass(frozen=True, slots=True)
class PlacedSymbol:
    """A symbol with its place and module width."""

    symbol: Symbol
    x_mm: float
    """Left edge of the symbol as it lies on the label, quiet zone outside."""
    y_mm: float
    """Top edge of the symbol as it lies on the label."""
    module_mm: float
    """X, the width of one module."""
    bar_height_mm: float | None = None
    """Linear symbols only; default as the format's standard asks."""
    rotation: Rotation = 0
    element: int | None = None
    """Which element of the template it came from."""

    @property
    def length_mm(self) -> float:
        """Across the columns, without quiet zone, however the symbol is turned."""
        return self.symbol.size[1] * self.module_mm

    @property
    def depth_mm(self) -> float:
        """Along the bars or down the rows, without quiet zone, however the symbol is turned."""
        if self.symbol.is_linear:
            return self.bar_height_mm or self.symbol.bar_height * self.module_mm
        return self.symbol.size[0] * self.module_mm

    @property
    def width_mm(self) -> float:
        """On the label, without quiet zone."""
        return self.length_mm if self.rotation in {0, 180} else self.depth_mm

    @property
    def height_mm(self) -> float:
        """On the label, without quiet zone."""
        return self.depth_mm if self.rotation in {0, 180} else self.length_mm

    @property
    def box(self) -> Box:
        """What must stay free of all else: the symbol with its quiet zone."""
        beside = self.symbol.quiet_zone * self.module_mm
        above = 0 if self.symbol.is_linear else beside
        if self.rotation in {90, 270}:
            beside, above = above, beside
        left, top, right, bottom = self.core
        return left - beside, top - above, right + beside, bottom + above

    @property
    def core(self) -> Box:
        """The symbol without its quiet zone."""
        return self.x_mm, self.y_mm, self.x_mm + self.width_mm, self.y_mm + self.height_mm

    @property
    def matrix(self) -> NDArray[np.bool_]:
        """The modules as they lie on the label."""
        return np.rot90(self.symbol.modules, -self.rotation // 90) if self.rotation else self.symbol.modules


@dataclass(frozen=True, slots=True)
class Picture:
    """A black and white picture, such as a logo."""

    packed: bytes
    """Dots, eight to a byte, dark is 1, each row padded to whole bytes."""
    columns: int
    x_mm: float
    y_mm: float
    width_mm: float
    height_mm: float
    element: int | None = None

    @property
    def box(self) -> Box:
        return self.x_mm, self.y_mm, self.x_mm + self.width_mm, self.y_mm + self.height_mm

    @property
    def matrix(self) -> NDArray[np.bool_]:
        """The dots as drawn by their maker: rows x columns, dark is True."""
        rows = np.frombuffer(self.packed, np.uint8).reshape(-1, (self.columns + 7) // 8)
        return np.unpackbits(rows, axis=1)[:, : self.columns].astype(np.bool_)

    def dots(self, dots_per_mm: float) -> NDArray[np.bool_]:
        """The picture in the printer's dots."""
        width, height = round(self.width_mm * dots_per_mm), round(self.height_mm * dots_per_mm)
        return _scaled(self.packed, self.columns, max(1, width), max(1, height))


@lru_cache(maxsize=32)
def _scaled(packed: bytes, columns: int, width: int, height: int) -> NDArray[np.bool_]:
    """A picture is scaled once for each printer, not for each label."""
    import cv2  # noqa: PLC0415 -- heavy

    matrix = Picture(packed, columns, 0, 0, 1, 1).matrix
    light = np.where(matrix, np.uint8(0), np.uint8(255))
    shrinks = width < matrix.shape[1] or height < matrix.shape[0]
    scaled = cv2.resize(
        light, (width, height), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_NEAREST
    )
    dark: NDArray[np.bool_] = scaled < limits.DARK_BELOW
    dark.setflags(write=False)
    return dark


@dataclass(frozen=True, slots=True)
class Bar:
    """A black rectangle: a line, or one side of a box."""

    x_mm: float
    y_mm: float
    width_mm: float
    height_mm: float
    element: int | None = None

    @property
    def box(self) -> Box:
        return self.x_mm, self.y_mm, self.x_mm + self.width_mm, self.y_mm + self.height_mm


def overlap(one: Box, other: Box) -> bool:
    """Do two boxes share any area?"""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
