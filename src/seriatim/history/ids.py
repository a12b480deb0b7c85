"""The number of an event, made of the event itself: the same event has the same number wherever it is captured.

>>> from datetime import UTC, datetime
>>> event_id_of(datetime(2010, 1, 1, tzinfo=UTC), bytes([255]) + bytes(31)) == 0b1111111100000000000000
True
>>> event_id_of(datetime(2010, 1, 1, 0, 0, 1, tzinfo=UTC), bytes(32)) == 1000 << EVENT_HASH_BITS
True
"""

from datetime import UTC, datetime, timedelta
from typing import Final

EPOCH: Final = datetime(2010, 1, 1, tzinfo=UTC)
EVENT_HASH_BITS: Final = 22
MS_MAX: Final = (1 << 41) - 1
"""Milliseconds either side of the epoch that fit into a bigint (1940 to 2079); beyond, ids stop sorting by time."""
MILLISECOND: Final = timedelta(milliseconds=1)


def event_id_of(event_time: datetime, strict_hash: bytes) -> int:
    """Milliseconds since 2010, then 22 bits of the strict hash. The event time itself is kept whole beside it."""
    return first_id_at(event_time) | int.from_bytes(strict_hash[:3], "big") >> (24 - EVENT_HASH_BITS)


def first_id_at(moment: datetime) -> int:
    """The smallest id that an event of this moment may have."""
    return max(-MS_MAX, min(MS_MAX, (moment - EPOCH) // MILLISECOND)) << EVENT_HASH_BITS


def time_of(event_id: int) -> datetime:
    """When the event of this id happened, to the millisecond.

    >>> time_of(event_id_of(datetime(2026, 3, 1, 8, 0, 0, 250_000, tzinfo=UTC), bytes(32))).isoformat()
    '2026-03-01T08:00:00.250000+00:00'
    """
    return EPOCH + (event_id >> EVENT_HASH_BITS) * MILLISECOND
