"""Doors for machines that watch: alive, ready, and the figures."""

from prometheus_client import REGISTRY
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from seriatim import access, identity
from seriatim.access import verifiable_log
from seriatim.access.verifiable_log import LogFolder, LogState
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
                state = await verifiable_log.state_of(tx, LogFolder.of(app.environment))
                _show(await identity.differs(tx), state)
            await app.dispatcher().ages()
        except SeriatimError as error:
            return problem_response(error, request)
        ours_and_process = figures.exposition() + generate_latest(REGISTRY)
        return Response(ours_and_process, media_type=CONTENT_TYPE_LATEST)

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]


def _show(issuing: identity.Difference, log: LogState) -> None:
    figures.ISSUING_FROZEN.set(issuing.is_frozen)
    figures.ISSUING_EPOCH.set(issuing.epoch_here)
    figures.HIGH_WATER_MARKS.set(issuing.marks)
    figures.NUMBERS_AHEAD.set(issuing.units)
    figures.LOG_ENTRIES.set(log.size)
    figures.LOG_WAITING.set(log.waiting)
