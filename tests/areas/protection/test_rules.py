"""The worked examples of the rules, number by number; shipped to Portugal ten days ago unless said."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from seriatim.areas.protection.model import Judgement, RuleSet, Scan, UnitFacts
from seriatim.areas.protection.rules import RULES, judge

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
UNIT = UnitFacts(
    code="(01)09506000134352(21)A1",
    issued=True,
    markets=("PT",),
    shipped_to="PT",
    shipped_at=NOON - timedelta(days=10),
    lot="(01)09506000134352(10)L1",
)
PLACES = {"LIS": ("PT", 38.7223, -9.1393), "HAN": ("VN", 21.0285, 105.8542), "MAD": ("ES", 40.4168, -3.7038)}


def seen(place: str, minute: float, client: str = "", **more: object) -> Scan:
    country, latitude, longitude = PLACES[place]
    known = {
        "country": country,
        "latitude": latitude,
        "longitude": longitude,
        "source": "city_ip",
        "network": "mobile",
    }
    return Scan(
        id=round(minute * 60) + 1,
        at=NOON + timedelta(minutes=minute),
        client=client or f"phone at {minute}",
        **(known | more),  # type: ignore[arg-type]
    )


def judged(*scans: Scan, unit: UnitFacts = UNIT, rules: RuleSet = RULES) -> Judgement:
    *before, last = scans
    return judge(unit, before, last, rules, last.at)


def fired(judgement: Judgement) -> dict[str, float]:
    return {reason.rule: round(reason.points, 2) for reason in judgement.reasons}


def test_example_1_one_scan_where_it_was_sent_is_normal() -> None:
    judgement = judged(seen("LIS", 0))

    assert (judgement.score, judgement.band) == (0, "normal")
    assert [reason.rule for reason in judgement.for_genuine] == ["G1"]


def test_example_2_twelve_reloads_by_one_phone_are_normal() -> None:
    judgement = judged(*(seen("LIS", minute * 10 / 12, "phone") for minute in range(12)))

    assert (judgement.score, judgement.band, fired(judgement)) == (0, "normal", {})


def test_example_3_lisbon_then_hanoi_five_minutes_later_is_suspicious_and_one_alert() -> None:
    judgement = judged(seen("LIS", 0), seen("HAN", 5))

    assert fired(judgement) == {"R4h": 5.0, "R7": 1.0}
    assert (judgement.score, judgement.band) == (6, "suspicious")
    assert [(alert.rule, alert.subject) for alert in judgement.alerts] == [("R4h", UNIT.code)]


def test_T16_a_tap_shown_again_is_noted_and_changes_no_headline_by_itself() -> None:
    judgement = judged(seen("LIS", 0, tap="replayed"))

    assert (judgement.score, judgement.band, fired(judgement)) == (2, "watch", {"R13": 2.0})
    assert judgement.alerts == ()


def test_T16_a_tap_shown_again_adds_to_what_else_speaks_against_a_unit() -> None:
    judgement = judged(seen("LIS", 0), seen("HAN", 5, tap="replayed"))

    assert fired(judgement) == {"R4h": 5.0, "R7": 1.0, "R13": 2.0}
    assert judgement.band == "suspicious"


@pytest.mark.parametrize(
    ("tap", "points", "band"), [("jumped", 3.0, "caution"), ("refused", 6.0, "suspicious")]
)
def test_a_tap_that_was_made_up_or_that_others_were_collected_before_is_an_alert(
    tap: str, points: float, band: str
) -> None:
    judgement = judged(seen("LIS", 0, tap=tap))

    assert (fired(judgement), judgement.band) == ({"R13": points}, band)
    assert [alert.rule for alert in judgement.alerts] == ["R13"]


def test_example_4_a_vpn_says_nothing_about_a_place() -> None:
    judgement = judged(seen("LIS", 0), seen("HAN", 5, network="vpn"))

    assert (judgement.score, judgement.band, fired(judgement)) == (0, "normal", {})


def test_example_5_one_fast_trip_to_the_neighbour_is_normal() -> None:
    judgement = judged(seen("LIS", 0), seen("MAD", 20))

    assert (judgement.score, judgement.band, fired(judgement)) == (0, "normal", {})


def test_example_6_two_fast_trips_are_watched() -> None:
    judgement = judged(seen("MAD", 0), seen("LIS", 20), seen("MAD", 40))

    assert fired(judgement) == {"R4": 1.5}
    assert (round(judgement.score, 2), judgement.band) == (1.5, "watch")
    assert judgement.alerts == ()


def test_example_7_a_country_that_is_no_neighbour_in_the_table() -> None:
    lonely = replace(RULES, neighbours={})

    judgement = judged(seen("MAD", 0, source="country_ip"), rules=lonely)

    assert fired(judgement) == {"R7": 0.6}
    assert (judgement.score, judgement.band) == (0.6, "normal")


def test_example_8_a_month_of_silence_halves_the_weight_of_travel() -> None:
    trips = [seen("MAD", 0, source="gps"), seen("LIS", 20, source="gps"), seen("MAD", 40, source="gps")]
    later = Scan(id=10_000_000, at=trips[-1].at + timedelta(days=30), client="somebody")

    judgement = judge(UNIT, trips, later, RULES, later.at)

    assert (round(judgement.score, 2), judgement.band) == (1.5, "watch")


def test_example_10_forty_phones_in_an_hour_are_suspicious_except_in_a_show_room() -> None:
    crowd = [seen("MAD", minute) for minute in range(40)]

    assert fired(judged(*crowd)) == {"R6h": 5.0}
    assert judged(*crowd).band == "suspicious"
    assert judged(*crowd, unit=replace(UNIT, display_unit=True)).score == 0


@pytest.mark.parametrize(
    ("sessions", "points"), [(10, {}), (11, {"R6": 1.0}), (20, {"R6": 2.0}), (40, {"R6": 3.0})]
)
def test_sessions_are_counted_in_steps(sessions: int, points: dict[str, float]) -> None:
    phones = [seen("MAD", hour * 4) for hour in range(sessions)]
    spread = [replace(scan, at=NOON + timedelta(minutes=index * 4)) for index, scan in enumerate(phones)]

    judgement = judge(UNIT, spread[:-1], spread[-1], replace(RULES, burst_clients=1000), spread[-1].at)

    assert fired(judgement) == points


def test_a_serial_that_was_never_issued_is_an_alert_of_its_own() -> None:
    judgement = judged(seen("LIS", 0), unit=UnitFacts(code="(01)09506000134352(21)FAKE", issued=False))

    assert fired(judgement) == {"R1": 4.0}
    assert [alert.rule for alert in judgement.alerts] == ["R1"]


def test_the_place_of_delivery_does_not_speak_for_a_serial_nobody_issued() -> None:
    judgement = judged(seen("LIS", 0), unit=replace(UNIT, issued=False, markets=()))

    assert judgement.score == 4


def test_a_unit_nobody_has_reported_as_made_draws_attention_when_a_consumer_holds_it() -> None:
    unborn = UnitFacts(code=UNIT.code, issued=True, active=False)

    assert fired(judged(seen("LIS", 0), unit=unborn)) == {"R2": 4.0}
    assert fired(judged(seen("LIS", 0, channel="staff"), unit=unborn)) == {}


def test_a_wrong_market_is_an_alert_for_the_sales_desk_and_nothing_to_the_consumer() -> None:
    judgement = judged(seen("HAN", 0))

    assert (judgement.score, judgement.band) == (1, "watch")
    assert [alert.rule for alert in judgement.alerts] == ["R7"]


def test_half_a_year_after_shipping_a_foreign_country_weighs_half() -> None:
    old = replace(UNIT, shipped_at=NOON - timedelta(days=180))

    assert fired(judged(seen("HAN", 0), unit=old)) == {"R7": 0.5}


def test_one_phone_that_switches_its_vpn_on_is_no_traveller() -> None:
    same = judged(seen("LIS", 0, "phone"), seen("HAN", 40, "phone", network="mobile"))

    assert "R4h" not in fired(same)


def test_a_recalled_unit_raises_no_falsification_alert() -> None:
    judgement = judged(seen("LIS", 0), seen("HAN", 5), unit=replace(UNIT, recalled=True))

    assert [(alert.rule, alert.subject) for alert in judgement.alerts] == [("recalled_seen", UNIT.lot)]


def test_what_speaks_for_one_client_never_clears_the_unit_for_others() -> None:
    judgement = judged(seen("LIS", 0), seen("HAN", 5), seen("LIS", 10, "owner"))

    assert (round(judgement.unit_score, 2), round(judgement.score, 2)) == (6, 4)


def test_the_same_facts_give_the_same_judgement() -> None:
    scans = [seen("LIS", 0), seen("HAN", 5), seen("MAD", 200)]

    assert judged(*scans) == judged(*scans)
