"""Calls somebody else's address, which a stranger may have given: bounded in time, in bytes, and in where it goes.

    reply = await HttpClient(Policy()).post("https://receiver.example/hook", {"content-type": "text/plain"}, b"...")

The name is looked up once, the numbers are judged, and the connection goes to them; certificate and `Host` are those of
the name. Redirects are not followed, cookies and proxies not known, each call has a connection of its own (ADR-0020).
"""

import asyncio
import contextlib
import io
import re
import ssl
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from email.message import Message
from functools import cache
from http.client import HTTPException, parse_headers
from typing import Final

from seriatim import __version__
from seriatim.base import limits
from seriatim.base.outbound import Policy, Resolve, Target, look_up, target_of

STATUS_LINE: Final = re.compile(rb"HTTP/1\.[01] ([1-5][0-9][0-9])(?: [^\r\n]*)?\r\n")
FIELD: Final = re.compile(r"[A-Za-z0-9-]+")
INTERIM_MAX: Final = 8
ADDRESSES_MAX: Final = 3
"""Of a name, tried one after the other."""
BODY_S: Final = 2.0
"""How long the text of an answer is waited for; its status is known by then."""


class NoReply(Exception):
    """Nothing, or nothing that HTTP knows, has come back; the words tell why."""


class NameNotKnown(NoReply):
    """The name of the host stands for no address, as far as could be found in time."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    """Names in small letters."""
    body: bytes
    """The first bytes of it; what is slow or long is cut."""


class HttpClient:
    """Sends requests within a policy."""

    def __init__(
        self, policy: Policy, *, tls: ssl.SSLContext | None = None, resolve: Resolve = look_up
    ) -> None:
        self._policy = policy
        self._tls = tls
        self._resolve = resolve

    async def vet(self, url: str, *, deadline_s: float = limits.DELIVERY_DEADLINE_S) -> None:
        """Raises AddressRefused for an address that may not be called, NoReply when its name is not known."""
        await self._vetted(target_of(url), deadline_s)

    async def post(
        self,
        url: str,
        headers: Mapping[str, str],
        body: bytes,
        *,
        deadline_s: float = limits.DELIVERY_DEADLINE_S,
        answer_bytes: int = limits.DELIVERY_ANSWER_BYTES,
    ) -> Reply:
        """Sends the body, and waits for the head of the answer. Raises AddressRefused, NoReply."""
        target = target_of(url)
        loop = asyncio.get_running_loop()
        end = loop.time() + deadline_s
        addresses = await self._vetted(target, deadline_s)
        try:
            async with (
                asyncio.timeout_at(end),
                self._connected(target, addresses, answer_bytes) as (reader, writer),
            ):
                head = asyncio.create_task(_head(reader))  # some answer before they have read everything
                try:
                    with contextlib.suppress(ConnectionError):
                        writer.write(_request(target, headers, body))
                        await writer.drain()
                    status, fields = await head
                finally:
                    head.cancel()
                text = await _text(reader, fields, answer_bytes)
        except TimeoutError as error:
            raise NoReply(f"no answer within {deadline_s:g} seconds") from error
        except ssl.SSLError as error:
            raise NoReply(f"no safe connection: {error.reason or error}") from error
        except (OSError, EOFError, ValueError, HTTPException) as error:
            raise NoReply(f"no answer: {error}") from error
        return Reply(status, {name.lower(): value for name, value in fields.items()}, text)

    async def _vetted(self, target: Target, deadline_s: float) -> tuple[str, ...]:
        try:
            async with asyncio.timeout(deadline_s):
                return await self._policy.vetted(target, self._resolve)
        except TimeoutError as error:
            raise NameNotKnown("the name was not found in time") from error
        except (OSError, UnicodeError) as error:
            raise NameNotKnown(f"the name {target.host} is not known") from error

    @contextlib.asynccontextmanager
    async def _connected(
        self, target: Target, addresses: tuple[str, ...], limit: int
    ) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        tls = (self._tls or _system_tls()) if target.is_secure else None
        name = target.host if target.is_secure else None
        failed: OSError | None = None
        for address in addresses[:ADDRESSES_MAX]:
            try:
                reader, writer = await asyncio.open_connection(
                    address, target.port, ssl=tls, server_hostname=name, limit=limit
                )
            except ssl.SSLError:
                raise
            except OSError as error:
                failed = error
                continue
            try:
                yield reader, writer
            finally:
                writer.transport.abort()  # a polite end could be delayed for ever by the other side
            return
        assert failed is not None, "a vetted target has an address"
        raise failed


@cache
def _system_tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def _request(target: Target, headers: Mapping[str, str], body: bytes) -> bytes:
    fields = {
        "Host": target.host_header,
        "User-Agent": f"Seriatim/{__version__}",
        "Accept": "*/*",
        "Connection": "close",
        "Content-Length": str(len(body)),
        **headers,
    }
    lines = [f"POST {target.path} HTTP/1.1"]
    for name, value in fields.items():
        assert FIELD.fullmatch(name), name
        assert value.isascii(), name
        assert value.isprintable(), f"the value of {name} does not fit into a line"
        lines.append(f"{name}: {value}")
    return "\r\n".join([*lines, "", ""]).encode("ascii") + body


async def _head(reader: asyncio.StreamReader) -> tuple[int, Message]:
    """Status and fields of the answer. Raises ValueError, EOFError, HTTPException for what is none."""
    for _ in range(INTERIM_MAX):
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.LimitOverrunError as error:
            raise ValueError("the head of the answer has no end") from error
        line = STATUS_LINE.match(head)
        if line is None:
            raise ValueError("what came back is no HTTP/1.1")
        if int(line[1]) >= 200:
            return int(line[1]), parse_headers(io.BytesIO(head[line.end() :]))
    raise ValueError("one interim answer after the other")


async def _text(reader: asyncio.StreamReader, fields: Message, most: int) -> bytes:
    """The beginning of the answer's body, as much of it as comes soon: nothing depends on it."""
    text = bytearray()
    with contextlib.suppress(TimeoutError, OSError, EOFError, ValueError, asyncio.LimitOverrunError):
        async with asyncio.timeout(BODY_S):
            if fields.get("transfer-encoding", "").lower() == "chunked":
                while (size := int((await reader.readline()).partition(b";")[0], 16)) and len(text) < most:
                    text += await reader.readexactly(min(size, most))
                    await reader.readline()
            else:
                announced = fields.get("content-length", "")
                left = min(int(announced), most) if announced.isdigit() and len(announced) < 19 else most
                while len(text) < left and (piece := await reader.read(left - len(text))):
                    text += piece
    return bytes(text[:most])
