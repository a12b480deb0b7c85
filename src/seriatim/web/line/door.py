"""The pages of the line: all lines, one station, its log, its pictures and its feed."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from starlette.responses import Response, StreamingResponse

from seriatim import identity
from seriatim.areas.line import Order
from seriatim.areas.line import store as line_store
from seriatim.base.errors import BadInput, NotFound
from seriatim.web.line import feed as feeds
from seriatim.web.line.station import SHORT, Station
from seriatim.web.pages import Visit
from seriatim.web.ui import render

LOG_ROWS: Final = 50
EVENTS: Final = {"content-type": "text/event-stream; charset=utf-8", "cache-control": "no-store", "x-accel-buffering": "no"}  # fmt: skip
FOR_EVER: Final = {"cache-control": "private, max-age=31536000, immutable"}
"""A frame is never changed once it is kept."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One line among the others."""

    address: str
    station: Station


def address_of(line: str) -> str:
    """Where a line's station stands."""
    return f"/line/{quote(line, safe='')}"


async def lines(visit: Visit) -> Response:
    """All lines that have run, each with the newest moment of its newest order."""
    tiles = [
        Tile(address_of(order.line), await feeds.station_now(visit.tx, order))
        for order in await line_store.lines(visit.tx)
    ]
    return visit.html("line/lines.html", tiles=tiles)


async def station(visit: Visit) -> Response:
    """One line: the newest moment now, and the address that the script asks for what follows."""
    order = await _order(visit)
    is_running = order.state == "running"
    is_replay = not is_running and visit.query.get("replay") == "1"
    mode = "live" if is_running else "replay" if is_replay else "still"
    moment = await feeds.station_now(visit.tx, order, mode)
    here = address_of(order.line)
    start = _last_seen(visit)
    playback = f"{here}/feed?replay=1" + (f"&from={start}" if start >= 0 else "")
    address = {"live": f"{here}/feed", "replay": playback, "still": ""}[mode]
    return visit.html("line/station.html", station=moment, here=here, feed=address)


async def feed(visit: Visit) -> Response:
    """Server-sent events; `from` or Last-Event-ID is the last trigger that the page has shown."""
    order = await _order(visit)
    here = address_of(order.line)
    if visit.request.method == "HEAD":
        return Response(None, 200, EVENTS)

    def draw(moment: Station) -> str:
        return render("line/parts.html", station=moment, here=here)

    if visit.query.get("replay") == "1":
        stream = feeds.play_back(visit.app, order, draw, after=_last_seen(visit))
    else:
        stream = feeds.follow(visit.app, order.line, draw)
    return StreamingResponse(stream, headers=EVENTS)


def _last_seen(visit: Visit) -> int:
    text = visit.request.headers.get("last-event-id") or visit.query.get("from") or "-1"
    try:
        return int(text[:12])
    except ValueError:
        raise BadInput("from is the number of a trigger.", field="from") from None


async def frame(visit: Visit) -> Response:
    """A kept picture, as the camera took it."""
    number, trigger = visit.path["order"], int(visit.path["trigger"])
    order = await line_store.order(visit.tx, number)
    jpeg = None
    if order is not None and order.line == visit.path["line"] and trigger < 2**31:
        jpeg = await line_store.frame(visit.tx, number, trigger)
    if jpeg is None:
        raise NotFound(f"No picture of trigger {trigger} is kept; rejects are, and some good units.")
    return Response(jpeg, 200, FOR_EVER, "image/jpeg")


async def log(visit: Visit) -> Response:
    """Every picture of the newest order, newest first."""
    order = await _order(visit)
    before = visit.query.get("before", "")
    if before and not (before.isdigit() and int(before) < 2**31):
        raise BadInput("before is the number of a trigger.", field="before")
    only_rejects = visit.query.get("rejects") == "1"
    rows = await line_store.inspections(
        visit.tx, order.number, int(before) if before else None, LOG_ROWS + 1, rejects_only=only_rejects
    )
    product = await identity.product(visit.tx, order.gtin)
    return visit.html(
        "line/log.html",
        order=order,
        product=product.name if product else order.gtin,
        rows=rows[:LOG_ROWS],
        more=rows[LOG_ROWS - 1].trigger_no if len(rows) > LOG_ROWS else None,
        before=before,
        rejects=only_rejects,
        here=address_of(order.line),
        words=SHORT,
    )


async def _order(visit: Visit) -> Order:
    line = visit.path["line"]
    order = await feeds.order_of(visit.tx, line)
    if order is None:
        raise NotFound(f"No order has been started on a line named {line}.")
    return order
