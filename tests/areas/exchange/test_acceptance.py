"""The points of acceptance that only the doors decide, each by its number."""

import json
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from tests.epcis.documents import CASE
from tests.factories.exchange import PLANT, UNIT, bare, capture, document, event, events_at

from seriatim import epcis
from seriatim.base.db import Database

pytestmark = pytest.mark.anyio

GTIN = "https://id.gs1.org/01/09506000134352"
JSON = {"content-type": "application/json"}
XML = {"content-type": "application/xml"}
NAME = "urn:uuid:831c0292-4de1-430a-8255-2aca821abaab"


async def minutes(client: httpx.AsyncClient, address: str, **headers: str) -> list[int]:
    """When the events at an address happened."""
    return [int(one["eventTime"][14:16]) for one in await events_at(client, address, **headers)]


async def pages(client: httpx.AsyncClient, address: str) -> list[list[int]]:
    """The same for every page."""
    found = []
    while address:
        answer = await client.get(address)
        listed = answer.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
        found.append([int(one["eventTime"][14:16]) for one in listed])
        address = (
            answer.headers["link"].partition(">")[0].removeprefix("<") if "link" in answer.headers else ""
        )
    return found


async def test_an_inbound_record_time_is_replaced_and_the_one_of_a_job_pages_without_loss(
    client: httpx.AsyncClient,
) -> None:
    """E3, D7: no tie is broken twice, and no Link stands on an exactly full last page."""
    await capture(client, *[event(minute, recordTime="1999-01-01T00:00:00Z") for minute in range(12)])
    (recorded,) = {one["recordTime"] for one in await events_at(client, "/epcis/events")}

    assert recorded.startswith("2026-11-20T12")
    for order in ("recordTime", "eventTime"):
        found = await pages(client, f"/epcis/events?perPage=4&orderBy={order}&GE_recordTime={recorded}")
        assert [len(page) for page in found] == [4, 4, 4]
        assert sorted(minute for page in found for minute in page) == list(range(12))
    assert await events_at(client, f"/epcis/events?LT_recordTime={recorded}") == []


async def test_all_children_leave_a_parent_that_is_emptied(client: httpx.AsyncClient, db: Database) -> None:
    """E5, E6: DELETE without children ends what was inside."""
    units = [f"{GTIN}/21/{letter}" for letter in "ABC"]
    packed = {"type": "AggregationEvent", "parentID": CASE, "epcList": None}

    def told(minute: int, **fields: Any) -> dict[str, Any]:
        given = event(minute, **packed, **fields)
        return {name: value for name, value in given.items() if value is not None}

    await capture(client, told(0, action="ADD", bizStep="packing", childEPCs=units))
    async with db.transaction() as tx:
        inside = await tx.value(
            "select count(*) from history_item where parent_serial is not null and not has_left"
        )
    await capture(client, told(1, action="DELETE", bizStep="unpacking"))
    async with db.transaction() as tx:
        left = await tx.value(
            "select count(*) from history_item where parent_serial is not null and not has_left"
        )

    assert (inside, left) == (3, 0)


async def test_a_lot_is_found_whatever_syntax_told_it(client: httpx.AsyncClient) -> None:
    """E17."""
    told = [
        event(
            minute,
            action="ADD",
            bizStep="commissioning",
            epcList=[f"{GTIN}/21/{minute}"],
            ilmd={"cbvmda:lotNumber": "L1"},
        )
        for minute in range(2)
    ]
    await capture(client, told[0])
    in_xml = epcis.dumps(epcis.loads(document(told[1])), "xml")
    assert (await client.post("/epcis/capture", content=in_xml, headers=XML)).status_code == 202

    assert await minutes(client, "/epcis/events?EQ_ILMD_cbvmda:lotNumber=L1") == [0, 1]
    assert await minutes(client, "/epcis/events?EQ_ILMD_cbvmda:lotNumber=L2") == []


