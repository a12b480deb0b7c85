"""Events on their way to those who subscribed: over real connections, from a real queue."""

import asyncio
import hashlib
import hmac
import itertools
from datetime import timedelta
from uuid import UUID

import pytest
from tests.areas.exchange.subscriptions.conftest import JSON, Standing, client_of, key_of
from tests.factories.receiver import PATIENCE_S, Receiver, receiving

from seriatim import access
from seriatim.access import SYSTEM
from seriatim.areas.exchange import subscriptions
from seriatim.areas.exchange.subscriptions import looking
from seriatim.base import limits
from seriatim.connectors.webhook import Inbox
from seriatim.history import following

pytestmark = pytest.mark.anyio

SECOND = timedelta(seconds=1)
LONG = timedelta(hours=27)


async def test_what_is_captured_after_the_subscription_is_sent_once_and_in_order(
    standing: Standing, receiver: Receiver
) -> None:
    await standing.ask()
    await standing.capture(0)
    standing.clock.advance(SECOND)
    made = await standing.subscribe(receiver.url, signatureToken="a secret")
    await standing.capture(1, 2)
    await standing.capture(3, bizStep="storing")
    await standing.pass_time(SECOND)
    await standing.capture(4)
    await standing.pass_time(SECOND)
    await standing.pass_time(SECOND)

    shown = await standing.shown(made)

    assert [one.minutes for one in receiver.received] == [["01", "02"], ["04"]]
    assert receiver.received[0].results["queryName"] == "shipped"
    assert receiver.received[0].results["subscriptionID"] == made["subscriptionID"]
    assert receiver.received[0].document["type"] == "EPCISQueryDocument"
    assert receiver.received[0].headers["content-type"] == "application/json"
    assert shown["lastNotifiedAt"] == "2026-11-20T12:00:03Z"
    assert shown["minRecordTime"] == "2026-11-20T12:00:03Z"


async def test_the_signature_is_over_the_exact_body_and_the_token_stands_in_no_answer(
    standing: Standing, receiver: Receiver
) -> None:
    """Acceptance: EPCIS 41 (signature)."""
    await standing.ask()
    made = await standing.subscribe(receiver.url, signatureToken="13df38d8275b")
    await standing.capture(1)
    await standing.pass_time(SECOND)

    (one,) = receiver.received
    expected = hmac.new(b"13df38d8275b", one.body, hashlib.sha256).hexdigest()

    assert one.headers["gs1-signature"] == f"sha256={expected}"
    assert Inbox([b"13df38d8275b"]).open(one.headers, one.body, now=standing.clock.now()) == one.id
    assert "13df38d8275b" not in str(made) + str(await standing.shown(made))
    async with standing.db.transaction() as tx:
        kept = await tx.value("select token from exchange_subscription")
    assert b"13df38d8275b" not in kept


@pytest.mark.parametrize("run", range(10))
async def test_a_receiver_that_fails_twice_gets_every_event_exactly_once(
    standing: Standing, receiver: Receiver, run: int
) -> None:
    """Acceptance: EPCIS 41, D11."""
    await standing.ask()
    made = await standing.subscribe(receiver.url)
    await standing.capture(run, run + 10)
    before = await standing.shown(made)
    receiver.answers = [500, 500]
    await standing.pass_time(SECOND)
    await standing.capture(run + 20)
    after_one = await standing.shown(made)
    for _ in range(4):
        await standing.pass_time(timedelta(minutes=6))

    assert receiver.taken == [f"{minute:02d}" for minute in (run, run + 10, run + 20)]
    assert len({one.id for one in receiver.received[:3]}) == 1, "the same id in each try"
    assert len({one.body for one in receiver.received[:3]}) == 1
    assert after_one["minRecordTime"] == before["minRecordTime"], "it moves only after 2xx"


async def test_an_empty_run_is_told_only_to_those_who_want_to_know(standing: Standing) -> None:
    """Acceptance: EPCIS 41 (reportIfEmpty); D10: it is false where nothing is said."""
    async with receiving() as silent, receiving() as told:
        await standing.ask()
        for one, controls in ((silent, {}), (told, {"reportIfEmpty": True})):
            await standing.subscribe(one.url, schedule={"second": "0"}, **controls)
        await standing.pass_time(timedelta(minutes=1))
        await standing.capture(7)
        await standing.pass_time(timedelta(minutes=1))

        assert [one.minutes for one in silent.received] == [["07"]]
        assert [one.minutes for one in told.received] == [[], ["07"]]


