"""Repairs the codewords of a symbol: Reed-Solomon over GF(256), errors at unknown and erasures at known places.

Source: ISO/IEC 16022 annex E (polynomial 0x12D, first root 1) and ISO/IEC 18004 annex A (0x11D, first root 0); the
decoder is Berlekamp-Massey with erasures and Forney's formula (R. E. Blahut, Algebraic Codes for Data Transmission).

>>> code = ReedSolomon(0x12D, first_root=1, ec=5)
>>> sent = code.encode(np.array([142, 164, 186], np.uint8))
>>> sent.tolist()
[142, 164, 186, 114, 25, 5, 88, 102]
>>> spoilt = sent.copy(); spoilt[[0, 6]] = 7
>>> code.correct(spoilt).codewords.tolist() == sent.tolist()
True
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["Correction", "ReedSolomon", "reed_solomon"]

Codewords = NDArray[np.uint8]

_ORDER: Final = 255


@dataclass(frozen=True, slots=True)
class Correction:
    """One block after repair."""

    codewords: Codewords
    """The whole block, data first, repaired."""
    errors: tuple[int, ...]
    """Places, counted from the block's first codeword, that were wrong and not known to be."""
    erasures: int
    """Places that were given as erased, wrong or not."""


class ReedSolomon:
    """A systematic Reed-Solomon code: data codewords, then `ec` correction codewords."""

    def __init__(self, polynomial: int, *, first_root: int, ec: int) -> None:
        """`polynomial` generates the field (9 bits), `first_root` is the power of alpha of the first root.

        Use :func:`reed_solomon`, which keeps what it has built.
        """
        self.polynomial = polynomial
        self.first_root = first_root
        self.ec = ec
        self._exp, self._log = _field(polynomial)

    def encode(self, data: Codewords) -> Codewords:
        """The data followed by its correction codewords."""
        rest = [0] * self.ec
        exp, log, generator = self._exp, self._log, self._generator
        for value in data.tolist():
            lead = value ^ rest[0]
            rest = [*rest[1:], 0]
            if lead:
                shift = log[lead]
                rest = [one ^ exp[shift + log[factor]] for one, factor in zip(rest, generator, strict=True)]
        return np.concatenate([data, np.array(rest, np.uint8)])

    def syndromes(self, blocks: Codewords) -> Codewords:
        """Zero where a block is whole: blocks x length -> blocks x ec, all at once."""
        powers = _powers(self.polynomial, self.first_root, self.ec, blocks.shape[1])
        exp, log = _field_arrays(self.polynomial)
        terms = exp[log[blocks][:, None, :] + powers[None]]
        return np.asarray(np.bitwise_xor.reduce(terms, axis=2), np.uint8)

    def correct(self, block: Codewords, erasures: Sequence[int] = (), *, spare: int = 0) -> Correction | None:
        """The block repaired, or None when more is wrong than can be repaired.

        `erasures`: places known to be bad, counted from the first codeword. `spare`: correction codewords left
        unspent, as protection against a wrong repair (misdecode protection).
        """
        syndromes = self.syndromes(block[None])[0].tolist()
        if not any(syndromes):
            return Correction(block, (), len(erasures))
        if len(erasures) > self.ec - spare:
            return None
        known = [len(block) - 1 - place for place in erasures]
        locator = self._locator(syndromes, known)
        if 2 * (len(locator) - 1 - len(known)) + len(known) > self.ec - spare:
            return None
        powers = self._roots(locator, len(block))
        if len(powers) != len(locator) - 1:
            return None
        repaired = block.copy()
        for power, magnitude in zip(powers, self._magnitudes(syndromes, locator, powers), strict=True):
            repaired[len(block) - 1 - power] ^= magnitude
        if self.syndromes(repaired[None]).any():
            return None
        erased = set(erasures)
        errors = tuple(place for place in np.flatnonzero(repaired != block).tolist() if place not in erased)
        return Correction(repaired, errors, len(erasures))

    @cached_property
    def _generator(self) -> tuple[int, ...]:
        """Coefficients of the generator polynomial below the leading 1, highest power first."""
        poly = [1]
        for root in range(self.first_root, self.first_root + self.ec):
            factor = self._exp[root % _ORDER]
            grown = [*poly, 0]
            for place, value in enumerate(poly):
                grown[place + 1] ^= self._times(value, factor)
            poly = grown
        return tuple(poly[1:])

    def _times(self, a: int, b: int) -> int:
        return self._exp[self._log[a] + self._log[b]] if a and b else 0

    def _locator(self, syndromes: list[int], erased: list[int]) -> list[int]:
        """Berlekamp-Massey, started from the erasures: the locator polynomial, lowest power first."""
        locator = [1]
        for power in erased:
            locator = self._product(locator, [1, self._exp[power]])
        best = locator
        length = len(erased)
        for step in range(len(erased), self.ec):
            gap = 0
            for place, value in enumerate(locator[: step + 1]):
                gap ^= self._times(value, syndromes[step - place])
            best = [0, *best]
            if gap:
                if 2 * length <= step + len(erased):
                    length = step + 1 + len(erased) - length
                    inverse = self._exp[_ORDER - self._log[gap]]
                    best, locator = (
                        [self._times(value, inverse) for value in locator],
                        self._sum(locator, [self._times(value, gap) for value in best]),
                    )
                else:
                    locator = self._sum(locator, [self._times(value, gap) for value in best])
        while locator[-1] == 0:
            locator.pop()
        return locator

    def _product(self, a: list[int], b: list[int]) -> list[int]:
        out = [0] * (len(a) + len(b) - 1)
        for i, left in enumerate(a):
            for j, right in enumerate(b):
                out[i + j] ^= self._times(left, right)
        return out

    @staticmethod
    def _sum(a: list[int], b: list[int]) -> list[int]:
        longer, shorter = (a, b) if len(a) >= len(b) else (b, a)
        return [value ^ (shorter[i] if i < len(shorter) else 0) for i, value in enumerate(longer)]

    def _roots(self, locator: list[int], length: int) -> list[int]:
        """Chien's search, all places at once: powers of alpha whose inverse is a root of the locator."""
        exp, log = _field_arrays(self.polynomial)
        powers = np.arange(length)
        value = np.zeros(length, np.uint8)
        for degree, factor in enumerate(locator):
            if factor:
                value ^= exp[(int(log[factor]) - degree * powers) % _ORDER]
        return np.flatnonzero(value == 0).tolist()

    def _magnitudes(self, syndromes: list[int], locator: list[int], powers: list[int]) -> list[int]:
        """Forney: what to add at each place."""
        evaluator = self._product(syndromes, locator)[: self.ec]
        slope = [value if place % 2 == 0 else 0 for place, value in enumerate(locator[1:])]
        out = []
        for power in powers:
            at = -power % _ORDER
            above, below = self._at(evaluator, at), self._at(slope, at)
            if not above:
                out.append(0)
                continue
            shift = (1 - self.first_root) * power
            out.append(self._exp[(self._log[above] - self._log[below] + shift) % _ORDER])
        return out

    def _at(self, poly: list[int], power: int) -> int:
        """The polynomial's value at alpha ** power."""
        value = 0
        for degree, factor in enumerate(poly):
            if factor:
                value ^= self._exp[(self._log[factor] + degree * power) % _ORDER]
        return value


