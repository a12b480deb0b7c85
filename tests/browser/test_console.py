"""Every page of the console, looked at: at 360 and 1440 pixels, in light and dark, by axe, and by keyboard."""

import json
import re
import secrets
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from tests.factories.exchange import document as exchange_document
from tests.factories.exchange import event

from seriatim import access, epcis, history, identity
from seriatim.areas import protection, recall
from seriatim.areas.exchange import store, subscriptions
from seriatim.areas.exchange.actions import Form
from seriatim.areas.exchange.subscriptions import wanted_in
from seriatim.base.db import Transaction
from seriatim.history import master_data
from seriatim.web.console.story import packings_of

SCREENS = Path(__file__).parent / "screens"
WIDTHS = (360, 1440)
SCHEMES = ("light", "dark")
PAGES = {
    "home": "/console",
    "products": "/console/products",
    "product": "/console/products/{gtin}",
    "serials": "/console/serials",
    "lease-new": "/console/serials/leases/new",
    "lease": "/console/serials/leases/{lease}",
    "serial-policy": "/console/products/{gtin}/serials",
    "issuing": "/console/serials/issuing",
    "orders": "/console/orders",
    "order": "/console/orders/{order}",
    "labels": "/console/labels",
    "label": "/console/labels/bag",
    "label-new": "/console/labels/new",
    "units": "/console/units",
    "units-filtered": "/console/units?gtin={gtin}&lot={lot}",
    "units-none": "/console/units?lot=NOSUCHLOT",
    "unit": "/console/units/{gtin}/{serial}",
    "unit-recalled": "/console/units/{recalled_gtin}/{recalled_serial}",
    "unit-invented": "/console/units/{gtin}/ABCDEF234567",
    "case": "/console/containers/{case}",
    "pallet": "/console/containers/{pallet}",
    "pallet-then": "/console/containers/{pallet}?as_of={packed_at}",
    "case-unknown": "/console/containers/195060001343520014",
    "events": "/console/events",
    "events-unreadable": "/console/events?q=%2801%2909506000134353",
    "event": "/console/events/{event}",
    "event-shipped": "/console/events/{shipped}",
    "captures": "/console/captures",
    "capture": "/console/captures/{capture}",
    "subscriptions": "/console/subscriptions",
    "subscription": "/console/subscriptions/{subscription}",
    "partners": "/console/partners",
    "master-data": "/console/master-data",
    "master-data-one": "/console/master-data/thing?id={dock}",
    "scans": "/console/scans",
    "protection": "/console/protection",
    "alert": "/console/protection/{alert}",
    "recalls": "/console/recalls",
    "recall": "/console/recalls/{recall}",
    "recall-new": "/console/recalls/new",
    "refusals": "/console/refusals",
    "audit": "/console/audit",
    "settings": "/console/settings",
    "find": "/console/find",
    "find-nothing": "/console/find?code=%2801%2909506000134353",
}
NOT_FOUND = {"unit-invented", "case-unknown", "find-nothing"}
UNREADABLE = {"events-unreadable"}


