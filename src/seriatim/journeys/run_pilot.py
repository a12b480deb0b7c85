"""The whole mission once, small and real: products are born, checked, packed, shipped, sold, scanned, judged, recalled.

Nothing here is pretended but the world outside: the camera is synthetic (or a folder of photographs), the consumers
follow a plan whose truth is known. Everything else is the product itself, through the same actions a person would use.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Final

from seriatim import history, identity
from seriatim.access import Actor
from seriatim.areas import content, line, protection
from seriatim.base.clock import StepClock
from seriatim.base.db import Database, Transaction
from seriatim.base.environment import Environment
from seriatim.base.settings import Settings
from seriatim.journeys import run_recall, ship_and_receive
from seriatim.journeys.pilot import Pilot, Traffic, planned_faults, planned_traffic
from seriatim.journeys.run_order import Report, Run, Station, run_order
from seriatim.journeys.scan import Answer, scan

OPERATOR: Final = Actor(kind="system", id="pilot-line", name="Pilot line", role="line_lead")
LOGISTICS: Final = Actor(kind="system", id="pilot-warehouse", name="Pilot warehouse", role="warehouse")
QUALITY: Final = Actor(kind="system", id="pilot-quality", name="Pilot quality", role="quality")
DIRECTOR: Final = Actor(kind="system", id="pilot-director", name="Pilot director", role="administrator")
SCANS_PER_STEP: Final = 25

CameraFor = Callable[[dict[int, line.FaultKind]], Callable[[Sequence[line.Label], int], line.FrameSource]]
"""Given the faults planned for an order, the camera for its labels."""


@dataclass(frozen=True, slots=True)
class Stage:
    """What a pilot runs on."""

    database: Database
    settings: Settings
    master_key: bytes
    camera: CameraFor
    eyes: Executor
    report: Report
    started_at: datetime
    """The present; the pilot's story ends here and begins some days before."""


@dataclass(slots=True)
class Outcome:
    """What the pilot did, and the truth it is measured against."""

    pilot: Pilot
    runs: list[Run] = field(default_factory=list)
    faults: list[dict[int, line.FaultKind]] = field(default_factory=list)
    traffic: Traffic | None = None
    answers: list[tuple[str, str, Answer]] = field(default_factory=list)
    """Truth, serial and answer of each scan."""
    shelves: list[tuple[str, str, str]] = field(default_factory=list)
    shipments: int = 0
    recall: run_recall.RecallReport | None = None
    recalled_page: Answer | None = None
    """What a consumer sees of a recalled unit."""


async def run_pilot(stage: Stage, pilot: Pilot, units: int, seed: int) -> Outcome:
    """Runs the pilot from master data to recall; the same seed gives the same counts."""
    rng = Random(seed)  # noqa: S311 -- a plan that can be repeated, no secret
    clock = StepClock(stage.started_at - timedelta(days=pilot.scenario.days), timedelta(seconds=2))
    environment = Environment(stage.settings, clock, stage.master_key)
    outcome = Outcome(await _with_free_lots(stage, pilot))
    await _keep_master_data(stage, environment, pilot)
    await _run_orders(stage, environment, outcome, units, rng)
    await _fill_the_shelves(stage, environment, outcome)
    await _sell_and_scan(stage, environment, outcome, rng)
    await _recall(stage, environment, outcome)
    return outcome


async def _with_free_lots(stage: Stage, pilot: Pilot) -> Pilot:
    """The pilot with lots that no pilot before it has made: a lot that was recalled must not be made again."""
    free: dict[str, str] = {}
    async with stage.database.transaction(readonly=True) as tx:
        for planned in pilot.scenario.orders:
            run, lot = 1, planned.lot
            while await _is_made(tx, lot, [order.gtin for order in pilot.scenario.orders]):
                run += 1
                lot = f"{planned.lot}-{run}"
            free[planned.lot] = lot
    return pilot.with_lots(free)


