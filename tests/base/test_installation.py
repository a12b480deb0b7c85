import pytest

from seriatim.base.db import Database
from seriatim.base.installation import WrongMasterKey, recognise

pytestmark = pytest.mark.anyio

OURS, STRANGE = bytes(32), bytes(31) + b"\x01"


async def test_the_first_key_becomes_the_installations_own(db: Database) -> None:
    async with db.transaction() as tx:
        first = await recognise(tx, OURS)
    async with db.transaction() as tx:
        assert await recognise(tx, OURS) == first

    assert first.epoch == 1


async def test_a_strange_key_beside_old_data_is_refused(db: Database) -> None:
    async with db.transaction() as tx:
        await recognise(tx, OURS)

    with pytest.raises(WrongMasterKey):
        async with db.transaction() as tx:
            await recognise(tx, STRANGE)
