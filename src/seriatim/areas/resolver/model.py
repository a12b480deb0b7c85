"""Links and where they hang: on a product, on a lot of it, or on one unit."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Final
from urllib.parse import quote, urlsplit

from seriatim.base.errors import Unprocessable

HREF_CHARACTERS: Final = 2_000
PLACEHOLDERS: Final = frozenset({"gtin", "lot", "serial"})
_PLACEHOLDER: Final = re.compile(r"\{([^{}]*)\}")
# Printable ASCII that RFC 3986 allows, and braces for placeholders; no space, quote, backslash or control sign.
_HREF: Final = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%{}]+")
_HOST: Final = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?")
_LANGUAGE: Final = re.compile(r"[a-z]{2}(-[A-Z]{2})?")
_MEDIA_TYPE: Final = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*")


class BadLink(Unprocessable):
    """The link may not be saved."""

    code = "bad_link"


@dataclass(frozen=True, slots=True)
class Link:
    """One place that a code may lead to. Empty `lot` and `serial`: it hangs on the product."""

    id: int
    gtin: str
    link_type: str
    """Bare name in the GS1 Web Vocabulary: `pip`, `instructions`, `defaultLink`."""
    href: str
    """Template: `{gtin}`, `{lot}` and `{serial}` may stand anywhere after the host."""
    title: str
    lot: str = ""
    serial: str = ""
    hreflang: tuple[str, ...] = ()
    media_type: str = ""
    context: tuple[str, ...] = ()
    public: bool = True
    """Shown in the list of links; a link that is not is still followed by who asks for its type."""
    forward_query: bool = True
    valid_from: datetime | None = None
    """Inclusive."""
    valid_until: datetime | None = None
    """Exclusive."""

    def is_valid_at(self, now: datetime) -> bool:
        """Whether its time window is open."""
        return (self.valid_from is None or self.valid_from <= now) and (
            self.valid_until is None or now < self.valid_until
        )


@dataclass(frozen=True, slots=True)
class Entries:
    """Everything the resolver knows, as of one moment."""

    public_url: str
    """The address in our codes, without a slash at its end."""
    products: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """GTIN-14 to the name of the product."""
    links: Mapping[str, tuple[Link, ...]] = field(default_factory=lambda: MappingProxyType({}))
    """GTIN-14 to its links at all levels, in stored order."""


def check_host(text: str) -> str:
    """A host that links may lead to, `example.com` or `example.com:8443`, in lower case. Raises BadLink."""
    host = text.strip().lower()
    if not _HOST.fullmatch(host) or ".." in host:
        raise BadLink(f"A host is written like shop.example.com, not {text[:80]!r}.")
    return host


def check_href(href: str, hosts: frozenset[str], public_url: str) -> None:
    """Refuse a target that could lead a buyer anywhere but to the hosts named beforehand. Raises BadLink.

    Scheme and host are literal: placeholders stand behind them, so nothing in a request chooses where it goes.
    """
    if len(href) > HREF_CHARACTERS or not _HREF.fullmatch(href):
        raise BadLink("The target must be a plain web address of at most 2,000 characters, without spaces.")
    try:
        parts = urlsplit(href)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise BadLink("The target is no web address.") from error
    own = urlsplit(public_url)
    if "@" in parts.netloc or "{" in parts.netloc or "}" in parts.netloc or not host:
        raise BadLink("The host of the target must be written out: no placeholder, no user name.")
    if parts.scheme != "https" and (parts.scheme, parts.netloc.lower()) != (own.scheme, own.netloc.lower()):
        raise BadLink(f"The target must begin with https://, not {parts.scheme or 'nothing'}.")
    address = f"{host}:{port}" if port else host
    if address not in {*hosts, own.netloc.lower()}:
        raise BadLink(f"{address} is not among the hosts that links may lead to.", host=address)
    if strangers := set(_PLACEHOLDER.findall(href)) - PLACEHOLDERS:
        raise BadLink(
            f"There is no placeholder {{{min(strangers)}}}; there are {{gtin}}, {{lot}} and {{serial}}."
        )
    if re.search(r"[{}]", _PLACEHOLDER.sub("", href)):
        raise BadLink("A brace in the target does not belong to a placeholder.")


def check_language(tag: str) -> str:
    """A language as linksets may say it: `en` or `en-GB`. Raises BadLink."""
    if not _LANGUAGE.fullmatch(tag):
        raise BadLink(f"A language is written en or en-GB, not {tag[:20]!r}.")
    return tag


def check_media_type(text: str) -> str:
    """A media type such as `text/html`, in lower case; empty when the target has none in particular. Raises BadLink."""
    lowered = text.strip().lower()
    if lowered and not _MEDIA_TYPE.fullmatch(lowered):
        raise BadLink(f"A media type is written like text/html, not {text[:40]!r}.")
    return lowered


def expand(href: str, values: Mapping[str, str]) -> str | None:
    """The target with its placeholders filled in and encoded; None when the code does not carry what it needs.

    >>> expand("https://t.example/{serial}?g={gtin}", {"gtin": "09506000134352", "serial": 'a/"b'})
    'https://t.example/a%2F%22b?g=09506000134352'
    """
    if "{" not in href:
        return href
    needed = _PLACEHOLDER.findall(href)
    if any(name not in values for name in needed):
        return None
    return _PLACEHOLDER.sub(lambda found: quote(values[found.group(1)], safe=""), href)
