"""One look of the decoder at one picture, and what it found in our terms."""

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import zxingcpp

from seriatim import gs1
from seriatim.symbols import limits
from seriatim.symbols.formats import FORMAT
from seriatim.symbols.images import Gray
from seriatim.symbols.reading.deadline import Deadline
from seriatim.symbols.reading.result import Method, Read

__all__ = ["GLOBAL", "LOCAL", "Decoder", "bracketed"]

_GS1_IDENTIFIERS: Final = frozenset({"]d2", "]Q3", "]C1", "]e0"})
GLOBAL: Final = zxingcpp.Binarizer.GlobalHistogram
"""One threshold for the whole picture: fastest, needs even light."""
LOCAL: Final = zxingcpp.Binarizer.LocalAverage

_READER: Final = {**{name: form.reader for name, form in FORMAT.items()}, "code128": FORMAT["gs1-128"].reader}


@dataclass(frozen=True, slots=True)
class Decoder:
    """Looks for these formats in pictures cut out at `shift`; coordinates come back as those of the whole picture."""

    formats: tuple[str, ...]
    shift: tuple[int, int]
    """Left and top of the cut-out, in pixels."""
    deadline: Deadline
    _wanted: Any = field(init=False, repr=False)

    def __post_init__(self) -> None:
        wanted = zxingcpp.BarcodeFormats(list({_READER[name] for name in self.formats}))
        object.__setattr__(self, "_wanted", wanted)

    def __call__(
        self,
        pixels: Gray,
        binarizer: zxingcpp.Binarizer,
        method: Method,
        *,
        scale: float = 1,
        thorough: bool = False,
        rotate: bool = True,
    ) -> list[Read]:
        """What one call finds. `scale`: how much larger than the cut-out the picture is; `thorough` looks at smaller
        sizes and for light codes on dark too; without `rotate` codes turned by 90 degrees may be missed.
        """
        barcodes = zxingcpp.read_barcodes(
            pixels,
            formats=self._wanted,
            try_rotate=rotate,
            try_downscale=thorough,
            try_invert=thorough,
            text_mode=zxingcpp.TextMode.Plain,
            binarizer=binarizer,
        )
        reads = [self._as_read(barcode, method, scale) for barcode in barcodes[: limits.READS_MAX]]
        return [one for one in reads if one is not None]

    def _as_read(self, barcode: Any, method: Method, scale: float) -> Read | None:
        """None for a code of a kind that nobody asked for: plain Code 128 beside GS1-128, ITF that is no GTIN."""
        place = barcode.position
        points = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
        # The decoder counts pixel centres as integers; ours are edge coordinates.
        left, top = self.shift
        corners = np.array([((p.x + 0.5) / scale + left, (p.y + 0.5) / scale + top) for p in points])
        data = bytes(barcode.bytes)
        identifier = str(barcode.symbology_identifier)
        form = self._format(barcode.format, identifier, data)
        if form is None:
            return None
        extra = barcode.extra or {}
        uec = extra.get("UEC")
        return Read(
            text=bracketed(data, identifier) or barcode.text,
            data=data,
            format=form,
            symbology_id=identifier,
            corners=corners,
            method=method,
            uec=None if uec is None else float(uec),
            milliseconds=self.deadline.elapsed_ms,
            size=_size(extra.get("Version")),
        )

    def _format(self, reader: zxingcpp.BarcodeFormat, identifier: str, data: bytes) -> str | None:
        """Our name for it, the first that was asked for where one reader serves two formats."""
        if reader == _READER["code128"]:
            name = "gs1-128" if identifier == "]C1" else "code128"
            return name if name in self.formats else None
        if reader == _READER["itf14"] and not _is_gtin_14(data):
            return None
        return next((name for name in self.formats if _READER[name] == reader), None)


def _is_gtin_14(data: bytes) -> bool:
    """ITF has no check of its own, and half a symbol reads as a shorter one."""
    digits = data.decode("latin-1")
    return len(digits) == 14 and digits.isdecimal() and gs1.check_digit(digits[:-1]) == digits[-1]


def bracketed(data: bytes, identifier: str) -> str | None:
    """The bracketed form of GS1 data that lints, check digits included; None for all else."""
    if identifier in _GS1_IDENTIFIERS:
        with suppress(gs1.GS1Error, UnicodeDecodeError):
            return gs1.parse(identifier + data.decode("ascii")).bracketed()
    return None


def _size(version: str | None) -> tuple[int, int] | None:
    """Rows and columns from the decoder's words: "22x22" or a QR version number."""
    if version is None:
        return None
    if "x" in version:
        rows, columns = version.split("x")
        return int(rows), int(columns)
    return (17 + 4 * int(version),) * 2 if version.isdigit() else None
