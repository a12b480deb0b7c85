"""Where this program may send something on somebody's behalf: to the public internet, and to networks that the settings name.

Somebody who subscribes gives an address, and we call it: without care that is a way into our own network (server-side
request forgery). So only https goes out, an address is judged by the numbers its name stands for, all of them, and the
connection goes to the very numbers that were judged.
Source: OWASP ASVS 5.0, 1.3.6 and 15.3.2; abuse case T32.

>>> is_public("93.184.216.34"), is_public("10.0.0.1"), is_public("64:ff9b::7f00:1")
(True, False, False)
"""

import asyncio
import re
import socket
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final, TypeAlias
from urllib.parse import urlsplit

from seriatim.base.errors import BadInput

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network
Resolve: TypeAlias = Callable[[str, int], Awaitable[Sequence[str]]]
"""Name and port to addresses; raises OSError."""

URL_CHARACTERS: Final = 2_048
LOOK_UPS_AT_ONCE: Final = 8
PRIVILEGED_PORTS: Final = 1_024
NAME: Final = re.compile(r"(?=.{1,253}\Z)(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\.)*[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")  # fmt: skip
NUMBER: Final = re.compile(r"0[xX][0-9a-fA-F]*|[0-9]+")
"""A last label that programs of old read as part of an IPv4 address: `0x7f.1`, `2130706433`."""
GLOBAL_V6: Final = IPv6Network("2000::/3")
NAT64: Final = IPv6Network("64:ff9b::/96")
SPECIAL: Final[tuple[Network, ...]] = tuple(
    map(
        ip_network,
        (
            "192.0.0.0/24",  # protocol assignments; Python calls two of them global
            "192.88.99.0/24",  # 6to4 relays
            "2001::/23",  # Teredo, ORCHID and other protocols
            "2001:db8::/32",
            "2002::/16",  # 6to4: an IPv4 address in disguise
            "3fff::/20",
        ),
    )
)
METADATA: Final = frozenset(map(ip_address, ("169.254.169.254", "fd00:ec2::254", "100.100.100.200")))
"""Where clouds tell their secrets: never, whatever the settings say."""


class AddressRefused(BadInput):
    """Nothing is sent to this address."""

    code = "address_refused"
    title = "Not an address to send to"


@dataclass(frozen=True, slots=True)
class Target:
    """An address that may be called, as far as its text tells."""

    is_secure: bool
    host: str
    """A name, or an address without brackets."""
    port: int
    path: str
    """With the query: the request's target."""

    @property
    def host_header(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.is_secure else 80) else f"{host}:{self.port}"


def target_of(url: str) -> Target:
    """The parts of a web address. Raises AddressRefused for one that could be read in more than one way."""
    if not (0 < len(url) <= URL_CHARACTERS and url.isascii() and url.isprintable()):
        raise AddressRefused(f"An address has up to {URL_CHARACTERS} visible ASCII characters.")
    if set(url) & set(' "<>\\^`{|}'):
        raise AddressRefused("The address holds a character that no address may hold; encode it.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise AddressRefused(f"That is no address: {error}.") from error
    if parts.scheme not in {"https", "http"}:
        raise AddressRefused("The address begins with https://.")
    if "@" in parts.netloc or parts.fragment or "#" in url:
        raise AddressRefused("The address holds no user, no password and no fragment.")
    is_secure = parts.scheme == "https"
    port = port if port is not None else (443 if is_secure else 80)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(is_secure, _host(parts.hostname or "", bracketed="[" in parts.netloc), port, path)


def _host(host: str, *, bracketed: bool) -> str:
    host = host.removesuffix(".")
    if bracketed:
        if "%" in host:
            raise AddressRefused("The address names an interface of this machine.")
        return str(_address(host))
    if NUMBER.fullmatch(host.rpartition(".")[2]):
        return str(_address(host))
    if not NAME.fullmatch(host):
        raise AddressRefused(f"{host[:100]!r} is no name of a host.")
    return host


def _address(text: str) -> Address:
    try:
        return ip_address(text)
    except ValueError as error:
        raise AddressRefused(f"{text[:100]!r} is no IP address as it is usually written.") from error


def is_public(address: str | Address) -> bool:
    """Whether the address is one of the public internet, for one machine.

    What Python calls global is not enough: IPv6 addresses that carry an IPv4 one inside are unwrapped first, and refused
    where that is done by strangers (6to4, Teredo).
    """
    ip = ip_address(address)
    if isinstance(ip, IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(ip.ipv4_mapped)
        if ip in NAT64:
            return is_public(IPv4Address(int(ip) & 0xFFFF_FFFF))
        if ip not in GLOBAL_V6:
            return False
    if ip.is_multicast or ip.is_reserved or ip.is_unspecified or not ip.is_global:
        return False
    return not any(ip in network for network in SPECIAL if network.version == ip.version)


@dataclass(frozen=True, slots=True)
class Policy:
    """Which addresses may be called."""

    networks: tuple[Network, ...] = ()
    """Networks of our own that may be called though they are not public, there without https as well."""

    def admits(self, target: Target, address: str) -> bool:
        """Whether the target may be called at this address of its host."""
        ip = ip_address(address.partition("%")[0])
        if isinstance(ip, IPv6Address) and ip.ipv4_mapped is not None:
            ip = ip.ipv4_mapped
        if ip in METADATA or "%" in address:
            return False
        if any(ip in network for network in self.networks if network.version == ip.version):
            return True
        is_usual = target.port == 443 or target.port >= PRIVILEGED_PORTS
        return target.is_secure and is_usual and is_public(ip)

    async def vetted(self, target: Target, resolve: Resolve) -> tuple[str, ...]:
        """The addresses to connect to. Raises AddressRefused when one of them may not be called, OSError for no such name."""
        addresses = tuple(dict.fromkeys(await resolve(target.host, target.port)))
        if not addresses:
            raise OSError(f"{target.host} has no address")
        if not all(self.admits(target, address) for address in addresses):
            raise AddressRefused(
                f"{target.host_header} is not a place to send to: only https to the public internet is, at port 443 or "
                "from 1024 on. An administrator may name other networks in SERIATIM_WEBHOOK_NETWORKS."
            )
        return addresses


async def look_up(host: str, port: int) -> Sequence[str]:
    """The addresses of a name, as the system knows them, in threads of their own: a name server may be slow."""
    loop = asyncio.get_running_loop()
    found = await loop.run_in_executor(_threads(), _look_up, host, port)
    return [str(entry[4][0]) for entry in found]


def _look_up(host: str, port: int) -> list[tuple[int, int, int, str, tuple[str | int, ...]]]:
    return [
        (*entry[:4], tuple(entry[4])) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    ]


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(LOOK_UPS_AT_ONCE, thread_name_prefix="name look-up")
