"""The trail: what was done, what was refused, and what a repeated request got the first time.

An audit row is written in the transaction of the change: no row, no change. Its `leaf` is the hash that the
verifiable log will hold: SHA-256 over 0x00, a version, the kind and the salted hash of the exact bytes (RFC 6962, 2.1).
"""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import msgspec

from seriatim.access import store
from seriatim.access.model import Actor
from seriatim.access.store import SQL, Remembered
from seriatim.base import limits
from seriatim.base.db import Transaction
from seriatim.base.errors import Unprocessable

SALT_BYTES: Final = 16
ENTRY: Final = msgspec.json.Encoder(order="deterministic")


class KeyReused(Unprocessable):
    """This Idempotency-Key was used for another request; take a fresh one."""

    code = "idempotency_key_reused"


class Refusal(msgspec.Struct, frozen=True):
    """Something that was not done, and why."""

    door: str
    """Where it was asked: `POST /epcis/capture`, `console`, a station's name."""
    code: str
    reason: str
    raw: bytes
    """What was sent, whole; the record keeps a part and the hash of all."""
    actor: Actor
    at: datetime
    nonce: str | None = None
    blocking: str | None = None
    """The id of the event or thing that stands in the way."""


def leaf_of(kind: bytes, entry: bytes, salt: bytes) -> bytes:
    """The leaf hash of one entry; erasing entry and salt later leaves the tree whole."""
    sealed = hashlib.sha256(salt + entry).digest()
    return hashlib.sha256(b"\x00" + b"\x01" + kind + b"\x00" + sealed).digest()


async def audit(
    tx: Transaction, actor: Actor, deed: str, subject: str, detail: Mapping[str, Any], now: datetime
) -> None:
    """Writes down a deed, in the transaction that does it."""
    entry = ENTRY.encode(
        {
            "at": now,
            "actor": msgspec.to_builtins(actor),
            "deed": deed,
            "subject": subject,
            "detail": dict(detail),
        }
    )
    salt = secrets.token_bytes(SALT_BYTES)
    who = (actor.kind, actor.id, actor.name)
    await tx.execute(SQL.insert_audit, now, *who, deed, subject, entry, salt, leaf_of(b"audit", entry, salt))


async def refuse(tx: Transaction, refusal: Refusal) -> int:
    """Keeps a refusal; call it in a transaction of its own, after the refused change was rolled back."""
    kept = refusal.raw[: limits.REFUSED_DOCUMENT_BYTES]
    digest = hashlib.sha256(refusal.raw).digest()
    who = (refusal.actor.kind, refusal.actor.id)
    values = (refusal.at, refusal.door, refusal.code, refusal.reason, kept, len(refusal.raw), digest, *who)
    row_id: int = await tx.value(SQL.insert_refusal, *values, refusal.nonce, refusal.blocking)
    return row_id


async def claim(
    tx: Transaction, key: str, actor: str, route: str, body_sha256: bytes, now: datetime
) -> Remembered | None:
    """Takes an Idempotency-Key for this transaction; gives the first answer when it was used before.

    A twin that is still in flight is waited for, on the primary key. Raises KeyReused for another request.
    """
    if await tx.row(SQL.claim_key, key, actor, route, body_sha256, now) is not None:
        return None
    row = await tx.row(SQL.kept_answer, key, actor)
    assert row is not None, "the key is taken, so its row is there"
    if row["route"] != route or row["body_sha256"] != body_sha256:
        raise KeyReused
    assert row["status"] is not None, "key and answer are one transaction"
    return Remembered(row["route"], row["body_sha256"], row["status"], row["body"])


async def remember(tx: Transaction, key: str, actor: str, status: int, body: bytes) -> None:
    """Keeps the answer beside its key."""
    await tx.execute(SQL.keep_answer, key, actor, status, body)


async def forget_keys(tx: Transaction, before: datetime) -> int:
    """Forgets Idempotency-Keys from before then; gives their number."""
    return await tx.execute(SQL.sweep_keys, before)


audit_trail = store.audit_trail
refusals = store.refusals
