"""What a client asks for, read out of the address: the whole query language of EPCIS.

>>> asked = query_in([("EQ_bizStep", "shipping|urn:epcglobal:cbv:bizstep:receiving"), ("perPage", "2")])
>>> asked.query.conditions[0].values, asked.per_page
(('shipping', 'receiving'), 2)
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from msgspec.structs import replace as changed

from seriatim import epcis
from seriatim.areas.exchange.errors import InvalidQuery
from seriatim.epcis import Query, QueryError
from seriatim.epcis.query import Condition
from seriatim.epcis.query_parse import namespaces_in

PER_PAGE: Final = 30
PER_PAGE_MAX: Final = 1_000
"""A larger perPage is lowered; the rest stays reachable."""
PER_PAGE_DIGITS: Final = 9
"""A longer number is surely too large; Python refuses to read one of thousands of digits."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A query and which page of its answer."""

    query: Query
    """Without page: the same for every page of one answer."""
    per_page: int = PER_PAGE
    token: str | None = None


def query_in(parameters: Iterable[tuple[str, str]], extensions: str = "") -> Asked:
    """The query in the parameters of an address; lists are separated by `|`.

    `extensions` is the header GS1-Extensions: the prefixes that the client uses. Raises InvalidQuery.
    Source: EPCIS 2.0, section 8.2.7.1.
    """
    parameters = tuple(parameters)
    given = [(name, value) for name, value in parameters if name != "perPage"]
    pages = [value for name, value in parameters if name == "perPage"]
    if len(pages) > 1:
        raise InvalidQuery("perPage is given twice.", parameter="perPage")
    try:
        query = epcis.query_from_url(given, namespaces_in(extensions))
    except QueryError as error:
        raise InvalidQuery(str(error), parameter=error.parameter) from error
    per_page = per_page_in({"perPage": pages[0]} if pages else {})
    return Asked(changed(query, next_page_token=None), per_page, query.next_page_token)


def per_page_in(given: dict[str, str]) -> int:
    """How many to a page: 30 by default, 1,000 at most. Raises InvalidQuery."""
    text = given.get("perPage", str(PER_PAGE))
    if not (text.isascii() and text.isdigit() and text.strip("0")):
        raise InvalidQuery(f"perPage is a number from 1, not {text[:60]!r}.", parameter="perPage")
    digits = text.lstrip("0")
    return min(int(digits), PER_PAGE_MAX) if len(digits) <= PER_PAGE_DIGITS else PER_PAGE_MAX


def narrowed(asked: Asked, condition: Condition) -> Asked:
    """The same query with one more condition."""
    return replace(asked, query=changed(asked.query, conditions=(condition, *asked.query.conditions)))
