"""Queries that have a name."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from tests.factories.exchange import capture, event, events_at, refusals

from seriatim.base import limits
from seriatim.base.db import Database

pytestmark = pytest.mark.anyio

JSON = {"content-type": "application/json"}
SHIPPED = {"EQ_bizStep": ["shipping"], "orderBy": "eventTime"}


async def create(client: httpx.AsyncClient, name: str, query: Any) -> httpx.Response:
    return await client.post(
        "/epcis/queries", content=json.dumps({"name": name, "query": query}), headers=JSON
    )


async def test_a_named_query_is_kept_asked_and_deleted(client: httpx.AsyncClient) -> None:
    made = await create(client, "my shipments", SHIPPED)
    again = await create(client, "my shipments", SHIPPED)
    await capture(client, event(0), event(1), event(2, bizStep="storing"))

    first = await client.get(made.headers["location"] + "?perPage=1")
    rest = await events_at(client, first.headers["link"].partition(">")[0].removeprefix("<"))
    kept = await client.get("/epcis/queries/my%20shipments")
    gone = await client.delete("/epcis/queries/my%20shipments")

    assert (made.status_code, made.headers["location"]) == (201, "/epcis/queries/my%20shipments/events")
    assert (again.status_code, again.json()["type"]) == (409, "epcisException:ResourceAlreadyExistsException")
    assert [one["eventTime"][14:16] for one in rest] == ["00"]
    assert kept.json() == {"name": "my shipments", "query": SHIPPED}
    assert gone.status_code == 204
    for path in ("my%20shipments", "my%20shipments/events"):
        assert (await client.get(f"/epcis/queries/{path}")).status_code == 404


async def test_named_queries_come_in_pages(client: httpx.AsyncClient) -> None:
    for name in ("c", "a", "b"):
        await create(client, name, SHIPPED)

    first = await client.get("/epcis/queries?perPage=2")
    second = await client.get(first.headers["link"].partition(">")[0].removeprefix("<"))

    assert [one["name"] for one in (*first.json(), *second.json())] == ["a", "b", "c"]
    assert "link" not in second.headers


@pytest.mark.parametrize(
    "body",
    [
        "{",
        "[]",
        '{"name": "x"}',
        '{"name": "a/b", "query": {}}',
        '{"name": "", "query": {}}',
        '{"name": "x", "query": []}',
        '{"name": "x", "query": {"EQ_colour": "red"}}',
        '{"name": "x", "query": {"EQ_action": ["TAKE"]}}',
        '{"name": "x", "query": {"EQ_bizStep": ["shipping"], "EQ_bizStep": ["packing"]}}',
        '{"name": "x", "query": {"eventCountLimit": 1}}',
        '{"name": "x", "query": {"nextPageToken": "x"}}',
    ],
)
async def test_a_query_that_is_not_understood_is_not_kept(client: httpx.AsyncClient, body: str) -> None:
    """Acceptance: EPCIS 31."""
    answer = await client.post("/epcis/queries", content=body, headers=JSON)

    assert (answer.status_code, answer.json()["type"]) == (400, "epcisException:QueryValidationException")
    assert (await client.get("/epcis/queries")).json() == []


async def test_a_named_query_takes_no_further_conditions(client: httpx.AsyncClient) -> None:
    await create(client, "x", SHIPPED)

    assert (await client.get("/epcis/queries/x/events?EQ_action=ADD")).status_code == 400
    in_csv = await client.post("/epcis/queries", content="x", headers={"content-type": "text/csv"})
    assert in_csv.status_code == 415


async def test_a_query_is_deleted_by_who_has_made_it(client: httpx.AsyncClient, db: Database) -> None:
    await create(client, "x", SHIPPED)
    await create(client, "x", SHIPPED)

    refused = await client.delete("/epcis/queries/x", headers={"authorization": "Bearer key-auditor"})

    assert refused.status_code == 403
    assert (await client.get("/epcis/queries/x")).status_code == 200
    assert await refusals(db) == [
        ("POST /epcis/queries", "query_exists"),
        ("DELETE /epcis/queries", "not_allowed"),
    ]


@pytest.mark.parametrize("says", [True, False])
async def test_a_query_that_is_read_at_each_run_is_no_document_of_megabytes(
    client: httpx.AsyncClient, says: bool
) -> None:
    """T34: a subscription reads its query again each time; one that is sent without its length is counted."""
    sent = json.dumps({"name": "long", "query": {"EQ_bizStep": ["x" * limits.QUERY_BODY_BYTES]}}).encode()

    async def pieces() -> AsyncIterator[bytes]:
        yield sent

    made = await client.post("/epcis/queries", content=sent if says else pieces(), headers=JSON)
    subscribed = await client.post("/epcis/queries/long/subscriptions", content=sent, headers=JSON)

    assert (made.status_code, made.json()["code"]) == (413, "too_large")
    assert (subscribed.status_code, subscribed.json()["code"]) == (413, "too_large")
    assert (await client.get("/epcis/queries")).json() == []
