"""The least an ASGI application can do: a redirect, always the same. The limit beside the resolver's figures."""

from typing import Any

START = {
    "type": "http.response.start",
    "status": 307,
    "headers": [(b"location", b"/c/01/1/21/1"), (b"content-length", b"0")],
}


async def application(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "lifespan":
        for answer in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{answer}.complete"})
        return
    await send(START)
    await send({"type": "http.response.body", "body": b""})
