"""How a phone is told from another without knowing whose it is: a keyed hash under a salt that lives two days.

The address of a phone goes in here, shortened, and never comes out; nothing of it is stored or logged.

>>> prefix_of("203.0.113.77"), prefix_of("2001:db8:12:3456::1"), prefix_of("not an address")
('203.0.113.0/24', '2001:db8:12::/48', '')
>>> without_secrets("https://id.example/01/09506000134352?picc_data=AA&cmac=BB&lang=en")
'https://id.example/01/09506000134352?lang=en'
"""

import hmac
import ipaddress
import re
from typing import Final

from seriatim.base import limits
from seriatim.identity import nfc

SECRETS: Final = re.compile(rf"(?i)(?<=[?&;])(?:{'|'.join(sorted(nfc.PARAMETERS))}|token)=[^&;#]*[&;]?")


def prefix_of(address: str) -> str:
    """The network of an address: /24 of IPv4, /48 of IPv6; empty when it is none."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    length = 24 if ip.version == 4 else 48
    return str(ipaddress.ip_network((ip, length), strict=False))


def session_key(salt: bytes, prefix: str, browser_family: str, tab: str) -> bytes | None:
    """Who scans, as 16 bytes that mean nothing tomorrow; None when nothing is known of the client."""
    if not (prefix or tab):
        return None
    text = f"{prefix}\x1f{browser_family}\x1f{tab}"
    return hmac.digest(salt, text.encode(), "sha256")[:16]


def without_secrets(raw: str) -> str:
    """A scanned text as it may be kept: no proof of a tap in it, at most 2 KiB, no NUL."""
    text = SECRETS.sub("", raw[: limits.RAW_CODE_BYTES * 2]).rstrip("?&").replace("\0", "\ufffd")
    return text.encode(errors="replace")[: limits.RAW_CODE_BYTES].decode(errors="ignore")
