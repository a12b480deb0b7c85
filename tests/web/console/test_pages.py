"""The pages over a small plant: what they say of units, codes that cannot be right, and who may look at what."""

import re
from typing import get_args

import httpx
import pytest
from tests.factories.plant import GTIN, LOT, SHOP_GLN, commission, deliver, lease_serials, make_plant
from tests.factories.site import Site

from seriatim import access
from seriatim.access import Role
from seriatim.areas import protection, recall
from seriatim.areas.protection import Circumstances
from seriatim.identity.marks.actions import freeze
from seriatim.identity.marks.book import book_in
from seriatim.journeys.scan import scan
from seriatim.web.console import PAGES

pytestmark = pytest.mark.anyio

ROLES: tuple[Role, ...] = tuple(role for role in get_args(Role) if role != "public")
HOSTILE = ("%00", "a%00b", "'", '"><script>alert(1)</script>', "../../etc/passwd", "9" * 5000, "%F0%9F%92%A3")


def words_of(answer: httpx.Response) -> str:
    """The page as a reader sees it."""
    text = re.sub(r"<(script|style)\b.*?</\1>", " ", answer.text, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", "", text).split())


@pytest.fixture
async def serials(site: Site) -> list[str]:
    """Three units that were made and delivered, and a fourth serial that was only lent."""
    async with site.app.database.transaction() as tx:
        await make_plant(tx, now=site.clock.now())
        lent = await lease_serials(tx, 4, now=site.clock.now())
        await commission(tx, lent[:3], now=site.clock.now())
        await deliver(tx, lent[:3], now=site.clock.now())
    return lent


async def test_the_page_of_a_unit_says_where_it_is_and_tells_its_story(
    site: Site, serials: list[str]
) -> None:
    browser, _ = await site.signed_in("quality")

    answer = await browser.get(f"/console/units/{GTIN}/{serials[0]}")

    assert answer.status_code == 200
    words = words_of(answer)
    assert "In stock in Boavista since" in words
    assert "Nothing unusual." in words
    assert words.index("Received in Boavista") < words.index("Made and checked in Roastery")


async def test_a_serial_that_was_lent_and_never_made_says_so(site: Site, serials: list[str]) -> None:
    browser, _ = await site.signed_in("quality")

    answer = await browser.get(f"/console/units/{GTIN}/{serials[3]}")

    assert answer.status_code == 404
    assert "Lent to L1, never made." in words_of(answer)


async def test_who_may_not_look_up_a_serial_learns_nothing_of_its_lease_and_who_may_is_written_down(
    site: Site, serials: list[str]
) -> None:
    path = f"/console/units/{GTIN}/"
    warehouse, _ = await site.signed_in("warehouse")
    lent, made_up = [
        words_of(await warehouse.get(path + serial)).replace(serial, "")
        for serial in (serials[3], "MADEUP234567")
    ]
    async with site.app.database.transaction(readonly=True) as tx:
        before = await tx.value("select count(*) from access_audit where deed = 'serial.looked_up'")
    quality, _ = await site.signed_in("quality")
    await quality.get(path + serials[3])
    async with site.app.database.transaction(readonly=True) as tx:
        rows = await tx.rows("select subject from access_audit where deed = 'serial.looked_up'")

    for page in (lent, made_up):
        assert "No unit was made with this serial." in page
        assert "Lent to" not in page
        assert "4711" not in page
    assert (before, [row["subject"] for row in rows]) == (0, [f"(01){GTIN}(21){serials[3]}"])


async def test_while_the_database_may_have_forgotten_nobody_is_told_that_a_serial_was_not_issued(
    site: Site, serials: list[str]
) -> None:
    assert serials
    assert site.app.database.folder is not None
    freeze(book_in(site.app.database.folder), "It was set back.", now=site.clock.now())
    browser, _ = await site.signed_in("quality")

    answer = await browser.get(f"/console/units/{GTIN}/MADEUP234567")

    assert "It may have been issued." in words_of(answer)


async def test_a_serial_that_nobody_issued_says_so(site: Site, serials: list[str]) -> None:
    assert serials
    browser, _ = await site.signed_in("quality")

    answer = await browser.get(f"/console/units/{GTIN}/MADEUP234567")

    assert answer.status_code == 404
    assert "Nobody issued this serial." in words_of(answer)


async def test_a_wrong_check_digit_is_named(site: Site) -> None:
    browser, _ = await site.signed_in("quality")

    answer = await browser.get("/console/units/09506000134353/A1")

    assert answer.status_code == 400
    assert "check digit should be 2, not 3" in words_of(answer)


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_text_in_an_address_never_breaks_a_page(
    site: Site, serials: list[str], text: str
) -> None:
    assert serials
    browser, _ = await site.signed_in("administrator")
    places = (
        "/console/units?lot={}", "/console/units?gtin={}", "/console/units?status={}", "/console/units?order={}",
        "/console/units?after={}", "/console/events?step={}", "/console/events?place={}", "/console/events?after={}",
        "/console/events?q={}", "/console/events?from={}", "/console/events?by={}", "/console/events/tail?since={}",
        "/console/events/tail?q={}&since=x", "/console/events/{}/xml", "/console/events/{}/proof",
        "/console/orders?after={}", "/console/products?after={}", "/console/products/{}", "/console/orders/{}",
        "/console/protection?rule={}", "/console/protection?after={}", "/console/protection/{}", "/console/events/{}",
        "/console/scans?band={}", "/console/scans?after={}", "/console/recalls/{}", "/console/recalls?after={}",
        "/console/recalls/new?gtin={}&lot=L1", "/console/recalls/new?gtin=09506000134352&lot={}",
        "/console/audit?subject={}", "/console/audit?after={}", "/console/refusals?code={}", "/console/find?code={}",
        "/console/units/09506000134352/{}", "/console/units/{}/A1", "/console/containers/{}",
        "/console/orders/4711/frames/{}.jpg", "/console/orders/4711/print-jobs/{}",
        "/console/grade/{}", "/console/grade/01a21552-c524-74a9-8482-b5784b3d1de2/{}",
    )  # fmt: skip

    for place in places:
        answer = await browser.get(place.format(text))
        assert answer.status_code < 500, f"{place} answers {answer.status_code}"
        assert "<script>alert(1)" not in answer.text


async def test_every_page_keeps_out_who_may_not_see_it(site: Site, serials: list[str]) -> None:
    """The table of rights, from the browser's side: one answer for each role and page."""
    values = {"gtin": GTIN, "serial": serials[0], "sscc": "195060001343520014", "number": "4711", "id": "1"}
    for role in ROLES:
        browser, _ = await site.signed_in(role)
        for page in PAGES:
            if page.methods != ("GET",) or page.permission is None:
                continue
            path = re.sub(r"\{(\w+)(:\w+)?\}", lambda found: values.get(found[1], "1"), page.path)
            answer = await browser.get(path)
            may = page.permission in access.RIGHTS[role]
            assert (answer.status_code == 403) is not may, f"{role} gets {answer.status_code} at {path}"


async def test_a_stranger_is_sent_to_sign_in_and_back(site: Site) -> None:
    answer = await site.client().get("/console/units?lot=L1")

    assert answer.status_code == 303
    assert answer.headers["location"] == "/signin?next=%2Fconsole%2Funits%3Flot%3DL1"


async def test_the_fragment_of_home_is_a_part_and_no_whole_page(site: Site, serials: list[str]) -> None:
    assert serials
    browser, _ = await site.signed_in("administrator")

    part = await browser.get("/console", headers={"hx-request": "true"})

    assert "<html" not in part.text
    assert "data-part" in part.text
    assert "<html" in (await browser.get("/console")).text


async def test_the_units_of_a_filter_are_reached_page_by_page(site: Site) -> None:
    async with site.app.database.transaction() as tx:
        await make_plant(tx, now=site.clock.now())
        made = await lease_serials(tx, 120, now=site.clock.now())
        await commission(tx, made, now=site.clock.now())
    browser, _ = await site.signed_in("quality")
    found: list[str] = []
    path = f"/console/units?lot={LOT}"

    while path:
        answer = await browser.get(path)
        found += re.findall(rf'href="/console/units/{GTIN}/(\w+)"', answer.text)
        following = re.search(r'rel="next" href="([^"]+)"', answer.text)
        path = following[1].replace("&amp;", "&") if following else ""
        assert not path or f"lot={LOT}" in path

    assert sorted(found) == sorted(made)


async def alert_of(site: Site, serial: str) -> protection.Alert:
    """An alert: the unit is scanned far outside its market."""
    around = Circumstances(country="VN", latitude=21.0, longitude=105.8, loc_source="gps", client="a")
    async with site.app.database.transaction() as tx:
        code = f"https://id.gs1.org/01/{GTIN}/21/{serial}"
        await scan(tx, code, around, environment=site.app.environment, now=site.clock.now())
        return (await protection.alerts(tx, "open", None, 10))[0]


async def test_an_alert_is_decided_with_a_label_and_a_reason_only(site: Site, serials: list[str]) -> None:
    alert = await alert_of(site, serials[0])
    browser, token = await site.signed_in("brand_protection")
    path = f"/console/protection/{alert.id}"

    unlabelled = await browser.post(path, data={"csrf": token, "reason": "A tourist."})
    assert unlabelled.status_code == 422
    assert "Choose what it is." in unlabelled.text
    unreasoned = await browser.post(path, data={"csrf": token, "label": "genuine", "reason": " "})
    assert unreasoned.status_code == 422
    assert await site.count("access_refusal") == 1
    decided = await browser.post(path, data={"csrf": token, "label": "genuine", "reason": "A tourist."})
    assert decided.status_code == 303
    again = await browser.post(path, data={"csrf": token, "label": "clone", "reason": "Second thoughts."})
    assert again.status_code == 409
    assert "Decided: right pack." in words_of(await browser.get(path))


async def test_a_deed_without_the_token_of_the_page_is_refused(site: Site, serials: list[str]) -> None:
    alert = await alert_of(site, serials[0])
    browser, _ = await site.signed_in("brand_protection")

    answer = await browser.post(
        f"/console/protection/{alert.id}", data={"label": "genuine", "reason": "A tourist."}
    )

    assert answer.status_code == 403
    assert "wait" in words_of(await browser.get("/console/protection"))


async def test_a_recall_takes_two_persons(site: Site, serials: list[str]) -> None:
    quality, token = await site.signed_in("quality")
    form = {"csrf": token, "scope": f"{GTIN} {LOT}", "reason": "Glass.", "instructions": "Bring it back."}
    proposed = await quality.post("/console/recalls/new", data=form)
    path = proposed.headers["location"]

    alone = await quality.post(f"{path}/launch", data={"csrf": token})
    assert alone.status_code == 409
    assert "somebody else must launch it" in words_of(alone)
    assert "Nothing was changed." in words_of(alone)
    assert await site.count("access_refusal") == 1
    second, other_token = await site.signed_in("administrator")
    assert (await second.post(f"{path}/launch", data={"csrf": other_token})).status_code == 303
    assert "3 units are recalled." in words_of(await quality.get(path))
    assert "Recalled since" in words_of(await quality.get(f"/console/units/{GTIN}/{serials[0]}"))
    home = words_of(await second.get("/console"))
    assert "Recall 1: 3 units of Huila, 250 g, lot L1" in home


async def test_a_recall_without_words_is_not_proposed(site: Site, serials: list[str]) -> None:
    assert serials
    browser, token = await site.signed_in("quality")

    answer = await browser.post("/console/recalls/new", data={"csrf": token, "scope": f"{GTIN} {LOT}"})

    assert answer.status_code == 422
    assert "The reason must be said" in words_of(answer)
    async with site.app.database.transaction() as tx:
        assert await recall.recalls(tx) == []


async def test_the_secret_of_a_key_is_shown_once(site: Site) -> None:
    browser, token = await site.signed_in("administrator")
    form = {"csrf": token, "name": "ERP", "role": "integration"}

    made = await browser.post("/console/settings/keys", data=form)

    secret = re.search(r'data-copy="([^"]+)" aria-label="Copy the secret"', made.text)
    assert secret
    assert made.headers["cache-control"] == "no-store"
    assert secret[1] not in (await browser.get("/console/settings")).text
    caller = site.client(headers={"authorization": f"Bearer {secret[1]}"})
    assert (await caller.get("/api/v1/units")).status_code == 200


async def test_places_have_names_not_numbers(site: Site, serials: list[str]) -> None:
    assert serials
    browser, _ = await site.signed_in("quality")

    for path in ("/console/units", "/console/events"):
        words = words_of(await browser.get(path))
        assert "Boavista" in words
        assert SHOP_GLN not in words
