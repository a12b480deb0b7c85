"""An order becomes units: lease, print, film, judge, commission, rework, pack, close.

Reads from top to bottom as the line runs. Each step is a transaction of its own, for two reasons: a serial may leave
for the printer only when its lease is durable, and a line that stops midway must find everything up to there.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Final

import msgspec

from seriatim import history, identity
from seriatim.access import Actor
from seriatim.areas import line
from seriatim.base.db import Database, Transaction
from seriatim.base.environment import Environment
from seriatim.base.errors import Refused
from seriatim.symbols import LabelTemplate

SHOTS_PER_STEP: Final = 50
"""Pictures judged, recorded and commissioned in one transaction."""
LABELS_PER_LEASE: Final = 10_000
"""Leased and printed at once; a longer order takes several leases."""
ROUNDS_MAX: Final = 6
"""First run and reworks; a line that still rejects after that needs a person."""

Report = Callable[[str, int, int], None]
"""Step, done, total: for progress bars."""


class LineKeepsRejecting(Refused):
    """The rejects were reworked several times and still do not pass; look at the print head and the camera."""

    code = "line_keeps_rejecting"


@dataclass(slots=True)
class Run:
    """What an order has come to so far."""

    order: line.Order
    labels: dict[str, line.Label] = field(default_factory=dict)
    """Every label printed, by serial, in print order."""
    passed: list[str] = field(default_factory=list)
    """Serials that passed, in the order they came off the line."""
    triggers: int = 0
    verdicts: list[tuple[int, str, line.Verdict, float]] = field(default_factory=list)
    pallets: tuple[line.Pallet, ...] = ()

    @property
    def missing(self) -> int:
        """Units that the order still lacks."""
        return self.order.quantity - len(self.passed)

    @property
    def target(self) -> line.Target:
        """What the camera must see: always the order's data, never the first pack's."""
        index = {serial: i for i, serial in enumerate(self.labels)}
        return line.Target(self.order.gtin, self.order.lot, self.order.expiry_yymmdd, index)


@dataclass(frozen=True, slots=True)
class Station:
    """What one line has at hand."""

    database: Database
    environment: Environment
    actor: Actor
    template: LabelTemplate
    camera: Callable[[Sequence[line.Label], int], line.FrameSource]
    """The camera for these labels, the first of which comes at this trigger."""
    eyes: Executor
    """Worker processes that take and judge pictures."""
    report: Report
    keep_one_in: int = 25
    """One good picture in so many is kept; rejects always are."""


async def run_order(station: Station, number: str) -> Run:
    """Runs a planned order until all its units are good and packed; raises Refused with what stands in the way."""
    order, product, leases = await _start(station, number)
    run = Run(order)
    for round_no in range(ROUNDS_MAX):
        if round_no:
            leases = await _lease_again(station, run)
        for lease in leases:
            labels = await _print(station, run, product, lease, round_no)
            await _film_and_judge(station, run, labels, round_no)
        if not run.missing:
            break
    else:
        raise LineKeepsRejecting(f"Order {number}: {run.missing} units still fail after {ROUNDS_MAX} rounds.")
    await _pack(station, run, product)
    await _close(station, run)
    return run


async def _start(station: Station, number: str) -> tuple[line.Order, identity.Product, list[identity.Lease]]:
    """Starts the order with serials for all of its units; where they do not suffice, it stays as it was planned."""
    now = station.environment.clock.now()
    async with station.database.transaction() as tx:
        order = await line.start_order(tx, number, actor=station.actor, now=now)
        product = await identity.known_product(tx, order.gtin)
        return order, product, await _leases(tx, station, order, order.quantity)


async def _lease_again(station: Station, run: Run) -> list[identity.Lease]:
    """Serials for the units that were rejected: a new mark is a new serial."""
    async with station.database.transaction() as tx:
        return await _leases(tx, station, run.order, run.missing)


async def _leases(tx: Transaction, station: Station, order: line.Order, count: int) -> list[identity.Lease]:
    return await identity.lease_blocks(
        tx,
        order.gtin,
        line.case_sizes(count, LABELS_PER_LEASE),
        line=order.line,
        order_number=order.number,
        actor=station.actor,
        now=station.environment.clock.now(),
        master_key=station.environment.master_key,
    )


async def _print(
    station: Station, run: Run, product: identity.Product, lease: identity.Lease, round_no: int
) -> list[line.Label]:
    """Labels for the serials of a lease, which is kept by now; the serials are burnt from here on."""
    order, clock = run.order, station.environment.clock
    async with station.database.transaction(readonly=True) as tx:
        serials = await identity.serials_in(tx, lease, station.environment.master_key)
    labels = [line.label_of(order, s, product.name, product.brand) for s in serials]
    async with station.database.transaction() as tx:
        await line.send_to_printer(tx, order, labels, first_index=len(run.labels), round_no=round_no)
    async with station.database.transaction() as tx:
        await line.keep_print_job(tx, order, labels, station.template, now=clock.now())
        await identity.end_lease(tx, lease.id, "used", actor=station.actor, now=clock.now())
    run.labels |= {label.serial: label for label in labels}
    station.report("print", len(run.labels), len(run.labels))
    return labels


async def _film_and_judge(station: Station, run: Run, labels: list[line.Label], round_no: int) -> None:
    """Takes the pictures in worker processes, judges them in order, commissions what passes."""
    loop = asyncio.get_running_loop()
    first = run.triggers
    camera = station.camera(labels, first)
    batches = [labels[i : i + SHOTS_PER_STEP] for i in range(0, len(labels), SHOTS_PER_STEP)]
    shooting = [
        loop.run_in_executor(station.eyes, line.shoot, camera, first + i * SHOTS_PER_STEP, batch)
        for i, batch in enumerate(batches)
    ]
    target, seen = run.target, set(run.passed)
    for batch, shots in zip(batches, shooting, strict=True):
        await _judge_batch(station, run, await shots, batch, target, seen, round_no)
        station.report("inspect", len(run.passed), run.order.quantity)


async def _judge_batch(
    station: Station,
    run: Run,
    shots: list[line.Shot],
    labels: Sequence[line.Label],
    target: line.Target,
    seen: set[str],
    round_no: int,
) -> None:
    now = station.environment.clock.now()
    inspected = line.inspect(shots, labels, target, seen)
    async with station.database.transaction() as tx:
        await line.record_inspections(
            tx, run.order, inspected, shots, round_no=round_no, keep_one_in=station.keep_one_in, now=now
        )
        await line.destroy_rejects(tx, run.order, [s for s in inspected.rejected if s not in seen])
        if inspected.passed:
            born = line.commissioned(run.order, inspected.passed, now)
            await history.capture(tx, [born], actor=station.actor, now=now)
    run.passed += inspected.passed
    run.verdicts += inspected.verdicts
    run.triggers += len(shots)


async def _pack(station: Station, run: Run, product: identity.Product) -> None:
    """Units into cases into pallets: SSCCs, aggregation events and the packing rows in one transaction."""
    order, now = run.order, station.environment.clock.now()
    cases = len(line.case_sizes(len(run.passed), order.units_per_case))
    pallets = len(line.case_sizes(cases, order.cases_per_pallet))
    prefix = order.gtin[1 : 1 + product.gcp_length]
    async with station.database.transaction() as tx:
        await line.begin_packing(tx, order.number, now=now)
        ssccs = await identity.allocate_ssccs(tx, prefix, cases + pallets, actor=station.actor, now=now)
        run.pallets = line.packed(run.passed, ssccs[:cases], ssccs[cases:], order=order)
        await line.keep_cases(tx, order, run.pallets, now=now)
        events = line.packed_events(order, run.pallets, now)
        await history.capture(tx, events, actor=station.actor, now=now, enforce=True)
    station.report("pack", cases, cases)


async def _close(station: Station, run: Run) -> None:
    """Closes the order; refused while its ledger does not add up."""
    now = station.environment.clock.now()
    async with station.database.transaction() as tx:
        await line.close_order(tx, run.order.number, actor=station.actor, now=now)
        run.order = msgspec.structs.replace(run.order, state="closed", closed_at=now)
