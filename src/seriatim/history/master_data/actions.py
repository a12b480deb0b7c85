"""What one may do with master data: keep what a document tells, and ask for it."""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from seriatim.access import Actor, audit
from seriatim.base import limits
from seriatim.base.db import Transaction
from seriatim.base.errors import TooLarge
from seriatim.base.http import BadCursor, Page, cursor_of, read_position
from seriatim.epcis import Vocabulary
from seriatim.epcis.master_facts import attribute_name, thing
from seriatim.history.master_data import store
from seriatim.history.master_data.catalogue import having_in_catalogue
from seriatim.history.master_data.model import (
    Change,
    ElementKey,
    Fault,
    Kept,
    MasterDatum,
    Told,
    changes_of,
    children_of,
    fingerprint,
    grouped,
    tangled,
    told_in,
)
from seriatim.history.master_data.store import Tellers

LINKS_PER_PLACE: Final = 4
HEADER_LIST = "/epcisHeader/epcisMasterData/vocabularyList"


class HierarchyTooLarge(TooLarge):
    """More places lie in these than are looked through at once; ask for a place further down."""

    code = "hierarchy_too_large"
    title = "Too many places"


async def keep(
    tx: Transaction,
    vocabularies: Sequence[Vocabulary],
    *,
    listed_at: str = HEADER_LIST,
    actor: Actor,
    now: datetime,
) -> Kept:
    """Keeps what a document tells of places, products and parties, each change as a new version of its thing.

    Idempotent by content: what is known already, in whatever spelling or syntax, changes nothing. Elements that cannot
    be kept (a circle of places, more than `limits.MASTER_DATA_...`) are named in `faults`, the others are kept, and the
    caller decides whether to go on. `listed_at`: where the list stands in the document (JSON Pointer).
    Source: EPCIS 2.0, section 9.5; note, section 11.
    """
    told = grouped(told_in(vocabularies, listed_at))
    if not told:
        return Kept()
    held = await store.kept(tx, told)
    news = {key: some for key, some in told.items() if not _is_known(some, held.get(key))}
    if not news:
        return Kept(unchanged=len(told))
    await store.lock(tx)
    held = await store.kept(tx, news)
    documents = {key: one.document for key, one in held.items()}
    changes, faults = await asyncio.to_thread(changes_of, news, documents)
    refused = await _tangled(tx, changes)
    faults += [Fault(change.path, *refused[change.key]) for change in changes if change.key in refused]
    changes = [change for change in changes if change.key not in refused]
    if changes:
        await store.save(tx, changes, held, now=now, captured_by=f"{actor.kind}:{actor.id}")
        detail = {"things": [change.key.thing for change in changes[:100]], "count": len(changes)}
        await audit(tx, actor, "history.master_data", changes[0].key.thing, detail, now)
    return Kept(len(changes), len(told) - len(changes) - len(faults), tuple(faults))


def _is_known(told: Sequence[Told], held: store.Held | None) -> bool:
    return held is not None and held.told_sha256 == fingerprint(told)


async def _tangled(tx: Transaction, changes: Sequence[Change]) -> dict[ElementKey, tuple[str, str]]:
    moves = [change for change in changes if change.moves]
    if not moves:
        return {}
    most = limits.MASTER_DATA_PLACES
    starts = {change.key.thing for change in moves}
    children = frozenset[str]().union(*(children_of(change.after) for change in moves))
    kept, is_whole = await _links_below(tx, starts | children)
    above, level = 0, starts
    seen = set(starts)
    while level and above <= limits.MASTER_DATA_DEPTH:
        level = await store.things_above(tx, level, most) - seen
        seen |= level
        above += bool(level)
    if not is_whole or len(seen) > most:
        message = f"more than {most} places would lie in each other"
        return {change.key: ("master_data_too_large", message) for change in moves}
    return await asyncio.to_thread(tangled, kept, moves, above)


