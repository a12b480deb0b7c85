"""The documents that jobs are about, kept for a while so that their faults can be shown where they stand."""

import asyncio
import zlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from seriatim import access
from seriatim.access import Actor
from seriatim.areas.exchange import store
from seriatim.areas.exchange.model import Job
from seriatim.base import limits, outbox
from seriatim.base.db import Transaction

KEEP: Final = timedelta(days=limits.SENT_DOCUMENT_DAYS)
QUICKLY: Final = 1
"""The level of compression: text of this kind shrinks to a tenth by the quickest one already."""


async def packed(job: Job, data: bytes) -> bytes | None:
    """What is kept of a document: all of it, compressed, when its job has failed or failed in part, or when it is small."""
    if len(data) <= limits.GOOD_DOCUMENT_BYTES:
        return zlib.compress(data, QUICKLY)  # sooner done than handed to a thread
    return None if job.success else await asyncio.to_thread(zlib.compress, data, QUICKLY)


async def document_of(tx: Transaction, job_id: UUID, *, actor: Actor) -> bytes | None:
    """The document of a capture job as it was sent, to the octet; None when it is not kept (any more), or when the
    job is not there for this actor: who may not read all events sees only what he has sent himself.
    """
    content = await store.document_of(tx, job_id, only(actor))
    return None if content is None else await asyncio.to_thread(zlib.decompress, content)


async def forget(tx: Transaction, *, now: datetime) -> None:
    """Forgets documents past their time, and the oldest when there are too many; their jobs stay."""
    await store.forget_documents(tx, now - KEEP, limits.SENT_DOCUMENTS_BYTES)


async def forget_erased(tx: Transaction, messages: Sequence[outbox.Message]) -> None:
    """Forgets the documents in which an erased event came, or came again; for the outbox, topic `history.ERASED`.

    An undone document may hold it without saying so: all undone ones of the same sender go.
    """
    for message in messages:
        told = message.payload
        at = datetime.fromisoformat(told["at"])
        await store.forget_documents_of(tx, told["event_id"], told["captured_by"], at)


def only(actor: Actor) -> str | None:
    """Whose jobs the actor may see; None for everybody's."""
    return None if access.may(actor, "events:read") else name_of(actor)


def name_of(actor: Actor) -> str:
    return f"{actor.kind}:{actor.id}"
