"""Which reads are believed, which are the same one again, and when there are enough."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from seriatim.symbols.reading.decoder import bracketed
from seriatim.symbols.reading.result import Read

__all__ = ["acceptable", "merge", "met"]

_UNUSED_CORRECTION_MIN: Final = 0.25


def acceptable(one: Read, expected: str | int | None, doubtful: Sequence[Read]) -> bool:
    """Guard against wrong corrections: more tries mean more chances of a valid-looking wrong codeword.

    A rescue read is believed when a quarter of its error correction is unused, when it says what is expected, when it
    is valid GS1 data (check digit included), or when another variant (`doubtful`) said the same. Guided looks are no
    witnesses for each other: they share one pose, so the same wrong modules may give them all the same wrong answer.
    """
    return (
        (one.uec is not None and one.uec >= _UNUSED_CORRECTION_MIN)
        or one.text == expected
        or bracketed(one.data, one.symbology_id) is not None
        or any(
            (one.data, one.format) == (other.data, other.format) and "ladder" in {one.method, other.method}
            for other in doubtful
        )
    )


def merge(found: list[Read], reads: Sequence[Read]) -> None:
    """Add what is new: another content, or the same content at another place."""
    for one in reads:
        alike = [other for other in found if (other.data, other.format) == (one.data, one.format)]
        if not any(_at_one_place(one, other) for other in alike):
            found.append(one)


def _at_one_place(one: Read, other: Read) -> bool:
    reach = float(np.ptp(one.corners, axis=0).max()) / 2
    return bool(np.hypot(*(other.corners.mean(axis=0) - one.corners.mean(axis=0))) < reach)


def met(found: Sequence[Read], expected: str | int | None) -> bool:
    """Is what was looked for among the reads? Anything at all, where nothing was named."""
    if isinstance(expected, int):
        return len(found) >= expected
    return bool(found) if expected is None else any(one.text == expected for one in found)
