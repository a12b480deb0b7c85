"""How many SSCCs of a company prefix are gone, and which came free again, as rows."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

import asyncpg

from seriatim.base.db import Queries, Transaction
from seriatim.identity.ssccs.model import SsccRule, SsccStock

SQL: Final = Queries.load(__package__, "store.sql")


class PrefixOverlap(Exception):
    """Another company prefix counts through the same SSCCs."""


class Run(NamedTuple):
    """Serial references [first, past), fresh."""

    first: int
    past: int


async def take_ssccs(tx: Transaction, gcp: str, extension: str, capacity: int, count: int) -> Run | None:
    """A run of `count` fresh serial references; None when too few are left. Raises PrefixOverlap."""
    try:
        async with tx.savepoint():
            row = await tx.row(SQL.take_ssccs, gcp, extension, capacity, count)
    except asyncpg.ExclusionViolationError as error:
        raise PrefixOverlap from error
    return None if row is None else Run(**row)


async def ssccs_issued(tx: Transaction, gcp: str, extension: str) -> int:
    return int(await tx.value(SQL.ssccs_issued, gcp, extension) or 0)


async def hold(tx: Transaction, gcp: str, extension: str) -> None:
    """Until the transaction ends nobody else takes references of this prefix and extension digit."""
    await tx.execute(SQL.hold, gcp, extension)


async def take_rested(tx: Transaction, gcp: str, extension: str, count: int, now: datetime) -> list[int]:
    """At most `count` references that came free and whose rest is over, in their order."""
    return sorted(row["reference"] for row in await tx.rows(SQL.take_rested, gcp, extension, count, now))


async def count_reused(tx: Transaction, gcp: str, extension: str, count: int) -> int:
    return int(await tx.value(SQL.count_reused, gcp, extension, count))


async def release(
    tx: Transaction,
    gcp: str,
    extension: str,
    references: Sequence[int],
    now: datetime,
    rests_until: datetime,
    reason: str,
) -> set[int]:
    """Those of the references that came free by this."""
    rows = await tx.rows(SQL.release, gcp, extension, list(references), now, rests_until, reason)
    return {row["reference"] for row in rows}


async def rule(tx: Transaction, gcp: str) -> SsccRule:
    row = await tx.row(SQL.rule, gcp)
    return SsccRule(gcp) if row is None else SsccRule(**row)


async def save_rule(tx: Transaction, rule: SsccRule) -> None:
    await tx.execute(SQL.save_rule, rule.gcp, rule.may_reuse, rule.quarantine_days)


async def stocks(tx: Transaction, gcp: str, now: datetime) -> list[SsccStock]:
    return [SsccStock(**row) for row in await tx.rows(SQL.stocks, gcp, now)]


async def prefixes(tx: Transaction) -> list[str]:
    return [row["gcp"] for row in await tx.rows(SQL.prefixes)]
