"""From a block of counters to the serials that are printed, and from a serial back to its place in the count.

Nothing is stored for a unit here: the key that turns counters into serials turns them back.

>>> policy = SerialPolicy("09506000134352")
>>> serial = serials_of_counters(range(7, 8), policy, bytes(32))[0]
>>> serial, counter_of(serial, policy, bytes(32))
('MWLW4X449GJ6', 7)
"""

import functools

import numpy as np
from numpy.typing import NDArray

from seriatim.base.crypto import derive
from seriatim.identity.serials.ff1 import CHUNK, FF1, Numbers
from seriatim.identity.serials.policy import SerialPolicy


def serials_of_counters(counters: range, policy: SerialPolicy, master_key: bytes) -> list[str]:
    """The serials of consecutive counters. Raises ValueError past the policy's space."""
    numbers = np.arange(counters.start, counters.stop, counters.step, dtype=np.uint64)
    return texts_of(cipher_of(policy, master_key).encrypt_many(numbers), policy)


def counter_of(serial: str, policy: SerialPolicy, master_key: bytes) -> int | None:
    """The counter that gives this serial, issued or not; None when the serial has not the policy's form."""
    number = number_of(serial, policy)
    return None if number is None else cipher_of(policy, master_key).decrypt(number)


def cipher_of(policy: SerialPolicy, master_key: bytes) -> FF1:
    """The permutation of one GTIN and generation: its own key, and the GTIN in 7 BCD bytes as tweak."""
    return _cipher(policy.gtin, policy.generation, len(policy.alphabet), policy.length, master_key)


@functools.lru_cache(maxsize=256)
def _cipher(gtin: str, generation: int, radix: int, length: int, master_key: bytes) -> FF1:
    key = derive(master_key, "serial", gtin, str(generation))
    return FF1(key, radix=radix, length=length, tweak=bytes.fromhex(gtin))


def texts_of(numbers: Numbers, policy: SerialPolicy) -> list[str]:
    """Each number in the policy's characters, the most significant first, always of full length."""
    # In chunks that stay in the cache; numpy keeps a character in 4 bytes, so a row of them is a str without a copy.
    characters = np.frombuffer(policy.alphabet.encode("ascii"), dtype=np.uint8).astype(np.uint32)
    texts: list[str] = []
    for start in range(0, numbers.size, CHUNK):
        text = _digits(numbers[start : start + CHUNK], len(policy.alphabet), policy.length)
        texts += characters.take(text).view(f"U{policy.length}").ravel().tolist()
    return texts


def _digits(numbers: Numbers, radix: int, length: int) -> NDArray[np.intp]:
    digits = np.empty((numbers.size, length), dtype=np.intp)
    for place in reversed(range(length)):
        higher = numbers // np.uint64(radix)
        digits[:, place] = numbers - higher * np.uint64(radix)
        numbers = higher
    return digits


def number_of(serial: str, policy: SerialPolicy) -> int | None:
    """The number that the serial writes in the policy's characters; None when it is not of that form."""
    if len(serial) != policy.length:
        return None
    number = 0
    for character in serial:
        value = policy.alphabet.find(character)
        if value < 0:
            return None
        number = number * len(policy.alphabet) + value
    return number
