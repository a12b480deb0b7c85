"""The station at the line, looked at, listened to and worked by its keys, over a pilot that has rejects."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from tests.browser.conftest import Site, _served

SCREENS = Path(__file__).parent / "screens"
WIDTHS = (360, 1440, 1920)
LOOKS = ((360, "light"), (360, "dark"), (1440, "light"), (1440, "dark"))
PAGES = {
    "lines": "/line",
    "station": "/line/Line%201",
    "log": "/line/Line%201/log",
    "rejects": "/line/Line%201/log?rejects=1",
}
UNITS = 240
STOP_AT_THE_REJECT = """
addEventListener("DOMContentLoaded", () => {
  const band = document.querySelector("[data-part=band]");
  new MutationObserver(() => {
    if (band.dataset.state !== "good") dispatchEvent(new Event("pagehide"));
  }).observe(band, { attributes: true });
});
"""
"""The station lets its feed go when its page is left; here, as soon as it shows a reject."""


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server over a pilot large enough to have every kind of reject."""
    data = tmp_path_factory.mktemp("busy") / "data"
    command = [
        sys.executable,
        "-m",
        "seriatim",
        "demo",
        "--units",
        str(UNITS),
        "--seed",
        "7",
        "--exit",
        "--json",
    ]
    done = subprocess.run([*command, "--data", str(data)], capture_output=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr.decode()[-4000:]
    with _served(data) as url:
        yield Site(url, data, json.loads(done.stdout))


@pytest.fixture(scope="module")
def operator(busy: Site, sign_in: Callable[[Site, str], Any]) -> Any:
    """The browser's state of a line operator."""
    return sign_in(busy, "line_operator")


@pytest.fixture
def panel(browser: Browser, busy: Site, operator: Any) -> Iterator[Page]:
    """A line panel of 1920 by 1080 with somebody signed in."""
    context = browser.new_context(
        base_url=busy.url, storage_state=operator, viewport={"width": 1920, "height": 1080}, reduced_motion="reduce"
    )  # fmt: skip
    yield context.new_page()
    context.close()


@pytest.fixture
def rejects(panel: Page) -> dict[str, int]:
    """A trigger for each reason, from the API's point of view: the log."""
    panel.goto("/line/Line%201/log?rejects=1")
    rows = panel.locator("tbody tr").evaluate_all(
        "rows => rows.map(row => [row.cells[1].textContent.trim(), Number(row.cells[0].textContent)])"
    )
    return dict(rows)


def look_at(page: Page, name: str) -> None:
    page.screenshot(path=SCREENS / f"line-{name}.png", full_page=True)
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0, f"{name} is {overflow} px too wide"
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_every_screen_and_says_nothing_that_axe_minds(
    name: str, browser: Browser, busy: Site, operator: Any
) -> None:
    looks = LOOKS if name != "station" else (*LOOKS, (1920, "light"))
    see(browser, busy, operator, PAGES[name], name, looks)


def see(
    browser: Browser, site: Site, state: Any, path: str, name: str, looks: Sequence[tuple[int, str]]
) -> None:
    """The page at these widths, in light or dark, without a complaint of the browser."""
    for width, scheme in looks:
        context = browser.new_context(
            base_url=site.url,
            storage_state=state,
            color_scheme=scheme,  # type: ignore[arg-type]
            reduced_motion="reduce",
            viewport={"width": width, "height": 1080 if width == 1920 else 900},
        )
        page = context.new_page()
        faults: list[str] = []
        page.on("pageerror", lambda error, faults=faults: faults.append(str(error)))
        page.on(
            "console", lambda said, faults=faults: faults.append(said.text) if said.type == "error" else None
        )
        page.goto(path)
        look_at(page, f"{name}-{width}-{scheme}")
        assert faults == []
        context.close()


def test_the_reference_of_the_api_can_be_read_on_every_screen(
    browser: Browser, busy: Site, operator: Any
) -> None:
    see(browser, busy, operator, "/api/docs", "api", ((360, "dark"),))


@pytest.mark.parametrize("reason", ["No code", "Unreadable", "Wrong content", "Duplicate", "Low grade"])
def test_a_reject_fills_the_band_and_says_what_to_do(
    reason: str, panel: Page, rejects: dict[str, int]
) -> None:
    panel.add_init_script(STOP_AT_THE_REJECT)
    panel.goto(f"/line/Line%201?replay=1&from={rejects[reason] - 1}")

    expect(panel.locator(".verdict")).not_to_have_attribute("data-state", "good")
    expect(panel.get_by_text("Do this")).to_be_visible()
    assert float(panel.locator(".word").evaluate("word => parseFloat(getComputedStyle(word).fontSize)")) >= 96
    look_at(panel, f"reject-{reason.lower().replace(' ', '-')}")


def test_f8_plays_the_order_back_and_the_page_says_that_it_does(panel: Page) -> None:
    panel.goto("/line/Line%201")
    expect(panel.locator("#contact")).to_have_text("newest unit")

    panel.keyboard.press("F8")
    panel.wait_for_url("**/line/Line%201?replay=1")

    expect(panel.locator("#contact")).to_have_text("playback")
    # Any unit after the first: a busy machine may show the third one for no time at all.
    expect(panel.locator(".detail")).to_contain_text(re.compile(r"nit ([2-9]|[1-9]\d+) of 180"))
    expect(panel.get_by_text("played back so far")).to_be_visible()
    assert panel.title() == "OK, Line 1 · Seriatim"


def test_a_playback_ends_with_books_that_add_up(panel: Page) -> None:
    panel.goto("/line/Line%201?replay=1&from=186")

    expect(panel.locator("#contact")).to_have_text("playback ended", timeout=10_000)
    expect(panel.get_by_text("adds up")).to_be_visible()


def test_the_page_says_when_it_hears_nothing(panel: Page) -> None:
    panel.clock.install()
    panel.route("**/feed*", lambda route: route.abort())
    panel.goto("/line/Line%201?replay=1")

    panel.clock.fast_forward(14_000)

    expect(panel.locator("#contact")).to_contain_text("silent since")
    expect(panel.locator("#contact")).to_have_attribute("data-stale", "")


def test_f1_helps_and_f9_opens_the_log_and_comes_back(panel: Page) -> None:
    panel.goto("/line/Line%201")
    panel.keyboard.press("F1")
    expect(panel.get_by_role("heading", name="What this station shows")).to_be_visible()
    panel.keyboard.press("Escape")
    expect(panel.get_by_role("heading", name="What this station shows")).to_be_hidden()

    panel.keyboard.press("F9")
    panel.wait_for_url("**/line/Line%201/log")
    panel.keyboard.press("F9")
    panel.wait_for_url("**/line/Line%201")


def test_every_key_is_large_enough_for_a_glove(panel: Page) -> None:
    for path in ("/line", "/line/Line%201", "/line/Line%201/log"):
        for width in WIDTHS:
            panel.set_viewport_size({"width": width, "height": 900})
            panel.goto(path)
            low = panel.locator(".btn, .seg > a").evaluate_all(
                "all => all.filter(one => one.checkVisibility() && one.getBoundingClientRect().height < 64)"
                ".map(one => one.textContent.trim())"
            )
            assert low == [], (path, width)


def test_without_script_the_station_shows_the_newest_unit(
    browser: Browser, busy: Site, operator: Any
) -> None:
    context = browser.new_context(base_url=busy.url, storage_state=operator, java_script_enabled=False)
    page = context.new_page()
    page.goto("/line/Line%201")

    expect(page.get_by_role("heading", level=1)).to_have_text("OK")
    expect(page.get_by_text("adds up")).to_be_visible()
    assert page.locator("image").evaluate("one => one.href.baseVal").startswith("/line/Line%201/frames/")
    context.close()