@pytest.fixture(scope="session")
def capture(site: Any) -> str:
    """The captureID of a document that was kept in part."""

    async def make_key(tx: Transaction) -> str:
        key = await access.create_key(tx, "integration", "ERP", actor=access.SYSTEM, now=datetime.now(UTC))
        return key.secret

    good = event(1, epcList=["urn:example:pump-1"])
    document = json.loads(exchange_document(good, event(2, bizStep="shiping"), {**event(3), "action": "SEE"}))
    request = urllib.request.Request(
        f"{site.url}/epcis/capture",
        json.dumps(document, indent=2).encode(),
        {
            "authorization": f"Bearer {site.ask(make_key)}",
            "content-type": "application/ld+json",
            "GS1-Capture-Error-Behaviour": "proceed",
        },
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        return str(answer.headers["location"]).rpartition("/")[2]


@pytest.fixture(scope="session")
def subscription(site: Any) -> str:
    """The id of a subscription whose receiver nobody finds."""
    wanted = b'{"dest": "https://erp.alboral.example/hook", "schedule": {"dayOfWeek": "[1-5]", "hour": "6"}}'

    async def subscribe(tx: Transaction) -> str:
        now = datetime.now(UTC)
        key = await access.create_key(tx, "integration", "ERP", actor=access.SYSTEM, now=now)
        actor = await access.actor_of_key(tx, key.secret, now)
        assert actor is not None
        query = '{"EQ_bizStep": ["shipping"]}'
        await store.insert_query(tx, "shipped", query, created_at=now, created_by=f"key:{actor.id}")
        made = await subscriptions.subscribe(
            tx, "shipped", wanted_in(wanted), Form("json"), actor=actor, now=now, master_key=bytes(32)
        )
        return str(made.id)

    return str(site.ask(subscribe))


@pytest.fixture(scope="session")
def names(
    site: Any, capture: str, subscription: str, first_alert: int, live_recall: recall.Recall
) -> dict[str, str]:
    """What stands in the addresses above."""

    async def question(tx: Transaction) -> dict[str, str]:
        units = (await history.units(tx, history.UnitFilter(), limit=500)).items
        plain = next(item for item in units if not item.standings)
        recalled = next(item for item in units if item.standings)
        told = await history.events_of(tx, plain.key)
        case = packings_of(plain.key, told)[0].parent
        onto_pallet = packings_of(case, await history.events_of(tx, case))[0]
        pallet = onto_pallet.parent
        dock = await told_of_a_dock(tx, str((await identity.locations(tx))[0].gln))
        return {
            "dock": dock,
            "gtin": plain.key.key,
            "serial": str(plain.key.serial),
            "lot": str(plain.lot),
            "order": str(plain.order_number),
            "recalled_gtin": recalled.key.key,
            "recalled_serial": str(recalled.key.serial),
            "case": case.key,
            "pallet": pallet.key,
            "packed_at": f"{onto_pallet.since:%Y-%m-%dT%H:%M:%S}",
            "event": str(told[0].id),
            "shipped": str(
                (await history.query(tx, history.EventQuery(biz_steps=("shipping",)), 1)).items[0].id
            ),
            "lease": (await identity.leases(tx, identity.LeaseFilter(), limit=1)).items[0].id,
        }

    found: dict[str, str] = site.ask(question)
    return {
        **found,
        "capture": capture,
        "subscription": subscription,
        "alert": str(first_alert),
        "recall": str(live_recall.id),
    }


async def told_of_a_dock(tx: Transaction, gln: str) -> str:
    """A dock in a place of the pilot, told of twice; its identifier."""
    site, dock = f"https://id.gs1.org/414/{gln}", f"https://id.gs1.org/414/{gln}/254/dock-7"
    street = (epcis.Extension("urn:example:address", "streetName", "Kai der Ankünfte"),)
    for city in ("Lyon", "Lille"):
        mda = "urn:epcglobal:cbv:mda:"
        known = (epcis.Attribute(f"{mda}name", "Dock 7"), epcis.Attribute(f"{mda}city", city))
        elements = (
            epcis.VocabularyElement(
                dock, (*known, epcis.Attribute("urn:example:address", street)), ("urn:example:gate",)
            ),
            epcis.VocabularyElement(site, (), (dock,)),
        )
        vocabulary = epcis.Vocabulary("urn:epcglobal:epcis:vtype:BusinessLocation", elements)
        await master_data.keep(tx, [vocabulary], actor=access.SYSTEM, now=datetime.now(UTC))
    return dock


def faults_of(page: Page) -> list[str]:
    """What the page's scripts and the browser complain about, as it comes."""
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    return faults


def look_at(page: Page, name: str) -> None:
    """One picture of the whole page, and what must hold of every page."""
    page.wait_for_load_state("load")
    width = page.viewport_size["width"] if page.viewport_size else 1440
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": width, "height": max(height, 900)})  # what sticks shall reach the ground
    page.screenshot(path=SCREENS / f"{name}.png", full_page=True)
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0, f"{name} is {overflow} px too wide"
    if width < 1000 and name.endswith("dark"):
        return  # the same parts as in light, the same colours as when wide
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_every_screen_and_says_nothing_that_axe_minds(
    name: str, browser: Browser, site: Any, signed_in: Any, names: dict[str, str]
) -> None:
    path = PAGES[name].format(**names)
    for scheme in SCHEMES:
        context = browser.new_context(
            base_url=site.url,
            storage_state=signed_in,
            color_scheme=scheme,  # type: ignore[arg-type]
            reduced_motion="reduce",
        )
        page = context.new_page()
        faults = faults_of(page)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            answer = page.goto(path)
            assert answer is not None
            assert answer.status == (404 if name in NOT_FOUND else 400 if name in UNREADABLE else 200)
            look_at(page, f"console-{name}-{width}-{scheme}")
        expected = "404" if name in NOT_FOUND else "400" if name in UNREADABLE else "no fault"
        assert [fault for fault in faults if expected not in fault] == []
        context.close()


def test_home_says_what_ran_and_how_much_needs_somebody(console: Page) -> None:
    console.goto("/console")
    headline = console.get_by_role("heading", level=1)
    expect(headline).to_contain_text("Two lines ran.")
    expect(headline).to_contain_text("need you.")
    rows = console.locator(".asks > li")
    assert rows.count() >= 3
    expect(rows.first).to_contain_text("Recall 1: 60 units of Huila 1 kg")


def test_home_refreshes_itself_and_says_when_it_is_stale(console: Page) -> None:
    console.goto("/console")
    with console.expect_response(
        lambda answer: answer.url.endswith("/console") and answer.request.headers.get("hx-request") == "true"
    ) as heard:
        pass
    assert "<html" not in heard.value.text()
    expect(console.locator(".live")).to_contain_text("Live")
    console.context.set_offline(True)
    expect(console.locator("#live")).to_have_attribute("data-stale", "", timeout=15_000)
    expect(console.locator(".live .old")).to_be_visible()
    expect(console.get_by_role("heading", level=1)).to_be_visible()


def test_home_is_never_replaced_by_the_sign_in_page(console: Page) -> None:
    console.goto("/console")
    console.context.clear_cookies()
    expect(console.locator("#live")).to_have_attribute("data-stale", "", timeout=15_000)
    expect(console.get_by_role("heading", level=1)).to_contain_text("ran.")


def test_every_entry_of_the_rail_leads_to_a_page(console: Page) -> None:
    console.goto("/console")
    paths = console.locator("nav.rail a").evaluate_all(
        "links => links.map(link => link.getAttribute('href'))"
    )
    assert len(paths) > 10
    for path in paths:
        answer = console.request.get(path)
        assert answer.ok, f"{path} answers {answer.status}"


def test_a_code_in_any_spelling_opens_its_unit(console: Page, names: dict[str, str]) -> None:
    gtin, serial = names["gtin"], names["serial"]
    for code in (
        f"(01){gtin}(21){serial}",
        f"https://id.gs1.org/01/{gtin}/21/{serial}",
        f"]d201{gtin}21{serial}",
    ):
        console.goto("/console")
        console.keyboard.press("Control+k")
        console.keyboard.type(code)
        console.keyboard.press("Enter")
        console.wait_for_url(f"**/console/units/{gtin}/{serial}")
        expect(console.get_by_role("heading", level=1)).to_have_text(serial)


def test_a_wrong_check_digit_is_explained(console: Page) -> None:
    console.goto("/console/find?code=(01)09506000134353(21)A1")
    expect(console.locator("main")).to_contain_text("the check digit should be 2, not 3")


def test_the_story_of_a_unit_tells_of_its_pallet_too(console: Page, names: dict[str, str]) -> None:
    console.goto(f"/console/units/{names['gtin']}/{names['serial']}")
    story = console.locator(".timeline")
    for words in ("Made and checked", "Packed in case", "Case put on pallet", "Shipped from", "Received in"):
        expect(story).to_contain_text(words)


def test_the_slider_leads_through_the_life_of_a_unit_and_back_to_now(
    console: Page, names: dict[str, str]
) -> None:
    faults = faults_of(console)
    console.goto(f"/console/units/{names['gtin']}/{names['serial']}")
    now = console.locator("#lead").inner_text()
    slider = console.get_by_role("slider")
    slider.focus()

    console.keyboard.press("Home")
    expect(console.locator("#lead")).to_contain_text("At the plant in")
    expect(console.locator("#timebar output")).to_contain_text("Made and checked")
    assert "as_of=" in console.url
    console.keyboard.press("ArrowRight")
    expect(console.locator("#lead")).to_contain_text("inside a case on a pallet")
    expect(console.locator(".timeline .now")).to_contain_text("Case put on pallet")
    console.get_by_role("link", name="Event after").click()
    expect(console.locator("#lead")).to_contain_text("In transit from")
    assert slider.input_value() == "2"
    slider.focus()
    console.keyboard.press("End")
    expect(console.locator("#lead")).to_have_text(now)
    assert "as_of" not in console.url
    assert faults == []


def test_a_moment_is_chosen_and_a_pallet_looked_into_without_script(
    browser: Browser, site: Any, signed_in: Any, names: dict[str, str]
) -> None:
    context = browser.new_context(base_url=site.url, storage_state=signed_in, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"/console/containers/{names['pallet']}")
    expect(page.get_by_role("slider")).to_be_hidden()
    page.get_by_label("As of").fill(names["packed_at"])
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator("#lead")).to_contain_text("units inside, in")
    page.locator("summary.node").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".branches .branches").first.get_by_role("link").first).to_be_visible()
    page.get_by_role("link", name="Back to now").click()
    expect(page.locator("#lead")).to_contain_text("Empty now.")
    context.close()


