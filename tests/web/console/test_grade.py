"""The page that grades a picture: what it says of good and bad ones, what is kept and for how long, and who may."""

from datetime import timedelta
from functools import cache

import cv2
import httpx
import numpy as np
import pytest
from tests.factories.site import Site

from seriatim import symbols
from seriatim.areas.line import grading

pytestmark = pytest.mark.anyio
TEXT = "(01)09506000134352(21)A1"
CALIBRATION = {
    "id": "line-1",
    "made_on": "2026-01-02",
    "card": "card <17>",
    "white_level": "240",
    "mm_per_pixel": "0.075",
}


@cache
def picture(kind: str = ".png") -> bytes:
    frame = symbols.synth.frame(symbols.encode(TEXT, "datamatrix"), seed=7)
    return cv2.imencode(kind, frame.image)[1].tobytes()


async def send(
    browser: httpx.AsyncClient, csrf: str, data: bytes | None, name: str = "pack.png", **fields: str
) -> httpx.Response:
    files = {"file": (name, data, "image/png")} if data is not None else {"file": ("", b"")}
    origin = {"origin": str(browser.base_url).rstrip("/")}
    return await browser.post("/console/grade", data={"csrf": csrf} | fields, files=files, headers=origin)


async def test_a_graded_picture_has_an_address_with_its_report_and_files(site: Site) -> None:
    browser, csrf = await site.signed_in("line_operator")

    sent = await send(browser, csrf, picture(), limit="1.5", x_mm="0.375")
    address = sent.headers["location"]
    page = await browser.get(address)
    files = {kind: await browser.get(f"{address}/1.{kind}") for kind in ("html", "png", "json")}
    listed = await browser.get("/console/grade")

    assert sent.status_code == 303
    assert '<h1 class="g-title">Grade A 4.0</h1>' in page.text
    assert "It passes, the limit is C 1.5." in page.text
    assert "ISO/IEC 15415 method, uncalibrated, process-control grade." in page.text
    assert {kind: answer.headers["content-disposition"] for kind, answer in files.items()} == {
        kind: f'attachment; filename="grade-pack.{kind}"' for kind in files
    }
    assert files["json"].json()["notation"] == "4.0/12/660"
    assert files["png"].content.startswith(b"\x89PNG")
    assert files["html"].text.startswith("<!doctype html>")
    assert f'href="{address}">pack.png</a>' in listed.text


async def test_a_name_and_a_content_from_outside_are_escaped(site: Site) -> None:
    browser, csrf = await site.signed_in()
    hostile = symbols.encode("http://a.example/<script>alert(1)</script>", "qrcode")
    shot = symbols.synth.frame(hostile, seed=11).image

    sent = await send(
        browser, csrf, cv2.imencode(".png", shot)[1].tobytes(), name="<script>alert(2)</script>.png"
    )
    page = await browser.get(sent.headers["location"])
    listed = await browser.get("/console/grade")

    assert sent.status_code == 303
    assert "<script>alert" not in page.text + listed.text
    assert "&lt;script&gt;alert(1)" in page.text


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (None, "No picture came with this."),
        (b"nonsense", "PNG, TIFF, BMP, WebP and JPEG are understood."),
        (picture()[:999], "see that it is whole"),
        (cv2.imencode(".png", np.zeros((1, 1), np.uint8))[1].tobytes(), "not a thumbnail"),
    ],
    ids=["none", "nonsense", "cut short", "one pixel"],
)
async def test_a_bad_picture_is_said_on_the_page_and_leaves_a_record(
    site: Site, data: bytes | None, words: str
) -> None:
    browser, csrf = await site.signed_in()

    answer = await send(browser, csrf, data)

    assert answer.status_code == 422
    assert words in answer.text
    assert await site.count("access_refusal") == 1
    assert await site.count("line_graded_picture") == 0


