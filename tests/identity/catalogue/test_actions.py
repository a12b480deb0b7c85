"""Master data in the database."""

import msgspec
import pytest
from tests.factories.identities import (
    ACTOR,
    MAKER,
    MINT,
    NOW,
    PLANT,
    SERUM,
    keep,
)

from seriatim import identity
from seriatim.base.db import Database
from seriatim.base.errors import NotFound
from seriatim.identity import BadField

pytestmark = pytest.mark.anyio


async def test_products_are_kept_new_changed_or_left_alone(db: Database) -> None:
    first = await keep(db, SERUM, MINT)
    dearer = msgspec.structs.replace(SERUM, markets=("DE", "FR", "VN"))
    second = await keep(db, dearer, MINT)

    assert first == ((MINT.gtin, SERUM.gtin), ())
    assert second == ((), (SERUM.gtin,))
    async with db.transaction() as tx:
        assert await identity.product(tx, SERUM.gtin) == dearer
        assert await identity.product(tx, "9506000134352") == dearer
        assert await identity.known_product(tx, MINT.gtin) == MINT
        assert await identity.product(tx, "09521234543213") is None
        with pytest.raises(NotFound):
            await identity.known_product(tx, "09521234543213")


async def test_products_come_in_pages(db: Database) -> None:
    await keep(db, SERUM, MINT)

    async with db.transaction() as tx:
        page = await identity.products(tx, limit=1)
        rest = await identity.products(tx, limit=1, after=MINT.gtin)

    assert (page.items, page.next is None) == ([MINT], False)
    assert (rest.items, rest.next) == ([SERUM], None)


async def test_a_product_named_twice_keeps_none(db: Database) -> None:
    with pytest.raises(identity.Twice):
        await keep(db, SERUM, MINT, SERUM)

    async with db.transaction() as tx:
        assert (await identity.products(tx)).items == []


async def test_locations_belong_to_a_party_that_is_kept(db: Database) -> None:
    with pytest.raises(identity.UnknownParty, match=MAKER.gln):
        async with db.transaction() as tx:
            await identity.save_locations(tx, [PLANT], actor=ACTOR, now=NOW)

    async with db.transaction() as tx:
        await identity.save_parties(tx, [MAKER], actor=ACTOR, now=NOW)
        saved = await identity.save_locations(tx, [PLANT], actor=ACTOR, now=NOW)
        again = await identity.save_locations(tx, [PLANT], actor=ACTOR, now=NOW)

        assert (saved, again) == (((PLANT.gln,), ()), ((), ()))
        assert await identity.locations(tx) == (PLANT,)
        assert await identity.location(tx, PLANT.gln) == PLANT
        assert await identity.location(tx, MAKER.gln) is None
        assert await identity.party(tx, MAKER.gln) == MAKER
        assert (await identity.parties(tx)).items == [MAKER]


async def test_more_records_than_one_statement_should_hold_are_refused(db: Database) -> None:
    with pytest.raises(BadField, match="10,001 records"):
        await keep(db, *[SERUM] * 10_001)
