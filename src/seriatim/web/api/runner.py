"""Runs the endpoint table: who is it, may they, what did they send, one transaction, one answer.

The order of the steps is the order of this file's `_answer`. A file is taken in before its transaction begins, so that
a slow sender holds none open, and only from somebody who may send it. Only this runner commits for the API: the answer
leaves after the commit, never before. A POST with an `Idempotency-Key` is done once, however often it is sent: the key and
the answer are rows of the same transaction.
"""

import contextlib
import hashlib
import json
import tempfile
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import IO, Any, NamedTuple

import msgspec
import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from seriatim import access, epcis, gs1, symbols
from seriatim.access import Actor, Call, Callers, Endpoint
from seriatim.app import App
from seriatim.base import limits
from seriatim.base.db import Transaction
from seriatim.base.errors import (
    BadInput,
    NotAllowed,
    NotSignedIn,
    Refused,
    SeriatimError,
    TooLarge,
    Unprocessable,
)
from seriatim.base.http import JSON, NO_STORE, PROBLEM_JSON, problem
from seriatim.web.refusals import keep_refusal, keep_rejection
from seriatim.web.sessions import actor_of, key_actor_of

LOG = structlog.get_logger("api")
ENCODE = msgspec.json.Encoder().encode


class AnswerNotKept(Refused):
    """This was done with the same Idempotency-Key; its answer held secrets, so it was not kept. List what is there."""

    code = "answer_not_kept"


def routes(app: App, endpoints: Iterable[Endpoint]) -> list[Route]:
    """A Starlette route for each path; methods of one path share it."""
    by_path: dict[str, dict[str, Endpoint]] = {}
    for endpoint in endpoints:
        methods = by_path.setdefault(endpoint.path, {})
        assert endpoint.method not in methods, f"two endpoints for {endpoint.method} {endpoint.path}"
        methods[endpoint.method] = endpoint
    callers = Callers(app.database.reading)
    return [
        Route(path, _door(app, callers, methods), methods=list(methods)) for path, methods in by_path.items()
    ]


def _door(app: App, callers: Callers, methods: Mapping[str, Endpoint]) -> Any:
    async def door(request: Request) -> Response:
        endpoint = methods["GET" if request.method == "HEAD" else request.method]
        try:
            return await _answer(app, callers, endpoint, request)
        except SeriatimError as error:
            return problem_response(error, request)

    return door


async def _answer(app: App, callers: Callers, endpoint: Endpoint, request: Request) -> Response:
    async with _sent(app, endpoint, request) as sent:
        return await _answer_to(app, callers, endpoint, request, sent)


async def _answer_to(
    app: App, callers: Callers, endpoint: Endpoint, request: Request, sent: "Sent"
) -> Response:
    actor: Actor = access.PUBLIC
    try:
        known = await key_actor_of(app, callers, request) if _only_reads(endpoint) else None
        async with _work(app, endpoint) as tx:
            actor = known or await _caller(app, tx, request, endpoint)
            endpoint.require(actor)
            body = _body(endpoint, sent.raw) if sent.file is None else sent.file
            query = _query(endpoint, request)
            key = _idempotency_key(request)
            now = app.environment.clock.now()
            route = f"{endpoint.method} {request.url.path}"
            if key is not None:
                kept = await access.claim(tx, key, actor.id, route, _digest(request, sent), now)
                if kept is not None and endpoint.secret_answer:
                    raise AnswerNotKept
                if kept is not None:
                    return _json(kept.body, kept.status, {"idempotent-replayed": "true"})
            call = Call(tx, actor, now, app.environment, request.path_params, query, body)
            content = ENCODE(await translated(endpoint.act(call)))
            if key is not None:
                await access.remember(
                    tx, key, actor.id, endpoint.status, b"" if endpoint.secret_answer else content
                )
    except (NotSignedIn, NotAllowed) as error:
        await keep_rejection(app, f"{endpoint.method} {endpoint.path}", actor, error, request)
        raise
    except (Refused, Unprocessable) as error:
        raw = b"" if endpoint.secret_body else sent.raw
        await keep_refusal(app, f"{endpoint.method} {endpoint.path}", actor, error, raw)
        raise
    return _json(content, endpoint.status, {})


def _work(app: App, endpoint: Endpoint) -> AbstractAsyncContextManager[Transaction]:
    """What only reads needs no transaction, which spares it two round trips."""
    return app.database.reading() if _only_reads(endpoint) else app.database.transaction()


def _only_reads(endpoint: Endpoint) -> bool:
    return endpoint.method == "GET" and not endpoint.leaves_trail


async def _caller(app: App, tx: Transaction, request: Request, endpoint: Endpoint) -> Actor:
    """Who asks; raises NotSignedIn where nobody may ask who is unknown."""
    actor = await actor_of(app, tx, request)
    if endpoint.permission is not None and actor is access.PUBLIC:
        raise NotSignedIn
    return actor


class Sent(NamedTuple):
    """The body of a request, all of it here."""

    raw: bytes
    """Empty where it is a file."""
    digest: bytes
    file: IO[bytes] | None = None


