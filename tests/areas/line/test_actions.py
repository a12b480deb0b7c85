"""An order's life in the tables: planned, started, printed, inspected, packed, closed, and what is refused on the way."""

from collections.abc import Sequence
from datetime import timedelta

import pypdfium2
import pytest
from tests.factories.line import (
    TEMPLATE,
    make_code,
    make_label,
    make_order,
    make_shots,
    make_sighting,
    make_target,
)
from tests.factories.plant import ANNA, NOW, make_plant

from seriatim import access, symbols
from seriatim.areas import line
from seriatim.areas.line import Sighting, store
from seriatim.base.db import Database, Transaction
from seriatim.base.errors import NotFound

pytestmark = pytest.mark.anyio

PALLET, CASES = "095060001343520011", ("095060001343520028", "095060001343520035", "095060001343520042")


async def planned(tx: Transaction, **fields: object) -> line.Order:
    await make_plant(tx)
    return await line.create_order(tx, make_order(**fields), actor=ANNA, now=NOW)


async def inspected(
    tx: Transaction,
    order: line.Order,
    serials: Sequence[str],
    sightings: Sequence[Sighting],
    *,
    first_trigger: int = 0,
    round_no: int = 0,
    seen: set[str] | None = None,
    keep_one_in: int = 1_000,
) -> line.Inspected:
    """Prints the labels and judges what the camera saw of them."""
    labels, shots = [make_label(serial) for serial in serials], make_shots(sightings, first_trigger)
    await line.send_to_printer(tx, order, labels, first_index=first_trigger, round_no=round_no)
    answer = line.inspect(shots, labels, make_target(serials), set() if seen is None else seen)
    await line.record_inspections(
        tx, order, answer, shots, round_no=round_no, keep_one_in=keep_one_in, now=NOW
    )
    return answer


async def states(tx: Transaction, order: line.Order) -> dict[str, str]:
    rows = await tx.rows("select serial, state from line_serial where order_number = $1", order.number)
    return {row["serial"]: row["state"] for row in rows}


async def test_an_order_is_planned_once(db: Database) -> None:
    async with db.transaction() as tx:
        order = await planned(tx)

        assert (order.number, order.state, order.created_at) == ("4711", "planned", NOW)
        with pytest.raises(line.OrderExists) as refused:
            await line.create_order(tx, make_order(lot="OTHER"), actor=ANNA, now=NOW)
        assert refused.value.facts == {"number": "4711"}
        assert await line.known_order(tx, "4711") == order
        entries = await access.audit_trail(tx, None, "4711", 10)
        assert [entry.deed for entry in entries] == ["order.created"]


async def test_an_order_of_an_unknown_product_is_refused(db: Database) -> None:
    async with db.transaction() as tx:
        await make_plant(tx)
        with pytest.raises(line.BadOrder, match="No product has the GTIN 09506000134369") as refused:
            await line.create_order(tx, make_order(gtin="09506000134369"), actor=ANNA, now=NOW)

        assert refused.value.facts["field"] == "gtin"
        assert await line.orders(tx, None, 10) == []


async def test_an_order_starts_once(db: Database) -> None:
    async with db.transaction() as tx:
        await planned(tx)
        started = await line.start_order(tx, "4711", actor=ANNA, now=NOW)

        assert (started.state, started.started_at) == ("running", NOW)
        with pytest.raises(line.WrongOrderState) as refused:
            await line.start_order(tx, "4711", actor=ANNA, now=NOW)
        assert refused.value.facts == {"state": "running"}


async def test_an_unknown_order_is_not_found(db: Database) -> None:
    async with db.transaction() as tx:
        for deed in (line.known_order(tx, "4712"), line.start_order(tx, "4712", actor=ANNA, now=NOW)):
            with pytest.raises(NotFound, match="4712"):
                await deed


