"""All codes of one picture at once: the same grades as one by one, in the order of the reads, in one process or two."""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest

from seriatim import symbols

CELL = symbols.synth.Scene(width=240, height=200)


@pytest.fixture(scope="module")
def workers() -> Iterator[ProcessPoolExecutor]:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        yield pool


@pytest.fixture(scope="module")
def tray() -> np.ndarray:
    """Five packs side by side, the third one with a dead nozzle."""
    cells = []
    for place in range(5):
        code = symbols.encode(f"(01)09506000134352(10)H26K20(21)T{place}", "datamatrix")
        effects = {"dead_nozzle": 0.6} if place == 2 else {}
        cells.append(symbols.synth.frame(code, seed=place, scene=CELL, effects=effects).image)
    return np.hstack(cells)


def test_a_tray_is_graded_as_its_codes_one_by_one(tray: np.ndarray, workers: ProcessPoolExecutor) -> None:
    reads = symbols.read(tray, formats=("datamatrix",), expected=5)
    one_by_one = [symbols.grade(tray, one).as_json() for one in reads]

    assert len(reads) == 5
    assert [one.as_json() for one in symbols.grade_all(tray, reads)] == one_by_one
    assert [one.as_json() for one in symbols.grade_all(tray, reads, workers=workers)] == one_by_one
    assert [one.as_json() for one in symbols.grade_all(tray, reads, workers=workers, shares=9)] == one_by_one


def test_no_code_and_one_code_need_no_second_process(tray: np.ndarray, workers: ProcessPoolExecutor) -> None:
    reads = symbols.read(tray, formats=("datamatrix",), expected=5)

    assert symbols.grade_all(tray, [], workers=workers) == []
    assert len(symbols.grade_all(tray, reads[:1], workers=workers)) == 1


def test_what_cannot_be_graded_is_said_from_the_other_process_too(
    tray: np.ndarray, workers: ProcessPoolExecutor
) -> None:
    reads = symbols.read(tray, formats=("datamatrix",), expected=5)

    with pytest.raises(symbols.SymbolError, match="aperture 9 is a share of X"):
        symbols.grade_all(tray, reads, aperture=9, workers=workers)


def test_a_file_is_graded_like_its_pixels(tray: np.ndarray, tmp_path: Path) -> None:
    import cv2  # noqa: PLC0415 -- heavy

    path = tmp_path / "tray.png"
    cv2.imwrite(str(path), tray)
    reads = symbols.read(path, formats=("datamatrix",), expected=5)

    assert [one.overall for one in symbols.grade_all(path, reads)] == [
        symbols.grade(path, one).overall for one in reads
    ]
