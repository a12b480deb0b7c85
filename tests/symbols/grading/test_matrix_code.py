"""Whole grades of rendered prints whose truth is known exactly."""

import dataclasses
import json
from datetime import date

import cv2
import numpy as np
import pytest
from tests.symbols.grading.exact import Print, as_read, picture

from seriatim import symbols
from seriatim.symbols import grading
from seriatim.symbols.errors import SymbolError
from seriatim.symbols.matrix import layout_of

SYMBOL = symbols.encode("(01)09506000134352(17)271120(10)H26K20(21)K4W8Z0M2RD", "datamatrix")
QR = symbols.encode("https://id.gs1.org/01/09506000134352/21/A1", "qrcode")
LAYOUT = layout_of("datamatrix", (22, 22))
GOOD = Print()


def graded(how: Print = GOOD, symbol: symbols.Symbol = SYMBOL, **options: object) -> grading.Grade:
    return grading.grade(picture(symbol.modules, how), as_read(symbol, how, wobble=0.8), **options)


def grades(grade: grading.Grade) -> dict[str, float | None]:
    return {name: one.grade for name, one in grade.parameters.items()}


def spoilt(codewords: int, symbol: symbols.Symbol = SYMBOL, layout: object = LAYOUT) -> symbols.Symbol:
    """The symbol with that many codewords printed as their opposite."""
    modules = symbol.modules.copy()
    modules.ravel()[layout.cells[:codewords]] ^= True
    return dataclasses.replace(symbol, modules=modules)


@pytest.mark.parametrize("seed", range(8))
def test_a_perfect_print_at_5_pixels_per_module_is_graded_4_although_the_decoder_s_corners_are_off(
    seed: int,
) -> None:
    rng = np.random.default_rng(seed)
    how = Print(angle=rng.uniform(-180, 180), offset=tuple(rng.uniform(0, 1, 2)), noise=2, seed=seed)
    read = as_read(SYMBOL, how, wobble=1.6, seed=seed)

    grade = grading.grade(picture(SYMBOL.modules, how), read)

    assert (grade.status, grade.overall, grade.letter) == ("graded", 4.0, "A")
    assert set(grades(grade).values()) == {4.0, None}
    assert grade.hints == ()


def test_a_perfect_qr_is_graded_4_and_says_which_limits_are_provisional() -> None:
    grade = graded(symbol=QR)

    assert grade.overall == 4.0
    assert [one.abbreviation for one in grade.parameters.values()] == [
        "decode",
        "SC",
        "MOD",
        "RM",
        "FPD",
        "FI",
        "AN",
        "GN",
        "UEC",
        "PG",
        "CU",
        "QZ",
    ]
    assert grade.provisional == (
        "provisional: limits of QR fixed pattern damage and information are not verified",
    )


@pytest.mark.parametrize(("dark", "light", "expected"), [(0.06, 0.80, 4), (0.06, 0.72, 3), (0.10, 0.55, 2), (0.10, 0.40, 1), (0.30, 0.45, 0)])  # fmt: skip
def test_contrast_is_the_difference_of_the_printed_reflectances(
    dark: float, light: float, expected: float
) -> None:
    grade = graded(Print(dark=dark, light=light))

    assert grade.parameters["SC"].value == pytest.approx(light - dark, abs=0.01)
    assert grade.parameters["SC"].grade == expected


@pytest.mark.parametrize("growth", [0.0, 0.1, 0.25, -0.2])
def test_print_growth_is_reported_in_x_and_as_a_share_of_the_room_there_is(growth: float) -> None:
    grade = graded(Print(growth=(growth, growth), angle=3))

    assert grade.growth == pytest.approx((growth, growth), abs=0.01)
    assert grade.parameters["PG"].value == pytest.approx(growth / 2 / 0.15, abs=0.05)
    assert grade.parameters["PG"].grade is None


@pytest.mark.parametrize(
    ("stretch", "expected"), [(1.0, 4), (1.05, 4), (1.07, 3), (1.09, 2), (1.11, 1), (1.14, 0), (0.93, 3)]
)
def test_axial_non_uniformity_of_a_stretched_print_equals_its_stretch(
    stretch: float, expected: float
) -> None:
    analytic = abs(stretch - 1) / ((stretch + 1) / 2)
    grade = graded(Print(stretch=stretch, pitch=5.5))

    assert grade.parameters["AN"].value == pytest.approx(analytic, abs=0.001)
    assert grade.parameters["AN"].grade == expected


@pytest.mark.parametrize(("swing", "expected"), [(0.2, 4), (0.45, 3), (0.56, 2), (0.68, 1)])
def test_grid_non_uniformity_is_the_farthest_intersection_from_the_even_grid(
    swing: float, expected: float
) -> None:
    shifts = swing * np.sin(np.arange(23) / 22 * np.pi) ** 2
    grade = graded(Print(row_shifts=shifts, pitch=8, angle=3))

    assert grade.parameters["GN"].value == pytest.approx(swing, abs=0.03)
    assert grade.parameters["GN"].grade == expected


