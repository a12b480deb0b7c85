"""Where a client may go on reading: a token that only we can make, for this question only, for a while."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from seriatim.areas.exchange.errors import InvalidQuery
from seriatim.base.crypto import derive
from seriatim.base.http import BadCursor, cursor_of, read_cursor

LIFETIME: Final = timedelta(hours=24)


class Tokens:
    """Makes and reads page tokens with a key of this installation."""

    def __init__(self, master_key: bytes) -> None:
        self._key = derive(master_key, "exchange", "page token")

    def make(self, cursor: str, question: object, now: datetime) -> tuple[str, datetime]:
        """A token for the page after `cursor` of `question`, and when it expires."""
        expires = (now + LIFETIME).replace(microsecond=0)
        body = cursor_of(cursor, int(expires.timestamp()))
        return f"{body}.{self._seal(body, question)}", expires.astimezone(UTC)

    def read(self, token: str, question: object, now: datetime) -> str:
        """The cursor in a token. Raises InvalidQuery when it is altered, expired or belongs to another question."""
        body, _, seal = token.partition(".")
        if not hmac.compare_digest(seal.encode(), self._seal(body, question).encode()):
            raise InvalidQuery(
                "The nextPageToken is altered or belongs to another query; start again without it.",
                parameter="nextPageToken",
            )
        match read_cursor(body):
            case [str() as cursor, int() as expires]:
                pass
            case _:
                raise BadCursor
        if now.timestamp() >= expires:
            raise InvalidQuery(
                "The nextPageToken has expired; start again without it.", parameter="nextPageToken"
            )
        return cursor

    def _seal(self, body: str, question: object) -> str:
        asked = msgspec.json.encode(question, order="deterministic")
        text = body.encode() + b"\n" + hashlib.sha256(asked).digest()
        return hmac.new(self._key, text, hashlib.sha256).hexdigest()[:32]
