"""The kinds of code we make, as data: what each is called, what a reader reports of it, how much space it needs.

>>> FORMAT["itf14"].quiet_zone, FORMAT["databar-limited"].bar_height
(10, 10)
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import zxingcpp

__all__ = [
    "DATAMATRIX_EXTENDED",
    "DATAMATRIX_RECTANGLES",
    "DATAMATRIX_SQUARES",
    "FORMAT",
    "FORMATS",
    "QR_LEVELS",
    "Format",
]

Carries = Literal["element string or text", "element string", "GTIN"]


@dataclass(frozen=True, slots=True)
class Format:
    """One symbology, as the library knows it and as the standard spaces it (GS1 General Specifications, section 5)."""

    name: str
    barcode_format: zxingcpp.BarcodeFormat
    reader: zxingcpp.BarcodeFormat
    """What the library's reader calls it; UPC-A comes back as EAN-13."""
    carries: Carries
    identifier: str
    """Symbology identifier of the GS1 form."""
    plain_identifier: str
    """Identifier of the same symbology without FNC1; empty where it does not exist here."""
    quiet_zone: int
    """Light modules on each side; a matrix symbol has them above and below too."""
    x_default_mm: float
    """Module width when nobody says otherwise."""
    bar_height: int = 0
    """Height of the bars in modules; 0 for a matrix or stacked symbol, whose rows have heights of their own."""
    gtin_digits: int = 14
    """How much of the 14-digit GTIN is printed, for formats that carry a GTIN alone."""
    bearer: int = 0
    """Thickness in modules of the bars above and below, which stop a slanted scan from reading half a symbol."""


_F = zxingcpp.BarcodeFormat
FORMAT: Final[Mapping[str, Format]] = {
    one.name: one
    for one in (
        Format("datamatrix", _F.DataMatrix, _F.DataMatrix, "element string or text", "]d2", "]d1", 2, 0.375),
        Format("qrcode", _F.QRCode, _F.QRCode, "element string or text", "]Q3", "]Q1", 4, 0.375),
        Format("gs1-128", _F.Code128, _F.Code128, "element string", "]C1", "", 10, 0.495, 64),
        Format("itf14", _F.ITF, _F.ITF, "GTIN", "]I1", "", 10, 0.495, 64, bearer=2),
        Format("databar-omni", _F.DataBarOmni, _F.DataBarOmni, "GTIN", "]e0", "", 2, 0.33, 33),
        Format("databar-stacked", _F.DataBarStk, _F.DataBarStk, "GTIN", "]e0", "", 2, 0.33),
        Format("databar-stacked-omni", _F.DataBarStkOmni, _F.DataBarStk, "GTIN", "]e0", "", 2, 0.33),
        Format("databar-limited", _F.DataBarLtd, _F.DataBarLtd, "GTIN", "]e0", "", 2, 0.33, 10),
        Format("databar-expanded", _F.DataBarExp, _F.DataBarExp, "element string", "]e0", "", 2, 0.33, 34),
        Format("databar-expanded-stacked", _F.DataBarExpStk, _F.DataBarExpStk, "element string", "]e0", "", 2, 0.33),
        Format("ean-13", _F.EAN13, _F.EAN13, "GTIN", "]E0", "", 11, 0.33, 69, gtin_digits=13),
        Format("ean-8", _F.EAN8, _F.EAN8, "GTIN", "]E4", "", 7, 0.33, 55, gtin_digits=8),
        Format("upc-a", _F.UPCA, _F.EAN13, "GTIN", "]E0", "", 9, 0.33, 69, gtin_digits=12),
    )
}  # fmt: skip
"""Quiet zones are those we print: Data Matrix needs one module and gets two, since print noise eats into it."""

FORMATS: Final = tuple(FORMAT)
"""Formats that :func:`encode` makes."""

DATAMATRIX_SQUARES: Final = (
    "10x10", "12x12", "14x14", "16x16", "18x18", "20x20", "22x22", "24x24", "26x26", "32x32", "36x36", "40x40",
    "44x44", "48x48", "52x52", "64x64", "72x72", "80x80", "88x88", "96x96", "104x104", "120x120", "132x132", "144x144",
)  # fmt: skip
"""Square sizes as rows x columns of modules (ISO/IEC 16022); index + 1 is the encoder's version number."""
DATAMATRIX_RECTANGLES: Final = ("8x18", "8x32", "12x26", "12x36", "16x36", "16x48")
"""Rectangular sizes; versions 25 to 30."""
DATAMATRIX_EXTENDED: Final = (
    "8x48", "8x64", "8x80", "8x96", "8x120", "8x144", "12x64", "12x88", "16x64", "20x36", "20x44", "20x64",
    "22x48", "24x48", "24x64", "26x40", "26x48", "26x64",
)  # fmt: skip
"""Rectangular extension (DMRE, ISO/IEC 21471); versions 31 to 48. Whether GS1 permits them where you print is yours
to check; they are never chosen unless asked for."""
QR_LEVELS: Final = ("L", "M", "Q", "H")
"""Error correction of QR codes, weakest first."""
