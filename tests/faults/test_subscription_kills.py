"""kill -9 while a subscriber is being told: what he has seen is there for ever, and he is told the rest."""

import asyncio
import json
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from tests.factories.exchange import CONTEXT, event
from tests.factories.receiver import Received, Receiver, receiving
from tests.factories.sockets import Denied, Socket
from tests.factories.terminal import Server, answer_of, data_folder

from seriatim.base.db import open_database
from seriatim.base.settings import Settings

pytestmark = [pytest.mark.faults, pytest.mark.anyio]

JSON = {"content-type": "application/json"}


def identified(number: int) -> dict[str, Any]:
    return {
        "@context": CONTEXT,
        "eventID": f"urn:uuid:00000000-0000-4000-8000-{number:012d}",
        **event(number),
    }


async def post(client: httpx.AsyncClient, path: str, body: Any) -> httpx.Response:
    answer = await client.post(path, content=json.dumps(body), headers=JSON)
    assert answer.status_code in {201, 202}, answer.text
    return answer


async def statuses(client: httpx.AsyncClient, names: list[str]) -> list[int]:
    """What GET answers for each eventID."""
    return [(await client.get(f"/epcis/events/{quote(name, safe='')}")).status_code for name in names]


def names_in(document: dict[str, Any]) -> list[str]:
    events = document["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    return [one["eventID"] for one in events]


async def end_lease(data: Path) -> None:
    """Time passes until the dead process's lease has ended."""
    async with open_database(Settings.from_environment({}, data=data)) as db, db.transaction() as tx:
        await tx.execute("update exchange_subscription set due_at = now()")


async def test_what_a_subscriber_has_seen_outlives_the_kill_of_the_server_that_told_him() -> None:
    """Acceptance: EPCIS 42 (webhook and socket), REL-F03; D14: told after the commit."""
    with data_folder() as data:
        key = answer_of("keys", "create", "--role", "integration", "--data", data)["secret"]
        server = Server(data, SERIATIM_WEBHOOK_NETWORKS="127.0.0.0/8")
        await asyncio.to_thread(server.start)
        headers = {"authorization": f"Bearer {key}"}
        try:
            async with (
                receiving() as receiver,
                httpx.AsyncClient(base_url=server.url, headers=headers, timeout=30) as client,
            ):
                await post(client, "/epcis/queries", {"name": "all", "query": {}})
                await post(client, "/epcis/queries/all/subscriptions", {"dest": receiver.url, "stream": True})
                socket = await Socket.connect(
                    "127.0.0.1", server.port, "/epcis/queries/all/events?stream=true", **headers
                )
                with pytest.raises(Denied) as denied:
                    await Socket.connect(
                        "127.0.0.1", server.port, "/epcis/queries/none/events?stream=true", **headers
                    )

                await post(client, "/epcis/events", identified(1))
                heard = names_in(json.loads(await socket.text()))
                seen_at_once = await statuses(client, heard)
                await receiver.has_received(1)
                await killed_while_telling(server, client, receiver)
                await asyncio.to_thread(server.start)
                await end_lease(data)
                await receiver.has_received(3)

                told = [names_in(one.document) for one in receiver.received]
                readable = await statuses(client, [name for names in told for name in names])
                socket.close()
        finally:
            await asyncio.to_thread(server.stop)

    one, two = identified(1)["eventID"], identified(2)["eventID"]
    assert (denied.value.status, denied.value.headers["content-type"]) == (404, "application/problem+json")
    assert (heard, seen_at_once) == ([one], [200])
    assert (told, readable) == ([[one], [two], [two]], [200, 200, 200])
    assert receiver.received[1].id == receiver.received[2].id, "told again under the same id"
    assert receiver.received[1].body == receiver.received[2].body


def is_running(process: int) -> bool:
    stat = Path(f"/proc/{process}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"


async def killed_while_telling(server: Server, client: httpx.AsyncClient, receiver: Receiver) -> None:
    """The server dies in the moment in which the receiver has the document, before it can answer."""

    def kill(_: Received) -> int:
        started = server.descendants()  # the worker that is telling, too: else it would hear the answer
        server.kill()
        deadline = time.monotonic() + 60
        while any(map(is_running, started)):
            assert time.monotonic() < deadline, "the server's processes end with it"
            time.sleep(0.05)
        return 200

    receiver.otherwise = kill
    await post(client, "/epcis/events", identified(2))
    await receiver.has_received(2)
    while server.process is not None and server.process.poll() is None:  # noqa: ASYNC110 -- no event tells it
        await asyncio.sleep(0.05)
    receiver.otherwise = lambda _: 200
