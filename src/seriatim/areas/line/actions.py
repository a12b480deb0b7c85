"""What one may do at the line: order, print, inspect, pack, close."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from seriatim import access, identity
from seriatim.access import Actor
from seriatim.areas.line import store
from seriatim.areas.line.labels import kept_version
from seriatim.areas.line.look import Shot
from seriatim.areas.line.model import BadOrder, Counts, Label, Order, OrderExists, Pallet, SerialState
from seriatim.areas.line.verdict import Target, Verdict, judge
from seriatim.base.db import Transaction
from seriatim.base.errors import NotFound, Refused
from seriatim.base.ids import new_id
from seriatim.symbols import LabelTemplate

PRINTER_DPI: Final = 300


class WrongOrderState(Refused):
    """The order is not in the state that this needs."""

    code = "wrong_order_state"


class Inspected(msgspec.Struct, frozen=True):
    """A batch of pictures, judged."""

    verdicts: tuple[tuple[int, str, Verdict, float], ...]
    """Trigger, expected serial, verdict, milliseconds."""

    @property
    def passed(self) -> tuple[str, ...]:
        """The serials that passed, in the order of the camera."""
        return tuple(
            verdict.serial for _, _, verdict, _ in self.verdicts if verdict.passed and verdict.serial
        )

    @property
    def rejected(self) -> tuple[str, ...]:
        """The serials printed for the units that were rejected."""
        return tuple(serial for _, serial, verdict, _ in self.verdicts if not verdict.passed)


async def create_order(tx: Transaction, order: Order, *, actor: Actor, now: datetime) -> Order:
    """Plans an order; raises BadOrder or OrderExists."""
    order.checked()
    if await identity.product(tx, order.gtin) is None:
        raise BadOrder(f"No product has the GTIN {order.gtin}; add the product first.", field="gtin")
    if not await store.insert_order(tx, order, now):
        raise OrderExists(
            f"There is an order {order.number} already; give this one another number.", number=order.number
        )
    await access.audit(
        tx, actor, "order.created", order.number, {"gtin": order.gtin, "quantity": order.quantity}, now
    )
    return await known_order(tx, order.number)


async def known_order(tx: Transaction, number: str) -> Order:
    """The order, or NotFound."""
    order = await store.order(tx, number)
    if order is None:
        raise NotFound(f"There is no order {number}.", number=number)
    return order


async def start_order(tx: Transaction, number: str, *, actor: Actor, now: datetime) -> Order:
    """Starts a planned order; raises NotFound or WrongOrderState."""
    order = await known_order(tx, number)
    if not await store.begin_order(tx, number, now):
        raise WrongOrderState(
            f"Order {number} is {order.state}; only a planned order can be started.", state=order.state
        )
    await access.audit(tx, actor, "order.started", number, {}, now)
    return await known_order(tx, number)


async def send_to_printer(
    tx: Transaction,
    order: Order,
    labels: Sequence[Label],
    *,
    first_index: int,
    round_no: int,
) -> None:
    """Marks the serials as sent, before the bytes leave: from here on they are burnt."""
    await store.insert_serials(tx, order.number, [label.serial for label in labels], first_index, round_no)


async def keep_print_job(
    tx: Transaction, order: Order, labels: Sequence[Label], template: LabelTemplate, *, now: datetime
) -> Mapping[str, UUID]:
    """Renders the labels as PDF and ZPL and keeps both as they went out; the id of each by media type."""
    texts = [label.texts() for label in labels]
    documents = {
        "application/pdf": template.render_pdf(texts),
        "application/zpl": b"".join(template.render_zpl(text, dpi=PRINTER_DPI) for text in texts),
    }
    jobs = {media_type: new_id() for media_type in documents}
    kept = await kept_version(tx, template, by=order.line, now=now)
    printed_with = (template.name, kept.version if kept else 0, template.sha256)
    for media_type, document in documents.items():
        await store.insert_print_job(
            tx, jobs[media_type], order.number, media_type, len(labels), document, printed_with, now
        )
    printed: list[tuple[str, SerialState]] = [(label.serial, "printed") for label in labels]
    await store.set_serial_states(tx, order.number, printed)
    return jobs


def inspect(shots: Sequence[Shot], labels: Sequence[Label], target: Target, seen: set[str]) -> Inspected:
    """Judges a batch in the order of the camera; `seen` grows by the serials that passed."""
    verdicts = []
    for shot, label in zip(shots, labels, strict=True):
        verdict = judge(shot.sighting, target, seen)
        if verdict.passed and verdict.serial:
            seen.add(verdict.serial)
        verdicts.append((shot.trigger, label.serial, verdict, shot.sighting.milliseconds))
    return Inspected(tuple(verdicts))


async def record_inspections(
    tx: Transaction,
    order: Order,
    inspected: Inspected,
    shots: Sequence[Shot],
    *,
    round_no: int,
    keep_one_in: int,
    now: datetime,
) -> None:
    """Keeps every verdict, the pictures of all rejects and of one good unit in `keep_one_in`."""
    await store.insert_inspections(tx, order.number, round_no, inspected.verdicts, now)
    frames = [
        (serial, trigger, shot.jpeg)
        for (trigger, serial, verdict, _), shot in zip(inspected.verdicts, shots, strict=True)
        if shot.jpeg and (not verdict.passed or trigger % keep_one_in == 0)
    ]
    await store.insert_frames(tx, order.number, frames)
    states: list[tuple[str, SerialState]] = [(serial, "commissioned") for serial in inspected.passed]
    # A label that stood on the wrong unit is burnt too, yet a serial that passed elsewhere stays commissioned.
    passed = set(inspected.passed)
    states += [(serial, "rejected") for serial in inspected.rejected if serial not in passed]
    await store.set_serial_states(tx, order.number, states)


async def destroy_rejects(tx: Transaction, order: Order, serials: Sequence[str]) -> None:
    """The rejected marks are destroyed before the units get new ones; a serial is never used again."""
    await store.set_serial_states(tx, order.number, [(serial, "destroyed") for serial in serials])


async def keep_cases(tx: Transaction, order: Order, pallets: Sequence[Pallet], *, now: datetime) -> None:
    """Keeps the closed cases and the pallets they stand on."""
    await store.insert_cases(tx, order.number, pallets, now)


async def begin_packing(tx: Transaction, number: str, *, now: datetime) -> None:
    """The line has stopped; from running to packing."""
    if not await store.advance_order(tx, number, "running", "packing", now):
        raise WrongOrderState(f"Order {number} is not running, so its packing cannot begin.")


async def close_order(tx: Transaction, number: str, *, actor: Actor, now: datetime) -> Counts:
    """Closes a packed order when its ledger adds up; raises WrongOrderState or NotReconciled with the figures."""
    counts = await store.counts(tx, number)
    if not counts.adds_up:
        figures = msgspec.to_builtins(counts)
        raise NotReconciled(
            f"Order {number} does not add up: {counts.triggers} triggers, {counts.passed} passed, "
            f"{counts.rejected} rejected, {counts.commissioned} commissioned. Explain the difference first.",
            counts=figures,
        )
    if not await store.advance_order(tx, number, "packing", "closed", now):
        raise WrongOrderState(f"Order {number} is not being packed, so it cannot be closed.")
    facts = {"commissioned": counts.commissioned, "rejected": counts.rejected}
    await access.audit(tx, actor, "order.closed", number, facts, now)
    return counts


class NotReconciled(Refused):
    """The ledger of the order does not add up."""

    code = "not_reconciled"
