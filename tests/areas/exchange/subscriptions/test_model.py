"""Decisions about subscriptions."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seriatim.areas.exchange.errors import InvalidSubscription
from seriatim.areas.exchange.subscriptions.model import (
    RETRY_AFTER,
    RETRY_AFTER_MAX,
    Answer,
    Place,
    Progress,
    advanced,
    begun,
    controls_in,
    decide,
    grown,
    halves,
    shrunk,
    wanted_in,
)
from seriatim.areas.exchange.subscriptions.schedule import Schedule
from seriatim.base import limits

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
DEST = "https://receiver.example/hook"
ID = UUID(int=7)


def body(**fields: Any) -> bytes:
    return json.dumps({"dest": DEST, **fields}).encode()


def test_a_subscription_is_read_as_gs1_writes_it() -> None:
    wanted = wanted_in(
        body(signatureToken="13df38d8275b", reportIfEmpty=True, schedule={"hour": "1", "minute": "5"})
    )

    assert (wanted.dest, wanted.signature_token, wanted.controls.report_if_empty) == (
        DEST,
        "13df38d8275b",
        True,
    )
    assert wanted.controls.schedule is not None
    assert wanted.controls.schedule.given == {"hour": "1", "minute": "5"}
    assert "13df38d8275b" not in repr(wanted)


@pytest.mark.parametrize(
    "data",
    [
        body(),
        body(stream=False),
        body(stream=True, schedule={"hour": "1"}),
        body(stream=False, schedule={"hour": "1"}),
        body(schedule={}),
        body(stream=True, initialRecordTime="yesterday"),
        body(stream=True, initialRecordTime="2026-11-20T12:00:00"),
        body(stream=True, initialRecordTime="9999-12-31T23:59:59Z"),
        body(stream=True, signatureToken=""),
        body(stream=True, signatureToken="a\nb"),
        body(stream=True, signatureToken="x" * 501),
        body(stream=True, colour="red"),
        body(stream="true"),
        b'{"stream": true}',
        b'{"dest": "https://a.example", "dest": "https://b.example", "stream": true}',
        b"{",
        b"[]",
        b"\xff",
    ],
)
def test_controls_that_contradict_or_mean_nothing_are_refused(data: bytes) -> None:
    """Acceptance: EPCIS 40."""
    with pytest.raises(InvalidSubscription):
        wanted_in(data)


def test_the_controls_of_a_socket_stand_in_its_address() -> None:
    stream = controls_in([("stream", "true"), ("initialRecordTime", "2026-11-20T12:00:00 01:00")])
    nightly = controls_in([("hour", "1"), ("minute", "5"), ("reportIfEmpty", "true")])

    assert stream.schedule is None
    assert stream.initial_record_time == datetime(2026, 11, 20, 11, 0, tzinfo=UTC)
    assert nightly.schedule is not None
    assert nightly.report_if_empty


@pytest.mark.parametrize(
    "parameters",
    [
        [],
        [("stream", "false")],
        [("stream", "yes")],
        [("stream", "true"), ("stream", "true")],
        [("stream", "true"), ("hour", "1")],
        [("stream", "true"), ("EQ_action", "ADD")],
        [("hour", "25")],
        [("hour", "1"), ("reportIfEmpty", "1")],
    ],
)
def test_a_socket_refuses_what_a_webhook_refuses(parameters: list[tuple[str, str]]) -> None:
    with pytest.raises(InvalidSubscription):
        controls_in(parameters)


places = st.builds(Place, st.integers(0, 50), st.integers(-5, 5))


@given(places, places, st.lists(st.tuples(places, st.integers(0, 3)), max_size=10))
def test_a_run_of_a_stream_comes_to_where_the_feed_ended_and_never_goes_back(
    start: Place, head: Place, looks: list[tuple[Place, int]]
) -> None:
    progress = begun(Progress(start, None, None, None), None, head, NOW)
    if head <= start:
        assert progress == Progress(start, None, None, None), "nothing new: it waits for the feed"
        return
    assert progress.run is not None
    reached = start
    for place, found in looks:
        reached = max(reached, min(place, head))
        progress = advanced(progress, reached, found, NOW)
        assert progress.place == reached
        if progress.run is None:
            assert (reached, progress.due_at) == (head, None)
            return
        assert progress.due_at == NOW
        assert begun(progress, None, Place(99, 0), NOW) == progress, "a run keeps its end"


def test_runs_that_were_missed_while_nobody_served_are_one() -> None:
    every_minute = Schedule.of({"second": "0"})
    waiting = Progress(Place(1, 1), None, NOW + timedelta(minutes=1), NOW + timedelta(minutes=1))

    early = begun(waiting, every_minute, Place(9, 9), NOW)
    late = begun(waiting, every_minute, Place(9, 9), NOW + timedelta(hours=1, seconds=3))

    assert early.run is None
    assert early.due_at == NOW + timedelta(minutes=1)
    assert late.run is not None
    assert late.run.at == NOW + timedelta(hours=1, seconds=3)
    assert late.next_run_at == NOW + timedelta(hours=1, minutes=1)


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_two_hundreds_acknowledge(status: int) -> None:
    assert decide(Answer(status), tries=1, events=5, delivery=ID, now=NOW).outcome == "delivered"


@pytest.mark.parametrize(
    "status", [None, 101, 301, 302, 307, 308, 400, 401, 403, 404, 408, 415, 429, 500, 502, 503, 504]
)
def test_everything_else_is_tried_ten_times_and_then_a_dead_letter(status: int | None) -> None:
    """A redirect is followed nowhere: it counts as a failure (ASVS 15.3.2)."""
    decisions = [
        decide(Answer(status), tries=tries, events=5, delivery=ID, now=NOW) for tries in range(1, 11)
    ]

    assert [one.outcome for one in decisions] == ["retry"] * 9 + ["dead"]
    assert decisions[-1].suspends == (status not in {400, 415}), "one document may be wrong by itself"


@given(st.integers(1, 9), st.uuids(), st.none() | st.integers(0, 10**8))
def test_the_pause_is_the_planned_one_a_tenth_more_or_less_or_what_the_receiver_asks_for(
    tries: int, delivery: UUID, asked: int | None
) -> None:
    decision = decide(Answer(503, retry_after_s=asked), tries=tries, events=1, delivery=delivery, now=NOW)

    assert decision.again_at is not None
    pause = decision.again_at - NOW
    planned = RETRY_AFTER[tries - 1]
    wanted = min(timedelta(seconds=asked or 0), RETRY_AFTER_MAX)
    assert pause >= max(planned * 0.9, wanted)
    assert pause <= max(planned * 1.1, wanted)


def test_ten_tries_take_three_days_as_standard_webhooks_recommends() -> None:
    assert sum(RETRY_AFTER, timedelta(0)) == timedelta(hours=75, minutes=35, seconds=5)


def test_gone_is_final_and_one_event_that_is_too_large_cannot_be_halved() -> None:
    gone = decide(Answer(410), tries=1, events=5, delivery=ID, now=NOW)
    many = decide(Answer(413), tries=1, events=2, delivery=ID, now=NOW)
    single = decide(Answer(413), tries=10, events=1, delivery=ID, now=NOW)

    assert (gone.outcome, gone.suspends) == ("dead", True)
    assert many.outcome == "halve"
    assert (single.outcome, single.suspends) == ("dead", False)


@given(st.lists(st.integers(), min_size=2))
def test_halves_hold_everything_in_order_and_are_smaller(items: list[int]) -> None:
    first, second = halves(items)

    assert [*first, *second] == items
    assert 0 <= len(first) - len(second) <= 1


@given(st.integers(1, limits.DELIVERY_EVENTS), st.integers(0, limits.DELIVERY_EVENTS))
def test_batches_shrink_at_once_and_grow_slowly(batch: int, sent: int) -> None:
    after = grown(batch, sent)

    assert batch <= after <= limits.DELIVERY_EVENTS
    assert after - batch <= max(1, batch // 8)
    assert (after > batch) == (sent >= batch and batch < limits.DELIVERY_EVENTS)
    assert 1 <= shrunk(batch) <= max(1, batch // 2)
