"""The rules over histories of scans, as back-tests replay them."""

from collections.abc import Iterator
from datetime import timedelta
from random import Random

from bench.events import GTIN, LOT, START
from bench.figures import Figure, Sizes, rate
from seriatim.areas.protection import RULES, Scan, UnitFacts, judge

PLACES = (
    ("PT", 38.72, -9.14),
    ("PT", 41.16, -8.63),
    ("ES", 40.42, -3.70),
    ("FR", 48.86, 2.35),
    ("VN", 10.78, 106.70),
    ("NG", 6.45, 3.39),
)
UNITS = 2_000
COPIED = 0.02
"""Units whose code sits on packs in far places, too."""


def measure(sizes: Sizes) -> Iterator[Figure]:
    """Each scan of each unit is judged after all earlier scans of the same unit."""
    pick = Random(1)
    units = [_unit(number, pick) for number in range(min(UNITS, sizes.inputs))]
    scans = sum(len(history) for _, history in units)

    def replay() -> None:
        for facts, history in units:
            for number, scan in enumerate(history):
                judge(facts, history[:number], scan, RULES, scan.at)

    case = f"{scans:,} scans of {len(units):,} units, {COPIED:.0%} of them copied"
    yield rate("protection.replay", replay, scans, "scans/s", case, sizes)


def _unit(number: int, pick: Random) -> tuple[UnitFacts, tuple[Scan, ...]]:
    """Most packs are scanned once or twice by their buyer; a copied code again and again, far apart."""
    code = f"(01){GTIN}(21){number:012}"
    facts = UnitFacts(
        code=code,
        issued=True,
        markets=("PT", "ES"),
        shipped_to="PT",
        shipped_at=START,
        lot=f"(01){GTIN}(10){LOT}",
    )
    is_copied = pick.random() < COPIED
    count = pick.randint(5, 40) if is_copied else min(1 + int(pick.expovariate(0.7)), 12)
    at, scans = START + timedelta(hours=pick.random() * 100), []
    for index in range(count):
        country, latitude, longitude = pick.choice(PLACES if is_copied else PLACES[:2])
        at += timedelta(hours=pick.expovariate(0.2) if is_copied else pick.expovariate(0.05))
        client = f"c{number}-{index if is_copied else index // 3}"
        scans.append(
            Scan(
                id=number * 100 + index,
                at=at,
                client=client,
                country=country,
                latitude=latitude,
                longitude=longitude,
                source="city_ip",
                network="mobile",
            )
        )
    return facts, tuple(scans)
