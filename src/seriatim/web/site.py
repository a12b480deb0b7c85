"""All doors of the site in one table, and the order in which a request meets them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from urllib.parse import quote

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Match, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from seriatim import access, identity
from seriatim.access import Endpoint
from seriatim.app import App
from seriatim.areas import content, exchange, line, protection, recall, resolver, warehouse
from seriatim.base.errors import BadInput, MethodNotAllowed, NotFound, OurFault, SeriatimError
from seriatim.history import api as history_api
from seriatim.history import sharing_api
from seriatim.web import console, consumer, did, explain, health, log, pages, signin
from seriatim.web import line as line_pages
from seriatim.web.api import docs, journeys, openapi, runner, standards
from seriatim.web.api.door import EpcisDoor
from seriatim.web.measuring import Measured
from seriatim.web.proxies import TrustedProxies
from seriatim.web.routing import Routes
from seriatim.web.security import SecurityHeaders
from seriatim.web.ui import STATIC

LOG = structlog.get_logger("web")

ENDPOINTS: Final[tuple[Endpoint, ...]] = (
    *access.api.ENDPOINTS,
    *identity.api.ENDPOINTS,
    *identity.nfc.api.ENDPOINTS,
    *identity.credentials.api.ENDPOINTS,
    *history_api.ENDPOINTS,
    *sharing_api.ENDPOINTS,
    *line.api.ENDPOINTS,
    *line.grading.api.ENDPOINTS,
    *warehouse.api.ENDPOINTS,
    *exchange.subscriptions.api.ENDPOINTS,
    *content.api.ENDPOINTS,
    *protection.api.ENDPOINTS,
    *recall.api.ENDPOINTS,
    *resolver.api.ENDPOINTS,
    *journeys.ENDPOINTS,
    *standards.ENDPOINTS,
)
"""Every JSON route of ours. The EPCIS doors are GS1's and stand in areas/exchange."""

PAGES: Final[tuple[pages.Page, ...]] = (
    *signin.PAGES,
    *console.PAGES,
    *line_pages.PAGES,
    *consumer.PAGES,
    *explain.PAGES,
)


@asynccontextmanager
async def build_site(app: App) -> AsyncIterator[ASGIApp]:
    """The whole site over one opened App."""
    secure = SecurityHeaders(_framework(app), is_https=app.settings.public_url.startswith("https://"))
    framework = Measured(secure)
    async with resolver.running(app.database, app.settings) as scans:

        async def site(scope: Scope, receive: Receive, send: Send) -> None:
            door = scans if scope["type"] == "http" and resolver.is_digital_link(scope) else framework
            await door(scope, receive, send)

        yield TrustedProxies(site, app.settings.proxy_networks())


def _framework(app: App) -> ASGIApp:
    described = openapi.document(ENDPOINTS, app.settings.public_url)

    async def front(_: Request) -> Response:
        return RedirectResponse("/console", 307)

    routes: list[BaseRoute] = [
        Route("/", front),
        *health.routes(app),
        *did.routes(app),
        *log.routes(app),
        *runner.routes(app, (*ENDPOINTS, docs.endpoint_of(described))),
        *exchange.routes(EpcisDoor(app)),
        *signin.routes(app),
        *pages.routes(app, (*PAGES, docs.page_of(described))),
        Mount("/static", StaticFiles(directory=STATIC), name="static"),
    ]

    async def our_error(request: Request, error: Exception) -> Response:
        assert isinstance(error, SeriatimError)
        return await _answer_error(app, request, error)

    async def framework_error(request: Request, error: Exception) -> Response:
        """What the framework refuses by itself (address, method, form), answered as everything else is."""
        assert isinstance(error, HTTPException)
        if error.status_code == 404 and (path := _without_slash(request)) is not None:
            return RedirectResponse(path, 307)
        answer = await _answer_error(app, request, _as_ours(request, error))
        answer.headers.update(error.headers or {})
        return answer

    async def caller_left(_request: Request, _: Exception) -> Response:
        """Nobody reads this; without it every request broken off would put a stack into the log."""
        return Response(status_code=400)

    async def unexpected(request: Request, error: Exception) -> Response:
        # The route, not the address: a path may hold a one-time secret, or a serial.
        route = request.scope.get("route")
        LOG.error("our_fault", method=request.method, route=getattr(route, "path", None), exc_info=error)
        return await _answer_error(app, request, OurFault())

    site = Starlette(
        exception_handlers={
            SeriatimError: our_error,
            HTTPException: framework_error,
            ClientDisconnect: caller_left,
            500: unexpected,
        },
    )
    site.router = Routes(routes)
    return site


def _as_ours(request: Request, error: HTTPException) -> SeriatimError:
    match error.status_code:
        case 404:
            return NotFound(f"There is nothing at {request.url.path}.")
        case 405:
            return MethodNotAllowed()
        case _:
            return BadInput(error.detail)


def _without_slash(request: Request) -> str | None:
    """The address that was meant by one with a slash too many; None when there is none. Always a path of this host."""
    path = request.scope["path"]
    if request.method not in {"GET", "HEAD"} or not path.endswith("/") or path.startswith("//"):
        return None
    meant = {**request.scope, "path": path.rstrip("/")}
    if not any(route.matches(meant)[0] is Match.FULL for route in request.app.router.routes):
        return None
    query = f"?{request.url.query}" if request.url.query else ""
    return f"{quote(meant['path'])}{query}"


async def _answer_error(app: App, request: Request, error: SeriatimError) -> Response:
    if request.url.path.startswith(("/api", "/epcis")):
        return runner.problem_response(error, request)
    return await pages.error_page(app, request, error)
