"""The other cipher an NFC tag may speak: NXP's Leakage Resilient Primitive, for tags whose owners fear power analysis.

Each block costs some thirty AES operations under changing keys, so a tap in this mode takes about a millisecond to
check, two hundred times longer than in AES mode. Source: NXP AN12304 (its samples stand in the tests), with 4-bit nibbles.
"""

from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import AES

BLOCK_BYTES: Final = 16
NIBBLE_VALUES: Final = 16
UPDATED_KEYS: Final = 3
"""NTAG 424 DNA needs two, for MACs and for encryption; AN12304's samples show the third."""
FIVES: Final = b"\x55" * BLOCK_BYTES
TENS: Final = b"\xaa" * BLOCK_BYTES
NOTHING: Final = bytes(BLOCK_BYTES)
REDUCTION: Final = 0x87


class Lrp:
    """One AES-128 key, prepared."""

    def __init__(self, key: bytes) -> None:
        self.plaintexts = _chain(_encrypt(key, FIVES), NIBBLE_VALUES)
        self.updated_keys = _chain(_encrypt(key, TENS), UPDATED_KEYS)

    def evaluate(self, updated_key: int, value: bytes, *, is_final: bool = True) -> bytes:
        """The 16 bytes of a value under one of the updated keys, nibble by nibble (AN12304, algorithm 3)."""
        state = self.updated_keys[updated_key]
        for byte in value:
            state = _encrypt(state, self.plaintexts[byte >> 4])
            state = _encrypt(state, self.plaintexts[byte & 15])
        return _encrypt(state, NOTHING) if is_final else state

    def decrypt(self, updated_key: int, counter: bytes, secret: bytes) -> bytes:
        """Whole blocks in clear; the counter counts them, most significant byte first (AN12304, section 3.2)."""
        first, space = int.from_bytes(counter, "big"), 1 << 8 * len(counter)
        clear = b""
        for place in range(len(secret) // BLOCK_BYTES):
            count = ((first + place) % space).to_bytes(len(counter), "big")
            key = AES(self.evaluate(updated_key, count))
            block = secret[place * BLOCK_BYTES : (place + 1) * BLOCK_BYTES]
            clear += Cipher(key, modes.ECB()).decryptor().update(block)  # noqa: S305 -- each block has a key of its own
        return clear

    def cmac(self, message: bytes) -> bytes:
        """CMAC over this primitive, 16 bytes (AN12304, section 3.3)."""
        doubled = _double(self.evaluate(0, NOTHING))
        whole_blocks = max(len(message) - 1, 0) // BLOCK_BYTES
        last = message[whole_blocks * BLOCK_BYTES :]
        if len(last) == BLOCK_BYTES:
            last = _xor(last, doubled)
        else:
            last = _xor((last + b"\x80").ljust(BLOCK_BYTES, b"\0"), _double(doubled))
        state = NOTHING
        for place in range(whole_blocks):
            state = self.evaluate(0, _xor(state, message[place * BLOCK_BYTES : (place + 1) * BLOCK_BYTES]))
        return self.evaluate(0, _xor(state, last))


def _chain(state: bytes, count: int) -> list[bytes]:
    values = []
    for _ in range(count):
        values.append(_encrypt(state, TENS))
        state = _encrypt(state, FIVES)
    return values


def _encrypt(key: bytes, block: bytes) -> bytes:
    return Cipher(AES(key), modes.ECB()).encryptor().update(block)  # noqa: S305 -- one block, as NXP defines it


def _double(block: bytes) -> bytes:
    number = int.from_bytes(block, "big") << 1
    if number >> 128:
        number = number & ((1 << 128) - 1) ^ REDUCTION
    return number.to_bytes(BLOCK_BYTES, "big")


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
