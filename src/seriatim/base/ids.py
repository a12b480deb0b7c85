"""Names for rows and secrets for people and machines.

>>> uuid7(1_780_000_000_000, bytes(10))
UUID('019e7044-8800-7000-8000-000000000000')
"""

import hashlib
import secrets
import time
from uuid import UUID

__all__ = ["hash_secret", "new_id", "new_secret", "uuid7"]


def uuid7(at_ms: int, random: bytes) -> UUID:
    """The UUID of version 7 for a Unix time in milliseconds and ten random bytes (RFC 9562, 5.7)."""
    if not 0 <= at_ms < 1 << 48:
        raise ValueError(f"the time must be 0 to 2^48-1 milliseconds, not {at_ms}")
    if len(random) != 10:
        raise ValueError(f"uuid7 needs ten random bytes, not {len(random)}")
    value = at_ms << 80 | int.from_bytes(random, "big")
    value = value & ~(0xF << 76) | 0x7 << 76  # version
    value = value & ~(0x3 << 62) | 0x2 << 62  # variant
    return UUID(int=value)


def new_id() -> UUID:
    """A fresh id that sorts by the millisecond it was made in and cannot be guessed (74 random bits)."""
    return uuid7(time.time_ns() // 1_000_000, secrets.token_bytes(10))


def new_secret(bits: int = 256) -> str:
    """A random secret of at least 128 bits, safe in a URL."""
    if bits < 128 or bits % 8:
        raise ValueError(f"a secret needs 128 bits or more, in whole bytes, not {bits}")
    return secrets.token_urlsafe(bits // 8)


def hash_secret(secret: str) -> bytes:
    """What is kept of a random secret: its SHA-256. Only for secrets that nobody chose (ASVS 11.4)."""
    return hashlib.sha256(secret.encode()).digest()
