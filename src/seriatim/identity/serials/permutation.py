"""From a block of counters to the serials that are printed, and from a serial back to its place in the count.

Nothing is stored for a unit here: the key that turns counters into serials turns them back.

>>> policy = SerialPolicy("09506000134352")
>>> serial = serials_of_counters(range(7, 8), policy, bytes(32))[0]
>>> serial, counter_of(serial, policy, bytes(32))
('MWLW4X449GJ6', 7)
"""

import functools
from typing import Final, NamedTuple

import numpy as np

from seriatim.base.crypto import derive
from seriatim.identity.serials.ff1 import FF1, Numbers
from seriatim.identity.serials.policy import SerialPolicy
from seriatim.identity.serials.writing import number_of, reading_of, texts_of


class Shuffle:
    """A permutation of the numbers below `space`.

    Where the cipher's domain is larger, a number that falls outside is encrypted again until it is inside: that walk
    along the cipher's cycle is one to one, too (Black and Rogaway, Ciphers with arbitrary finite domains, 2002).
    """

    def __init__(self, cipher: FF1, space: int) -> None:
        self._cipher = cipher
        self.space: Final = space

    def encrypt(self, number: int) -> int:
        """The number that `number` becomes. Raises ValueError outside the space."""
        number = self._cipher.encrypt(self._inside(number))
        while number >= self.space:
            number = self._cipher.encrypt(number)
        return number

    def decrypt(self, number: int) -> int:
        """The number that became `number`. Raises ValueError outside the space."""
        number = self._cipher.decrypt(self._inside(number))
        while number >= self.space:
            number = self._cipher.decrypt(number)
        return number

    def encrypt_many(self, numbers: Numbers) -> Numbers:
        """`encrypt` of each number of an array."""
        shuffled = self._cipher.encrypt_many(self._all_inside(numbers))
        while (outside := np.flatnonzero(shuffled >= np.uint64(self.space))).size:
            shuffled[outside] = self._cipher.encrypt_many(shuffled[outside])
        return shuffled

    def decrypt_many(self, numbers: Numbers) -> Numbers:
        """`decrypt` of each number of an array."""
        ordered = self._cipher.decrypt_many(self._all_inside(numbers))
        while (outside := np.flatnonzero(ordered >= np.uint64(self.space))).size:
            ordered[outside] = self._cipher.decrypt_many(ordered[outside])
        return ordered

    def _inside(self, number: int) -> int:
        if not 0 <= number < self.space:
            raise ValueError(f"the number must be 0 to {self.space - 1}")
        return number

    def _all_inside(self, numbers: Numbers) -> Numbers:
        if numbers.size and int(numbers.max()) >= self.space:
            raise ValueError(f"each number must be 0 to {self.space - 1}")
        return numbers


def serials_of_counters(counters: range | Numbers, policy: SerialPolicy, master_key: bytes) -> list[str]:
    """The serials of some counters, in their order; about 5 million a second.

    Raises ValueError past the policy's space, and for a policy whose numbers come from outside.
    """
    if isinstance(counters, range):
        counters = np.arange(counters.start, counters.stop, counters.step, dtype=np.uint64)
    return texts_of(shuffle_of(policy, master_key).encrypt_many(counters), policy)


def counter_of(serial: str, policy: SerialPolicy, master_key: bytes) -> int | None:
    """The counter that gives this serial in this generation, issued or not; None when it has not the policy's form."""
    if policy.source == "imported":
        return None
    number = number_of(serial, policy)
    return None if number is None else shuffle_of(policy, master_key).decrypt(number)


class TurnedBack(NamedTuple):
    """What the key of a generation makes of a text."""

    counter: int
    fits: bool
    """Whether the text has the policy's form. Else the counter means nothing, and was as much work to find (T13)."""


def turned_back(serial: str, policy: SerialPolicy, master_key: bytes) -> TurnedBack:
    """Any text turned back into a counter of the generation, by the same steps. Raises ValueError for imported numbers."""
    number, fits = reading_of(serial, policy)
    return TurnedBack(shuffle_of(policy, master_key).decrypt(number), fits)


def shuffle_of(policy: SerialPolicy, master_key: bytes) -> Shuffle:
    """The permutation of one GTIN and generation: its own key, and the GTIN in 7 BCD bytes as tweak.

    Plain numbers below a bound are shuffled in binary, in the least power of two that holds them: SGTIN-96 has just
    2^38, any other bound takes two tries on average at most.
    """
    if policy.source == "imported":
        raise ValueError(f"generation {policy.generation} of {policy.gtin} takes its numbers from outside")
    radix, length = len(policy.alphabet), policy.length
    if policy.below is not None:
        radix, length = 2, (policy.below - 1).bit_length()
    return Shuffle(_cipher(policy.gtin, policy.generation, radix, length, master_key), policy.space)


@functools.lru_cache(maxsize=1_024)
def _cipher(gtin: str, generation: int, radix: int, length: int, master_key: bytes) -> FF1:
    key = derive(master_key, "serial", gtin, str(generation))
    return FF1(key, radix=radix, length=length, tweak=bytes.fromhex(gtin))
