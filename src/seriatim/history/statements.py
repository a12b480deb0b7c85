"""What the store says to the database: the statements of `store.sql`, and those that are put together of its parts."""

from typing import Final

from seriatim.base import limits
from seriatim.base.db import Queries

QUERIES: Final = Queries.load(__package__, "store.sql")
NEVER: Final = "-9223372036854775808"
"""Older than any event."""
UPSERT: Final = QUERIES.upsert_items.replace("{never}", NEVER)
INLINE: Final = str(limits.ITEM_EVENTS_INLINE)
MERGE_ITEMS: Final = QUERIES.merge_items.replace(
    "{upsert}", UPSERT.replace("{source}", QUERIES.items_of_staging)
).replace("{inline}", INLINE)
KEEP_EVENTS: Final = QUERIES.keep_events.replace(
    "{upsert}", UPSERT.replace("{source}", QUERIES.items_of_arrays)
).replace("{inline}", INLINE)
WRITE_ITEMS: Final = QUERIES.write_items.replace("{source}", QUERIES.items_of_staging)
ITEM: Final = QUERIES.item.replace("{more}", "")
ITEM_AND_CHAIN: Final = QUERIES.item.replace(
    "{more}",
    ", (select jsonb_agg(link) from history_chain($1::text, $2::text, $3::text, $4::integer) link) as chain",
)
"""A function keeps its rows in order, and so does what gathers them."""
PAGE_OF_ONE: Final = (
    QUERIES.page_of_events.replace("{thing}", "").replace("{beside}", "").replace("{ids}", QUERIES.ids_of_one)
)
TIMELINE: Final = PAGE_OF_ONE.replace("{columns}", QUERIES.head)
DOCUMENT: Final = QUERIES.document_within
EVENTS_OF_ONE: Final = PAGE_OF_ONE.replace(
    "{columns}",
    f"{QUERIES.head}, {DOCUMENT.replace('{most}', '$6::bigint').replace('{order}', 'e.id desc')}",
)
QUERY_EVENTS: Final = QUERIES.query_events.replace("{head}", QUERIES.head).replace(
    "{document}", DOCUMENT.replace("{most}", "$19::bigint")
)
THING: Final = QUERIES.item.replace("{more}", ", i.class, i.events as inline")
ITEM_AND_TIMELINE: Final = (
    QUERIES.page_of_events.replace("{thing}", f"thing as materialized (\n{THING}\n), ")
    .replace("{beside}", "thing, ")
    .replace("{ids}", QUERIES.ids_of_thing)
    .replace("{columns}", f"{QUERIES.head}, thing.*")
    .replace("{seen}", "true")
)
"""Of two columns with one name a row answers the last: the thing's by their names, the event's by their places."""
CONTENTS: Final = QUERIES.contents.replace(
    "{parents}", "unnest($1::integer[], $2::text[]) as k (class, serial)"
)
CONTENTS_OF_ONE: Final = QUERIES.contents.replace(
    "{parents}",
    "(select class, $3::text as serial from history_class where scheme = $1::text and key = $2::text) k",
)
