"""Subscriptions over an open socket."""

import json
from datetime import timedelta
from typing import Any

import pytest
from starlette.applications import Starlette
from tests.areas.exchange.subscriptions.conftest import Standing, key_of
from tests.factories.exchange import document, event
from tests.factories.sockets import Wire

from seriatim import access
from seriatim.access import SYSTEM
from seriatim.areas import exchange
from seriatim.base import limits

pytestmark = pytest.mark.anyio

SECOND = timedelta(seconds=1)


def minutes(message: dict[str, Any]) -> list[str]:
    assert message["type"] == "websocket.send", message
    events = json.loads(message["text"])["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    return [event["eventTime"][14:16] for event in events]


def connect(standing: Standing, address: str, **headers: str) -> Wire:
    app = Starlette(routes=exchange.routes(standing.site))
    key = standing.client.headers["authorization"]
    return Wire(app, f"/epcis/queries/{address}", {"authorization": key, "host": "test", **headers})


async def opened(standing: Standing, address: str, **headers: str) -> Wire:
    wire = connect(standing, address, **headers)
    accepted = await wire.next()
    assert accepted["type"] == "websocket.accept", accepted
    return wire


async def test_a_socket_is_told_of_each_matching_event_from_when_it_was_opened(standing: Standing) -> None:
    """Acceptance: EPCIS 41 (socket: 101)."""
    await standing.ask()
    await standing.capture(0)
    standing.clock.advance(SECOND)
    wire = connect(standing, "shipped/events?stream=true")
    accepted = await wire.next()
    await standing.capture(1, 2)
    first = await wire.next()
    await standing.capture(3, bizStep="storing")
    await standing.capture(4)
    second = await wire.next()
    await wire.leave()

    assert (accepted["type"], accepted["headers"]) == (
        "websocket.accept",
        [(b"gs1-query-min-record-time", b"2026-11-20T12:00:01Z")],
    )
    assert (minutes(first), minutes(second)) == (["01", "02"], ["04"])
    assert json.loads(first["text"])["epcisBody"]["queryResults"]["queryName"] == "shipped"


async def test_a_socket_begins_in_the_past_and_speaks_xml_where_it_is_asked_to(standing: Standing) -> None:
    await standing.ask()
    await standing.capture(1)
    wire = await opened(
        standing,
        "shipped/events?stream=true&initialRecordTime=2026-11-20T12:00:00Z",
        accept="application/xml",
        **{"gs1-epc-format": "Never_Translates"},
    )
    told = await wire.next()
    await wire.leave()

    assert told["text"].startswith("<")
    assert "<queryName>shipped</queryName>" in told["text"]


async def test_a_schedule_runs_over_a_socket_as_well(standing: Standing) -> None:
    await standing.ask()
    wire = await opened(standing, "shipped/events?minute=5&reportIfEmpty=true")
    standing.clock.advance(timedelta(minutes=5))
    empty = await wire.next()
    await standing.capture(7)
    await standing.is_settled()
    standing.clock.advance(timedelta(hours=1))
    full = await wire.next()
    await wire.leave()

    assert (minutes(empty), minutes(full)) == ([], ["07"])


async def test_a_socket_ends_with_its_query(standing: Standing) -> None:
    await standing.ask()
    wire = await opened(standing, "shipped/events?stream=true")
    await standing.client.delete("/epcis/queries/shipped")
    ended = await wire.next()
    await wire.task

    assert ended == {"type": "websocket.close", "code": 1000, "reason": "The query has been deleted."}


async def test_a_socket_ends_with_the_key_that_opened_it(standing: Standing) -> None:
    await standing.ask()
    wire = await opened(standing, "shipped/events?stream=true")
    async with standing.db.transaction() as tx:
        await access.revoke_key(tx, standing.key, actor=SYSTEM, now=standing.clock.now())
    ended = await wire.next()

    assert (ended["type"], ended["code"]) == ("websocket.close", 1008)


async def test_T34_a_client_that_takes_nothing_is_dropped_and_the_others_go_on(
    standing: Standing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "SOCKET_SEND_S", 0.1)
    await standing.ask()
    slow = await opened(standing, "shipped/events?stream=true")
    slow.is_stuck = True
    other = await opened(standing, "shipped/events?stream=true")
    await standing.capture(1)
    told = await other.next()
    ended = await slow.next()
    await other.leave()

    assert (minutes(told), ended["reason"]) == (["01"], "Too slow.")


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("shipped/events", {}, 400),
        ("shipped/events?stream=true&minute=5", {}, 400),
        ("shipped/events?stream=true&perPage=3", {}, 400),
        ("nobody/events?stream=true", {}, 404),
        ("first/events?stream=true", {}, 400),
        ("shipped/events?stream=true", {"authorization": "Bearer wrong"}, 401),
        ("shipped/events?stream=true", {"accept": "image/png"}, 406),
        ("shipped/events?stream=true", {"gs1-epcis-min": "3.0"}, 406),
    ],
)
async def test_who_may_not_or_asks_wrongly_gets_an_answer_instead_of_a_socket(
    standing: Standing, address: str, headers: dict[str, str], status: int
) -> None:
    await standing.ask()
    await standing.ask("first", {"orderBy": "eventTime", "eventCountLimit": 1})
    wire = connect(standing, address, **headers)
    start, body = await wire.next(), await wire.next()

    assert (start["type"], start["status"]) == ("websocket.http.response.start", status)
    assert json.loads(body["body"])["status"] == status


