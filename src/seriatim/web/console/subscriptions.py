"""Subscriptions: who is told what is new, how far that has come, and what a receiver did not take."""

from collections.abc import Mapping
from typing import Final, get_args
from urllib.parse import urlsplit

from starlette.responses import Response

from seriatim.areas.exchange import subscriptions
from seriatim.areas.exchange.subscriptions import Delivery, DeliveryState, Subscription
from seriatim.base.errors import BadInput, NotFound, SeriatimError
from seriatim.base.http import page_of
from seriatim.web.console import schedule
from seriatim.web.console.asking import ROWS, text_in, tried, uuid_before, uuid_in
from seriatim.web.console.telling import teller, tellers
from seriatim.web.pages import Page, Visit
from seriatim.web.ui.words import State

HERE: Final = "/console/subscriptions"
STATES: Final[tuple[DeliveryState, ...]] = get_args(DeliveryState)
DELIVERIES: Final[Mapping[str, State]] = {
    "waiting": State("", "Waits"),
    "delivered": State("", "Delivered"),
    "split": State("", "Sent in two parts"),
    "dead": State("bad", "Given up"),
}
KINDS: Final[Mapping[str, str]] = {
    "events": "events",
    "empty": "a run that found nothing",
    "problem": "a problem",
}


def state_of(one: Subscription) -> State:
    """How a subscription is shown."""
    if one.state == "suspended":
        return State("bad", "Stands still")
    if one.state == "paused":
        return State("idle", "Paused")
    if one.failures and one.waiting:
        return State("watch", "Tries again")
    return State("watch", "Has dead letters") if one.dead else State("", "Delivers")


def delivery_state(one: Delivery) -> State:
    """How a delivery is shown; one that was refused before is odd."""
    if one.state == "waiting" and one.tries:
        return State("watch", "Tries again")
    return DELIVERIES[one.state]


def host_of(dest: str) -> str:
    """The receiver, short: a title for its page.

    >>> host_of("https://erp.alboral.example:8443/epcis?team=3")
    'erp.alboral.example:8443'
    """
    return urlsplit(dest).netloc or dest


def rest_of(dest: str) -> str:
    """What follows the host: tells several receivers on one host apart.

    >>> rest_of("https://erp.alboral.example:8443/epcis?team=3")
    '/epcis?team=3'
    """
    return dest.partition(host_of(dest))[2]


def answer_word(status: int | None, said: str) -> str:
    """What a receiver answered.

    >>> answer_word(503, "Service Unavailable"), answer_word(None, "no connection"), answer_word(204, "")
    ('503 Service Unavailable', 'no connection', '204')
    """
    return f"{status or ''} {said}".strip() or "no answer"


async def listing(visit: Visit) -> Response:
    found = await subscriptions.subscriptions_of(
        visit.tx, actor=visit.actor, after=uuid_before(visit), limit=ROWS + 1
    )
    return visit.html(
        "console/subscriptions.html",
        section="Subscriptions",
        page=page_of(found, ROWS, "id"),
        state_of=state_of,
        host_of=host_of,
        rest_of=rest_of,
        told=schedule.told,
    )


async def _known(visit: Visit) -> Subscription:
    of = uuid_in(visit.path["id"], "subscription")
    return await subscriptions.subscription_of(visit.tx, of, actor=visit.actor)


def _wanted_state(visit: Visit) -> DeliveryState | None:
    text = text_in(visit, "state")
    for state in STATES:
        if text == state:
            return state
    if text:
        raise BadInput(f"A delivery is {', '.join(STATES)}; not {text[:40]!r}.", field="state")
    return None


async def one(visit: Visit) -> Response:
    return await _page(visit, await _known(visit))


async def _page(visit: Visit, found: Subscription, *, fault: str = "", status: int = 200) -> Response:
    state = _wanted_state(visit)
    rows = await subscriptions.deliveries_of(
        visit.tx, found.id, actor=visit.actor, state=state, before=uuid_before(visit), limit=ROWS + 1
    )
    return visit.html(
        "console/subscription.html",
        status,
        section="Subscriptions",
        one=found,
        path=f"{HERE}/{found.id}",
        host=host_of(found.dest),
        state=state_of(found),
        told=schedule.told(found.schedule),
        maker=teller(found.created_by, await tellers(visit.tx)),
        may_change=_may_change(visit, found),
        page=page_of(rows, ROWS, "id"),
        wanted=state,
        states=[(name, DELIVERIES[name].word) for name in ("waiting", "dead", "delivered")],
        delivery_state=delivery_state,
        kinds=KINDS,
        answer_word=answer_word,
        fault=fault,
    )


def _may_change(visit: Visit, found: Subscription) -> bool:
    """Whoever has made it, or an administrator; the deed itself asks again."""
    actor = visit.actor
    is_ours = found.created_by == f"{actor.kind}:{actor.id}" or actor.role == "administrator"
    return visit.may("subscriptions:write") and is_ours


async def pause(visit: Visit) -> Response:
    found = await _known(visit)
    await subscriptions.pause(visit.tx, found.id, actor=visit.actor, now=visit.now)
    return visit.go(f"{HERE}/{found.id}")


async def resume(visit: Visit) -> Response:
    found = await _known(visit)
    await subscriptions.resume(visit.tx, found.id, actor=visit.actor, now=visit.now)
    return visit.go(f"{HERE}/{found.id}")


async def end(visit: Visit) -> Response:
    found = await _known(visit)
    await subscriptions.end(visit.tx, found.id, actor=visit.actor, now=visit.now)
    return visit.go(HERE)


async def _delivery(visit: Visit) -> tuple[Subscription, Delivery]:
    """The subscription and its delivery. Raises NotFound."""
    found = await _known(visit)
    of = uuid_in(visit.path["delivery"], "delivery")
    delivery = await subscriptions.delivery_of(visit.tx, of, actor=visit.actor)
    if delivery.subscription != found.id:
        raise NotFound("There is no such delivery.")
    return found, delivery


async def delivery(visit: Visit) -> Response:
    found, sent = await _delivery(visit)
    return visit.html(
        "console/delivery.html",
        section="Subscriptions",
        one=found,
        path=f"{HERE}/{found.id}",
        host=host_of(found.dest),
        delivery=sent,
        state=delivery_state(sent),
        kinds=KINDS,
        attempts=await subscriptions.attempts_of(visit.tx, sent.id, actor=visit.actor),
        answer_word=answer_word,
        may_change=_may_change(visit, found),
    )


async def send_again(visit: Visit) -> Response:
    found, sent = await _delivery(visit)

    async def deed() -> Delivery:
        return await subscriptions.send_again(visit.tx, sent.id, actor=visit.actor, now=visit.now)

    outcome = await tried(visit, deed)
    if isinstance(outcome, SeriatimError):
        return await _page(visit, found, fault=outcome.message, status=outcome.status)
    return visit.go(f"{HERE}/{found.id}/deliveries/{sent.id}")


PAGES: Final = (
    Page(HERE, listing, "subscriptions:read"),
    Page(f"{HERE}/{{id}}", one, "subscriptions:read"),
    Page(f"{HERE}/{{id}}/pause", pause, "subscriptions:write", ("POST",)),
    Page(f"{HERE}/{{id}}/resume", resume, "subscriptions:write", ("POST",)),
    Page(f"{HERE}/{{id}}/end", end, "subscriptions:write", ("POST",)),
    Page(f"{HERE}/{{id}}/deliveries/{{delivery}}", delivery, "subscriptions:read"),
    Page(f"{HERE}/{{id}}/deliveries/{{delivery}}/again", send_again, "subscriptions:write", ("POST",)),
)
