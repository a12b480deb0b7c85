"""What is known of places and products, found by name, with its past."""

from datetime import timedelta
from urllib.parse import quote

import httpx
import pytest
from tests.factories.plant import GTIN, PLANT_GLN, make_plant
from tests.factories.site import Site
from tests.web.console.test_pages import words_of

from seriatim import access, epcis
from seriatim.epcis import Attribute, Extension, Vocabulary, VocabularyElement
from seriatim.history import master_data

pytestmark = pytest.mark.anyio

DOCK = "urn:epc:id:sgln:4012345.00011.dock"
BUSINESS_LOCATION = "urn:epcglobal:epcis:vtype:BusinessLocation"


@pytest.fixture
async def told(site: Site) -> None:
    """A dock in a plant, told of twice."""
    street = (Extension("urn:ns", "streetName", "Quai <1>"), Extension("urn:ns", "number", 7))
    now = site.clock.now()
    async with site.app.database.transaction() as tx:
        await make_plant(tx, now=now)
        for days, city in ((2, "Lyon"), (1, "Lille")):
            attributes = (
                Attribute("urn:epcglobal:cbv:mda:name", "North dock"),
                Attribute("urn:epcglobal:cbv:mda:city", city),
                Attribute("http://epcis.example.com/mda/address", street),
            )
            dock = VocabularyElement(DOCK, attributes, ("urn:example:door",) if days == 2 else ())
            plant = VocabularyElement(f"https://id.gs1.org/414/{PLANT_GLN}", (), (DOCK,))
            await master_data.keep(
                tx,
                [Vocabulary(BUSINESS_LOCATION, (dock, plant))],
                actor=access.SYSTEM,
                now=now - timedelta(days=days),
            )


@pytest.fixture
async def browser(site: Site) -> httpx.AsyncClient:
    return (await site.signed_in("quality"))[0]


async def page(browser: httpx.AsyncClient, path: str) -> httpx.Response:
    answer = await browser.get(path)
    assert answer.status_code == 200, answer.text
    return answer


@pytest.mark.usefixtures("told")
async def test_a_place_is_found_by_its_name_its_city_or_its_number(browser: httpx.AsyncClient) -> None:
    for text in ("north", "lille", "4012345"):
        found = words_of(await page(browser, f"/console/master-data?q={text}"))
        assert "North dockPlace" in found
    assert "Nothing like this is known" in words_of(await page(browser, "/console/master-data?q=lyon"))
    assert "North dock" not in words_of(await page(browser, "/console/master-data?kind=urn:example:none"))


@pytest.mark.usefixtures("told")
async def test_the_page_of_a_place_says_what_is_known_now_and_what_each_document_changed(
    browser: httpx.AsyncClient,
) -> None:
    for spelling in (DOCK, epcis.canonical_identifier(DOCK)):
        answer = await page(browser, f"/console/master-data/thing?id={quote(spelling)}")
        words = words_of(answer)
        assert "CityLille" in words
        assert "AddressStreet name Quai &lt;1&gt;, Number 7" in words
        assert '<del class="dim">Lyon</del>' in answer.text
        assert "No longer in it 1 place" in words
        assert f"id={quote(f'https://id.gs1.org/414/{PLANT_GLN}', safe='')}" in answer.text, "what it lies in"


@pytest.mark.usefixtures("told")
async def test_places_and_products_of_the_catalogue_have_a_page_without_being_told_of(
    browser: httpx.AsyncClient,
) -> None:
    for thing in (
        f"https://id.gs1.org/414/{PLANT_GLN}",
        f"urn:epc:idpat:sgtin:{GTIN[1:8]}.{GTIN[0]}{GTIN[8:13]}.*",
    ):
        assert "In our catalogue" in words_of(
            await page(browser, f"/console/master-data/thing?id={quote(thing)}")
        )
    assert "Master data they have told" in words_of(await page(browser, "/console/partners"))


@pytest.mark.usefixtures("told")
async def test_the_code_of_a_place_opens_its_page(browser: httpx.AsyncClient) -> None:
    for code in (DOCK, "(414)4012345000115(254)dock", f"(414){PLANT_GLN}"):
        answer = await browser.get(f"/console/find?code={quote(code)}")
        assert answer.status_code == 303
        assert (await browser.get(answer.headers["location"])).status_code == 200
    assert (await browser.get("/console/find?code=(414)4012345000115")).status_code == 404


async def test_a_thing_that_nobody_has_told_of_has_no_page(browser: httpx.AsyncClient) -> None:
    for name in ("urn:example:nothing", "", "urn:x:" + "x" * 2_000):
        assert (await browser.get(f"/console/master-data/thing?id={name}")).status_code == 404
    assert "Nothing was told yet" in (await browser.get("/console/master-data")).text
