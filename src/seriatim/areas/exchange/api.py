"""The EPCIS 2.0 doors under /epcis: capture, and events by question, by thing, step, place or name.

Paths, statuses and headers are those of GS1's OpenAPI. An answer that says "stored" leaves after the commit.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Final, Protocol
from urllib.parse import quote, urlencode
from uuid import UUID

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from seriatim import access, epcis, gs1, history
from seriatim.access import Actor, Permission
from seriatim.areas.exchange import actions, lists, named
from seriatim.areas.exchange.actions import Form, RolledBack
from seriatim.areas.exchange.errors import (
    CaptureLimitExceeded,
    InvalidDocument,
    InvalidQuery,
    NotAcceptable,
    NotOffered,
)
from seriatim.areas.exchange.http import (
    ENCODE,
    JSON,
    LD_JSON,
    LIMITS,
    VERSIONS,
    XML_MEDIA,
    answer,
    check_request,
    chosen_media,
    collection,
    discovery,
    error_behaviour,
    form_for,
    invalid,
    json_answer,
    member_in,
    place_uri,
    problem_answer,
    raw_path,
    read_body,
    segments,
)
from seriatim.areas.exchange.lists import LISTINGS, RESOURCES, in_prefixes
from seriatim.areas.exchange.model import job_json, verdict_json
from seriatim.areas.exchange.paging import Tokens
from seriatim.areas.exchange.query import Asked, narrowed, per_page_in, query_in
from seriatim.areas.exchange.xml_forms import job_xml
from seriatim.base.db import Transaction
from seriatim.base.environment import Environment
from seriatim.base.errors import MethodNotAllowed, NotAllowed, NotFound, NotSignedIn, Refused, SeriatimError
from seriatim.epcis import EPCISError
from seriatim.epcis.query import Matches, OneOf
from seriatim.epcis.query_parse import namespaces_in
from seriatim.epcis.vocabulary import BIZ_STEP, DISPOSITION
from seriatim.history import queries

Handler = Callable[[Request], Awaitable[Response]]


class Door(Protocol):
    """What these doors need from the site.

    `actor` MUST answer PUBLIC for somebody unknown, or raise NotSignedIn.
    """

    @property
    def environment(self) -> Environment: ...

    def transaction(self, *, readonly: bool = False) -> AbstractAsyncContextManager[Transaction]: ...

    async def actor(self, request: Request, tx: Transaction) -> Actor: ...


def routes(door: Door) -> list[BaseRoute]:
    """The routes of EPCIS, to be mounted at the root of the site."""
    site = _Site(door)
    table: list[tuple[str, dict[str, Handler]]] = [
        ("/epcis", {"GET": site.resources}),
        ("/epcis/", {"GET": site.resources}),
        ("/epcis/capture", {"GET": site.jobs, "POST": site.capture}),
        ("/epcis/capture/{job}", {"GET": site.job}),
        ("/epcis/events", {"GET": site.events, "POST": site.create_event}),
        ("/epcis/events/{id:path}", {"GET": site.event}),
        ("/epcis/validate", {"POST": site.validate}),
        ("/epcis/epcs", {"GET": site.epcs}),
        ("/epcis/epcs/{id:path}", {"GET": site.epc}),
        ("/epcis/queries", {"GET": site.queries, "POST": site.create_query}),
        ("/epcis/queries/{name}", {"GET": site.named, "DELETE": site.delete_query}),
        ("/epcis/queries/{name}/events", {"GET": site.named_events}),
        ("/epcis/queries/{name}/subscriptions", {"GET": site.not_offered, "POST": site.not_offered}),
        (
            "/epcis/queries/{name}/subscriptions/{id}",
            {"GET": site.not_offered, "DELETE": site.not_offered},
        ),
        ("/epcis/nextPageToken/{token}", {"DELETE": site.not_offered}),
    ]
    for name in LISTINGS:
        table += [
            (f"/epcis/{name}", {"GET": site.collection}),
            (f"/epcis/{name}/{{id:path}}", {"GET": site.member}),
        ]
    return [Route(path, site.guarded(handlers), methods=METHODS) for path, handlers in table]


PLACES: Final = frozenset({"bizLocation", "readPoint"})
ANY_EPC: Final = ("epcList", "childEPCs", "parentID", "inputEPCList", "outputEPCList")
METHODS: Final = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


class _Site:
    """The handlers, over one door."""

    def __init__(self, door: Door) -> None:
        self.door = door
        self.tokens = Tokens(door.environment.master_key)

    def now(self) -> datetime:
        return self.door.environment.clock.now()

    def guarded(self, handlers: Mapping[str, Handler]) -> Handler:
        """The handler of a path: every error becomes a problem document, every refusal a row."""
        allowed = ", ".join(["OPTIONS", *sorted(handlers, key="GET POST DELETE".index)])

        async def answered(request: Request) -> Response:
            method = "GET" if request.method == "HEAD" else request.method
            try:
                if method == "OPTIONS":
                    check_request(request)
                    await self.caller(request, "events:capture", "events:read")
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

    async def caller(self, request: Request, *either: Permission) -> Actor:
        """Who calls, holding one of the rights. Raises NotSignedIn, NotAllowed."""
        async with self.door.transaction(readonly=False) as tx:
            actor = await self.door.actor(request, tx)
        if actor is access.PUBLIC:
            raise NotSignedIn
        if not any(access.may(actor, permission) for permission in either):
            access.require(actor, either[0])
        return actor

    # Capture ----------------------------------------------------------------------------------------------------

    async def capture(self, request: Request) -> Response:
        """POST /epcis/capture: a document; 202 and the address of its job."""
        actor = await self.caller(request, "events:capture")
        behaviour = error_behaviour(request)
        data = await read_body(request)
        now = self.now()
        try:
            reading = await asyncio.to_thread(actions.read_document, data, behaviour)
        except EPCISError as error:
            raise await self.refused(request, invalid(error), data, actor) from error
        try:
            async with self.door.transaction() as tx:
                job = await actions.capture_document(tx, reading, data, behaviour, actor=actor, now=now)
        except RolledBack as undone:
            job = undone.job
            async with self.door.transaction() as tx:
                await actions.keep_failed_job(tx, job, data, actor=actor, now=now)
        except (Refused, NotAllowed) as error:
            raise await self.refused(request, error, data, actor) from error
        return Response(status_code=202, headers={**VERSIONS, "Location": f"/epcis/capture/{job.id}"})

    async def validate(self, request: Request) -> Response:
        """POST /epcis/validate: what capture would answer; nothing is kept, not even a refusal."""
        actor = await self.caller(request, "events:capture")
        data = await read_body(request)
        try:
            reading = await asyncio.to_thread(actions.read_document, data, "proceed")
        except EPCISError as error:
            raise invalid(error) from error
        try:
            async with self.door.transaction() as tx:
                await actions.try_document(tx, reading, data, actor=actor, now=self.now())
        except RolledBack as undone:
            job = undone.job
        return json_answer(request, ENCODE(verdict_json(job)))

    async def create_event(self, request: Request) -> Response:
        """POST /epcis/events: one event; 201, its address and itself."""
        actor = await self.caller(request, "events:capture")
        data = await read_body(request)
        try:
            event = await asyncio.to_thread(actions.read_event, data)
        except EPCISError as error:
            raise await self.refused(request, invalid(error), data, actor) from error
        try:
            async with self.door.transaction() as tx:
                stored = await actions.capture_event(tx, event, actor=actor, now=self.now())
        except (InvalidDocument, Refused, NotAllowed) as error:
            raise await self.refused(request, error, data, actor) from error
        location = f"/epcis/events/{quote(stored.event_id, safe='')}"
        return self.written(
            request, lambda form: actions.event_document(stored, form), {"Location": location}, status=201
        )

    async def refused(
        self, request: Request, error: SeriatimError, data: bytes, actor: Actor
    ) -> SeriatimError:
        """Keeps the refusal in a transaction of its own: that of the change was rolled back."""
        refusal = access.Refusal(
            door=f"{request.method} {request.url.path}",
            code=error.code,
            reason=error.message,
            raw=data,
            actor=actor,
            at=self.now(),
        )
        async with self.door.transaction() as tx:
            await access.refuse(tx, refusal)
        return error

    async def jobs(self, request: Request) -> Response:
        """GET /epcis/capture: jobs, newest first."""
        actor = await self.caller(request, "events:capture", "events:read")
        question = ["jobs", actor.id]
        limit, cursor = self.page_asked(request, question)
        before = UUID(cursor) if cursor is not None else None
        async with self.door.transaction(readonly=True) as tx:
            found = await actions.jobs_of(tx, before, limit + 1, actor=actor)
        cursor = str(found[limit - 1].id) if len(found) > limit else None
        headers = self.next_page(request, cursor, question)
        return json_answer(request, ENCODE([job_json(job) for job in found[:limit]]), headers)

    async def job(self, request: Request) -> Response:
        """GET /epcis/capture/{captureID}: what became of a document."""
        actor = await self.caller(request, "events:capture", "events:read")
        missing = NotFound(f"There is no capture job {request.path_params['job']}.")
        try:
            job_id = UUID(request.path_params["job"])
        except ValueError:
            raise missing from None
        async with self.door.transaction(readonly=True) as tx:
            found = await actions.job_of(tx, job_id, actor=actor)
        if found is None:
            raise missing
        media = chosen_media(request)
        return answer(job_xml(found) if media in XML_MEDIA else ENCODE(job_json(found)), media=media)

    # Query ------------------------------------------------------------------------------------------------------

    async def events(self, request: Request) -> Response:
        """GET /epcis/events: the events that meet the parameters."""
        await self.caller(request, "events:read")
        return await self.page(request, asked_in(request))

    async def event(self, request: Request) -> Response:
        """GET /epcis/events/{eventID}: the event, and the declarations that it was wrong."""
        await self.caller(request, "events:read")
        event_id, _ = member_in(request, may_end_in_events=False)
        async with self.door.transaction(readonly=True) as tx:
            found = await history.event(tx, event_id)
        if not found:
            raise NotFound(f"There is no event {event_id}.")
        return self.written(request, lambda form: actions.query_document(found, form, now=self.now()))

    async def epc(self, request: Request) -> Response:
        """GET /epcis/epcs/{epc} and /epcis/epcs/{epc}/events: what happened to one thing."""
        await self.caller(request, "events:read")
        epc, wants_events = member_in(request)
        try:
            key = gs1.canonical_key(epc)
        except gs1.GS1Error:
            key = history.key_of(history.item_key(epc))
        async with self.door.transaction(readonly=True) as tx:
            if await history.item(tx, key) is None:
                raise NotFound(f"No event has named {epc}.")
        if not wants_events:
            return json_answer(request, collection(["events"]))
        named = Matches(ANY_EPC, (epcis.canonical_identifier(epc),))
        return await self.page(request, narrowed(asked_in(request), named))

    # Named queries ----------------------------------------------------------------------------------------------

    async def queries(self, request: Request) -> Response:
        """GET /epcis/queries: queries that have a name."""
        await self.caller(request, "events:read")
        limit, after = self.page_asked(request, "queries")
        async with self.door.transaction(readonly=True) as tx:
            found = await named.all_named(tx, after or "", limit + 1)
        more = found[limit - 1].name if len(found) > limit else None
        body = ENCODE([one.json() for one in found[:limit]])
        return json_answer(request, body, self.next_page(request, more, "queries"))

    async def create_query(self, request: Request) -> Response:
        """POST /epcis/queries: 201 and the address of its events."""
        actor = await self.caller(request, "events:read")
        sent = named.definition_in(await read_body(request, (JSON, LD_JSON)))
        async with self.door.transaction() as tx:
            await named.create(tx, sent, actor=actor, now=self.now())
        location = f"/epcis/queries/{quote(sent.name, safe='')}/events"
        return Response(status_code=201, headers={**VERSIONS, "Location": location})

    async def named(self, request: Request) -> Response:
        """GET /epcis/queries/{name}: the query."""
        await self.caller(request, "events:read")
        async with self.door.transaction(readonly=True) as tx:
            found = await named.named(tx, request.path_params["name"])
        return json_answer(request, ENCODE(found.json()))

    async def delete_query(self, request: Request) -> Response:
        """DELETE /epcis/queries/{name}."""
        actor = await self.caller(request, "events:read")
        async with self.door.transaction() as tx:
            await named.delete(tx, request.path_params["name"], actor=actor)
        return Response(status_code=204, headers=VERSIONS)

    async def named_events(self, request: Request) -> Response:
        """GET /epcis/queries/{name}/events: the events that match now, in pages."""
        await self.caller(request, "events:read")
        given = dict(request.query_params)
        if unknown := sorted(given.keys() - {"perPage", "nextPageToken"}):
            raise InvalidQuery(f"A named query takes no {unknown[0]} here.", parameter=unknown[0])
        async with self.door.transaction(readonly=True) as tx:
            found = await named.named(tx, request.path_params["name"])
        query = named.query_of(found.query.encode())
        return await self.page(request, Asked(query, per_page_in(given), given.get("nextPageToken")))

    async def page(self, request: Request, asked: Asked) -> Response:
        """A page of events. Raises QueryTooLarge, QueryTooComplex, InvalidQuery for a token of another question."""
        now = self.now()
        question = ["events", request.url.path, msgspec.to_builtins(asked.query)]
        after = self.tokens.read(asked.token, question, now) if asked.token is not None else None
        async with self.door.transaction(readonly=True) as tx:
            page = await actions.events_asked(tx, asked.query, asked.per_page, after)
        headers = self.next_page(request, page.next, question)
        return self.written(request, lambda form: actions.query_document(page.items, form, now=now), headers)

    def written(
        self,
        request: Request,
        write: Callable[[Form], bytes],
        headers: Mapping[str, str] | None = None,
        *,
        status: int = 200,
    ) -> Response:
        """Events in the form that the client likes best. Raises NotAcceptable, for XML also when it cannot say them."""
        media = chosen_media(request)
        try:
            body = write(form_for(request, media))
        except EPCISError as error:
            raise NotAcceptable(str(error)) from error
        return answer(body, headers, status=status, media=media)

    def page_asked(self, request: Request, question: object) -> tuple[int, str | None]:
        """How many of a list, and after which. Raises InvalidQuery."""
        given = dict(request.query_params)
        if unknown := sorted(given.keys() - {"perPage", "nextPageToken"}):
            raise InvalidQuery(f"There is no parameter {unknown[0]} here.", parameter=unknown[0])
        token = given.get("nextPageToken")
        cursor = self.tokens.read(token, question, self.now()) if token is not None else None
        return per_page_in(given), cursor

    def next_page(self, request: Request, cursor: str | None, question: object) -> dict[str, str]:
        """The headers that lead on; none on the last page."""
        if cursor is None:
            return {}
        token, expires = self.tokens.make(cursor, question, self.now())
        kept = [
            (name, value) for name, value in request.query_params.multi_items() if name != "nextPageToken"
        ]
        address = f"{raw_path(request)}?{urlencode([*kept, ('nextPageToken', token)])}"
        return {
            "Link": f'<{address}>; rel="next"',
            "GS1-Next-Page-Token-Expires": expires.isoformat().replace("+00:00", "Z"),
        }

    # Collections ------------------------------------------------------------------------------------------------

    async def resources(self, request: Request) -> Response:
        """GET /epcis: what is offered here."""
        await self.caller(request, "events:read")
        return json_answer(request, collection(RESOURCES))

    async def not_offered(self, request: Request) -> Response:
        """What the standard describes and this repository does not offer."""
        await self.caller(request, "events:read")
        raise NotOffered(f"{request.method} {raw_path(request)} is not offered by this repository.")

    async def collection(self, request: Request) -> Response:
        """GET /epcis/bizSteps and the like: the words of the standard and those that events use."""
        await self.caller(request, "events:read")
        name = segments(request)[0]
        limit, after = self.page_asked(request, name)
        async with self.door.transaction(readonly=True) as tx:
            page = await lists.members(tx, LISTINGS[name], limit, after)
        return self.listed(request, map(place_uri, page.items), page.next, name)

    async def epcs(self, request: Request) -> Response:
        """GET /epcis/epcs: every thing that events have named."""
        await self.caller(request, "events:read")
        limit, after = self.page_asked(request, "epcs")
        async with self.door.transaction(readonly=True) as tx:
            page = await queries.things(tx, limit, after)
        return self.listed(request, map(history.uri_of, page.items), page.next, "epcs")

    def listed(
        self, request: Request, members: Iterable[str], more: str | None, question: object
    ) -> Response:
        """A page of a Collection; with the client's own prefixes where it has sent some."""
        namespaces = namespaces_in(request.headers.get("GS1-Extensions", ""))
        body = collection([in_prefixes(member, namespaces) for member in members])
        return json_answer(request, body, self.next_page(request, more, question))

    async def member(self, request: Request) -> Response:
        """GET /epcis/bizSteps/{bizStep}/events and the like."""
        await self.caller(request, "events:read")
        kind = LISTINGS[segments(request)[0]]
        name, wants_events = member_in(request)
        value = {"bizSteps": BIZ_STEP.find, "dispositions": DISPOSITION.find}.get(
            segments(request)[0], history.place_of
        )(name) or name
        async with self.door.transaction(readonly=True) as tx:
            known = value in kind.built_in or await queries.is_used(tx, kind.word, value)
        if not known:
            raise NotFound(f"No event uses {name}.")
        if not wants_events:
            return json_answer(request, collection(["events"]))
        value = epcis.canonical_identifier(name) if kind.field in PLACES else value
        return await self.page(request, narrowed(asked_in(request), OneOf(kind.field, (value,))))


def asked_in(request: Request) -> Asked:
    return query_in(request.query_params.multi_items(), request.headers.get("GS1-Extensions", ""))
