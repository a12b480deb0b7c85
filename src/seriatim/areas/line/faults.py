"""What a line gets wrong, and the reason that must catch it: the truth that pilots and tests are judged by."""

from collections.abc import Mapping
from typing import Final, Literal

FaultKind = Literal[
    "absent", "defocus", "voids", "dead_nozzle", "ink_loss", "fading", "wrong_lot", "duplicate"
]

EXPECTED_REASONS: Final[Mapping[str, str]] = {
    "absent": "absent",
    "defocus": "unreadable",
    "voids": "unreadable",
    "dead_nozzle": "unreadable",
    "ink_loss": "unreadable",
    "fading": "low_grade",
    "wrong_lot": "wrong_content",
    "duplicate": "duplicate",
}
"""The reason a verdict must give for each fault."""
