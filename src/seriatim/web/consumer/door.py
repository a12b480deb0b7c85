"""The consumer's door: a scanned address comes in, one scan is recorded, one page goes out.

Whatever only looks ahead (HEAD, a browser's prefetch, a messenger's preview) is no scan and is not counted. When the
store is away the page says that nothing can be checked now, and claims nothing about the pack.
"""

import gzip
from dataclasses import replace
from datetime import datetime
from urllib.parse import quote, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from seriatim import gs1, identity
from seriatim.app import App
from seriatim.areas import content, protection
from seriatim.areas.content import WORDING
from seriatim.base.http import NO_STORE
from seriatim.journeys.scan import Answer, scan
from seriatim.web.consumer import look, visitor
from seriatim.web.consumer.words import DOOR_WORDS
from seriatim.web.pages import Visit
from seriatim.web.refusals import address_of
from seriatim.web.ui import render

HTML = "text/html; charset=utf-8"
RETRY_S = 60
VARY = "Accept-Encoding, Accept-Language"


async def show(visit: Visit) -> Response:
    """The page of one scanned code: 200, 404 for what nobody issued, 400 for what is no GS1 code."""
    request, network = visit.request, address_of(visit.request)
    if network and not visit.app.visits.admits(network, visit.now):
        return _too_fast(visit)
    if request.method == "HEAD":
        return Response(None, 200, NO_STORE, HTML)
    if visitor.is_prefetch(
        request
    ):  # a browser throws such an answer away and asks again when a person comes
        return Response(None, 503, {**NO_STORE, "retry-after": "0"}, HTML)
    if visitor.is_preview(request.headers.get("user-agent", "")):
        return _preview(visit.app, request)
    raw = scanned_text(request, visit.app.settings.public_url)
    gtin, guesses = gtin_of(raw), visit.app.guesses
    if network and guesses.refuses(gtin, network, visit.now):
        return _too_fast(visit)
    around = replace(visitor.circumstances_of(request), is_guessed_at=guesses.is_under_way(gtin, visit.now))
    answer = await scan(visit.tx, raw, around, environment=visit.app.environment, now=visit.now)
    if answer.product and answer.key and answer.key.serial and answer.page.state == "unknown":
        guessing = guesses.missed(gtin, network, visit.now)
        if guessing is not None:
            await protection.raise_guessing(visit.tx, guessing, answer.scan_id, now=visit.now)
    status = 400 if answer.key is None else answer.page.status
    return _page(visit.app, request, answer.page, answer, status)


async def typed(visit: Visit) -> Response:
    """A code typed by hand, or the serial of a known product: leads to its page."""
    query = visit.query
    code = query.get("code") or f"(01){query.get('gtin', '')}(21){query.get('serial', '')}"
    return RedirectResponse(path_of_typed(code, query.get("lang", "")), 303, NO_STORE)


def path_of_typed(code: str, language: str) -> str:
    """The page of a typed code, always on this host; what is no code leads to the page that says so.

    >>> path_of_typed("(01) 0950 6000 1343 52 (21) A1", "de")
    '/c/01/09506000134352/21/A1?lang=de'
    >>> path_of_typed("//elsewhere.example", "")
    '/c/%2F%2Felsewhere.example'
    """
    bare = "".join(code.split())
    try:
        link = gs1.parse(bare, options=gs1.LENIENT).digital_link(domain="https://id.gs1.org")
    except gs1.GS1Error:
        path = quote(bare, safe="()", errors="replace")
    else:
        parts = urlsplit(link)
        path = parts.path.lstrip("/") + (f"?{parts.query}" if parts.query else "")
    joint = "&" if "?" in path else "?"
    return f"/c/{path}" + (f"{joint}lang={language}" if language in content.LANGUAGES else "")


def gtin_of(raw: str) -> str:
    """The product that a scanned text names, as far as it can be said without looking it up."""
    try:
        return gs1.canonical_key(raw).key
    except gs1.GS1Error:
        return ""


def _too_fast(visit: Visit) -> Response:
    """The same words and bytes for every code: nothing was looked up."""
    return _cannot_check(visit.app, visit.request, visit.now, 429)


async def store_is_away(app: App, request: Request) -> Response:
    """No verdict, no blame: try again."""
    return _cannot_check(app, request, app.environment.clock.now(), 503)


def _cannot_check(app: App, request: Request, now: datetime, status: int) -> Response:
    page = content.page(
        content.Standing(readable=False),
        "normal",
        content.Subject(),
        (),
        language=visitor.wished_language(request),
        now=now,
    )
    return _page(app, request, page, None, status)


def scanned_text(request: Request, public_url: str) -> str:
    """The Digital Link as it is printed: ours, with the path as it came (a %2F is no slash) and without our `lang`."""
    raw_path: bytes = request.scope.get("raw_path") or quote(request.url.path).encode()
    path = raw_path.partition(b"?")[0].decode("latin-1").removeprefix("/c/")
    attributes = query_without_language(request)
    return f"{public_url}/{path}" + (f"?{attributes}" if attributes else "")


def query_without_language(request: Request) -> str:
    return "&".join(part for part in request.url.query.split("&") if part and not part.startswith("lang="))


def _page(app: App, request: Request, page: content.Page, answer: Answer | None, status: int) -> Response:
    html = draw(
        page,
        answer.product if answer else None,
        host=urlsplit(app.settings.public_url).netloc,
        attributes=query_without_language(request),
        nonce=request.scope["state"]["nonce"],
    )
    headers = {**NO_STORE, "retry-after": str(RETRY_S)} if status in {429, 503} else dict(NO_STORE)
    return _answer(request, html, status, headers | {"content-language": page.language})


def draw(
    page: content.Page, product: identity.Product | None, *, host: str, attributes: str, nonce: str
) -> str:
    """The page as HTML. `attributes` is the query of the Digital Link, which the page's own links keep."""
    tongue = content.language_of(page.language)
    branded = product if page.state != "unknown" else None  # what we did not issue gets no look of the brand
    return render(
        "consumer/page.html",
        nonce=nonce,
        page=page,
        words=WORDING[tongue],
        door=DOOR_WORDS[tongue],
        languages=[(code, WORDING[code].name) for code in content.LANGUAGES],
        attributes=f"{attributes}&" if attributes else "",
        gtin=product.gtin if product else "",
        brand=branded.brand if branded else "",
        pack=look.pack_of(branded) if branded else None,
        advice=look.first_sentence(page.look_for),
        checked_at=look.moment(page.checked_at, DOOR_WORDS[tongue]),
        host=host,
        links=look.links_of(page),
    )


def _preview(app: App, request: Request) -> Response:
    """What a messenger may show of a link: where it leads, and nothing about the pack."""
    tongue = content.language_of(visitor.wished_language(request))
    html = render(
        "consumer/preview.html",
        language=tongue,
        door=DOOR_WORDS[tongue],
        host=urlsplit(app.settings.public_url).netloc,
    )
    return _answer(request, html, 200, dict(NO_STORE))


def _answer(request: Request, html: str, status: int, headers: dict[str, str]) -> Response:
    """Compressed where the browser takes it: the whole page fits the first flight of packets."""
    body = html.encode()
    headers["vary"] = VARY
    if "gzip" in request.headers.get("accept-encoding", ""):
        body = gzip.compress(body, 6, mtime=0)
        headers["content-encoding"] = "gzip"
    return Response(body, status, headers, HTML)
