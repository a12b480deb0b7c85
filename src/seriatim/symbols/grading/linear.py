"""Grades bars: ten scan lines over the middle four fifths of the height, each as good as its worst parameter.

Source: ISO/IEC 15416 as told in the specification note; formulas of decodability from the symbologies' standards.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np
import zxingcpp
from numpy.typing import NDArray

from seriatim.symbols import limits
from seriatim.symbols.grading import geometry
from seriatim.symbols.grading.aperture import through
from seriatim.symbols.grading.editions import ISO_15416
from seriatim.symbols.grading.profile import ScanProfile, code128_decodability, itf_decodability, mean_grade
from seriatim.symbols.grading.record import Grade, Parameter, Parameters
from seriatim.symbols.grading.reflectance import as_reflectance
from seriatim.symbols.grading.request import Request
from seriatim.symbols.images import Gray

__all__ = ["LINEAR_FORMATS", "grade_line", "grade_linear"]

LINEAR_FORMATS: Final = ("gs1-128", "code128", "itf14")

_LINES: Final = 10
_MIDDLE: Final = 0.8
_QUIET_MODULES: Final = 10
_SAMPLES_PER_MODULE: Final = 12
_ZXING: Final = {
    "gs1-128": zxingcpp.BarcodeFormat.Code128,
    "code128": zxingcpp.BarcodeFormat.Code128,
    "itf14": zxingcpp.BarcodeFormat.ITF,
}
_DECODE_ROWS: Final = 24


def grade_linear(image: Gray, request: Request) -> Grade:
    """The grade of one linear code: the mean of ten lines."""
    raw = image.astype(np.float32)
    modules = _modules(raw, request)
    if modules is None:
        return request.without_grade("not_decoded", "The bars do not add up to whole characters.", image)
    pitch = float(np.linalg.norm(request.read.corners[1] - request.read.corners[0])) / modules
    if pitch < limits.GRADE_PIXELS_PER_MODULE_MIN * (1 - limits.GRADE_PIXELS_TOLERANCE):
        why = f"A module covers {pitch:.1f} pixels; at least {limits.GRADE_PIXELS_PER_MODULE_MIN:g} are needed to grade."
        return request.without_grade("insufficient_resolution", why, image, pitch)
    seen = through(as_reflectance(raw, request.conditions.calibration), request.aperture_pixels(pitch))
    lines = [
        Parameters(grade_line(profile, request.read.format, request.read.data))
        for profile in _profiles(seen, request, modules)
    ]
    parameters = Parameters(_worst(lines))
    overall = mean_grade([min(one.grade for one in line.values() if one.grade is not None) for line in lines])
    if request.read.is_rescue:
        overall = 0.0
    return Grade(
        status="graded",
        why="",
        overall=overall,
        parameters=parameters,
        notation=request.notation(overall),
        hints=(),
        standard=ISO_15416.standard,
        edition=ISO_15416.name,
        wording=request.conditions.wording.replace("15415", "15416"),
        provisional=(
            "provisional: decodability of linear codes is not verified against the standards' text",
        ),
        conditions=request.conditions,
        aperture=request.aperture,
        aperture_mm=request.aperture_mm,
        format=request.read.format,
        symbology_id=request.read.symbology_id,
        text=request.read.text,
        stage=request.read.method,
        pixels_per_module=pitch,
        outline=tuple((float(x), float(y)) for x, y in request.read.corners),
        image=image,
    )


def grade_line(reflectance: NDArray[np.float64], form: str, data: bytes) -> Iterator[Parameter]:
    """The parameters of one scan line: reflectance 0 to 1, quiet zones included."""
    profile, edition = ScanProfile.of(reflectance), ISO_15416
    decoded = _decodes(reflectance, form, data)
    yield Parameter("decode", float(decoded), 4.0 if decoded else 0.0)
    yield Parameter("SC", profile.contrast, edition.grade("SC", round(profile.contrast, 6)))
    ratio = profile.lowest / max(profile.highest, 1e-9)
    yield Parameter("Rmin/Rmax", ratio, edition.grade("Rmin/Rmax", round(ratio, 6)))
    yield Parameter("ECmin", profile.edge_contrast, edition.grade("ECmin", round(profile.edge_contrast, 6)))
    yield Parameter("MOD", profile.modulation, edition.grade("MOD", round(profile.modulation, 6)))
    yield Parameter("DEF", profile.defects, edition.grade("DEF", round(profile.defects, 6)))
    decodability = _decodability(profile, form) or 0.0
    yield Parameter("DCD", decodability, edition.grade("DCD", round(decodability, 6)))


def _decodability(profile: ScanProfile, form: str) -> float | None:
    return itf_decodability(profile.widths) if form == "itf14" else code128_decodability(profile.widths)


def _decodes(reflectance: NDArray[np.float64], form: str, data: bytes) -> bool:
    """This one line, and nothing else, read by the decoder."""
    row = np.clip(reflectance * 255, 0, 255).astype(np.uint8)
    picture = np.ascontiguousarray(np.tile(row, (_DECODE_ROWS, 1)))
    found = zxingcpp.read_barcodes(
        picture, formats=zxingcpp.BarcodeFormats([_ZXING[form]]), try_rotate=False, try_downscale=False
    )
    return any(bytes(one.bytes) == data for one in found)


def _modules(raw: NDArray[np.float32], request: Request) -> int | None:
    """Width in modules, from the number of bars and spaces on the first line that adds up."""
    for place in (0.5, 0.4, 0.6, 0.3, 0.7):
        widths = ScanProfile.of(_sampled(raw, request, place, 1000, 0.04)).widths
        if request.read.format == "itf14":
            if itf_decodability(widths) is not None:
                narrow = float(np.sort(widths)[: len(widths) // 2].mean())
                return round(float(widths.sum()) / narrow)
        elif code128_decodability(widths) is not None:
            return (len(widths) - 7) // 6 * 11 + 13
    return None


def _profiles(seen: NDArray[np.float32], request: Request, modules: int) -> Iterator[NDArray[np.float64]]:
    for number in range(_LINES):
        place = (1 - _MIDDLE) / 2 + _MIDDLE * (number + 0.5) / _LINES
        yield _sampled(seen, request, place, modules * _SAMPLES_PER_MODULE, _QUIET_MODULES / modules)


def _sampled(
    pixels: NDArray[np.float32], request: Request, place: float, samples: int, margin: float
) -> NDArray[np.float64]:
    """Values along a line at a share of the height, `margin` of the width beyond either end."""
    homography = geometry.from_corners(request.read.corners, 1, 1)
    x = np.linspace(-margin, 1 + margin, round(samples * (1 + 2 * margin)))[None]
    values = geometry.sample(pixels, *geometry.apply(homography, x, np.full_like(x, place)))
    return np.asarray(values[0], np.float64)


def _worst(lines: list[Parameters]) -> Iterator[Parameter]:
    """Each parameter with its mean grade and its worst value, so that the record says where to look."""
    for name in lines[0]:
        each = [line[name] for line in lines]
        grades = [one.grade for one in each if one.grade is not None]
        worst = int(np.argmin(grades))
        low = sum(grade < 4 for grade in grades)
        detail = f"{low} of {len(lines)} lines below 4, worst line {worst + 1}" if low else ""
        yield Parameter(each[0].abbreviation, each[worst].value, mean_grade(grades), detail)
