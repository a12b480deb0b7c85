"""What the person who runs Seriatim may set, all in one place; every setting has a default that works on a laptop.

>>> Settings.from_environment({"SERIATIM_PUBLIC_URL": "https://id.example.com/"}).public_url
'https://id.example.com'
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from seriatim.base.errors import BadInput

PREFIX: Final = "SERIATIM_"
KEEP_DAYS_MIN: Final = 30
"""Longer than any message of the outbox is kept, and than any request runs."""
KEEP_DAYS_MAX: Final = 36_500


class BadSettings(BadInput):
    """A setting has a value that cannot be used."""

    code = "bad_settings"


@dataclass(frozen=True, slots=True)
class Settings:
    """Each field is the environment variable of the same name with SERIATIM_ before it."""

    database_url: str | None = field(default=None, repr=False)
    """PostgreSQL to use; None starts the embedded one in the data folder."""
    data: Path = Path("seriatim-data")
    """Folder of everything Seriatim keeps on disk."""
    public_url: str = "http://localhost:8470"
    """The address printed in codes, without a slash at its end."""
    master_key_file: Path = Path()
    """File of the one secret that all keys derive from; `master.key` in the data folder unless set."""
    oidc_issuer: str | None = None
    """Reserved for signing in with a company account, which is not built yet: set, it has no effect but a warning."""
    oidc_client_id: str | None = None
    """Reserved, as the issuer."""
    oidc_client_secret: str | None = field(default=None, repr=False)
    """Reserved, as the issuer."""
    witnesses: str = ""
    """Who signs the verifiable log's checkpoints elsewhere: `name+id+key https://...`, several with commas between."""
    keep_events_days: int = 365
    """How long events stay at hand before they may be archived; 30 days at least."""
    log_level: str = "info"
    """debug, info, warning or error."""
    trusted_proxies: str = ""
    """Addresses and networks, with commas between them, whose X-Forwarded-For is believed; none unless set."""
    webhook_networks: str = ""
    """Networks of your own, with commas between them, that subscriptions may send to, there also without https; by default
    only https to the public internet goes out."""

    def __post_init__(self) -> None:
        put = object.__setattr__  # frozen: normalised once, here
        put(self, "data", Path(self.data))
        put(
            self,
            "master_key_file",
            Path(self.data / "master.key" if self.master_key_file == Path() else self.master_key_file),
        )
        put(self, "public_url", _web_address(self.public_url, "SERIATIM_PUBLIC_URL"))
        put(self, "keep_events_days", _days(self.keep_events_days, "SERIATIM_KEEP_EVENTS_DAYS"))
        put(self, "log_level", _level(self.log_level))
        put(self, "trusted_proxies", ", ".join(map(str, self.proxy_networks())))
        put(self, "webhook_networks", ", ".join(map(str, self.receiver_networks())))
        if self.oidc_issuer is not None:
            put(self, "oidc_issuer", _web_address(self.oidc_issuer, "SERIATIM_OIDC_ISSUER"))
            if not self.oidc_client_id:
                raise BadSettings("SERIATIM_OIDC_ISSUER is set, so SERIATIM_OIDC_CLIENT_ID must be set too.")

    def proxy_networks(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """The networks of the trusted proxies. Raises BadSettings."""
        return _networks(self.trusted_proxies, "SERIATIM_TRUSTED_PROXIES")

    def receiver_networks(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """Networks that are not public and may be sent to all the same. Raises BadSettings."""
        return _networks(self.webhook_networks, "SERIATIM_WEBHOOK_NETWORKS")

    @classmethod
    def from_environment(cls, environ: Mapping[str, str], **overrides: Any) -> "Settings":
        """Settings from variables such as SERIATIM_DATA; an override that is not None wins. Raises BadSettings."""
        known = set(cls.__dataclass_fields__)
        if strangers := overrides.keys() - known:
            raise TypeError(f"no such setting: {', '.join(sorted(strangers))}")
        found: dict[str, Any] = {name: environ.get(PREFIX + name.upper()) or None for name in known}
        found |= {name: value for name, value in overrides.items() if value is not None}
        return cls(**{name: value for name, value in found.items() if value is not None})

    def shown(self) -> Mapping[str, str]:
        """Every setting as text fit for a screen: passwords and client secrets are left out."""
        return {
            "database_url": _without_secrets(self.database_url) if self.database_url else "(embedded)",
            "data": str(self.data),
            "public_url": self.public_url,
            "master_key_file": str(self.master_key_file),
            "oidc_issuer": self.oidc_issuer or "(none)",
            "oidc_client_id": self.oidc_client_id or "(none)",
            "oidc_client_secret": "(set)" if self.oidc_client_secret else "(none)",
            "witnesses": self.witnesses or "(none)",
            "keep_events_days": str(self.keep_events_days),
            "log_level": self.log_level,
            "trusted_proxies": self.trusted_proxies or "(none)",
            "webhook_networks": self.webhook_networks or "(none)",
        }


def _web_address(text: str, variable: str) -> str:
    if not _is_web_address(text):
        raise BadSettings(f"{variable} must be an address such as https://id.example.com, not {text!r}.")
    return text.rstrip("/")


def _is_web_address(text: str) -> bool:
    """Fit for the head of an answer and for a code: visible ASCII, a host, no user, no query, a port that exists."""
    if not (text.isascii() and text.isprintable()) or set(text) & set(' "<>\\^`{|}'):
        return False
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    plain = not (parts.query or parts.fragment or "@" in parts.netloc)
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and port != 0 and plain


def _days(given: int | str, variable: str) -> int:
    text = str(given)
    if not text.isascii() or not text.isdigit() or not KEEP_DAYS_MIN <= int(text) <= KEEP_DAYS_MAX:
        raise BadSettings(f"{variable} must be a number of days from {KEEP_DAYS_MIN} to {KEEP_DAYS_MAX:,}.")
    return int(text)


def _networks(text: str, variable: str) -> tuple[IPv4Network | IPv6Network, ...]:
    try:
        return tuple(ip_network(one) for part in text.split(",") if (one := part.strip()))
    except ValueError as error:
        raise BadSettings(
            f"{variable} takes addresses and networks such as 10.0.0.1, 10.1.0.0/16: {error}."
        ) from error


def _level(text: str) -> str:
    if text.upper() not in logging.getLevelNamesMapping():
        raise BadSettings(f"SERIATIM_LOG_LEVEL must be debug, info, warning or error, not {text!r}.")
    return text.lower()


def _without_secrets(url: str) -> str:
    """Only what is surely no secret: scheme, host and database; a password may stand in the query, too."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "(set, but not a URL)"
    return f"{parts.scheme}://{parts.hostname or ''}{port}{parts.path}"
