from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from seriatim import epcis, gs1, history
from seriatim.access import SYSTEM, Actor, Call, Endpoint
from seriatim.base import limits
from seriatim.base.clock import FixedClock
from seriatim.base.db import Database
from seriatim.base.environment import Environment
from seriatim.base.errors import NotFound, Unprocessable
from seriatim.base.settings import Settings
from seriatim.history import master_data
from seriatim.history.api import ENDPOINTS, EventsQuery, UnitDetailQuery, UnitQuery, key_in
from seriatim.history.master_data.api import MasterDataQuery
from seriatim.history.policy_api import PolicyOfSender

pytestmark = pytest.mark.anyio

AT = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
GTIN = "09506000134352"
UNIT = f"https://id.gs1.org/01/{GTIN}/21/A1"
SSCC = gs1.with_check_digit("19506000134352001")
CASE = f"https://id.gs1.org/00/{SSCC}"
PLANT = "9506000134352"
BY_PATH: dict[str, Endpoint] = {endpoint.path: endpoint for endpoint in ENDPOINTS}


async def ask(db: Database, path: str, query: Any = None, **parameters: str) -> Any:
    """What a client would read."""
    environment = Environment(Settings(data=Path()), FixedClock(AT), bytes(32))
    async with db.transaction() as tx:
        call: Call[Any, Any] = Call(tx, SYSTEM, AT, environment, parameters, query, None)
        return msgspec.json.decode(msgspec.json.encode(await BY_PATH[path].act(call)))


@pytest.fixture
async def story(db: Database) -> Database:
    events = (
        epcis.object_event(
            action="ADD",
            event_time=AT,
            epc_list=[UNIT],
            biz_step="commissioning",
            biz_location=f"https://id.gs1.org/414/{PLANT}",
            lot="L1",
            expiry=date(2027, 11, 20),
        ),
        epcis.aggregation_event(
            action="ADD",
            event_time=AT.replace(minute=1),
            parent_id=CASE,
            child_epcs=[UNIT],
            biz_step="packing",
        ),
    )
    async with db.transaction() as tx:
        await history.capture(tx, events, actor=SYSTEM, now=AT)
    return db


async def test_a_unit_is_told_with_where_it_really_is(story: Database) -> None:
    told = await ask(story, "/api/v1/units/{id:path}", UnitDetailQuery(), id=f"{GTIN}/A1")

    assert told["unit"]["id"] == UNIT
    assert (told["unit"]["status"], told["unit"]["lot"], told["unit"]["parent"]) == (
        "commissioned",
        "L1",
        CASE,
    )
    assert told["whereabouts"] == {"root": CASE, "place": PLANT, "status": "commissioned", "depth": 1}


async def test_units_are_listed(story: Database) -> None:
    told = await ask(story, "/api/v1/units", UnitQuery(gtin=GTIN))

    assert ([unit["id"] for unit in told["items"]], told["next"]) == ([UNIT], None)


async def test_events_of_a_unit_come_in_pages_newest_first(story: Database) -> None:
    path = "/api/v1/units/{id:path}/events"
    first = await ask(story, path, EventsQuery(limit=1), id=UNIT)
    second = await ask(story, path, EventsQuery(limit=1, after=first["next"]), id=UNIT)

    assert [one["biz_step"] for one in (*first["items"], *second["items"])] == ["packing", "commissioning"]
    assert first["items"][0]["document"]["parentID"] == CASE
    assert second["next"] is None


async def test_a_page_of_events_ends_where_the_documents_are_long(
    story: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = "/api/v1/units/{id:path}/events"
    whole = await ask(story, path, EventsQuery(), id=UNIT)
    monkeypatch.setattr(limits, "PAGE_BYTES", 1)
    first = await ask(story, path, EventsQuery(), id=UNIT)
    second = await ask(story, path, EventsQuery(after=first["next"]), id=UNIT)
    heads = await ask(story, path, EventsQuery(documents=False), id=UNIT)

    assert (first["items"], second) == (whole["items"][:1], {"items": whole["items"][1:], "next": None})
    assert (len(heads["items"]), heads["next"]) == (2, None)


async def test_a_unit_is_told_with_what_happened_to_it_where_that_is_asked_for(story: Database) -> None:
    alone = await ask(story, "/api/v1/units/{id:path}", UnitDetailQuery(), id=UNIT)
    both = await ask(story, "/api/v1/units/{id:path}", UnitDetailQuery(timeline=True), id=UNIT)
    heads = await ask(story, "/api/v1/units/{id:path}/events", EventsQuery(documents=False), id=UNIT)

    assert "timeline" not in alone
    assert both == {**alone, "timeline": heads}


async def test_events_of_a_unit_come_without_their_documents_where_they_are_not_wanted(
    story: Database,
) -> None:
    path = "/api/v1/units/{id:path}/events"
    whole = await ask(story, path, EventsQuery(), id=UNIT)
    heads = await ask(story, path, EventsQuery(documents=False), id=UNIT)

    for one in whole["items"]:
        del one["document"]
    assert heads == whole
    assert len(heads["items"]) == 2


async def test_contents_of_a_case_are_told(story: Database) -> None:
    assert await ask(story, "/api/v1/units/{id:path}/contents", id=SSCC) == [
        {
            "id": UNIT,
            "parent": CASE,
            "depth": 1,
            "status": "commissioned",
            "lot": "L1",
            "expiry": "2027-11-20",
        }
    ]


async def test_what_is_unknown_is_not_found(db: Database) -> None:
    with pytest.raises(NotFound):
        await ask(db, "/api/v1/units/{id:path}", UnitDetailQuery(), id=UNIT)


@pytest.mark.parametrize("limit", [0, 1001])
async def test_a_page_has_a_limit(limit: int) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"limit": str(limit)}, UnitQuery, strict=False)


