"""Grades codes by the method of ISO/IEC 15415 (Data Matrix, QR), ISO/IEC 15416 (linear) and ISO/IEC 29158 (marks).

The grade of a picture says how well the code was printed, on a scale of 0 to 4, and what is wrong with it. Without a
calibrated station it is a process-control grade: good for holding a line steady, not for a claim of conformity. The
method, its limits and the fields of the record are in docs/grading.md.

>>> from seriatim import symbols
>>> shot = symbols.synth.frame(symbols.encode("(01)09506000134352(21)A1", "datamatrix"), seed=7)
>>> [found] = symbols.read(shot.image)
>>> graded = grade(shot.image, found)
>>> graded.overall, graded.notation, graded.parameters["unused_error_correction"].value
(4.0, '4.0/0.80X/660', 1.0)
"""

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from seriatim.symbols import images
from seriatim.symbols.errors import SymbolError
from seriatim.symbols.grading.conditions import Calibration, Conditions
from seriatim.symbols.grading.editions import EDITIONS, ISO_29158, edition_of
from seriatim.symbols.grading.hints import Hint
from seriatim.symbols.grading.linear import LINEAR_FORMATS, grade_linear
from seriatim.symbols.grading.matrix_code import MATRIX_FORMATS, grade_matrix
from seriatim.symbols.grading.record import NAMES, Grade, Parameter, Segment, letter
from seriatim.symbols.grading.request import Request
from seriatim.symbols.images import Gray, Picture
from seriatim.symbols.read import Read

__all__ = [
    "EDITIONS",
    "GRADED_FORMATS",
    "NAMES",
    "Calibration",
    "Conditions",
    "Grade",
    "Hint",
    "Parameter",
    "Segment",
    "grade",
    "grade_all",
    "letter",
]

GRADED_FORMATS: Final = (*MATRIX_FORMATS, *LINEAR_FORMATS)
"""Formats that :func:`grade` grades."""
_DEFAULT_CONDITIONS: Final = Conditions()
_MARK_APERTURES: Final = (0.8, 0.5)
"""ISO/IEC 29158 grades through both and reports the better."""


def grade(
    image: Picture,
    read: Read,
    *,
    edition: str = "2011",
    aperture: float = 0.8,
    conditions: Conditions = _DEFAULT_CONDITIONS,
) -> Grade:
    """Grade a code found by `read` in `image` (pixels, rows x columns, or a file's path; linear gray, never JPEG).

    `edition`: of ISO/IEC 15415, "2011" or (provisional) "2024". `aperture`: diameter of the measuring spot as a share
    of X; direct marks are graded through 0.8 and 0.5 X, and the better counts. A picture that cannot be graded gives a `Grade` that says why, not an exception. Raises `SymbolError`
    `format` (not one that is graded), `edition`, `option` (aperture outside 0.2 to 1.5), `corners` when the code does not lie in this picture.
    """
    if not 0.2 <= aperture <= 1.5:
        raise SymbolError(f"aperture {aperture} is a share of X: give 0.2 to 1.5, usually 0.8", code="option")
    if isinstance(image, str | Path):
        pixels = images.load_image(image)
        if images.is_jpeg(image):
            conditions = replace(conditions, linear_camera=False)
    else:
        pixels = images.gray(image)
    height, width = pixels.shape
    centre_x, centre_y = read.corners.mean(axis=0)
    if not (0 <= centre_x < width and 0 <= centre_y < height):
        raise SymbolError("the code lies outside this picture: was it read in another one?", code="corners")
    request = Request(read, edition_of(edition), aperture, conditions)
    if read.format in LINEAR_FORMATS:
        return grade_linear(pixels, request)
    if read.format not in MATRIX_FORMATS:
        raise SymbolError(f"{read.format} cannot be graded; {', '.join(GRADED_FORMATS)} can", code="format")
    if conditions.direct_mark:
        both = [
            grade_matrix(pixels, replace(request, edition=ISO_29158, aperture=one)) for one in _MARK_APERTURES
        ]
        return max(both, key=lambda one: -1.0 if one.overall is None else one.overall)
    return grade_matrix(pixels, request)


def grade_all(
    image: Picture,
    reads: Sequence[Read],
    *,
    edition: str = "2011",
    aperture: float = 0.8,
    conditions: Conditions = _DEFAULT_CONDITIONS,
    workers: Executor | None = None,
    shares: int = 2,
) -> list[Grade]:
    """Grade all codes of one picture, in their order: a tray of packs under one camera. Otherwise as `grade`.

    `workers`: a pool of processes, whose cores then work side by side on `shares` parts of the codes (threads would wait
    for each other); such a pool is worth it from about five codes on.
    """
    pixels = images.load_image(image) if isinstance(image, str | Path) else images.gray(image)
    if isinstance(image, str | Path) and images.is_jpeg(image):
        conditions = replace(conditions, linear_camera=False)
    options = (edition, aperture, conditions)
    if workers is None or len(reads) <= 1:
        return _grades(pixels, reads, *options)
    parts = [list(reads[start::shares]) for start in range(min(shares, len(reads)))]
    waiting = [workers.submit(_without_pictures, pixels, part, *options) for part in parts]
    graded: list[Grade | None] = [None] * len(reads)
    for start, part in enumerate(waiting):
        graded[start::shares] = [replace(one, image=pixels) for one in part.result()]
    return [one for one in graded if one is not None]


def _without_pictures(
    pixels: Gray, reads: Sequence[Read], edition: str, aperture: float, conditions: Conditions
) -> list[Grade]:
    """In another process: the picture stays behind, since sending it back would cost more than the grades."""
    nothing = np.empty((0, 0), np.uint8)
    return [replace(one, image=nothing) for one in _grades(pixels, reads, edition, aperture, conditions)]


def _grades(
    pixels: Gray, reads: Sequence[Read], edition: str, aperture: float, conditions: Conditions
) -> list[Grade]:
    """In one process."""
    return [grade(pixels, one, edition=edition, aperture=aperture, conditions=conditions) for one in reads]
