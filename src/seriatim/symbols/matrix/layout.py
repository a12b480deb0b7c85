"""One symbol size as data: the places of its codewords, its correction blocks, its fixed patterns."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seriatim.symbols.reed_solomon import ReedSolomon, reed_solomon

__all__ = ["DARK", "FREE", "LIGHT", "Block", "MatrixLayout", "Repair"]

LIGHT, DARK, FREE = 0, 1, -1
"""What `MatrixLayout.fixed` says of a module; FREE ones carry data."""

_BITS: Final = np.array([128, 64, 32, 16, 8, 4, 2, 1], np.uint8)


@dataclass(frozen=True, slots=True)
class Block:
    """Codewords that are repaired together."""

    places: NDArray[np.intp] = field(repr=False, compare=False)
    """Index of each codeword of the block in the symbol's sequence: data first, then correction."""
    data: int
    ec: int
    protection: int
    """Correction codewords that the decoder must leave unspent (p)."""

    @property
    def capacity(self) -> int:
        """Correction codewords that may be spent: what unused error correction counts from."""
        return self.ec - self.protection


@dataclass(frozen=True, slots=True)
class Repair:
    """What it took to read a symbol."""

    codewords: NDArray[np.uint8] = field(repr=False, compare=False)
    """All codewords in the symbol's sequence, repaired."""
    wrong: tuple[int, ...]
    """Indexes of the codewords that were wrong."""
    errors: tuple[int, ...]
    """Errors in each block."""


@dataclass(frozen=True, slots=True)
class MatrixLayout:
    """All about one size (and, for QR, one level and mask). Arrays are read-only and shared."""

    size: tuple[int, int]
    """Rows and columns of modules."""
    cells: NDArray[np.intp] = field(repr=False, compare=False)
    """Codewords x 8: the flat module index (row * columns + column) of each bit, most significant first."""
    blocks: tuple[Block, ...] = field(repr=False)
    fixed: NDArray[np.int8] = field(repr=False, compare=False)
    """Rows x columns: DARK, LIGHT, or FREE where data stand. QR format and version information are FREE here."""
    flipped: NDArray[np.bool_] = field(repr=False, compare=False)
    """Rows x columns: modules that QR's data mask inverts; all False for Data Matrix."""
    rest: NDArray[np.intp] = field(repr=False, compare=False)
    """Flat indexes of modules that no codeword uses (remainder bits), placed unflipped as `rest_dark` says."""
    rest_dark: NDArray[np.bool_] = field(repr=False, compare=False)
    polynomial: int
    first_root: int

    def codewords(self, modules: NDArray[np.bool_]) -> NDArray[np.uint8]:
        """What the modules (rows x columns, dark is True) say, unrepaired."""
        bits = (modules ^ self.flipped).ravel()[self.cells]
        return np.asarray((bits * _BITS).sum(axis=1, dtype=np.uint8), np.uint8)

    def modules(self, codewords: NDArray[np.uint8]) -> NDArray[np.bool_]:
        """The ideal symbol for these codewords: rows x columns, dark is True."""
        flat = (self.fixed == DARK).ravel()
        flat[self.cells] = (codewords[:, None] & _BITS).astype(np.bool_) ^ self.flipped.ravel()[self.cells]
        flat[self.rest] = self.rest_dark
        return np.asarray(flat.reshape(self.size), np.bool_)

    def repair(self, codewords: NDArray[np.uint8], erased: frozenset[int] = frozenset()) -> Repair | None:
        """All blocks repaired, or None when one cannot be; `erased` are indexes of codewords not to be trusted."""
        repaired = codewords.copy()
        errors = []
        for block in self.blocks:
            erasures = (
                [place for place, index in enumerate(block.places.tolist()) if index in erased]
                if erased
                else ()
            )
            correction = self.code(block).correct(codewords[block.places], erasures, spare=block.protection)
            if correction is None:
                return None
            repaired[block.places] = correction.codewords
            errors.append(len(correction.errors))
        return Repair(repaired, tuple(np.flatnonzero(repaired != codewords).tolist()), tuple(errors))

    def code(self, block: Block) -> ReedSolomon:
        """The Reed-Solomon code of a block."""
        return reed_solomon(self.polynomial, self.first_root, block.ec)
