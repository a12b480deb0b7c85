"""A label laid out in millimetres: symbols and lines of text, drawn the same way on paper, screen and in the camera."""

from dataclasses import dataclass
from typing import Final
from unicodedata import normalize
from xml.sax.saxutils import escape

import numpy as np
from numpy.typing import NDArray

from seriatim.symbols import limits, render, zpl
from seriatim.symbols.encode import Symbol
from seriatim.symbols.errors import SymbolError
from seriatim.symbols.lettering import CAPITALS, DESCENDERS, text_width
from seriatim.symbols.pdf import Page

__all__ = ["Label", "PlacedSymbol", "TextLine"]

_MM_PER_INCH: Final = 25.4
_HERSHEY_CAPITALS: Final = 21
"""Height of OpenCV's plain capitals in pixels at scale 1."""
_SLACK_MM: Final = 1e-6
"""Rounding of sums of millimetres."""

Box = tuple[float, float, float, float]
"""Left, top, right, bottom in mm."""


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of text."""

    text: str
    x_mm: float
    """Left edge."""
    y_mm: float
    """Top of the capitals."""
    size_mm: float
    """Font size; capitals are 0.718 of it."""
    bold: bool = False

    @property
    def box(self) -> Box:
        """What the line covers at most, set in Helvetica."""
        below = self.y_mm + (CAPITALS + DESCENDERS) * self.size_mm
        return self.x_mm, self.y_mm, self.x_mm + text_width(self.text, self.size_mm, bold=self.bold), below


@dataclass(frozen=True, slots=True)
class PlacedSymbol:
    """A symbol with its place and module width."""

    symbol: Symbol
    x_mm: float
    """Left edge of the leftmost module column, quiet zone outside."""
    y_mm: float
    """Top edge of the topmost module row."""
    module_mm: float
    """X, the width of one module."""
    bar_height_mm: float | None = None
    """Linear symbols only; default 64 modules."""

    @property
    def width_mm(self) -> float:
        """Without quiet zone."""
        return self.symbol.size[1] * self.module_mm

    @property
    def height_mm(self) -> float:
        """Without quiet zone."""
        if self.symbol.is_linear:
            return self.bar_height_mm or limits.BAR_HEIGHT_MODULES * self.module_mm
        return self.symbol.size[0] * self.module_mm

    @property
    def box(self) -> Box:
        """What must stay free of all else: the symbol with its quiet zone."""
        side = self.symbol.quiet_zone * self.module_mm
        above = 0 if self.symbol.is_linear else side
        right, bottom = self.x_mm + self.width_mm + side, self.y_mm + self.height_mm + above
        return self.x_mm - side, self.y_mm - above, right, bottom


@dataclass(frozen=True, slots=True)
class Label:
    """A filled-in label. Raises `SymbolError` `layout` when anything leaves it or text runs into a quiet zone."""

    width_mm: float
    height_mm: float
    symbols: tuple[PlacedSymbol, ...]
    texts: tuple[TextLine, ...] = ()

    def __post_init__(self) -> None:
        taken = [(placed.symbol.format, placed.box) for placed in self.symbols]
        for form, box in taken:
            self._on_the_label(f"the {form} with quiet zone", box)
        for line in self.texts:
            box = line.box
            self._on_the_label(line.text, box)
            for form, other in taken:
                if _overlap(box, other):
                    raise SymbolError(f"{line.text!r} runs into the {form} or its quiet zone", code="layout")

    def _on_the_label(self, what: str, box: Box) -> None:
        left, top, right, bottom = box
        if (
            min(left, top) < -_SLACK_MM
            or right > self.width_mm + _SLACK_MM
            or bottom > self.height_mm + _SLACK_MM
        ):
            raise SymbolError(
                f"{what!r} covers {left:.2f} to {right:.2f} x {top:.2f} to {bottom:.2f} mm "
                f"of a label of {self.width_mm:g} x {self.height_mm:g} mm",
                code="layout",
            )

    def draw(self, dots_per_mm: float) -> NDArray[np.uint8]:
        """The label as 8-bit gray, ink 0 on paper 255, for screens and the synthetic camera, not for printers.

        Modules are whole dots: the nearest number to X is taken. Letters outside ASCII lose their accents here.
        """
        width, height = round(self.width_mm * dots_per_mm), round(self.height_mm * dots_per_mm)
        if not 0 < width * height <= limits.RASTER_DOTS_MAX:
            raise SymbolError(f"a label of {width} x {height} dots cannot be drawn", code="scale")
        canvas = np.full((height, width), 255, np.uint8)
        for line in self.texts:
            _letter(canvas, line, dots_per_mm)
        for placed in self.symbols:
            dark = render.raster(
                placed.symbol, max(1, round(placed.module_mm * dots_per_mm)), quiet_zone=False
            )
            if placed.symbol.is_linear:
                dark = dark[:1].repeat(max(1, round(placed.height_mm * dots_per_mm)), axis=0)
            x, y = round(placed.x_mm * dots_per_mm), round(placed.y_mm * dots_per_mm)
            window = canvas[y : y + dark.shape[0], x : x + dark.shape[1]]
            window[dark[: window.shape[0], : window.shape[1]]] = 0
        return canvas

    def zpl(self, dpi: int = 300) -> bytes:
        """The label for a ZPL printer, symbols exact to the dot; `SymbolError` `x_dimension` when X is no whole dot."""
        per_mm = dpi / _MM_PER_INCH

        def dots(length_mm: float) -> int:
            return round(length_mm * per_mm)

        fields = []
        for placed in self.symbols:
            height = dots(placed.height_mm) if placed.symbol.is_linear else None
            module = render.module_dots(placed.module_mm, dpi)
            dark = render.raster(placed.symbol, module, quiet_zone=False, bar_height=height)
            fields.append(zpl.graphic(dark, dots(placed.x_mm), dots(placed.y_mm)))
        fields += [
            zpl.text(one.text, dots(one.x_mm), dots(one.y_mm), dots(one.size_mm)) for one in self.texts
        ]
        return zpl.label(fields, width=dots(self.width_mm), height=dots(self.height_mm))

    def paint(self, page: Page, left_mm: float = 0, top_mm: float = 0) -> None:
        """Put the label on a PDF page with its top left corner at left, top."""
        for placed in self.symbols:
            x, y = left_mm + placed.x_mm, top_mm + placed.y_mm
            page.mask(placed.symbol.modules, x, y, placed.width_mm, placed.height_mm)
        for line in self.texts:
            page.text(line.text, left_mm + line.x_mm, top_mm + line.y_mm, line.size_mm, bold=line.bold)

    def svg(self) -> str:
        """The label as SVG in mm, for the screen."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.width_mm:g}mm" height="{self.height_mm:g}mm" '
            f'viewBox="0 0 {self.width_mm:g} {self.height_mm:g}">'
            f'<path fill="#fff" d="M0 0h{self.width_mm:g}v{self.height_mm:g}H0z"/>'
            + "".join(_svg_symbol(placed) for placed in self.symbols)
            + "".join(_svg_text(line) for line in self.texts)
            + "</svg>"
        )


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _letter(canvas: NDArray[np.uint8], line: TextLine, dots_per_mm: float) -> None:
    """Draw a line with OpenCV's own font, no wider than the same line in Helvetica."""
    import cv2  # noqa: PLC0415 -- heavy

    plain = normalize("NFKD", line.text).encode("ascii", "ignore").decode()
    scale = line.size_mm * dots_per_mm * CAPITALS / _HERSHEY_CAPITALS
    thickness = max(1, round(scale * (3.0 if line.bold else 1.8)))
    (width, _), _ = cv2.getTextSize(plain, cv2.FONT_HERSHEY_SIMPLEX, scale, thickness)
    room = text_width(line.text, line.size_mm, bold=line.bold) * dots_per_mm
    scale *= min(1.0, room / max(width, 1))
    base = (round(line.x_mm * dots_per_mm), round((line.y_mm + CAPITALS * line.size_mm) * dots_per_mm))
    cv2.putText(canvas, plain, base, cv2.FONT_HERSHEY_SIMPLEX, scale, 0, thickness, cv2.LINE_AA)


def _svg_symbol(placed: PlacedSymbol) -> str:
    down = placed.height_mm / limits.BAR_HEIGHT_MODULES if placed.symbol.is_linear else placed.module_mm
    return (
        f'<path shape-rendering="crispEdges" transform="translate({placed.x_mm:g} {placed.y_mm:g}) '
        f'scale({placed.module_mm:g} {down:g})" d="{render.dark_runs(placed.symbol)}"/>'
    )


def _svg_text(line: TextLine) -> str:
    weight = ' font-weight="bold"' if line.bold else ""
    return (
        f'<text x="{line.x_mm:g}" y="{line.y_mm + CAPITALS * line.size_mm:g}" font-size="{line.size_mm:g}" '
        f'font-family="Helvetica, Arial, sans-serif"{weight}>{escape(line.text)}</text>'
    )
