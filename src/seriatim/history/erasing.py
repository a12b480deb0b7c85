"""Erasing one event for good, where the law wants it; its entry in the verifiable log stays, and the tree with it.

Document and salt go: without the salt nobody can tell what the entry stood for. What stays is what the state of the units
is made of (`absent.rest_of`): type, time, step, disposition, places, lot, expiry, order; and the hash that keeps the
event from coming back when it is sent again.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from seriatim import epcis
from seriatim.access import Actor, audit
from seriatim.access.verifiable_log import places_of
from seriatim.base import outbox
from seriatim.base.db import Row, Transaction
from seriatim.base.errors import CannotNow, NotFound, Refused, Unprocessable
from seriatim.epcis import Event
from seriatim.history import parking, terms
from seriatim.history.absent import AbsentEvent, CannotBeStripped, Leaving, absent_by_name, let_go, rest_of
from seriatim.history.event_log import KIND
from seriatim.history.sight import seen
from seriatim.history.statements import QUERIES

ERASED: Final = "history.erased"
"""Tells who else may hold the document: its eventID, who told it, and when it was recorded."""


class EventArchived(Refused):
    """The event lies in an archive, where nothing can be taken out of it."""

    code = "event_in_archive"


class NotErasable(Refused):
    """The state of units hangs on all that this event says; nothing was erased. Report this."""

    code = "not_erasable"


class Erased(NamedTuple):
    """What was erased."""

    places: tuple[int, ...]
    """In the verifiable log; empty when it had been erased before, or was only held."""
    held: int = 0
    """How many events of this eventID waited for their cause, and are gone without a trace in the history."""


async def erase(tx: Transaction, event_id: str, *, reason: str, actor: Actor, now: datetime) -> Erased:
    """Erases the event of this eventID and its declarations, those too that are only held; again is harmless. The reason
    is kept for ever: no names.

    Raises NotFound, NotErasable, EventArchived (bring the archive back, erase, archive again), CannotNow while the event
    has no place in the log yet, a second at most.
    """
    if not reason.strip():
        raise Unprocessable(
            "Say why, as in the request that you follow; it is kept, so put no personal data into it."
        )
    sql, arguments = seen(QUERIES.events_by_name, [event_id], None)
    rows = await tx.rows(sql, *arguments)
    gone = await absent_by_name(tx, event_id)
    if archived := [one.file for one in gone if one.file is not None]:
        raise EventArchived(
            f"The event is archived in {archived[0]}: restore that archive, erase, archive again, destroy the old file.",
            file=archived[0],
        )
    held = await parking.drop(tx, event_id)
    if not rows and not gone and not held:
        raise NotFound(f"There is no event {event_id}.")
    places = await _erase_kept(tx, rows, gone, now=now)
    told = [
        (name, row["captured_by"], row["record_time"]) for row in rows for name in {event_id, row["event_id"]}
    ]
    told += [(event_id, *one) for one in held]
    if told:
        messages = [{"event_id": name, "captured_by": teller, "at": at} for name, teller, at in told]
        await outbox.post(tx, ERASED, messages)
        subject = str(rows[0]["id"]) if rows else event_id
        await audit(tx, actor, "history.erase", subject, {"reason": reason, "places": places}, now)
    return Erased(places, len(held))


async def _erase_kept(
    tx: Transaction, rows: Sequence[Row], gone: Sequence[AbsentEvent], *, now: datetime
) -> tuple[int, ...]:
    """The events of these rows go; answers where they stand in the log."""
    entered = await places_of(tx, KIND, [row["id"] for row in rows])
    if len(entered) < len(rows):
        raise CannotNow("The event is not sealed in the verifiable log yet; ask again in a second.")
    events = {row["id"]: epcis.load_event(row["document"], written=True) for row in rows}
    if await let_go(tx, [_leaving(row, events[row["id"]]) for row in rows], erased_at=now) != len(rows):
        raise CannotNow("The event has just been archived, or erased by somebody else; ask again.")
    tellers = {row["captured_by"] for row in rows} | {one.captured_by for one in gone}
    await terms.forget(tx, events.items(), tellers)
    return tuple(sorted(one.place for one in entered.values()))


def _leaving(row: Row, event: Event) -> Leaving:
    try:
        rest = rest_of(event, row["id"])
    except CannotBeStripped as error:
        raise NotErasable from error
    return Leaving(
        row["id"], row["strict_hash"], row["declares_error"], row["event_id"], row["captured_by"], rest
    )
