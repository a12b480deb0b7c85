"""Subscriptions over the interface that GS1 describes, and the routes that operate them."""

import json
from datetime import timedelta
from ipaddress import ip_network
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from lxml import etree
from tests.areas.exchange.subscriptions.conftest import JSON, KeyedSite, Standing, client_of, key_of
from tests.factories.exchange import CONTEXT, PLANT, document, event
from tests.factories.receiver import Receiver

from seriatim import access
from seriatim.access import SYSTEM, Actor, Call
from seriatim.areas.exchange import subscriptions
from seriatim.areas.exchange.subscriptions import Courier, api
from seriatim.base import limits
from seriatim.base.db import Transaction
from seriatim.base.http_client import HttpClient
from seriatim.base.outbound import Policy
from seriatim.connectors.webhook import Webhook

pytestmark = pytest.mark.anyio

SECOND = timedelta(seconds=1)
PATH = "/epcis/queries/shipped/subscriptions"


async def post(client: httpx.AsyncClient, body: Any, path: str = PATH, **headers: str) -> httpx.Response:
    return await client.post(path, content=json.dumps(body), headers={**JSON, **headers})


async def test_a_subscription_is_made_shown_and_ended(standing: Standing, receiver: Receiver) -> None:
    await standing.ask()
    body = {"dest": receiver.url, "signatureToken": "secret", "schedule": {"hour": "1", "minute": "5"}}
    made = await post(standing.client, body)
    shown = await standing.client.get(made.headers["location"])
    listed = await standing.client.get(PATH)
    ended = await standing.client.delete(made.headers["location"])
    gone = await standing.client.get(made.headers["location"])
    again = await standing.client.delete(made.headers["location"])

    assert made.status_code == 201
    assert made.headers["location"] == f"{PATH}/{made.json()['subscriptionID']}"
    assert shown.json() == made.json()
    assert listed.json() == [made.json()]
    assert {name: value for name, value in made.json().items() if name != "subscriptionID"} == {
        "queryName": "shipped",
        "dest": receiver.url,
        "createdAt": "2026-11-20T12:00:00Z",
        "initialRecordTime": "2026-11-20T12:00:00Z",
        "minRecordTime": "2026-11-20T12:00:00Z",
        "epcFormat": "Always_GS1_Digital_Link",
        "reportIfEmpty": False,
        "schedule": {"hour": "1", "minute": "5"},
    }
    assert [ended.status_code, gone.status_code, again.status_code] == [204, 404, 404]
    assert gone.json()["type"] == "epcisException:NoSuchNameException"


@pytest.mark.parametrize(
    ("body", "exception"),
    [
        ({"dest": "http://127.0.0.1:1/"}, "SubscriptionControlsException"),
        ({"dest": "https://192.168.1.1/", "stream": True}, "SubscriptionControlsException"),
        ({"dest": "http://93.184.216.34/", "stream": True}, "SubscriptionControlsException"),
        ({"dest": "https://no-such-name.invalid/", "stream": True}, "SubscriptionControlsException"),
        ({"dest": "not an address", "stream": True}, "SubscriptionControlsException"),
    ],
)
async def test_controls_and_destinations_that_will_not_do_are_refused(
    standing: Standing, body: dict[str, Any], exception: str
) -> None:
    """Acceptance: EPCIS 40; T32: an address inside is refused when it is given, not only when it is called."""
    await standing.ask()
    answer = await post(standing.client, body)

    assert (answer.status_code, answer.json()["type"]) == (400, f"epcisException:{exception}")
    assert (await standing.client.get(PATH)).json() == []


async def test_other_refusals_have_the_statuses_of_the_standard(
    standing: Standing, receiver: Receiver
) -> None:
    await standing.ask()
    await standing.ask("first", {"orderBy": "eventTime", "eventCountLimit": 1})
    body = {"dest": receiver.url, "stream": True}
    auditor = await key_of(standing.db, "auditor")
    operator = await key_of(standing.db, "line_operator")

    answers = [
        await post(standing.client, body, "/epcis/queries/nobody/subscriptions"),
        await post(standing.client, body, "/epcis/queries/first/subscriptions"),
        await standing.client.post(PATH, content="x", headers={"content-type": "text/csv"}),
        await post(standing.client, body, authorization=f"Bearer {auditor.secret}"),
        await post(standing.client, body, authorization=f"Bearer {operator.secret}"),
        await post(standing.client, body, authorization="Bearer none"),
        await post(standing.client, body, accept="image/png"),
        await standing.client.put(PATH),
        await standing.client.get(f"{PATH}/x"),
        await standing.client.get(f"{PATH}?colour=red"),
        await standing.client.get(PATH, headers={"accept": "application/xml"}),
    ]

    assert [one.status_code for one in answers] == [404, 400, 415, 403, 403, 401, 406, 405, 404, 400, 406]


