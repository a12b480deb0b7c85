"""Grade a picture: the page, its reports and its calibrations, looked at, dropped on, and by keyboard alone."""

import base64
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.test_console import SCHEMES, WIDTHS, faults_of, look_at

from seriatim import symbols

TEXT = "(01)09506000134352(17)271231(10)H26K20(21)K4W8Z0M2RD6T"
GOOD: dict[str, float] = {}
FADING = {"dead_nozzle": 0.1, "growth": 0.3}
SHOTS: dict[str, dict[str, float] | None] = {
    "good": GOOD,
    "fading": FADING,
    "tray": None,
    "blurred": {"defocus": 1.0},
}


@cache
def picture(name: str) -> bytes:
    """A file of what a camera sees."""
    symbol = symbols.encode(TEXT, "datamatrix")
    effects = SHOTS[name]
    if effects is not None:
        pixels = symbols.synth.frame(symbol, seed=7, effects=effects).image
    else:
        other = symbols.encode("HTTPS://ID.BRAND.EXAMPLE/01/09506000134352/21/A1", "qrcode")
        pixels = np.hstack([symbols.synth.frame(one, seed=11).image for one in (symbol, other)])
    done, data = cv2.imencode(".png", pixels)
    assert done
    return data.tobytes()


@pytest.fixture(scope="module")
def graded(
    browser: Browser, site: Any, signed_in: Any, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    """Addresses of pictures that were graded through the form."""
    folder = tmp_path_factory.mktemp("shots")
    context = browser.new_context(base_url=site.url, storage_state=signed_in)
    page, found = context.new_page(), {}
    for name in ("good", "fading", "tray"):
        (folder / f"{name}.png").write_bytes(picture(name))
        found[name] = grade(page, folder / f"{name}.png")
    context.close()
    return found


def grade(page: Page, file: Path) -> str:
    """Through the form; the address of the report."""
    page.goto("/console/grade")
    page.get_by_text("Options").click()
    page.get_by_label("Lowest grade that passes").select_option("1.5")
    page.get_by_label("X in mm").fill("0.375")
    page.get_by_label("Drop a picture here").set_input_files(file)
    page.get_by_role("button", name="Grade this picture").click()
    page.wait_for_url(lambda url: not url.endswith("/console/grade"))
    return page.url


@pytest.fixture(params=SCHEMES)
def eye(
    request: pytest.FixtureRequest, browser: Browser, site: Any, signed_in: Any
) -> Iterator[tuple[Page, str]]:
    context = browser.new_context(
        base_url=site.url, storage_state=signed_in, color_scheme=request.param, reduced_motion="reduce"
    )
    page = context.new_page()
    faults = faults_of(page)
    yield page, request.param
    assert faults == []
    context.close()


@pytest.mark.parametrize("name", ["good", "fading", "tray"])
def test_a_report_fits_every_screen(eye: tuple[Page, str], graded: dict[str, str], name: str) -> None:
    page, scheme = eye
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(graded[name])
        look_at(page, f"grade-{name}-{width}-{scheme}")


@pytest.mark.parametrize("path", ["", "/calibrations"])
def test_the_form_and_the_calibrations_fit_every_screen(
    eye: tuple[Page, str], graded: dict[str, str], path: str
) -> None:
    assert graded
    page, scheme = eye
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"/console/grade{path}")
        if path:
            enter_calibration(page, f"line-1 {width} {scheme}")
        else:
            page.get_by_text("Options").click()
        look_at(page, f"grade{path.replace('/', '-')}-{width}-{scheme}")


def enter_calibration(page: Page, name: str) -> None:
    page.get_by_label("Id", exact=True).fill(name)
    page.get_by_label("Made on").fill("2026-01-02")
    page.get_by_label("Reflectance card").fill("BG-7 0417")
    page.get_by_label("White level").fill("235")
    page.get_by_label("mm per pixel").fill("0.075")
    page.get_by_role("button", name="Enter calibration").click()
    expect(page.get_by_role("button", name=f"Retire {name}")).to_be_visible()


def test_what_cannot_be_graded_is_said_with_what_to_do(eye: tuple[Page, str], tmp_path: Path) -> None:
    page, scheme = eye
    (tmp_path / "blurred.png").write_bytes(picture("blurred"))
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.goto("/console/grade")
        page.get_by_label("Drop a picture here").set_input_files(tmp_path / "blurred.png")
        page.get_by_role("button", name="Grade this picture").click()
        expect(page.get_by_role("alert")).to_contain_text("No edge is sharp")
        look_at(page, f"grade-blurred-{width}-{scheme}")


def test_a_dropped_picture_is_graded_at_once(console: Page) -> None:
    console.goto("/console/grade")
    console.evaluate(
        """data => {
            const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
            const carried = new DataTransfer();
            carried.items.add(new File([bytes], "dropped.png", { type: "image/png" }));
            document.getElementById("dropzone").dispatchEvent(
                new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: carried }));
        }""",
        base64.b64encode(picture("good")).decode(),
    )

    expect(console.get_by_role("heading", level=1)).to_contain_text("Grade A 4.0")
    expect(console.locator(".crumbs")).to_contain_text("dropped.png")


def test_a_chosen_picture_is_shown_before_it_is_sent(console: Page, tmp_path: Path) -> None:
    (tmp_path / "good.png").write_bytes(picture("good"))
    console.goto("/console/grade")

    console.get_by_label("Drop a picture here").set_input_files(tmp_path / "good.png")

    expect(console.get_by_alt_text("The chosen picture")).to_be_visible()
    expect(console.get_by_role("status").filter(has_text="good.png")).to_be_visible()


def test_without_script_the_form_grades_all_the_same(
    browser: Browser, site: Any, signed_in: Any, tmp_path: Path
) -> None:
    (tmp_path / "good.png").write_bytes(picture("good"))
    context = browser.new_context(base_url=site.url, storage_state=signed_in, java_script_enabled=False)
    page = context.new_page()

    grade(page, tmp_path / "good.png")

    expect(page.get_by_role("heading", level=1)).to_contain_text("Grade A 4.0")
    context.close()


def test_the_report_is_walked_by_keyboard_alone(console: Page, graded: dict[str, str]) -> None:
    console.goto(graded["fading"])
    console.get_by_role("radio", name="Modulation").focus()

    console.keyboard.press("ArrowRight")

    expect(console.get_by_alt_text("The picture that was graded, cut to the code")).to_be_visible()
    expect(console.get_by_role("img", name="Symbol of")).to_be_hidden()


@pytest.mark.parametrize(
    ("word", "begins"), [("Report", b"<!doctype html>"), ("PNG", b"\x89PNG"), ("JSON", b"{\n")]
)
def test_reports_are_downloaded_without_sending_the_picture_again(
    console: Page, graded: dict[str, str], word: str, begins: bytes
) -> None:
    console.goto(graded["good"])

    with console.expect_download() as fetched:
        console.get_by_role("link", name=word).click()

    assert fetched.value.suggested_filename.startswith("grade-good.")
    assert fetched.value.path().read_bytes().startswith(begins)
