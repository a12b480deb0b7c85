"""A recall, who holds its units, and what a consumer is told."""

from datetime import datetime
from typing import Final, Literal

import msgspec

from seriatim.base.errors import Unprocessable

RecallState = Literal["proposed", "live", "closed"]
TEXT_CHARACTERS: Final = 2_000
LOT_CHARACTERS: Final = 20
STANDING: Final = "recalled"
"""The kind of standing that a live recall puts beside each unit."""


class Recall(msgspec.Struct, frozen=True):
    """The decision to take a lot back."""

    id: int
    gtin: str
    lot: str
    reason: str
    """Why, in the words the consumer reads."""
    instructions: str
    """What to do with the pack, in the words the consumer reads."""
    drill: bool
    """An exercise: the same path, no unit changes its standing."""
    state: RecallState
    proposed_by: str
    proposed_at: datetime
    launched_by: str | None
    launched_at: datetime | None
    units: int
    """How many units were known when it was launched, and later ones that have been covered since."""
    closed_by: str | None
    closed_at: datetime | None
    close_reason: str | None

    @property
    def reference(self) -> str:
        """What the standing of a unit refers to."""
        return reference_of(self.id)


class HeldUnits(msgspec.Struct, frozen=True):
    """Units of the lot at one place, in one state."""

    place: str | None
    """GLN or URI; None where no event told a place."""
    status: str
    units: int


class Preview(msgspec.Struct, frozen=True):
    """What a recall of this lot would mean now, in numbers."""

    gtin: str
    lot: str
    units: int
    places: int
    holders: tuple[HeldUnits, ...]


class Notice(msgspec.Struct, frozen=True):
    """What a live recall says to who holds a unit."""

    recall: int
    reason: str
    instructions: str


def reference_of(recall_id: int) -> str:
    """The reference of a recall in the standing of its units."""
    return f"recall:{recall_id}"


def id_of(reference: str) -> int | None:
    """The recall that a standing refers to; None when it is something else."""
    kind, _, number = reference.partition(":")
    return int(number) if kind == "recall" and number.isascii() and number.isdigit() else None


def check_words(lot: str, reason: str, instructions: str) -> None:
    """Raises Unprocessable, naming the field."""
    if not 1 <= len(lot) <= LOT_CHARACTERS or "\0" in lot:
        raise Unprocessable("A lot has 1 to 20 characters.", field="lot")
    for field, text in (("reason", reason), ("instructions", instructions)):
        if not text.strip() or len(text) > TEXT_CHARACTERS or "\0" in text:
            raise Unprocessable(f"The {field} must be said, in up to 2,000 characters.", field=field)
