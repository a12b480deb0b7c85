"""A secret shuffle of numbers: 0, 1, 2... become serials that nobody can foresee, and no two are ever the same.

FF1 is a cipher that keeps the format: it maps the numbers below radix^length one to one onto themselves, so a counter
gives distinct serials without a look at any list, and the owner of the key gets the counter back.

>>> cipher = FF1(bytes.fromhex("2B7E151628AED2A6ABF7158809CF4F3C"), radix=10, length=10)
>>> cipher.encrypt(123456789), cipher.decrypt(2433477484)
(2433477484, 123456789)

Source: NIST SP 800-38G, algorithms 7 and 8; the least domain of 1,000,000 is of its revision 1, second draft (2025).
"""

from collections.abc import Callable, Iterator
from typing import Any, Final, TypeAlias

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from numpy.typing import NDArray

from seriatim.base.errors import Unprocessable

Numbers: TypeAlias = NDArray[np.uint64]

DOMAIN_MIN: Final = 1_000_000
ROUNDS: Final = range(10)
CHUNK: Final = 16_384
"""Numbers that go through one AES call: blocks and answers then stay in the second-level cache."""
BLOCK: Final = 16
RADIX_MAX: Final = 1 << 16
HALF_BITS_MAX: Final = 96
"""Widest half for which one AES block is randomness enough; 20 characters out of 82 have halves of 64 bits."""
VECTOR_HALF_BITS_MAX: Final = 32
"""Widest half for which a whole round is arithmetic on 64-bit numbers."""
VECTOR_DOMAIN_MAX: Final = 1 << 63


class DomainTooSmall(Unprocessable):
    """There are fewer than 1,000,000 different serials of this form; make it longer or take more characters."""

    code = "domain_too_small"


