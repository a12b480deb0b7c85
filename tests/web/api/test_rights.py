"""Who may call what: each role against each route, taken from the table itself."""

import re
from typing import Any, get_args

import httpx
import pytest
from tests.factories.site import Site

from seriatim.access import RIGHTS, Endpoint, Role
from seriatim.web.site import ENDPOINTS

pytestmark = pytest.mark.anyio

PUBLIC_BY_DESIGN = {"GET /api/v1/me"}


def address(endpoint: Endpoint) -> str:
    """The route with something that exists nowhere."""
    return re.sub(r"\{\w+(?::\w+)?\}", "none-such", endpoint.path)


async def call(client: httpx.AsyncClient, endpoint: Endpoint, **options: Any) -> httpx.Response:
    content = b"{}" if endpoint.body is not None else b""
    return await client.request(endpoint.method, address(endpoint), content=content, **options)


def name(endpoint: Endpoint) -> str:
    return f"{endpoint.method} {endpoint.path}"


async def test_without_a_key_every_route_answers_401_and_says_how_to_come_in(site: Site) -> None:
    stranger = site.client()
    answers = {name(e): await call(stranger, e) for e in ENDPOINTS}

    assert {name for name, answer in answers.items() if answer.status_code != 401} == set()
    assert {answer.headers["www-authenticate"] for answer in answers.values()} == {"Bearer"}
    assert {answer.headers["content-type"] for answer in answers.values()} == {"application/problem+json"}
    assert {answer.json()["code"] for answer in answers.values()} == {"not_signed_in"}


@pytest.mark.parametrize(
    "header",
    ["Bearer nonsense", "Bearer", "Bearer ", "Basic YW5hOnBhc3N3b3Jk", "bearer ä", "Bearer " + "x" * 5_000],
)
async def test_a_key_that_is_none_is_401_also_where_everybody_may_come_in(site: Site, header: str) -> None:
    stranger = site.client(headers=[(b"authorization", header.encode())])

    for endpoint in ENDPOINTS[:3]:
        assert (await call(stranger, endpoint)).status_code == 401


@pytest.mark.parametrize("role", get_args(Role))
async def test_a_role_reaches_the_routes_of_its_rights_and_no_other(site: Site, role: Role) -> None:
    client = await site.with_key(role)
    wrong: dict[str, int] = {}
    for endpoint in ENDPOINTS:
        answer = await call(client, endpoint)
        allowed = endpoint.permission is None or not RIGHTS[role].isdisjoint(
            {endpoint.permission, endpoint.own}
        )
        if (answer.status_code == 403) == allowed or answer.status_code in {401, 500, 503}:
            wrong[name(endpoint)] = answer.status_code

    assert wrong == {}


async def test_a_refusal_for_lack_of_rights_names_the_right(site: Site) -> None:
    auditor = await site.with_key("auditor")

    answer = await auditor.post("/api/v1/keys", json={"role": "integration"})

    assert answer.status_code == 403
    assert answer.json() | {"detail": ""} == {
        "type": "urn:seriatim:problem:not_allowed",
        "title": "Not allowed",
        "status": 403,
        "detail": "",
        "code": "not_allowed",
        "instance": "/api/v1/keys",
        "permission": "keys:manage",
    }


async def test_the_auditor_changes_nothing_whatever_he_sends(site: Site) -> None:
    auditor = await site.with_key("auditor")

    changing = [e for e in ENDPOINTS if e.method != "GET" and e.permission != "standards:read"]
    answers = [(await call(auditor, e)).status_code for e in changing]

    assert set(answers) == {403}


async def test_a_revoked_key_is_worth_nothing_from_that_moment_on(site: Site) -> None:
    administrator, other = await site.with_key("administrator"), await site.with_key("integration")
    assert (await other.get("/api/v1/me")).status_code == 200
    (key,) = [k for k in (await administrator.get("/api/v1/keys")).json() if k["role"] == "integration"]

    assert (await administrator.delete(f"/api/v1/keys/{key['id']}")).status_code == 200

    assert (await other.get("/api/v1/me")).status_code == 401


async def test_a_line_may_have_the_key_that_its_leases_are_signed_with(site: Site) -> None:
    operator = await site.with_key("line_operator")

    answer = await operator.get("/api/v1/leases/key")

    assert answer.status_code == 200
    assert answer.json()["verification_method"].startswith("did:key:")


async def test_everybody_may_ask_who_he_is(site: Site) -> None:
    marketing = await site.with_key("marketing")

    told = (await marketing.get("/api/v1/me")).json()

    assert told["actor"]["role"] == "marketing"
    assert told["permissions"] == sorted(RIGHTS["marketing"])
