"""What the database alone needs for the rows of units: the limit of whatever takes units in or says what they stand in.

The rows are those of the store, in a table with its keys, checks and indexes; nothing else is kept, and nothing is asked.
"""

import time
from io import BytesIO
from typing import Final

from bench.plant import CASE_UNITS, EVENT_UNITS, Plant

PARENT: Final = frozenset({"parent_class", "parent_serial", "parent_event"})
COLUMNS: Final = """
select column_name from information_schema.columns
where table_name = 'history_item' and is_generated = 'NEVER' order by ordinal_position
"""
PACK: Final = """
update bench_item i set parent_class = 2, parent_serial = k.parent, parent_event = i.born_event
from unnest($1::text[], $2::text[]) as k (serial, parent)
where i.class = (select class from history_class where scheme = 'sgtin') and i.serial = k.serial
"""


async def limits(plant: Plant, units: int) -> tuple[list[float], list[float]]:
    """Rows per second of each 10,000: copied in as new, then put into cases of 100."""
    async with plant.app.database.transaction() as tx:
        await tx.execute("create table bench_item (like history_item including all)")
        await tx.execute("alter table bench_item set (fillfactor = 80)")
        columns = [row["column_name"] for row in await tx.rows(COLUMNS) if row["column_name"] not in PARENT]
    copied = [await _copied(plant, columns, first) for first in range(0, units, EVENT_UNITS)]
    changed = [await _packed(plant, first) for first in range(0, units, EVENT_UNITS)]
    async with plant.app.database.transaction() as tx:
        await tx.execute("drop table bench_item")
    return copied, changed


async def _copied(plant: Plant, columns: list[str], first: int) -> float:
    rows = BytesIO()
    async with plant.app.database.transaction(readonly=True) as tx:
        await tx.connection.copy_from_query(
            f"select {', '.join(columns)} from history_item where serial = any($1::text[]) order by class, serial",
            plant.serials[first : first + EVENT_UNITS],
            output=rows,
            format="binary",
        )
    rows.seek(0)
    start = time.perf_counter()
    async with plant.app.database.transaction() as tx:
        await tx.connection.copy_to_table("bench_item", source=rows, columns=columns, format="binary")
    return EVENT_UNITS / (time.perf_counter() - start)


async def _packed(plant: Plant, first: int) -> float:
    serials = plant.serials[first : first + EVENT_UNITS]
    parents = [f"{(first + place) // CASE_UNITS:018}" for place in range(len(serials))]
    start = time.perf_counter()
    async with plant.app.database.transaction() as tx:
        await tx.execute(PACK, serials, parents)
    return EVENT_UNITS / (time.perf_counter() - start)
