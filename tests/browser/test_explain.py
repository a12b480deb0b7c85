"""The page that explains a code, looked at: every answer at 360 and 1440 pixels, in light and dark, by axe, by keyboard."""

from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

SCREENS = Path(__file__).parent / "screens"
WIDTHS = (360, 1440)
SCHEMES = ("light", "dark")
CODES = {
    "empty": "",
    "unit": "(01)09506000134352(17)271105(10)H26K05(21)7K2M9QXR4TBV",
    "scan": "]d201095060001343521727110510H26K05{GS}217K2M9QXR4TBV",
    "link": "https://id.gs1.org/01/09506000134352/21/7K2M9QXR4TBV?17=271105",
    "wrong": "(01)09506000134353(17)271305(10)H26K\u00c4(21)7K2M9QXR4TBV",
    "lost": "]d2010950600013435210H26K0517271105",
    "spaces": "(01) 0950 6000 1343 52 (21) 7K2M 9QXR",
    "long": "(01)09506000134352(21)" + "A" * 20 + "(91)" + "abcdefghi0" * 9,
    "plain": "hello, is this a code?",
}


def overflow(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def ask(page: Page, code: str) -> None:
    page.goto("/explain")
    if code:
        page.get_by_label("Code", exact=True).fill(code)
        page.keyboard.press("Enter")
        page.wait_for_selector("#verdict")


@pytest.mark.parametrize("name", CODES)
def test_an_answer_fits_every_screen_and_says_nothing_that_axe_minds(
    name: str, browser: Browser, empty_site: Any
) -> None:
    for scheme in SCHEMES:
        context = browser.new_context(
            base_url=empty_site.url, color_scheme=scheme, reduced_motion="reduce"  # type: ignore[arg-type]
        )  # fmt: skip
        page = context.new_page()
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            ask(page, CODES[name])
            page.screenshot(path=SCREENS / f"explain-{name}-{width}-{scheme}.png", full_page=True)
            assert overflow(page) <= 0, (scheme, width)
            results = Axe().run(page)
            assert results.violations_count == 0, results.generate_report()
        context.close()


def test_the_page_works_without_script_and_leaves_no_code_in_an_address(
    browser: Browser, empty_site: Any
) -> None:
    context = browser.new_context(base_url=empty_site.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/explain")

    page.get_by_role("button", name="A mistyped number").click()

    expect(page.locator("#verdict")).to_have_text("The check digit should be 2, not 3.")
    expect(page.locator("mark")).to_have_text("3")
    assert page.url == f"{empty_site.url}/explain"
    page.get_by_role("button", name="Explain this one").click()
    expect(page.get_by_text("Valid", exact=True)).to_be_visible()
    assert page.context.cookies() == []
    context.close()


def test_a_keyboard_scanner_types_a_separator_and_enters(browser: Browser, empty_site: Any) -> None:
    context = browser.new_context(base_url=empty_site.url)
    page = context.new_page()
    page.goto("/explain")
    page.wait_for_load_state("networkidle")

    page.keyboard.type("]d2010950600013435210A1")
    page.keyboard.press("Control+]")
    page.keyboard.type("17271105")
    page.keyboard.press("Enter")

    expect(page.locator("#verdict")).to_have_text("A lot of a product: 09506000134352, lot A1.")
    expect(page.get_by_role("row", name="Expiry date")).to_contain_text("5 November 2027")
    context.close()


def test_a_press_copies_another_form(browser: Browser, empty_site: Any) -> None:
    context = browser.new_context(base_url=empty_site.url, permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    ask(page, CODES["unit"])

    page.get_by_role("button", name="Copy: For bar codes").focus()
    page.keyboard.press("Enter")

    page.wait_for_selector("[data-copied]")
    assert (
        page.evaluate("navigator.clipboard.readText()") == "^01095060001343521727110510H26K05^217K2M9QXR4TBV"
    )
    context.close()
