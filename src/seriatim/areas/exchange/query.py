"""What a client asks for, read out of the address: the parameters of SimpleEventQuery that are offered.

>>> asked = query_in([("EQ_bizStep", "shipping|urn:epcglobal:cbv:bizstep:receiving"), ("perPage", "2")])
>>> asked.query.biz_steps, asked.per_page
(('shipping', 'receiving'), 2)
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from seriatim.areas.exchange.errors import InvalidQuery
from seriatim.epcis.vocabulary import ACTIONS, BIZ_STEP, DISPOSITION, WordList
from seriatim.history import EventQuery, place_of

PER_PAGE: Final = 30
PER_PAGE_MAX: Final = 1_000
"""A larger perPage is lowered; the rest stays reachable."""
PER_PAGE_DIGITS: Final = 9
"""A longer number is surely too large; Python refuses to read one of thousands of digits."""

LISTS: Final = {
    "eventType": "types",
    "EQ_action": "actions",
    "EQ_bizStep": "biz_steps",
    "EQ_disposition": "dispositions",
    "EQ_readPoint": "read_points",
    "EQ_bizLocation": "biz_locations",
    "EQ_eventID": "event_ids",
    "MATCH_anyEPC": "epcs",
}
TIMES: Final = {
    "GE_eventTime": "event_time_from",
    "LT_eventTime": "event_time_before",
    "GE_recordTime": "record_time_from",
    "LT_recordTime": "record_time_before",
}
ORDERS: Final = {"eventTime": "event_time", "recordTime": "record_time"}
PAGING: Final = ("orderBy", "orderDirection", "perPage", "nextPageToken")
OFFERED: Final = (*LISTS, *TIMES, *PAGING)
PLACES: Final = frozenset({"EQ_readPoint", "EQ_bizLocation"})
WORDS: Final[dict[str, WordList]] = {"EQ_bizStep": BIZ_STEP, "EQ_disposition": DISPOSITION}


@dataclass(frozen=True, slots=True)
class Asked:
    """A query and which page of its answer."""

    query: EventQuery
    per_page: int
    token: str | None


def query_in(parameters: Iterable[tuple[str, str]]) -> Asked:
    """The query in the parameters of an address; lists are separated by `|`. Raises InvalidQuery.

    Source: EPCIS 2.0, section 8.2.7.1. A parameter twice means both: the values of the two are ANDed for EPCs by the
    caller and refused here, since nothing else can be meant.
    """
    given: dict[str, str] = {}
    for name, value in parameters:
        if name not in OFFERED:
            raise InvalidQuery(
                f"There is no query parameter {name}; offered are {', '.join(OFFERED)}.", parameter=name
            )
        if name in given:
            raise InvalidQuery(f"{name} is given twice; separate its values by |.", parameter=name)
        given[name] = value
    values: dict[str, Any] = {LISTS[name]: _list(name, given[name]) for name in LISTS if name in given}
    values |= {TIMES[name]: _time(name, given[name]) for name in TIMES if name in given}
    return Asked(EventQuery(**values, **_order(given)), per_page_in(given), given.get("nextPageToken"))


def per_page_in(given: dict[str, str]) -> int:
    """How many to a page: 30 by default, 1,000 at most. Raises InvalidQuery."""
    text = given.get("perPage", str(PER_PAGE))
    if not (text.isascii() and text.isdigit() and text.strip("0")):
        raise InvalidQuery(f"perPage is a number from 1, not {text[:60]!r}.", parameter="perPage")
    digits = text.lstrip("0")
    return min(int(digits), PER_PAGE_MAX) if len(digits) <= PER_PAGE_DIGITS else PER_PAGE_MAX


def narrowed(asked: Asked, **values: tuple[str, ...]) -> Asked | None:
    """The same query with fixed values, ANDed with its own; None when both together can match nothing."""
    query = asked.query
    for field, fixed in values.items():
        own = getattr(query, field)
        both = tuple(value for value in fixed if not own or value in own)
        if not both:
            return None
        changed: Any = {field: both}
        query = replace(query, **changed)
    return replace(asked, query=query)


def _list(name: str, text: str) -> tuple[str, ...]:
    values = tuple(dict.fromkeys(value.strip() for value in text.split("|") if value.strip()))
    if not values:
        raise InvalidQuery(f"{name} needs a value.", parameter=name)
    if name in WORDS:
        return tuple(WORDS[name].find(value) or value for value in values)
    if name in PLACES:
        return tuple(map(place_of, values))
    if name == "EQ_action" and not ACTIONS.issuperset(values):
        raise InvalidQuery(f"EQ_action is ADD, OBSERVE or DELETE, not {text!r}.", parameter=name)
    return values


def _time(name: str, text: str) -> datetime:
    """A literal + in an address arrives as a blank; it can only have been a +."""
    try:
        at = datetime.fromisoformat(text.strip().replace(" ", "+"))
        if at.tzinfo is not None:
            return at.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise InvalidQuery(
        f"{name} is a time with its zone, like 2026-11-20T08:00:00Z, not {text[:60]!r}.", parameter=name
    )


def _order(given: dict[str, str]) -> dict[str, Any]:
    direction = given.get("orderDirection", "DESC")
    if direction not in {"ASC", "DESC"}:
        raise InvalidQuery(f"orderDirection is ASC or DESC, not {direction!r}.", parameter="orderDirection")
    if "orderBy" not in given:
        return {}
    if given["orderBy"] not in ORDERS:
        raise InvalidQuery(
            f"orderBy is eventTime or recordTime, not {given['orderBy']!r}.", parameter="orderBy"
        )
    return {"order": ORDERS[given["orderBy"]], "descending": direction == "DESC"}
