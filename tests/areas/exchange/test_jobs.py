"""What a job tells: exact limits, every fault counted, what is held, and the same in XML as the schema has it."""

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from lxml import etree
from tests.areas.exchange.test_xml import EVENT
from tests.areas.exchange.test_xml import document as xml_document
from tests.factories.exchange import NOW, capture, document, event, events_at

import seriatim.epcis.limits as epcis_limits
from seriatim import access, history
from seriatim.base import limits
from seriatim.base.db import Database

pytestmark = pytest.mark.anyio

SPEC = Path(__file__).parents[4] / "shared" / "vectors" / "epcis"
XML = {"content-type": "application/xml"}
LD_JSON = {"content-type": "application/ld+json"}
PROCEED = {"GS1-Capture-Error-Behaviour": "proceed"}
OURS = "{urn:seriatim:problem}"
CASE = "https://id.gs1.org/00/095060001343520017"
PACKED_TOO_EARLY = {
    "type": "AggregationEvent",
    "eventTime": "2026-11-20T09:00:00.000Z",
    "eventTimeZoneOffset": "+01:00",
    "action": "ADD",
    "bizStep": "packing",
    "parentID": CASE,
    "childEPCs": ["https://id.gs1.org/01/09506000134352/21/EARLY"],
}


def in_syntax(syntax: str, count: int) -> bytes:
    if syntax == "json":
        return document(*(event(minute) for minute in range(count)))
    return xml_document(*(EVENT.replace("T08:00", f"T08:{minute:02d}") for minute in range(count)))


async def in_pieces(data: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(data), 100):
        yield data[start : start + 100]


def is_refused_for_its_size(answer: httpx.Response) -> bool:
    told = (
        answer.headers.get("gs1-epcis-capture-limit"),
        answer.headers.get("gs1-epcis-capture-file-size-limit"),
    )
    return (
        answer.status_code == 413
        and "epcisException:CaptureLimitExceededException" in answer.text
        and told == (str(limits.CAPTURE_EVENTS), str(limits.REQUEST_BODY_BYTES))
    )


def test_what_is_announced_is_what_is_counted() -> None:
    assert limits.CAPTURE_EVENTS == epcis_limits.EVENTS_MAX
    assert limits.REQUEST_BODY_BYTES == epcis_limits.DOCUMENT_BYTES_MAX


@pytest.mark.parametrize("syntax", ["json", "xml"])
async def test_so_many_events_are_taken_and_not_one_more_e23_d3(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, syntax: str
) -> None:
    for owner, name in ((limits, "CAPTURE_EVENTS"), (epcis_limits, "EVENTS_MAX")):
        monkeypatch.setattr(owner, name, 3)
    monkeypatch.setitem(_limit_headers(), "GS1-EPCIS-Capture-Limit", "3")
    headers = XML if syntax == "xml" else LD_JSON

    assert (
        await client.post("/epcis/capture", content=in_syntax(syntax, 3), headers=headers)
    ).status_code == 202
    refused = await client.post("/epcis/capture", content=in_syntax(syntax, 4), headers=headers)
    assert is_refused_for_its_size(refused)
    assert len(await events_at(client, "/epcis/events")) == 3


def _limit_headers() -> dict[str, str]:
    from seriatim.areas.exchange import http  # noqa: PLC0415 -- beside the test that changes it

    return http.LIMITS


@pytest.mark.parametrize("syntax", ["json", "xml"])
@pytest.mark.parametrize("is_chunked", [False, True], ids=["with its length", "in pieces"])
async def test_so_many_octets_are_taken_and_not_one_more_e23_d15(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, syntax: str, is_chunked: bool
) -> None:
    data = in_syntax(syntax, 2).replace(
        b"shipping", "verschifft-\u00fc".encode() if syntax == "json" else b"shipping"
    )
    data = data.replace(b'"versch', b'"https://ns.example.com/versch')
    monkeypatch.setattr(limits, "REQUEST_BODY_BYTES", len(data))
    monkeypatch.setitem(_limit_headers(), "GS1-EPCIS-Capture-File-Size-Limit", str(len(data)))

    async def send(body: bytes) -> httpx.Response:
        content: Any = in_pieces(body) if is_chunked else body
        return await client.post(
            "/epcis/capture", content=content, headers=XML if syntax == "xml" else LD_JSON
        )

    assert (await send(data)).status_code != 413
    assert is_refused_for_its_size(await send(data + b"\n"))


@pytest.mark.parametrize("length", ["300000000", "9" * 5_000])
async def test_a_body_that_announces_too_much_is_refused_before_it_is_read(
    client: httpx.AsyncClient, length: str
) -> None:
    async def body() -> AsyncIterator[bytes]:
        pytest.fail("the body was read")
        yield b""

    answer = await client.post("/epcis/capture", content=body(), headers={"content-length": length})

    assert is_refused_for_its_size(answer)


def many_faults() -> Iterator[dict[str, Any]]:
    """Two faults in each of 700 events, and a good one now and then."""
    for number in range(750):
        faulty = {} if number % 15 == 0 else {"bizStep": "shiping", "action": "BIG"}
        yield event(number % 60, epcList=[f"https://id.gs1.org/01/09506000134352/21/S{number}"], **faulty)


