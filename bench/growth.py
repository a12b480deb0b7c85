"""Does an event cost more when the store holds more? Capture into an empty store, a tenth full, and full.

Minutes lie between the stages, in which a shared machine may become twice as slow or quick: so each document is followed by
like work in a table of its own, equally small at each stage. What that costs more or less at the end stands beside the
store's ratios, to tell whether the machine has changed.
"""

import time
from collections.abc import AsyncIterator
from random import Random
from statistics import fmean
from typing import Any, Final, TypeAlias

from bench import item_rows
from bench.events import at, observed
from bench.figures import Figure, Sizes, figure, set_aside
from bench.plant import DOCUMENT_CASES, EVENT_UNITS, Plant
from seriatim import epcis

DOCUMENTS_MAX: Final = 30
"""Of each kind at each stage: about what a large store captures between two checkpoints. The first touch of a page after
one writes the whole page into the database's log, so that five documents alone would show the dearest or the cheapest.
"""
EVENTS: Final = 1_000
KINDS: Final = {
    "commissioning": ("units/s", f"one event of {EVENT_UNITS:,} new units"),
    "packing": ("EPC/s", f"a document of {DOCUMENT_CASES} packing events of 100 units"),
    "observing": ("events/s", f"a document of {EVENTS:,} events of 1 unit each, picked from all there are"),
}
CONTROLS: Final = ("copying", "updating")
"""What is done in the small table."""

Rates: TypeAlias = dict[str, dict[str, list[float]]]
"""Per second, of each document, by stage and by what was done."""


async def measure(plant: Plant, sizes: Sizes) -> AsyncIterator[Figure]:
    """Rates at each stage, and by how much an event costs more at the end than at a tenth of it."""
    known: dict[str, Any] = {"postgresql": plant.postgresql}
    pick = Random(2)
    documents = min(max(sizes.runs, sizes.items // EVENT_UNITS), DOCUMENTS_MAX)
    rates: Rates = {}
    stages = (("empty", 0), ("tenth", sizes.items // 10), ("full", sizes.items))
    for number, (stage, items) in enumerate(stages):
        await plant.stock(items // EVENT_UNITS * EVENT_UNITS)  # so that no event of 10,000 is of two products
        await plant.settle()
        rates[stage] = await _captured(plant, pick, 400_000 + number * DOCUMENTS_MAX * EVENTS, documents)
        for kind, (unit, what) in KINDS.items():
            case = f"{what}, {items:,} units of {sizes.products} products in the store before"
            yield figure(f"growth.{kind}_{stage}", rates[stage][kind], unit, case, **known)
    for kind in KINDS:
        case = f"mean cost at {sizes.items:,} units over mean cost at {sizes.items // 10:,}"
        yield _ratio(f"growth.{kind}_ratio", rates, kind, case, known)
    for name in CONTROLS:
        case = "the same of 10,000 rows in a small table, after each document: how the machine has changed"
        yield _ratio(f"growth.machine_{name}_ratio", rates, name, case, known)


def _ratio(name: str, rates: Rates, kind: str, case: str, known: dict[str, Any]) -> Figure:
    documents = len(rates["full"][kind])
    return figure(name, [_dearer(rates, kind)], "x", case, n=documents, better="less", **known)


def _dearer(rates: Rates, name: str) -> float:
    """By how much the mean cost has grown from a tenth to the whole."""
    before, after = (fmean(1 / rate for rate in rates[stage][name]) for stage in ("tenth", "full"))
    return after / before


async def _captured(plant: Plant, pick: Random, second: int, documents: int) -> dict[str, list[float]]:
    """Rates of each document of each kind, and of the small table after it.

    What is observed is observed from that second of the plant's time on.
    """
    rates: dict[str, list[float]] = {name: [] for name in (*KINDS, *CONTROLS)}
    async with item_rows.bare_rows(plant) as small:
        for number in range(documents):
            first = len(plant.units)
            seconds = await plant.make_units(EVENT_UNITS)
            rates["commissioning"] += [EVENT_UNITS / one for one in seconds]
            rates["copying"].append(await small.copied(first))
            rates["packing"] += await plant.pack_units()
            rates["updating"].append(await small.packed(first))
            rates["observing"].append(await _observed(plant, pick, second + number * EVENTS))
    return rates


async def _observed(plant: Plant, pick: Random, second: int) -> float:
    """Events per second of one document of single observations."""
    events = [observed([one], at(second + i)) for i, one in enumerate(pick.choices(plant.units, k=EVENTS))]
    data = epcis.dumps(events)
    set_aside()
    start = time.perf_counter()
    await plant.capture_document(data)
    return EVENTS / (time.perf_counter() - start)
