"""JSON routes of issuing itself: does it go on, what does the database lack, and let it go on again."""

import msgspec

from seriatim.access import Call, Endpoint
from seriatim.identity.marks import actions
from seriatim.identity.marks.model import Ahead, Difference


class Issuing(msgspec.Struct, frozen=True):
    """Whether numbers are issued."""

    epoch: int
    """The life of this installation: leases of another one are not printed from."""
    frozen: bool
    why: str
    """Empty while issuing goes on."""


class DifferenceView(msgspec.Struct, frozen=True):
    """What the database lacks of what has left."""

    frozen: bool
    why: str
    units: int
    ahead: tuple[Ahead, ...]
    epoch_here: int
    epoch_outside: int


class Reason(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why; kept in the audit trail."""

    reason: str


async def get_issuing(call: Call[None, None]) -> Issuing:
    found = await actions.differs(call.tx)
    return Issuing(found.epoch_here, found.is_frozen, found.why)


async def get_difference(call: Call[None, None]) -> DifferenceView:
    return difference_view(await actions.differs(call.tx))


async def post_reconciliation(call: Call[None, Reason]) -> actions.Reconciliation:
    return await actions.reconcile(call.tx, call.body.reason, actor=call.actor, now=call.now)


def difference_view(found: Difference) -> DifferenceView:
    """The difference as the API and the console show it."""
    return DifferenceView(
        found.is_frozen,
        found.why,
        found.units,
        found.ahead,
        found.epoch_here,
        found.epoch_outside,
    )


ENDPOINTS = (
    Endpoint(
        "GET",
        "/api/v1/issuing",
        "serials:read",
        "Whether numbers are issued",
        get_issuing,
        returns=Issuing,
        tag="Serials",
    ),
    Endpoint(
        "GET",
        "/api/v1/issuing/difference",
        "serials:reconcile",
        "What a restored database lacks of the numbers that have left",
        get_difference,
        returns=DifferenceView,
        tag="Serials",
    ),
    Endpoint(
        "POST",
        "/api/v1/issuing/reconcile",
        "serials:reconcile",
        "Move the counters past all numbers that have left, and issue again",
        post_reconciliation,
        body=Reason,
        returns=actions.Reconciliation,
        tag="Serials",
        description="What was issued in the time that the database has forgotten stays a gap. A new epoch begins.",
    ),
)
