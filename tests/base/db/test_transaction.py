import contextlib

import asyncpg
import pytest

from seriatim.base.db import Database, DatabaseBusy
from seriatim.base.errors import BadInput

pytestmark = pytest.mark.anyio


async def make_table(db: Database) -> None:
    async with db.transaction() as tx:
        await tx.execute("create table thing (id int primary key, facts jsonb)")


async def count(db: Database) -> int:
    async with db.transaction(readonly=True) as tx:
        return int(await tx.value("select count(*) from thing"))


async def test_what_a_transaction_writes_is_kept_when_it_ends(db: Database) -> None:
    await make_table(db)

    async with db.transaction() as tx:
        assert await tx.execute("insert into thing (id) values (1), (2)") == 2

    assert await count(db) == 2


async def test_nothing_is_kept_when_the_block_raises(db: Database) -> None:
    await make_table(db)

    with pytest.raises(LookupError):
        async with db.transaction() as tx:
            await tx.execute("insert into thing (id) values (1)")
            raise LookupError

    assert await count(db) == 0


async def test_a_read_only_transaction_cannot_write(db: Database) -> None:
    await make_table(db)

    with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
        async with db.transaction(readonly=True) as tx:
            await tx.execute("insert into thing (id) values (1)")


@pytest.mark.parametrize("value", [{"a": [1, 2.5, None, "é"]}, [], "text", 7, True, {"n": 2**60}])
async def test_json_columns_give_back_the_plain_value_they_took(db: Database, value: object) -> None:
    async with db.transaction() as tx:
        assert await tx.value("select $1::jsonb", value) == value
        assert await tx.value("select $1::json", value) == value


async def test_copy_adds_rows_with_json_and_says_how_many(db: Database) -> None:
    await make_table(db)

    async with db.transaction() as tx:
        copied = await tx.copy("thing", ["id", "facts"], [(1, {"x": 1}), (2, None)])
        rows = [tuple(row) for row in await tx.rows("select id, facts from thing order by id")]

    assert copied == 2
    assert rows == [(1, {"x": 1}), (2, None)]


async def test_a_staging_table_is_refilled_by_each_call_and_empty_in_the_next_transaction(
    db: Database,
) -> None:
    async with db.transaction() as tx:
        await tx.copy_to_staging("staging_thing", "id int", ["id"], [(1,), (2,)])
        await tx.copy_to_staging("staging_thing", "id int", ["id"], [(3,)])
        assert [row["id"] for row in await tx.rows("select id from staging_thing")] == [3]
        held = tx.connection.get_server_pid()

    async with db.transaction() as tx:
        assert tx.connection.get_server_pid() == held
        assert await tx.value("select count(*) from staging_thing") == 0


async def test_a_staging_table_must_be_named_as_one(db: Database) -> None:
    with pytest.raises(ValueError, match="staging_"):
        async with db.transaction() as tx:
            await tx.copy_to_staging("thing; drop table thing", "id int", ["id"], [])


async def test_a_savepoint_undoes_only_its_own_part(db: Database) -> None:
    await make_table(db)

    async with db.transaction() as tx:
        await tx.execute("insert into thing (id) values (1)")
        with pytest.raises(asyncpg.UniqueViolationError):
            async with tx.savepoint():
                await tx.execute("insert into thing (id) values (2)")
                await tx.execute("insert into thing (id) values (1)")
        await tx.execute("insert into thing (id) values (3)")

    async with db.transaction(readonly=True) as tx:
        assert [row["id"] for row in await tx.rows("select id from thing order by id")] == [1, 3]


async def test_a_large_answer_is_read_row_after_row(db: Database) -> None:
    async with db.transaction(readonly=True) as tx:
        total = 0
        async for row in tx.each("select generate_series(1, $1) as n", 2_500):
            total += row["n"]

    assert total == 2_500 * 2_501 // 2