async def test_the_first_thousand_faults_are_told_and_all_are_counted(client: httpx.AsyncClient) -> None:
    data = document(*many_faults())

    refused = (await client.post("/epcis/capture", content=data)).json()
    assert (len(refused["problems"]), refused["problem_count"]) == (1_000, 1_400)

    sent = await client.post("/epcis/capture", content=data, headers=PROCEED)
    job = (await client.get(sent.headers["location"])).json()
    assert (len(job["errors"]), job["errorCount"]) == (1_000, 1_400)
    assert (job["success"], job["accepted"], job["rejected"]) == (False, 50, 700)
    assert [one["eventIndex"] for one in job["errors"]] == sorted(one["eventIndex"] for one in job["errors"])
    tried = (await client.post("/epcis/validate", content=data)).json()
    assert (tried["errorCount"], tried["rejected"]) == (1_400, 700)


async def hold_what_comes_too_early(db: Database) -> None:
    async with db.transaction() as tx:
        await history.set_policy(tx, "park", actor=access.SYSTEM, now=NOW)


@pytest.mark.parametrize("behaviour", ["rollback", "proceed"])
async def test_an_event_that_is_held_is_no_failure_and_told_as_held(
    client: httpx.AsyncClient, db: Database, behaviour: str
) -> None:
    await hold_what_comes_too_early(db)
    born = event(
        0, action="ADD", bizStep="commissioning", epcList=["https://id.gs1.org/01/09506000134352/21/B"]
    )

    job = await capture(client, born, PACKED_TOO_EARLY, **{"GS1-Capture-Error-Behaviour": behaviour})

    assert (job["success"], job["accepted"], job["parked"], job["rejected"], job["errors"]) == (
        True,
        1,
        1,
        0,
        [],
    )
    (verdict,) = job["verdicts"]
    assert (verdict["eventIndex"], verdict["outcome"], len(verdict["strictHash"])) == (1, "PARKED", 64)
    xml = await xml_of(client, job["captureID"])
    assert (xml.findtext(f"{OURS}parked"), xml.get("success"), xml.find("errors")) == ("1", "true", None)
    assert [one.findtext(f"{OURS}outcome") for one in xml.findall(f"{OURS}verdict")] == ["PARKED"]

    again = await capture(client, PACKED_TOO_EARLY)
    assert (again["success"], again["parked"], again["accepted"]) == (True, 1, 0)


async def test_nothing_of_a_rolled_back_document_is_held(client: httpx.AsyncClient, db: Database) -> None:
    await hold_what_comes_too_early(db)
    taken = "urn:uuid:831c0292-4de1-430a-8255-2aca821abaab"
    made = {"action": "ADD", "bizStep": "commissioning"}
    await capture(client, event(0, eventID=taken, **made))

    job = await capture(client, PACKED_TOO_EARLY, event(1, eventID=taken, **made))

    assert (job["success"], job["parked"], job["accepted"], job["rejected"]) == (False, 0, 0, 1)
    async with db.transaction() as tx:
        assert await history.parked(tx) == ()


async def xml_of(client: httpx.AsyncClient, job: str) -> Any:
    answer = await client.get(f"/epcis/capture/{job}", headers={"accept": "application/xml"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/xml")
    return etree.fromstring(answer.content)


@pytest.mark.skipif(not SPEC.is_dir(), reason="GS1's files are not here")
async def test_every_kind_of_job_is_valid_by_the_schema_of_gs1_e46(
    client: httpx.AsyncClient, db: Database
) -> None:
    schema = etree.XMLSchema(etree.parse(SPEC / "xsd" / "EPCglobal-epcis-2_0.xsd"))
    for sample in sorted((SPEC / "gs1-xml" / "CaptureJob").glob("*.xml")):
        assert schema.validate(etree.parse(sample)), sample.name
    await hold_what_comes_too_early(db)
    taken = "urn:uuid:831c0292-4de1-430a-8255-2aca821abaab"
    made = {"action": "ADD", "bizStep": "commissioning"}
    circle = {"type": "urn:x:v", "vocabularyElementList": [{"id": "urn:x:a", "children": ["urn:x:a"]}]}
    wrong = json.loads(document(event(3, **made, bizStep_=1), event(4, action="\u0001<"), PACKED_TOO_EARLY))
    wrong["epcisHeader"] = {"epcisMasterData": {"vocabularyList": [circle]}}
    for data, headers in (
        (document(event(0, eventID=taken, **made)), {}),
        (document(event(0, eventID=taken, **made), PACKED_TOO_EARLY), {}),
        (document(event(1, eventID=taken, **made)), {}),
        (json.dumps(wrong).encode(), PROCEED),
    ):
        sent = await client.post("/epcis/capture", content=data, headers=headers)
        job = await xml_of(client, sent.headers["location"].rpartition("/")[2])
        assert schema.validate(job), schema.error_log
    assert len(job.findall("errors/error")) == 3


async def test_jobs_come_page_by_page_while_others_come_in(client: httpx.AsyncClient) -> None:
    jobs = [(await capture(client, event(minute)))["captureID"] for minute in range(5)]
    seen: list[str] = []
    address = "/epcis/capture?perPage=2"
    while address:
        answer = await client.get(address)
        seen += [one["captureID"] for one in answer.json()]
        assert ("gs1-next-page-token-expires" in answer.headers) is ("link" in answer.headers)
        address = answer.headers.get("link", "").partition(">")[0].removeprefix("<")
        await capture(client, event(10 + len(seen)))
    assert seen == jobs[::-1]

    first = await client.get("/epcis/capture?perPage=2")
    link = first.headers["link"].partition(">")[0].removeprefix("<")
    assert (await client.get(link, headers={"authorization": "Bearer key-partner"})).status_code == 400
    assert (await client.get("/epcis/capture?perPage=9")).headers.get("link") is None
