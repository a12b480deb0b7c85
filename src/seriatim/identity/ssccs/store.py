"""How many SSCCs of a company prefix are gone, as rows."""

from typing import Final

import asyncpg

from seriatim.base.db import Queries, Transaction

SQL: Final = Queries.load(__package__, "store.sql")


class PrefixOverlap(Exception):
    """Another company prefix counts through the same SSCCs."""


async def take_ssccs(tx: Transaction, gcp: str, extension: str, capacity: int, count: int) -> int | None:
    """The first of `count` fresh serial references; None when too few are left. Raises PrefixOverlap."""
    try:
        async with tx.savepoint():
            first: int | None = await tx.value(SQL.take_ssccs, gcp, extension, capacity, count)
    except asyncpg.ExclusionViolationError as error:
        raise PrefixOverlap from error
    return first


async def ssccs_issued(tx: Transaction, gcp: str, extension: str) -> int:
    return int(await tx.value(SQL.ssccs_issued, gcp, extension) or 0)
