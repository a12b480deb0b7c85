"""The pages of label templates: looked at while they are written, saved as versions, taken back."""

import re

import httpx
import pytest
from tests.factories.line import TEMPLATE, make_order
from tests.factories.plant import ANNA, GTIN, NOW, make_plant
from tests.factories.site import Site

from seriatim.areas import line

pytestmark = pytest.mark.anyio
SOURCE = TEMPLATE.source


async def post(
    browser: httpx.AsyncClient, csrf: str, path: str, source: str, *, fragment: bool = False, **fields: str
) -> httpx.Response:
    headers = {"hx-request": "true"} if fragment else {}
    origin = {"origin": str(browser.base_url).rstrip("/")}
    form = {"csrf": csrf, "kept": "", "source": source, "sample": "", "dpi": "300"} | fields
    return await browser.post(f"/console/labels/{path}", data=form, headers={**headers, **origin})


async def test_the_first_template_is_saved_shown_and_listed(site: Site) -> None:
    browser, csrf = await site.signed_in("line_lead")

    empty = await browser.get("/console/labels")
    saved = await post(browser, csrf, "save", SOURCE, note="First")
    page = await browser.get(saved.headers["location"])
    listed = await browser.get("/console/labels")

    assert "No label yet" in empty.text
    assert (saved.status_code, saved.headers["location"]) == (303, "/console/labels/bag")
    assert "<strong>Version 1</strong>" in page.text
    assert "Save as version 2" in page.text
    assert page.text.count("<svg xmlns") == 1
    assert '<a class="labelcard" href="/console/labels/bag">' in listed.text


async def test_an_older_version_is_shown_and_saved_again(site: Site) -> None:
    browser, csrf = await site.signed_in("line_lead")
    await post(browser, csrf, "save", SOURCE)
    await post(browser, csrf, "save", SOURCE.replace("LOT {lot}", "CHARGE {lot}"), kept="bag")

    older = await browser.get("/console/labels/bag?version=1")
    await post(browser, csrf, "save", SOURCE, kept="bag", note="Undone")
    newest = await browser.get("/console/labels/bag")

    assert "Version 1, an older one." in older.text
    assert "LOT {lot}" in older.text
    assert "<strong>Version 3</strong>" in newest.text


async def test_the_preview_is_a_part_for_the_script_and_a_page_without_it(site: Site) -> None:
    browser, csrf = await site.signed_in("quality")

    part = await post(browser, csrf, "preview", SOURCE, fragment=True)
    page = await post(browser, csrf, "preview", SOURCE)

    assert (part.status_code, page.status_code) == (200, 200)
    assert part.text.lstrip().startswith("<div data-part")
    assert "<!doctype html>" in page.text[:50].lower()
    for shown in (part, page):
        assert "H26K20" in shown.text
        assert "to mend" not in shown.text


async def test_every_fault_is_told_with_its_line_and_the_line_itself(site: Site) -> None:
    browser, csrf = await site.signed_in("quality")
    broken = SOURCE.replace("{brand}", "{brant}").replace("x_mm = 32", 'x_mm = "<b>"')

    part = await post(browser, csrf, "preview", broken, fragment=True)

    assert "2 things to mend" in part.text
    assert re.findall(r'data-line="(\d+)"', part.text) == [
        str(line_of(broken, '"<b>"')),
        str(line_of(broken, "brant")),
    ]
    assert "<mark>x_mm = &#34;&lt;b&gt;&#34;</mark>" in part.text
    assert "<b>" not in part.text


def line_of(source: str, what: str) -> int:
    return next(number for number, text in enumerate(source.splitlines(), start=1) if what in text)


async def test_the_dots_of_the_chosen_printer_count(site: Site) -> None:
    browser, csrf = await site.signed_in("quality")

    fine = await post(browser, csrf, "preview", SOURCE, fragment=True, dpi="300")
    coarse = await post(browser, csrf, "preview", SOURCE, fragment=True, dpi="203")

    assert "whole number of dots at 300 dpi" in fine.text
    assert "1 thing to mend" in coarse.text
    assert "the next printable X is 0.626 mm" in coarse.text


async def test_a_faulty_template_is_not_saved_and_what_was_typed_stays(site: Site) -> None:
    browser, csrf = await site.signed_in("line_lead")

    answer = await post(browser, csrf, "save", SOURCE.replace("{lot}", "{los}"))

    assert answer.status_code == 400
    assert "Not saved." in answer.text
    assert "{los}" in answer.text
    assert await site.count("line_label_template") == 0


async def test_who_may_only_read_sees_no_button_and_is_refused(site: Site) -> None:
    browser, csrf = await site.signed_in("quality")

    page = await browser.get("/console/labels/new")
    answer = await post(browser, csrf, "save", SOURCE)

    assert "Save as version" not in page.text
    assert answer.status_code == 403


@pytest.mark.parametrize("path", ["nosuch", "bag?version=7", "bag?version=x"])
async def test_what_is_not_there_is_not_found(site: Site, path: str) -> None:
    browser, csrf = await site.signed_in("line_lead")
    await post(browser, csrf, "save", SOURCE)

    assert (await browser.get(f"/console/labels/{path}")).status_code == 404


async def test_a_text_in_the_label_cannot_become_markup_of_the_page(site: Site) -> None:
    browser, csrf = await site.signed_in("quality")

    part = await post(
        browser,
        csrf,
        "preview",
        SOURCE.replace("LOT {lot}", "<script>alert(1)</script>").replace("2.2", "1"),
        fragment=True,
    )

    assert "<script" not in part.text
    assert "&lt;script&gt;" in part.text


async def test_what_stands_where_it_must_not_is_shown_there(site: Site) -> None:
    browser, csrf = await site.signed_in("quality")

    part = await post(browser, csrf, "preview", SOURCE.replace("x_mm = 32", "x_mm = 45"), fragment=True)

    assert "1 thing to mend" in part.text
    assert "covers 43.98 to" in part.text
    assert 'transform="translate(45 9)' in part.text


async def test_a_label_is_tried_with_the_data_of_an_order_or_a_product(site: Site) -> None:
    async with site.app.database.transaction() as tx:
        await make_plant(tx)
        await line.create_order(tx, make_order(lot="L0T47"), actor=ANNA, now=NOW)
    browser, csrf = await site.signed_in("quality")

    shown = {
        sample: (await post(browser, csrf, "preview", SOURCE, fragment=True, sample=sample)).text
        for sample in ("4711", f"product:{GTIN}", "9999", "product:x", "a\0b")
    }
    page = await browser.get("/console/labels/new")

    assert "LOT L0T47" in shown["4711"]
    assert ["LOT H26K20" in shown[sample] for sample in ("9999", "product:x", "a\0b")] == [True] * 3
    assert "Huila washed" in shown["9999"]
    assert "Huila washed" not in shown[f"product:{GTIN}"]
    assert '<option value="4711">order 4711</option>' in page.text
    assert f'<option value="product:{GTIN}">' in page.text
