"""What one may do with links: save one, remove one, say which hosts may be led to, read all for the snapshot."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from seriatim import access, identity
from seriatim.access import Actor
from seriatim.areas.resolver import store
from seriatim.areas.resolver.link_types import DEFAULT, DEFAULT_MULTI, LINK_TYPES
from seriatim.areas.resolver.model import (
    BadLink,
    Entries,
    Link,
    check_host,
    check_href,
    check_language,
    check_media_type,
)
from seriatim.base import limits
from seriatim.base.db import Transaction
from seriatim.base.errors import NotFound, Refused

TITLE_CHARACTERS: Final = 200
LABELS: Final = 20
"""Most languages or contexts of one link."""


class DefaultTaken(Refused):
    """This level has a default link already; remove it first."""

    code = "default_taken"


class LinkNeeded(Refused):
    """A default link leads to this target, so it must stay under a type that says what it is."""

    code = "link_needed"


class HostInUse(Refused):
    """Links lead to this host; remove them first."""

    code = "host_in_use"


async def save_link(tx: Transaction, link: Link, public_url: str, *, actor: Actor, now: datetime) -> Link:
    """Keep a new link (its id is not read). Raises NotFound, BadLink, DefaultTaken."""
    product = await identity.known_product(tx, link.gtin)
    clean = _checked(replace(link, id=0, gtin=product.gtin), await store.hosts(tx), public_url)
    if clean.link_type in {DEFAULT, DEFAULT_MULTI} and not await store.is_described(tx, clean):
        raise BadLink(
            "Save this target under a type that says what it is first, for example gs1:pip; then make it the default."
        )
    link_id = await store.add_link(tx, clean, f"{actor.kind}:{actor.id}", now)
    if link_id is None:
        raise DefaultTaken
    detail = {
        "gtin": clean.gtin,
        "lot": clean.lot,
        "serial": clean.serial,
        "type": clean.link_type,
        "href": clean.href,
    }
    await access.audit(tx, actor, "link.saved", str(link_id), detail, now)
    return replace(clean, id=link_id)


async def remove_link(tx: Transaction, link_id: int, *, actor: Actor, now: datetime) -> None:
    """Forget a link. Raises NotFound, LinkNeeded."""
    known = await store.link(tx, link_id)
    if known is None:
        raise NotFound(f"There is no link {link_id}.")
    describes = known.link_type not in {DEFAULT, DEFAULT_MULTI}
    if describes and await store.leads_by_default(tx, known) and not await store.is_described(tx, known):
        raise LinkNeeded
    await store.remove_link(tx, link_id)
    detail = {"gtin": known.gtin, "type": known.link_type, "href": known.href}
    await access.audit(tx, actor, "link.removed", str(link_id), detail, now)


async def allow_host(tx: Transaction, host: str, *, actor: Actor, now: datetime) -> str:
    """Let links lead to a host. Raises BadLink."""
    clean = check_host(host)
    await store.add_host(tx, clean, f"{actor.kind}:{actor.id}", now)
    await access.audit(tx, actor, "link_host.allowed", clean, {}, now)
    return clean


async def forbid_host(tx: Transaction, host: str, *, actor: Actor, now: datetime) -> None:
    """Let links lead to a host no longer. Raises NotFound, HostInUse."""
    clean = check_host(host)
    if used := await store.links_to_host(tx, clean):
        raise HostInUse(f"{used} links lead to {clean}; remove them first.", links=used)
    if not await store.remove_host(tx, clean):
        raise NotFound(f"Links may not lead to {clean} anyway.")
    await access.audit(tx, actor, "link_host.forbidden", clean, {}, now)


async def load_entries(tx: Transaction, public_url: str) -> Entries:
    """Everything the resolver needs, as of now."""
    products: dict[str, str] = {}
    after: str | None = ""
    while after is not None:
        page = await identity.products(tx, after=after, limit=limits.PAGE_ROWS_MAX)
        products |= {product.gtin: product.name for product in page.items}
        after = page.items[-1].gtin if page.next else None
    links: dict[str, list[Link]] = {}
    for link in await store.all_links(tx):
        links.setdefault(link.gtin, []).append(link)
    return Entries(public_url, products, {gtin: tuple(own) for gtin, own in links.items()})


def _checked(link: Link, hosts: frozenset[str], public_url: str) -> Link:
    if link.link_type not in LINK_TYPES:
        raise BadLink(
            f"{link.link_type[:40]!r} is no link type of the GS1 Web Vocabulary that we offer.",
            field="link_type",
        )
    if not link.title.strip() or len(link.title) > TITLE_CHARACTERS or not link.title.isprintable():
        raise BadLink("A link needs a title of up to 200 characters.", field="title")
    if len(link.hreflang) > LABELS or len(link.context) > LABELS:
        raise BadLink("A link may name 20 languages and 20 contexts.", field="hreflang")
    if any(not name or len(name) > 40 or not name.isprintable() for name in link.context):
        raise BadLink("A context is a word of up to 40 characters.", field="context")
    if link.valid_from and link.valid_until and link.valid_from >= link.valid_until:
        raise BadLink("The link ends before it begins.", field="valid_until")
    if len(link.lot) > 20 or len(link.serial) > 20:
        raise BadLink("A lot or serial has 20 characters at most.", field="serial")
    check_href(link.href, hosts, public_url)
    languages = tuple(check_language(tag) for tag in link.hreflang)
    return replace(link, hreflang=languages, media_type=check_media_type(link.media_type))
