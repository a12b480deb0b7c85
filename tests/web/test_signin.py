"""Coming in and going out: one-time links, passwords, sessions, and the token that forms must carry."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest
from tests.factories.site import PASSWORD, Site, open_site

from seriatim.base import limits
from seriatim.base.db import Database

pytestmark = pytest.mark.anyio

EMAIL = "ana@alboral.example"


@pytest.fixture
async def site(db: Database) -> AsyncIterator[Site]:
    async with open_site(db) as site:
        yield site


async def sign_in(browser: httpx.AsyncClient, password: str = PASSWORD, **fields: str) -> httpx.Response:
    return await browser.post("/signin", data={"email": EMAIL, "password": password, **fields})


async def has_session(browser: httpx.AsyncClient) -> bool:
    return (await browser.get("/api/v1/me")).status_code == 200


async def test_a_page_for_people_asks_a_stranger_to_sign_in_and_remembers_where_he_was_going(
    site: Site,
) -> None:
    answer = await site.client().get("/console?lot=H26K20")

    assert answer.status_code == 303
    assert answer.headers["location"] == "/signin?next=%2Fconsole%3Flot%3DH26K20"


async def test_the_right_password_opens_a_session_and_leads_on(site: Site) -> None:
    await site.person()
    browser = site.client()

    answer = await sign_in(browser, next="/console?lot=H26K20")

    assert (answer.status_code, answer.headers["location"]) == (303, "/console?lot=H26K20")
    cookie = answer.headers["set-cookie"].lower()
    assert {"httponly", "samesite=lax", "path=/"} <= {part.strip() for part in cookie.split(";")}
    assert f"max-age={limits.SESSION_HOURS * 3600}" in cookie
    assert await has_session(browser)


async def test_over_https_the_cookie_is_bound_to_the_host(db: Database) -> None:
    async with open_site(db, public_url="https://id.brand.example") as site:
        await site.person()
        answer = await sign_in(site.client())

    assert answer.headers["set-cookie"].startswith("__Host-seriatim=")
    assert "secure" in answer.headers["set-cookie"].lower()


async def test_a_wrong_password_and_an_unknown_person_get_the_same_answer_and_no_session(site: Site) -> None:
    await site.person()
    known, unknown = site.client(address="192.0.2.1"), site.client(address="192.0.2.2")

    wrong = await sign_in(known, "not the password")
    nobody = await unknown.post(
        "/signin", data={"email": "bob@alboral.example", "password": "not the password"}
    )

    assert (wrong.status_code, nobody.status_code) == (401, 401)
    assert "set-cookie" not in wrong.headers
    texts = [re.sub(r'nonce="[^"]*"|ana@|bob@', "", answer.text) for answer in (wrong, nobody)]
    assert texts[0] == texts[1]


@pytest.mark.parametrize(
    "target", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
async def test_T28_signing_in_never_leads_to_another_host(site: Site, target: str) -> None:
    await site.person()

    answer = await sign_in(site.client(), next=target)

    assert (answer.status_code, answer.headers["location"]) == (303, "/console")


@pytest.mark.parametrize("target", ["/\t/evil.example", "/\n/evil.example", "/\r\nset-cookie: a=b"])
async def test_T28_signs_that_browsers_leave_out_do_not_help(site: Site, target: str) -> None:
    await site.person()

    answer = await sign_in(site.client(), next=target)

    location = re.sub(r"[\t\r\n]", "", answer.headers["location"])
    assert not location.startswith(("//", "/\\"))
    assert "a" not in answer.cookies


async def test_guessing_is_slowed_down_and_says_when_to_come_back(site: Site) -> None:
    await site.person()
    browser = site.client()

    answers = [
        await sign_in(browser, f"guess number {number}") for number in range(2 * limits.SIGN_INS_PER_MINUTE)
    ]

    statuses = [answer.status_code for answer in answers]
    assert statuses[:3] == [401, 401, 401]
    assert statuses.count(429) >= 3
    assert "a few seconds" in next(answer for answer in answers if answer.status_code == 429).text
    assert not await has_session(browser)


async def test_nobody_is_locked_out_for_good(site: Site) -> None:
    await site.person()
    browser = site.client()
    for number in range(2 * limits.SIGN_INS_PER_MINUTE):
        await sign_in(browser, f"guess number {number}")
    assert (await sign_in(browser)).status_code == 429
    site.clock.advance(site.clock.step * 120)

    assert (await sign_in(browser)).status_code == 303


async def test_signing_out_ends_the_session_also_for_a_copy_of_its_cookie(site: Site) -> None:
    browser, csrf = await site.signed_in()
    copy = site.client(cookies=dict(browser.cookies))
    assert await has_session(copy)

    answer = await browser.post("/signout", data={"csrf": csrf})

    assert (answer.status_code, answer.headers["location"]) == (303, "/signin")
    assert not await has_session(copy)


async def test_a_session_ends_by_itself(site: Site) -> None:
    browser, _ = await site.signed_in()
    site.clock.advance(site.clock.step * (limits.SESSION_HOURS * 3600 + 60))

    assert not await has_session(browser)


async def test_a_one_time_link_sets_the_password_once(site: Site) -> None:
    link = await site.once_link()
    browser = site.client()
    looked = await browser.get(link)
    assert (looked.status_code, EMAIL in looked.text) == (200, True)

    first = await browser.post(link, data={"password": PASSWORD})
    again = await site.client().post(link, data={"password": "a stranger's password"})

    assert (first.status_code, first.headers["location"]) == (303, "/console")
    assert await has_session(browser)
    assert again.status_code == 404
    assert (await site.client().get(link)).status_code == 404
    assert (await sign_in(site.client())).status_code == 303
    assert (await sign_in(site.client(), "a stranger's password")).status_code == 401


async def test_looking_at_a_link_does_not_use_it_up(site: Site) -> None:
    link = await site.once_link()
    for _ in range(3):
        assert (await site.client().get(link)).status_code == 200

    assert (await site.client().post(link, data={"password": PASSWORD})).status_code == 303


async def test_a_short_password_is_refused_and_the_link_stays_good(site: Site) -> None:
    link = await site.once_link()

    short = await site.client().post(link, data={"password": "short"})

    assert (short.status_code, "Too short: 5 characters" in short.text) == (422, True)
    assert (await site.client().post(link, data={"password": PASSWORD})).status_code == 303


async def test_a_link_ends_after_three_days(site: Site) -> None:
    link = await site.once_link()
    site.clock.advance(site.clock.step * (limits.ONCE_LINK_HOURS * 3600 + 60))

    assert (await site.client().get(link)).status_code == 404
    assert (await site.client().post(link, data={"password": PASSWORD})).status_code == 404


@pytest.mark.parametrize("secret", ["nonsense", "%00", "ä", "x" * 3_000])
async def test_a_link_that_never_was_is_404(site: Site, secret: str) -> None:
    assert (await site.client().get(f"/welcome/{secret}")).status_code == 404


async def test_T29_a_form_without_its_token_or_with_anothers_changes_nothing(site: Site) -> None:
    browser, _ = await site.signed_in("quality")
    _, of_another = await site.signed_in("warehouse")

    for token in ({}, {"csrf": ""}, {"csrf": "guessed"}, {"csrf": of_another}):
        assert (await browser.post("/signout", data=token)).status_code == 403
        assert await has_session(browser)


async def test_T29_a_session_needs_the_token_for_changes_over_the_api_and_a_key_does_not(site: Site) -> None:
    browser, csrf = await site.signed_in("administrator")
    body = {"role": "integration"}

    assert (await browser.post("/api/v1/keys", json=body)).status_code == 403
    assert (
        await browser.post("/api/v1/keys", json=body, headers={"x-csrf-token": "guessed"})
    ).status_code == 403
    assert (await browser.post("/api/v1/keys", json=body, headers={"x-csrf-token": csrf})).status_code == 201
    assert (await browser.get("/api/v1/keys")).status_code == 200
    with_key = await site.with_key("administrator")
    assert (await with_key.post("/api/v1/keys", json=body)).status_code == 201


async def test_T29_a_form_that_another_site_sent_is_refused_also_with_its_token(site: Site) -> None:
    browser, csrf = await site.signed_in()
    await site.person()
    elsewhere = {"sec-fetch-site": "cross-site"}

    out = await browser.post("/signout", data={"csrf": csrf}, headers=elsewhere)
    inside = await site.client().post(
        "/signin", data={"email": EMAIL, "password": PASSWORD}, headers=elsewhere
    )

    assert (out.status_code, inside.status_code) == (403, 403)
    assert await has_session(browser)


async def test_a_person_who_is_disabled_is_out_at_once(site: Site) -> None:
    browser, _ = await site.signed_in("quality")
    administrator = await site.with_key("administrator")
    people = (await administrator.get("/api/v1/people")).json()
    (ana,) = [person for person in people if person["role"] == "quality"]

    assert (await administrator.delete(f"/api/v1/people/{ana['id']}")).status_code == 200

    assert not await has_session(browser)


async def test_a_person_invited_over_the_api_comes_in_by_the_link_of_the_answer(site: Site) -> None:
    administrator = await site.with_key("administrator")
    asked = {"email": EMAIL, "name": "Ana", "role": "auditor"}

    link = (await administrator.post("/api/v1/people", json=asked)).json()["link"]
    browser = site.client()
    answer = await browser.post(link, data={"password": PASSWORD})

    assert answer.status_code == 303
    assert (await browser.get("/api/v1/me")).json()["actor"]["role"] == "auditor"


async def test_a_form_past_the_limit_is_refused(site: Site) -> None:
    large = await site.client().post(
        "/signin", data={"email": EMAIL, "password": "x" * (limits.FORM_BODY_BYTES + 1)}
    )
    many = await site.client().post("/signin", data={f"field{number}": "x" for number in range(2_000)})

    assert 400 <= large.status_code < 500
    assert 400 <= many.status_code < 500
