"""The API described: for machines at /api/openapi.json, for people at /api/docs, both from the endpoint table.

Both need a key or a session, as all but the resolver and the consumer pages does.
"""

from typing import Any

from starlette.responses import Response

from seriatim import access
from seriatim.access import Call, Endpoint
from seriatim.base.errors import NotSignedIn
from seriatim.web.pages import Page, Visit


def endpoint_of(document: dict[str, Any]) -> Endpoint:
    """The route that serves the OpenAPI document."""

    async def act(call: Call[None, None]) -> dict[str, Any]:
        if call.actor is access.PUBLIC:
            raise NotSignedIn
        return document

    return Endpoint("GET", "/api/openapi.json", None, "This description", act, returns=dict[str, Any])


def page_of(document: dict[str, Any]) -> Page:
    """The page that lists every operation by tag, with its parameters, its body and its answers; without script."""
    by_tag: dict[str, list[dict[str, Any]]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            tag = next(iter(operation["tags"]), "Other")
            by_tag.setdefault(tag, []).append({"method": method.upper(), "path": path, **operation})

    async def view(visit: Visit) -> Response:
        if visit.actor is access.PUBLIC:
            raise NotSignedIn
        return visit.html("api.html", document=document, by_tag=dict(sorted(by_tag.items())))

    return Page("/api/docs", view, None)
