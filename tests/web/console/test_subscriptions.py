"""Who is told what is new, how far that has come, and the dead letters that one sends again."""

import asyncio
from datetime import timedelta
from uuid import UUID

import httpx
import pytest
from tests.factories.plant import ANNA, MASTER_KEY, NOW
from tests.factories.site import Site
from tests.web.console.test_pages import words_of

from seriatim import access, epcis, history
from seriatim.access import Actor
from seriatim.areas.exchange import store, subscriptions
from seriatim.areas.exchange.actions import Form
from seriatim.areas.exchange.subscriptions import Answer, Subscription, jobs, wanted_in

pytestmark = pytest.mark.anyio

HERE = "/console/subscriptions"
BODY = b'{"dest": "https://erp.alboral.example/hook?team=3", "stream": true, "signatureToken": "a token of ours"}'
NIGHTLY = b'{"dest": "https://lake.example/in", "schedule": {"hour": "1", "minute": "5"}}'


@pytest.fixture
async def machine(site: Site) -> Actor:
    """A key that subscribes."""
    async with site.app.database.transaction() as tx:
        key = await access.create_key(tx, "integration", "ERP", actor=access.SYSTEM, now=NOW)
        found = await access.actor_of_key(tx, key.secret, NOW)
    assert found is not None
    return found


async def subscribed(site: Site, machine: Actor, body: bytes = BODY) -> Subscription:
    async with site.app.database.transaction() as tx:
        await store.insert_query(
            tx, "inspected", '{"EQ_bizStep": ["inspecting"]}', created_at=NOW, created_by="key:erp"
        )
        return await subscriptions.subscribe(
            tx, "inspected", wanted_in(body), Form("json"), actor=machine, now=NOW, master_key=MASTER_KEY
        )


async def tell(site: Site, minute: int) -> None:
    event = epcis.object_event(
        event_time=NOW + timedelta(minutes=minute),
        action="OBSERVE",
        epc_list=[f"urn:example:pump-{minute}"],
        biz_step="inspecting",
    )
    async with site.app.database.transaction() as tx:
        await history.capture(tx, [event], actor=ANNA, now=NOW + timedelta(minutes=minute))


async def answered(site: Site, of: UUID, answer: Answer, minute: int) -> UUID:
    """The courier has come, and the receiver answers so; the id of the delivery."""
    now = NOW + timedelta(minutes=minute)
    async with asyncio.timeout(60):
        while True:  # an event is told once no older transaction of the server is open
            async with site.app.database.transaction() as tx:
                due = await jobs.next_due(tx, of, now=now, master_key=MASTER_KEY)
                if due is not None:
                    await jobs.keep_answer(tx, due, answer, now=now)
                    return due.queued.id
            await asyncio.sleep(0.01)


async def test_a_subscription_says_whom_it_tells_what_and_when(site: Site, machine: Actor) -> None:
    stream = await subscribed(site, machine)
    nightly = await subscribed(site, machine, NIGHTLY)
    browser, _ = await site.signed_in("auditor")

    listed = words_of(await browser.get(HERE))
    one = await browser.get(f"{HERE}/{stream.id}")
    other = words_of(await browser.get(f"{HERE}/{nightly.id}"))

    assert "erp.alboral.example" in listed
    assert "every day at 01:05 UTC" in listed
    assert "Delivers what inspected finds, as soon as an event is captured." in words_of(one)
    assert "JSON-LD, signed" in one.text
    assert "a token of ours" not in one.text
    assert "next 21 Nov 2026, 01:05 UTC" in other
    assert "<button" not in one.text.partition("<main")[2].partition("</h1>")[2].partition("<dl")[0]


