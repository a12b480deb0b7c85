"""Reads queries: from the parameters of an address, and from the JSON body of a named query.

>>> query = from_url([("EQ_bizStep", "shipping|urn:epcglobal:cbv:bizstep:receiving"), ("GE_eventTime", "2026-03-01T09:00:00 01:00")])
>>> query.conditions[0]
OneOf(field='bizStep', values=('shipping', 'receiving'))
>>> query.conditions[1].at.isoformat()
'2026-03-01T08:00:00+00:00'
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from seriatim.epcis.contexts import PREDEFINED, Prefixes, read_context
from seriatim.epcis.errors import Findings
from seriatim.epcis.query import Condition, OneOf, Query, QueryError
from seriatim.epcis.query_families import NOTHING, condition_of
from seriatim.epcis.query_values import Given


def from_url(parameters: Iterable[tuple[str, str]], namespaces: Mapping[str, str] | None = None) -> Query:
    """The query in the decoded parameters of an address; `namespaces` are the prefixes that the client or the
    repository knows. Raises QueryError (QueryParameterException).
    """
    reader = _Reader(Prefixes({**(namespaces or {}), **PREDEFINED}), "QueryParameterException")
    seen: set[str] = set()
    for name, text in parameters:
        if name in seen:
            raise QueryError(name, "it stands twice: separate its values by |")
        seen.add(name)
        reader.read(name, text.split("|") if text else [])
    return reader.query()


def from_body(body: Mapping[str, Any], namespaces: Mapping[str, str] | None = None) -> Query:
    """The query in a JSON object; its own `@context` may declare prefixes. Raises QueryError
    (QueryValidationException).
    """
    exception = "QueryValidationException"
    prefixes = Prefixes({**(namespaces or {}), **PREDEFINED})
    if "@context" in body:
        found = Findings()
        prefixes = read_context(body["@context"], "/@context", prefixes, found, own=False)
        if found.problems:
            raise QueryError("@context", found.problems[0].message, exception)
    reader = _Reader(prefixes, exception)
    for name, value in body.items():
        if name != "@context":
            reader.read(name, value if isinstance(value, list) else [] if value is None else [value])
    return reader.query()


def namespaces_in(header: str) -> dict[str, str]:
    """The prefixes of a `GS1-Extensions` header: `ex=https://ns.example.com/,other=urn:other:`."""
    pairs = (part.strip().partition("=") for part in header.split(",") if part.strip())
    return {prefix.strip(): uri.strip() for prefix, _, uri in pairs if prefix.strip() and uri.strip()}


class _Reader:
    def __init__(self, prefixes: Prefixes, exception: str) -> None:
        self._prefixes = prefixes
        self._exception = exception
        self._conditions: list[Condition] = []
        self._rest: dict[str, Any] = {}

    def read(self, name: str, values: list[Any]) -> None:
        given = Given(name, values, self._prefixes, self._exception)
        if name in _REST:
            attribute, read = _REST[name]
            self._rest[attribute] = read(self, given)
            return
        if name == "eventType":
            types = tuple(self._prefixes.expand(text) for text in given.texts())
            self._conditions.append(OneOf("eventType", types))
            return
        condition = condition_of(given)
        if condition is None:
            raise given.refuse("there is no query parameter of this name")
        if condition != NOTHING:
            self._conditions.append(condition)

    def order_by(self, given: Given) -> str:
        text = str(given.one()).strip()
        if text in {"eventTime", "recordTime"}:
            return text
        namespace, name = given.field(text)
        return f"{{{namespace}}}{name}"

    def direction(self, given: Given) -> bool:
        text = given.one()
        if text not in {"ASC", "DESC"}:
            raise given.refuse("write ASC or DESC")
        return bool(text == "DESC")

    def query(self) -> Query:
        rest = self._rest
        if "event_count_limit" in rest and "max_event_count" in rest:
            message = "it excludes maxEventCount: use one of the two"
            raise QueryError("eventCountLimit", message, self._exception)
        if "event_count_limit" in rest and "order_by" not in rest:
            raise QueryError("eventCountLimit", "the first of which order? Add orderBy", self._exception)
        return Query(tuple(self._conditions), **rest)


_REST: dict[str, tuple[str, Callable[[_Reader, Given], Any]]] = {
    "orderBy": ("order_by", _Reader.order_by),
    "orderDirection": ("descending", _Reader.direction),
    "eventCountLimit": ("event_count_limit", lambda _, given: given.whole()),
    "maxEventCount": ("max_event_count", lambda _, given: given.whole()),
    "perPage": ("per_page", lambda _, given: given.whole()),
    "nextPageToken": ("next_page_token", lambda _, given: str(given.one())),
}