def test_a_list_can_be_walked_by_keyboard_alone(console: Page) -> None:
    console.goto("/console/units")
    console.keyboard.press("j")
    console.keyboard.press("j")
    focused = console.evaluate("document.activeElement.getAttribute('href')")
    assert focused.startswith("/console/units/")
    console.keyboard.press("Enter")
    console.wait_for_url(f"**{focused}")


def test_new_events_slide_in_on_top_and_can_be_held_back(console: Page, site: Any) -> None:
    async def inspect(tx: Transaction) -> int:
        event = epcis.object_event(
            event_time=datetime.now(UTC),
            action="OBSERVE",
            epc_list=[f"urn:example:pump-{secrets.token_hex(4)}"],
            biz_step="inspecting",
        )
        told = await history.capture(tx, [event], actor=access.SYSTEM, now=datetime.now(UTC))
        return told.events[0]

    faults = faults_of(console)
    console.goto("/console/events")
    expect(console.locator("#tail")).to_be_visible()
    rows = console.locator("#events tr")
    before = rows.count()

    first = site.ask(inspect)
    expect(rows.first).to_have_id(f"e{first}")
    expect(rows.first).to_contain_text("Inspected")
    console.get_by_role("button", name="Pause").click()
    second = site.ask(inspect)
    expect(console.get_by_text("Paused, 1 new")).to_be_visible()
    expect(rows).to_have_count(before + 1)
    console.get_by_role("button", name="Go on").click()
    expect(rows.first).to_have_id(f"e{second}")
    console.keyboard.press("j")
    console.keyboard.press("Enter")
    console.wait_for_url(f"**/console/events/{second}")
    assert faults == []


