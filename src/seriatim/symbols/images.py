"""Opens photographs and camera frames safely: a hostile or broken file is refused before it is unpacked.

Every picture becomes 8-bit linear gray, rows x columns. Size is read from the file's header first, so a small file
that claims a gigantic picture costs nothing.
"""

import struct
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seriatim.symbols import limits
from seriatim.symbols.errors import ImageError

__all__ = ["Gray", "Picture", "decode_image", "gray", "is_jpeg", "jpeg", "load_image"]

Gray = NDArray[np.uint8]
"""Rows x columns, 0 black to 255 white."""
Picture = NDArray[Any] | str | Path
"""What :func:`read` takes: pixels, or the path of a PNG, JPEG, WebP, BMP or TIFF file."""


def load_image(path: str | Path) -> Gray:
    """Read a picture file as 8-bit gray, rows x columns.

    Raises `ImageError` (`not_an_image`, `image_too_large`, `image_empty`, `unsupported_pixels`), OSError as usual.
    """
    path = Path(path)
    if path.stat().st_size > limits.IMAGE_FILE_BYTES_MAX:
        raise ImageError(
            f"{path.name} is larger than {limits.IMAGE_FILE_BYTES_MAX} bytes", code="image_too_large"
        )
    return decode_image(path.read_bytes(), name=path.name)


def decode_image(data: bytes, *, name: str = "picture") -> Gray:
    """The bytes of a picture file as 8-bit gray; the same errors as :func:`load_image`."""
    import cv2  # noqa: PLC0415 -- heavy: only those who look at pictures need it

    if not data:
        raise ImageError(f"{name} is an empty file", code="image_empty")
    size = _header_size(data)
    if size is None:
        raise ImageError(f"{name} is not a whole PNG, JPEG, WebP, BMP or TIFF file", code="not_an_image")
    _check_size(*size, name)
    chatter = cv2.utils.logging.setLogLevel(0)  # a broken file is our answer to give, not OpenCV's to print
    try:
        # OpenCV refuses whole WebP files of 30 bytes as too short.
        pixels = cv2.imdecode(np.frombuffer(data.ljust(64, b"\0"), np.uint8), cv2.IMREAD_UNCHANGED)
    except cv2.error as error:
        raise ImageError(f"{name} cannot be unpacked", code="not_an_image") from error
    finally:
        cv2.utils.logging.setLogLevel(chatter)
    if pixels is None:
        raise ImageError(f"{name} cannot be unpacked; is it cut short?", code="not_an_image")
    return gray(pixels)


def is_jpeg(path: str | Path) -> bool:
    """Whether a file holds a JPEG picture, whatever its name says."""
    with Path(path).open("rb") as file:
        return file.read(3) == b"\xff\xd8\xff"


def gray(pixels: NDArray[Any]) -> Gray:
    """Pixels as 8-bit gray: (h, w), (h, w, 1), BGR or BGRA; bool, 8 or 16 bit. Alpha is laid on white paper."""
    import cv2  # noqa: PLC0415 -- heavy

    if pixels.ndim not in {2, 3} or (pixels.ndim == 3 and pixels.shape[2] not in {1, 3, 4}):
        raise ImageError(
            f"expected rows x columns (x 1, 3 or 4), got shape {pixels.shape}", code="unsupported_pixels"
        )
    _check_size(pixels.shape[1], pixels.shape[0], "the picture")
    if pixels.dtype == np.bool_:
        pixels = pixels.astype(np.uint8) * 255
    elif pixels.dtype == np.uint16:
        pixels = (pixels >> 8).astype(np.uint8)
    elif pixels.dtype != np.uint8:
        raise ImageError(f"expected 8 or 16 bit pixels, got {pixels.dtype}", code="unsupported_pixels")
    if pixels.ndim == 3 and pixels.shape[2] == 4:
        alpha = pixels[:, :, 3].astype(np.uint16)
        flat = np.asarray(cv2.cvtColor(pixels[:, :, :3], cv2.COLOR_BGR2GRAY), np.uint16)
        return ((flat * alpha + 255 * (255 - alpha)) // 255).astype(np.uint8)
    if pixels.ndim == 3 and pixels.shape[2] == 3:
        return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), np.uint8)
    return np.ascontiguousarray(pixels.reshape(pixels.shape[:2]), np.uint8)


def jpeg(image: Gray, quality: int = 70) -> bytes:
    """A frame as JPEG for a screen. Never for grading: JPEG moves edges."""
    import cv2  # noqa: PLC0415 -- heavy

    done, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    assert done
    return bytes(data)


def _check_size(width: int, height: int, name: str) -> None:
    if width <= 0 or height <= 0:
        raise ImageError(f"{name} has no pixels", code="image_empty")
    if width * height > limits.IMAGE_PIXELS_MAX:
        raise ImageError(
            f"{name} claims {width} x {height} pixels; at most {limits.IMAGE_PIXELS_MAX} are read",
            code="image_too_large",
        )


def _header_size(data: bytes) -> tuple[int, int] | None:
    """Width and height that a file claims; None when it is no whole file of a known kind."""
    try:
        if data.startswith(b"\x89PNG\r\n\x1a\n") and data[12:16] == b"IHDR":
            whole = b"IEND\xaeB`\x82" in data[-4096:]
            return struct.unpack_from(">II", data, 16) if whole else None
        if data.startswith(b"\xff\xd8\xff"):
            return _jpeg_size(data)
        if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
            whole = len(data) >= 8 + struct.unpack_from("<I", data, 4)[0] - 1
            return _webp_size(data) if whole else None
        if data.startswith(b"BM"):
            width, height = struct.unpack_from("<ii", data, 18)
            return width, abs(height)
        if data.startswith((b"II*\x00", b"MM\x00*")):
            return _tiff_size(data)
    except struct.error:
        return None
    return None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
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
            return size if data.rfind(b"\xff\xd9") > at else None
        at += 2 + int(struct.unpack_from(">H", data, at + 2)[0])
    return None


def _webp_size(data: bytes) -> tuple[int, int] | None:
    kind = data[12:16]
    if kind == b"VP8X":
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if kind == b"VP8L":
        bits = struct.unpack_from("<I", data, 21)[0]
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", data, 26)
        return width & 0x3FFF, height & 0x3FFF
    return None


def _tiff_size(data: bytes) -> tuple[int, int] | None:
    order = "<" if data.startswith(b"II") else ">"
    (at,) = struct.unpack_from(order + "I", data, 4)
    (count,) = struct.unpack_from(order + "H", data, at)
    found: dict[int, int] = {}
    for entry in range(at + 2, at + 2 + 12 * count, 12):
        tag, kind = struct.unpack_from(order + "HH", data, entry)
        if tag in {256, 257}:
            (found[tag],) = struct.unpack_from(order + ("H" if kind == 3 else "I"), data, entry + 8)
    return (found[256], found[257]) if len(found) == 2 else None