async def test_orders_come_newest_first_and_page_by_page(db: Database) -> None:
    async with db.transaction() as tx:
        await make_plant(tx)
        for number in range(5):
            await line.create_order(
                tx, make_order(number=f"N{number}"), actor=ANNA, now=NOW + timedelta(minutes=number // 2)
            )

        first = await line.orders(tx, None, 2)
        rest = await line.orders(tx, (first[-1].created_at or NOW, first[-1].number), 10)

        assert [order.number for order in [*first, *rest]] == ["N4", "N3", "N2", "N1", "N0"]


async def test_what_is_printed_is_kept_as_it_went_out_and_can_be_read_back(db: Database) -> None:
    serials = ["7KQ2MR9TXW4B", "7KQ2MR9TXW4C", "7KQ2MR9TXW4D"]
    async with db.transaction() as tx:
        order = await planned(tx, quantity=3)
        labels = [make_label(serial) for serial in serials]
        await line.send_to_printer(tx, order, labels, first_index=0, round_no=0)
        assert set((await states(tx, order)).values()) == {"sent"}

        jobs = await line.keep_print_job(tx, order, labels, TEMPLATE, now=NOW)

        assert set((await states(tx, order)).values()) == {"printed"}
        assert {(job.media_type, job.labels) for job in await store.print_jobs(tx, order.number)} == {
            ("application/pdf", 3),
            ("application/zpl", 3),
        }
        kept = await store.print_document(tx, jobs["application/pdf"])
        zpl = await store.print_document(tx, jobs["application/zpl"])

    assert kept is not None
    with pypdfium2.PdfDocument(kept[1]) as document:
        pictures = [page.render(scale=300 / 72).to_numpy() for page in document]
    codes = [read.text for picture in pictures for read in symbols.read(symbols.images.gray(picture))]
    assert sorted(codes) == [f"(01)09506000134352(17)271120(10)H26K20(21){serial}" for serial in serials]
    assert zpl is not None
    assert zpl[1].count(b"^XA") == 3


async def test_a_serial_is_printed_once_for_an_order(db: Database) -> None:
    async with db.transaction() as tx:
        order = await planned(tx)
        await line.send_to_printer(tx, order, [make_label("A1")], first_index=0, round_no=0)
        with pytest.raises(Exception, match="line_serial_pkey"):
            async with tx.savepoint():
                await line.send_to_printer(tx, order, [make_label("A1")], first_index=1, round_no=1)


def test_a_serial_that_passes_twice_is_a_duplicate_also_within_one_batch() -> None:
    seen: set[str] = set()
    labels = [make_label(serial) for serial in ("A1", "A2", "A3")]
    target = make_target(["A1", "A2", "A3"])
    shots = make_shots([make_sighting("A1"), make_sighting("A1"), make_sighting("A3")])

    first = line.inspect(shots, labels, target, seen)
    again = line.inspect(make_shots([make_sighting("A3")], 3), labels[:1], target, seen)

    assert [(verdict.passed, verdict.reason) for _, _, verdict, _ in first.verdicts] == [
        (True, None),
        (False, "duplicate"),
        (True, None),
    ]
    assert (first.passed, first.rejected) == (("A1", "A3"), ("A2",))
    assert seen == {"A1", "A3"}
    assert [verdict.reason for _, _, verdict, _ in again.verdicts] == ["duplicate"]


def test_a_rejected_serial_does_not_block_its_own_second_try() -> None:
    seen: set[str] = set()
    labels, target = [make_label("A1")], make_target(["A1"])

    faded = line.inspect(make_shots([make_sighting("A1", grade=0.0)]), labels, target, seen)
    cleaned = line.inspect(make_shots([make_sighting("A1")], 1), labels, target, seen)

    assert (faded.passed, cleaned.passed) == ((), ("A1",))


async def test_each_verdict_is_a_row_and_each_reject_keeps_its_picture(db: Database) -> None:
    sightings = [make_sighting("A1"), Sighting(), make_sighting("A3", grade=1.0), make_sighting("A4")]
    async with db.transaction() as tx:
        order = await planned(tx)
        await inspected(tx, order, ["A1", "A2", "A3", "A4"], sightings, keep_one_in=3)

        rows = await store.inspections(tx, order.number, None, 10)
        pictures = [await store.frame(tx, order.number, trigger) for trigger in range(4)]

        assert [(row.trigger_no, row.passed, row.reason, row.serial) for row in rows] == [
            (3, True, None, "A4"),
            (2, False, "low_grade", "A3"),
            (1, False, "absent", None),
            (0, True, None, "A1"),
        ]
        assert [tuple(corner) for corner in rows[0].corners] == [
            (1.0, 2.0),
            (3.0, 2.0),
            (3.0, 4.0),
            (1.0, 4.0),
        ]
        assert (rows[1].letter, rows[1].grade, rows[1].milliseconds) == ("A", 1.0, 3.5)
        assert pictures == [b"picture 0", b"picture 1", b"picture 2", b"picture 3"]
        assert await states(tx, order) == {
            "A1": "commissioned",
            "A2": "rejected",
            "A3": "rejected",
            "A4": "commissioned",
        }
        rejects = await store.inspections(tx, order.number, None, 10, rejects_only=True)
        assert [row.trigger_no for row in rejects] == [2, 1]
        replay = await store.inspections_from(tx, order.number, 2, 10)
        assert [(row.trigger_no, row.has_frame) for row in replay] == [(2, True), (3, True)]
        assert [row.trigger_no for row in await store.inspections_of_serial(tx, "A3")] == [2]


async def test_a_picture_of_a_good_unit_is_kept_one_in_so_many(db: Database) -> None:
    serials = [f"A{number}" for number in range(10)]
    async with db.transaction() as tx:
        order = await planned(tx)
        await inspected(tx, order, serials, [make_sighting(serial) for serial in serials], keep_one_in=4)

        kept = [trigger for trigger in range(10) if await store.frame(tx, order.number, trigger)]

    assert kept == [0, 4, 8]


async def test_the_same_batch_recorded_twice_changes_nothing(db: Database) -> None:
    async with db.transaction() as tx:
        order = await planned(tx)
        answer = await inspected(tx, order, ["A1", "A2"], [make_sighting("A1"), Sighting()])
        before = await store.counts(tx, order.number)

        shots = make_shots([make_sighting("A1"), Sighting()])
        await line.record_inspections(tx, order, answer, shots, round_no=0, keep_one_in=1_000, now=NOW)

        assert await store.counts(tx, order.number) == before
        assert (before.triggers, before.passed, before.rejected) == (2, 1, 1)


async def test_a_label_that_was_stuck_twice_leaves_its_serial_commissioned(db: Database) -> None:
    """Unit 2 carries the label of unit 1: it is rejected, and its own label, never seen, is burnt."""
    async with db.transaction() as tx:
        order = await planned(tx)
        answer = await inspected(tx, order, ["A1", "A2"], [make_sighting("A1"), make_sighting("A1")])
        await line.destroy_rejects(tx, order, answer.rejected)

        assert await states(tx, order) == {"A1": "commissioned", "A2": "destroyed"}


async def test_an_order_closes_when_its_ledger_adds_up(db: Database) -> None:
    async with db.transaction() as tx:
        order = await planned(tx, quantity=3, units_per_case=2)
        await line.start_order(tx, order.number, actor=ANNA, now=NOW)
        first = await inspected(
            tx, order, ["A1", "A2", "A3"], [make_sighting("A1"), Sighting(), make_sighting("A3")]
        )
        await line.destroy_rejects(tx, order, first.rejected)
        second = await inspected(tx, order, ["B1"], [make_sighting("B1")], first_trigger=3, round_no=1)
        await line.begin_packing(tx, order.number, now=NOW)
        pallets = line.packed((*first.passed, *second.passed), CASES[:2], [PALLET], order=order)
        await line.keep_cases(tx, order, pallets, now=NOW)

        counts = await line.close_order(tx, order.number, actor=ANNA, now=NOW + timedelta(hours=1))

        assert (counts.triggers, counts.passed, counts.rejected, counts.reworked) == (4, 3, 1, 1)
        assert (counts.cases, counts.pallets, counts.by_reason) == (2, 1, {"absent": 1})
        assert counts.first_pass_yield == pytest.approx(2 / 3)
        closed = await line.known_order(tx, order.number)
        assert (closed.state, closed.closed_at) == ("closed", NOW + timedelta(hours=1))
        assert [
            (case.sscc, case.pallet_sscc, case.units) for case in await store.cases(tx, order.number)
        ] == [
            (CASES[0], PALLET, 2),
            (CASES[1], PALLET, 1),
        ]


async def test_an_order_whose_ledger_does_not_add_up_stays_open_and_says_the_figures(db: Database) -> None:
    async with db.transaction() as tx:
        order = await planned(tx, quantity=2)
        await line.start_order(tx, order.number, actor=ANNA, now=NOW)
        await inspected(tx, order, ["A1", "A2"], [make_sighting("A1"), make_sighting("A2")])
        await line.begin_packing(tx, order.number, now=NOW)
        await line.destroy_rejects(tx, order, ["A2"])  # a good unit was thrown away, and nobody wrote why

        with pytest.raises(line.NotReconciled, match="4711 does not add up: 2 triggers, 2 passed") as refused:
            await line.close_order(tx, order.number, actor=ANNA, now=NOW)

        assert refused.value.facts["counts"]["commissioned"] == 1
        assert (await line.known_order(tx, order.number)).state == "packing"


async def test_an_order_is_closed_only_after_packing_and_only_once(db: Database) -> None:
    async with db.transaction() as tx:
        order = await planned(tx, quantity=1)
        with pytest.raises(line.WrongOrderState):
            await line.begin_packing(tx, order.number, now=NOW)
        await line.start_order(tx, order.number, actor=ANNA, now=NOW)
        await inspected(tx, order, ["A1"], [make_sighting("A1")])
        with pytest.raises(line.WrongOrderState):
            await line.close_order(tx, order.number, actor=ANNA, now=NOW)
        await line.begin_packing(tx, order.number, now=NOW)
        await line.close_order(tx, order.number, actor=ANNA, now=NOW)
        with pytest.raises(line.WrongOrderState):
            await line.close_order(tx, order.number, actor=ANNA, now=NOW)


async def test_a_rescue_read_is_recorded_with_its_serial_and_never_commissioned(db: Database) -> None:
    sighting = Sighting((make_code("A1", rescued=True),), something_there=True)
    async with db.transaction() as tx:
        order = await planned(tx, quantity=1)
        answer = await inspected(tx, order, ["A1"], [sighting])

        (row,) = await store.inspections(tx, order.number, None, 10)
        assert answer.passed == ()
        assert (row.serial, row.reason) == ("A1", "unreadable")
        assert await states(tx, order) == {"A1": "rejected"}
