"""Pictures people bring: what each kind of bad picture is told, and what the conditions of a grade may be."""

import asyncio
import struct
import zlib
from datetime import date
from functools import cache
from threading import Event

import cv2
import msgspec
import numpy as np
import pytest

from seriatim import symbols
from seriatim.areas.line.grading import (
    CODES_MAX,
    Asked,
    Desk,
    DeskBusy,
    WrongAsk,
    asked_of,
    examine,
    grade_again,
)
from seriatim.areas.line.grading.model import KeptRead
from seriatim.symbols.images import Gray

TEXT = "(01)09506000134352(21)A1"


@cache
def shot() -> Gray:
    """One good code, as a camera sees it."""
    return symbols.synth.frame(symbols.encode(TEXT, "datamatrix"), seed=7).image


def file_of(pixels: np.ndarray, kind: str = ".png") -> bytes:
    done, data = cv2.imencode(kind, pixels)
    assert done
    return data.tobytes()


def png_claiming(width: int, height: int) -> bytes:
    """A few bytes that claim a gigantic picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(bytes(100))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", [".png", ".tiff", ".bmp"])
def test_a_good_picture_is_graded_whatever_lossless_file_holds_it(kind: str) -> None:
    seen = examine(file_of(shot(), kind), Asked())

    assert (seen.answer, seen.why, seen.advice) == ("found", "", ())
    (code,) = seen.codes
    assert code.grade is not None
    assert (code.read.text, code.grade.notation) == (TEXT, "4.0/0.80X/660")
    assert code.grade.wording == "ISO/IEC 15415 method, uncalibrated, process-control grade"


@pytest.mark.parametrize(
    "pixels",
    [
        shot().astype(np.uint16) << 8,
        np.dstack([shot()] * 3),
        np.dstack([shot(), shot(), shot(), np.full(shot().shape, 255, np.uint8)]),
    ],
    ids=["16-bit", "colour", "alpha"],
)
def test_deeper_coloured_and_transparent_pictures_are_graded_as_gray(pixels: np.ndarray) -> None:
    (code,) = examine(file_of(pixels), Asked()).codes

    assert code.overall == 4.0


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "image_empty"),
        (b"GIF89a" + bytes(100), "not_an_image"),
        (file_of(shot())[:2000], "not_an_image"),
        (png_claiming(100_000, 100_000), "image_too_large"),
        (file_of(np.zeros((1, 1), np.uint8)), "image_too_small"),
    ],
    ids=["empty", "no picture", "cut short", "bomb", "one pixel"],
)
def test_what_cannot_be_looked_at_is_refused_with_its_reason(data: bytes, code: str) -> None:
    with pytest.raises(symbols.ImageError) as raised:
        examine(data, Asked())

    assert raised.value.code == code


def test_a_jpeg_whose_passes_would_take_minutes_is_refused_by_its_header() -> None:
    head = b"\xff\xd8\xff\xc2" + struct.pack(">HBHH", 8, 8, 5000, 5000) + b"\1"
    scan = b"\xff\xda" + struct.pack(">H", 2)

    with pytest.raises(symbols.ImageError, match="11 passes take too long") as raised:
        examine(head + scan * 11 + b"\xff\xd9", Asked())

    assert raised.value.code == "image_too_large"


def test_a_jpeg_is_read_and_not_graded() -> None:
    (code,) = examine(file_of(shot(), ".jpg"), Asked()).codes

    assert code.grade is not None
    assert (code.read.text, code.grade.status, code.overall) == (TEXT, "invalid_image", None)


@pytest.mark.parametrize(
    ("pixels", "answer", "first"),
    [
        (np.full((600, 800), 255, np.uint8), "absent", "Light and dark differ by 0 of 255 gray levels"),
        (
            symbols.synth.frame(symbols.encode(TEXT, "datamatrix"), seed=7, effects={"defocus": 1.0}).image,
            "unreadable",
            "No edge is sharp",
        ),
        (np.full((60, 80), 128, np.uint8), "absent", "The picture is small (80 x 60 pixels)"),
    ],
    ids=["white", "out of focus", "small"],
)
def test_a_picture_without_a_readable_code_says_what_to_do(pixels: Gray, answer: str, first: str) -> None:
    seen = examine(file_of(pixels), Asked())

    assert (seen.answer, seen.codes) == (answer, ())
    assert seen.why != ""
    assert seen.advice[0].startswith(first)


def test_of_many_codes_the_first_are_graded_and_all_are_named() -> None:
    one = symbols.pixels(symbols.encode(TEXT, "datamatrix"), scale=6)
    tile = np.pad(
        cv2.GaussianBlur(np.where(one > 0, 210, 40).astype(np.uint8), (0, 0), 0.8), 12, constant_values=210
    )
    seen = examine(file_of(np.tile(tile, (3, 8))), Asked())

    assert len(seen.codes) == 24
    assert [code.grade is None for code in seen.codes] == [False] * CODES_MAX + [True] * 4
    assert seen.codes[-1].why == "Only 20 codes of a picture are graded."


def test_a_kept_picture_gives_the_same_record_again() -> None:
    data = file_of(shot())
    asked = Asked(x_mm=0.375)
    seen = examine(data, asked)
    kept = msgspec.json.decode(
        msgspec.json.encode([KeptRead.of(code.read) for code in seen.codes]), type=list[KeptRead]
    )

    again = grade_again(data, [one.read() for one in kept], asked, None)

    assert again.codes[0].grade is not None
    assert seen.codes[0].grade is not None
    assert again.codes[0].grade.as_json() == seen.codes[0].grade.as_json()


def test_the_aperture_is_a_share_of_x_or_millimetres_of_a_known_x() -> None:
    assert Asked().spot == 0.8
    assert Asked(aperture=0.5).spot == 0.5
    assert Asked(aperture_mm=0.2, x_mm=0.25).spot == 0.8


@pytest.mark.parametrize(
    "given",
    [
        {"aperture_mm": "0.2"},
        {"aperture_mm": "0.2", "aperture": "0.8", "x_mm": "0.25"},
        {"aperture_mm": "1", "x_mm": "0.25"},
        {"aperture": "2"},
        {"x_mm": "nan"},
        {"x_mm": "-1"},
        {"edition": "1999"},
        {"unheard": "1"},
    ],
)
def test_conditions_that_do_not_fit_are_refused(given: dict[str, str]) -> None:
    with pytest.raises(WrongAsk):
        asked_of(given)


def test_a_calibration_changes_the_wording_and_names_the_aperture() -> None:
    calibration = symbols.Calibration("L1-2026", date(2026, 11, 2), "card 17", 4.0, 240.0, 0.075)

    (code,) = examine(file_of(shot()), Asked(x_mm=0.375), calibration).codes

    assert code.grade is not None
    assert code.grade.wording == "ISO/IEC 15415 method, calibration L1-2026, process-control grade"
    assert code.grade.notation.split("/")[1] == "12"


@pytest.mark.anyio
async def test_the_desk_takes_so_many_and_sends_the_next_away() -> None:

    desk, go = Desk(1, 1), Event()
    running = [asyncio.ensure_future(desk.do(go.wait)) for _ in range(2)]
    await asyncio.sleep(0)

    with pytest.raises(DeskBusy) as raised:
        await desk.do(lambda: None)
    go.set()

    assert await asyncio.gather(*running) == [True, True]
    assert raised.value.facts == {"retry_after_s": 5}
    assert await desk.do(lambda: 7) == 7
