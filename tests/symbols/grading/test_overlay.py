"""The overlay: what weak modules would do to error correction."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seriatim.symbols.grading.editions import ISO_15415_2011, ISO_15415_2024
from seriatim.symbols.grading.overlay import overlay
from seriatim.symbols.matrix import layout_of

LAYOUT = layout_of("datamatrix", (22, 22))


def levels_with(codewords: dict[int, float]) -> np.ndarray:
    """All modules at 4, one module of each given codeword lower."""
    levels = np.full(22 * 22, 4.0)
    for index, level in codewords.items():
        levels[LAYOUT.cells[index][index % 8]] = level
    return levels.reshape(22, 22)


@pytest.mark.parametrize(
    ("weak", "expected"), [(0, 4), (1, 4), (2, 4), (3, 4), (4, 3), (5, 3), (6, 2), (7, 2), (20, 2), (50, 2)]
)
def test_codewords_at_level_2_cost_what_their_loss_would_cost(weak: int, expected: int) -> None:
    assert overlay(levels_with(dict.fromkeys(range(weak), 2.0)), LAYOUT, ISO_15415_2011).grade == expected


def test_one_dead_module_in_each_of_many_codewords_fails_the_symbol() -> None:
    assert overlay(levels_with(dict.fromkeys(range(8), 0.0)), LAYOUT, ISO_15415_2011).grade == 0


def test_many_weak_modules_in_one_codeword_cost_one_codeword() -> None:
    levels = np.full(22 * 22, 4.0)
    levels[LAYOUT.cells[7]] = 0.0

    graded = overlay(levels.reshape(22, 22), LAYOUT, ISO_15415_2011)

    assert (graded.grade, graded.codewords.count(0.0)) == (4, 1)


def test_the_steps_show_how_the_grade_came_about() -> None:
    weak = {0: 1.0, 1: 1.0, **dict.fromkeys(range(2, 6), 2.0), **dict.fromkeys(range(6, 8), 3.0)}

    graded = overlay(levels_with(weak), LAYOUT, ISO_15415_2011)

    assert [(step.level, step.below, round(step.left, 2), step.grade) for step in graded.steps] == [
        (4, 8, 0.2, 0),
        (3, 6, 0.4, 2),
        (2, 2, 0.8, 2),
        (1, 0, 1.0, 1),
        (0, 0, 1.0, 0),
    ]
    assert graded.grade == 2


def test_an_interleaved_symbol_is_as_good_as_its_worst_block() -> None:
    layout = layout_of("datamatrix", (52, 52))
    levels = np.full(52 * 52, 4.0)
    for index in layout.blocks[1].places[:15]:
        levels[layout.cells[index]] = 0.0

    graded = overlay(levels.reshape(52, 52), layout, ISO_15415_2011)

    assert (graded.blocks, graded.grade, graded.block) == ((4.0, 1.0), 1.0, 1)


def test_the_same_damage_spread_over_both_blocks_costs_less() -> None:
    layout = layout_of("datamatrix", (52, 52))
    levels = np.full(52 * 52, 4.0)
    for number, block in enumerate(layout.blocks):
        for index in block.places[7 * number : 7 * number + 8 - number]:
            levels[layout.cells[index]] = 0.0

    assert overlay(levels.reshape(52, 52), layout, ISO_15415_2011).grade == 3


def test_edition_2024_grades_between_whole_numbers() -> None:
    assert overlay(levels_with(dict.fromkeys(range(50), 3.4)), LAYOUT, ISO_15415_2024).grade == 3.4


@given(st.lists(st.integers(0, 4), min_size=484, max_size=484), st.integers(0, 483))
def test_lowering_a_module_never_raises_the_grade(values: list[int], place: int) -> None:
    levels = np.array(values, float)
    lower = levels.copy()
    lower[place] = max(lower[place] - 1, 0)

    before, after = (overlay(one.reshape(22, 22), LAYOUT, ISO_15415_2011).grade for one in (levels, lower))

    assert after <= before
