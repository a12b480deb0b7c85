import itertools
import re

import pytest

from seriatim.base.db import Database
from seriatim.history.events import SORTS
from seriatim.history.following import QUERIES as FOLLOWING
from seriatim.history.partners import QUERIES as PARTNERS
from seriatim.history.queries import QUERIES as ASKED
from seriatim.history.sight import QUERIES as SEEN
from seriatim.history.sight import Sight, seen, seen_by_id
from seriatim.history.statements import (
    CONTENTS,
    CONTENTS_OF_ONE,
    EVENTS_OF_ONE,
    ITEM,
    ITEM_AND_CHAIN,
    ITEM_AND_TIMELINE,
    KEEP_EVENTS,
    MERGE_ITEMS,
    QUERIES,
    QUERY_EVENTS,
    TIMELINE,
    WRITE_ITEMS,
)
from seriatim.history.store import STAGED_ITEMS, STAGED_PROFILES
from seriatim.history.terms import QUERIES as TERMS

pytestmark = pytest.mark.anyio

PARTS = {
    *("seen", "seen_by_id", "items_of_arrays", "items_of_staging", "upsert_items"),
    *("ids_of_one", "ids_of_thing", "page_of_events", "head", "document_within"),
}
WHOLE = {
    "contents": CONTENTS,
    "contents_of_one": CONTENTS_OF_ONE,
    "events_of_one": EVENTS_OF_ONE,
    "query_events": QUERY_EVENTS,
    "item": ITEM_AND_CHAIN,
    "item_alone": ITEM,
    "item_and_timeline": ITEM_AND_TIMELINE,
    "keep_events": KEEP_EVENTS,
    "merge_items": MERGE_ITEMS,
    "timeline": TIMELINE,
    "write_items": WRITE_ITEMS,
}


OTHERS = (SEEN, TERMS, ASKED, PARTNERS, FOLLOWING)
SIGHT = Sight(frozenset({"key:k"}), frozenset({"9506000134352"}))


def written_out() -> list[str]:
    """Every query as it is sent, by who sees all and by who sees a part."""
    found = []
    texts = {query.name: query.text for query in itertools.chain(QUERIES, *OTHERS)} | WHOLE
    for name in texts.keys() - PARTS:
        sorts = SORTS.values() if name == "query_events" else [("", "")]
        for condition, order in sorts:
            text = texts[name].replace("{column}", "type")
            text = text.replace("{after}", condition).replace("{order}", order)
            arguments = [None] * max(map(int, re.findall(r"\$(\d+)", text)), default=0)
            fill = seen_by_id if "from ids i" in text else seen
            found += [fill(text, arguments, sight)[0] for sight in (None, SIGHT)]
    return found


async def test_every_query_fits_the_tables(db: Database) -> None:
    for query in written_out():
        async with db.transaction() as tx:
            await tx.execute(f"create temporary table if not exists staging_history_item ({STAGED_ITEMS})")
            await tx.execute(
                f"create temporary table if not exists staging_history_profile ({STAGED_PROFILES})"
            )
            await tx.connection.prepare(query)


async def test_no_query_walks_through_items_by_recursion() -> None:
    """Distributed tables cannot (store note, section 4)."""
    assert [query.name for query in QUERIES if "recursive" in query.text.lower()] == []


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("items", "array['sgtin'], array['09506000134352'], array['A1']"),
        ("item", "'sgtin', '09506000134352', 'A1', 10"),
        ("contents", "array[1], array['A1']"),
        ("contents_of_one", "'sgtin', '09506000134352', 'A1'"),
        ("events_of_one", "'sgtin', '09506000134352', 'A1', null, 10, 8000000"),
        ("item_and_timeline", "'sgtin', '09506000134352', 'A1', null, 10"),
    ],
)
async def test_hot_questions_use_an_index_on_the_items(db: Database, name: str, args: str) -> None:
    """Acceptance: EPCIS 52."""
    query = (WHOLE.get(name) or getattr(QUERIES, name)).replace("{seen}", "true")
    kinds = {
        "item": "(text, text, text, int)",
        "items": "(text[], text[], text[])",
        "contents": "(int[], text[])",
        "events_of_one": "(text, text, text, bigint, int, bigint)",
        "item_and_timeline": "(text, text, text, bigint, int)",
    }.get(name, "(text, text, text)")
    async with db.transaction() as tx:
        await tx.execute(
            """insert into history_item (class, serial, first_time, last_time, events, parent_class, parent_serial)
            select 1, 'S' || n, now(), now(), array[n], 2, 'C' || n / 50 from generate_series(1, 20000) n"""
        )
        await tx.execute(
            "insert into history_class (class, scheme, key) overriding system value values (1, 'sgtin', '1')"
        )
        await tx.execute("analyze history_item")
        await tx.execute(f"prepare asked {kinds} as {query}")
        plan = "\n".join(row[0] for row in await tx.rows(f"explain execute asked ({args})"))
        await tx.execute("deallocate asked")
    assert "Seq Scan on history_item " not in plan


async def test_the_end_of_the_feed_is_one_step_into_its_index(db: Database) -> None:
    """It is looked for several times a second; sorted by the number given out, it would read every event there is."""
    async with db.transaction() as tx:
        await tx.execute("set local enable_seqscan = off")
        plan = "\n".join(row[0] for row in await tx.rows(f"explain {FOLLOWING.head}"))
    assert "Backward using history_event_feed" in plan
    assert "Sort" not in plan
