"""Fixed pattern damage of Data Matrix: finder L, quiet zone beside it, clock tracks with the strips beside them.

Source: ISO/IEC 16022 annex M as corrected in 2008. Symbols of several regions repeat the segments for each region;
inside, the strip beside a clock track is the neighbouring region's finder bar.
"""

from collections.abc import Iterator

from seriatim.symbols.grading.editions import Edition
from seriatim.symbols.grading.patterns import Damage, Seen, share_grade, track_grade, transition_grade
from seriatim.symbols.grading.record import Segment
from seriatim.symbols.matrix.datamatrix import DataMatrixSize

__all__ = ["datamatrix_segments", "fixed_pattern_grade"]


def datamatrix_segments(seen: Seen, size: DataMatrixSize, edition: Edition) -> tuple[Segment, ...]:
    """All segments, the four of the finder first, the average grade (AG) last."""
    finder = tuple(_finder(seen, size, edition))
    clocks = tuple(_clocks(seen, size, edition))
    parts = {name: min(one.grade for one in finder if one.name.split(" ")[0] == name) for name in _FINDER}
    mean = (sum(parts.values()) + min(one.grade for one in clocks)) / (len(parts) + 1)
    rows, columns = size.size
    average = Segment(
        "DD" if edition.direct_marks else "AG",
        edition.grade("AG", round(mean, 6)),
        0,
        0,
        (0, 0, columns, rows),
        f"mean of five segment grades {mean:.1f}",
    )
    return (*finder, *clocks, average)


def fixed_pattern_grade(segments: tuple[Segment, ...]) -> float:
    """The lowest of all segments, the average grade among them: it can fail a symbol whose segments all pass."""
    return min(one.grade for one in segments)


_FINDER = ("L1", "L2", "QZL1", "QZL2")


def _finder(seen: Seen, size: DataMatrixSize, edition: Edition) -> Iterator[Segment]:
    """Left and bottom bars and the quiet zone beside them, one of each per region along the side."""
    rows, (height, width) = size.size[0], size.region
    for number in range(size.regions[0]):
        top, below = number * height, (number + 1) * height
        last = below == rows
        yield _solid("L1", number, size.regions[0], (0, top, 1, below), seen, edition)
        yield _solid("QZL1", number, size.regions[0], (-1, top, 0, below + last), seen, edition)
    for number in range(size.regions[1]):
        left, right = number * width, (number + 1) * width
        first = number == 0
        yield _solid("L2", number, size.regions[1], (left, rows - 1, right, rows), seen, edition)
        yield _solid("QZL2", number, size.regions[1], (left - first, rows, right, rows + 1), seen, edition)


def _solid(
    name: str, number: int, parts: int, where: tuple[int, int, int, int], seen: Seen, edition: Edition
) -> Segment:
    left, top, right, bottom = where
    damage = share_grade(seen.part(slice(top, bottom), slice(left, right)).levels, edition, "solid")
    return _segment(name if parts == 1 else f"{name} part {number + 1}", damage, where)


def _clocks(seen: Seen, size: DataMatrixSize, edition: Edition) -> Iterator[Segment]:
    """The top and the right clock track of each region, each with the solid strip beside it."""
    height, width = size.region
    for down in range(size.regions[0]):
        for across in range(size.regions[1]):
            top, left = down * height, across * width
            place = "" if size.regions == (1, 1) else f" region {down + 1}.{across + 1}"
            columns, rows = slice(left, left + width), slice(top, top + height)
            yield _clock(
                "CT top" + place,
                seen.part(slice(top, top + 1), columns),
                seen.part(slice(top - 1, top), columns),
                (left, top - 1, left + width, top + 1),
                edition,
            )
            right = left + width
            yield _clock(
                "CT right" + place,
                seen.part(rows, slice(right - 1, right)),
                seen.part(rows, slice(right, right + 1)),
                (right - 1, top, right + 1, top + height),
                edition,
            )


def _clock(
    name: str, track: Seen, solid: Seen, where: tuple[float, float, float, float], edition: Edition
) -> Segment:
    """Transition ratio, regularity and damage of the track, damage of the strip: the lowest counts."""
    transitions, ratio = transition_grade(track, solid)
    clock = track_grade(track, edition, "clock")
    strip = share_grade(solid.levels, edition, "clock")
    grade = min(transitions, clock.grade, strip.grade)
    detail = f"track {clock.grade:g}, strip beside it {strip.grade:g}, transitions {transitions:g} (ratio {ratio:.3f})"
    return Segment(name, grade, clock.wrong + strip.wrong, clock.modules + strip.modules, where, detail)


def _segment(name: str, damage: Damage, where: tuple[float, float, float, float]) -> Segment:
    return Segment(name, damage.grade, damage.wrong, damage.modules, where, damage.detail)
