"""JSON routes of products, parties and locations."""

import msgspec

from seriatim.access import Call, Endpoint
from seriatim.base import limits
from seriatim.base.errors import NotFound
from seriatim.base.http import Page, PageRows, page_of, read_position
from seriatim.identity.catalogue import actions, store
from seriatim.identity.catalogue.model import Location, Party, Product


class Listing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which page of a list."""

    after: str = ""
    limit: PageRows = limits.PAGE_ROWS


class Parties(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Parties to keep."""

    parties: list[Party]


class Locations(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Locations to keep."""

    locations: list[Location]


class SavedKeys(msgspec.Struct, frozen=True):
    """The keys of the records that are new and of those that changed."""

    created: tuple[str, ...]
    changed: tuple[str, ...]


async def list_products(call: Call[Listing, None]) -> Page[Product]:
    return await actions.products(call.tx, after=key_after(call.query), limit=call.query.limit)


async def get_product(call: Call[None, None]) -> Product:
    return await actions.known_product(call.tx, call.path["gtin"])


async def list_parties(call: Call[Listing, None]) -> Page[Party]:
    return await actions.parties(call.tx, after=key_after(call.query), limit=call.query.limit)


async def put_parties(call: Call[None, Parties]) -> SavedKeys:
    return SavedKeys(*await actions.save_parties(call.tx, call.body.parties, actor=call.actor, now=call.now))


async def list_locations(call: Call[Listing, None]) -> Page[Location]:
    limit = call.query.limit
    return page_of(await store.locations(call.tx, key_after(call.query), limit + 1), limit, "gln")


async def put_locations(call: Call[None, Locations]) -> SavedKeys:
    return SavedKeys(
        *await actions.save_locations(call.tx, call.body.locations, actor=call.actor, now=call.now)
    )


async def get_location(call: Call[None, None]) -> Location:
    found = await actions.location(call.tx, call.path["gln"])
    if found is None:
        raise NotFound(f"There is no location {call.path['gln']}.")
    return found


def key_after(query: Listing) -> str:
    return read_position(query.after, tuple[str])[0] if query.after else ""


ENDPOINTS = (
    Endpoint(
        "GET",
        "/api/v1/products",
        "products:read",
        "Products",
        list_products,
        query=Listing,
        returns=Page[Product],
        tag="Master data",
    ),
    Endpoint(
        "GET",
        "/api/v1/products/{gtin}",
        "products:read",
        "One product",
        get_product,
        returns=Product,
        tag="Master data",
    ),
    Endpoint(
        "GET",
        "/api/v1/parties",
        "partners:read",
        "Parties",
        list_parties,
        query=Listing,
        returns=Page[Party],
        tag="Master data",
    ),
    Endpoint(
        "PUT",
        "/api/v1/parties",
        "partners:write",
        "Keep parties, new and changed",
        put_parties,
        body=Parties,
        returns=SavedKeys,
        tag="Master data",
    ),
    Endpoint(
        "GET",
        "/api/v1/locations",
        "partners:read",
        "Locations",
        list_locations,
        query=Listing,
        returns=Page[Location],
        tag="Master data",
    ),
    Endpoint(
        "PUT",
        "/api/v1/locations",
        "partners:write",
        "Keep locations, new and changed",
        put_locations,
        body=Locations,
        returns=SavedKeys,
        tag="Master data",
    ),
    Endpoint(
        "GET",
        "/api/v1/locations/{gln}",
        "partners:read",
        "One location",
        get_location,
        returns=Location,
        tag="Master data",
    ),
)
