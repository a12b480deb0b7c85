"""Rows of links, to values and back."""

from datetime import datetime

from seriatim.areas.resolver.model import Link
from seriatim.base.db import Queries, Row, Transaction

SQL = Queries.load(__package__, "store.sql")


async def all_links(tx: Transaction) -> list[Link]:
    return [_link(row) for row in await tx.rows(SQL.all_links)]


async def links(tx: Transaction, gtin: str | None, after: int, limit: int) -> list[Link]:
    return [_link(row) for row in await tx.rows(SQL.links, gtin, after, limit)]


async def link(tx: Transaction, link_id: int) -> Link | None:
    row = await tx.row(SQL.link, link_id)
    return None if row is None else _link(row)


async def add_link(tx: Transaction, link: Link, saved_by: str, now: datetime) -> int | None:
    """The id of the new link; None when the level has a default already."""
    where = (link.gtin, link.lot, link.serial, link.link_type, link.href, link.title)
    wishes = (list(link.hreflang), link.media_type, list(link.context), link.public, link.forward_query)
    new: int | None = await tx.value(
        SQL.add_link, *where, *wishes, link.valid_from, link.valid_until, saved_by, now
    )
    return new


async def remove_link(tx: Transaction, link_id: int) -> None:
    await tx.execute(SQL.remove_link, link_id)


async def is_described(tx: Transaction, link: Link) -> bool:
    """Whether the target also stands under a descriptive type, in another link of the same level."""
    return bool(await tx.value(SQL.described, link.gtin, link.lot, link.serial, link.href, link.id))


async def leads_by_default(tx: Transaction, link: Link) -> bool:
    return bool(await tx.value(SQL.leads_by_default, link.gtin, link.lot, link.serial, link.href))


async def hosts(tx: Transaction) -> frozenset[str]:
    return frozenset(row["host"] for row in await tx.rows(SQL.hosts))


async def add_host(tx: Transaction, host: str, added_by: str, now: datetime) -> None:
    await tx.execute(SQL.add_host, host, added_by, now)


async def remove_host(tx: Transaction, host: str) -> bool:
    return await tx.execute(SQL.remove_host, host) > 0


async def links_to_host(tx: Transaction, host: str) -> int:
    return int(await tx.value(SQL.links_to_host, host))


def _link(row: Row) -> Link:
    return Link(**{**row, "hreflang": tuple(row["hreflang"]), "context": tuple(row["context"])})
