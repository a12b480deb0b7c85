"""Data Matrix ECC 200: sizes, regions, finder and clock tracks, and where each bit of each codeword stands.

Source: ISO/IEC 16022, table of sizes, annex F (placement), annex E (correction). Proved in the tests against the
encoder's symbols for all 24 squares and 6 rectangles.

>>> SIZES[22, 22].regions, SIZES[144, 144].blocks
((1, 1), 10)
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seriatim.symbols.errors import SymbolError
from seriatim.symbols.matrix.layout import DARK, FREE, LIGHT, Block, MatrixLayout

__all__ = ["POLYNOMIAL", "SIZES", "DataMatrixSize", "layout"]

POLYNOMIAL: Final = 0x12D
_FIRST_ROOT: Final = 1


@dataclass(frozen=True, slots=True)
class DataMatrixSize:
    """One row of the standard's table of sizes."""

    size: tuple[int, int]
    """Rows and columns of modules, finder included."""
    regions: tuple[int, int]
    """Data regions down and across; each has its own finder L and clock tracks."""
    data: int
    ec: int
    blocks: int = 1

    @property
    def region(self) -> tuple[int, int]:
        """Rows and columns of one region, its finder and clock tracks included."""
        return self.size[0] // self.regions[0], self.size[1] // self.regions[1]

    @property
    def mapping(self) -> tuple[int, int]:
        """Rows and columns of all data modules, finders and clock tracks taken out."""
        return self.size[0] - 2 * self.regions[0], self.size[1] - 2 * self.regions[1]


def _squares() -> Iterator[DataMatrixSize]:
    for side, regions, data, ec, blocks in (
        (10, 1, 3, 5, 1), (12, 1, 5, 7, 1), (14, 1, 8, 10, 1), (16, 1, 12, 12, 1), (18, 1, 18, 14, 1),
        (20, 1, 22, 18, 1), (22, 1, 30, 20, 1), (24, 1, 36, 24, 1), (26, 1, 44, 28, 1), (32, 2, 62, 36, 1),
        (36, 2, 86, 42, 1), (40, 2, 114, 48, 1), (44, 2, 144, 56, 1), (48, 2, 174, 68, 1), (52, 2, 204, 84, 2),
        (64, 4, 280, 112, 2), (72, 4, 368, 144, 4), (80, 4, 456, 192, 4), (88, 4, 576, 224, 4),
        (96, 4, 696, 272, 4), (104, 4, 816, 336, 6), (120, 6, 1050, 408, 6), (132, 6, 1304, 496, 8),
        (144, 6, 1558, 620, 10),
    ):  # fmt: skip
        yield DataMatrixSize((side, side), (regions, regions), data, ec, blocks)


def _rectangles() -> Iterator[DataMatrixSize]:
    for rows, columns, across, data, ec in (
        (8, 18, 1, 5, 7), (8, 32, 2, 10, 11), (12, 26, 1, 16, 14), (12, 36, 2, 22, 18), (16, 36, 2, 32, 24),
        (16, 48, 2, 49, 28),
    ):  # fmt: skip
        yield DataMatrixSize((rows, columns), (1, across), data, ec)


SIZES: Final[Mapping[tuple[int, int], DataMatrixSize]] = {
    one.size: one for one in (*_squares(), *_rectangles())
}
"""Rows and columns to size: 24 squares, 6 rectangles."""


@lru_cache(maxsize=64)
def layout(size: tuple[int, int], *, interleave: str = "standard") -> MatrixLayout:
    """The layout of one size. `interleave="continued"` is the other 144x144 that some encoders print.

    Raises `SymbolError` `option` for a size that is not in :data:`SIZES`.
    """
    if size not in SIZES:
        raise SymbolError(f"{size[0]}x{size[1]} is no Data Matrix size", code="option")
    one = SIZES[size]
    inner, rest = _placement(*one.mapping)
    cells = _with_finders(inner, one)
    fixed = _fixed(one)
    flipped = np.zeros(size, np.bool_)
    spare = _with_finders(rest, one)
    # The 2 x 2 corner left over in some sizes is fixed: dark on its main diagonal.
    for place, dark in zip(spare.tolist(), (True, False, False, True), strict=False):
        fixed.flat[place] = DARK if dark else LIGHT
    nothing = np.zeros(0, np.intp)
    for array in (cells, fixed, flipped):
        array.setflags(write=False)
    return MatrixLayout(
        size=size,
        cells=cells,
        blocks=_blocks(one, continued=interleave == "continued"),
        fixed=fixed,
        flipped=flipped,
        rest=nothing,
        rest_dark=nothing.astype(np.bool_),
        polynomial=POLYNOMIAL,
        first_root=_FIRST_ROOT,
    )


