"""One label again: the old one settled, a serial leased, the label kept as it goes to the printer."""

from datetime import datetime

import msgspec

from seriatim import identity
from seriatim.access import Actor
from seriatim.areas import line
from seriatim.base.db import Transaction
from seriatim.base.environment import Environment
from seriatim.base.errors import Refused
from seriatim.symbols import LabelTemplate


class NothingPrinted(Refused):
    """Nothing was printed for this order with a design that is kept, so there is nothing to print again."""

    code = "nothing_printed"


class Reprint(msgspec.Struct, frozen=True):
    """A label that is to be printed now, once."""

    replaces: str
    """The serial of the label before it."""
    serial: str
    outcome: str
    """`new_serial` or `same_serial`."""
    template: str
    """Name and version of the design."""
    zpl: str
    """For a printer of 300 dpi; send it after the answer has come, for then its serial is kept."""


async def reprint(
    tx: Transaction,
    number: str,
    serial: str,
    reason: str,
    *,
    same_serial: bool,
    environment: Environment,
    actor: Actor,
    now: datetime,
) -> Reprint:
    """Print a label of an order again, with the design it was last printed with.

    Raises what `line.begin_reprint` and `identity.lease` raise, and NothingPrinted.
    """
    order = await line.known_order(tx, number)
    outcome = await line.begin_reprint(
        tx, order, serial, reason=reason, same_serial=same_serial, actor=actor, now=now
    )
    design = await _design(tx, order)
    product = await identity.known_product(tx, order.gtin)
    if outcome == "new_serial":
        [serial_now] = await _leased(tx, order, environment, actor, now)
    else:
        serial_now = serial
    label = line.label_of(order, serial_now, product.name, product.brand)
    if outcome == "new_serial":
        index = await line.labels_printed(tx, order.number)
        await line.send_to_printer(tx, order, [label], first_index=index, round_no=0)
    template = LabelTemplate.load(design.source)
    await line.keep_print_job(tx, order, [label], template, now=now)
    zpl = template.render_zpl(label.texts(), dpi=line.PRINTER_DPI).decode()
    return Reprint(serial, serial_now, outcome, f"{design.name} {design.version}", zpl)


async def _design(tx: Transaction, order: line.Order) -> line.labels.KeptTemplate:
    """The design that the order was last printed with."""
    jobs = [job for job in await line.print_jobs(tx, order.number) if job.template_version]
    if not jobs:
        raise NothingPrinted
    return await line.labels.known_template(tx, jobs[-1].template_name, jobs[-1].template_version)


async def _leased(
    tx: Transaction, order: line.Order, environment: Environment, actor: Actor, now: datetime
) -> list[str]:
    lease = await identity.lease(
        tx,
        order.gtin,
        1,
        line=order.line,
        order_number=order.number,
        actor=actor,
        now=now,
        master_key=environment.master_key,
    )
    return await identity.serials_in(tx, lease, environment.master_key)
