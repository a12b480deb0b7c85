"""The state of every unit can be made again from its events: to mend it after an error, and to prove that it is right.

Of events that are archived or erased, what is left counts: it says of each thing what the event said.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from seriatim import epcis
from seriatim.base import limits
from seriatim.base.db import Row, Transaction
from seriatim.history import absent, store
from seriatim.history.absent import Said
from seriatim.history.keys import ItemKey
from seriatim.history.registers import Registers, fold, has_left, merge
from seriatim.history.sight import seen
from seriatim.history.statements import QUERIES

PAGE: Final = 5_000
EVENTS_BY_ID: Final = seen(QUERIES.events_by_id, [], None)[0]
PLAIN: Final = tuple(name for name in Registers.__struct_fields__ if name != "parent")


async def recompute(tx: Transaction, keys: Iterable[ItemKey]) -> None:
    """Make the state of these things anew from their events; events declared wrong count for nothing (EPCIS 2.0, 7.4.1.2).

    Needed only after an error declaration: everything else merges in any order.
    """
    wanted = set(keys)
    columns = [list(column) for column in zip(*sorted(wanted), strict=True)]
    ids = sorted(row["id"] for row in await tx.rows(QUERIES.event_ids_of, *columns))
    state: dict[ItemKey, Registers] = {}
    # Before and after the events: one that is being archived or brought back stands here or there when it is looked for.
    await _merge_left(tx, state, await absent.left_of(tx, wanted))
    for start in range(0, len(ids), PAGE):
        rows = await tx.rows(EVENTS_BY_ID, ids[start : start + PAGE])
        _merge_into(state, await fold_rows(tx, rows))
    await _merge_left(tx, state, await absent.left_of(tx, wanted))
    mine = {key: registers for key, registers in state.items() if key in wanted}
    parents = {said.parent for said in mine.values() if said.parent is not None}
    kinds = await store.enter_kinds(tx, sorted(wanted | parents))
    await store.write_items(tx, kinds, mine)
    await tx.execute(QUERIES.let_contents_return, *store.arrays(store.row_keys(kinds, wanted)))
    await store.let_contents_leave(tx, kinds, wanted | parents)


async def rebuild(tx: Transaction) -> int:
    """How many things differ from what their events say; 0 when the kept state is right. Changes nothing.

    Holds the state of everything in memory, about 1 kB for each thing.
    """
    state: dict[ItemKey, Registers] = {}
    page: list[Row] = []
    async for row in tx.each(QUERIES.all_events, prefetch=PAGE):
        page.append(row)
        if len(page) == PAGE:
            _merge_into(state, await fold_rows(tx, page))
            page = []
    _merge_into(state, await fold_rows(tx, page))
    async for said in absent.left_of_all(tx, PAGE):
        await _merge_left(tx, state, said)
    differing = seen = 0
    after: tuple[int, str] = (-1, "")
    while rows := await tx.rows(QUERIES.item_registers, *after, PAGE):
        differing += sum(_differs(row, state) for row in rows)
        seen += len(rows)
        after = rows[-1]["class"], rows[-1]["serial"]
    return differing + max(0, len(state) - seen)


async def fold_rows(tx: Transaction, rows: Iterable[Row]) -> dict[ItemKey, Registers]:
    """The state that follows from these rows of events, whatever their order."""
    rows = list(rows)
    wrong = await _declared_wrong(tx, {row["event_id"] for row in rows})
    if sum(len(row["document"]) for row in rows) <= limits.SMALL_BODY_BYTES:
        return _folded(rows, wrong)
    return await asyncio.to_thread(_folded, rows, wrong)  # so that nobody else waits


def _folded(rows: Sequence[Row], wrong: set[str]) -> dict[ItemKey, Registers]:
    return fold(
        (row["id"], epcis.load_event(row["document"], written=True), row["event_id"] not in wrong)
        for row in rows
    )


async def _merge_left(tx: Transaction, state: dict[ItemKey, Registers], said: Iterable[Said]) -> None:
    """The same with what is left of absent events, thing by thing."""
    said = list(said)
    names = {one.name for one in said}
    wrong = await _declared_wrong(tx, names) if names else set()
    for key, _, name, left in said:
        _merge_into(state, {key: left.about(key, counts=name not in wrong)})


async def _declared_wrong(tx: Transaction, names: set[str]) -> set[str]:
    """Those of the eventIDs that were declared wrong."""
    rows = await tx.rows(QUERIES.names, sorted(names))
    return {row["event_id"] for row in rows if row["is_declared_wrong"]}


def _merge_into(state: dict[ItemKey, Registers], more: Mapping[ItemKey, Registers]) -> None:
    for key, registers in more.items():
        kept = state.get(key)
        state[key] = registers if kept is None else merge(kept, registers)


def _differs(row: Row, state: Mapping[ItemKey, Registers]) -> bool:
    told = state.get(ItemKey(row["scheme"], row["key"], row["serial"]))
    if told is None:
        return True
    kept = {name: row[name] for name in PLAIN}
    parent = row["parent_scheme"]
    kept["parent"] = ItemKey(parent, row["parent_key"], row["parent_serial"]) if parent is not None else None
    gone = has_left(told, state.get(told.parent)) if told.parent is not None else False
    return Registers(**kept) != told or row["has_left"] != gone
