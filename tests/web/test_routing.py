"""A route is found by how its path begins, and it is the one that would be found by asking each."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.routing import BaseRoute, Match, Mount, Route
from starlette.staticfiles import StaticFiles

from seriatim.web.routing import Routes

SEGMENTS = st.sampled_from(["a", "b", "{x}", "{y:path}", "c.d", ""])
PATHS = st.lists(st.sampled_from(["a", "b", "c.d", "e", "", "a b"]), max_size=6).map(
    lambda parts: "/" + "/".join(parts)
)


async def nothing(scope: object, receive: object, send: object) -> None: ...


def answering(routes: Sequence[BaseRoute], path: str, method: str) -> BaseRoute | None:
    """As the framework chooses: the first that fits whole, else the first whose path fits."""
    scope = {"type": "http", "path": path, "method": method, "root_path": ""}
    fits = [(route, route.matches(scope)[0]) for route in routes]
    whole = [route for route, fit in fits if fit is Match.FULL]
    part = [route for route, fit in fits if fit is Match.PARTIAL]
    return next(iter([*whole, *part]), None)


@given(
    st.lists(
        st.lists(SEGMENTS, min_size=1, max_size=5, unique=True).map(lambda parts: "/" + "/".join(parts)),
        max_size=8,
    ),
    PATHS,
    st.sampled_from(["GET", "POST"]),
)
def test_the_route_is_the_one_that_asking_each_would_find(paths: list[str], path: str, method: str) -> None:
    routes: list[BaseRoute] = [
        Route(one, nothing, methods=["GET" if place % 2 else "POST"])
        for place, one in enumerate(paths)
        if one.count("{y:path}") + one.count("{x}") < 3
    ]
    routes.insert(len(routes) // 2, Mount("/b", StaticFiles(directory="."), name="files"))
    table = Routes(routes)
    near = table.near(path)

    found = answering(routes if near is None else near.routes, path, method)

    assert found is answering(routes, path, method)


@pytest.mark.parametrize(
    ("path", "most"),
    [("/api/v1/products/1", 2), ("/api/v1/products", 2), ("/epcis/events", 2), ("/epcis/x", 2)],
)
def test_few_are_asked(path: str, most: int) -> None:
    routes = [
        Route(one, nothing)
        for one in ("/api/v1/products", "/api/v1/products/{gtin}", "/api/v1/units", "/epcis/events", "/epcis")
    ]
    near = Routes(routes).near(path)

    assert near is not None
    assert len(near.routes) <= most
