"""The newest events as they come, for whoever has the list open: rows of HTML as server-sent events.

An answer lasts ten minutes at most; the browser then comes back with the last position it has seen. Whoever may not read
on is told nothing more: that is asked at every look.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping
from typing import Final, TypeAlias

from seriatim import history
from seriatim.app import App
from seriatim.base import limits
from seriatim.base.db import Transaction
from seriatim.base.errors import BadInput, CannotNow
from seriatim.gs1 import Key
from seriatim.history import EventQuery, Since
from seriatim.web.console.asking import ROWS
from seriatim.web.console.atlas import atlas
from seriatim.web.console.telling import rows_of, teller, tellers
from seriatim.web.ui import render
from seriatim.web.ui.addresses import with_query

LASTS_S: Final = 600.0
LOOK_S: Final = 1.0
BEAT_S: Final = 4.0
BIGGEST: Final = (1 << 63) - 1
COME_LATER: Final = b"retry: 10000\n\n"
"""All seats are taken; in milliseconds."""
Welcome: TypeAlias = Callable[[Transaction], Awaitable[bool]]
"""Whether the reader may still read."""


class Seats:
    """The tails that are open in this process."""

    def __init__(self) -> None:
        self.taken = 0

    @contextlib.contextmanager
    def seat(self) -> Iterator[bool]:
        """Whether there is one left; it is held until the end."""
        if self.taken >= limits.TAILS:
            yield False
            return
        self.taken += 1
        try:
            yield True
        finally:
            self.taken -= 1


SEATS: Final = Seats()


def address(path: str, values: Mapping[str, str], since: tuple[int, int]) -> str:
    """Where the rows after `since` are told."""
    return with_query(f"{path}/tail", values, since=f"{since[0]}.{since[1]}")


def position_in(text: str) -> tuple[int, int]:
    """The position that `address` wrote. Raises BadInput.

    >>> position_in("812.-9223372036854775808")
    (812, -9223372036854775808)
    """
    first, dot, second = text.partition(".")
    try:
        transaction, event = int(first[:20]), int(second[:20])
    except ValueError:
        transaction, event = -1, 0
    if not dot or not 0 <= transaction <= BIGGEST or not -BIGGEST - 1 <= event <= BIGGEST:
        raise BadInput("The place to go on from cannot be read; load the list again.", field="since")
    return transaction, event


async def follow(
    app: App,
    asked: EventQuery,
    kind: Key | None,
    position: tuple[int, int],
    is_welcome: Welcome,
    *,
    look_s: float = LOOK_S,
    lasts_s: float = LASTS_S,
) -> AsyncGenerator[bytes, None]:
    """The rows of new events, the oldest first, as soon as they can be seen; and a beat in between.

    Ends when the reader is not welcome any more, and at once when `limits.TAILS` are open.
    """
    with SEATS.seat() as is_seated:
        if not is_seated:
            yield COME_LATER
            return
        yield b"retry: 2000\n\n"
        ends, beats = time.monotonic() + lasts_s, 0.0
        while time.monotonic() < ends:
            rows, is_there = "", True
            try:
                async with app.database.transaction(readonly=True) as tx:
                    if not await is_welcome(tx):
                        return
                position, rows = await _newer(app, asked, kind, position)
            except CannotNow:
                is_there = False  # silence: the page will say that it is stale
            if rows:
                yield _sent("rows", rows, position)
            elif is_there and time.monotonic() >= beats:
                yield _sent("beat", "", position)
            if rows or time.monotonic() >= beats:
                beats = time.monotonic() + BEAT_S
            await asyncio.sleep(look_s)


async def _newer(
    app: App, asked: EventQuery, kind: Key | None, position: tuple[int, int]
) -> tuple[tuple[int, int], str]:
    """Where to go on, and the rows as HTML; empty when nothing has come."""
    async with app.database.transaction(readonly=True) as tx:
        found: Since = await history.since(tx, asked, kind, position, limit=ROWS)
        if not found.events:
            return found.position, ""
        names, known = await atlas(tx), await tellers(tx)
        findings = await history.findings_of(tx, [event.id for event in found.events])
    rows = await asyncio.to_thread(rows_of, found.events, names)
    return found.position, render(
        "console/event_rows.html",
        rows=rows,
        atlas=names,
        known=known,
        teller=teller,
        findings=findings,
        now=app.environment.clock.now(),
    )


def _sent(kind: str, data: str, position: tuple[int, int]) -> bytes:
    """One event as the HTML standard writes it (section 9.2.6)."""
    lines = [f"event: {kind}", f"id: {position[0]}.{position[1]}"]
    lines += [f"data: {line}" for line in data.splitlines() or [""]]
    return ("\n".join(lines) + "\n\n").encode()
