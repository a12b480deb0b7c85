"""How fast one may knock at a door: a generic cell rate algorithm (ITU-T I.371), kept in the memory of this process.

Nothing is written and nothing survives a restart, so a flood costs no disk. Several workers each keep a pace of their
own: a limit holds for each of them (ADR-0009).

>>> from datetime import UTC, datetime
>>> pace = Pace(per_minute=60, burst=2)
>>> at = datetime(2026, 11, 20, tzinfo=UTC)
>>> [pace.admits("192.0.2.7", at) for _ in range(3)]
[True, True, False]
"""

import ipaddress
from collections import OrderedDict
from datetime import datetime
from typing import Final

from seriatim.base.errors import SeriatimError

SUBJECTS_MAX: Final = 65_536
"""How many are remembered; the one that knocked longest ago is forgotten first."""


class TooFast(SeriatimError):
    """Too many requests from here; wait a little and try again."""

    code = "too_fast"
    status = 429
    title = "Too many requests"


class Pace:
    """So many a minute for each subject, and `burst` at once."""

    def __init__(self, per_minute: float, burst: int, subjects_max: int = SUBJECTS_MAX) -> None:
        self._interval = 60 / per_minute
        self._room = burst * self._interval
        self._subjects_max = subjects_max
        self._due: OrderedDict[str, float] = OrderedDict()

    def admits(self, subject: str, now: datetime) -> bool:
        """Counts one and lets it in, or says no and counts nothing."""
        at = now.timestamp()
        due = max(self._due.get(subject, at), at) + self._interval
        if due > at + self._room + 1e-9:
            return False
        self._keep(subject, due)
        return True

    def is_full(self, subject: str, now: datetime) -> bool:
        """Whether the next one would be refused; counts nothing."""
        at = now.timestamp()
        return max(self._due.get(subject, at), at) + self._interval > at + self._room + 1e-9

    def wait_s(self, subject: str, now: datetime) -> int:
        """Whole seconds until one more is let in, at least 1."""
        at = now.timestamp()
        return max(1, round(self._due.get(subject, at) + self._interval - self._room - at + 0.5))

    def _keep(self, subject: str, due: float) -> None:
        self._due[subject] = due
        self._due.move_to_end(subject)
        if len(self._due) > self._subjects_max:
            self._due.popitem(last=False)


INSIDE: Final = tuple(
    ipaddress.ip_network(text)
    for text in (
        "127.0.0.0/8",
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "::1/128",
        "fc00::/7",
        "fe80::/10",
    )
)
"""Addresses of no visitor from outside: the machine itself, the plant's network, or a proxy that nobody declared."""


def network_of(address: str) -> str:
    """Who a visitor is to a pace: the address of IPv4, the /64 of IPv6 (one household has all of it).

    "" for an address from inside: behind a proxy that was not declared as trusted all visitors have one address, and
    to slow them down together would shut everybody out.

    >>> network_of("2001:db8:1:2:3:4:5:6"), network_of("::ffff:192.0.2.7"), network_of("10.0.0.1"), network_of("")
    ('2001:db8:1:2::/64', '192.0.2.7', '', '')
    """
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(ip, ipaddress.IPv6Address):
        ip = ip.ipv4_mapped or ip
    if any(ip.version == inside.version and ip in inside for inside in INSIDE):
        return ""
    return str(ip) if ip.version == 4 else str(ipaddress.ip_network((ip, 64), strict=False))
