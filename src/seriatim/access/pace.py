"""How fast one may try to sign in: guessing is slowed down, but nobody is locked out.

A generic cell rate algorithm (ITU-T I.371) with one row for each subject: a try is let in while the subject's `due`
is less than a minute ahead of the clock, and moves it on by a tenth of a minute. An address has one pace, and so has
an e-mail; a person who comes from an address where he or she has signed in before has a pace apart, so that an attack
on the e-mail from elsewhere does not shut the victim out (T30).
"""

import hashlib
from datetime import datetime, timedelta
from typing import Final

from seriatim.access import store
from seriatim.access.trail import FAMILIAR_FOR
from seriatim.base import limits
from seriatim.base.db import Transaction
from seriatim.base.errors import SeriatimError

MINUTE: Final = timedelta(minutes=1)
INTERVAL: Final = MINUTE / limits.SIGN_INS_PER_MINUTE


class TooManyTries(SeriatimError):
    """Too many tries to sign in; wait a few seconds. Nobody is locked out."""

    code = "too_many_attempts"
    status = 429
    title = "Too many tries"


async def admit(tx: Transaction, email: str, *, address: str, now: datetime) -> None:
    """Counts a try; raises TooManyTries past the pace of the e-mail or the address.

    The try counts once the transaction is kept, so the caller keeps it when the password is wrong, too.
    """
    place = _hash("familiar", same_email(email), address)
    familiar = await store.is_familiar(tx, place, now - FAMILIAR_FOR)
    subjects = [_hash("address", address), place if familiar else _hash("email", same_email(email))]
    if await store.keep_pace(tx, subjects, now, INTERVAL, MINUTE) < len(subjects):
        raise TooManyTries(retry_after_s=int(INTERVAL.total_seconds()) + 1)


async def make_familiar(tx: Transaction, email: str, *, address: str, now: datetime) -> None:
    """The person has shown the right password from this address."""
    await store.make_familiar(tx, _hash("familiar", same_email(email), address), now)


def same_email(email: str) -> str:
    """An e-mail as it is kept and compared: without spaces around it, in small letters."""
    return email.strip().lower()


def _hash(*parts: str) -> bytes:
    joined = b"".join(
        len(raw).to_bytes(4, "big") + raw for raw in (p.encode("utf-8", "replace") for p in parts)
    )
    return hashlib.sha256(joined).digest()
