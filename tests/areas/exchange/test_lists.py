"""Collections, discovery, and trying a document out."""

from typing import Any
from urllib.parse import quote

import httpx
import pytest
from tests.factories.exchange import PLANT, UNIT, URN, bare, capture, document, event, refusals

from seriatim import history
from seriatim.base.db import Database

pytestmark = pytest.mark.anyio

STEP = "https://ns.example.com/steps/"


async def members(client: httpx.AsyncClient, address: str, **headers: str) -> list[list[str]]:
    """The members of a list, page by page."""
    pages = []
    while address:
        answer = await client.get(address, headers=headers)
        assert (answer.status_code, answer.json()["type"]) == (200, "Collection"), answer.text
        pages.append(answer.json()["member"])
        address = answer.headers.get("link", "").partition(">")[0].removeprefix("<")
    return pages


async def test_every_list_comes_in_pages_each_member_once(client: httpx.AsyncClient) -> None:
    """Acceptance: EPCIS 39."""
    units = [f"{UNIT}{number}" for number in range(5)]
    own = [f"{STEP}{number}" for number in range(5)]
    told: list[dict[str, Any]] = [
        event(number, epcList=[unit], bizStep=step, bizLocation={"id": f"urn:example:shelf-{number}"})
        for number, (unit, step) in enumerate(zip(units, own, strict=True))
    ]
    await capture(client, *told, event(9, epcList=[URN]))

    things = await members(client, "/epcis/epcs?perPage=2")
    steps = [one for page in await members(client, "/epcis/bizSteps?perPage=7") for one in page]
    shelves = await members(client, "/epcis/bizLocations?perPage=4")
    types = await members(client, "/epcis/eventTypes?perPage=3")

    assert [len(page) for page in things] == [2, 2, 2]
    assert {one for page in things for one in page} == {UNIT, *units}
    assert len(steps) == len(set(steps))
    assert steps[-5:] == own
    assert "shipping" in steps
    assert shelves == [[f"urn:example:shelf-{n}" for n in range(4)], ["urn:example:shelf-4"]]
    assert [len(page) for page in types] == [3, 2]


async def test_a_list_uses_the_prefixes_of_the_client(client: httpx.AsyncClient) -> None:
    await capture(client, event(0, bizStep=STEP + "polishing"))

    pages = await members(client, "/epcis/bizSteps?perPage=1000", **{"GS1-Extensions": f"my={STEP}"})

    assert pages[0][-1] == "my:polishing"


async def test_the_root_names_what_is_offered(client: httpx.AsyncClient) -> None:
    ((*offered,),) = await members(client, "/epcis")

    for name in offered:
        assert (await client.get(f"/epcis/{name}")).status_code == 200
    assert {"capture", "events", "epcs", "bizSteps"} < set(offered)


THING = quote(UNIT, safe="")


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("", "OPTIONS, GET"),
        ("/", "OPTIONS, GET"),
        ("/capture", "OPTIONS, GET, POST"),
        ("/capture/1", "OPTIONS, GET"),
        ("/events", "OPTIONS, GET, POST"),
        ("/events/capture", "OPTIONS, GET"),
        ("/epcs", "OPTIONS, GET"),
        (f"/epcs/{THING}", "OPTIONS, GET"),
        (f"/epcs/{THING}/events", "OPTIONS, GET"),
        *((f"/{name}", "OPTIONS, GET") for name in ("eventTypes", "bizSteps", "dispositions")),
        *((f"/{name}/x/events", "OPTIONS, GET") for name in ("bizLocations", "readPoints")),
        ("/validate", "OPTIONS, POST"),
        ("/queries", "OPTIONS, GET, POST"),
        ("/queries/mine", "OPTIONS, GET, DELETE"),
        ("/queries/mine/events", "OPTIONS, GET"),
    ],
)
async def test_every_path_tells_what_it_takes(client: httpx.AsyncClient, path: str, allowed: str) -> None:
    """Acceptance: EPCIS 25, 39."""
    answer = await client.options(f"/epcis{path}")
    refused = await client.patch(f"/epcis{path}")
    too_new = await client.options(f"/epcis{path}", headers={"GS1-EPCIS-Min": "3.0"})

    assert (answer.status_code, answer.headers["allow"], answer.content) == (204, allowed, b"")
    wanted = ["EPCIS-Version", "EPCIS-Min", "EPCIS-Max", "CBV-Version", "CBV-Min", "CBV-Max", "EPC-Format"]
    for name in (*wanted, "CBV-XML-Format", "Extensions", "Vendor-Version"):
        assert f"gs1-{name.lower()}" in answer.headers
    assert ("gs1-epcis-capture-limit" in answer.headers) == path.startswith("/capture")
    assert (refused.status_code, refused.headers["allow"]) == (405, allowed)
    assert too_new.status_code == 406


@pytest.mark.parametrize("name", ["bizSteps", "bizLocations", "readPoints", "eventTypes", "dispositions"])
async def test_a_member_that_nobody_uses_is_not_there(client: httpx.AsyncClient, name: str) -> None:
    await capture(client, event(0))

    assert (await client.get(f"/epcis/{name}/urn%3Aexample%3Anone")).status_code == 404
    assert (await client.get(f"/epcis/{name}?colour=red")).status_code == 400
    assert (await client.get(f"/epcis/{name}?nextPageToken=x.y")).status_code == 400
    place = await client.get(f"/epcis/readPoints/{quote(PLANT, safe='')}")
    assert place.json()["member"] == ["events"]


async def test_a_document_is_tried_out_and_nothing_is_kept(client: httpx.AsyncClient, db: Database) -> None:
    name = "urn:uuid:9f8c6c5e-3a0d-4b6e-9d8e-000000000001"
    await capture(client, event(0), event(1, eventID=name))
    data = document(event(0), event(2), event(3, action="LOOK"), event(4, eventID=name, bizStep="receiving"))

    tried = (await client.post("/epcis/validate", content=data)).json()
    unreadable = await client.post("/epcis/validate", content=b"{")
    not_a_document = await client.post("/epcis/validate", content=bare())

    assert (tried["success"], tried["accepted"], tried["duplicates"], tried["rejected"]) == (False, 1, 1, 2)
    assert sorted(one["eventIndex"] for one in tried["errors"]) == [2, 3]
    assert (unreadable.status_code, not_a_document.status_code) == (400, 400)
    assert len((await client.get("/epcis/capture")).json()) == 1
    assert await refusals(db) == []
    async with db.transaction() as tx:
        assert (await history.counts(tx)).events == 2
