import asyncio

import pytest

from seriatim.base.db import Database, DatabaseAway, EmbeddedPostgres, UnsafeDatabase, WrongDatabase

pytestmark = pytest.mark.anyio


async def test_a_database_that_may_forget_is_refused_and_says_what_is_off(database_url: str) -> None:
    with pytest.raises(UnsafeDatabase) as refused:
        await Database.open(database_url)

    assert refused.value.code == "unsafe_database"
    assert refused.value.facts["off"] == ["fsync", "full_page_writes", "synchronous_commit"]


async def test_a_wrong_password_is_told_apart_from_a_database_that_is_away(
    postgres: EmbeddedPostgres,
) -> None:
    secret = postgres.home.password()

    with pytest.raises(WrongDatabase) as refused:
        await Database.open(postgres.dsn().replace(secret, "wrong"))

    assert secret not in str(refused.value)


async def test_an_address_where_nobody_listens_says_the_database_is_away(tmp_path: object) -> None:
    with pytest.raises(DatabaseAway) as refused:
        await Database.open(f"postgresql://a:b@/c?host={tmp_path}")

    assert refused.value.facts["retry_after_s"] == 1


async def test_the_pool_recovers_when_every_connection_was_cut(db: Database) -> None:
    """F04: after a restart all pooled connections are stale, and the next transaction works all the same."""
    together = asyncio.Barrier(4)

    async def hold() -> None:
        async with db.transaction() as tx:
            await tx.value("select 1")
            await together.wait()

    await asyncio.gather(*(hold() for _ in range(4)))

    async with db.transaction() as tx:
        await tx.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity "
            "where datname = current_database() and pid <> pg_backend_pid()"
        )
    with pytest.raises(DatabaseAway):
        async with db.transaction() as tx:
            await tx.value("select pg_terminate_backend(pg_backend_pid())")
            await tx.value("select 1")

    async with db.transaction() as tx:
        assert await tx.value("select 1") == 1
    assert not await db.is_away()


async def test_the_dispatch_of_many_transactions_shares_few_connections(db: Database) -> None:
    async def one(number: int) -> int:
        async with db.transaction(readonly=True) as tx:
            return int(await tx.value("select $1::int", number))

    assert await asyncio.gather(*(one(number) for number in range(100))) == list(range(100))
