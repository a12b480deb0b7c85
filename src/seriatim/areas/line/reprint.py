"""A label is wanted again: a deed of its own, with a reason, and as a rule with a new serial.

Whatever was sent to a printer is burnt: the first label may still turn up. The same serial is printed again only when
its first mark is known to be destroyed.
"""

from datetime import datetime
from typing import Final, Literal

from seriatim import access
from seriatim.access import Actor
from seriatim.areas.line import store
from seriatim.areas.line.model import Order, SerialState
from seriatim.base.db import Transaction
from seriatim.base.errors import NotFound, Refused, Unprocessable

REASON_MAX: Final = 500
PASSED: Final[frozenset[SerialState]] = frozenset({"verified", "commissioned"})

Outcome = Literal["new_serial", "same_serial"]


class AlreadyPassed(Refused):
    """The unit of this label has passed the line; a second label would be a copy of it. Rework the unit first."""

    code = "already_passed"


class MarkNotDestroyed(Refused):
    """The first label is not known to be destroyed, so its serial cannot be printed again. Print a new serial."""

    code = "mark_not_destroyed"


def reprint_of(state: SerialState, *, same_serial: bool) -> Outcome:
    """What a reprint prints. Raises AlreadyPassed, MarkNotDestroyed.

    >>> reprint_of("printed", same_serial=False)
    'new_serial'
    >>> reprint_of("destroyed", same_serial=True)
    'same_serial'
    """
    if state in PASSED:
        raise AlreadyPassed
    if not same_serial:
        return "new_serial"
    if state != "destroyed":
        raise MarkNotDestroyed
    return "same_serial"


async def begin_reprint(
    tx: Transaction, order: Order, serial: str, *, reason: str, same_serial: bool, actor: Actor, now: datetime
) -> Outcome:
    """Settles the old label: void, unless it was destroyed; keeps the deed with its reason.

    Raises NotFound, Unprocessable, AlreadyPassed, MarkNotDestroyed.
    """
    if not 1 <= len(reason.strip()) <= REASON_MAX:
        raise Unprocessable(
            f"Say why the label is printed again, in 1 to {REASON_MAX} characters.", field="reason"
        )
    state = await store.serial_state(tx, order.number, serial)
    if state is None:
        raise NotFound(f"Order {order.number} printed no label with the serial {serial[:40]}.", serial=serial)
    outcome = reprint_of(state, same_serial=same_serial)
    if outcome == "new_serial" and state != "destroyed":
        await store.set_serial_states(tx, order.number, [(serial, "void")])
    facts = {"serial": serial, "was": state, "reason": reason.strip(), "outcome": outcome}
    await access.audit(tx, actor, "label.reprinted", order.number, facts, now)
    return outcome
