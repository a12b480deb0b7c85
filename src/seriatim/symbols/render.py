"""Draws one symbol for a screen or a printer, module by module, so that what is printed is known bit for bit."""

import struct
import zlib
from collections.abc import Callable
from typing import Final, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from seriatim.symbols import limits
from seriatim.symbols import pdf as documents
from seriatim.symbols import zpl as printer
from seriatim.symbols.errors import SymbolError
from seriatim.symbols.formats import FORMAT

__all__ = [
    "NO_UNDERCUT",
    "ModuleDots",
    "Undercut",
    "dark_runs",
    "module_dots",
    "one_bit_png",
    "pdf",
    "pixels",
    "png",
    "raster",
    "runs",
    "svg",
    "zpl",
]

_MM_PER_INCH: Final = 25.4


class Undercut(NamedTuple):
    """Dots taken off every dark run so that spreading ink brings it back to size (bar-width reduction)."""

    x: int = 0
    """Across, off each run of a row."""
    y: int = 0
    """Down, off each run of a column."""


NO_UNDERCUT: Final = Undercut()
ModuleDots = Callable[[float], int]
"""Dots of a module whose width is given in mm."""


class Drawable(Protocol):
    """What a drawing needs to know of a symbol (see `encode.Symbol`)."""

    @property
    def modules(self) -> NDArray[np.bool_]: ...
    @property
    def size(self) -> tuple[int, int]: ...
    @property
    def quiet_zone(self) -> int: ...
    @property
    def is_linear(self) -> bool: ...
    @property
    def bar_height(self) -> int: ...
    @property
    def bearer(self) -> int: ...
    @property
    def format(self) -> str: ...


def raster(
    symbol: Drawable,
    dots: int,
    *,
    quiet_zone: bool = True,
    bar_height: int | None = None,
    undercut: Undercut = NO_UNDERCUT,
) -> NDArray[np.bool_]:
    """The symbol in dots, `dots` per module, dark is True.

    `bar_height` in dots is for linear symbols only; the default is the format's. Raises `SymbolError` `scale`, and
    `option` for an undercut that would eat a whole module.
    """
    if not 1 <= dots <= limits.SCALE_MAX:
        raise SymbolError(f"expected 1 to {limits.SCALE_MAX} dots per module, got {dots}", code="scale")
    rows = (bar_height or symbol.bar_height * dots) if symbol.is_linear else dots
    if symbol.size[0] * rows * symbol.size[1] * dots > limits.RASTER_DOTS_MAX:
        raise SymbolError(f"more than {limits.RASTER_DOTS_MAX} dots", code="scale")
    drawn = symbol.modules.repeat(rows, axis=0).repeat(dots, axis=1)
    if undercut != NO_UNDERCUT:
        drawn = _undercut(drawn, undercut, dots)
    if symbol.bearer:
        drawn = drawn.copy()
        drawn[: symbol.bearer * dots] = drawn[-symbol.bearer * dots :] = True
    if not quiet_zone:
        return drawn
    margin = symbol.quiet_zone * dots
    return np.pad(drawn, ((0, 0) if symbol.is_linear else (margin, margin), (margin, margin)))


def _undercut(drawn: NDArray[np.bool_], undercut: Undercut, dots: int) -> NDArray[np.bool_]:
    """A dot stays dark where its neighbours on both sides are dark as far as half the undercut reaches."""
    kept = drawn
    for axis, taken in ((1, undercut.x), (0, undercut.y)):
        if not 0 <= taken < dots:
            raise SymbolError(f"an undercut of {taken} dots leaves nothing of {dots}", code="option")
        lead, trail = taken // 2, taken - taken // 2
        padding = [(0, 0), (0, 0)]
        padding[axis] = (lead, trail)
        wide = np.pad(drawn, padding)
        for shift in range(taken + 1):
            kept = kept & wide.take(range(shift, shift + drawn.shape[axis]), axis=axis)
    return kept


def pixels(symbol: Drawable, scale: int) -> NDArray[np.uint8]:
    """The symbol with quiet zone as 8-bit gray, dark 0 and light 255."""
    return np.where(raster(symbol, scale), np.uint8(0), np.uint8(255))


def module_dots(x_mm: float, dpi: int) -> int:
    """Printer dots per module, exactly; `SymbolError` `x_dimension` offers the next larger X that is a whole number.

    >>> module_dots(0.254, 300)
    3
    >>> module_dots(0.254, 203)
    Traceback (most recent call last):
    seriatim.symbols.errors.SymbolError: X = 0.254 mm is 2.03 dots at 203 dpi; the next printable X is 0.375 mm
    """
    if not 50 <= dpi <= 2400:
        raise SymbolError(f"expected 50 to 2400 dpi, got {dpi}", code="option")
    _check_module(x_mm)
    exact = x_mm * dpi / _MM_PER_INCH
    dots = round(exact)
    if dots < 1 or abs(dots - exact) > limits.X_TOLERANCE * exact:
        offer = (int(exact) + 1) * _MM_PER_INCH / dpi
        raise SymbolError(
            f"X = {x_mm:g} mm is {exact:.2f} dots at {dpi} dpi; the next printable X is {offer:.3f} mm",
            code="x_dimension",
            offer_mm=offer,
        )
    return dots