async def _links_below(
    tx: Transaction, places: Iterable[str], tellers: Tellers = None
) -> tuple[dict[ElementKey, frozenset[str]], bool]:
    """All links below the places, level by level, and whether these are all: no more places than the limit, no deeper."""
    found: dict[ElementKey, frozenset[str]] = {}
    seen = set(places)
    level: Collection[str] = seen
    # One place may lie in another by the word of several vocabularies.
    most = LINKS_PER_PLACE * limits.MASTER_DATA_PLACES
    for _ in range(limits.MASTER_DATA_DEPTH + 2):
        links = await store.links_below(tx, level, most, tellers)
        found |= {key: frozenset(inside) for key, inside in links.items()}
        level = {child for inside in links.values() for child in inside} - seen
        seen |= level
        if sum(map(len, links.values())) >= most:
            break
        if not level:
            return found, True
        if len(seen) > limits.MASTER_DATA_PLACES:
            break
    return found, False


async def within(tx: Transaction, places: Iterable[str], *, tellers: Tellers = None) -> frozenset[str]:
    """The places and everything that lies in them at any depth, as master data say now; identifiers canonical.

    `tellers`: for who sees only what he has told himself, he and those who speak for the same party. Raises HierarchyTooLarge past `limits.MASTER_DATA_PLACES`, or deeper than they may lie.
    """
    asked = frozenset(map(thing, places))
    links, is_whole = await _links_below(tx, asked, tellers)
    if not is_whole:
        raise HierarchyTooLarge(limit=limits.MASTER_DATA_PLACES)
    return asked.union(*links.values())


async def above(tx: Transaction, uri: str) -> frozenset[str]:
    """What a place lies in, one level; in any spelling."""
    return frozenset(await store.things_above(tx, [thing(uri)], limits.PAGE_ROWS_MAX))


async def having(
    tx: Transaction, attributes: Sequence[str], values: Sequence[str], *, tellers: Tellers = None
) -> frozenset[str]:
    """The things that have one of the attributes; unless there are no values, with one of them.

    Products, places and parties of our own catalogue are known without having been told of; to `tellers`, who see only
    what they have told themselves, they are not. Raises HierarchyTooLarge.
    """
    names = tuple(map(attribute_name, attributes))
    most = limits.MASTER_DATA_PLACES
    found = await store.having(tx, names, values or None, most + 1, tellers)
    if len(found) > most:
        raise HierarchyTooLarge(f"More than {most} things have this attribute; ask for a value.", limit=most)
    ours = await having_in_catalogue(tx, names, values) if tellers is None else frozenset[str]()
    return ours.union(found)


async def versions_of(
    tx: Transaction, uri: str, vocabulary: str | None = None, *, limit: int = limits.PAGE_ROWS
) -> list[MasterDatum]:
    """Every version of what was told of a thing, by vocabulary, the newest first; any spelling of it will do."""
    return await store.versions(tx, thing(uri), vocabulary, limit)


async def known(tx: Transaction, uri: str) -> list[MasterDatum]:
    """What is known of a thing now, one for each vocabulary that names it; any spelling of it will do."""
    found: dict[str, MasterDatum] = {}
    for one in await store.versions(tx, thing(uri), None, limits.PAGE_ROWS_MAX):
        found.setdefault(one.vocabulary, one)
    return list(found.values())


async def listed(
    tx: Transaction,
    *,
    vocabulary: str | None = None,
    text: str | None = None,
    limit: int = limits.PAGE_ROWS,
    after: str | None = None,
) -> Page[MasterDatum]:
    """A page of what is known now, by vocabulary and name; `text` is looked for in names and values. Raises BadCursor."""
    position = ElementKey(*(("", "") if after is None else read_position(after, tuple[str, str])))
    if "\0" in "".join(position):
        raise BadCursor
    rows = await store.listed(tx, vocabulary, text, position, limit + 1)
    more = cursor_of(rows[limit - 1].vocabulary, rows[limit - 1].thing) if len(rows) > limit else None
    return Page(rows[:limit], more)


async def vocabularies(tx: Transaction) -> Mapping[str, int]:
    """How many things each vocabulary has."""
    return await store.vocabularies(tx)


async def told_by(tx: Transaction, vocabularies: Sequence[Vocabulary]) -> list[tuple[str, str]]:
    """Of the things in a document that are known already: each with everybody (`kind:id`) who told what holds of it.

    A place has one owner, whether it is told of as a read point or as a business location.
    """
    return await store.told_by(tx, {key.thing for key in grouped(told_in(vocabularies, ""))})
