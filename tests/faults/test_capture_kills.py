"""kill -9 in the middle of capture over HTTP: what was acknowledged is there, and the database opens by itself."""

import asyncio
import contextlib
import json
import os
import signal
import threading
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from tests.factories.terminal import Server, answer_of, data_folder, wait_until

from seriatim import gs1, history
from seriatim.base.db import open_database
from seriatim.base.settings import Settings

pytestmark = pytest.mark.faults

CLIENTS = 4
KILLS = 10
KILLED_WITH_ITS_DATABASE = {3, 6, 9}
DATABASE_ALONE_AFTER = {5}
CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
PLANT = "https://id.gs1.org/414/9506000134352"
BEGIN = datetime(2026, 11, 1, tzinfo=UTC)


def make_events(name: str) -> Iterator[dict[str, Any]]:
    """A client's story without end: a unit is made, packed into a case of its own, and the case is shipped."""
    number = 0
    while True:
        unit = f"https://id.gs1.org/01/09506000134352/21/{name}{number:06d}"
        body = f"0950600{int(name, 36) % 10_000:04d}{number:06d}"
        case = f"https://id.gs1.org/00/{body}{gs1.check_digit(body)}"
        told = (
            {"type": "ObjectEvent", "action": "ADD", "bizStep": "commissioning", "epcList": [unit, case]},
            {
                "type": "AggregationEvent",
                "action": "ADD",
                "bizStep": "packing",
                "parentID": case,
                "childEPCs": [unit],
            },
            {"type": "ObjectEvent", "action": "OBSERVE", "bizStep": "shipping", "epcList": [case]},
        )
        for step, fields in enumerate(told):
            at = BEGIN + timedelta(minutes=3 * number + step)
            yield {
                "eventID": f"urn:uuid:{uuid.uuid4()}",
                "eventTime": at.isoformat(timespec="milliseconds"),
                "eventTimeZoneOffset": "+00:00",
                "readPoint": {"id": PLANT},
                **fields,
            }
        number += 1


def document(event: dict[str, Any]) -> dict[str, Any]:
    return {
        "@context": CONTEXT,
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-11-20T08:00:00Z",
        "epcisBody": {"eventList": [event]},
    }


class Sender(threading.Thread):
    """Posts one event after the other, and remembers what the server said it has; sends again what it did not."""

    def __init__(self, name: str, server: Server, secret: str) -> None:
        super().__init__(name=name, daemon=True)
        self.server = server
        self.headers = {"authorization": f"Bearer {secret}", "content-type": "application/ld+json"}
        self.acknowledged: list[str] = []
        self.surprises: list[str] = []
        self.stopping = threading.Event()

    def run(self) -> None:
        with httpx.Client(base_url=self.server.url, headers=self.headers, timeout=30) as client:
            for number, event in enumerate(make_events(self.name)):
                while not self.stopping.is_set() and not self.is_taken(
                    client, event, as_document=number % 2 == 0
                ):
                    time.sleep(0.01)
                if self.stopping.is_set():
                    return

    def is_taken(self, client: httpx.Client, event: dict[str, Any], *, as_document: bool) -> bool:
        try:
            if as_document:
                answer = client.post("/epcis/capture", content=json.dumps(document(event)))
            else:
                answer = client.post("/epcis/events", content=json.dumps({"@context": CONTEXT, **event}))
        except httpx.TransportError:
            return False
        stored_before = answer.status_code == 409 and answer.json().get("identical") is True
        if answer.status_code in {201, 202} or stored_before:
            self.acknowledged.append(event["eventID"])
            return True
        if answer.status_code != 503:
            self.surprises.append(f"{answer.status_code} {answer.text[:300]}")
            self.stopping.set()
        return False


