"""Which way a code leads: one pure decision from the request, the links and the time.

Follows GS1-Conformant Resolver 1.2 as far as the house's note on resolvers tells it; the official text has yet to be
compared. The redirect and the list of links come from the same levels, so they cannot contradict each other.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote, unquote

import msgspec

from seriatim import gs1
from seriatim.areas.resolver.choice import Wish, best_of
from seriatim.areas.resolver.link_types import DEFAULT, DEFAULT_MULTI, VOCABULARY, link_type
from seriatim.areas.resolver.model import Entries, Link, expand
from seriatim.base import limits
from seriatim.base.errors import BadInput, NotFound, SeriatimError
from seriatim.base.http import JSON, PROBLEM_JSON, problem
from seriatim.base.negotiation import media_quality, read_wishes
from seriatim.identity import nfc

LINKSET_JSON: Final = "application/linkset+json"
METHODS: Final = "GET, HEAD, OPTIONS"
CORS: Final = (
    ("access-control-allow-origin", "*"),
    ("access-control-allow-methods", METHODS),
    ("access-control-expose-headers", "Link, Location"),
)
NO_STORE: Final = ("cache-control", "no-store")
BRIEFLY: Final = ("cache-control", "public, max-age=60")
TAP: Final = nfc.PARAMETERS
"""Query names that prove a tap; they go to our own page of the unit, which checks them, and nowhere else."""
SECRETS: Final = TAP | {"uid", "ctr", "token"}
"""Query names that prove a tap or a person; they never travel to a target of somebody else."""
OWN_PAGES: Final = "/c/"
# As a resolver must: GTINs of all lengths and one trailing slash; what must stand together is not its business.
READING: Final = gs1.Options(short_gtins=True, trailing_slash=True, associations=False)


@dataclass(frozen=True, slots=True)
class Request:
    """What of a request decides."""

    path: str
    """Raw, as sent: `%2F` must not have become a slash."""
    query: str = ""
    method: str = "GET"
    accept: str = ""
    accept_language: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer, before it is written to a socket."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes = b""
    location: str = ""
    linkset: tuple[Mapping[str, Any], ...] | None = None


@dataclass(frozen=True, slots=True)
class Level:
    """One thing with the links that hang on it."""

    lot: str
    serial: str
    links: tuple[Link, ...]

    def anchor(self, gtin: str, public_url: str) -> str:
        """Its address: the canonical Digital Link."""
        pairs = (("01", gtin), ("10", self.lot), ("21", self.serial))
        elements = tuple(pair for pair in pairs if pair[1])
        return gs1.Message(elements, len(elements)).digital_link(public_url)


@dataclass(frozen=True, slots=True)
class _Asked:
    """The query, sorted by who it is for."""

    link_type: str = ""
    context: str = ""
    attributes: tuple[str, ...] = ()
    forwarded: tuple[str, ...] = field(default=())
    tap: tuple[str, ...] = field(default=())
    """Raw, since a tap's proof covers the characters of its link."""


class BadCode(BadInput):
    """This is no GS1 code that we can read."""

    code = "bad_code"


class WrongMethod(BadInput):
    """Codes are read with GET."""

    code = "wrong_method"
    status = 405
    title = "Wrong method"


class AddressTooLong(BadInput):
    """The address is longer than 4,096 characters."""

    code = "address_too_long"
    status = 414
    title = "Address too long"


class NoSuchLink(NotFound):
    """There is no link of that type here."""

    code = "no_such_link"


def decide(request: Request, entries: Entries, now: datetime) -> Decision:
    """The answer to one request: 307, 200 (linkset), 204, 300, 400, 404, 405 or 414."""
    if request.method == "OPTIONS":
        return Decision(204, (*CORS, ("allow", METHODS), ("access-control-allow-headers", "*"), NO_STORE))
    if request.method not in {"GET", "HEAD"}:
        return _refusal(request, WrongMethod(), ("allow", METHODS))
    if len(request.path) + len(request.query) + 1 > limits.URI_BYTES:
        return _refusal(request, AddressTooLong())
    asked = _read_query(request.query)
    try:
        message = _read_code(request.path, asked.attributes)
        return _answer(request, asked, message, entries, now)
    except gs1.GS1Error as error:
        return _refusal(request, BadCode(str(error), fault=error.code, ai=error.ai, markup=error.markup))
    except NotFound as error:
        return _refusal(request, error)


