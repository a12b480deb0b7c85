import asyncio

import pytest

from seriatim.base.db import Database
from seriatim.base.db.reading import NotReading, is_question

pytestmark = pytest.mark.anyio


async def test_questions_are_answered_one_after_the_other(db: Database) -> None:
    async with db.reading() as tx:
        assert await tx.value("select 1") == 1
        assert [row[0] for row in await tx.rows("select n from generate_series(1, 3) n")] == [1, 2, 3]
        assert await tx.row("select 1 where false") is None
        assert [row[0] async for row in tx.each("select n from generate_series(1, 3) n", prefetch=2)] == [
            1,
            2,
            3,
        ]


@pytest.mark.parametrize(
    "query",
    [
        "insert into thing values (1) returning id",
        "with gone as (delete from thing returning id) select id from gone",
        "select id from thing for update",
        "select nextval('numbers')",
        "update thing set id = 2",
    ],
)
async def test_what_changes_something_is_no_question(query: str, db: Database) -> None:
    async with db.reading() as tx:
        with pytest.raises(NotReading):
            await tx.value(query)
        with pytest.raises(NotReading):
            await tx.execute("select 1")
        with pytest.raises(NotReading):
            await tx.copy("thing", ["id"], [(1,)])


def test_words_inside_quotes_and_remarks_change_nothing() -> None:
    assert is_question("-- update it\nselect 'delete', \"insert\", updated_at from thing")
    assert not is_question("select 1; delete from thing")


async def test_a_connection_that_was_cut_is_replaced_at_the_next_question(db: Database) -> None:
    """F04: after a restart all pooled connections are stale."""
    together = asyncio.Barrier(4)

    async def hold() -> None:
        async with db.reading() as tx:
            await tx.value("select 1")
            await together.wait()

    await asyncio.gather(*(hold() for _ in range(4)))
    async with db.transaction() as tx:
        await tx.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity "
            "where datname = current_database() and pid <> pg_backend_pid()"
        )

    async def ask(number: int) -> int:
        async with db.reading() as tx:
            await asyncio.sleep(0)
            return int(await tx.value("select $1::int", number))

    assert await asyncio.gather(*map(ask, range(8))) == list(range(8))


async def test_what_is_asked_later_sees_what_was_kept_meanwhile(db: Database) -> None:
    async with db.transaction() as tx:
        await tx.execute("create table thing (id int primary key)")
    async with db.reading() as asking:
        before = await asking.value("select count(*) from thing")
        async with db.transaction() as tx:
            await tx.execute("insert into thing values (1)")

        assert (before, await asking.value("select count(*) from thing")) == (0, 1)
