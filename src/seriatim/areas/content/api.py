"""JSON routes of content: the brand's words for each product and language."""

from typing import Final

import msgspec

from seriatim.access import Call, Endpoint
from seriatim.areas.content import actions, store
from seriatim.areas.content.model import ProductText, StoryStep


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One station of the story."""

    place: str
    title: str
    text: str
    date_text: str = ""


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is said of a product in one language; plain text."""

    headline: str
    description: str = ""
    instructions: str = ""
    recycle: str = ""
    look_for: str = ""
    story: tuple[Step, ...] = ()


async def show(call: Call[None, None]) -> tuple[ProductText, ...]:
    return await store.texts(call.tx, call.path["gtin"].zfill(14))


async def save(call: Call[None, Words]) -> ProductText:
    body = call.body
    text = ProductText(
        call.path["language"], body.headline, body.description, body.instructions, body.recycle, body.look_for,
        tuple(StoryStep(step.place, step.title, step.text, step.date_text) for step in body.story),
    )  # fmt: skip
    return await actions.save_text(call.tx, call.path["gtin"], text, actor=call.actor, now=call.now)


TAG: Final = "Content"
ENDPOINTS: Final = (
    Endpoint(
        "GET", "/api/v1/products/{gtin}/content", "content:read", "What consumers read of a product, in all languages", show,
        returns=tuple[ProductText, ...], tag=TAG,
    ),
    Endpoint(
        "PUT", "/api/v1/products/{gtin}/content/{language}", "content:write", "Say it in one language", save,
        body=Words, returns=ProductText, tag=TAG,
    ),
)  # fmt: skip