@pytest.mark.parametrize(
    "spelling",
    [f"{GTIN}/A1", "9506000134352/A1", UNIT, f"(01){GTIN}(21)A1", "urn:epc:id:sgtin:9506000.013435.A1"],
)
def test_a_unit_is_named_in_any_spelling(spelling: str) -> None:
    assert key_in(spelling) == gs1.canonical_key(UNIT)


@pytest.mark.parametrize(
    "spelling", ["", "pump", f"https://id.gs1.org/01/{GTIN}", "0950600013435X/A1", "123"]
)
def test_what_names_no_single_thing_is_refused(spelling: str) -> None:
    with pytest.raises(Unprocessable):
        key_in(spelling)


async def test_the_policy_is_chosen_and_what_it_holds_is_seen(db: Database) -> None:
    packing = epcis.aggregation_event(
        action="ADD", event_time=AT, parent_id=CASE, child_epcs=[UNIT], biz_step="packing"
    )
    put, get = (
        next(one for one in ENDPOINTS if (one.method, one.path) == (method, "/api/v1/capture/policies"))
        for method in ("PUT", "GET")
    )
    environment = Environment(Settings(data=Path()), FixedClock(AT), bytes(32))
    async with db.transaction() as tx:
        for policy, sender in (("warn", ""), ("park", "key:p1")):
            body = PolicyOfSender(policy, sender)
            await put.act(Call(tx, SYSTEM, AT, environment, {}, None, body))
        chosen = await get.act(Call(tx, SYSTEM, AT, environment, {}, None, None))
        partner = Actor(kind="key", id="p1", name="Partner", role="partner")
        await history.capture(tx, [packing], actor=partner, now=AT)
        await history.capture(tx, [packing], actor=SYSTEM, now=AT)

    (held,) = await ask(db, "/api/v1/capture/parked")
    (finding,) = await ask(db, "/api/v1/capture/findings")
    assert chosen == [PolicyOfSender("warn", ""), PolicyOfSender("park", "key:p1")]
    assert (held["waits_for"], held["captured_by"], held["refused"]) == ([UNIT], "key:p1", None)
    assert (finding["thing"], finding["code"], finding["event_id"]) == (
        UNIT,
        "not_commissioned",
        held["event_id"],
    )


async def test_what_was_told_of_a_place_is_listed_and_read_with_its_past(db: Database) -> None:
    site, nested = f"https://id.gs1.org/414/{PLANT}", (epcis.Extension("urn:ns", "street", "Quai 1"),)
    async with db.transaction() as tx:
        for city in ("Lyon", "Lille"):
            attributes = (epcis.Attribute("urn:x:city", city), epcis.Attribute("urn:x:address", nested))
            told = epcis.VocabularyElement(site, attributes, ("urn:example:hall",))
            await master_data.keep(tx, [epcis.Vocabulary("urn:x:v", (told,))], actor=SYSTEM, now=AT)

    found = await ask(db, "/api/v1/master-data/{id:path}", id="urn:epc:id:sgln:9506000.13435.0")
    assert (found["thing"], found["catalogue"]) == (site, [])
    assert [(one["version"], one["described"]["attributes"][0]["value"]) for one in found["versions"]] == [
        (2, "Lille"),
        (1, "Lyon"),
    ]
    address = found["versions"][0]["described"]["attributes"][1]
    assert (address["value"], address["parts"][0]["value"]) == (None, "Quai 1")
    for text, count in (("lill", 1), ("Lyon", 0), ("41_", 0), ("9506000", 1), (None, 1)):
        page = await ask(db, "/api/v1/master-data", MasterDataQuery(text=text, vocabulary="urn:x:v"))
        assert len(page["items"]) == count, text
    with pytest.raises(NotFound):
        await ask(db, "/api/v1/master-data/{id:path}", id="urn:example:hall")
