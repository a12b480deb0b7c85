"""A pilot's files are checked in words, and its seed decides everything that happens."""

import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seriatim.areas.line import EXPECTED_REASONS
from seriatim.identity import CSET32
from seriatim.journeys.pilot import BadPilot, Pilot, planned_faults, planned_traffic
from seriatim.journeys.run_order import LABELS_PER_LEASE

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "pilot"
PILOT = Pilot.load(EXAMPLE)
RATES = PILOT.scenario.faults


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(EXAMPLE, tmp_path, dirs_exist_ok=True)
    return tmp_path


def changed(file: str, old: str, new: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new), encoding="utf-8")

    return change


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda folder: (folder / "pilot.toml").unlink(), "Cannot read .*pilot.toml: No such file"),
        (changed("pilot.toml", 'plant = "', "plant = "), r"pilot\.toml: "),
        (changed("pilot.toml", 'plant = "9506000000046"', 'plant = "9506000000000"'), "place 9506000000000, which partners"),
        (changed("pilot.toml", 'gtin = "09506000134369"', 'gtin = "09506000134376"'), "orders 09506000134376, which products"),
        (changed("pilot.toml", "absent = 0.008", "absend = 0.008"), r"unknown faults \['absend'\]; known are \['absent'"),
        (changed("pilot.toml", "share = 0.75", "share = 0.7"), "must add up to 1"),
        (changed("pilot.toml", 'lot = "K26K06"\nreason', 'lot = "NONE"\nreason'), "recalls lot NONE, which no order makes"),
        (changed("pilot.toml", "days = 14", "nights = 14"), "unknown field `nights`"),
        (changed("products.toml", 'name = "', 'nickname = "'), r"products\.toml: "),
        (changed("partners.toml", 'gln = "9506000000046"', 'gln = "9506000000047"'), r"partners\.toml: .*check digit"),
        (changed("label.toml", 'kind = "symbol"', 'kind = "sign"'), r"label\.toml: .*sign"),
        (lambda folder: (folder / "label.toml").write_bytes(b"\xff"), r"label\.toml: "),
        (lambda folder: (folder / "pilot.toml").write_bytes(b"\xff"), r"pilot\.toml: "),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_named_with_its_fault(
    folder: Path, change: Callable[[Path], None], words: str
) -> None:
    change(folder)

    with pytest.raises(BadPilot, match=words):
        Pilot.load(folder)


def test_the_example_is_a_pilot() -> None:
    assert {order.lot for order in PILOT.scenario.orders} == {"H26K05", "K26K06"}
    assert PILOT.scenario.recall.lot == "K26K06"


@given(st.integers(2, 100_000))
def test_all_units_are_ordered(units: int) -> None:
    assert sum(PILOT.quantities(units)) == units
    assert min(PILOT.quantities(units)) >= 1


def test_fewer_units_than_orders_are_refused() -> None:
    with pytest.raises(BadPilot, match="1 units are too few for 2 orders"):
        PILOT.quantities(1)


def test_lots_are_renamed_together_with_the_recall() -> None:
    renamed = PILOT.with_lots({"H26K05": "H26K05-2", "K26K06": "K26K06-3"})

    assert [order.lot for order in renamed.scenario.orders] == ["H26K05-2", "K26K06-3"]
    assert renamed.scenario.recall.lot == "K26K06-3"


@given(st.integers(0, 3_000), st.integers(0, 2**32))
@settings(max_examples=30)
def test_faults_are_as_many_as_the_rates_say(units: int, seed: int) -> None:
    faults = planned_faults(RATES, units, Random(seed))

    assert len(faults) <= max(units - 2, 0)
    assert all(2 <= trigger < units for trigger in faults)
    if units >= 10:
        assert len(faults) == sum(round(rate * units) for rate in RATES.values())


@given(st.integers(0, 2**32))
@settings(max_examples=30)
def test_a_duplicate_never_copies_a_label_that_is_itself_spoilt(seed: int) -> None:
    faults = planned_faults(dict.fromkeys(EXPECTED_REASONS, 0.1), 300, Random(seed))

    copies = [trigger for trigger, kind in faults.items() if kind == "duplicate"]

    assert [trigger for trigger in copies if trigger - 2 in faults] == []


def test_no_fault_stands_where_a_print_run_begins() -> None:
    """The label that a duplicate repeats must have been printed in the same run."""
    units = LABELS_PER_LEASE + 100
    faults = planned_faults(dict.fromkeys(EXPECTED_REASONS, 0.12), units, Random(1))

    assert [trigger for trigger in faults if trigger % LABELS_PER_LEASE < 2] == []


def test_the_same_seed_plans_the_same_faults_and_another_seed_others() -> None:
    one, same, other = (planned_faults(RATES, 900, Random(seed)) for seed in (1, 1, 2))

    assert one == same
    assert one != other
    assert Counter(one.values()) == Counter(other.values())


SHELVES = [
    (PILOT.scenario.shops[number % 2], PILOT.scenario.orders[0].gtin, f"S{number:03d}")
    for number in range(200)
]


def test_traffic_is_what_the_market_says_and_its_truth_is_known() -> None:
    traffic = planned_traffic(PILOT, SHELVES, Random(1), CSET32)
    market = PILOT.scenario.market

    assert len(traffic.sold) == round(market.sold * 200)
    assert (len(traffic.clones), len(traffic.diverted), len(traffic.made_up)) == (
        market.clones,
        market.diverted,
        market.made_up,
    )
    assert traffic.clones | traffic.diverted <= {serial for _, _, serial in traffic.sold}
    assert not traffic.clones & traffic.diverted
    assert not traffic.made_up & {serial for _, _, serial in SHELVES}
    truths = Counter(visit.truth for visit in traffic.visits)
    assert truths["clone"] == market.clones * (1 + market.clone_scans)
    assert truths["diverted"] == market.diverted
    assert truths["made_up"] == market.made_up


def test_traffic_comes_in_the_order_of_time_and_honest_scans_stay_near_the_shop() -> None:
    traffic = planned_traffic(PILOT, SHELVES, Random(3), CSET32)
    shop_of = {serial: PILOT.location(shop).country for shop, _, serial in traffic.sold}

    moments = [visit.after for visit in traffic.visits]
    assert moments == sorted(moments)
    assert all(
        visit.city.country == shop_of[visit.serial] for visit in traffic.visits if visit.truth == "honest"
    )


@given(st.integers(0, 40), st.integers(0, 2**32))
@settings(max_examples=20)
def test_a_pilot_with_few_units_or_none_can_be_planned(units: int, seed: int) -> None:
    traffic = planned_traffic(PILOT, SHELVES[:units], Random(seed), CSET32)

    assert len(traffic.sold) <= units
    assert {visit.serial for visit in traffic.visits} <= {s for _, _, s in traffic.sold} | traffic.made_up


def test_the_same_seed_plans_the_same_traffic() -> None:
    one, same, other = (planned_traffic(PILOT, SHELVES, Random(seed), CSET32) for seed in (5, 5, 6))

    assert one == same
    assert one != other
