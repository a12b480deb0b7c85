"""The page and the route that explain a code, through the site."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from tests.factories.site import Site, open_site

from seriatim.base.db import Database

pytestmark = pytest.mark.anyio
CODE = "(01)09506000134353(21)A1"


@pytest.fixture
async def site(db: Database) -> AsyncIterator[Site]:
    async with open_site(db) as site:
        yield site


async def test_a_stranger_gets_an_answer_and_nothing_is_kept(site: Site) -> None:
    stranger = site.client()

    page = await stranger.post("/explain", data={"text": CODE})

    assert page.status_code == 200
    assert "the check digit should be 2, not 3" in page.text
    assert "<mark>3</mark>" in page.text
    assert page.headers["cache-control"] == "no-store"
    assert await site.count("access_refusal") == await site.count("protection_scan") == 0


async def test_an_address_never_holds_the_code(site: Site) -> None:
    page = await site.client().get("/explain", params={"text": CODE})

    assert page.status_code == 200
    assert "0950600013435" + "3" not in page.text


async def test_a_script_in_a_code_is_shown_as_text(site: Site) -> None:
    page = await site.client().post("/explain", data={"text": "(01)<script>alert(1)</script>"})

    assert page.status_code == 200
    assert "<script>alert" not in page.text


async def test_a_text_of_control_signs_is_answered(site: Site) -> None:
    page = await site.client().post("/explain", data={"text": "]d2\x00\x1d\x7f\ufffd(01)" + "9" * 5_000})

    assert page.status_code == 200


async def test_one_address_is_paced_and_another_is_not(site: Site) -> None:
    site.clock.step = timedelta()
    one, other = site.client(address="192.0.2.7"), site.client(address="192.0.2.8")

    answers = [await one.post("/explain", data={"text": "A"}) for _ in range(61)]

    assert [answer.status_code for answer in answers] == [200] * 60 + [429]
    assert int(answers[-1].headers["retry-after"]) >= 1
    assert (await other.post("/explain", data={"text": "A"})).status_code == 200


async def test_a_person_who_is_signed_in_needs_the_token_of_the_form(site: Site) -> None:
    browser, csrf = await site.signed_in()

    assert (await browser.post("/explain", data={"text": CODE})).status_code == 403
    assert (await browser.post("/explain", data={"text": CODE, "csrf": csrf})).status_code == 200


async def test_the_route_asks_for_a_key_and_tells_the_same(site: Site) -> None:
    body = {"text": CODE, "gcp_length": 7}
    machine = await site.with_key("line_operator")

    refused = await site.client().post("/api/v1/gs1/explain", json=body)
    told = (await machine.post("/api/v1/gs1/explain", json=body)).json()

    assert refused.status_code == 401
    assert (told["verdict"], told["mended"]) == ("invalid", "(01)09506000134352(21)A1")
    assert told["problems"][0]["markup"] == "(01)0950600013435|3|"


async def test_the_finder_offers_to_explain_what_it_does_not_know(site: Site) -> None:
    browser, csrf = await site.signed_in()

    page = await browser.get("/console/find", params={"code": CODE})

    assert page.status_code == 404
    assert 'action="/explain"' in page.text
    assert csrf in page.text
