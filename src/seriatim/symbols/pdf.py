"""Writes PDF pages for labels: the page is exactly as large as the paper, the code is exactly as many modules.

A small writer of our own: image masks for symbols, the standard fonts for text. The same input gives the same bytes.
"""

import re
import zlib
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seriatim.symbols.errors import SymbolError
from seriatim.symbols.lettering import CAPITALS

__all__ = ["Page", "document"]

_POINTS_PER_MM: Final = 72 / 25.4
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_DIRECTION: Final = {0: b"1 0 0 1", 90: b"0 -1 1 0", 180: b"-1 0 0 -1", 270: b"0 1 -1 0"}
"""The first four numbers of the text matrix, by degrees clockwise."""


class Page:
    """A page under construction; all places in mm from the top left corner."""

    def __init__(self, width_mm: float, height_mm: float) -> None:
        self.width_mm, self.height_mm = width_mm, height_mm
        self._content: list[bytes] = []

    def mask(
        self, dark: NDArray[np.bool_], x_mm: float, y_mm: float, width_mm: float, height_mm: float
    ) -> None:
        """Paint a matrix (rows x columns, dark is True) black into a rectangle; light stays unpainted."""
        rows, columns = dark.shape
        data = np.packbits(~dark, axis=1).tobytes().hex().encode()
        # ASCIIHex, because raw bytes could spell the operator that ends an inline image.
        place = _mask_place(x_mm, self.height_mm - y_mm - height_mm, width_mm, height_mm, columns, rows)
        self._content.append(b"%s%s> EI Q" % (place, data))

    def rectangle(self, x_mm: float, y_mm: float, width_mm: float, height_mm: float) -> None:
        """A black rectangle."""
        sides = (x_mm, self.height_mm - y_mm - height_mm, width_mm, height_mm)
        self._content.append(b"%.4f %.4f %.4f %.4f re f" % tuple(side * _POINTS_PER_MM for side in sides))

    def text(self, line: str, x_mm: float, y_mm: float, size_mm: float, *, bold: bool = False) -> None:
        """A line of Helvetica whose capitals begin at y; raises as :meth:`line` does."""
        self.line(line, x_mm, y_mm + CAPITALS * size_mm, size_mm, bold=bold)

    def line(
        self, line: str, x_mm: float, y_mm: float, size_mm: float, *, bold: bool = False, turn: int = 0
    ) -> None:
        """A line of Helvetica that begins at x, y on its baseline and runs `turn` degrees clockwise.

        Raises `SymbolError` `text` for characters outside Windows-1252 and for control characters.
        """
        if not line.isprintable() and _CONTROL.search(line):
            raise SymbolError(f"control character in label text {line!r}", code="text")
        try:
            raw = line.encode("cp1252")
        except UnicodeEncodeError as error:
            raise SymbolError(
                f"the standard PDF fonts cannot show {line[error.start : error.end]!r} in {line!r}",
                code="text",
            ) from error
        place = _text_place(x_mm, self.height_mm - y_mm, size_mm, turn, bold=bold)
        self._content.append(b"%s<%s> Tj ET" % (place, raw.hex().encode()))

    def content(self) -> bytes:
        """The page's content stream, unpacked."""
        return b"\n".join(self._content)


# Hundreds of labels have their parts at the same places: the operators that lead there are written once.


@lru_cache(maxsize=4_096)
def _mask_place(
    x_mm: float, bottom_mm: float, width_mm: float, height_mm: float, columns: int, rows: int
) -> bytes:
    sides = tuple(side * _POINTS_PER_MM for side in (width_mm, height_mm, x_mm, bottom_mm))
    return b"q %.4f 0 0 %.4f %.4f %.4f cm " % sides + b"BI /W %d /H %d /IM true /F /AHx ID " % (columns, rows)


@lru_cache(maxsize=4_096)
def _text_place(x_mm: float, up_mm: float, size_mm: float, turn: int, *, bold: bool) -> bytes:
    size, x, up = (side * _POINTS_PER_MM for side in (size_mm, x_mm, up_mm))
    return b"BT /F%d %.4f Tf %s %.4f %.4f Tm " % (2 if bold else 1, size, _DIRECTION[turn], x, up)


def document(pages: Sequence[Page]) -> bytes:
    """The finished file: catalogue, page tree, two fonts, then a page and its content each."""
    kids = b" ".join(b"%d 0 R" % (5 + 2 * index) for index in range(len(pages)))
    objects = [
        # No scaling by the print dialogue: a module is a whole number of dots only at 100 %.
        b"<< /Type /Catalog /Pages 2 0 R /ViewerPreferences << /PrintScaling /None >> >>",
        b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(pages), kids),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
    ]
    for index, page in enumerate(pages):
        box = _number(page.width_mm) + b" " + _number(page.height_mm)
        packed = zlib.compress(page.content(), 1)
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %s] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>" % (box, 6 + 2 * index)
        )
        objects.append(
            b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed)
        )
    return _file(objects)


def _file(objects: Sequence[bytes]) -> bytes:
    parts = [b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"]
    at = len(parts[0])
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(b"%010d 00000 n \n" % at)
        parts.append(b"%d 0 obj\n%s\nendobj\n" % (number, body))
        at += len(parts[-1])
    parts += [b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1), *places]
    parts.append(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, at))
    return b"".join(parts)


def _number(millimetres: float) -> bytes:
    """Millimetres in points, to a ten-thousandth of a point."""
    return b"%.4f" % (millimetres * _POINTS_PER_MM)