async def test_a_statement_past_its_time_says_the_database_is_busy(db: Database) -> None:
    with pytest.raises(DatabaseBusy) as refused:
        async with db.transaction(timeout_ms=20) as tx:
            await tx.value("select pg_sleep(20)")

    assert refused.value.code == "database_busy"
    async with db.transaction() as tx:
        assert await tx.value("show statement_timeout") == "15s"


async def test_connections_bound_statements_and_forgotten_transactions(db: Database) -> None:
    async with db.transaction(readonly=True) as tx:
        told = [
            await tx.value(f"show {name}")
            for name in ("statement_timeout", "idle_in_transaction_session_timeout", "timezone")
        ]

    assert told == ["15s", "30s", "UTC"]


async def test_an_error_of_the_callers_own_file_stays_what_it_is(db: Database) -> None:
    with pytest.raises(FileNotFoundError):
        async with db.transaction():
            open("/nonexistent/file").close()  # noqa: PTH123, ASYNC230 -- any OSError will do


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 10**400])
async def test_a_number_that_no_column_keeps_is_bad_input(db: Database, number: int) -> None:
    with pytest.raises(BadInput) as refused:
        async with db.transaction() as tx:
            await tx.value("select $1::bigint", number)

    assert refused.value.code == "unstorable_number"


async def test_a_value_of_the_wrong_type_is_our_own_fault(db: Database) -> None:
    with pytest.raises(asyncpg.DataError):
        async with db.transaction() as tx:
            await tx.value("select $1::bigint", "seven")


class Diary:
    """A companion that writes down what happens to it."""

    def __init__(self, lines: list[str], names: tuple[str, ...] = (), fails: str = "") -> None:
        self.lines, self.names, self.fails = lines, names, fails

    async def before_commit(self) -> None:
        self.lines.append(f"before {' '.join(self.names)}")
        if self.fails == "before":
            raise RuntimeError("no")

    async def after_commit(self) -> None:
        self.lines.append(f"after {' '.join(self.names)}")
        if self.fails == "after":
            raise RuntimeError("no")

    def copy(self) -> "Diary":
        return Diary(self.lines, self.names, self.fails)


async def test_a_companion_hears_of_the_commit_before_and_after(db: Database) -> None:
    lines: list[str] = []
    async with db.transaction() as tx:
        tx.companion(Diary, lambda: Diary(lines)).names += ("a",)
        tx.companion(Diary, lambda: Diary(lines)).names += ("b",)
        assert lines == []

    assert lines == ["before a b", "after a b"]


async def test_a_companion_hears_nothing_when_the_work_is_undone(db: Database) -> None:
    lines: list[str] = []
    with pytest.raises(ZeroDivisionError):
        async with db.transaction() as tx:
            tx.companion(Diary, lambda: Diary(lines))
            raise ZeroDivisionError

    assert lines == []


async def test_what_a_companion_raises_before_the_commit_undoes_the_work(db: Database) -> None:
    lines: list[str] = []
    async with db.transaction() as tx:
        await tx.execute("create table kept (number int)")
    for fails in ("before", "after"):
        with pytest.raises(RuntimeError):
            async with db.transaction() as tx:
                await tx.execute("insert into kept values (1)")
                tx.companion(Diary, lambda fails=fails: Diary(lines, fails=fails))  # type: ignore[misc]

    async with db.transaction() as tx:
        assert await tx.value("select count(*) from kept") == 1
    assert lines == ["before ", "before ", "after "]


async def test_an_undone_savepoint_takes_back_what_a_companion_heard_inside(db: Database) -> None:
    lines: list[str] = []
    async with db.transaction() as tx:
        tx.companion(Diary, lambda: Diary(lines)).names += ("kept",)
        with contextlib.suppress(ZeroDivisionError):
            async with tx.savepoint():
                tx.companion(Diary, lambda: Diary(lines)).names += ("undone",)
                raise ZeroDivisionError
        async with tx.savepoint():
            tx.companion(Diary, lambda: Diary(lines)).names += ("also",)

    assert lines == ["before kept also", "after kept also"]