def _blocks(one: DataMatrixSize, *, continued: bool) -> tuple[Block, ...]:
    """Codeword i belongs to block i modulo the number of blocks, data and correction alike.

    In 144x144 the data do not divide evenly: correction restarts with the first block, or, in the symbols of some
    encoders, goes on with the ninth. Readers try both.
    """
    ec = one.ec // one.blocks
    places = np.arange(one.data + one.ec)
    owner = places % one.blocks
    if not continued:
        owner[one.data :] = (places[one.data :] - one.data) % one.blocks
    owned = [places[owner == number] for number in range(one.blocks)]
    return tuple(Block(mine, data=len(mine) - ec, ec=ec, protection=0) for mine in owned)


def _with_finders(inner: NDArray[np.intp], one: DataMatrixSize) -> NDArray[np.intp]:
    """Places among the data modules as places in the whole symbol."""
    rows, columns = np.divmod(inner, one.mapping[1])
    height, width = one.region[0] - 2, one.region[1] - 2
    return np.asarray(
        (rows + 2 * (rows // height) + 1) * one.size[1] + columns + 2 * (columns // width) + 1, np.intp
    )


def _fixed(one: DataMatrixSize) -> NDArray[np.int8]:
    """Finder L dark on the left and at the bottom of each region, clock tracks alternating on top and right."""
    height, width = one.region
    region = np.full((height, width), FREE, np.int8)
    region[0] = np.arange(width) % 2 == 0
    region[:, -1] = np.arange(height) % 2 == 1
    region[:, 0] = DARK
    region[-1] = DARK
    return np.tile(region, one.regions)


@lru_cache(maxsize=64)
def _placement(rows: int, columns: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Annex F: codewords x 8 flat places among the data modules, and the places left over."""
    taken = np.zeros((rows, columns), np.bool_)
    codewords: list[list[int]] = []

    def put(places: list[tuple[int, int]]) -> None:
        flat = []
        for row, column in places:
            if row < 0:
                row, column = row + rows, column + 4 - (rows + 4) % 8  # noqa: PLW2901 -- the standard's wrap
            if column < 0:
                row, column = row + 4 - (columns + 4) % 8, column + columns  # noqa: PLW2901
            taken[row, column] = True
            flat.append(row * columns + column)
        codewords.append(flat)

    row, column = 4, 0
    while row < rows or column < columns:
        for corner in _corners(row, column, rows, columns):
            put(corner)
        while True:  # up and to the right
            if row < rows and column >= 0 and not taken[row, column]:
                put(_utah(row, column))
            row, column = row - 2, column + 2
            if row < 0 or column >= columns:
                break
        row, column = row + 1, column + 3
        while True:  # down and to the left
            if row >= 0 and column < columns and not taken[row, column]:
                put(_utah(row, column))
            row, column = row + 2, column - 2
            if row >= rows or column < 0:
                break
        row, column = row + 3, column + 1
    return np.array(codewords, np.intp), np.flatnonzero(~taken)


def _utah(row: int, column: int) -> list[tuple[int, int]]:
    """The usual shape of a codeword, its last bit at (row, column)."""
    return [
        (row - 2, column - 2), (row - 2, column - 1), (row - 1, column - 2), (row - 1, column - 1),
        (row - 1, column), (row, column - 2), (row, column - 1), (row, column),
    ]  # fmt: skip


def _corners(row: int, column: int, rows: int, columns: int) -> Iterator[list[tuple[int, int]]]:
    """The four special shapes, where the usual one would break at a corner."""
    last, end = rows - 1, columns - 1
    if (row, column) == (rows, 0):
        yield [(last, 0), (last, 1), (last, 2), (0, end - 1), (0, end), (1, end), (2, end), (3, end)]
    if (row, column) == (rows - 2, 0) and columns % 4:
        yield [
            (last - 2, 0),
            (last - 1, 0),
            (last, 0),
            (0, end - 3),
            (0, end - 2),
            (0, end - 1),
            (0, end),
            (1, end),
        ]
    if (row, column) == (rows - 2, 0) and columns % 8 == 4:
        yield [(last - 2, 0), (last - 1, 0), (last, 0), (0, end - 1), (0, end), (1, end), (2, end), (3, end)]
    if (row, column) == (rows + 4, 2) and columns % 8 == 0:
        yield [
            (last, 0),
            (last, end),
            (0, end - 2),
            (0, end - 1),
            (0, end),
            (1, end - 2),
            (1, end - 1),
            (1, end),
        ]
