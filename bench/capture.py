"""Taking events in: every figure ends when the database has them on the disk."""

import os
import time
from collections.abc import AsyncIterator
from itertools import count
from typing import Any

from bench.events import at, observed
from bench.figures import Figure, Sizes, figure, percentile
from bench.plant import EVENT_UNITS, Plant, serving
from bench.wire import loaded, post
from seriatim import epcis

EVENTS = 1_000
CONNECTIONS = 16


async def measure(plant: Plant, sizes: Sizes) -> AsyncIterator[Figure]:
    """Commissioning, packing, single observations as documents, single events over HTTP."""
    known: dict[str, Any] = {"postgresql": plant.postgresql}
    seconds = await plant.make_units(sizes.items)
    rates = [EVENT_UNITS / one for one in seconds]
    case = (
        f"history.capture of an event of {EVENT_UNITS:,} units, new ones with lot and expiry; one connection"
    )
    yield figure("capture.commissioning", rates, "units/s", case, **known)

    case = "documents of 100 packing events of 100 units: read, checked, kept with state and containment"
    yield figure("capture.large_events", await plant.pack_units(), "EPC/s", case, **known)

    rates = [await _document(plant, number, sizes) for number in range(max(sizes.runs, 5))]
    case = f"documents of {EVENTS:,} events of 1 known unit: read, checked, kept with state; one connection"
    yield figure("capture.documents", rates, "events/s", case, **known)
    yield figure(
        "limit.fsync_p50", _fsync(plant, sizes), "ms", "8 KiB appended and forced to the disk", better="less"
    )
    async with serving(plant):
        async for one in _over_http(plant, sizes):
            yield one


async def _document(plant: Plant, number: int, sizes: Sizes) -> float:
    units = (plant.units[(number * EVENTS + i) % sizes.items] for i in range(EVENTS))
    events = [observed([one], at(20_000 + number * EVENTS + i)) for i, one in enumerate(units)]
    data = epcis.dumps(events)
    start = time.perf_counter()
    await plant.capture_document(data)
    return EVENTS / (time.perf_counter() - start)


def _fsync(plant: Plant, sizes: Sizes) -> list[float]:
    """The physical limit of one acknowledgement: the median of each run."""
    found = []
    with (plant.folder / "fsync").open("ab", buffering=0) as file:
        for _ in range(sizes.runs):
            each = []
            for _ in range(50):
                start = time.perf_counter()
                file.write(bytes(8192))
                os.fdatasync(file.fileno())
                each.append((time.perf_counter() - start) * 1000)
            found.append(percentile(each, 0.5))
    return found


async def _over_http(plant: Plant, sizes: Sizes) -> AsyncIterator[Figure]:
    secret = await plant.key("integration")
    headers = {"authorization": f"Bearer {secret}", "content-type": "application/json"}
    made = (
        post(
            "/epcis/events",
            epcis.event_bytes(observed([plant.units[i % sizes.items]], at(100_000 + i))),
            headers,
        )
        for i in count()
    )
    ready = [next(made) for _ in range(int(4_000 * sizes.load_seconds * (sizes.runs + 1)))]
    requests = iter(ready)  # made beforehand: the client shares the cores
    runs = [
        (await loaded(plant.port, requests, connections=CONNECTIONS, seconds=sizes.load_seconds)).expect(201)
        for _ in range(sizes.runs + 1)
    ][1:]
    case = f"POST /epcis/events, 1 known unit each, {CONNECTIONS} connections, one server process"
    known: dict[str, Any] = {"postgresql": plant.postgresql}
    yield figure("capture.single_events_http", [run.rate for run in runs], "events/s", case, **known)
    slow = [percentile(run.milliseconds, 0.99) for run in runs]
    yield figure("capture.single_events_http_p99", slow, "ms", case, better="less", **known)