async def test_options_tell_what_may_be_done_and_how_far_it_has_come(
    standing: Standing, receiver: Receiver
) -> None:
    """Acceptance: EPCIS 39 (subscriptions)."""
    await standing.ask()
    made = await standing.subscribe(receiver.url)
    await standing.capture(1)
    await standing.pass_time(SECOND)
    of_query = await standing.client.options(PATH)
    of_one = await standing.client.options(f"{PATH}/{made['subscriptionID']}")
    of_none = await standing.client.options(f"{PATH}/{uuid4()}")
    of_no_query = await standing.client.options("/epcis/queries/nobody/subscriptions")

    assert (of_query.status_code, of_query.headers["allow"]) == (204, "OPTIONS, GET, POST")
    assert (of_one.status_code, of_one.headers["allow"]) == (204, "OPTIONS, GET, DELETE")
    assert of_one.headers["gs1-query-min-record-time"] == "2026-11-20T12:00:01Z"
    assert [of_none.status_code, of_no_query.status_code] == [404, 404]


async def test_subscriptions_come_in_pages(standing: Standing, receiver: Receiver) -> None:
    await standing.ask()
    made = [(await standing.subscribe(receiver.url))["subscriptionID"] for _ in range(5)]
    found: list[str] = []
    address: str | None = f"{PATH}?perPage=2"
    while address is not None:
        answer = await standing.client.get(address)
        found += [one["subscriptionID"] for one in answer.json()]
        address = answer.links.get("next", {}).get("url")

    assert found == made


async def test_events_come_in_the_form_that_was_asked_for(standing: Standing, receiver: Receiver) -> None:
    await standing.ask()
    forms = [
        {"accept": "application/xml", "gs1-cbv-xml-format": "Always_Web_URI"},
        {"accept": "application/json", "gs1-epc-format": "Always_EPC_URN"},
    ]
    for headers in forms:
        answer = await post(standing.client, {"dest": receiver.url, "stream": True}, **headers)
        assert (answer.status_code, answer.headers["content-type"]) == (201, "application/json")
    urn = "urn:epc:id:sgtin:9506000.013435.A1"
    await standing.capture(1, epcList=[urn], readPoint={"id": "urn:epc:id:sgln:9506000.13435.0"})
    await standing.pass_time(SECOND)

    xml, json_document = sorted(receiver.received, key=lambda one: one.headers["content-type"], reverse=True)
    root = etree.fromstring(xml.body)
    assert (xml.headers["content-type"], root.tag) == (
        "application/xml",
        "{urn:epcglobal:epcis-query:xsd:2}EPCISQueryDocument",
    )
    assert root.findtext(".//subscriptionID")
    assert root.findtext(".//bizStep") == "https://ref.gs1.org/cbv/BizStep-shipping"
    (told,) = json_document.results["resultsBody"]["eventList"]
    assert told["epcList"] == [urn]


async def test_an_event_that_xml_cannot_say_is_told_as_a_problem_and_the_others_are_sent(
    standing: Standing, receiver: Receiver
) -> None:
    """What goes wrong on our side is sent in the format that errors have (OpenAPI, callback)."""
    await standing.ask()
    answer = await post(standing.client, {"dest": receiver.url, "stream": True}, accept="application/xml")
    assert answer.status_code == 201
    events = [event(1), event(2, **{"ex:note": "a\u0001b"}), event(3)]
    context = [CONTEXT, {"ex": "https://ns.example.com/epcis/"}]
    body = json.loads(document(*events)) | {"@context": context}
    sent = await standing.client.post("/epcis/capture", content=json.dumps(body))
    assert sent.status_code == 202
    await standing.pass_time(SECOND)

    told = [(one.headers["content-type"], one.body.count(b"<eventTime>")) for one in receiver.received]
    problem = receiver.received[1]
    assert told == [("application/xml", 1), ("application/problem+xml", 0), ("application/xml", 1)]
    assert b"NotAcceptableException" in problem.body
    assert problem.headers["gs1-epcis-version"] == "2.0.0"


