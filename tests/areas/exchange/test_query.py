"""The query language of EPCIS through the doors."""

from typing import Any
from urllib.parse import quote

import httpx
import pytest
from tests.factories.exchange import UNIT, URN, capture, event, events_at

from seriatim.base import limits

pytestmark = pytest.mark.anyio

SSCC = "https://id.gs1.org/00/095060001343520017"
CLASS = "https://id.gs1.org/01/09506000134352"


def packed(minute: int, **fields: Any) -> dict[str, Any]:
    made = event(minute, type="AggregationEvent", bizStep="packing", **fields)
    del made["epcList"]
    return made


def sensed(minute: int, metadata: dict[str, Any], **report: Any) -> dict[str, Any]:
    return event(
        minute,
        sensorElementList=[
            {"sensorMetadata": metadata, "sensorReport": [{"type": "Temperature", "uom": "CEL", **report}]}
        ],
    )


async def minutes(client: httpx.AsyncClient, query: str, **headers: str) -> list[int]:
    found = await events_at(client, f"/epcis/events?{query}", **headers)
    return [int(one["eventTime"][14:16]) for one in found]


async def test_each_role_of_a_thing_has_its_parameter(client: httpx.AsyncClient) -> None:
    """Acceptance: EPCIS 27."""
    quantity = [{"epcClass": CLASS + "/10/L1", "quantity": 4}]
    await capture(
        client,
        event(0),
        packed(1, parentID=SSCC, childEPCs=[UNIT]),
        packed(2, parentID=SSCC, childQuantityList=quantity),
        event(3, epcList=[UNIT + "9"]),
    )
    sscc, lot = quote(SSCC, safe=""), quote(CLASS + "/10/L1", safe="")

    assert await minutes(client, f"MATCH_epc={sscc}") == []
    assert await minutes(client, f"MATCH_anyEPC={sscc}") == [1, 2]
    assert await minutes(client, f"MATCH_parentID={sscc}") == [1, 2]
    assert await minutes(client, f"MATCH_epc={quote(URN)}") == [0, 1]
    assert await minutes(client, f"MATCH_epc={quote(URN)}&MATCH_parentID={sscc}") == [1]
    assert await minutes(client, f"MATCH_epcClass={lot}") == [2]
    assert await minutes(client, f"MATCH_anyEPCClass={lot}&GE_quantity=4") == [2]
    assert await minutes(client, "GT_quantity=4") == []


async def test_a_pattern_means_its_parts_and_signs_in_a_serial_mean_themselves(
    client: httpx.AsyncClient,
) -> None:
    """Acceptance: EPCIS 28."""
    serials = ["a_b", "a%25b", "a*b", "axb"]
    links = [f"{CLASS}/21/{serial}" for serial in serials]
    await capture(client, *[event(minute, epcList=[link]) for minute, link in enumerate(links)])
    await capture(client, event(9, epcList=["https://id.gs1.org/01/04012345123456/21/axb"]))

    pattern = "urn:epc:idpat:sgtin:9506000.013435.*"
    assert await minutes(client, f"MATCH_epc={quote(pattern)}") == [0, 1, 2, 3]
    for minute, link in enumerate(links):
        assert await minutes(client, f"MATCH_epc={quote(link, safe='')}") == [minute]
        assert await minutes(client, f"MATCH_epcClass={quote(link, safe='')}") == []


async def test_the_first_so_many_go_over_pages(client: httpx.AsyncClient) -> None:
    """Acceptance: EPCIS 31."""
    await capture(client, *[event(minute) for minute in range(8)])

    address, seen = "/epcis/events?orderBy=eventTime&eventCountLimit=5&perPage=2", []
    while address:
        answer = await client.get(address)
        listed = answer.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
        seen.append([int(one["eventTime"][14:16]) for one in listed])
        address = answer.headers.get("link", "").partition(">")[0].removeprefix("<")

    assert seen == [[7, 6], [5, 4], [3]]


async def test_more_than_the_client_wants_at_most_is_refused(client: httpx.AsyncClient) -> None:
    """Acceptance: EPCIS 31."""
    await capture(client, *[event(minute) for minute in range(4)])

    assert len(await minutes(client, "maxEventCount=4")) == 4
    refused = await client.get("/epcis/events?maxEventCount=3")
    assert (refused.status_code, refused.json()["type"]) == (413, "epcisException:QueryTooLargeException")
    for query in ("eventCountLimit=1", "eventCountLimit=1&maxEventCount=1&orderBy=eventTime"):
        assert (await client.get(f"/epcis/events?{query}")).status_code == 400


