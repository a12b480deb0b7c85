"""/epcis/queries/{name}/events with `Upgrade: websocket`: what a named query finds, told over an open socket.

A socket is a subscription that is kept nowhere: it begins when it opens, and ends when it closes, when the query is
deleted, or when the caller loses the right. Each looks at the feed for itself, in its own time; a client that does not
take what it is sent is dropped, and holds up nobody.
Source: EPCIS 2.0, section 12.7 (OpenAPI, /queries/{queryName}/events).
"""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple
from urllib.parse import urlsplit

import structlog
from starlette.requests import Request
from starlette.websockets import WebSocket, WebSocketDisconnect

from seriatim.access import Actor
from seriatim.areas.exchange import named
from seriatim.areas.exchange.actions import Form, query_document
from seriatim.areas.exchange.documents import name_of
from seriatim.areas.exchange.doors.site import READ, Site, require_any
from seriatim.areas.exchange.errors import NotAcceptable, problem_of
from seriatim.areas.exchange.http import check_request, chosen_media, form_for, problem_answer, raw_path
from seriatim.areas.exchange.named import Named
from seriatim.areas.exchange.subscriptions.actions import beginning, standing
from seriatim.areas.exchange.subscriptions.documents import complaint
from seriatim.areas.exchange.subscriptions.looking import Found, Standing, look
from seriatim.areas.exchange.subscriptions.model import Controls, Place, Progress, controls_in, halves
from seriatim.base import limits
from seriatim.base.db import Transaction
from seriatim.base.errors import CannotNow, NotAllowed, NotFound, NotSignedIn, SeriatimError
from seriatim.epcis import EPCISError
from seriatim.history import StoredEvent, following

NORMAL: Final = 1000
POLICY: Final = 1008
CHECK_S: Final = 1.0
"""How often right and query are looked at while nothing happens."""
FEED_S: Final = 0.2
"""How often the feed is looked at, for all sockets of this process together."""
CLOSING_S: Final = 2.0
LOG = structlog.get_logger("exchange")


class TooManySockets(CannotNow):
    """As many sockets are open as may be; close one, or subscribe with a webhook."""

    code = "too_many_sockets"


class Ended(NamedTuple):
    """Why a socket is closed from this side."""

    code: int
    reason: str


DELETED: Final = Ended(NORMAL, "The query has been deleted.")


class Opened(NamedTuple):
    """What a client has asked for when it opened its socket."""

    request: Request
    """The handshake: who calls is read from it, again and again."""
    controls: Controls
    query: Named
    form: Form
    at: datetime
    place: Place

    @property
    def recorded_from(self) -> datetime:
        """Events recorded since then are new to the client."""
        return self.controls.initial_record_time or self.at


