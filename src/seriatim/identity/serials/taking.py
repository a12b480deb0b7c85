"""The next serials of a product, gone for ever: counters of its key, or positions in its lists from outside."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from seriatim.base.db import Transaction
from seriatim.base.errors import NotFound, Refused
from seriatim.identity.serials import store
from seriatim.identity.serials.number_list import NumberList
from seriatim.identity.serials.overlap import ranges_of, void_counters
from seriatim.identity.serials.permutation import serials_of_counters
from seriatim.identity.serials.policy import SerialPolicy
from seriatim.identity.serials.presets import with_room_for

LOOKED_UP_AT_ONCE = 50_000


class SerialsExhausted(Refused):
    """The product has no serials left in this form: more would make a guess likelier than 1 in 10,000."""

    code = "serials_exhausted"


class Taken(NamedTuple):
    """A block [first, past) of the counters of one generation, gone for ever."""

    gtin: str
    generation: int
    first: int
    past: int
    voided: tuple[tuple[int, int], ...] = ()
    """Ranges in it whose serials must not be used: issued by an older generation, or out of date."""
    expires_at: datetime | None = None
    """When the first of its numbers goes out of date; None: they keep."""

    def split(self, counts: Sequence[int]) -> list["Taken"]:
        """Blocks that follow each other and yield so many serials each; together they must be all of this one."""
        blocks, first, voids = [], self.first, list(self.voided)
        for count in counts:
            past, voided = first + count, []
            while voids and voids[0][0] < past:
                voided.append(voids.pop(0))
                past += voided[-1][1] - voided[-1][0]
            blocks.append(self._replace(first=first, past=past, voided=tuple(voided)))
            first = past
        if voids:  # void counters at the very end belong to the last block
            blocks[-1] = blocks[-1]._replace(past=self.past, voided=blocks[-1].voided + tuple(voids))
        assert blocks[-1].past == self.past, "the counts are all of the block"
        return blocks


async def take(tx: Transaction, gtin: str, count: int, *, master_key: bytes, now: datetime) -> Taken:
    """Counters for the next `count` serials of a product (GTIN in 14 digits).

    What must not be used again is passed over, so that the block still yields `count` serials.
    Raises NotFound, SerialsExhausted with the numbers.
    """
    await store.hold(tx, gtin)
    policy = await store.policy(tx, gtin)
    if policy is None:
        raise NotFound(f"There is no product {gtin}.", gtin=gtin)
    if policy.source == "imported":
        taken = _from_lists(policy, await store.lists(tx, gtin, policy.generation), count, now)
    else:
        taken = await _from_key(tx, policy, count, master_key)
    await store.advance(tx, gtin, policy.generation, taken.past)
    return taken


async def _from_key(tx: Transaction, policy: SerialPolicy, count: int, master_key: bytes) -> Taken:
    first = past = policy.issued
    void: list[int] = []
    while missing := count - (past - first - len(void)):
        block = range(past, past + missing)
        if block.stop - first > policy.left:
            raise _exhausted(policy, count, policy.left)
        void += await _void(tx, policy, block, master_key)
        past = block.stop
    return Taken(policy.gtin, policy.generation, first, past, ranges_of(void))


async def _void(tx: Transaction, policy: SerialPolicy, block: range, master_key: bytes) -> list[int]:
    """Counters whose serials an older generation gave out, or an outside issuer did."""
    void = set(await asyncio.to_thread(void_counters, block, policy, master_key))
    if any(one.source == "imported" for one in policy.older):
        for start in range(block.start, block.stop, LOOKED_UP_AT_ONCE):
            part = range(start, min(start + LOOKED_UP_AT_ONCE, block.stop))
            serials = await asyncio.to_thread(serials_of_counters, part, policy, master_key)
            listed = await store.listed_among(tx, policy.gtin, serials)
            void |= {counter for counter, serial in zip(part, serials, strict=True) if serial in listed}
    return sorted(void)


def _from_lists(policy: SerialPolicy, lists: Sequence[NumberList], count: int, now: datetime) -> Taken:
    first = past = policy.issued
    voided: list[tuple[int, int]] = []
    ends: list[datetime] = []
    missing = count
    for one in lists:
        if one.past <= past or not missing:
            continue
        assert one.first <= past, "lists follow each other without a gap"
        if one.is_expired(now):
            voided.append((past, one.past))
            past = one.past
            continue
        taken = min(missing, one.past - past)
        missing, past = missing - taken, past + taken
        if one.expires_at is not None:
            ends.append(one.expires_at)
    if missing:
        raise _exhausted(policy, count, count - missing)
    return Taken(policy.gtin, policy.generation, first, past, tuple(voided), min(ends, default=None))


def _exhausted(policy: SerialPolicy, count: int, left: int) -> SerialsExhausted:
    roomier = [preset.name for preset in with_room_for(max(policy.capacity, policy.issued_ever + count))]
    advice = (
        "Import more numbers."
        if policy.source == "imported"
        else f"Give the product longer serials: rotate it to {' or '.join(roomier[:2])}."
    )
    return SerialsExhausted(
        f"{count:,} serials of {policy.gtin} were asked for; {policy.gone:,} of {policy.capacity:,} are issued, "
        f"{left:,} are left. {advice}",
        gtin=policy.gtin,
        asked=count,
        issued=policy.gone,
        capacity=policy.capacity,
        left=left,
    )
