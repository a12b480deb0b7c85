from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from tests.factories.exchange import (
    PLANT,
    SLASHED,
    UNIT,
    URN,
    bare,
    capture,
    document,
    event,
    events_at,
    refusals,
)

from seriatim import history
from seriatim.base import limits
from seriatim.base.clock import StepClock
from seriatim.base.db import Database

pytestmark = pytest.mark.anyio


async def count(db: Database, table: str) -> int:
    async with db.transaction() as tx:
        found: int = await tx.value(f"select count(*) from {table}")
    return found


async def test_a_document_is_captured_and_its_job_tells_so(client: httpx.AsyncClient, db: Database) -> None:
    """Acceptance: EPCIS 21."""
    answer = await client.post("/epcis/capture", content=document(event(0), event(1)))

    assert answer.status_code == 202
    assert answer.headers["gs1-epcis-version"] == "2.0.0"
    assert answer.headers["gs1-cbv-version"] == "2.0.0"
    job = (await client.get(answer.headers["location"])).json()
    assert job["captureID"] == answer.headers["location"].rpartition("/")[2]
    assert (job["running"], job["success"], job["captureErrorBehaviour"]) == (False, True, "rollback")
    assert (job["accepted"], job["duplicates"], job["rejected"], job["errors"]) == (2, 0, 0, [])
    assert await count(db, "history_event") == 2


async def test_a_replayed_document_is_all_duplicates(client: httpx.AsyncClient, db: Database) -> None:
    """Acceptance: EPCIS 49, T10."""
    await capture(client, event(0), event(1))

    job = await capture(client, event(1, epcList=[URN]), event(0))

    assert (job["success"], job["accepted"], job["duplicates"]) == (True, 0, 2)
    assert [verdict["outcome"] for verdict in job["verdicts"]] == ["DUPLICATE", "DUPLICATE"]
    assert await count(db, "history_event") == 2


async def test_a_faulty_document_is_refused_with_every_fault_and_leaves_a_refusal_only(
    client: httpx.AsyncClient, db: Database
) -> None:
    """Acceptance: EPCIS 22."""
    bad = event(1, bizStep="shiping")
    no_zone = event(2, eventTime="2026-11-20T08:00:00")

    answer = await client.post("/epcis/capture", content=document(event(0), bad, no_zone))

    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["type"], problem["status"]) == ("epcisException:ValidationException", 400)
    assert [fault["path"] for fault in problem["problems"]] == [
        "/epcisBody/eventList/1/bizStep",
        "/epcisBody/eventList/2/eventTime",
    ]
    assert await refusals(db) == [("POST /epcis/capture", "invalid_document")]
    assert (await count(db, "history_event"), await count(db, "exchange_job")) == (0, 0)
    assert await count(db, "history_item") == 0


async def test_proceeding_stores_the_good_events_and_names_the_bad_one(client: httpx.AsyncClient) -> None:
    """Acceptance: EPCIS 22, 56."""
    bad, worse = event(1, bizStep="shiping"), {"type": "ObjectEvent"}

    job = await capture(client, bad, event(0), worse, event(2), **{"GS1-Capture-Error-Behaviour": "proceed"})

    assert (job["success"], job["accepted"], job["rejected"]) == (False, 2, 2)
    assert {error["eventIndex"] for error in job["errors"]} == {0, 2}
    assert job["errors"][0]["path"] == "/epcisBody/eventList/0/bizStep"
    assert len(await events_at(client, "/epcis/events")) == 2


async def test_proceeding_keeps_every_digit_of_the_good_events(client: httpx.AsyncClient) -> None:
    """Acceptance: EPCIS 13."""
    weighed = document(event(1, bizStep="shiping"), event(0)).replace(
        b'"epcList": ["' + UNIT.encode() + b'"], "readPoint": {"id": "' + PLANT.encode() + b'"}}]',
        b'"quantityList": [{"epcClass": "https://id.gs1.org/01/09506000134352/10/L1", '
        b'"quantity": 16777217.10000000000000001}]}]',
    )
    assert b"16777217" in weighed

    answer = await client.post(
        "/epcis/capture", content=weighed, headers={"GS1-Capture-Error-Behaviour": "proceed"}
    )

    assert answer.status_code == 202
    assert b"16777217.10000000000000001" in (await client.get("/epcis/events")).content


