"""What is written in binary form is what the database reads."""

import asyncio
import struct
from datetime import UTC, date, datetime

import pytest

from seriatim.base.db import Database, binary
from seriatim.base.db.binary import Kind

pytestmark = pytest.mark.anyio

COLUMNS: dict[str, Kind] = {
    "id": "integer",
    "large": "bigint",
    "words": "text",
    "moment": "timestamptz",
    "day": "date",
    "numbers": "bigint[]",
}
ROWS = [
    (1, 2**63 - 1, "Zürich ✓", datetime(2026, 11, 25, 9, 0, 0, 1, UTC), date(2027, 11, 20), [1, -(2**63)]),
    (-(2**31), -(2**63), "", datetime(1900, 1, 1, tzinfo=UTC), date(1999, 12, 31), []),
    (2**31 - 1, 0, "a" * 100_000, datetime(2999, 12, 31, 23, 59, 59, 999_999, UTC), date(1, 1, 1), list(range(129))),
    (7, None, None, None, None, None),
]  # fmt: skip


async def make_table(db: Database) -> None:
    columns = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
    async with db.transaction() as tx:
        await tx.execute(f"create table thing ({columns}, primary key (id))")


def row(values: tuple[object, ...]) -> bytes:
    fields = [binary.field(kind, value) for kind, value in zip(COLUMNS.values(), values, strict=False)]
    return binary.row_head(len(fields)) + b"".join(fields)


async def test_every_kind_of_value_arrives_as_it_was(db: Database) -> None:
    await make_table(db)

    async with db.transaction() as tx:
        assert await tx.copy_new("thing", list(COLUMNS), [row(ROWS[0]), b"".join(map(row, ROWS[1:]))])
        kept = [tuple(one) for one in await tx.rows("select * from thing")]

    assert sorted(kept) == sorted(ROWS)


async def test_where_one_row_is_there_none_is_added_and_the_work_goes_on(db: Database) -> None:
    await make_table(db)

    async with db.transaction() as tx:
        assert await tx.copy_new("thing", ["id"], [row((2,))])
        assert not await tx.copy_new("thing", ["id"], [row((1,)), row((2,)), row((3,))])
        assert await tx.copy_new("thing", ["id"], [row((4,))])

    async with db.transaction() as tx:
        assert [one[0] for one in await tx.rows("select id from thing order by id")] == [2, 4]


async def test_a_row_that_comes_into_being_meanwhile_counts(db: Database) -> None:
    await make_table(db)
    added = []

    async def add() -> None:
        async with db.transaction() as tx:
            added.append(await tx.copy_new("thing", ["id"], [row((number,)) for number in range(500)]))
            await asyncio.sleep(0.01)

    await asyncio.gather(*(add() for _ in range(4)))

    assert sorted(added) == [False, False, False, True]


def test_what_is_no_value_of_its_kind_is_not_written() -> None:
    with pytest.raises(struct.error):
        binary.field("integer", 2**31)
    with pytest.raises(UnicodeEncodeError):
        binary.field("text", "\ud800")
