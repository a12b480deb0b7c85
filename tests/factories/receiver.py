"""Somebody else's server: takes what is sent to it, keeps it, and answers as it is told."""

import asyncio
import contextlib
import json
import ssl
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

PATIENCE_S = 60.0
Answering = Callable[["Received"], int]


@dataclass
class Received:
    """One request as it came in."""

    headers: dict[str, str]
    """Names in small letters."""
    body: bytes
    target: str = "/"

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def document(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found

    @property
    def results(self) -> dict[str, Any]:
        found: dict[str, Any] = self.document["epcisBody"]["queryResults"]
        return found

    @property
    def minutes(self) -> list[str]:
        """The minute of each event's time: what the tests tell events apart by."""
        return [event["eventTime"][14:16] for event in self.results["resultsBody"]["eventList"]]


@dataclass
class Receiver:
    """What has come in, and what is answered."""

    port: int = 0
    received: list[Received] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    """Statuses of the next answers; when there are none left: `otherwise`."""
    otherwise: Answering = lambda _: 200
    raw: bytes | None = None
    """Sent in place of an answer, as it is."""
    hangs: bool = False
    """Never answers."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    @property
    def taken(self) -> list[str]:
        """The minutes of all events that were answered with 2xx, in order."""
        return [minute for one in self.accepted for minute in one.minutes]

    accepted: list[Received] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._news = asyncio.Condition()

    async def has_received(self, count: int) -> None:
        """Waits until so many requests have come in."""
        async with asyncio.timeout(PATIENCE_S), self._news:
            await self._news.wait_for(lambda: len(self.received) >= count)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            headers = {}
            for line in head[1:-2]:
                name, _, value = line.partition(": ")
                headers[name.lower()] = value
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            one = Received(headers, body, head[0].split(" ")[1])
            self.received.append(one)
            async with self._news:
                self._news.notify_all()
            if self.hangs:
                await asyncio.sleep(3600)
            status = self.answers.pop(0) if self.answers else self.otherwise(one)
            if 200 <= status < 300:
                self.accepted.append(one)
            said = f"answered {status}".encode()
            plain = (
                f"HTTP/1.1 {status} X\r\nContent-Length: {len(said)}\r\nConnection: close\r\n\r\n".encode()
                + said
            )
            writer.write(self.raw if self.raw is not None else plain)
            await writer.drain()
        writer.close()


@contextlib.asynccontextmanager
async def receiving(tls: ssl.SSLContext | None = None) -> AsyncIterator[Receiver]:
    """A receiver at a port of this machine."""
    receiver = Receiver()
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            await receiver.serve(reader, writer)
        except asyncio.CancelledError:
            writer.close()
        finally:
            tasks.discard(task)

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
