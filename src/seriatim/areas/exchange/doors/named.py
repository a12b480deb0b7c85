"""/epcis/queries: queries that have a name, and the events that match them now."""

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from seriatim.areas.exchange import named
from seriatim.areas.exchange.doors.site import READ, Paths, Site
from seriatim.areas.exchange.errors import InvalidQuery, QueryExists
from seriatim.areas.exchange.http import ENCODE, VERSIONS, json_answer, read_small_body
from seriatim.areas.exchange.named import TooManyQueries
from seriatim.areas.exchange.query import Asked, per_page_in
from seriatim.base.errors import NotAllowed


class NamedDoors:
    """Keeps queries, lists them, answers and ends them."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def paths(self) -> Paths:
        return {
            "/epcis/queries": {"GET": self.queries, "POST": self.create_query},
            "/epcis/queries/{name}": {"GET": self.named, "DELETE": self.delete_query},
            "/epcis/queries/{name}/events": {"GET": self.events},
        }

    async def queries(self, request: Request) -> Response:
        """GET /epcis/queries: queries that have a name."""
        actor = await self._site.caller(request, *READ)
        question = "queries"
        limit, after = await self._site.page_asked(request, question, actor)
        async with self._site.transaction(readonly=True) as tx:
            found = await named.all_named(tx, after or "", limit + 1, actor=actor)
        more = found[limit - 1].name if len(found) > limit else None
        body = ENCODE([one.json() for one in found[:limit]])
        return json_answer(request, body, self._site.next_page(request, more, question, actor))

    async def create_query(self, request: Request) -> Response:
        """POST /epcis/queries: 201 and the address of its events."""
        actor = await self._site.caller(request, "queries:write")
        data = await read_small_body(request)
        sent = named.definition_in(data)
        try:
            async with self._site.transaction() as tx:
                await named.create(tx, sent, actor=actor, now=self._site.now())
        except (QueryExists, TooManyQueries) as error:
            raise await self._site.refused(request, error, data, actor) from error
        location = f"/epcis/queries/{quote(sent.name, safe='')}/events"
        return Response(status_code=201, headers={**VERSIONS, "Location": location})

    async def named(self, request: Request) -> Response:
        """GET /epcis/queries/{name}: the query."""
        actor = await self._site.caller(request, *READ)
        async with self._site.transaction(readonly=True) as tx:
            found = await named.named(tx, request.path_params["name"], actor=actor)
        return json_answer(request, ENCODE(found.json()))

    async def delete_query(self, request: Request) -> Response:
        """DELETE /epcis/queries/{name}."""
        actor = await self._site.caller(request, "queries:write")
        name = request.path_params["name"]
        try:
            async with self._site.transaction() as tx:
                await named.delete(tx, name, actor=actor)
        except NotAllowed as error:
            raise await self._site.refused(request, error, name.encode(), actor) from error
        return Response(status_code=204, headers=VERSIONS)

    async def events(self, request: Request) -> Response:
        """GET /epcis/queries/{name}/events: the events that match now, in pages."""
        actor = await self._site.caller(request, *READ)
        given = dict(request.query_params)
        if unknown := sorted(given.keys() - {"perPage", "nextPageToken"}):
            raise InvalidQuery(f"A named query takes no {unknown[0]} here.", parameter=unknown[0])
        async with self._site.transaction(readonly=True) as tx:
            found = await named.named(tx, request.path_params["name"], actor=actor)
        query = named.query_of(found.query.encode())
        asked = Asked(query, per_page_in(given), given.get("nextPageToken"))
        return await self._site.page(request, asked, actor)