async def test_a_schedule_of_a_time_of_day_runs_once_a_day(standing: Standing, receiver: Receiver) -> None:
    """Acceptance: EPCIS 40: over two simulated days it fires twice."""
    await standing.ask()
    await standing.subscribe(receiver.url, schedule={"hour": "1", "minute": "5"}, reportIfEmpty=True)
    fired = []
    for _ in range(48 * 2):
        before = len(receiver.received)
        await standing.pass_time(timedelta(minutes=30))
        if len(receiver.received) > before:
            fired.append(standing.clock.now().strftime("%d %H:%M"))

    assert fired == ["21 01:30", "22 01:30"]


async def test_the_initial_record_time_reaches_back_and_counts_for_the_first_run_only(
    standing: Standing, receiver: Receiver
) -> None:
    """Acceptance: EPCIS 41 (initialRecordTime)."""
    await standing.ask()
    for minute in range(3):
        await standing.capture(minute)
        standing.clock.advance(timedelta(minutes=1))
    made = await standing.subscribe(receiver.url, initialRecordTime="2026-11-20T12:01:00Z")
    await standing.pass_time(SECOND)
    await standing.capture(9)
    await standing.pass_time(SECOND)

    assert made["minRecordTime"] == "2026-11-20T12:01:00Z"
    assert [one.minutes for one in receiver.received] == [["01", "02"], ["09"]]


async def test_a_receiver_that_finds_it_too_large_gets_smaller_ones_and_all_of_it(
    standing: Standing, receiver: Receiver
) -> None:
    """Acceptance: EPCIS 59."""
    receiver.otherwise = lambda one: 413 if len(one.minutes) > 3 else 200
    await standing.ask()
    await standing.subscribe(receiver.url)
    await standing.capture(*range(16))
    await standing.pass_time(SECOND)
    await standing.capture(*range(20, 23))
    await standing.pass_time(SECOND)

    assert receiver.taken == [f"{minute:02d}" for minute in (*range(16), *range(20, 23))]
    assert [len(one.minutes) for one in receiver.received[:3]] == [16, 8, 4]
    assert len({one.id for one in receiver.received}) == len(receiver.received)


async def test_one_receiver_that_hangs_delays_no_other(standing: Standing, receiver: Receiver) -> None:
    """Acceptance: EPCIS 59, T34: what the other gets does not wait for the deadline of the first."""
    async with receiving() as hanging:
        hanging.hangs = True
        await standing.ask()
        await standing.subscribe(hanging.url)
        await standing.subscribe(receiver.url)
        courier = asyncio.create_task(standing.courier().run_forever(poll_ms=5))
        for minute in range(3):
            await standing.capture(minute)
            standing.clock.advance(SECOND)
            await receiver.has_received(minute + 1)
        courier.cancel()

        assert (len(hanging.received), receiver.taken) == (1, ["00", "01", "02"])


