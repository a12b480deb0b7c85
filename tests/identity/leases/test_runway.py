"""When serials run out: figures that move with the rate."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seriatim.base import limits
from seriatim.identity.leases.model import Lease
from seriatim.identity.leases.runway import Use, line_runway_of, per_hour, runs_out_at, runway_of
from seriatim.identity.serials.policy import SerialPolicy

NOW = datetime(2026, 11, 24, 13, 53, 20, tzinfo=UTC)
HOUR = timedelta(hours=1)
GTIN = "09506000134352"


def a_lease(left: int, expires: timedelta = timedelta(days=30), used: int = 0) -> Lease:
    count = left + used
    return Lease(
        str(count), GTIN, 0, 0, count, "L3", "", "acknowledged", NOW - HOUR, NOW + expires, used=used
    )


def a_use(used: int, since: timedelta, told: timedelta = timedelta(0)) -> Use:
    return Use(GTIN, "L3", NOW - since, NOW - told, used)


def test_L68_ten_thousand_left_at_six_hundred_a_minute_last_sixteen_minutes_and_forty_seconds() -> None:
    runway = line_runway_of("L3", GTIN, [a_lease(10_000)], 36_000, NOW)

    assert runway.runs_out_at == NOW + timedelta(minutes=16, seconds=40)
    assert (runway.left, runway.leases) == (10_000, 1)


def test_L68_a_lease_that_expires_earlier_ends_the_runway() -> None:
    assert runs_out_at([a_lease(10_000, timedelta(minutes=5))], 36_000, NOW) == NOW + timedelta(minutes=5)


def test_the_lease_that_expires_first_is_used_first() -> None:
    leases = [a_lease(36_000, timedelta(hours=9)), a_lease(36_000, timedelta(minutes=30))]

    assert runs_out_at(leases, 36_000, NOW) == NOW + timedelta(minutes=90)


def test_t23_the_forecast_moves_with_the_rate() -> None:
    leases = [a_lease(72_000)]

    assert [runs_out_at(leases, rate, NOW) for rate in (36_000, 72_000, 0)] == [
        NOW + 2 * HOUR,
        NOW + HOUR,
        None,
    ]


def test_a_runway_of_more_than_a_hundred_years_ends_with_its_lease() -> None:
    assert runs_out_at([a_lease(1_000_000)], 1e-9, NOW) == NOW + timedelta(days=30)


def test_a_line_that_has_nothing_left_is_out_now() -> None:
    runway = line_runway_of("L3", GTIN, [], 600, NOW)

    assert (runway.runs_out_at, runway.refill) == (NOW, 14_400)


def test_R2_a_refill_fills_up_to_a_day_once_there_are_less_than_twelve_hours() -> None:
    plenty = line_runway_of("L3", GTIN, [a_lease(7_200)], 600, NOW)
    little = line_runway_of("L3", GTIN, [a_lease(7_199)], 600, NOW)

    assert (plenty.stock_min, plenty.stock_max, plenty.refill) == (7_200, 14_400, 0)
    assert little.refill == 14_400 - 7_199


def test_serials_that_expire_before_their_turn_are_no_stock() -> None:
    assert line_runway_of("L3", GTIN, [a_lease(50_000, 2 * HOUR)], 600, NOW).refill == 14_400 - 1_200


def test_a_refill_is_no_larger_than_a_lease_may_be() -> None:
    assert line_runway_of("L3", GTIN, [], 1e9, NOW).refill == limits.LEASE_UNITS_MAX


def test_the_rate_is_what_was_used_in_the_time_that_is_looked_at() -> None:
    since = NOW - 24 * HOUR

    assert per_hour([a_use(600, HOUR)], since, NOW) == 600
    assert per_hour([a_use(600, 2 * HOUR, HOUR)], since, NOW) == 300
    assert per_hour([a_use(4_800, 48 * HOUR)], since, NOW) == 100
    assert per_hour([a_use(600, HOUR), a_use(600, 2 * HOUR, HOUR)], since, NOW) == 600
    assert per_hour([], since, NOW) == 0


@given(st.lists(st.tuples(st.integers(1, 10**6), st.integers(0, 10**6), st.integers(0, 10**6)), max_size=20))
def test_no_more_is_counted_than_was_used(told: list[tuple[int, int, int]]) -> None:
    uses = [a_use(used, timedelta(seconds=end + held), timedelta(seconds=end)) for used, held, end in told]
    since = NOW - timedelta(days=3)
    begin = max(since, min((use.since for use in uses), default=NOW))

    counted = per_hour(uses, since, NOW) * ((NOW - begin) / HOUR)

    assert 0 <= counted <= sum(use.used for use in uses) * (1 + 1e-9)


def test_a_product_tells_what_is_in_the_pool_and_what_in_leases() -> None:
    runway = runway_of(
        SerialPolicy(GTIN, issued=5_000), 3_000, timedelta(days=30), NOW,
        at_hand=[a_lease(240, used=60), a_lease(100, 2 * HOUR)], uses=[a_use(240, 24 * HOUR)],
    )  # fmt: skip

    assert (runway.issued, runway.leased_per_day, runway.left_in_leases) == (5_000, 100.0, 340)
    assert (runway.used_per_day, runway.oldest_lease_at, runway.next_expiry_at) == (
        pytest.approx(240), NOW - HOUR, NOW + 2 * HOUR,
    )  # fmt: skip
    assert runway.leases_end_at == NOW + 26 * HOUR