def stored_ids(server: Server, secret: str) -> list[str]:
    """The eventID of every event, page by page."""
    found: list[str] = []
    with httpx.Client(
        base_url=server.url, headers={"authorization": f"Bearer {secret}"}, timeout=60
    ) as client:
        address: str | None = "/epcis/events?perPage=500"
        while address is not None:
            answer = client.get(address)
            assert answer.status_code == 200, answer.text
            events = answer.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
            found += [event["eventID"] for event in events]
            address = answer.links.get("next", {}).get("url")
    return found


def postmaster(data: Path) -> int:
    """The database's process; its file is away for a moment while a killed one is being replaced."""
    file = data / "postgres" / "cluster" / "postmaster.pid"
    wait_until(lambda: file.exists() and file.read_text().strip() != "", "the database has a process")
    return int(file.read_text().split()[0])


def is_gone(pid: int) -> bool:
    """Ended, or ended and not yet collected by its parent."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except OSError:
        return True


def kill(server: Server, *, database: bool) -> None:
    """kill -9 of the main process, and of the database's; everything else must end by itself and free the port."""
    children, database_pid = server.descendants(), postmaster(server.data)
    if database:
        with contextlib.suppress(ProcessLookupError):
            os.kill(database_pid, signal.SIGKILL)
    server.kill()
    ours = [pid for pid in children if pid != database_pid]
    assert len(ours) >= 2, "a server process and a worker"
    wait_until(lambda: all(map(is_gone, ours)), "the server's processes end with it")
    wait_until(server.port_is_free, "the port is free again")


def run_for_a_moment(senders: list[Sender], random: Random) -> None:
    """Until each connection has an acknowledgement of this round, and then a random moment more."""
    before = [len(sender.acknowledged) for sender in senders]
    wait_until(
        lambda: (
            any(sender.surprises for sender in senders)
            or all(len(sender.acknowledged) > count for sender, count in zip(senders, before, strict=True))
        ),
        "events are acknowledged",
    )
    time.sleep(random.uniform(0.0, 0.4))


def test_ten_kills_lose_no_acknowledged_event_and_the_database_opens_by_itself() -> None:
    random = Random(20261120)
    with data_folder() as data:
        secret = answer_of("keys", "create", "--role", "integration", "--data", data)["secret"]
        server = Server(data)
        server.start()
        senders = [Sender(f"K{number}", server, secret) for number in range(CLIENTS)]
        try:
            for sender in senders:
                sender.start()
            for number in range(1, KILLS + 1):
                run_for_a_moment(senders, random)
                kill(server, database=number in KILLED_WITH_ITS_DATABASE)
                server.start()
                if number in DATABASE_ALONE_AFTER:
                    run_for_a_moment(senders, random)
                    os.kill(postmaster(data), signal.SIGKILL)
            run_for_a_moment(senders, random)
            for sender in senders:
                sender.stopping.set()
                sender.join(timeout=60)

            acknowledged = [name for sender in senders for name in sender.acknowledged]
            stored = stored_ids(server, secret)

            assert [surprise for sender in senders for surprise in sender.surprises] == []
            assert len(acknowledged) >= CLIENTS * KILLS
            assert set(acknowledged) - set(stored) == set(), "acknowledged and lost"
            assert len(stored) == len(set(stored)), "kept twice"
            assert asked_one_by_one(server, secret, random.sample(acknowledged, 10)) == [200] * 10
        finally:
            for sender in senders:
                sender.stopping.set()
            server.stop()
        assert asyncio.run(recomputed(data)) == (0, len(stored))


def asked_one_by_one(server: Server, secret: str, names: list[str]) -> list[int]:
    headers = {"authorization": f"Bearer {secret}"}
    with httpx.Client(base_url=server.url, headers=headers, timeout=30) as client:
        return [client.get(f"/epcis/events/{quote(name, safe='')}").status_code for name in names]


async def recomputed(data: Path) -> tuple[int, int]:
    """Items whose kept state differs from the one that follows from the events; and how many events there are."""
    async with open_database(Settings.from_environment({}, data=data)) as db, db.transaction() as tx:
        events = (await history.counts(tx)).events
        return await history.rebuild(tx), events
