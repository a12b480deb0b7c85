"""Things that come into being, put into the store by the fast road.

A commissioning names units that nobody has named before: there is nothing to merge with, so their rows are copied in as
they are. Should one of them be there all the same (its packing came first, or comes in this moment), none is put in, and
all are merged.
"""

from collections.abc import Iterator
from itertools import chain
from typing import Final

from seriatim.base import limits
from seriatim.base.db import Transaction, binary
from seriatim.history.changes import Changes
from seriatim.history.statements import QUERIES
from seriatim.history.store import COLUMNS, Kinds, are_few, merge_items, record

SAMPLE: Final = 16
"""Things looked up beforehand: of units that were packed before they were made, rarely only one is known."""

PIECE_ROWS: Final = 500
"""Rows made at once: some 100 KB, while the database is at work on those before."""


async def follow(tx: Transaction, kinds: Kinds, changes: Changes) -> None:
    """Let the items follow: what comes into being is put in, everything else merged with what is there."""
    if are_few(changes) or not are_births(changes) or not await insert_births(tx, kinds, changes):
        await merge_items(tx, kinds, changes)


def are_births(changes: Changes) -> bool:
    """Whether all that is named comes into being here, and all of it fits into the rows."""
    return all(
        one.registers.born_event is not None and len(one.events) <= limits.ITEM_EVENTS_INLINE
        for one in changes.profiles
    )


async def insert_births(tx: Transaction, kinds: Kinds, changes: Changes) -> bool:
    """Put in things that are all new; False when one of them is known, and then nothing has been put in."""
    serials = {kinds[kind]: places for kind, places in changes.of.items()}
    for number, places in serials.items():
        some = list(places)[:: max(1, len(places) // SAMPLE)]
        if await tx.value(QUERIES.any_known, number, some):
            return False
    profiles = [record(kinds, one) for one in changes.profiles]
    # A column of which nothing is said stays out.
    said = [place for place in range(len(COLUMNS)) if any(profile[place] is not None for profile in profiles)]
    names = [COLUMNS[place][0] for place in said]
    ends = [
        b"".join(binary.field(COLUMNS[place][1], profile[place]) for place in said) for profile in profiles
    ]
    pieces = (_pieces(number, serials[number], ends, len(said)) for number in sorted(serials))
    return await tx.copy_new("history_item", ["class", "serial", *names], chain.from_iterable(pieces))


def _pieces(number: int, places: dict[str, int], ends: list[bytes], columns: int) -> Iterator[bytes]:
    """Rows in the order of serials, as every other statement takes them (UTF-8 sorts as code points do)."""
    start = binary.row_head(columns + 2) + binary.field("integer", number)
    serials = sorted(places)
    for first in range(0, len(serials), PIECE_ROWS):
        some = serials[first : first + PIECE_ROWS]
        yield b"".join(
            [
                start + binary.length(len(data)) + data + ends[places[serial]]
                for serial, data in zip(some, map(str.encode, some), strict=True)
            ]
        )
