"""Signing in and out, and the one-time link that sets the first password."""

from hashlib import sha256
from typing import Final

from starlette.responses import Response

from seriatim import access
from seriatim.base.errors import SeriatimError
from seriatim.web.pages import Page, Visit
from seriatim.web.sessions import clear_session_cookie, cookie_name, set_session_cookie

PASSWORD_CHARACTERS: Final = 12
HOME: Final = "/console"


async def ask(visit: Visit) -> Response:
    return _form(visit, next_path=local(visit.query.get("next", HOME)))


async def enter(visit: Visit) -> Response:
    email, password = visit.form.get("email", ""), visit.form.get("password", "")
    next_path = local(visit.form.get("next", HOME))
    address = visit.request.client.host if visit.request.client else ""
    try:
        await access.admit(visit.tx, email, address=address, now=visit.now)
        secret = await access.sign_in(visit.tx, email, password, now=visit.now, address=address)
    except SeriatimError as error:
        return _form(visit, next_path=next_path, email=email, fault=error.message, status=error.status)
    answer = visit.go(next_path)
    set_session_cookie(visit.app, answer, secret)
    return answer


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


def _form(visit: Visit, *, next_path: str, email: str = "", fault: str = "", status: int = 200) -> Response:
    return visit.html(
        "signin.html",
        status,
        title="Sign in",
        words="To the console, the line and the warehouse.",
        verb="Sign in",
        purpose="sign_in",
        action="/signin",
        next=next_path,
        email=email,
        fault=fault,
        host=visit.request.url.netloc,
        wall=WALL,
        minimum=PASSWORD_CHARACTERS,
    )


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
    Page("/signin", enter, None, ("POST",)),
    Page("/signout", leave, None, ("POST",)),
    Page("/welcome/{secret}", open_link, None),
    Page("/welcome/{secret}", set_password, None, ("POST",)),
)