def test_events_can_be_asked_for_without_script(
    browser: Browser, site: Any, signed_in: Any, names: dict[str, str]
) -> None:
    context = browser.new_context(base_url=site.url, storage_state=signed_in, java_script_enabled=False)
    page = context.new_page()
    page.goto("/console/events")
    expect(page.locator("#tail")).to_be_hidden()
    page.get_by_label("Code of a thing, a product or a place").fill(names["case"])
    page.get_by_role("button", name="Find", exact=True).click()
    page.locator("summary", has_text="Filter").click()
    page.get_by_label("Step").select_option("packing")
    page.get_by_role("button", name="Show these events").click()
    expect(page.locator("#events tr")).to_have_count(2)  # filled, then put on its pallet
    assert f"q={names['case']}" in page.url
    page.locator("#events tr a").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Packed in a case|Put on a pallet"))
    page.locator("summary", has_text="JSON-LD").click()
    expect(page.locator("pre#json")).to_contain_text('"bizStep": "packing"')
    context.close()


def test_the_first_tab_stop_skips_to_the_content(console: Page) -> None:
    console.goto("/console/orders")
    console.keyboard.press("Tab")
    assert console.evaluate("document.activeElement.className") == "skip"
    for _ in range(40):
        console.keyboard.press("Tab")
        if console.evaluate("document.activeElement.closest('main') !== null"):
            return
    raise AssertionError("the content cannot be reached with the Tab key")