async def _is_made(tx: Transaction, lot: str, gtins: Sequence[str]) -> bool:
    for gtin in gtins:
        if (await history.units(tx, history.UnitFilter(gtin=gtin, lot=lot), limit=1)).items:
            return True
    return False


async def _keep_master_data(stage: Stage, environment: Environment, pilot: Pilot) -> None:
    now = environment.clock.now()
    async with stage.database.transaction() as tx:
        await identity.save_parties(tx, pilot.parties, actor=DIRECTOR, now=now)
        await identity.save_locations(tx, pilot.locations, actor=DIRECTOR, now=now)
        await identity.save_products(tx, pilot.products, actor=DIRECTOR, now=now)
        for product in pilot.products:
            for text in pilot.texts:
                await content.save_text(tx, product.gtin, text, actor=DIRECTOR, now=now)
    stage.report("master data", 1, 1)


async def _run_orders(
    stage: Stage, environment: Environment, outcome: Outcome, units: int, rng: Random
) -> None:
    """Each order through the line: leased, printed, filmed, judged, reworked, packed."""
    pilot, clock = outcome.pilot, environment.clock
    for planned, quantity in zip(pilot.scenario.orders, pilot.quantities(units), strict=True):
        product, now = pilot.product(planned.gtin), clock.now()
        order = line.Order(
            number=await _free_number(stage, f"{now:%y%m%d}-{planned.lot}"),
            gtin=planned.gtin,
            lot=planned.lot,
            produced_on=now.date(),
            expiry=now.date() + timedelta(days=product.shelf_life_days),
            quantity=quantity,
            line=planned.line,
            plant=pilot.scenario.plant,
            units_per_case=product.units_per_case,
            cases_per_pallet=product.cases_per_pallet,
        )
        async with stage.database.transaction() as tx:
            await line.create_order(tx, order, actor=OPERATOR, now=now)
        faults = planned_faults(pilot.scenario.faults, quantity, rng)
        station = Station(
            stage.database, environment, OPERATOR, pilot.label, stage.camera(faults), stage.eyes, stage.report
        )
        outcome.faults.append(faults)
        outcome.runs.append(await run_order(station, order.number))


async def _free_number(stage: Stage, wanted: str) -> str:
    """The order number, or the next one that a pilot before this one has not used."""
    async with stage.database.transaction(readonly=True) as tx:
        number, run = wanted, 1
        while await line.order(tx, number) is not None:
            run += 1
            number = f"{wanted}-{run}"
    return number


async def _fill_the_shelves(stage: Stage, environment: Environment, outcome: Outcome) -> None:
    """Pallets to the warehouse, cases to the shops; opened there."""
    pilot, clock = outcome.pilot, _moved(environment, timedelta(days=1))
    plant, warehouse = pilot.scenario.plant, pilot.scenario.warehouse
    pallets = [pallet for run in outcome.runs for pallet in run.pallets]
    await _send(stage, environment, [pallet.sscc for pallet in pallets], plant, warehouse)
    cases = [(run.order, case) for run in outcome.runs for pallet in run.pallets for case in pallet.cases]
    async with stage.database.transaction() as tx:
        opened = [(p.sscc, [line.sscc_id(case.sscc) for case in p.cases]) for p in pallets]
        await ship_and_receive.unpack(tx, opened, warehouse, actor=LOGISTICS, now=clock.now())
    shops = pilot.scenario.shops
    for number, shop in enumerate(shops):
        mine = cases[number :: len(shops)]
        if not mine:
            continue
        await _send(stage, environment, [case.sscc for _, case in mine], warehouse, shop)
        inside = [(case.sscc, [line.unit_id(order.gtin, s) for s in case.serials]) for order, case in mine]
        async with stage.database.transaction() as tx:
            await ship_and_receive.unpack(tx, inside, shop, actor=LOGISTICS, now=clock.now())
        outcome.shelves += [(shop, order.gtin, serial) for order, case in mine for serial in case.serials]
        outcome.shipments += 1
        stage.report("ship", number + 1, len(shops))
    outcome.shipments += 1


