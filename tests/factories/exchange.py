"""A site with the EPCIS doors, and what is sent to them."""

import contextlib
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from ipaddress import ip_network
from typing import Any

import httpx
from starlette.requests import Request

from seriatim import access
from seriatim.access import Actor
from seriatim.base.clock import StepClock
from seriatim.base.db import Database, Transaction
from seriatim.base.environment import Environment
from seriatim.base.errors import SeriatimError
from seriatim.base.http_client import HttpClient
from seriatim.base.outbound import Policy
from seriatim.base.settings import Settings
from seriatim.connectors.webhook import Webhook

CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
UNIT = "https://id.gs1.org/01/09506000134352/21/A1"
URN = "urn:epc:id:sgtin:9506000.013435.A1"
SLASHED = "https://id.gs1.org/01/09506000134352/21/A%2F1"
PLANT = "https://id.gs1.org/414/9506000134352"
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ROLES: dict[str, Any] = {
    "key-integration": "integration",
    "key-partner": "partner",
    "key-line": "line_operator",
    "key-auditor": "auditor",
}


class Site:
    """A site with three keys, known by their secrets."""

    def __init__(self, db: Database, clock: StepClock) -> None:
        self._db = db
        self._environment = Environment(Settings(), clock, bytes(32))

    @property
    def carrier(self) -> Webhook:
        """It may reach receivers of the tests on this machine."""
        client = HttpClient(Policy((ip_network("127.0.0.0/8"),)))
        return Webhook(client, client)

    @property
    def environment(self) -> Environment:
        return self._environment

    @contextlib.asynccontextmanager
    async def transaction(
        self, *, readonly: bool = False, timeout_ms: int | None = None
    ) -> AsyncIterator[Transaction]:
        async with self._db.transaction(readonly=readonly, timeout_ms=timeout_ms) as tx:
            yield tx

    def reading(self) -> contextlib.AbstractAsyncContextManager[Transaction]:
        return self._db.reading()

    async def caller(self, request: Request) -> Actor:
        secret = request.headers.get("authorization", "").removeprefix("Bearer ")
        if secret not in ROLES:
            return access.PUBLIC
        return Actor(kind="key", id=secret, name=secret, role=ROLES[secret])

    async def keep_rejection(self, door: str, actor: Actor, error: SeriatimError, request: Request) -> None:
        now = self._environment.clock.now()
        refusal = access.Refusal(
            door=door, code=error.code, reason=error.message, raw=b"", actor=actor, at=now
        )
        async with self._db.transaction() as tx:
            await access.refuse(tx, refusal)


def event(minute: int = 0, **fields: Any) -> dict[str, Any]:
    return {
        "type": "ObjectEvent",
        "eventTime": f"2026-11-20T08:{minute:02d}:00.000Z",
        "eventTimeZoneOffset": "+01:00",
        "action": "OBSERVE",
        "bizStep": "shipping",
        "epcList": [UNIT],
        "readPoint": {"id": PLANT},
        **fields,
    }


def document(*events: dict[str, Any]) -> bytes:
    return json.dumps(
        {
            "@context": CONTEXT,
            "type": "EPCISDocument",
            "schemaVersion": "2.0",
            "creationDate": "2026-11-20T08:00:00Z",
            "epcisBody": {"eventList": list(events)},
        }
    ).encode()


def bare(**fields: Any) -> bytes:
    return json.dumps({"@context": CONTEXT, **event(**fields)}).encode()


async def capture(client: httpx.AsyncClient, *events: dict[str, Any], **headers: str) -> dict[str, Any]:
    """Capture a document; answers its job."""
    answer = await client.post("/epcis/capture", content=document(*events), headers=headers)
    assert answer.status_code == 202, answer.text
    job = await client.get(answer.headers["location"])
    assert job.status_code == 200
    found: dict[str, Any] = job.json()
    return found


async def events_at(client: httpx.AsyncClient, address: str, **headers: str) -> list[dict[str, Any]]:
    answer = await client.get(address, headers=headers)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    return found


async def refusals(db: Database) -> list[tuple[str, str]]:
    async with db.transaction() as tx:
        rows = await tx.rows("select door, code from access_refusal order by id")
    return [(row["door"], row["code"]) for row in rows]
