"""The door to the database: open it once, then do each piece of work in one transaction.

    async with open_database(settings) as db:
        async with db.transaction() as tx:
            rows = await tx.rows("select ...")

A restart of the database is survived: the next transaction finds a fresh connection (fault F04).
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final, Self

import asyncpg

from seriatim.base import limits
from seriatim.base.db.binaries import VERSION_MIN
from seriatim.base.db.embedded import EmbeddedPostgres
from seriatim.base.db.reading import Reading
from seriatim.base.db.transaction import DatabaseAway, Transaction, is_gone, plain_errors, speak_json, undo
from seriatim.base.errors import CannotNow
from seriatim.base.settings import Settings

ACQUIRE_S: Final = 10.0
CONNECT_S: Final = 10.0
WATCH_S: Final = 0.5
UNSAFE: Final = ("fsync", "full_page_writes", "synchronous_commit")

logger = logging.getLogger(__name__)


class UnsafeDatabase(CannotNow):
    """The database may forget what it has acknowledged; switch fsync, full_page_writes and synchronous_commit on."""

    code = "unsafe_database"


class OldDatabase(CannotNow):
    """The database is older than PostgreSQL 16; upgrade it."""

    code = "old_database"


class WrongDatabase(CannotNow):
    """The database refuses this name, password or database; check SERIATIM_DATABASE_URL."""

    code = "wrong_database"


class Database:
    """A pool of connections to one PostgreSQL; safe to share between all tasks of one event loop."""

    def __init__(self, pool: Any, dsn: str, folder: Path | None = None) -> None:
        self._pool = pool
        self.dsn = dsn
        """The address with its password: not for logs."""
        self.folder = folder
        """The data folder, for what must outlive the database."""

    @classmethod
    async def open(
        cls,
        where: Settings | str,
        *,
        folder: Path | None = None,
        min_size: int = 1,
        max_size: int = 10,
        statement_ms: int = limits.STATEMENT_MS,
        allow_unsafe: bool = False,
    ) -> Self:
        """Connect, and check that the server is new and durable enough.

        `folder` is the data folder beside it, the one of the settings where these are given.
        `allow_unsafe` is for tests on a throw-away server alone.
        Raises DatabaseAway, WrongDatabase, OldDatabase, UnsafeDatabase.
        """
        dsn = where.database_url if isinstance(where, Settings) else where
        if dsn is None:
            raise WrongDatabase("No database is set; use open_database, which starts the embedded one.")
        try:
            with plain_errors():
                pool = await asyncpg.create_pool(
                    dsn,
                    min_size=min_size,
                    max_size=max_size,
                    timeout=CONNECT_S,
                    init=speak_json,
                    reset=_leave_as_is,
                    server_settings={
                        "application_name": "seriatim",
                        "timezone": "UTC",
                        "statement_timeout": str(statement_ms),
                        "idle_in_transaction_session_timeout": str(limits.IDLE_IN_TRANSACTION_MS),
                    },
                )
        except (
            ValueError,
            asyncpg.InvalidAuthorizationSpecificationError,
            asyncpg.InvalidCatalogNameError,
        ) as error:
            raise WrongDatabase(f"{WrongDatabase.__doc__} It says: {error}") from error
        database = cls(pool, dsn, where.data if isinstance(where, Settings) else folder)
        try:
            await database._check(allow_unsafe=allow_unsafe)
        except BaseException:
            await database.close()
            raise
        return database

    async def close(self) -> None:
        """Let go of every connection; work under way gets a moment, then it is cut off."""
        try:
            await asyncio.wait_for(self._pool.close(), timeout=CONNECT_S)
        except (TimeoutError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            self._pool.terminate()

    @contextlib.asynccontextmanager
    async def transaction(
        self, *, readonly: bool = False, timeout_ms: int | None = None
    ) -> AsyncIterator[Transaction]:
        """One transaction, read committed: kept when the block ends, undone when it raises.

        `timeout_ms` bounds each statement in it, in place of the pool's own bound.
        Raises DatabaseAway and DatabaseBusy. When the connection breaks during the commit nobody knows the outcome:
        send the same work again under the same caller-made id.
        """
        connection, work = await self._begin(readonly=readonly)
        try:
            if timeout_ms is not None:
                with plain_errors(connection):
                    await connection.execute(f"set local statement_timeout = {int(timeout_ms)}")
            tx = Transaction(connection, self.folder)
            try:
                yield tx
                await tx.before_commit()
            except BaseException:
                await undo(connection, work)
                raise
            with plain_errors(connection):
                await work.commit()
        finally:
            await self._give_back(connection)
        await tx.after_commit()

    @contextlib.asynccontextmanager
    async def reading(self) -> AsyncIterator[Transaction]:
        """Only reads: each question is answered by itself, as of the moment when it is asked.

        That is what read committed gives to the questions of a transaction, without the two round trips for its
        beginning and its end. A connection that a restart has killed is noticed at a question, which is asked again.
        Raises DatabaseAway and DatabaseBusy.
        """
        with plain_errors():
            connection = await self._pool.acquire(timeout=ACQUIRE_S)
        tx = Reading(connection, self.folder, self._in_place_of)
        try:
            yield tx
        finally:
            await self._give_back(tx.connection)

    async def _in_place_of(self, connection: Any) -> Any:
        """Another connection for one that is gone; the whole pool may be stale."""
        await self._give_back(connection)
        with plain_errors():
            return await self._pool.acquire(timeout=ACQUIRE_S)

    async def is_away(self) -> bool:
        """Whether the database cannot answer now; for `/readyz`."""
        try:
            async with self.transaction(readonly=True) as tx:
                return bool(await tx.value("select 1") != 1)
        except CannotNow:
            return True

    async def _begin(self, *, readonly: bool) -> tuple[Any, Any]:
        """A connection inside a new transaction.

        Nothing has happened before BEGIN is answered, so a connection that a restart has killed is dropped and the
        next one tried: the whole pool may be stale.
        """
        for _ in range(self._pool.get_max_size()):
            with plain_errors():
                connection = await self._pool.acquire(timeout=ACQUIRE_S)
            work = connection.transaction(readonly=readonly)
            try:
                with plain_errors(connection):
                    await work.start()
            except DatabaseAway:
                await self._give_back(connection)
                continue
            except BaseException:
                if not is_gone(connection):
                    connection.terminate()  # cancelled inside BEGIN: nobody knows what state it is in
                await self._give_back(connection)
                raise
            return connection, work
        raise DatabaseAway(retry_after_s=1)

    async def _give_back(self, connection: Any) -> None:
        """The pool drops a connection that cannot be given back; what was done on it is settled by now."""
        with contextlib.suppress(
            OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError
        ):
            await self._pool.release(connection)

    async def _check(self, *, allow_unsafe: bool) -> None:
        async with self.transaction(readonly=True) as tx:
            told = dict(
                await tx.rows("select name, setting from pg_settings where name = any($1)", list(UNSAFE))
            )
            version: str = await tx.value("show server_version_num")
        if int(version) // 10_000 < VERSION_MIN:
            raise OldDatabase(
                f"This is PostgreSQL {int(version) // 10_000}; Seriatim needs {VERSION_MIN} or newer."
            )
        off = sorted(name for name, setting in told.items() if setting == "off")
        if off and not allow_unsafe:
            raise UnsafeDatabase(
                f"{' and '.join(off)} of this database {'is' if len(off) == 1 else 'are'} off: it may forget what it "
                "has acknowledged. Switch on what is off and start again.",
                off=off,
            )


async def _leave_as_is(_connection: Any) -> None:
    """No reset query between uses: it would cost a third of the throughput, and a transaction leaves nothing behind."""


@contextlib.asynccontextmanager
async def open_database(
    settings: Settings, *, min_size: int = 1, max_size: int = 10
) -> AsyncIterator[Database]:
    """The database of these settings; without a URL the embedded one, started now and kept running meanwhile."""
    if settings.database_url is not None:
        database = await Database.open(settings, min_size=min_size, max_size=max_size)
        try:
            yield database
        finally:
            await database.close()
        return
    server = await asyncio.to_thread(EmbeddedPostgres, settings.data)
    await asyncio.to_thread(server.open)
    watch = asyncio.create_task(_keep_running(server))
    try:
        database = await Database.open(
            server.dsn(), folder=settings.data, min_size=min_size, max_size=max_size
        )
        try:
            yield database
        finally:
            await database.close()
    finally:
        watch.cancel()
        await asyncio.gather(watch, return_exceptions=True)
        await asyncio.to_thread(server.close)


async def _keep_running(server: EmbeddedPostgres) -> None:
    """Start the server again when it has died: nobody else would (F04)."""
    while True:
        await asyncio.sleep(WATCH_S)
        if server.is_running():
            continue
        logger.error("the embedded database has died and is started again")
        try:
            await asyncio.to_thread(server.ensure_running)
        except CannotNow as error:
            logger.error("the embedded database does not start: %s", error)  # noqa: TRY400 -- its log says more
