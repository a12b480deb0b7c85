"""What one may do about people: add, disable, let in by a link or a password, remember by a session."""

import base64
import hmac
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from seriatim.access import pace, store
from seriatim.access.model import SYSTEM, Actor, Role
from seriatim.access.pace import same_email
from seriatim.access.store import Person, Purpose, Session
from seriatim.access.trail import audit
from seriatim.base import limits
from seriatim.base.crypto import hash_password, password_needs_rehash, verify_password
from seriatim.base.db import Transaction
from seriatim.base.errors import BadInput, NotFound, NotSignedIn, Refused, Unprocessable
from seriatim.base.ids import hash_secret, new_id, new_secret

EMAIL_CHARACTERS: Final = 254
NAME_CHARACTERS: Final = 200
PASSWORD_CHARACTERS_MIN: Final = 12
PASSWORD_CHARACTERS_MAX: Final = 1_000


class WrongCredentials(NotSignedIn):
    """The e-mail or the password is not right."""

    code = "wrong_credentials"


class LinkUsedUp(NotFound):
    """This link was used already, or has expired; ask for a new one."""

    code = "link_used_up"


class EmailTaken(Refused):
    """Somebody has this e-mail already."""

    code = "email_taken"


class LastAdministrator(Refused):
    """This is the last administrator; make another one first, or nobody could let people in."""

    code = "last_administrator"


class BadEmail(BadInput):
    """This is not an e-mail address."""

    code = "bad_email"


class BadName(Unprocessable):
    """This cannot be a name."""

    code = "bad_name"


class WeakPassword(Unprocessable):
    """This password is too easy to guess."""

    code = "weak_password"


async def add_person(
    tx: Transaction, email: str, name: str, role: Role, *, actor: Actor, now: datetime
) -> Person:
    """A new person, who gets in by a one-time link; raises BadEmail, BadName or EmailTaken."""
    address = same_email(email)
    if not 3 <= len(address) <= EMAIL_CHARACTERS or "@" not in address[1:-1] or not _is_plain(address):
        raise BadEmail(
            f"{email!r} is not an e-mail address; it looks like name@company.example.", field="email"
        )
    person_id = new_id()
    if not await store.insert_person(tx, person_id, address, name_of(name, address), role, now):
        raise EmailTaken(f"Somebody has the e-mail {address} already.", email=address)
    await audit(tx, actor, "person.added", str(person_id), {"email": address, "role": role}, now)
    return await _known(tx, person_id)


async def disable_person(tx: Transaction, person_id: UUID, *, actor: Actor, now: datetime) -> None:
    """The person is out from this moment on, open sessions included; raises NotFound or LastAdministrator."""
    if await store.active_administrators(tx) == [person_id]:
        raise LastAdministrator
    if not await store.disable_person(tx, person_id, now):
        raise NotFound(f"There is no active person {person_id}.")
    await store.end_all_access(tx, person_id)
    await audit(tx, actor, "person.disabled", str(person_id), {}, now)


async def set_password(
    tx: Transaction, person_id: UUID, password: str, *, actor: Actor, now: datetime
) -> None:
    """A new password; sessions and unused links from before it end. Raises WeakPassword or NotFound."""
    if not PASSWORD_CHARACTERS_MIN <= len(password) <= PASSWORD_CHARACTERS_MAX:
        raise WeakPassword(
            f"The password has {len(password)} characters; give {PASSWORD_CHARACTERS_MIN} to "
            f"{PASSWORD_CHARACTERS_MAX:,}.",
            field="password",
        )
    if not await store.set_password(tx, person_id, await hash_password(password)):
        raise NotFound(f"There is no active person {person_id}.")
    await store.end_all_access(tx, person_id)
    await audit(tx, actor, "password.set", str(person_id), {}, now)


async def make_once_link(
    tx: Transaction, purpose: Purpose, person_id: UUID, *, now: datetime, actor: Actor = SYSTEM
) -> str:
    """The secret of a link that works once, within three days; raises NotFound."""
    secret = new_secret()
    expires_at = now + timedelta(hours=limits.ONCE_LINK_HOURS)
    if not await store.insert_once_link(tx, hash_secret(secret), purpose, person_id, now, expires_at):
        raise NotFound(f"There is no active person {person_id}.")
    await audit(tx, actor, "link.made", str(person_id), {"purpose": purpose}, now)
    return secret


