"""Every door says honestly that an event is archived or erased, and still gives its proof."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
from tests.factories.archives import LATER, Shelf
from tests.factories.plant import ANNA, GTIN, commission, deliver, lease_serials, make_plant
from tests.factories.site import Site, open_site

from seriatim import history
from seriatim.access.verifiable_log import LogFolder, Proof
from seriatim.base.db import Database

pytestmark = pytest.mark.anyio


@pytest.fixture
async def serial(db: Database) -> str:
    """A unit that was made, and delivered."""
    async with db.transaction() as tx:
        await make_plant(tx)
        (serial,) = await lease_serials(tx, 1)
    async with db.transaction() as tx:
        await commission(tx, [serial])
    async with db.transaction() as tx:
        await deliver(tx, [serial])
    return serial


@dataclass(frozen=True)
class Gone:
    """A site, and the events that have left it."""

    site: Site
    made: history.StoredEvent
    delivered: history.StoredEvent


@pytest.fixture
async def gone(db: Database, serial: str, tmp_path: Path) -> AsyncIterator[Gone]:
    """The unit's making is archived, its delivery erased."""
    async with open_site(db) as site:
        shelf = Shelf(db, tmp_path / "archives", LogFolder.of(site.app.environment))
        async with db.transaction(readonly=True) as tx:
            made, delivered = (await history.feed(tx))[:2]
        (done,) = await shelf.put_away(delivered.event_time)
        assert done.events == 1
        async with db.transaction() as tx:
            await history.erase(tx, delivered.event_id, reason="request 17", actor=ANNA, now=LATER)
        yield Gone(site, made, delivered)


async def test_epcis_answers_that_the_event_is_archived_or_erased(gone: Gone) -> None:
    site, made, delivered = gone.site, gone.made, gone.delivered
    client = await site.with_key("integration")

    archived = await client.get(f"/epcis/events/{quote(made.event_id, safe='')}")
    erased = await client.get(f"/epcis/events/{quote(delivered.event_id, safe='')}")
    unknown = await client.get("/epcis/events/urn%3Auuid%3Anone")

    assert [one.status_code for one in (archived, erased, unknown)] == [404, 404, 404]
    assert archived.json()["archived"] == "events-2026-10.zip"
    assert "is archived in events-2026-10.zip" in archived.json()["detail"]
    assert "is erased on 2027-12-25" in erased.json()["detail"]
    assert "archived" not in unknown.json()
    assert (await client.get("/epcis/events")).json()["epcisBody"]["queryResults"]["resultsBody"][
        "eventList"
    ] == []


async def test_the_api_tells_what_is_absent_and_proves_it(gone: Gone, serial: str) -> None:
    site, made, delivered = gone.site, gone.made, gone.delivered
    auditor = await site.with_key("auditor")

    unit = (await auditor.get(f"/api/v1/units/{GTIN}/{serial}")).json()
    absent = (await auditor.get(f"/api/v1/units/{GTIN}/{serial}/absent-events")).json()
    proofs = [
        (await auditor.get(f"/api/v1/events/{quote(one.event_id, safe='')}/proof")).json()
        for one in (made, delivered)
    ]

    assert (unit["unit"]["events"], unit["unit"]["status"]) == (2, "in_stock")
    assert [(one["archived"], one["erased_at"] is not None) for one in absent] == [
        (None, True),
        ("events-2026-10.zip", False),
    ]
    assert [(one["content"], one["archived"], one["erased"]) for one in proofs] == [
        (None, "events-2026-10.zip", False),
        (None, None, True),
    ]
    for one in proofs:
        read = Proof.parse(one["proof"])
        read.check(read.extra, [LogFolder.of(site.app.environment).signer.key])


async def test_the_console_says_where_the_events_of_a_unit_went(gone: Gone, serial: str) -> None:
    site, made, delivered = gone.site, gone.made, gone.delivered
    browser, _ = await site.signed_in("auditor")

    unit = (await browser.get(f"/console/units/{GTIN}/{serial}")).text
    archived = await browser.get(f"/console/events/{made.id}")
    erased = await browser.get(f"/console/events/{delivered.id}")
    proof = await browser.get(f"/console/events/{made.id}/proof")
    document = await browser.get(f"/console/events/{made.id}/document")
    settings = await (await site.signed_in("administrator"))[0].get("/console/settings")

    assert "archived in events-2026-10.zip" in unit
    assert "erased on 2027-12-25" in unit
    assert "Archived event" in archived.text
    assert "erased here on 25 Dec 2027, for good" in erased.text
    assert Proof.parse(proof.text).place >= 0
    assert document.status_code == 404
    assert "events-2026-10.zip" in settings.text


async def test_who_captured_an_archived_event_may_declare_it_wrong(gone: Gone) -> None:
    """The door asks who captured the event, and that is known although its body is not here."""
    site, made = gone.site, gone.made
    partner = await site.with_key("partner")
    context = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
    wrong = {
        "@context": context,
        "type": "ObjectEvent",
        "eventID": made.event_id,
        "action": "OBSERVE",
        "eventTime": "2026-10-31T12:00:00Z",
        "eventTimeZoneOffset": "+00:00",
        "epcList": ["urn:example:thing"],
        "errorDeclaration": {"declarationTime": "2026-11-20T12:00:00Z", "reason": "did_not_occur"},
    }

    foreign = await partner.post("/epcis/events", json=wrong)
    async with site.app.database.transaction() as tx:
        (mine,) = (await tx.rows("select id from access_key where role = 'partner'"))[:1]
        await tx.execute("update history_absent_event set captured_by = $1", f"key:{mine['id']}")
    own = await partner.post("/epcis/events", json=wrong)

    assert foreign.status_code == 403
    assert own.status_code == 201
