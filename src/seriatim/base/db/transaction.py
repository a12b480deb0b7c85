"""One piece of work with the database: all of it is kept, or nothing.

Rows are asyncpg records: values by name or by position. `jsonb` and `json` columns take and give plain Python
values (dict, list, str, int, float, bool, None).
"""

import contextlib
import re
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Final, Protocol, Self, TypeAlias, TypeVar, cast

import asyncpg
import msgspec

from seriatim.base.db import binary
from seriatim.base.errors import BadInput, CannotNow

Row: TypeAlias = Any
"""An asyncpg.Record: `row["name"]`, `row[0]`, `dict(row)`; the driver brings no types of its own."""
Records: TypeAlias = Iterable[Sequence[Any]] | AsyncIterable[Sequence[Any]]

CURSOR_ROWS: Final = 1_000


class DatabaseAway(CannotNow):
    """The database is away for the moment; try again in a second."""

    code = "database_away"


class DatabaseBusy(CannotNow):
    """The database takes longer than allowed; try again in a moment."""

    code = "database_busy"


class UnstorableText(BadInput):
    """A text holds a NUL or half a character, which no database keeps; send it without."""

    code = "unstorable_text"


class UnstorableNumber(BadInput):
    """A number or a time lies outside what a database can keep; send a smaller one."""

    code = "unstorable_number"


AWAY: Final = (
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    OSError,
)

OUT_OF_RANGE: Final = (asyncpg.NumericValueOutOfRangeError, asyncpg.DatetimeFieldOverflowError)


@contextlib.contextmanager
def plain_errors(connection: Any = None) -> Any:
    """Turn the driver's ways to say "gone" and "too slow" into ours; everything else passes.

    Wrap driver calls only: an OSError of a caller's own file must stay what it is.
    """
    try:
        yield
    except TimeoutError as error:
        raise DatabaseBusy(
            "No database connection became free in time; try again in a moment.", retry_after_s=2
        ) from error
    except AWAY as error:
        raise DatabaseAway(retry_after_s=1) from error
    except asyncpg.QueryCanceledError as error:
        raise DatabaseBusy(retry_after_s=5) from error
    except (asyncpg.DeadlockDetectedError, asyncpg.SerializationError) as error:
        raise DatabaseBusy("Two requests stood in each other's way; try again.", retry_after_s=1) from error
    except (asyncpg.CharacterNotInRepertoireError, asyncpg.UntranslatableCharacterError) as error:
        raise UnstorableText from error
    except asyncpg.DataError as error:
        if isinstance(error, OUT_OF_RANGE) or isinstance(error.__cause__, OverflowError):
            raise UnstorableNumber from error
        raise
    except asyncpg.InternalClientError as error:
        # What the driver says when the server died under a connection that it had not noticed yet.
        if connection is not None and not is_gone(connection):
            connection.terminate()
        raise DatabaseAway(retry_after_s=1) from error
    except asyncpg.InterfaceError as error:
        if connection is None or is_gone(connection):
            raise DatabaseAway(retry_after_s=1) from error
        raise


def is_gone(connection: Any) -> bool:
    """Whether the connection is closed; the pool takes a closed one back at once, and then it refuses to say."""
    try:
        return bool(connection.is_closed())
    except asyncpg.InterfaceError:
        return True


async def undo(connection: Any, work: Any) -> None:
    """Roll `work` back, or cut the connection, which does the same; never hides the error that led here.

    A cancelled task must end as cancelled even when its roll-back fails, or its loop would go on.
    """
    if is_gone(connection):
        return
    try:
        await work.rollback()
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError):
        with contextlib.suppress(asyncpg.InterfaceError):
            connection.terminate()


class Companion(Protocol):
    """Something outside the database that goes along with a transaction, for instance a file beside it.

    `before_commit` runs when all work is done and nothing is kept yet; what it raises undoes the work.
    `after_commit` runs when the work is kept and nobody has been told; what it raises reaches the caller in place of
    the answer. Between the two the process may die, and the outcome of the commit may stay unknown: MUST bear that.
    """

    async def before_commit(self) -> None: ...
    async def after_commit(self) -> None: ...
    def copy(self) -> Self:
        """As it is now, to come back to when a savepoint is undone."""
        ...


C = TypeVar("C", bound=Companion)


