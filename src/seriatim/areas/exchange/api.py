"""The EPCIS 2.0 doors under /epcis: capture, and events by question, by thing, step, place or name.

Paths, statuses and headers are those of GS1's OpenAPI. An answer that says "stored" leaves after the commit.
"""

from typing import Final

from starlette.routing import BaseRoute, Route, WebSocketRoute

from seriatim.areas.exchange.doors.capture import CaptureDoors
from seriatim.areas.exchange.doors.events import EventDoors
from seriatim.areas.exchange.doors.lists import ListDoors
from seriatim.areas.exchange.doors.named import NamedDoors
from seriatim.areas.exchange.doors.site import Door, Handler, Site
from seriatim.areas.exchange.doors.socket import SocketDoor
from seriatim.areas.exchange.doors.subscriptions import SubscriptionDoors

METHODS: Final = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def routes(door: Door) -> list[BaseRoute]:
    """The routes of EPCIS, to be mounted at the root of the site."""
    site = Site(door)
    table: dict[str, dict[str, Handler]] = {}
    parts = (
        CaptureDoors(site),
        EventDoors(site),
        NamedDoors(site),
        SubscriptionDoors(site),
        ListDoors(site),
    )
    for part in parts:
        for path, handlers in part.paths().items():
            table.setdefault(path, {}).update(handlers)
    answering = [Route(path, site.guarded(handlers), methods=METHODS) for path, handlers in table.items()]
    return [*answering, WebSocketRoute("/epcis/queries/{name}/events", SocketDoor(site).open)]
