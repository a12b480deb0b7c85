"""How long visitors wait for an answer to begin, by door and status; the figures stand at `/metrics`."""

from time import perf_counter
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from seriatim.base.metrics import REQUEST_SECONDS

DOORS: Final = frozenset({"api", "c", "console", "epcis", "explain", "line", "log", "signin", "static"})
ELSEWHERE: Final = "other"
"""One name for all other addresses: what strangers try must not become labels."""


class Measured:
    """Notes the time from the request to the head of its answer; what then streams on is no waiting."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = perf_counter()

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                door, status = door_of(scope["path"]), message["status"]
                REQUEST_SECONDS.labels(door=door, status=status).observe(perf_counter() - began)
            await send(message)

        await self.app(scope, receive, noting)


def door_of(path: str) -> str:
    """The door that a path belongs to.

    >>> door_of("/epcis/events"), door_of("/c/01/09506000134352/21/A1"), door_of("/wp-login.php")
    ('epcis', 'c', 'other')
    """
    first = path.split("/", 2)[1] if path.startswith("/") else ""
    return first if first in DOORS else ELSEWHERE
