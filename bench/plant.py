"""A plant for one benchmark: a database of its own in a folder that is thrown away, and a server over it.

Settings of the environment are left out on purpose: no benchmark ever writes into somebody's database.
"""

import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import asyncpg
import msgspec

from bench.events import CAMPAIGN_UNITS, at, campaign_of, commissioned, logistic_unit, packed, products, unit
from bench.figures import BenchmarkFailed, set_aside
from bench.wire import get, loaded
from seriatim import access, epcis, history, identity
from seriatim.app import App, open_app
from seriatim.base.settings import Settings
from seriatim.cli.demo import default_pilot
from seriatim.epcis import Event
from seriatim.journeys.pilot import Pilot

EVENT_UNITS: Final = 10_000
"""Units of one commissioning event."""
CASE_UNITS: Final = 100
PALLET_CASES: Final = 50
DOCUMENT_CASES: Final = 100
START_SECONDS: Final = 60


@dataclass
class Plant:
    """An opened Seriatim with master data, and what has been made in it so far."""

    app: App
    folder: Path
    postgresql: str
    gtins: tuple[str, ...]
    """Of its products."""
    units: list[str] = field(default_factory=list)
    """Digital Links of the units made."""
    serials: list[str] = field(default_factory=list)
    pallets: list[str] = field(default_factory=list)
    """Digital Links of the pallets of 5,000 units."""
    packed: int = 0
    """So many of the units, the first ones, stand in cases and pallets."""
    port: int = 0
    """Of the server; 0 while there is none."""
    server: int = 0
    """Its process."""

    async def capture(self, events: Sequence[Event]) -> None:
        """One transaction, acknowledged when it is on the disk."""
        async with self.app.database.transaction() as tx:
            captured = await history.capture(tx, events, actor=access.SYSTEM, now=self.now())
        assert captured.accepted == len(events), "every event of a benchmark is new"

    async def capture_document(self, data: bytes) -> None:
        """As a partner's document comes in: read with every check, then kept."""
        await self.capture(epcis.loads(data).events)

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def make_units(self, count: int) -> list[float]:
        """Leases serials and commissions so many more units in events of 10,000; seconds for each full event."""
        seconds, past = [], len(self.units) + count
        while (made := len(self.units)) < past:
            in_campaign = CAMPAIGN_UNITS - made % CAMPAIGN_UNITS
            seconds += await self._make_units_of_one_campaign(min(in_campaign, past - made))
        return seconds

    async def _make_units_of_one_campaign(self, count: int) -> list[float]:
        gtin, lot = campaign_of(len(self.units), self.gtins)
        async with self.app.database.transaction() as tx:
            lease = await identity.lease(
                tx,
                gtin,
                count,
                line="L1",
                order_number="4711",
                actor=access.SYSTEM,
                now=self.now(),
                master_key=self.app.environment.master_key,
            )
            serials = await identity.serials_in(tx, lease, self.app.environment.master_key)
        set_aside()
        seconds = []
        for first in range(0, count, EVENT_UNITS):
            made = [unit(serial, gtin) for serial in serials[first : first + EVENT_UNITS]]
            place = len(self.units)
            event = commissioned(made, at(place / 1000), lot)
            start = time.perf_counter()
            await self.capture([event])
            if len(made) == EVENT_UNITS:
                seconds.append(time.perf_counter() - start)
            self.units += made
        self.serials += serials
        return seconds

    async def pack_units(self) -> list[float]:
        """Packs what stands free: cases of 100 in documents of 100 events, then pallets of 50 cases.

        Answers the EPCs per second of each document of cases.
        """
        free = range(self.packed, len(self.units), CASE_UNITS)
        cases = [self.units[first : first + CASE_UNITS] for first in free]
        parents = [logistic_unit(sscc) for sscc in await self._ssccs(len(cases))]
        number = self.packed // CASE_UNITS
        set_aside()
        rates = []
        for first in range(0, len(cases), DOCUMENT_CASES):
            some = list(zip(parents, cases, strict=True))[first : first + DOCUMENT_CASES]
            data = epcis.dumps([packed(case, inside, at(1000 + number + first)) for case, inside in some])
            start = time.perf_counter()
            await self.capture_document(data)
            rates.append(sum(1 + len(inside) for _, inside in some) / (time.perf_counter() - start))
        loads = [parents[i : i + PALLET_CASES] for i in range(0, len(parents), PALLET_CASES)]
        pallets = [logistic_unit(sscc) for sscc in await self._ssccs(len(loads))]
        when = at(200_000 + number)
        await self.capture(
            [packed(pallet, inside, when) for pallet, inside in zip(pallets, loads, strict=True)]
        )
        self.pallets += pallets
        self.packed = len(self.units)
        return rates

    async def stock(self, items: int) -> None:
        """Makes and packs units until there are so many."""
        while len(self.units) < items:
            await self.make_units(min(CAMPAIGN_UNITS, items - len(self.units)))
            await self.pack_units()
        if self.packed < len(self.units):
            await self.pack_units()

    async def settle(self) -> None:
        """Does at once what database and worker do by themselves within minutes of a large load: they vacuum, count rows,
        write what is only in memory, hand out messages and seal the log. What is measured next has the two cores for itself.
        """
        connection = await asyncpg.connect(self.app.database.dsn)
        try:
            await connection.execute("vacuum analyze")
            await connection.execute("checkpoint")
        finally:
            await connection.close()
        dispatcher = self.app.dispatcher()
        while await dispatcher.run_once():
            pass
        await self.app.keep_log()

    async def _ssccs(self, count: int) -> list[str]:
        async with self.app.database.transaction() as tx:
            return await identity.allocate_ssccs(tx, "9506000", count, actor=access.SYSTEM, now=self.now())

    async def key(self, role: access.Role) -> str:
        """The secret of a new API key."""
        async with self.app.database.transaction() as tx:
            return (await access.create_key(tx, role, "bench", actor=access.SYSTEM, now=self.now())).secret


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A data folder for one benchmark.

    Others may pass through it, not look into it: else root's database, which runs as another account, would not live
    here but in /var/lib, and stay there.
    """
    with tempfile.TemporaryDirectory(prefix="seriatim-bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


@asynccontextmanager
async def open_plant(product_count: int) -> AsyncIterator[Plant]:
    """A fresh database in a temporary folder ($TMPDIR chooses the disk), with the sample pilot's master data and so many
    products to make.
    """
    with temporary_folder() as folder:
        settings = Settings(data=folder, log_level="warning")
        async with open_app(settings) as app:
            async with app.database.transaction() as tx:
                version = str(await tx.value("show server_version"))
            plant = Plant(app, folder, version, products(product_count))
            await _master_data(plant)
            yield plant


async def _master_data(plant: Plant) -> None:
    pilot, now = Pilot.load(default_pilot()), plant.now()
    async with plant.app.database.transaction() as tx:
        await identity.save_products(tx, pilot.products, actor=access.SYSTEM, now=now)
        first, known = pilot.products[0], {product.gtin for product in pilot.products}
        more = [msgspec.structs.replace(first, gtin=gtin) for gtin in plant.gtins if gtin not in known]
        await identity.save_products(tx, more, actor=access.SYSTEM, now=now)
        await identity.save_parties(tx, pilot.parties, actor=access.SYSTEM, now=now)
        await identity.save_locations(tx, pilot.locations, actor=access.SYSTEM, now=now)


@asynccontextmanager
async def serving(plant: Plant) -> AsyncIterator[Plant]:
    """The plant with `seriatim serve` over its folder, one server process."""
    port = free_port()
    command = [sys.executable, "-m", "seriatim", "serve", "--port", str(port), "--data", str(plant.folder)]
    async with process(command, plant.folder / "server.log", port, "/readyz") as pid:
        plant.port, plant.server = port, pid
        try:
            yield plant
        finally:
            plant.port = plant.server = 0


@asynccontextmanager
async def bare_server(plant: Plant) -> AsyncIterator[int]:
    """The same server program with nothing but a redirect in it: what client and machine can do at most. Its port."""
    port = free_port()
    command = [
        *(sys.executable, "-m", "granian", "--interface", "asgi", "--no-access-log"),
        *("--port", str(port), "bench.bare:application"),
    ]
    async with process(command, plant.folder / "bare.log", port, "/"):
        yield port


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def process(command: Sequence[str], log: Path, port: int, path: str) -> AsyncIterator[int]:
    """A server process that answers at `path`, by its number; stopped at the end. Raises BenchmarkFailed with what it said."""
    with log.open("wb") as output:
        running = subprocess.Popen(  # noqa: ASYNC220 -- starts at once, and nothing else runs here meanwhile
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=without_settings(),
            cwd=Path(__file__).parents[1],
        )
    try:
        deadline = time.monotonic() + START_SECONDS
        while not await _answers(port, path):
            if running.poll() is not None or time.monotonic() > deadline:
                said = log.read_text(errors="replace")[-2000:]
                raise BenchmarkFailed(f"The server did not start: {said}")
            await asyncio.sleep(0.1)
        yield running.pid
    finally:
        running.terminate()
        try:
            await asyncio.to_thread(running.wait, 30)
        except subprocess.TimeoutExpired:
            running.kill()


def without_settings() -> dict[str, str]:
    """The environment of a process that must not see somebody's settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SERIATIM_")}
    return kept | {"SERIATIM_LOG_LEVEL": "warning"}


async def _answers(port: int, path: str) -> bool:
    try:
        answers = await loaded(port, [get(path)], connections=1, requests=1)
    except (OSError, EOFError):
        return False
    return answers.statuses.keys() <= {200, 307}
