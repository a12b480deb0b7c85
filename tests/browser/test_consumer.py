"""The consumer's pages, looked at: every state at 360 and 1440 pixels, in light and dark, by axe, without script."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from seriatim import history, identity
from seriatim.areas import content
from seriatim.areas.content import ProductText, Standing, StoryStep, Subject
from seriatim.base.db import Transaction
from seriatim.web.consumer.door import draw

SCREENS = Path(__file__).parent / "screens"
WIDTHS = (360, 1440)
SCHEMES = ("light", "dark")
NOW = datetime(2026, 11, 20, 18, 4, tzinfo=UTC)
PRODUCT = identity.Product(
    gtin="09506000134352", name="Huila 250 g", brand="Alboral", net_content="250 g", look_for="Round. A star."
)
SUBJECT = Subject(PRODUCT.name, "H26K05", date(2027, 11, 5), "7K2M9QXR4TBV", "Look at the seal. It is round.")
TEXTS = (
    ProductText(
        "en", "Huila", "Coffee.", "60 g for a litre.", "Yellow bin.",
        story=(
            StoryStep("Huila, Colombia", "Picked by hand", "On two farms.", "May to July"),
            StoryStep("Setúbal", "Roasted", "Medium.", "November"),
        ),
    ),
)  # fmt: skip
ALIVE = Standing(issued=True, active=True, expiry=date(2027, 11, 5))
STANDINGS = {
    "recalled": Standing(issued=True, active=True, recalled=True),
    "blocked": Standing(issued=True, active=True, blocked=True),
    "expired": Standing(issued=True, active=True, expiry=date(2026, 11, 19)),
    "not_active": Standing(issued=True),
    "suspicious": ALIVE,
    "caution": ALIVE,
    "unknown": Standing(),
    "consistent": ALIVE,
    "cannot_check": Standing(readable=False),
    "product": Standing(single=False, issued=True, active=True),
}


TAPS: tuple[content.TapState, ...] = ("verified", "already_seen", "replayed", "opened", "refused")


def html_of(state: str, language: str, tap: content.TapState | None = None) -> str:
    band = state if state in {"suspicious", "caution"} else "normal"
    page = content.page(
        STANDINGS[state], band, SUBJECT, TEXTS, language=language, signals=["R4h", "R6"],  # type: ignore[arg-type]
        notice="A wire may be in the pack.", instructions="Bring it back to any shop.", tap=tap, now=NOW,
    )  # fmt: skip
    return draw(page, PRODUCT, host="id.alboral.example", attributes="", nonce="n")


@pytest.mark.parametrize("state", STANDINGS)
def test_a_state_fits_every_screen_and_says_nothing_that_axe_minds(state: str, browser: Browser) -> None:
    for scheme in SCHEMES:
        context = browser.new_context(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        page = context.new_page()
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 740})
            page.set_content(html_of(state, "en"))
            page.screenshot(path=SCREENS / f"consumer-{state}-{width}-{scheme}.png", full_page=True)
            assert overflow(page) <= 0
            results = Axe().run(page)
            assert results.violations_count == 0, results.generate_report()
        context.close()


@pytest.mark.parametrize("tap", TAPS)
def test_what_is_said_of_a_tap_fits_every_screen_in_every_language(
    tap: content.TapState, browser: Browser
) -> None:
    state = "consistent" if tap in {"verified", "already_seen", "opened"} else "suspicious"
    for scheme in SCHEMES:
        context = browser.new_context(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        page = context.new_page()
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 740})
            page.set_content(html_of(state, "en", tap))
            page.screenshot(path=SCREENS / f"consumer-tap-{tap}-{width}-{scheme}.png", full_page=True)
            results = Axe().run(page)
            assert results.violations_count == 0, results.generate_report()
        page.set_viewport_size({"width": 320, "height": 640})
        for language in content.LANGUAGES:
            page.set_content(html_of(state, language, tap))
            assert overflow(page) <= 0, language
        context.close()


@pytest.mark.parametrize("language", content.LANGUAGES)
def test_no_language_runs_over_the_smallest_phone_and_every_target_fits_a_finger(
    language: str, browser: Browser
) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 640})
    page = context.new_page()
    for state in STANDINGS:
        page.set_content(html_of(state, language))
        assert overflow(page) <= 0, state
        small = page.locator("a, button, summary, input:not([type=hidden])").evaluate_all(
            "all => all.filter(one => one.checkVisibility() && one.getBoundingClientRect().height < 44)"
            ".map(one => one.outerHTML)"
        )
        assert small == [], state
    context.close()


def overflow(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


@pytest.fixture(scope="module")
def sold(site: Any) -> str:
    """The path of a unit that nobody doubts."""

    async def question(tx: Transaction) -> str:
        told = {url.rpartition("/")[2] for url in site.pilot["urls"].values()}
        found = (await history.units(tx, history.UnitFilter(), limit=500)).items
        seen = await tx.rows("select serial from protection_scan where serial is not null")
        doubted = told | {row["serial"] for row in seen}
        plain = next(one for one in found if not one.standings and one.key.serial not in doubted)
        return f"/01/{plain.key.key}/21/{plain.key.serial}"

    path: str = site.ask(question)
    return path


def on_a_phone(browser: Browser, site: Any, *, script: bool = True) -> Page:
    context = browser.new_context(
        base_url=site.url,
        viewport={"width": 360, "height": 740},
        java_script_enabled=script,
        locale="en-GB",
    )
    return context.new_page()


def test_a_scan_leads_to_the_verdict_without_script_and_without_cookie(
    browser: Browser, site: Any, sold: str
) -> None:
    page = on_a_phone(browser, site, script=False)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    answer = page.goto(sold)

    assert answer is not None
    assert answer.status == 200
    expect(page.get_by_role("heading", level=1)).to_have_text("This code is ours.")
    assert [url for url in asked if not url.startswith((site.url, "data:"))] == []
    assert len([url for url in asked if url.startswith(site.url)]) == 2, (
        "the redirect and the page, nothing else"
    )
    assert page.context.cookies() == []
    page.context.close()


def test_the_buttons_answer_without_script(browser: Browser, site: Any, sold: str) -> None:
    page = on_a_phone(browser, site, script=False)
    page.goto(sold)

    expect(page.get_by_text("your pack says what we printed")).to_be_hidden()
    page.get_by_role("link", name="It all matches").click()
    expect(page.get_by_text("your pack says what we printed")).to_be_visible()
    page.get_by_role("link", name="Something is different").click()
    expect(page.locator("#help")).to_contain_text("Does your pack show exactly what stands here?")
    page.get_by_role("link", name="DE").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Dieser Code ist von uns.")
    page.context.close()


def test_the_page_goes_by_keyboard_alone(browser: Browser, site: Any, sold: str) -> None:
    page = on_a_phone(browser, site)
    page.goto(sold)

    while page.evaluate("document.activeElement.textContent") != "It all matches":
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement !== document.body")
    page.keyboard.press("Enter")

    expect(page.get_by_text("your pack says what we printed")).to_be_visible()
    page.context.close()


@pytest.mark.parametrize(
    ("which", "status", "words"),
    [
        ("a recalled unit", 200, "Do not use Huila"),
        ("an invented code", 404, "We did not issue this code."),
    ],
)
def test_the_pilots_special_codes_get_their_answers(
    which: str, status: int, words: str, browser: Browser, site: Any
) -> None:
    page = on_a_phone(browser, site)

    answer = page.goto(urlsplit(site.pilot["urls"][which]).path)

    assert answer is not None
    assert answer.status == status
    expect(page.get_by_role("heading", level=1)).to_contain_text(words)
    page.context.close()


def test_a_mistyped_serial_can_be_typed_again(browser: Browser, site: Any, sold: str) -> None:
    page = on_a_phone(browser, site, script=False)
    gtin, serial = sold.split("/")[2], sold.split("/")[4]
    page.goto(f"/c/01/{gtin}/21/MADEUP234567")

    page.get_by_label("Serial, as printed").fill(f"{serial[:4]} {serial[4:8]} {serial[8:]}")
    page.get_by_role("button", name="Check this code").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("This code is ours.")
    page.context.close()