class SocketDoor:
    """Opens sockets and serves them."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._feed = FeedEnd(site)
        self._open: Counter[str] = Counter()
        """Sockets by caller."""

    async def open(self, websocket: WebSocket) -> None:
        """GET /epcis/queries/{name}/events, Upgrade: websocket."""
        request = Request({**websocket.scope, "type": "http", "method": "GET"})
        async with contextlib.AsyncExitStack() as held:
            try:
                check_request(request)
                actor = await self._site.caller(request, *READ)
                held.enter_context(self._seat(name_of(actor)))
                opened = await self._admitted(request, actor)
            except SeriatimError as error:
                await _refuse(websocket, request, error)
                return
            told = opened.recorded_from.astimezone(UTC).isoformat().replace("+00:00", "Z")
            await websocket.accept(headers=[(b"gs1-query-min-record-time", told.encode())])
            await self._serve(websocket, opened)

    @contextlib.contextmanager
    def _seat(self, caller: str) -> Iterator[None]:
        """Taken before anything is waited for, so that who knocks in the same moment is counted. Raises TooManySockets."""
        if self._open.total() >= limits.SOCKETS or self._open[caller] >= limits.SOCKETS_OF_ONE:
            raise TooManySockets
        self._open[caller] += 1
        try:
            yield
        finally:
            self._open[caller] -= 1
            if not self._open[caller]:
                del self._open[caller]

    async def _admitted(self, request: Request, actor: Actor) -> Opened:
        """Raises what a GET of the same address raises, InvalidSubscription."""
        _refuse_other_sites(request)
        controls = controls_in(request.query_params.multi_items())
        now = self._site.now()
        async with self._site.transaction(readonly=True) as tx:
            query = await named.named(tx, request.path_params["name"], actor=actor)
            standing(named.query_of(query.query.encode()))
            form = form_for(request, chosen_media(request), await self._site.prefixes(tx, request))
            place = await beginning(tx, controls.initial_record_time, now)
        return Opened(request, controls, query, form, now, place)

    async def _serve(self, websocket: WebSocket, opened: Opened) -> None:
        """Until one of both sides ends it."""
        leaving = asyncio.create_task(_left(websocket))
        telling = asyncio.create_task(self._tell(websocket, opened))
        try:
            await asyncio.wait({leaving, telling}, return_when=asyncio.FIRST_COMPLETED)
            if telling.done() and not leaving.done():
                ended = telling.result()
                with contextlib.suppress(TimeoutError, RuntimeError):
                    async with asyncio.timeout(CLOSING_S):
                        await websocket.close(ended.code, ended.reason)
        finally:
            for task in (leaving, telling):
                task.cancel()
            await asyncio.gather(leaving, telling, return_exceptions=True)

    async def _tell(self, websocket: WebSocket, opened: Opened) -> Ended:
        """Sends what is found until there is a reason to end."""
        schedule = opened.controls.schedule
        next_run_at = schedule.next_after(opened.at) if schedule is not None else None
        progress = Progress(opened.place, None, next_run_at, next_run_at)
        while True:
            try:
                found = await self._look(opened, progress)
            except CannotNow as error:
                LOG.warning("socket_waits", reason=error.message)
                await asyncio.sleep(CHECK_S)
                continue
            if isinstance(found, Ended):
                return found
            progress = found.progress
            try:
                for text in await asyncio.to_thread(list, self._texts(opened, found)):
                    async with asyncio.timeout(limits.SOCKET_SEND_S):
                        await websocket.send_text(text)
            except TimeoutError:
                return Ended(POLICY, "Too slow.")
            except WebSocketDisconnect:
                return Ended(NORMAL, "The client has gone.")
            if progress.run is None:
                await self._pause(progress)

    async def _look(self, opened: Opened, progress: Progress) -> Found | Ended:
        """What is new, with today's eyes."""
        try:
            actor = await self._site.actor(opened.request)
            require_any(actor, READ)
        except (NotSignedIn, NotAllowed):
            return Ended(POLICY, "The right to read has ended.")
        async with self._site.transaction(readonly=True) as tx:
            try:
                if await named.named(tx, opened.query.name, actor=actor) != opened.query:
                    return DELETED
            except NotFound:
                return DELETED
            head = Place(*await following.head(tx))
            return await look(tx, _standing(opened, actor), progress, head, self._site.now())

    def _texts(self, opened: Opened, found: Found) -> Iterator[str]:
        """The documents for what was found; none when there is nothing to tell."""
        if found.error is not None:
            yield _complaint(opened, found.error)
        elif found.kind(reports_empty=opened.controls.reports_empty) is not None:
            yield from _documents(opened, found.events, self._site.now())

    async def _pause(self, progress: Progress) -> None:
        """Until the feed moves, or the next run is due; not for long, since the query may end."""
        end = asyncio.get_running_loop().time() + CHECK_S
        while (left := end - asyncio.get_running_loop().time()) > 0:
            if progress.next_run_at is None:
                if await self._feed.moved_past(progress.place):
                    return
            elif (until := (progress.next_run_at - self._site.now()).total_seconds()) <= 0:
                return
            else:
                left = min(left, until)
            await asyncio.sleep(min(left, FEED_S))


class FeedEnd:
    """Where the feed ends, asked for all sockets together and not more often than needed."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._asking = asyncio.Lock()
        self._asked_at = -FEED_S
        self._head = Place(0, 0)

    async def moved_past(self, place: Place) -> bool:
        """Whether there is an event behind this place; a moment old at most."""
        async with self._asking:
            now = asyncio.get_running_loop().time()
            if now - self._asked_at >= FEED_S:
                with contextlib.suppress(CannotNow):
                    async with self._site.transaction(readonly=True) as tx:
                        self._head = await self._read(tx)
                self._asked_at = asyncio.get_running_loop().time()
        return self._head > place

    @staticmethod
    async def _read(tx: Transaction) -> Place:
        return Place(*await following.head(tx))


def _standing(opened: Opened, actor: Actor) -> Standing:
    controls = opened.controls
    return Standing(
        actor,
        opened.query.name,
        controls.schedule,
        opened.recorded_from,
        limits.DELIVERY_EVENTS,
    )


def _documents(opened: Opened, events: Sequence[StoredEvent], now: datetime) -> Iterator[str]:
    """The events in one document; where XML cannot say one of them, a problem document in its place."""
    try:
        yield query_document(events, opened.form, now=now, query=opened.query.name).decode()
    except EPCISError as error:
        if len(events) > 1:
            for half in halves(events):
                yield from _documents(opened, half, now)
        else:
            name = events[0].event_id if events else None
            yield _complaint(opened, NotAcceptable(str(error), eventID=name))


def _complaint(opened: Opened, error: SeriatimError) -> str:
    return complaint(problem_of(error, raw_path(opened.request)), opened.form).decode()


def _refuse_other_sites(request: Request) -> None:
    """A page of another site may open a socket with the cookie of its visitor: refused (ASVS 3.5.1)."""
    origin = request.headers.get("origin")
    foreign = origin is not None and urlsplit(origin).netloc != request.headers.get("host")
    if "authorization" not in request.headers and foreign:
        raise NotAllowed("A socket is opened from this site, or with a key.")


async def _refuse(websocket: WebSocket, request: Request, error: SeriatimError) -> None:
    """An answer instead of a socket; where the server cannot send one, 403."""
    try:
        await websocket.send_denial_response(problem_answer(error, request, {}))
    except RuntimeError:  # the server knows no such answers
        await websocket.close(POLICY)


async def _left(websocket: WebSocket) -> None:
    """Returns when the client has gone; what it says is not listened to."""
    while (await websocket.receive())["type"] != "websocket.disconnect":
        pass
