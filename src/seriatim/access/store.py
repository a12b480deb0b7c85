"""Rows of access, to values and back."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple
from uuid import UUID

import msgspec

from seriatim.access.model import Actor, ActorKind, Role
from seriatim.base.db import Queries, Transaction

SQL = Queries.load(__package__, "store.sql")

Purpose = Literal["set_password", "sign_in"]


class Person(msgspec.Struct, frozen=True):
    """Somebody who may sign in."""

    id: UUID
    email: str
    name: str
    role: Role
    created_at: datetime
    disabled_at: datetime | None
    has_password: bool


class Session(msgspec.Struct, frozen=True):
    """A person who is signed in."""

    actor: Actor
    csrf: str
    """The token every form carries; it derives from the session's secret and is stored nowhere."""


class Key(msgspec.Struct, frozen=True):
    """An API key, without its secret."""

    id: str
    name: str
    role: Role
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


class AuditEntry(msgspec.Struct, frozen=True):
    """One line of the audit trail."""

    id: int
    at: datetime
    actor_kind: ActorKind
    actor: str
    actor_name: str
    deed: str
    subject: str
    detail: Any


class RefusalEntry(msgspec.Struct, frozen=True):
    """One stored refusal; `raw` is what was sent, cut to the limit, as text where it is text."""

    id: int
    at: datetime
    door: str
    code: str
    reason: str
    raw: str
    raw_bytes: int
    raw_sha256: str
    actor_kind: ActorKind
    actor: str
    nonce: str | None
    blocking: str | None


class Remembered(msgspec.Struct, frozen=True):
    """The answer that an Idempotency-Key got the first time."""

    route: str
    body_sha256: bytes
    """Of the request."""
    status: int
    body: bytes
    """Of the answer."""


async def insert_person(
    tx: Transaction, person: UUID, email: str, name: str, role: Role, now: datetime
) -> bool:
    return await tx.row(SQL.insert_person, person, email, name, role, now) is not None


async def person(tx: Transaction, person_id: UUID) -> Person | None:
    row = await tx.row(SQL.person, person_id)
    return None if row is None else Person(**row)


async def people(tx: Transaction) -> list[Person]:
    return [Person(**row) for row in await tx.rows(SQL.people)]


async def password_of(tx: Transaction, email: str) -> tuple[UUID, str | None] | None:
    row = await tx.row(SQL.password_of, email)
    return None if row is None else (row["id"], row["password_hash"])


async def set_password(tx: Transaction, person_id: UUID, password_hash: str) -> bool:
    return await tx.row(SQL.set_password, person_id, password_hash) is not None


async def disable_person(tx: Transaction, person_id: UUID, now: datetime) -> bool:
    return await tx.row(SQL.disable_person, person_id, now) is not None


async def active_administrators(tx: Transaction) -> list[UUID]:
    return [row["id"] for row in await tx.rows(SQL.active_administrators)]


async def end_all_access(tx: Transaction, person_id: UUID) -> None:
    """Sessions and unused links of a person."""
    await tx.execute(SQL.delete_sessions, person_id)
    await tx.execute(SQL.delete_unused_links, person_id)


async def somebody_can_sign_in(tx: Transaction) -> bool:
    return bool(await tx.value(SQL.somebody_can_sign_in))


async def insert_session(
    tx: Transaction, secret_hash: bytes, person_id: UUID, now: datetime, expires_at: datetime
) -> None:
    await tx.execute(SQL.insert_session, secret_hash, person_id, now, expires_at)


async def session_actor(tx: Transaction, secret_hash: bytes, now: datetime) -> Actor | None:
    row = await tx.row(SQL.session, secret_hash, now)
    return None if row is None else Actor("person", str(row["id"]), row["name"], row["role"])


async def delete_session(tx: Transaction, secret_hash: bytes) -> None:
    await tx.execute(SQL.delete_session, secret_hash)


async def keep_pace(
    tx: Transaction, subjects: list[bytes], now: datetime, interval: timedelta, ahead: timedelta
) -> int:
    return len(await tx.rows(SQL.keep_pace, subjects, now, interval, ahead))


