"""The API's documentation page, drawn from the same document as /api/openapi.json; no script from elsewhere."""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from seriatim.web.ui import render


def docs_page(document: dict[str, Any]) -> Callable[[Request], Awaitable[Response]]:
    """A view that lists every operation by tag, with its parameters, its body and its answers."""
    by_tag: dict[str, list[dict[str, Any]]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            tag = next(iter(operation["tags"]), "Other")
            by_tag.setdefault(tag, []).append({"method": method.upper(), "path": path, **operation})

    async def view(request: Request) -> Response:
        nonce = request.scope["state"]["nonce"]
        page = render("api.html", document=document, by_tag=dict(sorted(by_tag.items())), nonce=nonce)
        return HTMLResponse(page)

    return view
