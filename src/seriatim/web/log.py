"""The verifiable log's files, for auditors and their programs: `/log/checkpoint`, `/log/tile/...` (C2SP tlog-tiles).

They need a key or a session with the right to read the trail. Tiles never change, so they may be kept.
"""

import re
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from seriatim import access
from seriatim.access.verifiable_log import LogFolder
from seriatim.app import App
from seriatim.base.errors import NotFound, NotSignedIn, SeriatimError
from seriatim.web.api.runner import problem_response
from seriatim.web.sessions import actor_of

FILE: Final = re.compile(
    r"checkpoint|tile/(?:[0-9]{1,2}|entries)/(?:x[0-9]{3}/){0,6}[0-9]{3}(?:\.p/[1-9][0-9]{0,2})?"
)
"""The names that a log's files have; nothing else is ever looked for on the disk."""
KEEP: Final = {"cache-control": "private, max-age=31536000, immutable"}
LOOK_AGAIN: Final = {"cache-control": "private, no-cache"}


def routes(app: App) -> list[Route]:
    """The one route of the log's files."""
    log = LogFolder.of(app.environment)

    async def file(request: Request) -> Response:
        try:
            async with app.database.transaction(readonly=True) as tx:
                actor = await actor_of(app, tx, request)
                if actor is access.PUBLIC:
                    raise NotSignedIn
                access.require(actor, "audit:read")
            return await run_in_threadpool(_answer, log, request.path_params["name"])
        except SeriatimError as error:
            return problem_response(error, request)

    return [Route("/log/{name:path}", file)]


def _answer(log: LogFolder, name: str) -> Response:
    if FILE.fullmatch(name):
        try:
            content = (log.folder / name).read_bytes()
        except FileNotFoundError:
            content = None
        if content is not None and name == "checkpoint":
            return Response(content, media_type="text/plain; charset=utf-8", headers=LOOK_AGAIN)
        if content is not None:
            return Response(content, media_type="application/octet-stream", headers=KEEP)
    raise NotFound(f"The log has no file {name[:200]}.")
