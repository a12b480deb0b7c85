"""The document of a job can be looked at, by those who may see the job, for a while."""

from datetime import timedelta
from uuid import UUID

import httpx
import pytest
from tests.factories.exchange import CONTEXT, NOW, capture, document, event

from seriatim import epcis, history
from seriatim.access import Actor
from seriatim.areas import exchange
from seriatim.base import limits, outbox
from seriatim.base.db import Database

pytestmark = pytest.mark.anyio

SENDER = Actor(kind="key", id="key-integration", name="ERP", role="integration")
PARTNER = Actor(kind="key", id="key-partner", name="Depot", role="partner")
OTHER_PARTNER = Actor(kind="key", id="key-other", name="Shop", role="partner")
AUDITOR = Actor(kind="key", id="key-auditor", name="Auditor", role="auditor")
PROCEED = {"GS1-Capture-Error-Behaviour": "proceed"}
TAKEN = "urn:uuid:831c0292-4de1-430a-8255-2aca821abaab"


async def sent(db: Database, job: str, actor: Actor = SENDER) -> bytes | None:
    async with db.transaction(readonly=True) as tx:
        return await exchange.document_of(tx, UUID(job), actor=actor)


async def marked(db: Database, job: str) -> list[bytes]:
    """What a page would underline."""
    async with db.transaction(readonly=True) as tx:
        found = await exchange.job_of(tx, UUID(job), actor=SENDER)
        data = await exchange.document_of(tx, UUID(job), actor=SENDER)
    assert found is not None
    assert data is not None
    return [data[place.start : place.end] for place in epcis.locate_all(data, found.problems)]


async def test_every_fault_of_a_job_can_be_underlined_in_its_document(
    client: httpx.AsyncClient, db: Database
) -> None:
    await capture(client, event(0, eventID=TAKEN))
    told = (event(1, bizStep="shiping"), event(2), event(3, eventID=TAKEN), event(4, action="BIG"))

    job = await capture(client, *told, **PROCEED)

    assert (job["accepted"], job["rejected"]) == (1, 3)
    assert await sent(db, job["captureID"]) == document(*told)
    assert sorted(await marked(db, job["captureID"])) == [b'"BIG"', b'"shiping"', b"{"]


async def test_an_event_that_the_store_rejects_has_its_place_in_a_query_document_too(
    client: httpx.AsyncClient, db: Database
) -> None:
    await capture(client, event(0, eventID=TAKEN))
    events = document(event(3, eventID=TAKEN)).partition(b'"epcisBody": ')[2][:-1]
    data = (
        b'{"@context": "%s", "type": "EPCISQueryDocument", "epcisBody": {"queryResults": {"queryName": "q",'
        % (CONTEXT.encode())
    )
    data += b' "resultsBody": ' + events + b"}}}"

    answer = await client.post("/epcis/capture", content=data)

    job = (await client.get(answer.headers["location"])).json()
    assert [error["path"] for error in job["errors"]] == ["/epcisBody/queryResults/resultsBody/eventList/0"]
    assert await marked(db, job["captureID"]) == [b"{"]


async def test_a_rolled_back_document_is_kept_for_who_may_see_its_job(
    client: httpx.AsyncClient, db: Database
) -> None:
    await capture(client, event(0, eventID=TAKEN))
    job = await capture(client, event(1, eventID=TAKEN), authorization="Bearer key-partner")

    for reader in (PARTNER, SENDER, AUDITOR):
        assert await sent(db, job["captureID"], reader) == document(event(1, eventID=TAKEN))
    assert await sent(db, job["captureID"], OTHER_PARTNER) is None


async def test_a_good_document_is_kept_while_it_is_small(client: httpx.AsyncClient, db: Database) -> None:
    small = await capture(client, event(0))
    large = await capture(client, event(1, bizTransactionList=[_order(n) for n in range(1_000)]))

    assert await sent(db, small["captureID"]) == document(event(0))
    assert await sent(db, large["captureID"]) is None


def _order(number: int) -> dict[str, str]:
    return {"type": "po", "bizTransaction": f"urn:example:purchase-order:{number:030d}"}


async def test_a_document_is_forgotten_after_its_time_and_its_job_stays(
    client: httpx.AsyncClient, db: Database
) -> None:
    job = await capture(client, event(0))
    for days, kept in ((limits.SENT_DOCUMENT_DAYS, True), (limits.SENT_DOCUMENT_DAYS + 1, False)):
        async with db.transaction() as tx:
            await exchange.forget(tx, now=NOW + timedelta(days=days))
        assert (await sent(db, job["captureID"]) is not None) is kept
    assert (await client.get(f"/epcis/capture/{job['captureID']}")).status_code == 200


async def test_past_their_room_the_oldest_documents_go_first(
    client: httpx.AsyncClient, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = [(await capture(client, event(number)))["captureID"] for number in range(3)]
    async with db.transaction() as tx:
        sizes = await tx.rows("select length(content) as octets from exchange_document")
    monkeypatch.setattr(limits, "SENT_DOCUMENTS_BYTES", sum(row["octets"] for row in sizes) - 1)

    async with db.transaction() as tx:
        await exchange.forget(tx, now=NOW)

    assert [await sent(db, job) is not None for job in jobs] == [False, True, True]


async def test_the_documents_of_an_erased_event_are_forgotten_with_it(
    client: httpx.AsyncClient, db: Database
) -> None:
    first = await capture(client, event(0, eventID=TAKEN), event(1))
    other = await capture(client, event(2))
    undone = await capture(client, event(3, eventID=TAKEN))
    again = await capture(client, event(0, eventID=TAKEN), event(4), authorization="Bearer key-partner")
    async with db.transaction() as tx:
        (stored,) = await history.event(tx, TAKEN)
        at = stored.record_time.isoformat()
        payload = {"event_id": TAKEN, "captured_by": stored.captured_by, "at": at}
        await exchange.forget_erased(tx, [outbox.Message(1, history.ERASED, payload, NOW)])

    kept = [await sent(db, job["captureID"]) is not None for job in (first, other, undone, again)]
    assert kept == [False, True, False, False]
