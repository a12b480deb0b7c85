"""What somebody who sees a part of the history may see: what he has told himself, and what names him or a place of his.

`sees` is the rule (ADR-0018); `seen.sql` is the same rule for the database, and a test holds both together.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

from seriatim import gs1
from seriatim.base.db import Queries
from seriatim.epcis import Event

QUERIES: Final = Queries.load(__package__, "seen.sql")
PLACES: Final = frozenset({"sgln", "pgln"})


class Sight(NamedTuple):
    """Whose eyes these are. Where a function takes `Sight | None`, None sees everything."""

    callers: frozenset[str]
    """`captured_by` of the events that he has told: his own, and those of others who speak for the same party."""
    places: frozenset[str] = frozenset()
    """GLNs of the party and of its places."""


def sees(sight: Sight, event: Event, told_by: Iterable[str]) -> bool:
    """Whether he may see the event; `told_by` are those who have captured it, or the event that it declares wrong.

    >>> from datetime import UTC, datetime
    >>> from seriatim import epcis
    >>> sent = epcis.object_event(action="OBSERVE", event_time=datetime.now(UTC), epc_list=["urn:example:pump-7"],
    ...                           destinations=[("owning_party", "urn:epc:id:pgln:9506000.13435")])
    >>> sees(Sight(frozenset(), frozenset({"9506000134352"})), sent, ["key:k1"])
    True
    >>> sees(Sight(frozenset({"key:k2"})), sent, ["key:k1"])
    False
    """
    return not sight.callers.isdisjoint(told_by) or not sight.places.isdisjoint(named_by(event))


def named_by(event: Event) -> frozenset[str]:
    """The GLNs, or other URIs, of the places, sources and destinations that the event names."""
    places = (event.read_point, event.biz_location)
    named = [place.id for place in places if place is not None]
    named += [one.id for one in event.source_list] + [one.id for one in event.destination_list]
    return frozenset(map(gln_of, named))


@lru_cache(maxsize=4_096)
def gln_of(location: str) -> str:
    """The GLN of a place or party, finer parts of a place left out; the URI of what has none.

    >>> gln_of("urn:epc:id:sgln:9506000.13435.dock-7"), gln_of("urn:epc:id:pgln:9506000.13435"), gln_of("urn:example:yard")
    ('9506000134352', '9506000134352', 'urn:example:yard')
    """
    try:
        key = gs1.canonical_key(location)
    except gs1.GS1Error:
        return location
    return key.key if key.scheme in PLACES else location


def seen(sql: str, arguments: Sequence[Any], sight: Sight | None) -> tuple[str, list[Any]]:
    """The query with `{seen}` filled in, for `history_event e`, and its arguments.

    >>> seen("... where {seen}", [], None)
    ('... where true', [])
    """
    if sight is None:
        return sql.replace("{seen}", "true"), list(arguments)
    condition = QUERIES.seen
    for place, name in enumerate(("callers", "places", "terms"), len(arguments) + 1):
        condition = condition.replace(f"{{{name}}}", f"${place}::text[]")
    callers, places = sorted(sight.callers), sorted(sight.places)
    terms = [*map(told_term, callers), *map(party_term, places)]
    return sql.replace("{seen}", f"({condition})"), [*arguments, callers, places, terms]


def seen_by_id(sql: str, arguments: Sequence[Any], sight: Sight | None) -> tuple[str, list[Any]]:
    """The same for a query that has only the id of an event, `i.id`; who sees all needs no look at the event."""
    return seen(sql if sight is None else sql.replace("{seen}", QUERIES.seen_by_id), arguments, sight)


def party_term(gln: str) -> str:
    """How the index calls a party or the place around a finer one."""
    return f"party:{gln}"


def told_term(caller: str) -> str:
    """How the index calls who has told what an event declares wrong."""
    return f"told:{caller}"
