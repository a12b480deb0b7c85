"""Grades Data Matrix and QR: finds what was meant, fits the grid, measures, and lets the lowest parameter decide."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seriatim.symbols.grading import geometry, uniformity
from seriatim.symbols.grading.causes import causes
from seriatim.symbols.grading.conditions import Conditions
from seriatim.symbols.grading.editions import Edition
from seriatim.symbols.grading.geometry import Points
from seriatim.symbols.grading.grid import Grid, fit, fit_regions
from seriatim.symbols.grading.ideal import Ideal, find_ideal
from seriatim.symbols.grading.overlay import Overlay, overlay
from seriatim.symbols.grading.patterns import Seen
from seriatim.symbols.grading.patterns_datamatrix import datamatrix_segments, fixed_pattern_grade
from seriatim.symbols.grading.patterns_qr import information_grades, qr_segments
from seriatim.symbols.grading.record import Grade, Parameter, Parameters, Segment, SymbolMap
from seriatim.symbols.grading.reflectance import (
    Reflectances,
    area_mask,
    as_reflectance,
    clipped_share,
    measure,
)
from seriatim.symbols.grading.request import Request
from seriatim.symbols.grading.validity import refusal
from seriatim.symbols.images import Gray
from seriatim.symbols.matrix import Repair, datamatrix, qr
from seriatim.symbols.matrix.layout import FREE

__all__ = ["MATRIX_FORMATS", "grade_matrix"]

MATRIX_FORMATS: Final = ("datamatrix", "qrcode")

_QUIET_ZONE: Final = {"datamatrix": 1, "qrcode": 4}
"""Modules of quiet zone that the symbology requires."""
_DARK_SHARE: Final = {"datamatrix": (0.35, 0.5, 0.65), "qrcode": (0.35, 0.5, 0.65)}
"""Least, nominal and greatest dark share of a clock track: what print growth is measured against."""


def grade_matrix(image: Gray, request: Request) -> Grade:
    """The grade of one Data Matrix or QR code in a picture."""
    read = request.read
    if read.size is None:
        return request.without_grade(
            "not_decoded", "The reader did not say how many modules the code has.", image
        )
    crop = _Crop.around(image, read.corners, read.size, _QUIET_ZONE[read.format])
    raw = crop.gray.astype(np.float32)
    ideal = find_ideal(raw, read.corners - crop.offset, read.format, read.size)
    if ideal is None:
        return request.without_grade(
            "not_decoded",
            "No sampling of this code can be repaired: the symbol as meant is not known.",
            image,
        )
    if ideal.inverted:
        raw = 255 - raw
    surrounded = np.zeros((read.size[0] + 2, read.size[1] + 2), np.bool_)
    surrounded[1:-1, 1:-1] = ideal.modules
    grid = fit(raw, surrounded, ideal.homography)
    if grid is None:
        return request.without_grade(
            "not_decoded", "Too few edges of the code stand out to fit its grid.", image
        )
    regions = _regions(ideal, read.format)
    if regions != (1, 1):
        grid = fit_regions(raw, surrounded, grid, regions)
    return _Sheet(image, crop, raw, ideal, surrounded, grid, regions, request).grade()


def _regions(ideal: Ideal, form: str) -> tuple[int, int]:
    return datamatrix.SIZES[ideal.layout.size].regions if form == "datamatrix" else (1, 1)


@dataclass(frozen=True, slots=True)
class _Crop:
    """The part of the picture that matters."""

    gray: Gray
    offset: tuple[float, float]
    """Left and top of the crop in the picture."""

    @classmethod
    def around(cls, image: Gray, corners: Points, size: tuple[int, int], quiet: int) -> "_Crop":
        rows, columns = size
        homography = geometry.from_corners(corners, rows, columns)
        x, y = geometry.apply(homography, *geometry.outline(rows, columns, quiet + 2).T)
        left, top = max(int(x.min()), 0), max(int(y.min()), 0)
        right, bottom = min(int(x.max()) + 2, image.shape[1]), min(int(y.max()) + 2, image.shape[0])
        return cls(image[top:bottom, left:right], (float(left), float(top)))


@dataclass(frozen=True, slots=True)
class _Sheet:
    """All that is known of one code when its parameters are worked out."""

    image: Gray
    crop: _Crop
    raw: NDArray[np.float32]
    ideal: Ideal
    surrounded: NDArray[np.bool_]
    """The modules as meant, and a ring of light ones around them."""
    grid: Grid
    regions: tuple[int, int]
    request: Request

    @property
    def edition(self) -> Edition:
        return self.request.edition

    @property
    def conditions(self) -> Conditions:
        return self.request.conditions

    def grade(self) -> Grade:
        form = self.request.read.format
        pitch = self.grid.pitch
        outline = self._outline(_QUIET_ZONE[form])
        mask = area_mask(self.crop.gray.shape, outline)
        refused = refusal(
            self.crop.gray,
            self.grid,
            self.conditions,
            clipped_share(self.crop.gray, mask),
            self.crop.offset,
        )
        if refused is not None:
            return self.request.without_grade(*refused, self.image, pitch)
        reflectance = as_reflectance(self.raw, self.conditions.calibration)
        diameter = self.request.aperture_pixels(pitch)
        seen = measure(reflectance, self.grid.centres(1), mask, diameter, self.edition)
        known = self._known(seen)
        inner = Seen(known.levels[1:-1, 1:-1], known.dark[1:-1, 1:-1])
        repair = self.ideal.layout.repair(self.ideal.layout.codewords(inner.dark))
        segments = self._segments(known)
        overlays = self._overlays(seen, known)
        parameters = Parameters(self._parameters(seen, known, self._unused(repair), segments, overlays))
        symbol = self._map(seen, known, () if repair is None else repair.wrong)
        overall = round(min(one.grade for one in parameters.values() if one.grade is not None), 1)
        finished = Grade(
            status="graded",
            why="",
            overall=overall,
            parameters=parameters,
            notation=self.request.notation(overall),
            hints=(),
            standard=self.edition.standard,
            edition=self.edition.name,
            wording=self.conditions.wording,
            provisional=self._provisional(),
            conditions=self.conditions,
            aperture=self.request.aperture,
            aperture_mm=self.request.aperture_mm,
            format=form,
            symbology_id=self.request.read.symbology_id,
            text=self.request.read.text,
            stage=self.request.read.method,
            pixels_per_module=pitch,
            edge_width=float(np.mean(self.grid.edge_widths)),
            growth=self.grid.growth,
            segments=segments,
            overlays=overlays,
            symbol=symbol,
            outline=tuple((float(x), float(y)) for x, y in self._outline(0) + self.crop.offset),
            image=self.image,
        )
        return finished.with_hints(causes(finished, self.grid, seen))

    def _outline(self, margin: int) -> Points:
        rows, columns = self.ideal.layout.size
        x, y = geometry.apply(self.grid.homography, *geometry.outline(rows, columns, margin).T)
        return np.stack([x, y], axis=1)

    def _known(self, seen: Reflectances) -> Seen:
        """Levels against the colour each module should have; the quiet zone should be light."""
        dark = seen.values < seen.threshold
        levels = self.edition.grades(self.edition.modulation, seen.modulation)
        levels[dark != self.surrounded] = 0.0
        return Seen(levels, dark)

    def _unused(self, repair: Repair | None) -> Fraction | None:
        """Unused error correction of the worst block; None when the symbol cannot be decoded at the threshold."""
        if repair is None or (repair.codewords != self.ideal.codewords).any():
            return None
        blocks = self.ideal.layout.blocks
        left = [
            1 - Fraction(2 * wrong, block.capacity)
            for block, wrong in zip(blocks, repair.errors, strict=True)
        ]
        return max(min(left), Fraction(0))

    def _segments(self, known: Seen) -> tuple[Segment, ...]:
        size = self.ideal.layout.size
        if self.request.read.format == "qrcode":
            return qr_segments(known, qr.version_of(size), self.edition)
        return datamatrix_segments(known, datamatrix.SIZES[size], self.edition)

    def _overlays(self, seen: Reflectances, known: Seen) -> Mapping[str, Overlay]:
        against_truth = overlay(known.levels[1:-1, 1:-1], self.ideal.layout, self.edition)
        if self.edition.merged_modulation:
            return {self.edition.modulation: against_truth}
        levels = self.edition.grades("MOD", seen.modulation[1:-1, 1:-1])
        return {"MOD": overlay(levels, self.ideal.layout, self.edition), "RM": against_truth}

    def _parameters(
        self,
        seen: Reflectances,
        known: Seen,
        unused: Fraction | None,
        segments: tuple[Segment, ...],
        overlays: Mapping[str, Overlay],
    ) -> Iterator[Parameter]:
        """In the order of the standard; what is only reported comes last."""
        edition = self.edition
        yield self._decode(unused)
        yield Parameter(
            edition.contrast,
            seen.contrast,
            edition.grade(edition.contrast, round(seen.contrast, 6)),
            self._contrast_words(seen),
        )
        modulation = seen.modulation[1:-1, 1:-1]
        data = self._data_modules()
        for name, one in overlays.items():
            signed = (
                modulation
                if name == "MOD" and not edition.merged_modulation
                else self._signed(seen)[1:-1, 1:-1]
            )
            yield Parameter(name, max(float(signed[data].min()), 0.0), one.grade, _overlay_words(one))
        yield self._fixed_pattern(segments, known)
        if self.request.read.format == "qrcode":
            for name, (grade, wrong) in information_grades(
                known, qr.version_of(self.ideal.layout.size), edition
            ).items():
                yield Parameter(
                    name, float(wrong), grade, f"{wrong} wrong modules in both copies" if wrong else ""
                )
        plane = None if self.conditions.calibration is None else self.conditions.calibration.plane
        points = uniformity.on_plane(self.grid.points, plane, self.crop.offset)
        centres = uniformity.on_plane(self.grid.centres(), plane, self.crop.offset)
        axial = uniformity.axial_nonuniformity(centres)
        yield Parameter("AN", axial, edition.grade("AN", round(axial, 6)))
        uneven = uniformity.grid_nonuniformity(points, self.regions)
        yield Parameter("GN", uneven, edition.grade("GN", round(uneven, 6)))
        left = unused if unused is not None else Fraction(0)
        yield Parameter("UEC", float(left), edition.grade("UEC", left))
        yield self._print_growth()
        yield Parameter("CU", float(modulation[data].min()), None, _place(modulation, data))
        yield self._quiet_zone(seen, known)

    def _decode(self, unused: Fraction | None) -> Parameter:
        if unused is None:
            return Parameter(
                "decode", 0.0, 0.0, "the modules on either side of the threshold cannot be repaired"
            )
        if self.request.read.method != "fast":
            detail = f"only stage {self.request.read.method} could read it: it names the unit, and does not pass it"
            return Parameter("decode", 0.0, 0.0, detail)
        return Parameter("decode", 1.0, 4.0)

    def _contrast_words(self, seen: Reflectances) -> str:
        return f"lightest {seen.highest:.2f}, darkest {seen.lowest:.2f}, threshold {seen.threshold:.2f}"

    def _signed(self, seen: Reflectances) -> NDArray[np.float64]:
        """Modulation, negative where the module is on the wrong side."""
        wrong = (seen.values < seen.threshold) != self.surrounded
        return np.where(wrong, -seen.modulation, seen.modulation)

    def _data_modules(self) -> NDArray[np.bool_]:
        return np.asarray(self.ideal.layout.fixed == FREE)

    def _fixed_pattern(self, segments: tuple[Segment, ...], known: Seen) -> Parameter:
        wrong = int((known.levels == 0).sum() - (known.levels[1:-1, 1:-1][self._data_modules()] == 0).sum())
        lowest = min(segments, key=lambda one: one.grade)
        words = "" if lowest.grade == 4 else f"lowest: {lowest.name}"
        return Parameter("FPD", float(wrong), fixed_pattern_grade(segments), words)

    def _print_growth(self) -> Parameter:
        """Against the room a clock track has: +-1 is as far as growth may go."""
        least, nominal, most = _DARK_SHARE[self.request.read.format]
        shares = [(1 + growth) / 2 for growth in self.grid.growth]
        relative = [
            (share - nominal) / (most - nominal if share >= nominal else nominal - least) for share in shares
        ]
        worst = max(relative, key=abs)
        graded = self.edition.grade("PG", abs(worst)) if self.edition.growth_graded else None
        x, y = self.grid.growth
        return Parameter("PG", worst, graded, f"growth {x:+.3f} X along x, {y:+.3f} X along y")

    def _quiet_zone(self, seen: Reflectances, known: Seen) -> Parameter:
        ring = np.ones(known.levels.shape, np.bool_)
        ring[1:-1, 1:-1] = False
        wrong = int((known.dark & ring).sum())
        detail = f"{wrong} of {int(ring.sum())} modules beside the code are dark" if wrong else ""
        return Parameter("QZ", float(self._signed(seen)[ring].min()), None, detail)

    def _provisional(self) -> tuple[str, ...]:
        notes = self.edition.notes
        if self.request.read.format == "qrcode":
            notes = (
                *notes,
                "provisional: limits of QR fixed pattern damage and information are not verified",
            )
        return notes

    def _map(self, seen: Reflectances, known: Seen, corrected: tuple[int, ...]) -> SymbolMap:
        layout = self.ideal.layout
        codeword = np.full(layout.size[0] * layout.size[1], -1, np.intp)
        codeword[layout.cells] = np.arange(len(layout.cells))[:, None]
        block_of = np.full(len(layout.cells) + 1, -1, np.intp)
        for number, block in enumerate(layout.blocks):
            block_of[block.places] = number
        return SymbolMap(
            dark=self.ideal.modules,
            modulation=self._signed(seen)[1:-1, 1:-1],
            levels=known.levels[1:-1, 1:-1],
            codeword=codeword.reshape(layout.size),
            block=block_of[codeword].reshape(layout.size),
            corrected=corrected,
        )


def _overlay_words(one: Overlay) -> str:
    weak = sum(level < 4 for level in one.codewords)
    return f"{weak} of {len(one.codewords)} codewords below level 4" if weak else ""


def _place(modulation: NDArray[np.float64], chosen: NDArray[np.bool_]) -> str:
    row, column = divmod(int(np.argmin(np.where(chosen, modulation, np.inf))), modulation.shape[1])
    return f"row {row + 1}, column {column + 1}"