@contextlib.asynccontextmanager
async def _sent(app: App, endpoint: Endpoint, request: Request) -> AsyncIterator[Sent]:
    if endpoint.takes_file:
        await _admit(app, endpoint, request)
        with tempfile.SpooledTemporaryFile(max_size=limits.API_BODY_BYTES) as file:
            digest = await _spool(request, file, endpoint.file_bytes or limits.IMPORT_BYTES)
            file.seek(0)
            yield Sent(b"", digest, file)
        return
    has_body = endpoint.body is not None or request.method != "GET"
    raw = await read_body(request, limits.API_BODY_BYTES) if has_body else b""
    yield Sent(raw, hashlib.sha256(raw).digest())


async def _spool(request: Request, file: IO[bytes], bytes_max: int) -> bytes:
    """Writes the body into a file; its SHA-256. Raises TooLarge."""
    digest = hashlib.sha256()
    async for chunk in bounded(request, bytes_max):
        digest.update(chunk)
        file.write(chunk)
    return digest.digest()


async def _admit(app: App, endpoint: Endpoint, request: Request) -> None:
    """Nothing is read of somebody who may not send. Raises NotSignedIn, NotAllowed, and keeps that."""
    actor: Actor = access.PUBLIC
    try:
        async with app.database.reading() as tx:
            actor = await _caller(app, tx, request, endpoint)
            endpoint.require(actor)
    except (NotSignedIn, NotAllowed) as error:
        await keep_rejection(app, f"{endpoint.method} {endpoint.path}", actor, error, request)
        raise


async def translated(awaitable: Any) -> Any:
    """The errors of the standards, as errors of the house: their sender can mend them."""
    try:
        return await awaitable
    except gs1.GS1Error as error:
        facts = {"ai": error.ai, "position": error.position, "markup": error.markup}
        raise Unprocessable(str(error), reason=error.code, **facts) from error
    except epcis.EPCISError as error:
        faults = [msgspec.to_builtins(fault) for fault in error.problems]
        raise BadInput(str(error), problems=faults) from error
    except symbols.SymbolError as error:
        raise Unprocessable(str(error), reason=error.code) from error


async def read_body(request: Request, limit: int) -> bytes:
    """The body, or TooLarge as soon as it is past the limit; never more than the limit in memory."""
    return b"".join([chunk async for chunk in bounded(request, limit)])


async def bounded(request: Request, limit: int) -> AsyncIterator[bytes]:
    """The body piece by piece, or TooLarge as soon as it is past the limit."""
    announced = request.headers.get("content-length", "0")
    if announced.isascii() and announced.isdigit() and len(announced) < 20 and int(announced) > limit:
        raise TooLarge(f"The body has {int(announced):,} bytes; the limit is {limit:,}.", limit=limit)
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise TooLarge(f"The body has more than {limit:,} bytes, which is the limit.", limit=limit)
        yield chunk


def _body(endpoint: Endpoint, raw: bytes) -> Any:
    if endpoint.body is None:
        if raw.strip():
            raise Unprocessable("This takes no body; leave it empty.")
        return None
    try:
        body = msgspec.json.decode(raw, type=endpoint.body)
    except msgspec.ValidationError as error:
        raise Unprocessable(f"The body is not what this takes: {error}.") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"The body is not JSON: {error}.") from error
    json.loads(raw.decode(), object_pairs_hook=_each_name_once, parse_int=str, parse_float=str)
    return body


def _each_name_once(pairs: list[tuple[str, Any]]) -> None:
    """Two readers may take different ones of two equal names, so none of them is taken (T04, ASVS 1.5.3)."""
    names = [name for name, _ in pairs]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise BadInput(f"The name {twice[:60]!r} stands twice in one object of the body.", field=twice[:60])


def _query(endpoint: Endpoint, request: Request) -> Any:
    given = dict(request.query_params)
    if endpoint.query is None:
        if given:
            raise Unprocessable(f"Unknown query parameter {next(iter(given))!r}; this takes none.")
        return None
    try:
        return msgspec.convert(given, endpoint.query, strict=False)
    except msgspec.ValidationError as error:
        raise Unprocessable(f"The query is not what this takes: {error}.") from error


def _idempotency_key(request: Request) -> str | None:
    key = request.headers.get("idempotency-key") if request.method == "POST" else None
    if key is not None and not 1 <= len(key) <= limits.IDEMPOTENCY_KEY_CHARACTERS:
        raise BadInput(f"Idempotency-Key must have 1 to {limits.IDEMPOTENCY_KEY_CHARACTERS} characters.")
    return key


def _digest(request: Request, sent: "Sent") -> bytes:
    """Of all that was asked: a file for another issuer is another request, though its bytes and its path are the same."""
    query = request.url.query.encode()
    return hashlib.sha256(sent.digest + query).digest() if query else sent.digest


def _json(content: bytes, status: int, headers: Mapping[str, str]) -> Response:
    return Response(content, status, {**NO_STORE, **headers}, JSON)


def problem_response(error: SeriatimError, request: Request) -> Response:
    """The error as problem details, with the headers its status asks for."""
    headers = dict(NO_STORE)
    if error.status == 401:
        headers["www-authenticate"] = "Bearer"
    if error.status in {429, 503}:
        headers["retry-after"] = str(error.facts.get("retry_after_s", 5))
    content = ENCODE(problem(error, instance=request.url.path))
    return Response(content, error.status, headers, PROBLEM_JSON)
