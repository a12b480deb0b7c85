"""What a partner does not see is answered at every door exactly as what is not there (ADR-0018)."""

from typing import Any
from urllib.parse import quote

import httpx
import pytest
from tests.factories.exchange import PLANT, UNIT, bare, capture, event, events_at

pytestmark = pytest.mark.anyio

PARTNER = {"authorization": "Bearer key-partner"}
HIDDEN = "urn:uuid:831c0292-4de1-430a-8255-2aca821abaab"
MISSING = "urn:uuid:831c0292-4de1-430a-8255-2aca821abaac"
STEP, OTHER_STEP = "https://ns.example.com/paint", "https://ns.example.com/print"
YARD, OTHER_YARD = "urn:example:yard", "urn:example:barn"
OTHER_UNIT = UNIT[:-2] + "Z9"


@pytest.fixture
async def house(client: httpx.AsyncClient) -> httpx.AsyncClient:
    """One event of ours, one of the partner's."""
    hidden: dict[str, Any] = {"eventID": HIDDEN, "bizStep": STEP, "readPoint": {"id": YARD}}
    await capture(client, event(0, **hidden))
    await capture(client, event(1, epcList=["urn:example:pump-7"]), **PARTNER)
    return client


@pytest.mark.parametrize(
    ("hidden", "missing"),
    [
        (f"/events/{quote(HIDDEN, safe='')}", f"/events/{quote(MISSING, safe='')}"),
        (f"/epcs/{quote(UNIT, safe='')}", f"/epcs/{quote(OTHER_UNIT, safe='')}"),
        (f"/epcs/{quote(UNIT, safe='')}/events", f"/epcs/{quote(OTHER_UNIT, safe='')}/events"),
        (f"/bizSteps/{quote(STEP, safe='')}", f"/bizSteps/{quote(OTHER_STEP, safe='')}"),
        (f"/bizSteps/{quote(STEP, safe='')}/events", f"/bizSteps/{quote(OTHER_STEP, safe='')}/events"),
        (f"/readPoints/{quote(YARD, safe='')}/events", f"/readPoints/{quote(OTHER_YARD, safe='')}/events"),
        (f"/events?EQ_eventID={HIDDEN}", f"/events?EQ_eventID={MISSING}"),
        (f"/events?MATCH_anyEPC={UNIT}", f"/events?MATCH_anyEPC={OTHER_UNIT}"),
        (
            f"/events?EQ_bizStep={STEP}&orderBy=eventTime&eventCountLimit=1",
            f"/events?EQ_bizStep={OTHER_STEP}&orderBy=eventTime&eventCountLimit=1",
        ),
        ("/queries/ours", "/queries/none"),
        ("/queries/ours/events", "/queries/none/events"),
    ],
)
async def test_what_is_hidden_answers_as_what_is_missing(
    house: httpx.AsyncClient, hidden: str, missing: str
) -> None:
    await house.post(
        "/epcis/queries",
        content='{"name": "ours", "query": {}}',
        headers={"content-type": "application/json"},
    )

    ours = await house.get(f"/epcis{hidden}")
    one, other = [await house.get(f"/epcis{path}", headers=PARTNER) for path in (hidden, missing)]

    assert ours.status_code in {200, 413}
    assert "pump-7" not in one.text
    assert (one.status_code, dict(one.headers) | {"content-length": ""}) == (
        other.status_code,
        dict(other.headers) | {"content-length": ""},
    )
    told = [answer.json() for answer in (one, other)]
    for answer in told:
        for name in ("instance", "detail", "creationDate"):
            answer.pop(name, None)
    assert told[0] == told[1]


async def test_lists_and_pages_hold_what_the_partner_sees(house: httpx.AsyncClient) -> None:
    every = (await house.get("/epcis/epcs")).json()["member"]
    mine = (await house.get("/epcis/epcs", headers=PARTNER)).json()["member"]
    places = (await house.get("/epcis/readPoints", headers=PARTNER)).json()["member"]
    steps = (await house.get("/epcis/bizSteps?perPage=100", headers=PARTNER)).json()["member"]
    only = await house.get("/epcis/events?perPage=1", headers=PARTNER)

    assert sorted(every) == sorted([UNIT, "urn:example:pump-7"])
    assert mine == ["urn:example:pump-7"]
    assert places == [PLANT]
    assert STEP not in steps
    assert "link" not in only.headers


async def test_a_page_token_is_good_for_who_was_given_it(house: httpx.AsyncClient) -> None:
    await capture(house, event(2, epcList=["urn:example:pump-8"]), **PARTNER)
    first = await house.get("/epcis/events?perPage=1", headers=PARTNER)
    address = first.headers["link"].partition(">")[0].removeprefix("<")

    assert (await house.get(address)).status_code == 400
    assert (await house.get(address, headers=PARTNER)).status_code == 200


async def test_the_query_of_a_partner_answers_the_partner_with_its_own_part(house: httpx.AsyncClient) -> None:
    await house.post(
        "/epcis/queries",
        content='{"name": "all", "query": {}}',
        headers={**PARTNER, "content-type": "application/json"},
    )

    assert len(await events_at(house, "/epcis/queries/all/events", **PARTNER)) == 1
    assert len(await events_at(house, "/epcis/queries/all/events")) == 2
    assert [one["name"] for one in (await house.get("/epcis/queries", headers=PARTNER)).json()] == ["all"]


async def test_the_auditor_keeps_no_query(house: httpx.AsyncClient) -> None:
    """T23: the auditor reads all and writes nothing."""
    headers = {"authorization": "Bearer key-auditor", "content-type": "application/json"}

    refused = await house.post("/epcis/queries", content='{"name": "x", "query": {}}', headers=headers)

    assert refused.status_code == 403


async def test_what_a_partner_sends_twice_is_told_as_twice(house: httpx.AsyncClient) -> None:
    """D22, E21: and an eventID that is taken is taken, whoever owns it; nothing of its event is told."""
    again = await house.post(
        "/epcis/events", content=bare(minute=1, epcList=["urn:example:pump-7"]), headers=PARTNER
    )
    taken = await house.post("/epcis/events", content=bare(minute=5, eventID=HIDDEN), headers=PARTNER)

    assert (again.status_code, again.json()["identical"]) == (409, True)
    assert (taken.status_code, taken.json()["identical"]) == (409, False)
    assert STEP not in taken.text
