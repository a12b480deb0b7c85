"""The grid fit against exact geometry: corners, growth, line shifts, whatever the pose, the print and the blur."""

import numpy as np
import pytest
from tests.symbols.grading.exact import Print, as_read, homography, picture

from seriatim import symbols
from seriatim.symbols.grading import geometry
from seriatim.symbols.grading.grid import Grid, fit, fit_regions
from seriatim.symbols.grading.ideal import find_ideal

SYMBOL = symbols.encode("(01)09506000134352(17)271120(10)H26K20(21)K4W8Z0M2RD", "datamatrix")


def fitted(how: Print, *, symbol: symbols.Symbol = SYMBOL, wobble: float = 1.0, seed: int = 0) -> Grid:
    pixels = picture(symbol.modules, how).astype(np.float32)
    read = as_read(symbol, how, wobble=wobble, seed=seed)
    ideal = find_ideal(pixels, read.corners, symbol.format, symbol.size)
    assert ideal is not None
    assert (ideal.modules == symbol.modules).all()
    grid = fit(pixels, np.pad(ideal.modules, 1), ideal.homography)
    assert grid is not None
    return grid


def corner_error(grid: Grid, how: Print, symbol: symbols.Symbol = SYMBOL) -> float:
    """Largest distance of a fitted corner from the true one, in pixels."""
    rows, columns = symbol.size
    corners = geometry.outline(rows, columns).T
    true = geometry.apply(homography(rows, columns, how)[0], *corners)
    found = geometry.apply(grid.homography, *corners)
    return float(np.hypot(true[0] - found[0], true[1] - found[1]).max())


def poses(count: int, **changes: object) -> list[Print]:
    rng = np.random.default_rng(41)
    return [
        Print(angle=rng.uniform(-5, 5), offset=tuple(rng.uniform(0, 1, 2)), noise=2, seed=number, **changes)
        for number in range(count)
    ]


@pytest.mark.parametrize("blur", [0.0, 0.6, 1.0])
@pytest.mark.parametrize("growth", [0.0, 0.25, -0.25, -0.6])
def test_corners_are_found_within_three_hundredths_of_a_pixel_at_5_pixels_per_module(
    blur: float, growth: float
) -> None:
    errors = [
        corner_error(fitted(how, seed=number), how)
        for number, how in enumerate(poses(5, blur=blur, growth=(growth, growth)))
    ]

    assert np.median(errors) <= 0.03
    assert max(errors) <= 0.06


@pytest.mark.parametrize(
    "growth",
    [
        (0.0, 0.0),
        (0.25, 0.25),
        (0.375, 0.375),
        (0.6, 0.6),
        (-0.25, -0.25),
        (-0.6, -0.6),
        (0.2, 0.0),
        (0.0, -0.15),
        (0.3, -0.1),
        (-0.6, 0.3),
    ],
)
def test_growth_of_both_axes_is_measured_within_a_hundredth_of_a_module(growth: tuple[float, float]) -> None:
    measured = np.mean([fitted(how).growth for how in poses(3, growth=growth)], axis=0)

    assert measured == pytest.approx(growth, abs=0.01)


@pytest.mark.parametrize("growth", [0.3, -0.3])
def test_growth_is_not_mistaken_for_focus(growth: float) -> None:
    measured = np.mean([fitted(how).growth for how in poses(3, growth=(growth, growth), blur=1.4)], axis=0)

    assert measured == pytest.approx((growth, growth), abs=0.015)


@pytest.mark.parametrize("growth", [0.4, -0.55])
def test_the_smallest_symbol_has_no_module_wholly_inside_and_its_growth_is_measured_all_the_same(
    growth: float,
) -> None:
    symbol = symbols.encode("123456", "datamatrix")
    assert symbol.size == (10, 10)

    measured = [fitted(how, symbol=symbol).growth for how in poses(4, growth=(growth, growth))]

    assert np.mean(measured, axis=0) == pytest.approx((growth, growth), abs=0.015)


@pytest.mark.parametrize("angle", [0, 30, 45, 90, 137, 180, 270])
def test_any_angle_is_fitted(angle: float) -> None:
    how = Print(angle=angle, noise=1)

    assert corner_error(fitted(how), how) < 0.05