async def test_a_partner_sees_and_changes_its_own_alone_and_is_told_what_it_may_see(
    standing: Standing, receiver: Receiver
) -> None:
    """T22: what is another's is answered as what is not there."""
    await standing.ask()
    ours = await standing.subscribe(receiver.url)
    key = await key_of(standing.db, "partner")
    async with client_of(standing.site, key.secret) as partner:
        body = json.dumps({"name": "mine", "query": {}})
        assert (await partner.post("/epcis/queries", content=body, headers=JSON)).status_code == 201
        mine = await post(
            partner, {"dest": receiver.url, "stream": True}, "/epcis/queries/mine/subscriptions"
        )
        others = [
            await partner.get(PATH),
            await post(partner, {"dest": receiver.url, "stream": True}),
            await partner.get(f"{PATH}/{ours['subscriptionID']}"),
            await partner.delete(f"{PATH}/{ours['subscriptionID']}"),
            await partner.delete(f"/epcis/queries/mine/subscriptions/{ours['subscriptionID']}"),
        ]
        await standing.client.delete(f"{PATH}/{ours['subscriptionID']}")
        await standing.capture(1)
        sent = await partner.post("/epcis/capture", content=document(event(2, readPoint={"id": PLANT})))
        await standing.pass_time(SECOND)

    assert [one.status_code for one in others] == [404, 404, 404, 404, 404]
    assert (mine.status_code, sent.status_code) == (201, 202)
    assert receiver.taken == ["02"]


async def call(
    tx: Transaction, standing: Standing, route: str, actor: Actor = SYSTEM, *, body: Any = None, **path: str
) -> Any:
    method, _, address = route.partition(" ")
    (endpoint,) = [one for one in api.ENDPOINTS if (one.method, one.path) == (method, address)]
    query = endpoint.query() if endpoint.query is not None else None
    site = standing.site.environment
    return await endpoint.act(Call(tx, actor, site.clock.now(), site, path, query, body))


async def test_what_was_sent_and_answered_is_shown_and_dead_letters_are_sent_again(
    standing: Standing, receiver: Receiver
) -> None:
    receiver.otherwise = lambda _: 410
    await standing.ask()
    made = await standing.subscribe(receiver.url)
    of = made["subscriptionID"]
    await standing.capture(1)
    await standing.pass_time(SECOND)
    async with standing.db.transaction() as tx:
        listed = await call(tx, standing, "GET /api/v1/subscriptions")
        dead = await call(tx, standing, "GET /api/v1/subscriptions/{id}/deliveries", id=of)
        (letter,) = dead.items
        report = await call(tx, standing, "GET /api/v1/deliveries/{id}", id=str(letter.id))
        again = await call(tx, standing, "POST /api/v1/deliveries/{id}/send-again", id=str(letter.id))
        resumed = await call(tx, standing, "POST /api/v1/subscriptions/{id}/resume", id=of)
    receiver.otherwise = lambda _: 204
    await standing.pass_time(SECOND)
    async with standing.db.transaction() as tx:
        after = await call(tx, standing, "GET /api/v1/subscriptions/{id}", id=of)
        paused = await call(tx, standing, "POST /api/v1/subscriptions/{id}/pause", id=of)
        ended = await call(tx, standing, "DELETE /api/v1/subscriptions/{id}", id=of)
        left = await call(tx, standing, "GET /api/v1/subscriptions")
        trail = await access.audit_trail(tx, None, of, 10)

    assert [(one.state, one.dead) for one in listed.items] == [("suspended", 1)]
    assert [(one.number, one.status, one.said) for one in report.attempts] == [(1, 410, "answered 410")]
    assert (again.state, again.tries, resumed.state) == ("waiting", 0, "active")
    assert (after.state, after.dead, after.waiting, after.failures) == ("active", 0, 0, 0)
    assert (paused.state, paused.state_why, ended.id, left.items) == (
        "paused",
        "Paused by Seriatim.",
        paused.id,
        [],
    )
    assert [one.deed for one in trail] == [
        "subscription.ended",
        "subscription.paused",
        "subscription.resumed",
        "subscription.sent_again",
        "subscription.made",
    ]


