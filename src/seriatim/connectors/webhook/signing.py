"""Signatures of webhooks, made and checked: `GS1-Signature` as EPCIS wants it, and Standard Webhooks 1.0 beside it.

>>> at = datetime(2026, 11, 20, 12, tzinfo=UTC)
>>> headers = signed("msg_1", at, b"{}", [b"secret"])
>>> headers["webhook-timestamp"], headers["GS1-Signature"][:15]
('1795176000', 'sha256=77325902')
>>> Inbox([b"secret"]).open(headers, b"{}", now=at)
'msg_1'

`GS1-Signature` says who has written the body; `webhook-signature` says so of id and time, too, so that a body that was
overheard cannot be sent again later. Both are over the exact same bytes (REL-D11).
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

TOLERANCE: Final = timedelta(minutes=5)
PREFIX: Final = b"whsec_"
"""Standard Webhooks writes secrets so, in base64; any other text is the secret itself."""
REMEMBERED: Final = 100_000


class Forged(ValueError):
    """The message is not from who shares the secret, or not from now."""


class SeenBefore(Forged):
    """The message is genuine, but was here before: answer 200, and do nothing."""


def signed(message_id: str, at: datetime, body: bytes, tokens: Sequence[bytes]) -> dict[str, str]:
    """The headers of a message; without a token it has an id and a time, and no signature.

    While one token replaces another both sign, the newer first; `GS1-Signature` has room for that one alone.
    """
    timestamp = str(int(at.timestamp()))
    headers = {"webhook-id": message_id, "webhook-timestamp": timestamp}
    if tokens:
        headers["GS1-Signature"] = _gs1(body, tokens[0])
        headers["webhook-signature"] = " ".join(_standard(message_id, timestamp, body, one) for one in tokens)
    return headers


def _gs1(body: bytes, token: bytes) -> str:
    return f"sha256={hmac.new(token, body, hashlib.sha256).hexdigest()}"


def _standard(message_id: str, timestamp: str, body: bytes, token: bytes) -> str:
    text = f"{message_id}.{timestamp}.".encode() + body
    return f"v1,{base64.b64encode(hmac.digest(_secret(token), text, 'sha256')).decode()}"


def _secret(token: bytes) -> bytes:
    if token.startswith(PREFIX):
        try:
            return base64.b64decode(token.removeprefix(PREFIX), validate=True)
        except binascii.Error:
            pass  # somebody's own secret that happens to begin so
    return token


class Inbox:
    """Checks messages as they arrive, and knows again those that were here within the last minutes."""

    def __init__(self, tokens: Sequence[bytes], *, tolerance: timedelta = TOLERANCE) -> None:
        self._tokens = tuple(tokens)
        self._tolerance = tolerance
        self._seen: dict[str, datetime] = {}

    def open(self, headers: Mapping[str, str], body: bytes, *, now: datetime | None = None) -> str:
        """The id of a genuine, new message. Raises Forged, or SeenBefore for one that is sent a second time."""
        now = now or datetime.now(UTC)
        given = {name.lower(): value for name, value in headers.items()}
        message_id, timestamp = given.get("webhook-id", ""), given.get("webhook-timestamp", "")
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 12):
            raise Forged("webhook-timestamp is missing")
        if abs(datetime.fromtimestamp(int(timestamp), UTC) - now) > self._tolerance:
            raise Forged("the message is too old, or from the future")
        expected = [_standard(message_id, timestamp, body, token) for token in self._tokens]
        told = given.get("webhook-signature", "").split(" ")
        if not any(hmac.compare_digest(one.encode(), other.encode()) for one in expected for other in told):
            raise Forged("no signature fits")
        self._remember(message_id, now)
        return message_id

    def _remember(self, message_id: str, now: datetime) -> None:
        old = now - 2 * self._tolerance  # an older one is refused by its time
        self._seen = {one: at for one, at in self._seen.items() if at >= old} if len(self._seen) >= REMEMBERED else self._seen  # fmt: skip
        if message_id in self._seen:
            raise SeenBefore("this message was here before")
        self._seen[message_id] = now
