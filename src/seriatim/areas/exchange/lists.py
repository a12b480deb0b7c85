"""The top-level lists of EPCIS: types, things, steps, places, dispositions; each a Collection, in pages.

Source: EPCIS 2.0, OpenAPI, TopLevelResourceCollection.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from seriatim import history
from seriatim.base.db import Transaction
from seriatim.base.http import BadCursor, Page, cursor_of, read_cursor
from seriatim.epcis.vocabulary import BIZ_STEP, DISPOSITION, EVENT_TYPES
from seriatim.history import Sight, queries

RESOURCES: Final = (
    "queries",
    "capture",
    "events",
    "eventTypes",
    "epcs",
    "readPoints",
    "bizLocations",
    "dispositions",
    "bizSteps",
)


@dataclass(frozen=True, slots=True)
class Listing:
    """One of the lists of words or places."""

    field: str
    """The field of an event that names one member."""
    word: history.Word
    """What of an event it lists."""
    built_in: Sequence[str] = ()
    """Members that the standard brings along, used or not."""


LISTINGS: Final[Mapping[str, Listing]] = {
    "eventTypes": Listing("eventType", "type", EVENT_TYPES),
    "bizSteps": Listing("bizStep", "biz_step", sorted(BIZ_STEP.words)),
    "dispositions": Listing("disposition", "disposition", sorted(DISPOSITION.words)),
    "bizLocations": Listing("bizLocation", "biz_location"),
    "readPoints": Listing("readPoint", "read_point"),
}


async def members(
    tx: Transaction, kind: Listing, limit: int, after: str | None, *, sight: Sight | None
) -> Page[str]:
    """A page of a list: first what the standard brings along, then what only events use that may be seen.

    Raises BadCursor.
    """
    start, value = _position(after)
    found = list(kind.built_in[start:])
    while len(found) <= limit:
        used = await queries.values_after(tx, kind.word, value, limit + 1, sight=sight)
        if not used:
            break
        found += [one for one in used if one not in kind.built_in]
        value = used[-1]
    if len(found) <= limit:
        return Page(found)
    last = found[limit - 1]
    ended = start + limit
    return Page(
        found[:limit], cursor_of(ended, "") if ended <= len(kind.built_in) else cursor_of(ended, last)
    )


def _position(after: str | None) -> tuple[int, str]:
    """How many members were shown, and the last of them unless it was one of the standard."""
    if after is None:
        return 0, ""
    match read_cursor(after):
        case [int() as start, str() as value] if start >= 0:
            return start, value
        case _:
            raise BadCursor


def in_prefixes(member: str, namespaces: Mapping[str, str]) -> str:
    """The member with the client's own prefix, where it has one for it.

    >>> in_prefixes("https://ns.example.com/polishing", {"ex": "https://ns.example.com/"})
    'ex:polishing'
    """
    for prefix, uri in namespaces.items():
        if member.startswith(uri) and len(member) > len(uri):
            return f"{prefix}:{member.removeprefix(uri)}"
    return member
