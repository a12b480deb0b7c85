"""Questions without a transaction around them: what only reads needs none."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NoReturn

from seriatim.base.db.transaction import CURSOR_ROWS, DatabaseAway, Row, Transaction, is_gone

WRITES: Final = re.compile(
    r"\b(insert|update|delete|merge|truncate|nextval|setval|lock|copy|create|alter|drop)\b"
)
QUOTED: Final = re.compile(r"'[^']*'|\"[^\"]*\"|--[^\n]*")
CONNECTIONS_TRIED: Final = 20


class NotReading(AssertionError):
    """This changes or locks something; do it in a transaction. A GET that writes says so: `leaves_trail` of its endpoint."""


@lru_cache(maxsize=4_096)
def is_question(query: str) -> bool:
    """Whether a statement only reads. Every statement is a text in a store, so each is looked at once.

    >>> is_question("select 'insert' from thing"), is_question("select id from thing for update")
    (True, False)
    """
    bare = QUOTED.sub(" ", query).lower()
    return bare.lstrip().startswith(("select", "with")) and WRITES.search(bare) is None


class Reading(Transaction):
    """A transaction's questions, and nothing else of it; made by `Database.reading`."""

    __slots__ = ("_another",)

    def __init__(
        self, connection: Any, folder: Path | None, another: Callable[[Any], Awaitable[Any]]
    ) -> None:
        super().__init__(connection, folder)
        self._another = another

    async def rows(self, query: str, *args: Any) -> list[Row]:
        found: list[Row] = await self._asked(super().rows, query, args)
        return found

    async def row(self, query: str, *args: Any) -> Row | None:
        return await self._asked(super().row, query, args)

    async def value(self, query: str, *args: Any) -> Any:
        return await self._asked(super().value, query, args)

    async def each(self, query: str, *args: Any, prefetch: int = CURSOR_ROWS) -> AsyncIterator[Row]:
        """A cursor lives in a transaction; this one's."""
        async with self._connection.transaction(readonly=True):
            async for row in super().each(query, *args, prefetch=prefetch):
                yield row

    async def _asked(self, ask: Callable[..., Awaitable[Any]], query: str, args: Sequence[Any]) -> Any:
        if not is_question(query):
            raise NotReading(query[:200])
        for _ in range(CONNECTIONS_TRIED):
            try:
                return await ask(query, *args)
            except DatabaseAway:
                if not is_gone(self._connection):
                    raise
                self._connection = await self._another(self._connection)
        raise DatabaseAway(retry_after_s=1)

    async def execute(self, query: str, *args: Any) -> NoReturn:  # noqa: ARG002 -- the shape of what it replaces
        raise NotReading(query[:200])

    async def copy(self, table: str, *_: Any) -> NoReturn:
        raise NotReading(table)

    async def copy_new(self, table: str, *_: Any) -> NoReturn:
        raise NotReading(table)

    def savepoint(self) -> NoReturn:
        raise NotReading("savepoint")

    def companion(self, kind: Any, make: Any) -> NoReturn:  # noqa: ARG002 -- the shape of what it replaces
        raise NotReading("companion")
