"""A label laid out in millimetres, drawn the same way on paper, screen and in the camera."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

import numpy as np
from numpy.typing import NDArray

from seriatim.symbols import limits, render, zpl
from seriatim.symbols.errors import SymbolError
from seriatim.symbols.lettering import draw_line
from seriatim.symbols.pdf import Page
from seriatim.symbols.placed import Bar, Picture, PlacedSymbol, TextLine
from seriatim.symbols.render import NO_UNDERCUT, Undercut
from seriatim.symbols.spacing import misplaced

__all__ = ["Bar", "Label", "Picture", "PlacedSymbol", "TextLine", "drawing"]

_MM_PER_INCH: Final = 25.4


@dataclass(frozen=True, slots=True)
class Label:
    """A filled-in label. Raises `SymbolError` `layout` when anything leaves it or runs into a code or its quiet zone."""

    width_mm: float
    height_mm: float
    symbols: tuple[PlacedSymbol, ...]
    texts: tuple[TextLine, ...] = ()
    pictures: tuple[Picture, ...] = ()
    bars: tuple[Bar, ...] = ()

    def __post_init__(self) -> None:
        for fault in misplaced(
            (self.width_mm, self.height_mm), self.symbols, self.texts, self.pictures, self.bars
        ):
            raise fault

    def draw(self, dots_per_mm: float) -> NDArray[np.uint8]:
        """The label as 8-bit gray, ink 0 on paper 255, for screens and the synthetic camera, not for printers.

        Modules are whole dots: the nearest number to X is taken. Letters outside ASCII lose their accents here.
        """
        canvas = self._canvas(dots_per_mm)
        for line in self.texts:
            draw_line(
                canvas,
                line.text,
                line.baseline,
                line.size_mm,
                dots_per_mm,
                bold=line.bold,
                turn=line.rotation,
            )
        self._stamp(
            canvas, dots_per_mm, lambda module_mm: max(1, round(module_mm * dots_per_mm)), NO_UNDERCUT
        )
        return canvas

    def dots(self, dpi: int = 300, *, undercut: Undercut = NO_UNDERCUT) -> NDArray[np.bool_]:
        """The label in printer dots, dark is True; `SymbolError` `x_dimension` when X is no whole dot."""
        per_mm = dpi / _MM_PER_INCH
        canvas = self._canvas(per_mm)
        for line in self.texts:
            draw_line(
                canvas, line.text, line.baseline, line.size_mm, per_mm, bold=line.bold, turn=line.rotation
            )
        self._stamp(canvas, per_mm, lambda module_mm: render.module_dots(module_mm, dpi), undercut)
        dark: NDArray[np.bool_] = canvas < limits.DARK_BELOW
        return dark

    def png(self, dpi: int = 300, *, undercut: Undercut = NO_UNDERCUT) -> bytes:
        """The label as a 1-bit PNG in printer dots that knows its size in print."""
        return render.one_bit_png(self.dots(dpi, undercut=undercut), dpi / _MM_PER_INCH)

    def _canvas(self, dots_per_mm: float) -> NDArray[np.uint8]:
        width, height = round(self.width_mm * dots_per_mm), round(self.height_mm * dots_per_mm)
        if not 0 < width * height <= limits.RASTER_DOTS_MAX:
            raise SymbolError(f"a label of {width} x {height} dots cannot be drawn", code="scale")
        return np.full((height, width), 255, np.uint8)

    def _stamp(
        self, canvas: NDArray[np.uint8], per_mm: float, module_dots: "render.ModuleDots", undercut: Undercut
    ) -> None:
        """Ink of all but the letters."""
        for placed in self.symbols:
            dark = _raster(placed, module_dots(placed.module_mm), per_mm, undercut)
            _ink(canvas, dark, placed.x_mm * per_mm, placed.y_mm * per_mm)
        for picture in self.pictures:
            _ink(canvas, picture.dots(per_mm), picture.x_mm * per_mm, picture.y_mm * per_mm)
        for bar in self.bars:
            size = (max(1, round(bar.height_mm * per_mm)), max(1, round(bar.width_mm * per_mm)))
            _ink(canvas, np.ones(size, np.bool_), bar.x_mm * per_mm, bar.y_mm * per_mm)

    def zpl(self, dpi: int = 300, *, undercut: Undercut = NO_UNDERCUT, copies: int = 1) -> bytes:
        """The label for a ZPL printer, symbols exact to the dot; `SymbolError` `x_dimension` when X is no whole dot."""
        per_mm = dpi / _MM_PER_INCH

        def dots(length_mm: float) -> int:
            return round(length_mm * per_mm)

        fields = []
        for placed in self.symbols:
            module = render.module_dots(placed.module_mm, dpi)
            dark = _raster(placed, module, per_mm, undercut)
            fields.append(zpl.graphic(dark, dots(placed.x_mm), dots(placed.y_mm)))
        fields += [
            zpl.graphic(picture.dots(per_mm), dots(picture.x_mm), dots(picture.y_mm))
            for picture in self.pictures
        ]
        fields += [
            zpl.bar(dots(bar.x_mm), dots(bar.y_mm), dots(bar.width_mm), dots(bar.height_mm))
            for bar in self.bars
        ]
        fields += [_zpl_text(line, dots) for line in self.texts]
        return zpl.label(fields, width=dots(self.width_mm), height=dots(self.height_mm), copies=copies)

    def paint(self, page: Page, left_mm: float = 0, top_mm: float = 0) -> None:
        """Put the label on a PDF page with its top left corner at left, top."""
        for placed in self.symbols:
            x, y = left_mm + placed.x_mm, top_mm + placed.y_mm
            page.mask(placed.matrix, x, y, placed.width_mm, placed.height_mm)
            for bar in _bearers(placed):
                page.rectangle(left_mm + bar.x_mm, top_mm + bar.y_mm, bar.width_mm, bar.height_mm)
        for picture in self.pictures:
            page.mask(
                picture.matrix,
                left_mm + picture.x_mm,
                top_mm + picture.y_mm,
                picture.width_mm,
                picture.height_mm,
            )
        for bar in self.bars:
            page.rectangle(left_mm + bar.x_mm, top_mm + bar.y_mm, bar.width_mm, bar.height_mm)
        for line in self.texts:
            x, y = line.baseline
            page.line(line.text, left_mm + x, top_mm + y, line.size_mm, bold=line.bold, turn=line.rotation)

    def svg(self) -> str:
        """The label as SVG in mm, for the screen."""
        size = (self.width_mm, self.height_mm)
        return drawing(size, self.symbols, self.texts, self.pictures, self.bars)


def drawing(
    size: tuple[float, float],
    symbols: Sequence[PlacedSymbol],
    texts: Sequence[TextLine],
    pictures: Sequence[Picture],
    bars: Sequence[Bar],
) -> str:
    """What stands on a paper of this width and height in mm as SVG, also where it must not stand."""
    width, height = size
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}mm" height="{height:g}mm" '
        f'viewBox="0 0 {width:g} {height:g}"><path fill="#fff" d="M0 0h{width:g}v{height:g}H0z"/>'
        + "".join(map(_svg_symbol, symbols))
        + "".join(map(_svg_picture, pictures))
        + "".join(map(_svg_bar, bars))
        + "".join(map(_svg_text, texts))
        + "</svg>"
    )


def _raster(placed: PlacedSymbol, module: int, per_mm: float, undercut: Undercut) -> NDArray[np.bool_]:
    """The symbol in dots as it lies on the label; the undercut follows the paper, not the symbol."""
    height = max(1, round(placed.depth_mm * per_mm)) if placed.symbol.is_linear else None
    if placed.rotation in {90, 270}:
        undercut = Undercut(undercut.y, undercut.x)
    dark = render.raster(placed.symbol, module, quiet_zone=False, bar_height=height, undercut=undercut)
    return np.rot90(dark, -placed.rotation // 90) if placed.rotation else dark


def _ink(canvas: NDArray[np.uint8], dark: NDArray[np.bool_], x: float, y: float) -> None:
    window = canvas[round(y) : round(y) + dark.shape[0], round(x) : round(x) + dark.shape[1]]
    window[dark[: window.shape[0], : window.shape[1]]] = 0


def _bearers(placed: PlacedSymbol) -> Iterator[Bar]:
    """The two bars along an ITF-14, at both ends of its bars."""
    thick = placed.symbol.bearer * placed.module_mm
    if not thick:
        return
    left, top, right, bottom = placed.core
    if placed.rotation in {0, 180}:
        yield Bar(left, top, right - left, thick)
        yield Bar(left, bottom - thick, right - left, thick)
    else:
        yield Bar(left, top, thick, bottom - top)
        yield Bar(right - thick, top, thick, bottom - top)


def _zpl_text(line: TextLine, dots: "zpl.Dots") -> bytes:
    left, top, right, bottom = line.box
    if line.rotation == 0 and line.align == "left":
        return zpl.text(line.text, dots(left), dots(top), dots(line.size_mm))
    if (
        line.room_mm is not None
    ):  # printers' fonts are narrower: they align the line themselves, in the same room
        along = (line.x_mm, line.x_mm + line.room_mm), (line.y_mm, line.y_mm + line.room_mm)
        if line.rotation in {0, 180}:
            left, right = along[0]
        else:
            top, bottom = along[1]
    size = line.size_mm
    # The block is as high as the font, the box only as high as its letters reach: both begin at the capitals.
    x = {90: right - size}.get(line.rotation, left)
    y = {180: bottom - size}.get(line.rotation, top)
    length = right - left if line.rotation in {0, 180} else bottom - top
    return zpl.block(
        line.text,
        max(0, dots(x)),
        max(0, dots(y)),
        dots(size),
        dots(length) + 1,
        turn=line.rotation,
        align=line.align,
    )


def _svg_symbol(placed: PlacedSymbol) -> str:
    height = placed.depth_mm / placed.module_mm if placed.symbol.is_linear else None
    left, top, right, bottom = placed.core
    origin = {0: (left, top), 90: (right, top), 180: (right, bottom), 270: (left, bottom)}[placed.rotation]
    turn = f" rotate({placed.rotation})" if placed.rotation else ""
    return (
        f'<path shape-rendering="crispEdges" transform="translate({origin[0]:g} {origin[1]:g}){turn} '
        f'scale({placed.module_mm:g})" d="{render.dark_runs(placed.symbol, bar_height=height)}"/>'
    )


def _svg_picture(picture: Picture) -> str:
    matrix = picture.matrix
    rows, columns = matrix.shape
    return (
        f'<path shape-rendering="crispEdges" transform="translate({picture.x_mm:g} {picture.y_mm:g}) '
        f'scale({picture.width_mm / columns:g} {picture.height_mm / rows:g})" d="{render.runs(matrix)}"/>'
    )


def _svg_bar(bar: Bar) -> str:
    return f'<path d="M{bar.x_mm:g} {bar.y_mm:g}h{bar.width_mm:g}v{bar.height_mm:g}h-{bar.width_mm:g}z"/>'


def _svg_text(line: TextLine) -> str:
    x, y = line.baseline
    weight = ' font-weight="bold"' if line.bold else ""
    place = f'x="{x:g}" y="{y:g}"'
    if line.rotation:
        place = f'transform="translate({x:g} {y:g}) rotate({line.rotation})"'
    return (
        f'<text {place} font-size="{line.size_mm:g}" '
        f'font-family="Helvetica, Arial, sans-serif"{weight}>{escape(line.text)}</text>'
    )
