"""Taking events in: every figure ends when the database has them on the disk."""

import os
import time
from collections.abc import AsyncIterator
from itertools import count
from typing import Any

from bench import item_rows
from bench.events import at, observed
from bench.figures import Figure, Sizes, figure, percentile
from bench.memory import watched
from bench.plant import EVENT_UNITS, Plant, serving
from bench.wire import loaded, post
from seriatim import epcis, history
from seriatim.base import limits

EVENTS = 1_000
UNITS_MAX = 100_000
"""Made for the figures; how they change with what is there already is told by `growth`."""
CONNECTIONS = 16
RUN_DOCUMENTS = 8


async def measure(plant: Plant, sizes: Sizes) -> AsyncIterator[Figure]:
    """Commissioning, packing, single observations as documents, single events over HTTP."""
    known: dict[str, Any] = {"postgresql": plant.postgresql}
    seconds = await plant.make_units(min(sizes.items, UNITS_MAX))
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
    case = "class and serial of 100,000 units by binary COPY into a table with nothing on it, one transaction"
    yield figure("limit.copy_rows", await _copy(plant, sizes), "rows/s", case, **known)
    copied, changed = await item_rows.limits(plant, min(sizes.items, UNITS_MAX))
    case = f"rows of {EVENT_UNITS:,} new units by plain COPY into a table with the keys, checks and indexes of the store"
    yield figure("limit.copy_unit_rows", copied, "rows/s", case, **known)
    case = f"the parents of {EVENT_UNITS:,} units there by one plain UPDATE"
    yield figure("limit.update_unit_rows", changed, "rows/s", case, **known)
    async with serving(plant), watched(plant.server) as held:
        yield await _documents_over_http(plant, sizes)
        async for one in _single_events(plant, sizes):
            yield one
        await _large_document(plant, sizes)
    case = f"server and worker together at most: documents and single events over HTTP, then one document of {limits.CAPTURE_EVENTS:,} events"
    yield figure("capture.server_memory", [max(held)], "MB", case, n=len(held), better="less", **known)


async def _document(plant: Plant, number: int, sizes: Sizes) -> float:
    data = _observations(plant, number, sizes)
    start = time.perf_counter()
    await plant.capture_document(data)
    return EVENTS / (time.perf_counter() - start)


def _observations(plant: Plant, number: int, sizes: Sizes, events_in_it: int = EVENTS) -> bytes:
    """A document of so many events of one unit each, other ones for every number."""
    units = (plant.units[(number * EVENTS + i) % min(sizes.items, UNITS_MAX)] for i in range(events_in_it))
    events = [observed([one], at(20_000 + number * EVENTS + i)) for i, one in enumerate(units)]
    return epcis.dumps(events)


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


async def _copy(plant: Plant, sizes: Sizes) -> list[float]:
    """The limit of all that puts rows of units into the store."""
    rows = [(1, serial) for serial in plant.serials[:100_000]]
    rates = []
    for _ in range(sizes.runs):
        async with plant.app.database.transaction() as tx:
            await tx.execute(
                'create table bench_limit (class integer not null, serial text collate "C" not null)'
            )
        start = time.perf_counter()
        async with plant.app.database.transaction() as tx:
            await tx.copy("bench_limit", ["class", "serial"], rows)
        rates.append(len(rows) / (time.perf_counter() - start))
        async with plant.app.database.transaction() as tx:
            await tx.execute("drop table bench_limit")
    return rates


async def _headers(plant: Plant, content_type: str) -> dict[str, str]:
    return {"authorization": f"Bearer {await plant.key('integration')}", "content-type": content_type}


async def _documents_over_http(plant: Plant, sizes: Sizes) -> Figure:
    headers = await _headers(plant, "application/ld+json")
    rates, before = [], await _stored(plant)
    for run in range(1, max(sizes.runs, 5) + 1):
        numbers = range(100 * run, 100 * run + RUN_DOCUMENTS)
        requests = [post("/epcis/capture", _observations(plant, n, sizes), headers) for n in numbers]
        answers = await loaded(plant.port, requests, connections=2, requests=RUN_DOCUMENTS)
        rates.append(EVENTS * answers.expect(202).rate)
    # A document is answered before its verdicts are read: make sure that all of it was kept.
    assert await _stored(plant) - before == len(rates) * RUN_DOCUMENTS * EVENTS, "events were refused"
    case = f"POST /epcis/capture, documents of {EVENTS:,} events of 1 known unit, 2 connections, one server process"
    return figure("capture.documents_http", rates, "events/s", case, postgresql=plant.postgresql)


async def _large_document(plant: Plant, sizes: Sizes) -> None:
    headers = await _headers(plant, "application/ld+json")
    before = await _stored(plant)
    request = post("/epcis/capture", _observations(plant, 5_000, sizes, limits.CAPTURE_EVENTS), headers)
    (await loaded(plant.port, [request], connections=1, requests=1)).expect(202)
    assert await _stored(plant) - before == limits.CAPTURE_EVENTS, "events were refused"


async def _stored(plant: Plant) -> int:
    async with plant.app.database.transaction(readonly=True) as tx:
        return (await history.counts(tx)).events


async def _single_events(plant: Plant, sizes: Sizes) -> AsyncIterator[Figure]:
    headers = await _headers(plant, "application/json")
    made = (
        post(
            "/epcis/events",
            epcis.event_bytes(observed([plant.units[i % min(sizes.items, UNITS_MAX)]], at(1_000_000 + i))),
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
