"""What a partner may tell of our goods: where they are and what they stand in; never that one was made, ended, or
that somebody else's event was wrong.

Else the key of one partner could make a copy genuine, or a genuine unit destroyed (T08).
"""

from collections.abc import Iterator, Sequence
from itertools import chain

from seriatim import history, identity
from seriatim.access import Actor
from seriatim.base import limits
from seriatim.base.db import Transaction
from seriatim.base.errors import NotAllowed
from seriatim.epcis import Event


class NotYours(NotAllowed):
    """A partner tells what it has done itself: units are made and ended by their maker."""

    code = "not_yours"


async def check_authority(tx: Transaction, events: Sequence[Event], *, actor: Actor) -> None:
    """Refuses what a partner may not say. Raises NotYours; everybody else of the house passes."""
    if actor.role != "partner":
        return
    for event in events:
        if event.error_declaration is not None:
            await _check_declaration(tx, event, actor)
    named = {history.item_key(epc).group for epc in chain.from_iterable(map(made_or_ended, events))}
    named.discard("")
    if named and (ours := await _ours_among(tx, named)) is not None:
        raise NotYours(f"Units of {ours} are made and ended by their maker alone.", gtin=ours)


def made_or_ended(event: Event) -> Iterator[str]:
    """The identifiers whose birth or end the event states."""
    if event.type == "TransformationEvent":
        yield from event.epcs()
    elif event.type == "ObjectEvent" and event.action in {"ADD", "DELETE"}:
        yield from event.epc_list


async def _check_declaration(tx: Transaction, event: Event, actor: Actor) -> None:
    told = await history.event(tx, event.event_id) if event.event_id is not None else ()
    if not any(one.captured_by == f"{actor.kind}:{actor.id}" and not one.declares_error for one in told):
        raise NotYours("Only who has captured an event may declare it wrong; name it by its eventID.")


async def _ours_among(tx: Transaction, gtins: set[str]) -> str | None:
    """The first of these GTINs that one of our products has."""
    after: str | None = ""
    while after is not None:
        page = await identity.products(tx, after=after, limit=limits.PAGE_ROWS_MAX)
        if ours := gtins.intersection(product.gtin for product in page.items):
            return min(ours)
        after = page.items[-1].gtin if page.next else None
    return None
