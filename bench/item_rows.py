"""What the database alone needs for the rows of units: the limit of whatever takes units in or says what they stand in.

The rows are those of the store, in a table with its keys, checks and indexes; nothing else is kept, and nothing is asked.
"""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from bench.events import campaign_of
from bench.plant import CASE_UNITS, EVENT_UNITS, Plant

PARENT: Final = frozenset({"parent_class", "parent_serial", "parent_event"})
COLUMNS: Final = """
select column_name from information_schema.columns
where table_name = 'history_item' and is_generated = 'NEVER' order by ordinal_position
"""
PACK: Final = """
update bench_item i set parent_class = 2, parent_serial = k.parent, parent_event = i.born_event
from unnest($1::text[], $2::text[]) as k (serial, parent)
where i.class = (select class from history_class where scheme = 'sgtin' and key = $3) and i.serial = k.serial
"""


async def limits(plant: Plant, units: int) -> tuple[list[float], list[float]]:
    """Rows per second of each 10,000 units of one product: copied in as new, then put into cases of 100."""
    async with bare_rows(plant) as rows:
        copied = [await rows.copied(first) for first in range(0, units, EVENT_UNITS)]
        changed = [await rows.packed(first) for first in range(0, units, EVENT_UNITS)]
    return copied, changed


@asynccontextmanager
async def bare_rows(plant: Plant) -> AsyncIterator["BareRows"]:
    """An empty table like that of the store, dropped at the end."""
    async with plant.app.database.transaction() as tx:
        await tx.execute("create table bench_item (like history_item including all)")
        await tx.execute("alter table bench_item set (fillfactor = 80)")
        columns = [row["column_name"] for row in await tx.rows(COLUMNS) if row["column_name"] not in PARENT]
    try:
        yield BareRows(plant, columns)
    finally:
        async with plant.app.database.transaction() as tx:
            await tx.execute("drop table bench_item")


@dataclass(frozen=True)
class BareRows:
    """The table, open."""

    plant: Plant
    columns: list[str]

    async def copied(self, first: int) -> float:
        """Rows per second of one COPY: 10,000 units of the plant, from that one on, as the store has them."""
        rows = BytesIO()
        async with self.plant.app.database.transaction(readonly=True) as tx:
            await tx.connection.copy_from_query(
                f"select {', '.join(self.columns)} from history_item where serial = any($1::text[]) order by class, serial",
                self.plant.serials[first : first + EVENT_UNITS],
                output=rows,
                format="binary",
            )
        rows.seek(0)
        start = time.perf_counter()
        async with self.plant.app.database.transaction() as tx:
            await tx.connection.copy_to_table(
                "bench_item", source=rows, columns=self.columns, format="binary"
            )
        return EVENT_UNITS / (time.perf_counter() - start)

    async def packed(self, first: int) -> float:
        """Rows per second of one UPDATE: those 10,000 get a case each hundred."""
        serials = self.plant.serials[first : first + EVENT_UNITS]
        parents = [f"{(first + place) // CASE_UNITS:018}" for place in range(len(serials))]
        start = time.perf_counter()
        async with self.plant.app.database.transaction() as tx:
            await tx.execute(PACK, serials, parents, campaign_of(first, self.plant.gtins)[0])
        return EVENT_UNITS / (time.perf_counter() - start)
