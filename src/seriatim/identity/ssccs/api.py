"""JSON routes of SSCCs."""

from typing import Annotated

import msgspec
from msgspec import Meta

from seriatim.access import Call, Endpoint
from seriatim.identity.ssccs import actions


class NewSsccs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many SSCCs of which company prefix."""

    gcp: str
    count: Annotated[int, Meta(ge=1, le=actions.SSCCS_MAX)]
    extension: str = "0"


class Ssccs(msgspec.Struct, frozen=True):
    """Fresh SSCCs, 18 digits each."""

    ssccs: list[str]


async def post_ssccs(call: Call[None, NewSsccs]) -> Ssccs:
    wanted = call.body
    return Ssccs(
        await actions.allocate_ssccs(
            call.tx, wanted.gcp, wanted.count, extension=wanted.extension, actor=call.actor, now=call.now
        )
    )


ENDPOINTS = (
    Endpoint(
        "POST",
        "/api/v1/ssccs",
        "serials:lease",
        "Fresh SSCCs for cases and pallets",
        post_ssccs,
        body=NewSsccs,
        returns=Ssccs,
        status=201,
        tag="Serials",
    ),
)
