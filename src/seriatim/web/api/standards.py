"""JSON routes of the standards themselves: no store, no history; every role may ask."""

from typing import Annotated

import msgspec
from msgspec import Meta

from seriatim import gs1
from seriatim.access import Call, Endpoint
from seriatim.gs1.explaining import TEXT_MAX


class Code(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A code to explain: scanned, typed or pasted; the separator as U+001D, ^ or {GS}."""

    text: Annotated[str, Meta(max_length=TEXT_MAX)]
    gcp_length: Annotated[int, Meta(ge=6, le=12)] | None = None
    """Digits of its GS1 company prefix, when known: then EPC URN and classic tags are written too."""


async def explain(call: Call[None, Code]) -> gs1.Explanation:
    return gs1.explain(call.body.text, this_year=call.now.year, gcp_length=call.body.gcp_length)


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        "POST",
        "/api/v1/gs1/explain",
        "standards:read",
        "Explain a code",
        explain,
        body=Code,
        returns=gs1.Explanation,
        tag="Standards",
        secret_body=True,
        description="Which form it is, each field in words, what is wrong with it and where, how to mend it, and the same "
        "thing in every other form. A bad code is an answer, not an error. Nothing is looked up or kept.",
    ),
)
