"""What an older version has written is found by the newer one, under every index that came later."""

from collections.abc import AsyncIterator
from typing import Final

import msgspec
import pytest
from tests.history.test_intake import NOW, OTHER_CASE, STORY, at, differing, dump, key, unit

from seriatim import access, epcis, history
from seriatim.access import Actor
from seriatim.base import limits
from seriatim.base.db import Database, Transaction, migrate, read_migrations
from seriatim.epcis import ErrorDeclaration, Event, Instant, Quantity
from seriatim.history import queries
from seriatim.history.sight import Sight
from seriatim.history.terms import enter_missing

pytestmark = pytest.mark.anyio

OLD: Final = 19
"""The last migration of the version that wrote these rows."""
TABLES: Final = ("class", "event", "event_name", "item", "item_events")
SHOP: Final = "9506000134369"
LOT: Final = "urn:epc:class:lgtin:9506000.013435.L7"
PARTNER: Final = Actor(kind="key", id="shop", name="shop", role="partner")
COLUMNS: Final = """
select attname::text from pg_attribute
where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = '' and attname <> 'tx'
"""
"""`tx` is left out: the numbers of transactions are the server's."""


def sent() -> Event:
    """A quantity of a lot on its way to the shop."""
    return epcis.object_event(
        action="OBSERVE",
        event_time=at(20),
        epc_list=[],
        quantity_list=[Quantity(epc_class=LOT, quantity=7)],
        destinations=[("owning_party", f"https://id.gs1.org/417/{SHOP}")],
    )


def told() -> tuple[Event, Event]:
    """What the partner told, and that it was wrong, as we say."""
    seen = epcis.object_event(action="OBSERVE", event_time=at(21), epc_list=[unit("A3")])
    named = msgspec.structs.replace(seen, event_id=epcis.event_hash(seen))
    why = ErrorDeclaration(declaration_time=Instant(at(99), "2026-11-20T09:39:00Z"), reason="did_not_occur")
    return named, msgspec.structs.replace(named, error_declaration=why)


async def tell(tx: Transaction) -> None:
    seen, wrong = told()
    await history.capture(tx, [*STORY, sent()], actor=access.SYSTEM, now=NOW)
    await history.capture(tx, [seen], actor=PARTNER, now=NOW)
    await history.capture(tx, [wrong], actor=access.SYSTEM, now=NOW)


@pytest.fixture
async def old(db: Database, empty_database_url: str) -> AsyncIterator[Database]:
    """A database of the older version that knows the same as `db`."""
    older = await Database.open(empty_database_url, max_size=4, allow_unsafe=True)
    await migrate(older, [one for one in read_migrations() if one.number <= OLD])
    async with db.transaction() as now, older.transaction() as then:
        await tell(now)
        await then.execute("delete from history_class")
        for table in (f"history_{name}" for name in TABLES):
            names = [row[0] for row in await then.rows(COLUMNS, table)]
            marks = ", ".join(f"${place}" for place in range(1, len(names) + 1))
            for row in await now.rows(f"select {', '.join(names)} from {table}"):
                await then.execute(f"insert into {table} ({', '.join(names)}) values ({marks})", *row)
        await then.execute(
            """insert into exchange_job
            select gen_random_uuid(), now(), now(), false, 'proceed', 1, 0, 2, '[{}, {}]', '[]', '[]', 'k', '\\x00'"""
        )
    yield older
    await older.close()


async def answers(db: Database) -> dict[str, object]:
    """What the indexes of today find."""
    partner = Sight(frozenset({"key:shop"}), frozenset({SHOP}))
    asked = {
        "lot": [("MATCH_epcClass", LOT)],
        "party": [("EQ_destination_owning_party", f"https://id.gs1.org/417/{SHOP}")],
        "unit": [("MATCH_anyEPC", unit("A1"))],
    }
    found: dict[str, object] = {}
    async with db.transaction() as tx:
        found["terms"] = [
            tuple(row) for row in await tx.rows("select * from history_event_term order by term, event")
        ]
        for name, query in asked.items():
            page = await queries.find(tx, epcis.query_from_url(query), 100)
            found[name] = [one.id for one in page.items]
        page = await queries.find(tx, epcis.Query(), 100, sight=partner)
        found["seen"] = sorted((one.event_id, one.declares_error) for one in page.items)
        found["chain"] = await history.ancestors(tx, key(unit("A1")))
        found["inside"] = await history.contents(tx, key(OTHER_CASE))
        found["units"] = (await history.units(tx, history.UnitFilter(lot="L1"))).items
    return found


async def test_a_database_of_an_older_version_answers_as_one_that_is_new(
    db: Database, old: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "CHUNK", 5)
    monkeypatch.setattr(limits, "QUERY_SCAN_EVENTS", 5)  # else a look at every event would do

    await migrate(old)
    events = len(STORY) + 1 + len(told())
    assert await enter_missing(old) == events

    expected = await answers(db)
    assert await answers(old) == expected
    assert all(expected.values())
    assert await dump(old) == await dump(db)
    assert await differing(old) == 0
    async with old.transaction() as tx:
        again = await history.capture(tx, [*STORY, sent(), *told()], actor=access.SYSTEM, now=NOW)
        assert (again.accepted, again.duplicates) == (0, events)
        assert await tx.value("select error_count from exchange_job") == 2
