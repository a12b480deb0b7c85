"""Serial policies in the database."""

import msgspec
import pytest
from tests.factories.identities import (
    SERUM,
    in_digits,
    keep,
    lend,
)

from seriatim import identity
from seriatim.base.db import Database

pytestmark = pytest.mark.anyio


async def test_a_new_product_gets_the_default_form(db: Database) -> None:
    await keep(db, SERUM)

    async with db.transaction() as tx:
        policy = await identity.policy(tx, SERUM.gtin)

    assert (policy.alphabet, policy.length, policy.issued) == (identity.CSET32, 12, 0)


async def test_the_form_stays_once_a_serial_is_issued(db: Database) -> None:
    await keep(db, SERUM)
    await in_digits(db, SERUM.gtin, 12)
    await lend(db, SERUM.gtin, 1)

    with pytest.raises(identity.SerialsIssued):
        await in_digits(db, SERUM.gtin, 13)

    await keep(db, msgspec.structs.replace(SERUM, name="Serum plus"))
    async with db.transaction() as tx:
        policy = await identity.policy(tx, SERUM.gtin)
    assert (policy.alphabet, policy.length, policy.issued) == (identity.DIGITS, 12, 1)


async def test_past_its_capacity_a_product_gets_no_serials(db: Database) -> None:
    await keep(db, SERUM)
    await in_digits(db, SERUM.gtin, 6)
    await lend(db, SERUM.gtin, 60)

    with pytest.raises(identity.SerialsExhausted) as refused:
        await lend(db, SERUM.gtin, 41)
    last = await lend(db, SERUM.gtin, 40)

    assert refused.value.facts == {"gtin": SERUM.gtin, "asked": 41, "issued": 60, "capacity": 100, "left": 40}
    assert (last.first, last.past) == (60, 100)
    with pytest.raises(identity.SerialsExhausted, match="0 are left"):
        await lend(db, SERUM.gtin, 1)
