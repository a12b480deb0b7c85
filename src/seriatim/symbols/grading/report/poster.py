"""The report as one picture: for a shift log, a message, a slide."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from seriatim.symbols.errors import SymbolError
from seriatim.symbols.grading.record import Grade
from seriatim.symbols.grading.report import words
from seriatim.symbols.grading.report.page import picture_of

__all__ = ["png_report"]

Canvas = NDArray[np.uint8]
Colour = tuple[int, int, int]

_WIDTH: Final = 1280
_HEIGHT: Final = 860
_SYMBOL_SIDE: Final = 480
# Blue, green, red: the design's tokens as OpenCV orders them.
_INK: Final = (28, 27, 19)
_SOFT: Final = (105, 105, 92)
_LINE: Final = (232, 232, 227)
_MUTE: Final = (149, 149, 135)
_LIGHT: Final = (240, 240, 237)
_WATCH: Final = (5, 122, 194)
_BAD: Final = (24, 35, 179)
_LEVELS: Final[dict[int, Colour]] = {3: (182, 224, 244), 2: (80, 171, 226), 1: (5, 122, 194), 0: _BAD}


def png_report(grade: Grade, *, limit: float | None = None) -> bytes:
    """The grade as a PNG of 1280 x 860 pixels; `limit` is the lowest grade the recipe lets pass.

    Raises `SymbolError` `option` with an OpenCV older than 5, which cannot set type.
    """
    import cv2  # noqa: PLC0415 -- heavy

    if not hasattr(cv2, "FontFace"):
        raise SymbolError("the PNG report needs OpenCV 5; the HTML report needs nothing", code="option")
    poster = _Poster()
    poster.title(grade, limit)
    poster.symbol(grade)
    poster.parameters(grade, limit)
    poster.causes(grade)
    done, data = cv2.imencode(".png", poster.canvas)
    assert done
    return bytes(data)


class _Poster:
    def __init__(self) -> None:
        import cv2  # noqa: PLC0415 -- heavy

        self._cv2: Any = cv2
        self._face = cv2.FontFace("sans")
        self.canvas: Canvas = np.full((_HEIGHT, _WIDTH, 3), 255, np.uint8)

    def text(
        self, words: str, x: float, y: float, size: int = 15, colour: Colour = _INK, weight: int = 400
    ) -> None:
        self._cv2.putText(self.canvas, words, (round(x), round(y)), colour, self._face, size, weight=weight)

    def right(self, words: str, x: float, y: float, size: int = 15, weight: int = 400) -> None:
        area = self._cv2.getTextSize((_WIDTH, _HEIGHT), words, (0, 0), self._face, size, weight=weight)
        self.text(words, x - area[2], y, size, weight=weight)

    def box(
        self, left: float, top: float, right: float, bottom: float, colour: Colour, thickness: int = -1
    ) -> None:
        corners = [(round(left), round(top)), (round(right) - 1, round(bottom) - 1)]
        self._cv2.rectangle(self.canvas, *corners, colour, thickness)

    def title(self, grade: Grade, limit: float | None) -> None:
        first, second = words.lead(grade, limit)
        self.text(words.headline(grade), 40, 64, 32, weight=600)
        self.text(_cut(f"{first} {second}", 130), 40, 100, 18, _SOFT)
        self.text(_cut(f"{grade.notation}   {grade.text}", 130), 40, 134, 15)

    def symbol(self, grade: Grade) -> None:
        """Modules by level; the picture itself where there is no grid."""
        left, top = 40, 170
        if grade.symbol is None:
            picture = picture_of(grade)
            scale = _SYMBOL_SIDE / max(picture.shape)
            shrunk = self._cv2.resize(picture, None, fx=scale, fy=scale, interpolation=self._cv2.INTER_AREA)
            height, width = shrunk.shape
            self.canvas[top : top + height, left : left + width] = shrunk[..., None]
            return
        rows, columns = grade.symbol.dark.shape
        step = _SYMBOL_SIDE / max(rows, columns)
        levels = grade.symbol.levels.astype(int)
        for row, column in np.ndindex(rows, columns):
            level = int(levels[row, column])
            colour = _LEVELS.get(level, _MUTE if grade.symbol.dark[row, column] else _LIGHT)
            x, y = left + column * step, top + row * step
            self.box(x, y, x + step * 0.92, y + step * 0.92, colour)
            if level < 4 and step >= 12:
                self.text(
                    str(level),
                    x + step * 0.25,
                    y + step * 0.7,
                    int(step * 0.6),
                    _INK if level else (255, 255, 255),
                    600,
                )
        for one in grade.segments:
            if one.grade < 4 and one.modules:
                corners = [side * step for side in one.where]
                self.box(left + corners[0], top + corners[1], left + corners[2], top + corners[3], _BAD, 2)
        for row_number in grade.hints[0].rows if grade.hints else ():
            y = top + (row_number - 1) * step
            self.box(left - 3, y - 2, left + columns * step + 2, y + step, _WATCH, 2)

    def parameters(self, grade: Grade, limit: float | None) -> None:
        left, top, axis, width = 580, 190, 800, 280
        bars = words.bars_of(grade)
        for zone, name in enumerate("FDCBA"):
            self.text(name, axis + (zone + 0.4) * width / 5, top - 8, 13, _SOFT)
        for zone in range(6):
            x = axis + zone * width / 5
            self.box(x, top, x + 1, top + 44 * len(bars), _LINE)
        for number, bar in enumerate(bars):
            y = top + 44 * number + 26
            self.text(bar.title, left, y, 15, weight=600 if bar.decides else 400)
            self.box(axis, y - 9, axis + max(bar.width * width, 2), y - 1, _WATCH if bar.is_low else _MUTE)
            self.right(bar.value, 1196, y)
            self.right(bar.grade, 1240, y, weight=600)
        if limit is not None and bars:
            x = axis + (limit + 0.5) / 5 * width
            self.box(x - 1, top, x + 1, top + 44 * len(bars), _INK)
            self.text("limit", x - 14, top - 26, 13, _SOFT)

    def causes(self, grade: Grade) -> None:
        y = 690
        for hint in grade.hints[:2]:
            self.text(hint.title, 40, y, 16, _WATCH, 600)
            self.text(_cut(f"{hint.evidence} {hint.remedy}", 150), 40, y + 24, 14)
            y += 56
        for number, line in enumerate(words.footer(grade)[:3]):
            self.text(_cut(line, 170), 40, _HEIGHT - 54 + 18 * number, 12, _SOFT)


def _cut(words: str, most: int) -> str:
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"