def svg(symbol: Drawable, *, x_mm: float | None = None) -> str:
    """One path of crisp rectangles in module units; width and height in mm."""
    x_mm = _module_mm(symbol, x_mm)
    width, height = _extent(symbol)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width * x_mm:.4f}mm" height="{height * x_mm:.4f}mm" '
        f'viewBox="0 0 {width} {height}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{width}v{height}h-{width}z"/>'
        f'<path d="{dark_runs(symbol, symbol.quiet_zone, 0 if symbol.is_linear else symbol.quiet_zone)}"/></svg>'
    )


def dark_runs(symbol: Drawable, left: int = 0, top: int = 0, bar_height: float | None = None) -> str:
    """SVG path data: one rectangle per horizontal run of dark modules, in module units."""
    height = (bar_height or symbol.bar_height) if symbol.is_linear else 1
    drawn = runs(symbol.modules, left, top, height)
    if not symbol.bearer:
        return drawn
    width, thick = symbol.size[1], symbol.bearer
    return drawn + "".join(f"M{left} {top + y:g}h{width}v{thick}h-{width}z" for y in (0, height - thick))


def runs(dark: NDArray[np.bool_], left: int = 0, top: int = 0, height: float = 1) -> str:
    """SVG path data of a matrix: one rectangle per horizontal run of dark cells, each 1 wide and `height` high."""
    framed = np.pad(dark, ((0, 0), (1, 1))).astype(np.int8)
    edges = np.diff(framed, axis=1)
    rows, starts = np.nonzero(edges == 1)
    _, ends = np.nonzero(edges == -1)
    return "".join(
        f"M{left + start} {top + row}h{end - start}v{height:g}h-{end - start}z"
        for row, start, end in zip(rows.tolist(), starts.tolist(), ends.tolist(), strict=True)
    )


def png(symbol: Drawable, scale: int = 8, *, dpi: int | None = None) -> bytes:
    """A 1-bit gray PNG; `dpi` sets its physical size (default: the format's default X at this scale)."""
    per_mm = dpi / _MM_PER_INCH if dpi else scale / FORMAT[symbol.format].x_default_mm
    return one_bit_png(raster(symbol, scale), per_mm)


def one_bit_png(dark: NDArray[np.bool_], dots_per_mm: float) -> bytes:
    """Dots (rows x columns, dark is True) as a 1-bit gray PNG that knows its size in print."""
    light = ~dark
    height, width = light.shape
    per_metre = round(dots_per_mm * 1000)
    packed = np.pad(np.packbits(light, axis=1), ((0, 0), (1, 0)))  # filter byte 0 before each row
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)),
            _chunk(b"pHYs", struct.pack(">IIB", per_metre, per_metre, 1)),
            _chunk(b"IDAT", zlib.compress(packed.tobytes(), 9)),
            _chunk(b"IEND", b""),
        )
    )


def zpl(
    symbol: Drawable, dpi: int = 300, *, x_mm: float | None = None, undercut: Undercut = NO_UNDERCUT
) -> bytes:
    """One label holding the symbol and its quiet zone; without `x_mm` the smallest printable X from the default up."""
    if x_mm is None:
        smallest = FORMAT[symbol.format].x_default_mm
        dots = int(np.ceil(smallest * dpi / _MM_PER_INCH * (1 - limits.X_TOLERANCE)))
    else:
        dots = module_dots(x_mm, dpi)
    drawn = raster(symbol, dots, quiet_zone=False, undercut=undercut)
    margin = symbol.quiet_zone * dots
    return printer.label(
        [printer.graphic(drawn, margin, margin)],
        width=drawn.shape[1] + 2 * margin,
        height=drawn.shape[0] + 2 * margin,
    )


def pdf(symbol: Drawable, *, x_mm: float | None = None) -> bytes:
    """One page, exactly as large as the symbol with its quiet zone."""
    x_mm = _module_mm(symbol, x_mm)
    width, height = _extent(symbol)
    page = documents.Page(width * x_mm, height * x_mm)
    margin = symbol.quiet_zone * x_mm
    wide, high = symbol.size[1] * x_mm, (symbol.bar_height or symbol.size[0]) * x_mm
    top = 0 if symbol.is_linear else margin
    page.mask(symbol.modules, margin, top, wide, high)
    if symbol.bearer:
        for y in (top, top + high - symbol.bearer * x_mm):
            page.rectangle(margin, y, wide, symbol.bearer * x_mm)
    return documents.document([page])


def _module_mm(symbol: Drawable, x_mm: float | None) -> float:
    if x_mm is None:
        return FORMAT[symbol.format].x_default_mm
    _check_module(x_mm)
    return x_mm


def _check_module(x_mm: float) -> None:
    if not 0 < x_mm < 100:
        raise SymbolError(f"expected a module width in mm, got {x_mm}", code="x_dimension")


def _extent(symbol: Drawable) -> tuple[int, int]:
    """Width and height in modules, quiet zone included."""
    rows, columns = symbol.size
    margin = 2 * symbol.quiet_zone
    return columns + margin, symbol.bar_height if symbol.is_linear else rows + margin


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
