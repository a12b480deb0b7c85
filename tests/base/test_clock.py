from datetime import UTC, datetime, timedelta, timezone

import pytest

from seriatim.base.clock import FixedClock, StepClock, SystemClock

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def test_every_clock_tells_utc() -> None:
    in_india = NOON.astimezone(timezone(timedelta(hours=5, minutes=30)))

    for clock in (SystemClock(), FixedClock(in_india), StepClock(in_india)):
        assert clock.now().utcoffset() == timedelta(0)
    assert FixedClock(in_india).now() == NOON


def test_a_step_clock_moves_by_its_step_and_by_hand() -> None:
    clock = StepClock(NOON, step=timedelta(seconds=1))

    assert [clock.now(), clock.now()] == [NOON, NOON + timedelta(seconds=1)]
    clock.advance(timedelta(hours=1))
    assert clock.now() == NOON + timedelta(hours=1, seconds=2)
    clock.set(NOON)
    assert clock.now() == NOON


def test_a_time_without_its_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        FixedClock(NOON.replace(tzinfo=None))
    with pytest.raises(ValueError, match="zone"):
        StepClock(NOON).set(NOON.replace(tzinfo=None))
