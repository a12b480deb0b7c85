"""What every HTTP door shares: problem details (RFC 9457), cursor pages, and the media types.

>>> problem(NotFound("There is no order 4711."), instance="/api/v1/orders/4711")["code"]
'not_found'
>>> read_cursor(cursor_of("2026-11-20", 7))
['2026-11-20', 7]
"""

import base64
import binascii
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Final, Generic, TypeAlias, TypeVar

import msgspec

from seriatim.base import limits
from seriatim.base.errors import BadInput, NotFound, SeriatimError

PROBLEM_JSON: Final = "application/problem+json"
JSON: Final = "application/json"
PageRows: TypeAlias = Annotated[int, msgspec.Meta(ge=1, le=limits.PAGE_ROWS_MAX)]
"""How many rows a page may have; the type refuses what is past the limit, and says so in the API's description."""
NO_STORE: Final = {"cache-control": "no-store"}

Row = TypeVar("Row")
Position = TypeVar("Position")
RowId: TypeAlias = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
"""The number of a row, counted from 1."""
Moment: TypeAlias = Annotated[datetime, msgspec.Meta(tz=True)]
"""A time with its zone."""

__all__ = [
    "JSON",
    "NO_STORE",
    "PROBLEM_JSON",
    "BadCursor",
    "Moment",
    "NotFound",
    "Page",
    "PageRows",
    "RowId",
    "cursor_of",
    "page_of",
    "problem",
    "read_cursor",
    "read_position",
    "row_number",
]


class BadCursor(BadInput):
    """The page cursor is damaged; start again without `after`."""

    code = "bad_cursor"


class Page(msgspec.Struct, Generic[Row], frozen=True):
    """One page of a list; `next` is the cursor of the following page, null at the end."""

    items: list[Row]
    next: str | None = None


def problem(error: SeriatimError, *, instance: str | None = None) -> dict[str, Any]:
    """The problem details of `error` (RFC 9457, section 3), its facts as extension members."""
    document: dict[str, Any] = {
        "type": f"urn:seriatim:problem:{error.code}",
        "title": error.title,
        "status": error.status,
        "detail": error.message,
        "code": error.code,
    }
    if instance is not None:
        document["instance"] = instance
    return document | {name: value for name, value in error.facts.items() if name not in document}


def cursor_of(*position: Any) -> str:
    """An opaque cursor for the sort key `position` (JSON values) of the last row of a page."""
    return base64.urlsafe_b64encode(msgspec.json.encode(position)).rstrip(b"=").decode()


def read_cursor(cursor: str) -> list[Any]:
    """The sort key inside a cursor; raises BadCursor. Where its form is known, ask `read_position`."""
    return read_position(cursor, list[Any])


def read_position(cursor: str, form: type[Position]) -> Position:
    """The sort key inside a cursor, in the form that the list has; raises BadCursor for any other.

    >>> read_position(cursor_of(7, "A1"), tuple[RowId, str])
    (7, 'A1')
    """
    if len(cursor) > limits.CURSOR_CHARACTERS:
        raise BadCursor
    try:
        raw = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        return msgspec.json.decode(raw, type=form)
    except (binascii.Error, UnicodeError, msgspec.DecodeError) as error:
        raise BadCursor from error


def page_of(rows: Sequence[Row], limit: int, *position_fields: str, is_cut: bool = False) -> Page[Row]:
    """A page out of up to `limit + 1` rows: the extra row only proves that more follows.

    `is_cut`: more follows, however few they are.
    """
    kept = list(rows[:limit])
    if not kept or not (is_cut or len(rows) > limit):
        return Page(kept)
    return Page(kept, cursor_of(*(getattr(kept[-1], field) for field in position_fields)))


def row_number(text: str, what: str) -> int:
    """The number in a path; raises BadInput, saying that `what` ("An alert") has a number."""
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise BadInput(f"{what} has a number.", field="id")
    return int(text)
