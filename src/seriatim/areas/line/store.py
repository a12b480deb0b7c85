"""Rows of the line, to values and back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from seriatim.areas.line.model import Counts, Order, Pallet, SerialState
from seriatim.areas.line.verdict import Verdict
from seriatim.base.db import Queries, Transaction

SQL = Queries.load(__package__, "store.sql")


class Inspection(msgspec.Struct, frozen=True):
    """One trigger of the camera and what came of it."""

    order_number: str
    trigger_no: int
    round: int
    expected_serial: str
    serial: str | None
    passed: bool
    reason: str | None
    also: list[str]
    explanation: str
    read_text: str
    symbology_id: str
    letter: str
    grade: float | None
    contrast: float | None
    unused_error_correction: float | None
    milliseconds: float
    corners: list[tuple[float, float]]
    inspected_at: datetime
    has_frame: bool = False


class PrintJob(msgspec.Struct, frozen=True):
    """A document that went to the printer."""

    id: UUID
    order_number: str
    media_type: str
    labels: int
    bytes: int
    created_at: datetime
    template_name: str = ""
    template_version: int = 0
    """0: the design was not kept."""
    template_sha256: str = ""


class CaseRow(msgspec.Struct, frozen=True):
    """One closed case."""

    sscc: str
    pallet_sscc: str | None
    units: int
    packed_at: datetime


async def insert_order(tx: Transaction, order: Order, now: datetime) -> bool:
    what = (order.number, order.gtin, order.lot, order.expiry, order.produced_on, order.quantity)
    where = (order.line, order.plant, order.market, order.units_per_case, order.cases_per_pallet)
    return await tx.row(SQL.insert_order, *what, *where, now) is not None


async def order(tx: Transaction, number: str) -> Order | None:
    row = await tx.row(SQL.order, number)
    return None if row is None else Order(**row)


async def orders(tx: Transaction, after: tuple[datetime, str] | None, limit: int) -> list[Order]:
    created_at, number = after or (None, None)
    return [Order(**row) for row in await tx.rows(SQL.orders, created_at, number, limit)]


async def lines(tx: Transaction) -> list[Order]:
    return [Order(**row) for row in await tx.rows(SQL.lines)]


async def begin_order(tx: Transaction, number: str, now: datetime) -> bool:
    return await tx.row(SQL.begin_order, number, now) is not None


async def advance_order(tx: Transaction, number: str, before: str, after: str, now: datetime) -> bool:
    return await tx.row(SQL.advance_order, number, before, after, now) is not None


async def insert_print_job(
    tx: Transaction,
    job: UUID,
    number: str,
    media_type: str,
    labels: int,
    document: bytes,
    template: tuple[str, int, str],
    now: datetime,
) -> None:
    """`template`: name, version and hash of the design that was printed."""
    await tx.execute(SQL.insert_print_job, job, number, media_type, labels, document, now, *template)


async def print_jobs(tx: Transaction, number: str) -> list[PrintJob]:
    return [PrintJob(**row) for row in await tx.rows(SQL.print_jobs, number)]


async def print_document(tx: Transaction, job: UUID) -> tuple[str, bytes] | None:
    row = await tx.row(SQL.print_job, job)
    return None if row is None else (row["media_type"], row["document"])


async def insert_serials(
    tx: Transaction, number: str, serials: Sequence[str], first_index: int, round_no: int
) -> None:
    await tx.execute(SQL.insert_serials, list(serials), number, first_index, round_no)


async def set_serial_states(tx: Transaction, number: str, states: Sequence[tuple[str, SerialState]]) -> None:
    if states:
        serials, news = zip(*states, strict=True)
        await tx.execute(SQL.set_serial_states, number, list(serials), list(news))


async def serial_state(tx: Transaction, number: str, serial: str) -> SerialState | None:
    state: SerialState | None = await tx.value(SQL.serial_state, number, serial)
    return state


async def labels_printed(tx: Transaction, number: str) -> int:
    """How many labels were sent for an order: the print index of the next one."""
    count: int = await tx.value(SQL.labels_printed, number)
    return count


async def insert_inspections(
    tx: Transaction,
    number: str,
    round_no: int,
    verdicts: Sequence[tuple[int, str, Verdict, float]],
    now: datetime,
) -> None:
    """`verdicts`: trigger, expected serial, verdict, milliseconds; all in one statement."""
    rows = [
        _row_of(number, round_no, trigger, serial, verdict, ms, now)
        for trigger, serial, verdict, ms in verdicts
    ]
    await tx.execute(SQL.insert_inspections, rows)


def _row_of(
    number: str,
    round_no: int,
    trigger: int,
    expected: str,
    verdict: Verdict,
    milliseconds: float,
    now: datetime,
) -> dict[str, Any]:
    code = verdict.code
    return {
        "expected_serial": expected,
        "order_number": number,
        "trigger_no": trigger,
        "round": round_no,
        "serial": verdict.serial,
        "passed": verdict.passed,
        "reason": verdict.reason,
        "also": list(verdict.also),
        "explanation": verdict.explanation,
        "read_text": code.text if code else "",
        "symbology_id": code.symbology_id if code else "",
        "letter": code.letter if code else "",
        "grade": code.grade if code else None,
        "contrast": code.contrast if code else None,
        "unused_error_correction": code.unused_error_correction if code else None,
        "milliseconds": milliseconds,
        "corners": code.corners if code else [],
        "inspected_at": now.isoformat(),
    }


async def insert_frames(tx: Transaction, number: str, frames: Sequence[tuple[str, int, bytes]]) -> None:
    if frames:
        serials, triggers, pictures = (list(column) for column in zip(*frames, strict=True))
        await tx.execute(SQL.insert_frames, number, serials, triggers, pictures)


async def inspections(
    tx: Transaction, number: str, before: int | None, limit: int, *, rejects_only: bool = False
) -> list[Inspection]:
    return [Inspection(**row) for row in await tx.rows(SQL.inspections, number, before, rejects_only, limit)]


async def inspections_from(tx: Transaction, number: str, trigger: int, limit: int) -> list[Inspection]:
    return [Inspection(**row) for row in await tx.rows(SQL.inspections_from, number, trigger, limit)]


async def inspections_of_serial(tx: Transaction, serial: str) -> list[Inspection]:
    return [Inspection(**row) for row in await tx.rows(SQL.inspections_of_serial, serial)]


async def frame(tx: Transaction, number: str, trigger: int) -> bytes | None:
    picture: bytes | None = await tx.value(SQL.frame, number, trigger)
    return picture


async def insert_cases(tx: Transaction, number: str, pallets: Sequence[Pallet], now: datetime) -> None:
    rows = [(case.sscc, pallet.sscc, len(case.serials)) for pallet in pallets for case in pallet.cases]
    if rows:
        ssccs, pallet_ssccs, units = (list(column) for column in zip(*rows, strict=True))
        await tx.execute(SQL.insert_cases, number, ssccs, pallet_ssccs, units, now)


async def cases(tx: Transaction, number: str) -> list[CaseRow]:
    return [CaseRow(**row) for row in await tx.rows(SQL.cases, number)]


async def counts(tx: Transaction, number: str) -> Counts:
    row = await tx.row(SQL.counts, number)
    assert row is not None, "an aggregate always gives a row"
    reasons = await tx.rows(SQL.reasons, number)
    letters = await tx.rows(SQL.letters, number)
    return Counts(
        **row,
        by_reason={r["reason"]: r["units"] for r in reasons},
        by_letter={r["letter"]: r["units"] for r in letters},
    )