class Transaction:
    """What a store may do with the database; made by `Database.transaction`, never kept after it."""

    __slots__ = ("_companions", "_connection", "_staged", "folder")

    def __init__(self, connection: Any, folder: Path | None = None) -> None:
        self._connection = connection
        self._staged: set[str] = set()
        self._companions: dict[type[Companion], Companion] = {}
        self.folder = folder
        """The data folder beside the database, for what must outlive it; None when it was opened by address alone."""

    @property
    def connection(self) -> Any:
        """The asyncpg connection, for the rare thing this class does not offer."""
        return self._connection

    async def rows(self, query: str, *args: Any) -> list[Row]:
        """Every row of the answer."""
        with plain_errors(self._connection):
            answer: list[Row] = await self._connection.fetch(query, *args)
        return answer

    async def row(self, query: str, *args: Any) -> Row | None:
        """The first row, or None when there is none."""
        with plain_errors(self._connection):
            return await self._connection.fetchrow(query, *args)

    async def value(self, query: str, *args: Any) -> Any:
        """The first value of the first row, or None when there is none."""
        with plain_errors(self._connection):
            return await self._connection.fetchval(query, *args)

    async def execute(self, query: str, *args: Any) -> int:
        """Run a statement; answers the number of rows it touched (0 where PostgreSQL counts none)."""
        with plain_errors(self._connection):
            status: str = await self._connection.execute(query, *args)
        return _count(status)

    async def each(self, query: str, *args: Any, prefetch: int = CURSOR_ROWS) -> AsyncIterator[Row]:
        """The rows one after another, by a cursor: for answers too large to hold."""
        with plain_errors(self._connection):
            async for row in self._connection.cursor(query, *args, prefetch=prefetch):
                yield row

    async def copy(self, table: str, columns: Sequence[str], records: Records) -> int:
        """Add many rows by binary COPY, the fast road from about ten rows on; answers how many.

        Conflicts are errors here: stage the rows first where some may exist already.
        """
        with plain_errors(self._connection):
            status: str = await self._connection.copy_records_to_table(
                table, columns=list(columns), records=records
            )
        return _count(status)

    async def copy_to_staging(
        self, name: str, definition: str, columns: Sequence[str], records: Records
    ) -> int:
        """Fill the temporary table `name` (must begin with `staging_`), for one INSERT ... SELECT afterwards.

        `definition` is the column list of CREATE TABLE, the same each time: the table stays with the connection and
        is emptied at the end of each transaction, which spares the catalogue. A second call replaces the rows.
        """
        if not re.fullmatch(r"staging_[a-z0-9_]{1,50}", name):
            raise ValueError(f"a staging table is named staging_..., not {name!r}")
        await self.execute(
            f"create temporary table if not exists {name} ({definition}) on commit delete rows"
        )
        if name in self._staged:
            await self.execute(f"truncate {name}")
        self._staged.add(name)
        return await self.copy(name, columns, records)

    async def copy_new(self, table: str, columns: Sequence[str], pieces: Iterable[bytes]) -> bool:
        """Add rows in binary form, made by `base.db.binary`, provided that all of them are new.

        `pieces` are whole rows, as many as the caller likes; the database works on one while the next is made.
        False when one is there already, or comes into being in this moment; then none is added. Rows MUST come in the
        order in which everybody adds to this table, else two who add the same wait for each other in a circle.
        """
        try:
            async with self.savepoint():
                with plain_errors(self._connection):
                    await self._connection.copy_to_table(
                        table, columns=list(columns), source=_streamed(pieces), format="binary"
                    )
        except asyncpg.UniqueViolationError:
            return False
        return True

    def companion(self, kind: type[C], make: Callable[[], C]) -> C:
        """The one companion of this kind; `make` brings it along when there is none yet."""
        if kind not in self._companions:
            self._companions[kind] = make()
        return cast("C", self._companions[kind])

    async def before_commit(self) -> None:
        """For the one who commits alone."""
        for companion in self._companions.values():
            await companion.before_commit()

    async def after_commit(self) -> None:
        """For the one who has committed alone."""
        for companion in self._companions.values():
            await companion.after_commit()

    @contextlib.asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """A part that may fail by itself: an exception inside undoes this part alone and goes on up."""
        with plain_errors(self._connection):
            part = self._connection.transaction()
            await part.start()
        companions = {kind: companion.copy() for kind, companion in self._companions.items()}
        try:
            yield
        except BaseException:
            self._companions = companions
            await undo(self._connection, part)
            raise
        with plain_errors(self._connection):
            await part.commit()


async def _streamed(pieces: Iterable[bytes]) -> AsyncIterator[bytes]:
    yield binary.HEAD
    for piece in pieces:
        yield piece
    yield binary.TAIL


def _count(status: str) -> int:
    last = status.rpartition(" ")[2]
    return int(last) if last.isdigit() else 0


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode


def _encode_jsonb(value: Any) -> bytes:
    return b"\x01" + _encode(value)


def _decode_jsonb(data: bytes) -> Any:
    assert data[0] == 1, f"jsonb of an unknown version {data[0]}"
    return _decode(memoryview(data)[1:])


async def speak_json(connection: Any) -> None:
    """Teach a new connection that jsonb and json are plain Python values."""
    await connection.set_type_codec(
        "jsonb", schema="pg_catalog", encoder=_encode_jsonb, decoder=_decode_jsonb, format="binary"
    )
    await connection.set_type_codec(
        "json", schema="pg_catalog", encoder=_encode, decoder=_decode, format="binary"
    )
