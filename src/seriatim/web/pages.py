"""How a page is made: who is asking, one transaction, one template.

A room of pages is a table of `Page`s, as a room of JSON routes is a table of Endpoints. A page without a permission
is open to everybody. Views get a `Visit` and give back a Response, or the values for the page's template.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from seriatim import access
from seriatim.access import Actor, Permission
from seriatim.app import App
from seriatim.base import limits
from seriatim.base.db import Transaction
from seriatim.base.errors import (
    BadInput,
    CannotNow,
    NotAllowed,
    NotSignedIn,
    Refused,
    SeriatimError,
    TooLarge,
    Unprocessable,
)
from seriatim.base.http import NO_STORE
from seriatim.web.refusals import keep_refusal, keep_rejection
from seriatim.web.sessions import (
    CSRF_FIELD,
    CSRF_HEADER,
    SAFE_METHODS,
    refuse_cross_site,
    require_csrf,
    session_of,
)
from seriatim.web.ui import render


@dataclass(frozen=True, slots=True)
class Visit:
    """One request for a page, inside one transaction."""

    app: App
    tx: Transaction
    request: Request
    actor: Actor
    csrf: str
    now: datetime
    form: Mapping[str, str] = field(default_factory=dict)
    upload: UploadFile | None = None
    """The file of the form, where the page takes one."""

    @property
    def path(self) -> Mapping[str, str]:
        return self.request.path_params

    @property
    def query(self) -> Mapping[str, str]:
        return self.request.query_params

    @property
    def wants_fragment(self) -> bool:
        """A request by htmx asks for a part of the page, not the whole."""
        return self.request.headers.get("hx-request") == "true"

    def may(self, permission: Permission) -> bool:
        return access.may(self.actor, permission)

    def html(
        self, template: str, status: int = 200, headers: Mapping[str, str] | None = None, **values: Any
    ) -> Response:
        """The template as an answer; `visit`, `actor`, `csrf` and `nonce` are always there."""
        nonce = nonce_of(self.request)
        page = render(
            template, visit=self, actor=self.actor, csrf=self.csrf, nonce=nonce, now=self.now, **values
        )
        return HTMLResponse(page, status, {**NO_STORE, **(headers or {})})

    def go(self, path: str) -> Response:
        """To another page of ours, after a form."""
        assert path.startswith("/"), "never to another host"
        return RedirectResponse(path, 303)


View = Callable[[Visit], Awaitable[Response]]
WhenAway = Callable[[App, Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Page:
    """One address for people."""

    path: str
    view: View
    permission: Permission | None
    """None: open to everybody."""
    methods: tuple[str, ...] = ("GET",)
    upload_bytes: int = 0
    """How large a file the form may bring in its field `file`; 0: none."""
    when_away: WhenAway | None = None
    """Answers while the store is away; None: the page that says so to people of the house."""


def routes(app: App, pages: Iterable[Page]) -> list[Route]:
    """The Starlette routes of a table of pages."""
    return [Route(page.path, _door(app, page), methods=list(page.methods)) for page in pages]


def _door(app: App, page: Page) -> Any:
    async def door(request: Request) -> Response:
        try:
            return await _show(app, page, request)
        except NotSignedIn:
            target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            return RedirectResponse(f"/signin?next={quote(target, safe='')}", 303)
        except SeriatimError as error:
            if page.when_away is not None and isinstance(error, CannotNow):
                return await page.when_away(app, request)
            return await error_page(app, request, error)

    return door


async def _show(app: App, page: Page, request: Request) -> Response:
    if request.method not in SAFE_METHODS:
        refuse_cross_site(request)
    if page.upload_bytes:
        await _admit(app, page, request)
        async with upload_of(request, page.upload_bytes) as (fields, upload):
            return await _serve(app, page, request, fields, upload)
    form = await form_of(request) if request.method not in SAFE_METHODS else {}
    return await _serve(app, page, request, form, None)


async def _admit(app: App, page: Page, request: Request) -> None:
    """Who may not come in sends no large file first."""
    async with app.database.transaction(readonly=True) as tx:
        session = await session_of(app, tx, request)
    if session is None:
        raise NotSignedIn
    try:
        if page.permission is not None:
            access.require(session.actor, page.permission)
    except NotAllowed as error:
        await keep_rejection(app, f"{request.method} {page.path}", session.actor, error, request)
        raise


async def _serve(
    app: App, page: Page, request: Request, form: Mapping[str, str], upload: UploadFile | None
) -> Response:
    actor = access.PUBLIC
    try:
        async with app.database.transaction() as tx:
            session = await session_of(app, tx, request)
            actor = session.actor if session else access.PUBLIC
            csrf = session.csrf if session else ""
            if page.permission is not None:
                if session is None:
                    raise NotSignedIn
                access.require(actor, page.permission)
            if session is not None and request.method not in SAFE_METHODS:
                require_csrf(request, csrf, form.get(CSRF_FIELD) or request.headers.get(CSRF_HEADER, ""))
            visit = Visit(app, tx, request, actor, csrf, app.environment.clock.now(), form, upload)
            return await page.view(visit)
    except NotAllowed as error:
        await keep_rejection(app, f"{request.method} {page.path}", actor, error, request)
        raise
    except (Refused, Unprocessable) as error:
        # The route, not the address: a path may hold a one-time secret. Names of fields, not what was typed.
        door = f"{request.method} {page.path}"
        await keep_refusal(app, door, actor, error, repr(sorted(form)).encode())
        raise


async def form_of(request: Request) -> dict[str, str]:
    """The text fields of a form; files have doors of their own."""
    async with request.form(max_files=0, max_fields=100, max_part_size=limits.FORM_BODY_BYTES) as form:
        return {name: value for name, value in form.items() if isinstance(value, str)}


@asynccontextmanager
async def upload_of(
    request: Request, bytes_max: int
) -> AsyncIterator[tuple[Mapping[str, str], UploadFile | None]]:
    """The fields of a form and its one file, which is gone afterwards. Raises TooLarge before it is read."""
    size = request.headers.get("content-length", "")
    if not (size.isascii() and size.isdigit() and len(size) < 20):
        raise BadInput("A form with a file must say its length.")
    if int(size) > bytes_max + limits.FORM_BODY_BYTES:
        raise TooLarge(f"The file has {int(size):,} bytes; {bytes_max:,} is the most here.", limit=bytes_max)
    async with request.form(max_files=1, max_fields=100, max_part_size=limits.FORM_BODY_BYTES) as form:
        file = form.get("file")
        fields = {name: value for name, value in form.items() if isinstance(value, str)}
        yield fields, file if isinstance(file, UploadFile) and file.size else None


def nonce_of(request: Request) -> str:
    """The nonce of this answer's scripts and styles (see security.py)."""
    nonce: str = request.scope["state"]["nonce"]
    return nonce


async def error_page(app: App, request: Request, error: SeriatimError) -> Response:
    """A page that says what happened, what is safe and what to do."""
    nonce = nonce_of(request)
    words = render(
        "error.html",
        error=error,
        nonce=nonce,
        actor=access.PUBLIC,
        csrf="",
        visit=None,
        now=app.environment.clock.now(),
    )
    wait = error.facts.get("retry_after_s")
    return HTMLResponse(words, error.status, {**NO_STORE, **({"retry-after": str(wait)} if wait else {})})
