"""What comes in over HTTP and how it is answered, as EPCIS 2.0 wants it: headers, versions, limits, paths, problems."""

from collections.abc import Mapping, Sequence
from typing import Final, get_args
from urllib.parse import quote, unquote

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from seriatim import __version__
from seriatim.areas.exchange.actions import Form
from seriatim.areas.exchange.errors import (
    CaptureLimitExceeded,
    InvalidDocument,
    InvalidQuery,
    NotAcceptable,
    UnsupportedMedia,
    UriTooLong,
    problem_of,
)
from seriatim.areas.exchange.model import ErrorBehaviour, faults, is_too_much
from seriatim.areas.exchange.prefixes import NONE_KNOWN, KnownPrefixes
from seriatim.areas.exchange.xml_forms import problem_xml
from seriatim.base import limits
from seriatim.base.errors import BadInput, SeriatimError, TooLarge
from seriatim.base.http import NO_STORE, PROBLEM_JSON
from seriatim.base.negotiation import media_quality
from seriatim.epcis import EPCFormat, EPCISError, is_xml
from seriatim.epcis.xml_write import CBVSpelling

JSON: Final = "application/json"
LD_JSON: Final = "application/ld+json"
XML: Final = "application/xml"
TEXT_XML: Final = "text/xml"
MEDIA: Final = (JSON, LD_JSON, XML, TEXT_XML)
"""What is read and written; between forms that are equally welcome the first is sent."""
XML_MEDIA: Final = frozenset({XML, TEXT_XML})
PROBLEM_XML: Final = "application/problem+xml"
VERSION: Final = "2.0.0"
VERSIONS: Final = {"GS1-EPCIS-Version": VERSION, "GS1-CBV-Version": VERSION}
LIMITS: Final = {
    "GS1-EPCIS-Capture-Limit": str(limits.CAPTURE_EVENTS),
    "GS1-EPCIS-Capture-File-Size-Limit": str(limits.REQUEST_BODY_BYTES),
}
ADDRESS_BYTES_MAX: Final = 32 * limits.KIB
"""A list of some hundred identifiers fits."""
LENGTH_DIGITS: Final = 12
"""A body whose length has more digits is surely too long; Python refuses to read a number of thousands."""
EPC_FORMATS: Final[Mapping[str, EPCFormat]] = {name: name for name in get_args(EPCFormat)}
CBV_FORMATS: Final[Mapping[str, CBVSpelling]] = {
    "No_Preference": "urn",
    "Always_URN": "urn",
    "Always_Web_URI": "web",
    "Never_Translates": "urn",
}
"""Spelling of CBV words in XML; JSON writes them bare. Words are kept as words: how they came is not, so that
`Never_Translates` gets the spelling of XML."""
ENCODE: Final = msgspec.json.Encoder().encode


def invalid(error: EPCISError) -> BadInput:
    described = faults(error.problems)
    if is_too_much(error):
        return CaptureLimitExceeded(error.problems[0].message, problems=described)
    return InvalidDocument(str(error), problems=described, problem_count=error.count)


def error_behaviour(request: Request) -> ErrorBehaviour:
    match request.headers.get("GS1-Capture-Error-Behaviour", "rollback"):
        case "rollback":
            return "rollback"
        case "proceed":
            return "proceed"
        case other:
            raise InvalidDocument(f"GS1-Capture-Error-Behaviour is rollback or proceed, not {other[:60]!r}.")


async def read_body(request: Request) -> bytes:
    """A document. Raises UnsupportedMedia, CaptureLimitExceeded, InvalidDocument."""
    data, media = await _read(request, MEDIA, limits.REQUEST_BODY_BYTES, CaptureLimitExceeded)
    if is_xml(data[:64]) != (media in XML_MEDIA):
        other = "XML" if media not in XML_MEDIA else "no XML"
        raise InvalidDocument(f"The body is {other}, but its content type is {media}.", problems=[])
    return data


