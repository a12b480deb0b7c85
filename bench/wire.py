"""A small HTTP client for load: keep-alive connections over bare sockets, so that little of the time is its own.

It runs in one process on the same cores as the server, like a neighbour; where it is the bottleneck the server is
faster than the figure says.
"""

import asyncio
import re
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from typing import Final

from bench.figures import BenchmarkFailed

LENGTH: Final = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
CHUNKED: Final = re.compile(rb"(?i)\r\ntransfer-encoding: *chunked")
ENDLESS: Final = 1 << 62


@dataclass
class Load:
    """What came back."""

    statuses: Counter[int] = field(default_factory=Counter)
    milliseconds: list[float] = field(default_factory=list)
    """For each answer, in the order of arrival; in a paced run counted from when it was due."""
    seconds: float = 0.0
    last: bytes = b""
    """The last answer whole, head and body."""

    @property
    def rate(self) -> float:
        """Answers per second."""
        return len(self.milliseconds) / self.seconds

    def expect(self, status: int) -> "Load":
        """Itself, when every answer has this status; a fast error is no figure."""
        if self.statuses.keys() != {status}:
            raise BenchmarkFailed(
                f"Expected status {status} only, got {dict(self.statuses)}: {self.last[:600]!r}"
            )
        return self


def get(path: str, headers: Mapping[str, str] | None = None) -> bytes:
    return _request("GET", path, headers or {}, b"")


def post(path: str, body: bytes, headers: Mapping[str, str]) -> bytes:
    return _request("POST", path, {**headers, "content-length": str(len(body))}, body)


def _request(method: str, path: str, headers: Mapping[str, str], body: bytes) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "host: localhost", *(f"{k}: {v}" for k, v in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def loaded(
    port: int,
    requests_to_send: Sequence[bytes] | Iterator[bytes],
    *,
    connections: int,
    seconds: float = 0.0,
    requests: int = ENDLESS,
    rate: float | None = None,
) -> Load:
    """Sends requests in turn over so many connections until the time or the number is over.

    `rate`: requests per second of all connections together; each is sent when it is due, or as soon after as its
    connection is free, and its time counts from when it was due. Without it each connection sends at once again.
    """
    source = cycle(requests_to_send) if isinstance(requests_to_send, Sequence) else requests_to_send

    def apart() -> Load:
        return asyncio.run(_loaded(port, source, connections, seconds, requests, rate))

    # A plain loop in a thread of its own: uvloop's clock and timers know whole milliseconds only.
    return await asyncio.to_thread(apart)


async def _loaded(
    port: int,
    source: Iterator[bytes],
    connections: int,
    seconds: float,
    requests: int,
    rate: float | None,
) -> Load:
    loop = asyncio.get_running_loop()
    run = _Run(source, requests, loop.time() + seconds if seconds else float("inf"), Load())
    wires = []
    start = time.perf_counter()
    try:
        for number in range(connections):
            interval = connections / rate if rate else 0.0
            offset = interval * number / connections
            _, wire = await loop.create_connection(lambda: _Wire(run, interval, offset), "127.0.0.1", port)  # noqa: B023 -- called at once
            wires.append(wire)
        await asyncio.gather(*(wire.done for wire in wires))
    finally:
        for wire in wires:
            wire.close()
    run.load.seconds = time.perf_counter() - start
    return run.load


@dataclass
class _Run:
    source: Iterator[bytes]
    left: int
    until: float
    load: Load


class _Wire(asyncio.Protocol):
    """One connection: a request, its answer, the next one."""

    def __init__(self, run: _Run, interval: float, offset: float) -> None:
        self._run = run
        self._interval = interval
        self._loop = asyncio.get_running_loop()
        self._due = self._loop.time() + offset
        self._buffer = bytearray()
        self._sent = 0.0
        self._transport: asyncio.Transport | None = None
        self.done: asyncio.Future[None] = self._loop.create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._loop.call_at(self._due, self._send)

    def _send(self) -> None:
        now = self._loop.time()
        if now >= self._run.until or self._run.left <= 0:
            if not self.done.done():
                self.done.set_result(None)
            return
        self._run.left -= 1
        self._sent = self._due if self._interval else now
        assert self._transport is not None
        self._transport.write(next(self._run.source))

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = _end_of_answer(self._buffer)
        if end is None:
            return
        load, now = self._run.load, self._loop.time()
        load.milliseconds.append((now - self._sent) * 1000)
        load.statuses[int(self._buffer[9:12])] += 1
        load.last = bytes(self._buffer[:end])
        self._buffer.clear()
        self._due += self._interval
        if self._interval and self._due > now:
            self._loop.call_at(self._due, self._send)
        else:
            self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(exc or EOFError("the server closed the connection"))

    def close(self) -> None:
        if not self.done.done():
            self.done.cancel()
        elif not self.done.cancelled():
            self.done.exception()
        assert self._transport is not None
        self._transport.close()


def _end_of_answer(buffer: bytearray) -> int | None:
    """Where the answer ends; None while it is incomplete."""
    head = buffer.find(b"\r\n\r\n")
    if head < 0:
        return None
    length = LENGTH.search(buffer, 0, head + 2)
    if length:
        end = head + 4 + int(length[1])
        return end if len(buffer) >= end else None
    if CHUNKED.search(buffer, 0, head + 2):
        return len(buffer) if buffer.endswith(b"0\r\n\r\n") else None
    return head + 4