async def test_what_is_not_acceptable_is_told_as_a_problem_in_either_form(client: httpx.AsyncClient) -> None:
    """E25."""
    answers = {
        "json": await client.post("/epcis/capture", content=b"a,b", headers={"content-type": "text/csv"}),
        "xml": await client.post(
            "/epcis/capture",
            content=b"a,b",
            headers={"content-type": "text/csv", "accept": "application/xml"},
        ),
        "picture": await client.get("/epcis/events", headers={"accept": "image/png"}),
        "version": await client.get("/epcis/events", headers={"GS1-EPCIS-Min": "3.0"}),
        "long": await client.get("/epcis/events?EQ_eventID=" + "x" * 60_000),
    }

    assert {name: answer.status_code for name, answer in answers.items()} == {
        "json": 415, "xml": 415, "picture": 406, "version": 406, "long": 414,
    }  # fmt: skip
    assert answers["json"].headers["content-type"] == "application/problem+json"
    assert answers["xml"].headers["content-type"].startswith("application/problem+xml")
    assert b"EPCISException" in answers["xml"].content
    for name in ("json", "picture", "version", "long"):
        problem = answers[name].json()
        assert problem["type"].startswith("epcisException:")
        assert problem["title"]


@pytest.mark.parametrize(
    ("headers", "status", "media"),
    [
        ({"GS1-EPCIS-Min": "2.0.0"}, 200, "application/json"),
        ({"GS1-EPCIS-Max": "2.0"}, 200, "application/json"),
        ({"GS1-EPCIS-Min": "1.2", "GS1-EPCIS-Max": "2.1"}, 200, "application/json"),
        ({"GS1-EPCIS-Max": "1.2"}, 406, "application/problem+json"),
        ({"accept": "text/html, application/xml;q=0.1, application/json"}, 200, "application/json"),
        ({"accept": "application/xml;q=0.9, application/json;q=0.1"}, 200, "application/xml"),
        ({"accept": "application/xml;q=0, */*"}, 200, "application/json"),
        ({"accept": "application/vnd.example+xmlish"}, 406, "application/problem+json"),
        ({"content-type": "application/xml"}, 200, "application/json"),
        ({"content-type": ""}, 200, "application/json"),
    ],
)
async def test_answers_follow_accept_and_the_versions_that_overlap(
    client: httpx.AsyncClient, headers: dict[str, str], status: int, media: str
) -> None:
    """D23, E25: never the Content-Type of a GET, never a part of a word."""
    answer = await client.get("/epcis/events", headers=headers)

    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (status, media)


async def test_the_order_is_falling_unless_asked_otherwise(client: httpx.AsyncClient) -> None:
    """E31: no orderDirection means DESC."""
    await capture(client, *[event(minute) for minute in (1, 3, 2)])

    assert await minutes(client, "/epcis/events?orderBy=eventTime") == [3, 2, 1]
    assert await minutes(client, "/epcis/events?orderBy=eventTime&orderDirection=ASC") == [1, 2, 3]
    assert await minutes(client, "/epcis/events?orderBy=eventTime&eventCountLimit=2&perPage=1") == [3]


async def test_nothing_is_cut_where_nobody_asked_for_it(client: httpx.AsyncClient) -> None:
    """D1, D2: 100 to a page are 100; a limit of N gives N over pages; exactly N are not too many."""
    await capture(client, *[event(minute % 60, epcList=[f"{GTIN}/21/{minute}"]) for minute in range(100)])

    assert [len(page) for page in await pages(client, "/epcis/events?perPage=100")] == [100]
    assert [len(page) for page in await pages(client, "/epcis/events")] == [30, 30, 30, 10]
    assert [
        len(page) for page in await pages(client, "/epcis/events?orderBy=eventTime&eventCountLimit=50")
    ] == [30, 20]
    assert (await client.get("/epcis/events?maxEventCount=100")).status_code == 200
    assert (await client.get("/epcis/events?maxEventCount=99")).status_code == 413


async def test_identifiers_with_signs_of_paths_lead_to_their_resource(client: httpx.AsyncClient) -> None:
    """E37."""
    thing = f"{GTIN}/21/a%252Fb"
    await capture(client, event(0, epcList=[thing]), event(1))
    (told,) = await events_at(client, f"/epcis/epcs/{quote(thing, safe='')}/events")
    name = told["eventID"]

    assert name.startswith("ni:///sha-256;")
    assert name.endswith("?ver=CBV2.0")
    assert await events_at(client, f"/epcis/events/{quote(name, safe='')}") == [told]
    assert (await client.get(f"/epcis/epcs/{quote(GTIN + '/21/a%2Fb', safe='')}/events")).status_code == 404


