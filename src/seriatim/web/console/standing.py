"""Where a thing stands, now or at a moment of its past, as pages say it."""

from dataclasses import dataclass
from datetime import datetime

from seriatim import history
from seriatim.base.db import Transaction
from seriatim.gs1 import Key
from seriatim.history import Item, Position, Standing
from seriatim.web.console.atlas import Atlas
from seriatim.web.console.story import Packing, Story
from seriatim.web.ui.words import State


@dataclass(frozen=True, slots=True)
class Stood:
    """The standing of a thing at one moment."""

    position: Position
    chain: tuple[Key, ...]
    """What it stands in, the parent first."""
    standings: tuple[Standing, ...]
    is_known: bool = True
    """False before its first event."""

    def shown_by(self, names: Atlas) -> State:
        """The word and shape of it."""
        if not self.is_known:
            return State("idle", "Not yet told of")
        kinds = tuple(standing.kind for standing in self.standings)
        return names.state(self.position.status, self.position.place, kinds)


async def stood_at(tx: Transaction, item: Item, at: datetime | None) -> Stood:
    """How the thing stands now (`at` None), or stood at that moment."""
    if at is None:
        position = await history.position(tx, item.key)
        assert position is not None, "an item is where its events say"
        return Stood(position, await history.ancestors(tx, item.key), item.standings)
    then = await history.as_of(tx, item.key, at)
    if then is None:
        return Stood(Position(item.key, None, "uncommissioned", 0), (), (), is_known=False)
    return Stood(then.position, then.chain, then.standings)


def where_word(position: Position, names: Atlas) -> str:
    """Where it stands, as the end of a sentence: ` in Boavista`; what is on its way has only left a place."""
    if position.place is None:
        return ""
    return f" {'from' if position.status == 'in_transit' else 'in'} {names.place(position.place)}"


def lead_at(stood: Stood, at: datetime, names: Atlas) -> tuple[str, str]:
    """The sentence of a page that shows a moment of the past.

    >>> from seriatim.gs1 import canonical_key
    >>> unit = canonical_key("(01)09506000134352(21)A1")
    >>> never = Stood(Position(unit, None, "uncommissioned", 0), (), (), is_known=False)
    >>> lead_at(never, datetime(2026, 11, 12, 4, 18), Atlas({}, {}, {}))
    ('Not yet told of', 'on 12 November 2026 at 04:18 UTC. Its first event came later.')
    """
    what = f"{stood.shown_by(names).word}{where_word(stood.position, names)}"
    rest = f"on {at.day} {at:%B %Y} at {at:%H:%M} UTC"
    if not stood.is_known:
        return what, f"{rest}. Its first event came later."
    inside = ("", ", inside a case", ", inside a case on a pallet")[min(stood.position.depth, 2)]
    return what, f"{rest}{inside}."


def packing_at(story: Story, chain: tuple[Key, ...], at: datetime | None) -> Packing | None:
    """How the thing was packed the last time by then; at a moment of the past, only if it was inside."""
    if at is None:
        return story.packings[-1] if story.packings else None
    begun = [packing for packing in story.packings if packing.since <= at]
    return begun[-1] if begun and chain[:1] == (begun[-1].parent,) else None


def route_of(story: Story, names: Atlas, at: datetime | None) -> list[str]:
    """The names of the places it had passed."""
    return [names.place(place) for place in story.route(at)]
