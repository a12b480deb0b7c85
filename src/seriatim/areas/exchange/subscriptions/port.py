"""How a subscription reaches its receiver: a letter, and whoever carries it (the connector `webhook`)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from seriatim.areas.exchange.subscriptions.model import Answer


@dataclass(frozen=True, slots=True)
class Letter:
    """One document for one receiver."""

    id: UUID
    """The same each time the document is sent: receivers know by it what they have seen."""
    dest: str
    media_type: str
    body: bytes
    at: datetime
    tokens: tuple[bytes, ...] = field(default=(), repr=False)
    """Secrets shared with the receiver, to sign with; while one replaces another, both, the newer first."""
    headers: Mapping[str, str] = field(default_factory=dict)
    is_for_outsider: bool = False
    """Whether a partner has asked for it: it never goes into networks of ours."""


class Carrier(Protocol):
    """Brings letters.

    MUST refuse addresses inside our own network, each time anew; for outsiders also in networks that are open to us. MUST come to an end within
    `limits.DELIVERY_DEADLINE_S`. MUST answer whatever happens on the way as a value; only a programming error is raised.
    """

    async def check(self, dest: str, *, is_for_outsider: bool) -> None:
        """Raises BadDestination when nothing may be sent there."""

    async def carry(self, letter: Letter) -> Answer: ...
