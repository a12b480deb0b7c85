"""The trail: what was done, what was refused, and what a repeated request got the first time.

An audit row is written in the transaction of the change: no row, no change. Its `leaf` is the hash that stands for it
in the verifiable log.
"""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from seriatim.access import store
from seriatim.access.model import Actor
from seriatim.access.store import SQL, Remembered
from seriatim.access.verifiable_log.entries import entry_of
from seriatim.access.verifiable_log.merkle import leaf_hash
from seriatim.base import limits, metrics
from seriatim.base.db import Transaction
from seriatim.base.errors import Unprocessable

SALT_BYTES: Final = 16
DOOR_CHARACTERS: Final = 200
REASON_CHARACTERS: Final = 2_000
FAMILIAR_FOR: Final = timedelta(days=90)
"""How long the address of a good sign-in is trusted to be the person's own."""
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
    """Made by the sender: the same one again is the same refusal, and makes no second row."""
    blocking: str | None = None
    """The id of the event or thing that stands in the way."""
    scanned: bool = False
    """`raw` is the text of a code, of which less is kept than of a document."""


def leaf_of(kind: str, entry: bytes, salt: bytes, at: datetime) -> bytes:
    """The leaf hash of one entry; erasing entry and salt later leaves the tree whole (T38)."""
    return leaf_hash(entry_of(kind, entry, salt, at))


async def audit(
    tx: Transaction, actor: Actor, deed: str, subject: str, detail: Mapping[str, Any], now: datetime
) -> None:
    """Writes down a deed, in the transaction that does it."""
    line = _line(actor, deed, subject, detail, now)
    await tx.execute(SQL.insert_audit, now, actor.kind, actor.id, actor.name, deed, *line)


async def audit_each(
    tx: Transaction, actor: Actor, deed: str, details: Sequence[tuple[str, Mapping[str, Any]]], now: datetime
) -> None:
    """The same for deeds of one kind that are done at once: a line for each (subject, detail)."""
    lines = [_line(actor, deed, subject, detail, now) for subject, detail in details]
    if lines:
        columns = map(list, zip(*lines, strict=True))
        await tx.execute(SQL.insert_audits, now, actor.kind, actor.id, actor.name, deed, *columns)


def _line(
    actor: Actor, deed: str, subject: str, detail: Mapping[str, Any], now: datetime
) -> tuple[str, bytes, bytes, bytes]:
    """Subject, entry, salt and leaf."""
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
    return subject, entry, salt, leaf_of("audit", entry, salt, now)


async def refuse(tx: Transaction, refusal: Refusal) -> int:
    """Keeps a refusal; call it in a transaction of its own, after the refused change was rolled back (rule R7)."""
    cap = limits.RAW_CODE_BYTES if refusal.scanned else limits.REFUSED_DOCUMENT_BYTES
    row_id: int = await tx.value(
        SQL.insert_refusal,
        refusal.at,
        as_text(refusal.door, DOOR_CHARACTERS),
        refusal.code,
        as_text(refusal.reason, REASON_CHARACTERS),
        refusal.raw[:cap],
        len(refusal.raw),
        hashlib.sha256(refusal.raw).digest(),
        refusal.actor.kind,
        refusal.actor.id,
        refusal.nonce,
        refusal.blocking,
    )
    metrics.REFUSALS.labels(code=refusal.code).inc()
    return row_id


def as_text(words: str, characters_max: int) -> str:
    """Words that may echo hostile input, fit for a text column: no NUL, no lone surrogate, not too long."""
    clean = words.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()
    return clean if len(clean) <= characters_max else clean[: characters_max - 1] + "…"


async def claim(
    tx: Transaction, key: str, actor: str, route: str, body_sha256: bytes, now: datetime
) -> Remembered | None:
    """Takes an Idempotency-Key for this transaction; gives the first answer when it was used before.

    A twin that is still in flight is waited for, on the primary key (read committed). Raises KeyReused for another
    request.
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
    """Keeps the answer beside its key; an answer that holds a secret is kept as nothing, `b""` (T31)."""
    await tx.execute(SQL.keep_answer, key, actor, status, body)


async def forget_expired(tx: Transaction, now: datetime) -> int:
    """Forgets answers, sessions, links and tries past their time; gives their number. Harmless at any time."""
    return sum(
        [
            await tx.execute(SQL.forget_answers, now - timedelta(hours=limits.IDEMPOTENCY_HOURS)),
            await tx.execute(SQL.forget_sessions, now),
            await tx.execute(SQL.forget_links, now),
            await tx.execute(SQL.forget_pace, now),
            await tx.execute(SQL.forget_addresses, now - FAMILIAR_FOR),
        ]
    )


audit_trail = store.audit_trail
refusals = store.refusals
