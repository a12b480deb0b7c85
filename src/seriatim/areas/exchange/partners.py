"""What a partner may tell of our goods: where they are and what they stand in; never that one was made, ended, or
that somebody else's event was wrong; nor what our products and places are.

Else the key of one partner could make a copy genuine, or a genuine unit destroyed (T08).
"""

import contextlib
from collections.abc import Iterator, Sequence
from itertools import chain

from seriatim import gs1, history, identity
from seriatim.access import Actor
from seriatim.base import limits
from seriatim.base.db import Transaction
from seriatim.base.errors import NotAllowed
from seriatim.epcis import Event, Vocabulary
from seriatim.history import master_data


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
    told: Sequence[history.StoredEvent | history.AbsentEvent] = ()
    if event.event_id is not None:
        told = [*await history.event(tx, event.event_id), *await history.absent_by_name(tx, event.event_id)]
    if not any(one.captured_by == f"{actor.kind}:{actor.id}" and not one.declares_error for one in told):
        raise NotYours("Only who has captured an event may declare it wrong; name it by its eventID.")


class NotYourMasterData(NotAllowed):
    """A partner tells of its own places and products; ours, and what others have told of theirs, it leaves alone."""

    code = "not_your_master_data"


async def check_master_data(tx: Transaction, vocabularies: Sequence[Vocabulary], *, actor: Actor) -> None:
    """Refuses what a partner may not say of places and products. Raises NotYourMasterData.

    Ours are the GTINs of our products and the GLNs of our parties of kind `owner` and of their places, whatever stands
    behind the number (a lot, a dock). Of all others a partner may tell what nobody else has told before.
    """
    if actor.role != "partner" or not vocabularies:
        return
    elements = [element for vocabulary in vocabularies for element in vocabulary.elements]
    numbers = {
        number for element in elements for uri in (element.id, *element.children) for number in _numbers(uri)
    }
    if (ours := await _ours_among(tx, numbers)) or (ours := await _our_gln_among(tx, numbers)):
        raise NotYourMasterData(f"What {ours} is, and where it lies, its owner alone may tell.", key=ours)
    sight = await history.sight_of(tx, actor)
    assert sight is not None, "a partner sees a part"
    for thing, teller in await master_data.told_by(tx, vocabularies):
        if teller not in sight.callers:
            raise NotYourMasterData(f"Somebody else has told of {thing} before.", key=thing)


def _numbers(uri: str) -> Iterator[str]:
    """The GTIN or GLN in an identifier."""
    with contextlib.suppress(gs1.GS1Error):
        yield gs1.canonical_key(uri).key


async def _our_gln_among(tx: Transaction, numbers: set[str]) -> str | None:
    """The first of these GLNs that one of our own parties has, or one of their places."""
    own: set[str] = set()
    after: str | None = ""
    while after is not None:
        page = await identity.parties(tx, after=after, limit=limits.PAGE_ROWS_MAX)
        own.update(party.gln for party in page.items if party.kind == "owner")
        after = page.items[-1].gln if page.next else None
    places = {place.gln for place in await identity.locations(tx) if place.party_gln in own}
    return min(numbers & (own | places), default=None)


async def _ours_among(tx: Transaction, gtins: set[str]) -> str | None:
    """The first of these GTINs that one of our products has."""
    after: str | None = ""
    while after is not None:
        page = await identity.products(tx, after=after, limit=limits.PAGE_ROWS_MAX)
        if ours := gtins.intersection(product.gtin for product in page.items):
            return min(ours)
        after = page.items[-1].gtin if page.next else None
    return None
