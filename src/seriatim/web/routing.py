"""Which route answers a path, without asking each of the two hundred.

The framework tries its routes one after the other. Here the beginning of a path leads to the few that begin like it, in
the same order, and they are tried: the same route answers as before.
"""

from collections.abc import Sequence
from typing import Final

from starlette.routing import BaseRoute, Mount, Route, Router
from starlette.types import Receive, Scope, Send

SEGMENTS: Final = 3
"""Of a path that are looked at: `/api/v1/products`."""
Beginning = tuple[str, ...]


class Routes(Router):
    """The routes of a site, found by how their paths begin."""

    def __init__(self, routes: Sequence[BaseRoute]) -> None:
        # The framework would lead a path with a slash too many to the host that the request claims.
        super().__init__(routes, redirect_slashes=False)
        fixed = [(route, beginning_of_route(route)) for route in routes]
        known = {begins[:length] for _, begins in fixed for length in range(1, len(begins) + 1)}
        self._near: dict[Beginning, Router] = {
            beginning: Router(
                [route for route, begins in fixed if _agree(begins, beginning)], redirect_slashes=False
            )
            for beginning in known
        }

    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        near = self.near(scope["path"]) if scope["type"] == "http" and not scope.get("root_path") else None
        if near is None:
            await super().app(scope, receive, send)
            return
        scope.setdefault("router", self)
        await near.app(scope, receive, send)

    def near(self, path: str) -> Router | None:
        """Those that may answer the path; None when no path is known to begin so."""
        begins = tuple(path.split("/", SEGMENTS + 1)[1 : SEGMENTS + 1])
        for length in range(len(begins), 0, -1):
            found = self._near.get(begins[:length])
            if found is not None:
                return found
        return None


def beginning_of_route(route: BaseRoute) -> Beginning:
    """The segments that every path of the route begins with, three at most.

    >>> beginning_of_route(Route("/api/v1/products/{gtin}", print)), beginning_of_route(Route("/{any:path}", print))
    (('api', 'v1', 'products'), ())
    """
    if not isinstance(route, Route | Mount):
        return ()
    fixed = []
    for segment in route.path.split("/")[1 : SEGMENTS + 1]:
        if "{" in segment:
            break
        fixed.append(segment)
    return tuple(fixed)


def _agree(one: Beginning, other: Beginning) -> bool:
    """Whether a path can begin with both."""
    shared = min(len(one), len(other))
    return one[:shared] == other[:shared]
