"""How wide a line of text is on a label, so that a long product name never runs into the code or off the paper."""

from functools import lru_cache
from typing import Final
from unicodedata import normalize

import numpy as np
from numpy.typing import NDArray

from seriatim.symbols import limits
from seriatim.symbols.errors import SymbolError

__all__ = ["CAPITALS", "DESCENDERS", "draw_line", "fitting_size", "text_width", "wrapped"]

CAPITALS: Final = 0.718
"""Height of Helvetica's capitals as a share of the font size."""
DESCENDERS: Final = 0.21
"""Depth of Helvetica's g, p, q below the line as a share of the font size."""

_HERSHEY_CAPITALS: Final = 21
"""Height of OpenCV's plain capitals in pixels at scale 1."""

# Advance widths of Helvetica and Helvetica-Bold for U+0000 to U+007F in thousandths of the font size
# (Adobe Core 14 font metrics; control characters, never printed, count nothing). Printers' own fonts are narrower.
_REGULAR: Final = (
    *[0] * 32,
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
    556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
    1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
    333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
    556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584, 0,
)  # fmt: skip
_BOLD: Final = (
    *[0] * 32,
    278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278,
    556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 333, 333, 584, 584, 584, 611,
    975, 722, 722, 722, 722, 667, 611, 778, 722, 278, 556, 722, 611, 833, 722, 778,
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 333, 278, 333, 584, 556,
    333, 556, 611, 556, 611, 556, 333, 611, 611, 278, 278, 556, 278, 889, 611, 611,
    611, 611, 389, 556, 333, 611, 556, 778, 556, 556, 500, 389, 280, 389, 584, 0,
)  # fmt: skip
_OTHERS: Final = {
    "€": 556, "\u2013": 556, "\u2019": 278, "\u2018": 278, "“": 500, "”": 500, "•": 350, "·": 333, "\u00d7": 584, "°": 400, "µ": 611,
    "®": 737, "©": 737, "ß": 611, "æ": 889, "ø": 611, "Ø": 778, "œ": 944,
}  # fmt: skip
"""Frequent characters outside ASCII, the wider of the two fonts."""
_WIDEST: Final = 1000
"""Taken for everything else that is no accented ASCII letter."""


@lru_cache(maxsize=2_048)
def text_width(line: str, size: float, *, bold: bool = False) -> float:
    """Width of a line set in Helvetica, in the unit of `size`; never less than what is printed.

    >>> text_width("HELLO", 10)
    32.79
    """
    widths = _BOLD if bold else _REGULAR
    if line.isascii():
        return sum(map(widths.__getitem__, line.encode())) * size / 1000
    thousandths = 0
    for character in line:
        letter = normalize("NFD", character)[0]
        thousandths += widths[ord(letter)] if letter.isascii() else _OTHERS.get(character, _WIDEST)
    return thousandths * size / 1000


def fitting_size(line: str, size: float, width: float, *, bold: bool = False) -> float:
    """The given font size, or a smaller one at which the line is no wider than `width`.

    Raises `SymbolError` `text` when that would be less than 60 % of the size: too small to read.
    """
    needed = text_width(line, size, bold=bold)
    if needed <= width:
        return size
    if width < limits.TEXT_SHRINK_MIN * needed:
        raise SymbolError(f"{line!r} needs {needed:.1f} mm, the label has {width:g} mm for it", code="text")
    return size * width / needed


def wrapped(
    words: tuple[str, ...], size: float, width: float, *, bold: bool = False, between: str = " "
) -> list[str]:
    """Words set into lines no wider than `width`, as many to a line as fit; a word wider than that stands alone.

    >>> wrapped(("coffee", "from", "Huila"), 10, 60)
    ['coffee from', 'Huila']
    """
    lines: list[str] = []
    for word in words:
        longer = f"{lines[-1]}{between}{word}" if lines else word
        if lines and text_width(longer, size, bold=bold) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def draw_line(
    canvas: NDArray[np.uint8],
    line: str,
    baseline: tuple[float, float],
    size_mm: float,
    dots_per_mm: float,
    *,
    bold: bool = False,
    turn: int = 0,
) -> None:
    """Draw a line on a gray canvas with OpenCV's own stroke font, no wider than the same line in Helvetica.

    `baseline` in mm is where the first letter stands. Letters outside ASCII lose their accents.
    """
    import cv2  # noqa: PLC0415 -- heavy

    plain = normalize("NFKD", line).encode("ascii", "ignore").decode()
    scale = size_mm * dots_per_mm * CAPITALS / _HERSHEY_CAPITALS
    thickness = max(1, round(scale * (3.0 if bold else 1.8)))
    (width, _), _ = cv2.getTextSize(plain, cv2.FONT_HERSHEY_SIMPLEX, scale, thickness)
    room = text_width(line, size_mm, bold=bold) * dots_per_mm
    scale *= min(1.0, room / max(width, 1))
    x, y = round(baseline[0] * dots_per_mm), round(baseline[1] * dots_per_mm)
    quarter = turn // 90
    if quarter == 0:
        cv2.putText(canvas, plain, (x, y), cv2.FONT_HERSHEY_SIMPLEX, scale, 0, thickness, cv2.LINE_AA)
        return
    # Turned text is drawn upright on the canvas turned back, then lies right when the canvas is turned again.
    turned = np.ascontiguousarray(np.rot90(canvas, quarter))
    rows, columns = canvas.shape
    base = {1: (y, columns - 1 - x), 2: (columns - 1 - x, rows - 1 - y), 3: (rows - 1 - y, x)}[quarter]
    cv2.putText(turned, plain, base, cv2.FONT_HERSHEY_SIMPLEX, scale, 0, thickness, cv2.LINE_AA)
    canvas[:] = np.rot90(turned, -quarter)
