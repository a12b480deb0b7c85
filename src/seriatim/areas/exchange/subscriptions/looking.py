"""What is new: asks a standing query for the next events of the feed. Webhooks and sockets look with the same eyes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from seriatim.access import Actor
from seriatim.areas.exchange import named
from seriatim.areas.exchange.errors import QueryTooLarge
from seriatim.areas.exchange.subscriptions.documents import fitting
from seriatim.areas.exchange.subscriptions.model import Kind, Place, Progress, Run, advanced, begun
from seriatim.areas.exchange.subscriptions.schedule import Schedule
from seriatim.base import limits
from seriatim.base.db import Transaction
from seriatim.base.errors import BadInput, SeriatimError
from seriatim.epcis import Query
from seriatim.history import Sight, StoredEvent, following, sight_of

COUNTING_LOOKS: Final = 10
"""At `limits.QUERY_SCAN_EVENTS` events each."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A standing query as it is asked: by whom, when, how much at once."""

    actor: Actor
    """With today's role; it decides what is seen."""
    query: str
    """The name of the query."""
    schedule: Schedule | None
    recorded_from: datetime
    batch: int
    """Events in one document at most."""


@dataclass(frozen=True, slots=True)
class Found:
    """What one look has found."""

    progress: Progress
    run: Run | None = None
    """The run that this look belongs to; None: it was not time for one."""
    events: Sequence[StoredEvent] = ()
    error: SeriatimError | None = None
    """Why there is no answer."""

    @property
    def is_over(self) -> bool:
        """Whether the run has come to its end."""
        return self.run is not None and self.progress.run is None

    def kind(self, *, reports_empty: bool) -> Kind | None:
        """What the subscriber is told; None: nothing."""
        if self.error is not None:
            return "problem"
        if self.events:
            return "events"
        is_empty = self.is_over and self.run is not None and not self.run.has_reported
        return "empty" if is_empty and reports_empty else None

    @property
    def place(self) -> Place:
        """The place in the queue: that of the last event, or the end of the run."""
        return self.progress.place if self.is_over or not self.events else place_of(self.events[-1])

    @property
    def covers_until(self) -> datetime:
        """`minRecordTime` once this has been acknowledged."""
        assert self.run is not None, "only a run covers anything"
        return self.run.at if self.is_over or not self.events else self.events[-1].record_time


async def look(tx: Transaction, standing: Standing, progress: Progress, head: Place, now: datetime) -> Found:
    """The next events, as far as the feed had come when the run began. Raises NotFound when the query has ended."""
    before, progress = progress, begun(progress, standing.schedule, head, now)
    run = progress.run
    if run is None:
        return Found(progress)
    text = (await named.named(tx, standing.query, actor=standing.actor)).query.encode()
    sight = await sight_of(tx, standing.actor)
    try:
        query = named.query_of(text)
        if before.run is None:
            await _refuse_too_many(tx, query, standing, progress.place, run, sight)
        found = await following.follow(
            tx,
            query,
            progress.place,
            run.until,
            standing.batch,
            recorded_from=standing.recorded_from,
            sight=sight,
        )
    except BadInput as error:
        return Found(advanced(progress, run.until, 0, now), run, error=error)
    events = fitting(found.events)
    reached = Place(*found.place) if len(events) == len(found.events) else place_of(events[-1])
    return Found(advanced(progress, reached, len(events), now), run, events)


async def _refuse_too_many(
    tx: Transaction, query: Query, standing: Standing, place: Place, run: Run, sight: Sight | None
) -> None:
    """Raises QueryTooLarge when the run finds more than the client wants at most, or looks at too many events for that.

    A count has no place to go on from: it is done in one transaction, and must have an end.
    """
    most, count, looks = query.max_event_count, 0, 0
    while most is not None and place < run.until:
        if looks == COUNTING_LOOKS:
            raise QueryTooLarge(
                "Since the last run more events came than are counted for maxEventCount, "
                f"{COUNTING_LOOKS * limits.QUERY_SCAN_EVENTS}; none of them is sent. Ask for them in pages, or subscribe "
                "without maxEventCount."
            )
        looks += 1
        found = await following.follow(
            tx, query, place, run.until, most + 1, recorded_from=standing.recorded_from, sight=sight
        )
        count, place = count + len(found.events), Place(*found.place)
        if count > most:
            raise QueryTooLarge(
                f"More than {most} events match since the last run; none of them is sent. Ask for them in pages."
            )


def place_of(event: StoredEvent) -> Place:
    return Place(event.tx, event.id)