async def test_an_event_id_taken_by_another_event_rolls_the_whole_document_back(
    client: httpx.AsyncClient, db: Database
) -> None:
    """Acceptance: EPCIS 22, 49, T09."""
    await capture(client, event(0, eventID="urn:uuid:831c0292-4de1-430a-8255-2aca821abaab"))

    job = await capture(client, event(5), event(1, eventID="urn:uuid:831c0292-4de1-430a-8255-2aca821abaab"))

    assert (job["success"], job["accepted"], job["rejected"]) == (False, 0, 1)
    assert [(error["code"], error["eventIndex"]) for error in job["errors"]] == [("event_id_taken", 1)]
    assert await count(db, "history_event") == 1
    assert await refusals(db) == [("POST /epcis/capture", "event_id_taken")]


async def test_a_single_event_is_created_once(client: httpx.AsyncClient, db: Database) -> None:
    """Acceptance: EPCIS 21, T10."""
    first = await client.post("/epcis/events", content=bare())
    again = await client.post("/epcis/events", content=bare())

    assert first.status_code == 201
    assert first.json()["bizStep"] == "shipping"
    assert again.status_code == 409
    problem = again.json()
    assert problem["type"] == "epcisException:ResourceAlreadyExistsException"
    assert (problem["status"], problem["identical"]) == (409, True)
    stored = await events_at(client, first.headers["location"])
    assert [one["eventID"] for one in stored] == [first.json()["eventID"]]
    assert await refusals(db) == [("POST /epcis/events", "event_exists")]


async def test_other_content_under_a_known_event_id_is_a_conflict(client: httpx.AsyncClient) -> None:
    """Acceptance: T09."""
    name = "urn:uuid:831c0292-4de1-430a-8255-2aca821abaab"
    await client.post("/epcis/events", content=bare(eventID=name))

    answer = await client.post("/epcis/events", content=bare(eventID=name, bizStep="receiving"))

    assert (answer.status_code, answer.json()["identical"]) == (409, False)


async def test_an_error_declaration_is_added_to_its_event(client: httpx.AsyncClient) -> None:
    """Acceptance: EPCIS 24."""
    first = await client.post("/epcis/events", content=bare())
    name = first.json()["eventID"]
    declaration = {"declarationTime": "2026-11-20T09:00:00Z", "reason": "did_not_occur"}

    added = await client.post("/epcis/events", content=bare(eventID=name, errorDeclaration=declaration))

    assert added.status_code == 201
    both = await events_at(client, f"/epcis/events/{quote(name, safe='')}")
    assert ["errorDeclaration" in one for one in both] == [False, True]
    assert (await client.get("/epcis/events/urn:uuid:none")).status_code == 404


async def test_one_event_more_than_the_limit_is_refused_and_the_limits_are_told(
    client: httpx.AsyncClient,
) -> None:
    """Acceptance: EPCIS 23."""
    answer = await client.post("/epcis/capture", content=document(*[event()] * (limits.CAPTURE_EVENTS + 1)))

    assert answer.status_code == 413
    assert answer.json()["type"] == "epcisException:CaptureLimitExceededException"
    assert answer.headers["gs1-epcis-capture-limit"] == str(limits.CAPTURE_EVENTS)
    assert answer.headers["gs1-epcis-capture-file-size-limit"] == str(limits.REQUEST_BODY_BYTES)


