"""/epcis/queries/{name}/subscriptions: who is told of what a named query finds, over a webhook."""

from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from seriatim.areas.exchange import named
from seriatim.areas.exchange.doors.site import Paths, Site
from seriatim.areas.exchange.http import (
    ENCODE,
    VERSIONS,
    answer,
    check_request,
    chosen_media,
    discovery,
    form_for,
    json_answer,
    read_small_body,
)
from seriatim.areas.exchange.subscriptions import actions
from seriatim.areas.exchange.subscriptions.model import Subscription, wanted_in
from seriatim.base.errors import NotAllowed, NotFound, Refused


class SubscriptionDoors:
    """Makes subscriptions, lists and ends them."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def paths(self) -> Paths:
        return {
            "/epcis/queries/{name}/subscriptions": {
                "GET": self.subscriptions,
                "POST": self.subscribe,
                "OPTIONS": self.of_query,
            },
            "/epcis/queries/{name}/subscriptions/{id}": {
                "GET": self.subscription,
                "DELETE": self.unsubscribe,
                "OPTIONS": self.of_subscription,
            },
        }

    async def subscribe(self, request: Request) -> Response:
        """POST /epcis/queries/{name}/subscriptions: 201, its address and itself.

        `Accept` and the GS1 format headers say how its events will be written; its own description is JSON always.
        """
        actor = await self._site.caller(request, "subscriptions:write")
        form = form_for(request, chosen_media(request))
        data = await read_small_body(request)
        wanted = wanted_in(data)
        # A look-up of a name: before the transaction.
        await self._site.carrier.check(wanted.dest, is_for_outsider=actions.is_outsider(actor))
        try:
            async with self._site.transaction() as tx:
                made = await actions.subscribe(
                    tx,
                    _name(request),
                    wanted,
                    form,
                    actor=actor,
                    now=self._site.now(),
                    master_key=self._site.master_key,
                )
        except Refused as error:
            raise await self._site.refused(request, error, b"", actor) from error  # the body holds a secret
        return answer(ENCODE(made.json()), {"Location": made.address}, status=201)

    async def subscriptions(self, request: Request) -> Response:
        """GET /epcis/queries/{name}/subscriptions: those that the caller may see, in pages."""
        actor = await self._site.caller(request, "subscriptions:read")
        name = _name(request)
        question = ["subscriptions", name]
        limit, cursor = await self._site.page_asked(request, question, actor)
        async with self._site.transaction(readonly=True) as tx:
            await named.named(tx, name, actor=actor)
            found = await actions.subscriptions_of(
                tx,
                actor=actor,
                query=name,
                after=UUID(cursor) if cursor is not None else None,
                limit=limit + 1,
            )
        more = str(found[limit - 1].id) if len(found) > limit else None
        body = ENCODE([one.json() for one in found[:limit]])
        return json_answer(request, body, self._site.next_page(request, more, question, actor))

    async def subscription(self, request: Request) -> Response:
        """GET /epcis/queries/{name}/subscriptions/{subscriptionID}."""
        return json_answer(request, ENCODE((await self._one(request)).json()))

    async def unsubscribe(self, request: Request) -> Response:
        """DELETE /epcis/queries/{name}/subscriptions/{subscriptionID}: 204, and no further call."""
        actor = await self._site.caller(request, "subscriptions:write")
        of = _id(request)
        try:
            async with self._site.transaction() as tx:
                await actions.end(tx, of, actor=actor, now=self._site.now(), query=_name(request))
        except NotAllowed as error:
            raise await self._site.refused(request, error, of.bytes, actor) from error
        return Response(status_code=204, headers=VERSIONS)

    async def of_query(self, request: Request) -> Response:
        """OPTIONS /epcis/queries/{name}/subscriptions."""
        check_request(request)
        actor = await self._site.caller(request, "subscriptions:read")
        async with self._site.transaction(readonly=True) as tx:
            await named.named(tx, _name(request), actor=actor)
        return Response(status_code=204, headers=discovery("OPTIONS, GET, POST", capture=False))

    async def of_subscription(self, request: Request) -> Response:
        """OPTIONS /epcis/queries/{name}/subscriptions/{subscriptionID}: how far it has come."""
        check_request(request)
        found = await self._one(request)
        headers = discovery("OPTIONS, GET, DELETE", capture=False)
        headers["GS1-Query-Min-Record-Time"] = found.min_record_time.isoformat().replace("+00:00", "Z")
        return Response(status_code=204, headers=headers)

    async def _one(self, request: Request) -> Subscription:
        actor = await self._site.caller(request, "subscriptions:read")
        async with self._site.transaction(readonly=True) as tx:
            return await actions.subscription_of(tx, _id(request), actor=actor, query=_name(request))


def _name(request: Request) -> str:
    name: str = request.path_params["name"]
    return name


def _id(request: Request) -> UUID:
    try:
        return UUID(request.path_params["id"])
    except ValueError:
        raise NotFound("There is no such subscription.") from None
