"""Reading history: one unit, what stands in a pallet, what a unit stands in, where a lot is."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from random import Random
from typing import Any

from bench.events import GTIN, LOT, path_of
from bench.figures import Figure, Sizes, figure, percentile, set_aside
from bench.plant import Plant, bare_server, serving
from bench.wire import get, loaded
from seriatim import gs1, history
from seriatim.base.db import Transaction

PLAIN = """
with recursive inside as (
    select i.* from history_class c join history_item i on i.parent_class = c.class and i.parent_serial = $2
    where c.scheme = $1 and not i.has_left
    union all
    select i.* from inside o join history_item i on i.parent_class = o.class and i.parent_serial = o.serial
    where not i.has_left
)
select class, serial, parent_class, parent_serial, status, lot, expiry from inside
"""
"""What anybody would write to see what stands in a pallet."""
READS = 400
"""Units read in one run."""

Read = Callable[[Transaction, gs1.Key], Awaitable[Any]]


async def measure(plant: Plant, sizes: Sizes) -> AsyncIterator[Figure]:
    """Each read names another unit; one transaction per run, so that the figures are the reads' own."""
    await plant.stock(sizes.items)
    await plant.settle()
    pick = Random(1)
    asked = [gs1.canonical_key(unit) for unit in pick.choices(plant.units, k=READS)]
    pallets = [gs1.canonical_key(pallet) for pallet in plant.pallets]
    known: dict[str, Any] = {"postgresql": plant.postgresql, "better": "less"}
    among = f"among {sizes.items:,} units"

    runs = [await _timed(plant, _nothing, asked) for _ in range(sizes.runs)]
    for name, share in (("p50", 0.5), ("p95", 0.95)):
        values = [percentile(run, share) for run in runs]
        case = "select 1 on the same connection: what asking costs before anything is read"
        yield figure(f"limit.round_trip_{name}", values, "ms", case, **known)
    runs = [await _timed(plant, history.item, asked) for _ in range(sizes.runs)]
    for name, share in (("p50", 0.5), ("p95", 0.95)):
        values = [percentile(run, share) for run in runs]
        yield figure(f"history.item_{name}", values, "ms", f"state and standings of a unit {among}", **known)
    runs = [await _timed(plant, history.item_and_timeline, asked) for _ in range(sizes.runs)]
    for name, share in (("p50", 0.5), ("p95", 0.95)):
        values = [percentile(run, share) for run in runs]
        case = f"state, standings and timeline of a unit {among}; in the store"
        yield figure(f"history.item_and_events_{name}", values, "ms", case, **known)
    runs = [await _timed(plant, history.ancestors, asked) for _ in range(sizes.runs)]
    values = [percentile(run, 0.5) for run in runs]
    yield figure("history.root_of_unit_p50", values, "ms", f"unit to case to pallet, {among}", **known)

    async with plant.app.database.transaction(readonly=True) as tx:
        inside = len(await history.contents(tx, pallets[0]))
    runs = [await _timed(plant, history.contents, pallets[:4]) for _ in range(sizes.runs)]
    values = [percentile(run, 0.5) for run in runs]
    case = f"a full pallet, {inside:,} cases and units, {among}"
    yield figure("history.contents_of_pallet_p50", values, "ms", case, **known)
    runs = [await _timed(plant, _plain_contents, pallets[:4]) for _ in range(sizes.runs)]
    case = f"the same by one recursive statement, its rows as the database gives them, {among}"
    yield figure("limit.rows_of_pallet_p50", [percentile(run, 0.5) for run in runs], "ms", case, **known)
    runs = [await _timed(plant, _holders, asked[:1]) for _ in range(sizes.runs)]
    async with plant.app.database.transaction(readonly=True) as tx:
        lot = sum(holder.units for holder in await history.holders_of_lot(tx, GTIN, LOT))
    case = f"who holds how many of a lot of {lot:,} units, {among}"
    yield figure("history.holders_of_lot_p50", [run[0] for run in runs], "ms", case, **known)
    async with bare_server(plant) as port:
        yield await _limit_http(port, sizes)
    async with serving(plant):
        async for one in _over_http(plant, sizes, pick):
            yield one


async def _timed(plant: Plant, read: Read, keys: Sequence[gs1.Key]) -> list[float]:
    """Milliseconds of each read."""
    found = []
    async with plant.app.database.transaction(readonly=True) as tx:
        await read(tx, keys[0])
        set_aside()
        for key in keys:
            start = time.perf_counter()
            answer = await read(tx, key)
            found.append((time.perf_counter() - start) * 1000)
            assert answer, "what is read has been made before"
    return found


async def _nothing(tx: Transaction, _: gs1.Key) -> Any:
    return await tx.value("select 1")


async def _plain_contents(tx: Transaction, key: gs1.Key) -> Any:
    return await tx.rows(PLAIN, key.scheme, key.key)


async def _holders(tx: Transaction, _: gs1.Key) -> tuple[history.Holder, ...]:
    return await history.holders_of_lot(tx, GTIN, LOT)


async def _over_http(plant: Plant, sizes: Sizes, pick: Random) -> AsyncIterator[Figure]:
    """The unit and what happened to it: in one answer, and in two that are counted together."""
    headers = {"authorization": f"Bearer {await plant.key('auditor')}"}
    known: dict[str, Any] = {"postgresql": plant.postgresql, "better": "less"}
    for name, paths, told in (
        ("unit_http", ("?timeline=true",), "GET unit with its timeline"),
        ("unit_in_two_http", ("", "/events?documents=false"), "GET unit, then GET its timeline"),
        (
            "unit_with_documents_http",
            ("", "/events"),
            "GET unit, then GET its events with their documents, each of which names up to 10,000 units",
        ),
    ):
        units = [path_of(one).split("/") for one in pick.choices(plant.units, k=READS)]
        asked = [
            get(f"/api/v1/units/{gtin}/{serial}{path}", headers)
            for _, _, gtin, _, serial in units
            for path in paths
        ]
        runs = await _together(plant.port, asked, len(paths), sizes, 200)
        case = f"{told}, among {sizes.items:,} units, one connection"
        for percent in (50, 95):
            values = [percentile(run, percent / 100) for run in runs]
            yield figure(f"history.{name}_p{percent}", values, "ms", case, **known)


async def _limit_http(port: int, sizes: Sizes) -> Figure:
    runs = await _together(port, [get("/01/1/21/1")], 2, sizes, 307)
    case = "two requests to a bare ASGI redirect on Granian, one connection"
    return figure(
        "limit.two_requests_p95", [percentile(run, 0.95) for run in runs], "ms", case, better="less"
    )


async def _together(
    port: int, asked: Sequence[bytes], count: int, sizes: Sizes, status: int
) -> list[list[float]]:
    """Milliseconds of so many requests together, of each run; a first run warms up and is left out."""
    runs = []
    for _ in range(sizes.runs + 1):
        answers = (await loaded(port, asked, connections=1, requests=count * READS)).expect(status)
        runs.append([sum(answers.milliseconds[i : i + count]) for i in range(0, count * READS, count)])
    return runs[1:]
