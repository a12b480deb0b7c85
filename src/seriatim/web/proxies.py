"""Whose address is it? Behind a proxy that we trust, the one it tells; otherwise that of the connection.

`X-Forwarded-For` is a list that each proxy adds to at its right end, so it is read from there: the first address that
is no trusted proxy is the visitor. What stands further left anybody may have written.
"""

import ipaddress
from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

HOPS_MAX: Final = 20
Network = IPv4Network | IPv6Network


class TrustedProxies:
    """Puts the visitor's address into the scope where a trusted proxy brought the request."""

    def __init__(self, app: ASGIApp, networks: Sequence[Network]) -> None:
        self.app = app
        self.networks = tuple(networks)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.networks and scope["type"] == "http" and scope.get("client"):
            told = b",".join(value for name, value in scope["headers"] if name == b"x-forwarded-for")
            visitor = visitor_of(scope["client"][0], told.decode("latin-1"), self.networks)
            scope = {**scope, "client": (visitor, scope["client"][1])}
        await self.app(scope, receive, send)


def visitor_of(connection: str, told: str, networks: Sequence[Network]) -> str:
    """The address of the visitor.

    >>> trusted = [ipaddress.ip_network("10.0.0.0/8")]
    >>> visitor_of("10.0.0.1", "198.51.100.9, 203.0.113.7, 10.0.0.2", trusted)
    '203.0.113.7'
    >>> visitor_of("192.0.2.1", "203.0.113.7", trusted)
    '192.0.2.1'
    """
    address = connection
    for hop in reversed(told.split(",")[-HOPS_MAX:]):
        if not _is_trusted(address, networks):
            break
        named = hop.strip().removeprefix("[").partition("]")[0]
        try:
            address = str(ipaddress.ip_address(named))
        except ValueError:  # a proxy that tells no address: its own is the best we know
            break
    return address


def _is_trusted(address: str, networks: Sequence[Network]) -> bool:
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    return any(ip.version == network.version and ip in network for network in networks)