@pytest.mark.parametrize(
    ("bad", "unused", "expected"),
    [(1, 0.9, 4), (2, 0.8, 4), (3, 0.7, 4), (4, 0.6, 3), (5, 0.5, 3), (6, 0.4, 2), (7, 0.3, 1), (8, 0.2, 0)],
)
def test_unused_error_correction_counts_each_wrong_codeword_twice(
    bad: int, unused: float, expected: float
) -> None:
    grade = graded(symbol=spoilt(bad))

    assert grade.parameters["UEC"].value == pytest.approx(unused, abs=1e-12)
    assert grade.parameters["UEC"].grade == expected
    assert grade.symbol.corrected == tuple(range(bad))


def test_modules_of_the_wrong_colour_fail_reflectance_margin_but_not_modulation() -> None:
    grade = graded(symbol=spoilt(3))

    assert (grade.parameters["MOD"].grade, grade.parameters["RM"].grade) == (4, 4)
    assert grade.overlays["RM"].codewords[:4] == (0, 0, 0, 4)
    assert grade.overlays["MOD"].codewords[:4] == (4, 4, 4, 4)


def test_a_print_that_only_a_rescue_stage_could_read_has_grade_0_and_is_still_measured() -> None:
    how = Print()
    grade = grading.grade(picture(SYMBOL.modules, how), as_read(SYMBOL, how, method="ladder"))

    assert (grade.overall, grade.letter, grade.stage, grade.text) == (0.0, "F", "ladder", SYMBOL.text)
    assert grade.parameters["decode"].grade == 0
    assert grade.parameters["SC"].grade == 4


def test_one_hot_pixel_does_not_change_the_grade() -> None:
    image = picture(SYMBOL.modules)
    spot = image.copy()
    spot[image.shape[0] // 2 + 2, image.shape[1] // 2 + 2] = 254

    clean, hot = (grading.grade(one, as_read(SYMBOL)) for one in (image, spot))

    assert grades(hot) == grades(clean)
    assert hot.parameters["SC"].value == pytest.approx(clean.parameters["SC"].value, abs=0.02)


def test_a_border_half_a_module_beside_the_code_fails_the_quiet_zone_while_the_code_reads() -> None:
    grade = graded(Print(marks=((-0.75, -2, -0.25, 24, 0.08),)))

    segments = {one.name: one.grade for one in grade.segments}
    assert (segments["QZL1"], grade.parameters["FPD"].grade, grade.overall) == (0, 0, 0.0)
    assert grade.parameters["decode"].grade == 4
    assert grade.hints[0].code == "quiet_zone"


def test_one_clean_wrong_module_in_the_finder_costs_one_grade() -> None:
    modules = SYMBOL.modules.copy()
    modules[9, 0] = False
    grade = graded(symbol=dataclasses.replace(SYMBOL, modules=modules))

    low = {one.name: one.grade for one in grade.segments if one.grade < 4}
    assert low == {"L1": 3, "AG": 3}
    assert grade.parameters["FPD"].value == 1


def test_below_5_pixels_per_module_there_is_no_grade_and_no_letter() -> None:
    grade = graded(Print(pitch=4))

    assert (grade.status, grade.overall, grade.letter, grade.notation) == (
        "insufficient_resolution",
        None,
        "",
        "",
    )
    assert "4.0 pixels" in grade.why


@pytest.mark.parametrize("pitch", [5.0, 4.96])
def test_exactly_5_pixels_per_module_are_enough(pitch: float) -> None:
    assert graded(Print(pitch=pitch)).status == "graded"


def test_a_clipped_picture_is_no_picture_to_grade() -> None:
    grade = graded(Print(light=1.0))

    assert (grade.status, grade.overall, grade.letter) == ("invalid_image", None, "")
    assert "0 or 255" in grade.why


def test_clipping_is_judged_on_both_sides_of_its_limit() -> None:
    # Symbol and quiet zone of 24 x 24 modules at 5 pixels: 14,400 pixels, of which 14 may be clipped.
    outcomes = []
    for clipped in (12, 18):
        image = picture(SYMBOL.modules)
        middle = image.shape[0] // 2
        image[middle, middle - clipped // 2 : middle + clipped - clipped // 2] = 255
        outcomes.append(grading.grade(image, as_read(SYMBOL)).status)

    assert outcomes == ["graded", "invalid_image"]


def test_a_picture_that_has_been_through_jpeg_is_refused() -> None:
    image = picture(SYMBOL.modules, Print(noise=1, quiet=8))
    _, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 60])

    grade = grading.grade(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), as_read(SYMBOL, Print(quiet=8)))

    assert grade.status == "invalid_image"
    assert "JPEG" in grade.why


