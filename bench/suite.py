"""All benchmarks in one table, and the order in which they run: what needs no database first."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from typing import Final

from bench import capture, epcis, growth, gs1, history, log, pilot, protection, resolve, serials, symbols
from bench.figures import Figure, Sizes
from bench.plant import Plant, open_plant

ALONE: Final[Mapping[str, Callable[[Sizes], Iterator[Figure]]]] = {
    "gs1": gs1.measure,
    "serials": serials.measure,
    "symbols": symbols.measure,
    "epcis": epcis.measure,
    "protection": protection.measure,
    "log": log.measure,
}
IN_A_PLANT: Final[Mapping[str, Callable[[Plant, Sizes], AsyncIterator[Figure]]]] = {
    "growth": growth.measure,
    "capture": capture.measure,
    "history": history.measure,
    "resolve": resolve.measure,
}
"""These share one database: what one makes the next one reads."""
LONG: Final[Mapping[str, Callable[[Sizes], Iterator[Figure]]]] = {"demo": pilot.measure}


async def figures(groups: Sequence[str], sizes: Sizes) -> AsyncIterator[Figure]:
    """The figures of these groups as soon as each is known."""
    for name, measure in ALONE.items():
        if name in groups:
            for one in measure(sizes):
                yield one
    wanted = [measure for name, measure in IN_A_PLANT.items() if name in groups]
    if wanted:
        async with open_plant(sizes.products) as plant:
            for measure_there in wanted:
                async for one in measure_there(plant, sizes):
                    yield one
    for name, measure in LONG.items():
        if name in groups:
            for one in measure(sizes):
                yield one