def test_an_alert_is_decided_with_a_reason(console: Page, site: Any) -> None:
    async def question(tx: Transaction) -> int:
        found = await protection.alerts(tx, "open", None, 1_000)
        return next(alert.id for alert in found if alert.rule == "R7")

    number = site.ask(question)
    console.goto(f"/console/protection/{number}")
    console.get_by_label("Diversion").check()
    console.get_by_label("Reason").fill("The shop in Luanda bought from a wholesaler in Porto.")
    console.get_by_role("button", name="Decide this alert").click()
    expect(console.locator(".lead")).to_contain_text("Decided: diversion.")
    console.goto("/console/audit")
    expect(console.locator("table")).to_contain_text("decided an alert")


def test_who_proposes_a_recall_cannot_launch_it(
    console: Page, names: dict[str, str], browser: Browser, site: Any, sign_in: Any
) -> None:
    console.goto(f"/console/recalls/new?gtin={names['gtin']}&lot={names['lot']}")
    console.get_by_label("Why").fill("An exercise.")
    console.get_by_label("What buyers should do").fill("Nothing: this is a drill.")
    console.get_by_label("This is a drill").check()
    console.get_by_role("button", name="Propose").click()
    expect(console.locator(".lead")).to_contain_text("A second person must launch it.")
    console.get_by_role("button", name="Launch the drill").click()
    expect(console.get_by_role("alert")).to_contain_text("somebody else must launch it")
    address = console.url.removesuffix("/launch")
    console.goto("/console/refusals")
    expect(console.locator("table")).to_contain_text("needs_second_person")
    second = browser.new_context(base_url=site.url, storage_state=sign_in(site, "quality"))
    page = second.new_page()
    page.goto(address)
    page.get_by_role("button", name="Launch the drill").click()
    expect(page.locator(".lead")).to_contain_text("are listed.")
    second.close()


def test_an_api_key_shows_its_secret_once_and_works(console: Page) -> None:
    console.goto("/console/settings")
    console.get_by_label("Name").fill("ERP of the test")
    console.get_by_role("button", name="Make key").click()
    secret = console.get_by_role("status").get_by_role("button").get_attribute("data-copy")
    assert secret
    headers = {"authorization": f"Bearer {secret}"}
    assert console.request.get("/api/v1/units", headers=headers).ok
    console.goto("/console/settings")
    assert secret not in console.content()
    console.get_by_role("button", name="Revoke key ERP of the test").click()
    expect(console.locator("#keys")).to_contain_text("revoked")


