"""The resolver at its socket: raw paths, snapshots, and a database that may be away."""

import json
from typing import Any

import httpx
import pytest
from tests.factories.plant import GTIN, make_plant

from seriatim.areas import resolver
from seriatim.areas.resolver import Entries, Resolver, is_digital_link
from seriatim.base.db import Database
from seriatim.base.errors import CannotNow
from seriatim.base.settings import Settings

pytestmark = pytest.mark.anyio

HOME = "https://id.brand.example"
ENTRIES = Entries(HOME, {GTIN: "Huila"})


def client(app: Any) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=HOME)


async def load() -> Entries:
    return ENTRIES


async def test_a_scan_is_redirected_with_its_serial_unharmed() -> None:
    async with client(Resolver(load)) as http:
        answer = await http.get(f"/01/{GTIN}/21/a%2Fb")

    assert (answer.status_code, answer.headers["location"]) == (307, f"{HOME}/c/01/{GTIN}/21/a%2Fb")


async def test_head_has_the_headers_and_no_body() -> None:
    async with client(Resolver(load)) as http:
        got = await http.get(f"/01/{GTIN}", params={"linkType": "linkset"})
        head = await http.head(f"/01/{GTIN}", params={"linkType": "linkset"})

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers == got.headers
    assert int(head.headers["content-length"]) == len(got.content)


async def test_a_preflight_passes() -> None:
    async with client(Resolver(load)) as http:
        answer = await http.options(
            f"/01/{GTIN}", headers={"origin": "https://x.example", "access-control-request-method": "GET"}
        )

    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (204, "*")


async def test_the_description_file_says_what_is_supported() -> None:
    async with client(Resolver(load)) as http:
        answer = await http.get("/.well-known/gs1resolver")

    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert json.loads(answer.content)["resolverRoot"] == HOME
    assert json.loads(answer.content)["supportedPrimaryKeys"] == ["01"]


async def test_a_database_that_goes_away_delays_no_redirect() -> None:
    answers: list[Entries] = [ENTRIES]

    async def once() -> Entries:
        if not answers:
            raise CannotNow
        return answers.pop()

    async with client(Resolver(once, refresh_s=0)) as http:
        statuses = [(await http.get(f"/01/{GTIN}")).status_code for _ in range(3)]

    assert statuses == [307, 307, 307]


async def test_without_any_snapshot_the_answer_is_to_try_again() -> None:
    async def never() -> Entries:
        raise CannotNow

    async with client(Resolver(never)) as http:
        answer = await http.get(f"/01/{GTIN}")

    assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
    assert answer.headers["retry-after"] == "1"


async def test_a_product_saved_a_moment_ago_is_found(db: Database) -> None:
    settings = Settings(public_url=HOME)
    async with resolver.running(db, settings) as app, client(app) as http:
        app._refresh_s = 0.0
        before = (await http.get(f"/01/{GTIN}")).status_code
        async with db.transaction() as tx:
            await make_plant(tx)
        after = (await http.get(f"/01/{GTIN}")).status_code

    assert (before, after) == (404, 307)


@pytest.mark.parametrize(
    ("path", "ours"),
    [("/01/09506000134352", True), ("/00/1", True), ("/414/1", True), ("/.well-known/gs1resolver", True), ("/", False),
     ("/console", False), ("/10/L1", False), ("/c/01/09506000134352", False), ("/api/v1/scans", False), ("/01", True)],
)  # fmt: skip
def test_only_digital_links_come_here(path: str, ours: bool) -> None:
    assert is_digital_link({"path": path}) is ours
