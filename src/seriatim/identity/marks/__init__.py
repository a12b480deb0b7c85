"""High-water marks outside the database: how far numbers have left the house, so that a restore issues none twice."""

from seriatim.identity.marks.actions import (
    IssuingFrozen,
    NoDataFolder,
    NothingToReconcile,
    ReasonMissing,
    Reconciliation,
    compare,
    differs,
    is_frozen,
    reconcile,
    require_issuing,
    show_outside,
    took,
)
from seriatim.identity.marks.model import Ahead, Difference, reuse_key, serial_key, sscc_key

__all__ = [
    "Ahead",
    "Difference",
    "IssuingFrozen",
    "NoDataFolder",
    "NothingToReconcile",
    "ReasonMissing",
    "Reconciliation",
    "compare",
    "differs",
    "is_frozen",
    "reconcile",
    "require_issuing",
    "reuse_key",
    "serial_key",
    "show_outside",
    "sscc_key",
    "took",
]
