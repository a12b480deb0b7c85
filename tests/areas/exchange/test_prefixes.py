"""Digital Links are answered as EPC URNs where the company prefix is known, and stay what they are where it is not."""

from typing import Any

import httpx
import pytest
from tests.factories.exchange import NOW, PLANT, UNIT, URN, capture, event, events_at

from seriatim import access, gs1, identity
from seriatim.areas.exchange.prefixes import KnownPrefixes
from seriatim.base.db import Database

pytestmark = pytest.mark.anyio

URNS = {"GS1-EPC-Format": "Always_EPC_URN"}
CASE, CASE_URN = "https://id.gs1.org/00/195060001343520014", "urn:epc:id:sscc:9506000.1134352001"
PLANT_URN = "urn:epc:id:sgln:9506000.13435.0"
STRANGER = "https://id.gs1.org/01/04012345678901/21/A1"


async def know(db: Database, **fields: Any) -> None:
    """A product of ours, whose company prefix is known."""
    product = identity.Product(name="Tea", **fields)
    async with db.transaction() as tx:
        await identity.save_products(tx, [product], actor=access.SYSTEM, now=NOW)


async def test_a_known_prefix_gives_urns_in_every_field_and_an_unknown_one_leaves_the_link(
    client: httpx.AsyncClient, db: Database
) -> None:
    """E38: Always_EPC_URN with unknown prefix length keeps the Digital Link."""
    await know(db, gtin="09506000134352", gcp_length=7)
    await capture(client, event(0, epcList=[UNIT, CASE, STRANGER, "urn:example:pump-7"]))

    (told,) = await events_at(client, "/epcis/events", **URNS)
    (alone,) = await events_at(
        client, f"/epcis/events/{told['eventID']}".replace("?", "%3F").replace(";", "%3B"), **URNS
    )
    xml = await client.get("/epcis/events", headers={**URNS, "accept": "application/xml"})

    assert told["epcList"] == [URN, CASE_URN, STRANGER, "urn:example:pump-7"]
    assert told["readPoint"] == {"id": PLANT_URN}
    assert alone == told
    assert all(f">{one}<" in xml.text for one in (URN, CASE_URN, STRANGER, PLANT_URN))


async def test_lists_are_in_the_form_asked_for(client: httpx.AsyncClient, db: Database) -> None:
    """E38: GS1-EPC-Format counts for things and places, too."""
    await know(db, gtin="09506000134352", gcp_length=7)
    await capture(client, event(0, epcList=[UNIT, STRANGER]))

    things = (await client.get("/epcis/epcs", headers=URNS)).json()["member"]
    places = (await client.get("/epcis/readPoints", headers=URNS)).json()["member"]
    links = (await client.get("/epcis/epcs")).json()["member"]

    assert set(things) == {URN, STRANGER}
    assert places == [PLANT_URN]
    assert set(links) == {UNIT, STRANGER}


async def test_a_urn_in_an_event_tells_the_prefix_of_that_event_and_of_no_other(
    client: httpx.AsyncClient,
) -> None:
    """E38: what was captured as a URN stays one; ADR-0011: nobody's word about a prefix reaches the events of others."""
    await capture(client, event(0, epcList=[URN]), event(1))

    first, second = await events_at(client, "/epcis/events", **URNS)

    assert (first["epcList"], first["readPoint"]) == ([URN], {"id": PLANT_URN})
    assert (second["epcList"], second["readPoint"]) == ([UNIT], {"id": PLANT})


async def test_the_master_data_win_over_what_an_event_says(client: httpx.AsyncClient, db: Database) -> None:
    await know(db, gtin="09506000134352", gcp_length=7)
    wrong = "urn:epc:id:sgtin:95060001.03435.A2"
    await capture(client, event(0, epcList=[wrong, UNIT]))

    (told,) = await events_at(client, "/epcis/events", **URNS)

    assert told["epcList"] == [wrong, URN]


@pytest.mark.parametrize(
    ("known", "digits", "length"),
    [
        (["9506000"], "9506000134352", 7),
        (["9506000"], "9506001134352", None),
        (["9506000", "95060001"], "9506000134352", None),
        (["9506000", "9506"], "9506999134352", None),
        (["9506000", "4012345"], "4012345000009", 7),
        ([], "4012345000009", None),
    ],
)
def test_prefixes_that_contradict_each_other_are_not_used(
    known: list[str], digits: str, length: int | None
) -> None:
    """ADR-0011."""
    prefixes: gs1.CompanyPrefixes = KnownPrefixes(known)

    assert prefixes.length_of(digits) == length
