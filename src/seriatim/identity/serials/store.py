"""Rows of serial policies, as values."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from seriatim.base.db import Queries, Transaction
from seriatim.identity.serials.policy import SerialPolicy

SQL: Final = Queries.load(__package__, "store.sql")


class Taken(NamedTuple):
    """A block [first, past) of the counters of one generation, gone for ever."""

    gtin: str
    generation: int
    first: int
    past: int


async def add_policies(tx: Transaction, form: SerialPolicy, gtins: Sequence[str]) -> None:
    """A policy of this form for each product that has none."""
    await tx.execute(SQL.add_policies, list(gtins), form.alphabet, form.length, form.capacity)


async def policy(tx: Transaction, gtin: str) -> SerialPolicy | None:
    row = await tx.row(SQL.policy, gtin)
    return None if row is None else SerialPolicy(**row)


async def policies(tx: Transaction, after: str, limit: int) -> list[SerialPolicy]:
    return [SerialPolicy(**row) for row in await tx.rows(SQL.policies, after, limit)]


async def change_policy(tx: Transaction, form: SerialPolicy) -> bool:
    row = await tx.row(SQL.change_policy, form.gtin, form.alphabet, form.length, form.capacity)
    return row is not None


async def take(tx: Transaction, gtin: str, count: int) -> Taken | None:
    """The next block of counters; None when too few are left, or the product has no policy."""
    row = await tx.row(SQL.take, gtin, count)
    return None if row is None else Taken(**row)