async def test_T34_one_subscriber_with_many_slow_receivers_leaves_lanes_to_others(
    standing: Standing, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """His were there first, hang for the first time, and are more than there are lanes."""
    monkeypatch.setattr(limits, "DELIVERY_LANES", 4)
    async with receiving() as slow:
        slow.hangs = True
        await standing.ask()
        for _ in range(6):
            await standing.subscribe(slow.url)
        key = await key_of(standing.db, "integration")
        async with client_of(standing.site, key.secret) as other:
            made = await other.post(
                "/epcis/queries/shipped/subscriptions",
                content=f'{{"dest": "{receiver.url}", "stream": true}}',
                headers=JSON,
            )
        await standing.capture(1)
        await standing.is_settled()
        courier = asyncio.create_task(standing.courier().run_forever(poll_ms=5))
        await receiver.has_received(1)
        await slow.has_received(3)
        courier.cancel()

    assert made.status_code == 201
    assert receiver.taken == ["01"]
    assert len(slow.received) == 3


async def test_who_never_takes_anything_gets_a_dead_letter_and_rest_and_nothing_is_lost(
    standing: Standing, receiver: Receiver
) -> None:
    """Ten tries in three days (Standard Webhooks); REL-I9."""
    receiver.otherwise = lambda _: 503
    await standing.ask()
    made = await standing.subscribe(receiver.url)
    await standing.capture(1)
    for _ in range(12):
        await standing.pass_time(LONG)
    await standing.capture(2)
    actor = SYSTEM
    async with standing.db.transaction() as tx:
        (shown,) = await subscriptions.subscriptions_of(tx, actor=actor)
        (letter,) = await subscriptions.deliveries_of(tx, shown.id, actor=actor, state="dead")
        attempts = await subscriptions.attempts_of(tx, letter.id, actor=actor)

    assert len(receiver.received) == len(attempts) == letter.tries == 10
    assert (shown.state, shown.dead, str(shown.id)) == ("suspended", 1, made["subscriptionID"])
    assert (letter.last_status, letter.last_said) == (503, "answered 503")
    receiver.otherwise = lambda _: 200
    async with standing.db.transaction() as tx:
        await subscriptions.resume(tx, shown.id, actor=actor, now=standing.clock.now())
    await standing.pass_time()
    assert receiver.taken == ["01", "02"]
    assert receiver.received[-2].id == str(letter.id)


async def test_a_document_that_is_refused_dies_alone_and_can_be_sent_again(
    standing: Standing, receiver: Receiver
) -> None:
    receiver.otherwise = lambda one: 415 if "01" in one.minutes else 200
    await standing.ask()
    await standing.subscribe(receiver.url)
    await standing.capture(1)
    for _ in range(12):
        await standing.pass_time(LONG)
    await standing.capture(2)
    await standing.pass_time(SECOND)
    assert receiver.taken == ["02"]

    receiver.otherwise = lambda _: 200
    async with standing.db.transaction() as tx:
        (shown,) = await subscriptions.subscriptions_of(tx, actor=SYSTEM)
        (letter,) = await subscriptions.deliveries_of(tx, shown.id, actor=SYSTEM, state="dead")
        await subscriptions.send_again(tx, letter.id, actor=SYSTEM, now=standing.clock.now())
        with pytest.raises(subscriptions.NoDeadLetter):
            await subscriptions.send_again(tx, letter.id, actor=SYSTEM, now=standing.clock.now())
    await standing.pass_time()

    assert (shown.state, receiver.taken) == ("active", ["02", "01"])


async def test_who_is_gone_is_not_called_again(standing: Standing, receiver: Receiver) -> None:
    receiver.otherwise = lambda _: 410
    await standing.ask()
    await standing.subscribe(receiver.url)
    await standing.capture(1)
    await standing.pass_time(SECOND)
    await standing.pass_time(LONG)

    async with standing.db.transaction() as tx:
        (shown,) = await subscriptions.subscriptions_of(tx, actor=SYSTEM)
    assert (len(receiver.received), shown.state) == (1, "suspended")


async def test_a_paused_subscription_sends_nothing_and_catches_up(
    standing: Standing, receiver: Receiver
) -> None:
    await standing.ask()
    await standing.subscribe(receiver.url)
    async with standing.db.transaction() as tx:
        (one,) = await subscriptions.subscriptions_of(tx, actor=SYSTEM)
        await subscriptions.pause(tx, one.id, actor=SYSTEM, now=standing.clock.now())
    await standing.capture(1)
    await standing.pass_time(SECOND)
    assert receiver.received == []
    async with standing.db.transaction() as tx:
        await subscriptions.resume(tx, one.id, actor=SYSTEM, now=standing.clock.now())
    await standing.pass_time(SECOND)

    assert receiver.taken == ["01"]


async def test_runs_that_found_nothing_are_forgotten_within_hours_and_the_others_within_days(
    standing: Standing, receiver: Receiver
) -> None:
    """T34: a schedule of every second fills no disk."""
    await standing.ask()
    made = await standing.subscribe(receiver.url, schedule={"second": "[0-59]"}, reportIfEmpty=True)
    await standing.pass_time(SECOND)
    await standing.capture(1)
    await standing.pass_time(SECOND)
    of, kept = UUID(made["subscriptionID"]), []
    async with standing.db.transaction() as tx:
        for hours in (0, 2, 24 * 8):
            await subscriptions.forget(tx, now=standing.clock.now() + timedelta(hours=hours))
            kept.append([one.kind for one in await subscriptions.deliveries_of(tx, of, actor=SYSTEM)])

    assert kept == [["events", "empty"], ["events"], []]


async def test_a_deleted_query_calls_nobody(standing: Standing, receiver: Receiver) -> None:
    """Acceptance: EPCIS 41 (DELETE of the query)."""
    await standing.ask()
    await standing.subscribe(receiver.url)
    receiver.answers = [500]
    await standing.capture(1)
    await standing.pass_time(SECOND)
    assert (await standing.client.delete("/epcis/queries/shipped")).status_code == 204
    await standing.ask()
    await standing.capture(2)
    await standing.pass_time(timedelta(hours=1))

    assert len(receiver.received) == 1


async def test_whoever_loses_the_key_is_told_nothing_more(standing: Standing, receiver: Receiver) -> None:
    """REL-R9: rights are asked for at each delivery."""
    await standing.ask()
    await standing.subscribe(receiver.url)
    await standing.capture(1)
    async with standing.db.transaction() as tx:
        await access.revoke_key(tx, standing.key, actor=SYSTEM, now=standing.clock.now())
    await standing.pass_time(SECOND)

    async with standing.db.transaction() as tx:
        (shown,) = await subscriptions.subscriptions_of(tx, actor=SYSTEM)
    assert (receiver.received, shown.state) == ([], "suspended")


async def test_more_than_the_query_wants_is_told_as_a_problem(standing: Standing, receiver: Receiver) -> None:
    await standing.ask(query={"EQ_bizStep": ["shipping"], "maxEventCount": 2})
    await standing.subscribe(receiver.url)
    await standing.capture(1, 2, 3)
    await standing.pass_time(SECOND)
    await standing.capture(4, 5)
    await standing.pass_time(SECOND)

    problem, events = receiver.received
    assert problem.headers["content-type"] == "application/problem+json"
    assert (problem.document["type"], problem.document["status"]) == (
        "epcisException:QueryTooLargeException",
        413,
    )
    assert events.minutes == ["04", "05"]


async def test_counting_for_a_limit_has_an_end(
    standing: Standing, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing matches here; without an end each run would look at all events that ever came, in one transaction."""
    monkeypatch.setattr(limits, "QUERY_SCAN_EVENTS", 1)
    monkeypatch.setattr(following, "CHUNK", 1)
    monkeypatch.setattr(looking, "COUNTING_LOOKS", 2)
    await standing.ask(query={"EQ_transformationID": ["urn:example:none"], "maxEventCount": 9})
    await standing.subscribe(receiver.url)
    await standing.capture(1, 2, 3, 4)
    await standing.pass_time(SECOND)
    await standing.capture(5, 6)
    await standing.pass_time(SECOND)

    (problem,) = receiver.received
    assert problem.document["type"] == "epcisException:QueryTooLargeException"
    assert "counted for maxEventCount, 2;" in problem.document["detail"]


async def test_events_that_commit_late_are_not_lost(standing: Standing, receiver: Receiver) -> None:
    """REL-R6: the cursor is on (tx, id) below the horizon; a transaction that was open before hides all later ones."""
    await standing.ask()
    await standing.subscribe(receiver.url)
    async with standing.db.transaction() as slow:
        await slow.value("select pg_current_xact_id()")
        await standing.capture(1)
        await standing.pass_time(SECOND, settled=False)
        assert receiver.received == []
    await standing.pass_time(SECOND)

    assert receiver.taken == ["01"]


async def test_a_change_of_the_token_signs_with_both_for_a_day(
    standing: Standing, receiver: Receiver
) -> None:
    """T33: two signatures are valid while one token replaces another, and the old one is worth nothing after that."""
    await standing.ask()
    await standing.subscribe(receiver.url, signatureToken="old")
    key = standing.site.environment.master_key
    async with standing.db.transaction() as tx:
        (one,) = await subscriptions.subscriptions_of(tx, actor=SYSTEM)
        await subscriptions.change_token(
            tx, one.id, "new", actor=SYSTEM, now=standing.clock.now(), master_key=key
        )
    await standing.capture(1)
    await standing.pass_time(SECOND)
    await standing.capture(2)
    await standing.pass_time(timedelta(days=2))

    during, after = receiver.received
    opened = []
    for one_time, token in ((during, b"old"), (during, b"new"), (after, b"new"), (after, b"old")):
        at = standing.clock.now() if one_time is after else standing.clock.now() - timedelta(days=2)
        try:
            Inbox([token]).open(one_time.headers, one_time.body, now=at)
            opened.append(True)
        except ValueError:
            opened.append(False)
    assert opened == [True, True, True, False]


async def test_many_writers_and_two_couriers_leave_nothing_out_and_send_nothing_twice(
    standing: Standing, receiver: Receiver
) -> None:
    """EPCIS note, decision 8; D11: a third of all answers is 500, and documents are small."""
    answers = itertools.cycle([200, 500, 200])
    receiver.otherwise = lambda _: next(answers)
    await standing.ask(query={})
    await standing.subscribe(receiver.url)
    async with standing.db.transaction() as tx:
        await tx.execute("update exchange_subscription set batch_events = 3")
    couriers = [standing.courier(), standing.courier()]

    async def write(writer: int) -> None:
        for number in range(6):
            await standing.capture(10 * writer + number)

    writing = asyncio.gather(*(write(writer) for writer in range(6)))
    async with asyncio.timeout(PATIENCE_S):
        while len(receiver.taken) < 36 or not writing.done():
            await asyncio.gather(*(courier.run_once() for courier in couriers))
            standing.clock.advance(timedelta(seconds=6))

    assert sorted(receiver.taken) == sorted(
        f"{10 * writer + number:02d}" for writer in range(6) for number in range(6)
    )
    assert len({one.id for one in receiver.accepted}) == len(receiver.accepted)


async def test_the_health_of_all_is_told_in_three_numbers(standing: Standing, receiver: Receiver) -> None:
    receiver.otherwise = lambda _: 410
    await standing.ask()
    for _ in range(2):
        await standing.subscribe(receiver.url, schedule={"second": "0"})
    await standing.subscribe(receiver.url)
    await standing.capture(1)
    await standing.pass_time(SECOND)

    async with standing.db.transaction() as tx:
        assert await subscriptions.health(tx) == subscriptions.Health(active=2, suspended=1, dead=1)
