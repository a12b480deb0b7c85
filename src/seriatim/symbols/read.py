"""Reads the codes in a camera frame or photograph: first quickly, then, if needed, stubbornly.

Stage 1 (`fast`) is what a line counts as a read. Stage 2 (`ladder`) tries blurred, enlarged and opened variants until
a time budget ends; it serves to name a reject and never makes a pass, so such reads say `method="ladder"`.
"""

import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import numpy as np
import zxingcpp
from numpy.typing import NDArray

from seriatim import gs1
from seriatim.symbols import images, limits
from seriatim.symbols.errors import ImageError, SymbolError
from seriatim.symbols.images import Gray, Picture

__all__ = ["READ_FORMATS", "Read", "read"]

READ_FORMATS: Final = ("datamatrix", "qrcode", "gs1-128", "code128")
"""Formats that :func:`read` knows; `code128` is Code 128 without FNC1 and is looked for only when asked."""

_DEFAULT_FORMATS: Final = ("datamatrix", "qrcode", "gs1-128")
_ZXING: Final = {
    "datamatrix": zxingcpp.BarcodeFormat.DataMatrix,
    "qrcode": zxingcpp.BarcodeFormat.QRCode,
    "gs1-128": zxingcpp.BarcodeFormat.Code128,
    "code128": zxingcpp.BarcodeFormat.Code128,
}
_GS1_IDENTIFIERS: Final = frozenset({"]d2", "]Q3", "]C1"})
_GLOBAL: Final = zxingcpp.Binarizer.GlobalHistogram
_LOCAL: Final = zxingcpp.Binarizer.LocalAverage


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
    method: Literal["fast", "ladder"]
    """Reading stage."""
    uec: float | None
    """Unused error correction 0 to 1; None for linear symbols."""
    milliseconds: float = field(compare=False)
    """Time from the start of the call until this code was found."""
    size: tuple[int, int] | None = None
    """Rows and columns of modules; None for linear symbols."""


def read(
    image: Picture,
    *,
    formats: Collection[str] | None = None,
    roi: tuple[int, int, int, int] | None = None,
    expected: str | int | None = None,
    ladder_ms: float = limits.LADDER_MS,
) -> tuple[Read, ...]:
    """Find and decode codes; no code gives an empty tuple.

    `image`: pixels (rows x columns, gray or BGR(A), 8 or 16 bit) or a file's path. `formats`: names of
    :data:`READ_FORMATS`. `roi`: left, top, right, bottom in pixels; corners still count from the whole picture.
    `expected`: text of the code that should be there, or how many codes; reading stops when that is met (default: as
    soon as something is read). `ladder_ms`: time budget of stage 2; 0 leaves it out.
    Raises `ImageError` for pictures that cannot be looked at, OSError for unreadable files, and `SymbolError` for unknown
    formats (`format`) or a roi outside the picture (`roi`).
    """
    started = time.perf_counter()
    wanted = _wanted(formats)
    pixels = images.gray(image) if isinstance(image, np.ndarray) else images.load_image(image)
    pixels, shift = _cropped(pixels, roi)
    if min(pixels.shape) < limits.IMAGE_SIDE_MIN:
        raise ImageError(
            f"{pixels.shape[1]} x {pixels.shape[0]} pixels cannot hold a code", code="image_too_small"
        )
    found: list[Read] = []
    for reads in _fast(pixels, wanted, shift, started):
        _merge(found, reads)
        if _met(found, expected):
            return tuple(found)
    doubtful: list[Read] = []
    for reads in _ladder(pixels, wanted, shift, started, ladder_ms / 1000):
        _merge(found, [one for one in reads if _acceptable(one, expected, doubtful)])
        doubtful += reads
        if _met(found, expected):
            break
    return tuple(found)


def _wanted(formats: Collection[str] | None) -> tuple[str, ...]:
    names = (
        _DEFAULT_FORMATS if formats is None else (formats,) if isinstance(formats, str) else tuple(formats)
    )
    strange = [name for name in names if name not in _ZXING]
    if strange or not names:
        raise SymbolError(f"formats {strange} are not among {', '.join(READ_FORMATS)}", code="format")
    return names


def _cropped(pixels: Gray, roi: tuple[int, int, int, int] | None) -> tuple[Gray, tuple[int, int]]:
    if roi is None:
        return pixels, (0, 0)
    left, top, right, bottom = roi
    if not (0 <= left < right <= pixels.shape[1] and 0 <= top < bottom <= pixels.shape[0]):
        raise SymbolError(
            f"roi {roi} lies outside a picture of {pixels.shape[1]} x {pixels.shape[0]}", code="roi"
        )
    return np.ascontiguousarray(pixels[top:bottom, left:right]), (left, top)


