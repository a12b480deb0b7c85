"""Queries that have a name: asked once, answered whenever somebody asks for their events.

Source: EPCIS 2.0, section 12.6 (OpenAPI, /queries).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec

from seriatim import access, epcis
from seriatim.access import Actor
from seriatim.areas.exchange import store
from seriatim.areas.exchange.documents import name_of
from seriatim.areas.exchange.errors import InvalidQueryDefinition, QueryExists
from seriatim.base import limits
from seriatim.base.db import Transaction
from seriatim.base.errors import NotAllowed, NotFound, Refused
from seriatim.epcis import EPCISError, Query, QueryError, strict_json
from seriatim.epcis.errors import Findings

NAME: Final = re.compile(r"[^/\x00-\x1f\x7f]{1,200}")


class TooManyQueries(Refused):
    """As many queries have a name as one partner may give; delete one first."""

    code = "too_many_queries"


class Definition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A query and its name, as a client sends them."""

    name: str
    query: msgspec.Raw


@dataclass(frozen=True, slots=True)
class Named:
    """A query as it is kept."""

    name: str
    query: str
    """Its JSON, as it was sent."""
    created_by: str

    def json(self) -> dict[str, Any]:
        return {"name": self.name, "query": msgspec.Raw(self.query.encode())}


def definition_in(data: bytes) -> Definition:
    """The name and the query in a body. Raises InvalidQueryDefinition."""
    try:
        sent = msgspec.json.decode(data, type=Definition)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InvalidQueryDefinition(f'Write {{"name": ..., "query": {{...}}}}: {error}') from error
    if not NAME.fullmatch(sent.name):
        raise InvalidQueryDefinition("A name has 1 to 200 characters, and no slash among them.")
    query_of(bytes(sent.query))
    return sent


def query_of(text: bytes) -> Query:
    """The query in its JSON. Raises InvalidQueryDefinition."""
    found = Findings()
    try:
        body = strict_json.parse(text, found)
        found.raise_if_any()
        if not isinstance(body, dict):
            raise InvalidQueryDefinition('The query is an object: {"EQ_bizStep": ["shipping"]}.')
        query = epcis.query_from_body(body)
    except (EPCISError, QueryError) as error:
        raise InvalidQueryDefinition(str(error)) from error
    if query.next_page_token is not None:
        raise InvalidQueryDefinition("nextPageToken belongs to an answer, not to a query.")
    return msgspec.structs.replace(query, per_page=None)


async def create(tx: Transaction, sent: Definition, *, actor: Actor, now: datetime) -> None:
    """Raises QueryExists, TooManyQueries."""
    partner = _only(actor)
    if partner and await store.count_queries(tx, partner) >= limits.QUERIES_OF_A_PARTNER:
        raise TooManyQueries(
            f"A partner names {limits.QUERIES_OF_A_PARTNER} queries at most; delete one first."
        )
    text = bytes(sent.query).decode()
    if not await store.insert_query(tx, sent.name, text, created_at=now, created_by=name_of(actor)):
        raise QueryExists(f"There is a query {sent.name} already; delete it first.")


async def named(tx: Transaction, name: str, *, actor: Actor) -> Named:
    """The query of this name; for who does not see all events, one that he has made. Raises NotFound."""
    row = await store.query(tx, name, _only(actor))
    if row is None:
        raise NotFound(f"There is no query {name[:200]}.")
    return Named(**dict(row))


async def all_named(tx: Transaction, after: str, limit: int, *, actor: Actor) -> Sequence[Named]:
    """Queries by name; for who does not see all events, those that he has made."""
    return [Named(**dict(row)) for row in await store.queries(tx, after, limit, _only(actor))]


def _only(actor: Actor) -> str | None:
    return None if access.may(actor, "events:read") else name_of(actor)


async def delete(tx: Transaction, name: str, *, actor: Actor) -> None:
    """Whoever made the query ends it. Raises NotFound, NotAllowed."""
    found = await named(tx, name, actor=actor)
    if found.created_by != name_of(actor) and actor.role != "administrator":
        raise NotAllowed("A query is deleted by who has made it, or by an administrator.")
    await store.delete_query(tx, name)
