"""What all EPCIS doors share: who calls, how a refusal is kept, how events and pages are answered."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Final, Protocol
from urllib.parse import urlencode

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from seriatim import access, history, identity
from seriatim.access import Actor, Permission
from seriatim.areas.exchange import actions, store
from seriatim.areas.exchange.actions import Form
from seriatim.areas.exchange.errors import CaptureLimitExceeded, InvalidQuery, NotAcceptable
from seriatim.areas.exchange.http import (
    LIMITS,
    answer,
    check_request,
    chosen_media,
    collection,
    discovery,
    door_of,
    form_for,
    json_answer,
    problem_answer,
    raw_path,
    segments,
    wants_urns,
)
from seriatim.areas.exchange.lists import in_prefixes
from seriatim.areas.exchange.paging import Tokens, revoked
from seriatim.areas.exchange.prefixes import NONE_KNOWN, KnownPrefixes
from seriatim.areas.exchange.query import Asked, per_page_in, query_in
from seriatim.areas.exchange.subscriptions.port import Carrier
from seriatim.base.db import Transaction
from seriatim.base.environment import Environment
from seriatim.base.errors import MethodNotAllowed, NotAllowed, NotSignedIn, SeriatimError
from seriatim.epcis import EPCISError
from seriatim.epcis.query_parse import namespaces_in

Handler = Callable[[Request], Awaitable[Response]]
Paths = Mapping[str, Mapping[str, Handler]]
"""The doors of one part: path -> method -> who answers."""
READ: Final[tuple[Permission, ...]] = ("events:read", "events:read_own")
"""Either opens the doors that answer with events; what is seen through them is `history.sight_of`."""


class Door(Protocol):
    """What these doors need from the site.

    `caller` MUST answer PUBLIC for somebody unknown, or raise NotSignedIn. `keep_rejection` MUST keep that somebody was
    turned away who had no right to call, in a transaction of its own; it MAY keep fewer when there are too many.
    """

    @property
    def environment(self) -> Environment: ...

    @property
    def carrier(self) -> Carrier: ...

    def transaction(
        self, *, readonly: bool = False, timeout_ms: int | None = None
    ) -> AbstractAsyncContextManager[Transaction]: ...

    def reading(self) -> AbstractAsyncContextManager[Transaction]: ...

    async def caller(self, request: Request) -> Actor: ...

    async def keep_rejection(
        self, door: str, actor: Actor, error: SeriatimError, request: Request
    ) -> None: ...


class Site:
    """One door of the house, with what every handler needs."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self.tokens = Tokens(door.environment.master_key)
        self.carrier = door.carrier
        self.master_key = door.environment.master_key

    def transaction(
        self, *, readonly: bool = False, timeout_ms: int | None = None
    ) -> AbstractAsyncContextManager[Transaction]:
        return self._door.transaction(readonly=readonly, timeout_ms=timeout_ms)

    def now(self) -> datetime:
        return self._door.environment.clock.now()

    def guarded(self, handlers: Mapping[str, Handler]) -> Handler:
        """The handler of a path: every error becomes a problem document, every refusal a row."""
        methods = sorted(handlers.keys() - {"OPTIONS"}, key="GET POST DELETE".index)
        allowed = ", ".join(["OPTIONS", *methods])

        async def answered(request: Request) -> Response:
            method = "GET" if request.method == "HEAD" else request.method
            try:
                if method == "OPTIONS" and method not in handlers:
                    check_request(request)
                    await self.caller(request, "events:capture", *READ)
                    takes_documents = segments(request)[0] == "capture" if segments(request) else False
                    return Response(status_code=204, headers=discovery(allowed, capture=takes_documents))
                if method not in handlers:
                    return problem_answer(MethodNotAllowed(), request, {"Allow": allowed})
                check_request(request)
                return await handlers[method](request)
            except SeriatimError as error:
                return problem_answer(
                    error, request, LIMITS if isinstance(error, CaptureLimitExceeded) else {}
                )

        return answered

    async def actor(self, request: Request) -> Actor:
        """Who calls, as far as the request tells; not to be asked inside a transaction. Raises NotSignedIn."""
        return await self._door.caller(request)

    async def caller(self, request: Request, *either: Permission) -> Actor:
        """Who calls, holding one of the rights. Raises NotSignedIn, NotAllowed, and keeps that."""
        actor: Actor = access.PUBLIC
        try:
            actor = await self._door.caller(request)
            require_any(actor, either)
        except (NotSignedIn, NotAllowed) as error:
            await self._door.keep_rejection(door_of(request), actor, error, request)
            raise
        return actor

    async def refused(
        self, request: Request, error: SeriatimError, data: bytes, actor: Actor
    ) -> SeriatimError:
        """Keeps the refusal in a transaction of its own: that of the change was rolled back."""
        refusal = access.Refusal(
            door=door_of(request),
            code=error.code,
            reason=error.message,
            raw=data,
            actor=actor,
            at=self.now(),
        )
        async with self.transaction() as tx:
            await access.refuse(tx, refusal)
        return error

    def written(
        self,
        request: Request,
        write: Callable[[Form], bytes],
        headers: Mapping[str, str] | None = None,
        *,
        status: int = 200,
        prefixes: KnownPrefixes = NONE_KNOWN,
    ) -> Response:
        """Events in the form that the client likes best. Raises NotAcceptable, for XML also when it cannot say them."""
        media = chosen_media(request)
        try:
            body = write(form_for(request, media, prefixes))
        except EPCISError as error:
            raise NotAcceptable(str(error)) from error
        return answer(body, headers, status=status, media=media)

    async def prefixes(self, tx: Transaction, request: Request) -> KnownPrefixes:
        """The company prefixes of our products, for who wants URNs."""
        return KnownPrefixes(await identity.company_prefixes(tx)) if wants_urns(request) else NONE_KNOWN

    async def page_asked(self, request: Request, question: object, actor: Actor) -> tuple[int, str | None]:
        """How many of a list, and after which. Raises InvalidQuery."""
        given = dict(request.query_params)
        if unknown := sorted(given.keys() - {"perPage", "nextPageToken"}):
            raise InvalidQuery(f"There is no parameter {unknown[0]} here.", parameter=unknown[0])
        return per_page_in(given), await self.cursor_in(given.get("nextPageToken"), question, actor)

    async def cursor_in(self, token: str | None, question: object, actor: Actor) -> str | None:
        """Where the caller goes on. Raises InvalidQuery for a token that is not, or no longer, good for that."""
        if token is None:
            return None
        found = self.tokens.read(token, question, actor.id, self.now())
        async with self._door.reading() as tx:
            if await store.is_revoked(tx, found.key):
                raise revoked()
        return found.cursor

    def next_page(
        self, request: Request, cursor: str | None, question: object, actor: Actor
    ) -> dict[str, str]:
        """The headers that lead on; none on the last page."""
        if cursor is None:
            return {}
        token, expires = self.tokens.make(cursor, question, actor.id, self.now())
        kept = [
            (name, value) for name, value in request.query_params.multi_items() if name != "nextPageToken"
        ]
        address = f"{raw_path(request)}?{urlencode([*kept, ('nextPageToken', token)])}"
        return {
            "Link": f'<{address}>; rel="next"',
            "GS1-Next-Page-Token-Expires": expires.isoformat().replace("+00:00", "Z"),
        }

    async def page(self, request: Request, asked: Asked, actor: Actor) -> Response:
        """A page of the events that the caller may see. Raises QueryTooLarge, QueryTooComplex, InvalidQuery for a token of another question."""
        now = self.now()
        question = ["events", request.url.path, msgspec.to_builtins(asked.query)]
        after = await self.cursor_in(asked.token, question, actor)
        async with self.transaction(readonly=True) as tx:
            sight = await history.sight_of(tx, actor)
            page = await actions.events_asked(tx, asked.query, asked.per_page, after, sight=sight)
            prefixes = await self.prefixes(tx, request)
        headers = self.next_page(request, page.next, question, actor)
        return self.written(
            request,
            lambda form: actions.query_document(page.items, form, now=now),
            headers,
            prefixes=prefixes,
        )

    def listed(
        self, request: Request, members: Iterable[str], more: str | None, question: object, actor: Actor
    ) -> Response:
        """A page of a Collection; with the client's own prefixes where it has sent some."""
        namespaces = namespaces_in(request.headers.get("GS1-Extensions", ""))
        body = collection([in_prefixes(member, namespaces) for member in members])
        return json_answer(request, body, self.next_page(request, more, question, actor))


def require_any(actor: Actor, either: Sequence[Permission]) -> None:
    """Raises NotSignedIn for somebody unknown, NotAllowed for who holds none of the rights."""
    if actor is access.PUBLIC:
        raise NotSignedIn
    if not any(access.may(actor, permission) for permission in either):
        access.require(actor, either[0])


def asked_in(request: Request) -> Asked:
    """The query in the address. Raises InvalidQuery."""
    return query_in(request.query_params.multi_items(), request.headers.get("GS1-Extensions", ""))
