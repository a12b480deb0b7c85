"""What the key of a partner can do to our units: report what it did with them, and nothing else (T08)."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from seriatim import access, history, identity
from seriatim.app import App
from seriatim.base.clock import FixedClock
from seriatim.base.db import Database
from seriatim.base.environment import Environment
from seriatim.base.settings import Settings
from seriatim.history import partners
from seriatim.web.site import build_site

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
GTIN = "09506000134352"
OURS = f"https://id.gs1.org/01/{GTIN}/21/A1"
THEIRS = "https://id.gs1.org/01/04012345678901/21/A1"
CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"


@pytest.fixture
async def site(db: Database, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """The site with one product of ours; requests carry the key that they name: `maker` or `partner`."""
    environment = Environment(
        Settings(data=tmp_path, public_url="http://test"), FixedClock(NOW), bytes(range(32))
    )
    async with db.transaction() as tx:
        product = identity.Product(gtin=GTIN, name="Tea", brand="Hill")
        await identity.save_products(tx, [product], actor=access.SYSTEM, now=NOW)
        keys = {
            "maker": await access.create_key(tx, "integration", "maker", actor=access.SYSTEM, now=NOW),
            "partner": await access.create_key(tx, "partner", "partner", actor=access.SYSTEM, now=NOW),
            "packer": await access.create_key(tx, "line_operator", "packer", actor=access.SYSTEM, now=NOW),
        }

    async def sign(request: httpx.Request) -> None:
        request.headers["authorization"] = f"Bearer {keys[request.headers.pop('who')].secret}"

    async with (
        build_site(App(environment, db)) as app,
        httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app), base_url="http://test", event_hooks={"request": [sign]}
        ) as client,
    ):
        yield client


def event(epc: str = OURS, **fields: Any) -> dict[str, Any]:
    return {
        "@context": [CONTEXT],
        "type": "ObjectEvent",
        "eventTime": "2026-11-20T08:00:00.000Z",
        "eventTimeZoneOffset": "+01:00",
        "action": "OBSERVE",
        "bizStep": "receiving",
        "epcList": [epc],
        **fields,
    }


async def tell(site: httpx.AsyncClient, who: str, told: dict[str, Any]) -> httpx.Response:
    headers = {"who": who, "content-type": "application/ld+json"}
    return await site.post("/epcis/events", content=json.dumps(told), headers=headers)


MADE = event(action="ADD", bizStep="commissioning")
ENDED = event(action="DELETE", bizStep="destroying")
TRANSFORMED = {
    **{name: value for name, value in event(bizStep="repackaging").items() if name not in {"epcList", "action"}},
    "type": "TransformationEvent",
    "inputEPCList": [THEIRS],
    "outputEPCList": [OURS],
}  # fmt: skip


@pytest.mark.parametrize("told", [MADE, ENDED, TRANSFORMED], ids=["made", "ended", "transformed"])
async def test_T08_a_partner_neither_makes_nor_ends_a_unit_of_ours(
    site: httpx.AsyncClient, db: Database, told: dict[str, Any]
) -> None:
    answer = await tell(site, "partner", told)

    assert (answer.status_code, answer.json()["code"]) == (403, "not_yours")
    async with db.transaction(readonly=True) as tx:
        assert (await history.counts(tx)).events == 0
        (refusal,) = await access.refusals(tx, None, None, 10)
    assert (refusal.code, refusal.door) == ("not_yours", "POST /epcis/events")


async def test_T08_one_such_event_refuses_the_whole_document(site: httpx.AsyncClient, db: Database) -> None:
    events = [
        {name: value for name, value in one.items() if name != "@context"} for one in (event(THEIRS), MADE)
    ]
    document = {
        "@context": [CONTEXT],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-11-20T08:00:00Z",
        "epcisBody": {"eventList": events},
    }
    headers = {
        "who": "partner",
        "content-type": "application/ld+json",
        "GS1-Capture-Error-Behaviour": "proceed",
    }

    answer = await site.post("/epcis/capture", content=json.dumps(document), headers=headers)

    assert answer.status_code == 403
    async with db.transaction(readonly=True) as tx:
        assert (await history.counts(tx)).events == 0


@pytest.mark.parametrize("told", [event(), event(THEIRS, action="ADD", bizStep="commissioning")])
async def test_a_partner_tells_what_it_did_and_what_it_made_itself(
    site: httpx.AsyncClient, told: dict[str, Any]
) -> None:
    assert (await tell(site, "partner", told)).status_code == 201


async def test_T08_a_partner_declares_only_its_own_events_wrong(site: httpx.AsyncClient) -> None:
    wrong = {"errorDeclaration": {"declarationTime": "2026-11-20T09:00:00Z"}}
    ours = (await tell(site, "maker", MADE)).json()["eventID"]
    theirs = (await tell(site, "partner", event())).json()["eventID"]

    answers = [
        await tell(site, "partner", {**MADE, "eventID": ours, **wrong}),
        await tell(site, "partner", {**event(), **wrong}),
        await tell(site, "partner", {**event(), "eventID": theirs, **wrong}),
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 201]


async def test_a_partner_sees_what_is_on_its_way_to_it_and_nothing_else(
    site: httpx.AsyncClient, db: Database
) -> None:
    """ADR-0018, T22: at the JSON doors as at those of EPCIS."""
    gln = "9506000134369"
    async with db.transaction() as tx:
        shop = identity.Party(gln=gln, name="Shop", kind="retailer", country="DE")
        await identity.save_parties(tx, [shop], actor=access.SYSTEM, now=NOW)
        keys = await access.keys(tx)
        await partners.let_speak(
            tx,
            partners.Speaker(
                caller=f"key:{next(key.id for key in keys if key.name == 'partner')}", party_gln=gln
            ),
            actor=access.SYSTEM,
            now=NOW,
        )
    elsewhere = event(eventTime="2026-11-20T09:00:00.000Z", bizStep="shipping")
    to_shop = event(
        eventTime="2026-11-20T10:00:00.000Z",
        bizStep="shipping",
        destinationList=[{"type": "owning_party", "destination": f"https://id.gs1.org/417/{gln}"}],
    )
    names = [(await tell(site, "maker", told)).json()["eventID"] for told in (MADE, elsewhere, to_shop)]

    timeline = await site.get(f"/api/v1/units/{GTIN}/A1/events", headers={"who": "partner"})
    heads = await site.get(f"/api/v1/units/{GTIN}/A1/events?documents=false", headers={"who": "partner"})
    unit = await site.get(f"/api/v1/units/{GTIN}/A1?timeline=true", headers={"who": "partner"})
    hidden, missing = [
        await site.get(f"/api/v1/units/{GTIN}/{serial}", headers={"who": "partner"})
        for serial in ("B1", "C1")
    ]

    assert [one["event_id"] for one in timeline.json()["items"]] == names[2:]
    assert [one["event_id"] for one in heads.json()["items"]] == names[2:]
    assert all("document" not in one for one in heads.json()["items"])
    whole = await site.get(f"/api/v1/units/{GTIN}/A1/events", headers={"who": "packer"})
    assert [one["event_id"] for one in whole.json()["items"]] == names[::-1]
    assert unit.json()["timeline"] == heads.json()
    assert (unit.json()["unit"]["events"], unit.json()["unit"]["status"]) == (1, "uncommissioned")
    assert (hidden.status_code, missing.status_code) == (404, 404)
    for path in ("/api/v1/units", "/api/v1/capture/findings", "/api/v1/partners", "/api/v1/audit"):
        assert (await site.get(path, headers={"who": "partner"})).status_code == 403
