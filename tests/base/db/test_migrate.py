import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from seriatim.base.db import Database, Migration, MigrationRefused, migrate, pending, read_migrations

pytestmark = pytest.mark.anyio

ONE = Migration(1, "one", "create table one (id int); create table other (id int);")
TWO = Migration(2, "two", "alter table one add column name text;")
BROKEN = Migration(2, "two", "alter table one add column name text; alter table nowhere add x int;")


@pytest.fixture
async def empty(anyio_backend: object, empty_database_url: str) -> AsyncIterator[Database]:
    database = await Database.open(empty_database_url, max_size=4, allow_unsafe=True)
    yield database
    await database.close()


async def columns_of_one(db: Database) -> list[str]:
    async with db.transaction(readonly=True) as tx:
        rows = await tx.rows(
            "select attname::text from pg_attribute where attrelid = 'one'::regclass and attnum > 0"
        )
    return [row[0] for row in rows]


async def test_migrations_are_applied_once_in_order(empty: Database) -> None:
    assert await pending(empty, [ONE, TWO]) == [ONE, TWO]
    assert await migrate(empty, [ONE]) == [ONE]
    assert await migrate(empty, [ONE, TWO]) == [TWO]
    assert await migrate(empty, [ONE, TWO]) == []
    assert await pending(empty, [ONE, TWO]) == []
    assert await columns_of_one(empty) == ["id", "name"]


async def test_two_that_start_together_do_the_work_once(empty: Database) -> None:
    applied = await asyncio.gather(*(migrate(empty, [ONE, TWO]) for _ in range(3)))

    assert sorted(step.number for steps in applied for step in steps) == [1, 2]


async def test_a_migration_that_fails_leaves_nothing_of_itself(empty: Database) -> None:
    with pytest.raises(MigrationRefused, match="0002_two failed and was undone"):
        await migrate(empty, [ONE, BROKEN])

    assert await columns_of_one(empty) == ["id"]
    assert await migrate(empty, [ONE, TWO]) == [TWO]


async def test_an_applied_file_that_was_changed_is_refused(empty: Database) -> None:
    await migrate(empty, [ONE])

    with pytest.raises(MigrationRefused, match="0001_one was changed"):
        await migrate(empty, [Migration(1, "one", ONE.sql + " ")])


async def test_a_database_used_by_a_newer_program_is_refused(empty: Database) -> None:
    await migrate(empty, [ONE, TWO])

    with pytest.raises(MigrationRefused, match="0002_two"):
        await migrate(empty, [ONE])


async def test_a_busy_table_makes_the_migration_wait_and_not_the_workers(empty: Database) -> None:
    await migrate(empty, [ONE])

    async with empty.transaction() as tx:
        await tx.execute("lock table one in access share mode")
        waiting = asyncio.create_task(migrate(empty, [ONE, TWO]))
        await asyncio.sleep(0.3)
        assert not waiting.done()
        async with empty.transaction() as worker:
            assert await worker.value("select count(*) from one") == 0

    assert await waiting == [TWO]


async def test_our_own_migrations_make_the_tables_from_nothing(empty: Database) -> None:
    applied = await migrate(empty)

    assert applied == list(read_migrations())
    assert applied[0].name == "0001_base"


async def test_two_files_of_one_number_are_refused(tmp_path: Path) -> None:
    (tmp_path / "0001_a.sql").write_text("select 1")
    (tmp_path / "0001_b.sql").write_text("select 2")

    with pytest.raises(MigrationRefused, match="0001_a and 0001_b have the same number"):
        read_migrations(tmp_path)


async def test_a_file_with_a_strange_name_is_refused(tmp_path: Path) -> None:
    (tmp_path / "1-a.sql").write_text("select 1")

    with pytest.raises(MigrationRefused, match=r"1-a\.sql"):
        read_migrations(tmp_path)
