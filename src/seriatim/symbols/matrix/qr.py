"""QR Code: versions 1 to 40, function patterns, masks, format and version information, blocks and placement.

Source: ISO/IEC 18004, tables of versions and correction blocks, clauses on placement and masking. Proved in the tests
against the encoder's symbols for 40 versions x 4 levels.

>>> version_of((29, 29)), format_bits("M", 5)
(3, 16590)
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from seriatim.symbols.errors import SymbolError
from seriatim.symbols.matrix.layout import DARK, FREE, LIGHT, Block, MatrixLayout

__all__ = [
    "LEVELS",
    "Level",
    "alignment_centres",
    "fixed_patterns",
    "format_bits",
    "format_cells",
    "layout",
    "read_format",
    "side_of",
    "version_bits",
    "version_cells",
    "version_of",
]

Level = Literal["L", "M", "Q", "H"]
LEVELS: Final[tuple[Level, ...]] = ("L", "M", "Q", "H")
POLYNOMIAL: Final = 0x11D
_FIRST_ROOT: Final = 0

_EC_PER_BLOCK: Final[Mapping[Level, tuple[int, ...]]] = {
    "L": (7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28, 28, 28, 30, 30, 26, 28,
          30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30),
    "M": (10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26, 28, 28, 28, 28, 28,
          28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28),
    "Q": (13, 22, 18, 26, 18, 24, 18, 22, 20, 24, 28, 26, 24, 20, 30, 24, 28, 28, 26, 30, 28, 30, 30, 30, 30, 28,
          30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30),
    "H": (17, 28, 22, 16, 22, 28, 26, 26, 24, 28, 24, 28, 22, 24, 24, 30, 28, 28, 26, 28, 30, 24, 30, 30, 30, 30,
          30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30),
}  # fmt: skip
_BLOCKS: Final[Mapping[Level, tuple[int, ...]]] = {
    "L": (1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8, 8, 9, 9, 10, 12, 12, 12, 13, 14, 15, 16, 17,
          18, 19, 19, 20, 21, 22, 24, 25),
    "M": (1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, 17, 17, 18, 20, 21, 23, 25, 26, 28, 29,
          31, 33, 35, 37, 38, 40, 43, 45, 47, 49),
    "Q": (1, 1, 2, 2, 4, 4, 6, 6, 8, 8, 8, 10, 12, 16, 12, 17, 16, 18, 21, 20, 23, 23, 25, 27, 29, 34, 34, 35, 38,
          40, 43, 45, 48, 51, 53, 56, 59, 62, 65, 68),
    "H": (1, 1, 2, 4, 4, 4, 5, 6, 8, 8, 11, 11, 16, 16, 18, 16, 19, 21, 25, 25, 25, 34, 30, 32, 35, 37, 40, 42, 45,
          48, 51, 54, 57, 60, 63, 66, 70, 74, 77, 81),
}  # fmt: skip
_PROTECTION: Final[Mapping[tuple[int, Level], int]] = {
    (1, "L"): 3, (1, "M"): 2, (1, "Q"): 1, (1, "H"): 1, (2, "L"): 2, (3, "L"): 1,
}  # fmt: skip
"""Correction codewords kept against a wrong repair (p); nought for all others."""

_LEVEL_BITS: Final[Mapping[Level, int]] = {"L": 1, "M": 0, "Q": 3, "H": 2}
_FORMAT_MASK: Final = 0x5412


def side_of(version: int) -> int:
    """Modules of one side."""
    return 17 + 4 * version


def version_of(size: tuple[int, int]) -> int:
    """The version of a size; `SymbolError` `option` when there is none."""
    version, odd = divmod(size[0] - 17, 4)
    if size[0] != size[1] or odd or not 1 <= version <= 40:
        raise SymbolError(f"{size[0]}x{size[1]} is no QR size: 21x21 to 177x177 in steps of 4", code="option")
    return version


@lru_cache(maxsize=256)
def layout(version: int, level: Level, mask: int) -> MatrixLayout:
    """The layout of one version, correction level and data mask (0 to 7)."""
    side = side_of(version)
    fixed = fixed_patterns(version)
    order = _data_order(version)
    total = len(order) // 8
    cells, rest = order[: total * 8].reshape(total, 8), order[total * 8 :]
    flipped = _mask(mask, side) & _data_area(version)
    for array in (cells, flipped):
        array.setflags(write=False)
    return MatrixLayout(
        size=(side, side),
        cells=cells,
        blocks=_blocks(version, level, total),
        fixed=fixed,
        flipped=flipped,
        rest=np.concatenate([rest, *_information_cells(version)]),
        rest_dark=np.concatenate([flipped.ravel()[rest], *_information(version, level, mask)]),
        polynomial=POLYNOMIAL,
        first_root=_FIRST_ROOT,
    )


def _blocks(version: int, level: Level, total: int) -> tuple[Block, ...]:
    """Two groups, the second with one more data codeword; data interleaved first, then correction."""
    count, ec = _BLOCKS[level][version - 1], _EC_PER_BLOCK[level][version - 1]
    data = total - count * ec
    short, longer = divmod(data, count)
    first_long = count - longer
    protection = _PROTECTION.get((version, level), 0)
    blocks = []
    for number in range(count):
        places = [number + step * count for step in range(short)]
        if number >= first_long:
            places.append(short * count + number - first_long)
        places += [data + number + step * count for step in range(ec)]
        blocks.append(Block(np.array(places, np.intp), len(places) - ec, ec, protection))
    return tuple(blocks)


def alignment_centres(version: int) -> list[int]:
    """Rows and columns of the centres of alignment patterns; none for version 1."""
    if version == 1:
        return []
    count = version // 7 + 2
    step = 26 if version == 32 else (version * 4 + count * 2 + 1) // (count * 2 - 2) * 2
    last = side_of(version) - 7
    return [6, *(last - step * place for place in range(count - 2, -1, -1))]


@lru_cache(maxsize=40)
def fixed_patterns(version: int) -> NDArray[np.int8]:
    """Finders, separators, timing, alignment and the one dark module: DARK or LIGHT; FREE elsewhere."""
    side = side_of(version)
    fixed = np.full((side, side), FREE, np.int8)
    fixed[6, :] = fixed[:, 6] = (np.arange(side) + 1) % 2
    centres = alignment_centres(version)
    ring = np.maximum.outer(np.abs(np.arange(-2, 3)), np.abs(np.arange(-2, 3)))
    for row in centres:
        for column in centres:
            if (row, column) not in {(6, 6), (6, side - 7), (side - 7, 6)}:
                fixed[row - 2 : row + 3, column - 2 : column + 3] = ring != 1
    reach = np.maximum.outer(np.abs(np.arange(-4, 5)), np.abs(np.arange(-4, 5)))
    finder = np.where((reach == 2) | (reach == 4), LIGHT, DARK).astype(np.int8)
    fixed[:8, :8] = finder[1:, 1:]
    fixed[:8, -8:] = finder[1:, :-1]
    fixed[-8:, :8] = finder[:-1, 1:]
    fixed[side - 8, 8] = DARK
    fixed.setflags(write=False)
    return fixed


def format_cells(version: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Flat places of both copies of the format information, least significant bit first."""
    side = side_of(version)
    first = [(row, 8) for row in (0, 1, 2, 3, 4, 5, 7, 8)] + [(8, column) for column in (7, 5, 4, 3, 2, 1, 0)]
    second = [(8, side - 1 - bit) for bit in range(8)] + [(side - 15 + bit, 8) for bit in range(8, 15)]
    return _flat(first, side), _flat(second, side)


