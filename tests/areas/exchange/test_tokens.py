"""Page tokens: for one caller, one question and one day, unless they are released before."""

from datetime import datetime, timedelta

import httpx
import pytest
from tests.factories.exchange import NOW, capture, event, events_at

from seriatim.areas.exchange.errors import InvalidQuery
from seriatim.areas.exchange.paging import LIFETIME, Tokens
from seriatim.base.clock import StepClock
from seriatim.base.db import Database

pytestmark = pytest.mark.anyio

AUDITOR = {"authorization": "Bearer key-auditor"}
TOKENS = Tokens(bytes(32))


def following(answer: httpx.Response) -> str:
    """The address of the next page."""
    return answer.headers["link"].partition(">")[0].removeprefix("<")


def token_of(answer: httpx.Response) -> str:
    return following(answer).rpartition("nextPageToken=")[2]


async def test_a_released_token_leads_nowhere_and_others_still_do(client: httpx.AsyncClient) -> None:
    """E36: DELETE of a token is 204, and holds."""
    await capture(client, *[event(minute) for minute in range(3)])
    first = await client.get("/epcis/events?perPage=1")
    second = await client.get(following(first))

    released = [await client.delete(f"/epcis/nextPageToken/{token_of(first)}") for _ in range(2)]

    assert [answer.status_code for answer in released] == [204, 204]
    refused = await client.get(following(first))
    assert (refused.status_code, refused.json()["parameter"]) == (400, "nextPageToken")
    assert "released" in refused.json()["detail"]
    assert len(await events_at(client, following(second))) == 1


async def test_only_its_owner_releases_a_token_and_what_is_none_is_refused(client: httpx.AsyncClient) -> None:
    """E36: nobody ends the reading of others."""
    await capture(client, *[event(minute) for minute in range(3)])
    first = await client.get("/epcis/events?perPage=1")

    of_another = await client.delete(f"/epcis/nextPageToken/{token_of(first)}", headers=AUDITOR)
    altered = await client.delete(f"/epcis/nextPageToken/{token_of(first)}0")
    none = await client.delete("/epcis/nextPageToken/none")

    assert [answer.status_code for answer in (of_another, altered, none)] == [400, 400, 400]
    assert len(await events_at(client, following(first))) == 1


async def test_lists_jobs_and_named_queries_hold_to_a_release_too(client: httpx.AsyncClient) -> None:
    for minute in range(2):
        await capture(client, event(minute, readPoint={"id": f"urn:example:yard-{minute}"}))

    for path in ("readPoints", "bizSteps", "eventTypes", "capture"):
        first = await client.get(f"/epcis/{path}?perPage=1")
        assert (await client.get(following(first))).status_code == 200
        await client.delete(f"/epcis/nextPageToken/{token_of(first)}")
        assert (await client.get(following(first))).status_code == 400


async def test_releases_are_forgotten_when_their_tokens_have_expired(
    client: httpx.AsyncClient, clock: StepClock, db: Database
) -> None:
    await capture(client, *[event(minute) for minute in range(3)])
    first = await client.get("/epcis/events?perPage=1")
    await client.delete(f"/epcis/nextPageToken/{token_of(first)}")
    clock.advance(timedelta(days=2))

    assert (await client.delete(f"/epcis/nextPageToken/{token_of(first)}")).status_code == 204
    async with db.transaction() as tx:
        assert await tx.value("select count(*) from exchange_released_token") == 0


async def test_when_a_token_expires_is_told_beside_it(client: httpx.AsyncClient) -> None:
    """E36, D7: and only where there is a next page."""
    await capture(client, *[event(minute) for minute in range(2)])

    first = await client.get("/epcis/events?perPage=1")
    last = await client.get("/epcis/events?perPage=2")

    expires = datetime.fromisoformat(first.headers["gs1-next-page-token-expires"])
    assert NOW + LIFETIME - timedelta(minutes=1) < expires < NOW + LIFETIME + timedelta(hours=1)
    assert "gs1-next-page-token-expires" not in last.headers


async def test_a_very_long_identifier_stops_no_list(client: httpx.AsyncClient) -> None:
    """D12: a cursor that holds it is read back."""
    things = sorted(f"urn:example:{letter * 900}" for letter in "abc")
    await capture(client, event(0, epcList=things, readPoint={"id": things[0]}))
    await capture(client, event(1, epcList=["urn:example:z"], readPoint={"id": things[1]}))

    for path, found in (("epcs", [*things, "urn:example:z"]), ("readPoints", things[:2])):
        seen: list[str] = []
        address = f"/epcis/{path}?perPage=1"
        while address:
            answer = await client.get(address)
            seen += answer.json()["member"]
            address = following(answer) if "link" in answer.headers else ""
        assert seen == found


@pytest.mark.parametrize(
    ("question", "owner", "later", "why"),
    [
        ("other", "me", timedelta(0), "another query"),
        ("asked", "you", timedelta(0), "somebody else"),
        ("asked", "me", LIFETIME, "expired"),
    ],
)
def test_a_token_is_good_for_one_owner_one_question_and_one_day(
    question: str, owner: str, later: timedelta, why: str
) -> None:
    """E36."""
    token, _ = TOKENS.make("here", "asked", "me", NOW)

    assert TOKENS.read(token, "asked", "me", NOW + LIFETIME - timedelta(seconds=2)).cursor == "here"
    with pytest.raises(InvalidQuery, match=why):
        TOKENS.read(token, question, owner, NOW + later)


def test_no_letter_of_a_token_can_be_changed() -> None:
    """E36."""
    token, _ = TOKENS.make("here", "asked", "me", NOW)

    for place, letter in enumerate(token):
        other = "A" if letter != "A" else "B"
        with pytest.raises(InvalidQuery):
            TOKENS.read(token[:place] + other + token[place + 1 :], "asked", "me", NOW)
