"""What one may do about access: people, passwords, sessions, keys."""

import hmac
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec

from seriatim.access import store
from seriatim.access.model import Actor, Role
from seriatim.access.store import Person, Purpose, Session
from seriatim.access.trail import audit
from seriatim.base import limits
from seriatim.base.crypto import hash_password, verify_password
from seriatim.base.db import Transaction
from seriatim.base.errors import BadInput, NotFound, NotSignedIn, Refused, SeriatimError
from seriatim.base.ids import hash_secret, new_id, new_secret

TRY_WINDOW: Final = timedelta(minutes=1)
TRY_MEMORY: Final = timedelta(days=1)
KEY_ID_BITS: Final = 128


class TooManyTries(SeriatimError):
    """Too many tries to sign in; wait a minute. Nobody is locked out."""

    code = "too_many_tries"
    status = 429
    title = "Too many tries"


class WrongCredentials(NotSignedIn):
    """The e-mail or the password is not right."""

    code = "wrong_credentials"


class LinkUsedUp(NotFound):
    """This link was used already, or has expired; ask for a new one."""

    code = "link_used_up"


class EmailTaken(Refused):
    """Somebody has this e-mail already."""

    code = "email_taken"


class BadEmail(BadInput):
    """This is not an e-mail address."""

    code = "bad_email"


class NewKey(msgspec.Struct, frozen=True):
    """A key that was just made; the only moment its secret can be seen."""

    id: str
    secret: str


def same_secret(expected: str, given: str) -> bool:
    """Compares in a time that does not tell where they differ."""
    return bool(expected) and hmac.compare_digest(expected.encode(), given.encode())


async def add_person(
    tx: Transaction, email: str, name: str, role: Role, *, actor: Actor, now: datetime
) -> Person:
    """A new person, who gets in by a one-time link; raises BadEmail or EmailTaken."""
    address = email.strip().lower()
    if not 3 <= len(address) <= 254 or "@" not in address[1:-1] or any(c.isspace() for c in address):
        raise BadEmail(
            f"{email!r} is not an e-mail address; it looks like name@company.example.", field="email"
        )
    person_id = new_id()
    if not await store.insert_person(tx, person_id, address, name.strip() or address, role, now):
        raise EmailTaken(f"Somebody has the e-mail {address} already.", email=address)
    await audit(tx, actor, "person.added", str(person_id), {"email": address, "role": role}, now)
    person = await store.person(tx, person_id)
    assert person is not None, "just inserted"
    return person


async def disable_person(tx: Transaction, person_id: UUID, *, actor: Actor, now: datetime) -> None:
    """The person may no longer sign in, from this moment on; raises NotFound."""
    if not await store.disable_person(tx, person_id, now):
        raise NotFound(f"There is no active person {person_id}.")
    await audit(tx, actor, "person.disabled", str(person_id), {}, now)


async def make_once_link(tx: Transaction, purpose: Purpose, person_id: UUID, *, now: datetime) -> str:
    """The secret of a link that works once, within three days."""
    secret = new_secret()
    expires_at = now + timedelta(hours=limits.ONCE_LINK_HOURS)
    await store.insert_once_link(tx, hash_secret(secret), purpose, person_id, expires_at)
    return secret


async def peek_once_link(tx: Transaction, secret: str, *, now: datetime) -> Person:
    """Whose link it is, without using it up; raises LinkUsedUp."""
    person = await store.once_link(tx, hash_secret(secret), now)
    if person is None:
        raise LinkUsedUp
    return person


async def use_once_link(tx: Transaction, secret: str, password: str, *, now: datetime) -> str:
    """Sets the password and signs in: the secret of the new session. Raises LinkUsedUp."""
    person_id = await store.use_once_link(tx, hash_secret(secret), now)
    if person_id is None or not await store.set_password(tx, person_id, await hash_password(password)):
        raise LinkUsedUp
    person = await store.person(tx, person_id)
    assert person is not None, "it has just got a password"
    actor = Actor(kind="person", id=str(person_id), name=person.name, role=person.role)
    await audit(tx, actor, "password.set", str(person_id), {}, now)
    return await start_session(tx, person_id, now=now)


async def admit(tx: Transaction, email: str, *, address: str, now: datetime) -> None:
    """Counts a try; raises TooManyTries past the limit of the e-mail or the address.

    Stands in a transaction of its own, before the password is looked at, so that a failed try is counted too.
    """
    subjects = [f"email:{email.strip().lower()[:254]}", f"address:{address}"]
    if await store.count_tries(tx, subjects, now - TRY_WINDOW) >= limits.SIGN_INS_PER_MINUTE:
        raise TooManyTries(retry_after=60)
    await store.insert_tries(tx, subjects, now)
    await store.sweep_tries(tx, now - TRY_MEMORY)


async def sign_in(tx: Transaction, email: str, password: str, *, now: datetime) -> str:
    """The secret of a new session; raises WrongCredentials, after equal work whether or not the person exists."""
    known = await store.password_of(tx, email.strip().lower())
    person_id, kept = known or (None, None)
    if not await verify_password(kept, password) or person_id is None:
        raise WrongCredentials
    person = await store.person(tx, person_id)
    assert person is not None, "its password was just read"
    actor = Actor(kind="person", id=str(person_id), name=person.name, role=person.role)
    await audit(tx, actor, "signed_in", str(person_id), {}, now)
    return await start_session(tx, person_id, now=now)


async def start_session(tx: Transaction, person_id: UUID, *, now: datetime) -> str:
    """A new session with a new secret (never the one from before: ASVS 7.2.4)."""
    secret = new_secret()
    expires_at = now + timedelta(hours=limits.SESSION_HOURS)
    await store.insert_session(tx, hash_secret(secret), person_id, new_secret(128), now, expires_at)
    return secret


async def session_of(tx: Transaction, secret: str, now: datetime) -> Session | None:
    """Who is signed in with this secret; None when the session has ended."""
    return await store.session(tx, hash_secret(secret), now)


async def end_session(tx: Transaction, secret: str) -> None:
    """Signs out; the secret is worth nothing from now on."""
    await store.delete_session(tx, hash_secret(secret))


async def create_key(
    tx: Transaction, role: Role, name: str, *, actor: Actor, now: datetime, expires_at: datetime | None = None
) -> NewKey:
    """A new API key with its secret, which is shown this once and kept as a hash only."""
    key_id, secret = f"k{new_id().hex[-10:]}", new_secret()
    await store.insert_key(tx, key_id, name.strip() or role, role, hash_secret(secret), now, expires_at)
    await audit(tx, actor, "key.created", key_id, {"role": role, "name": name}, now)
    return NewKey(key_id, secret)


async def actor_of_key(tx: Transaction, secret: str, now: datetime) -> Actor | None:
    """Who calls with this secret; None when the key is unknown, expired or revoked."""
    return await store.key_actor(tx, hash_secret(secret), now)


async def revoke_key(tx: Transaction, key_id: str, *, actor: Actor, now: datetime) -> None:
    """The key stops working at once; raises NotFound."""
    if not await store.revoke_key(tx, key_id, now):
        raise NotFound(f"There is no active key {key_id}.")
    await audit(tx, actor, "key.revoked", key_id, {}, now)
