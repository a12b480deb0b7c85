"""API keys: how other systems get in. A key's secret is shown once and kept as a hash only."""

import re
from datetime import datetime
from typing import Final

import msgspec

from seriatim.access import store
from seriatim.access.actions import name_of
from seriatim.access.model import Actor, Role
from seriatim.access.trail import audit
from seriatim.base.db import Transaction
from seriatim.base.errors import NotFound, Unprocessable
from seriatim.base.ids import hash_secret, new_id, new_secret

KEY_ID: Final = re.compile(r"k[0-9a-f]{10}")


class NewKey(msgspec.Struct, frozen=True):
    """A key that was just made; the only moment its secret can be seen."""

    id: str
    secret: str


async def create_key(
    tx: Transaction, role: Role, name: str, *, actor: Actor, now: datetime, expires_at: datetime | None = None
) -> NewKey:
    """A new API key with 256 random bits of secret; raises BadName, or Unprocessable for an expiry in the past."""
    if expires_at is not None and expires_at <= now:
        raise Unprocessable(
            f"expires_at is {expires_at.isoformat()}, which is over; give a later time.", field="expires_at"
        )
    key_id, secret, kept_name = f"k{new_id().hex[-10:]}", new_secret(), name_of(name, role)
    await store.insert_key(tx, key_id, kept_name, role, hash_secret(secret), now, expires_at)
    detail = {"role": role, "name": kept_name, "expires_at": expires_at}
    await audit(tx, actor, "key.created", key_id, detail, now)
    return NewKey(key_id, secret)


async def actor_of_key(tx: Transaction, secret: str, now: datetime) -> Actor | None:
    """Who calls with this secret; None when the key is unknown, expired or revoked."""
    return await store.key_actor(tx, hash_of(secret), now)


def hash_of(secret: str) -> bytes:
    """What is kept of a secret; half a character that somebody sends is none of ours."""
    return hash_secret(secret.encode("utf-8", "replace").decode())


async def revoke_key(tx: Transaction, key_id: str, *, actor: Actor, now: datetime) -> None:
    """The key stops working at once; raises NotFound."""
    if not KEY_ID.fullmatch(key_id) or not await store.revoke_key(tx, key_id, now):
        raise NotFound("There is no active key of this id; `seriatim keys list` shows those there are.")
    await audit(tx, actor, "key.revoked", key_id, {}, now)
