"""The doors of the whole site: headers on every answer, health, errors, and which door a request comes to."""

from collections.abc import AsyncIterator

import httpx
import pytest
from tests.factories.plant import GTIN, commission, lease_serials, make_plant
from tests.factories.site import Site, open_site

from seriatim.base.db import Database

pytestmark = pytest.mark.anyio

PATHS = (
    "/",
    "/healthz",
    "/readyz",
    "/metrics",
    "/signin",
    "/welcome/none",
    "/console",
    "/line",
    "/api/openapi.json",
    "/api/docs",
    "/api/v1/me",
    "/api/v1/none",
    "/epcis",
    "/epcis/events",
    "/nothing",
    "/static/none.css",
    f"/c/01/{GTIN}/21/none",
)
LINKS = (f"/01/{GTIN}", f"/01/{GTIN}/21/none", "/01/09506000134353", "/.well-known/gs1resolver", "/00/none")


@pytest.fixture
async def site(db: Database) -> AsyncIterator[Site]:
    async with open_site(db) as site:
        yield site


@pytest.mark.parametrize("path", PATHS)
async def test_every_answer_carries_the_headers_that_protect_it(site: Site, path: str) -> None:
    answer = await site.client().get(path)

    assert answer.status_code < 500
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "object-src 'none'" in policy
    assert "unsafe-eval" not in policy
    assert "script-src 'unsafe-inline'" not in policy


@pytest.mark.parametrize("path", LINKS)
async def test_the_resolvers_answers_are_not_sniffed_either(site: Site, path: str) -> None:
    answer = await site.client().get(path)

    assert answer.status_code < 500
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_each_page_has_a_nonce_of_its_own_and_no_inline_script_without_it(site: Site) -> None:
    browser = site.client()
    one, two = (await browser.get("/signin")), (await browser.get("/signin"))

    nonces = [
        answer.headers["content-security-policy"].split("'nonce-")[1].split("'")[0] for answer in (one, two)
    ]
    assert nonces[0] != nonces[1]
    assert one.text.count("<script") == one.text.count("<script src=") + one.text.count(
        f'nonce="{nonces[0]}"'
    )


async def test_a_machine_that_watches_learns_whether_it_lives_and_is_ready(site: Site) -> None:
    stranger = site.client()
    assert [(await stranger.get(path)).status_code for path in ("/healthz", "/readyz")] == [200, 200]

    await site.app.database.close()

    assert [(await stranger.get(path)).status_code for path in ("/healthz", "/readyz")] == [200, 503]


async def test_figures_are_for_those_who_may_read_the_settings(site: Site) -> None:
    answers = {
        role: (await (await site.with_key(role)).get("/metrics"))  # type: ignore[arg-type]
        for role in ("administrator", "auditor", "warehouse")
    }

    assert {role: answer.status_code for role, answer in answers.items()} == {
        "administrator": 200,
        "auditor": 200,
        "warehouse": 403,
    }
    assert (await site.client().get("/metrics")).status_code == 401
    assert answers["auditor"].headers["content-type"].startswith("text/plain")
    told = answers["auditor"].text.splitlines()
    assert {"seriatim_issuing_frozen 0.0", "seriatim_issuing_epoch 1.0"} <= set(told)


async def test_waits_and_refusals_are_counted_by_door_and_reason(site: Site) -> None:
    administrator = await site.with_key("administrator")
    await administrator.get("/api/v1/products")
    await administrator.post(
        "/epcis/capture", content="no document", headers={"content-type": "application/json"}
    )
    await administrator.get("/what/strangers/try")

    told = (await administrator.get("/metrics")).text

    for door, status in (("api", 200), ("epcis", 400), ("other", 404)):
        assert f'seriatim_request_seconds_count{{door="{door}",status="{status}"}}' in told
    assert "strangers" not in told
    assert 'seriatim_refusals_total{code="' in told


async def test_an_unknown_address_is_a_page_for_people_and_a_problem_for_machines(site: Site) -> None:
    stranger = site.client()
    page, problem = await stranger.get("/nothing"), await stranger.get("/api/nothing")

    assert (page.status_code, problem.status_code) == (404, 404)
    assert page.headers["content-type"].startswith("text/html")
    assert problem.json()["code"] == "not_found"


async def test_an_address_with_a_script_in_it_is_shown_as_text(site: Site) -> None:
    answer = await site.client().get("/nothing/%3Cscript%3Ealert(1)%3C%2Fscript%3E")

    assert answer.status_code == 404
    assert "<script>alert" not in answer.text


async def test_the_front_door_leads_to_the_console(site: Site) -> None:
    answer = await site.client().get("/")

    assert (answer.status_code, answer.headers["location"]) == (307, "/console")


async def test_a_scan_goes_by_the_resolver_to_the_page_of_the_unit(site: Site) -> None:
    async with site.app.database.transaction() as tx:
        await make_plant(tx)
        (serial,) = await lease_serials(tx, 1)
        await commission(tx, [serial])
    stranger: httpx.AsyncClient = site.client(headers={"accept": "text/html"})

    scanned = await stranger.get(f"/01/{GTIN}/21/{serial}")
    page = await stranger.get(scanned.headers["location"])

    assert scanned.status_code == 307
    assert scanned.headers["location"] == f"{site.app.settings.public_url}/c/01/{GTIN}/21/{serial}"
    assert (page.status_code, page.headers["content-type"].partition(";")[0]) == (200, "text/html")
    assert "Huila" in page.text


async def test_files_for_the_browser_are_served_and_nothing_beside_them(site: Site) -> None:
    stranger = site.client()

    assert (await stranger.get("/static/app.css")).status_code == 200
    for path in ("/static/../site.py", "/static/%2e%2e/site.py", "/static/..%2fsite.py", "/static/"):
        assert (await stranger.get(path)).status_code in {404, 405}, path


async def test_a_key_opens_epcis_and_the_api_alike(site: Site) -> None:
    machine = await site.with_key("integration")

    assert (await machine.get("/epcis/events")).status_code == 200
    assert (await machine.get("/api/v1/orders")).status_code == 200
    assert (await site.client().get("/epcis/events")).status_code == 401


async def test_everything_for_people_needs_a_session(site: Site) -> None:
    stranger = site.client()

    for path in ("/console", "/line"):
        answer = await stranger.get(path)
        assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/signin"), path
