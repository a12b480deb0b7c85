"""Headers that every answer carries, and the content policy of pages (ASVS 3.4).

Scripts run only from our own files or with the page's nonce; nothing is loaded from another host.
"""

import secrets
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

ALWAYS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(self), geolocation=(self), microphone=(), payment=()"),
)


def content_policy(nonce: str) -> str:
    """The Content-Security-Policy of one page."""
    return (
        "default-src 'none'; "
        f"script-src 'self' 'nonce-{nonce}'; "
        f"style-src 'self' 'nonce-{nonce}'; style-src-attr 'unsafe-inline'; "
        "img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; manifest-src 'self'; "
        "object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
    )


HSTS: Final = (b"strict-transport-security", b"max-age=31536000")
"""A year of https alone for this host; its subdomains are others' to decide (RFC 6797)."""


class SecurityHeaders:
    """Adds the headers; each request gets a nonce of its own in `scope["state"]["nonce"]`."""

    def __init__(self, app: ASGIApp, *, is_https: bool = False) -> None:
        self.app = app
        self.always = (*ALWAYS, HSTS) if is_https else ALWAYS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(16)
        scope.setdefault("state", {})["nonce"] = nonce

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = {name for name, _ in message["headers"]}
                added = [*self.always, (b"content-security-policy", content_policy(nonce).encode())]
                message["headers"] = [*message["headers"], *((n, v) for n, v in added if n not in given)]
            await send(message)

        await self.app(scope, receive, guarded)
