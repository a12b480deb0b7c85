"""A shipment, and what came of it: found, missing, extra."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec


class Shipment(msgspec.Struct, frozen=True):
    """Logistic units on their way from one place to another."""

    id: UUID
    from_gln: str
    to_gln: str
    state: Literal["shipped", "received"]
    expected: int
    arrived: int | None
    shipped_at: datetime
    received_at: datetime | None


class Comparison(msgspec.Struct, frozen=True):
    """What was announced against what was scanned, in SSCCs."""

    found: tuple[str, ...]
    missing: tuple[str, ...]
    extra: tuple[str, ...]


def compared(announced: Iterable[str], scanned: Iterable[str]) -> Comparison:
    """Found, missing and extra; a second scan of the same SSCC counts once.

    >>> compared(["A", "B"], ["B", "C", "B"])
    Comparison(found=('B',), missing=('A',), extra=('C',))
    """
    expected, seen = dict.fromkeys(announced), dict.fromkeys(scanned)
    return Comparison(
        found=tuple(sscc for sscc in expected if sscc in seen),
        missing=tuple(sscc for sscc in expected if sscc not in seen),
        extra=tuple(sscc for sscc in seen if sscc not in expected),
    )
