"""What reading gives: one code, where it stands and how hard it was to read."""

from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from seriatim.symbols.formats import FORMATS

__all__ = ["READ_FORMATS", "Method", "Read"]

READ_FORMATS: Final = (*FORMATS, "code128")
"""Formats that `read` knows: all that can be made, and `code128`, which is Code 128 without FNC1.

A UPC-A code comes back as `ean-13` where both are asked for, with a nought in front: the bars are the same.
"""

Method = Literal["fast", "ladder", "guided"]
"""Stages of reading."""


@dataclass(frozen=True, slots=True)
class Read:
    """One code found in a picture."""

    text: str
    """GS1 bracketed form for GS1 symbols whose content lints, else the characters as transmitted."""
    data: bytes
    """Bytes as transmitted: leading FNC1 stripped, separators as GS (0x1D)."""
    format: str
    """One of :data:`READ_FORMATS`."""
    symbology_id: str
    """Symbology identifier, such as `]d2`."""
    corners: NDArray[np.float64] = field(repr=False, compare=False)
    """4 x 2 picture coordinates (x, y) in pixels: top left, top right, bottom right, bottom left of the symbol's
    own frame. From the decoder, off by up to 1.6 px: good for an overlay, not for measuring."""
    method: Method
    """Reading stage."""
    uec: float | None
    """Unused error correction 0 to 1; None for linear symbols."""
    milliseconds: float = field(compare=False)
    """Time from the start of the call until this code was found."""
    size: tuple[int, int] | None = None
    """Rows and columns of modules; None for linear symbols."""

    @property
    def is_rescue(self) -> bool:
        """Not a read of the fast stage: it may name a unit, and never passes it."""
        return self.method != "fast"
