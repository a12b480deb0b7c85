"""JSON routes of links and of the hosts they may lead to."""

from typing import Final

import msgspec

from seriatim.access import Call, Endpoint
from seriatim.areas.resolver import actions, store
from seriatim.areas.resolver.link_types import LINK_TYPES, link_type
from seriatim.areas.resolver.model import Link
from seriatim.base import limits
from seriatim.base.errors import BadInput
from seriatim.base.http import Moment, Page, PageRows, RowId, page_of, read_position


class Listing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which links, in stored order."""

    after: str = ""
    limit: PageRows = limits.PAGE_ROWS
    gtin: str | None = None


class NewLink(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A link on a product, on a lot of it, or on one unit."""

    gtin: str
    link_type: str
    """`gs1:pip`, or the full address of a type in the GS1 Web Vocabulary."""
    href: str
    """Web address; `{gtin}`, `{lot}` and `{serial}` may stand after the host."""
    title: str
    lot: str = ""
    serial: str = ""
    hreflang: tuple[str, ...] = ()
    media_type: str = ""
    context: tuple[str, ...] = ()
    public: bool = True
    forward_query: bool = True
    valid_from: Moment | None = None
    valid_until: Moment | None = None


class Host(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A host that links may lead to."""

    host: str


class LinkTypeName(msgspec.Struct, frozen=True):
    """A link type with the words a person reads."""

    link_type: str
    title: str


async def listing(call: Call[Listing, None]) -> Page[Link]:
    query = call.query
    (after,) = read_position(query.after, tuple[RowId]) if query.after else (0,)
    return page_of(await store.links(call.tx, query.gtin, after, query.limit + 1), query.limit, "id")


async def save(call: Call[None, NewLink]) -> Link:
    values = msgspec.structs.asdict(call.body)
    values["link_type"] = link_type(call.body.link_type) or call.body.link_type
    public_url = call.environment.settings.public_url
    return await actions.save_link(call.tx, Link(id=0, **values), public_url, actor=call.actor, now=call.now)


async def remove(call: Call[None, None]) -> None:
    text = call.path["id"]
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise BadInput("A link has a number.", field="id")
    await actions.remove_link(call.tx, int(text), actor=call.actor, now=call.now)


async def types(_: Call[None, None]) -> list[LinkTypeName]:
    return [LinkTypeName(f"gs1:{name}", title) for name, title in LINK_TYPES.items()]


async def hosts(call: Call[None, None]) -> list[Host]:
    return [Host(host) for host in sorted(await store.hosts(call.tx))]


async def allow_host(call: Call[None, Host]) -> Host:
    return Host(await actions.allow_host(call.tx, call.body.host, actor=call.actor, now=call.now))


async def forbid_host(call: Call[None, None]) -> None:
    await actions.forbid_host(call.tx, call.path["host"], actor=call.actor, now=call.now)


TAG: Final = "Links"
ENDPOINTS: Final = (
    Endpoint("GET", "/api/v1/links", "links:read", "List links", listing, query=Listing, returns=Page[Link], tag=TAG),
    Endpoint("POST", "/api/v1/links", "links:write", "Save a link", save, body=NewLink, returns=Link, status=201, tag=TAG),
    Endpoint("GET", "/api/v1/links/types", "links:read", "Link types on offer", types, returns=list[LinkTypeName], tag=TAG),
    Endpoint("GET", "/api/v1/links/hosts", "links:read", "Hosts that links may lead to", hosts, returns=list[Host], tag=TAG),
    Endpoint(
        "POST", "/api/v1/links/hosts", "keys:manage", "Let links lead to a host", allow_host,
        body=Host, returns=Host, status=201, tag=TAG,
    ),
    Endpoint(
        "DELETE", "/api/v1/links/hosts/{host}", "keys:manage", "Let links lead to a host no longer", forbid_host,
        tag=TAG,
    ),
    Endpoint("DELETE", "/api/v1/links/{id}", "links:write", "Remove a link", remove, tag=TAG),
)  # fmt: skip
