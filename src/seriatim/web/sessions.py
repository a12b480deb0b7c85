"""Who is asking: an API key in the header, or the session cookie of a person."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from seriatim import access
from seriatim.access import Actor, Callers
from seriatim.app import App
from seriatim.base import limits
from seriatim.base.db import Transaction
from seriatim.base.errors import NotAllowed, NotSignedIn
from seriatim.base.http import NO_STORE

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
CSRF_HEADER: Final = "x-csrf-token"
CSRF_FIELD: Final = "csrf"
BAD_KEY: Final = "This API key is unknown, expired or revoked."
STALE_FORM: Final = "This form is stale or came from another site; reload the page and try again."


async def actor_of(app: App, tx: Transaction, request: Request) -> Actor:
    """The key's or session's actor, PUBLIC when there is neither; raises NotSignedIn for a bad key."""
    secret = key_in(request)
    if secret is not None:
        return _known(await access.actor_of_key(tx, secret, app.environment.clock.now()))
    session = await session_of(app, tx, request)
    if session is None:
        return access.PUBLIC
    if request.method not in SAFE_METHODS:
        require_csrf(request, session.csrf, request.headers.get(CSRF_HEADER, ""))
    return session.actor


async def key_actor_of(app: App, callers: Callers, request: Request) -> Actor | None:
    """The key's actor, asked together with those of others; None without a key; raises NotSignedIn for a bad one."""
    secret = key_in(request)
    if secret is None:
        return None
    return _known(await callers.actor_of_key(secret, app.environment.clock.now()))


def key_in(request: Request) -> str | None:
    """The secret of the API key that is shown; None where none is. Raises NotSignedIn for another kind of proof."""
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if not scheme:
        return None
    if scheme.lower() != "bearer":
        raise NotSignedIn(BAD_KEY)
    return secret.strip()


def _known(actor: Actor | None) -> Actor:
    if actor is None:
        raise NotSignedIn(BAD_KEY)
    return actor


async def session_of(app: App, tx: Transaction, request: Request) -> "access.Session | None":
    """The session behind the cookie; None when there is none, or it has ended."""
    secret = request.cookies.get(cookie_name(app))
    if not secret:
        return None
    return await access.session_of(tx, secret, app.environment.clock.now())


def require_csrf(request: Request, expected: str, given: str) -> None:
    """Refuses a change that another site may have caused (ASVS 3.5.1)."""
    refuse_cross_site(request)
    if not access.same_secret(expected, given):
        raise NotAllowed(STALE_FORM)


def refuse_cross_site(request: Request) -> None:
    """Refuses a form that another site sends, also where nobody is signed in yet: it could sign a person in as
    somebody else (T29).
    """
    if request.headers.get("sec-fetch-site", "same-origin") == "cross-site":
        raise NotAllowed(STALE_FORM)


def cookie_name(app: App) -> str:
    """`__Host-` demands HTTPS; a laptop on plain http uses the bare name."""
    return "__Host-seriatim" if app.settings.public_url.startswith("https://") else "seriatim"


def set_session_cookie(app: App, response: Response, secret: str) -> None:
    secure = app.settings.public_url.startswith("https://")
    response.headers.update(NO_STORE)
    response.set_cookie(
        cookie_name(app),
        secret,
        max_age=limits.SESSION_HOURS * 3600,
        path="/",
        secure=secure,
        httponly=True,
        samesite="lax",
    )


def clear_session_cookie(app: App, response: Response) -> None:
    response.delete_cookie(cookie_name(app), path="/")