async def test_delivered_documents_are_forgotten_after_a_week_and_dead_letters_never(
    standing: Standing, receiver: Receiver
) -> None:
    receiver.otherwise = lambda one: 410 if "02" in one.minutes else 200
    await standing.ask()
    await standing.subscribe(receiver.url)
    for minute in (1, 2):
        await standing.capture(minute)
        await standing.pass_time(SECOND)
    async with standing.db.transaction() as tx:
        (one,) = await subscriptions.subscriptions_of(tx, actor=SYSTEM)
        await subscriptions.forget(tx, now=standing.clock.now() + timedelta(days=400))
        left = await subscriptions.deliveries_of(tx, one.id, actor=SYSTEM)
        needed = await subscriptions.first_needed(tx)
        events = await tx.rows("select tx::text as tx from history_event order by tx")

    assert [delivery.state for delivery in left] == ["dead"]
    assert needed == events[1]["tx"], "what a dead letter holds is not archived"


async def test_T32_networks_that_are_open_to_us_are_not_open_to_partners(
    standing: Standing, receiver: Receiver
) -> None:
    """Neither when it subscribes, nor when what was allowed before is delivered."""

    class Guarded(KeyedSite):
        @property
        def carrier(self) -> Webhook:
            return Webhook(HttpClient(Policy((ip_network("127.0.0.0/8"),))), HttpClient(Policy()))

    site = Guarded(standing.db, standing.clock)
    body = {"dest": receiver.url, "stream": True}
    key = await key_of(standing.db, "partner")
    async with client_of(standing.site, key.secret) as partner:
        await partner.post("/epcis/queries", content='{"name": "mine", "query": {}}', headers=JSON)
        before = await post(partner, body, "/epcis/queries/mine/subscriptions")
        await partner.post("/epcis/capture", content=document(event(1)))
    async with client_of(site, key.secret) as partner:
        refused = await post(partner, body, "/epcis/queries/mine/subscriptions")
    await standing.is_settled()
    async with client_of(site, standing.client.headers["authorization"].partition(" ")[2]) as ours:
        allowed = await post(ours, body, "/epcis/queries/mine/subscriptions")
    await standing.is_settled()
    standing.clock.advance(SECOND)
    await Courier(standing.db, site.environment, site.carrier).run_once()
    async with standing.db.transaction() as tx:
        of = UUID(before.json()["subscriptionID"])
        (delivery,) = await subscriptions.deliveries_of(tx, of, actor=SYSTEM)

    assert (refused.status_code, allowed.status_code) == (400, 201)
    assert receiver.received == []
    assert (delivery.state, delivery.last_status) == ("waiting", None)
    assert "no address in the public internet" in delivery.last_said


async def test_a_partner_has_so_many_queries_and_subscriptions_and_leaves_room_for_others(
    standing: Standing, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T34: many standing queries of one partner, each due every second, would take all the turns."""
    monkeypatch.setattr(limits, "QUERIES_OF_A_PARTNER", 2)
    monkeypatch.setattr(limits, "SUBSCRIPTIONS_OF_A_PARTNER", 2)
    await standing.ask()
    await standing.subscribe(receiver.url)
    body = {"dest": receiver.url, "schedule": {"second": "[0-59]"}}
    key = await key_of(standing.db, "partner")
    async with client_of(standing.site, key.secret) as partner:
        named = [
            await partner.post("/epcis/queries", content=f'{{"name": "{name}", "query": {{}}}}', headers=JSON)
            for name in ("first", "second", "third")
        ]
        made = [
            await post(partner, body, f"/epcis/queries/{name}/subscriptions")
            for name in ("first", "second", "second")
        ]
    others = await post(standing.client, body)

    assert [answer.status_code for answer in named] == [201, 201, 409]
    assert [answer.status_code for answer in made] == [201, 201, 409]
    assert others.status_code == 201


async def test_the_trail_keeps_no_query_of_an_address(standing: Standing, receiver: Receiver) -> None:
    """Many receivers know their senders by a secret there, and the trail forgets nothing."""
    await standing.ask()
    made = await standing.subscribe(f"{receiver.url}?token=hush")
    address = f"{PATH}/{made['subscriptionID']}"
    await standing.client.delete(address)
    async with standing.db.transaction() as tx:
        rows = await tx.rows("select entry from access_audit where deed like 'subscription.%' order by id")
        entries = [bytes(row["entry"]) for row in rows]

    assert made["dest"] == f"{receiver.url}?token=hush"
    assert [receiver.url.encode() in entry for entry in entries] == [True, True]
    assert not any(b"hush" in entry for entry in entries)