def _answer(request: Request, asked: _Asked, code: gs1.Message, entries: Entries, now: datetime) -> Decision:
    if code.elements[0][0] != "01":
        raise NotFound("This kind of key is not supported here; see /.well-known/gs1resolver.")
    name = entries.products.get(code.elements[0][1])
    if name is None:
        raise NotFound("This code is not known here.")
    values = {_NAMES[ai]: value for ai, value in code.elements[: code.path_length] if ai in _NAMES}
    long_uri = gs1.Message(code.elements[: code.path_length], code.path_length).digital_link(
        entries.public_url
    )
    levels = levels_of(values, long_uri, entries, now)
    link = ("link", f'<{long_uri}?linkType=linkset>; rel="linkset"; type="{LINKSET_JSON}"')
    changes = "serial" in values or any(
        one.valid_from or one.valid_until for one in entries.links.get(values["gtin"], ())
    )
    headers = (*CORS, link, ("vary", "Accept, Accept-Language"), NO_STORE if changes else BRIEFLY)
    if _wants_linkset(request, asked):
        return _linkset(levels, name, values, entries.public_url, headers, request)
    wanted = link_type(asked.link_type) if asked.link_type else None
    wish = Wish(asked.context, request.accept_language, request.accept)
    candidates = _candidates(levels, asked.link_type, wanted, wish)
    best = best_of(candidates, wish) if len(candidates) > 1 else candidates
    if len(best) > 1 and asked.link_type:
        choices = [Level(values.get("lot", ""), values.get("serial", ""), tuple(best))]
        return _linkset(choices, name, values, entries.public_url, headers, request, status=300)
    target = expand(best[0].href, values)
    assert target is not None, "links that cannot be filled in were left out of the levels"
    if best[0].forward_query and asked.forwarded:
        target = _forward(target, asked.forwarded)
    if asked.tap and target.startswith(entries.public_url + OWN_PAGES):
        target = _forward(target, asked.tap)
    return Decision(307, (*headers, ("location", target)), location=target)


_NAMES: Final = {"01": "gtin", "10": "lot", "21": "serial"}


def levels_of(values: Mapping[str, str], long_uri: str, entries: Entries, now: datetime) -> Iterator[Level]:
    """The levels of a code that have links, most specific first; every unit and product has a default among them.

    Made one by one, since most scans end at the first.
    """
    gtin, lot, serial = values["gtin"], values.get("lot", ""), values.get("serial", "")
    ours = [
        link
        for link in entries.links.get(gtin, ())
        if link.is_valid_at(now) and expand(link.href, values) is not None
    ]
    for at_lot, at_serial in dict.fromkeys(((lot, serial), ("", serial), (lot, ""), ("", ""))):
        links = [link for link in ours if (link.lot, link.serial) == (at_lot, at_serial)]
        if at_serial and not at_lot:
            path = long_uri.removeprefix(entries.public_url)
            links += _defaults(
                links, gtin, f"{entries.public_url}/c{path}", "verificationService", "Check this pack"
            )
        elif not at_serial and not at_lot:
            links += _defaults(links, gtin, f"{entries.public_url}/c/01/{gtin}", "pip", "Product page")
        if links:
            yield Level(at_lot, at_serial, tuple(links))


def _defaults(links: Sequence[Link], gtin: str, href: str, kind: str, title: str) -> list[Link]:
    """Our own page as the default of a level that has none, and again under a type that says what it is."""
    types = {link.link_type for link in links}
    if DEFAULT in types:
        return []
    kind, title = ("verificationService", "Check this pack") if kind in types else (kind, title)
    if "{" in href:  # a serial may hold braces; here they are no placeholders
        href = href.replace("{", "%7B").replace("}", "%7D")
    return [Link(0, gtin, kind, href, title), Link(0, gtin, DEFAULT, href, title)]


def _candidates(levels: Iterable[Level], text: str, wanted: str | None, wish: Wish) -> list[Link]:
    """The links of the most specific level that has what was asked for, or else the default."""
    if text:
        levels = tuple(levels)
        for level in levels:
            if found := [link for link in level.links if link.link_type == wanted]:
                return found
        there = sorted({f"gs1:{link.link_type}" for level in levels for link in level.links if link.public})
        raise NoSuchLink(f"There is no link of type {text[:80]!r} here.", available=there)
    for level in levels:
        multi = [link for link in level.links if link.link_type == DEFAULT_MULTI and wish.speaks_of(link)]
        if found := multi or [link for link in level.links if link.link_type == DEFAULT]:
            return found
    raise AssertionError("every product has a default link")


def _wants_linkset(request: Request, asked: _Asked) -> bool:
    if asked.link_type in {"linkset", "all"}:
        return True
    if "json" not in request.accept.lower():
        return False
    wishes = dict(read_wishes(request.accept))
    if wishes.get(LINKSET_JSON, 0.0) > 0:
        return True
    return wishes.get(JSON, 0.0) > 0 and not asked.link_type and "text/html" not in wishes