async def peek_once_link(
    tx: Transaction, secret: str, *, now: datetime, purpose: Purpose = "set_password"
) -> Person:
    """Whose link it is, without using it up; raises LinkUsedUp."""
    person = await store.once_link(tx, _hash_of_any(secret), purpose, now)
    if person is None:
        raise LinkUsedUp
    return person


async def use_once_link(tx: Transaction, secret: str, password: str, *, now: datetime) -> str:
    """Sets the password and signs in: the secret of the new session. Raises LinkUsedUp, WeakPassword."""
    actor = await _use_link(tx, secret, "set_password", now)
    await set_password(tx, UUID(actor.id), password, actor=actor, now=now)
    return await start_session(tx, UUID(actor.id), now=now)


async def open_once_link(tx: Transaction, secret: str, *, now: datetime) -> str:
    """Signs in by a link made for that: the secret of the new session. Raises LinkUsedUp."""
    actor = await _use_link(tx, secret, "sign_in", now)
    await audit(tx, actor, "signed_in", actor.id, {"by": "link"}, now)
    return await start_session(tx, UUID(actor.id), now=now)


async def sign_in(tx: Transaction, email: str, password: str, *, now: datetime, address: str = "") -> str:
    """The secret of a new session; raises WrongCredentials, after equal work whether or not the person exists.

    Ask `admit` first. With the `address` of the caller, the next try from there has a pace apart.
    """
    wanted = same_email(email)
    known = await store.password_of(tx, wanted) if _is_plain(wanted) else None
    person_id, kept = known or (None, None)
    if not await verify_password(kept, password) or person_id is None or kept is None:
        raise WrongCredentials
    if password_needs_rehash(kept):
        await store.set_password(tx, person_id, await hash_password(password))
    if address:
        await pace.make_familiar(tx, email, address=address, now=now)
    await audit(tx, await _acting(tx, person_id), "signed_in", str(person_id), {"by": "password"}, now)
    return await start_session(tx, person_id, now=now)


async def start_session(tx: Transaction, person_id: UUID, *, now: datetime) -> str:
    """A new session with a new secret of 256 bits, never one from before (ASVS 7.2.3, 7.2.4)."""
    secret = new_secret()
    expires_at = now + timedelta(hours=limits.SESSION_HOURS)
    await store.insert_session(tx, hash_secret(secret), person_id, now, expires_at)
    return secret


async def session_of(tx: Transaction, secret: str, now: datetime) -> Session | None:
    """Who is signed in with this secret, with the role of this moment; None when the session has ended."""
    actor = await store.session_actor(tx, _hash_of_any(secret), now)
    return None if actor is None else Session(actor, csrf_of(secret))


async def end_session(tx: Transaction, secret: str) -> None:
    """Signs out; the secret is worth nothing from now on."""
    await store.delete_session(tx, _hash_of_any(secret))


def csrf_of(secret: str) -> str:
    """The token of a session's forms: derived from its secret, which it does not give away."""
    digest = hmac.digest(secret.encode("utf-8", "replace"), b"seriatim/1 form token", "sha256")
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def same_secret(expected: str, given: str) -> bool:
    """Compares in a time that does not tell where they differ."""
    return bool(expected) and hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace"))


def name_of(words: str, otherwise: str) -> str:
    """The name of a person or key as it is kept; raises BadName."""
    name = words.strip() or otherwise[:NAME_CHARACTERS]
    if len(name) > NAME_CHARACTERS or not name.isprintable():
        raise BadName(f"A name has 1 to {NAME_CHARACTERS} characters, all of them visible.", field="name")
    return name


def _hash_of_any(secret: str) -> bytes:
    """The hash of what a stranger calls a secret, which may not even be text."""
    return hash_secret(secret.encode("utf-8", "replace").decode())


def _is_plain(address: str) -> bool:
    return address.isprintable() and not any(c.isspace() for c in address)


async def _use_link(tx: Transaction, secret: str, purpose: Purpose, now: datetime) -> Actor:
    person_id = await store.use_once_link(tx, _hash_of_any(secret), purpose, now)
    if person_id is None:
        raise LinkUsedUp
    return await _acting(tx, person_id)


async def _acting(tx: Transaction, person_id: UUID) -> Actor:
    person = await _known(tx, person_id)
    return Actor(kind="person", id=str(person.id), name=person.name, role=person.role)


async def _known(tx: Transaction, person_id: UUID) -> Person:
    person = await store.person(tx, person_id)
    assert person is not None, "its row was just written or read"
    return person
