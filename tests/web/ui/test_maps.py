"""The world as squares: cities fall on land, heat and journeys stay inside the picture."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seriatim.web.ui import maps

CITIES = {
    "Lisbon": (38.9, -8.9), "Madrid": (40.4, -3.7), "Warsaw": (52.2, 21.0), "Luanda": (-8.9, 14.5), "Hanoi": (21.0, 105.5),
    "São Paulo": (-22.5, -47.5), "Chicago": (41.9, -88.5), "Delhi": (28.6, 77.2), "Moscow": (55.7, 37.6),
    "Alice Springs": (-23.7, 133.9), "Bangui": (4.4, 18.6), "Ulan Bator": (47.9, 106.9),
}  # fmt: skip
degrees = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


@pytest.mark.parametrize("city", CITIES)
def test_a_city_stands_on_land(city: str) -> None:
    column, row = maps.square_of(*CITIES[city])

    assert column in maps.land()["rows"][row]


@pytest.mark.parametrize("sea", [(0.0, -30.0), (-40.0, 80.0), (30.0, -150.0), (45.0, -40.0)])
def test_the_sea_is_empty(sea: tuple[float, float]) -> None:
    column, row = maps.square_of(*sea)

    assert column not in maps.land()["rows"][row]


@given(st.lists(degrees, min_size=1, max_size=6))
def test_every_stop_of_a_journey_is_inside_its_picture(stops: list[tuple[float, float]]) -> None:
    drawn = maps.journey([(*stop, "here", "now") for stop in stops])

    assert 1 <= len(drawn.spots) <= len(stops)
    assert sum(spot.visits for spot in drawn.spots) == len(stops)
    for spot in drawn.spots:
        assert -1 <= spot.left <= 101
        assert -1 <= spot.top <= 101
    assert drawn.width / drawn.height >= 1.5


@given(st.lists(st.tuples(st.floats(-54, 80), st.floats(-170, 180), st.integers(1, 100_000)), max_size=20))
def test_heat_has_four_levels_and_the_warmest_place_the_highest(
    places: list[tuple[float, float, int]],
) -> None:
    drawn = maps.world(places)

    levels = [level for level, _ in drawn.heat]
    assert set(levels) <= {1, 2, 3, 4}
    assert bool(levels) == bool(places)
    for _, path in drawn.heat:
        for x, y in re.findall(r"M([\d.-]+) ([\d.-]+)h", path):
            assert 0 <= float(x) <= drawn.width
            assert 0 <= float(y) <= drawn.height