async def test_every_door_tells_what_it_takes(client: httpx.AsyncClient) -> None:
    """E39, D16: OPTIONS is 204 with Allow everywhere; capture tells its limits and that it can do both."""
    job = await capture(client, event(0))
    await client.post("/epcis/queries", content=json.dumps({"name": "q", "query": {}}), headers=JSON)
    allowed = {
        **dict.fromkeys(
            ["", "/", f"/capture/{job['captureID']}", f"/events/{quote(NAME, safe='')}", "/queries/q/events"],
            "OPTIONS, GET",
        ),
        **{
            f"/{kind}{below}": "OPTIONS, GET"
            for kind in ("eventTypes", "epcs", "bizSteps", "bizLocations", "readPoints", "dispositions")
            for below in ("", "/x", "/x/events")
        },
        **dict.fromkeys(["/capture", "/events", "/queries"], "OPTIONS, GET, POST"),
        "/queries/q": "OPTIONS, GET, DELETE",
    }

    for path, methods in allowed.items():
        answer = await client.request("OPTIONS", f"/epcis{path}")
        assert (path, answer.status_code, answer.headers["allow"]) == (path, 204, methods)
        for header in (
            "EPCIS-Version",
            "EPCIS-Min",
            "EPCIS-Max",
            "CBV-Version",
            "CBV-Min",
            "CBV-Max",
            "EPC-Format",
            "CBV-XML-Format",
            "Extensions",
            "Vendor-Version",
        ):
            assert f"gs1-{header.lower()}" in answer.headers
        assert ("gs1-epcis-capture-limit" in answer.headers) == path.startswith("/capture")
    told = await client.request("OPTIONS", "/epcis/capture")
    assert told.headers["gs1-capture-error-behaviour"] == "all"
    assert int(told.headers["gs1-epcis-capture-file-size-limit"]) == 32 * 1024 * 1024


async def test_a_declaration_of_an_error_overwrites_nothing(client: httpx.AsyncClient) -> None:
    """E24, D13."""
    await client.post("/epcis/events", content=bare(eventID=NAME))
    wrong = {
        "declarationTime": "2026-11-20T09:00:00Z",
        "reason": "incorrect_data",
        "correctiveEventIDs": ["urn:uuid:831c0292-4de1-430a-8255-2aca821abaac"],
    }
    await client.post("/epcis/events", content=bare(eventID=NAME, errorDeclaration=wrong))

    both = await events_at(client, f"/epcis/events/{quote(NAME, safe='')}")

    assert [one.get("errorDeclaration") for one in both] == [None, wrong]
    assert len(await events_at(client, "/epcis/events?EXISTS_errorDeclaration=false")) == 2


async def test_a_filter_meets_events_that_were_stored_in_another_spelling(client: httpx.AsyncClient) -> None:
    """E29, D17: and the reverse."""
    spellings = [
        "urn:epc:id:sgtin:9506000.013435.A1",
        "https://shop.example/01/09506000134352/21/A1",
        "https://id.gs1.org/01/9506000134352/21/A1",
        "https://id.gs1.org/01/09506000134352/10/L1/21/A1",
    ]
    await capture(client, *[event(minute, epcList=[one]) for minute, one in enumerate(spellings)])

    for one in spellings:
        assert await minutes(client, f"/epcis/events?MATCH_epc={quote(one, safe='')}") == [0, 1, 2, 3]
        assert await minutes(client, f"/epcis/epcs/{quote(one, safe='')}/events") == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("kind", "thing"),
    [
        ("urn:epc:class:lgtin:9506000.013435.L1", UNIT),
        ("urn:epc:idpat:grai:9506000.01343.*", "urn:epc:id:grai:9506000.01343.7"),
        ("urn:epc:idpat:gdti:9506000.01343.*", "urn:epc:id:gdti:9506000.01343.7"),
        ("urn:epc:idpat:sgcn:9506000.01343.*", "urn:epc:id:sgcn:9506000.01343.7"),
    ],
)
@pytest.mark.parametrize(
    ("field", "parameter"),
    [
        ("inputQuantityList", "MATCH_inputEPCClass"),
        ("outputQuantityList", "MATCH_outputEPCClass"),
        ("childQuantityList", "MATCH_epcClass"),
        ("quantityList", "MATCH_anyEPCClass"),
    ],
)
async def test_kinds_are_found_in_the_list_that_is_asked(
    client: httpx.AsyncClient, kind: str, thing: str, field: str, parameter: str
) -> None:
    """D4, D17, E27: and no single thing answers for its kind."""
    shapes: dict[str, dict[str, Any]] = {
        "inputQuantityList": {"type": "TransformationEvent", "outputEPCList": [thing]},
        "outputQuantityList": {"type": "TransformationEvent", "inputEPCList": [thing]},
        "childQuantityList": {"type": "AggregationEvent", "action": "OBSERVE"},
        "quantityList": {"type": "ObjectEvent", "action": "OBSERVE"},
    }
    told = {name: value for name, value in event(0).items() if name not in {"epcList", "action"}}
    await capture(client, {**told, **shapes[field], field: [{"epcClass": kind, "quantity": 2}]})

    assert await minutes(client, f"/epcis/events?{parameter}={quote(kind, safe='')}") == [0]
    assert await minutes(client, f"/epcis/events?{parameter}={quote(thing, safe='')}") == []