async def is_familiar(tx: Transaction, place: bytes, since: datetime) -> bool:
    return bool(await tx.value(SQL.is_familiar, place, since))


async def make_familiar(tx: Transaction, place: bytes, now: datetime) -> None:
    await tx.execute(SQL.make_familiar, place, now)


async def insert_once_link(
    tx: Transaction,
    secret_hash: bytes,
    purpose: Purpose,
    person_id: UUID,
    now: datetime,
    expires_at: datetime,
) -> bool:
    return await tx.row(SQL.insert_once_link, secret_hash, purpose, person_id, now, expires_at) is not None


async def once_link(tx: Transaction, secret_hash: bytes, purpose: Purpose, now: datetime) -> Person | None:
    row = await tx.row(SQL.once_link, secret_hash, purpose, now)
    return None if row is None else Person(**row)


async def use_once_link(tx: Transaction, secret_hash: bytes, purpose: Purpose, now: datetime) -> UUID | None:
    row = await tx.row(SQL.use_once_link, secret_hash, purpose, now)
    return None if row is None else row["person"]


async def insert_key(
    tx: Transaction,
    key_id: str,
    name: str,
    role: Role,
    secret_hash: bytes,
    now: datetime,
    expires_at: datetime | None,
) -> None:
    await tx.execute(SQL.insert_key, key_id, name, role, secret_hash, now, expires_at)


async def keys(tx: Transaction) -> list[Key]:
    return [Key(**row) for row in await tx.rows(SQL.keys)]


async def key_actor(tx: Transaction, secret_hash: bytes, now: datetime) -> Actor | None:
    row = await tx.row(SQL.key_actor, secret_hash, now)
    return None if row is None else Actor(kind="key", id=row["id"], name=row["name"], role=row["role"])


class LivingKey(NamedTuple):
    """A key that was not revoked."""

    actor: Actor
    expires_at: datetime | None

    def is_alive(self, now: datetime) -> bool:
        return self.expires_at is None or self.expires_at > now


async def living_keys(tx: Transaction, secret_hashes: Iterable[bytes]) -> dict[bytes, LivingKey]:
    """The keys with these secrets that were not revoked, by the hash of the secret."""
    rows = await tx.rows(SQL.living_keys, sorted(secret_hashes))
    return {
        row["secret_hash"]: LivingKey(
            Actor(kind="key", id=row["id"], name=row["name"], role=row["role"]), row["expires_at"]
        )
        for row in rows
    }


async def active_actor(tx: Transaction, name: str, now: datetime) -> Actor | None:
    """Whoever is called `key:...` or `person:...` in a row, with today's role; None once that key or person has ended.

    For deeds that are done later on somebody's behalf: rights are asked for again, never remembered (rule R9).
    """
    kind, _, actor_id = name.partition(":")
    match kind:
        case "key":
            row = await tx.row(SQL.active_key, actor_id, now)
            return (
                None if row is None else Actor(kind="key", id=row["id"], name=row["name"], role=row["role"])
            )
        case "person":
            row = await tx.row(SQL.active_person, actor_id)
            return (
                None
                if row is None
                else Actor(kind="person", id=row["id"], name=row["name"], role=row["role"])
            )
        case _:
            return None


async def revoke_key(tx: Transaction, key_id: str, now: datetime) -> bool:
    return await tx.row(SQL.revoke_key, key_id, now) is not None


async def audit_trail(
    tx: Transaction, before: int | None, subject: str | None, limit: int
) -> list[AuditEntry]:
    rows = await tx.rows(SQL.audit_trail, before, subject, limit)
    return [AuditEntry(**_open_entry(row)) for row in rows]


def _open_entry(row: Any) -> dict[str, Any]:
    values = dict(row)
    values["detail"] = msgspec.json.decode(values.pop("entry"))["detail"]
    return values


async def refusals(tx: Transaction, before: int | None, code: str | None, limit: int) -> list[RefusalEntry]:
    rows = await tx.rows(SQL.refusals, before, code, limit)
    return [
        RefusalEntry(
            **{
                **dict(row),
                "raw": row["raw"].decode("utf-8", "backslashreplace"),
                "raw_sha256": row["raw_sha256"].hex(),
            }
        )
        for row in rows
    ]
