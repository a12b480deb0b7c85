"""The collections of /epcis: what is offered, and the types, things, steps, places and dispositions there are."""

from collections.abc import Iterable
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from seriatim import epcis, history
from seriatim.areas.exchange import lists, store
from seriatim.areas.exchange.doors.site import READ, Paths, Site, asked_in
from seriatim.areas.exchange.http import (
    VERSIONS,
    collection,
    json_answer,
    member_in,
    place_uri,
    segments,
    wants_urns,
)
from seriatim.areas.exchange.lists import LISTINGS, RESOURCES
from seriatim.areas.exchange.prefixes import KnownPrefixes
from seriatim.areas.exchange.query import narrowed
from seriatim.base.errors import NotFound
from seriatim.epcis.query import OneOf
from seriatim.epcis.vocabulary import BIZ_STEP, DISPOSITION
from seriatim.history import queries

PLACES: Final = frozenset({"bizLocation", "readPoint"})


class ListDoors:
    """Answers with Collections."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def paths(self) -> Paths:
        listings = {
            path: {"GET": handler}
            for name in LISTINGS
            for path, handler in (
                (f"/epcis/{name}", self.collection),
                (f"/epcis/{name}/{{id:path}}", self.member),
            )
        }
        return {
            "/epcis": {"GET": self.resources},
            "/epcis/": {"GET": self.resources},
            "/epcis/epcs": {"GET": self.epcs},
            "/epcis/nextPageToken/{token}": {"DELETE": self.release},
            **listings,
        }

    async def resources(self, request: Request) -> Response:
        """GET /epcis: what is offered here."""
        await self._site.caller(request, *READ)
        return json_answer(request, collection(RESOURCES))

    async def release(self, request: Request) -> Response:
        """DELETE /epcis/nextPageToken/{token}: the token leads nowhere any more; again is harmless."""
        actor = await self._site.caller(request, *READ)
        token = self._site.tokens.open(request.path_params["token"], actor.id)
        async with self._site.transaction() as tx:
            await store.revoke(tx, token.key, token.expires_at, now=self._site.now())
        return Response(status_code=204, headers=VERSIONS)

    async def collection(self, request: Request) -> Response:
        """GET /epcis/bizSteps and the like: the words of the standard and those that events use."""
        actor = await self._site.caller(request, *READ)
        name = segments(request)[0]
        question = name
        limit, after = await self._site.page_asked(request, question, actor)
        async with self._site.transaction(readonly=True) as tx:
            sight = await history.sight_of(tx, actor)
            page = await lists.members(tx, LISTINGS[name], limit, after, sight=sight)
            prefixes = await self._site.prefixes(tx, request)
        members: Iterable[str] = map(place_uri, page.items)
        if LISTINGS[name].field in PLACES:
            members = in_form(request, members, prefixes)
        return self._site.listed(request, members, page.next, question, actor)

    async def epcs(self, request: Request) -> Response:
        """GET /epcis/epcs: every thing that events have named."""
        actor = await self._site.caller(request, *READ)
        question = "epcs"
        limit, after = await self._site.page_asked(request, question, actor)
        async with self._site.transaction(readonly=True) as tx:
            page = await queries.things(tx, limit, after, sight=await history.sight_of(tx, actor))
            prefixes = await self._site.prefixes(tx, request)
        members = in_form(request, map(history.uri_of, page.items), prefixes)
        return self._site.listed(request, members, page.next, question, actor)

    async def member(self, request: Request) -> Response:
        """GET /epcis/bizSteps/{bizStep}/events and the like."""
        actor = await self._site.caller(request, *READ)
        kind = LISTINGS[segments(request)[0]]
        name, wants_events = member_in(request)
        value = {"bizSteps": BIZ_STEP.find, "dispositions": DISPOSITION.find}.get(
            segments(request)[0], history.place_of
        )(name) or name
        async with self._site.transaction(readonly=True) as tx:
            sight = await history.sight_of(tx, actor)
            known = value in kind.built_in or await queries.is_used(tx, kind.word, value, sight=sight)
        if not known:
            raise NotFound(f"No event uses {name}.")
        if not wants_events:
            return json_answer(request, collection(["events"]))
        value = epcis.canonical_identifier(name) if kind.field in PLACES else value
        return await self._site.page(request, narrowed(asked_in(request), OneOf(kind.field, (value,))), actor)


def in_form(request: Request, uris: Iterable[str], prefixes: KnownPrefixes) -> Iterable[str]:
    """Identifiers as the client wants them; a list knows none as it was captured, so that all others are Digital Links."""
    return (epcis.epc_urn(uri, prefixes) for uri in uris) if wants_urns(request) else uris
