"""JSON routes of master data: what is known of places, products and parties, now and before."""

from datetime import datetime
from typing import Annotated, TypeAlias

from msgspec import Meta, Struct

from seriatim.access import Call, Endpoint
from seriatim.base import limits
from seriatim.base.errors import NotFound
from seriatim.base.http import Page, PageRows
from seriatim.epcis import Extension, VocabularyElement
from seriatim.epcis.master_facts import text_of, thing
from seriatim.history.master_data import actions
from seriatim.history.master_data.catalogue import in_catalogue
from seriatim.history.master_data.model import MasterDatum
from seriatim.history.registers import is_indexable

TAG = "Master data"


Wanted: TypeAlias = Annotated[str, Meta(max_length=limits.MASTER_DATA_NAME_BYTES, pattern="^[^\\x00]*$")]


class MasterDataQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """Which things, and which page of them."""

    vocabulary: Wanted | None = None
    """`urn:epcglobal:epcis:vtype:BusinessLocation` and the like."""
    text: Wanted | None = None
    """Looked for in names and values."""
    limit: PageRows = limits.PAGE_ROWS
    after: str | None = None


class Part(Struct, frozen=True):
    """One field inside a value."""

    namespace: str
    name: str
    value: str | None
    parts: tuple["Part", ...] = ()


class AttributeValue(Struct, frozen=True):
    """One attribute; one with several values stands several times."""

    id: str
    value: str | None
    """None for a value that has parts."""
    parts: tuple[Part, ...] = ()


class Described(Struct, frozen=True):
    """What a vocabulary says of a thing."""

    vocabulary: str
    id: str
    """As it was spelled."""
    attributes: tuple[AttributeValue, ...]
    children: tuple[str, ...]
    """What lies in it."""


class DescribedVersion(Struct, frozen=True):
    """What was known of a thing from a moment on."""

    thing: str
    """Its one name: a canonical Digital Link, or the URI."""
    version: int
    recorded_at: datetime
    captured_by: str
    described: Described


class KnownOf(Struct, frozen=True):
    """All that is known of a thing."""

    thing: str
    catalogue: tuple[Described, ...]
    """What our own catalogue says of it."""
    versions: tuple[DescribedVersion, ...]
    """What was told of it, by vocabulary, the newest first, at most 1,000."""


async def list_master_data(call: Call[MasterDataQuery, None]) -> Page[DescribedVersion]:
    asked = call.query
    page = await actions.listed(
        call.tx, vocabulary=asked.vocabulary, text=asked.text, limit=asked.limit, after=asked.after
    )
    return Page([_version(one) for one in page.items], page.next)


async def get_master_data(call: Call[None, None]) -> KnownOf:
    name = thing(call.path["id"])
    if not is_indexable(name):
        raise NotFound("Nothing is known of a thing with such a name.")
    told = await actions.versions_of(call.tx, name, limit=limits.PAGE_ROWS_MAX)
    vocabularies = await in_catalogue(call.tx, name)
    if not told and not vocabularies:
        raise NotFound(f"Nothing is known of {name}.")
    catalogue = (_described(one.type, element) for one in vocabularies for element in one.elements)
    return KnownOf(name, tuple(catalogue), tuple(map(_version, told)))


def _version(one: MasterDatum) -> DescribedVersion:
    described = _described(one.vocabulary, one.element)
    return DescribedVersion(one.thing, one.version, one.recorded_at, one.captured_by, described)


def _described(vocabulary: str, element: VocabularyElement) -> Described:
    attributes = (
        AttributeValue(one.id, text_of(one.value), _parts(one.value) if isinstance(one.value, tuple) else ())
        for one in element.attributes
    )
    return Described(vocabulary, element.id, tuple(attributes), element.children)


def _parts(fields: tuple[Extension, ...]) -> tuple[Part, ...]:
    return tuple(
        Part(
            one.namespace,
            one.name,
            text_of(one.value),
            _parts(one.value) if isinstance(one.value, tuple) else (),
        )
        for one in fields
    )


ENDPOINTS = (
    Endpoint(
        "GET",
        "/api/v1/master-data",
        "events:read",
        "What documents have told of places, products and parties, as it holds now",
        list_master_data,
        query=MasterDataQuery,
        returns=Page[DescribedVersion],
        tag=TAG,
    ),
    Endpoint(
        "GET",
        "/api/v1/master-data/{id:path}",
        "events:read",
        "All that is known of a thing, with every version of it",
        get_master_data,
        returns=KnownOf,
        tag=TAG,
        description="`id`: any URL-encoded spelling of the identifier (Digital Link, EPC URN, other URI).",
    ),
)
