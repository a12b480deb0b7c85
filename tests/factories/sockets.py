"""A client of WebSockets (RFC 6455): just enough to listen, and to be slow."""

import asyncio
import base64
import os
import struct
from dataclasses import dataclass, field
from typing import Any, Self

PATIENCE_S = 60.0


class Denied(Exception):
    """The server has answered with something other than 101."""

    def __init__(self, status: int, headers: dict[str, str], body: bytes) -> None:
        super().__init__(f"{status} {body[:200]!r}")
        self.status, self.headers, self.body = status, headers, body


@dataclass
class Socket:
    """An open socket."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    async def connect(cls, host: str, port: int, path: str, **headers: str) -> Self:
        """Raises Denied."""
        reader, writer = await asyncio.open_connection(host, port, limit=1 << 24)
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [
            f"GET {path} HTTP/1.1",
            f"Host: {host}:{port}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}",
            "Sec-WebSocket-Version: 13",
            *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items()),
        ]
        writer.write("\r\n".join([*lines, "", ""]).encode())
        async with asyncio.timeout(PATIENCE_S):
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            fields = dict(line.lower().split(": ", 1) for line in head[1:-2])
            status = int(head[0].split(" ")[1])
            if status != 101:
                body = await reader.readexactly(int(fields.get("content-length", "0")))
                writer.close()
                raise Denied(status, fields, body)
        return cls(reader, writer, fields)

    async def frame(self) -> tuple[int, bytes]:
        """The next frame: its opcode and payload."""
        first, second = await self.reader.readexactly(2)
        size = second & 127
        if size > 125:
            form = ">H" if size == 126 else ">Q"
            (size,) = struct.unpack(form, await self.reader.readexactly(struct.calcsize(form)))
        return first & 15, await self.reader.readexactly(size)

    async def text(self) -> str:
        """The next text that is told; what was closed raises Closed."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                opcode, payload = await self.frame()
                if opcode == 8:
                    raise Closed(struct.unpack(">H", payload[:2])[0], payload[2:].decode())
                if opcode == 1:
                    return payload.decode()

    def close(self) -> None:
        self.writer.transport.abort()


class Closed(Exception):
    """The server has closed the socket."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"{code} {reason}")
        self.code, self.reason = code, reason


class Wire:
    """The two ends of a socket without a network between them, as an ASGI server holds them."""

    def __init__(self, app: Any, path: str, headers: dict[str, str]) -> None:
        raw, _, query = path.partition("?")
        self.scope = {
            "type": "websocket",
            "path": raw,
            "raw_path": raw.encode(),
            "query_string": query.encode(),
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
            "client": ("127.0.0.1", 1),
            "server": ("test", 80),
            "scheme": "ws",
            "subprotocols": [],
            "extensions": {"websocket.http.response": {}},
        }
        self.told: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.said: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.is_stuck = False
        self.said.put_nowait({"type": "websocket.connect"})
        self.task = asyncio.create_task(app(self.scope, self.said.get, self._send))

    async def _send(self, message: dict[str, Any]) -> None:
        if self.is_stuck and message["type"] == "websocket.send":
            await asyncio.sleep(3600)
        await self.told.put(message)

    async def next(self) -> dict[str, Any]:
        """The next message from the server."""
        async with asyncio.timeout(PATIENCE_S):
            return await self.told.get()

    async def leave(self) -> None:
        """The client goes; returns when the server has noticed."""
        await self.said.put({"type": "websocket.disconnect", "code": 1006})
        async with asyncio.timeout(PATIENCE_S):
            await self.task