def _linkset(
    levels: Iterable[Level],
    name: str,
    values: Mapping[str, str],
    public_url: str,
    headers: tuple[tuple[str, str], ...],
    request: Request,
    status: int = 200,
) -> Decision:
    """The list of links (RFC 9264, and GS1's schema: nothing but what it allows)."""
    members = tuple(_member(level, name, values, public_url) for level in levels)
    plain = (
        media_quality(request.accept, LINKSET_JSON) is None and (media_quality(request.accept, JSON) or 0) > 0
    )
    kind = JSON if plain else LINKSET_JSON
    body = msgspec.json.encode({"linkset": members})
    return Decision(status, (*headers, ("content-type", kind)), body, linkset=members)


def _member(level: Level, name: str, values: Mapping[str, str], public_url: str) -> Mapping[str, Any]:
    member: dict[str, Any] = {"anchor": level.anchor(values["gtin"], public_url), "itemDescription": name}
    for link in level.links:
        if not link.public:
            continue
        target: dict[str, Any] = {"href": expand(link.href, values), "title": link.title}
        if link.link_type != DEFAULT:  # a default has href and title, nothing else
            if link.hreflang:
                target["hreflang"] = list(link.hreflang)
            if link.media_type:
                target["type"] = link.media_type
            if link.context:
                target["context"] = list(link.context)
            if not link.forward_query:
                target["fwqs"] = False
        member.setdefault(VOCABULARY + link.link_type, []).append(target)
    return member


def _read_code(path: str, attributes: Sequence[str]) -> gs1.Message:
    query = "?" + "&".join(attributes) if attributes else ""
    message = gs1.parse_digital_link(f"https://code.invalid{path}{query}", options=READING)
    if message.stem != "https://code.invalid":
        raise gs1.GS1Error("no_key")
    return message


def _read_query(query: str) -> _Asked:
    """Our own parameters, GS1 attributes and the rest; secrets are dropped here and go no further."""
    kind = context = ""
    attributes: list[str] = []
    forwarded: list[str] = []
    tap: list[str] = []
    for part in filter(None, query.split("&")):
        name, _, value = part.partition("=")
        plain = unquote(name).lower()
        if plain == "linktype" and not kind:
            kind = unquote(value)
        elif plain == "context" and not context:
            context = unquote(value)
        elif name.isdigit():
            attributes.append(part)
        if name in TAP and part.isascii():
            tap.append(quote(part, safe="-._~:/?@!$&'()*+,;=%[]"))
        if plain not in SECRETS:
            forwarded.append(quote(part, safe="-._~:/?@!$&'()*+,;=%[]"))
    return _Asked(kind, context, tuple(attributes), tuple(forwarded), tuple(tap))


def _forward(target: str, parts: Sequence[str]) -> str:
    """The query behind the target's own, before its fragment, in raw spelling and order."""
    address, mark, fragment = target.partition("#")
    joint = "&" if "?" in address else "?"
    return f"{address}{joint}{'&'.join(parts)}{mark}{fragment}"


def _refusal(request: Request, error: SeriatimError, *more: tuple[str, str]) -> Decision:
    """A problem document, or a short page for a person with the same status. Nothing of the request is shown back."""
    status, wishes = error.status, dict(read_wishes(request.accept))
    headers = (*CORS, *more, NO_STORE, ("vary", "Accept"))
    if wishes.get("text/html", 0.0) > 0:
        body = _SORRY_UNKNOWN if status == 404 else _SORRY
        return Decision(
            status, (*headers, ("content-type", "text/html; charset=utf-8"), *_PAGE_HEADERS), body
        )
    return Decision(status, (*headers, ("content-type", PROBLEM_JSON)), msgspec.json.encode(problem(error)))


_PAGE_HEADERS: Final = (
    (
        "content-security-policy",
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
    ),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
)
_PAGE: Final = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    "<title>{title}</title><style>body{{font:16px/1.5 system-ui,sans-serif;max-width:36rem;margin:10vh auto;"
    "padding:0 1rem}}</style><h1>{title}</h1><p>{text}</p></html>"
)
_SORRY: Final = _PAGE.format(
    title="We cannot read this code",
    text="Something is missing or mistyped. Please scan again in good light, close enough to fill the picture.",
).encode()
_SORRY_UNKNOWN: Final = _PAGE.format(
    title="Not known here", text="This address is not one of ours. Please check the code, or scan it again."
).encode()