@pytest.mark.parametrize(("pitch", "blur"), [(5, 0.6), (8, 2.0), (12, 0.6), (20, 1.0)])
def test_large_modules_and_soft_pictures_are_fitted(pitch: float, blur: float) -> None:
    how = Print(pitch=pitch, blur=blur, angle=2, noise=2)

    assert corner_error(fitted(how), how) < 0.06


def test_perspective_is_part_of_the_fit() -> None:
    how = Print(angle=3, perspective=(0.003, -0.002), noise=1)

    assert corner_error(fitted(how), how) < 0.05


def test_shifted_grid_lines_are_found_one_by_one() -> None:
    shifts = np.zeros(23)
    shifts[1:-1] = 0.25 * np.sin(np.arange(1, 22) / 21 * 2 * np.pi * 3)
    how = Print(column_shifts=shifts, noise=1, angle=3)

    found = fitted(how).line_shifts[0]

    # A constant, a slope and a curve belong to the homography: what is left is the wave.
    assert np.ptp(found) == pytest.approx(np.ptp(shifts), abs=0.05)
    assert np.corrcoef(found, shifts)[0, 1] > 0.98


@pytest.mark.parametrize(("blur", "low", "high"), [(0.0, 0.9, 1.8), (1.0, 2.3, 3.2), (1.8, 4.0, 5.6)])
def test_the_width_of_edges_tells_the_focus(blur: float, low: float, high: float) -> None:
    # A Gaussian of sigma has edges of 2.56 sigma; pixels and interpolation widen them.
    x, y = fitted(Print(pitch=10, blur=blur)).edge_widths

    assert low < x < high
    assert low < y < high


def test_a_scratch_does_not_move_the_grid() -> None:
    how = Print(marks=((3, -1, 3.6, 23, 0.86), (-1, 9.2, 23, 9.7, 0.86)), noise=1)

    assert corner_error(fitted(how), how) < 0.05


def test_light_that_falls_off_does_not_move_the_grid() -> None:
    how = Print(angle=2)
    pixels = picture(SYMBOL.modules, how).astype(np.float32)
    pixels *= np.linspace(1, 0.6, pixels.shape[1], dtype=np.float32)
    grid = fit(pixels, np.pad(SYMBOL.modules, 1), homography(22, 22, how)[0])

    assert grid is not None
    assert corner_error(grid, how) < 0.06
    assert grid.growth == pytest.approx((0, 0), abs=0.02)


def test_each_region_of_a_large_symbol_is_fitted_by_itself() -> None:
    symbol = symbols.encode("(01)09506000134352(21)" + "A1B2C3D4E5F6G7H8I9J0(91)" + "xY" * 45, "datamatrix")
    assert symbol.size == (44, 44)
    # Bent in the middle: the right half is stretched by 4 %.
    shifts = np.where(np.arange(45) > 22, (np.arange(45) - 22) * 0.04, 0.0)
    how = Print(column_shifts=shifts, quiet=6)
    pixels = picture(symbol.modules, how).astype(np.float32)
    whole = fit(pixels, np.pad(symbol.modules, 1), homography(44, 44, how)[0])
    assert whole is not None

    grid = fit_regions(pixels, np.pad(symbol.modules, 1), whole, (2, 2))

    spacing = np.diff(grid.points[22, :, 0]) / 5
    assert spacing[2:20].mean() == pytest.approx(1.0, abs=0.004)
    assert spacing[24:42].mean() == pytest.approx(1.04, abs=0.004)


def test_a_blank_picture_has_no_grid() -> None:
    assert (
        fit(np.full((200, 200), 200, np.float32), np.pad(SYMBOL.modules, 1), homography(22, 22, Print())[0])
        is None
    )


def test_a_qr_code_is_fitted_like_a_data_matrix() -> None:
    symbol = symbols.encode("https://id.gs1.org/01/09506000134352/21/A1", "qrcode")
    how = Print(angle=-4, growth=(0.1, 0.1), noise=2)

    grid = fitted(how, symbol=symbol)

    assert corner_error(grid, how, symbol) < 0.05
    assert grid.growth == pytest.approx((0.1, 0.1), abs=0.01)
