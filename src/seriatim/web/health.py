"""Doors for machines that watch: alive, ready, and the figures."""

from prometheus_client import REGISTRY
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from seriatim import access
from seriatim.app import App
from seriatim.base.errors import NotSignedIn, SeriatimError
from seriatim.web.api.runner import problem_response
from seriatim.web.sessions import actor_of


def routes(app: App) -> list[Route]:
    """`/healthz` (the process lives), `/readyz` (the store answers), `/metrics` (Prometheus; needs a key)."""

    async def healthz(_: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def readyz(request: Request) -> Response:
        try:
            async with app.database.transaction(readonly=True) as tx:
                await tx.value("select 1")
        except SeriatimError as error:
            return problem_response(error, request)
        return PlainTextResponse("ready\n")

    async def metrics(request: Request) -> Response:
        try:
            async with app.database.transaction(readonly=True) as tx:
                actor = await actor_of(app, tx, request)
                if actor is access.PUBLIC:
                    raise NotSignedIn
                access.require(actor, "settings:read")
        except SeriatimError as error:
            return problem_response(error, request)
        return Response(generate_latest(REGISTRY), media_type=CONTENT_TYPE_LATEST)

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]
