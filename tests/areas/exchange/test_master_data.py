"""Master data come with events or alone, in both syntaxes, and are kept with them or not at all."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from tests.factories.exchange import NOW, PLANT, document, event, events_at, refusals

from seriatim import access, identity
from seriatim.base import limits
from seriatim.base.db import Database
from seriatim.history import master_data

pytestmark = pytest.mark.anyio

VECTORS = Path(__file__).parents[4] / "shared" / "vectors" / "epcis"
BUSINESS_LOCATION = "urn:epcglobal:epcis:vtype:BusinessLocation"
PLANT_URN = "urn:epc:id:sgln:9506000.13435.0"
HALL = f"{PLANT}/254/hall"
TAKEN = "urn:uuid:831c0292-4de1-430a-8255-2aca821abaab"
PROCEED = {"GS1-Capture-Error-Behaviour": "proceed"}
PARTNER = {"authorization": "Bearer key-partner"}


def place(uri: str, *children: str, **attributes: str) -> dict[str, Any]:
    told = [{"id": f"urn:epcglobal:cbv:mda:{name}", "attribute": value} for name, value in attributes.items()]
    return {"id": uri, "attributes": told, "children": list(children)}


def with_master_data(*elements: dict[str, Any], events: tuple[dict[str, Any], ...] = ()) -> bytes:
    told = json.loads(document(*events))
    vocabulary = {"type": BUSINESS_LOCATION, "vocabularyElementList": list(elements)}
    return json.dumps(told | {"epcisHeader": {"epcisMasterData": {"vocabularyList": [vocabulary]}}}).encode()


IN_XML = f"""<m:EPCISMasterDataDocument xmlns:m="urn:epcglobal:epcis-masterdata:xsd:2" schemaVersion="2.0"
 creationDate="2026-11-20T08:00:00Z"><EPCISBody><VocabularyList><Vocabulary type="{BUSINESS_LOCATION}">
 <VocabularyElementList><VocabularyElement id="{PLANT_URN}"><attribute id="urn:epcglobal:cbv:mda:city">Lyon</attribute>
 <children><id>{HALL}</id></children></VocabularyElement></VocabularyElementList></Vocabulary></VocabularyList></EPCISBody>
 </m:EPCISMasterDataDocument>""".encode()


async def job_after(client: httpx.AsyncClient, data: bytes, **headers: str) -> dict[str, Any]:
    answer = await client.post("/epcis/capture", content=data, headers=headers)
    assert answer.status_code == 202, answer.text
    found: dict[str, Any] = (await client.get(answer.headers["location"])).json()
    return found


async def stored(db: Database, uri: str = PLANT) -> list[str]:
    """The values of what is known of a place."""
    async with db.transaction() as tx:
        return [
            str(one.value) for datum in await master_data.known(tx, uri) for one in datum.element.attributes
        ]


async def test_events_and_master_data_are_stored_by_one_job_e19_d24(
    client: httpx.AsyncClient, db: Database
) -> None:
    job = await job_after(client, with_master_data(place(PLANT, HALL, city="Lyon"), events=(event(0),)))

    assert (job["success"], job["accepted"], job["warnings"]) == (True, 1, [])
    assert job["masterData"] == {"stored": 1, "unchanged": 0, "rejected": 0}
    assert await stored(db, PLANT_URN) == ["Lyon"]


async def test_the_same_master_data_in_xml_are_known_already(client: httpx.AsyncClient, db: Database) -> None:
    await job_after(client, with_master_data(place(PLANT, HALL, city="Lyon")))

    job = await job_after(client, IN_XML, **{"content-type": "application/xml"})

    assert job["masterData"] == {"stored": 0, "unchanged": 1, "rejected": 0}
    async with db.transaction() as tx:
        assert [one.version for one in await master_data.versions_of(tx, PLANT)] == [1]


async def test_events_in_a_place_are_found_by_the_site_it_lies_in_until_it_does_not_e35(
    client: httpx.AsyncClient,
) -> None:
    here, there = event(0, bizLocation={"id": HALL}), event(1, bizLocation={"id": "urn:example:yard"})
    await job_after(client, with_master_data(place(PLANT, HALL), events=(here, there)))
    within = f"/epcis/events?WD_bizLocation={quote(PLANT_URN)}"

    assert [one["bizLocation"]["id"] for one in await events_at(client, within)] == [HALL]
    assert await events_at(client, within.replace("WD_", "EQ_")) == []

    await job_after(client, with_master_data(place(PLANT, city="Lyon")))
    assert await events_at(client, within) == []


async def test_a_named_query_may_ask_for_master_data(client: httpx.AsyncClient) -> None:
    await job_after(
        client,
        with_master_data(place(PLANT, city="Lyon"), events=(event(0), event(1, readPoint={"id": HALL}))),
    )
    named = {"name": "lyon", "query": {"EQ_ATTR_readPoint_cbvmda:city": ["Lyon"]}}

    assert (
        await client.post("/epcis/queries", json=named, headers={"content-type": "application/json"})
    ).status_code == 201

    assert [one["readPoint"]["id"] for one in await events_at(client, "/epcis/queries/lyon/events")] == [
        PLANT
    ]


@pytest.mark.parametrize("fault", ["an event", "a circle"])
async def test_a_rolled_back_document_leaves_neither_events_nor_master_data(
    client: httpx.AsyncClient, db: Database, fault: str
) -> None:
    await job_after(client, document(event(0, eventID=TAKEN)))
    told = [place(PLANT, HALL if fault == "an event" else PLANT_URN, city="Lyon"), place("urn:example:yard")]
    events = (event(1, eventID=TAKEN),) if fault == "an event" else (event(2),)

    job = await job_after(client, with_master_data(*told, events=events))

    assert (job["success"], job["accepted"], len(job["errors"])) == (False, 0, 1)
    assert job["masterData"]["stored"] == 0
    assert await stored(db) == []
    assert len(await events_at(client, "/epcis/events")) == 1
    if fault == "a circle":
        assert (
            job["errors"][0]["path"]
            == "/epcisHeader/epcisMasterData/vocabularyList/0/vocabularyElementList/0"
        )
        assert job["errors"][0]["code"] == "master_data_cycle"


async def test_proceeding_keeps_what_is_right_of_both(client: httpx.AsyncClient, db: Database) -> None:
    told = (place(PLANT, PLANT_URN), place(HALL, city="Lyon"))

    job = await job_after(
        client, with_master_data(*told, events=(event(0), event(1, bizStep="shiping"))), **PROCEED
    )

    assert (job["success"], job["accepted"], job["rejected"], job["errorCount"]) == (False, 1, 1, 2)
    assert job["masterData"] == {"stored": 1, "unchanged": 0, "rejected": 1}
    assert (await stored(db, HALL), await stored(db)) == (["Lyon"], [])


async def test_a_document_tells_of_so_many_things_and_no_more(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MASTER_DATA_ELEMENTS", 2)
    told = [place(f"urn:example:{number}", city="Lyon") for number in range(3)]

    assert (await job_after(client, with_master_data(*told[:2])))["masterData"]["stored"] == 2
    answer = await client.post("/epcis/capture", content=with_master_data(*told))
    assert (answer.status_code, answer.json()["type"]) == (
        413,
        "epcisException:CaptureLimitExceededException",
    )


async def our_catalogue(db: Database) -> None:
    async with db.transaction() as tx:
        own, other = (
            identity.Party(gln=gln, name=gln, kind=kind, country="DE")
            for gln, kind in (("9506000134352", "owner"), ("4012345000009", "distributor"))
        )
        places = [
            identity.Location(
                gln=gln,
                name=gln,
                party_gln=party.gln,
                kind="plant",
                country="DE",
                city="Ulm",
                latitude=0,
                longitude=0,
            )
            for gln, party in (("9506000134369", own), ("4012345000115", other))
        ]
        await identity.save_parties(tx, [own, other], actor=access.SYSTEM, now=NOW)
        await identity.save_locations(tx, places, actor=access.SYSTEM, now=NOW)
        product = identity.Product(gtin="09506000134352", name="Tea")
        await identity.save_products(tx, [product], actor=access.SYSTEM, now=NOW)


@pytest.mark.parametrize(
    "told",
    [
        place("urn:epc:idpat:sgtin:9506000.013435.*", city="X"),
        place("urn:epc:class:lgtin:9506000.013435.L1", city="X"),
        place(PLANT_URN, city="X"),
        place("urn:epc:id:pgln:9506000.13435", city="X"),
        place("https://example.com/414/9506000134369/254/dock", city="X"),
        place("https://id.gs1.org/414/4012345000115", "https://id.gs1.org/414/9506000134369"),
    ],
)
async def test_a_partner_does_not_tell_what_our_products_and_places_are(
    client: httpx.AsyncClient, db: Database, told: dict[str, Any]
) -> None:
    await our_catalogue(db)
    data = with_master_data(told, events=(event(0),))

    answer = await client.post("/epcis/capture", content=data, headers=PARTNER)

    assert (answer.status_code, answer.json()["code"]) == (403, "not_your_master_data")
    assert await refusals(db) == [("POST /epcis/capture", "not_your_master_data")]
    assert (await stored(db, told["id"]), await events_at(client, "/epcis/events")) == ([], [])
    assert (await job_after(client, data))["masterData"]["stored"] == 1, "the house itself may"


async def test_a_partner_tells_of_its_own_places_and_of_no_others(
    client: httpx.AsyncClient, db: Database
) -> None:
    await our_catalogue(db)
    own, other = "https://id.gs1.org/414/4012345000115", "urn:epc:id:sgln:4012345.00011.0"

    assert (await job_after(client, with_master_data(place(own, city="Ulm")), **PARTNER))["success"]
    assert (await job_after(client, with_master_data(place(other, city="Bonn")), **PARTNER))["success"]
    assert (await job_after(client, with_master_data(place(own, city="Köln"))))["success"]
    answer = await client.post(
        "/epcis/capture", content=with_master_data(place(own, city="Rom")), headers=PARTNER
    )

    assert (answer.status_code, answer.json()["code"]) == (403, "not_your_master_data")
    assert await stored(db, own) == ["Köln"]


async def test_a_place_is_no_other_place_under_another_vocabulary(
    client: httpx.AsyncClient, db: Database
) -> None:
    """Alone, and beside a place of the partner's own: neither changes what somebody else has told."""
    theirs, own = "urn:epc:id:sgln:4012345.00011.0", "urn:epc:id:sgln:4012345.00022.0"
    assert (await job_after(client, with_master_data(place(theirs, city="Bonn"))))["success"]
    told = json.loads(with_master_data(place(theirs, city="Rom"), place(own, city="Ulm")))
    (vocabulary,) = told["epcisHeader"]["epcisMasterData"]["vocabularyList"]

    statuses = []
    for kinds in (["ReadPoint"], ["BusinessLocation", "ReadPoint"], ["ReadPoint", "BusinessLocation"]):
        told["epcisHeader"]["epcisMasterData"]["vocabularyList"] = [
            {**vocabulary, "type": f"urn:epcglobal:epcis:vtype:{kind}"} for kind in kinds
        ]
        answer = await client.post("/epcis/capture", content=json.dumps(told), headers=PARTNER)
        statuses.append((answer.status_code, answer.json().get("code") if answer.content else None))

    assert statuses == [(403, "not_your_master_data")] * 3
    assert await stored(db, theirs) == ["Bonn"]