async def _send(
    stage: Stage, environment: Environment, ssccs: Sequence[str], from_gln: str, to_gln: str
) -> None:
    """Shipped in one transaction, received a day later in another."""
    clock = environment.clock
    async with stage.database.transaction() as tx:
        shipment = await ship_and_receive.ship(tx, ssccs, from_gln, to_gln, actor=LOGISTICS, now=clock.now())
    arrived = _moved(environment, timedelta(hours=20)).now()
    async with stage.database.transaction() as tx:
        await ship_and_receive.receive(tx, shipment.id, to_gln, ssccs, actor=LOGISTICS, now=arrived)


async def _sell_and_scan(stage: Stage, environment: Environment, outcome: Outcome, rng: Random) -> None:
    """Units are sold; consumers scan, and somebody copies codes, invents some, and diverts units."""
    pilot = outcome.pilot
    policy_alphabet = identity.CSET32
    traffic = planned_traffic(pilot, outcome.shelves, rng, policy_alphabet)
    opening = environment.clock.now()
    await _sell(stage, traffic, opening)
    for number, visit in enumerate(traffic.visits, start=1):
        at = min(opening + visit.after, stage.started_at)
        around = protection.Circumstances(
            channel="consumer",
            country=visit.city.country,
            latitude=visit.city.latitude,
            longitude=visit.city.longitude,
            accuracy_km=50.0,
            loc_source="city_ip",
            network="mobile",
            client=f"pilot-{visit.client}",
            browser_family="Safari" if visit.client % 3 else "Chrome",
            language="pt" if visit.city.country in {"PT", "BR", "AO"} else "en",
        )
        async with stage.database.transaction() as tx:
            answer = await scan(
                tx, line.unit_id(visit.gtin, visit.serial), around, environment=environment, now=at
            )
        outcome.answers.append((visit.truth, visit.serial, answer))
        if number % SCANS_PER_STEP == 0 or number == len(traffic.visits):
            stage.report("scan", number, len(traffic.visits))
    outcome.traffic = traffic


async def _sell(stage: Stage, traffic: Traffic, at: datetime) -> None:
    by_shop: dict[str, list[tuple[str, str]]] = {}
    for shop, gtin, serial in traffic.sold:
        by_shop.setdefault(shop, []).append((gtin, serial))
    for shop, units in by_shop.items():
        async with stage.database.transaction() as tx:
            await ship_and_receive.sell(tx, units, shop, actor=LOGISTICS, now=at)


async def _recall(stage: Stage, environment: Environment, outcome: Outcome) -> None:
    """One lot is taken back: quality proposes, the director launches, and a consumer sees it at once."""
    planned = outcome.pilot.scenario.recall
    run = next(run for run in outcome.runs if run.order.lot == planned.lot)
    now = stage.started_at
    async with stage.database.transaction() as tx:
        outcome.recall = await run_recall.run_recall(
            tx,
            run.order.gtin,
            planned.lot,
            planned.reason,
            planned.instructions,
            proposer=QUALITY,
            approver=DIRECTOR,
            now=now,
        )
    code = line.unit_id(run.order.gtin, run.passed[0])
    async with stage.database.transaction() as tx:
        around = protection.Circumstances(channel="consumer", country="PT", language="en")
        outcome.recalled_page = await scan(tx, code, around, environment=environment, now=now)
    stage.report("recall", 1, 1)


def _moved(environment: Environment, by: timedelta) -> StepClock:
    """The pilot's clock, some time later."""
    clock = environment.clock
    assert isinstance(clock, StepClock), "a pilot brings its own clock"
    clock.advance(by)
    return clock


async def alerts_raised(database: Database) -> list[protection.Alert]:
    """Every alert so far."""
    async with database.transaction(readonly=True) as tx:
        return list(await protection.alerts(tx, None, None, 10_000))


async def counted(database: Database) -> history.Counts:
    """What the history holds."""
    async with database.transaction(readonly=True) as tx:
        return await history.counts(tx)
