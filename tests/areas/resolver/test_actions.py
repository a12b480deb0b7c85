"""Links are saved with care: hosts named first, defaults described first."""

from dataclasses import replace

import pytest
from tests.factories.plant import ANNA, GTIN, NOW, PRODUCT, make_plant

from seriatim.areas import resolver
from seriatim.areas.resolver import Link
from seriatim.base.db import Database, Transaction
from seriatim.base.errors import NotFound

pytestmark = pytest.mark.anyio

HOME = "https://id.brand.example"
PAGE = Link(
    0, GTIN, "pip", "https://shop.example/{gtin}", "Product page", hreflang=("en",), media_type="text/html"
)


async def save(tx: Transaction, link: Link) -> Link:
    return await resolver.save_link(tx, link, HOME, actor=ANNA, now=NOW)


async def make_shop(tx: Transaction) -> None:
    await make_plant(tx)
    await resolver.allow_host(tx, "Shop.example", actor=ANNA, now=NOW)


async def test_a_saved_link_is_in_the_next_snapshot(db: Database) -> None:
    async with db.transaction() as tx:
        await make_shop(tx)

        saved = await save(tx, PAGE)

        entries = await resolver.load_entries(tx, HOME)
        assert entries == resolver.Entries(HOME, {GTIN: PRODUCT.name}, {GTIN: (saved,)})
        assert replace(saved, id=0) == PAGE


async def test_a_host_must_be_allowed_first(db: Database) -> None:
    async with db.transaction() as tx:
        await make_plant(tx)

        with pytest.raises(resolver.BadLink, match="not among the hosts"):
            await save(tx, PAGE)
        assert (await save(tx, replace(PAGE, href=f"{HOME}/c/01/{{gtin}}"))).id > 0


async def test_a_default_must_be_described_and_is_the_only_one_of_its_level(db: Database) -> None:
    async with db.transaction() as tx:
        await make_shop(tx)
        default = replace(PAGE, link_type="defaultLink")

        with pytest.raises(resolver.BadLink, match="under a type that says what it is"):
            await save(tx, default)
        page = await save(tx, PAGE)
        kept = await save(tx, default)
        with pytest.raises(resolver.DefaultTaken):
            await save(tx, default)
        with pytest.raises(resolver.LinkNeeded):
            await resolver.remove_link(tx, page.id, actor=ANNA, now=NOW)
        await resolver.remove_link(tx, kept.id, actor=ANNA, now=NOW)
        await resolver.remove_link(tx, page.id, actor=ANNA, now=NOW)

        assert await resolver.links(tx, GTIN, 0, 10) == []


async def test_a_host_stays_allowed_while_links_lead_there(db: Database) -> None:
    async with db.transaction() as tx:
        await make_shop(tx)
        page = await save(tx, PAGE)

        with pytest.raises(resolver.HostInUse):
            await resolver.forbid_host(tx, "shop.example", actor=ANNA, now=NOW)
        await resolver.remove_link(tx, page.id, actor=ANNA, now=NOW)
        await resolver.forbid_host(tx, "shop.example", actor=ANNA, now=NOW)

        assert await resolver.hosts(tx) == frozenset()


@pytest.mark.parametrize(
    "wrong",
    [{"link_type": "nosuchtype"}, {"title": " "}, {"title": "a\nb"}, {"hreflang": ("english",)}, {"media_type": "html"},
     {"context": ("",)}, {"valid_from": NOW, "valid_until": NOW}, {"serial": "x" * 21}],
)  # fmt: skip
async def test_a_link_with_a_wrong_field_is_refused(db: Database, wrong: dict[str, object]) -> None:
    async with db.transaction() as tx:
        await make_shop(tx)

        with pytest.raises(resolver.BadLink):
            await save(tx, replace(PAGE, **wrong))  # type: ignore[arg-type]


async def test_a_link_needs_a_product_of_ours(db: Database) -> None:
    async with db.transaction() as tx:
        with pytest.raises(NotFound):
            await save(tx, PAGE)
