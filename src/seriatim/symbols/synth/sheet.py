"""All effects on one page, each at four severities: what a defect looks like, for eyes and for the documentation."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from seriatim.symbols.images import Gray
from seriatim.symbols.synth.effects import EFFECTS, HARD_EFFECTS
from seriatim.symbols.synth.sets import SEVERITIES, Case, hard_set, unit

__all__ = ["FURTHER_EFFECTS", "contact_sheet"]

FURTHER_EFFECTS: Final = tuple(name for name in EFFECTS if name not in HARD_EFFECTS)
"""What the camera can do beyond the 18 of the hard line set."""
_CELL, _GAP, _NAME, _TITLE = 132, 4, 104, 24
"""Pixels."""


def contact_sheet(effects: Sequence[str] = HARD_EFFECTS, *, columns: int = 2, seed: int = 0) -> Gray:
    """Rows of effects, four severities each, in `columns` columns of rows; cut out around the code."""
    rows = -(-len(effects) // columns)
    blocks = [effects[start : start + rows] for start in range(0, len(effects), rows)]
    drawn = [_block(block, seed) for block in blocks]
    height = max(block.shape[0] for block in drawn)
    return np.hstack(
        [np.pad(block, ((0, height - block.shape[0]), (0, 0)), constant_values=255) for block in drawn]
    )


def _block(effects: Sequence[str], seed: int) -> Gray:
    step = _CELL + _GAP
    page = np.full((_TITLE + len(effects) * step, _NAME + len(SEVERITIES) * step), 255, np.uint8)
    for column, severity in enumerate(SEVERITIES):
        _word(page, f"{severity:g}", _NAME + column * step + _CELL // 2 - 8, _TITLE - 8)
    for row, effect in enumerate(effects):
        _word(page, effect.replace("_", " "), 6, _TITLE + row * step + _CELL // 2)
        for column, severity in enumerate(SEVERITIES):
            top, left = _TITLE + row * step, _NAME + column * step
            page[top : top + _CELL, left : left + _CELL] = _cell(effect, severity, seed)
    return page


def _word(page: Gray, text: str, x: int, y: int) -> None:
    import cv2  # noqa: PLC0415 -- heavy

    cv2.putText(page, text, (x, y), cv2.FONT_HERSHEY_SIMPLEX, 0.42, 40, 1, cv2.LINE_AA)


def _cell(effect: str, severity: float, seed: int) -> Gray:
    """The window around the code; sensor noise only where it is the effect, so that a page stays small."""
    case = _case(effect, severity, seed)
    shot = replace(case, scene=replace(case.scene, noise=0.0, width=320, height=320)).frame()
    corners = shot.truth.corners
    x, y = np.round(corners.mean(axis=0)).astype(int).clip(_CELL // 2, 320 - _CELL // 2)
    return shot.image[y - _CELL // 2 : y + _CELL // 2, x - _CELL // 2 : x + _CELL // 2]


def _case(effect: str, severity: float, seed: int) -> Case:
    if effect in HARD_EFFECTS:
        return hard_set(seeds=seed + 1, effects=[effect], severities=[severity])[seed]
    good = hard_set(seeds=1, effects=["good"], severities=[severity])[0]
    return replace(good, effect=effect, seed=seed, symbol=unit(seed), effects={effect: severity})