async def read_small_body(request: Request) -> bytes:
    """A query or a subscription, in JSON: it is read again at each run. Raises UnsupportedMedia, TooLarge."""
    data, _ = await _read(request, (JSON, LD_JSON), limits.QUERY_BODY_BYTES, TooLarge)
    return data


async def _read(
    request: Request, offered: Sequence[str], most: int, too_large: type[TooLarge]
) -> tuple[bytes, str]:
    """The body and its type of media, which is looked at first; then the length that is announced, before any is read.

    What is read is counted all the same, to the octet. Raises UnsupportedMedia, `too_large`.
    """
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media not in offered:
        raise UnsupportedMedia(f"Send it as {', '.join(offered)}, not {media[:100] or 'nothing'}.")
    announced = request.headers.get("content-length", "")
    if announced.isascii() and announced.isdigit():
        _check_length(len(announced.lstrip("0")) > LENGTH_DIGITS or int(announced) > most, most, too_large)
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        _check_length(len(data) > most, most, too_large)
    return bytes(data), media


def _check_length(is_too_long: bool, most: int, too_large: type[TooLarge]) -> None:
    if is_too_long:
        raise too_large(f"The body has more than {most} octets; split it.", limit=most)


def check_request(request: Request) -> None:
    """Address, answer type and versions that we can serve. Raises UriTooLong, InvalidQuery, NotAcceptable."""
    if len(raw_path(request)) + len(request.scope["query_string"]) > ADDRESS_BYTES_MAX:
        raise UriTooLong(
            f"The address has more than {ADDRESS_BYTES_MAX} octets; ask in parts.", limit=ADDRESS_BYTES_MAX
        )
    if b"%00" in request.scope["query_string"] or "%00" in raw_path(request):
        raise InvalidQuery("A null character (%00) is part of no identifier.")
    chosen_media(request)
    for name in ("EPCIS", "CBV"):
        told = {
            end: _version(request.headers.get(f"GS1-{name}-{end}", VERSION))
            for end in ("Version", "Min", "Max")
        }
        if told["Version"][0] != 2 or told["Min"] > (2, 0, 0) or told["Max"] < (2, 0, 0):
            raise NotAcceptable(f"This is {name} {VERSION}; the versions asked for do not hold it.")
    if request.headers.get("GS1-EPC-Format", "No_Preference") not in EPC_FORMATS:
        raise NotAcceptable(f"GS1-EPC-Format is one of {', '.join(EPC_FORMATS)}.")
    if request.headers.get("GS1-CBV-XML-Format", "No_Preference") not in CBV_FORMATS:
        raise NotAcceptable(f"GS1-CBV-XML-Format is one of {', '.join(CBV_FORMATS)}.")


def chosen_media(request: Request, offered: Sequence[str] = MEDIA) -> str:
    """The form of the answer that the client likes best (RFC 9110, section 12.5.1). Raises NotAcceptable."""
    accept = request.headers.get("accept", "")
    if not accept:
        return offered[0]
    quality, place = max((media_quality(accept, media) or 0.0, -place) for place, media in enumerate(offered))
    if not quality:
        raise NotAcceptable(f"The answer exists as {', '.join(offered)}, not as {accept[:100]}.")
    return offered[-place]


def wants_xml(request: Request) -> bool:
    """Whether a problem is told in XML: it is wanted more than JSON."""
    accept = request.headers.get("accept", "")
    xml, json = (
        max(media_quality(accept, media) or 0.0 for media in forms)
        for forms in ((PROBLEM_XML, XML, TEXT_XML), (PROBLEM_JSON, JSON, LD_JSON))
    )
    return xml > json


def _version(text: str) -> tuple[int, ...]:
    parts = text.strip().split(".")
    if len(text) > 40 or len(parts) > 3 or not all(part.isascii() and part.isdigit() for part in parts):
        raise NotAcceptable(f"{text[:40]!r} is no version; write {VERSION}.")
    return tuple(map(int, [*parts, "0", "0"][:3]))


