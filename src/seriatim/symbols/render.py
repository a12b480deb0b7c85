"""Draws one symbol for a screen or a printer, module by module, so that what is printed is known bit for bit."""

import struct
import zlib
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from seriatim.symbols import limits
from seriatim.symbols import pdf as documents
from seriatim.symbols import zpl as printer
from seriatim.symbols.errors import SymbolError

__all__ = ["dark_runs", "module_dots", "pdf", "pixels", "png", "raster", "svg", "zpl"]

_MM_PER_INCH: Final = 25.4


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
    def format(self) -> str: ...


def raster(
    symbol: Drawable, dots: int, *, quiet_zone: bool = True, bar_height: int | None = None
) -> NDArray[np.bool_]:
    """The symbol in dots, `dots` per module, dark is True.

    `bar_height` in dots is for linear symbols only; the default is 64 modules. Raises `SymbolError` `scale`.
    """
    if not 1 <= dots <= limits.SCALE_MAX:
        raise SymbolError(f"expected 1 to {limits.SCALE_MAX} dots per module, got {dots}", code="scale")
    rows = (bar_height or limits.BAR_HEIGHT_MODULES * dots) if symbol.is_linear else dots
    if symbol.size[0] * rows * symbol.size[1] * dots > limits.RASTER_DOTS_MAX:
        raise SymbolError(f"more than {limits.RASTER_DOTS_MAX} dots", code="scale")
    drawn = symbol.modules.repeat(rows, axis=0).repeat(dots, axis=1)
    if not quiet_zone:
        return drawn
    margin = symbol.quiet_zone * dots
    return np.pad(drawn, ((0, 0) if symbol.is_linear else (margin, margin), (margin, margin)))


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


def dark_runs(symbol: Drawable, left: int = 0, top: int = 0) -> str:
    """SVG path data: one rectangle per horizontal run of dark modules, in module units."""
    height = limits.BAR_HEIGHT_MODULES if symbol.is_linear else 1
    framed = np.pad(symbol.modules, ((0, 0), (1, 1))).astype(np.int8)
    edges = np.diff(framed, axis=1)
    rows, starts = np.nonzero(edges == 1)
    _, ends = np.nonzero(edges == -1)
    return "".join(
        f"M{left + start} {top + row}h{end - start}v{height}h-{end - start}z"
        for row, start, end in zip(rows.tolist(), starts.tolist(), ends.tolist(), strict=True)
    )


def png(symbol: Drawable, scale: int = 8, *, dpi: int | None = None) -> bytes:
    """A 1-bit gray PNG; `dpi` sets its physical size (default: the format's default X at this scale)."""
    light = ~raster(symbol, scale)
    height, width = light.shape
    per_metre = round((dpi / _MM_PER_INCH if dpi else scale / limits.X_DEFAULT_MM[symbol.format]) * 1000)
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


def zpl(symbol: Drawable, dpi: int = 300, *, x_mm: float | None = None) -> bytes:
    """One label holding the symbol and its quiet zone; without `x_mm` the smallest printable X from the default up."""
    if x_mm is None:
        smallest = limits.X_DEFAULT_MM[symbol.format]
        dots = int(np.ceil(smallest * dpi / _MM_PER_INCH * (1 - limits.X_TOLERANCE)))
    else:
        dots = module_dots(x_mm, dpi)
    drawn = raster(symbol, dots, quiet_zone=False)
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
    rows = limits.BAR_HEIGHT_MODULES if symbol.is_linear else symbol.size[0]
    page.mask(symbol.modules, margin, 0 if symbol.is_linear else margin, symbol.size[1] * x_mm, rows * x_mm)
    return documents.document([page])


def _module_mm(symbol: Drawable, x_mm: float | None) -> float:
    if x_mm is None:
        return limits.X_DEFAULT_MM[symbol.format]
    _check_module(x_mm)
    return x_mm


def _check_module(x_mm: float) -> None:
    if not 0 < x_mm < 100:
        raise SymbolError(f"expected a module width in mm, got {x_mm}", code="x_dimension")


def _extent(symbol: Drawable) -> tuple[int, int]:
    """Width and height in modules, quiet zone included."""
    rows, columns = symbol.size
    margin = 2 * symbol.quiet_zone
    return columns + margin, limits.BAR_HEIGHT_MODULES if symbol.is_linear else rows + margin


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
