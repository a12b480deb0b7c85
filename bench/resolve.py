"""What phones and systems ask over HTTP: a redirect, a verdict page, a small JSON answer. One server process."""

import gzip
import statistics
from bisect import bisect_right
from collections.abc import AsyncIterator, Sequence
from math import exp
from random import Random
from typing import Any

from bench.events import GTIN, path_of
from bench.figures import Figure, Sizes, figure, percentile
from bench.plant import Plant, bare_server, serving
from bench.wire import Load, get, loaded
from seriatim.identity import CSET32

CONNECTIONS = 32
GUESSES = 400
PHONE = {
    "accept": "text/html",
    "accept-encoding": "gzip",
    "accept-language": "pt-PT,pt;q=0.9",
    "user-agent": "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/141.0 Mobile Safari/537.36",
}


async def measure(plant: Plant, sizes: Sizes) -> AsyncIterator[Figure]:
    """Redirects, verdict pages, one product as JSON; and a bare redirect of the same server as the limit."""
    await plant.stock(sizes.items)
    await plant.settle()
    known: dict[str, Any] = {"postgresql": plant.postgresql}
    client = f"{CONNECTIONS} connections, client and database on the same cores"
    async with serving(plant):
        scans = [get(path_of(one), PHONE) for one in plant.units[:5_000]]
        runs = await _runs(plant.port, scans, 307, sizes)
        case = f"GET of a unit's Digital Link, 307, {client}"
        yield figure("resolve.redirect", [run.rate for run in runs], "1/s", case, **known)
        yield _slow("resolve.redirect_p99", runs, 0.99, f"{case}, as fast as it goes", known)
        half = statistics.median([run.rate for run in runs]) / 2
        runs = await _runs(plant.port, scans, 307, sizes, rate=half)
        yield _slow("resolve.redirect_p99_at_half_load", runs, 0.99, f"{case}, {half:,.0f} a second", known)
        async for one in _pages(plant, sizes, known):
            yield one
        headers = {"authorization": f"Bearer {await plant.key('auditor')}"}
        runs = await _runs(plant.port, [get(f"/api/v1/products/{GTIN}", headers)], 200, sizes)
        case = f"GET of one product: the key is checked, one row is read, {client}"
        yield figure("resolve.json_one_read", [run.rate for run in runs], "1/s", case, **known)
    yield await _limit(plant, sizes, client)


async def _pages(plant: Plant, sizes: Sizes, known: dict[str, Any]) -> AsyncIterator[Figure]:
    """Consumers at their pages: identified, judged, recorded; each pack a few times at most."""
    pages = [get(f"/c{path_of(one)}", PHONE) for one in plant.units[-5_000:]]
    runs = await _runs(plant.port, pages, 200, sizes)
    case = f"GET of a unit's page, scan judged and recorded, {CONNECTIONS} connections"
    yield figure("resolve.consumer_page", [run.rate for run in runs], "1/s", case, **known)
    alone = await _runs(plant.port, pages, 200, sizes, connections=1)
    yield _slow("resolve.consumer_page_p95", alone, 0.95, "the same, one connection", known)
    head, _, body = alone[-1].last.partition(b"\r\n\r\n")
    case = f"head and body, gzip; {len(gzip.decompress(body)):,} bytes of HTML"
    size = float(len(head) + 4 + len(body))
    yield figure("resolve.consumer_page_bytes", [size], "bytes", case, better="less")
    yield await _guesses(plant, sizes, known)


async def _guesses(plant: Plant, sizes: Sizes, known: dict[str, Any]) -> Figure:
    """T13: does the time tell serials apart that nobody issued, those in the form of ours and those in no form of ours?"""
    dice = Random(13)
    guesses = []
    for _ in range(min(sizes.inputs, GUESSES)):
        ours, other = "".join(dice.choices(CSET32, k=12)), "".join(dice.choices("01ilou", k=12))
        guesses += [get(f"/c/01/{GTIN}/21/{serial}", PHONE) for serial in (ours, other)]
    chances = []
    for _ in range(sizes.runs):
        load = await loaded(plant.port, guesses, connections=1, requests=len(guesses))
        times = load.expect(404).milliseconds
        chances.append(same_distribution(times[::2], times[1::2]))
    case = (
        f"{len(guesses):,} guesses in turn, one connection: Kolmogorov-Smirnov, chance that one law made both"
    )
    return figure("resolve.unknown_serials_same_time", chances, "p", case, **known)


def same_distribution(one: Sequence[float], other: Sequence[float]) -> float:
    """The chance of a difference at least as large between two samples of one distribution (two-sided, asymptotic).

    Source: Numerical Recipes 14.3.
    """
    first, second = sorted(one), sorted(other)
    places = [
        (bisect_right(first, x) / len(first), bisect_right(second, x) / len(second)) for x in first + second
    ]
    distance = max(abs(a - b) for a, b in places)
    root = (len(first) * len(second) / (len(first) + len(second))) ** 0.5
    reach = (root + 0.12 + 0.11 / root) * distance
    terms = [2 * (-1) ** (k - 1) * exp(-2 * (k * reach) ** 2) for k in range(1, 101)]
    return min(1.0, max(0.0, sum(terms))) if reach > 0.2 else 1.0


async def _runs(
    port: int,
    requests: Sequence[bytes],
    status: int,
    sizes: Sizes,
    *,
    connections: int = CONNECTIONS,
    rate: float | None = None,
) -> list[Load]:
    """As many runs as wanted, after one that warms up."""
    runs = []
    for number in range(sizes.runs + 1):
        turned = [*requests[number * 700 % len(requests) :], *requests[: number * 700 % len(requests)]]
        load = await loaded(port, turned, connections=connections, seconds=sizes.load_seconds, rate=rate)
        runs.append(load.expect(status))
    return runs[1:]


def _slow(name: str, runs: Sequence[Load], share: float, case: str, known: dict[str, Any]) -> Figure:
    values = [percentile(run.milliseconds, share) for run in runs]
    return figure(name, values, "ms", case, better="less", **known)


async def _limit(plant: Plant, sizes: Sizes, client: str) -> Figure:
    async with bare_server(plant) as port:
        runs = await _runs(port, [get("/01/1/21/1", PHONE)], 307, sizes)
    case = f"a bare ASGI redirect on Granian, {client}"
    return figure("limit.bare_redirect", [run.rate for run in runs], "1/s", case)
