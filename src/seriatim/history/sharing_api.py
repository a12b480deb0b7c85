"""JSON routes of sharing: which key or person speaks for which party, and so sees what names it."""

from seriatim.access import Call, Endpoint
from seriatim.history import partners
from seriatim.history.partners import Speaker

TAG = "Sharing"


async def list_speakers(call: Call[None, None]) -> list[Speaker]:
    return list(await partners.speakers(call.tx))


async def put_speaker(call: Call[None, Speaker]) -> Speaker:
    await partners.let_speak(call.tx, call.body, actor=call.actor, now=call.now)
    return call.body


async def delete_speaker(call: Call[None, None]) -> None:
    await partners.silence(call.tx, call.path["caller"], actor=call.actor, now=call.now)


ENDPOINTS = (
    Endpoint(
        "GET",
        "/api/v1/partners",
        "partners:read",
        "Which keys and people speak for which party",
        list_speakers,
        returns=list[Speaker],
        tag=TAG,
    ),
    Endpoint(
        "PUT",
        "/api/v1/partners",
        "partners:write",
        "Let a key or person speak for a party",
        put_speaker,
        body=Speaker,
        returns=Speaker,
        tag=TAG,
        description="A partner sees the events that it, or another who speaks for the same party, has captured, and "
        "those that name the party or one of its locations as read point, business location, source or destination.",
    ),
    Endpoint(
        "DELETE",
        "/api/v1/partners/{caller}",
        "partners:write",
        "Let it speak for nobody",
        delete_speaker,
        tag=TAG,
        description="`caller`: `key:ID` or `person:ID`.",
    ),
)
