"""A lot is taken back: proposed, launched by a second person, reported with who holds what.

In the console the two persons act at different times, each in a transaction of their own; this path serves drills,
pilots and scripts that have both at hand.
"""

from dataclasses import dataclass
from datetime import datetime
from time import perf_counter

from seriatim.access import Actor
from seriatim.areas import recall
from seriatim.areas.recall import HeldUnits, Recall
from seriatim.base.db import Transaction


@dataclass(frozen=True, slots=True)
class RecallReport:
    """What a recall came to."""

    recall: Recall
    holders: tuple[HeldUnits, ...]
    launch_ms: float
    """From the second person's press until every unit stood recalled and every holder was listed."""

    @property
    def units(self) -> int:
        """How many units it covers."""
        return self.recall.units

    @property
    def places(self) -> int:
        """How many places have some of them."""
        return len({one.place for one in self.holders if one.place is not None})


async def run_recall(
    tx: Transaction,
    gtin: str,
    lot: str,
    reason: str,
    instructions: str,
    *,
    proposer: Actor,
    approver: Actor,
    now: datetime,
    drill: bool = False,
) -> RecallReport:
    """Propose and launch a recall or a drill. Raises what `recall.propose` and `recall.launch` raise."""
    proposal = await recall.propose(tx, gtin, lot, reason, instructions, drill=drill, actor=proposer, now=now)
    pressed = perf_counter()
    launched = await recall.launch(tx, proposal.id, actor=approver, now=now)
    holders = await recall.holders(tx, launched.id)
    return RecallReport(launched, holders, (perf_counter() - pressed) * 1000)
