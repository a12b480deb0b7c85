"""Proves a rendered symbol by reading it back: the identifier and every byte, or it is not released.

An encoder may claim FNC1 and print none; a renderer may lose a row. The proof trusts neither.
"""

import numpy as np
import zxingcpp
from numpy.typing import NDArray

from seriatim.symbols import images, render
from seriatim.symbols.encode import Symbol
from seriatim.symbols.errors import SymbolError
from seriatim.symbols.formats import FORMAT

__all__ = ["read_back", "verify"]


def verify(symbol: Symbol) -> Symbol:
    """Render a symbol as dots and as PNG, read both back and compare; returns the symbol.

    For recipe release and for each new format. Raises `SymbolError` `verify` when identifier or bytes differ.

    >>> from seriatim.symbols.encode import encode
    >>> verify(encode("(01)09506000134352", "databar-limited")).symbology_id
    ']e0'
    """
    read_back(symbol, render.pixels(symbol, 4))
    read_back(symbol, images.decode_image(symbol.png(4)))
    return symbol


def read_back(symbol: Symbol, picture: NDArray[np.uint8]) -> None:
    """The symbol must stand in a gray picture, alone or among others; raises `SymbolError` `verify`."""
    framed = np.pad(picture, 8, constant_values=255)
    found = zxingcpp.read_barcodes(framed, formats=zxingcpp.BarcodeFormats([FORMAT[symbol.format].reader]))
    came = [(one.symbology_identifier, bytes(one.bytes)) for one in found]
    if (symbol.symbology_id, symbol.data) not in came:
        raise SymbolError(
            f"expected {symbol.symbology_id} {symbol.data!r} on reading back, got {came}", code="verify"
        )
