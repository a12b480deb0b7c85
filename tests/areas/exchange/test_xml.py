"""EPCIS in XML through the doors: sent, answered, refused."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from lxml import etree
from tests.factories.exchange import UNIT, URN, bare, capture, event, events_at, refusals

from seriatim import epcis
from seriatim.base.db import Database

pytestmark = pytest.mark.anyio

XML = {"content-type": "application/xml"}
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
EVENT = f"""<ObjectEvent>
  <eventTime>2026-11-20T08:00:00.000Z</eventTime>
  <eventTimeZoneOffset>+01:00</eventTimeZoneOffset>
  <epcList><epc>{URN}</epc></epcList>
  <action>OBSERVE</action>
  <bizStep>urn:epcglobal:cbv:bizstep:shipping</bizStep>
</ObjectEvent>
"""
SPEC = Path(__file__).parents[4] / "shared" / "vectors" / "epcis"
needs_spec = pytest.mark.skipif(not SPEC.is_dir(), reason="GS1's files are not here")


def document(*events: str, doctype: str = "") -> bytes:
    return (
        f'{HEAD}{doctype}<epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:2" schemaVersion="2.0" '
        f'creationDate="2026-11-20T08:00:00Z"><EPCISBody><EventList>\n{"".join(events)}'
        "</EventList></EPCISBody></epcis:EPCISDocument>"
    ).encode()


async def send(client: httpx.AsyncClient, data: bytes, **headers: str) -> httpx.Response:
    return await client.post("/epcis/capture", content=data, headers={**XML, **headers})


async def job_of(client: httpx.AsyncClient, sent: httpx.Response) -> dict[str, Any]:
    assert sent.status_code == 202, sent.text
    found: dict[str, Any] = (await client.get(sent.headers["location"])).json()
    return found


@pytest.mark.parametrize("media", ["application/xml", "text/xml; charset=utf-8"])
async def test_a_document_in_xml_is_captured_and_answered_in_json(
    client: httpx.AsyncClient, media: str
) -> None:
    """Acceptance: EPCIS 14, 21, 30."""
    job = await job_of(client, await send(client, document(EVENT), **{"content-type": media}))

    assert (job["success"], job["accepted"]) == (True, 1)
    (found,) = await events_at(client, "/epcis/events?EQ_bizStep=shipping")
    assert (found["bizStep"], found["epcList"]) == ("shipping", [UNIT])


async def test_the_same_event_in_the_other_syntax_is_known_already(client: httpx.AsyncClient) -> None:
    """Acceptance: EPCIS 49."""
    sent = event(0, epcList=[URN])
    del sent["readPoint"]
    await capture(client, sent)

    job = await job_of(client, await send(client, document(EVENT)))

    assert (job["accepted"], job["duplicates"]) == (0, 1)


@pytest.mark.parametrize("data", [EVENT.encode(), document(EVENT)], ids=["bare", "in a document"])
async def test_one_event_in_xml_is_created_once(client: httpx.AsyncClient, data: bytes) -> None:
    """Acceptance: EPCIS 21."""
    first = await client.post("/epcis/events", content=data, headers={**XML, "accept": "application/xml"})
    again = await client.post("/epcis/events", content=data, headers=XML)

    assert (first.status_code, first.headers["content-type"]) == (201, "application/xml")
    assert epcis.loads(first.content).events[0].epc_list == (URN,)
    (found,) = await events_at(client, first.headers["location"])
    assert found["epcList"] == [UNIT]
    assert (again.status_code, again.json()["identical"]) == (409, True)


async def test_faults_of_one_event_name_its_lines(client: httpx.AsyncClient) -> None:
    faulty = HEAD + EVENT.replace("OBSERVE", "LOOK")

    answer = await client.post("/epcis/events", content=faulty, headers=XML)

    assert answer.status_code == 400
    assert [(one["path"], one["line"]) for one in answer.json()["problems"]] == [("/action", 6)]


async def test_proceed_stores_what_is_right_and_names_the_rest_with_its_line(
    client: httpx.AsyncClient,
) -> None:
    """Acceptance: EPCIS 22, 56."""
    data = document(EVENT, EVENT.replace("OBSERVE", "LOOK"), EVENT.replace("08:00:00.000Z", "08:01:00.000Z"))

    refused = await send(client, data)
    job = await job_of(client, await send(client, data, **{"GS1-Capture-Error-Behaviour": "proceed"}))

    assert (refused.status_code, refused.json()["problem_count"]) == (400, 1)
    assert (job["success"], job["accepted"], job["rejected"]) == (False, 2, 1)
    assert [(one["eventIndex"], one["line"]) for one in job["errors"]] == [(1, 14)]


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("application/xml", "application/xml"),
        ("text/xml", "text/xml"),
        ("application/json;q=0.4, application/xml;q=0.8", "application/xml"),
        ("application/xml;q=0.4, application/ld+json;q=0.8", "application/ld+json"),
        ("application/xml, application/json", "application/json"),
        ("*/*", "application/json"),
        ("application/json;q=0, */*", "application/ld+json"),
        ("image/png, application/*;q=0.1", "application/json"),
        ("text/*", "text/xml"),
    ],
)
async def test_the_answer_has_the_form_that_is_liked_best(
    client: httpx.AsyncClient, accept: str, media: str
) -> None:
    """Acceptance: EPCIS 25."""
    await capture(client, event(0))

    for path in ("events", f"epcs/{quote(UNIT, safe='')}/events", "bizSteps/shipping/events"):
        answer = await client.get(f"/epcis/{path}", headers={"accept": accept})
        assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, media)
        if "xml" not in media:
            continue
        (found,) = epcis.loads(answer.content).events
        assert (found.biz_step, found.epc_list) == ("shipping", (UNIT,))


@needs_spec
async def test_answers_in_xml_are_valid_by_the_schema(client: httpx.AsyncClient) -> None:
    """Acceptance: EPCIS 25, 46."""
    schema = etree.XMLSchema(etree.parse(SPEC / "xsd" / "EPCglobal-epcis-query-2_0.xsd"))
    core = etree.XMLSchema(etree.parse(SPEC / "xsd" / "EPCglobal-epcis-2_0.xsd"))
    await capture(client, event(0))
    failed = await send(
        client, document(EVENT.replace("OBSERVE", "LOOK")), **{"GS1-Capture-Error-Behaviour": "proceed"}
    )
    wish = {"accept": "application/xml"}

    page = await client.get("/epcis/events", headers=wish)
    nothing = await client.get("/epcis/events?EQ_bizStep=packing", headers=wish)
    job = await client.get(failed.headers["location"], headers=wish)
    problem = await client.get("/epcis/events?EQ_colour=red%01", headers=wish)

    for answer, by in ((page, schema), (nothing, schema), (job, core), (problem, core)):
        by.assertValid(etree.fromstring(answer.content))
    assert etree.fromstring(job.content).get("success") == "false"
    assert (problem.status_code, problem.headers["content-type"]) == (400, "application/problem+xml")


async def test_problems_are_told_in_the_form_that_is_liked_best(client: httpx.AsyncClient) -> None:
    """Acceptance: EPCIS 25."""
    in_xml = await client.get("/epcis/events/none", headers={"accept": "text/xml, application/json;q=0.5"})
    in_json = await client.get("/epcis/events/none", headers={"accept": "image/png"})

    root = etree.fromstring(in_xml.content)
    assert root.tag == "{urn:epcglobal:epcis:xsd:2}EPCISException"
    assert [root.findtext(name) for name in ("type", "status", "instance")] == [
        "epcisException:NoSuchNameException",
        "404",
        "/epcis/events/none",
    ]
    assert (in_json.status_code, in_json.headers["content-type"]) == (406, "application/problem+json")


async def test_what_has_no_form_in_xml_is_not_acceptable_in_it(client: httpx.AsyncClient) -> None:
    for path in ("", "bizSteps", "bizSteps/shipping", "capture"):
        answer = await client.get(f"/epcis/{path}", headers={"accept": "application/xml"})
        assert answer.status_code == 406


async def test_words_in_xml_are_spelled_as_the_client_likes(client: httpx.AsyncClient) -> None:
    """Acceptance: EPCIS 38."""
    await capture(client, event(0))
    wish = {"accept": "application/xml"}

    for wanted, spelled in [
        ({}, b"<bizStep>urn:epcglobal:cbv:bizstep:shipping<"),
        ({"GS1-CBV-XML-Format": "Always_URN"}, b"<bizStep>urn:epcglobal:cbv:bizstep:shipping<"),
        ({"GS1-CBV-XML-Format": "Always_Web_URI"}, b"<bizStep>https://ref.gs1.org/cbv/BizStep-shipping<"),
    ]:
        assert spelled in (await client.get("/epcis/events", headers={**wish, **wanted})).content
    (same,) = await events_at(client, "/epcis/events", **{"GS1-CBV-XML-Format": "Always_Web_URI"})
    assert same["bizStep"] == "shipping"
    unknown = await client.get("/epcis/events", headers={"GS1-CBV-XML-Format": "Loud"})
    assert unknown.status_code == 406


@pytest.mark.parametrize(("data", "media"), [(b"<a/>", "application/json"), (b"{}", "text/xml")])
async def test_a_body_that_is_not_what_it_says_is_refused(
    client: httpx.AsyncClient, data: bytes, media: str
) -> None:
    answer = await client.post("/epcis/capture", content=data, headers={"content-type": media})

    assert (answer.status_code, answer.json()["type"]) == (400, "epcisException:ValidationException")


OPENED: list[str] = []


def _watch(name: str, arguments: tuple[Any, ...]) -> None:
    if name in {"open", "socket.connect"} and "forbidden" in str(arguments):
        OPENED.append(f"{name} {arguments}")


@pytest.fixture(scope="module")
def opened() -> Iterator[list[str]]:
    sys.addaudithook(_watch)
    yield OPENED
    OPENED.clear()


NESTED = "<!DOCTYPE a [<!ENTITY l0 'x'>" + "".join(
    f"<!ENTITY l{level} '{f'&l{level - 1};' * 10}'>" for level in range(1, 10)
)

ATTRIBUTE = 'a{}="1"'
MANY = f"<a {' '.join(ATTRIBUTE.format(number) for number in range(2_000))}/>"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (
            document(EVENT, doctype='<!DOCTYPE a [<!ENTITY x SYSTEM "file:///forbidden">]>'),
            "doctype_forbidden",
        ),
        (
            document(EVENT, doctype='<!DOCTYPE a SYSTEM "http://forbidden.example/a.dtd">'),
            "doctype_forbidden",
        ),
        (document(EVENT, doctype=NESTED + "]>"), "doctype_forbidden"),
        (document("<a>" * 5_000 + "</a>" * 5_000), "too_deep"),
        (document(MANY), "too_many_attributes"),
    ],
    ids=["file", "address", "entities", "depth", "attributes"],
)
async def test_what_can_hurt_in_xml_is_refused_unopened(
    client: httpx.AsyncClient, db: Database, opened: list[str], data: bytes, code: str
) -> None:
    """Acceptance: EPCIS 16; T01, T02, T03."""
    for path in ("capture", "events"):
        answer = await client.post(f"/epcis/{path}", content=data, headers=XML)
        assert (answer.status_code, [one["code"] for one in answer.json()["problems"]]) == (400, [code])

    assert opened == []
    assert len(await refusals(db)) == 2


async def test_a_bare_doctype_is_let_through(client: httpx.AsyncClient) -> None:
    """Acceptance: EPCIS 16."""
    assert (await send(client, document(EVENT, doctype="<!DOCTYPE project>"))).status_code == 202


@pytest.mark.parametrize(
    "trick", ['"action": "ADD", "action"', '"weight": 1e400, "action"', '"weight": NaN, "action"']
)
async def test_tricks_in_json_are_refused(client: httpx.AsyncClient, trick: str) -> None:
    """T04."""
    data = bare().replace(b'"action"', trick.encode())

    assert (await client.post("/epcis/events", content=data)).status_code == 400


@needs_spec
async def test_the_xml_documents_that_gs1_publishes_are_captured_and_answered(
    client: httpx.AsyncClient,
) -> None:
    """Acceptance: EPCIS 46."""
    documents = [path.read_bytes() for path in sorted((SPEC / "gs1-xml").rglob("*.xml"))]
    documents = [data for data in documents if b"EPCISDocument" in data or b"EPCISQueryDocument" in data]
    assert len(documents) > 25

    for data in documents:
        sent = await send(client, data)
        assert sent.status_code == 202, sent.text

    answer = await client.get("/epcis/events?perPage=1000", headers={"accept": "application/xml"})
    stored = await events_at(client, "/epcis/events?perPage=1000")
    assert len(epcis.loads(answer.content).events) == len(stored) > 25
