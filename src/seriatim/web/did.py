"""`/.well-known/did.json`: the public keys of our statements, for whoever checks one; open to everybody."""

from typing import Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from seriatim.app import App
from seriatim.identity.credentials.api import published_keys

PATH: Final = "/.well-known/did.json"
HEADERS: Final = {"cache-control": "public, max-age=3600", "access-control-allow-origin": "*"}


def routes(app: App) -> list[Route]:
    """One document, made once: it follows from the master key and the public address."""
    document = msgspec.json.encode(published_keys(app.environment))

    async def show(_: Request) -> Response:
        return Response(document, 200, HEADERS, "application/did+json")

    return [Route(PATH, show)]
