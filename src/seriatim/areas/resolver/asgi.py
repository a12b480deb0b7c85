"""The resolver's own door: a bare ASGI callable in front of everything else, since most requests are scans.

It answers from a snapshot in memory, so that neither a busy nor a stopped database delays a redirect. The snapshot is
renewed in the background every few seconds; a code that nobody knows yet may renew it at once.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote

import msgspec
import structlog

from seriatim import gs1
from seriatim.areas.resolver.actions import load_entries
from seriatim.areas.resolver.decide import CORS, Decision, Request, decide
from seriatim.areas.resolver.link_types import VOCABULARY
from seriatim.areas.resolver.model import Entries
from seriatim.base.db import Database
from seriatim.base.errors import CannotNow
from seriatim.base.http import JSON, PROBLEM_JSON, problem
from seriatim.base.settings import Settings

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

DESCRIPTION: Final = "/.well-known/gs1resolver"
REFRESH_S: Final = 2.0
STALE_S: Final = 10.0
"""An older snapshot is renewed before the answer, if the database is there."""

logger = structlog.stdlib.get_logger(__name__)


@dataclass(slots=True)
class _Snapshot:
    entries: Entries
    taken_at: float
    """Monotonic seconds."""


class Resolver:
    """Answers scans. One per process; `load` reads the entries, and may raise CannotNow."""

    def __init__(
        self,
        load: Callable[[], Awaitable[Entries]],
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        refresh_s: float = REFRESH_S,
    ) -> None:
        self._load = load
        self._now = now
        self._refresh_s = refresh_s
        self._snapshot: _Snapshot | None = None
        self._renewing: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 -- no body
        """Serve one HTTP request; `receive` is not read, since no code comes with a body."""
        assert scope["type"] == "http", "the resolver serves HTTP alone"
        request = _request_of(scope)
        try:
            if scope["path"] == DESCRIPTION:
                decision = describe((await self._entries()).public_url)
            else:
                decision = await self.answer(request)
        except CannotNow as error:
            body = msgspec.json.encode(problem(error))
            headers = (
                *CORS,
                ("content-type", PROBLEM_JSON),
                ("retry-after", "1"),
                ("cache-control", "no-store"),
            )
            decision = Decision(503, headers, body)
        await _write(decision, send, head=request.method == "HEAD")

    async def answer(self, request: Request) -> Decision:
        """The decision on one request. Raises CannotNow when there has never been a snapshot."""
        decision = decide(request, await self._entries(), self._now())
        if decision.status == 404 and self._age() > min(1.0, self._refresh_s):
            await self._renew()  # perhaps a product of the last second; at most once a second, whoever asks
            decision = decide(request, await self._entries(), self._now())
        return decision

    async def close(self) -> None:
        """Stop renewing the snapshot."""
        if self._renewing is not None:
            self._renewing.cancel()
            await asyncio.gather(self._renewing, return_exceptions=True)

    async def _entries(self) -> Entries:
        age = self._age()
        if self._snapshot is None or age > STALE_S:
            await self._renew()
        elif age > self._refresh_s and (self._renewing is None or self._renewing.done()):
            self._renewing = asyncio.create_task(self._renew(), name="resolver snapshot")
        assert self._snapshot is not None, "a failed first load has raised"
        return self._snapshot.entries

    async def _renew(self) -> None:
        """Take a new snapshot; the old one stays where the database is away."""
        began = time.monotonic()
        try:
            self._snapshot = _Snapshot(await self._load(), began)
        except CannotNow:
            if self._snapshot is None:
                raise
            logger.warning("resolver_snapshot_kept", age_s=round(self._age(), 1))

    def _age(self) -> float:
        return float("inf") if self._snapshot is None else time.monotonic() - self._snapshot.taken_at


KEYS: Final = frozenset(ai for ai, entry in gs1.ENTRIES.items() if entry.path_orders is not None)
"""Application identifiers that begin the path of a Digital Link."""


def is_digital_link(scope: Scope) -> bool:
    """Whether a request is the resolver's: a path that begins with a GS1 key, or the description file."""
    path: str = scope["path"]
    return path == DESCRIPTION or path[1:].partition("/")[0] in KEYS


@contextlib.asynccontextmanager
async def running(database: Database, settings: Settings) -> AsyncIterator[Resolver]:
    """The resolver over a database, as long as the block lasts."""

    async def load() -> Entries:
        async with database.transaction(readonly=True) as tx:
            return await load_entries(tx, settings.public_url)

    resolver = Resolver(load)
    try:
        yield resolver
    finally:
        await resolver.close()


def describe(public_url: str) -> Decision:
    """The description file of a GS1-conformant resolver."""
    document = {
        "name": "Seriatim",
        "resolverRoot": public_url,
        "supportedPrimaryKeys": ["01"],
        "supportedLinkType": [{"namespace": VOCABULARY, "prefix": "gs1:"}],
        "linkTypeDefaultCanBeLinkset": False,
    }
    headers = (*CORS, ("content-type", JSON), ("cache-control", "public, max-age=86400"))
    return Decision(200, headers, msgspec.json.encode(document))


def _request_of(scope: Scope) -> Request:
    headers = {name: value for name, value in scope["headers"] if name in {b"accept", b"accept-language"}}
    raw = scope.get("raw_path")
    # Without the raw path a %2F in a serial cannot be told from a slash; every server we run on gives it.
    path = raw.partition(b"?")[0].decode("latin-1") if raw else quote(scope["path"])
    return Request(
        path=path,
        query=scope.get("query_string", b"").decode("latin-1"),
        method=scope["method"],
        accept=headers.get(b"accept", b"").decode("latin-1"),
        accept_language=headers.get(b"accept-language", b"").decode("latin-1"),
    )


async def _write(decision: Decision, send: Send, *, head: bool) -> None:
    headers = [(name.encode(), value.encode("ascii")) for name, value in decision.headers]
    headers.append((b"x-content-type-options", b"nosniff"))
    if decision.status != 204:
        headers.append((b"content-length", str(len(decision.body)).encode()))
    await send({"type": "http.response.start", "status": decision.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if head else decision.body})