class FF1:
    """The permutation of the numbers 0 to radix^length - 1 that a key and a tweak choose.

    A number stands for its `length` digits in base `radix`, most significant first, leading zeros included.
    Raises DomainTooSmall below 1,000,000 numbers, ValueError for a key that is no AES key, a foreign radix, or
    halves of more than 96 bits. May be shared between threads.
    """

    def __init__(self, key: bytes, *, radix: int, length: int, tweak: bytes = b"") -> None:
        if not 2 <= radix <= RADIX_MAX:
            raise ValueError(f"the radix must be 2 to {RADIX_MAX}, not {radix}")
        u, v = length // 2, length - length // 2
        half_bits = (radix**v - 1).bit_length()
        if half_bits > HALF_BITS_MAX:
            raise ValueError(f"{length} characters out of {radix} are too many for this cipher")
        self.domain: Final[int] = radix**length
        if length < 2 or self.domain < DOMAIN_MIN:
            raise DomainTooSmall(
                f"{length} characters out of {radix} give {self.domain:,} serials; {DOMAIN_MIN:,} is the least.",
                domain=self.domain,
                least=DOMAIN_MIN,
            )
        self.is_vectorised: Final = half_bits <= VECTOR_HALF_BITS_MAX and self.domain <= VECTOR_DOMAIN_MAX
        """Whether arrays can go through in bulk."""
        self._moduli: Final[tuple[int, int]] = (radix**u, radix**v)
        self._number_bytes: Final = -(-half_bits // 8)
        self._y_bytes: Final = 4 * (-(-self._number_bytes // 4)) + 4
        # ECB is AES on one block after another, which is what FF1 is built on; nothing is encrypted with ECB itself.
        self._cipher: Final = Cipher(algorithms.AES(key), modes.ECB())  # noqa: S305
        self._chained: Final = self._chain(radix, u, length, tweak)

    def encrypt(self, number: int) -> int:
        """The number that `number` becomes. Raises ValueError outside the domain."""
        aes = self._cipher.encryptor().update
        a, b = divmod(self._inside(number), self._moduli[1])
        for i in ROUNDS:
            a, b = b, (a + self._y(aes, i, b)) % self._moduli[i % 2]
        return a * self._moduli[1] + b

    def decrypt(self, number: int) -> int:
        """The number that became `number`. Raises ValueError outside the domain."""
        aes = self._cipher.encryptor().update
        a, b = divmod(self._inside(number), self._moduli[1])
        for i in reversed(ROUNDS):
            a, b = (b - self._y(aes, i, a)) % self._moduli[i % 2], a
        return a * self._moduli[1] + b

    def encrypt_many(self, numbers: Numbers) -> Numbers:
        """`encrypt` of each number of a one-dimensional array; ValueError outside the domain or not `is_vectorised`."""
        return self._in_chunks(self._encrypt_chunk, numbers)

    def decrypt_many(self, numbers: Numbers) -> Numbers:
        """`decrypt` of each number of a one-dimensional array; ValueError outside the domain or not `is_vectorised`."""
        return self._in_chunks(self._decrypt_chunk, numbers)

    def _chain(self, radix: int, u: int, length: int, tweak: bytes) -> int:
        """What every last block is XORed with: P and the part of Q before round and half, chained, and the rest of it.

        Step 5 and 6.i: P = [1] [2] [1] [radix]3 [10] [u mod 256] [n]4 [t]4, Q = T, zeros, [i], [NUM(B)]b.
        """
        p = bytes((1, 2, 1)) + radix.to_bytes(3, "big") + bytes((10, u % 256))
        p += length.to_bytes(4, "big") + len(tweak).to_bytes(4, "big")
        b = self._number_bytes
        message = p + tweak + bytes(-(len(tweak) + 1 + b) % BLOCK) + bytes(1 + b)
        aes, state = self._cipher.encryptor().update, 0
        for start in range(0, len(message) - BLOCK, BLOCK):
            block = state ^ int.from_bytes(message[start : start + BLOCK], "big")
            state = int.from_bytes(aes(block.to_bytes(BLOCK, "big")), "big")
        return state ^ int.from_bytes(message[-BLOCK:], "big")

    def _inside(self, number: int) -> int:
        if not 0 <= number < self.domain:
            raise ValueError(f"the number must be 0 to {self.domain - 1}")
        return number

    def _y(self, aes: Callable[[bytes], bytes], i: int, half: int) -> int:
        """Steps 6.ii to 6.iv: the pseudo-random number of round `i` that moves the other half."""
        block = self._chained ^ (i << 8 * self._number_bytes | half)
        return int.from_bytes(aes(block.to_bytes(BLOCK, "big"))[: self._y_bytes], "big")

    def _in_chunks(self, permute: Callable[[Numbers, Numbers], Numbers], numbers: Numbers) -> Numbers:
        if not self.is_vectorised:
            raise ValueError("these serials are too wide to go through in bulk; take them one by one")
        if numbers.size and int(numbers.max()) >= self.domain:
            raise ValueError(f"each number must be 0 to {self.domain - 1}")
        result = np.empty(numbers.size, dtype=np.uint64)
        for part in _parts(numbers.size):
            high = numbers[part] // np.uint64(self._moduli[1])
            result[part] = permute(high, numbers[part] - high * np.uint64(self._moduli[1]))
        return result

    def _encrypt_chunk(self, a: Numbers, b: Numbers) -> Numbers:
        ys = _ChunkRounds(self._cipher, self._chained, self._number_bytes, a.size)
        for i in ROUNDS:
            modulus = self._moduli[i % 2]
            a, b = b, _remainder(a + _remainder(ys.of(i, b), modulus), modulus)
        return a * np.uint64(self._moduli[1]) + b

    def _decrypt_chunk(self, a: Numbers, b: Numbers) -> Numbers:
        ys = _ChunkRounds(self._cipher, self._chained, self._number_bytes, a.size)
        for i in reversed(ROUNDS):
            modulus = self._moduli[i % 2]
            a, b = _remainder(b + np.uint64(modulus) - _remainder(ys.of(i, a), modulus), modulus), a
        return a * np.uint64(self._moduli[1]) + b


class _ChunkRounds:
    """`FF1._y` for a whole chunk: one AES call, one block for each number."""

    def __init__(self, cipher: "Cipher[Any]", chained: int, number_bytes: int, size: int) -> None:
        self._aes = cipher.encryptor()
        self._high, self._low = divmod(chained, 1 << 64)
        self._number_bytes = number_bytes
        # The library asks for room for one block, less a byte, beyond the answer.
        self._question, self._answer = bytearray(BLOCK * size), bytearray(BLOCK * (size + 1))
        self._blocks = np.frombuffer(self._question, dtype=">u8").reshape(-1, 2)
        self._blocks[:, 0] = self._high

    def of(self, i: int, half: Numbers) -> Numbers:
        # Round and half are at most 5 bytes at the block's end: they touch the second word alone.
        self._blocks[:, 1] = half ^ np.uint64(self._low ^ i << 8 * self._number_bytes)
        self._aes.update_into(self._question, self._answer)
        # y has 8 bytes for every half of up to 32 bits: the first word of the answer.
        return np.frombuffer(self._answer, dtype=">u8")[:-2:2].astype(np.uint64)


def _parts(size: int) -> Iterator[slice]:
    return (slice(start, start + CHUNK) for start in range(0, size, CHUNK))


def _remainder(numbers: Numbers, modulus: int) -> Numbers:
    if modulus & (modulus - 1) == 0:
        return numbers & np.uint64(modulus - 1)
    # numpy divides by a constant with a multiplication, its remainder does not: three times slower.
    return numbers - numbers // np.uint64(modulus) * np.uint64(modulus)