async def test_success_and_failure_are_told_with_the_receivers_words(site: Site, machine: Actor) -> None:
    of = (await subscribed(site, machine)).id
    await tell(site, 1)
    await answered(site, of, Answer(200, "thanks", 12), 2)
    await tell(site, 3)
    sent = await answered(site, of, Answer(503, "the <b>lake</b> is full", 40), 4)
    browser, _ = await site.signed_in("auditor")

    page = await browser.get(f"{HERE}/{of}")
    of_delivery = await browser.get(f"{HERE}/{of}/deliveries/{sent}")

    words = words_of(page)
    assert "Tries again after 1 try without success; nothing is lost." in words
    assert "503 the &lt;b&gt;lake&lt;/b&gt; is full" in page.text
    assert "20 Nov 2026, 12:02 UTC" in words
    assert "try 1, after 40 ms" in words_of(of_delivery)
    waiting = words_of(await browser.get(f"{HERE}/{of}?state=waiting"))
    assert "Delivered" not in waiting.partition("Made")[2]


async def dead_letter(site: Site, machine: Actor) -> tuple[UUID, UUID]:
    """A receiver that is gone: its subscription stands still."""
    of = (await subscribed(site, machine)).id
    await tell(site, 1)
    return of, await answered(site, of, Answer(410, "gone"), 2)


async def test_a_dead_letter_is_sent_again_and_the_subscription_goes_on(site: Site, machine: Actor) -> None:
    of, sent = await dead_letter(site, machine)
    browser, token = await site.signed_in("administrator")
    assert "Stands still" in words_of(await browser.get(f"{HERE}/{of}"))

    again = await browser.post(f"{HERE}/{of}/deliveries/{sent}/again", data={"csrf": token})
    twice = await browser.post(f"{HERE}/{of}/deliveries/{sent}/again", data={"csrf": token})
    resumed = await browser.post(f"{HERE}/{of}/resume", data={"csrf": token})

    assert (again.status_code, again.headers["location"]) == (303, f"{HERE}/{of}/deliveries/{sent}")
    assert twice.status_code == 409
    assert "no dead letter" in words_of(twice)
    assert resumed.status_code == 303
    assert "Delivers" in words_of(await browser.get(HERE))
    assert await answered(site, of, Answer(200, ""), 9) == sent


async def test_a_subscription_is_paused_resumed_and_ended(site: Site, machine: Actor) -> None:
    of = (await subscribed(site, machine)).id
    browser, token = await site.signed_in("administrator")

    async def deed(name: str) -> httpx.Response:
        return await browser.post(f"{HERE}/{of}/{name}", data={"csrf": token})

    assert (await deed("pause")).status_code == 303
    assert "Paused. Paused by Ana." in words_of(await browser.get(f"{HERE}/{of}"))
    assert (await deed("resume")).status_code == 303
    assert "Delivers" in words_of(await browser.get(f"{HERE}/{of}"))
    assert (await deed("end")).headers["location"] == HERE
    assert "Nobody has subscribed" in words_of(await browser.get(HERE))
    assert (await browser.get(f"{HERE}/{of}")).status_code == 404


async def test_who_reads_only_is_offered_no_deed_and_may_do_none(site: Site, machine: Actor) -> None:
    of, sent = await dead_letter(site, machine)
    browser, token = await site.signed_in("auditor")

    page = await browser.get(f"{HERE}/{of}")

    assert "Send again" not in page.text
    for deed in ("pause", "resume", "end", f"deliveries/{sent}/again"):
        assert (await browser.post(f"{HERE}/{of}/{deed}", data={"csrf": token})).status_code == 403


@pytest.mark.parametrize(
    "path", ["x", "01a21635-9ff8-7155-a463-dc8a5e94aae3", "01a21635-9ff8-7155-a463-dc8a5e94aae3/deliveries/y"]
)
async def test_what_is_not_there_is_not_found(site: Site, path: str) -> None:
    browser, _ = await site.signed_in("auditor")

    assert (await browser.get(f"{HERE}/{path}")).status_code == 404


async def test_a_state_that_is_none_is_refused_in_words(site: Site, machine: Actor) -> None:
    of = (await subscribed(site, machine)).id
    browser, _ = await site.signed_in("auditor")

    answer = await browser.get(f"{HERE}/{of}?state=lost")

    assert answer.status_code == 400
    assert "A delivery is waiting" in words_of(answer)