@lru_cache(maxsize=256)
def reed_solomon(polynomial: int, first_root: int, ec: int) -> ReedSolomon:
    """The code with these parameters, built once."""
    return ReedSolomon(polynomial, first_root=first_root, ec=ec)


@lru_cache(maxsize=8)
def _field(polynomial: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Powers of alpha, twice round so that sums of two logarithms need no remainder, and logarithms (of 0: unused)."""
    exp = [1]
    for _ in range(_ORDER - 1):
        value = exp[-1] << 1
        exp.append(value ^ polynomial if value > _ORDER else value)
    log = [0] * 256
    for power, value in enumerate(exp):
        log[value] = power
    return (*exp, *exp), tuple(log)


_ZERO_LOG: Final = 2 * _ORDER
"""Where the tables for arrays keep the logarithm of nought: everything from here on is nought."""


@lru_cache(maxsize=8)
def _field_arrays(polynomial: int) -> tuple[Codewords, NDArray[np.intp]]:
    exp, log = _field(polynomial)
    logs = np.array(log, np.intp)
    logs[0] = _ZERO_LOG
    return np.array([*exp, *([0] * (_ORDER + 1))], np.uint8), logs


@lru_cache(maxsize=512)
def _powers(polynomial: int, first_root: int, ec: int, length: int) -> NDArray[np.intp]:
    """Logarithm of each codeword's factor in each syndrome: ec x length."""
    del polynomial
    roots = np.arange(first_root, first_root + ec)[:, None]
    return np.asarray(roots * np.arange(length - 1, -1, -1)[None] % _ORDER, np.intp)
