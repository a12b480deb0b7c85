"""What the log holds of one deed or event: 57 bytes that give nothing away and can never be changed.

The version (1), the kind (16, padded with zeros), the salted hash of the exact bytes (32) and the record time
(8, microseconds since 1970). Erasing bytes and salt later leaves the entry, and so the tree, whole (T38).
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Final

VERSION: Final = b"\x01"
KIND_BYTES: Final = 16
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND: Final = timedelta(microseconds=1)


def entry_of(kind: str, content: bytes, salt: bytes, at: datetime) -> bytes:
    """The entry of what was kept as `content` at the time `at`."""
    return _beginning(kind) + sha256(salt + content).digest() + _microseconds(at)


@lru_cache(maxsize=64)
def _beginning(kind: str) -> bytes:
    label = kind.encode("ascii")
    assert 0 < len(label) <= KIND_BYTES, f"the kind of a log entry has 1 to {KIND_BYTES} characters"
    return VERSION + label.ljust(KIND_BYTES, b"\x00")


@lru_cache(maxsize=64)
def _microseconds(at: datetime) -> bytes:
    """The events of a document have one record time."""
    return ((at - EPOCH) // MICROSECOND).to_bytes(8, "big", signed=True)


def sealed_in(entry: bytes) -> bytes:
    """The salted hash of the bytes that an entry stands for."""
    return entry[1 + KIND_BYTES : 1 + KIND_BYTES + 32]