def version_cells(version: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Flat places of both copies of the version information, least significant bit first; empty below version 7."""
    side = side_of(version)
    if version < 7:
        return np.zeros(0, np.intp), np.zeros(0, np.intp)
    above = [(bit // 3, side - 11 + bit % 3) for bit in range(18)]
    return _flat(above, side), _flat([(column, row) for row, column in above], side)


def format_bits(level: Level, mask: int) -> int:
    """15 bits: level, mask, and their BCH(15, 5) correction, masked."""
    value = _LEVEL_BITS[level] << 3 | mask
    return (value << 10 | _remainder(value << 10, 0x537, 10)) ^ _FORMAT_MASK


def version_bits(version: int) -> int:
    """18 bits: the version and its BCH(18, 6) correction."""
    return version << 12 | _remainder(version << 12, 0x1F25, 12)


def read_format(modules: NDArray[np.bool_]) -> tuple[Level, int] | None:
    """Level and mask as the nearer copy of the format information says; None when both are beyond repair.

    `modules`: rows x columns, dark is True.
    """
    version = version_of((modules.shape[0], modules.shape[1]))
    flat = modules.ravel()
    best: tuple[int, Level, int] | None = None
    for cells in format_cells(version):
        read = sum(1 << bit for bit, dark in enumerate(flat[cells].tolist()) if dark)
        for level in LEVELS:
            for mask in range(8):
                distance = (read ^ format_bits(level, mask)).bit_count()
                if best is None or distance < best[0]:
                    best = (distance, level, mask)
    assert best is not None
    return (best[1], best[2]) if best[0] <= 3 else None


def _remainder(value: int, generator: int, width: int) -> int:
    while value.bit_length() > width:
        value ^= generator << value.bit_length() - width - 1
    return value


def _flat(places: list[tuple[int, int]], side: int) -> NDArray[np.intp]:
    return np.array([row * side + column for row, column in places], np.intp)


def _information_cells(version: int) -> list[NDArray[np.intp]]:
    return [*format_cells(version), *version_cells(version)]


def _information(version: int, level: Level, mask: int) -> list[NDArray[np.bool_]]:
    """The bits of format and version information in the order of `_information_cells`."""
    form = np.array([format_bits(level, mask) >> bit & 1 for bit in range(15)], np.bool_)
    if version < 7:
        return [form, form]
    number = np.array([version_bits(version) >> bit & 1 for bit in range(18)], np.bool_)
    return [form, form, number, number]


@lru_cache(maxsize=40)
def _data_area(version: int) -> NDArray[np.bool_]:
    area = fixed_patterns(version) == FREE
    area.ravel()[np.concatenate(_information_cells(version))] = False
    return np.asarray(area)


@lru_cache(maxsize=40)
def _data_order(version: int) -> NDArray[np.intp]:
    """Flat places of data modules in reading order: column pairs from the right, up and down by turns."""
    side, area = side_of(version), _data_area(version)
    right = [
        column for column in range(side - 1, 0, -1) if column != 6 and (side - column) % 2 == (column > 6)
    ]
    order = []
    for turn, column in enumerate(right):
        rows = range(side - 1, -1, -1) if turn % 2 == 0 else range(side)
        order += [row * side + here for row in rows for here in (column, column - 1) if area[row, here]]
    return np.array(order, np.intp)


def _mask(mask: int, side: int) -> NDArray[np.bool_]:
    i, j = np.mgrid[:side, :side]
    terms = (
        (i + j) % 2,
        i % 2,
        j % 3,
        (i + j) % 3,
        (i // 2 + j // 3) % 2,
        i * j % 2 + i * j % 3,
        (i * j % 2 + i * j % 3) % 2,
        ((i + j) % 2 + i * j % 3) % 2,
    )
    return np.asarray(terms[mask] == 0)
