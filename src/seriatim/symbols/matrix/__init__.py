"""How a matrix symbol is laid out: which module belongs to which codeword, to which block, or to a fixed pattern.

A layout says it all for one size, both ways: from modules to codewords and back.

>>> layout = layout_of("datamatrix", (22, 22))
>>> layout.size, layout.cells.shape, [(block.data, block.ec) for block in layout.blocks]
((22, 22), (50, 8), [(30, 20)])
>>> qr = layout_of("qrcode", (25, 25), level="M", mask=3)
>>> [(block.data, block.ec) for block in qr.blocks]
[(28, 16)]
"""

from seriatim.symbols.matrix import datamatrix, qr
from seriatim.symbols.matrix.layout import Block, MatrixLayout, Repair

__all__ = ["Block", "MatrixLayout", "Repair", "datamatrix", "layout_of", "qr"]


def layout_of(
    form: str, size: tuple[int, int], *, level: qr.Level = "M", mask: int = 0, interleave: str = "standard"
) -> MatrixLayout:
    """The layout of one symbol; `level` and `mask` count for QR only, `interleave` for Data Matrix 144x144 only.

    `form`: "datamatrix" or "qrcode"; `size`: rows and columns of modules. Raises `SymbolError` `option` for a size
    that does not exist.
    """
    if form == "qrcode":
        return qr.layout(qr.version_of(size), level, mask)
    return datamatrix.layout(size, interleave=interleave)
