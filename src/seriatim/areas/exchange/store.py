"""Rows of exchange: capture jobs and their documents, named queries, released page tokens."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from seriatim.areas.exchange.model import Job, MasterDataCounts
from seriatim.base.db import Queries, Row, Transaction

QUERIES: Final = Queries.load(__package__, "store.sql")


async def insert_job(tx: Transaction, job: Job, *, document: bytes, packed: bytes | None) -> None:
    """The job; and its document, where there is something `packed` to keep."""
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
        job.error_count,
        asdict(job.master_data),
        job.sender,
        hashlib.sha256(document).digest(),
        len(document),
        packed,
    )


async def job(tx: Transaction, job_id: UUID, actor: str | None) -> Job | None:
    """One job; `actor` None asks for anybody's."""
    row = await tx.row(QUERIES.job, job_id, actor)
    return _job(row) if row is not None else None


async def jobs(
    tx: Transaction, actor: str | None, before: UUID | None, limit: int, failed: bool | None = None
) -> Sequence[Job]:
    """Jobs, newest first."""
    return [_job(row) for row in await tx.rows(QUERIES.jobs, actor, before, limit, failed)]


def _job(row: Row) -> Job:
    values: dict[str, Any] = dict(row)
    for name in ("errors", "verdicts", "warnings"):
        values[name] = tuple(values[name])
    values["master_data"] = MasterDataCounts(**values["master_data"])
    return Job(**values)


async def insert_query(
    tx: Transaction, name: str, query: str, *, created_at: datetime, created_by: str
) -> bool:
    """Whether the name was free."""
    return await tx.row(QUERIES.insert_query, name, query, created_at, created_by) is not None


async def count_queries(tx: Transaction, created_by: str) -> int:
    """How many queries somebody has given a name."""
    count: int = await tx.value(QUERIES.count_queries, created_by)
    return count


async def query(tx: Transaction, name: str, created_by: str | None) -> Row | None:
    """One query; `created_by` None asks for anybody's."""
    return await tx.row(QUERIES.query, name, created_by)


async def queries(tx: Transaction, after: str, limit: int, created_by: str | None) -> Sequence[Row]:
    return await tx.rows(QUERIES.queries, after, limit, created_by)


async def delete_query(tx: Transaction, name: str) -> None:
    await tx.execute(QUERIES.delete_query, name)


async def document_of(tx: Transaction, job_id: UUID, actor: str | None) -> bytes | None:
    """The document of a job, compressed; `actor` None asks for anybody's."""
    content: bytes | None = await tx.value(QUERIES.document_of, job_id, actor)
    return content


async def forget_documents(tx: Transaction, before: datetime, octets_max: int) -> None:
    await tx.execute(QUERIES.forget_documents, before, octets_max)


async def revoke(tx: Transaction, token: bytes, expires_at: datetime, *, now: datetime) -> None:
    """A page token leads nowhere any more; revocations of tokens that have expired are forgotten."""
    await tx.execute(QUERIES.forget_revoked, now)
    if now < expires_at:
        await tx.execute(QUERIES.revoke, token, expires_at)


async def is_revoked(tx: Transaction, token: bytes) -> bool:
    found: bool = await tx.value(QUERIES.is_revoked, token)
    return found


async def forget_documents_of(tx: Transaction, event_id: str, actor: str, at: datetime) -> None:
    """Documents in which an event came, or may have come."""
    await tx.execute(QUERIES.forget_documents_of, [{"eventID": event_id}], actor, at)