async def test_a_thousand_events_with_three_bad_ones_keep_the_good_ones(client: httpx.AsyncClient) -> None:
    """E56, E22: each verdict names its event and the rule."""
    told = [event(number % 60, epcList=[f"{GTIN}/21/{number}"]) for number in range(1_000)]
    for number in (7, 500, 999):
        told[number]["bizStep"] = "shiping"

    job = await capture(client, *told, **{"GS1-Capture-Error-Behaviour": "proceed"})

    assert (job["success"], job["accepted"], job["rejected"]) == (False, 997, 3)
    assert [(error["eventIndex"], error["code"]) for error in job["errors"]] == [
        (7, "unknown_word"), (500, "unknown_word"), (999, "unknown_word"),
    ]  # fmt: skip


async def test_what_was_acknowledged_is_read_at_once(client: httpx.AsyncClient) -> None:
    """E21: the answer leaves after the commit."""
    first = await client.post("/epcis/events", content=bare())

    assert first.status_code == 201
    told = first.json()
    del told["@context"]
    assert await events_at(client, first.headers["location"]) == [told]


async def test_an_undeclared_prefix_is_stored_with_a_warning_and_gs1_is_nobody_elses(
    client: httpx.AsyncClient,
) -> None:
    """E58."""
    job = await capture(client, event(0, **{"zz:foo": "1"}))
    data = json.loads(document(event(1)))
    data["@context"] = [data["@context"], {"gs1": "https://strange.example/"}]
    refused = await client.post("/epcis/capture", content=json.dumps(data))

    assert (job["success"], [one["code"] for one in job["warnings"]]) == (True, ["unknown_prefix"])
    assert refused.status_code == 400


async def test_an_event_of_a_type_of_ones_own_is_asked_for_by_it(client: httpx.AsyncClient) -> None:
    """D19, E20."""
    kind = "https://ns.example.com/Sampling"
    own = {name: value for name, value in event(0).items() if name != "action"}
    await capture(client, {**own, "type": kind}, event(1))

    assert await minutes(client, f"/epcis/events?eventType={quote(kind, safe='')}") == [0]
    assert kind in (await client.get("/epcis/eventTypes")).json()["member"]


async def test_a_child_is_not_taken_from_a_parent_it_does_not_stand_in(
    client: httpx.AsyncClient, db: Database
) -> None:
    """D20, E53: under the policy `warn` a finding names it; the event is kept."""
    async with db.transaction() as tx:
        await tx.execute("insert into history_policy (captured_by, policy) values ('', 'warn')")
    other = CASE[:-4] + "0024"
    born = event(0, action="ADD", bizStep="commissioning", epcList=[UNIT, CASE, other])
    base = {name: value for name, value in event(0).items() if name != "epcList"}
    packed = {**base, "type": "AggregationEvent", "action": "ADD", "bizStep": "packing", "childEPCs": [UNIT]}
    await capture(client, born)
    await capture(client, {**packed, "eventTime": "2026-11-20T08:01:00Z", "parentID": CASE})
    await capture(
        client,
        {
            **packed,
            "eventTime": "2026-11-20T08:02:00Z",
            "action": "DELETE",
            "bizStep": "unpacking",
            "parentID": other,
        },
    )

    async with db.transaction() as tx:
        codes = [row["code"] for row in await tx.rows("select code from history_finding")]
    assert codes == ["not_packed"]


async def test_a_place_alone_is_where_it_is(client: httpx.AsyncClient) -> None:
    """E35: EQ_ asks for the place itself, WD_ for all that lies in it; without master data that is itself."""
    await capture(client, event(0), event(1, readPoint={"id": f"{PLANT}/254/gate"}))

    for parameter in ("EQ_readPoint", "WD_readPoint"):
        assert await minutes(client, f"/epcis/events?{parameter}={quote(PLANT, safe='')}") == [0]
