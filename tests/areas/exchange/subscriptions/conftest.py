"""A site with keys of its own, a client, a courier and receivers."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from tests.factories import feed
from tests.factories.exchange import NOW, Site, capture, event
from tests.factories.receiver import Receiver, receiving

from seriatim import access
from seriatim.access import SYSTEM, Actor, Role
from seriatim.areas import exchange
from seriatim.areas.exchange.subscriptions import Courier
from seriatim.base.clock import StepClock
from seriatim.base.db import Database

JSON = {"content-type": "application/json"}
SHIPPED = {"EQ_bizStep": ["shipping"]}


class KeyedSite(Site):
    """A site that knows the keys in its database."""

    async def caller(self, request: Request) -> Actor:
        _, _, secret = request.headers.get("authorization", "").partition(" ")
        async with self.reading() as tx:
            return await access.actor_of_key(tx, secret, self.environment.clock.now()) or access.PUBLIC


@dataclass
class Standing:
    """Everything that a test of subscriptions needs."""

    db: Database
    clock: StepClock
    site: KeyedSite
    client: httpx.AsyncClient
    key: str
    """The id of the client's key."""

    def courier(self) -> Courier:
        return Courier(self.db, self.site.environment, self.site.carrier)

    async def pass_time(self, by: timedelta = timedelta(0), *, settled: bool = True) -> None:
        """Time passes, and what is due then is done; not before what was captured can be told for certain."""
        self.clock.advance(by)
        if settled:
            await self.is_settled()
        await self.courier().run_once()

    async def is_settled(self) -> None:
        await feed.is_settled(self.db)

    async def ask(self, name: str = "shipped", query: Any = None) -> None:
        body = json.dumps({"name": name, "query": SHIPPED if query is None else query})
        answer = await self.client.post("/epcis/queries", content=body, headers=JSON)
        assert answer.status_code == 201, answer.text

    async def subscribe(self, dest: str, *, name: str = "shipped", **controls: Any) -> dict[str, Any]:
        when = {} if "schedule" in controls else {"stream": True}
        answer = await self.client.post(
            f"/epcis/queries/{name}/subscriptions",
            content=json.dumps({"dest": dest, **when, **controls}),
            headers=JSON,
        )
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def capture(self, *minutes: int, **fields: Any) -> None:
        await capture(self.client, *(event(minute, **fields) for minute in minutes))

    async def shown(self, subscription: dict[str, Any]) -> dict[str, Any]:
        """The subscription as it is now."""
        address = f"/epcis/queries/{subscription['queryName']}/subscriptions/{subscription['subscriptionID']}"
        answer = await self.client.get(address)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


async def key_of(db: Database, role: Role) -> access.NewKey:
    async with db.transaction() as tx:
        return await access.create_key(tx, role, f"A {role}", actor=SYSTEM, now=NOW - timedelta(days=1))


def client_of(site: Site, secret: str) -> httpx.AsyncClient:
    app = Starlette(routes=exchange.routes(site))
    headers = {"authorization": f"Bearer {secret}", "content-type": "application/ld+json"}
    transport = httpx.ASGITransport(app=app)
    return httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers)


@pytest.fixture
async def standing(db: Database) -> AsyncIterator[Standing]:
    clock = StepClock(NOW)
    site = KeyedSite(db, clock)
    key = await key_of(db, "integration")
    async with client_of(site, key.secret) as client:
        yield Standing(db, clock, site, client, key.id)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as one:
        yield one
