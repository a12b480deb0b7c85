"""Where a packed thing really is: it moves with its case, and the case with its pallet."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, cast

from seriatim.history.model import ENDED, Status


class Chain:
    """A thing and all it stands in, each a row of registers with its status; with the emptied case it came out of last."""

    def __init__(self, inside: Sequence[Mapping[str, Any]], emptied: Mapping[str, Any] | None = None) -> None:
        self.inside = inside
        self.emptied = emptied

    def place(self) -> str | None:
        """The newest place that any of them was told to be in."""
        told = [(row["place_event"], row["place"]) for row in self.inside if row["place_event"] is not None]
        if self.emptied is not None and self.emptied["emptied_place"] is not None:
            told.append((self.emptied["emptied_event"], self.emptied["emptied_place"]))
        return max(told)[1] if told else None

    def status(self) -> Status:
        """Its own, unless the movement of what it stands in is newer, or has ended."""
        own: Status = self.inside[0]["status"]
        if own in ENDED or own == "uncommissioned":
            return own
        for below, above in pairwise(self.inside):
            # What ends a case ends all that nobody took out before (EPCIS note, section 12).
            if above["ended"] is not None and above["ended_event"] > below["parent_event"]:
                return cast("Status", above["ended"])
        told = [
            (row["custody_event"], row["custody"]) for row in self.inside if row["custody_event"] is not None
        ]
        return max(told)[1] if told else own
