"""Rows of texts and stories, to values and back."""

from datetime import datetime

from seriatim.areas.content.model import ProductText, StoryStep
from seriatim.base.db import Queries, Transaction

SQL = Queries.load(__package__, "store.sql")


async def texts(tx: Transaction, gtin: str) -> tuple[ProductText, ...]:
    """What is said of a product, one value for each language."""
    rows = await tx.rows(SQL.texts, gtin)
    steps: dict[str, list[StoryStep]] = {}
    for row in await tx.rows(SQL.steps, gtin) if rows else ():
        step = StoryStep(row["place"], row["title"], row["text"], row["date_text"])
        steps.setdefault(row["language"], []).append(step)
    return tuple(ProductText(**row, story=tuple(steps.get(row["language"], ()))) for row in rows)


async def save_text(tx: Transaction, gtin: str, text: ProductText, saved_by: str, now: datetime) -> None:
    words = (text.headline, text.description, text.instructions, text.recycle, text.look_for)
    await tx.execute(SQL.save_text, gtin, text.language, *words, saved_by, now)
    await tx.execute(SQL.remove_steps, gtin, text.language)
    columns = zip(*((step.place, step.title, step.text, step.date_text) for step in text.story), strict=True)
    if text.story:
        await tx.execute(SQL.add_steps, gtin, text.language, *map(list, columns))
