"""Takes a lot back: one person proposes, another launches, and every unit answers "recalled" from then on.

Units reported later into a recalled lot are covered, too. A drill walks the same path and changes nothing.
"""

from seriatim.areas.recall import api
from seriatim.areas.recall.actions import (
    TOPICS,
    AlreadyRecalled,
    NeedsPerson,
    NeedsSecondPerson,
    WrongRecallState,
    close,
    cover_late_units,
    holders,
    launch,
    notice_of,
    notice_of_lot,
    preview,
    propose,
    recall,
)
from seriatim.areas.recall.model import HeldUnits, Notice, Preview, Recall
from seriatim.areas.recall.store import recalls

__all__ = [
    "TOPICS", "AlreadyRecalled", "HeldUnits", "NeedsPerson", "NeedsSecondPerson", "Notice", "Preview", "Recall", "WrongRecallState",
    "api", "close", "cover_late_units", "holders", "launch", "notice_of", "notice_of_lot", "preview", "propose", "recall", "recalls",
]  # fmt: skip
