"""GET /epcis/events and /epcis/epcs: events by question, by name, by thing."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from seriatim import epcis, gs1, history
from seriatim.areas.exchange import actions
from seriatim.areas.exchange.doors.site import READ, Paths, Site, asked_in
from seriatim.areas.exchange.http import collection, json_answer, member_in
from seriatim.areas.exchange.query import narrowed
from seriatim.base.errors import NotFound
from seriatim.epcis.query import Matches

ANY_EPC: Final = ("epcList", "childEPCs", "parentID", "inputEPCList", "outputEPCList")


class EventDoors:
    """Answers with events."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def paths(self) -> Paths:
        return {
            "/epcis/events": {"GET": self.events},
            "/epcis/events/{id:path}": {"GET": self.event},
            "/epcis/epcs/{id:path}": {"GET": self.epc},
        }

    async def events(self, request: Request) -> Response:
        """GET /epcis/events: the events that meet the parameters."""
        actor = await self._site.caller(request, *READ)
        return await self._site.page(request, asked_in(request), actor)

    async def event(self, request: Request) -> Response:
        """GET /epcis/events/{eventID}: the event, and the declarations that it was wrong."""
        actor = await self._site.caller(request, *READ)
        event_id, _ = member_in(request, may_end_in_events=False)
        async with self._site.transaction(readonly=True) as tx:
            found = await history.known_event(tx, event_id, sight=await history.sight_of(tx, actor))
            prefixes = await self._site.prefixes(tx, request)
        return self._site.written(
            request,
            lambda form: actions.query_document(found, form, now=self._site.now()),
            prefixes=prefixes,
        )

    async def epc(self, request: Request) -> Response:
        """GET /epcis/epcs/{epc} and /epcis/epcs/{epc}/events: what happened to one thing."""
        actor = await self._site.caller(request, *READ)
        epc, wants_events = member_in(request)
        try:
            key = gs1.canonical_key(epc)
        except gs1.GS1Error:
            key = history.key_of(history.item_key(epc))
        async with self._site.transaction(readonly=True) as tx:
            sight = await history.sight_of(tx, actor)
            if not await history.timeline(tx, key, limit=1, sight=sight):
                raise NotFound(f"No event has named {epc}.")
        if not wants_events:
            return json_answer(request, collection(["events"]))
        named = Matches(ANY_EPC, (epcis.canonical_identifier(epc),))
        return await self._site.page(request, narrowed(asked_in(request), named), actor)