async def test_what_no_index_knows_is_looked_for_up_to_a_limit(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await capture(client, *[event(minute) for minute in range(6)])
    monkeypatch.setattr("seriatim.history.queries.CHUNK", 2)
    monkeypatch.setattr(limits, "QUERY_SCAN_EVENTS", 4)

    refused = await client.get("/epcis/events?GT_quantity=1")
    bounded = await minutes(client, "GT_quantity=1&LT_eventTime=2026-11-20T08:04:00Z")

    assert (refused.status_code, refused.json()["type"]) == (413, "epcisException:QueryTooComplexException")
    assert bounded == []


async def test_declarations_of_errors_are_asked_for(client: httpx.AsyncClient) -> None:
    """Acceptance: EPCIS 24, 32."""
    name = "urn:uuid:9f8c6c5e-3a0d-4b6e-9d8e-000000000001"
    wrong = {"declarationTime": "2026-11-20T09:00:00Z", "reason": "did_not_occur"}
    await capture(client, event(0, eventID=name), event(1))
    await capture(client, event(0, eventID=name, errorDeclaration=wrong))

    assert len(await events_at(client, f"/epcis/events/{quote(name, safe='')}")) == 2
    assert (await client.get("/epcis/events/none")).status_code == 404
    for truth in ("true", "1"):
        assert await minutes(client, f"EXISTS_errorDeclaration={truth}") == [0]
    for untruth in ("false", "0"):
        assert len(await minutes(client, f"EXISTS_errorDeclaration={untruth}")) == 3
    for spelling in ("errorDeclarationTime", "errorDeclaration_Time"):
        assert await minutes(client, f"GE_{spelling}=2026-11-20T10:00:00+01:00") == [0]
        assert await minutes(client, f"LT_{spelling}=2026-11-20T09:00:00Z") == []
    assert await minutes(client, "EQ_errorReason=did_not_occur") == [0]


async def test_sensor_values_are_compared_in_one_unit(client: httpx.AsyncClient) -> None:
    """Acceptance: EPCIS 33, 34."""
    await capture(
        client,
        sensed(0, {"deviceID": "urn:example:thermometer"}, value=5),
        sensed(1, {}, value=4, deviceID="urn:example:thermometer"),
    )

    assert await minutes(client, "EQ_type=Temperature&GE_value_KEL=278") == [0]
    assert await minutes(client, "EQ_type=Temperature&GE_value_KEL=279") == []
    assert await minutes(client, "GE_value_PAL=1") == []
    assert await minutes(client, "EQ_deviceID=urn:example:thermometer") == [0, 1]


async def test_extension_fields_are_asked_for_by_the_prefix_of_the_client(client: httpx.AsyncClient) -> None:
    """Acceptance: EPCIS 15, 17."""
    born = event(0, action="ADD", bizStep="commissioning", ilmd={"cbvmda:lotNumber": "L1"})
    coloured = event(1, **{"https://ns.example.com/colour": "red", "https://ns.example.com/weight": 7})
    await capture(client, born, coloured)
    prefix = {"GS1-Extensions": "my=https://ns.example.com/"}

    assert await minutes(client, "EQ_ILMD_cbvmda:lotNumber=L1") == [0]
    assert await minutes(client, "EQ_my:colour=red", **prefix) == [1]
    assert await minutes(client, "GT_my:weight=6&LE_my:weight=7", **prefix) == [1]
    assert (await client.get("/epcis/events?EQ_my:colour=red")).status_code == 400
    assert await minutes(client, "orderBy=my:weight", **prefix) == [1, 0]


async def test_pages_by_a_field_of_ones_own_repeat_nothing(client: httpx.AsyncClient) -> None:
    await capture(
        client, *[event(minute, **{"https://ns.example.com/rank": minute % 3}) for minute in range(6)]
    )
    prefix = {"GS1-Extensions": "my=https://ns.example.com/"}

    address, seen = "/epcis/events?orderBy=my:rank&orderDirection=ASC&perPage=4", []
    while address:
        answer = await client.get(address, headers=prefix)
        seen += answer.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
        address = answer.headers.get("link", "").partition(">")[0].removeprefix("<")

    assert [int(one["eventTime"][14:16]) for one in seen] == [0, 3, 1, 4, 2, 5]


async def test_the_filter_of_a_path_and_that_of_the_query_must_both_hold(client: httpx.AsyncClient) -> None:
    other = UNIT + "9"
    await capture(client, event(0), event(1, epcList=[UNIT, other]), event(2, epcList=[other]))

    path = f"/epcis/epcs/{quote(UNIT, safe='')}/events?MATCH_anyEPC={quote(other, safe='')}"

    assert [one["eventTime"][14:16] for one in await events_at(client, path)] == ["01"]


async def test_a_thousand_events_of_one_moment_lose_none_over_pages(client: httpx.AsyncClient) -> None:
    """Acceptance: EPCIS 3."""
    await capture(client, *[event(0, epcList=[f"{CLASS}/21/S{number}"]) for number in range(1_000)])

    address, seen = "/epcis/events?perPage=300&orderBy=recordTime", []
    while address:
        answer = await client.get(address)
        listed = answer.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
        seen += [one["epcList"][0] for one in listed]
        address = answer.headers.get("link", "").partition(">")[0].removeprefix("<")

    assert (len(seen), len(set(seen))) == (1_000, 1_000)
