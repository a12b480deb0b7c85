"""Where a client may go on reading: a token that only we can make, for one caller, one question and a while.

Nothing is kept for a token but its revocation.
"""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

import msgspec

from seriatim.areas.exchange.errors import InvalidQuery
from seriatim.base.crypto import derive
from seriatim.base.http import BadCursor, cursor_of, read_cursor

LIFETIME: Final = timedelta(hours=24)


class Sealed(NamedTuple):
    """A token as it was read: ours, and of this owner."""

    cursor: str
    expires_at: datetime
    question: str
    """A digest of what was asked."""
    key: bytes
    """How a revocation calls it."""


class Tokens:
    """Makes and reads page tokens with a key of this installation."""

    def __init__(self, master_key: bytes) -> None:
        self._key = derive(master_key, "exchange", "page token")

    def make(self, cursor: str, question: object, owner: str, now: datetime) -> tuple[str, datetime]:
        """A token for the page after `cursor` of `question`, for `owner` alone; and when it expires."""
        expires = (now + LIFETIME).replace(microsecond=0)
        body = cursor_of(cursor, int(expires.timestamp()), _digest(question))
        return f"{body}.{self._seal(body, owner)}", expires.astimezone(UTC)

    def open(self, token: str, owner: str) -> Sealed:
        """What stands in a token. Raises InvalidQuery when it is altered, or was made for somebody else."""
        body, _, seal = token.partition(".")
        if not hmac.compare_digest(seal.encode(), self._seal(body, owner).encode()):
            raise _unusable("is altered or was made for somebody else")
        match read_cursor(body):
            case [str() as cursor, int() as expires, str() as question]:
                at = datetime.fromtimestamp(expires, UTC)
                return Sealed(cursor, at, question, hashlib.sha256(token.encode()).digest())
            case _:
                raise BadCursor

    def read(self, token: str, question: object, owner: str, now: datetime) -> Sealed:
        """The same for who goes on reading. Raises InvalidQuery also when it has expired or belongs to another question."""
        found = self.open(token, owner)
        if found.question != _digest(question):
            raise _unusable("belongs to another query")
        if now >= found.expires_at:
            raise _unusable("has expired")
        return found

    def _seal(self, body: str, owner: str) -> str:
        text = f"{body}\n{owner}".encode("utf-8", "surrogatepass")
        return hmac.new(self._key, text, hashlib.sha256).hexdigest()[:32]


def revoked() -> InvalidQuery:
    """What is said of a token that its owner has released."""
    return _unusable("was released")


def _unusable(why: str) -> InvalidQuery:
    return InvalidQuery(f"The nextPageToken {why}; start again without it.", parameter="nextPageToken")


def _digest(question: object) -> str:
    asked = msgspec.json.encode(question, order="deterministic")
    return hashlib.sha256(asked).hexdigest()[:32]