def test_an_auditor_sees_all_and_is_offered_no_deed(
    browser: Browser, site: Any, sign_in: Any, first_alert: int
) -> None:
    context = browser.new_context(base_url=site.url, storage_state=sign_in(site, "auditor"))
    page = context.new_page()
    for path in (f"/console/protection/{first_alert}", "/console/recalls/1", "/console/settings"):
        answer = page.goto(path)
        assert answer is not None
        assert answer.ok
        assert page.locator("main form[method=post]").count() == 0
    context.close()


def test_the_first_day_explains_itself(browser: Browser, empty_site: Any, sign_in: Any) -> None:
    state = sign_in(empty_site, "administrator")
    for scheme in SCHEMES:
        context = browser.new_context(
            base_url=empty_site.url,
            storage_state=state,
            viewport={"width": 1440, "height": 900},
            color_scheme=scheme,  # type: ignore[arg-type]
        )
        page = context.new_page()
        for name in (
            "",
            "orders",
            "units",
            "products",
            "partners",
            "events",
            "captures",
            "subscriptions",
            "scans",
            "protection",
            "recalls",
            "refusals",
        ):
            answer = page.goto(f"/console/{name}".rstrip("/"))
            assert answer is not None
            assert answer.ok
            look_at(page, f"console-empty-{name or 'home'}-1440-{scheme}")
        context.close()


def test_a_fault_in_the_list_leads_to_its_line_in_the_document(console: Page, capture: str) -> None:
    console.goto(f"/console/captures/{capture}")
    expect(console.locator("mark.wrong")).to_have_text(['"shiping"', '"SEE"'])
    console.locator(".faultindex").get_by_role("link").nth(1).click()
    expect(console.locator("#fault-2")).to_be_in_viewport()
    expect(console.locator("#fault-2")).to_contain_text("action")


def test_a_label_is_drawn_anew_while_it_is_written_and_a_fault_leads_to_its_line(console: Page) -> None:
    faults = faults_of(console)
    console.goto("/console/labels/bag")
    source, preview = console.get_by_label("Template"), console.locator("#preview")
    good = source.input_value()
    expect(preview.get_by_text("EXP ")).to_be_visible()

    source.fill(good.replace("EXP {expiry}", "BB {expiry}"))
    expect(preview.get_by_text("BB ")).to_be_visible()
    source.fill(good.replace("{expiry}", "{expires}"))
    expect(preview.get_by_text("2 things to mend")).to_be_visible()
    preview.get_by_role("link", name="line 10").click()

    marked = source.evaluate("area => area.value.slice(area.selectionStart, area.selectionEnd)")
    assert marked.startswith("content = ")
    assert "{expires}" in marked
    source.fill(good.replace("x_mm = 32", "x_mm = 38"))
    expect(preview.get_by_text("1 thing to mend")).to_be_visible()
    expect(preview.get_by_text("BB ")).to_be_hidden()
    expect(preview.locator("svg text").first).to_be_visible()  # what stands too far right is seen there
    console.screenshot(path=SCREENS / "label-faults-1440-light.png")
    assert faults == []


def test_a_label_is_shown_and_saved_without_script(browser: Browser, site: Any, signed_in: Any) -> None:
    context = browser.new_context(base_url=site.url, storage_state=signed_in, java_script_enabled=False)
    page = context.new_page()
    page.goto("/console/labels/new")
    source = page.get_by_label("Template").input_value()

    page.get_by_label("Template").fill(
        source.replace("new-label", "carton").replace("{product}", "CARTON {product}")
    )
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#preview").get_by_text("CARTON ")).to_be_visible()
    page.get_by_role("button", name="Save as version 1").click()

    expect(page.get_by_role("heading", name="carton")).to_be_visible()
    context.close()
