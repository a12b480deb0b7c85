"""What a request tells about who looks: a phone, a messenger's preview, or a browser that reads ahead.

>>> browser_family("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1")
'Safari'
>>> is_preview("WhatsApp/2.24.1 A"), is_preview("Mozilla/5.0 (Linux; Android 9; CUBOT_X18) Chrome/120.0")
(True, False)
"""

import re
from typing import Final

from starlette.requests import Request

from seriatim.areas import protection
from seriatim.areas.content import LANGUAGES

FAMILIES: Final = (
    ("Edge", re.compile(r"Edg(?:e|A|iOS)?/")),
    ("Opera", re.compile(r"OPR/|Opera")),
    ("Samsung Internet", re.compile(r"SamsungBrowser/")),
    ("Firefox", re.compile(r"Firefox/|FxiOS/")),
    ("Chrome", re.compile(r"Chrome/|CriOS/")),
    ("Safari", re.compile(r"Safari/|iPhone|iPad")),
)
"""First match wins: most browsers also say that they are Chrome or Safari."""
PREVIEWS: Final = re.compile(
    r"(?i)facebookexternalhit|facebot|whatsapp/|viber|skypeuripreview|snapchat|mastodon|iframely|embedly|crawler|spider"
    r"|(?:telegram|slack|twitter|discord|linkedin|reddit|pinterest|google|bing|apple|duckduck|yandex|baidu)[a-z-]*bot"
)
"""Programs that fetch a page to show a picture of it, or to index it; the person may never see the page."""


def browser_family(user_agent: str) -> str:
    """The family alone: versions and devices would tell phones apart, and we do not want to know."""
    return next((name for name, pattern in FAMILIES if pattern.search(user_agent)), "Other")


def is_preview(user_agent: str) -> bool:
    return PREVIEWS.search(user_agent) is not None


def is_prefetch(request: Request) -> bool:
    """Whether a browser reads ahead, perhaps for nothing."""
    purpose = request.headers.get("sec-purpose") or request.headers.get("purpose") or ""
    return "prefetch" in purpose or request.headers.get("x-moz") == "prefetch"


def wished_language(request: Request) -> str:
    """What the person chose, else what the browser prefers, as an Accept-Language header."""
    chosen = request.query_params.get("lang", "")
    return chosen if chosen in LANGUAGES else request.headers.get("accept-language", "")


def circumstances_of(request: Request) -> protection.Circumstances:
    """The scan as the door saw it: network prefix, browser family, language; no place without consent."""
    address = request.client.host if request.client else ""
    return protection.Circumstances(
        channel="consumer",
        client=protection.prefix_of(address),
        browser_family=browser_family(request.headers.get("user-agent", "")),
        language=wished_language(request),
    )