def test_a_jpeg_file_is_refused_whatever_its_pixels(tmp_path: object) -> None:
    path = tmp_path / "shot.jpg"
    cv2.imwrite(str(path), picture(SYMBOL.modules), [cv2.IMWRITE_JPEG_QUALITY, 100])

    assert grading.grade(path, as_read(SYMBOL)).status == "invalid_image"


def test_a_png_file_is_graded_like_its_pixels(tmp_path: object) -> None:
    path = tmp_path / "shot.png"
    cv2.imwrite(str(path), picture(SYMBOL.modules))

    assert grading.grade(path, as_read(SYMBOL)).as_json() == graded_json(picture(SYMBOL.modules))


def graded_json(image: np.ndarray) -> dict:
    return grading.grade(image, as_read(SYMBOL)).as_json()


def test_a_sharpened_picture_is_refused() -> None:
    soft = picture(SYMBOL.modules, Print(pitch=8, light=0.7, dark=0.2, blur=1.0)).astype(np.float32)
    sharp = np.clip(soft + 1.5 * (soft - cv2.GaussianBlur(soft, (0, 0), 2)), 1, 254).astype(np.uint8)

    grade = grading.grade(sharp, as_read(SYMBOL, Print(pitch=8)))

    assert grade.status == "invalid_image"
    assert "sharpening" in grade.why


def test_a_camera_that_admits_to_gamma_is_refused() -> None:
    grade = graded(conditions=grading.Conditions(linear_camera=False))

    assert grade.status == "invalid_image"


@pytest.mark.parametrize("turn", [1, 2, 3])
@pytest.mark.parametrize("symbol", [SYMBOL, QR])
def test_quarter_turns_of_the_picture_change_nothing(symbol: symbols.Symbol, turn: int) -> None:
    how = Print(growth=(0.12, 0.12), noise=2, offset=(0.3, 0.1))
    image, read = picture(symbol.modules, how), as_read(symbol, how)
    side = image.shape[0]
    x, y = read.corners.T
    for _ in range(turn):
        x, y = y, side - x
    turned = dataclasses.replace(read, corners=np.stack([x, y], axis=1))

    before, after = grading.grade(image, read), grading.grade(np.rot90(image, turn), turned)

    assert grades(after) == grades(before)
    for name, one in before.parameters.items():
        assert after.parameters[name].value == pytest.approx(one.value, abs=2e-3)


def test_inverted_and_mirrored_prints_have_the_same_grades() -> None:
    image, read = picture(SYMBOL.modules, Print(dark=0.1, light=0.9)), as_read(SYMBOL)
    side = image.shape[1]
    flipped = dataclasses.replace(
        read, corners=np.stack([side - read.corners[:, 0], read.corners[:, 1]], axis=1)
    )
    transposed = dataclasses.replace(read, corners=read.corners[[0, 3, 2, 1]])

    normal = grading.grade(image, read)
    others = [
        grading.grade(255 - image, read),
        grading.grade(image[:, ::-1], flipped),
        grading.grade(image, transposed),
    ]

    for other in others:
        assert grades(other) == grades(normal)
        assert other.parameters["SC"].value == pytest.approx(normal.parameters["SC"].value, abs=1e-4)


def test_a_shift_by_one_pixel_changes_nothing_worth_a_name() -> None:
    image, read = picture(SYMBOL.modules, Print(angle=2)), as_read(SYMBOL, Print(angle=2))
    moved = dataclasses.replace(read, corners=read.corners + 1)

    before, after = grading.grade(image, read), grading.grade(np.roll(image, 1, (0, 1)), moved)

    for name in ("SC", "MOD", "RM", "AN", "GN"):
        assert after.parameters[name].value == pytest.approx(before.parameters[name].value, abs=1e-4)


def test_the_same_picture_gives_the_same_record_byte_for_byte() -> None:
    one, two = (json.dumps(graded(Print(noise=3)).as_json()) for _ in range(2))

    assert one == two


def test_a_code_that_cannot_be_explained_is_not_decoded() -> None:
    rng = np.random.default_rng(3)
    noise = rng.integers(60, 200, (200, 200)).astype(np.uint8)

    grade = grading.grade(noise, as_read(SYMBOL))

    assert (grade.status, grade.overall, grade.letter, grade.notation) == (
        "not_decoded",
        0.0,
        "F",
        "0.0/0.80X/660",
    )


def test_a_code_outside_the_picture_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(SymbolError) as refused:
        grading.grade(np.full((60, 60), 200, np.uint8), as_read(SYMBOL, Print(pitch=20)))

    assert refused.value.code == "corners"


