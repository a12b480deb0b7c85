"""The state of things as a part of their history tells it: for who may not see all events that made the state.

What is kept of a thing follows from all its events, so it cannot be shown to somebody who sees some of them. Here the
events that he sees are folded anew, by the same rules (ADR-0018).
"""

from collections.abc import Iterable, Mapping
from typing import Any, cast

import msgspec

from seriatim.base import limits
from seriatim.base.db import Row, Transaction
from seriatim.gs1 import Key
from seriatim.history.chain import Chain
from seriatim.history.keys import KIND, ItemKey, item_key_of, key_of
from seriatim.history.model import ContentRow, Item, Position
from seriatim.history.rebuild import fold_rows
from seriatim.history.registers import Registers, has_left, status_of
from seriatim.history.sight import Sight, seen
from seriatim.history.statements import QUERIES


async def item(tx: Transaction, key: Key, sight: Sight) -> Item | None:
    """One thing as the events that he sees tell it, decisions of ours left out; None when he sees none."""
    mine = item_key_of(key)
    rows = await _events(tx, [mine], sight)
    said = (await fold_rows(tx, rows)).get(mine)
    if said is None or said.first_time is None or said.last_time is None:
        return None
    parent = await _parent(tx, said, sight)
    return Item(
        key=key_of(mine),
        status=status_of(said),
        biz_step=said.biz_step,
        disposition=said.disposition,
        parent=key_of(parent) if parent is not None else None,
        place=said.place,
        lot=said.lot,
        expiry=said.expiry,
        order_number=said.order_number,
        first_event_time=said.first_time,
        last_event_time=said.last_time,
        events=len(rows),
    )


async def item_and_position(tx: Transaction, key: Key, sight: Sight) -> tuple[Item, Position] | None:
    """The thing and where it is, as far as he sees; None when he sees none of its events."""
    told, where = await item(tx, key, sight), await position(tx, key, sight)
    return (told, where) if told is not None and where is not None else None


async def position(tx: Transaction, key: Key, sight: Sight) -> Position | None:
    """Where the thing is, as far as he sees; None when no event that he sees names it."""
    inside: list[Mapping[str, Any]] = []
    above: ItemKey | None = item_key_of(key)
    root = above
    while above is not None and len(inside) <= limits.CONTAINMENT_DEPTH:
        said = (await _states(tx, [above], sight)).get(above)
        if said is None:
            break
        inside.append({**msgspec.structs.asdict(said), "status": status_of(said)})
        root, above = above, await _parent(tx, said, sight)
    if not inside or root is None:
        return None
    chain = Chain(inside)
    return Position(key_of(root), chain.place(), chain.status(), len(inside) - 1)


async def contents(tx: Transaction, key: Key, sight: Sight) -> tuple[ContentRow, ...]:
    """What stands in the thing by the events that he sees, level by level."""
    found: list[ContentRow] = []
    level = {item_key_of(key)}
    known = set(level)
    for depth in range(1, limits.CONTAINMENT_DEPTH + 1):
        around = await fold_rows(tx, await _events(tx, level, sight))
        near = [thing for thing, said in around.items() if said.parent in level]
        inside = {
            thing: said
            for thing, said in (await _states(tx, near, sight)).items()
            if said.parent in level and not has_left(said, around.get(said.parent))
        }
        for thing, said in sorted(inside.items(), key=lambda one: (one[1].parent, one[0])):
            parent = key_of(cast("ItemKey", said.parent))
            kind = KIND(thing)
            found.append(
                ContentRow(kind, thing.serial, parent, depth, status_of(said), said.lot, said.expiry)
            )
        level = inside.keys() - known
        known |= level
        if not level:
            break
    return tuple(found)


async def _parent(tx: Transaction, said: Registers, sight: Sight) -> ItemKey | None:
    """What the thing stands in, unless that was emptied since."""
    if said.parent is None:
        return None
    above = (await _states(tx, [said.parent], sight)).get(said.parent)
    return None if has_left(said, above) else said.parent


async def _states(tx: Transaction, keys: Iterable[ItemKey], sight: Sight) -> dict[ItemKey, Registers]:
    wanted = set(keys)
    folded = await fold_rows(tx, await _events(tx, wanted, sight))
    return {key: folded[key] for key in wanted & folded.keys()}


async def _events(tx: Transaction, keys: Iterable[ItemKey], sight: Sight) -> list[Row]:
    """The events of these things that he sees."""
    named = list(keys)
    columns = [[key[place] for key in named] for place in range(3)]
    ids = [row["id"] for row in await tx.rows(QUERIES.event_ids_of, *columns)]
    sql, arguments = seen(QUERIES.events_by_id, [ids], sight)
    return list(await tx.rows(sql, *arguments))
