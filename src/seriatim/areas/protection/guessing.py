"""Somebody tries serials of a product one after another: noticed by how many of them nobody issued (T13).

Kept in the memory of the process, since a guess must cost no row that a true scan would not cost. Whether a visitor is
refused is decided before the code is looked up, from his address and his earlier misses alone; so the refusal is the
same for a code that exists, and somebody who has not guessed is never refused, whatever goes on around (ADR-0010).

>>> from datetime import UTC, datetime
>>> at, guesses = datetime(2026, 11, 20, tzinfo=UTC), Guesses()
>>> findings = [guesses.missed("09506000134352", f"192.0.2.{n}", at) for n in range(31)]
>>> [finding.misses for finding in findings if finding]
[31]
>>> guesses.is_under_way("09506000134352", at), guesses.refuses("09506000134352", "198.51.100.1", at)
(True, False)
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from seriatim.base.pace import Pace

MISSES_PER_MINUTE: Final = 30
"""Of one product, from everywhere; people who mistype make a few."""
OWN_MISSES: Final = 3
"""What one address may miss while its product is being guessed at; one comes back every three minutes."""
OWN_MISSES_PER_MINUTE: Final = 1 / 3
UNDER_WAY_FOR: Final = timedelta(minutes=10)
"""How long after the last miss too many a product counts as being guessed at."""
TOLD_EVERY: Final = timedelta(seconds=10)
"""The open alert is touched no more often than this: guesses must not wait for each other at its row."""
PRODUCTS_MAX: Final = 4_096


@dataclass(frozen=True, slots=True)
class Guessing:
    """A product whose serials are being guessed."""

    gtin: str
    misses: int
    """Since it began, in this process."""
    networks: int
    """From so many addresses (IPv6: /64), counted up to 1,000."""


@dataclass(slots=True)
class _Attack:
    until: datetime
    misses: int
    networks: set[str] = field(default_factory=set)
    told_at: datetime | None = None


class Guesses:
    """The misses of all products, and of each address on each product."""

    def __init__(self) -> None:
        self._products = Pace(MISSES_PER_MINUTE, MISSES_PER_MINUTE, PRODUCTS_MAX)
        self._own = Pace(OWN_MISSES_PER_MINUTE, OWN_MISSES)
        self._attacks: OrderedDict[str, _Attack] = OrderedDict()

    def refuses(self, gtin: str, network: str, now: datetime) -> bool:
        """Whether this visitor has missed too often on a product that is being guessed at. Knows nothing of the code."""
        return self.is_under_way(gtin, now) and self._own.is_full(f"{gtin}|{network}", now)

    def is_under_way(self, gtin: str, now: datetime) -> bool:
        """Whether the product is being guessed at."""
        attack = self._attacks.get(gtin)
        return attack is not None and now < attack.until

    def missed(self, gtin: str, network: str, now: datetime) -> Guessing | None:
        """Counts a serial that nobody issued; answers when it is time to tell somebody."""
        self._own.admits(f"{gtin}|{network}", now)
        is_too_many = not self._products.admits(gtin, now)
        if not is_too_many and not self.is_under_way(gtin, now):
            return None
        attack = self._attacks.get(gtin)
        if attack is None or now >= attack.until:
            attack = self._attacks[gtin] = _Attack(now, MISSES_PER_MINUTE)
            if len(self._attacks) > PRODUCTS_MAX:
                self._attacks.popitem(last=False)
        if is_too_many:
            attack.until = now + UNDER_WAY_FOR
        attack.misses += 1
        if len(attack.networks) < 1_000:
            attack.networks.add(network)
        if attack.told_at is not None and now - attack.told_at < TOLD_EVERY:
            return None
        attack.told_at = now
        return Guessing(gtin, attack.misses, len(attack.networks))