def wants_urns(request: Request) -> bool:
    return request.headers.get("GS1-EPC-Format") == "Always_EPC_URN"


def form_for(request: Request, media: str, prefixes: KnownPrefixes = NONE_KNOWN) -> Form:
    """How events are to be written for this client, in the media type chosen."""
    return Form(
        "xml" if media in XML_MEDIA else "json",
        EPC_FORMATS[request.headers.get("GS1-EPC-Format", "Always_GS1_Digital_Link")],
        prefixes,
        cbv=CBV_FORMATS[request.headers.get("GS1-CBV-XML-Format", "No_Preference")],
    )


def raw_path(request: Request) -> str:
    raw = request.scope.get("raw_path") or quote(request.url.path).encode()
    return bytes(raw).partition(b"?")[0].decode("ascii", "replace")


def segments(request: Request) -> list[str]:
    """The path below /epcis, split before it is decoded: identifiers hold slashes of their own."""
    return raw_path(request).split("/")[2:]


def door_of(request: Request) -> str:
    """The part of the interface that was called, as a refusal names it: what follows in the path may be anything.

    `POST /epcis/capture`, `DELETE /epcis/queries`.
    """
    return "/".join([f"{request.method} /epcis", *segments(request)[:1]])


def member_in(request: Request, *, may_end_in_events: bool = True) -> tuple[str, bool]:
    """The identifier in the path, decoded once, and whether its events are asked for.

    Slashes that a client forgot to encode are taken as part of the identifier.
    """
    parts = segments(request)[1:]
    wants_events = may_end_in_events and len(parts) > 1 and parts[-1] == "events"
    return unquote("/".join(parts[:-1] if wants_events else parts)), wants_events


def place_uri(value: str) -> str:
    """A GLN as the Digital Link it stands for; anything else as it is."""
    return f"https://id.gs1.org/414/{value}" if len(value) == 13 and value.isdigit() else value


def collection(members: Sequence[str]) -> bytes:
    return ENCODE({"@context": epcis_context(), "type": "Collection", "member": list(members)})


def epcis_context() -> str:
    """The address of GS1's JSON-LD context."""
    return "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"


def discovery(allowed: str, *, capture: bool) -> dict[str, str]:
    headers = {
        **VERSIONS,
        "Allow": allowed,
        "GS1-EPCIS-Min": VERSION,
        "GS1-EPCIS-Max": VERSION,
        "GS1-CBV-Min": VERSION,
        "GS1-CBV-Max": VERSION,
        "GS1-EPC-Format": "Always_GS1_Digital_Link",
        "GS1-CBV-XML-Format": "Always_URN",
        "GS1-Extensions": "",
        "GS1-Vendor-Version": __version__,
    }
    return {**headers, **LIMITS, "GS1-Capture-Error-Behaviour": "all"} if capture else headers


def answer(
    body: bytes, headers: Mapping[str, str] | None = None, *, status: int = 200, media: str = JSON
) -> Response:
    return Response(body, status, {**NO_STORE, **VERSIONS, **(headers or {})}, media)


def json_answer(request: Request, body: bytes, headers: Mapping[str, str] | None = None) -> Response:
    """What EPCIS describes in JSON alone. Raises NotAcceptable for who wants XML."""
    return answer(body, headers, media=chosen_media(request, (JSON, LD_JSON)))


def problem_answer(error: SeriatimError, request: Request, headers: Mapping[str, str]) -> Response:
    more = {"www-authenticate": "Bearer"} if error.status == 401 else {}
    if error.status == 503:
        more["retry-after"] = "5"
    problem = problem_of(error, raw_path(request))
    sent = {**NO_STORE, **VERSIONS, **headers, **more}
    if wants_xml(request):
        return Response(problem_xml(problem), error.status, sent, PROBLEM_XML)
    return Response(ENCODE(problem), error.status, sent, PROBLEM_JSON)