async def test_a_page_of_another_site_opens_nothing_with_a_visitors_cookie(standing: Standing) -> None:
    await standing.ask()
    key = standing.client.headers["authorization"]

    class ByCookie(type(standing.site)):  # type: ignore[misc]  # the key stands in for a session
        async def caller(self, request: Any) -> access.Actor:
            _, _, secret = key.partition(" ")
            async with self.reading() as tx:
                return await access.actor_of_key(tx, secret, self.environment.clock.now()) or access.PUBLIC

    app = Starlette(routes=exchange.routes(ByCookie(standing.db, standing.clock)))
    answers = []
    for origin in ("https://evil.example", "http://test"):
        wire = Wire(app, "/epcis/queries/shipped/events?stream=true", {"host": "test", "origin": origin})
        answers.append((await wire.next())["type"])
        await wire.leave()

    assert answers == ["websocket.http.response.start", "websocket.accept"]


async def test_only_so_many_sockets_are_open(standing: Standing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SOCKETS", 1)
    await standing.ask()
    app = Starlette(routes=exchange.routes(standing.site))
    headers = {"authorization": standing.client.headers["authorization"], "host": "test"}
    path = "/epcis/queries/shipped/events?stream=true"
    first = Wire(app, path, headers)
    assert (await first.next())["type"] == "websocket.accept"
    second = Wire(app, path, headers)
    denied = await second.next()
    await first.leave()
    third = Wire(app, path, headers)
    accepted = await third.next()
    await third.leave()

    assert (denied["status"], accepted["type"]) == (503, "websocket.accept")


async def test_who_knocks_in_the_same_moment_is_counted_too(
    standing: Standing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "SOCKETS_OF_ONE", 2)
    await standing.ask()
    app = Starlette(routes=exchange.routes(standing.site))
    headers = {"authorization": standing.client.headers["authorization"], "host": "test"}
    wires = [Wire(app, "/epcis/queries/shipped/events?stream=true", headers) for _ in range(5)]
    other = Wire(
        app,
        "/epcis/queries/shipped/events?stream=true",
        {"authorization": f"Bearer {(await key_of(standing.db, 'auditor')).secret}", "host": "test"},
    )

    answers = [(await wire.next())["type"] for wire in wires]
    of_other = (await other.next())["type"]
    for wire in (*wires, other):
        await wire.leave()

    assert sorted(answers) == ["websocket.accept"] * 2 + ["websocket.http.response.start"] * 3
    assert of_other == "websocket.accept"


async def test_a_partner_hears_only_what_it_may_see(standing: Standing) -> None:
    """Each client receives the events that it is authorised to see (OpenAPI, 101)."""
    key = await key_of(standing.db, "partner")
    own = {"authorization": f"Bearer {key.secret}"}
    body = json.dumps({"name": "mine", "query": {}})
    made = await standing.client.post(
        "/epcis/queries", content=body, headers={**own, "content-type": "application/json"}
    )
    wire = await opened(standing, "mine/events?stream=true", **own)
    await standing.capture(1)
    await standing.capture(2, destinationList=[])
    sent = await standing.client.post("/epcis/capture", content=document(event(3)), headers=own)
    told = await wire.next()
    await wire.leave()

    assert (made.status_code, sent.status_code) == (201, 202)
    assert minutes(told) == ["03"]
