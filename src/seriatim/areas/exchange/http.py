"""What comes in over HTTP and how it is answered, as EPCIS 2.0 wants it: headers, versions, limits, paths, problems."""

from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import quote, unquote

import msgspec
from starlette.requests import Request
from starlette.responses import Response

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
from seriatim.base import limits
from seriatim.base.errors import BadInput, SeriatimError
from seriatim.base.http import NO_STORE, PROBLEM_JSON
from seriatim.base.negotiation import media_quality
from seriatim.epcis import EPCISError

JSON: Final = "application/json"
LD_JSON: Final = "application/ld+json"
VERSION: Final = "2.0.0"
VERSIONS: Final = {"GS1-EPCIS-Version": VERSION, "GS1-CBV-Version": VERSION}
LIMITS: Final = {
    "GS1-EPCIS-Capture-Limit": str(limits.CAPTURE_EVENTS),
    "GS1-EPCIS-Capture-File-Size-Limit": str(limits.REQUEST_BODY_BYTES),
}
ADDRESS_BYTES_MAX: Final = 32 * limits.KIB
"""A list of some hundred identifiers fits."""
EPC_FORMATS: Final = {
    "Always_GS1_Digital_Link": False,
    "Always_EPC_URN": True,
    "Never_Translates": True,
    "No_Preference": True,
}
"""Whether identifiers stay as captured. A URN needs the length of the company prefix, which is never guessed."""
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
    """The body, refused as soon as it is past the limit; the type of media first."""
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media not in {JSON, LD_JSON}:
        raise UnsupportedMedia(f"Send EPCIS as {LD_JSON} or {JSON}, not {media or 'nothing'}.")
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > limits.REQUEST_BODY_BYTES:
            raise CaptureLimitExceeded(
                f"The body has more than {limits.REQUEST_BODY_BYTES} octets; split it.",
                limit=limits.REQUEST_BODY_BYTES,
            )
    return bytes(data)


def check_request(request: Request) -> None:
    """Address, answer type and versions that we can serve. Raises UriTooLong, InvalidQuery, NotAcceptable."""
    if len(raw_path(request)) + len(request.scope["query_string"]) > ADDRESS_BYTES_MAX:
        raise UriTooLong(
            f"The address has more than {ADDRESS_BYTES_MAX} octets; ask in parts.", limit=ADDRESS_BYTES_MAX
        )
    if b"%00" in request.scope["query_string"] or "%00" in raw_path(request):
        raise InvalidQuery("A null character (%00) is part of no identifier.")
    accept = request.headers.get("accept", "")
    if accept and not any(media_quality(accept, media) for media in (JSON, LD_JSON)):
        raise NotAcceptable(f"The answer exists as {JSON} and {LD_JSON}, not as {accept[:100]}.")
    for name in ("EPCIS", "CBV"):
        told = {
            end: _version(request.headers.get(f"GS1-{name}-{end}", VERSION))
            for end in ("Version", "Min", "Max")
        }
        if told["Version"][0] != 2 or told["Min"] > (2, 0, 0) or told["Max"] < (2, 0, 0):
            raise NotAcceptable(f"This is {name} {VERSION}; the versions asked for do not hold it.")
    if request.headers.get("GS1-EPC-Format", "No_Preference") not in EPC_FORMATS:
        raise NotAcceptable(f"GS1-EPC-Format is one of {', '.join(EPC_FORMATS)}.")


def _version(text: str) -> tuple[int, ...]:
    parts = text.strip().split(".")
    if len(text) > 40 or len(parts) > 3 or not all(part.isascii() and part.isdigit() for part in parts):
        raise NotAcceptable(f"{text[:40]!r} is no version; write {VERSION}.")
    return tuple(map(int, [*parts, "0", "0"][:3]))


def as_captured(request: Request) -> bool:
    return EPC_FORMATS[request.headers.get("GS1-EPC-Format", "Always_GS1_Digital_Link")]


def raw_path(request: Request) -> str:
    raw = request.scope.get("raw_path") or quote(request.url.path).encode()
    return bytes(raw).partition(b"?")[0].decode("ascii", "replace")


def segments(request: Request) -> list[str]:
    """The path below /epcis, split before it is decoded: identifiers hold slashes of their own."""
    return raw_path(request).split("/")[2:]


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
    }
    return {**headers, **LIMITS, "GS1-Capture-Error-Behaviour": "all"} if capture else headers


def json_answer(body: bytes, headers: Mapping[str, str] | None = None, *, status: int = 200) -> Response:
    return Response(body, status, {**NO_STORE, **VERSIONS, **(headers or {})}, JSON)


def problem_answer(error: SeriatimError, request: Request, headers: Mapping[str, str]) -> Response:
    more = {"www-authenticate": "Bearer"} if error.status == 401 else {}
    if error.status == 503:
        more["retry-after"] = "5"
    body = ENCODE(problem_of(error, raw_path(request)))
    return Response(body, error.status, {**NO_STORE, **VERSIONS, **headers, **more}, PROBLEM_JSON)
