"""Rows of exchange: capture jobs."""

import hashlib
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from seriatim.areas.exchange.model import Job
from seriatim.base.db import Queries, Row, Transaction

QUERIES: Final = Queries.load(__package__, "store.sql")


async def insert_job(tx: Transaction, job: Job, *, actor: str, document: bytes) -> None:
    await tx.execute(
        QUERIES.insert_job,
        job.id,
        job.created_at,
        job.finished_at,
        job.success,
        job.error_behaviour,
        job.accepted,
        job.duplicates,
        job.rejected,
        list(job.errors),
        list(job.verdicts),
        list(job.warnings),
        actor,
        hashlib.sha256(document).digest(),
    )


async def job(tx: Transaction, job_id: UUID, actor: str | None) -> Job | None:
    """One job; `actor` None asks for anybody's."""
    row = await tx.row(QUERIES.job, job_id, actor)
    return _job(row) if row is not None else None


async def jobs(tx: Transaction, actor: str | None, before: UUID | None, limit: int) -> Sequence[Job]:
    """Jobs, newest first."""
    return [_job(row) for row in await tx.rows(QUERIES.jobs, actor, before, limit)]


def _job(row: Row) -> Job:
    values: dict[str, Any] = dict(row)
    for name in ("errors", "verdicts", "warnings"):
        values[name] = tuple(values[name])
    return Job(**values)