@pytest.mark.parametrize("aperture", [0.1, 2.0])
def test_an_aperture_that_makes_no_sense_is_refused(aperture: float) -> None:
    with pytest.raises(SymbolError) as refused:
        graded(aperture=aperture)

    assert refused.value.code == "option"


def test_edition_2024_is_off_by_default_and_named_provisional_everywhere_when_on() -> None:
    grade = graded(Print(growth=(0.2, 0.2)), edition="2024")

    assert graded().edition == "2011"
    assert (grade.edition, grade.standard) == ("2024", "ISO/IEC 15415")
    assert len(grade.provisional) == 2
    assert "RM" not in grade.parameters
    assert grade.parameters["PG"].grade == 3.2
    assert grade.as_json()["provisional"] == list(grade.provisional)


def test_edition_2024_measures_contrast_by_the_outer_hundredths() -> None:
    how = Print(noise=6)

    by_extremes, by_means = (graded(how, edition=name).parameters["SC"].value for name in ("2011", "2024"))

    assert 0 < by_extremes - by_means < 0.03


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        (grading.Conditions(), "4.0/0.80X/660"),
        (grading.Conditions(x_mm=0.25), "4.0/08/660"),
        (grading.Conditions(x_mm=0.375, aperture_x_mm=0.254), "4.0/08/660"),
        (grading.Conditions(x_mm=0.5, wavelength="W", sides="T"), "4.0/16/W/45T"),
        (grading.Conditions(x_mm=0.5, angle=30), "4.0/16/660/30Q"),
    ],
)
def test_the_notation_names_aperture_light_and_angle(conditions: grading.Conditions, expected: str) -> None:
    assert graded(conditions=conditions).notation == expected


def test_without_calibration_the_record_says_so_and_claims_nothing() -> None:
    record = json.dumps(graded().as_json()).lower()

    assert "uncalibrated" in record
    assert "certif" not in record
    assert "conform" not in record


def test_a_calibrated_station_measures_reflectance_against_its_card() -> None:
    station = grading.Calibration(
        "S4-2", date(2026, 11, 2), "card 17", dark_level=10, white_level=240, mm_per_pixel=0.05
    )
    conditions = grading.Conditions(x_mm=0.25, calibration=station)

    grade = graded(conditions=conditions)

    assert grade.parameters["SC"].value == pytest.approx((0.86 - 0.08) * 255 / 230, abs=0.01)
    assert grade.as_json()["calibration"]["id"] == "S4-2"
    assert grade.wording == "ISO/IEC 15415 method, calibration S4-2, process-control grade"


def test_a_calibrated_plane_takes_the_camera_s_tilt_out_of_axial_non_uniformity() -> None:
    tilt = np.deg2rad(4)
    how = Print(stretch=float(np.cos(tilt)), pitch=6)
    plane = np.diag([0.05 / np.cos(tilt), 0.05, 1.0])
    calibrated = grading.Conditions(calibration=grading.Calibration("S1", date(2026, 11, 2), plane=plane))

    assert graded(how, conditions=calibrated).parameters["AN"].value == pytest.approx(0, abs=0.002)


def plane(degrees: float) -> np.ndarray:
    return np.diag([0.05 / np.cos(np.deg2rad(degrees)), 0.05, 1.0])


def test_a_camera_that_stands_6_degrees_off_is_refused() -> None:
    with pytest.raises(SymbolError) as refused:
        grading.Calibration("S1", date(2026, 11, 2), plane=plane(6))

    assert refused.value.code == "tilt"


def test_a_camera_that_stands_just_under_5_degrees_off_is_not() -> None:
    station = grading.Calibration("S1", date(2026, 11, 2), plane=plane(4.9))

    assert station.tilt_degrees == pytest.approx(4.9, abs=0.01)


def test_a_larger_symbol_and_a_rectangle_are_graded_too() -> None:
    large = symbols.encode("(01)09506000134352(21)" + "A1B2C3D4E5F6G7H8I9J0(91)" + "x" * 60, "datamatrix")
    wide = symbols.encode(
        "(01)09506000134352(21)A1", "datamatrix", options=symbols.EncodeOptions(version="16x48", square=False)
    )

    assert [graded(Print(quiet=8), symbol=one).overall for one in (large, wide)] == [4.0, 4.0]


def test_damage_never_raises_a_grade() -> None:
    rng = np.random.default_rng(12)
    marks: list[tuple[float, ...]] = []
    last = 4.0
    for _ in range(8):
        x, y = rng.uniform(0, 20, 2)
        marks.append((x, y, x + 1.2, y + 1.2, float(rng.choice([0.08, 0.86]))))
        overall = graded(Print(marks=tuple(marks))).overall
        assert overall is not None
        assert overall <= last
        last = overall
