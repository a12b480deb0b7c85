"""Watches how codes behave once they are out: records each scan, scores it by rules, and raises alerts for people.

A valid code proves nothing, so no rule ever says "genuine": a judgement has a band (normal, watch, caution,
suspicious), the reasons in words, and at most one alert. No address of a phone is ever stored.
"""

from seriatim.areas.protection import api
from seriatim.areas.protection.actions import (
    LATE_TOPICS,
    AlreadyDecided,
    Noticed,
    Seen,
    alert,
    decide,
    erase_scan,
    forget,
    judged,
    notice,
    places,
    raise_guessing,
    record,
    withdraw_late,
)
from seriatim.areas.protection.guessing import Guesses, Guessing
from seriatim.areas.protection.model import (
    Band,
    Circumstances,
    Judgement,
    Reason,
    RuleSet,
    Scan,
    Tap,
    UnitFacts,
)
from seriatim.areas.protection.privacy import prefix_of
from seriatim.areas.protection.rules import RULES, SILENT, judge
from seriatim.areas.protection.store import (
    Alert,
    CellCount,
    HourCount,
    Label,
    LabelCount,
    OpenAlerts,
    ScanRow,
    alerts,
    by_hour,
    labels,
    open_alerts,
    scans,
    verdicts,
)

__all__ = [
    "LATE_TOPICS", "RULES", "SILENT", "Alert", "AlreadyDecided", "Band", "CellCount", "Circumstances", "Guesses", "Guessing", "HourCount", "Judgement", "Label",
    "LabelCount", "Noticed", "OpenAlerts", "Reason", "RuleSet", "Scan", "ScanRow", "Seen", "Tap", "UnitFacts", "alert",
    "alerts", "api", "by_hour", "decide", "erase_scan", "forget", "judge", "judged", "labels", "notice", "open_alerts", "places",
    "prefix_of", "raise_guessing", "record", "scans", "verdicts", "withdraw_late",
]  # fmt: skip
