"""The stages one after the other, until what was looked for is found or the time is up."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from seriatim.symbols import limits
from seriatim.symbols.errors import SymbolError
from seriatim.symbols.images import Gray
from seriatim.symbols.reading.deadline import Deadline
from seriatim.symbols.reading.decoder import Decoder
from seriatim.symbols.reading.guard import acceptable, merge, met
from seriatim.symbols.reading.guided import guided_steps
from seriatim.symbols.reading.ladder import Step, fast_steps, ladder_steps
from seriatim.symbols.reading.pose import Pose
from seriatim.symbols.reading.result import READ_FORMATS, Read

__all__ = ["Search", "cropped", "wanted_formats"]

_DEFAULT_FORMATS: Final = ("datamatrix", "qrcode", "gs1-128")


@dataclass(frozen=True, slots=True)
class Search:
    """What to look for, and how hard."""

    formats: tuple[str, ...]
    expected: str | int | None = None
    """Text of the code that should be there, or how many codes; None: anything."""
    pose: Pose | None = None
    """Where it should stand, counted from the whole picture."""
    is_complete: bool = False
    """Both looks of the fast stage are taken even when the first has met the search: a second code counts."""
    may_rescue: bool = True
    """Stages 2 and 3 may follow."""

    def run(self, pixels: Gray, shift: tuple[int, int], deadline: Deadline) -> list[Read]:
        """The codes in a cut-out whose top left corner lies at `shift` of the whole picture."""
        found: list[Read] = []
        for number, step in enumerate(self._fast(pixels, shift, deadline)):
            if number > 0 and (self._is_met(found) or not deadline.allows(step.cost_ms)):
                break
            merge(found, _timed(step, deadline))
        if self.may_rescue and not met(found, self.expected):
            self._rescue(found, pixels, shift, deadline)
        return found[: limits.READS_MAX]

    def _is_met(self, found: list[Read]) -> bool:
        return not self.is_complete and met(found, self.expected)

    def _fast(self, pixels: Gray, shift: tuple[int, int], deadline: Deadline) -> Iterator[Step]:
        small = self.pose is not None and self.pose.pitch < limits.PITCH_FAST_MIN
        return fast_steps(pixels, Decoder(self.formats, shift, deadline), small_modules=small)

    def _rescue(self, found: list[Read], pixels: Gray, shift: tuple[int, int], deadline: Deadline) -> None:
        """What does not fit into the time is left out; a cheaper step after it may still fit."""
        doubtful: list[Read] = []
        for step in self._rescue_steps(pixels, shift, deadline):
            if not deadline.allows(step.cost_ms):
                continue
            reads = _timed(step, deadline)
            merge(found, [one for one in reads if acceptable(one, self.expected, doubtful)])
            doubtful += reads
            if met(found, self.expected):
                return

    def _rescue_steps(self, pixels: Gray, shift: tuple[int, int], deadline: Deadline) -> Iterator[Step]:
        """Stage 3 first where a pose is known: it takes a few milliseconds, and reads what the ladder cannot."""
        if self.pose is not None and self.pose.format in self.formats:
            pose = self.pose.moved(*shift)
            left, top, right, bottom = pose.region(pixels.shape[1], pixels.shape[0])
            if right - left >= limits.IMAGE_SIDE_MIN and bottom - top >= limits.IMAGE_SIDE_MIN:
                inner = np.ascontiguousarray(pixels[top:bottom, left:right])
                decoder = Decoder((pose.format,), (shift[0] + left, shift[1] + top), deadline)
                yield from guided_steps(inner, pose.moved(left, top), decoder)
        yield from ladder_steps(pixels, Decoder(self.formats, shift, deadline))


def _timed(step: Step, deadline: Deadline) -> list[Read]:
    since = deadline.elapsed_ms
    reads = step.look()
    deadline.took(step.cost_ms, since)
    return reads


def wanted_formats(formats: Collection[str] | None) -> tuple[str, ...]:
    """The formats to look for; `SymbolError` `format` for unknown ones or none."""
    names = (
        _DEFAULT_FORMATS if formats is None else (formats,) if isinstance(formats, str) else tuple(formats)
    )
    strange = [name for name in names if name not in READ_FORMATS]
    if strange or not names:
        raise SymbolError(f"formats {strange} are not among {', '.join(READ_FORMATS)}", code="format")
    return names


def cropped(pixels: Gray, roi: tuple[int, int, int, int] | None) -> tuple[Gray, tuple[int, int]]:
    """The region and its top left corner; `SymbolError` `roi` for one outside the picture."""
    if roi is None:
        return pixels, (0, 0)
    left, top, right, bottom = roi
    if not (0 <= left < right <= pixels.shape[1] and 0 <= top < bottom <= pixels.shape[0]):
        raise SymbolError(
            f"roi {roi} lies outside a picture of {pixels.shape[1]} x {pixels.shape[0]}", code="roi"
        )
    return np.ascontiguousarray(pixels[top:bottom, left:right]), (left, top)
