"""Requests that nobody honest sends: each gets an answer of 4xx that says why, never one of 5xx."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from seriatim import access
from seriatim.app import App
from seriatim.base.clock import FixedClock
from seriatim.base.db import Database
from seriatim.base.environment import Environment
from seriatim.base.http import cursor_of
from seriatim.base.settings import Settings
from seriatim.web.site import build_site

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
GTIN = "09506000134352"
LISTS = (
    "alerts", "audit", "leases", "links", "locations", "orders", "parties", "products", "recalls", "refusals",
    "scans", "serial-policies", "shipments", "units",
)  # fmt: skip
FOREIGN_CURSORS = {
    "empty": cursor_of(),
    "null": cursor_of(None),
    "yes": cursor_of(True),
    "past 64 bits": cursor_of(2**70),
    "past 63 bits": cursor_of(2**63),
    "fraction": cursor_of(1.5),
    "too many": cursor_of(1, "2", 3),
    "nested": cursor_of([], {}),
    "no zone": cursor_of("2026-01-01T00:00:00", "A"),
    "before all time": cursor_of("0001-01-01T00:00:00+14:00", "A"),
    "time and number": cursor_of("2026-01-01T00:00:00Z", 5),
    "NUL": cursor_of("\x00"),
    "no base64": "!!!",
}


@pytest.fixture
async def site(db: Database, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """The whole site, asked by an administrator's key."""
    environment = Environment(
        Settings(data=tmp_path, public_url="http://test"), FixedClock(NOW), bytes(range(32))
    )
    async with db.transaction() as tx:
        key = await access.create_key(tx, "administrator", "attacker", actor=access.SYSTEM, now=NOW)
    async with build_site(App(environment, db)) as app:
        transport = httpx.ASGITransport(app=app)
        headers = {"authorization": f"Bearer {key.secret}"}
        async with httpx.AsyncClient(
            transport=transport, base_url="http://test", headers=headers, timeout=30
        ) as client:
            yield client


@pytest.mark.parametrize("what", FOREIGN_CURSORS)
async def test_a_cursor_that_no_list_has_made_is_bad_input(site: httpx.AsyncClient, what: str) -> None:
    answers = {
        name: (await site.get(f"/api/v1/{name}", params={"after": FOREIGN_CURSORS[what]})).status_code
        for name in LISTS
    }

    # A text is a good position in a list of texts, whoever wrote it.
    assert {name for name, status in answers.items() if status not in {200, 400, 404}} == set()
    assert {name for name, status in answers.items() if status == 200} <= {"products", "parties", "locations", "serial-policies"}  # fmt: skip


