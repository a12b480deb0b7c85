"""Which modules and codewords of a code are wrong on the paper, counted from the print itself, before any optics."""

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seriatim.symbols.encode import Symbol
from seriatim.symbols.matrix import MatrixLayout, layout_of, qr
from seriatim.symbols.matrix.layout import FREE

__all__ = ["Damage", "damage", "layout_of_symbol", "whole"]

_MATRIX: Final = frozenset({"datamatrix", "qrcode"})
"""Formats whose layout is known here; all others carry no error correction."""
_CLEAR_CUT: Final = 0.1
"""A module whose coverage is that close to none or all is beyond dispute."""


@dataclass(frozen=True, slots=True)
class Damage:
    """What the print of one code gets wrong. Empty for a good print."""

    modules: tuple[tuple[int, int], ...] = ()
    """Row and column of modules in the other colour: on the wrong side of the global threshold."""
    fixed_modules: tuple[tuple[int, int], ...] = ()
    """Those among them that belong to a fixed pattern: finders, clock tracks, alignment."""
    quiet_modules: tuple[tuple[int, int], ...] = ()
    """Places in the ring of one module around a matrix symbol that are dark; row or column -1 lies before the first."""
    codewords: tuple[int, ...] = ()
    """Index of each wrong codeword in the symbol's sequence; empty for bars, which have no correction."""
    unused_error_correction: float | None = None
    """1 - 2t / capacity, lowest over blocks, not below 0; None for bars. ISO/IEC 15415:2011, t errors."""
    repairable: bool = True
    """No block holds more errors than its correction can mend."""
    clear_cut: bool = True
    """No module is half inked: every reader that finds the symbol sees the same wrong modules."""


def whole(symbol: Symbol) -> Damage:
    """The damage of a good print: none."""
    return Damage(unused_error_correction=1.0 if symbol.format in _MATRIX else None)


def damage(symbol: Symbol, around: NDArray[np.float64]) -> Damage:
    """Compare the ink of each module with what was intended.

    `around`: ink of the modules and of a ring of one module around them, (rows + 2) x (columns + 2), 0 to 1. The limit
    between dark and light lies in the middle between most and least ink, as the global threshold of ISO/IEC 15415:2011
    does.
    """
    coverage = around[1:-1, 1:-1]
    dark = around > (coverage.max() + coverage.min()) / 2
    seen = dark[1:-1, 1:-1]
    wrong = seen != np.broadcast_to(symbol.modules, seen.shape)
    clear_cut = bool((np.abs(coverage - seen) <= _CLEAR_CUT).all())
    modules = _places(wrong)
    if symbol.format not in _MATRIX:
        return Damage(modules=modules, clear_cut=clear_cut, repairable=not modules)
    ring = dark.copy()
    ring[1:-1, 1:-1] = False
    quiet = tuple((row - 1, column - 1) for row, column in _places(ring))
    layout = layout_of_symbol(symbol)
    fixed = _places(wrong & (layout.fixed != FREE))
    bad = np.flatnonzero(wrong.ravel()[layout.cells].any(axis=1))
    unused: list[Fraction] = [
        1 - Fraction(2 * int(np.isin(block.places, bad).sum()), block.capacity) for block in layout.blocks
    ]
    least = min(unused)
    codewords = tuple(bad.tolist())
    return Damage(modules, fixed, quiet, codewords, max(float(least), 0.0), least >= 0, clear_cut)


def layout_of_symbol(symbol: Symbol) -> MatrixLayout:
    """Where the codewords of this very symbol stand; a QR code's level and mask are read off its intended modules."""
    if symbol.format != "qrcode":
        return layout_of(symbol.format, symbol.size)
    return _qr_layout(symbol.size, symbol.modules.tobytes())


@lru_cache(maxsize=64)
def _qr_layout(size: tuple[int, int], modules: bytes) -> MatrixLayout:
    form = qr.read_format(np.frombuffer(modules, np.bool_).reshape(size))
    assert form is not None, "an intended QR code has format information"
    return layout_of("qrcode", size, level=form[0], mask=form[1])


def _places(which: NDArray[np.bool_]) -> tuple[tuple[int, int], ...]:
    return tuple((int(row), int(column)) for row, column in np.argwhere(which))
