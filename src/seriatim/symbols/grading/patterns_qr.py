"""Fixed pattern damage of QR: finders (A1 to A3), timing tracks (B1, B2), alignment patterns (C); and its information.

The segments' names are those of ISO/IEC 15415; their limits could not be verified and stand in the edition's table
as such, so every QR grade says that these are provisional.
"""

from collections.abc import Iterator
from fractions import Fraction
from math import ceil

import numpy as np

from seriatim.symbols.grading.editions import Edition
from seriatim.symbols.grading.patterns import Seen, best_level, track_grade
from seriatim.symbols.grading.record import Segment
from seriatim.symbols.matrix import qr

__all__ = ["information_grades", "qr_segments"]

_ALIGNMENT_REACH = 2


def qr_segments(seen: Seen, version: int, edition: Edition) -> tuple[Segment, ...]:
    """A1 to A3, B1, B2, and C where the version has alignment patterns."""
    return (
        *_finders(seen, version, edition),
        *_timing(seen, version, edition),
        *_alignment(seen, version, edition),
    )


def _finders(seen: Seen, version: int, edition: Edition) -> Iterator[Segment]:
    """Each finder with its separator and the quiet zone at its corner."""
    side = qr.side_of(version)
    for name, top, left in (("A1", -1, -1), ("A2", -1, side - 8), ("A3", side - 8, -1)):
        levels = seen.part(slice(top, top + 9), slice(left, left + 9)).levels.ravel()
        grade = best_level(levels, lambda bad: edition.grade("finder modules", Fraction(int(bad.sum()))))
        wrong = int((levels == 0).sum())
        detail = f"{wrong} modules have the wrong colour" if wrong else ""
        yield Segment(name, grade, wrong, len(levels), (left, top, left + 9, top + 9), detail)


def _timing(seen: Seen, version: int, edition: Edition) -> Iterator[Segment]:
    end = qr.side_of(version) - 8
    for name, rows, columns in (("B1", slice(6, 7), slice(8, end)), ("B2", slice(8, end), slice(6, 7))):
        damage = track_grade(seen.part(rows, columns), edition, "timing")
        where = (columns.start, rows.start, columns.stop, rows.stop)
        yield Segment(name, damage.grade, damage.wrong, damage.modules, where)


def _alignment(seen: Seen, version: int, edition: Edition) -> Iterator[Segment]:
    """The share of alignment patterns with any damage, overlaid."""
    centres = qr.alignment_centres(version)
    side = qr.side_of(version)
    places = [
        (row, column)
        for row in centres
        for column in centres
        if (row, column) not in {(6, 6), (6, side - 7), (side - 7, 6)}
    ]
    if not places:
        return
    reach = _ALIGNMENT_REACH
    weakest = np.array(
        [
            seen.part(
                slice(row - reach, row + reach + 1), slice(column - reach, column + reach + 1)
            ).levels.min()
            for row, column in places
        ]
    )
    grade = best_level(weakest, lambda bad: edition.grade("alignment", Fraction(int(bad.sum()), len(bad))))
    wrong = int((weakest == 0).sum())
    detail = f"{wrong} of {len(places)} patterns are damaged" if wrong else ""
    low, high = min(centres) - reach, max(centres) + reach + 1
    yield Segment("C", grade, wrong, len(places), (low, low, high, high), detail)


def information_grades(seen: Seen, version: int, edition: Edition) -> dict[str, tuple[float, int]]:
    """FI and, from version 7, VI: the mean of the two copies' grades, rounded up, and all wrong modules."""
    side = qr.side_of(version)
    inner = seen.part(slice(0, side), slice(0, side)).levels.ravel()
    graded = {"FI": qr.format_cells(version)} | ({"VI": qr.version_cells(version)} if version >= 7 else {})
    answer = {}
    for name, copies in graded.items():
        grades = [
            best_level(inner[cells], lambda bad: edition.grade("information bits", Fraction(int(bad.sum()))))
            for cells in copies
        ]
        wrong = sum(int((inner[cells] == 0).sum()) for cells in copies)
        answer[name] = (float(ceil(sum(grades) / 2)), wrong)
    return answer
