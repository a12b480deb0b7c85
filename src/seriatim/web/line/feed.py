"""Moments of a line as server-sent events: a running order is followed, a finished one is played back.

Each event carries the parts of the page as HTML, drawn from the same template as the page itself. An answer lasts ten
minutes at most; the browser then comes back with the last trigger it has seen, and its session is looked at again.
"""

import asyncio
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable, Sequence
from typing import Final

from seriatim import identity
from seriatim.app import App
from seriatim.areas.line import Inspection, Order
from seriatim.areas.line import store as line_store
from seriatim.base.db import Transaction
from seriatim.base.errors import CannotNow
from seriatim.web.line.station import TREND, Ledger, Picture, Station, jpeg_size

LASTS_S: Final = 600.0
LOOK_S: Final = 1.0
BEAT_S: Final = 4.0
UNIT_S: Final = 0.33
"""Playback: about three units a second."""
ROWS: Final = 500

Draw = Callable[[Station], str]


async def order_of(tx: Transaction, line: str) -> Order | None:
    """The newest order that was started on a line."""
    return next((order for order in await line_store.lines(tx) if order.line == line), None)


async def station_now(tx: Transaction, order: Order, mode: str = "live") -> Station:
    """The newest moment of an order."""
    newest = await line_store.inspections(tx, order.number, None, 1)
    first = max(newest[0].trigger_no - TREND + 1, 0) if newest else 0
    rows = await line_store.inspections_from(tx, order.number, first, TREND)
    counts = await line_store.counts(tx, order.number)
    kept = _kept(rows)
    return Station(
        order, await _product(tx, order), tuple(rows), Ledger.of(counts), await _picture(tx, kept), mode
    )


def _kept(rows: Sequence[Inspection]) -> Inspection | None:
    """The newest unit whose picture is kept and whose verdict is that of the newest unit; else the newest kept."""
    kept = [row for row in reversed(rows) if row.has_frame]
    return next((row for row in kept if row.passed == rows[-1].passed), kept[0] if kept else None)


async def _product(tx: Transaction, order: Order) -> str:
    product = await identity.product(tx, order.gtin)
    return product.name if product else order.gtin


async def _picture(tx: Transaction, row: Inspection | None) -> Picture | None:
    jpeg = await line_store.frame(tx, row.order_number, row.trigger_no) if row else None
    if row is None or not jpeg:
        return None
    width, height = jpeg_size(jpeg)
    return Picture(row, width, height) if width and height else None


def event(kind: str, data: str = "", number: int | None = None) -> bytes:
    """One event as the HTML standard writes it (section 9.2.6)."""
    lines = [f"event: {kind}", *([f"id: {number}"] if number is not None else [])]
    lines += [f"data: {line}" for line in data.splitlines() or [""]]
    return ("\n".join(lines) + "\n\n").encode()


async def follow(
    app: App, line: str, draw: Draw, *, look_s: float = LOOK_S, lasts_s: float = LASTS_S
) -> AsyncGenerator[bytes, None]:
    """The newest moment whenever it has changed, and a beat in between."""
    yield b"retry: 2000\n\n"
    ends, beats, shown = time.monotonic() + lasts_s, 0.0, None
    while time.monotonic() < ends:
        moment, is_there = None, True
        try:
            async with app.database.transaction(readonly=True) as tx:
                order = await order_of(tx, line)
                newest = await line_store.inspections(tx, order.number, None, 1) if order else []
                now = (order, newest[0].trigger_no if newest else -1)
                if order is not None and now != shown:
                    moment, shown = await station_now(tx, order), now
        except CannotNow:
            is_there = False  # silence: the page will say that it is stale
        if moment is not None:
            yield event("moment", draw(moment), moment.newest.trigger_no if moment.newest else None)
        elif is_there and time.monotonic() >= beats:
            yield event("beat")
        if moment is not None or time.monotonic() >= beats:
            beats = time.monotonic() + BEAT_S
        await asyncio.sleep(look_s)


async def play_back(
    app: App, order: Order, draw: Draw, *, after: int = -1, unit_s: float = UNIT_S, lasts_s: float = LASTS_S
) -> AsyncGenerator[bytes, None]:
    """Every moment of an order after a trigger, one after another, and its true books at the end."""
    yield b"retry: 2000\n\n"
    ends = time.monotonic() + lasts_s
    window: deque[Inspection] = deque(maxlen=TREND)
    ledger, picture, trigger = Ledger(), None, 0
    async with app.database.transaction(readonly=True) as tx:
        product = await _product(tx, order)
    while rows := await _rows_from(app, order, trigger):
        for row in rows:
            window.append(row)
            ledger = ledger.plus(row)
            if row.trigger_no <= after:
                continue
            kept = _kept(window)
            if kept != (picture.row if picture else None):
                async with app.database.transaction(readonly=True) as tx:
                    picture = await _picture(tx, kept)
            if time.monotonic() >= ends:
                return
            moment = Station(order, product, tuple(window), ledger, picture, "replay")
            yield event("moment", draw(moment), row.trigger_no)
            await asyncio.sleep(unit_s)
        trigger = rows[-1].trigger_no + 1
    async with app.database.transaction(readonly=True) as tx:
        last = await station_now(tx, order, "replay")
    yield event("moment", draw(last))
    yield event("end")


async def _rows_from(app: App, order: Order, trigger: int) -> list[Inspection]:
    async with app.database.transaction(readonly=True) as tx:
        return await line_store.inspections_from(tx, order.number, trigger, ROWS)
