"""The door that grades pictures: what comes back, what is refused and how, who may ask; and calibrations."""

import struct
import zlib
from datetime import date
from functools import cache

import cv2
import httpx
import numpy as np
import pytest
from tests.factories.site import Site

from seriatim import symbols
from seriatim.areas.line.grading import DESK
from seriatim.base import limits

pytestmark = pytest.mark.anyio

GRADE = "/api/v1/symbols/grade"
CALIBRATIONS = "/api/v1/calibrations"
TEXT = "(01)09506000134352(21)A1"
CALIBRATION = {
    "id": "L1-2026-11",
    "made_on": "2026-01-02",
    "card": "card 17",
    "dark_level": 4,
    "white_level": 240,
    "mm_per_pixel": 0.075,
}


@cache
def picture(kind: str = ".png") -> bytes:
    """A file with one good code."""
    frame = symbols.synth.frame(symbols.encode(TEXT, "datamatrix"), seed=7)
    done, data = cv2.imencode(kind, frame.image)
    assert done
    return data.tobytes()


def flat(width: int, height: int, level: int = 255) -> bytes:
    done, data = cv2.imencode(".png", np.full((height, width), level, np.uint8))
    assert done
    return data.tobytes()


def png(width: int, height: int, *extra: bytes, depth: int = 8) -> bytes:
    """A PNG of almost nothing that claims a size, with chunks of one's own before the pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, 0, 0, 0, 0))
    more = b"".join(chunk(b"acTL", data) for data in extra)
    return b"\x89PNG\r\n\x1a\n" + head + more + chunk(b"IDAT", zlib.compress(bytes(99))) + chunk(b"IEND", b"")


@pytest.fixture
async def quality(site: Site) -> httpx.AsyncClient:
    return await site.with_key("quality")


async def test_a_picture_gives_each_code_with_its_grade(quality: httpx.AsyncClient) -> None:
    answer = await quality.post(GRADE, params={"x_mm": "0.375", "limit": "1.5"}, content=picture())

    told = answer.json()
    assert answer.status_code == 200
    assert {name: told[name] for name in ("answer", "why", "advice", "width", "height")} == {
        "answer": "found", "why": "", "advice": [], "width": 640, "height": 480,
    }  # fmt: skip
    (code,) = told["codes"]
    assert (code["text"], code["format"], code["method"], code["is_rescue"]) == (
        TEXT,
        "datamatrix",
        "fast",
        False,
    )
    grade = code["grade"]
    assert (grade["status"], grade["notation"], grade["letter"]) == ("graded", "4.0/12/660", "A")
    assert grade["wording"] == "ISO/IEC 15415 method, uncalibrated, process-control grade"
    assert grade["parameters"]["unused_error_correction"]["value"] == 1.0


async def test_edition_2024_says_that_it_is_provisional(quality: httpx.AsyncClient) -> None:
    answer = await quality.post(GRADE, params={"edition": "2024"}, content=picture())

    grade = answer.json()["codes"][0]["grade"]
    assert grade["edition"] == "2024"
    assert grade["provisional"] != []


async def test_only_the_kinds_asked_for_are_read(quality: httpx.AsyncClient) -> None:
    answer = await quality.post(GRADE, params={"formats": "qrcode"}, content=picture())

    assert (answer.json()["codes"], answer.json()["answer"]) == ([], "unreadable")


async def test_a_picture_of_nothing_is_an_answer(quality: httpx.AsyncClient) -> None:
    told = (await quality.post(GRADE, content=flat(640, 480))).json()

    assert (told["answer"], told["why"]) == ("absent", "Nothing in this picture looks like a code.")
    assert told["advice"] != []


@pytest.mark.parametrize(
    ("data", "status", "reason"),
    [
        (b"", 422, "image_empty"),
        (b"%PDF-1.7", 422, "not_an_image"),
        (b"GIF89a" + bytes(50), 422, "not_an_image"),
        (picture()[:3000], 422, "not_an_image"),
        (picture(".jpg")[:3000], 422, "not_an_image"),
        (picture(".tiff")[:3000], 422, "not_an_image"),
        (png(100_000, 100_000), 422, "image_too_large"),
        (png(2**31 - 1, 2**31 - 1), 422, "image_too_large"),
        (png(0, 0), 422, "image_empty"),
        (png(64, 64, struct.pack(">II", 9, 0)), 422, "several_pictures"),
        (flat(1, 1), 422, "image_too_small"),
        (flat(5000, 7), 422, "image_too_small"),
        (b"BM" + bytes(16) + struct.pack("<ii", -5, 2**31 - 1) + bytes(40), 422, "image_empty"),
    ],
    ids=["empty", "pdf", "gif", "cut png", "cut jpeg", "cut tiff", "bomb", "largest bomb", "no size", "animated",
         "one pixel", "a strip", "negative"],
)  # fmt: skip
async def test_a_bad_picture_is_refused_and_says_why(
    quality: httpx.AsyncClient, data: bytes, status: int, reason: str
) -> None:
    answer = await quality.post(GRADE, content=data)

    assert (answer.status_code, answer.json()["reason"]) == (status, reason)


@pytest.mark.parametrize("kind", ["16 bit", "alpha", "colour"])
async def test_pictures_of_other_depths_are_graded(quality: httpx.AsyncClient, kind: str) -> None:
    gray = cv2.imdecode(np.frombuffer(picture(), np.uint8), cv2.IMREAD_GRAYSCALE)
    pixels = {
        "16 bit": gray.astype(np.uint16) << 8,
        "alpha": np.dstack([gray, gray, gray, np.full(gray.shape, 255, np.uint8)]),
        "colour": np.dstack([gray] * 3),
    }[kind]

    answer = await quality.post(GRADE, content=cv2.imencode(".png", pixels)[1].tobytes())

    assert answer.json()["codes"][0]["grade"]["overall"] == 4.0


async def test_a_cmyk_jpeg_is_no_fault_of_ours(quality: httpx.AsyncClient) -> None:
    head = b"\xff\xd8\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00\x02"
    frame = (
        b"\xff\xc0"
        + struct.pack(">HBHHB", 20, 8, 64, 64, 4)
        + bytes([1, 17, 0, 2, 17, 0, 3, 17, 0, 4, 17, 0])
    )
    scan = b"\xff\xda" + struct.pack(">HB", 14, 4) + bytes([1, 0, 2, 0, 3, 0, 4, 0, 0, 63, 0]) + bytes(500)

    answer = await quality.post(GRADE, content=head + frame + scan + b"\xff\xd9")

    assert (answer.status_code, answer.json()["reason"]) == (422, "not_an_image")


async def test_a_file_past_the_limit_is_413_before_it_is_read(quality: httpx.AsyncClient) -> None:
    answer = await quality.post(
        GRADE, content=b"x", headers={"content-length": str(limits.PICTURE_BYTES + 1)}
    )

    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"edition": "1999"}, "edition"),
        ({"aperture": "9"}, "aperture"),
        ({"aperture_mm": "0.2"}, "needs x_mm"),
        ({"formats": "postcard"}, "postcard"),
        ({"calibration": "none-such"}, "There is no calibration none-such."),
        ({"other": "1"}, "other"),
    ],
)
async def test_conditions_that_cannot_be_are_422(
    quality: httpx.AsyncClient, query: dict[str, str], words: str
) -> None:
    answer = await quality.post(GRADE, params=query, content=picture())

    assert answer.status_code == 422
    assert words in answer.json()["detail"]


async def test_a_refused_picture_leaves_a_record(site: Site, quality: httpx.AsyncClient) -> None:
    before = await site.count("access_refusal")

    await quality.post(GRADE, content=b"no picture")

    assert await site.count("access_refusal") == before + 1


async def test_when_the_desk_is_full_the_answer_is_503_with_the_time_to_wait(
    quality: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(DESK, "_taken", limits.GRADINGS_AT_ONCE + limits.GRADINGS_WAITING)

    answer = await quality.post(GRADE, content=picture())

    assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (
        503,
        "grading_busy",
        "5",
    )


async def test_a_calibration_is_entered_named_by_the_grade_and_retired(
    site: Site, quality: httpx.AsyncClient
) -> None:
    made = await quality.post(CALIBRATIONS, json=CALIBRATION)
    asked = {"calibration": "L1-2026-11", "x_mm": "0.375"}
    graded = await quality.post(GRADE, params=asked, content=picture())
    again = await quality.post(CALIBRATIONS, json=CALIBRATION)
    retired = await quality.post(f"{CALIBRATIONS}/L1-2026-11/retire")
    refused = await quality.post(GRADE, params=asked, content=picture())
    auditor = await site.with_key("auditor")
    trail = (await auditor.get("/api/v1/audit", params={"subject": "L1-2026-11"})).json()["items"]

    assert (made.status_code, made.json()["entered_by"]) == (201, "quality")
    grade = graded.json()["codes"][0]["grade"]
    assert grade["wording"] == "ISO/IEC 15415 method, calibration L1-2026-11, process-control grade"
    assert (grade["calibration"]["card"], grade["calibration"]["mm_per_pixel"]) == ("card 17", 0.075)
    assert (again.status_code, again.json()["code"]) == (409, "calibration_exists")
    assert retired.json()["retired_by"] == "quality"
    assert refused.status_code == 422
    assert [row["deed"] for row in trail] == ["calibration.retired", "calibration.entered"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"white_level": 4},
        {"made_on": date(2999, 1, 1).isoformat()},
        {"id": "../x"},
        {"card": ""},
        {"mm_per_pixel": 0},
    ],
)
async def test_an_impossible_calibration_is_422(quality: httpx.AsyncClient, wrong: dict[str, object]) -> None:
    answer = await quality.post(CALIBRATIONS, json=CALIBRATION | wrong)

    assert answer.status_code == 422


async def test_the_auditor_reads_calibrations_and_grades_nothing(site: Site) -> None:
    auditor = await site.with_key("auditor")

    assert (await auditor.get(CALIBRATIONS)).json() == []
    assert (await auditor.post(GRADE, content=picture())).status_code == 403
    assert (await auditor.post(CALIBRATIONS, json=CALIBRATION)).status_code == 403