async def test_a_picture_without_a_code_says_what_to_do_and_is_not_kept(site: Site) -> None:
    browser, csrf = await site.signed_in()
    white = cv2.imencode(".png", np.full((480, 640), 255, np.uint8))[1].tobytes()

    answer = await send(browser, csrf, white, name="white.png")

    assert answer.status_code == 200
    assert "No code found in white.png, 640" in answer.text
    assert await site.count("line_graded_picture") == 0


async def test_a_jpeg_gets_no_grade_and_its_page_says_why(site: Site) -> None:
    browser, csrf = await site.signed_in()

    sent = await send(browser, csrf, picture(".jpg"), name="pack.jpg")
    page = await browser.get(sent.headers["location"])

    assert "No grade: invalid picture" in page.text


async def test_conditions_are_kept_in_the_form_when_they_do_not_fit(site: Site) -> None:
    browser, csrf = await site.signed_in()

    answer = await send(browser, csrf, picture(), aperture_mm="0.2")

    assert answer.status_code == 422
    assert "aperture_mm needs x_mm" in answer.text
    assert 'name="aperture_mm" value="0.2"' in answer.text


async def test_a_busy_desk_is_said_on_the_page(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    browser, csrf = await site.signed_in()
    monkeypatch.setattr(grading.DESK, "_taken", 100)

    answer = await send(browser, csrf, picture())

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "send this one again in some seconds" in answer.text


async def test_pictures_are_forgotten_after_a_day_and_by_number(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("seriatim.areas.line.grading.store.KEPT_MAX", 2)
    browser, csrf = await site.signed_in()

    addresses = [(await send(browser, csrf, picture())).headers["location"] for _ in range(3)]
    found = [(await browser.get(address)).status_code for address in addresses]
    site.clock.at += timedelta(hours=grading.KEPT_HOURS)
    async with site.app.database.transaction() as tx:
        await grading.forget(tx, now=site.clock.now())

    assert found == [404, 200, 200]
    assert await site.count("line_graded_picture") == 0


async def test_pictures_are_forgotten_by_the_sum_of_their_bytes(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("seriatim.areas.line.grading.store.KEPT_BYTES_MAX", 2 * len(picture()))
    browser, csrf = await site.signed_in()

    for _ in range(3):
        await send(browser, csrf, picture())

    assert await site.count("line_graded_picture") == 2


@pytest.mark.parametrize("file", ["2.html", "0.html", "1.exe", "01.html", "9" * 5000 + ".png", "1.html%00"])
async def test_a_report_that_is_not_there_is_404(site: Site, file: str) -> None:
    browser, csrf = await site.signed_in()
    address = (await send(browser, csrf, picture())).headers["location"]

    assert (await browser.get(f"{address}/{file}")).status_code == 404


async def test_a_calibration_is_entered_chosen_and_retired(site: Site) -> None:
    browser, csrf = await site.signed_in("line_lead")
    origin = {"origin": str(browser.base_url).rstrip("/")}
    places = "/console/grade/calibrations"

    entered = await browser.post(places, data={"csrf": csrf} | CALIBRATION, headers=origin)
    wrong = await browser.post(
        places, data={"csrf": csrf} | CALIBRATION | {"id": "x", "white_level": "0"}, headers=origin
    )
    listed = await browser.get(places)
    sent = await send(browser, csrf, picture(), calibration="line-1")
    retired = await browser.post(f"{places}/line-1/retire", data={"csrf": csrf}, headers=origin)
    page = await browser.get(sent.headers["location"])
    form = await browser.get("/console/grade")

    assert (entered.status_code, retired.status_code) == (303, 303)
    assert wrong.status_code == 422
    assert "must lie above dark level" in wrong.text
    assert "card &lt;17&gt;" in listed.text
    assert "method, calibration line-1, process-control grade." in page.text
    assert '<option value="line-1"' not in form.text


async def test_the_auditor_sees_the_page_and_has_nothing_to_press(site: Site) -> None:
    browser, csrf = await site.signed_in("auditor")

    page = await browser.get("/console/grade")
    refused = await send(browser, csrf, picture())

    assert "Your role reads grades and makes none." in page.text
    assert "Grade this picture" not in page.text
    assert refused.status_code == 403
