"""An order runs through the line, told as stories: faults are caught, rejects reworked, and nothing is left half done."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from tests.factories.line import TEMPLATE, make_order
from tests.factories.plant import ANNA, GTIN, MASTER_KEY, NOW, make_plant

from seriatim import gs1, history, identity
from seriatim.areas import line
from seriatim.areas.line import EXPECTED_REASONS, FaultKind, Label, store
from seriatim.base.clock import StepClock
from seriatim.base.db import Database, Transaction
from seriatim.base.environment import Environment
from seriatim.base.settings import Settings
from seriatim.connectors.camera import SyntheticCamera
from seriatim.journeys import run_order as journey
from seriatim.journeys.run_order import LineKeepsRejecting, Run, Station, run_order

pytestmark = pytest.mark.anyio

FAULTS: Mapping[int, FaultKind] = {
    2: "absent",
    4: "defocus",
    6: "fading",
    8: "wrong_lot",
    5: "duplicate",
    11: "voids",
}


class Camera:
    """The line's camera: faults where they are planned, at every trigger of the spoilt kind if `always` is given."""

    def __init__(
        self, faults: Mapping[int, FaultKind] | None = None, always: FaultKind | None = None
    ) -> None:
        self.faults = dict(faults or {})
        self.always = always

    def __call__(self, labels: Sequence[Label], first_trigger: int) -> line.FrameSource:
        triggers = range(first_trigger, first_trigger + len(labels))
        mine = {t: self.faults[t] for t in triggers if t in self.faults}
        spoilt = dict.fromkeys(triggers, self.always) if self.always else mine
        return SyntheticCamera(TEMPLATE, 7).with_faults(spoilt, labels, first_trigger)


@pytest.fixture(scope="module")
def eyes() -> Iterator[Executor]:
    with ThreadPoolExecutor(2) as executor:
        yield executor


def make_station(db: Database, eyes: Executor, camera: Camera | None = None) -> Station:
    clock = StepClock(NOW, timedelta(seconds=1))
    environment = Environment(Settings(data=Path("nowhere")), clock, MASTER_KEY)
    return Station(db, environment, ANNA, TEMPLATE, camera or Camera(), eyes, lambda *_: None, keep_one_in=5)


async def planned(db: Database, quantity: int = 14, **fields: object) -> None:
    async with db.transaction() as tx:
        if not (await identity.products(tx)).items:
            await make_plant(tx)
        await line.create_order(tx, make_order(quantity=quantity, **fields), actor=ANNA, now=NOW)


async def ran(db: Database, eyes: Executor, faults: Mapping[int, FaultKind] | None = None) -> Run:
    await planned(db)
    return await run_order(make_station(db, eyes, Camera(faults)), "4711")


def unit(serial: str) -> gs1.Key:
    return gs1.canonical_key(f"(01){GTIN}(21){serial}")


async def test_every_unit_of_an_order_is_commissioned_with_its_lot_and_packed(
    db: Database, eyes: Executor
) -> None:
    run = await ran(db, eyes)

    assert (run.order.state, run.missing, run.triggers) == ("closed", 0, 14)
    assert len(set(run.passed)) == 14
    async with db.transaction() as tx:
        found = [await history.item(tx, unit(serial)) for serial in run.passed]
        assert {(item.lot, item.expiry, item.order_number, item.status) for item in found if item} == {
            ("H26K20", date(2027, 11, 20), "4711", "commissioned")
        }
        assert len([item for item in found if item and item.parent]) == 14
        sscc = run.pallets[0].sscc
        contents = await history.contents(tx, gs1.canonical_key(f"(00){sscc}"))
        assert len(contents) == 8 + 2, "two cases of four stand on the first pallet"
        assert [len(pallet.cases) for pallet in run.pallets] == [2, 2]
        assert await history.rebuild(tx) == 0


async def test_every_serial_was_leased_before_it_was_printed(db: Database, eyes: Executor) -> None:
    run = await ran(db, eyes, FAULTS)

    async with db.transaction(readonly=True) as tx:
        for serial in run.labels:
            lease = await identity.issued_to(tx, GTIN, serial, MASTER_KEY)
            assert lease is not None
            assert (lease.line, lease.order_number) == ("Line 1", "4711")


async def test_every_planted_fault_is_caught_for_its_reason_and_no_good_unit_is_rejected(
    db: Database, eyes: Executor
) -> None:
    run = await ran(db, eyes, FAULTS)

    rejected = {trigger: verdict.reason for trigger, _, verdict, _ in run.verdicts if not verdict.passed}
    assert rejected == {trigger: EXPECTED_REASONS[kind] for trigger, kind in FAULTS.items()}


async def test_rejects_get_new_serials_and_the_old_ones_are_burnt(db: Database, eyes: Executor) -> None:
    run = await ran(db, eyes, FAULTS)

    async with db.transaction() as tx:
        rows = await tx.rows("select serial, state, round from line_serial where order_number = '4711'")
        counts = await store.counts(tx, "4711")
        burnt = [row["serial"] for row in rows if row["state"] == "destroyed"]
        assert len(burnt) == len(FAULTS)
        assert [await history.item(tx, unit(serial)) for serial in burnt] == [None] * len(FAULTS)
    assert sorted(row["serial"] for row in rows if row["state"] == "commissioned") == sorted(run.passed)
    assert {row["round"] for row in rows} == {0, 1}
    assert (counts.triggers, counts.passed, counts.rejected, counts.reworked) == (20, 14, 6, 6)
    assert counts.first_pass_yield == pytest.approx(8 / 14)
    assert counts.adds_up