@pytest.mark.skipif(not VECTORS.is_dir(), reason="the third-party vectors are not beside the checkout")
async def test_the_master_data_that_gs1_publishes_are_kept_and_known_again(
    client: httpx.AsyncClient, db: Database
) -> None:
    files = [
        file
        for file in sorted(VECTORS.glob("gs1-xml/**/*.xml"))
        if b"<VocabularyElement" in file.read_bytes()
    ]
    assert len(files) >= 3
    for file in files:
        first, again = [
            (await job_after(client, file.read_bytes(), **{"content-type": "application/xml"}))["masterData"]
            for _ in range(2)
        ]
        assert first["stored"] > 0, file.name
        assert again == {"stored": 0, "unchanged": first["stored"], "rejected": 0}, file.name
    site, aisle = (f"urn:epc:id:sgln:0037000.00729.{place}" for place in ("0", "8201"))
    await job_after(client, document(event(0, bizLocation={"id": aisle})))
    assert len(await events_at(client, f"/epcis/events?WD_bizLocation={site}")) == 1


async def test_a_partner_asks_the_master_data_that_it_has_told_itself(
    client: httpx.AsyncClient, db: Database
) -> None:
    await our_catalogue(db)
    own, dock = "https://id.gs1.org/414/4012345000115", "https://id.gs1.org/414/4012345000115/254/dock"
    here = event(0, readPoint={"id": dock}, bizLocation={"id": PLANT})
    await job_after(
        client, with_master_data(place(own, dock), place(dock, city="Ulm"), events=(here,)), **PARTNER
    )
    await job_after(client, with_master_data(place(PLANT, city="Bonn"), place("urn:example:land", PLANT)))
    asked = {
        f"WD_readPoint={quote(own)}": 1,
        "EQ_ATTR_readPoint_cbvmda:city=Ulm": 1,
        "EQ_ATTR_bizLocation_cbvmda:city=Bonn": 0,
        "HASATTR_bizLocation=urn:epcglobal:cbv:mda:city": 0,
        "WD_bizLocation=urn:example:land": 0,
    }

    for query, count in asked.items():
        assert len(await events_at(client, f"/epcis/events?{query}", **PARTNER)) == count, query
        assert len(await events_at(client, f"/epcis/events?{query}")) == 1, query
