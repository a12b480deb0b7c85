"""Trays: which code lies in which place, and what is wrong where the right one does not.

Codes are matched by place and expected text, never by "the first that was read": a neighbour's code in view is not the
unit's own, and two different codes in one place are an answer of their own.

>>> from seriatim import symbols
>>> frame = symbols.synth.frame(symbols.encode("(01)09506000134352(21)A1", "datamatrix"), seed=7)
>>> region = (240, 160, 400, 320)
>>> [answer] = symbols.read_slots(frame.image, [symbols.Slot(region, expected="(01)09506000134352(21)B2")])
>>> answer.kind, answer.read.text
('wrong', '(01)09506000134352(21)A1')
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from seriatim.symbols import images, limits
from seriatim.symbols.errors import SymbolError
from seriatim.symbols.images import Gray, Picture
from seriatim.symbols.reading.deadline import Deadline
from seriatim.symbols.reading.pose import Pose
from seriatim.symbols.reading.presence import presence
from seriatim.symbols.reading.result import Read
from seriatim.symbols.reading.search import Search, cropped, wanted_formats

__all__ = ["Slot", "SlotAnswer", "read_slots"]

Kind = Literal["read", "rescued", "absent", "unreadable", "wrong", "multiple", "duplicate"]


@dataclass(frozen=True, slots=True)
class Slot:
    """One place where one code should lie."""

    region: tuple[int, int, int, int]
    """Left, top, right, bottom in pixels; a code belongs here when its centre does."""
    expected: str | None = None
    """Text of the code that should be here; None: any code, but only one."""
    pose: Pose | None = None
    """Where in the region, for the guided stage."""


@dataclass(frozen=True, slots=True)
class SlotAnswer:
    """What was found in one place."""

    slot: Slot
    kind: Kind
    """`read`: the right code, by the fast stage. `rescued`: the right code, which names the unit but never passes it.
    `wrong`: another text than expected. `multiple`: different codes. `duplicate`: the right text, but in other places too.
    `unreadable`: something like a code. `absent`: nothing like a code."""
    read: Read | None
    """The code, when exactly one text was read."""
    reads: tuple[Read, ...]
    """All that was read here."""


def read_slots(
    image: Picture,
    slots: Sequence[Slot],
    *,
    formats: Collection[str] | None = None,
    deadline_ms: float = limits.READ_DEADLINE_MS,
) -> tuple[SlotAnswer, ...]:
    """One answer for each slot, in their order; codes outside all slots are left out.

    One fast look over all slots together finds what is easy; only the slots still without a code are looked at again,
    one by one, within the same deadline. Raises what :func:`seriatim.symbols.read` raises, and `SymbolError` `slots` for
    more slots than a picture can hold codes.
    """
    deadline, wanted = Deadline(deadline_ms), wanted_formats(formats)
    if not 1 <= len(slots) <= limits.READS_MAX:
        raise SymbolError(f"{len(slots)} slots: give 1 to {limits.READS_MAX}", code="slots")
    pixels = images.gray(image) if isinstance(image, np.ndarray) else images.load_image(image)
    regions = [cropped(pixels, slot.region) for slot in slots]  # all of them are checked before any is read
    seen = _at_once(pixels, slots, wanted, deadline)
    found = [
        _one_by_one(reads, slot, region, wanted, deadline)
        for reads, slot, region in zip(_shared_out(seen, slots), slots, regions, strict=True)
    ]
    texts = Counter(text for reads in found for text in {one.text for one in reads})
    return tuple(_answer(slot, tuple(reads), pixels, texts) for slot, reads in zip(slots, found, strict=True))


def _at_once(
    pixels: Gray, slots: Sequence[Slot], wanted: tuple[str, ...], deadline: Deadline
) -> Sequence[Read]:
    """The fast stage over the rectangle around all slots."""
    corners = np.array([slot.region for slot in slots])
    left, top = corners[:, :2].min(axis=0).tolist()
    right, bottom = corners[:, 2:].max(axis=0).tolist()
    region, shift = cropped(pixels, (left, top, right, bottom))
    if min(region.shape) < limits.IMAGE_SIDE_MIN:
        return ()
    return Search(wanted, expected=len(slots), may_rescue=False).run(region, shift, deadline)


def _shared_out(reads: Sequence[Read], slots: Sequence[Slot]) -> list[list[Read]]:
    centres = [one.corners.mean(axis=0).tolist() for one in reads]
    return [
        [one for one, centre in zip(reads, centres, strict=True) if _holds(slot, *centre)] for slot in slots
    ]


def _holds(slot: Slot, x: float, y: float) -> bool:
    left, top, right, bottom = slot.region
    return left <= x < right and top <= y < bottom


def _one_by_one(
    reads: list[Read],
    slot: Slot,
    region: tuple[Gray, tuple[int, int]],
    wanted: tuple[str, ...],
    deadline: Deadline,
) -> list[Read]:
    pixels, shift = region
    if reads or min(pixels.shape) < limits.IMAGE_SIDE_MIN:
        return reads
    search = Search(wanted, slot.expected, slot.pose, is_complete=True)
    return _shared_out(search.run(pixels, shift, deadline), [slot])[0]


def _answer(slot: Slot, reads: tuple[Read, ...], pixels: Gray, texts: Counter[str]) -> SlotAnswer:
    different = {one.text for one in reads}
    if len(different) > 1:
        return SlotAnswer(slot, "multiple", None, reads)
    if not reads:
        there = presence(pixels, slot.region, slot.pose).is_there
        return SlotAnswer(slot, "unreadable" if there else "absent", None, reads)
    [first, *_] = reads
    kind: Kind = "rescued" if first.is_rescue else "read"
    if texts[first.text] > 1:
        kind = "duplicate"
    if slot.expected is not None and first.text != slot.expected:
        kind = "wrong"
    return SlotAnswer(slot, kind, first, reads)