async def test_the_pictures_of_all_rejects_are_kept_and_one_good_one_in_five(
    db: Database, eyes: Executor
) -> None:
    await ran(db, eyes, FAULTS)

    async with db.transaction(readonly=True) as tx:
        kept = [trigger for trigger in range(20) if await store.frame(tx, "4711", trigger)]

    assert kept == sorted({*FAULTS, 0, 5, 10, 15})


async def test_a_line_that_keeps_rejecting_stops_with_a_reason(db: Database, eyes: Executor) -> None:
    await planned(db, quantity=2)

    with pytest.raises(LineKeepsRejecting, match="4711: 2 units still fail after 6 rounds"):
        await run_order(make_station(db, eyes, Camera(always="absent")), "4711")

    async with db.transaction(readonly=True) as tx:
        assert (await line.known_order(tx, "4711")).state == "running"
        counts = await store.counts(tx, "4711")
        assert (counts.triggers, counts.passed, counts.by_reason) == (12, 0, {"absent": 12})
        assert (await history.counts(tx)).events == 0


async def everything(tx: Transaction) -> dict[str, int]:
    """How many rows each table holds."""
    names = [
        row["relname"]
        for row in await tx.rows("select relname from pg_stat_user_tables where schemaname = 'public'")
    ]
    return {name: await tx.value(f'select count(*) from "{name}"') for name in names}


async def test_without_serials_for_all_units_an_order_stays_planned_and_nothing_is_written(
    db: Database, eyes: Executor
) -> None:
    await planned(db, quantity=101)
    async with db.transaction() as tx:
        await identity.change_policy(tx, GTIN, alphabet=identity.DIGITS, length=6, actor=ANNA, now=NOW)
    async with db.transaction(readonly=True) as tx:
        before = await everything(tx)

    with pytest.raises(identity.SerialsExhausted) as refused:
        await run_order(make_station(db, eyes), "4711")

    assert (refused.value.code, refused.value.facts["asked"], refused.value.facts["left"]) == (
        "serials_exhausted",
        101,
        100,
    )
    async with db.transaction(readonly=True) as tx:
        assert await everything(tx) == before
        assert (await line.known_order(tx, "4711")).state == "planned"


async def test_an_order_that_was_refused_runs_when_there_are_serials_again(
    db: Database, eyes: Executor
) -> None:
    await planned(db, quantity=101)
    async with db.transaction() as tx:
        await identity.change_policy(tx, GTIN, alphabet=identity.DIGITS, length=6, actor=ANNA, now=NOW)
    with pytest.raises(identity.SerialsExhausted):
        await run_order(make_station(db, eyes), "4711")
    async with db.transaction() as tx:
        await identity.change_policy(tx, GTIN, alphabet=identity.DIGITS, length=8, actor=ANNA, now=NOW)

    run = await run_order(make_station(db, eyes), "4711")

    assert (run.order.state, len(run.passed)) == ("closed", 101)


async def test_an_order_runs_once(db: Database, eyes: Executor) -> None:
    await ran(db, eyes)

    with pytest.raises(line.WrongOrderState):
        await run_order(make_station(db, eyes), "4711")


async def test_a_long_order_takes_several_leases_and_print_jobs(
    db: Database, eyes: Executor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journey, "LABELS_PER_LEASE", 6)
    monkeypatch.setattr(journey, "SHOTS_PER_STEP", 4)

    run = await ran(
        db, eyes, {2: "absent", 5: "duplicate", 7: "fading", 9: "voids", 11: "absent", 12: "defocus"}
    )

    assert (len(run.passed), run.triggers, run.order.state) == (14, 20, "closed")
    async with db.transaction(readonly=True) as tx:
        leases = (await identity.leases(tx, identity.LeaseFilter(gtin=GTIN))).items
        jobs = await store.print_jobs(tx, "4711")
    assert sorted(lease.count for lease in leases) == [2, 6, 6, 6]
    assert sorted(job.labels for job in jobs if job.media_type == "application/pdf") == [2, 6, 6, 6]


async def test_I2_when_an_order_is_closed_no_serial_lent_for_it_is_in_flight(
    db: Database, eyes: Executor
) -> None:
    await ran(db, eyes, {2: "absent"})

    async with db.transaction(readonly=True) as tx:
        ledger = await identity.ledger(tx, GTIN, "4711")

    assert (ledger.lent, ledger.used, ledger.in_flight) == (15, 15, 0)


async def test_two_orders_of_one_product_never_share_a_serial(db: Database, eyes: Executor) -> None:
    await planned(db)
    await planned(db, number="4712", lot="H26K21")

    one = await run_order(make_station(db, eyes), "4711")
    two = await run_order(make_station(db, eyes), "4712")

    assert set(one.labels) & set(two.labels) == set()
    assert len(set(one.passed) | set(two.passed)) == 28


async def test_progress_is_told_step_by_step(db: Database, eyes: Executor) -> None:
    told: list[tuple[str, int, int]] = []
    await planned(db)
    station = make_station(db, eyes)
    watched = Station(
        station.database,
        station.environment,
        ANNA,
        TEMPLATE,
        station.camera,
        eyes,
        lambda *step: told.append(step),
    )

    await run_order(watched, "4711")

    assert [step for step, _, _ in told] == ["print", "inspect", "pack"]
    assert all(done <= total for _, done, total in told)
    assert told[-1] == ("pack", 4, 4)


def test_a_commissioning_event_names_place_time_lot_and_order() -> None:
    event = line.commissioned(make_order(), ["A1"], datetime.fromisoformat("2026-11-20T12:00:00+00:00"))

    assert event.biz_step is not None
    assert event.biz_step.endswith("commissioning")
    assert event.action == "ADD"
    assert event.epc_list == ("https://id.gs1.org/01/09506000134352/21/A1",)
