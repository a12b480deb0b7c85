"""What a page is asked for, read with care: page cursors, numbers in addresses, and deeds that may be refused."""

from collections.abc import Awaitable, Callable
from typing import Final, TypeVar
from uuid import UUID

from seriatim import access, gs1
from seriatim.base.errors import BadInput, NotFound, Refused, SeriatimError, Unprocessable
from seriatim.base.http import RowId, read_position
from seriatim.web.pages import Visit

ROWS: Final = 50
"""Rows of a list on one page."""
TEXT_MAX: Final = 4_000
BIGGEST: Final = (1 << 63) - 1
Done = TypeVar("Done")


def number_in(text: str, what: str) -> int:
    """The number in an address, or NotFound."""
    if not text.isascii() or not text.isdigit() or len(text) > 19 or int(text) > BIGGEST:
        raise NotFound(f"There is no {what} {text[:40]}. It has a number.")
    return int(text)


def before(visit: Visit) -> int | None:
    """The id that a page of a list begins after. Raises BadCursor."""
    cursor = visit.query.get("after")
    return read_position(cursor, tuple[RowId])[0] if cursor else None


def uuid_before(visit: Visit) -> UUID | None:
    """The same where rows are known by a UUID. Raises BadCursor."""
    cursor = visit.query.get("after")
    return read_position(cursor, tuple[UUID])[0] if cursor else None


def uuid_in(text: str, what: str) -> UUID:
    """The UUID in an address. Raises NotFound for what is none: there is no such `what`."""
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound(f"There is no such {what}.") from error


class WrongCode(BadInput):
    """The code cannot be right."""

    code = "wrong_code"
    title = "This code cannot be right"


def text_in(visit: Visit, name: str) -> str:
    """What the address asks for under this name; empty when nothing. Raises BadInput."""
    text = visit.query.get(name, "").strip()
    if "\0" in text or len(text) > TEXT_MAX:
        raise BadInput(f"What the address says of {name} cannot be.", field=name)
    return text


def key_in(text: str) -> gs1.Key:
    """The thing that a code names, in any spelling. Raises WrongCode, naming the fault."""
    try:
        return gs1.canonical_key(text)
    except gs1.GS1Error as error:
        raise WrongCode(sentence(str(error)), reason=error.code) from error


def unit_key(gtin: str, serial: str) -> gs1.Key:
    return key_in(gs1.Key("sgtin", gtin, serial, None, is_class=False).digital_link())


async def tried(visit: Visit, deed: Callable[[], Awaitable[Done]]) -> Done | SeriatimError:
    """The deed's outcome, or why it was refused: nothing of it stays, and the refusal is kept."""
    try:
        async with visit.tx.savepoint():
            return await deed()
    except (Refused, Unprocessable) as error:
        raw = repr(sorted((name, value) for name, value in visit.form.items() if name != "csrf")).encode()
        door = f"{visit.request.method} {visit.request.url.path}"
        refusal = access.Refusal(door, error.code, error.message, raw, visit.actor, visit.now)
        await access.refuse(visit.tx, refusal)
        return error


def sentence(text: str) -> str:
    """An explanation as a sentence.

    >>> sentence("the check digit should be 2, not 3")
    'The check digit should be 2, not 3.'
    """
    text = text.strip()
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith('.') else '.'}"
