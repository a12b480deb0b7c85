"""The brand's words, kept and found again."""

import pytest
from tests.factories.plant import ANNA, GTIN, NOW, make_plant

from seriatim.areas import content
from seriatim.areas.content import ProductText, StoryStep
from seriatim.base.db import Database
from seriatim.base.errors import NotFound, Unprocessable

pytestmark = pytest.mark.anyio

ENGLISH = ProductText(
    "en", "Huila", "From Huila.", "60 g for a litre.", "Yellow bin.", "A round seal.",
    (StoryStep("Huila", "Picked", "By hand.", "May"), StoryStep("Lisbon", "Landed", "By sea.")),
)  # fmt: skip


async def test_words_are_kept_by_language_and_replaced_whole(db: Database) -> None:
    async with db.transaction() as tx:
        await make_plant(tx)
        german = ProductText("de", "Huila")

        await content.save_text(tx, GTIN, ENGLISH, actor=ANNA, now=NOW)
        await content.save_text(tx, GTIN, german, actor=ANNA, now=NOW)
        assert await content.texts(tx, GTIN) == (german, ENGLISH)

        shorter = ProductText("en", "Huila, new", story=ENGLISH.story[1:])
        await content.save_text(tx, GTIN, shorter, actor=ANNA, now=NOW)
        assert await content.texts(tx, GTIN) == (german, shorter)


@pytest.mark.parametrize(
    "text",
    [ProductText("english", "x"), ProductText("en", " "), ProductText("en", "x", "y" * 2001),
     ProductText("en", "x", story=(StoryStep("p", "t", "\0"),)), ProductText("en", "x", story=(StoryStep("", "", ""),) * 21)],
)  # fmt: skip
async def test_what_would_not_fit_a_page_is_refused(db: Database, text: ProductText) -> None:
    async with db.transaction() as tx:
        await make_plant(tx)

        with pytest.raises(Unprocessable):
            await content.save_text(tx, GTIN, text, actor=ANNA, now=NOW)


async def test_nothing_is_said_of_a_product_that_is_not_ours(db: Database) -> None:
    async with db.transaction() as tx:
        with pytest.raises(NotFound):
            await content.save_text(tx, GTIN, ENGLISH, actor=ANNA, now=NOW)
        assert await content.texts(tx, GTIN) == ()
