"""Signing in and out, and the one-time link that sets the first password."""

import asyncio
from hashlib import sha256
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from seriatim import access
from seriatim.app import App
from seriatim.base.errors import CannotNow, SeriatimError
from seriatim.base.http import NO_STORE
from seriatim.web.pages import Page, Visit, error_page, form_of, nonce_of
from seriatim.web.sessions import clear_session_cookie, cookie_name, refuse_cross_site, set_session_cookie
from seriatim.web.ui import render

PASSWORD_CHARACTERS: Final = 12
HOME: Final = "/console"
SIGN_INS_AT_ONCE: Final = 4


async def ask(visit: Visit) -> Response:
    return visit.html("signin.html", **_asking(visit.request, local(visit.query.get("next", HOME))))


def routes(app: App) -> list[Route]:
    """The one form that is no Page: nobody is signed in yet, and its work is done in steps.

    The try is counted in a transaction of its own, and few passwords are looked at together, so that a flood of
    sign-ins cannot hold all connections to the database (T30).
    """
    few = asyncio.Semaphore(SIGN_INS_AT_ONCE)

    async def enter(request: Request) -> Response:
        refuse_cross_site(request)
        form = await form_of(request)
        email, password = form.get("email", ""), form.get("password", "")
        next_path, now = local(form.get("next", HOME)), app.environment.clock.now()
        address = request.client.host if request.client else ""
        try:
            async with few:
                async with app.database.transaction() as tx:
                    await access.admit(tx, email, address=address, now=now)
                async with app.database.transaction() as tx:
                    secret = await access.sign_in(tx, email, password, now=now, address=address)
        except SeriatimError as error:
            if isinstance(error, CannotNow):
                return await error_page(app, request, error)
            page = render(
                "signin.html", nonce=nonce_of(request), **_asking(request, next_path, email, error.message)
            )
            wait = error.facts.get("retry_after_s")
            return HTMLResponse(
                page, error.status, {**NO_STORE, **({"retry-after": str(wait)} if wait else {})}
            )
        answer = RedirectResponse(next_path, 303)
        set_session_cookie(app, answer, secret)
        return answer

    return [Route("/signin", enter, methods=["POST"])]


async def leave(visit: Visit) -> Response:
    await access.end_session(visit.tx, visit.request.cookies.get(cookie_name(visit.app), ""))
    answer = visit.go("/signin")
    clear_session_cookie(visit.app, answer)
    return answer


async def open_link(visit: Visit) -> Response:
    """Looking at the link uses nothing up, since mail scanners look too; only the form does."""
    person = await access.peek_once_link(visit.tx, visit.path["secret"], now=visit.now)
    return _password_form(visit, person.email)


async def set_password(visit: Visit) -> Response:
    password = visit.form.get("password", "")
    if len(password) < PASSWORD_CHARACTERS:
        person = await access.peek_once_link(visit.tx, visit.path["secret"], now=visit.now)
        fault = f"Too short: {len(password)} characters, at least {PASSWORD_CHARACTERS} are needed."
        return _password_form(visit, person.email, fault=fault, status=422)
    secret = await access.use_once_link(visit.tx, visit.path["secret"], password, now=visit.now)
    answer = visit.go(HOME)
    set_session_cookie(visit.app, answer, secret)
    return answer


def local(path: str) -> str:
    """The path if it is one of ours, else the console: never to another host (T28)."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) else HOME


def _asking(request: Request, next_path: str, email: str = "", fault: str = "") -> dict[str, Any]:
    """The values of the sign-in form."""
    return {
        "title": "Sign in",
        "words": "To the console, the line and the warehouse.",
        "verb": "Sign in",
        "purpose": "sign_in",
        "action": "/signin",
        "next": next_path,
        "email": email,
        "fault": fault,
        "host": request.url.netloc,
        "wall": WALL,
        "minimum": PASSWORD_CHARACTERS,
    }


def _password_form(visit: Visit, email: str, *, fault: str = "", status: int = 200) -> Response:
    return visit.html(
        "signin.html",
        status,
        title="Set your password",
        words=f"For {email}. This link works once.",
        verb="Set password and sign in",
        purpose="set_password",
        action=visit.request.url.path,
        next="",
        email=email,
        fault=fault,
        host=visit.request.url.netloc,
        wall=WALL,
        minimum=PASSWORD_CHARACTERS,
    )


def _wall() -> str:
    """A wall of squares, the same on every visit; the module of a code is our ornament."""
    dark = sha256(b"seriatim").digest() * 4
    cells = ((x, y) for y in range(22) for x in range(22))
    return "".join(
        f"M{x * 10} {y * 10}h9v9h-9z"
        for i, (x, y) in enumerate(cells)
        if dark[i // 4 % len(dark)] >> i % 8 & 1
    )


WALL: Final = _wall()

PAGES: Final = (
    Page("/signin", ask, None),
    Page("/signout", leave, None, ("POST",)),
    Page("/welcome/{secret}", open_link, None),
    Page("/welcome/{secret}", set_password, None, ("POST",)),
)
