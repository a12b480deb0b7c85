"""What a picture file says of itself before any pixel is unpacked: size, number of pictures, how the camera was held.

Sources: PNG (ISO/IEC 15948) and its APNG and eXIf chunks, JPEG (ISO/IEC 10918-1), WebP container (RFC 9649), TIFF 6.0,
Exif 2.32 (orientation, tag 274).
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from seriatim.symbols import limits

__all__ = ["Header", "header_of"]

_WIDTH, _HEIGHT, _ORIENTATION = 256, 257, 274
_SHORT: Final = 3


@dataclass(frozen=True, slots=True)
class Header:
    """What the file claims."""

    kind: str
    """png, jpeg, webp, bmp or tiff."""
    width: int
    height: int
    has_several: bool = False
    """Animated, or of several pages."""
    passes: int = 1
    """Of a progressive JPEG: each one goes over the whole picture."""
    orientation: int = 1
    """1 to 8 as Exif counts; of JPEG and TIFF always 1, since their decoder turns them."""


def header_of(data: bytes) -> Header | None:
    """The header; None when this is no whole file of a known kind."""
    try:
        if data.startswith(b"\x89PNG\r\n\x1a\n") and data[12:16] == b"IHDR":
            return _png(data)
        if data.startswith(b"\xff\xd8\xff"):
            return _jpeg(data)
        if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
            return _webp(data)
        if data.startswith(b"BM"):
            width, height = struct.unpack_from("<ii", data, 18)
            return Header("bmp", width, abs(height))
        if data.startswith((b"II*\x00", b"MM\x00*")):
            tags, more = _tiff_tags(data)
            if _WIDTH in tags and _HEIGHT in tags:
                return Header("tiff", tags[_WIDTH], tags[_HEIGHT], has_several=more)
    except struct.error:
        return None
    return None


def _png(data: bytes) -> Header | None:
    if b"IEND\xaeB`\x82" not in data[-4096:]:
        return None
    width, height = struct.unpack_from(">II", data, 16)
    before_pixels = data[: data.find(b"IDAT")]
    exif = data.find(b"eXIf")
    orientation = _orientation(data[exif + 4 :]) if exif >= 0 else 1
    return Header("png", width, height, b"acTL" in before_pixels, orientation=orientation)


def _jpeg(data: bytes) -> Header | None:
    """Walk the segments to the frame header; a file without end marker behind the scan is cut short."""
    at, size = 2, None
    for _ in range(limits.JPEG_SEGMENTS_MAX):
        if at + 4 > len(data) or data[at] != 0xFF:
            return None
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack_from(">HH", data, at + 5)
            size = (width, height)
        if marker == 0xDA:
            if size is None or data.rfind(b"\xff\xd9") < at:
                return None
            return Header("jpeg", *size, passes=data.count(b"\xff\xda", at))
        at += 2 + int(struct.unpack_from(">H", data, at + 2)[0])
    return None


def _webp(data: bytes) -> Header | None:
    if len(data) < 8 + struct.unpack_from("<I", data, 4)[0] - 1:
        return None
    kind = data[12:16]
    if kind == b"VP8X":
        width, height = (1 + int.from_bytes(data[at : at + 3], "little") for at in (24, 27))
        exif = data.rfind(b"EXIF")
        orientation = _orientation(data[exif + 8 :].removeprefix(b"Exif\0\0")) if exif >= 0 else 1
        return Header("webp", width, height, bool(data[20] & 2), orientation=orientation)
    if kind == b"VP8L":
        bits = struct.unpack_from("<I", data, 21)[0]
        return Header("webp", 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF))
    if kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", data, 26)
        return Header("webp", width & 0x3FFF, height & 0x3FFF)
    return None


def _orientation(exif: bytes) -> int:
    """The orientation in a block of Exif data; 1, upright, when it does not say or cannot be read."""
    try:
        said = _tiff_tags(exif)[0].get(_ORIENTATION, 1) if exif.startswith((b"II*\x00", b"MM\x00*")) else 1
    except struct.error:
        return 1
    return said if 1 <= said <= 8 else 1


def _tiff_tags(data: bytes) -> tuple[Mapping[int, int], bool]:
    """Single numbers of the first directory, and whether another directory follows."""
    order = "<" if data.startswith(b"II") else ">"
    (at,) = struct.unpack_from(order + "I", data, 4)
    (count,) = struct.unpack_from(order + "H", data, at)
    tags: dict[int, int] = {}
    end = at + 2 + 12 * count
    for entry in range(at + 2, end, 12):
        tag, kind, _ = struct.unpack_from(order + "HHI", data, entry)
        (tags[tag],) = struct.unpack_from(order + ("H" if kind == _SHORT else "I"), data, entry + 8)
    following = data[end : end + 4]
    return tags, len(following) == 4 and following != b"\0\0\0\0"