@pytest.mark.parametrize("at", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00"])
async def test_a_time_past_all_time_is_bad_input(site: httpx.AsyncClient, at: str) -> None:
    answer = await site.post("/api/v1/keys", json={"role": "auditor", "expires_at": at})

    assert answer.status_code in {400, 422}


@pytest.mark.parametrize("country", ["P", "PRT", "pt", "\x00", "Ü1", "P\n"])
async def test_a_country_that_is_none_is_wrong_content(site: httpx.AsyncClient, country: str) -> None:
    answer = await site.post("/api/v1/scans", json={"code": "x", "country": country})

    assert answer.status_code == 422


async def test_a_link_without_time_zone_is_wrong_content(site: httpx.AsyncClient) -> None:
    link = {"gtin": GTIN, "link_type": "pip", "href": "http://test/x", "title": "x"}
    window = {"valid_from": "2026-01-01T00:00:00", "valid_until": "2027-01-01T00:00:00Z"}

    answer = await site.post("/api/v1/links", json=link | window)

    assert answer.status_code == 422


@pytest.mark.parametrize("path", ["/epcis/events", "/epcis/capture"])
async def test_a_page_of_thousands_of_digits_is_the_largest_page(site: httpx.AsyncClient, path: str) -> None:
    answer = await site.get(path, params={"perPage": "1" * 5_000})

    assert answer.status_code == 200


async def test_a_version_of_thousands_of_digits_is_no_version(site: httpx.AsyncClient) -> None:
    answer = await site.get("/epcis/events", headers={"GS1-EPCIS-Version": "9" * 5_000})

    assert answer.status_code == 406


async def test_T04_a_name_that_stands_twice_is_never_settled_by_the_last_one(site: httpx.AsyncClient) -> None:
    answer = await site.post("/api/v1/keys", content=b'{"role": "auditor", "role": "administrator"}')

    assert (answer.status_code, answer.json()["code"]) == (400, "bad_input")


@pytest.mark.parametrize(
    "body",
    [b"[" * 100_000, b'{"role":' * 50_000, b'{"role": "\\ud800"}', b"\xff", b"NaN", b"", b'{"role": 1e400}'],
)
async def test_T04_json_tricks_are_the_senders_fault(site: httpx.AsyncClient, body: bytes) -> None:
    answer = await site.post("/api/v1/keys", content=body)

    assert answer.status_code in {400, 422}


async def test_T24_a_field_that_nobody_asked_for_is_wrong_content(site: httpx.AsyncClient) -> None:
    answer = await site.post("/api/v1/keys", json={"role": "auditor", "created_by": "me"})

    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("DELETE", "/api/v1/me", 405), ("FOO", "/epcis/events", 405), ("GET", "/api/v1/nothing", 404)],
)
async def test_what_the_framework_refuses_is_a_problem_document_too(
    site: httpx.AsyncClient, method: str, path: str, status: int
) -> None:
    answer = await site.request(method, path)

    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.json()["status"] == status


async def test_a_slash_too_many_leads_to_a_path_of_this_host(site: httpx.AsyncClient) -> None:
    answer = await site.get("/console/?a=1", headers={"host": "evil.example"})

    assert (answer.status_code, answer.headers["location"]) == (307, "/console?a=1")


@pytest.mark.parametrize("path", ["/signin", "/signout", "/welcome/secret"])
async def test_T29_a_form_from_another_site_is_refused_before_it_is_read(
    site: httpx.AsyncClient, path: str
) -> None:
    form = {"email": "a@b.example", "password": "long enough for all"}

    answer = await site.post(path, data=form, headers={"sec-fetch-site": "cross-site"})

    assert answer.status_code == 403


@pytest.mark.parametrize("kind", ["multipart/form-data", "multipart/form-data; boundary=x"])
async def test_a_broken_form_gets_a_page_that_says_so(site: httpx.AsyncClient, kind: str) -> None:
    broken = b"--x\r\nX: y\r\n\r\na\r\n--x--\r\n"

    answer = await site.post("/signin", content=broken, headers={"content-type": kind})

    assert (answer.status_code, answer.headers["content-type"]) == (400, "text/html; charset=utf-8")


@pytest.mark.parametrize("path", ["/signin", "/api/v1/orders", "/epcis/capture"])
async def test_a_caller_who_leaves_in_the_middle_of_a_body_is_no_fault_of_ours(
    site: httpx.AsyncClient, path: str
) -> None:
    transport = site._transport
    assert isinstance(transport, httpx.ASGITransport)
    headers = [(b"content-type", b"application/json"), (b"content-length", b"1000")]
    headers.append((b"authorization", site.headers["authorization"].encode()))
    if path == "/signin":
        headers[0] = (b"content-type", b"application/x-www-form-urlencoded")
    messages = [
        {"type": "http.request", "body": b"a=", "more_body": True},
        {"type": "http.disconnect"},
    ]
    sent: list[Any] = []

    async def receive() -> Any:
        return messages.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    scope: dict[str, Any] = {"type": "http", "method": "POST", "path": path, "raw_path": path.encode()}
    scope |= {"query_string": b"", "headers": headers, "http_version": "1.1", "scheme": "http"}
    await transport.app(scope | {"server": ("test", 80), "client": ("203.0.113.7", 5)}, receive, send)

    assert sent[0]["status"] == 400
