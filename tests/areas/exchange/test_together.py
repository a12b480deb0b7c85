"""Single events that come in at once share a transaction, and nothing else (ADR 0017)."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from tests.factories.exchange import PLANT, UNIT, bare, document, refusals

from seriatim import epcis, history, identity
from seriatim.access import SYSTEM, Actor
from seriatim.areas.exchange.errors import EventExists
from seriatim.areas.exchange.together import Together
from seriatim.base import limits
from seriatim.base.db import Database, DatabaseAway, DatabaseBusy, Transaction

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ROBOT = Actor(kind="key", id="k1", name="Robot", role="integration")


def seen(second: int, *serials: str) -> epcis.Event:
    return epcis.object_event(
        action="OBSERVE",
        event_time=NOW - timedelta(days=1) + timedelta(seconds=second),
        epc_list=[
            f"https://id.gs1.org/01/09506000134352/21/{serial}" for serial in serials or (f"A{second}",)
        ],
        biz_step="storing",
        read_point=PLANT,
    )


class Counted:
    """Transactions of a database, counted; the first `broken` of them lose their connection at the commit."""

    def __init__(self, db: Database, broken: int = 0, *, is_busy: bool = False) -> None:
        self.begun = 0
        self.db = db
        self.broken = broken
        self.is_busy = is_busy

    @contextlib.asynccontextmanager
    async def transaction(self, *, timeout_ms: int | None = None) -> AsyncIterator[Transaction]:
        self.begun += 1
        if self.is_busy:
            raise DatabaseBusy
        async with self.db.transaction(timeout_ms=timeout_ms) as tx:
            yield tx
        if self.begun <= self.broken:
            raise DatabaseAway(retry_after_s=1)

    def together(self) -> Together:
        return Together(self.transaction, lambda: NOW)


async def stored(db: Database) -> int:
    async with db.transaction() as tx:
        return (await history.counts(tx)).events


async def test_events_that_come_at_once_share_transactions_and_are_all_kept(db: Database) -> None:
    counted = Counted(db)
    together = counted.together()

    answers = await asyncio.gather(*(together.capture(seen(n), actor=ROBOT) for n in range(150)))

    assert [answer.event_time for answer in answers] == [seen(n).event_time for n in range(150)]
    assert counted.begun == 3, f"at most {limits.CAPTURED_TOGETHER} each"
    assert await stored(db) == 150
    async with db.transaction() as tx:
        audited = await tx.rows("select subject, actor from access_audit where deed = 'history.capture'")
    assert sorted(tuple(row) for row in audited) == sorted((str(answer.id), "k1") for answer in answers)


async def test_the_first_of_a_quiet_moment_waits_for_nobody(db: Database) -> None:
    counted = Counted(db)
    together = counted.together()

    for n in range(3):
        await together.capture(seen(n), actor=ROBOT)

    assert counted.begun == 3


async def test_each_gets_its_own_verdict(client: httpx.AsyncClient, db: Database) -> None:
    """Acceptance: T09, T10."""
    name = "urn:uuid:831c0292-4de1-430a-8255-2aca821abaab"
    bodies = [bare(minute=n) for n in range(8)]
    bodies += [bare(minute=0), bare(minute=0)]
    bodies += [bare(minute=20, eventID=name), bare(minute=21, eventID=name)]
    bodies += [bare(minute=22, epcList=["urn:x:" + "y" * 2000]), document(), bare(minute=23, eventTime="x")]

    answers = await asyncio.gather(*(client.post("/epcis/events", content=body) for body in bodies))

    assert [answer.status_code for answer in answers] == [201] * 8 + [409] * 2 + [201, 409] + [400] * 3
    assert await stored(db) == 9
    assert len(await refusals(db)) == 6


async def test_what_a_partner_may_not_tell_is_refused_alone(client: httpx.AsyncClient, db: Database) -> None:
    """Acceptance: T08."""
    async with db.transaction() as tx:
        product = identity.Product(gtin="09506000134352", name="Ours", brand="B", gcp_length=7)
        await identity.save_products(tx, [product], actor=SYSTEM, now=NOW)
    partner = {"authorization": "Bearer key-partner"}
    bodies = [bare(minute=n, epcList=[UNIT]) for n in range(4)] + [bare(minute=9, action="ADD")]

    answers = await asyncio.gather(
        *(client.post("/epcis/events", content=body, headers=partner) for body in bodies)
    )

    assert [answer.status_code for answer in answers] == [201] * 4 + [403]
    assert await stored(db) == 4


async def test_one_that_the_rules_refuse_harms_no_neighbour(db: Database) -> None:
    async with db.transaction() as tx:
        await history.set_policy(tx, "enforce", of="key:k1", actor=SYSTEM, now=NOW)
        born = epcis.object_event(
            action="ADD",
            event_time=NOW - timedelta(days=2),
            epc_list=[f"https://id.gs1.org/01/09506000134352/21/A{n}" for n in range(20)],
            biz_step="commissioning",
        )
        await history.capture(tx, [born], actor=SYSTEM, now=NOW)
    together = Counted(db).together()
    events = [seen(n) for n in range(20)] + [seen(30, "NEVER-MADE"), seen(31, "NOR-THIS")]

    answers = await asyncio.gather(
        *(together.capture(event, actor=ROBOT) for event in events), return_exceptions=True
    )

    assert [type(answer) for answer in answers] == [history.StoredEvent] * 20 + [history.NotCommissioned] * 2
    assert await stored(db) == 21


async def test_nothing_is_tried_again_when_nobody_knows_whether_it_was_kept(db: Database) -> None:
    counted = Counted(db, broken=1)
    together = counted.together()

    answers = await asyncio.gather(
        *(together.capture(seen(n), actor=ROBOT) for n in range(5)), return_exceptions=True
    )
    again = await asyncio.gather(
        *(together.capture(seen(n), actor=ROBOT) for n in range(5)), return_exceptions=True
    )

    assert [type(answer) for answer in answers] == [DatabaseAway] * 5
    assert [type(answer) for answer in again] == [EventExists] * 5
    assert await stored(db) == 5


async def test_a_busy_database_is_not_asked_once_for_each_event(db: Database) -> None:
    counted = Counted(db, is_busy=True)
    together = counted.together()

    answers = await asyncio.gather(
        *(together.capture(seen(n), actor=ROBOT) for n in range(limits.CAPTURED_TOGETHER)),
        return_exceptions=True,
    )

    assert [type(answer) for answer in answers] == [DatabaseBusy] * limits.CAPTURED_TOGETHER
    assert counted.begun < 20


async def test_one_that_waits_for_somebody_elses_work_harms_no_neighbour(
    db: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "CAPTURE_RETRY_MS", 100)
    async with db.transaction() as tx:
        await history.capture(tx, [seen(7)], actor=SYSTEM, now=NOW)
    impatient = await Database.open(database_url, max_size=2, statement_ms=100, allow_unsafe=True)
    together = Counted(impatient).together()
    async with db.transaction() as tx:
        await tx.execute("select from history_item for update")
        answers = await asyncio.gather(
            *(together.capture(seen(60 * (n + 1), f"A{n}"), actor=ROBOT) for n in range(16)),
            return_exceptions=True,
        )
    await impatient.close()

    assert [type(answer) for answer in answers[:7]] == [history.StoredEvent] * 7
    assert [type(answer) for answer in answers[7:]] == [DatabaseBusy] + [history.StoredEvent] * 8


async def test_at_the_end_everybody_who_waits_is_let_go(db: Database) -> None:
    """Also who waits for the other half of a transaction that could not be kept."""
    first, second, never = asyncio.Event(), asyncio.Event(), asyncio.Event()

    @contextlib.asynccontextmanager
    async def transaction(*, timeout_ms: int | None = None) -> AsyncIterator[Transaction]:
        if first.is_set():
            second.set()
            await never.wait()
        first.set()
        raise OSError("no such file")
        yield

    together = Together(transaction, lambda: NOW)
    waiting = [asyncio.create_task(together.capture(seen(n), actor=ROBOT)) for n in range(8)]
    await second.wait()
    (worker,) = [task for task in asyncio.all_tasks() if task.get_name() == "capture together"]
    worker.cancel()

    done, left = await asyncio.wait(waiting, timeout=5)
    assert not left
    assert all(task.cancelled() for task in done)


async def test_senders_never_share_a_transaction(db: Database) -> None:
    counted = Counted(db)
    together = counted.together()
    senders = [Actor(kind="key", id=f"k{n}", name="", role="integration") for n in range(4)]

    await asyncio.gather(
        *(together.capture(seen(n), actor=sender) for n, sender in enumerate(senders)),
        *(together.capture(seen(10 + n), actor=sender) for n, sender in enumerate(senders)),
    )

    assert counted.begun == 4
    async with db.transaction() as tx:
        told = await tx.rows("select captured_by, count(*) from history_event group by 1 order by 1")
    assert [tuple(row) for row in told] == [(f"key:k{n}", 2) for n in range(4)]


async def test_a_large_event_goes_by_itself(db: Database) -> None:
    counted = Counted(db)
    together = counted.together()
    large = seen(0, *(f"L{n}" for n in range(limits.CAPTURED_TOGETHER_EPCS + 1)))

    await asyncio.gather(*(together.capture(event, actor=ROBOT) for event in (seen(1), large, seen(2))))

    assert counted.begun == 2
    assert await stored(db) == 3


async def test_who_leaves_takes_nobody_along(db: Database) -> None:
    together = Counted(db).together()
    tasks = [asyncio.create_task(together.capture(seen(n), actor=ROBOT)) for n in range(20)]
    await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()

    answers = await asyncio.gather(*tasks, return_exceptions=True)

    assert [type(answer) for answer in answers[1::2]] == [history.StoredEvent] * 10
    assert await stored(db) == 10
