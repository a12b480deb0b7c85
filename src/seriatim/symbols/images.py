"""Opens photographs and camera frames safely: a hostile or broken file is refused before it is unpacked.

Every picture becomes 8-bit linear gray, rows x columns. Size is read from the file's header first, so a small file
that claims a gigantic picture costs nothing.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from seriatim.symbols import limits
from seriatim.symbols.errors import ImageError
from seriatim.symbols.image_header import Header, header_of

__all__ = ["Gray", "Picture", "decode_image", "gray", "is_jpeg", "jpeg", "load_image"]

Gray = NDArray[np.uint8]
"""Rows x columns, 0 black to 255 white."""
Picture = NDArray[Any] | str | Path
"""What :func:`read` takes: pixels, or the path of a PNG, JPEG, WebP, BMP or TIFF file."""


_UPRIGHT: Final[Mapping[int, Callable[[Gray], Gray]]] = {
    1: lambda pixels: pixels,
    2: np.fliplr,
    3: lambda pixels: np.rot90(pixels, 2),
    4: np.flipud,
    5: np.transpose,
    6: lambda pixels: np.rot90(pixels, -1),
    7: lambda pixels: np.rot90(pixels, 2).T,
    8: np.rot90,
}
"""Exif orientation to what sets the picture upright."""


def load_image(path: str | Path) -> Gray:
    """Read a picture file as 8-bit gray, rows x columns.

    A photograph is set upright as its Exif data say; what it says of its resolution is not asked.
    Raises `ImageError` (`not_an_image`, `image_too_large`, `image_empty`, `unsupported_pixels`, `several_pictures`),
    OSError as usual.
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
    header = header_of(data)
    if header is None:
        raise ImageError(f"{name} is not a whole PNG, JPEG, WebP, BMP or TIFF file", code="not_an_image")
    _check_header(header, name)
    # A JPEG has no transparency to keep, and is turned upright only when it is not asked for unchanged.
    flags = cv2.IMREAD_GRAYSCALE if header.kind == "jpeg" else cv2.IMREAD_UNCHANGED
    chatter = cv2.utils.logging.setLogLevel(0)  # a broken file is our answer to give, not OpenCV's to print
    try:
        # OpenCV refuses whole WebP files of 30 bytes as too short.
        pixels = cv2.imdecode(np.frombuffer(data.ljust(64, b"\0"), np.uint8), flags)
    except cv2.error as error:
        raise ImageError(f"{name} cannot be unpacked", code="not_an_image") from error
    finally:
        cv2.utils.logging.setLogLevel(chatter)
    if pixels is None:
        raise ImageError(f"{name} cannot be unpacked; is it cut short?", code="not_an_image")
    return np.ascontiguousarray(_UPRIGHT[header.orientation](gray(pixels)))


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


def _check_header(header: Header, name: str) -> None:
    _check_size(header.width, header.height, name)
    if header.has_several:
        raise ImageError(
            f"{name} holds several pictures (animated, or of several pages); give one",
            code="several_pictures",
        )
    if header.passes > limits.JPEG_PASSES_MAX:
        raise ImageError(
            f"{name} takes {header.passes} passes to unpack; at most {limits.JPEG_PASSES_MAX} are made",
            code="image_too_large",
        )


def _check_size(width: int, height: int, name: str) -> None:
    if width <= 0 or height <= 0:
        raise ImageError(f"{name} has no pixels", code="image_empty")
    if width * height > limits.IMAGE_PIXELS_MAX:
        raise ImageError(
            f"{name} claims {width} x {height} pixels; at most {limits.IMAGE_PIXELS_MAX} are read",
            code="image_too_large",
        )
