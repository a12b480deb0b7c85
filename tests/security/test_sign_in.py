"""Signing in under attack: sessions that nobody can plant, links that work once, guesses that are slowed down."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from seriatim import access
from seriatim.app import App
from seriatim.base import limits
from seriatim.base.clock import FixedClock
from seriatim.base.db import Database
from seriatim.base.environment import Environment
from seriatim.base.settings import Settings
from seriatim.web.site import build_site

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
EMAIL, PASSWORD = "ada@example.com", "one after another"
HTTPS = "https://id.example.com"


@pytest.fixture
async def site(db: Database, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """The site as the world sees it, over HTTPS, without a key."""
    environment = Environment(Settings(data=tmp_path, public_url=HTTPS), FixedClock(NOW), bytes(range(32)))
    async with build_site(App(environment, db)) as app:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url=HTTPS, timeout=30) as client:
            yield client


@pytest.fixture
async def link(db: Database) -> str:
    """The path of an unused one-time link of an administrator."""
    async with db.transaction() as tx:
        person = await access.add_person(tx, EMAIL, "Ada", "administrator", actor=access.SYSTEM, now=NOW)
        secret = await access.make_once_link(tx, "set_password", person.id, now=NOW)
    return f"/welcome/{secret}"


async def sign_in(site: httpx.AsyncClient, **more: str) -> httpx.Response:
    return await site.post("/signin", data={"email": EMAIL, "password": PASSWORD, **more})


async def test_a_link_used_by_ten_at_once_lets_one_in(site: httpx.AsyncClient, link: str) -> None:
    answers = await asyncio.gather(*(site.post(link, data={"password": PASSWORD}) for _ in range(10)))

    assert Counter(answer.status_code for answer in answers) == {303: 1, 404: 9}


async def test_T29_signing_in_makes_a_new_session_whatever_cookie_came(
    site: httpx.AsyncClient, link: str
) -> None:
    await site.post(link, data={"password": PASSWORD})
    site.cookies.clear()
    site.cookies.set("__Host-seriatim", "planted")

    answer = await sign_in(site)

    cookie = answer.headers["set-cookie"]
    name, _, secret = cookie.partition(";")[0].partition("=")
    assert (answer.status_code, name) == (303, "__Host-seriatim")
    assert secret != "planted"
    assert {part.strip() for part in cookie.split(";")[1:]} == {
        "HttpOnly",
        f"Max-Age={limits.SESSION_HOURS * 3600}",
        "Path=/",
        "SameSite=lax",
        "Secure",
    }
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "elsewhere",
    ["//evil.example", "/\\evil.example", "https://evil.example", "evil.example", "javascript:alert(1)", ""],
)
async def test_T28_signing_in_never_leads_to_another_host(
    site: httpx.AsyncClient, link: str, elsewhere: str
) -> None:
    await site.post(link, data={"password": PASSWORD})

    answer = await sign_in(site, next=elsewhere)

    assert (answer.status_code, answer.headers["location"]) == (303, "/console")


@pytest.mark.parametrize("tricky", ["/\t/evil.example", "/\r\n/evil.example", "/\x00/evil.example"])
async def test_T20_control_characters_in_the_target_stay_encoded(
    site: httpx.AsyncClient, link: str, tricky: str
) -> None:
    await site.post(link, data={"password": PASSWORD})

    location = (await sign_in(site, next=tricky)).headers["location"]

    assert location.startswith("/%")


async def test_T30_the_eleventh_guess_of_a_minute_must_wait_and_is_told_how_long(
    site: httpx.AsyncClient,
) -> None:
    guesses = [
        await site.post("/signin", data={"email": f"u{n}@example.com", "password": "Winter2026!"})
        for n in range(limits.SIGN_INS_PER_MINUTE + 1)
    ]

    assert [guess.status_code for guess in guesses] == [401] * limits.SIGN_INS_PER_MINUTE + [429]
    assert int(guesses[-1].headers["retry-after"]) > 0


async def test_a_session_without_its_form_token_changes_nothing(site: httpx.AsyncClient, link: str) -> None:
    await site.post(link, data={"password": PASSWORD})

    answers = [
        await site.post("/api/v1/keys", json={"role": "administrator"}),
        await site.post("/epcis/capture", json={}),
        await site.post("/signout"),
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert (await site.get("/api/v1/me")).status_code == 200