async def test_a_body_past_the_limit_of_octets_is_refused(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Acceptance: EPCIS 23."""
    data = document(event())
    monkeypatch.setattr(limits, "REQUEST_BODY_BYTES", len(data))

    assert (await client.post("/epcis/capture", content=data)).status_code == 202
    assert (await client.post("/epcis/capture", content=data + b" ")).status_code == 413


@pytest.mark.parametrize(
    ("headers", "path", "status", "exception"),
    [
        ({"content-type": "text/csv"}, "/epcis/capture", 415, "UnsupportedMediaTypeException"),
        ({"accept": "image/png"}, "/epcis/capture", 406, "NotAcceptableException"),
        ({"GS1-EPCIS-Version": "3.0.0"}, "/epcis/capture", 406, "NotAcceptableException"),
        ({"GS1-EPCIS-Min": "2.1"}, "/epcis/capture", 406, "NotAcceptableException"),
        ({"GS1-Capture-Error-Behaviour": "all"}, "/epcis/capture", 400, "ValidationException"),
        ({"authorization": "Bearer none"}, "/epcis/capture", 401, "SecurityException"),
        ({"authorization": "Bearer key-line"}, "/epcis/capture", 403, "SecurityException"),
        ({}, "/epcis/capture?" + "x" * 40_000, 414, "URITooLongException"),
    ],
)
async def test_what_cannot_be_served_is_told_as_the_standard_says(
    client: httpx.AsyncClient, db: Database, headers: dict[str, str], path: str, status: int, exception: str
) -> None:
    """Acceptance: EPCIS 25."""
    answer = await client.post(path, content=document(event()), headers=headers)

    assert (answer.status_code, answer.json()["type"]) == (status, f"epcisException:{exception}")
    assert await count(db, "history_event") == 0


async def test_a_method_that_is_not_offered_names_those_that_are(client: httpx.AsyncClient) -> None:
    """Acceptance: EPCIS 39."""
    refused = await client.delete("/epcis/events")
    discovered = await client.options("/epcis/capture")

    assert (refused.status_code, refused.headers["allow"]) == (405, "OPTIONS, GET, POST")
    assert discovered.status_code == 204
    assert discovered.headers["allow"] == "OPTIONS, GET, POST"
    assert discovered.headers["gs1-capture-error-behaviour"] == "all"
    assert discovered.headers["gs1-epcis-capture-limit"] == str(limits.CAPTURE_EVENTS)


async def test_values_of_one_parameter_are_alternatives_and_parameters_must_all_hold(
    client: httpx.AsyncClient,
) -> None:
    """Acceptance: EPCIS 26."""
    await capture(
        client,
        event(0),
        event(1, bizStep="receiving"),
        event(2, bizStep="storing"),
        event(3, bizStep="receiving", action="ADD"),
    )

    found = await events_at(client, "/epcis/events?EQ_bizStep=shipping%7Creceiving&EQ_action=OBSERVE")

    assert [one["bizStep"] for one in found] == ["shipping", "receiving"]


async def test_a_thing_is_found_in_every_role_and_spelling(client: httpx.AsyncClient) -> None:
    """Acceptance: EPCIS 27, 29."""
    packed = event(
        1,
        type="AggregationEvent",
        action="ADD",
        bizStep="packing",
        parentID=URN,
        childEPCs=["https://id.gs1.org/01/09506000134352/21/B1"],
    )
    del packed["epcList"]
    await capture(client, event(0), packed, event(2, epcList=["https://id.gs1.org/01/09506000134352/21/C1"]))

    for spelling in (UNIT, URN, "https://shop.example/01/09506000134352/10/L1/21/A1"):
        found = await events_at(client, f"/epcis/events?MATCH_anyEPC={quote(spelling, safe='')}")
        assert [one["bizStep"] for one in found] == ["shipping", "packing"]


async def test_words_and_places_are_found_in_every_spelling(client: httpx.AsyncClient) -> None:
    """Acceptance: EPCIS 30."""
    await capture(
        client,
        event(0),
        event(1, bizStep="storing", readPoint={"id": "https://id.gs1.org/414/9506000134369"}),
    )

    by_urn = await events_at(client, "/epcis/events?EQ_bizStep=urn:epcglobal:cbv:bizstep:shipping")
    by_place = await events_at(client, "/epcis/events?EQ_readPoint=urn:epc:id:sgln:9506000.13435.0")

    assert [one["bizStep"] for one in by_urn] == ["shipping"]
    assert [one["bizStep"] for one in by_place] == ["shipping"]


async def test_times_bound_from_inclusive_to_exclusive(client: httpx.AsyncClient) -> None:
    """Acceptance: EPCIS 3, 58: a literal + in a zone is understood."""
    await capture(client, event(0), event(1), event(2))

    found = await events_at(
        client, "/epcis/events?GE_eventTime=2026-11-20T09:01:00+01:00&LT_eventTime=2026-11-20T08:02:00Z"
    )

    assert [one["eventTime"] for one in found] == ["2026-11-20T08:01:00.000Z"]
    recorded = found[0]["recordTime"]
    assert len(await events_at(client, f"/epcis/events?GE_recordTime={recorded}")) == 3
    assert await events_at(client, f"/epcis/events?LT_recordTime={recorded}") == []


@pytest.mark.parametrize("order", ["", "&orderBy=eventTime", "&orderBy=recordTime&orderDirection=ASC"])
async def test_pages_lose_and_repeat_nothing_while_capture_goes_on(
    client: httpx.AsyncClient, order: str
) -> None:
    """Acceptance: EPCIS 3, 36."""
    await capture(client, *[event(minute) for minute in range(20)])
    await capture(client, *[event(minute) for minute in range(20, 40)])

    address, seen, pages = f"/epcis/events?perPage=10{order}", [], 0
    while address:
        answer = await client.get(address)
        listed = answer.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
        seen += [one["eventTime"] for one in listed]
        pages += 1
        if pages == 2:
            await capture(client, event(59))
        link = answer.headers.get("link", "")
        assert bool(link) == ("gs1-next-page-token-expires" in answer.headers)
        address = link.partition(">")[0].removeprefix("<")

    old = [time for time in seen if not time.startswith("2026-11-20T08:59")]
    assert len(old) == 40
    assert len(set(old)) == 40
    if "eventTime" in order:
        assert seen == sorted(seen, reverse=True)


async def test_the_last_page_leads_nowhere_even_when_it_is_full(client: httpx.AsyncClient) -> None:
    """Acceptance: EPCIS 36."""
    await capture(client, *[event(minute) for minute in range(4)])

    first = await client.get("/epcis/events?perPage=2")
    second = await client.get(first.headers["link"].partition(">")[0].removeprefix("<"))

    assert "link" not in second.headers


async def test_a_page_token_is_good_for_its_query_and_for_a_day(
    client: httpx.AsyncClient, clock: StepClock
) -> None:
    """Acceptance: EPCIS 36."""
    await capture(client, *[event(minute) for minute in range(3)])
    first = await client.get("/epcis/events?perPage=1")
    address = first.headers["link"].partition(">")[0].removeprefix("<")

    assert (await client.get(address + "0")).status_code == 400
    assert (await client.get(address + "&EQ_bizStep=shipping")).status_code == 400
    assert (await client.get(address)).status_code == 200
    clock.advance(timedelta(days=2))
    expired = await client.get(address)
    assert (expired.status_code, expired.json()["parameter"]) == (400, "nextPageToken")


@pytest.mark.parametrize(
    "query",
    [
        "EQ_colour=red",
        "perPage=0",
        "perPage=ten",
        "EQ_action=TAKE",
        "GE_eventTime=2026-11-20T08:00:00",
        "orderBy=colour",
        "orderBy=eventTime&orderDirection=UP",
        "EQ_bizStep=",
        "EQ_bizStep=shipping&EQ_bizStep=receiving",
        "nextPageToken=x.y",
    ],
)
async def test_a_query_that_is_not_understood_is_never_guessed(client: httpx.AsyncClient, query: str) -> None:
    """Acceptance: EPCIS 31."""
    answer = await client.get(f"/epcis/events?{query}")

    assert (answer.status_code, answer.json()["type"]) == (400, "epcisException:QueryParameterException")


@pytest.mark.parametrize(
    "path", ["events?MATCH_anyEPC=%00", "epcs/%00/events", "events/%00", "readPoints/%00"]
)
async def test_a_null_character_is_refused_before_anything_is_looked_up(
    client: httpx.AsyncClient, path: str
) -> None:
    assert (await client.get(f"/epcis/{path}")).status_code == 400


@pytest.mark.parametrize("behaviour", ["rollback", "proceed"])
@pytest.mark.parametrize(
    "body", [b"", b"{", b"null", b"[]", b"\xff", b"{}", document(event(epcList=["\ud800"]))]
)
async def test_what_is_no_document_is_refused_whatever_is_wished(
    client: httpx.AsyncClient, body: bytes, behaviour: str
) -> None:
    answer = await client.post(
        "/epcis/capture", content=body, headers={"GS1-Capture-Error-Behaviour": behaviour}
    )

    assert (answer.status_code, answer.json()["type"]) == (400, "epcisException:ValidationException")
    assert answer.json()["problems"]


async def test_identifiers_in_a_path_keep_their_slashes(client: httpx.AsyncClient) -> None:
    """Acceptance: EPCIS 37."""
    await capture(client, event(0, epcList=[SLASHED]), event(1))

    found = await events_at(client, f"/epcis/epcs/{quote(SLASHED, safe='')}/events")
    by_hash = await events_at(client, f"/epcis/events/{quote(found[0]['eventID'], safe='')}")

    assert [one["epcList"] for one in found] == [[SLASHED]]
    assert by_hash == found
    assert (await client.get(f"/epcis/epcs/{quote(UNIT + '9', safe='')}/events")).status_code == 404


async def test_the_filter_of_a_path_is_added_to_the_filters_of_the_query(client: httpx.AsyncClient) -> None:
    await capture(client, event(0), event(1, bizStep="receiving"))
    path = f"/epcis/epcs/{quote(UNIT, safe='')}/events"

    assert len(await events_at(client, f"{path}?EQ_bizStep=receiving")) == 1
    assert len(await events_at(client, f"{path}?MATCH_anyEPC={quote(URN)}")) == 2
    assert await events_at(client, f"{path}?MATCH_anyEPC={quote(SLASHED, safe='')}") == []
    assert len(await events_at(client, "/epcis/bizSteps/receiving/events")) == 1
    assert await events_at(client, "/epcis/bizSteps/receiving/events?EQ_bizStep=shipping") == []
    assert len(await events_at(client, f"/epcis/readPoints/{quote(PLANT, safe='')}/events")) == 2


async def test_lists_are_collections(client: httpx.AsyncClient) -> None:
    """Acceptance: EPCIS 39."""
    await capture(client, event(0, bizStep="https://ns.example.com/steps/polishing"))

    steps = (await client.get("/epcis/bizSteps?perPage=100")).json()
    places = (await client.get("/epcis/readPoints")).json()

    assert steps["type"] == "Collection"
    assert {"commissioning", "https://ns.example.com/steps/polishing"} < set(steps["member"])
    assert places["member"] == [PLANT]
    assert (await client.get("/epcis/bizSteps/packing")).json()["member"] == ["events"]
    assert (await client.get("/epcis/bizSteps/teleporting")).status_code == 404


async def test_identifiers_are_digital_links_unless_wanted_as_captured(client: httpx.AsyncClient) -> None:
    """Acceptance: EPCIS 38."""
    await capture(client, event(0, epcList=[URN]))

    assert (await events_at(client, "/epcis/events"))[0]["epcList"] == [UNIT]
    kept = await events_at(client, "/epcis/events", **{"GS1-EPC-Format": "Never_Translates"})
    assert kept[0]["epcList"] == [URN]


async def test_a_partner_sees_his_own_jobs_and_events(client: httpx.AsyncClient) -> None:
    partner = {"authorization": "Bearer key-partner"}
    await capture(client, event(0))
    job = await capture(client, event(1), **partner)

    mine = (await client.get("/epcis/capture", headers=partner)).json()

    assert [one["captureID"] for one in mine] == [job["captureID"]]
    assert len((await client.get("/epcis/capture")).json()) == 2
    assert len(await events_at(client, "/epcis/events", **partner)) == 1
    assert len(await events_at(client, "/epcis/events")) == 2


async def test_jobs_come_in_pages_newest_first(client: httpx.AsyncClient) -> None:
    jobs = [(await capture(client, event(minute)))["captureID"] for minute in range(3)]

    first = await client.get("/epcis/capture?perPage=2")
    second = await client.get(first.headers["link"].partition(">")[0].removeprefix("<"))

    assert [one["captureID"] for one in (*first.json(), *second.json())] == jobs[::-1]
    assert (await client.get("/epcis/capture/none")).status_code == 404


@pytest.mark.parametrize("name", ["urn:example:" + "x" * 3_000, "urn:example:\x00"])
async def test_an_identifier_that_no_index_can_hold_is_refused(
    client: httpx.AsyncClient, db: Database, name: str
) -> None:
    alone = await client.post("/epcis/events", content=bare(epcList=[name]))
    document_with_it = await client.post("/epcis/capture", content=document(event(0, epcList=[name])))

    assert alone.status_code == 400
    assert document_with_it.status_code in {202, 400}
    assert await count(db, "history_event") == 0
    assert len(await refusals(db)) == 2


async def test_a_lot_of_any_length_is_kept_in_its_event(client: httpx.AsyncClient) -> None:
    born = event(0, action="ADD", bizStep="commissioning", ilmd={"cbvmda:lotNumber": "L" * 5_000})

    job = await capture(client, born)

    assert job["success"] is True
    assert (await events_at(client, "/epcis/events"))[0]["ilmd"] == {"cbvmda:lotNumber": "L" * 5_000}


EXAMPLES = Path(__file__).parents[4] / "shared" / "vectors" / "epcis" / "gs1-json"


@pytest.mark.skipif(not EXAMPLES.is_dir(), reason="GS1's published examples are not here")
async def test_the_documents_that_gs1_publishes_are_captured_and_answered(
    client: httpx.AsyncClient, db: Database
) -> None:
    """Acceptance: EPCIS 46, and the kept state equals the rebuilt one."""
    documents = [
        path.read_bytes() for path in sorted(EXAMPLES.rglob("*.jsonld")) + sorted(EXAMPLES.rglob("*.json"))
    ]
    documents = [data for data in documents if b'"eventList"' in data]
    assert documents

    for data in documents:
        answer = await client.post("/epcis/capture", content=data)
        assert answer.status_code == 202, answer.text

    assert len(await events_at(client, "/epcis/events?perPage=1000")) == await count(db, "history_event")
    async with db.transaction() as tx:
        assert await history.rebuild(tx) == 0
