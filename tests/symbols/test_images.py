import io
import struct
import zlib
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageOps

from seriatim import symbols
from seriatim.symbols import images, limits

UNIT = "(01)09506000134352(21)A1"
PIXELS = symbols.encode(UNIT, "datamatrix").png(scale=4)


def coded(kind: str) -> bytes:
    picture = cv2.imdecode(np.frombuffer(PIXELS, np.uint8), cv2.IMREAD_GRAYSCALE)
    return cv2.imencode(kind, picture)[1].tobytes()


def png_claiming(width: int, height: int) -> bytes:
    body = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    header = struct.pack(">I", 13) + b"IHDR" + body + struct.pack(">I", zlib.crc32(b"IHDR" + body))
    return b"\x89PNG\r\n\x1a\n" + header + b"\x00\x00\x00\x00IEND\xaeB`\x82"


@pytest.mark.parametrize("kind", [".png", ".jpg", ".webp", ".bmp", ".tiff"])
def test_the_usual_kinds_of_file_are_read(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"frame{kind}"
    path.write_bytes(coded(kind))

    assert symbols.load_image(path).shape == (80, 80)
    assert [found.text for found in symbols.read(path)] == [UNIT]
    assert [found.text for found in symbols.read(str(path))] == [UNIT]


@pytest.mark.parametrize("kind", [".png", ".jpg", ".webp", ".bmp"])
def test_a_file_cut_short_is_no_image(kind: str) -> None:
    data = coded(kind)

    with pytest.raises(symbols.ImageError) as refusal:
        images.decode_image(data[: len(data) // 2])

    assert refusal.value.code == "not_an_image"


@pytest.mark.parametrize(
    "data", [b"hello", b"%PDF-1.7", b"<svg/>", b"\x89PNG\r\n\x1a\n", b"BM", b"II*\x00", b"\xff\xd8\xff"]
)
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(symbols.ImageError) as refusal:
        images.decode_image(data)

    assert refusal.value.code == "not_an_image"


def test_a_small_file_that_claims_a_gigantic_picture_is_refused_by_its_header() -> None:
    with pytest.raises(symbols.ImageError) as refusal:
        images.decode_image(png_claiming(100_000, 100_000))

    assert refusal.value.code == "image_too_large"


@pytest.mark.parametrize(("width", "height"), [(0, 10), (10, 0)])
def test_a_picture_without_pixels_is_empty(width: int, height: int) -> None:
    with pytest.raises(symbols.ImageError) as refusal:
        images.decode_image(png_claiming(width, height))

    assert refusal.value.code == "image_empty"


def test_an_empty_file_is_empty() -> None:
    with pytest.raises(symbols.ImageError) as refusal:
        images.decode_image(b"")

    assert refusal.value.code == "image_empty"


def test_a_file_above_the_limit_is_not_even_opened(tmp_path: Path) -> None:
    path = tmp_path / "large.png"
    with path.open("wb") as file:
        file.truncate(limits.IMAGE_FILE_BYTES_MAX + 1)

    with pytest.raises(symbols.ImageError) as refusal:
        symbols.load_image(path)

    assert refusal.value.code == "image_too_large"


def test_a_missing_file_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        symbols.load_image(tmp_path / "none.png")


@pytest.mark.parametrize(
    "pixels",
    [
        np.full((20, 30), 128, np.uint8),
        np.full((20, 30, 1), 128, np.uint8),
        np.full((20, 30, 3), 128, np.uint8),
        np.full((20, 30), 128 << 8, np.uint16),
        np.dstack([np.zeros((20, 30, 3), np.uint8), np.full((20, 30), 127, np.uint8)]),
    ],
)
def test_every_accepted_kind_of_pixel_becomes_the_same_gray(pixels: NDArray[Any]) -> None:
    assert np.unique(images.gray(pixels)).tolist() == [128]
    assert images.gray(pixels).shape == (20, 30)


def test_true_and_false_become_white_and_black() -> None:
    assert images.gray(np.array([[True, False]])).tolist() == [[255, 0]]


@pytest.mark.parametrize(
    ("pixels", "code"),
    [
        (np.zeros((20, 30), np.float32), "unsupported_pixels"),
        (np.zeros((20, 30, 2), np.uint8), "unsupported_pixels"),
        (np.zeros(20, np.uint8), "unsupported_pixels"),
        (np.zeros((0, 30), np.uint8), "image_empty"),
        (np.broadcast_to(np.uint8(0), (10_000, 10_000)), "image_too_large"),
    ],
)
def test_pixels_that_cannot_be_gray_are_refused(pixels: NDArray[Any], code: str) -> None:
    with pytest.raises(symbols.ImageError) as refusal:
        images.gray(pixels)

    assert refusal.value.code == code


@given(
    st.binary(max_size=200),
    st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF", b"BM", b"II*\x00", b"MM\x00*"]),
)
def test_no_garbage_gets_past_the_two_answers_picture_or_refusal(data: bytes, start: bytes) -> None:
    try:
        picture = images.decode_image(start + data)
    except symbols.ImageError:
        return
    assert picture.dtype == np.uint8


def test_a_frame_becomes_a_jpeg_for_the_screen() -> None:
    frame = symbols.synth.frame(symbols.encode(UNIT, "datamatrix"))

    assert images.decode_image(symbols.jpeg(frame.image)).shape == frame.image.shape
    assert len(symbols.jpeg(frame.image, quality=30)) < len(symbols.jpeg(frame.image, quality=90))


@pytest.mark.parametrize("filler", [b"\xff", b"\xff\xe0\x00\x00"])
def test_a_jpeg_header_without_end_is_given_up(filler: bytes) -> None:
    with pytest.raises(symbols.ImageError) as refusal:
        images.decode_image(b"\xff\xd8" + filler * 50_000)

    assert refusal.value.code == "not_an_image"


def test_every_kind_of_webp_tells_its_size(tmp_path: Path) -> None:
    picture = cv2.imdecode(np.frombuffer(PIXELS, np.uint8), cv2.IMREAD_GRAYSCALE)
    lossy = cv2.imencode(".webp", picture, [cv2.IMWRITE_WEBP_QUALITY, 80])[1].tobytes()
    lossless = cv2.imencode(".webp", picture, [cv2.IMWRITE_WEBP_QUALITY, 101])[1].tobytes()
    huge = b"RIFF\x16\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00" + b"\xff" * 6

    assert {lossy[12:16], lossless[12:16]} == {b"VP8 ", b"VP8L"}
    assert images.decode_image(lossy).shape == images.decode_image(lossless).shape == (80, 80)
    with pytest.raises(symbols.ImageError) as refusal:
        images.decode_image(huge)
    assert refusal.value.code == "image_too_large"


def saved(picture: Image.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


CODE = Image.open(io.BytesIO(PIXELS)).convert("L")
ANGLE = Image.fromarray(np.pad(np.zeros((12, 30), np.uint8), ((4, 24), (10, 20)), constant_values=255))
"""A dark bar near the top left, so that every turn shows."""


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        *[(mode, "PNG") for mode in ("1", "P", "LA", "RGBA", "RGB")],
        *[(mode, "TIFF") for mode in ("1", "P", "LA", "RGBA", "CMYK")],
        ("CMYK", "JPEG"),
        ("1", "BMP"),
        ("P", "BMP"),
        ("RGBA", "WEBP"),
    ],
)
def test_every_colour_mode_is_read(mode: str, kind: str) -> None:
    assert [found.text for found in symbols.read(images.decode_image(saved(CODE.convert(mode), kind)))] == [
        UNIT
    ]


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_sixteen_bits_are_read(kind: str) -> None:
    deep = Image.fromarray(np.asarray(CODE).astype(np.uint16) * 257)

    assert np.array_equal(images.decode_image(saved(deep, kind)), np.asarray(CODE))


def test_what_shows_through_is_paper() -> None:
    ink = Image.new("RGBA", (20, 20), (0, 0, 0, 0))

    assert np.unique(images.decode_image(saved(ink, "PNG"))).tolist() == [255]


@pytest.mark.parametrize("dots_per_inch", [1, 72, 100_000])
def test_the_resolution_a_file_claims_changes_nothing(dots_per_inch: int) -> None:
    claimed = saved(CODE, "PNG", dpi=(dots_per_inch, dots_per_inch))

    assert np.array_equal(images.decode_image(claimed), np.asarray(CODE))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photograph_is_set_upright_as_its_exif_data_say(kind: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[274] = orientation
    options = {"quality": 95} | ({"lossless": True} if kind == "WEBP" else {})
    data = saved(ANGLE, kind, exif=exif, **options)
    upright = np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("L"))

    found = images.decode_image(data)

    assert found.shape == upright.shape
    assert np.abs(found.astype(int) - upright).max() <= 8


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF"])
def test_a_file_of_several_pictures_is_refused(kind: str) -> None:
    with pytest.raises(symbols.ImageError) as refusal:
        images.decode_image(saved(CODE, kind, save_all=True, append_images=[ANGLE.resize(CODE.size)]))

    assert refusal.value.code == "several_pictures"


def test_a_gif_is_no_picture_of_a_camera() -> None:
    with pytest.raises(symbols.ImageError) as refusal:
        images.decode_image(saved(CODE, "GIF"))

    assert refusal.value.code == "not_an_image"


def test_floating_point_pixels_in_a_file_are_refused() -> None:
    with pytest.raises(symbols.ImageError) as refusal:
        images.decode_image(saved(CODE.convert("F"), "TIFF"))

    assert refusal.value.code == "unsupported_pixels"


def test_a_jpeg_of_endless_passes_is_refused_before_it_is_unpacked() -> None:
    data = saved(CODE, "JPEG", progressive=True)
    last = data.rfind(b"\xff\xda")
    scan = data[last:-2]

    assert images.decode_image(data).shape == (80, 80)
    with pytest.raises(symbols.ImageError) as refusal:
        images.decode_image(data[:-2] + scan * 200 + data[-2:])
    assert refusal.value.code == "image_too_large"


WHOLE = {
    "png": saved(CODE, "PNG"),
    "jpeg": saved(CODE, "JPEG"),
    "progressive": saved(CODE, "JPEG", progressive=True),
    "tiff": saved(CODE, "TIFF", compression="tiff_lzw"),
    "gif": saved(CODE, "GIF"),
    "webp": saved(CODE, "WEBP"),
    "bmp": saved(CODE, "BMP"),
}


REFUSALS = {
    None,
    "not_an_image",
    "image_too_large",
    "image_empty",
    "image_too_small",
    "unsupported_pixels",
    "several_pictures",
}


@given(st.sampled_from(sorted(WHOLE)), st.data())
def test_a_mutated_file_is_a_picture_or_a_refusal_and_its_reading_ends(
    kind: str, data: st.DataObject
) -> None:
    bytes_of = bytearray(WHOLE[kind])
    for _ in range(data.draw(st.integers(1, 8))):
        if not bytes_of:
            break
        place = data.draw(st.integers(0, len(bytes_of) - 1))
        match data.draw(st.sampled_from(["change", "insert", "drop", "cut", "double"])):
            case "change":
                bytes_of[place] = data.draw(st.integers(0, 255))
            case "insert":
                bytes_of[place:place] = data.draw(st.binary(max_size=9))
            case "drop":
                del bytes_of[place : place + data.draw(st.integers(1, 9))]
            case "cut":
                del bytes_of[max(place, 1) :]
            case "double":
                bytes_of += bytes_of[place : place + 64]
    texts, refusal = set(), None
    try:
        texts = {found.text for found in symbols.read(images.decode_image(bytes(bytes_of)), deadline_ms=20)}
    except symbols.ImageError as error:
        refusal = error.code

    assert texts <= {UNIT}
    assert refusal in REFUSALS