@dataclass(frozen=True, slots=True)
class _Pass:
    """One call of the decoder and how to make its pixel coordinates those of the picture."""

    wanted: tuple[str, ...]
    shift: tuple[int, int]
    started: float
    method: Literal["fast", "ladder"]

    def __call__(
        self,
        pixels: Gray,
        binarizer: zxingcpp.Binarizer,
        *,
        scale: float = 1,
        thorough: bool = False,
        rotate: bool = True,
    ) -> list[Read]:
        barcodes = zxingcpp.read_barcodes(
            pixels,
            formats=zxingcpp.BarcodeFormats([_ZXING[name] for name in self.wanted]),
            try_rotate=rotate,
            try_downscale=thorough,
            try_invert=thorough,
            text_mode=zxingcpp.TextMode.Plain,
            binarizer=binarizer,
        )
        reads = [self._as_read(barcode, scale) for barcode in barcodes[: limits.READS_MAX]]
        return [one for one in reads if one.format in self.wanted]

    def _as_read(self, barcode: Any, scale: float) -> Read:
        place = barcode.position
        points = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
        # The decoder counts pixel centres as integers; ours are edge coordinates.
        corners = (np.array([(p.x, p.y) for p in points], np.float64) + 0.5) / scale + self.shift
        data = bytes(barcode.bytes)
        identifier = str(barcode.symbology_identifier)
        extra = barcode.extra or {}
        uec = extra.get("UEC")
        return Read(
            text=_text(data, identifier, barcode.text),
            data=data,
            format=_format(identifier),
            symbology_id=identifier,
            corners=corners,
            method=self.method,
            uec=None if uec is None else float(uec),
            milliseconds=(time.perf_counter() - self.started) * 1000,
            size=_size(extra.get("Version")),
        )


def _fast(
    pixels: Gray, wanted: tuple[str, ...], shift: tuple[int, int], started: float
) -> Iterator[list[Read]]:
    run = _Pass(wanted, shift, started, "fast")
    yield run(pixels, _GLOBAL, rotate=False)
    yield run(pixels, _LOCAL)


def _ladder(
    pixels: Gray, wanted: tuple[str, ...], shift: tuple[int, int], started: float, budget_s: float
) -> Iterator[list[Read]]:
    """Variants in the order of their yield; stops by time, not by count."""
    import cv2  # noqa: PLC0415 -- heavy: clean frames never come here

    run = _Pass(wanted, shift, started, "ladder")

    def doubled() -> Gray:
        return np.asarray(cv2.resize(pixels, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC), np.uint8)

    def smooth() -> Gray:
        return np.asarray(cv2.GaussianBlur(pixels, (0, 0), 1.3), np.uint8)

    def opened() -> Gray:
        return np.asarray(cv2.morphologyEx(pixels, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)), np.uint8)

    def joined() -> Gray:
        return np.asarray(cv2.erode(doubled(), np.ones((5, 5), np.uint8)), np.uint8)

    enlarged: tuple[Callable[[], list[Read]], ...] = (
        lambda: run(doubled(), _LOCAL, scale=2, thorough=True),
        lambda: run(joined(), _LOCAL, scale=2),
    )
    steps: tuple[Callable[[], list[Read]], ...] = (
        lambda: run(pixels, _GLOBAL, thorough=True),
        lambda: run(pixels, _LOCAL, thorough=True),
        lambda: run(smooth(), _GLOBAL),
        lambda: run(smooth(), _LOCAL),
        *(enlarged if pixels.size <= limits.DOUBLED_PIXELS_MAX else ()),
        lambda: run(opened(), _LOCAL),
    )
    ends = time.perf_counter() + budget_s
    for step in steps:
        if time.perf_counter() >= ends:
            return
        yield step()


def _acceptable(one: Read, expected: str | int | None, seen: list[Read]) -> bool:
    """Guard against wrong corrections: more tries mean more chances of a valid-looking wrong codeword."""
    return (
        (one.uec is not None and one.uec >= 0.25)
        or one.text == expected
        or (one.symbology_id in _GS1_IDENTIFIERS and one.text.startswith("("))
        or any(one.data == other.data for other in seen)
    )


def _merge(found: list[Read], reads: list[Read]) -> None:
    """Add what is new: another content, or the same content at another place."""
    for one in reads:
        centre = one.corners.mean(axis=0)
        reach = float(np.ptp(one.corners, axis=0).max()) / 2
        known = (other for other in found if (other.data, other.format) == (one.data, one.format))
        if not any(np.hypot(*(other.corners.mean(axis=0) - centre)) < reach for other in known):
            found.append(one)


def _met(found: list[Read], expected: str | int | None) -> bool:
    if isinstance(expected, int):
        return len(found) >= expected
    return bool(found) if expected is None else any(one.text == expected for one in found)


def _text(data: bytes, identifier: str, plain: str) -> str:
    if identifier in _GS1_IDENTIFIERS:
        try:
            return gs1.parse(identifier + data.decode("ascii")).bracketed()
        except (gs1.GS1Error, UnicodeDecodeError):
            return plain
    return plain


def _format(identifier: str) -> str:
    if identifier[1] == "C":
        return "gs1-128" if identifier == "]C1" else "code128"
    return {"d": "datamatrix", "Q": "qrcode"}[identifier[1]]


def _size(version: str | None) -> tuple[int, int] | None:
    """Rows and columns from the decoder's words: "22x22" or a QR version number."""
    if version is None:
        return None
    if "x" in version:
        rows, columns = version.split("x")
        return int(rows), int(columns)
    return (17 + 4 * int(version),) * 2 if version.isdigit() else None
