"""What one may do with content: say what a product is, in one language after the other."""

import re
from datetime import datetime
from typing import Final

from seriatim import access, identity
from seriatim.access import Actor
from seriatim.areas.content import store
from seriatim.areas.content.model import ProductText
from seriatim.base.db import Transaction
from seriatim.base.errors import Unprocessable

TEXT_CHARACTERS: Final = 2_000
STORY_STEPS: Final = 20
_LANGUAGE: Final = re.compile(r"[a-z]{2}(-[A-Z]{2})?")


async def save_text(
    tx: Transaction, gtin: str, text: ProductText, *, actor: Actor, now: datetime
) -> ProductText:
    """Keep what is said of a product in one language. Raises NotFound, Unprocessable naming the field."""
    _check(text)
    product = await identity.known_product(tx, gtin)
    await store.save_text(tx, product.gtin, text, f"{actor.kind}:{actor.id}", now)
    detail = {"language": text.language, "headline": text.headline, "steps": len(text.story)}
    await access.audit(tx, actor, "content.saved", product.gtin, detail, now)
    return text


def _check(text: ProductText) -> None:
    if not _LANGUAGE.fullmatch(text.language):
        raise Unprocessable("A language is written en or en-GB.", field="language")
    if not text.headline.strip():
        raise Unprocessable("The headline is missing.", field="headline")
    if len(text.story) > STORY_STEPS:
        raise Unprocessable(f"A story has {STORY_STEPS} steps at most.", field="story")
    fields = {
        name: getattr(text, name)
        for name in ("headline", "description", "instructions", "recycle", "look_for")
    }
    for number, step in enumerate(text.story):
        fields |= {
            f"story[{number}].{name}": getattr(step, name) for name in ("place", "title", "text", "date_text")
        }
    for field, words in fields.items():
        if len(words) > TEXT_CHARACTERS or "\0" in words:
            raise Unprocessable(f"{field} is longer than 2,000 characters.", field=field)
