"""kill -9 while documents are captured (E57): an acknowledged document is whole and its job can be read, one that is
undone leaves nothing, one that was never answered is there as a whole or not at all, and may be sent again.
"""

import json
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Literal

import httpx
import pytest
from tests.factories.exchange import CONTEXT, document, event
from tests.factories.terminal import Server, answer_of, data_folder, wait_until
from tests.faults.test_capture_kills import kill

pytestmark = pytest.mark.faults

TAKEN = "urn:uuid:831c0292-4de1-430a-8255-2aca821abaab"
EVENTS = 6
Kind = Literal["whole", "in part", "undone"]
STORED: dict[Kind, int] = {"whole": EVENTS, "in part": EVENTS - 1, "undone": 0}


@dataclass(frozen=True)
class Sent:
    """A document, and what must become of it."""

    kind: Kind
    names: tuple[str, ...]
    """The eventIDs that it brings."""
    place: str
    """The thing that its master data tell of."""
    data: bytes

    @property
    def headers(self) -> dict[str, str]:
        return {"GS1-Capture-Error-Behaviour": "proceed" if self.kind == "in part" else "rollback"}


def documents(sender: str) -> Iterator[Sent]:
    """Without end, of each kind in turn; the fault stands behind the events that are right."""
    number = 0
    while True:
        for kind in STORED:
            number += 1
            names = tuple(f"urn:example:{sender}:{number}:{place}" for place in range(EVENTS))
            told = [event(0, eventID=name, epcList=[f"{name}:unit"]) for name in names]
            if kind == "in part":
                told[-1]["bizStep"] = "shiping"
            if kind == "undone":
                told.append(event(number % 60, eventID=TAKEN, epcList=[f"urn:example:{sender}:{number}"]))
            place = f"urn:example:{sender}:{number}:yard"
            attributes = [{"id": "urn:epcglobal:cbv:mda:city", "attribute": "Lyon"}]
            vocabulary = {
                "type": "urn:x:v",
                "vocabularyElementList": [{"id": place, "attributes": attributes}],
            }
            master_data = {"epcisHeader": {"epcisMasterData": {"vocabularyList": [vocabulary]}}}
            yield Sent(kind, names, place, json.dumps(json.loads(document(*told)) | master_data).encode())


class Sender(threading.Thread):
    """Sends documents until each is answered; after a broken connection it looks first what is there."""

    def __init__(self, name: str, server: Server, secret: str) -> None:
        super().__init__(name=name, daemon=True)
        self.client = httpx.Client(
            base_url=server.url,
            headers={"authorization": f"Bearer {secret}", "content-type": "application/ld+json"},
            timeout=30,
        )
        self.acknowledged: list[tuple[Sent, str]] = []
        self.surprises: list[str] = []
        self.broken = 0
        self.stopping = threading.Event()

    def run(self) -> None:
        with self.client:
            for sent in documents(self.name):
                if self.stopping.is_set():
                    return
                self.send(sent)

    def send(self, sent: Sent) -> None:
        while not self.stopping.is_set():
            try:
                answer = self.client.post("/epcis/capture", content=sent.data, headers=sent.headers)
            except httpx.TransportError:
                self.broken += 1
                self.look_at(sent)
                continue
            if answer.status_code == 202:
                self.acknowledged.append((sent, answer.headers["location"]))
                return
            if answer.status_code != 503:
                self.surprises.append(f"{answer.status_code} {answer.text[:300]}")
                self.stopping.set()
            time.sleep(0.01)

    def look_at(self, sent: Sent) -> None:
        """What an unanswered document has left, as soon as somebody answers."""
        while not self.stopping.is_set():
            try:
                found = stored(self.client, sent)
            except (httpx.TransportError, KeyError):
                time.sleep(0.05)
                continue
            if found not in {(0, 0), (STORED[sent.kind], int(STORED[sent.kind] > 0))}:
                self.surprises.append(f"{sent.kind}: {found} are there")
                self.stopping.set()
            return


def stored(client: httpx.Client, sent: Sent) -> tuple[int, int]:
    """How many of its events and of its master data are there."""
    events = client.get("/epcis/events", params={"EQ_eventID": "|".join(sent.names)}).json()
    told = client.get("/api/v1/master-data", params={"text": sent.place}).json()
    return len(events["epcisBody"]["queryResults"]["resultsBody"]["eventList"]), len(told["items"])


def check_job(client: httpx.Client, sent: Sent, location: str) -> None:
    job = client.get(location).json()
    kept = STORED[sent.kind]
    assert job["success"] is (sent.kind == "whole"), job
    assert job["running"] is False
    assert job["accepted"] + job["duplicates"] == kept or sent.kind == "undone"
    assert job["rejected"] == (sent.kind != "whole")
    assert stored(client, sent) == (kept, int(kept > 0))


def refused_before_it_is_sent(server: Server, secret: str) -> bytes:
    """The answer to a body of 300 MB of which not one octet is sent."""
    head = (
        f"POST /epcis/capture HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {secret}\r\n"
        "Content-Type: application/ld+json\r\nContent-Length: 300000000\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        connection.sendall(head.encode())
        return connection.recv(64)


def test_a_killed_server_leaves_no_half_of_a_document() -> None:
    random = Random(57)
    with data_folder() as data:
        secret = answer_of("keys", "create", "--role", "integration", "--data", data)["secret"]
        server = Server(data)
        server.start()
        senders = [Sender(f"J{number}", server, secret) for number in range(3)]
        try:
            first = json.dumps({"@context": CONTEXT, **event(0, eventID=TAKEN)})
            headers = {"authorization": f"Bearer {secret}", "content-type": "application/ld+json"}
            assert httpx.post(f"{server.url}/epcis/events", content=first, headers=headers).status_code == 201
            for sender in senders:
                sender.start()
            let_them_send(senders, random)
            kill(server, database=True)
            server.start()
            let_them_send(senders, random)
            for sender in senders:
                sender.stopping.set()
                sender.join(timeout=60)

            assert [surprise for sender in senders for surprise in sender.surprises] == []
            assert sum(sender.broken for sender in senders) > 0, "the kill hit nobody"
            with httpx.Client(base_url=server.url, headers=headers, timeout=30) as client:
                for sender in senders:
                    for sent, location in random.sample(sender.acknowledged, 12):
                        check_job(client, sent, location)
                sent, _ = next(one for one in senders[0].acknowledged if one[0].kind == "whole")
                again = client.post("/epcis/capture", content=sent.data)
                job = client.get(again.headers["location"]).json()
                assert (job["success"], job["accepted"], job["duplicates"]) == (True, 0, EVENTS)
                assert job["masterData"] == {"stored": 0, "unchanged": 1, "rejected": 0}
            assert refused_before_it_is_sent(server, secret).startswith(b"HTTP/1.1 413 ")
        finally:
            for sender in senders:
                sender.stopping.set()
            server.stop()


def let_them_send(senders: list[Sender], random: Random) -> None:
    """Until each has had documents acknowledged in this round, and then a random moment more."""
    wanted = [len(sender.acknowledged) + 6 for sender in senders]
    wait_until(
        lambda: (
            any(sender.surprises for sender in senders)
            or all(len(sender.acknowledged) >= count for sender, count in zip(senders, wanted, strict=True))
        ),
        "documents are acknowledged",
    )
    time.sleep(random.uniform(0.0, 0.2))
