"""Places, sessions and bands: what the rules are made of."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seriatim.areas.protection.geography import HALF_DIAGONAL_KM, cell_of, distance_km
from seriatim.areas.protection.model import Scan, band_of, sessions_of, travel_km_left

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
GAP = timedelta(minutes=30)


def scan(minute: float, client: str = "a", **more: object) -> Scan:
    return Scan(id=int(minute * 60), at=NOON + timedelta(minutes=minute), client=client, **more)  # type: ignore[arg-type]


@given(st.floats(-89.9, 89.9), st.floats(-180, 180))
def test_a_place_is_never_further_from_its_cell_than_half_the_diagonal(
    latitude: float, longitude: float
) -> None:
    cell = cell_of(latitude, longitude)

    assert distance_km(latitude, longitude, cell.latitude, cell.longitude) <= HALF_DIAGONAL_KM


def test_two_shops_in_one_street_share_a_cell() -> None:
    assert cell_of(38.7101, -9.1370).name == cell_of(38.7110, -9.1391).name


def test_there_is_no_place_north_of_the_pole() -> None:
    with pytest.raises(ValueError, match=r"91\.0, 0\.0 is no place"):
        cell_of(91.0, 0.0)


def test_lisbon_and_hanoi_are_10_538_km_apart() -> None:
    assert round(distance_km(38.7223, -9.1393, 21.0285, 105.8542)) == 10_538


@pytest.mark.parametrize(
    ("score", "band"),
    [(0, "normal"), (0.99, "normal"), (1, "watch"), (2.99, "watch"), (3, "caution"), (4.99, "caution"),
     (5, "suspicious"), (11, "suspicious")],
)  # fmt: skip
def test_the_bands_begin_at_one_three_and_five(score: float, band: str) -> None:
    assert band_of(score) == band


def test_twelve_reloads_in_ten_minutes_are_one_session() -> None:
    reloads = [scan(minute * 10 / 12) for minute in range(12)]

    (session,) = sessions_of(reloads, GAP)

    assert (session.scans, session.client) == (12, "a")


def test_a_gap_of_half_an_hour_ends_a_session() -> None:
    assert len(sessions_of([scan(0), scan(29.9)], GAP)) == 1
    assert len(sessions_of([scan(0), scan(30)], GAP)) == 2


def test_two_phones_at_once_are_two_sessions() -> None:
    assert len(sessions_of([scan(0, "a"), scan(1, "b"), scan(2, "a")], GAP)) == 2


def test_the_warehouse_is_not_a_consumer() -> None:
    assert sessions_of([scan(0, channel="staff")], GAP) == ()


def test_forgotten_clients_are_never_taken_for_one_person() -> None:
    assert len(sessions_of([scan(0, ""), scan(1, "")], GAP)) == 2


def test_a_distance_shrinks_by_both_radii_and_both_cells() -> None:
    lisbon = scan(0, latitude=38.7223, longitude=-9.1393, source="city_ip")
    madrid = scan(20, latitude=40.4168, longitude=-3.7038, source="city_ip")

    left = travel_km_left(lisbon, madrid)

    assert left is not None
    assert round(left) == 366


def test_without_a_place_there_is_no_distance() -> None:
    assert travel_km_left(scan(0), scan(1, latitude=1.0, longitude=1.0)) is None
