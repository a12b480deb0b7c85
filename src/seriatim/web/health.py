"""Doors for machines that watch: alive, ready, and the figures."""

from prometheus_client import REGISTRY
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from seriatim import access, identity
from seriatim.app import App
from seriatim.base import metrics as figures
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
                _show(await identity.differs(tx))
        except SeriatimError as error:
            return problem_response(error, request)
        ours_and_process = figures.exposition() + generate_latest(REGISTRY)
        return Response(ours_and_process, media_type=CONTENT_TYPE_LATEST)

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]


def _show(issuing: identity.Difference) -> None:
    figures.ISSUING_FROZEN.set(issuing.is_frozen)
    figures.ISSUING_EPOCH.set(issuing.epoch_here)
    figures.HIGH_WATER_MARKS.set(issuing.marks)
    figures.NUMBERS_AHEAD.set(issuing.units)
