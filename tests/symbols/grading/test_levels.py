"""Levels of wide areas: what paper and ink reflect, however little of them the print left untouched."""

import numpy as np
import pytest
from tests.symbols.grading.exact import DARK, LIGHT, Print, homography, picture

from seriatim import symbols
from seriatim.symbols.grading.levels import Levels

SYMBOL = symbols.encode("(01)09506000134352(17)271120(10)H26K20(21)K4W8Z0M2RD", "datamatrix")
MIDDLE = np.array([1.0, 11.0, 11.0])


def levels(how: Print, pixels: np.ndarray | None = None) -> tuple[float, float]:
    """Dark and light in the middle of the symbol, in gray levels."""
    pixels = picture(SYMBOL.modules, how).astype(np.float32) if pixels is None else pixels
    dark, light = Levels.of(np.pad(SYMBOL.modules, 1)).planes(pixels, homography(22, 22, how)[0])
    return float(dark @ MIDDLE), float(light @ MIDDLE)


@pytest.mark.parametrize("growth", [0.6, 0.0, -0.6])
@pytest.mark.parametrize("blur", [0.8])
def test_growth_and_blur_do_not_bring_the_levels_nearer(growth: float, blur: float) -> None:
    how = Print(growth=(growth, growth), blur=blur, angle=3)

    assert levels(how) == pytest.approx((DARK * 255, LIGHT * 255), abs=3)


def test_damaged_modules_have_no_say() -> None:
    how = Print(marks=((4, -1, 6, 23, LIGHT), (-1, 9, 23, 9.7, LIGHT)))

    assert levels(how) == pytest.approx((DARK * 255, LIGHT * 255), abs=2)


def test_light_that_falls_off_tips_the_planes() -> None:
    how = Print()
    pixels = picture(SYMBOL.modules, how).astype(np.float32)
    falling = np.linspace(1, 0.6, pixels.shape[1], dtype=np.float32)

    dark, light = Levels.of(np.pad(SYMBOL.modules, 1)).planes(pixels * falling, homography(22, 22, how)[0])

    assert light[1] == pytest.approx(-0.4 * LIGHT * 255 * 5 / pixels.shape[1], rel=0.05)
    assert dark[1] == pytest.approx(-0.4 * DARK * 255 * 5 / pixels.shape[1], rel=0.3)
    assert light[2] == pytest.approx(0, abs=0.1)
